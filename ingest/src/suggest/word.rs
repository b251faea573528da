//! Words of a column: which may be shown, and which code each may mean.

use shumar_schemas::CodeList;
use shumar_schemas::code::{Match, fold};

use super::header::Lexicon;
use super::sample::Column;

/// Longer words are texts.
const WORD_MAX: usize = 40;
/// A run of this many digits is a number of something or somebody.
const DIGITS_MAX: usize = 5;
/// Rarer words may be somebody's.
const TIMES_MIN: usize = 3;
/// A category has no more words than this.
const DISTINCT_MAX: usize = 200;

/// Whether a word of a column is a category by all appearance, and may be shown on the terminal.
pub(super) fn printable(word: &str, times: usize, column: &Column) -> bool {
    let digits = word.split(|c: char| !c.is_numeric()).map(|run| run.chars().count());
    let all_digits = word.chars().filter(|c| c.is_numeric()).count();
    word.chars().count() <= WORD_MAX
        && digits.max().unwrap_or(0) < DIGITS_MAX
        && all_digits < 2 * DIGITS_MAX
        && !word.contains(['@', '\n'])
        && times >= TIMES_MIN
        && column.words.len() <= DISTINCT_MAX
        && column.words.len() * 5 <= column.filled
}

/// What a word that the list does not know may mean.
pub(super) enum Meaning<'a> {
    /// This code, surely.
    Sure(&'a str),
    /// Perhaps this code: to be asked.
    Perhaps(&'a str),
    /// No telling.
    Unknown,
}

/// The code that a word means, when the list itself does not find it.
pub(super) fn meaning<'a>(list: &'a CodeList, word: &str, words: &Lexicon) -> Meaning<'a> {
    let folded = fold(word);
    let code = |i: usize| list.codes()[i].code.as_str();
    for (said, name) in [(&words.written.yes, "yes"), (&words.written.no, "no")] {
        if let Some(place) = list.position(name).filter(|_| said.contains(&folded)) {
            return Meaning::Sure(code(place));
        }
    }
    if let Match::Several = list.find(word) {
        return Meaning::Unknown;
    }
    let area = |part: &&str| !words.written.area_words.iter().any(|w| w == part);
    let bare = folded.split(' ').filter(area).collect::<Vec<_>>().join(" ");
    if bare != folded
        && let Match::One(place) = list.find(&bare)
    {
        return Meaning::Sure(code(place));
    }
    near(list, &folded)
}

/// The one code whose label is near a word while all others are far. Short words are never
/// guessed: there are districts of five letters that differ in two.
fn near<'a>(list: &'a CodeList, folded: &str) -> Meaning<'a> {
    let length = folded.chars().count();
    if length < 6 {
        return Meaning::Unknown;
    }
    let mut best: Option<(usize, &str)> = None;
    let mut runner_up = usize::MAX;
    for code in list.codes() {
        let labels = code.label.iter().map(|(_, text)| fold(text)).chain([fold(&code.code)]);
        let Some(far) = labels.map(|label| distance(folded, &label)).min() else { continue };
        match best {
            Some((least, _)) if far >= least => runner_up = runner_up.min(far),
            Some((least, _)) => (runner_up, best) = (least, Some((far, code.code.as_str()))),
            None => best = Some((far, code.code.as_str())),
        }
    }
    match best {
        Some((1, code)) if length >= 8 && runner_up >= 4 => Meaning::Sure(code),
        Some((far, code)) if far <= length / 5 && runner_up >= far + 3 => Meaning::Perhaps(code),
        _ => Meaning::Unknown,
    }
}

/// How many letters have to be changed, added or left out.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use shumar_schemas::{Catalog, Synonyms};

    #[test]
    fn distances_are_those_of_levenshtein() {
        for (a, b, far) in
            [("", "abc", 3), ("kitten", "sitting", 3), ("ضلع", "ضلعے", 1), ("a", "a", 0)]
        {
            assert_eq!((distance(a, b), distance(b, a)), (far, far));
        }
    }

    #[test]
    fn near_words_are_proposed_and_short_or_doubtful_ones_never() {
        let catalog = Catalog::new(&[]).expect("the catalog");
        let words = Lexicon::new(Synonyms::built_in().expect("words"), &catalog);
        let list = catalog.list("district", "here").expect("districts");
        let means = |word: &str| match meaning(list, word, &words) {
            Meaning::Sure(code) => format!("{code}!"),
            Meaning::Perhaps(code) => format!("{code}?"),
            Meaning::Unknown => String::new(),
        };
        for sure in ["District Peshawar", "Peshawar City", "ضلع پشاور"] {
            assert_eq!(means(sure), "PK528!", "{sure}");
        }
        assert_eq!(means("Charssadda"), "PK506!");
        for never in
            ["Karek", "Kalak", "Kalaat", "Karrak", "Kalat Karak", "Dir", "PK210", "Chitral"]
        {
            assert_eq!(means(never), "", "{never}");
        }
    }

    #[test]
    fn only_categories_are_printable() {
        let column = |rows: usize, distinct: usize| {
            let words = (0..distinct).map(|i| (format!("w{i}"), rows / distinct.max(1)));
            Column { filled: rows, words: words.collect(), ..Column::default() }
        };
        let category = column(100, 10);
        assert!(printable("Sec 376", 3, &category));
        for (word, times) in [
            ("Sec 376", 2),
            ("17301-1234567-1", 9),
            ("0300 1234567", 9),
            ("a@b", 9),
            ("12345", 9),
            (&"w".repeat(41), 9),
            ("line\nbreak", 9),
        ] {
            assert!(!printable(word, times, &category), "{word}");
        }
        assert!(!printable("Sec 376", 9, &column(100, 21)));
        assert!(!printable("Sec 376", 9, &column(10_000, 201)));
    }
}
