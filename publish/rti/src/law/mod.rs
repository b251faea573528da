//! What a law says, with the source of every value: data files, and what an office sets over them.

mod calendar;
mod clock;
mod fee;
mod values;

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use shumar_schemas::Label;

pub use self::calendar::{Calendar, Due};
pub use self::clock::{Clock, clocks};
pub(crate) use self::clock::{extended, respond};
pub use self::fee::Fee;
use crate::RtiError;

static LAWS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/laws");
const HINT: &str = "see publish/rti/laws for how laws are written; every value has a source";

/// How sure a value is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Grade {
    /// The act or the information commission's page was read.
    A,
    /// News, an organisation's or another body's page.
    B,
    /// Only the heading of the section was seen.
    C,
    /// Set by the office.
    #[default]
    #[serde(rename = "set")]
    Set,
}

impl Grade {
    /// `A`, `B`, `C`, or `set`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::Set => "set",
        }
    }
}

/// A value with its source.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known<T> {
    /// The value.
    pub value: T,
    /// How sure it is.
    #[serde(default)]
    pub grade: Grade,
    /// Where it was read.
    pub source: String,
    /// What else is to be known about it.
    #[serde(default)]
    pub note: Option<String>,
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// How many days.
    pub days: u32,
    /// Which days count.
    pub count: Count,
}

/// Which days count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Count {
    /// Days on which offices work.
    Working,
    /// All days.
    Calendar,
}

/// A section that something rests on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its number, or nothing where it is not known.
    #[serde(default)]
    pub section: String,
    /// Whether the paper is stamped.
    #[serde(default)]
    pub stamp: bool,
}

/// The lengths of time that a law gives.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Spans {
    /// To answer.
    pub respond: Option<Known<Span>>,
    /// By which the time to answer may be extended, once.
    pub extend: Option<Known<Span>>,
    /// To answer where life or liberty is at stake.
    pub urgent: Option<Known<Span>>,
    /// In which an internal review may be asked for.
    pub review_window: Option<Known<Span>>,
    /// In which it is decided.
    pub review: Option<Known<Span>>,
    /// In which the information commission may be asked.
    pub appeal_window: Option<Known<Span>>,
    /// In which the information commission decides.
    pub decision: Option<Known<Span>>,
    /// In which it decides at the latest, where that is another time.
    pub decision_most: Option<Known<Span>>,
}

/// What copies cost.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fees {
    /// Pages that cost nothing.
    pub free_pages: Option<Known<u32>>,
    /// Rupees for each page beyond them.
    pub page_rate: Option<Known<u32>>,
    /// Whether an applicant below the poverty line pays nothing.
    pub free_for_poor: Option<Known<bool>>,
}

/// What a refusal needs.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Refusals {
    /// The section on refusals.
    pub section: Option<Known<String>>,
    /// Whether the head of the body approves first, in writing.
    pub head_approves: Option<Known<Section>>,
}

/// A lawful ground of an extension.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// Its id.
    pub id: String,
    /// Its words.
    pub title: Label,
    /// How sure it is.
    #[serde(default)]
    pub grade: Grade,
    /// Where it was read.
    pub source: String,
}

/// A lawful exception.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// Its id.
    pub id: String,
    /// The section.
    pub section: String,
    /// What it protects, inside a sentence.
    pub title: Label,
    /// Whether it is the one that protects privacy.
    #[serde(default)]
    pub privacy: bool,
    /// How sure it is.
    #[serde(default)]
    pub grade: Grade,
    /// Where it was read.
    pub source: String,
}

/// A law on the right to information, as far as it is known.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// Its id, the same as `commission.jurisdiction` of shumar.toml.
    pub id: String,
    /// Its name.
    pub act: Label,
    /// Its number and year.
    pub number: String,
    /// Whether an act was verified at all.
    #[serde(default = "yes")]
    pub verified: bool,
    /// The calendar of holidays.
    pub calendar: String,
    /// The information commission.
    #[serde(default)]
    pub commission: Option<Known<Label>>,
    /// What the officer who answers is called.
    #[serde(default)]
    pub officer: Option<Known<Label>>,
    /// Lengths of time.
    #[serde(default)]
    pub clocks: Spans,
    /// The receipt that the applicant is given.
    #[serde(default)]
    pub acknowledgement: Option<Known<Section>>,
    /// Passing a request on.
    #[serde(default)]
    pub transfer: Option<Known<Section>>,
    /// Lawful grounds of an extension; where there are none, they are told in words.
    #[serde(default)]
    pub grounds: Vec<Ground>,
    /// What copies cost.
    #[serde(default)]
    pub fee: Fees,
    /// The certificate under an answer.
    #[serde(default)]
    pub certificate: Option<Known<Section>>,
    /// What a refusal needs.
    #[serde(default)]
    pub refusal: Refusals,
    /// Lawful exceptions.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

