//! The account of rows that did not land: row, field and rule, never a value.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::IngestError;

/// Why a row was rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The row has more or fewer cells than the header.
    RowShape,
    /// A cell's text is not valid in the file's encoding.
    TextInvalid,
    /// A required field is blank.
    RequiredBlank,
    /// A word that is neither a code nor translated to one.
    CodeUnknown,
    /// A word that two codes share.
    CodeAmbiguous,
    /// An area that the commission does not count.
    AreaOutsideScope,
    /// A date in none of the mapping's formats.
    DateUnreadable,
    /// A date before 1947 or after today.
    DateOutOfRange,
    /// Not a whole number.
    NumberUnreadable,
    /// A number outside the field's range.
    NumberOutOfRange,
    /// A long number stored as a number, whose last digits the spreadsheet has lost.
    NumberImprecise,
    /// Neither yes nor no.
    BooleanUnreadable,
    /// All columns of the record key are blank.
    KeyBlank,
    /// Rows of one record disagree in a mapped field.
    KeyConflict,
    /// The record is in the lake already, with other content.
    KeyChanged,
    /// Day and month could be either way round, and the mapping does not say which.
    DateAmbiguous,
    /// A date of the Hijri calendar.
    DateHijri,
    /// The header once more, inside the data.
    HeaderRepeated,
    /// A subtotal or total of the sheet, not a record.
    TotalRow,
    /// Fields of the row contradict each other, as the record kind declares.
    FieldsContradict,
    /// Looks like an identity number.
    LooksLikeIdentityNumber,
    /// Looks like a telephone number.
    LooksLikePhone,
    /// Looks like an e-mail address.
    LooksLikeEmail,
    /// Looks like a web address or an account name.
    LooksLikeWebAddress,
    /// Looks like a passport number.
    LooksLikePassport,
    /// Looks like a bank account.
    LooksLikeBankAccount,
    /// Looks like the number of a police report.
    LooksLikePoliceReport,
    /// Names a police station.
    LooksLikePoliceStation,
    /// Looks like the number of a court or medical case.
    LooksLikeCaseNumber,
    /// A whole date where none may stand.
    LooksLikeFullDate,
    /// Looks like coordinates.
    LooksLikeCoordinates,
    /// Looks like an unkeyed digest of an identity number.
    LooksLikeDigest,
    /// Looks like a postal address.
    LooksLikeAddress,
    /// Says whose daughter, son or wife somebody is.
    LooksLikeRelation,
    /// Looks like a person's name.
    LooksLikeName,
    /// Running text, longer than any code.
    LooksLikeText,
    /// Binary data or an image.
    LooksLikeBinary,
}

