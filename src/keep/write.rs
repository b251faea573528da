//! Writing a backup: one pass over the files into tar, encryption and disk, in bounded memory.

use std::fs::File;
use std::io::{BufReader, BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::WORK;
use super::gather::{Gathered, Source, gather};
use super::manifest::{FORMAT, Listed, Manifest, NAME, may_be};
use super::passphrase::Passphrase;
use crate::failure::{Failure, at};
use crate::home::{Home, SOFTWARE};
use crate::output::Progress;

/// Writes a backup of a home into a new file, wholly or not at all.
pub(crate) fn backup(
    home: &Home,
    file: &Path,
    passphrase: &Passphrase,
    progress: &Progress,
) -> Result<Manifest, Failure> {
    if file.exists() {
        return Err(Failure::refused(format!(
            "`{}` is there already; nothing was written\n\nhint: give every backup a name of its own, with its day",
            file.display()
        )));
    }
    progress.now("copying the database");
    let gathered = gather(home)?;
    shumar_fault::point("backup.gathered");
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let written = write(&gathered, &part, passphrase, progress);
    let renamed = written.and_then(|manifest| {
        shumar_fault::point("backup.written");
        std::fs::rename(&part, file).map_err(at(file))?;
        shumar_fault::point("backup.renamed");
        let folder = file.parent().filter(|f| !f.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        File::open(folder).and_then(|f| f.sync_all()).map_err(at(folder))?;
        Ok(manifest)
    });
    if renamed.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    renamed
}

fn write(
    gathered: &Gathered,
    part: &Path,
    passphrase: &Passphrase,
    progress: &Progress,
) -> Result<Manifest, Failure> {
    let broken = |e: std::io::Error| at(part)(e);
    // What a killed backup left under this name is nothing yet.
    let _ = std::fs::remove_file(part);
    let out = BufWriter::with_capacity(1 << 20, shumar_store::write_new(part, b"")?);
    let mut recipient = age::scrypt::Recipient::new(passphrase.0.clone());
    recipient.set_work_factor(WORK);
    let sealed =
        age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
            .map_err(|_| Failure::broken("the backup can't be encrypted"))?;
    let mut tar = tar::Builder::new(sealed.wrap_output(out).map_err(broken)?);
    let mut files = Vec::new();
    let all = gathered.files.len();
    for (i, source) in gathered.files.iter().enumerate() {
        progress.now(format!("writing file {} of {all}", i + 1));
        files.extend(add(&mut tar, source, part)?);
    }
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        made: gathered.made.clone(),
        software: SOFTWARE.to_owned(),
        lineage: gathered.lineage.clone(),
        ledger: gathered.ledger.clone(),
        files,
    };
    let text = serde_json::to_vec(&manifest).map_err(|e| Failure::broken(e.to_string()))?;
    tar.append_data(&mut header(text.len() as u64, 0o600), NAME, text.as_slice())
        .map_err(broken)?;
    let sealed = tar.into_inner().map_err(broken)?;
    let mut out = sealed.finish().map_err(broken)?;
    out.flush().map_err(broken)?;
    out.get_ref().sync_all().map_err(broken)?;
    Ok(manifest)
}

/// Adds a file, unless it is gone and nothing refers to it.
fn add<W: Write>(
    tar: &mut tar::Builder<W>,
    source: &Source,
    part: &Path,
) -> Result<Option<Listed>, Failure> {
    let Source { name, from, may_go } = source;
    if !may_be(name) {
        return Err(Failure::refused(format!(
            "`{name}` has a name that a backup does not take; no backup was made\n\nhint: rename or remove it"
        )));
    }
    let file = match File::open(from) {
        Err(e) if *may_go && e.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(at(from))?,
    };
    let about = file.metadata().map_err(at(from))?;
    let bytes = about.len();
    let mut reading =
        Reading { file: BufReader::with_capacity(1 << 18, file), hash: Sha256::new(), left: bytes };
    let written = tar.append_data(&mut header(bytes, mode(&about)), name, &mut reading);
    if reading.left > 0 && written.is_err() {
        return Err(Failure::refused(format!(
            "`{name}` changed while it was saved; no backup was made\n\nhint: let whoever writes it finish, and run the command again"
        )));
    }
    written.map_err(at(part))?;
    let sha256 = hex(&reading.hash.finalize());
    Ok(Some(Listed { name: name.clone(), bytes, sha256 }))
}

fn header(bytes: u64, mode: u32) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Regular);
    header.set_size(bytes);
    header.set_mode(mode);
    header.set_mtime(0);
    header
}

#[cfg(unix)]
fn mode(about: &std::fs::Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o755
}

#[cfg(not(unix))]
fn mode(_: &std::fs::Metadata) -> u32 {
    0o600
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// A file of a size that was told: no more is read of it, and less is an error.
struct Reading {
    file: BufReader<File>,
    hash: Sha256,
    left: u64,
}

impl Read for &mut Reading {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(out.len());
        let n = self.file.read(&mut out[..most])?;
        if n == 0 && most > 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.hash.update(&out[..n]);
        self.left -= n as u64;
        Ok(n)
    }
}
