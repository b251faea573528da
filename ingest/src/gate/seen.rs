//! What one pass over a cell's bytes sees: enough to know that most patterns can't match.

use shumar_schemas::identifier::Needs;

const DIGIT: u8 = 1;
const LETTER: u8 = 2;
/// A letter beyond `f`.
const WORD: u8 = 4;
/// What stands between the digits of a number.
const SEPARATOR: u8 = 8;
const SIGN: u8 = 16;
/// A letter that is read as a digit in long runs.
const ALIKE: u8 = 32;
const CONTROL: u8 = 64;
/// Part of a character that is not ASCII.
const FOREIGN: u8 = 128;

/// What each byte is. A table, because a random token would defeat branches.
static KINDS: [u8; 256] = kinds();

/// What a text holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    kinds: u8,
    length: usize,
    digits: usize,
    /// Most digits in one run of digits and separators.
    run: usize,
}

impl Seen {
    /// Looks at every byte once.
    pub(super) fn of(text: &str) -> Self {
        let (mut kinds, mut digits, mut run, mut longest) = (0, 0_usize, 0_usize, 0);
        for b in text.bytes() {
            let kind = KINDS[usize::from(b)];
            let digit = usize::from(kind & DIGIT);
            kinds |= kind;
            digits = digits.wrapping_add(digit);
            let goes_on = kind & (DIGIT | SEPARATOR) != 0;
            run = run.wrapping_add(digit) * usize::from(goes_on);
            longest = longest.max(run);
        }
        Self { kinds, length: text.len(), digits, run: longest }
    }

    /// Whether the text is printable ASCII.
    pub(super) fn is_printable(&self) -> bool {
        self.kinds & (FOREIGN | CONTROL) == 0
    }

    /// Whether it has characters that are not ASCII.
    pub(super) fn is_foreign(&self) -> bool {
        self.kinds & FOREIGN != 0
    }

    /// Whether it has control characters.
    pub(super) fn has_control(&self) -> bool {
        self.kinds & CONTROL != 0
    }

    /// Whether it has letters that look like digits, and so many digits.
    pub(super) fn has_alike(&self, digits: usize) -> bool {
        self.kinds & ALIKE != 0 && self.digits >= digits
    }

    /// Whether it holds what a pattern needs. Letters and signs of other scripts count as each.
    pub(super) fn meets(&self, needs: &Needs) -> bool {
        let has = |kind: u8| self.kinds & (kind | FOREIGN) != 0;
        self.run >= needs.digits
            && self.length >= needs.length
            && (!needs.sign || has(SIGN | SEPARATOR))
            && (!needs.letter || has(LETTER))
            && (!needs.word || has(WORD))
    }
}

const fn kinds() -> [u8; 256] {
    let mut kinds = [FOREIGN; 256];
    let mut b = 0_u8;
    while b < 0x80 {
        kinds[b as usize] = match b {
            b'0'..=b'9' => DIGIT,
            b'O' | b'o' | b'l' | b'I' => LETTER | WORD | ALIKE,
            b'a'..=b'f' | b'A'..=b'F' => LETTER,
            b'g'..=b'z' | b'G'..=b'Z' => LETTER | WORD,
            b' ' | b'-' | b'.' | b'/' | b'(' | b')' | b'_' | b':' | b',' => SEPARATOR,
            0..=0x1f | 0x7f => CONTROL,
            _ => SIGN,
        };
        b += 1;
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meets(text: &str, needs: Needs) -> bool {
        Seen::of(text).meets(&needs)
    }

    #[test]
    fn runs_of_digits_cross_separators_only() {
        let needs = |digits| Needs { digits, ..Needs::default() };
        for (text, run) in
            [("12-34", 4), ("12a34", 2), ("1 (2) 3", 3), ("", 0), ("a1", 1), ("12+345", 3)]
        {
            assert!(meets(text, needs(run)) && !meets(text, needs(run + 1)), "{text}");
        }
    }

    #[test]
    fn kinds_of_letters_and_signs_are_told_apart() {
        let sign = Needs { sign: true, ..Needs::default() };
        let letter = Needs { letter: true, ..Needs::default() };
        let word = Needs { word: true, ..Needs::default() };
        for (text, expected) in [
            ("12", [false, false, false]),
            ("1a", [false, true, false]),
            ("1g", [false, true, true]),
            ("1+", [true, false, false]),
            ("1 2", [true, false, false]),
            ("ا", [true, true, true]),
        ] {
            assert_eq!([sign, letter, word].map(|n| meets(text, n)), expected, "{text}");
        }
        assert!(meets("abc", Needs { length: 3, ..Needs::default() }));
        assert!(!meets("abc", Needs { length: 4, ..Needs::default() }));
    }
}
