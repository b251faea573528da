//! Cells that are to be kept and look identifying.

use super::normal::{digit, is_invisible, is_separator};
use crate::Rule;

/// So many digits in a row are an identity number.
const IDENTITY_DIGITS: usize = 13;
/// So many are a telephone number.
const PHONE_DIGITS: usize = 10;

/// What a cell that is to be kept looks like, if it looks identifying. It rather says so once too
/// often: long runs of digits with at most one sign between two of them, and the sign `@`.
pub(super) fn suspicious(cell: &str) -> Option<Rule> {
    if cell.bytes().all(|b| b.is_ascii_alphabetic() || b == b' ') {
        return None;
    }
    let (mut run, mut longest, mut gap) = (0, 0, 0);
    for c in cell.chars().filter(|c| !is_invisible(*c)) {
        if c == '@' || c == '＠' {
            return Some(Rule::LooksLikeEmail);
        }
        if digit(c).is_some() || ('０'..='９').contains(&c) {
            (run, gap) = (run + 1, 0);
        } else if is_separator(c) && gap == 0 {
            gap = 1;
        } else {
            run = 0;
        }
        longest = longest.max(run);
    }
    match longest {
        IDENTITY_DIGITS.. => Some(Rule::LooksLikeIdentityNumber),
        PHONE_DIGITS.. => Some(Rule::LooksLikePhone),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_seen_in_any_dress() {
        let identity = Some(Rule::LooksLikeIdentityNumber);
        for cell in [
            "1730100000002",
            "17301-0000000-2",
            "۱۷۳۰۱-۰۰۰۰۰۰۰-۲",
            "id 17301 0000000 2.",
            "１７３０１０００００００２",
            "17301\u{200b}00000002",
        ] {
            assert_eq!(suspicious(cell), identity, "{cell}");
        }
        for cell in ["0300-0000000", "+92 300 0000000", "۰۳۰۰-۰۰۰۰۰۰۰", "call 3000000000"]
        {
            assert!(suspicious(cell).is_some(), "{cell}");
        }
        assert_eq!(suspicious("a@example.org"), Some(Rule::LooksLikeEmail));
    }

    #[test]
    fn codes_months_and_small_numbers_are_not() {
        for cell in [
            "",
            "Sec 376",
            "PK523",
            "2025-03",
            "05/03/2025",
            "1043",
            "9999999",
            "18_25",
            "376/511",
            "Upper Dir",
            "اپر دیر",
            "17/25 and 18/25",
            "12, 13, 14",
        ] {
            assert_eq!(suspicious(cell), None, "{cell}");
        }
    }
}
