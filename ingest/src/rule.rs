//! The rules by which a row is rejected: each with its name in reports. What a rule means to a
//! clerk, and what to do about it, is in `words/`.

use std::fmt;

/// Declares the rules once: what the program calls each, and what reports call it.
macro_rules! rules {
    ($($(#[$doc:meta])* $rule:ident = $id:literal,)*) => {
        /// Why a row was rejected.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[$doc])* $rule,)*
        }

        impl Rule {
            /// All rules.
            pub const ALL: &[Self] = &[$(Self::$rule,)*];

            /// Its name in reports.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self {
                    $(Self::$rule => $id,)*
                }
            }
        }
    };
}

impl Rule {
    /// Whether it says that a cell looks like something that identifies a person.
    #[must_use]
    pub fn is_identifying(self) -> bool {
        self.id().starts_with("id-")
    }
}

rules! {
    /// The row has more or fewer cells than the header.
    RowShape = "row-shape",
    /// A cell's text is not valid in the file's encoding.
    TextInvalid = "text-invalid",
    /// A required field is blank.
    RequiredBlank = "required-blank",
    /// A word that is neither a code nor translated to one.
    CodeUnknown = "code-unknown",
    /// A word that two codes share.
    CodeAmbiguous = "code-ambiguous",
    /// An area that the commission does not count.
    AreaOutsideScope = "area-outside-scope",
    /// A date in none of the mapping's formats.
    DateUnreadable = "date-unreadable",
    /// A date before 1947 or after today.
    DateOutOfRange = "date-out-of-range",
    /// Not a whole number.
    NumberUnreadable = "number-unreadable",
    /// A number outside the field's range.
    NumberOutOfRange = "number-out-of-range",
    /// A long number stored as a number, whose last digits the spreadsheet has lost.
    NumberImprecise = "number-imprecise",
    /// Neither yes nor no.
    BooleanUnreadable = "boolean-unreadable",
    /// All columns of the record key are blank.
    KeyBlank = "record-key-blank",
    /// Rows of one record disagree in a mapped field.
    KeyConflict = "record-key-conflict",
    /// The record is in the lake already, with other content.
    KeyChanged = "record-key-changed",
    /// Day and month could be either way round, and the mapping does not say which.
    DateAmbiguous = "date-ambiguous",
    /// A date of the Hijri calendar.
    DateHijri = "date-hijri",
    /// The header once more, inside the data.
    HeaderRepeated = "header-repeated",
    /// A subtotal or total of the sheet, not a record.
    TotalRow = "total-row",
    /// Fields of the row contradict each other, as the record kind declares.
    FieldsContradict = "fields-contradict",
    /// Looks like an identity number.
    LooksLikeIdentityNumber = "id-identity-number",
    /// Looks like a telephone number.
    LooksLikePhone = "id-phone",
    /// Looks like an e-mail address.
    LooksLikeEmail = "id-email",
    /// Looks like a web address or an account name.
    LooksLikeWebAddress = "id-web-address",
    /// Looks like a passport number.
    LooksLikePassport = "id-passport",
    /// Looks like a bank account.
    LooksLikeBankAccount = "id-bank-account",
    /// Looks like the number of a police report.
    LooksLikePoliceReport = "id-police-report",
    /// Names a police station.
    LooksLikePoliceStation = "id-police-station",
    /// Looks like the number of a court or medical case.
    LooksLikeCaseNumber = "id-case-number",
    /// A whole date where none may stand.
    LooksLikeFullDate = "id-full-date",
    /// Looks like coordinates.
    LooksLikeCoordinates = "id-coordinates",
    /// Looks like an unkeyed digest of an identity number.
    LooksLikeDigest = "id-digest",
    /// Looks like a postal address.
    LooksLikeAddress = "id-address",
    /// Says whose daughter, son or wife somebody is.
    LooksLikeRelation = "id-relation",
    /// Looks like a person's name.
    LooksLikeName = "id-name",
    /// Running text, longer than any code.
    LooksLikeText = "id-free-text",
    /// Binary data or an image.
    LooksLikeBinary = "id-binary",
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
