//! One cell to one stored value, by the role of its field.
//!
//! Every stored value is a small whole number: the place of a code in its list, the days to the
//! first of a month, a count, or 0 and 1. A word that is none of these goes nowhere.

use std::collections::HashMap;

use chrono::format::{Parsed, StrftimeItems, parse};
use chrono::{Datelike, NaiveDate};
use shumar_schemas::code::{Match, fold};
use shumar_schemas::{CodeList, YearMonth};

use crate::Rule;
use crate::rows::{Cell, SERIAL_MAX};

/// A stored value that is not there.
pub(crate) const BLANK: i32 = i32::MIN;
/// The format name that stands for bare serial numbers of a spreadsheet.
const SERIAL: &str = "excel";
/// Formats that need no mapping because they can't be misread.
const ISO: [&str; 5] = ["%Y-%m-%d", "%Y-%m", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d"];
/// Whole numbers up to here survive being stored as a float.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
/// Longer cells are no code, date or number.
const CELL_MAX: usize = 400;
/// Years that stand for the Hijri calendar: no record is of the Gregorian ones.
const HIJRI: std::ops::RangeInclusive<i32> = 1300..=1500;
/// Signs after a date that say it is of the Hijri calendar.
const HIJRI_SIGNS: [&str; 3] = [" ah", "ھ", "ہجری"];

/// A cell that is looked at, without a copy of its text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum View<'a> {
    /// Nothing, or blanks only.
    Blank,
    /// Trimmed text.
    Text(&'a str),
    /// A spreadsheet number.
    Number(f64),
    /// A real spreadsheet date.
    Date(NaiveDate),
    /// A spreadsheet truth value.
    Boolean(bool),
    /// Bytes that are not text in the file's encoding, or a spreadsheet error.
    Invalid,
}

impl<'a> View<'a> {
    /// A text cell; blanks around it are not part of it.
    pub(crate) fn text(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let plain = |b: Option<&u8>| b.is_some_and(u8::is_ascii_graphic);
        if plain(bytes.first()) && plain(bytes.last()) {
            return Self::Text(text);
        }
        let padding = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\0');
        let text = text.trim_matches(padding);
        if text.is_empty() { Self::Blank } else { Self::Text(text) }
    }
}

impl View<'_> {
    /// A cell of its own.
    pub(crate) fn to_cell(self) -> Cell {
        match self {
            Self::Blank => Cell::Blank,
            Self::Text(text) => Cell::Text(text.to_owned()),
            Self::Number(n) => Cell::Number(n),
            Self::Date(date) => Cell::Date(date),
            Self::Boolean(b) => Cell::Boolean(b),
            Self::Invalid => Cell::Invalid,
        }
    }
}

impl<'a> From<&'a Cell> for View<'a> {
    fn from(cell: &'a Cell) -> Self {
        match cell {
            Cell::Blank => Self::Blank,
            Cell::Text(text) => Self::text(text),
            Cell::Number(n) => Self::Number(*n),
            Cell::Date(date) => Self::Date(*date),
            Cell::Boolean(b) => Self::Boolean(*b),
            Cell::Invalid => Self::Invalid,
        }
    }
}

/// How the cells of one field are read.
#[derive(Debug)]
pub(crate) enum Reader {
    Code(Box<CodeReader>),
    Month {
        formats: Vec<String>,
        serial: bool,
        today: NaiveDate,
    },
    Number {
        range: (i32, i32),
        clip: bool,
    },
    Boolean {
        words: HashMap<String, bool>,
    },
    /// Years of age, as the code of their band.
    Age(CodeList),
}

/// Reads words as codes of a list.
#[derive(Debug)]
pub(crate) struct CodeReader {
    list: CodeList,
    words: HashMap<String, usize>,
    in_scope: Option<Vec<bool>>,
}

impl CodeReader {
    /// A reader of `list`, with the provider's own `words`, and the places in scope if limited.
    pub(crate) fn new(
        list: CodeList,
        words: impl IntoIterator<Item = (String, usize)>,
        scope: Option<&[usize]>,
    ) -> Self {
        let in_scope = scope.map(|kept| {
            let mut places = vec![false; list.codes().len()];
            for &i in kept {
                places[i] = true;
            }
            places
        });
        let words = words.into_iter().map(|(word, place)| (key(&word), place)).collect();
        Self { list, words, in_scope }
    }

    fn read(&self, text: &str) -> Result<i32, Rule> {
        let place = match self.words.get(&key(text)) {
            Some(place) => *place,
            None => match self.list.find(text) {
                Match::One(place) => place,
                Match::Several => return Err(Rule::CodeAmbiguous),
                Match::None => return Err(Rule::CodeUnknown),
            },
        };
        if self.in_scope.as_ref().is_some_and(|kept| !kept[place]) {
            return Err(Rule::AreaOutsideScope);
        }
        i32::try_from(place).map_err(|_| Rule::CodeUnknown)
    }
}

