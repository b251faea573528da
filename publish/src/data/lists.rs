//! The code lists of a release: each dimension's codes with their names, once.

use std::io::{self, Write};

use shumar_schemas::release::{CodeDocument, DimensionDocument, ReleaseDocument};
use shumar_words::Language;

use super::text::harmless;

/// A code list.
pub(crate) struct List {
    /// Its name: the dimension's, or with its statistic's where two dimensions of one name differ.
    pub(crate) name: String,
    /// The dimension.
    pub(crate) dimension: DimensionDocument,
}

/// The code lists that the files of a release use.
#[derive(Default)]
pub(crate) struct Lists(Vec<List>);

impl Lists {
    /// Keeps the list of a dimension of a statistic or indicator.
    pub(crate) fn keep(&mut self, subject: &str, dimension: &DimensionDocument) {
        if self.of(dimension).is_none() {
            let taken = self.0.iter().any(|l| l.name == dimension.id);
            let name =
                if taken { format!("{}--{subject}", dimension.id) } else { dimension.id.clone() };
            self.0.push(List { name, dimension: dimension.clone() });
        }
    }

    /// The list of a dimension.
    pub(crate) fn of(&self, dimension: &DimensionDocument) -> Option<&List> {
        let same =
            |l: &&List| l.dimension.id == dimension.id && l.dimension.codes == dimension.codes;
        self.0.iter().find(same)
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &List> {
        self.0.iter()
    }
}

impl List {
    /// The coarser levels of its dimension, each with its code for every code of the list.
    pub(crate) fn levels<'a>(
        &self,
        release: &'a ReleaseDocument,
    ) -> impl Iterator<Item = &'a DimensionDocument> {
        let same =
            |d: &DimensionDocument| d.id == self.dimension.id && d.codes == self.dimension.codes;
        let measured = release.tables.iter().map(|t| &t.dimensions);
        let mut tables = measured.chain(release.exact.iter().map(|e| &e.dimensions));
        let all = tables.find(|d| d.iter().any(same)).map_or(&[][..], Vec::as_slice);
        let id = self.dimension.id.clone();
        all.iter().filter(move |d| d.level_of.as_ref() == Some(&id))
    }

    /// The columns of its file.
    pub(crate) fn columns(&self, release: &ReleaseDocument) -> Vec<String> {
        let labels = Language::all().iter().map(|l| format!("label_{}", l.tag()));
        let levels = self.levels(release).map(|d| d.id.clone());
        ["code".to_owned()].into_iter().chain(labels).chain(levels).collect()
    }

    /// Writes it as CSV: code, names, and the codes of coarser levels.
    pub(crate) fn write(&self, out: &mut dyn Write, release: &ReleaseDocument) -> io::Result<()> {
        let mut writer = csv::WriterBuilder::new().from_writer(out);
        writer.write_record(self.columns(release))?;
        for (place, code) in self.dimension.codes.iter().enumerate() {
            let CodeDocument { code, label } = code;
            writer.write_field(harmless(code).as_bytes())?;
            for language in Language::all() {
                writer.write_field(harmless(label.get(language.tag())).as_bytes())?;
            }
            for level in self.levels(release) {
                let member = level.members.get(place).map_or("", String::as_str);
                writer.write_field(harmless(member).as_bytes())?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
        writer.flush()
    }
}
