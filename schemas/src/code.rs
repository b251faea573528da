//! Code lists: declared, public, ordered domains with labels and coarser levels.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{Label, SchemaError};

/// The most codes one list may hold; a longer one is not a code list but a register.
const CODES_MAX: usize = 20_000;

/// One code of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The code itself, as stored in the lake.
    pub code: String,
    /// Its names.
    pub label: Label,
    /// The other columns of the list's file: coarser levels, sources, populations.
    pub attributes: BTreeMap<String, String>,
}

/// How a provider's spelling matched a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// Exactly one code.
    One(usize),
    /// Several codes could be meant; nothing is guessed.
    Several,
    /// No code.
    None,
}

/// An ordered list of codes.
#[derive(Debug, Clone)]
pub struct CodeList {
    name: String,
    codes: Vec<Code>,
    by_code: HashMap<String, usize>,
    /// Folded label or alias to code index; `None` where two codes share it.
    by_words: HashMap<String, Option<usize>>,
    /// Folded words that mean one code in one vintage of the list and another in another.
    meanings: HashMap<String, Vec<Meaning>>,
}

/// What a word means in one vintage of a list.
#[derive(Debug, Clone)]
struct Meaning {
    word: String,
    vintage: String,
    /// `None` where the vintage gives the word to a place that this list does not name.
    code: Option<usize>,
}

impl CodeList {
    /// Reads a list from CSV text with the header `code,label_en,label_ur,…`.
    ///
    /// # Errors
    /// A missing column, a blank or repeated code, or a file that is not CSV.
    pub fn parse(name: &str, text: &str) -> Result<Self, SchemaError> {
        let file = format!("codes/{name}.csv");
        let parse_error = |e: csv::Error| SchemaError::Parse {
            file: file.clone(),
            format: "CSV",
            detail: e.to_string(),
        };
        let invalid = |what: String| {
            SchemaError::invalid(&file, what, "every row needs a code of its own and a `label_en`")
        };
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let header: Vec<String> =
            reader.headers().map_err(parse_error)?.iter().map(|h| h.trim().to_owned()).collect();
        if header.first().map(String::as_str) != Some("code")
            || !header.iter().any(|h| h == "label_en")
        {
            return Err(invalid("the header does not begin with `code,label_en`".to_owned()));
        }
        let mut list = Self {
            name: name.to_owned(),
            codes: Vec::new(),
            by_code: HashMap::new(),
            by_words: HashMap::new(),
            meanings: HashMap::new(),
        };
        for (row, record) in reader.records().enumerate() {
            let record = record.map_err(parse_error)?;
            let mut label = Label::default();
            let mut attributes = BTreeMap::new();
            let code = record.get(0).unwrap_or_default().trim().to_owned();
            for (column, value) in header.iter().zip(record.iter()).skip(1) {
                match column.strip_prefix("label_") {
                    Some(language) => label = label.with(language, value.trim()),
                    None => _ = attributes.insert(column.clone(), value.trim().to_owned()),
                }
            }
            if code.is_empty() || label.en().is_empty() || list.by_code.contains_key(&code) {
                return Err(invalid(format!(
                    "row {} has a blank or repeated code or label",
                    row + 2
                )));
            }
            list.by_code.insert(code.clone(), list.codes.len());
            list.codes.push(Code { code, label, attributes });
        }
        if list.codes.is_empty() || list.codes.len() > CODES_MAX {
            return Err(invalid(format!("a list holds 1 to {CODES_MAX} codes")));
        }
        list.index_labels();
        Ok(list)
    }

    fn index_labels(&mut self) {
        let words: Vec<(String, usize)> = self
            .codes
            .iter()
            .enumerate()
            .flat_map(|(i, c)| c.label.iter().map(move |(_, text)| (fold(text), i)))
            .collect();
        for (word, index) in words {
            self.add_word(word, index);
        }
    }

    fn add_word(&mut self, word: String, index: usize) {
        // Signs alone are no word: a blank label must not make `-` mean a code.
        if word.is_empty() {
            return;
        }
        let entry = self.by_words.entry(word).or_insert(Some(index));
        if *entry != Some(index) {
            *entry = None;
        }
    }

