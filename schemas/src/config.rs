//! `shumar.toml`: a commission's own settings.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de};

use crate::{Bounds, Catalog, CodeList, Family, Label, Nano, SchemaError, mapping};

mod calendar;
mod coverage;
mod lake;
mod provider;
mod rti;
mod schedule;

pub use calendar::{Due, Portion, ReleasePlan};
pub use coverage::{Every, Expects, Facility, Standing};
pub use lake::Lake;
pub use provider::{Fold, PersonScope, Provider, Read, Source, is_date_format};
pub use rti::{Holiday, Rti, Signatory, WorkingDay};
pub use schedule::{Event, Hook, LogForm, Schedule, Timetable, Zone};

/// The configuration format that this version writes and reads.
pub const FORMAT: &str = "shumar.home/1";
/// The file's name.
pub const FILE: &str = "shumar.toml";
/// With a larger budget there is hardly any noise, and a person has no protection worth the name.
const BUDGET_MAX: Nano = Nano::new(50_000_000_000);
/// One person's counted records a year are few; a larger bound is a slip of the pen.
const BOUND_MAX: u32 = 1000;

/// A commission's settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Must be [`FORMAT`].
    pub format: String,
    /// Who publishes.
    pub commission: Commission,
    /// Which areas are counted.
    #[serde(default)]
    pub scope: Option<Scope>,
    /// The yearly privacy budget.
    pub privacy: Privacy,
    /// What is released.
    #[serde(default)]
    pub releases: Vec<ReleasePlan>,
    /// How the lake is kept.
    #[serde(default)]
    pub lake: Lake,
    /// Who sends files.
    #[serde(default)]
    pub providers: Vec<Provider>,
    /// The desk that answers right-to-information requests.
    #[serde(default)]
    pub rti: Rti,
    /// When shumar works by itself.
    #[serde(default)]
    pub schedule: Schedule,
    /// Programs that are told of what happens.
    #[serde(default)]
    pub hooks: Vec<Hook>,
}

/// Who publishes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commission {
    /// Its name in each language.
    pub name: Label,
    /// Which right-to-information law applies, such as `pk-kp`.
    #[serde(default)]
    pub jurisdiction: Option<String>,
    /// Where to write for questions; printed on every page.
    #[serde(default)]
    pub contact: Option<String>,
}

/// The areas that a home counts: a list, narrowed by its columns or to named codes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// The code list of areas.
    pub list: String,
    /// Columns of the list and the value each must have.
    #[serde(default, rename = "where")]
    pub matching: BTreeMap<String, String>,
    /// Only these codes.
    #[serde(default)]
    pub codes: Vec<String>,
}

impl Scope {
    /// Positions in `list` that are in scope; all when the scope is about another list.
    ///
    /// # Errors
    /// A code or column that the list does not have, or a scope that leaves nothing.
    pub fn positions(scope: Option<&Self>, list: &CodeList) -> Result<Vec<usize>, SchemaError> {
        let all = 0..list.codes().len();
        let Some(scope) = scope.filter(|s| s.list == list.name()) else { return Ok(all.collect()) };
        for code in &scope.codes {
            if list.position(code).is_none() {
                return Err(SchemaError::unknown("code", code, "`scope` of `shumar.toml`", []));
            }
        }
        let first = &list.codes()[0].attributes;
        if let Some(column) = scope.matching.keys().find(|k| !first.contains_key(*k)) {
            let known = first.keys().map(String::as_str);
            return Err(SchemaError::unknown("column", column, "`scope` of `shumar.toml`", known));
        }
        let kept: Vec<usize> = all
            .filter(|&i| {
                let code = &list.codes()[i];
                let matches = |(k, v): (&String, &String)| code.attributes.get(k) == Some(v);
                scope.matching.iter().all(matches)
                    && (scope.codes.is_empty() || scope.codes.contains(&code.code))
            })
            .collect();
        if kept.is_empty() {
            let what = format!("`scope` leaves no code of the list `{}`", list.name());
            return Err(SchemaError::invalid(FILE, what, "check the columns and codes it names"));
        }
        Ok(kept)
    }
}

/// The yearly privacy budget of one person.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Privacy {
    /// Laplace (ε) or Gaussian (ρ).
    pub family: Family,
    /// The most that one person's records of one reporting year may lose in all.
    pub budget: Nano,
    /// The δ at which a zCDP loss is also shown as (ε, δ).
    #[serde(default = "delta")]
    pub delta: Nano,
    /// Contribution bounds: `all` and each kind's.
    #[serde(deserialize_with = "bounds")]
    pub bounds: Bounds,
    /// How the budget is divided, in parts of one.
    #[serde(default)]
    pub shares: Shares,
    /// How many records of each kind a year is expected to bring, from public figures: it decides
    /// which margins are worth more of the budget, and how errors are judged.
    #[serde(default)]
    pub expected: BTreeMap<String, u32>,
}

impl Privacy {
    /// Refuses a budget that is none, or that promises nothing.
    ///
    /// # Errors
    /// A budget or δ of 0, or a budget beyond 50.
    pub fn check_budget(&self, place: &str) -> Result<(), SchemaError> {
        let hint = "write budget = \"4\"";
        if self.budget == Nano::ZERO || self.delta == Nano::ZERO {
            let what = "the budget and delta must be above 0";
            return Err(SchemaError::invalid(place, what.to_owned(), hint));
        }
        if self.budget > BUDGET_MAX {
            let what = format!(
                "a budget of {} promises nobody anything; the most that is taken is {BUDGET_MAX}",
                self.budget
            );
            return Err(SchemaError::invalid(place, what, hint));
        }
        Ok(())
    }
}

