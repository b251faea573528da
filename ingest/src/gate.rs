//! The anonymity gate: what a cell or a header looks like, when it holds what it must not.
//!
//! Code lists and bounded numbers already keep most of it out. The gate is the second fence: it
//! names the rule, so that a clerk sees what to take out, and it is the only fence for tokens and
//! record keys. All shapes are data (`schemas/identifiers/`); it never says what it found.

mod fence;
mod number;
mod plain;
#[cfg(test)]
mod property_tests;
mod prose;
#[cfg(test)]
mod register_tests;
mod seen;
#[cfg(test)]
mod tests;

use shumar_schemas::Identifiers;
use shumar_schemas::identifier::{Headers, Pattern, Shape, Stand};

pub use prose::Prose;

use crate::Rule;
use fence::Fence;
use plain::Plain;

/// The longest cell of several words that can be a code.
const CODE_CHARS_MAX: usize = 24;
/// The longest token or key of several words.
const KEY_CHARS_MAX: usize = 40;
/// From how many words on a long cell is running text.
const TEXT_WORDS_MIN: usize = 3;
/// Digits after the mark of a token that `shumar pseudonymise` made.
const OWN_TOKEN_DIGITS: usize = 26;
/// The longest two neighbouring cells that are tried together, in bytes.
const PAIR_BYTES_MAX: usize = 64;

/// What a column is for, as far as the gate treats cells differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// A coded or yes-no field; only cells that matched no code are asked about.
    Coded,
    /// A person token that the mapping declares to be random.
    Token,
    /// A record key that the mapping declares to be random or the number in a register.
    TokenKey,
    /// A person token not so declared.
    Key,
    /// A record key not so declared. It is the number of a report or a case, perhaps with its date or
    /// its police station, and is kept as a keyed digest only.
    Register,
    /// Dates.
    Date,
    /// Numbers.
    Number,
}

/// The anonymity gate: says what a cell or a header looks like, when it may not stand where it does.
#[derive(Debug)]
pub struct Gate {
    full: Fence,
    keys: Fence,
    registers: Fence,
    tokens: Fence,
    token_keys: Fence,
    dates: Fence,
    pairs: Fence,
    headers: Headers,
    /// Whether all patterns are built in.
    built_in: bool,
}

impl Gate {
    /// The gate of these shapes.
    #[must_use]
    pub fn new(identifiers: &Identifiers) -> Self {
        let fence = |keep: &dyn Fn(&Pattern) -> bool| {
            Fence::new(identifiers.patterns().iter().filter(|p| keep(p)))
        };
        Self {
            full: fence(&|p| !p.pair),
            // A digest is no worse than any token, unless its header says what it is a digest of.
            keys: fence(&|p| !p.pair && p.shape != Shape::Digest),
            registers: fence(&|p| !p.pair && p.shape != Shape::Digest && !is_register(p.shape)),
            tokens: fence(&|p| !p.pair && (p.token == Stand::Refused || is_register(p.shape))),
            token_keys: fence(&|p| !p.pair && p.token == Stand::Refused && !is_register(p.shape)),
            dates: fence(&|p| !p.pair && p.date == Stand::Refused),
            pairs: fence(&|p| p.pair),
            headers: identifiers.headers().clone(),
            built_in: identifiers.is_built_in(),
        }
    }

    /// What a cell's text looks like, if it may not stand in such a column.
    pub(crate) fn text(&self, cell: &str, column: Column) -> Option<Rule> {
        let identity =
            matches!(column, Column::Key | Column::Register | Column::Token | Column::TokenKey);
        if is_own_token(cell) || (self.built_in && identity && is_random(cell)) {
            return None;
        }
        let plain = plain::copy(cell);
        let fence = match column {
            // Random codes are written in one script; what is not is no random code.
            Column::Token if !cell.is_ascii() => &self.keys,
            Column::TokenKey if !cell.is_ascii() => &self.registers,
            Column::Token => &self.tokens,
            Column::TokenKey => &self.token_keys,
            Column::Date => &self.dates,
            Column::Key => &self.keys,
            Column::Register => &self.registers,
            Column::Coded | Column::Number => &self.full,
        };
        fence.shape(&plain).map(Rule::from).or_else(|| bulk(&plain, column))
    }

    /// What a cell's number looks like, if it may not stand in such a column: a spreadsheet keeps
    /// identity numbers and telephones as numbers, and takes away their leading zero.
    pub(crate) fn number(&self, value: f64, column: Column) -> Option<Rule> {
        let mut digits = [0; number::DIGITS_MAX];
        self.text(number::whole(value, &mut digits)?, column)
    }