/// What two spellings share; signs without letters or digits stand for themselves.
fn key(word: &str) -> String {
    let folded = fold(word);
    if folded.is_empty() { word.trim().to_owned() } else { folded }
}

impl Reader {
    /// A reader of months in these formats and, after them, in those of ISO 8601.
    pub(crate) fn month(formats: &[String], today: NaiveDate) -> Self {
        let serial = formats.iter().any(|f| f == SERIAL);
        let formats = formats.iter().filter(|f| *f != SERIAL).cloned().collect();
        Self::Month { formats, serial, today }
    }

    /// A reader of yes and no, with the provider's own words for them.
    pub(crate) fn boolean(words: impl IntoIterator<Item = (String, bool)>) -> Self {
        let common = [("yes", true), ("true", true), ("1", true), ("y", true), ("ہاں", true)];
        let denials =
            [("no", false), ("false", false), ("0", false), ("n", false), ("نہیں", false)];
        let common = common.into_iter().chain(denials).map(|(w, b)| (w.to_owned(), b));
        Self::Boolean { words: common.chain(words).map(|(w, b)| (key(&w), b)).collect() }
    }

    /// The stored value of a cell that is not blank.
    pub(crate) fn read(&self, cell: View<'_>) -> Result<i32, Rule> {
        match self {
            Self::Code(codes) => with_text(cell, |text| codes.read(text)),
            Self::Month { formats, serial, today } => month(cell, formats, *serial, *today),
            Self::Number { range, clip } => number(cell, *range, *clip),
            Self::Boolean { words } => match cell {
                View::Boolean(b) => Ok(i32::from(b)),
                cell => with_text(cell, |text| {
                    let known = words.get(&key(text));
                    known.map(|b| i32::from(*b)).ok_or(Rule::BooleanUnreadable)
                }),
            },
            Self::Age(list) => {
                let years = number(cell, (0, i32::MAX), false)?;
                let band = u32::try_from(years).ok().and_then(|years| list.band(years));
                let band = band.ok_or(Rule::NumberOutOfRange)?;
                i32::try_from(band).map_err(|_| Rule::NumberOutOfRange)
            }
        }
    }
}

/// A cell as the text of a code, a key or a token. Long numbers that a spreadsheet holds as
/// floats have lost digits and are refused, or two persons would become one.
pub(crate) fn with_text<T>(
    cell: View<'_>,
    read: impl FnOnce(&str) -> Result<T, Rule>,
) -> Result<T, Rule> {
    match cell {
        View::Blank => read(""),
        View::Text(t) if t.len() > CELL_MAX => Err(Rule::TextInvalid),
        View::Text(t) => read(t),
        View::Number(n) if n.abs() >= EXACT_MAX => Err(Rule::NumberImprecise),
        View::Number(n) => read(&n.to_string()),
        View::Date(date) => read(&date.to_string()),
        View::Boolean(b) => read(if b { "true" } else { "false" }),
        View::Invalid => Err(Rule::TextInvalid),
    }
}

fn month(cell: View<'_>, formats: &[String], serial: bool, today: NaiveDate) -> Result<i32, Rule> {
    let (year, month) = match cell {
        View::Date(date) => (date.year(), date.month()),
        View::Number(n) if serial => serial_month(n)?,
        View::Text(t) if t.len() <= CELL_MAX => {
            let t = ascii_digits(t);
            match (written_month(&t, formats), t.parse::<f64>()) {
                (Err(Rule::DateUnreadable), Ok(n)) if serial => serial_month(n)?,
                (written, _) => written?,
            }
        }
        View::Number(n) if n.fract() == 0.0 && n.abs() < EXACT_MAX => {
            written_month(&n.to_string(), formats)?
        }
        _ => return Err(Rule::DateUnreadable),
    };
    if HIJRI.contains(&year) {
        return Err(Rule::DateHijri);
    }
    let month = YearMonth::new(year, month).ok_or(Rule::DateOutOfRange)?;
    let now = YearMonth::new(today.year(), today.month()).ok_or(Rule::DateOutOfRange)?;
    if month > now { Err(Rule::DateOutOfRange) } else { Ok(month.to_days()) }
}

