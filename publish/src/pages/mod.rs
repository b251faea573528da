//! The pages: plain HTML without scripts, in every language, readable without style and offline.
//!
//! A page is made from releases alone. All text passes through maud, which escapes it.

mod all;
mod calendar;
mod certificate;
mod chart;
mod contact;
mod coverage;
mod disclosure;
mod door;
mod downloads;
mod exact;
mod frame;
mod home;
mod list;
mod map;
mod method;
mod place;
mod places;
pub(crate) mod privacy;
mod promise;
mod release;
mod revisions;
mod standing;
mod topic;
mod trend;

use maud::{Markup, PreEscaped, html};
use shumar_schemas::Label;
use shumar_schemas::release::{CommissionDocument, ReleaseDocument};
use shumar_words::Words;

pub(crate) use all::{ASSETS, Site, all, language_styles};
pub(crate) use chart::Scale;
pub(crate) use coverage::reported;
pub(crate) use disclosure::FILES as DISCLOSURE_FILES;
pub use frame::POLICY;
pub(crate) use release::path as release_path;

/// Where a page stands, and who publishes it.
#[derive(Clone)]
pub(crate) struct View<'a> {
    /// The words of its language.
    pub(crate) words: &'a Words,
    /// Who publishes; nobody while there is no release.
    pub(crate) commission: Option<&'a CommissionDocument>,
    /// The program that made the newest release.
    pub(crate) software: Option<&'a str>,
    /// Its path below the language's folder.
    pub(crate) path: String,
    /// The release that it is about.
    pub(crate) about: Option<About<'a>>,
}

/// The release that a page is about, and the one that revises it.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    /// The release.
    pub(crate) release: &'a ReleaseDocument,
    /// Its next version, if there is one.
    pub(crate) revised_by: Option<&'a ReleaseDocument>,
}

/// A page higher up: its title and its path below the language's folder.
pub(crate) type Trail<'a> = &'a [(String, String)];

impl View<'_> {
    /// The same view of another page.
    pub(crate) fn at(&self, path: &str) -> View<'_> {
        View { path: path.to_owned(), ..*self }
    }

    /// The way from this page to the folder of the site, `../` or `../../../`.
    pub(crate) fn root(&self) -> String {
        "../".repeat(self.path.matches('/').count() + 1)
    }

    /// The way to another page of this language.
    pub(crate) fn to(&self, path: &str) -> String {
        // What two pages have in common need not be said: pages stay small.
        let folder = self.path.rfind('/').map_or("", |end| &self.path[..=end]);
        match path.strip_prefix(folder) {
            Some(rest) if !folder.is_empty() && !rest.is_empty() => rest.to_owned(),
            _ => format!("{}{path}", "../".repeat(self.path.matches('/').count())),
        }
    }

    /// The publisher's name in this language, or a plain name for the site.
    pub(crate) fn publisher(&self) -> String {
        match self.commission.map(|c| self.words.label(&c.name)).filter(|n| !n.is_empty()) {
            Some(name) => name.to_owned(),
            None => self.words.say("site-title"),
        }
    }

    /// A label of the release; where it is not translated, its own language is told.
    pub(crate) fn label(&self, label: &Label) -> Markup {
        let tag = self.words.language.tag();
        let own = label.iter().any(|(language, _)| language == tag);
        let text = self.words.label(label);
        let foreign = (!own && text.contains(|c: char| c.is_alphabetic())).then_some("en");
        html! { bdi lang=[foreign] { (text) } }
    }

    /// The months of a release.
    pub(crate) fn months(&self, release: &ReleaseDocument) -> String {
        period(self.words, &release.period_start, &release.period_end)
    }
}

/// The months of a period, or the year that they are.
pub(crate) fn period(words: &Words, start: &str, end: &str) -> String {
    match (start.strip_suffix("-01"), end.strip_suffix("-12")) {
        (Some(first), Some(last)) if first == last => first.to_owned(),
        _ => words.months(start, end),
    }
}

/// A text from the release inside a sentence of either direction: between isolating marks.
pub(crate) fn isolated(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}

/// A description list of short facts.
pub(crate) fn facts(facts: &[(String, Markup)]) -> Markup {
    html! {
        dl.facts {
            @for (name, value) in facts {
                div { dt { (name) } dd { (value) } }
            }
        }
    }
}

/// What every reader must know before comparing figures.
pub(crate) fn caveat(words: &Words) -> Markup {
    html! {
        aside.caveat aria-labelledby="caveat" {
            h2 #caveat { (words.say("caveat-title")) }
            p { (words.say("caveat-reporting")) }
            p { (words.say("caveat-ranking")) }
        }
    }
}

/// A region that scrolls by itself, so that the page does not.
pub(crate) fn region(label: &str, content: &Markup) -> Markup {
    html! { div.region role="region" aria-label=(label) tabindex="0" { (content) } }
}

/// Markup that is not text, for drawings.
pub(crate) fn raw(markup: String) -> Markup {
    PreEscaped(markup)
}
