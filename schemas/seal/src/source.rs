//! Where the lake's key comes from: the environment, a file, or a file that a passphrase opens.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use zeroize::Zeroizing;

use crate::seal::Ask;
use crate::{LakeKey, SealError};

/// The key's file in a home.
pub const KEY_FILE: &str = "keys/lake.key";
/// The key's file in a home whose key a passphrase opens.
pub const WRAPPED_FILE: &str = "keys/lake.key.age";
/// The variable that may hold the key.
pub const VARIABLE: &str = "SHUMAR_LAKE_KEY";
/// The variable that may name the key's file.
const FILE_VARIABLE: &str = "SHUMAR_LAKE_KEY_FILE";
/// Variables that hold secrets of a home: no other program is started with them.
pub const SECRETS: [&str; 3] = [VARIABLE, "SHUMAR_LAKE_PASSPHRASE", "SHUMAR_PASSPHRASE"];
/// Work of the passphrase's derivation, a power of two: half a second.
const WORK: u8 = 17;
/// More is refused: a file that asks for it was made to stop us.
const WORK_MAX: u8 = 20;
/// A wrapped key is some hundreds of bytes.
const WRAPPED_MAX: u64 = 64 << 10;

/// Where a key comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The variable `SHUMAR_LAKE_KEY`.
    Environment,
    /// The file that `SHUMAR_LAKE_KEY_FILE` names.
    Named(PathBuf),
    /// `keys/lake.key` of the home.
    Home(PathBuf),
    /// `keys/lake.key.age` of the home, which a passphrase opens.
    Wrapped(PathBuf),
}

impl Source {
    /// The source that is named outside the home, if any.
    #[must_use]
    pub fn outside() -> Option<Self> {
        let filled = |name| std::env::var_os(name).filter(|v| !v.is_empty());
        if filled(VARIABLE).is_some() {
            return Some(Self::Environment);
        }
        filled(FILE_VARIABLE).map(|file| Self::Named(file.into()))
    }

    /// Where a home's key comes from: what is named outside counts before what the home holds.
    #[must_use]
    pub fn of(home: &Path) -> Option<Self> {
        let inside = || {
            let (key, wrapped) = (home.join(KEY_FILE), home.join(WRAPPED_FILE));
            let has = |file: &PathBuf| file.exists();
            let key = Some(key).filter(has).map(Self::Home);
            key.or_else(|| Some(wrapped).filter(has).map(Self::Wrapped))
        };
        Self::outside().or_else(inside)
    }

    /// Whether the key is in the home's own folder, and so in its backups.
    #[must_use]
    pub fn is_in_home(&self) -> bool {
        matches!(self, Self::Home(_) | Self::Wrapped(_))
    }

    /// Its name in messages.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Environment => format!("the variable {VARIABLE}"),
            Self::Named(file) | Self::Home(file) | Self::Wrapped(file) => {
                format!("`{}`", file.display())
            }
        }
    }

    /// Reads the key.
    ///
    /// # Errors
    /// A file that is missing or that others can read, what is no key, a wrong passphrase.
    pub fn read(&self, ask: Ask) -> Result<LakeKey, SealError> {
        match self {
            Self::Environment => {
                let digits = Zeroizing::new(std::env::var(VARIABLE).unwrap_or_default());
                LakeKey::parse(&digits, &self.name())
            }
            Self::Named(file) | Self::Home(file) => {
                let text = secret(file)?;
                let text = std::str::from_utf8(&text).unwrap_or_default();
                LakeKey::parse(text, &self.name())
            }
            Self::Wrapped(file) => unwrap(file, &secret(file)?, ask(false)?),
        }
    }

    /// Makes a key by chance, and keeps it there. A variable can't be made: its key is read.
    ///
    /// # Errors
    /// What the disk refuses. A key is never overwritten.
    pub fn make(&self, ask: Ask) -> Result<LakeKey, SealError> {
        let (file, passphrase) = match self {
            Self::Environment => return self.read(ask),
            Self::Named(file) if file.exists() => return self.read(ask),
            Self::Named(file) | Self::Home(file) => (file, None),
            Self::Wrapped(file) => (file, Some(ask(true)?)),
        };
        let key = LakeKey::new()?;
        let digits = key.digits();
        let line = Zeroizing::new(format!("{}\n", &*digits));
        let bytes = match passphrase {
            Some(passphrase) => wrap(line.as_bytes(), passphrase)?,
            None => Zeroizing::new(line.as_bytes().to_vec()),
        };
        // Written aside first: half a key must not stand under the key's name.
        let aside = file.with_extension("tmp");
        let _ = std::fs::remove_file(&aside);
        shumar_store::write_new(&aside, &bytes)?;
        // A second name is never given to what stands; where there are none, the file is renamed.
        let named = std::fs::hard_link(&aside, file);
        let named =
            named.or_else(|e| if file.exists() { Err(e) } else { std::fs::rename(&aside, file) });
        let _ = std::fs::remove_file(&aside);
        named.map_err(|_| SealError::Several { from: self.name() })?;
        if let Some(folder) = file.parent().filter(|f| !f.as_os_str().is_empty()) {
            let seen = std::fs::File::open(folder).and_then(|f| f.sync_all());
            seen.map_err(SealError::read(folder))?;
        }
        Ok(key)
    }
}

