//! Who asked: one encrypted file a request, and nowhere else.
//!
//! Files are encrypted with age (X25519) to a key that is made at first use. They are padded, so
//! that their size tells little. An applicant has no `Debug`, and is wiped from memory when dropped.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use age::x25519;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::RtiError;
use crate::clean::{clean, clean_lines};

/// The key file in a home.
const KEY: &str = "keys/rti.key";
/// The folder of the encrypted files.
const FOLDER: &str = "rti/applicants";
/// Files are filled up to whole blocks of so many bytes.
const BLOCK: usize = 4096;

/// Who asked, and in which words.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Applicant {
    /// The name.
    #[serde(default)]
    pub name: String,
    /// The number of the identity card.
    #[serde(default)]
    pub identity_number: String,
    /// The postal address.
    #[serde(default)]
    pub address: String,
    /// Telephone or e-mail.
    #[serde(default)]
    pub contact: String,
    /// The request in the applicant's own words.
    #[serde(default)]
    pub words: String,
}

impl Applicant {
    /// Without control characters and marks that turn text.
    #[must_use]
    pub fn cleaned(&self) -> Self {
        Self {
            name: clean(&self.name),
            identity_number: clean(&self.identity_number),
            address: clean_lines(&self.address),
            contact: clean(&self.contact),
            words: clean_lines(&self.words),
        }
    }
}

impl Drop for Applicant {
    fn drop(&mut self) {
        self.name.zeroize();
        self.identity_number.zeroize();
        self.address.zeroize();
        self.contact.zeroize();
        self.words.zeroize();
    }
}

/// The encrypted files of a home.
pub(crate) struct Store {
    key: PathBuf,
    folder: PathBuf,
}

impl Store {
    pub(crate) fn of(home: &Path) -> Self {
        Self { key: home.join(KEY), folder: home.join(FOLDER) }
    }

    /// Writes who made a request, aside and whole.
    ///
    /// # Errors
    /// A key that others can read, and what the disk refuses.
    pub(crate) fn put(&self, reference: &str, applicant: &Applicant) -> Result<(), RtiError> {
        private_folder(&self.folder)?;
        let key = self.key_or_new()?;
        let unbuilt = |_| RtiError::Build { what: "the applicant's file" };
        let mut plain = Zeroizing::new(Vec::with_capacity(2 * BLOCK));
        serde_json::to_writer(&mut *plain, &applicant.cleaned())
            .map_err(|_| RtiError::Build { what: "the applicant's file" })?;
        // JSON may end in blanks.
        let filled = plain.len().div_ceil(BLOCK) * BLOCK;
        plain.resize(filled, b' ');
        let sealed = age::encrypt(&key.to_public(), &plain).map_err(unbuilt)?;
        let path = self.path(reference);
        let aside = path.with_extension("tmp");
        write_private(&aside, &sealed, false)?;
        shumar_fault::point("rti.applicant-aside");
        fs::rename(&aside, &path).map_err(RtiError::write(&path))?;
        sync_above(&path)
    }

    /// Who made a request; nobody when the file was erased.
    ///
    /// # Errors
    /// A missing or other key, and a file that was changed.
    pub(crate) fn get(&self, reference: &str) -> Result<Option<Applicant>, RtiError> {
        let path = self.path(reference);
        let sealed = match fs::read(&path) {
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            read => read.map_err(RtiError::read(&path))?,
        };
        let unreadable = || RtiError::Damaged {
            what: format!("the applicant's file of `{reference}` does not open with `{KEY}`"),
        };
        let plain = age::decrypt(&self.key()?, &sealed).map_err(|_| unreadable())?;
        let plain = Zeroizing::new(plain);
        serde_json::from_slice(&plain).map(Some).map_err(|_| unreadable())
    }

    /// Deletes who made a request.
    ///
    /// # Errors
    /// What the disk refuses.
    pub(crate) fn erase(&self, reference: &str) -> Result<(), RtiError> {
        let path = self.path(reference);
        match fs::remove_file(&path) {
            Err(e) if e.kind() != ErrorKind::NotFound => Err(RtiError::write(&path)(e)),
            _ => Ok(()),
        }
    }

    fn path(&self, reference: &str) -> PathBuf {
        self.folder.join(format!("{reference}.age"))
    }

    /// Whether anybody's file is here.
    pub(crate) fn has_files(&self) -> bool {
        fs::read_dir(&self.folder).is_ok_and(|mut f| {
            f.any(|e| e.is_ok_and(|e| e.path().extension().is_some_and(|x| x == "age")))
        })
    }

    fn key_or_new(&self) -> Result<x25519::Identity, RtiError> {
        if !self.key.exists() {
            if self.has_files() {
                return Err(self.lost());
            }
            let made = x25519::Identity::generate().to_string();
            self.keep_key(format!("{}\n", made.expose_secret()).as_bytes())?;
        }
        self.key()
    }

