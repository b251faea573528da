//! The data files of one release as they are written, each with its size and its hash.

use std::io::{self, Write};

use serde_json::Value;
use sha2::{Digest, Sha256};
use shumar_schemas::release::ReleaseDocument;
use shumar_words::Words;

use super::lists::{List, Lists};
use super::sdmx::Structures;
use super::sheet::Sheet;
use super::{Sink, book, catalog, codes_file, csv, csvw, frame, package, privacy, sdmx};
use crate::PublishError;

/// How the data files are laid out and made, for researchers; the same in every release.
const README: &str = include_str!("README.md");
/// The file that lists all others of the folder but those of the signed release, with their hashes, as
/// `sha256sum` reads it.
pub(crate) const MANIFEST: &str = "manifest.sha256";

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Made {
    /// Its path below the release's data folder.
    pub(crate) name: String,
    /// Its media type.
    pub(crate) media: &'static str,
    /// Its size.
    pub(crate) bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub(crate) sha256: String,
}

/// The data files of a release.
pub(crate) struct Shelf<'a> {
    release: &'a ReleaseDocument,
    words: &'a [Words],
    lists: Lists,
    structures: Structures,
    resources: Vec<Value>,
    made: Vec<Made>,
}

impl<'a> Shelf<'a> {
    /// An empty shelf.
    pub(crate) fn new(release: &'a ReleaseDocument, words: &'a [Words]) -> Self {
        let (lists, structures) = (Lists::default(), Structures::default());
        Self { release, words, lists, structures, resources: Vec::new(), made: Vec::new() }
    }

    /// Writes all lists of one statistic or indicator: a CSV with its metadata each; together a Parquet
    /// file, a workbook and an SDMX-CSV file.
    ///
    /// # Errors
    /// What the disk refuses.
    pub(crate) fn put(
        &mut self,
        sink: &mut dyn Sink,
        sheets: &[Sheet],
    ) -> Result<(), PublishError> {
        let Some(first) = sheets.first() else { return Ok(()) };
        let words = self.words;
        for sheet in sheets {
            sheet.by.iter().for_each(|d| self.lists.keep(sheet.subject.id, d));
            let name = sheet.name();
            let made = self
                .file(sink, format!("{name}.csv"), "text/csv", &mut |out| csv::write(out, sheet))?;
            let lists: Vec<&List> = sheet.by.iter().filter_map(|d| self.lists.of(d)).collect();
            self.resources.push(package::of_list(sheet, &made, words, &lists));
            let metadata = csvw::metadata(sheet, words, &lists);
            self.json(
                sink,
                format!("{name}.csv-metadata.json"),
                "application/csvm+json",
                &metadata,
            )?;
        }
        let subject = first.subject.id;
        self.file(
            sink,
            format!("{subject}.parquet"),
            "application/vnd.apache.parquet",
            &mut |out| frame::write(out, sheets),
        )?;
        let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        self.file(sink, format!("{subject}.xlsx"), media, &mut |out| {
            book::write(out, sheets, words)
        })?;
        let media = "application/vnd.sdmx.data+csv";
        self.file(sink, format!("sdmx/{subject}.csv"), media, &mut |out| sdmx::write(out, sheets))?;
        let lists = &self.lists;
        let list = |d: &_| lists.of(d).map(|l| l.name.clone()).unwrap_or_default();
        self.structures.add(sheets, words, list);
        Ok(())
    }

    /// Writes what is about the whole release, and tells all files.
    ///
    /// # Errors
    /// What the disk refuses.
    pub(crate) fn finish(
        mut self,
        sink: &mut dyn Sink,
    ) -> Result<catalog::Entry<'a>, PublishError> {
        let (release, words) = (self.release, self.words);
        for list in std::mem::take(&mut self.lists).iter() {
            let name = codes_file(&list.name);
            let made = self.file(sink, name, "text/csv", &mut |out| list.write(out, release))?;
            let columns = list.columns(release);
            self.resources.push(package::of_codes(list, &made, &columns, words));
        }
        let message = std::mem::take(&mut self.structures).message(release, words);
        let media = "application/vnd.sdmx.structure+json";
        self.json(sink, "sdmx/structure.json".to_owned(), media, &message)?;
        let statement = privacy::statement(release);
        self.json(sink, "privacy.json".to_owned(), "application/json", &statement)?;
        let package = package::package(release, &self.resources);
        self.json(sink, "datapackage.json".to_owned(), "application/json", &package)?;
        self.file(sink, "README.md".to_owned(), "text/markdown", &mut |out| {
            out.write_all(README.as_bytes())
        })?;
        let mut lines: Vec<String> =
            self.made.iter().map(|m| format!("{}  {}\n", m.sha256, m.name)).collect();
        lines.sort_by(|a, b| a[64..].cmp(&b[64..]));
        let lines = lines.concat();
        self.file(sink, MANIFEST.to_owned(), "text/plain", &mut |out| {
            out.write_all(lines.as_bytes())
        })?;
        Ok(catalog::Entry { release, files: self.made })
    }

    /// Writes one file below the release's data folder.
    ///
    /// # Errors
    /// What the disk refuses.
    pub(crate) fn file(
        &mut self,
        sink: &mut dyn Sink,
        name: String,
        media: &'static str,
        fill: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Made, PublishError> {
        let (mut bytes, mut hash) = (0, Sha256::new());
        let path = format!("data/{}/{name}", self.release.id);
        sink.put(&path, &mut |out| {
            let mut tally = Tally { out, bytes: &mut bytes, hash: &mut hash };
            fill(&mut tally)
        })?;
        let made = Made { name, media, bytes, sha256: hex::encode(hash.finalize()) };
        self.made.push(made.clone());
        Ok(made)
    }

    fn json(
        &mut self,
        sink: &mut dyn Sink,
        name: String,
        media: &'static str,
        value: &Value,
    ) -> Result<Made, PublishError> {
        self.file(sink, name, media, &mut |out| {
            serde_json::to_writer(&mut *out, value)?;
            out.write_all(b"\n")
        })
    }
}

/// A writer that counts and hashes what passes.
struct Tally<'a> {
    out: &'a mut dyn Write,
    bytes: &'a mut u64,
    hash: &'a mut Sha256,
}

impl Write for Tally<'_> {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        let written = self.out.write(part)?;
        *self.bytes += written as u64;
        self.hash.update(&part[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
