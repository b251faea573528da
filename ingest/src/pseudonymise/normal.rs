//! Identifiers in their normal form, so that one number written in many ways is one token.
//!
//! Tokens of earlier years must stay the same: what this file does is part of the token's version
//! (`t1`, `k1`) and may only change together with it.
//!
//! # Privacy
//! Raw values pass through buffers of a fixed size that never grow, so they leave no copies behind,
//! and that are wiped when their row is done. What can't be wiped: the processor's
//! registers and stack, pages that the system has swapped out, and its cache of the file.

use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, Zeroizing};

/// The most bytes that a normal form takes; a longer one is no identifier.
const NORMAL_MAX: usize = 1024;
/// What stands between two normalised columns.
const BETWEEN: char = '\u{1f}';
/// So often in a row, the same digit is a made-up number.
const REPEATS_MIN: usize = 8;
/// The zeros of scripts whose digits are written in registers; the other nine follow each.
const ZEROS: [char; 8] = ['0', '٠', '۰', '०', '০', '੦', '૦', '௦'];

/// Why an identifier gives no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NoIdentity {
    /// There is none.
    Blank,
    /// It does not have its declared form.
    Unreadable,
    /// It is made up to fill the cell, and stands for many persons.
    MadeUp,
}

/// The declared form of a number.
#[derive(Debug)]
pub(crate) struct Form {
    /// How many digits it has.
    pub(crate) digits: usize,
    /// Digits that may stand before them and are left out, such as a trunk or country prefix.
    pub(crate) prefixes: Vec<Vec<u8>>,
    /// Numbers that the office writes when it has none.
    pub(crate) made_up: Vec<Vec<u8>>,
}

/// A buffer for one normal form. It is wiped when it is filled anew and when it is dropped.
pub(crate) struct Normal {
    bytes: Zeroizing<Vec<u8>>,
    len: usize,
    /// So many bytes were written since the last wipe.
    written: usize,
}

impl Normal {
    pub(crate) fn new() -> Self {
        Self { bytes: Zeroizing::new(vec![0; NORMAL_MAX]), len: 0, written: 0 }
    }

    /// Wipes what it holds.
    pub(crate) fn wipe(&mut self) {
        self.bytes[..self.written].zeroize();
        (self.len, self.written) = (0, 0);
    }

    fn push(&mut self, c: char) -> Result<(), NoIdentity> {
        let end = self.len + c.len_utf8();
        let room = self.bytes.get_mut(self.len..end).ok_or(NoIdentity::Unreadable)?;
        c.encode_utf8(room);
        self.len = end;
        self.written = self.written.max(end);
        Ok(())
    }

    fn filled(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// The digits of a number written over these cells, without signs and prefixes.
    pub(crate) fn number<'a>(
        &mut self,
        cells: impl Iterator<Item = &'a str>,
        form: &Form,
    ) -> Result<&[u8], NoIdentity> {
        self.wipe();
        let mut blank = true;
        for cell in cells.filter(|cell| !cell.is_empty()) {
            blank = false;
            if cell.is_ascii() {
                self.digits(cell.chars())?;
            } else {
                self.digits(visible(cell))?;
            }
        }
        if blank {
            return Err(NoIdentity::Blank);
        }
        let all = self.filled();
        let without = |prefix: &Vec<u8>| {
            all.strip_prefix(prefix.as_slice()).filter(|rest| rest.len() == form.digits)
        };
        let number = if all.len() == form.digits {
            Some(all)
        } else {
            form.prefixes.iter().find_map(without)
        };
        let number = number.ok_or(NoIdentity::Unreadable)?;
        if is_made_up(number) || form.made_up.iter().any(|n| n == number) {
            return Err(NoIdentity::MadeUp);
        }
        Ok(number)
    }

    /// Adds the digits of one cell. A spreadsheet's decimals (`17.0`) are left out.
    fn digits(&mut self, cell: impl Iterator<Item = char>) -> Result<(), NoIdentity> {
        let (mut dot, mut signs) = (None, 0);
        for (i, c) in cell.enumerate() {
            if let Some(digit) = digit(c) {
                self.push(digit)?;
            } else if is_separator(c) || (c == '+' && i == 0) {
                signs += 1;
                dot = (c == '.').then_some(self.len);
            } else {
                return Err(NoIdentity::Unreadable);
            }
        }
        if let (Some(dot), 1) = (dot, signs)
            && dot > 0
            && self.filled()[dot..].iter().all(|b| *b == b'0')
        {
            self.len = dot;
        }
        Ok(())
    }

