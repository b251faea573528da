//! The date formats of a column, and whether the day or the month comes first.

use chrono::format::{Parsed, StrftimeItems, parse};
use chrono::{Datelike, NaiveDate};

use super::sample::Column;
use crate::rows::SERIAL_MAX;

/// Formats that need not be named.
const ISO: [&str; 5] = ["%Y-%m-%d", "%Y-%m", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d"];
/// Formats with the month as a name, or without a day.
const PLAIN: [&str; 16] = [
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%B-%Y",
    "%d %b, %Y",
    "%d %B, %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b-%Y",
    "%b-%y",
    "%b %Y",
    "%B %Y",
    "%B, %Y",
    "%m/%Y",
    "%m-%Y",
];
/// What stands between day, month and year.
const BETWEEN: [&str; 4] = ["/", "-", ".", " "];
/// What may follow a date.
const TIMES: [&str; 5] = ["", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p"];
/// Spreadsheet serial numbers of days that a record may have: 1940 to 2078.
const SERIALS: std::ops::Range<f64> = 14_611.0..65_380.0;
/// A column has no more formats than this.
const FORMATS_MAX: usize = 4;

/// What is known of the order of day and month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Order {
    /// The month is named, or a day beyond the twelfth tells.
    #[default]
    Sure,
    /// No day is beyond the twelfth.
    Unsettled,
    /// Some dates fit only one order, some only the other.
    Mixed,
}

/// The dates of a column.
#[derive(Debug, Clone, Default)]
pub(super) struct Dates {
    /// The part of the filled cells that are dates.
    pub(super) share: f64,
    /// The formats to name.
    pub(super) formats: Vec<String>,
    /// Whether day or month comes first.
    pub(super) order: Order,
}

/// Reads a column's cells as dates from `earliest` to `today`.
pub(super) fn dates(column: &Column, earliest: i32, today: NaiveDate) -> Dates {
    let fits = |text: &str, format: &str| {
        let year = |y: i32| (earliest..=today.year()).contains(&y);
        read(text, format).is_some_and(|(y, m)| year(y) && (y, m) <= (today.year(), today.month()))
    };
    let mut left: Vec<(String, usize)> =
        column.words.iter().map(|(word, times)| (ascii_digits(word), *times)).collect();
    // No date is without digits.
    left.retain(|(text, _)| text.contains(|c: char| c.is_ascii_digit()));
    let mut found = Dates::default();
    let mut read_cells = column.dates;
    take(&mut left, |text| ISO.iter().any(|f| fits(text, f)), &mut read_cells);
    let serial =
        |text: &str| text.parse::<f64>().is_ok_and(|n| SERIALS.contains(&n) && n < SERIAL_MAX);
    if take(&mut left, serial, &mut read_cells) {
        found.formats.push("excel".to_owned());
    }
    while found.formats.len() < FORMATS_MAX {
        let Some((format, order)) = best(&left, &fits) else { break };
        take(&mut left, |text| fits(text, &format), &mut read_cells);
        found.formats.push(format);
        if order != Order::Sure && found.order != Order::Mixed {
            found.order = order;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a share of sampled cells")]
    if column.filled > 0 {
        found.share = read_cells as f64 / column.filled as f64;
    }
    found
}

/// Takes out the texts that fit, and counts their cells.
fn take(left: &mut Vec<(String, usize)>, fits: impl Fn(&str) -> bool, cells: &mut usize) -> bool {
    let before = left.len();
    left.retain(|(text, times)| {
        let fit = fits(text);
        *cells += if fit { *times } else { 0 };
        !fit
    });
    left.len() < before
}

/// The format that reads most of what is left.
fn best(left: &[(String, usize)], fits: &impl Fn(&str, &str) -> bool) -> Option<(String, Order)> {
    let count = |format: &str| -> usize {
        left.iter().filter(|(text, _)| fits(text, format)).map(|(_, times)| times).sum()
    };
    let mut best: Option<(usize, String, Order)> = None;
    let mut offer = |cells: usize, format: String, order: Order| {
        if cells > 0 && best.as_ref().is_none_or(|b| cells > b.0) {
            best = Some((cells, format, order));
        }
    };
    for time in TIMES {
        for format in PLAIN {
            let format = format!("{format}{time}");
            offer(count(&format), format, Order::Sure);
        }
        for (between, year) in BETWEEN.iter().flat_map(|b| [(b, "%Y"), (b, "%y")]) {
            let day_first = format!("%d{between}%m{between}{year}{time}");
            let month_first = format!("%m{between}%d{between}{year}{time}");
            let (mut only_day, mut only_month, mut both) = (0, 0, 0);
            for (text, times) in left {
                match (fits(text, &day_first), fits(text, &month_first)) {
                    (true, true) => both += times,
                    (true, false) => only_day += times,
                    (false, true) => only_month += times,
                    (false, false) => {}
                }
            }
            match (only_day, only_month) {
                (0, 0) => offer(both, day_first, Order::Unsettled),
                (_, 0) => offer(both + only_day, day_first, Order::Sure),
                (0, _) => offer(both + only_month, month_first, Order::Sure),
                _ => offer(both + only_day, day_first, Order::Mixed),
            }
        }
    }
    best.map(|(_, format, order)| (format, order))
}

/// Year and month of a text in a format.
fn read(text: &str, format: &str) -> Option<(i32, u32)> {
    let mut parsed = Parsed::new();
    parse(&mut parsed, text, StrftimeItems::new(format)).ok()?;
    if parsed.day().is_some() {
        return parsed.to_naive_date().ok().map(|d| (d.year(), d.month()));
    }
    Some((parsed.year().or_else(|| Some(2000 + parsed.year_mod_100()?))?, parsed.month()?))
}

/// Urdu and Arabic digits as ASCII ones.
pub(super) fn ascii_digits(text: &str) -> String {
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

    fn found(cells: &[&str]) -> (String, Vec<String>, Order) {
        let words = cells.iter().map(|c| ((*c).to_owned(), 1)).collect();
        let column = Column { filled: cells.len(), words, ..Column::default() };
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
        let dates = dates(&column, 1990, today);
        (format!("{:.0}", dates.share * 100.0), dates.formats, dates.order)
    }

    #[test]
    fn the_data_decides_the_order_or_it_is_asked() {
        let one = |format: &str, order| ("100".to_owned(), vec![format.to_owned()], order);
        assert_eq!(found(&["05/03/2025", "31/03/2025"]), one("%d/%m/%Y", Order::Sure));
        assert_eq!(found(&["03/05/2025", "03/31/2025"]), one("%m/%d/%Y", Order::Sure));
        assert_eq!(found(&["03/05/2025", "04/05/2025"]), one("%d/%m/%Y", Order::Unsettled));
        let mixed = found(&["31/03/2025", "03/31/2025", "04/05/2025"]);
        assert_eq!((mixed.1[0].as_str(), mixed.2), ("%d/%m/%Y", Order::Mixed));
        assert_eq!(found(&["۳۱.۰۳.۲۰۲۵"]), one("%d.%m.%Y", Order::Sure));
        assert_eq!(found(&["05-Jan-24", "7-Feb-25"]), one("%d-%b-%y", Order::Sure));
        assert_eq!(found(&["31/03/2025 14:05"]), one("%d/%m/%Y %H:%M", Order::Sure));
        assert_eq!(found(&["31/3/25"]), one("%d/%m/%y", Order::Sure));
        assert_eq!(found(&["45292"]), one("excel", Order::Sure));
    }

    #[test]
    fn iso_dates_need_no_format_and_other_texts_are_no_dates() {
        assert_eq!(found(&["2025-03-31", "2025-04"]), ("100".to_owned(), vec![], Order::Sure));
        assert_eq!(
            found(&["soon", "17/25", "31/02/2025", "2031-01-01"]),
            ("0".to_owned(), vec![], Order::Sure)
        );
        let (share, formats, _) = found(&["31/03/2025", "2025-03-31", "31-03-2025", "soon"]);
        assert_eq!((share.as_str(), formats.len()), ("75", 2));
    }
}
