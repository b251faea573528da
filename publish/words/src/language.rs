//! The languages that readers are addressed in: one folder of messages each, and nothing else.

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

/// One folder a language: `language.toml`, its message files, and a `style.css` if its script needs one.
static FOLDERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../messages");

static ALL: LazyLock<Vec<Language>> = LazyLock::new(|| {
    let mut all: Vec<Language> = FOLDERS.dirs().filter_map(Language::read).collect();
    all.sort_by_key(|l| (l.order, l.tag));
    all
});

/// A language of the published pages and letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language {
    tag: &'static str,
    name: &'static str,
    direction: &'static str,
    alphabet: &'static str,
    style: Option<&'static str>,
    order: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    name: String,
    direction: String,
    /// Its letters in order, by which names are sorted.
    alphabet: String,
    order: u32,
}

impl Language {
    /// All languages, in the order of the switch; the first is the one of names without a
    /// translation.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &ALL
    }

    /// The language of a tag (BCP 47): `en`.
    #[must_use]
    pub fn of(tag: &str) -> Option<Self> {
        ALL.iter().copied().find(|l| l.tag == tag)
    }

    /// Its tag, which is also its folder.
    #[must_use]
    pub fn tag(self) -> &'static str {
        self.tag
    }

    /// Its name in itself.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The direction of its script: `ltr` or `rtl`.
    #[must_use]
    pub fn direction(self) -> &'static str {
        self.direction
    }

    /// The letters of its alphabet in order, small ones where it has two cases.
    #[must_use]
    pub fn alphabet(self) -> &'static str {
        self.alphabet
    }

    /// What its typography adds to the style of all pages: its `style.css`, if it has one.
    #[must_use]
    pub fn style(self) -> Option<&'static str> {
        self.style
    }

    /// Its message files: name and text.
    pub(crate) fn messages(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let files = FOLDERS.get_dir(self.tag).into_iter().flat_map(Dir::files);
        files.filter_map(|file| {
            let name = file.path().file_name()?.to_str()?;
            let is_messages = file.path().extension().is_some_and(|e| e == "ftl");
            file.contents_utf8().filter(|_| is_messages).map(|text| (name, text))
        })
    }

    fn read(folder: &'static Dir<'static>) -> Option<Self> {
        let tag = folder.path().to_str()?;
        let about = folder.get_file(folder.path().join("language.toml"))?.contents_utf8()?;
        let about: About = toml::from_str(about).ok()?;
        Some(Self {
            tag,
            name: about.name.leak(),
            direction: about.direction.leak(),
            alphabet: about.alphabet.leak(),
            style: folder
                .get_file(folder.path().join("style.css"))
                .and_then(include_dir::File::contents_utf8),
            order: about.order,
        })
    }
}
