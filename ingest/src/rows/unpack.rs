//! Unpacking within limits: a small file must not fill the disk.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use super::content::refuse;
use crate::{IngestError, Reason};

/// No file of records is larger unpacked.
const UNPACKED_MAX: u64 = 4 << 30;
/// Tables pack ten to fifty times smaller; what packs better than this was made to do harm.
const TIMES_MAX: u64 = 200;
/// No text of a workbook's part is longer: its reader holds each text whole.
const TEXT_MAX: usize = 64 << 20;
/// So small a file may unpack to anything.
const ALWAYS_ALLOWED: u64 = 16 << 20;
/// What systems put into an archive by themselves.
const CLUTTER: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// Unpacks a gzip file of one or several parts.
pub(super) fn gzip(path: &Path, packed: File, scratch: &Path) -> Result<File, IngestError> {
    let size = packed.metadata().map_err(IngestError::open(path))?.len();
    unpack(path, &mut MultiGzDecoder::new(BufReader::new(packed)), size, scratch)
}

/// Unpacks the one data file of a ZIP archive; also tells its name.
pub(super) fn zip(
    path: &Path,
    packed: File,
    scratch: &Path,
) -> Result<(String, File), IngestError> {
    let damaged = |_| refuse(path, Reason::new("zip-damaged"));
    let mut archive = ZipArchive::new(BufReader::new(packed)).map_err(damaged)?;
    let mut data = Vec::new();
    for i in 0..archive.len() {
        let entry = archive.by_index_raw(i).map_err(damaged)?;
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        if !entry.is_dir() && !is_clutter(&name) {
            data.push((i, name, entry.encrypted()));
        }
    }
    let (place, name) = match data.as_slice() {
        [(_, _, true)] => return Err(refuse(path, Reason::new("zip-password"))),
        [(place, name, false)] => (*place, name.clone()),
        [] => return Err(refuse(path, Reason::new("zip-empty"))),
        many => {
            return Err(refuse(path, Reason::new("zip-many").count("files", many.len())));
        }
    };
    let unusual = |_| refuse(path, Reason::new("zip-unusual"));
    let mut entry = archive.by_index(place).map_err(unusual)?;
    let size = entry.compressed_size();
    let file = unpack(path, &mut entry, size, scratch)?;
    Ok((name, file))
}

/// Refuses a workbook whose parts unpack beyond the limits, or hold a text without end. What an
/// archive says of its own sizes may be false, so it is unpacked and thrown away. Tells whether a
/// word stands in any part.
pub(super) fn weigh(path: &Path, workbook: &File, word: &str) -> Result<bool, IngestError> {
    let damaged = || refuse(path, Reason::new("book-damaged"));
    let mut file = workbook.try_clone().map_err(IngestError::open(path))?;
    let size = file.metadata().map_err(IngestError::open(path))?.len();
    let mut archive = ZipArchive::new(BufReader::new(&mut file)).map_err(|_| damaged())?;
    let (mut left, mut found) = (allowed(size), false);
    let (word, mut buffer) = (word.as_bytes(), vec![0; 1 << 16]);
    for i in 0..archive.len() {
        let Ok(mut entry) = archive.by_index(i) else { continue };
        let (mut kept, mut text) = (0, 0);
        // A part that can't be unpacked is the workbook reader's to judge.
        while let Ok(read @ 1..) = entry.read(&mut buffer[kept..]) {
            left = left.checked_sub(read as u64).ok_or_else(|| too_large(path))?;
            let filled = kept + read;
            text = match memchr::memrchr(b'<', &buffer[kept..filled]) {
                Some(tag) => read - tag,
                None => text + read,
            };
            if text > TEXT_MAX {
                return Err(too_large(path));
            }
            found = found || memchr::memmem::find(&buffer[..filled], word).is_some();
            // The word may stand across two reads.
            kept = filled.min(word.len());
            buffer.copy_within(filled - kept..filled, 0);
        }
    }
    drop(archive);
    file.rewind().map_err(IngestError::open(path))?;
    Ok(found)
}

fn is_clutter(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.starts_with("__MACOSX/") || last.starts_with("._") || CLUTTER.contains(&last)
}

fn allowed(packed: u64) -> u64 {
    packed.saturating_mul(TIMES_MAX).clamp(ALWAYS_ALLOWED, UNPACKED_MAX)
}

fn too_large(path: &Path) -> IngestError {
    refuse(path, Reason::new("packed-vast"))
}

/// Unpacks into a file without a name, so that a crash leaves nothing behind.
fn unpack(
    path: &Path,
    from: &mut dyn Read,
    packed: u64,
    scratch: &Path,
) -> Result<File, IngestError> {
    let broken = || IngestError::write(scratch);
    let mut folder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.recursive(true).create(scratch).map_err(broken())?;
    let file = tempfile::tempfile_in(scratch).map_err(broken())?;
    let mut out = BufWriter::new(file);
    let (mut left, mut buffer) = (allowed(packed), vec![0; 1 << 16]);
    loop {
        let damaged = |_| refuse(path, Reason::new("packed-damaged"));
        let read = from.read(&mut buffer).map_err(damaged)?;
        if read == 0 {
            break;
        }
        left = left.checked_sub(read as u64).ok_or_else(|| too_large(path))?;
        out.write_all(&buffer[..read]).map_err(broken())?;
    }
    let mut file = out.into_inner().map_err(|e| broken()(e.into_error()))?;
    file.rewind().map_err(broken())?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_files_may_grow_and_large_ones_not_without_end() {
        assert_eq!(allowed(100), ALWAYS_ALLOWED);
        assert_eq!(allowed(1 << 20), 200 << 20);
        assert_eq!(allowed(u64::MAX), UNPACKED_MAX);
    }

    #[test]
    fn clutter_is_known_by_its_place_or_name() {
        for name in ["__MACOSX/a.csv", "x/.DS_Store", "._a.csv", "a\\Thumbs.db"] {
            assert!(is_clutter(name), "{name}");
        }
        for name in ["a.csv", "MACOSX/a.csv", "DS_Store.csv"] {
            assert!(!is_clutter(name), "{name}");
        }
    }
}
