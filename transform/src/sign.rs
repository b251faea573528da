//! Signatures: minisign (Ed25519), so that anyone can check a release with a common tool.

use std::io::{Cursor, ErrorKind, Write};
use std::path::Path;

use minisign::{KeyPair, PublicKey, PublicKeyBox, SecretKeyBox, SignatureBox};

use crate::TransformError;
use crate::aside::{Aside, sync_folder};

/// File of the secret key, in `keys/`.
const SECRET: &str = "signing.key";
/// File of the public key, in `keys/`.
const PUBLIC: &str = "signing.pub";

/// Makes the signing key of a home: `signing.key` (its owner only) and `signing.pub`. Never
/// overwrites one.
///
/// # Errors
/// What the file system or the system's randomness refuses.
pub fn create_keys(keys: &Path) -> Result<(), TransformError> {
    let secret = keys.join(SECRET);
    let damaged = || TransformError::Key {
        file: secret.clone(),
        what: "no signing key could be made",
        hint: "check that the system gives randomness",
    };
    let pair = KeyPair::generate_unencrypted_keypair().map_err(|_| damaged())?;
    if secret.exists() {
        return Err(TransformError::write(&secret)(ErrorKind::AlreadyExists.into()));
    }
    let secret_text =
        pair.sk.to_box(Some("shumar signing key: keep it secret")).map_err(|_| damaged())?;
    let public_text = pair.pk.to_box().map_err(|_| damaged())?;
    // The public key first: a secret key is never without it, and one without its secret is made anew.
    let mut files = Aside::new(keys);
    files.add(PUBLIC, public_text.into_string().as_bytes())?;
    files.land()?;
    shumar_fault::point("init.public-key-written");
    let aside = keys.join(format!(".{SECRET}.tmp"));
    remove(&aside)?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&aside).map_err(TransformError::write(&aside))?;
    let written = file.write_all(secret_text.into_string().as_bytes());
    written.and_then(|()| file.sync_all()).map_err(TransformError::write(&secret))?;
    shumar_fault::point("init.secret-key-written");
    std::fs::rename(&aside, &secret).map_err(TransformError::write(&secret))?;
    sync_folder(keys)
}

/// Checks that the signing key is there, whole, closed to others, and the one of `signing.pub`.
///
/// # Errors
/// [`TransformError::Key`] says what is wrong.
pub fn check_keys(keys: &Path) -> Result<(), TransformError> {
    let signer = Signer::read(keys)?;
    let file = keys.join(PUBLIC);
    let own = signer.public.to_bytes();
    let beside = std::fs::read_to_string(&file).ok().and_then(|text| {
        let key = minisign::PublicKeyBox::from_string(&text).ok()?;
        Some(key.into_public_key().ok()?.to_bytes())
    });
    if beside.is_some_and(|key| key == own) {
        return Ok(());
    }
    let (what, hint) = (
        "is not the public key of `signing.key`",
        "restore it from the backup; releases hold a copy of it",
    );
    Err(TransformError::Key { file, what, hint })
}

/// Removes what an interruption left of a key.
fn remove(aside: &Path) -> Result<(), TransformError> {
    match std::fs::remove_file(aside) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(TransformError::write(aside)(e)),
        _ => Ok(()),
    }
}

/// A home's signing key.
pub(crate) struct Signer {
    secret: minisign::SecretKey,
    public: PublicKey,
}

impl Signer {
    /// Reads the key from a home's `keys/`.
    pub(crate) fn read(keys: &Path) -> Result<Self, TransformError> {
        let path = keys.join(SECRET);
        let problem = |what, hint| TransformError::Key { file: path.clone(), what, hint };
        let lost = "restore it from the backup; readers know your public key";
        let text = std::fs::read_to_string(&path)
            .map_err(|_| problem("the signing key is missing", lost))?;
        shumar_store::guarded(&path)?;
        let secret = SecretKeyBox::from_string(&text)
            .and_then(SecretKeyBox::into_unencrypted_secret_key)
            .map_err(|_| problem("the signing key is damaged", lost))?;
        let public = PublicKey::from_secret_key(&secret)
            .map_err(|_| problem("the signing key is damaged", lost))?;
        Ok(Self { secret, public })
    }

    /// The signature file of `data`, and the public key file to put beside it.
    pub(crate) fn sign(&self, data: &[u8], what: &str) -> Result<(String, String), TransformError> {
        let signature = self.sign_as(data, &format!("shumar release {what}"))?;
        let public = self.public.to_box().map_err(failed)?;
        Ok((signature, public.into_string()))
    }

    /// The signature file of `data`, with a comment that is signed too.
    pub(crate) fn sign_as(&self, data: &[u8], comment: &str) -> Result<String, TransformError> {
        let untrusted =
            "check with: minisign -V -p signing.pub -m FILE (release.json of a release)";
        let signature = minisign::sign(
            Some(&self.public),
            &self.secret,
            Cursor::new(data),
            Some(comment),
            Some(untrusted),
        )
        .map_err(failed)?;
        Ok(signature.into_string())
    }
}

fn failed(_: minisign::PError) -> TransformError {
    TransformError::Key {
        file: PUBLIC.into(),
        what: "nothing could be signed",
        hint: "check the key pair in `keys/`",
    }
}

/// Signs the list of a site's files with a home's key: the text of a signature file. A signature that
/// fits already is kept, because minisign draws a part of each at random. None where the home has no
/// signing key, which one that only publishes need not have.
///
/// # Errors
/// [`TransformError::Key`] for a key that is there and can't be used.
pub fn sign_site(
    keys: &Path,
    list: &[u8],
    before: Option<String>,
) -> Result<Option<String>, TransformError> {
    if !keys.join(SECRET).exists() {
        return Ok(None);
    }
    if let Some(before) = before.filter(|before| signed_by(keys, list, before)) {
        return Ok(Some(before));
    }
    Signer::read(keys)?.sign_as(list, "shumar site").map(Some)
}

/// Whether `data` was signed by the key pair of a home's `keys/`.
pub(crate) fn signed_by(keys: &Path, data: &[u8], signature: &str) -> bool {
    let holds = || {
        let public = std::fs::read_to_string(keys.join(PUBLIC)).ok()?;
        let public = PublicKeyBox::from_string(&public).ok()?.into_public_key().ok()?;
        let signature = SignatureBox::from_string(signature).ok()?;
        minisign::verify(&public, &signature, Cursor::new(data), true, false, false).ok()
    };
    holds().is_some()
}
