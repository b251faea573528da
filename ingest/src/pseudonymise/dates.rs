//! Dates in the office's formats, and the age between two of them.

use chrono::format::{Item, Parsed, StrftimeItems, parse};
use chrono::{Days, NaiveDate};
use shumar_schemas::CodeList;

use super::normal::Normal;
use crate::rows::SERIAL_MAX;

/// The format name that stands for bare serial numbers of a spreadsheet.
const SERIAL: &str = "excel";
/// Formats that need no mapping because they can't be misread.
const ISO: [&str; 4] = ["%Y-%m-%d", "%Y-%m", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"];
/// Longer cells are no date and no age.
const CELL_MAX: usize = 64;
/// Nobody is older.
const YEARS_MAX: u32 = 150;
/// The code of those whose age is not known.
const UNKNOWN: &str = "unknown";

/// Reads dates in some formats and, after them, in those of ISO 8601.
pub(super) struct DateReader {
    formats: Vec<Vec<Item<'static>>>,
    serial: bool,
}

/// A date, and whether its century was guessed from two digits of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) day: NaiveDate,
    century_guessed: bool,
}

impl DateReader {
    pub(super) fn new(formats: &[String]) -> Self {
        let named = formats.iter().map(String::as_str).filter(|f| *f != SERIAL);
        // A format that can't be parsed has been refused with the mapping.
        let items = |format| StrftimeItems::new(format).parse_to_owned().unwrap_or_default();
        Self {
            formats: named.chain(ISO).map(items).collect(),
            serial: formats.iter().any(|f| f == SERIAL),
        }
    }

    /// The date in a cell. A month without a day is its first day.
    pub(super) fn read(&self, cell: &str, buffer: &mut Normal) -> Option<Date> {
        if cell.is_empty() || cell.len() > CELL_MAX {
            return None;
        }
        let text = if cell.is_ascii() { cell } else { buffer.ascii_digits(cell).ok()? };
        let found = self.formats.iter().find_map(|items| in_format(text, items));
        found.or_else(|| if self.serial { serial(text.parse().ok()?) } else { None })
    }
}

