//! The pages: plain HTML without scripts, in every language, readable without style and offline.
//!
//! A page is made from releases alone. All text passes through maud, which escapes it.

mod chart;
mod coverage;
mod disclosure;
mod index;
mod indicator;
mod margin;
mod method;
mod privacy;
mod release;
mod statistic;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use shumar_schemas::Label;
use shumar_schemas::release::{CommissionDocument, ReleaseDocument};

pub(crate) use disclosure::{FILES as DISCLOSURE_FILES, PATH as DISCLOSURES, disclosures};
pub(crate) use index::{Entry, Headline, door, index};
pub(crate) use indicator::{Card, IndicatorSection, indicator, path as indicator_path};
pub(crate) use margin::Section;
pub(crate) use method::method;
pub(crate) use release::{path as release_path, release};
pub(crate) use statistic::{path as statistic_path, statistic};

use crate::figure::Figure;
use shumar_words::{Language, Words};

/// The one style sheet.
pub(crate) const STYLE: &str = include_str!("style.css");
/// What a page may load: the style sheet beside it, and nothing else from anywhere.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; \
                      form-action 'none'";

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
    pub(crate) fn at(&self, path: String) -> View<'_> {
        View { path, ..*self }
    }

    /// The way from this page to the folder of the site, `../` or `../../../`.
    pub(crate) fn root(&self) -> String {
        "../".repeat(self.path.matches('/').count() + 1)
    }

    /// The way to another page of this language.
    pub(crate) fn to(&self, path: &str) -> String {
        format!("{}{}/{path}", self.root(), self.words.language.tag())
    }

    /// The publisher's name in this language, or a plain name for the site.
    pub(crate) fn publisher(&self) -> String {
        match self.commission.map(|c| self.words.label(&c.name)).filter(|n| !n.is_empty()) {
            Some(name) => name.to_owned(),
            None => self.words.say("site-title"),
        }
    }

    /// A whole page around its content; `title` is its only heading of the first level.
    pub(crate) fn frame(&self, title: &str, trail: Trail, content: &Markup) -> String {
        let words = self.words;
        let publisher = self.publisher();
        let page = html! {
            (DOCTYPE)
            html lang=(words.language.tag()) dir=(words.language.direction()) {
                head { (self.head(title, &publisher)) }
                body {
                    a.skip href="#content" { (words.say("skip")) }
                    header.top { div.wrap { (self.banner(&publisher)) } }
                    main #content tabindex="-1" {
                        div.wrap {
                            @if !trail.is_empty() { (self.trail(trail, title)) }
                            h1 { bdi { (title) } }
                            (self.versions())
                            (content)
                        }
                    }
                    footer.end { div.wrap { (self.footer(&publisher)) } }
                }
            }
        };
        page.into_string() + "\n"
    }

    /// What version of its figures a page shows.
    fn versions(&self) -> Markup {
        let words = self.words;
        let Some(About { release, revised_by }) = self.about else { return html! {} };
        html! {
            @if let Some(newer) = revised_by {
                p.notice role="note" {
                    (words.say_with("revised-by", [("day", words.day(&newer.made_on).into())])) " "
                    a href=(self.to(&release_path(newer))) { (words.say("revised-newer")) }
                }
            }
            @if let Some(revision) = &release.revision {
                p.notice role="note" {
                    (words.say_with("revision-of", [("number", revision.number.into())])) " "
                    bdi { (revision.reason) }
                }
            }
        }
    }

    fn head(&self, title: &str, publisher: &str) -> Markup {
        html! {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta http-equiv="Content-Security-Policy" content=(POLICY);
            meta name="color-scheme" content="light dark";
            title { (title) @if title != publisher { " · " (publisher) } }
            link rel="icon" href="data:,";
            link rel="stylesheet" href={ (self.root()) "style.css" };
            @for other in Language::all().iter().filter(|l| **l != self.words.language) {
                link rel="alternate" hreflang=(other.tag()) href=(self.in_language(*other));
            }
        }
    }

    fn banner(&self, publisher: &str) -> Markup {
        let words = self.words;
        let links =
            [("index.html", words.say("nav-figures")), ("method.html", words.say("nav-method"))];
        html! {
            a.home href=(self.to("index.html")) { bdi { (publisher) } }
            nav.main aria-label=(words.say("nav-main")) {
                ul {
                    @for (path, name) in links {
                        li {
                            @let here = (self.path == path).then_some("page");
                            a href=(self.to(path)) aria-current=[here] { (name) }
                        }
                    }
                }
            }
            nav.languages aria-label=(words.say("nav-language")) {
                ul {
                    @for language in Language::all().iter().copied() {
                        li {
                            @if language == words.language {
                                span aria-current="true" { (language.name()) }
                            } @else {
                                a href=(self.in_language(language)) hreflang=(language.tag())
                                    lang=(language.tag()) dir=(language.direction()) {
                                    (language.name())
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn trail(&self, trail: Trail, title: &str) -> Markup {
        html! {
            nav.trail aria-label=(self.words.say("nav-trail")) {
                ol {
                    @for (name, path) in trail {
                        li { a href=(self.to(path)) { bdi { (name) } } }
                    }
                    li { span aria-current="page" { bdi { (title) } } }
                }
            }
        }
    }

    fn footer(&self, publisher: &str) -> Markup {
        let words = self.words;
        let contact = self.commission.and_then(|c| c.contact.as_deref());
        html! {
            p { bdi { (publisher) } }
            @if let Some(contact) = contact {
                p { (words.say_with("footer-contact", [("contact", isolated(contact).into())])) }
            }
            @if let Some(software) = self.software {
                @let software = [("software", isolated(software).into())];
                p.small { (words.say_with("footer-software", software)) }
            }
        }
    }

    /// The way to this page in another language.
    fn in_language(&self, language: Language) -> String {
        format!("{}{}/{}", self.root(), language.tag(), self.path)
    }

    /// A label of the release; where it is not translated, its own language is told.
    pub(crate) fn label(&self, label: &Label) -> Markup {
        let tag = self.words.language.tag();
        let own = label.iter().any(|(language, _)| language == tag);
        let text = self.words.label(label);
        let foreign = (!own && text.contains(|c: char| c.is_alphabetic())).then_some("en");
        html! { bdi lang=[foreign] { (text) } }
    }

    /// A figure with its range, or the range alone.
    pub(crate) fn figure(&self, figure: &Figure) -> Markup {
        let range = figure.range(self.words);
        match figure.number {
            Some(number) => html! { b { (shumar_words::grouped(number)) } " (" (range) ")" },
            None => html! { (range) },
        }
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