    /// Writes the key aside, and gives it its name when it is whole.
    fn keep_key(&self, text: &[u8]) -> Result<(), RtiError> {
        let aside = self.key.with_file_name(".rti.key.tmp");
        write_private(&aside, text, false)?;
        shumar_fault::point("rti.key-written");
        fs::rename(&aside, &self.key).map_err(RtiError::write(&self.key))?;
        sync_above(&self.key)
    }

    fn key(&self) -> Result<x25519::Identity, RtiError> {
        let text = match fs::read_to_string(&self.key) {
            Err(e) if e.kind() == ErrorKind::NotFound => return Err(self.lost()),
            read => Zeroizing::new(read.map_err(RtiError::read(&self.key))?),
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let about = fs::metadata(&self.key).map_err(RtiError::read(&self.key))?;
            if about.permissions().mode() & 0o077 != 0 {
                let (what, hint) =
                    ("can be read by others than its owner", "run `chmod 600` on it");
                return Err(RtiError::Key { path: self.key.clone(), what, hint });
            }
        }
        let (what, hint) = ("is no key of the desk", "restore it from the backup of keys/");
        text.trim().parse().map_err(|_| RtiError::Key { path: self.key.clone(), what, hint })
    }

    fn lost(&self) -> RtiError {
        let what = "is missing: applicants' files can't be opened without it";
        RtiError::Key { path: self.key.clone(), what, hint: "restore it from the backup of keys/" }
    }
}

/// Sees the names in the folder of a file onto the disk.
fn sync_above(path: &Path) -> Result<(), RtiError> {
    let synced = path.parent().map_or(Ok(()), |folder| fs::File::open(folder)?.sync_all());
    synced.map_err(RtiError::write(path))
}

/// Makes a folder that only its owner may enter.
pub(crate) fn private_folder(folder: &Path) -> Result<(), RtiError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(RtiError::write(folder))
}

/// Writes a file that only its owner may read, and sees it onto the disk.
pub(crate) fn write_private(path: &Path, bytes: &[u8], new: bool) -> Result<(), RtiError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(new).create(!new).truncate(!new);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(RtiError::write(path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(RtiError::write(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn somebody() -> Applicant {
        let mut somebody = Applicant::default();
        somebody.name = "Test Applicant".to_owned();
        somebody
    }

    #[test]
    fn what_is_put_comes_back_and_can_be_erased() {
        let home = tempfile::tempdir().expect("a folder");
        fs::create_dir(home.path().join("keys")).expect("a folder");
        let store = Store::of(home.path());
        store.put("RTI-2026-0001", &somebody()).expect("put");
        assert!(store.get("RTI-2026-0001").expect("read") == Some(somebody()));
        let sealed =
            fs::read(home.path().join("rti/applicants/RTI-2026-0001.age")).expect("a file");
        assert!(!sealed.windows(4).any(|w| w == b"Test"));
        let mut long = somebody();
        long.words = "x".repeat(3000);
        store.put("RTI-2026-0002", &long).expect("put");
        let size =
            fs::metadata(home.path().join("rti/applicants/RTI-2026-0002.age")).expect("a file");
        // age adds a stanza of random length; what was written adds nothing.
        let differs = size.len().abs_diff(sealed.len() as u64);
        assert!(differs < 512, "the size tells how much was written: {differs}");
        store.erase("RTI-2026-0001").expect("erased");
        assert!(store.get("RTI-2026-0001").expect("read").is_none());
    }

    #[test]
    fn a_lost_changed_or_open_key_is_told_and_never_replaced() {
        let home = tempfile::tempdir().expect("a folder");
        fs::create_dir(home.path().join("keys")).expect("a folder");
        let (store, key) = (Store::of(home.path()), home.path().join(KEY));
        store.put("RTI-2026-0001", &somebody()).expect("put");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |m| fs::set_permissions(&key, fs::Permissions::from_mode(m)).expect("set");
            assert_eq!(fs::metadata(&key).expect("a key").permissions().mode() & 0o777, 0o600);
            mode(0o644);
            assert!(matches!(store.get("RTI-2026-0001"), Err(RtiError::Key { .. })));
            mode(0o600);
        }
        fs::remove_file(&key).expect("removed");
        assert!(matches!(store.put("RTI-2026-0002", &somebody()), Err(RtiError::Key { .. })));
        assert!(!key.exists());
        let other = x25519::Identity::generate().to_string();
        write_private(&key, other.expose_secret().as_bytes(), true).expect("another key");
        assert!(matches!(store.get("RTI-2026-0001"), Err(RtiError::Damaged { .. })));
    }
}
