//! How a home's lake is written and read: plain, or sealed with a key that is fetched when it is
//! first needed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use age::secrecy::SecretString;
use parquet::encryption::decrypt::{FileDecryptionProperties, KeyRetriever};
use parquet::encryption::encrypt::FileEncryptionProperties;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterPropertiesBuilder;
use rusqlite::Connection;

use crate::key::{SALT_BYTES, salt};
use crate::pieces::{HEADER, Pieces};
use crate::source::Source;
use crate::{LakeKey, SealError, state};

/// Asks for the passphrase; `true` for a new one.
pub type Ask = fn(new: bool) -> Result<SecretString, SealError>;

const PARQUET: &str = "shumar parquet/1";
const TEXT: &str = "shumar text/1";
/// How a sealed text begins.
const SEALED_TEXT: &str = "sealed:";

/// How a home's lake is written and read.
#[derive(Debug, Clone, Default)]
pub struct Seal(Option<Arc<Sealed>>);

/// A lake without encryption.
pub static PLAIN: Seal = Seal::plain();

#[derive(Debug)]
struct Sealed {
    home: PathBuf,
    /// What the database remembers.
    entered: Option<String>,
    ask: Ask,
    key: OnceLock<LakeKey>,
}

impl Seal {
    /// A lake without encryption.
    #[must_use]
    pub const fn plain() -> Self {
        Self(None)
    }

    /// A lake that is sealed with this key.
    #[must_use]
    pub fn with(key: LakeKey) -> Self {
        let ask: Ask = |_| Err(SealError::Missing);
        let home = PathBuf::new();
        Self(Some(Arc::new(Sealed { home, entered: None, ask, key: OnceLock::from(key) })))
    }

    /// The lake of a home, as its database remembers it. The key is fetched when it is needed.
    ///
    /// # Errors
    /// A database that can't be used.
    pub fn of(home: &Path, register: &Connection, ask: Ask) -> Result<Self, SealError> {
        let sealed = state::entered(register)?.map(|entered| {
            let (home, entered) = (home.to_owned(), Some(entered));
            Arc::new(Sealed { home, entered, ask, key: OnceLock::new() })
        });
        Ok(Self(sealed))
    }

    /// Whether the lake is encrypted.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// The lake's key; `None` if the lake is plain.
    ///
    /// # Errors
    /// A key that is missing, wrong, or that others can read.
    pub fn key(&self) -> Result<Option<&LakeKey>, SealError> {
        self.0.as_ref().map(|sealed| sealed.key()).transpose()
    }

    /// How a new Parquet file is written: wholly encrypted, footer and all, under a key of its own.
    ///
    /// # Errors
    /// A key that can't be had.
    pub fn writing(
        &self,
        properties: WriterPropertiesBuilder,
    ) -> Result<WriterPropertiesBuilder, SealError> {
        let Some(key) = self.key()? else { return Ok(properties) };
        let salt = salt()?;
        let derived = key.derive(PARQUET, &salt)?;
        let sealed = FileEncryptionProperties::builder(derived.to_vec())
            .with_footer_key_metadata(salt.to_vec())
            .build()
            .map_err(|_| SealError::Withheld)?;
        Ok(properties.with_file_encryption_properties(sealed))
    }

    /// What reading any Parquet file of the lake needs; `None` if the lake is plain.
    ///
    /// # Errors
    /// A key that can't be had.
    pub fn reading(&self) -> Result<Option<Arc<FileDecryptionProperties>>, SealError> {
        if self.key()?.is_none() {
            return Ok(None);
        }
        let keys: Arc<dyn KeyRetriever> = Arc::new(self.clone());
        let opened = FileDecryptionProperties::with_key_retriever(keys).build();
        opened.map(Some).map_err(|_| SealError::Withheld)
    }

    /// The pieces of a new file that is no Parquet file, and how it begins; `None` if the lake is
    /// plain.
    ///
    /// # Errors
    /// A key that can't be had.
    pub fn pieces(&self, purpose: &str) -> Result<Option<([u8; HEADER], Pieces)>, SealError> {
        self.key()?.map(|key| Pieces::new(key, purpose)).transpose()
    }

    /// The pieces of a file that begins so; `None` if it is not sealed, or the lake is plain.
    ///
    /// # Errors
    /// A key that can't be had.
    pub fn begun(&self, purpose: &str, header: &[u8]) -> Result<Option<Pieces>, SealError> {
        let Some(key) = self.key()? else { return Ok(None) };
        Pieces::begun(header, key, purpose)
    }

    /// A text of the database that tells of records, as it is kept.
    ///
    /// # Errors
    /// A key that can't be had.
    pub fn text(&self, text: &str) -> Result<String, SealError> {
        let Some((header, pieces)) = self.pieces(TEXT)? else { return Ok(text.to_owned()) };
        let mut piece = text.as_bytes().to_vec();
        pieces.seal(0, &mut piece)?;
        Ok(format!("{SEALED_TEXT}{}{}", hex::encode(header), hex::encode(piece)))
    }

    /// A text of the database, as it was; `None` if it can't be opened.
    ///
    /// # Errors
    /// A key that can't be had.
    pub fn opened(&self, kept: &str) -> Result<Option<String>, SealError> {
        let Some(digits) = kept.strip_prefix(SEALED_TEXT) else { return Ok(Some(kept.to_owned())) };
        let Ok(bytes) = hex::decode(digits) else { return Ok(None) };
        let Some((header, piece)) = bytes.split_at_checked(HEADER) else { return Ok(None) };
        let Some(pieces) = self.begun(TEXT, header)? else { return Ok(None) };
        let mut piece = piece.to_vec();
        let whole = pieces.open(0, &mut piece);
        Ok(whole.then(|| String::from_utf8(piece).ok()).flatten())
    }
}

impl Sealed {
    fn key(&self) -> Result<&LakeKey, SealError> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let source = Source::of(&self.home).ok_or(SealError::Missing)?;
        let key = source.read(self.ask)?;
        if let Some(entered) = &self.entered
            && !state::is_of(&key, entered)?
        {
            return Err(SealError::Wrong { from: source.name() });
        }
        Ok(self.key.get_or_init(|| key))
    }
}

impl KeyRetriever for Seal {
    fn retrieve_key(&self, number: &[u8]) -> parquet::errors::Result<Vec<u8>> {
        let none = || ParquetError::General("no key".to_owned());
        let key = self.key().ok().flatten().filter(|_| number.len() == SALT_BYTES);
        let derived = key.ok_or_else(none)?.derive(PARQUET, number).map_err(|_| none())?;
        Ok(derived.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_opened_by_their_own_lake_only() {
        let seal = Seal::with(LakeKey::new().expect("a key"));
        let kept = seal.text("PK-KP-MARDAN: 3").expect("kept");
        assert!(!kept.contains("MARDAN"));
        assert_eq!(seal.opened(&kept).expect("a key").as_deref(), Some("PK-KP-MARDAN: 3"));
        let other = Seal::with(LakeKey::new().expect("a key"));
        assert_eq!(other.opened(&kept).expect("a key"), None);
        assert_eq!(Seal::plain().opened(&kept).expect("no key"), None);
        assert_eq!(Seal::plain().text("x").expect("kept"), "x");
        assert_eq!(seal.opened("x").expect("a key").as_deref(), Some("x"));
    }
}