fn yes() -> bool {
    true
}

impl Law {
    /// The ids of all built-in laws.
    #[must_use]
    pub fn ids() -> Vec<String> {
        let stem = |f: &include_dir::File<'_>| Some(f.path().file_stem()?.to_str()?.to_owned());
        let mut ids: Vec<String> = LAWS.files().filter_map(stem).collect();
        ids.sort();
        ids
    }

    /// A built-in law with what the office sets laid over it.
    ///
    /// # Errors
    /// An id that no file has, and settings that are no values of a law or lack a source.
    pub fn load(id: &str, set: &toml::Table) -> Result<Self, RtiError> {
        let text = LAWS.get_file(format!("{id}.toml")).and_then(include_dir::File::contents_utf8);
        let Some(text) = text else {
            return Err(RtiError::refused(
                format!("no right-to-information law `{}` is known", crate::clean(id)),
                format!(
                    "write one of these as `commission.jurisdiction` in shumar.toml: {}",
                    Self::ids().join(", ")
                ),
            ));
        };
        let file = format!("law `{id}`");
        let wrong = |file: &str, e: toml::de::Error| RtiError::Data {
            file: file.to_owned(),
            what: format!("does not fit: {}", e.message()),
            hint: HINT,
        };
        let mut table: toml::Table = toml::from_str(text).map_err(|e| wrong(&file, e))?;
        lay_over(&mut table, set);
        let law: Self = table.try_into().map_err(|e| wrong("`[rti.law]` of shumar.toml", e))?;
        law.check()?;
        Ok(law)
    }

    fn check(&self) -> Result<(), RtiError> {
        let c = &self.clocks;
        let spans = [
            &c.respond,
            &c.extend,
            &c.urgent,
            &c.review_window,
            &c.review,
            &c.appeal_window,
            &c.decision,
            &c.decision_most,
        ];
        let spans = spans.into_iter().flatten();
        let absurd = spans.clone().any(|k| !(1..=366).contains(&k.value.days));
        let sources: Vec<&str> = spans
            .map(|k| k.source.as_str())
            .chain(self.grounds.iter().map(|g| g.source.as_str()))
            .chain(self.exceptions.iter().map(|e| e.source.as_str()))
            .chain(self.fee.free_pages.iter().map(|k| k.source.as_str()))
            .chain(self.fee.page_rate.iter().map(|k| k.source.as_str()))
            .chain(self.fee.free_for_poor.iter().map(|k| k.source.as_str()))
            .chain(self.commission.iter().map(|k| k.source.as_str()))
            .chain(self.certificate.iter().map(|k| k.source.as_str()))
            .collect();
        let what = match () {
            () if absurd => "has a time that is not between 1 and 366 days",
            () if sources.iter().any(|s| s.trim().is_empty()) => "has a value without a source",
            () => return Ok(()),
        };
        Err(RtiError::Data {
            file: format!("law `{}`", self.id),
            what: what.to_owned(),
            hint: HINT,
        })
    }

    /// An exception by id.
    ///
    /// # Errors
    /// An id that the law does not have: nothing is refused on a ground that no source says.
    pub fn exception(&self, id: &str) -> Result<&Exception, RtiError> {
        self.exceptions.iter().find(|e| e.id == id).ok_or_else(|| {
            let known: Vec<&str> = self.exceptions.iter().map(|e| e.id.as_str()).collect();
            let hint = if known.is_empty() {
                "no exception of this act was verified: write those that the office's lawyer confirms into shumar.toml as [[rti.law.exceptions]] with id, section, title and source".to_owned()
            } else {
                format!("known are: {}; others are set in shumar.toml as [[rti.law.exceptions]]", known.join(", "))
            };
            RtiError::refused(
                format!("`{}` has no exception `{}`", self.act.en(), crate::clean(id)),
                hint,
            )
        })
    }

    /// The exception that protects privacy, if its section is known.
    #[must_use]
    pub fn privacy(&self) -> Option<&Exception> {
        self.exceptions.iter().find(|e| e.privacy)
    }
}

/// Lays settings over a law: tables are merged, lists of things with an id are added to, and
/// values with their source are replaced whole.
fn lay_over(under: &mut toml::Table, over: &toml::Table) {
    for (key, value) in over {
        match (under.get_mut(key), value) {
            (Some(toml::Value::Table(under)), toml::Value::Table(over))
                if !over.contains_key("value") =>
            {
                lay_over(under, over);
            }
            (Some(toml::Value::Array(under)), toml::Value::Array(over)) => {
                let same = |a: &toml::Value, b: &toml::Value| a.get("id") == b.get("id");
                under.retain(|u| !over.iter().any(|o| same(u, o)));
                under.extend(over.iter().cloned());
            }
            _ => {
                under.insert(key.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests;
