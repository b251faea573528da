//! What a file is, by its name and by its first bytes. The two must agree: a page called a
//! workbook is not read as garbage.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use zip::ZipArchive;

use crate::{IngestError, Reason};

/// How much of a file is looked at.
const LOOKED_AT: u64 = 4096;

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// CSV and its relatives.
    Delimited,
    /// One JSON document.
    Json,
    /// A JSON object a line.
    JsonLines,
    /// Parquet.
    Parquet,
    /// XLSX and XLSM.
    Xlsx,
    /// Binary XLSX.
    Xlsb,
    /// The old Excel workbook.
    Xls,
    /// The spreadsheet of the Open Document Format.
    Ods,
}

impl Format {
    /// The format that a file's ending, in small letters, promises.
    pub(crate) fn of(extension: &str) -> Option<Self> {
        Some(match extension {
            "csv" | "tsv" | "txt" => Self::Delimited,
            "json" => Self::Json,
            "jsonl" | "ndjson" => Self::JsonLines,
            "parquet" => Self::Parquet,
            "xlsx" | "xlsm" => Self::Xlsx,
            "xlsb" => Self::Xlsb,
            "xls" => Self::Xls,
            "ods" => Self::Ods,
            _ => return None,
        })
    }

    /// The message that names it.
    fn id(self) -> &'static str {
        match self {
            Self::Delimited => "format-delimited",
            Self::Json => "format-json",
            Self::JsonLines => "format-json-lines",
            Self::Parquet => "content-parquet",
            Self::Xlsx => "content-xlsx",
            Self::Xlsb => "content-xlsb",
            Self::Xls => "format-xls",
            Self::Ods => "content-ods",
        }
    }

    /// Refuses a file whose bytes are something else than this format.
    pub(crate) fn check(self, path: &Path, file: &mut File) -> Result<(), IngestError> {
        let content = Content::of(file).map_err(IngestError::open(path))?;
        if content.fits(self) {
            return Ok(());
        }
        Err(refuse(path, content.not(self.id())))
    }
}

/// What a file's bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Empty,
    Text,
    Json,
    Html,
    Xml,
    Gzip,
    Zip,
    /// Begins like a ZIP archive and is none.
    Damaged,
    Xlsx,
    Xlsb,
    Ods,
    /// A text document, or slides.
    Document,
    Ole,
    Parquet,
    Pdf,
    Image,
    Archive,
    Database,
}

