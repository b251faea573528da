//! The offices that send files, and how each writes them. What their columns and words mean is
//! in `home/shumar.toml`; here is only what a mapping does not say.

use crate::calendar::Every;

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Police,
    Shelter,
    Custody,
    Court,
    Service,
}

impl Kind {
    /// The record kind's name.
    #[cfg(test)]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Police => "police",
            Self::Shelter => "shelter",
            Self::Custody => "custody",
            Self::Court => "court",
            Self::Service => "service",
        }
    }
}

/// In which words an office fills coded cells that its mapping does not translate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tongue {
    /// The codes themselves.
    Code,
    /// English labels.
    English,
    /// Urdu labels.
    Urdu,
}

/// A file's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Delimited UTF-8, with a byte order mark or without.
    Text {
        /// Between cells.
        delimiter: u8,
        /// Whether the file begins with a byte order mark.
        mark: bool,
    },
    /// Delimited text in the Windows code page 1252.
    CodePage {
        /// Between cells.
        delimiter: u8,
    },
    /// An XLSX workbook.
    Workbook {
        /// Another sheet besides the records.
        extra: Extra,
    },
}

/// Another sheet of a workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extra {
    None,
    /// A visible sheet of notes before the records.
    Notes,
    /// A hidden sheet of drop-down words after the records.
    HiddenLists,
}

/// An office.
#[derive(Debug)]
pub(crate) struct Office {
    /// The provider's id in the home.
    pub(crate) id: &'static str,
    /// What its rows are about.
    pub(crate) kind: Kind,
    /// Divisions it serves; none means the whole province.
    serves: &'static [&'static str],
    /// What its files' names begin with.
    pub(crate) stem: &'static str,
    /// What its record keys begin with.
    pub(crate) prefix: &'static str,
    /// How often it sends a file.
    pub(crate) every: Every,
    /// In which format.
    pub(crate) format: Format,
    /// In which words.
    pub(crate) tongue: Tongue,
    /// How it writes yes and no, where its mapping has no words for them.
    pub(crate) yes_no: (&'static str, &'static str),
    /// Cells padded with blanks, in a thousand.
    pub(crate) padded: u32,
    /// Records that the export repeats, in a thousand.
    pub(crate) repeated: u32,
}

/// An office with the commonest habits, for the ones below to differ from.
const USUAL: Office = Office {
    id: "",
    kind: Kind::Police,
    serves: &[],
    stem: "complaints",
    prefix: "",
    every: Every::Half,
    format: COMMAS,
    tongue: Tongue::English,
    yes_no: ("Yes", "No"),
    padded: 20,
    repeated: 15,
};
const COMMAS: Format = Format::Text { delimiter: b',', mark: false };
const SEMICOLONS: Format = Format::Text { delimiter: b';', mark: false };
const WORKBOOK: Format = Format::Workbook { extra: Extra::None };

/// All offices.
pub(crate) const OFFICES: [Office; 18] = [
    Office {
        id: "gcc-peshawar",
        serves: &["kp_peshawar"],
        prefix: "GCP",
        every: Every::Quarter,
        repeated: 90,
        ..USUAL
    },
    Office {
        id: "gcc-mardan",
        serves: &["kp_mardan"],
        prefix: "GCM",
        every: Every::Quarter,
        format: WORKBOOK,
        ..USUAL
    },
    Office {
        id: "gcc-hazara",
        serves: &["kp_hazara"],
        prefix: "GCH",
        format: SEMICOLONS,
        tongue: Tongue::Code,
        yes_no: ("1", "0"),
        ..USUAL
    },
    Office {
        id: "gcc-malakand",
        serves: &["kp_malakand"],
        prefix: "GCL",
        format: Format::Text { delimiter: b',', mark: true },
        tongue: Tongue::Urdu,
        ..USUAL
    },
    Office {
        id: "gcc-kohat",
        serves: &["kp_kohat"],
        prefix: "GCK",
        format: WORKBOOK,
        padded: 250,
        ..USUAL
    },
    Office {
        id: "gcc-bannu",
        serves: &["kp_bannu"],
        prefix: "GCB",
        format: Format::Text { delimiter: b'\t', mark: false },
        yes_no: ("Y", "N"),
        ..USUAL
    },
    Office {
        id: "gcc-dikhan",
        serves: &["kp_dera_ismail_khan"],
        prefix: "GCD",
        format: Format::CodePage { delimiter: b',' },
        ..USUAL
    },
    Office {
        id: "da-peshawar",
        kind: Kind::Shelter,
        serves: &["kp_peshawar"],
        stem: "stays",
        prefix: "DAP",
        format: Format::Workbook { extra: Extra::Notes },
        ..USUAL
    },
    Office {
        id: "da-swat",
        kind: Kind::Shelter,
        serves: &["kp_malakand"],
        stem: "stays",
        prefix: "DAS",
        format: Format::Workbook { extra: Extra::HiddenLists },
        yes_no: ("Y", "N"),
        ..USUAL
    },
    Office {
        id: "da-mardan",
        kind: Kind::Shelter,
        serves: &["kp_mardan"],
        stem: "stays",
        prefix: "DAM",
        format: WORKBOOK,
        ..USUAL
    },
    Office {
        id: "cc-abbottabad",
        kind: Kind::Shelter,
        serves: &["kp_hazara"],
        stem: "clients",
        prefix: "CCA",
        format: WORKBOOK,
        yes_no: ("TRUE", "FALSE"),
        ..USUAL
    },
    Office {
        id: "shelters-south",
        kind: Kind::Shelter,
        serves: &["kp_kohat", "kp_bannu", "kp_dera_ismail_khan"],
        stem: "shelter-return",
        prefix: "SWD",
        padded: 120,
        ..USUAL
    },
    Office {
        id: "police-victim-support",
        kind: Kind::Custody,
        stem: "detentions",
        prefix: "VSS",
        format: WORKBOOK,
        ..USUAL
    },
    Office {
        id: "prisons-kp",
        kind: Kind::Custody,
        stem: "women-in-jails",
        prefix: "",
        format: SEMICOLONS,
        ..USUAL
    },
    Office {
        id: "gbv-court-registry",
        kind: Kind::Court,
        stem: "cases",
        prefix: "GBV",
        every: Every::Quarter,
        yes_no: ("Y", "N"),
        repeated: 90,
        ..USUAL
    },
    Office {
        id: "sessions-registry",
        kind: Kind::Court,
        stem: "cases",
        prefix: "SSN",
        format: Format::Workbook { extra: Extra::Notes },
        ..USUAL
    },
    Office {
        id: "legal-aid-kp",
        kind: Kind::Service,
        stem: "services",
        prefix: "LAN",
        tongue: Tongue::Code,
        ..USUAL
    },
    Office {
        id: "women-desk",
        kind: Kind::Service,
        stem: "services",
        prefix: "WSD",
        format: WORKBOOK,
        ..USUAL
    },
];

/// The place in [`OFFICES`] of the office of a kind that serves a division.
pub(crate) fn serving(kind: Kind, division: &str) -> u8 {
    place(|o| o.kind == kind && (o.serves.is_empty() || o.serves.contains(&division)))
}

/// The place in [`OFFICES`] of an office by id.
pub(crate) fn by_id(id: &str) -> u8 {
    place(|o| o.id == id)
}

/// The first office that fits, or the first of all: the tables name only offices that exist, as
/// the tests of the whole world show.
fn place(fits: impl Fn(&Office) -> bool) -> u8 {
    OFFICES.iter().position(fits).and_then(|p| u8::try_from(p).ok()).unwrap_or_default()
}
