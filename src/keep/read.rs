//! Reading a backup: decrypted and checked while it streams by. Nothing that it says is believed before
//! all of it has been read.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use age::DecryptError;
use sha2::{Digest, Sha256};

use super::WORK_MAX;
use super::manifest::{FORMAT, Listed, Manifest, NAME, may_be};
use super::passphrase::Passphrase;
use super::write::hex;
use crate::failure::{Failure, at};
use crate::output::Progress;

/// The largest manifest that is read: a million files.
const MANIFEST_MAX: u64 = 256 << 20;

/// A file of a backup that is being read.
pub(super) struct Passing<'a> {
    pub(super) name: &'a str,
    pub(super) mode: u32,
    pub(super) bytes: &'a mut dyn Read,
}

/// Reads all of a backup and compares it with its manifest; nothing is written.
pub(crate) fn check(
    file: &Path,
    passphrase: &Passphrase,
    progress: &Progress,
) -> Result<Manifest, Failure> {
    read(file, passphrase, progress, |passing| {
        std::io::copy(passing.bytes, &mut std::io::sink()).map(|_| ()).map_err(|_| damaged(file))
    })
}

/// Hands every file of a backup to `take`. When this returns well, what was handed over is, byte for
/// byte, what was saved.
pub(super) fn read(
    file: &Path,
    passphrase: &Passphrase,
    progress: &Progress,
    mut take: impl FnMut(&mut Passing<'_>) -> Result<(), Failure>,
) -> Result<Manifest, Failure> {
    progress.now("opening the backup");
    let mut archive = tar::Archive::new(open(file, passphrase)?);
    let (mut seen, mut manifest) = (BTreeMap::<String, Listed>::new(), None);
    for entry in archive.entries().map_err(|_| damaged(file))? {
        let mut entry = entry.map_err(|_| damaged(file))?;
        let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap_or_default();
        let regular = entry.header().entry_type() == tar::EntryType::Regular;
        if !regular || !may_be(&name) || seen.contains_key(&name) || manifest.is_some() {
            return Err(strange(file));
        }
        if name == NAME {
            let mut text = Vec::new();
            entry.by_ref().take(MANIFEST_MAX).read_to_end(&mut text).map_err(|_| damaged(file))?;
            manifest = Some(serde_json::from_slice(&text).map_err(|_| strange(file))?);
            continue;
        }
        progress.now(format!("reading file {}", seen.len() + 1));
        let mode = entry.header().mode().unwrap_or(0o600);
        let mut hashing = Hashing { from: entry, hash: Sha256::new(), bytes: 0, failed: false };
        let taken = take(&mut Passing { name: &name, mode, bytes: &mut hashing });
        if hashing.failed {
            return Err(damaged(file));
        }
        taken?;
        let (bytes, sha256) = (hashing.bytes, hex(&hashing.hash.finalize()));
        seen.insert(name.clone(), Listed { name, bytes, sha256 });
    }
    // A file that was cut off behind the last entry is cut off, too.
    std::io::copy(&mut archive.into_inner(), &mut std::io::sink()).map_err(|_| damaged(file))?;
    let manifest: Manifest = manifest.ok_or_else(|| damaged(file))?;
    if manifest.format != FORMAT {
        return Err(Failure::refused(format!(
            "`{}` was made by another version of shumar: its format is `{}`\n\nhint: use that version",
            file.display(),
            manifest.format
        )));
    }
    let listed: BTreeMap<String, Listed> =
        manifest.files.iter().map(|f| (f.name.clone(), f.clone())).collect();
    if listed != seen || listed.len() != manifest.files.len() {
        return Err(damaged(file));
    }
    Ok(manifest)
}

/// What was encrypted.
fn open(file: &Path, passphrase: &Passphrase) -> Result<impl Read + use<>, Failure> {
    let opened = BufReader::with_capacity(1 << 20, File::open(file).map_err(at(file))?);
    let none = || {
        Failure::refused(format!(
            "`{}` is no backup of shumar\n\nhint: give the file that `shumar backup` wrote",
            file.display()
        ))
    };
    let sealed = age::Decryptor::new_buffered(opened).map_err(|_| none())?;
    if !sealed.is_scrypt() {
        return Err(none());
    }
    let mut identity = age::scrypt::Identity::new(passphrase.0.clone());
    identity.set_max_work_factor(WORK_MAX);
    sealed.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(|e| match e {
        DecryptError::Io(e) => at(file)(e),
        DecryptError::ExcessiveWork { .. } | DecryptError::InvalidHeader => none(),
        DecryptError::InvalidMac => damaged(file),
        _ => Failure::refused(format!(
            "the passphrase is not that of `{}`\n\nhint: type it again; without it nobody can open the backup",
            file.display()
        )),
    })
}

fn damaged(file: &Path) -> Failure {
    Failure::refused(format!(
        "`{}` is damaged or cut off; nothing was restored\n\nhint: use another copy of it, or an earlier backup",
        file.display()
    ))
}

fn strange(file: &Path) -> Failure {
    Failure::refused(format!(
        "`{}` holds what no backup of shumar holds; nothing was restored\n\nhint: it was made by another program; use a backup that you know",
        file.display()
    ))
}

struct Hashing<R> {
    from: R,
    hash: Sha256,
    bytes: u64,
    /// Whether the backup could not be read, as opposed to the disk written.
    failed: bool,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let n = self.from.read(out).inspect_err(|_| self.failed = true)?;
        self.hash.update(&out[..n]);
        self.bytes += n as u64;
        Ok(n)
    }
}
