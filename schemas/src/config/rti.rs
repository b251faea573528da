//! `[rti]` of `shumar.toml`: the office that answers right-to-information requests.

use serde::Deserialize;

use crate::Label;

/// Settings of the desk. What a law says is data of the desk; `law` sets what no source says.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rti {
    /// Who acts when no other name is given.
    pub officer: Option<String>,
    /// Whether an answer or a refusal is final only when a second officer has approved it.
    pub approval: bool,
    /// Lines at the head of letters, below the commission's name.
    pub letterhead: Vec<Label>,
    /// Who signs letters.
    pub signatory: Signatory,
    /// How long the applicant's identity is kept after a request was closed, in days.
    pub keep_applicant_days: Option<u32>,
    /// Holidays that the built-in calendar does not have.
    pub holidays: Vec<Holiday>,
    /// Days that the calendar calls holidays and that were worked.
    pub working_days: Vec<WorkingDay>,
    /// Values of the law that were not found, or that are otherwise for this office; each has a source.
    pub law: toml::Table,
}

/// Who signs letters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Signatory {
    /// The name.
    pub name: Label,
    /// The office held.
    pub title: Label,
}

/// A day on which the office is closed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// `2026-03-21`.
    pub date: String,
    /// What the day is called.
    pub name: Label,
    /// Who declared it.
    pub source: String,
    /// Whether it may still move.
    #[serde(default)]
    pub estimated: bool,
}

/// A day on which the office was open although the calendar says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkingDay {
    /// `2026-03-20`.
    pub date: String,
    /// Who declared it.
    pub source: String,
}
