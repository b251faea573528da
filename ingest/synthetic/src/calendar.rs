//! The two years of the demonstration, in days.

use std::fmt::Write;

/// Days since 1 January 2024.
pub(crate) type Day = i32;

/// The day after the last one that files tell of: 1 January 2026.
pub(crate) const END: Day = 731;
/// When the offices made their exports: what had not ended by then is still open.
pub(crate) const AS_OF: Day = END + 30;
/// Journeys may begin this long before the first file, or early 2024 would lack what follows
/// from complaints of 2023.
pub(crate) const RUN_UP_MONTHS: usize = 9;
/// The first day of the run-up: 1 April 2023.
pub(crate) const RUN_UP: Day = -275;

/// Days from 1970-01-01 to 2024-01-01.
const EPOCH: i32 = 19_723;
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A date of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date {
    pub(crate) year: u16,
    pub(crate) month: u8,
    pub(crate) day: u8,
}

impl Date {
    /// The date of a day, by Howard Hinnant's `civil_from_days`.
    pub(crate) fn of(day: Day) -> Self {
        let days = day + EPOCH + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        let small = |n: i32| u8::try_from(n).unwrap_or_default();
        Self {
            year: u16::try_from(year).unwrap_or_default(),
            month: small(month),
            day: small(of_year - (153 * shifted + 2) / 5 + 1),
        }
    }

    /// The date in a format of `%d`, `%m`, `%b` and `%Y`.
    pub(crate) fn format(self, format: &str) -> String {
        let mut out = String::with_capacity(12);
        let mut rest = format.chars();
        while let Some(c) = rest.next() {
            let sign = if c == '%' { rest.next() } else { None };
            let written = match sign {
                Some('d') => write!(out, "{:02}", self.day),
                Some('m') => write!(out, "{:02}", self.month),
                Some('Y') => write!(out, "{:04}", self.year),
                Some('b') => {
                    out.push_str(MONTHS[usize::from(self.month.clamp(1, 12)) - 1]);
                    Ok(())
                }
                _ => {
                    out.push(c);
                    Ok(())
                }
            };
            debug_assert!(written.is_ok(), "a string takes everything");
        }
        out
    }
}

/// How often an office sends a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Every {
    /// Four files a year.
    Quarter,
    /// Two files a year.
    Half,
}

impl Every {
    /// The number of the period that holds a day, counted from the beginning of 2024.
    pub(crate) fn period(self, day: Day) -> u8 {
        let date = Date::of(day);
        let (length, a_year) = self.shape();
        let years = u8::try_from(date.year.saturating_sub(2024)).unwrap_or_default();
        years * a_year + (date.month - 1) / length
    }

    /// The period as offices write it: `2024-Q3`, `2025-H1`.
    pub(crate) fn label(self, period: u8) -> String {
        let (_, a_year) = self.shape();
        let letter = if self == Self::Quarter { 'Q' } else { 'H' };
        format!("{}-{letter}{}", 2024 + u16::from(period / a_year), period % a_year + 1)
    }

    /// Months of a period, and periods of a year.
    fn shape(self) -> (u8, u8) {
        match self {
            Self::Quarter => (3, 4),
            Self::Half => (6, 2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        let text = |day| Date::of(day).format("%Y-%m-%d");
        assert_eq!(text(0), "2024-01-01");
        assert_eq!(text(-1), "2023-12-31");
        assert_eq!(text(RUN_UP), "2023-04-01");
        assert_eq!(text(59), "2024-02-29");
        assert_eq!(text(366), "2025-01-01");
        assert_eq!(text(END), "2026-01-01");
        assert_eq!(Date::of(59).format("%d-%b-%Y"), "29-Feb-2024");
    }

    #[test]
    fn periods_are_named() {
        assert_eq!(Every::Quarter.label(Every::Quarter.period(366 + 90)), "2025-Q2");
        assert_eq!(Every::Half.label(Every::Half.period(365)), "2024-H2");
        assert_eq!(Every::Half.period(END - 1), 3);
    }
}