/// Year and month of a written date. Two formats of the mapping that read it differently leave
/// it undecided, and so does a mapping that does not say which of two small numbers is the month.
fn written_month(text: &str, formats: &[String]) -> Result<(i32, u32), Rule> {
    let lower = text.to_lowercase();
    if HIJRI_SIGNS.iter().any(|sign| lower.ends_with(sign)) {
        return Err(Rule::DateHijri);
    }
    let mut found = None;
    for read in formats.iter().filter_map(|f| parse_month(text, f)) {
        if found.is_some_and(|earlier| earlier != read) {
            return Err(Rule::DateAmbiguous);
        }
        found = Some(read);
    }
    let found = found.or_else(|| ISO.iter().find_map(|f| parse_month(text, f)));
    found.ok_or_else(|| unread(text, formats.is_empty()))
}

/// Why a date is not read.
fn unread(text: &str, undecided: bool) -> Rule {
    let parts: Vec<&str> = text.split(['/', '-', '.', ' ']).collect();
    let numbers: Vec<i32> = parts.iter().filter_map(|p| p.parse().ok()).collect();
    if numbers.iter().any(|n| HIJRI.contains(n)) {
        return Rule::DateHijri;
    }
    let small = |n: &i32| (1..=12).contains(n);
    let either = numbers.len() == 3 && small(&numbers[0]) && small(&numbers[1]);
    if undecided && either { Rule::DateAmbiguous } else { Rule::DateUnreadable }
}

/// Year and month of a spreadsheet's serial number of days.
fn serial_month(days: f64) -> Result<(i32, u32), Rule> {
    if !(1.0..SERIAL_MAX).contains(&days) {
        return Err(Rule::DateOutOfRange);
    }
    let date = calamine::ExcelDateTime::new(days, calamine::ExcelDateTimeType::DateTime, false);
    let date = date.as_datetime().ok_or(Rule::DateUnreadable)?;
    Ok((date.year(), date.month()))
}

/// Year and month of a text in one format, which may name a whole day (checked to exist) or
/// only a month.
fn parse_month(text: &str, format: &str) -> Option<(i32, u32)> {
    let mut parsed = Parsed::new();
    parse(&mut parsed, text, StrftimeItems::new(format)).ok()?;
    if parsed.day().is_some() || parsed.ordinal().is_some() {
        return parsed.to_naive_date().ok().map(|d| (d.year(), d.month()));
    }
    let year = parsed.year().or_else(|| Some(2000 + parsed.year_mod_100()?));
    Some((year?, parsed.month()?))
}

fn number(cell: View<'_>, range: (i32, i32), clip: bool) -> Result<i32, Rule> {
    let value = match cell {
        View::Number(n) if n.fract() == 0.0 => n,
        View::Text(t) if t.len() <= 24 => {
            let t = ascii_digits(t);
            let whole = t.strip_suffix(".0").unwrap_or(&t);
            let digits = whole.strip_prefix(['-', '+']).unwrap_or(whole);
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return Err(Rule::NumberUnreadable);
            }
            whole.parse::<f64>().map_err(|_| Rule::NumberUnreadable)?
        }
        _ => return Err(Rule::NumberUnreadable),
    };
    let (low, high) = (f64::from(range.0), f64::from(range.1));
    if !clip && !(low..=high).contains(&value) {
        return Err(Rule::NumberOutOfRange);
    }
    #[expect(clippy::cast_possible_truncation, reason = "clamped to a range of 32-bit numbers")]
    Ok(value.clamp(low, high) as i32)
}

