//! What a template can see: itself, its parts and its data, and the fonts. Nothing else exists.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};

use crate::fonts::Fonts;
use crate::{Document, PrintError, text};

/// Tags of header cells are still called a feature in development; without it rows of a table
/// would have no head that a screen reader could read out.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    let features = [Feature::A11yExtras].into_iter().collect();
    LazyHash::new(Library::builder().with_features(features).build())
});

/// The files of one document.
pub(crate) struct Desk {
    main: Source,
    files: BTreeMap<String, Bytes>,
    today: Datetime,
}

impl Desk {
    /// The name of the template.
    pub(crate) const MAIN: &str = "main.typ";
    /// The name of its data.
    const DATA: &str = "data.json";

    pub(crate) fn new(document: &Document, today: Datetime) -> Result<Self, PrintError> {
        let main = Source::new(file(Self::MAIN)?, document.template.to_owned());
        let mut files = BTreeMap::new();
        for (name, bytes) in document.parts {
            let id = file(name)?;
            files.insert(id.vpath().get_without_slash().to_owned(), Bytes::new(bytes.to_vec()));
        }
        let data = text::printable(document.data).to_string();
        files.insert(Self::DATA.to_owned(), Bytes::from_string(data));
        Ok(Self { main, files, today })
    }

    /// The text of the template or of a part.
    pub(crate) fn text(&self, id: FileId) -> Option<Source> {
        self.source(id).ok()
    }

    fn bytes(&self, id: FileId) -> FileResult<&Bytes> {
        let missing = "a template sees only itself, its parts and `data.json`";
        let none = || FileError::Other(Some(missing.into()));
        if *id.root() != VirtualRoot::Project {
            return Err(none());
        }
        self.files.get(id.vpath().get_without_slash()).ok_or_else(none)
    }
}

fn file(name: &str) -> Result<FileId, PrintError> {
    let path = VirtualPath::new(name).map_err(|_| PrintError::Part { name: name.to_owned() })?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &Fonts::all().book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() {
            return Ok(self.main.clone());
        }
        let bytes = self.bytes(id)?;
        let text = std::str::from_utf8(bytes).map_err(|_| FileError::InvalidUtf8)?;
        Ok(Source::new(id, text.to_owned()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.main.id() {
            return Ok(Bytes::from_string(self.main.text().to_owned()));
        }
        self.bytes(id).cloned()
    }

    fn font(&self, index: usize) -> Option<Font> {
        Fonts::all().at(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        Some(self.today)
    }
}
