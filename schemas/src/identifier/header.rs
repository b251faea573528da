//! Phrases by which a header says that its column holds an identifier.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::{Shape, plain_letter};
use crate::SchemaError;
use crate::code::fold;

/// The word list whose words carry no meaning in a header: `of`, `the`, `full`.
const FILLER: &str = "filler";
/// Up to so many letters, blanks tell a phrase from a word: `S/o` is not `SO`.
const INITIALS: usize = 2;
const HINT: &str = "see schemas/identifiers/headers.toml for how phrases are written";

/// Phrases of headers. A header matches as a whole or not at all: `Name` and `Name of victim` are
/// phrases, `District name` is none.
#[derive(Debug, Clone, Default)]
pub struct Headers {
    /// Phrase, folded and without blanks, to what it says.
    phrases: HashMap<String, Shape>,
    fillers: Vec<String>,
    examples: Vec<(Shape, Vec<String>, Vec<String>)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireHeader {
    rule: Shape,
    phrases: Vec<String>,
    hits: Vec<String>,
    misses: Vec<String>,
}

impl Headers {
    pub(super) fn new(
        words: &BTreeMap<String, Vec<String>>,
        groups: Vec<(String, WireHeader)>,
    ) -> Result<Self, SchemaError> {
        let fillers = words.get(FILLER).into_iter().flatten().map(|w| folded(w)).collect();
        let mut headers = Self { fillers, ..Self::default() };
        for (file, group) in groups {
            for phrase in &group.phrases {
                for full in written_out(&file, phrase, words)? {
                    headers.add(&file, &full, group.rule)?;
                }
            }
            headers.examples.push((group.rule, group.hits, group.misses));
        }
        Ok(headers)
    }

    /// What a header says that its column holds.
    #[must_use]
    pub fn find(&self, header: &str) -> Option<Shape> {
        let folded = folded(&apart(header));
        let tokens: Vec<&str> = folded.split(' ').collect();
        let core: Vec<&str> = tokens.iter().copied().filter(|t| self.matters(t)).collect();
        let known = |tokens: &[&str]| self.phrases.get(&key(tokens)).copied();
        known(&tokens).or_else(|| known(&core)).or_else(|| {
            // A header in two languages says the same twice: each is looked up by itself.
            let (arabic, other): (Vec<&str>, Vec<&str>) =
                core.iter().copied().partition(|t| t.contains(is_arabic));
            known(&arabic).or_else(|| known(&other))
        })
    }

    /// Made-up headers that must be found, and others that must not be, by what they say.
    pub fn examples(&self) -> impl Iterator<Item = (Shape, &[String], &[String])> {
        self.examples.iter().map(|(shape, hits, misses)| (*shape, &hits[..], &misses[..]))
    }

    fn add(&mut self, file: &str, phrase: &str, shape: Shape) -> Result<(), SchemaError> {
        let folded = folded(phrase);
        let tokens: Vec<&str> = folded.split(' ').collect();
        let core: Vec<&str> = tokens.iter().copied().filter(|t| self.matters(t)).collect();
        if core.concat().is_empty() {
            let what = format!("the header phrase `{phrase}` says nothing");
            return Err(SchemaError::invalid(file, what, HINT));
        }
        // The first meaning stands: built-in files come before a home's.
        for tokens in [&tokens, &core]
            .into_iter()
            .filter(|t| t.len() == tokens.len() || t.concat().len() > INITIALS)
        {
            self.phrases.entry(key(tokens)).or_insert(shape);
        }
        Ok(())
    }

    fn matters(&self, token: &str) -> bool {
        !token.chars().all(char::is_numeric) && !self.fillers.iter().any(|f| f == token)
    }
}

/// By what a phrase is looked up: its words without blanks, so that `victimname` is found too.
fn key(tokens: &[&str]) -> String {
    let joined = tokens.concat();
    if joined.len() <= INITIALS { tokens.join(" ") } else { joined }
}

/// Every phrase that `{word}` marks stand for.
fn written_out(
    file: &str,
    phrase: &str,
    words: &BTreeMap<String, Vec<String>>,
) -> Result<Vec<String>, SchemaError> {
    let Some((before, (name, after))) =
        phrase.split_once('{').and_then(|(b, rest)| Some((b, rest.split_once('}')?)))
    else {
        return Ok(vec![phrase.to_owned()]);
    };
    let list = words.get(name).ok_or_else(|| {
        SchemaError::unknown(
            "word list",
            name,
            format!("`{file}`"),
            words.keys().map(String::as_str),
        )
    })?;
    let mut all = Vec::new();
    for rest in written_out(file, after, words)? {
        all.extend(list.iter().map(|word| format!("{before}{word}{rest}")));
    }
    Ok(all)
}

/// Folded, with plain letters.
fn folded(text: &str) -> String {
    fold(text).chars().map(plain_letter).collect()
}

/// `VictimName` as `Victim Name`.
fn apart(header: &str) -> String {
    let mut out = String::with_capacity(header.len() + 4);
    let mut lower = false;
    for c in header.chars() {
        if lower && c.is_uppercase() {
            out.push(' ');
        }
        lower = c.is_lowercase();
        out.push(c);
    }
    out
}

fn is_arabic(c: char) -> bool {
    ('\u{600}'..='\u{6ff}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::super::Identifiers;
    use super::*;

    const TEXT: &str = r#"
[words]
filler = ["of", "the", "s", "full"]
person = ["victim", "مدعیہ"]
[[headers]]
rule = "id-name"
phrases = ["name", "{person} name", "name {person}", "نام {person}"]
hits = ["Name"]
misses = ["District name"]
"#;

    #[test]
    fn whole_headers_match_and_parts_do_not() {
        let all = Identifiers::parse([("identifiers/x.toml", TEXT)]).expect("phrases");
        let headers = all.headers();
        for hit in [
            "Name",
            "NAME.",
            "1. Name",
            "Victim's full name",
            "victim_name",
            "VictimName",
            "victimname",
            "Name of the Victim",
            "نام مدعیه",
            "Name / نام مدعیہ",
        ] {
            assert_eq!(headers.find(hit), Some(Shape::Name), "{hit}");
        }
        for miss in ["District name", "Victim", "Victim sex", "names", "", "1", "of the", "نام ضلع"]
        {
            assert_eq!(headers.find(miss), None, "{miss}");
        }
    }

    #[test]
    fn unknown_words_and_empty_phrases_are_refused() {
        for bad in ["{nobody} name", "of the", "---"] {
            let text = TEXT.replace("{person} name", bad);
            assert!(Identifiers::parse([("identifiers/x.toml", text.as_str())]).is_err(), "{bad}");
        }
    }
}
