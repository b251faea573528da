//! What can be wrong with a schema, a code list, a statistic or a configuration.

/// An error in the public description of the work; it never quotes a record.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaError {
    /// A file could not be parsed.
    #[error(
        "`{file}` can't be read as {format}\n  {detail}\n\nhint: correct the file and run the command again"
    )]
    Parse {
        /// Name of the file inside the home or among the built-in ones.
        file: String,
        /// `JSON`, `TOML` or `CSV`.
        format: &'static str,
        /// The parser's own words; these files are public.
        detail: String,
    },
    /// A file says something that does not fit.
    #[error("{}: {what}\n\nhint: {hint}", quoted(file))]
    Invalid {
        /// Name of the file.
        file: String,
        /// What is wrong.
        what: String,
        /// What to do.
        hint: String,
    },
    /// A name that nothing declares.
    #[error("{what} `{name}` is not declared, but {place} uses it\n\nhint: declared are: {known}")]
    Unknown {
        /// What kind of thing is missing: `code list`, `field`, …
        what: &'static str,
        /// The name used.
        name: String,
        /// Where it is used.
        place: String,
        /// The names that exist.
        known: String,
    },
    /// A period that can't be read.
    #[error(
        "period `{text}` can't be read\n\nhint: write a year `2025`, a quarter `2025-Q3`, or years `2019..2025`"
    )]
    Period {
        /// The text given.
        text: String,
    },
    /// An amount of privacy budget that can't be read.
    #[error(
        "privacy budget `{text}` can't be read\n\nhint: write a positive decimal number in quotes, at most nine decimals: \"1.25\""
    )]
    Amount {
        /// The text given.
        text: String,
    },
}

impl SchemaError {
    /// Shorthand for [`SchemaError::Invalid`].
    pub fn invalid(
        file: impl Into<String>,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self::Invalid { file: file.into(), what: what.into(), hint: hint.into() }
    }

    /// Shorthand for [`SchemaError::Unknown`]; sorts and joins the known names.
    pub fn unknown<'a>(
        what: &'static str,
        name: &str,
        place: impl Into<String>,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut known: Vec<&str> = known.into_iter().collect();
        known.sort_unstable();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        Self::Unknown { what, name: name.to_owned(), place: place.into(), known }
    }
}

/// A file's name in backticks; a place in words has its own.
fn quoted(place: &str) -> String {
    if place.contains('`') { place.to_owned() } else { format!("`{place}`") }
}
