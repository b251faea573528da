//! The home's secret key: re-keys person tokens, so that the lake can't be joined with files.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use siphasher::sip::SipHasher24;
use zeroize::Zeroizing;

use crate::{IngestError, Reason, part};

/// Bytes of a key.
const KEY_BYTES: usize = 32;
/// The message that says what to do without the home's key.
const LOST: &str = "key-lost-home";
/// Bytes of a pseudonym or record identity.
pub(crate) const ID_BYTES: usize = 16;
/// The same, as Arrow counts.
pub(crate) const ID_WIDTH: i32 = 16;
/// A keyed identity: the first 16 bytes of an HMAC-SHA-256.
pub(crate) type Id = [u8; ID_BYTES];

/// The home's key. It can't be printed.
#[derive(Clone)]
pub struct HomeKey(Hmac<Sha256>);

impl HomeKey {
    /// Makes a key file with 32 random bytes, readable by its owner only. Never overwrites one.
    ///
    /// # Errors
    /// What the file system or the system's randomness refuses.
    pub fn create(path: &Path) -> Result<(), IngestError> {
        create(path)
    }

    /// Reads a key file that only its owner can read.
    ///
    /// # Errors
    /// A missing or damaged key, or one that others can read.
    pub fn read(path: &Path) -> Result<Self, IngestError> {
        let bytes = read(path, LOST)?;
        Ok(Self(mac(path, bytes.as_slice(), LOST)?))
    }

    /// A keyed hash for a purpose, under a key of its own that is derived from this one: what the
    /// identities of one purpose have in common is hashed once.
    pub(crate) fn begin<'a>(&self, purpose: impl IntoIterator<Item = &'a [u8]>) -> Keyed {
        let mut keyed = Keyed(self.0.clone());
        purpose.into_iter().for_each(|part| keyed.add(part));
        let key = keyed.0.finalize().into_bytes();
        // HMAC takes keys of any length; this one has the length of the digest.
        Keyed(Hmac::new_from_slice(&key).unwrap_or_else(|_| self.0.clone()))
    }

    /// A keyed short hash for a purpose, under a key of its own that is derived from this one.
    pub(crate) fn sip<'a>(&self, purpose: impl IntoIterator<Item = &'a [u8]>) -> SipHasher24 {
        SipHasher24::new_with_key(&self.begin(purpose).id())
    }

    /// A keyed identity of some parts for one purpose.
    pub(crate) fn id<'a>(&self, purpose: &'a str, parts: impl IntoIterator<Item = &'a [u8]>) -> Id {
        let mut keyed = self.begin([purpose.as_bytes()]);
        parts.into_iter().for_each(|part| keyed.add(part));
        keyed.id()
    }
}

/// A keyed hash of parts. Lengths are part of what is hashed, so no two lists of parts run together.
#[derive(Clone)]
pub(crate) struct Keyed(Hmac<Sha256>);

impl Keyed {
    /// Takes in a part.
    pub(crate) fn add(&mut self, part: &[u8]) {
        // Four bytes: a token of 32 letters and its length then fit one block of the hash.
        self.0.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
        self.0.update(part);
    }

    /// The identity of the parts.
    pub(crate) fn id(self) -> Id {
        let mut id = Id::default();
        id.copy_from_slice(&self.0.finalize().into_bytes()[..ID_BYTES]);
        id
    }
}

/// Makes a key file with 32 random bytes, readable by its owner only. Never overwrites one.
pub(crate) fn create(path: &Path) -> Result<(), IngestError> {
    let mut bytes = Zeroizing::new([0_u8; KEY_BYTES]);
    let no_randomness = |_| std::io::Error::other("the system gives no randomness");
    getrandom::fill(bytes.as_mut()).map_err(no_randomness).map_err(IngestError::write(path))?;
    let mut line = Zeroizing::new([b'\n'; 2 * KEY_BYTES + 1]);
    let no_room = |_| std::io::Error::other("the key does not fit its line");
    hex::encode_to_slice(bytes.as_slice(), &mut line[..2 * KEY_BYTES])
        .map_err(no_room)
        .map_err(IngestError::write(path))?;
    let mut part = part::begin(part::above(path)).map_err(IngestError::write(path))?;
    part.write_all(line.as_slice()).map_err(IngestError::write(path))?;
    part::name(part, path, false).map_err(IngestError::write(path))
}

/// The bytes of a key file that only its owner can read; `lost` is the message that says what to do
/// without it.
pub(crate) fn read(
    path: &Path,
    lost: &'static str,
) -> Result<Zeroizing<[u8; KEY_BYTES]>, IngestError> {
    let problem = |why| IngestError::Key { file: path.to_owned(), why };
    let mut file = match File::open(path) {
        Err(e) if e.kind() == ErrorKind::NotFound => {
            return Err(problem(Reason::new("key-missing").advised(lost)));
        }
        opened => opened.map_err(IngestError::open(path))?,
    };
    #[cfg(unix)]
    {
        let metadata = file.metadata().map_err(IngestError::open(path))?;
        if std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0 {
            return Err(problem(Reason::new("key-open")));
        }
    }
    // One byte more than a key with its line break: what is longer is no key.
    let mut text = Zeroizing::new([0_u8; 2 * KEY_BYTES + 3]);
    let mut filled = 0;
    loop {
        match file.read(&mut text[filled..]).map_err(IngestError::open(path))? {
            0 => break,
            n => filled += n,
        }
    }
    let mut bytes = Zeroizing::new([0_u8; KEY_BYTES]);
    let digits = text[..filled].trim_ascii();
    hex::decode_to_slice(digits, bytes.as_mut())
        .map_err(|_| problem(Reason::new("key-damaged").advised(lost)))?;
    Ok(bytes)
}

/// The keyed hash of a key's bytes.
pub(crate) fn mac(
    path: &Path,
    bytes: &[u8],
    lost: &'static str,
) -> Result<Hmac<Sha256>, IngestError> {
    let why = Reason::new("key-damaged").advised(lost);
    let damaged = |_| IngestError::Key { file: path.to_owned(), why };
    Hmac::new_from_slice(bytes).map_err(damaged)
}
