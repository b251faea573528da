//! The lake's key, and the keys of files that are derived from it.

use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use zeroize::Zeroizing;

use crate::SealError;

/// Bytes of a key.
pub(crate) const KEY_BYTES: usize = 32;
/// Bytes of the number by chance from which a file's key is derived.
pub(crate) const SALT_BYTES: usize = 24;

/// A derived key, wiped when it is dropped.
pub(crate) type Derived = Zeroizing<[u8; KEY_BYTES]>;

/// The lake's key. It can't be printed, and is wiped from memory.
pub struct LakeKey(Zeroizing<[u8; KEY_BYTES]>);

impl std::fmt::Debug for LakeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LakeKey(…)")
    }
}

/// How long a derived key is.
struct Long;

impl KeyType for Long {
    fn len(&self) -> usize {
        KEY_BYTES
    }
}

impl LakeKey {
    /// A new key by chance.
    ///
    /// # Errors
    /// A system without randomness.
    pub fn new() -> Result<Self, SealError> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(bytes.as_mut()).map_err(|_| SealError::Withheld)?;
        Ok(Self(bytes))
    }

    /// Reads the 64 hexadecimal digits of a key; `from` says where they stand.
    ///
    /// # Errors
    /// [`SealError::NoKey`].
    pub fn parse(digits: &str, from: &str) -> Result<Self, SealError> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        hex::decode_to_slice(digits.trim(), bytes.as_mut())
            .map_err(|_| SealError::NoKey { from: from.to_owned() })?;
        Ok(Self(bytes))
    }

    /// The 64 hexadecimal digits, to be kept in a file or handed to a process of our own.
    #[must_use]
    pub fn digits(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.0.as_slice()))
    }

    /// A key for one purpose and number.
    pub(crate) fn derive(&self, purpose: &str, salt: &[u8]) -> Result<Derived, SealError> {
        let mut derived = Zeroizing::new([0; KEY_BYTES]);
        let drawn = Salt::new(HKDF_SHA256, salt).extract(self.0.as_slice());
        let filled =
            drawn.expand(&[purpose.as_bytes()], Long).map(|okm| okm.fill(derived.as_mut()));
        filled.and_then(|filled| filled).map_err(|_| SealError::Withheld)?;
        Ok(derived)
    }
}

/// A number by chance.
pub(crate) fn salt() -> Result<[u8; SALT_BYTES], SealError> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|_| SealError::Withheld)?;
    Ok(salt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_keys_follow_rfc_5869_and_differ_by_purpose_and_number() {
        let key = LakeKey::parse(&"0b".repeat(32), "a test").expect("a key");
        let of = |purpose, salt: &[u8]| hex::encode(key.derive(purpose, salt).expect("a key"));
        // HKDF-SHA-256 worked out by Python's hmac.
        assert_eq!(of("shumar", b"salt"), EXPECTED);
        assert_ne!(of("shumar", b"salt"), of("shumar", b"tlas"));
        assert_ne!(of("shumar", b"salt"), of("shuma", b"rsalt"));
    }

    const EXPECTED: &str = "3148cc484e8c4366886a9c4d67860061a11485b9486e98038ceabce702b204b4";

    #[test]
    fn digits_are_read_back_and_never_shown() {
        let key = LakeKey::new().expect("a key");
        let again = LakeKey::parse(&format!("{}\n", &*key.digits()), "a test").expect("a key");
        assert_eq!(key.digits(), again.digits());
        assert!(!format!("{key:?}").contains(&key.digits()[..8]));
        for bad in ["", "00", &"g".repeat(64), &"0".repeat(66)] {
            let why = LakeKey::parse(bad, "the variable X").expect_err("no key").to_string();
            assert!(why.contains("the variable X"));
        }
    }
}
