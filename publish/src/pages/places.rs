//! Which areas have a page of their own, and the list of them from A to Z.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use sha2::{Digest, Sha256};
use shumar_schemas::release::{CodeDocument, DimensionDocument, TableDocument};

use crate::gather::Issue;
use crate::pages::View;
use crate::read::names::is_name;

/// An area with a page.
pub(crate) struct Place<'a> {
    /// The dimension that it is a code of.
    pub(crate) dimension: &'a DimensionDocument,
    /// Its code and its names.
    pub(crate) code: &'a CodeDocument,
    /// Its page, below the language's folder.
    pub(crate) path: String,
    /// The areas that it lies in, the nearest first.
    pub(crate) parents: Vec<(&'a DimensionDocument, &'a CodeDocument)>,
}

/// All areas with a page: those of the finest levels of the release that tells most about areas.
pub(crate) struct Places<'a> {
    /// The release.
    pub(crate) issue: Option<&'a Issue<'a>>,
    /// The areas.
    pub(crate) all: Vec<Place<'a>>,
    paths: BTreeMap<(&'a str, &'a str), String>,
}

impl<'a> Places<'a> {
    /// The areas of these releases, which begin with the newest.
    pub(crate) fn of(issues: &'a [Issue<'a>]) -> Self {
        let measured =
            |i: &&Issue| i.topics.iter().filter(|t| !t.is_exact() && t.by_area().is_some()).count();
        let valid = issues.iter().filter(|i| i.revised_by.is_none());
        // Of those that tell as much, the first is the newest.
        let issue = valid.rev().max_by_key(measured);
        let mut places = Self { issue, all: Vec::new(), paths: BTreeMap::new() };
        let Some(issue) = issue else { return places };
        let tables = &issue.document.tables;
        let areas = || tables.iter().flat_map(|t| &t.dimensions).filter(|d| d.area);
        let coarse: BTreeSet<&str> =
            areas().filter(|d| d.level_of.is_some()).map(|d| d.id.as_str()).collect();
        for table in tables {
            let finest = |d: &&DimensionDocument| d.area && !coarse.contains(d.id.as_str());
            for dimension in table.dimensions.iter().filter(finest) {
                places.add(table, dimension);
            }
        }
        places
    }

    fn add(&mut self, table: &'a TableDocument, dimension: &'a DimensionDocument) {
        for (row, code) in dimension.codes.iter().enumerate() {
            let key = (dimension.id.as_str(), code.code.as_str());
            if self.paths.contains_key(&key) {
                continue;
            }
            let path = format!("places/{}/{}.html", dimension.id, file(&code.code));
            self.paths.insert(key, path.clone());
            let levels =
                table.dimensions.iter().filter(|d| d.level_of.as_ref() == Some(&dimension.id));
            let parent = |level: &'a DimensionDocument| {
                let member = level.members.get(row)?;
                Some((level, level.codes.iter().find(|c| c.code == *member)?))
            };
            let parents = levels.filter_map(parent).collect();
            self.all.push(Place { dimension, code, path, parents });
        }
    }

    /// The page of an area, if it has one.
    pub(crate) fn path(&self, dimension: &str, code: &str) -> Option<String> {
        self.paths.get(&(dimension, code)).cloned()
    }
}

/// A file name for a code, which may be any text.
fn file(code: &str) -> String {
    if is_name(code) {
        code.to_owned()
    } else {
        format!("x{}", &hex::encode(Sha256::digest(code))[..24])
    }
}

/// The page that lists all areas.
pub(crate) fn places(view: &View, places: &Places) -> String {
    let words = view.words;
    let view = view.at("places.html");
    let mut all: Vec<(&Place, &str)> =
        places.all.iter().map(|p| (p, words.label(&p.code.label))).collect();
    all.sort_by_cached_key(|(place, name)| (words.collated(name), place.path.clone()));
    let groups: Vec<&[(&Place, &str)]> =
        all.chunk_by(|a, b| words.initial(a.1) == words.initial(b.1)).collect();
    let content = html! {
        @if all.is_empty() { p { (words.say("index-empty")) } }
        @else {
            p.lead { (words.say("places-lead")) }
            nav.letters aria-label=(words.say("places-letters")) {
                ul {
                    @for (i, group) in groups.iter().enumerate() {
                        li { a href={ "#letter-" (i) } { (words.initial(group[0].1)) } }
                    }
                }
            }
            div.az {
                @for (i, group) in groups.iter().enumerate() { (letter(&view, i, group)) }
            }
        }
    };
    let trail = [(words.say("nav-figures"), "index.html".to_owned())];
    view.frame(&words.say("places-title"), &trail, &content)
}

fn letter(view: &View, number: usize, group: &[(&Place, &str)]) -> Markup {
    html! {
        section {
            h2 id={ "letter-" (number) } { (view.words.initial(group[0].1)) }
            ul {
                @for (place, _) in group {
                    li {
                        a href=(view.to(&place.path)) { (view.label(&place.code.label)) }
                        @for (_, parent) in &place.parents {
                            span.small { (view.label(&parent.label)) }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::file;

    #[test]
    fn codes_that_are_no_file_names_get_one() {
        assert_eq!(file("PK-KP-allai"), "PK-KP-allai");
        for bad in ["../x", "a b", "", "=1", "ضلع"] {
            let name = file(bad);
            assert!(name.len() == 25 && name.bytes().all(|b| b.is_ascii_alphanumeric()), "{name}");
        }
        assert_ne!(file("../x"), file("../y"));
    }
}
