//! The signature of a release.
//!
//! A minisign signature covers the document and its own trusted comment. The first line of the
//! signature file and of the key file, the *untrusted* comment, is covered by nothing.

use std::io::Cursor;

use minisign::{PublicKey, SignatureBox};
use shumar_schemas::release::{DOCUMENT, PUBLIC_KEY, SIGNATURE};

use crate::PublishError;
use crate::read::Folder;

/// Characters of an Ed25519 signature in base64.
const GLOBAL_CHARS: usize = 88;
/// How the first line of a key file begins.
const COMMENT: &str = "untrusted comment: ";

/// Reads a public key, given as its one line or as a whole key file.
pub(crate) fn key(text: &str) -> Option<PublicKey> {
    match text.trim().lines().collect::<Vec<&str>>()[..] {
        [key] | [_, key] => canonical(key),
        _ => None,
    }
}

/// The key beside the document, written exactly as minisign writes it.
pub(crate) fn key_beside(folder: &Folder) -> Result<PublicKey, PublishError> {
    let text = folder.text(PUBLIC_KEY)?;
    let key = match text.split('\n').collect::<Vec<&str>>()[..] {
        [comment, key] | [comment, key, ""] if comment.starts_with(COMMENT) => canonical(key),
        _ => None,
    };
    key.ok_or_else(|| folder.flaw(PUBLIC_KEY, "is not a minisign public key"))
}

/// The key's id, as minisign shows it.
pub(crate) fn key_id(key: &PublicKey) -> String {
    hex::encode_upper(key.keynum().iter().rev().copied().collect::<Vec<u8>>())
}

/// Whether two keys are one, id and all.
pub(crate) fn same_key(a: &PublicKey, b: &PublicKey) -> bool {
    a.to_bytes() == b.to_bytes()
}

/// Fails unless the signature beside the document is that of the key over these bytes.
pub(crate) fn check(folder: &Folder, bytes: &[u8], key: &PublicKey) -> Result<(), PublishError> {
    let signature = read(&folder.text(SIGNATURE)?).map_err(|what| folder.flaw(SIGNATURE, what))?;
    holds(&signature, bytes, key).map_err(|e| {
        let id = key_id(key);
        let what = format!("does not fit `{SIGNATURE}` and key {id} of `{PUBLIC_KEY}`: {e}");
        folder.flaw(DOCUMENT, what)
    })
}

/// Reads a signature file, written exactly as minisign writes it; or what it is not.
pub(crate) fn read(text: &str) -> Result<SignatureBox, &'static str> {
    if text.lines().nth(3).is_none_or(|l| l.len() != GLOBAL_CHARS) {
        return Err("is not a minisign signature");
    }
    let signature = SignatureBox::from_string(text).map_err(|_| "is not a minisign signature")?;
    if signature.to_string() == text {
        Ok(signature)
    } else {
        Err("is not written as minisign writes it")
    }
}

/// Fails unless a signature is that of the key over these bytes.
pub(crate) fn holds(
    signature: &SignatureBox,
    bytes: &[u8],
    key: &PublicKey,
) -> Result<(), minisign::PError> {
    minisign::verify(key, signature, Cursor::new(bytes), true, false, false)
}

/// A key in base64; other spellings of the same bytes are refused.
fn canonical(key: &str) -> Option<PublicKey> {
    PublicKey::from_base64(key).ok().filter(|k| k.to_base64() == key)
}
