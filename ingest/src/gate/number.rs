//! Numbers as the gate reads them: cells of numbers as digits, and check digits.

/// The most digits of a number that is looked at; a longer one has lost its last digits anyway.
pub(super) const DIGITS_MAX: usize = 18;
/// The first number with more digits than that.
const TOO_LARGE: f64 = 1e18;

/// The shortest bank account of any country (ISO 13616).
const ACCOUNT_SIGNS_MIN: usize = 15;

/// The digits of a number, without sign and fraction, written into `room`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just before")]
pub(super) fn whole(value: f64, room: &mut [u8; DIGITS_MAX]) -> Option<&str> {
    let value = value.abs().trunc();
    // NaN is in no range.
    if !(0.0..TOO_LARGE).contains(&value) {
        return None;
    }
    let mut rest = value as u64;
    let mut start = DIGITS_MAX;
    loop {
        start = start.checked_sub(1)?;
        room[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            return std::str::from_utf8(&room[start..]).ok();
        }
    }
}

/// Whether a sign stands between the first and the last digit of a match.
pub(super) fn is_separated(found: &str) -> bool {
    found.trim_matches(|c: char| !c.is_ascii_digit()).contains(|c: char| !c.is_ascii_digit())
}

/// Whether the letters and digits of a match, the first four moved to the end and letters read as
/// 10 to 35, leave 1 when divided by 97 (ISO 13616).
pub(super) fn leaves_one(found: &str) -> bool {
    let signs: Vec<u32> = found.chars().filter_map(|c| c.to_digit(36)).collect();
    let rest = |rest: u32, sign: &u32| {
        if *sign < 10 { (rest * 10 + sign) % 97 } else { (rest * 100 + sign) % 97 }
    };
    signs.len() >= ACCOUNT_SIGNS_MIN && signs[4..].iter().chain(&signs[..4]).fold(0, rest) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(value: f64) -> Option<String> {
        whole(value, &mut [0; DIGITS_MAX]).map(str::to_owned)
    }

    #[test]
    fn numbers_are_written_whole() {
        for (value, text) in
            [(0.0, "0"), (-7.9, "7"), (1.730_100_000_002e12, "1730100000002"), (3e9, "3000000000")]
        {
            assert_eq!(digits(value).as_deref(), Some(text));
        }
        assert_eq!(digits(999_999_999_999_999_900.0).map(|t| t.len()), Some(18));
        for none in [f64::NAN, f64::INFINITY, 1e18, -1e300] {
            assert_eq!(digits(none), None);
        }
    }

    #[test]
    fn check_digits_are_checked() {
        assert!(leaves_one("GB82 WEST 1234 5698 7654 32"));
        assert!(!leaves_one("GB28 WEST 1234 5698 7654 32"));
        assert!(!leaves_one("") && !leaves_one("GB82"));
    }

    #[test]
    fn signs_between_digits_are_seen() {
        assert!(is_separated(" 1-2 ") && is_separated("1 2"));
        assert!(!is_separated(" 12,") && !is_separated(""));
    }
}