impl Rule {
    /// Its name in reports.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::RowShape => "row-shape",
            Self::TextInvalid => "text-invalid",
            Self::RequiredBlank => "required-blank",
            Self::CodeUnknown => "code-unknown",
            Self::CodeAmbiguous => "code-ambiguous",
            Self::AreaOutsideScope => "area-outside-scope",
            Self::DateUnreadable => "date-unreadable",
            Self::DateOutOfRange => "date-out-of-range",
            Self::NumberUnreadable => "number-unreadable",
            Self::NumberOutOfRange => "number-out-of-range",
            Self::NumberImprecise => "number-imprecise",
            Self::BooleanUnreadable => "boolean-unreadable",
            Self::KeyBlank => "record-key-blank",
            Self::KeyConflict => "record-key-conflict",
            Self::KeyChanged => "record-key-changed",
            Self::DateAmbiguous => "date-ambiguous",
            Self::DateHijri => "date-hijri",
            Self::HeaderRepeated => "header-repeated",
            Self::TotalRow => "total-row",
            Self::FieldsContradict => "fields-contradict",
            Self::LooksLikeIdentityNumber => "id-identity-number",
            Self::LooksLikePhone => "id-phone",
            Self::LooksLikeEmail => "id-email",
            Self::LooksLikeWebAddress => "id-web-address",
            Self::LooksLikePassport => "id-passport",
            Self::LooksLikeBankAccount => "id-bank-account",
            Self::LooksLikePoliceReport => "id-police-report",
            Self::LooksLikePoliceStation => "id-police-station",
            Self::LooksLikeCaseNumber => "id-case-number",
            Self::LooksLikeFullDate => "id-full-date",
            Self::LooksLikeCoordinates => "id-coordinates",
            Self::LooksLikeDigest => "id-digest",
            Self::LooksLikeAddress => "id-address",
            Self::LooksLikeRelation => "id-relation",
            Self::LooksLikeName => "id-name",
            Self::LooksLikeText => "id-free-text",
            Self::LooksLikeBinary => "id-binary",
        }
    }

    /// What the clerk can do about it.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::RowShape => "give the row as many cells as the header has",
            Self::TextInvalid => "save the file as UTF-8, or name its `encoding` in the mapping",
            Self::RequiredBlank => "fill the cell; the record can't be counted without it",
            Self::CodeUnknown => "correct the word, or translate it under `codes` in the mapping",
            Self::CodeAmbiguous => {
                "two codes fit; write the full name, translate it under `codes`, or name the `vintage` of the codes"
            }
            Self::AreaOutsideScope => "the area is not counted here; send it to its own commission",
            Self::DateUnreadable => {
                "write the date in one of the mapping's `date_formats`, or add its format there"
            }
            Self::DateOutOfRange => "the date is before 1947 or after today",
            Self::NumberUnreadable => "write a whole number",
            Self::NumberOutOfRange => {
                "the number is outside the range that the record kind declares; correct it"
            }
            Self::NumberImprecise => "format the column as text and enter the long number again",
            Self::BooleanUnreadable => {
                "write yes or no, translate the word under `codes`, or name it in `null_words`"
            }
            Self::KeyBlank => "fill the columns of the record key",
            Self::KeyConflict => "rows of one record disagree in this field; make them agree",
            Self::KeyChanged => {
                "the record was sent before with other content; ask before correcting"
            }
            Self::DateAmbiguous => "say in `date_formats` whether the day or the month comes first",
            Self::DateHijri => "write the date in the Gregorian calendar",
            Self::HeaderRepeated => "nothing: the header stands inside the data once more",
            Self::TotalRow => "nothing: a total of the sheet is not a record",
            Self::FieldsContradict => "correct the fields that contradict each other",
            Self::LooksLikeIdentityNumber => {
                "take identity numbers out; if the column holds random codes, name it under `tokens`"
            }
            Self::LooksLikePhone => {
                "take telephone numbers out; if the column holds random codes, name it under `tokens`"
            }
            Self::LooksLikeEmail => "take e-mail addresses out",
            Self::LooksLikeWebAddress => "take web addresses and account names out",
            Self::LooksLikePassport => {
                "take passport numbers out; if the column holds random codes, name it under `tokens`"
            }
            Self::LooksLikeBankAccount => "take bank accounts out",
            Self::LooksLikePoliceReport => {
                "take report numbers out; if they are the record key, name the column under `tokens`"
            }
            Self::LooksLikePoliceStation => "take names of police stations out",
            Self::LooksLikeCaseNumber => {
                "take case numbers out; if they are the record key, name the column under `tokens`"
            }
            Self::LooksLikeFullDate => "take whole dates out of this column",
            Self::LooksLikeCoordinates => "take coordinates out",
            Self::LooksLikeDigest => {
                "send keyed tokens (`shumar pseudonymise`), not digests; if they are random codes, name the column under `tokens`"
            }
            Self::LooksLikeAddress => "take addresses out",
            Self::LooksLikeRelation => "take names of relatives out",
            Self::LooksLikeName => "take names out",
            Self::LooksLikeText => "take running text out",
            Self::LooksLikeBinary => "take attachments and images out",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// One rejected row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The sheet, from 1, when several sheets of a workbook are read; otherwise 0.
    pub sheet: u16,
    /// Its row (or line) in the file or sheet, from 1.
    pub row: u64,
    /// The field concerned; blank for the row as a whole.
    pub field: Arc<str>,
    /// The rule.
    pub rule: Rule,
}

/// Rejected rows by field and rule.
pub type Tally = BTreeMap<(Arc<str>, Rule), u64>;

/// Counts rejects by field and rule.
pub(crate) fn tally(rejects: &[Reject]) -> Tally {
    let mut tally = Tally::new();
    for reject in rejects {
        *tally.entry((reject.field.clone(), reject.rule)).or_insert(0) += 1;
    }
    tally
}

/// The tally in words, one line each.
pub(crate) fn describe(tally: &Tally) -> String {
    let line = |((field, rule), n): (&(Arc<str>, Rule), &u64)| {
        let place = if field.is_empty() { "the row" } else { field.as_ref() };
        format!("  {n} × {place}: {rule} — {}", rule.advice())
    };
    tally.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Writes the report of rejected rows: `row,field,rule,what_to_do`.
///
/// # Errors
/// What the file system refuses.
pub fn write_rejects(path: &Path, rejects: &[Reject]) -> Result<(), IngestError> {
    let broken = |e: csv::Error| IngestError::Write { file: path.to_owned(), source: e.into() };
    let mut out = csv::Writer::from_path(path).map_err(broken)?;
    out.write_record(["row", "field", "rule", "what_to_do"]).map_err(broken)?;
    for r in rejects {
        let row = r.row.to_string();
        out.write_record([&row, r.field.as_ref(), r.rule.id(), r.rule.advice()]).map_err(broken)?;
    }
    out.flush().map_err(IngestError::write(path))
}