    /// Adds spellings from CSV text with the header `code,alias`.
    ///
    /// # Errors
    /// A row whose code the list does not have.
    pub fn add_aliases(&mut self, text: &str) -> Result<(), SchemaError> {
        let file = format!("codes/{}.aliases.csv", self.name);
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        for record in reader.records() {
            let record = record.map_err(|e| SchemaError::Parse {
                file: file.clone(),
                format: "CSV",
                detail: e.to_string(),
            })?;
            let (code, alias) =
                (record.get(0).unwrap_or_default(), record.get(1).unwrap_or_default());
            let Some(&index) = self.by_code.get(code.trim()) else {
                return Err(SchemaError::unknown("code", code, format!("`{file}`"), []));
            };
            self.add_word(fold(alias), index);
        }
        Ok(())
    }

    /// Adds words whose meaning changed between vintages of the list, from CSV text with the
    /// header `word,vintage,code`, a row for each meaning. Such a word is ambiguous unless a
    /// mapping names the vintage. A blank code is a place that this list does not name.
    ///
    /// # Errors
    /// A row whose code the list does not have, or without a word and a vintage.
    pub fn add_ambiguous(&mut self, text: &str) -> Result<(), SchemaError> {
        let file = format!("codes/{}.ambiguous.csv", self.name);
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        for record in reader.records() {
            let record = record.map_err(|e| SchemaError::Parse {
                file: file.clone(),
                format: "CSV",
                detail: e.to_string(),
            })?;
            let cell = |i: usize| record.get(i).unwrap_or_default().trim().to_owned();
            let (word, vintage, code) = (cell(0), cell(1), cell(2));
            let folded = fold(&word);
            if folded.is_empty() || vintage.is_empty() {
                let what = "a row names no word or no vintage";
                return Err(SchemaError::invalid(file, what, "write `word,vintage,code`"));
            }
            let place = self.position(&code);
            if place.is_none() && !code.is_empty() {
                return Err(SchemaError::unknown("code", &code, format!("`{file}`"), []));
            }
            let meaning = Meaning { word, vintage, code: place };
            self.meanings.entry(folded).or_default().push(meaning);
        }
        Ok(())
    }

    /// The vintages that ambiguous words are told apart by.
    #[must_use]
    pub fn vintages(&self) -> BTreeSet<&str> {
        self.meanings.values().flatten().map(|m| m.vintage.as_str()).collect()
    }

    /// The ambiguous words and what each means in one vintage.
    pub fn of_vintage(&self, vintage: &str) -> impl Iterator<Item = (&str, &Code)> {
        let of_vintage = self.meanings.values().flatten().filter(move |m| m.vintage == vintage);
        of_vintage.filter_map(|m| Some((m.word.as_str(), self.codes.get(m.code?)?)))
    }

    /// The list's name, which is its file's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All codes in declared order.
    #[must_use]
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// The position of a code.
    #[must_use]
    pub fn position(&self, code: &str) -> Option<usize> {
        self.by_code.get(code).copied()
    }

    /// The position of the band that holds a number, by the columns `from` and `to` of the list's
    /// file (both inclusive). A list without them has no bands.
    #[must_use]
    pub fn band(&self, number: u32) -> Option<usize> {
        let edge = |code: &Code, name: &str| code.attributes.get(name)?.parse::<u32>().ok();
        self.codes.iter().position(|code| {
            let edges = edge(code, "from").zip(edge(code, "to"));
            edges.is_some_and(|(from, to)| (from..=to).contains(&number))
        })
    }

    /// The code that a provider's text means: the code itself, a label or an alias, read without
    /// regard to case, blanks and punctuation. Two candidates are never guessed between.
    #[must_use]
    pub fn find(&self, text: &str) -> Match {
        let folded = fold(text);
        if self.meanings.get(&folded).is_some_and(|m| m.len() > 1) {
            return Match::Several;
        }
        if let Some(index) = self.position(text) {
            return Match::One(index);
        }
        if folded.is_empty() {
            return Match::None;
        }
        let mut as_code = self.codes.iter().enumerate().filter(|(_, c)| fold(&c.code) == folded);
        match (self.by_words.get(&folded), as_code.next()) {
            (Some(Some(word)), Some((code, _))) if *word != code => Match::Several,
            (Some(Some(index)), _) => Match::One(*index),
            (Some(None), _) => Match::Several,
            (None, Some((index, _))) => Match::One(index),
            (None, None) => Match::None,
        }
    }
}