fn delta() -> Nano {
    Nano::new(1000)
}

fn bounds<'de, D: Deserializer<'de>>(from: D) -> Result<Bounds, D::Error> {
    let mut kinds = BTreeMap::<String, u32>::deserialize(from)?;
    if kinds.values().any(|b| !(1..=BOUND_MAX).contains(b)) {
        return Err(de::Error::custom(format!("a bound is a whole number from 1 to {BOUND_MAX}")));
    }
    let all = kinds.remove("all").ok_or_else(|| de::Error::missing_field("all"))?;
    let calibration = kinds.remove("calibration");
    if calibration.is_some_and(|generous| generous <= all) {
        return Err(de::Error::custom("the bound `calibration` is above `all`, or left out"));
    }
    Ok(Bounds { all, kinds, calibration })
}

/// Parts of the yearly budget that are kept for a purpose.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Shares {
    /// For the releases of the calendar.
    pub scheduled: Nano,
    /// For answering requests.
    pub rti: Nano,
    /// For corrections and for redrawing after a crash.
    pub revisions: Nano,
}

impl Default for Shares {
    fn default() -> Self {
        let tenths = |n: u128| Nano::new(n * 100_000_000);
        Self { scheduled: tenths(8), rti: tenths(1), revisions: tenths(1) }
    }
}

impl Config {
    /// Reads and checks `shumar.toml` against what is declared.
    ///
    /// # Errors
    /// What does not parse, and every name that nothing declares.
    pub fn parse(text: &str, catalog: &Catalog) -> Result<Self, SchemaError> {
        let unreadable = |e: toml::de::Error| SchemaError::Parse {
            file: FILE.to_owned(),
            format: "TOML",
            detail: e.to_string(),
        };
        let mut config: Self = match mapping::laid_under(text, catalog)? {
            Some(whole) => whole.try_into().map_err(unreadable)?,
            None => toml::from_str(text).map_err(unreadable)?,
        };
        config.providers.iter_mut().try_for_each(|p| p.settle_vintages(catalog))?;
        config.check(catalog)?;
        Ok(config)
    }

    fn check(&self, catalog: &Catalog) -> Result<(), SchemaError> {
        let invalid = |what: String, hint: &str| Err(SchemaError::invalid(FILE, what, hint));
        if self.format != FORMAT {
            let number = |format: &str| format.rsplit_once('/')?.1.parse::<u32>().ok();
            let newer = number(&self.format) > number(FORMAT);
            return invalid(
                format!("format `{}` is not `{FORMAT}`", self.format),
                if newer {
                    "this home was made by a newer shumar; install that version, nothing was changed"
                } else {
                    "write that format; shumar has known no other one"
                },
            );
        }
        let privacy = &self.privacy;
        privacy.check_budget(FILE)?;
        let shares = &privacy.shares;
        let total = shares.scheduled.plus(shares.rti).plus(shares.revisions);
        if total > Nano::new(u128::from(crate::loss::NANO)) {
            return invalid(format!("the shares add up to {total}"), "they may not pass 1");
        }
        if let Some(scope) = &self.scope {
            Scope::positions(Some(scope), catalog.list(&scope.list, "`scope` of `shumar.toml`")?)?;
        }
        for kind in privacy.bounds.kinds.keys() {
            if catalog.kind(kind, "`privacy.bounds` of `shumar.toml`")?.free_of_persons {
                let what = format!("`privacy.bounds` names `{kind}`, which is free of persons");
                return invalid(what, "leave it out: nobody's records are bounded there");
            }
        }
        for (kind, records) in &privacy.expected {
            catalog.kind(kind, "`privacy.expected` of `shumar.toml`")?;
            if *records == 0 {
                let what = format!("`privacy.expected` says that no record of `{kind}` comes");
                return invalid(what, "write about how many come in a year, or leave it out");
            }
        }
        unique(self.providers.iter().map(|p| p.id.as_str()), "provider")?;
        unique(self.releases.iter().map(|r| r.id.as_str()), "release")?;
        for provider in &self.providers {
            provider.check(catalog)?;
        }
        self.hooks.iter().try_for_each(Hook::check)?;
        self.releases.iter().try_for_each(|r| r.check(catalog))
    }

    /// A provider by name.
    ///
    /// # Errors
    /// A name that the configuration does not have.
    pub fn provider(&self, id: &str) -> Result<&Provider, SchemaError> {
        let known = self.providers.iter().map(|p| p.id.as_str());
        self.providers
            .iter()
            .find(|p| p.id == id)
            .ok_or_else(|| SchemaError::unknown("provider", id, "the command", known))
    }

    /// A release of the calendar by name.
    ///
    /// # Errors
    /// A name that the configuration does not have.
    pub fn release(&self, id: &str) -> Result<&ReleasePlan, SchemaError> {
        let known = self.releases.iter().map(|r| r.id.as_str());
        self.releases
            .iter()
            .find(|r| r.id == id)
            .ok_or_else(|| SchemaError::unknown("release", id, "the command", known))
    }
}

fn unique<'a>(ids: impl Iterator<Item = &'a str>, what: &str) -> Result<(), SchemaError> {
    let mut seen = std::collections::BTreeSet::new();
    for id in ids {
        if !crate::record::is_name(&id.replace('-', "_")) || !seen.insert(id) {
            let what = format!("the {what} id `{id}` is not a name of its own");
            let hint = "ids are lower case letters, digits, - and _, and each is used once";
            return Err(SchemaError::invalid(FILE, what, hint));
        }
    }
    Ok(())
}
