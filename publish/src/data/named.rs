//! What columns and lists are called, in every language of the readers.

use serde_json::{Map, Value, json};
use shumar_schemas::Label;
use shumar_words::Words;

use super::frame::MARGIN;
use super::sheet::{About, Field, Sheet};
use super::text::clean;

/// A column's title in one language.
pub(crate) fn title(field: &Field, words: &Words) -> String {
    match field.about {
        About::Codes(d) => words.say_with("field-code", [("title", label(words, &d.title).into())]),
        About::Labels(d, language) => {
            let values =
                [("title", label(words, &d.title).into()), ("language", language.name().into())];
            words.say_with("field-label", values)
        }
        About::Known(known) => words.say(known.title),
    }
}

/// What a column means, in one language.
pub(crate) fn means(field: &Field, words: &Words) -> String {
    match field.about {
        About::Codes(_) => words.say("field-code-means"),
        About::Labels(..) => words.say("field-label-means"),
        About::Known(known) => words.say(known.means),
    }
}

/// What a column of the table of all lists means, in one language.
pub(crate) fn column_means(sheets: &[Sheet], column: &str, words: &Words) -> String {
    if column == MARGIN {
        return words.say("field-margin-means");
    }
    let field = sheets.iter().find_map(|s| s.field(column));
    field.map(|f| format!("{}: {}", title(f, words), means(f, words))).unwrap_or_default()
}

/// A list's title in one language: `Complaints to the police: by district`.
pub(crate) fn list_title(sheet: &Sheet, words: &Words) -> String {
    let subject = label(words, sheet.subject.title);
    let margin = clean(&words.margin(&sheet.by_titles())).into_owned();
    words.say_with("list-title", [("title", subject.into()), ("margin", margin.into())])
}

/// A label of the release in one language, clean.
pub(crate) fn label(words: &Words, label: &Label) -> String {
    clean(words.label(label)).into_owned()
}

/// The same text in every language, as JSON-LD's language maps have it.
pub(crate) fn by_language(words: &[Words], say: impl Fn(&Words) -> String) -> Value {
    let pairs = words.iter().map(|w| (w.language.tag().to_owned(), json!(say(w))));
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// A label of the release in the languages that it has.
pub(crate) fn languages(label: &Label) -> Value {
    let pairs = label.iter().map(|(language, text)| (language.to_owned(), json!(clean(text))));
    Value::Object(pairs.collect::<Map<_, _>>())
}