/// Lower case, without Arabic vowel marks and joiners, and runs of anything else but letters and
/// digits as one blank. Arabic forms of yeh and kaf are read as the Urdu ones.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let c = match c {
            '\u{064b}'..='\u{0652}' | '\u{0670}' | '\u{0640}' | '\u{200b}'..='\u{200f}' => continue,
            'ي' | 'ى' => 'ی',
            'ك' => 'ک',
            _ => c,
        };
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> CodeList {
        let text = "code,label_en,label_ur,level\nPK1,Upper Dir,اپر دیر,a\nPK2,Lower Dir,لوئر دیر,a\nPK3,Tank,ٹانک,b\n";
        let mut list = CodeList::parse("place", text).expect("a list");
        list.add_aliases("code,alias\nPK1,Dir\nPK2,Dir\nPK3,Tank City\n").expect("aliases");
        list
    }

    #[test]
    fn labels_aliases_and_codes_are_found() {
        let list = list();
        assert_eq!(list.find("PK1"), Match::One(0));
        assert_eq!(list.find("pk1"), Match::One(0));
        assert_eq!(list.find("  upper-DIR "), Match::One(0));
        assert_eq!(list.find("لوئر دیر"), Match::One(1));
        assert_eq!(list.find("tank city"), Match::One(2));
    }

    #[test]
    fn two_candidates_are_never_guessed_between() {
        assert_eq!(list().find("Dir"), Match::Several);
        assert_eq!(list().find("Swat"), Match::None);
    }

    #[test]
    fn a_word_that_changed_its_meaning_needs_a_vintage() {
        let mut list = list();
        list.add_ambiguous(
            "word,vintage,code\nPK1,new,PK1\nPK1,old,PK3\nPK2,new,PK2\nPK2,old,\nPK3,new,PK3\n",
        )
        .expect("vintages");
        assert_eq!(list.find("PK1"), Match::Several);
        assert_eq!(list.find(" pk1 "), Match::Several);
        assert_eq!(list.find("PK2"), Match::Several);
        assert_eq!(list.find("PK3"), Match::One(2), "it has one meaning only");
        assert_eq!(list.find("Upper Dir"), Match::One(0), "a name never changed its meaning");
        let mut old: Vec<_> = list.of_vintage("old").map(|(w, c)| (w, c.code.as_str())).collect();
        old.sort_unstable();
        assert_eq!(old, [("PK1", "PK3")]);
        assert_eq!(Vec::from_iter(list.vintages()), ["new", "old"]);
        for bad in ["word,vintage,code\nPK1,,PK1\n", "word,vintage,code\nPK1,new,PK9\n"] {
            assert!(list.add_ambiguous(bad).is_err());
        }
    }

    #[test]
    fn years_fall_into_the_band_that_holds_them() {
        let text = "code,label_en,from,to\nyoung,Young,0,17\nold,Old,18,120\nunknown,?,,\n";
        let list = CodeList::parse("band", text).expect("a list");
        let band = |years| list.band(years).map(|i| list.codes()[i].code.as_str());
        assert_eq!([band(0), band(17)], [Some("young"); 2]);
        assert_eq!([band(18), band(120)], [Some("old"); 2]);
        assert_eq!(band(121), None);
        assert_eq!(self::list().band(3), None);
    }

    #[test]
    fn signs_alone_never_mean_a_code() {
        let mut list =
            CodeList::parse("x", "code,label_en,label_ur\na,A,\nb,B,ب\n").expect("a list");
        list.add_aliases("code,alias\na,\n").expect("aliases");
        for text in ["-", "--", "?", "...", ""] {
            assert_eq!(list.find(text), Match::None, "{text}");
        }
    }

    #[test]
    fn repeated_and_blank_codes_are_refused() {
        for text in [
            "code,label_en\na,A\na,B\n",
            "code,label_en\n,A\n",
            "x,label_en\na,A\n",
            "code,label_en\n",
        ] {
            assert!(CodeList::parse("bad", text).is_err());
        }
    }
}
