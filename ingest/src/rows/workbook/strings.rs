//! The table of texts of an XLSX workbook: its reader makes room for as many as it claims to hold.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::vast;
use crate::IngestError;

/// The part's name, behind its folder.
const PART: &str = "sharedstrings.xml";
/// No workbook of records holds more different texts.
const TEXTS_MAX: u64 = 32 << 20;
/// The claim stands at the beginning of the part.
const BEGINNING: u64 = 1 << 20;

/// Refuses a workbook whose table of texts claims to hold more than any has.
pub(super) fn measure(
    path: &Path,
    file: &File,
    unreadable: &dyn Fn() -> IngestError,
) -> Result<(), IngestError> {
    let mut file = file.try_clone().map_err(IngestError::open(path))?;
    let mut archive = ZipArchive::new(BufReader::new(&mut file)).map_err(|_| unreadable())?;
    for i in 0..archive.len() {
        // A part that can't be unpacked is the workbook reader's to judge.
        let Ok(part) = archive.by_index(i) else { continue };
        let name = String::from_utf8_lossy(part.name_raw()).to_ascii_lowercase();
        if name.ends_with(PART) && claims(part.take(BEGINNING)) > TEXTS_MAX {
            return Err(vast(path));
        }
    }
    drop(archive);
    file.rewind().map_err(IngestError::open(path))
}

/// How many texts a table claims to hold; a claim that is no number is not heeded.
fn claims(part: impl Read) -> u64 {
    let mut reader = Reader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(start) | Event::Empty(start)) => {
                let claim = start.attributes().flatten().find(|a| a.key.as_ref() == "uniqueCount");
                let claim = claim.and_then(|a| a.value.trim().parse().ok());
                return claim.unwrap_or(0);
            }
            Ok(Event::Eof) | Err(_) => return 0,
            Ok(_) => {}
        }
    }
}
