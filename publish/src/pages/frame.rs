//! What surrounds the content of every page: head, banner, trail and foot.

use maud::{DOCTYPE, Markup, html};
use shumar_words::{Language, Words};

use crate::pages::{About, Trail, View, isolated, release_path};

/// End tags that HTML lets out where what follows ends the element anyway; here it always does. They
/// were a twentieth of a site.
const IMPLIED: [&str; 4] = ["</td>", "</th>", "</tr>", "</li>"];

/// What a page may load: the styles and fonts beside it, and nothing else from anywhere.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; font-src 'self'; \
                                 img-src data:; base-uri 'none'; form-action 'none'";

/// The pages in the banner.
fn main_pages(words: &Words) -> [(&'static str, String); 5] {
    [
        ("index.html", words.say("nav-figures")),
        ("places.html", words.say("nav-places")),
        ("method.html", words.say("nav-method")),
        ("privacy.html", words.say("nav-privacy")),
        ("downloads.html", words.say("nav-downloads")),
    ]
}

/// The pages that the foot adds.
fn more_pages(words: &Words) -> [(&'static str, String); 4] {
    [
        ("calendar.html", words.say("nav-calendar")),
        ("revisions.html", words.say("nav-revisions")),
        ("coverage.html", words.say("nav-coverage")),
        ("contact.html", words.say("nav-contact")),
    ]
}

/// The style sheet of a language, if it has one of its own.
pub(super) fn own_style(root: &str, language: Language) -> Markup {
    html! {
        @if language.style().is_some() {
            link rel="stylesheet" href={ (root) "style/" (language.tag()) ".css" };
        }
    }
}

impl View<'_> {
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
        IMPLIED.iter().fold(page.into_string(), |page, tag| page.replace(tag, "")) + "\n"
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
            link rel="stylesheet" href={ (self.root()) "style/common.css" };
            (own_style(&self.root(), self.words.language))
            @for other in Language::all().iter().filter(|l| **l != self.words.language) {
                link rel="alternate" hreflang=(other.tag()) href=(self.in_language(*other));
            }
        }
    }

    fn banner(&self, publisher: &str) -> Markup {
        let words = self.words;
        html! {
            a.home href=(self.to("index.html")) { bdi { (publisher) } }
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
            nav.main aria-label=(words.say("nav-main")) { (self.links(&main_pages(words))) }
        }
    }

    fn links(&self, pages: &[(&str, String)]) -> Markup {
        html! {
            ul {
                @for (path, name) in pages {
                    li {
                        @let here = (self.path == *path).then_some("page");
                        a href=(self.to(path)) aria-current=[here] { (name) }
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
            nav aria-label=(words.say("nav-more")) { (self.links(&more_pages(words))) }
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
}
