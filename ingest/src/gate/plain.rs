//! The plain copy of a cell that patterns are tried on. It is made for detection only; what is
//! read and stored comes from the cell itself.

use std::borrow::Cow;

use shumar_schemas::identifier::plain_letter;
use unicode_normalization::UnicodeNormalization;

use super::seen::Seen;

/// In a run with so many digits, letters that look like digits are read as digits.
const RUN_DIGITS_MIN: usize = 8;

/// The zeros of scripts whose digits offices or pasted texts use, besides ASCII.
const ZEROS: [char; 12] = [
    '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}',
    '\u{be6}', '\u{c66}', '\u{ce6}', '\u{d66}',
];

/// A plain copy and what it holds. It can't be printed: it is a cell's text.
pub(super) struct Plain<'a> {
    /// The copy.
    pub(super) text: Cow<'a, str>,
    /// What it holds.
    pub(super) seen: Seen,
}

/// A cell's plain copy; the cell itself when that is plain already, which costs no memory.
pub(super) fn copy(cell: &str) -> Plain<'_> {
    let cell = cell.trim();
    let seen = Seen::of(cell);
    if seen.is_printable() && !seen.has_alike(RUN_DIGITS_MIN) {
        return Plain { text: Cow::Borrowed(cell), seen };
    }
    let text = if seen.is_printable() { cell.to_owned() } else { composed(cell) };
    let text = read_alike(text);
    Plain { seen: Seen::of(&text), text: Cow::Owned(text) }
}

/// The characters of a cell, each read plainly.
fn composed(cell: &str) -> String {
    let mut copy = String::with_capacity(cell.len());
    if cell.chars().all(is_composed) {
        cell.chars().for_each(|c| push(&mut copy, c));
    } else {
        cell.chars().filter(|c| !is_invisible(*c)).nfkc().for_each(|c| push(&mut copy, c));
    }
    copy.truncate(copy.trim_end().len());
    copy
}

fn push(copy: &mut String, c: char) {
    match c {
        // Marks over letters, and such as strike digits through or box them.
        '\u{300}'..='\u{36f}'
        | '\u{640}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}'
        | '\u{6d6}'..='\u{6ed}'
        | '\u{20d0}'..='\u{20f0}' => {}
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}' => copy.push('-'),
        '\u{6d4}' | '·' | '•' | '\u{66b}' => copy.push('.'),
        '،' | '\u{66c}' => copy.push(','),
        '؛' => copy.push(';'),
        '؟' => copy.push('?'),
        '⁄' | '∕' => copy.push('/'),
        c if c.is_whitespace() => copy.push(' '),
        c => copy.push(digit(c).unwrap_or_else(|| plain_letter(c))),
    }
}

/// Joiners, direction marks, variation selectors and other signs that show nothing.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e01ef}')
}

/// Whether a character is ASCII, or an Arabic letter or digit that NFKC leaves as it is: Urdu words
/// are nearly always made of these alone.
fn is_composed(c: char) -> bool {
    c.is_ascii()
        || matches!(c, '\u{621}'..='\u{63a}' | '\u{641}'..='\u{64a}' | '\u{660}'..='\u{669}'
        | '\u{679}'..='\u{6bf}' | '\u{6c1}' | '\u{6c3}'..='\u{6d2}' | '\u{6f0}'..='\u{6f9}')
}

fn digit(c: char) -> Option<char> {
    if c.is_ascii() {
        return None;
    }
    let value = ZEROS.iter().find_map(|z| (c as u32).checked_sub(*z as u32).filter(|v| *v < 10))?;
    char::from_digit(value, 10)
}

fn is_alike(b: u8) -> bool {
    matches!(b, b'O' | b'o' | b'l' | b'I')
}

fn is_separator(b: u8) -> bool {
    matches!(b, b' ' | b'-' | b'.' | b'/' | b'(' | b')' | b'_' | b':' | b',')
}

/// Reads O and o as 0, l and I as 1, in runs of digits, separators and such letters that hold
/// eight digits or more. Letters at the edge of a run that belong to a word stay letters.
fn read_alike(text: String) -> String {
    let mut bytes = text.into_bytes();
    let mut start = 0;
    while start < bytes.len() {
        let run = bytes[start..]
            .iter()
            .take_while(|b| b.is_ascii_digit() || is_alike(**b) || is_separator(**b))
            .count();
        let (mut from, mut to) = (start, start + run);
        let is_word = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphabetic() || !b.is_ascii());
        if from > 0 && is_word(bytes.get(from - 1)) {
            from += bytes[from..to].iter().take_while(|b| is_alike(**b)).count();
        }
        if is_word(bytes.get(to)) {
            to -= bytes[from..to].iter().rev().take_while(|b| is_alike(**b)).count();
        }
        if bytes[from..to].iter().filter(|b| b.is_ascii_digit()).count() >= RUN_DIGITS_MIN {
            for b in &mut bytes[from..to] {
                match b {
                    b'O' | b'o' => *b = b'0',
                    b'l' | b'I' => *b = b'1',
                    _ => {}
                }
            }
        }
        start += run.max(1);
    }
    // ASCII was put in the place of ASCII, so this is UTF-8 still.
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_cells_are_not_copied() {
        for cell in ["17/25", " C-2024-0012", "1234567890123", "Solo", "a8f3"] {
            assert!(matches!(copy(cell).text, Cow::Borrowed(_)), "{cell}");
        }
    }

    #[test]
    fn digits_of_every_script_are_ascii() {
        for seven in ["۷", "٧", "७", "７", "৭", "𝟕", "⁷", "⑦", "7️⃣"] {
            assert_eq!(copy(seven).text, "7", "{seven}");
        }
    }

    #[test]
    fn invisible_marks_and_strange_signs_are_read_plainly() {
        let pairs = [
            ("1\u{200b}2\u{200d}3\u{feff}\u{ad}4\u{202e}", "1234"),
            ("1\u{a0}2\u{3000}3\t4\n5", "1 2 3 4 5"),
            ("1‐2‑3‒4–5—6−7", "1-2-3-4-5-6-7"),
            ("مُسمـــاۃ", "مسماہ"),
            ("كلي", "کلی"),
            ("۳۴٫۵، ۷۔۱", "34.5, 7.1"),
            ("ｔｅｓｔ＠ｅｘ．ｃｏｍ", "test@ex.com"),
        ];
        for (cell, plain) in pairs {
            assert_eq!(copy(cell).text, plain);
        }
    }

    #[test]
    fn letters_that_look_like_digits_are_digits_in_long_runs_only() {
        let pairs = [
            ("173O1-0O00000-2", "17301-0000000-2"),
            ("O3001234567", "03001234567"),
            ("0300-l23456I", "0300-1234561"),
            ("Ol 12", "Ol 12"),
            ("Tel03001234567", "Tel03001234567"),
            ("TelO3001234567lolly", "TelO3001234567lolly"),
            ("Tel03OO1234567", "Tel03001234567"),
            ("oil 1234567", "oil 1234567"),
            ("سولo12345678", "سولo12345678"),
        ];
        for (cell, plain) in pairs {
            assert_eq!(copy(cell).text, plain);
        }
    }
}
