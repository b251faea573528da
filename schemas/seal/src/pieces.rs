//! The pieces of a file, each sealed by itself under its number, so that any can be read alone.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use crate::key::{Derived, SALT_BYTES, salt};
use crate::{LakeKey, SealError};

/// How a file of sealed pieces begins.
const MAGIC: [u8; 8] = *b"SHUMSEAL";
/// Bytes of the beginning of such a file.
pub const HEADER: usize = MAGIC.len() + SALT_BYTES;
/// Bytes that sealing adds to a piece.
pub const TAG: usize = 16;

/// Seals and opens the pieces of one file. Each number is used once.
pub struct Pieces(LessSafeKey);

impl std::fmt::Debug for Pieces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pieces(…)")
    }
}

impl Pieces {
    fn of(key: &Derived) -> Result<Self, SealError> {
        let key = UnboundKey::new(&AES_256_GCM, key.as_slice()).map_err(|_| SealError::Withheld)?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Pieces of a file that only this process reads, under a key by chance that is kept nowhere.
    ///
    /// # Errors
    /// A system without randomness.
    pub fn passing() -> Result<Self, SealError> {
        Self::of(&LakeKey::new()?.derive("shumar passing/1", &[])?)
    }

    /// Pieces of a new file, and how that begins.
    pub(crate) fn new(key: &LakeKey, purpose: &str) -> Result<([u8; HEADER], Self), SealError> {
        let salt = salt()?;
        let mut header = [0; HEADER];
        header[..MAGIC.len()].copy_from_slice(&MAGIC);
        header[MAGIC.len()..].copy_from_slice(&salt);
        Ok((header, Self::of(&key.derive(purpose, &salt)?)?))
    }

    /// Pieces of a file that begins so; `None` if it is no file of sealed pieces.
    pub(crate) fn begun(
        header: &[u8],
        key: &LakeKey,
        purpose: &str,
    ) -> Result<Option<Self>, SealError> {
        match header.strip_prefix(&MAGIC) {
            Some(salt) if salt.len() == SALT_BYTES => {
                Ok(Some(Self::of(&key.derive(purpose, salt)?)?))
            }
            _ => Ok(None),
        }
    }

    /// Seals a piece in its place; it grows by [`TAG`] bytes.
    ///
    /// # Errors
    /// A piece beyond the limits of the cipher.
    pub fn seal(&self, number: u64, piece: &mut Vec<u8>) -> Result<(), SealError> {
        let sealed = self.0.seal_in_place_append_tag(nonce(number), Aad::empty(), piece);
        sealed.map_err(|_| SealError::Withheld)
    }

    /// Opens a piece in its place; `false` if it is damaged, or another than that number's.
    pub fn open(&self, number: u64, piece: &mut Vec<u8>) -> bool {
        let opened = self.0.open_in_place(nonce(number), Aad::empty(), piece).map(|p| p.len());
        opened.map(|length| piece.truncate(length)).is_ok()
    }
}

/// A file's key is its own, so that the number of a piece is used once.
fn nonce(number: u64) -> Nonce {
    let mut bytes = [0; 12];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    Nonce::assume_unique_for_key(bytes)
}

/// Whether bytes begin as a file of sealed pieces does.
pub(crate) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_opens_in_its_own_place_only() {
        let key = LakeKey::new().expect("a key");
        let (header, pieces) = Pieces::new(&key, "test").expect("pieces");
        let mut piece = b"sixteen women and a few more".to_vec();
        pieces.seal(7, &mut piece).expect("sealed");
        assert_eq!(piece.len(), 28 + TAG);
        assert!(!piece.windows(5).any(|w| w == b"women"));
        let begun = |purpose| Pieces::begun(&header, &key, purpose).expect("a key").expect("begun");
        let opened = |pieces: &Pieces, number, change: Option<usize>| {
            let mut copy = piece.clone();
            if let Some(at) = change {
                copy[at] ^= 1;
            }
            pieces.open(number, &mut copy).then_some(copy)
        };
        let again = begun("test");
        assert_eq!(opened(&again, 7, None).as_deref(), Some(&b"sixteen women and a few more"[..]));
        assert_eq!(opened(&again, 8, None), None);
        assert_eq!(opened(&again, 7, Some(0)), None);
        assert_eq!(opened(&again, 7, Some(30)), None);
        assert_eq!(opened(&begun("other"), 7, None), None);
        let (_, other) = Pieces::new(&key, "test").expect("pieces");
        assert_eq!(opened(&other, 7, None), None, "another file has another key");
        assert!(Pieces::begun(b"SHUMSEA", &key, "test").expect("a key").is_none());
    }
}
