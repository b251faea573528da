//! What a column's header says it is.

use std::collections::{HashMap, HashSet};

use shumar_schemas::code::fold;
use shumar_schemas::{Catalog, Field, Synonyms};

use super::word::distance;

/// A header that is surely meant.
pub(super) const SURE: f64 = 0.95;
/// A header that says something at all.
pub(super) const SAYS: f64 = 0.6;
/// No header is longer than this; a longer one is a value or a text.
const LENGTH_MAX: usize = 80;

/// Folded words that head columns.
pub(super) struct Lexicon {
    /// The words as they are written.
    pub(super) written: Synonyms,
    /// All words and all titles of fields, folded.
    known: HashSet<String>,
    /// Titles and names of fields, and the same folded.
    titles: HashMap<String, String>,
}

impl Lexicon {
    pub(super) fn new(mut written: Synonyms, catalog: &Catalog) -> Self {
        let lists = [
            &mut written.person,
            &mut written.record_key,
            &mut written.identifying,
            &mut written.serial,
            &mut written.free_text,
            &mut written.age,
            &mut written.birth,
            &mut written.null_words,
            &mut written.area_words,
            &mut written.yes,
            &mut written.no,
        ];
        for word in lists.into_iter().chain(written.fields.values_mut()).flatten() {
            let folded = fold(word);
            if !folded.is_empty() {
                *word = folded;
            }
        }
        let lists = [&written.person, &written.record_key, &written.identifying, &written.serial];
        let more = [&written.free_text, &written.age, &written.birth];
        let words = lists.into_iter().chain(more).chain(written.fields.values()).flatten().cloned();
        let titles = catalog.kinds().flat_map(|k| &k.fields).flat_map(titles);
        let titles: HashMap<String, String> = titles.map(|t| (t.to_owned(), fold(t))).collect();
        let shown = titles.values().filter(|t| !t.is_empty()).cloned();
        let known = words.chain(shown).collect();
        Self { written, known, titles }
    }

    /// Whether this very header (folded) is known.
    pub(super) fn knows(&self, header: &str) -> bool {
        self.known.contains(header)
    }

    /// How surely a header (folded) is a field's, from 0 to 1.
    pub(super) fn field(&self, header: &str, field: &Field) -> f64 {
        let titles = titles(field).filter_map(|t| self.titles.get(t));
        let named = titles.map(|t| likeness(header, t)).fold(0.0, f64::max);
        let words = self.written.fields.get(&field.name).map_or(0.0, |w| score(header, w));
        // A title is the kind's own word, and stands before words that others share.
        if named >= 1.0 { 1.05 } else { named.max(words) }
    }
}

fn titles(field: &Field) -> impl Iterator<Item = &str> {
    field.title.iter().map(|(_, text)| text).chain([field.name.as_str()])
}

/// How surely a header is one of `words`, all folded, from 0 to 1.
pub(super) fn score(header: &str, words: &[String]) -> f64 {
    words.iter().map(|word| likeness(header, word)).fold(0.0, f64::max)
}

/// How alike a header and a word are: the same, nearly so, or one within the other.
fn likeness(header: &str, word: &str) -> f64 {
    if header.is_empty() || word.is_empty() {
        return 0.0;
    }
    if header == word {
        return 1.0;
    }
    let (long, short) = (header.chars().count(), word.chars().count());
    if short >= 6 && long.abs_diff(short) <= 2 && distance(header, word) <= short / 6 {
        return 0.85;
    }
    let within = header.contains(word) && format!(" {header} ").contains(&format!(" {word} "));
    #[expect(clippy::cast_precision_loss, reason = "lengths of headers")]
    let part = short as f64 / long as f64;
    if within && short >= 3 { 0.55 + 0.35 * part } else { 0.0 }
}

/// Whether a header may be shown: a file without a header has its first record there.
pub(super) fn showable(header: &str) -> bool {
    let digits = header.split(|c: char| !c.is_numeric() && !"-/ .".contains(c));
    let longest = digits.map(|run| run.chars().filter(|c| c.is_numeric()).count()).max();
    header.chars().count() <= LENGTH_MAX && !header.contains('@') && longest.unwrap_or(0) < 5
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon() -> (Lexicon, Catalog) {
        let catalog = Catalog::new(&[]).expect("the catalog");
        (Lexicon::new(Synonyms::built_in().expect("words"), &catalog), catalog)
    }

    #[test]
    fn headers_are_read_in_three_languages_and_with_slips() {
        let (words, catalog) = lexicon();
        let police = catalog.kind("police", "here").expect("police");
        let field = |name: &str| police.field(name).expect("a field");
        for (header, name) in [
            ("Date of Complaint", "report_month"),
            ("تاریخ شکایت", "report_month"),
            ("Zila", "district"),
            ("District  Name", "district"),
            ("ضلع", "district"),
            ("Main offence", "offence_lead"),
            ("report_month", "report_month"),
        ] {
            assert!(words.field(&fold(header), field(name)) >= SURE, "{header}");
        }
        assert!(words.field("date of complant", field("report_month")) >= SAYS);
        assert!(words.field("name of mother", field("district")) < SAYS);
        assert!(words.field("", field("district")) < SAYS);
    }

    #[test]
    fn headers_that_look_like_values_are_not_shown() {
        for header in ["District", "ضلع", "Age 0 - 11", "Form 45"] {
            assert!(showable(header), "{header}");
        }
        for header in ["17301-1234567-1", "0300 1234567", "a@b.pk", "05/03/2025", &"x".repeat(90)] {
            assert!(!showable(header), "{header}");
        }
    }
}
