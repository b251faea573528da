//! Shapes of personal identifiers: patterns for cells and phrases for headers, as data.
//!
//! The built-in ones are in `schemas/identifiers/`. A home adds its own by files in its folder
//! `identifiers/`; it can't take a built-in one away.

mod header;

use std::collections::{BTreeMap, BTreeSet};

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::SchemaError;

pub use header::Headers;
use header::WireHeader;

/// A home's folder of such files.
pub const FOLDER: &str = "identifiers";
/// The most one compiled pattern may take, in bytes: a pattern beyond it is a mistake.
const PATTERN_BYTES_MAX: usize = 2 << 20;
const HINT: &str = "see schemas/identifiers/numbers.toml for how patterns are written";

/// What a cell or a header looks like: the rule that it breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Shape {
    /// An identity number.
    #[serde(rename = "id-identity-number")]
    IdentityNumber,
    /// A telephone number.
    #[serde(rename = "id-phone")]
    Phone,
    /// An e-mail address.
    #[serde(rename = "id-email")]
    Email,
    /// A web address or an account name.
    #[serde(rename = "id-web-address")]
    WebAddress,
    /// A passport number.
    #[serde(rename = "id-passport")]
    Passport,
    /// A bank account.
    #[serde(rename = "id-bank-account")]
    BankAccount,
    /// The number of a police report.
    #[serde(rename = "id-police-report")]
    PoliceReport,
    /// The name of a police station.
    #[serde(rename = "id-police-station")]
    PoliceStation,
    /// The number of a court or medical case.
    #[serde(rename = "id-case-number")]
    CaseNumber,
    /// A whole date.
    #[serde(rename = "id-full-date")]
    FullDate,
    /// Coordinates.
    #[serde(rename = "id-coordinates")]
    Coordinates,
    /// An unkeyed digest.
    #[serde(rename = "id-digest")]
    Digest,
    /// A postal address.
    #[serde(rename = "id-address")]
    Address,
    /// Whose daughter, son or wife somebody is.
    #[serde(rename = "id-relation")]
    Relation,
    /// A person's name.
    #[serde(rename = "id-name")]
    Name,
    /// Running text.
    #[serde(rename = "id-free-text")]
    Text,
    /// Binary data or an image.
    #[serde(rename = "id-binary")]
    Binary,
}

/// What a match must also be to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Its letters and digits leave 1 when divided by 97 (ISO 13616).
    #[serde(rename = "mod-97")]
    Mod97,
    /// A sign stands between its digits: the bare run is another pattern's.
    Separated,
}

/// Whether a pattern may stand in a column of some sort.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stand {
    /// It may: the column is not searched for it.
    Allowed,
    /// It may not.
    #[default]
    Refused,
}

/// What a cell must hold for a pattern to be tried at all. Nearly every cell is clean, and this
/// tells most of them apart without an automaton. A claim of the pattern's author: a wrong one
/// makes the pattern blind, none makes it slow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Needs {
    /// So many digits in one run of digits and separators.
    pub digits: usize,
    /// So many characters in all.
    pub length: usize,
    /// A sign or blank.
    pub sign: bool,
    /// A letter.
    pub letter: bool,
    /// A letter beyond `a` to `f`: hexadecimal tokens have none.
    pub word: bool,
}

/// One shape of an identifier.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// Its name.
    pub name: String,
    /// What it says a cell looks like.
    pub shape: Shape,
    /// The expression, for a cell's plain copy (see [`plain_letter`]).
    pub regex: Regex,
    /// A cell that this matches is left to the other patterns.
    pub unless: Option<Regex>,
    /// What a match must also be.
    pub check: Option<Check>,
    /// What a cell must hold for it to be tried.
    pub needs: Needs,
    /// Whether it is about two neighbouring cells of digits, written `LEFT|RIGHT`.
    pub pair: bool,
    /// Whether it may stand in a column declared to hold tokens.
    pub token: Stand,
    /// Whether it may stand in a column of dates.
    pub date: Stand,
    /// Made-up examples that it must find.
    pub hits: Vec<String>,
    /// Made-up examples that it must leave alone.
    pub misses: Vec<String>,
}

