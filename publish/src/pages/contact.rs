//! How to ask: requests under the right to information, questions, and reports of errors.

use maud::html;

use crate::pages::{View, disclosure, isolated};

/// The page.
pub(crate) fn contact(view: &View, log: bool) -> String {
    let words = view.words;
    let view = view.at("contact.html");
    let contact = view.commission.and_then(|c| c.contact.as_deref());
    let content = html! {
        p.lead { (words.say("contact-lead")) }
        @match contact {
            Some(contact) => p.notice {
                (words.say_with("footer-contact", [("contact", isolated(contact).into())]))
            },
            None => p.notice { (words.say("contact-none")) },
        }
        @if log {
            p { a href=(view.to(disclosure::PATH)) { (words.say("disclosure-title")) } }
        }
        h2 #h-ask { (words.say("contact-ask-title")) }
        ol.spaced {
            li { (words.say("contact-ask-what")) }
            li { (words.say("contact-ask-where")) }
            li { (words.say("contact-ask-who")) }
            li { (words.say("contact-ask-why")) }
        }
        h2 #h-get { (words.say("contact-get-title")) }
        ul.spaced {
            li { (words.say("contact-get-published")) }
            li { (words.say("contact-get-budget")) }
            li { (words.say("contact-get-never")) }
            li { (words.say("contact-get-own")) }
        }
        h2 #h-help { (words.say("contact-help-title")) }
        p { (words.say("contact-help-text")) }
    };
    let trail = [(words.say("nav-figures"), "index.html".to_owned())];
    view.frame(&words.say("contact-title"), &trail, &content)
}