/// Urdu and Arabic-Indic digits as ASCII ones.
fn ascii_digits(text: &str) -> String {
    let digit = |c: char| match c {
        '۰'..='۹' => char::from_digit(c as u32 - '۰' as u32, 10).unwrap_or(c),
        '٠'..='٩' => char::from_digit(c as u32 - '٠' as u32, 10).unwrap_or(c),
        _ => c,
    };
    text.chars().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 21).expect("a date")
    }

    fn read_month(formats: &[&str], cell: View<'_>) -> Result<String, Rule> {
        let formats: Vec<String> = formats.iter().map(|f| (*f).to_owned()).collect();
        let days = Reader::month(&formats, today()).read(cell)?;
        Ok(YearMonth::from_days(days).map(|m| m.to_string()).unwrap_or_default())
    }

    fn cell(text: &str) -> View<'_> {
        View::Text(text)
    }

    #[test]
    fn dates_become_months() {
        assert_eq!(read_month(&[], cell("2025-03-31")).as_deref(), Ok("2025-03"));
        assert_eq!(read_month(&[], cell("2025-03")).as_deref(), Ok("2025-03"));
        assert_eq!(read_month(&["%d/%m/%Y"], cell("۳۱/۰۳/۲۰۲۵")).as_deref(), Ok("2025-03"));
        assert_eq!(read_month(&["%d-%b-%y"], cell("05-Jan-24")).as_deref(), Ok("2024-01"));
        assert_eq!(read_month(&["%m/%Y"], cell("02/2024")).as_deref(), Ok("2024-02"));
        assert_eq!(read_month(&["excel"], View::Number(45_292.0)).as_deref(), Ok("2024-01"));
        assert_eq!(read_month(&["excel"], cell("45292")).as_deref(), Ok("2024-01"));
        assert_eq!(read_month(&["%d/%m/%Y"], cell("2024-01-31")).as_deref(), Ok("2024-01"));
        assert!(read_month(&["excel"], View::Number(-1e12)).is_err());
        assert_eq!(read_month(&[], View::Date(today())).as_deref(), Ok("2026-11"));
    }

    #[test]
    fn impossible_and_ambiguous_dates_are_refused() {
        for bad in ["31/02/2025", "2025-13-01", "2025-02-30", "05/06/2025", "soon", "1446-09-01"] {
            assert!(read_month(&[], cell(bad)).is_err(), "{bad}");
        }
        assert_eq!(read_month(&[], cell("2026-12-01")), Err(Rule::DateOutOfRange));
        assert_eq!(read_month(&[], cell("1946-12-01")), Err(Rule::DateOutOfRange));
        assert_eq!(read_month(&[], View::Number(45_292.0)), Err(Rule::DateUnreadable));
    }

    #[test]
    fn undecided_and_hijri_dates_say_so() {
        assert_eq!(read_month(&[], cell("05/06/2025")), Err(Rule::DateAmbiguous));
        assert_eq!(read_month(&[], cell("25/06/2025")), Err(Rule::DateUnreadable));
        let both = ["%d/%m/%Y", "%m/%d/%Y"];
        assert_eq!(read_month(&both, cell("05/06/2025")), Err(Rule::DateAmbiguous));
        assert_eq!(read_month(&both, cell("06/06/2025")).as_deref(), Ok("2025-06"));
        assert_eq!(read_month(&both, cell("25/06/2025")).as_deref(), Ok("2025-06"));
        for hijri in
            ["12/09/1446", "1446-09-12", "۱۲ رمضان ۱۴۴۶ھ", "12 Ramadan 1446 AH", "12-9-1446"]
        {
            assert_eq!(read_month(&["%d/%m/%Y"], cell(hijri)), Err(Rule::DateHijri), "{hijri}");
        }
    }

    #[test]
    fn padding_is_no_part_of_a_cell() {
        assert_eq!(View::text("\u{a0} a b\u{200b} "), View::Text("a b"));
        assert_eq!(View::text(" \u{feff}\t"), View::Blank);
        assert_eq!(View::text(""), View::Blank);
    }

    #[test]
    fn numbers_are_clipped_or_refused() {
        let read = |clip, c| Reader::Number { range: (0, 365), clip }.read(c);
        assert_eq!(read(true, cell("400")), Ok(365));
        assert_eq!(read(true, cell("-3")), Ok(0));
        assert_eq!(read(false, cell("400")), Err(Rule::NumberOutOfRange));
        assert_eq!(read(true, View::Number(12.0)), Ok(12));
        assert_eq!(read(true, View::Number(12.5)), Err(Rule::NumberUnreadable));
        assert_eq!(read(true, cell("۱۲")), Ok(12));
        for bad in ["1e3", "twelve", "", "--1", "0x10", "inf", "NaN"] {
            assert_eq!(read(true, cell(bad)), Err(Rule::NumberUnreadable), "{bad}");
        }
    }

    fn token(cell: View<'_>) -> Result<String, Rule> {
        with_text(cell, |text| Ok(text.to_owned()))
    }

    #[test]
    fn long_numbers_stored_as_floats_are_refused_as_tokens() {
        assert_eq!(token(View::Number(12_345_678_901_234_567_890.0)), Err(Rule::NumberImprecise));
        assert_eq!(token(cell("12345678901234567890")).as_deref(), Ok("12345678901234567890"));
        assert_eq!(token(View::Number(572.0)).as_deref(), Ok("572"));
    }

    #[test]
    fn booleans_know_common_and_given_words() {
        let reader = Reader::boolean([("done".to_owned(), true), ("-".to_owned(), false)]);
        assert_eq!(reader.read(cell("YES")), Ok(1));
        assert_eq!(reader.read(cell("Done")), Ok(1));
        assert_eq!(reader.read(cell("-")), Ok(0));
        assert_eq!(reader.read(View::Number(0.0)), Ok(0));
        assert_eq!(reader.read(cell("maybe")), Err(Rule::BooleanUnreadable));
    }
}