fn in_format(text: &str, items: &[Item<'static>]) -> Option<Date> {
    let mut parsed = Parsed::new();
    parse(&mut parsed, text, items.iter()).ok()?;
    if parsed.day().is_none() && parsed.ordinal().is_none() {
        parsed.set_day(1).ok()?;
    }
    let century_guessed = parsed.year().is_none();
    Some(Date { day: parsed.to_naive_date().ok()?, century_guessed })
}

/// A spreadsheet's serial number of days.
fn serial(days: f64) -> Option<Date> {
    if !(1.0..SERIAL_MAX).contains(&days) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in that range")]
    let whole = Days::new(days as u64);
    let day = NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(whole)?;
    Some(Date { day, century_guessed: false })
}

/// Completed years from birth to a day; none when the birth is later.
pub(super) fn years(birth: Date, at: Date) -> Option<u32> {
    let century_before = || {
        let earlier = birth.day.checked_sub_months(chrono::Months::new(1200))?;
        at.day.years_since(earlier)
    };
    let years = at.day.years_since(birth.day);
    if birth.century_guessed { years.or_else(century_before) } else { years }
}

/// A whole number of years in a cell.
pub(super) fn whole_years(cell: &str, buffer: &mut Normal) -> Option<u32> {
    if cell.is_empty() || cell.len() > CELL_MAX {
        return None;
    }
    let text = if cell.is_ascii() { cell } else { buffer.ascii_digits(cell).ok()? };
    let text = text.strip_suffix(".0").unwrap_or(text);
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

/// The code of every age, looked up once.
pub(super) struct Bands {
    codes: Vec<Option<String>>,
    unknown: String,
}

impl Bands {
    pub(super) fn new(list: &CodeList) -> Self {
        let code = |place: usize| list.codes()[place].code.clone();
        Self {
            codes: (0..=YEARS_MAX).map(|years| list.band(years).map(code)).collect(),
            unknown: list.position(UNKNOWN).map(code).unwrap_or_default(),
        }
    }

    /// The code of an age that is in a band.
    pub(super) fn of(&self, years: u32) -> Option<&str> {
        self.codes.get(years as usize)?.as_deref()
    }

    /// The code of an unknown age; blank if the list has none.
    pub(super) fn unknown(&self) -> &str {
        &self.unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(formats: &[&str], cell: &str) -> Option<String> {
        let formats: Vec<String> = formats.iter().map(|f| (*f).to_owned()).collect();
        let date = DateReader::new(&formats).read(cell, &mut Normal::new())?;
        Some(date.day.to_string())
    }

    #[test]
    fn dates_are_read_in_the_office_s_formats_and_in_iso() {
        let march = Some("2025-03-31".to_owned());
        assert_eq!(read(&["%d/%m/%Y"], "31/03/2025"), march);
        assert_eq!(read(&["%d/%m/%Y"], "۳۱/۰۳/۲۰۲۵"), march);
        assert_eq!(read(&["%d-%b-%y"], "31-Mar-25"), march);
        assert_eq!(read(&["%d/%m/%Y %H:%M"], "31/03/2025 10:05"), march);
        assert_eq!(read(&[], "2025-03-31T10:00:00"), march);
        assert_eq!(read(&["excel"], "45747"), march);
        assert_eq!(read(&[], "2025-03").as_deref(), Some("2025-03-01"));
        for bad in ["31/02/2025", "05/06/2025", "45747", "soon", "", "2025-02-30", &"1".repeat(99)]
        {
            assert_eq!(read(&[], bad), None, "{bad}");
        }
        assert_eq!(read(&["excel"], "-1e300"), None);
        assert_eq!(read(&["excel"], "NaN"), None);
    }

    fn age(formats: &[&str], birth: &str, at: &str) -> Option<u32> {
        let formats: Vec<String> = formats.iter().map(|f| (*f).to_owned()).collect();
        let (reader, mut buffer) = (DateReader::new(&formats), Normal::new());
        let (birth, at) = (reader.read(birth, &mut buffer)?, reader.read(at, &mut buffer)?);
        years(birth, at)
    }

    #[test]
    fn years_are_completed_on_the_birthday() {
        assert_eq!(age(&[], "2007-03-05", "2025-03-04"), Some(17));
        assert_eq!(age(&[], "2007-03-05", "2025-03-05"), Some(18));
        assert_eq!(age(&[], "2004-02-29", "2025-02-28"), Some(20));
        assert_eq!(age(&[], "2025-03-05", "2025-03-05"), Some(0));
        assert_eq!(age(&[], "2026-03-05", "2025-03-05"), None);
    }

    #[test]
    fn two_digits_of_a_year_are_never_in_the_future() {
        assert_eq!(age(&["%d/%m/%y"], "05/03/58", "2025-03-05"), Some(67));
        assert_eq!(age(&["%d/%m/%y"], "05/03/07", "2025-03-05"), Some(18));
    }

    #[test]
    fn ages_fall_into_the_bands_of_the_list() {
        let text = "code,label_en,from,to\nyoung,Young,0,17\nold,Old,18,120\nunknown,?,,\n";
        let bands = Bands::new(&CodeList::parse("band", text).expect("a list"));
        assert_eq!((bands.of(17), bands.of(18), bands.of(121)), (Some("young"), Some("old"), None));
        assert_eq!((bands.of(u32::MAX), bands.unknown()), (None, "unknown"));
        let whole = |cell| whole_years(cell, &mut Normal::new());
        assert_eq!((whole("25"), whole("25.0"), whole("۲۵")), (Some(25), Some(25), Some(25)));
        assert_eq!((whole("25 years"), whole("-3"), whole("99999999999")), (None, None, None));
    }
}