/// All patterns and header phrases.
#[derive(Debug, Clone, Default)]
pub struct Identifiers {
    patterns: Vec<Pattern>,
    headers: Headers,
    extended: bool,
}

impl Identifiers {
    /// The same, said to hold patterns of a home's own.
    #[must_use]
    pub fn extended(mut self) -> Self {
        self.extended = true;
        self
    }

    /// Whether all patterns are built in, so that what they can't match is known.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        !self.extended
    }

    /// Reads the files, built-in ones first, each with its path and text.
    ///
    /// # Errors
    /// A file that does not parse, a pattern that is no regular expression or finds the blank
    /// cell, a name that is there twice.
    pub fn parse<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, SchemaError> {
        let mut patterns = Vec::new();
        let mut words: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut headers = Vec::new();
        for (file, text) in files {
            // A file of another kind would be a fence that its author believes in and that is not.
            if file.strip_suffix(".toml").is_none() {
                return Err(SchemaError::invalid(file, "its name does not end in `.toml`", HINT));
            }
            let wire: Wire = toml::from_str(text).map_err(|e| SchemaError::Parse {
                file: file.to_owned(),
                format: "TOML",
                detail: e.to_string(),
            })?;
            for pattern in wire.patterns {
                patterns.push(pattern.compile(file)?);
            }
            for (word, more) in wire.words {
                words.entry(word).or_default().extend(more);
            }
            headers.extend(wire.headers.into_iter().map(|h| (file.to_owned(), h)));
        }
        let mut names = BTreeSet::new();
        if let Some(twice) = patterns.iter().find(|p| !names.insert(&p.name)) {
            let what = format!("the pattern `{}` is there twice", twice.name);
            return Err(SchemaError::invalid(FOLDER, what, "give the home's own another name"));
        }
        let headers = Headers::new(&words, headers)?;
        Ok(Self { patterns, headers, extended: false })
    }

    /// The patterns in the order of their files.
    #[must_use]
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// The phrases of headers.
    #[must_use]
    pub fn headers(&self) -> &Headers {
        &self.headers
    }
}