impl Content {
    /// Looks at a file, which is left at its beginning.
    pub(super) fn of(file: &mut File) -> std::io::Result<Self> {
        let mut start = Vec::new();
        file.by_ref().take(LOOKED_AT).read_to_end(&mut start)?;
        let known: [(&[u8], Self); 13] = [
            (b"\x50\x4b\x03\x04", Self::Zip),
            (b"\x50\x4b\x05\x06", Self::Zip),
            (b"\x1f\x8b", Self::Gzip),
            (b"%PDF", Self::Pdf),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Self::Ole),
            (b"PAR1", Self::Parquet),
            (b"PARE", Self::Parquet),
            (b"{\\rtf", Self::Document),
            (b"\x89PNG", Self::Image),
            (b"\xff\xd8\xff", Self::Image),
            (b"Rar!", Self::Archive),
            (b"7z\xbc\xaf\x27\x1c", Self::Archive),
            (b"SQLite format 3", Self::Database),
        ];
        let magic = known.into_iter().find(|(magic, _)| start.starts_with(magic));
        let content = match magic {
            Some((_, Self::Zip)) => Self::of_zip(file),
            Some((_, content)) => content,
            None => Self::of_text(&start),
        };
        file.rewind()?;
        Ok(content)
    }

    fn of_zip(file: &mut File) -> Self {
        let Ok(mut archive) = ZipArchive::new(BufReader::new(file)) else { return Self::Damaged };
        let parts = [
            ("xl/workbook.xml", Self::Xlsx),
            ("xl/workbook.bin", Self::Xlsb),
            ("word/document.xml", Self::Document),
            ("ppt/presentation.xml", Self::Document),
        ];
        if let Some((_, content)) = parts.iter().find(|(p, _)| archive.index_for_name(p).is_some())
        {
            return *content;
        }
        let Ok(entry) = archive.by_name("mimetype") else { return Self::Zip };
        let mut kind = String::new();
        match entry.take(100).read_to_string(&mut kind) {
            Ok(_) if kind.starts_with("application/vnd.oasis.opendocument.spreadsheet") => {
                Self::Ods
            }
            Ok(_) if kind.starts_with("application/vnd.oasis.opendocument") => Self::Document,
            _ => Self::Zip,
        }
    }

    /// Kinds of text by their first signs, also in UTF-16.
    fn of_text(start: &[u8]) -> Self {
        let is_wide = start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff");
        let bytes = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
        let bytes = if is_wide { &bytes[2..] } else { bytes };
        let narrow = bytes.iter().filter(|b| !(is_wide && **b == 0));
        let text: String = narrow.map(|b| char::from(b.to_ascii_lowercase())).collect();
        let text = text.trim_start();
        let tags =
            ["<!doctype html", "<html", "<head", "<body", "<meta", "<table", "<div", "<style"];
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).take(2).collect();
        if start.is_empty() {
            Self::Empty
        } else if tags.iter().any(|t| text.starts_with(t)) {
            Self::Html
        } else if text.starts_with("<?xml") || text.starts_with("<!--") {
            if text.contains("<html") { Self::Html } else { Self::Xml }
        } else if ["{\"", "{}", "[{", "[]"].contains(&plain.as_str()) {
            Self::Json
        } else {
            Self::Text
        }
    }

    fn fits(self, format: Format) -> bool {
        match format {
            Format::Delimited => matches!(self, Self::Text | Self::Empty),
            Format::Json | Format::JsonLines => {
                matches!(self, Self::Text | Self::Json | Self::Empty)
            }
            Format::Parquet => self == Self::Parquet,
            Format::Xlsx => self == Self::Xlsx,
            Format::Xlsb => self == Self::Xlsb,
            Format::Xls => self == Self::Ole,
            Format::Ods => self == Self::Ods,
        }
    }

    /// Why a file of this content is refused where another was promised.
    pub(super) fn not(self, promised: &'static str) -> Reason {
        let is = Reason::new(self.id());
        let why = Reason::new("content-other").advised(is.id);
        why.said("is", is).said("promised", Reason::new(promised))
    }

    /// The message that says what it is, and what to do about it.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Empty => "content-empty",
            Self::Text => "content-text",
            Self::Json => "content-json",
            Self::Html => "content-html",
            Self::Xml => "content-xml",
            Self::Gzip => "content-gzip",
            Self::Zip => "content-zip",
            Self::Damaged => "content-damaged",
            Self::Xlsx => "content-xlsx",
            Self::Xlsb => "content-xlsb",
            Self::Ods => "content-ods",
            Self::Document => "content-document",
            Self::Ole => "content-ole",
            Self::Parquet => "content-parquet",
            Self::Pdf => "content-pdf",
            Self::Image => "content-image",
            Self::Archive => "content-archive",
            Self::Database => "content-database",
        }
    }
}

/// A file that is refused as a whole.
pub(super) fn refuse(path: &Path, why: Reason) -> IngestError {
    IngestError::Content { file: path.to_owned(), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_known_by_its_first_signs() {
        let wide: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain("<Table>".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        for (text, content) in [
            (b"".as_slice(), Content::Empty),
            (b"\xef\xbb\xbf\n <!DOCTYPE html>", Content::Html),
            (b"<?xml version=\"1.0\"?><html>", Content::Html),
            (b"<?xml version=\"1.0\"?><Workbook>", Content::Xml),
            (&wide, Content::Html),
            (b"[ {\"a\": 1}]", Content::Json),
            (b"No,Token\n1,<html>", Content::Text),
            (b"<5,a,b\n", Content::Text),
            (b"[a],b\n", Content::Text),
        ] {
            assert_eq!(Content::of_text(text), content, "{text:?}");
        }
    }
}
