//! The door: the page at the site's root, which offers the languages.

use maud::{DOCTYPE, html};
use shumar_schemas::release::CommissionDocument;
use shumar_words::Words;

use crate::pages::frame::{POLICY, own_style};

/// The page.
pub(crate) fn door(words: &[Words], commission: Option<&CommissionDocument>) -> String {
    let name = |words: &Words| match commission.map(|c| words.label(&c.name)) {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => words.say("site-title"),
    };
    let title: Vec<String> = words.iter().map(name).collect();
    let page = html! {
        (DOCTYPE)
        html lang=[words.first().map(|w| w.language.tag())] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="color-scheme" content="light dark";
                title { (title.join(" · ")) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="style/common.css";
                @for words in words { (own_style("", words.language)) }
            }
            body.door {
                main {
                    h1 {
                        @for (words, name) in words.iter().zip(&title) {
                            @let language = words.language;
                            span lang=(language.tag()) dir=(language.direction()) { (name) } " "
                        }
                    }
                    ul {
                        @for words in words {
                            @let (tag, language) = (words.language.tag(), words.language);
                            li lang=(tag) dir=(language.direction()) {
                                a href={ (tag) "/index.html" } hreflang=(tag) {
                                    strong { (language.name()) }
                                    span { (words.say("index-title")) }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    page.into_string() + "\n"
}