/// Arabic forms of letters as the Urdu ones, and letters with a mark that writers leave out as
/// the plain letter. Patterns, phrases and the cells they are tried on are all read through it.
#[must_use]
pub fn plain_letter(c: char) -> char {
    match c {
        'ي' | 'ى' | 'ې' | 'ۍ' => 'ی',
        'ك' | 'ڪ' => 'ک',
        'ه' | 'ة' | 'ۃ' | 'ۀ' | 'ۂ' => 'ہ',
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ؤ' => 'و',
        'ۓ' => 'ے',
        _ => c,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(default)]
    words: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    patterns: Vec<WirePattern>,
    #[serde(default)]
    headers: Vec<WireHeader>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WirePattern {
    name: String,
    rule: Shape,
    regex: String,
    unless: Option<String>,
    check: Option<Check>,
    #[serde(default)]
    needs: Needs,
    #[serde(default)]
    pair: bool,
    #[serde(default)]
    token: Stand,
    #[serde(default)]
    date: Stand,
    hits: Vec<String>,
    misses: Vec<String>,
}

impl WirePattern {
    fn compile(self, file: &str) -> Result<Pattern, SchemaError> {
        let invalid = |problem: &str| {
            let what = format!("the pattern `{}` {problem}", self.name);
            SchemaError::invalid(file, what, HINT)
        };
        let regex = compiled(&self.regex).map_err(|e| invalid(&e))?;
        let unless = self.unless.as_deref().map(compiled).transpose().map_err(|e| invalid(&e))?;
        if regex.is_match("") {
            return Err(invalid("finds the blank cell, so it would refuse everything"));
        }
        if self.hits.is_empty() || self.misses.is_empty() {
            return Err(invalid("has no `hits` or no `misses`: made-up examples of both"));
        }
        Ok(Pattern {
            name: self.name,
            shape: self.rule,
            regex,
            unless,
            check: self.check,
            needs: self.needs,
            pair: self.pair,
            token: self.token,
            date: self.date,
            hits: self.hits,
            misses: self.misses,
        })
    }
}

/// The shorthands of patterns. Words are Latin and Arabic letters and digits; a plain copy has
/// hardly any others, and narrow classes keep the automata small.
const SHORTHANDS: [(&str, &str); 7] = [
    ("<S+>", r"[ \-./()_:,]{1,3}"),
    ("<S>", r"[ \-./()_:,]{0,3}"),
    ("<N>", "(?:^|$|[^0-9])"),
    (
        "<B>",
        r"(?:^|[^0-9A-Za-z\u{c0}-\u{24f}\u{600}-\u{6ff}])[A-Za-z\u{c0}-\u{24f}\u{600}-\u{6ff}]*",
    ),
    ("<E>", "(?:$|[^0-9A-Fa-f])"),
    ("<W>", r"(?:^|$|[^0-9A-Za-z\u{c0}-\u{24f}\u{600}-\u{6ff}])"),
    (r"\d", "[0-9]"),
];

/// Compiles an expression with its shorthands written out.
fn compiled(text: &str) -> Result<Regex, String> {
    let mut full: String = text.chars().map(plain_letter).collect();
    for (short, long) in SHORTHANDS {
        full = full.replace(short, long);
    }
    RegexBuilder::new(&full)
        .size_limit(PATTERN_BYTES_MAX)
        .build()
        .map_err(|e| format!("is not a regular expression: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADS: &str = "hits = [\"a9\"]\nmisses = [\"b\"]\n";

    fn parse(text: &str) -> Result<Identifiers, SchemaError> {
        Identifiers::parse([("identifiers/x.toml", text)])
    }

    #[test]
    fn a_pattern_is_read() {
        let text = format!(
            "[[patterns]]\nname = \"n\"\nrule = \"id-phone\"\nregex = '<N>\\d{{3}}<N>'\n{HEADS}"
        );
        let read = parse(&text).expect("a pattern");
        let pattern = &read.patterns()[0];
        assert_eq!((pattern.shape, pattern.token), (Shape::Phone, Stand::Refused));
        assert!(pattern.regex.is_match("a 123") && !pattern.regex.is_match("1234"));
    }

    #[test]
    fn letters_of_patterns_are_read_like_those_of_cells() {
        let text =
            format!("[[patterns]]\nname = \"n\"\nrule = \"id-name\"\nregex = 'مسماۃ'\n{HEADS}");
        assert!(parse(&text).expect("a pattern").patterns()[0].regex.is_match("مسماہ"));
    }

    #[test]
    fn mistakes_are_refused() {
        let pattern = |rule: &str, regex: &str, rest: &str| {
            parse(&format!(
                "[[patterns]]\nname = \"n\"\nrule = \"{rule}\"\nregex = '{regex}'\n{rest}"
            ))
        };
        assert!(pattern("id-phone", "a", HEADS).is_ok());
        assert!(pattern("id-phone", "a(", HEADS).is_err());
        assert!(pattern("id-phone", "a*", HEADS).is_err());
        assert!(pattern("id-shoe-size", "a", HEADS).is_err());
        assert!(pattern("id-phone", "a", "hits = []\nmisses = [\"b\"]\n").is_err());
        assert!(pattern("id-phone", "a", &format!("{HEADS}tokens = \"allowed\"\n")).is_err());
        assert!(pattern("id-phone", "(a{1000}){1000}", HEADS).is_err());
        assert!(Identifiers::parse([("identifiers/x.csv", "")]).is_err());
    }

    #[test]
    fn a_name_is_there_once() {
        let text = format!("[[patterns]]\nname = \"n\"\nrule = \"id-name\"\nregex = 'x'\n{HEADS}");
        let twice = [("identifiers/a.toml", text.as_str()), ("identifiers/b.toml", text.as_str())];
        let error = Identifiers::parse(twice).map(|_| ()).expect_err("a name twice");
        assert!(error.to_string().contains("`n` is there twice"));
    }
}