/// The bytes of a file that only its owner can read.
fn secret(file: &Path) -> Result<Zeroizing<Vec<u8>>, SealError> {
    if !file.exists() {
        return Err(SealError::Missing);
    }
    shumar_store::guarded(file)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(1024));
    let opened = std::fs::File::open(file).map_err(SealError::read(file))?;
    opened.take(WRAPPED_MAX).read_to_end(&mut bytes).map_err(SealError::read(file))?;
    Ok(bytes)
}

fn wrap(key: &[u8], passphrase: SecretString) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let mut recipient = age::scrypt::Recipient::new(passphrase);
    recipient.set_work_factor(WORK);
    let all = std::iter::once(&recipient as &dyn age::Recipient);
    let sealed = age::Encryptor::with_recipients(all).map_err(|_| SealError::Withheld)?;
    let mut bytes = Zeroizing::new(Vec::new());
    let withheld = |_| SealError::Withheld;
    let mut out = sealed.wrap_output(&mut *bytes).map_err(withheld)?;
    out.write_all(key).map_err(withheld)?;
    out.finish().map_err(withheld)?;
    Ok(bytes)
}

fn unwrap(file: &Path, bytes: &[u8], passphrase: SecretString) -> Result<LakeKey, SealError> {
    let damaged = || SealError::Damaged { file: file.to_owned() };
    let sealed = age::Decryptor::new_buffered(bytes).map_err(|_| damaged())?;
    let mut identity = age::scrypt::Identity::new(passphrase);
    identity.set_max_work_factor(WORK_MAX);
    let opened = sealed.decrypt(std::iter::once(&identity as &dyn age::Identity));
    let mut opened = opened.map_err(|e| match e {
        age::DecryptError::ExcessiveWork { .. } | age::DecryptError::InvalidHeader => damaged(),
        _ => SealError::Passphrase { file: file.to_owned() },
    })?;
    let mut digits = Zeroizing::new(String::with_capacity(128));
    opened.read_to_string(&mut digits).map_err(|_| damaged())?;
    LakeKey::parse(&digits, &format!("`{}`", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_key_opens_with_its_passphrase_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("lake.key.age");
        let source = Source::Wrapped(file.clone());
        let key = source.make(|new| Ok(SecretString::from(format!("right {new}")))).expect("made");
        let ask: Ask = |_| Ok(SecretString::from("right true".to_owned()));
        assert_eq!(source.read(ask).expect("read").digits(), key.digits());
        let wrong: Ask = |_| Ok(SecretString::from("wrong".to_owned()));
        assert!(matches!(source.read(wrong), Err(SealError::Passphrase { .. })));
        assert!(matches!(source.make(ask), Err(SealError::Several { .. })));
        let text = std::fs::read(&file).expect("bytes");
        assert!(!text.windows(8).any(|w| w == &key.digits().as_bytes()[..8]));
        std::fs::write(&file, &text[..40]).expect("written");
        assert!(matches!(source.read(ask), Err(SealError::Damaged { .. })));
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("lake.key");
        let source = Source::Home(file.clone());
        let never: Ask = |_| Err(SealError::Missing);
        let key = source.make(never).expect("made");
        assert_eq!(source.read(never).expect("read").digits(), key.digits());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let open = std::fs::Permissions::from_mode(0o640);
            std::fs::set_permissions(&file, open).expect("opened");
            assert!(matches!(source.read(never), Err(SealError::Store(_))));
        }
        std::fs::remove_file(&file).expect("removed");
        assert!(matches!(source.read(never), Err(SealError::Missing)));
    }
}