    /// Words without regard to case, signs, vowel marks and the forms of letters. All cells must
    /// be filled: half a name is not a person.
    pub(crate) fn text<'a>(
        &mut self,
        cells: impl Iterator<Item = &'a str>,
    ) -> Result<&[u8], NoIdentity> {
        self.wipe();
        for (i, cell) in cells.enumerate() {
            if i > 0 {
                self.push(BETWEEN)?;
            }
            let start = self.len;
            if cell.is_ascii() {
                self.words(cell.chars())?;
            } else {
                self.words(visible(cell))?;
            }
            if self.len == start {
                return Err(NoIdentity::Blank);
            }
        }
        Ok(self.filled())
    }

    fn words(&mut self, cell: impl Iterator<Item = char>) -> Result<(), NoIdentity> {
        let (mut gap, start) = (false, self.len);
        for c in cell {
            if let Some(digit) = digit(c) {
                self.between(&mut gap, start)?;
                self.push(digit)?;
            } else if c.is_alphanumeric() {
                self.between(&mut gap, start)?;
                for c in c.to_lowercase() {
                    self.push(letter(c))?;
                }
            } else {
                gap = true;
            }
        }
        Ok(())
    }

    /// One blank for all signs between two words.
    fn between(&mut self, gap: &mut bool, start: usize) -> Result<(), NoIdentity> {
        if std::mem::take(gap) && self.len > start {
            self.push(' ')?;
        }
        Ok(())
    }

    /// A text with the digits of all scripts as ASCII ones, otherwise as it is.
    pub(crate) fn ascii_digits(&mut self, text: &str) -> Result<&str, NoIdentity> {
        self.wipe();
        for c in visible(text) {
            self.push(digit(c).unwrap_or(c))?;
        }
        std::str::from_utf8(self.filled()).map_err(|_| NoIdentity::Unreadable)
    }
}

/// The characters that a person sees, in one form of each.
fn visible(text: &str) -> impl Iterator<Item = char> {
    text.nfkc().filter(|c| !is_invisible(*c))
}

/// The ASCII digit of a digit of any script.
pub(crate) fn digit(c: char) -> Option<char> {
    if c.is_ascii() {
        return c.is_ascii_digit().then_some(c);
    }
    let value = |zero: &char| (c as u32).checked_sub(*zero as u32).filter(|n| *n < 10);
    ZEROS.iter().find_map(value).and_then(|n| char::from_digit(n, 10))
}

/// Joiners, direction marks, vowel marks and the lengthening stroke.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\0' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{640}' | '\u{64b}'..='\u{652}' | '\u{670}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Signs that people write between the digits of a number.
pub(crate) fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '\u{2010}'
                ..='\u{2015}'
                    | '\u{2212}'
                    | '.'
                    | '/'
                    | '('
                    | ')'
                    | '_'
                    | ':'
                    | ','
                    | '،'
                    | '\''
                    | '’'
                    | '`'
        )
}

/// Forms of Arabic letters that are typed for one another.
fn letter(c: char) -> char {
    match c {
        'ي' | 'ى' => 'ی',
        'ك' => 'ک',
        'ه' | 'ة' => 'ہ',
        'أ' | 'إ' | 'آ' => 'ا',
        _ => c,
    }
}

/// All or many of its digits are the same, or they count up or down.
fn is_made_up(number: &[u8]) -> bool {
    let steps_by = |step: u8| number.windows(2).all(|w| (w[0] - b'0' + step) % 10 == w[1] - b'0');
    let repeats = number.chunk_by(|a, b| a == b).map(<[u8]>::len).max().unwrap_or(0);
    repeats >= REPEATS_MIN || (number.len() > 2 && (steps_by(0) || steps_by(1) || steps_by(9)))
}

#[cfg(test)]
mod tests;