    /// What two neighbouring cells look like together, if both hold digits only.
    ///
    /// One row can't tell an identity number in two cells from a number of 5 digits beside an
    /// unrelated one of 7 or 8 (or of 12 beside one of 1). Of such rows with random digits, 4 in 5
    /// are flagged; no other row is, and a date in digits on the right is not. Registers rarely
    /// have such columns side by side; where they do, the right one is best dropped or declared.
    pub(crate) fn neighbours(&self, left: &str, right: &str) -> Option<Rule> {
        if left.len() + right.len() > PAIR_BYTES_MAX {
            return None;
        }
        let (left, right) = (plain::copy(left), plain::copy(right));
        let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        let (left, right) = (&*left.text, &*right.text);
        if !digits(left) || !digits(right) {
            return None;
        }
        let mut pair = [0; PAIR_BYTES_MAX + 1];
        let end = left.len() + 1 + right.len();
        let room = pair.get_mut(..end)?;
        room[..left.len()].copy_from_slice(left.as_bytes());
        room[left.len()] = b'|';
        room[left.len() + 1..].copy_from_slice(right.as_bytes());
        self.pairs.shape(&plain::copy(std::str::from_utf8(room).ok()?)).map(Rule::from)
    }

    /// What a header says that its column holds, if that may not be read.
    pub(crate) fn header(&self, header: &str) -> Option<Rule> {
        self.headers.find(&plain::copy(header).text).map(Rule::from)
    }
}

/// So few digits are no number of a person.
const SHORT_DIGITS: usize = 8;

/// Whether a key or a token is one that no built-in pattern describes: a few digits, or a random code
/// of digits and the letters a to f that is no bare run of digits. Most cells are, and there are many.
fn is_random(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    if bytes.len() <= SHORT_DIGITS {
        return bytes.iter().all(u8::is_ascii_digit);
    }
    let hex = |b: &u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    bytes.len() <= KEY_CHARS_MAX && bytes.iter().all(hex) && bytes.iter().any(|b| *b > b'9')
}

/// What the number of a record in a register looks like.
fn is_register(shape: Shape) -> bool {
    matches!(
        shape,
        Shape::FullDate | Shape::PoliceReport | Shape::PoliceStation | Shape::CaseNumber
    )
}

/// Running text and binary data, which no pattern describes.
fn bulk(plain: &Plain<'_>, column: Column) -> Option<Rule> {
    let longest = match column {
        Column::Key | Column::Register | Column::Token | Column::TokenKey => KEY_CHARS_MAX,
        Column::Coded | Column::Date | Column::Number => CODE_CHARS_MAX,
    };
    let (seen, plain) = (plain.seen, &*plain.text);
    if seen.has_control() || (seen.is_foreign() && plain.contains('\u{fffd}')) {
        return Some(Rule::LooksLikeBinary);
    }
    let long = plain.len() > longest && plain.chars().count() > longest;
    let words = || plain.split(' ').filter(|w| w.contains(char::is_alphabetic)).count();
    (long && words() >= TEXT_WORDS_MIN).then_some(Rule::LooksLikeText)
}

/// Whether a cell is a token that `shumar pseudonymise` made: it names nobody.
fn is_own_token(cell: &str) -> bool {
    let digits = cell.strip_prefix("t1-").or_else(|| cell.strip_prefix("k1-"));
    let digit = |b: u8| b.is_ascii_digit() || (b.is_ascii_lowercase() && !b"ilou".contains(&b));
    digits.is_some_and(|d| d.len() == OWN_TOKEN_DIGITS && d.bytes().all(digit))
}

impl From<Shape> for Rule {
    fn from(shape: Shape) -> Self {
        match shape {
            Shape::IdentityNumber => Self::LooksLikeIdentityNumber,
            Shape::Phone => Self::LooksLikePhone,
            Shape::Email => Self::LooksLikeEmail,
            Shape::WebAddress => Self::LooksLikeWebAddress,
            Shape::Passport => Self::LooksLikePassport,
            Shape::BankAccount => Self::LooksLikeBankAccount,
            Shape::PoliceReport => Self::LooksLikePoliceReport,
            Shape::PoliceStation => Self::LooksLikePoliceStation,
            Shape::CaseNumber => Self::LooksLikeCaseNumber,
            Shape::FullDate => Self::LooksLikeFullDate,
            Shape::Coordinates => Self::LooksLikeCoordinates,
            Shape::Digest => Self::LooksLikeDigest,
            Shape::Address => Self::LooksLikeAddress,
            Shape::Relation => Self::LooksLikeRelation,
            Shape::Name => Self::LooksLikeName,
            Shape::Text => Self::LooksLikeText,
            Shape::Binary => Self::LooksLikeBinary,
        }
    }
}
