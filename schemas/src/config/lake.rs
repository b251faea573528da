//! How the lake is kept: `[lake]`.

use serde::Deserialize;

/// How the lake is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lake {
    /// Whether its files are encrypted. Decided when a home is made; the database remembers it.
    pub encrypted: bool,
}

impl Lake {
    /// What settings say of the lake, before anything else of them is read; `None` if nothing.
    #[must_use]
    pub fn of(settings: &str) -> Option<Self> {
        let all: toml::Table = settings.parse().ok()?;
        all.get("lake")?.clone().try_into().ok()
    }
}
