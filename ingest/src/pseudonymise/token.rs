//! The offices' shared key, and the tokens made with it.

use std::path::Path;

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::key;
use crate::{IngestError, Reason};

/// What is hashed before everything else, so that no other use of the key gives the same tokens.
const DOMAIN: &str = "shumar.pseudonymise/1";
/// What is hashed before the key to name it.
const KEY_ID: &[u8] = b"shumar.pseudonymise key id\0";
/// Digits of a token: those of Crockford's base 32, which has no i, l, o and u.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Digits that write 16 bytes.
const DIGITS: usize = 26;
/// The message that says what to do without the key.
const LOST: &str = "key-lost-office";

/// The first letters of a token: what it stands for, and the version of how it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A person.
    Person,
    /// The key of a record.
    Record,
}

/// A token as it is written: `t1-` or `k1-`, and 26 digits.
pub(crate) type Token = [u8; 3 + DIGITS];

/// The key that offices share. It can't be printed.
///
/// # Privacy
/// The key's bytes are wiped from memory once the keyed hash is set up. The hash's own state, from
/// which tokens can be made, stays until the program ends.
pub struct OfficeKey {
    mac: Hmac<Sha256>,
    id: String,
}

impl OfficeKey {
    /// Makes a key file with 32 random bytes, readable by its owner only. Never overwrites one.
    ///
    /// # Errors
    /// A file that is there already; what the file system or the system's randomness refuses.
    pub fn create(path: &Path) -> Result<Self, IngestError> {
        if path.symlink_metadata().is_ok() {
            return Err(IngestError::unfit(path, Reason::new("unfit-key-there")));
        }
        key::create(path)?;
        Self::read(path)
    }

    /// Reads a key file that only its owner can read.
    ///
    /// # Errors
    /// A missing or damaged key, or one that others can read.
    pub fn read(path: &Path) -> Result<Self, IngestError> {
        let bytes = key::read(path, LOST)?;
        let name = Sha256::new().chain_update(KEY_ID).chain_update(bytes.as_slice()).finalize();
        Ok(Self { mac: key::mac(path, bytes.as_slice(), LOST)?, id: hex::encode(&name[..4]) })
    }

    /// A short name of the key, by which offices see that they share it. It does not give it away.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The token of a normalised value for one purpose. Lengths are part of what is hashed.
    pub(crate) fn token(&self, sort: Sort, purpose: &str, kind: &str, value: &[u8]) -> Token {
        let mut mac = self.mac.clone();
        for part in [DOMAIN.as_bytes(), purpose.as_bytes(), kind.as_bytes(), value] {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        let mut half = [0_u8; 16];
        half.copy_from_slice(&mac.finalize().into_bytes()[..16]);
        let number = u128::from_be_bytes(half);
        let mut token: Token = *match sort {
            Sort::Person => b"t1-00000000000000000000000000",
            Sort::Record => b"k1-00000000000000000000000000",
        };
        for (i, digit) in token.iter_mut().rev().take(DIGITS).enumerate() {
            *digit = ALPHABET[(number >> (5 * i) & 31) as usize];
        }
        token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(bytes: &str) -> (tempfile::TempDir, OfficeKey) {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("key");
        std::fs::write(&path, bytes).expect("a file");
        only_owner(&path, 0o600);
        let key = OfficeKey::read(&path).expect("a key");
        (dir, key)
    }

    fn only_owner(path: &Path, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
    }

    fn words(token: Token) -> String {
        String::from_utf8(token.to_vec()).expect("ASCII")
    }

    /// Tokens of earlier files must stay the same for ever. The expectations were computed by
    /// Python's `hmac` and a base 32 of its own.
    #[test]
    fn tokens_never_change() {
        let (_dir, key) = key(&"07".repeat(32));
        let token = |sort, purpose, kind| words(key.token(sort, purpose, kind, b"1730100000002"));
        assert_eq!(
            token(Sort::Person, "person", "identity-number"),
            "t1-1q24wzht4tcfefkshqtvzsvtbx"
        );
        assert_eq!(token(Sort::Record, "key", "text"), "k1-5qwm1cc1nbnn1zmqansq4kq6rc");
        assert_eq!(key.id(), "9a46ee46");
    }

    #[test]
    fn purpose_kind_and_value_do_not_run_together() {
        let (_dir, key) = key(&"07".repeat(32));
        let token = |p, k, v: &str| key.token(Sort::Person, p, k, v.as_bytes());
        let one = token("person", "text", "ab");
        for other in [
            token("accused", "text", "ab"),
            token("person", "phone", "ab"),
            token("person", "texta", "b"),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn keys_are_made_once_and_for_their_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("office.key");
        let made = OfficeKey::create(&path).expect("a key");
        let mode = std::fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(OfficeKey::read(&path).expect("the key").id(), made.id());
        let before = std::fs::read(&path).expect("a file");
        assert!(matches!(OfficeKey::create(&path), Err(IngestError::Unfit { .. })));
        assert_eq!(std::fs::read(&path).expect("a file"), before);
        let other = OfficeKey::create(&dir.path().join("other.key")).expect("a key");
        assert_ne!(other.id(), made.id());
        assert!(made.id().len() == 8 && !String::from_utf8_lossy(&before).contains(made.id()));
    }

    #[test]
    fn open_damaged_and_missing_keys_are_refused() {
        let (dir, _) = key(&"07".repeat(32));
        let path = dir.path().join("key");
        let refused = |words: &str| match OfficeKey::read(&path) {
            Err(e @ IngestError::Key { .. }) => assert!(e.to_string().contains(words), "{e}"),
            _ => panic!("not refused"),
        };
        for mode in [0o640, 0o604, 0o622] {
            only_owner(&path, mode);
            refused("read by others");
        }
        only_owner(&path, 0o600);
        for text in
            ["", "07", &"07".repeat(31), &"07".repeat(33), &"0g".repeat(32), &"07".repeat(900)]
        {
            std::fs::write(&path, text).expect("a file");
            refused("damaged");
        }
        std::fs::write(&path, format!("{}\r\n", "07".repeat(32))).expect("a file");
        assert!(OfficeKey::read(&path).is_ok());
        std::fs::remove_file(&path).expect("a file");
        refused("missing");
    }
}
