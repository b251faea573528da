//! Working days: weekends, holidays, and what is not known about them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{FixedOffset, Utc, Weekday};
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use shumar_schemas::Label;
use shumar_schemas::config::Rti;

use super::{Count, Span};
use crate::{Day, RtiError};

static CALENDARS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/calendars");
const HINT: &str = "see publish/rti/calendars for how days are written; every day has a source";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    weekend: Vec<Weekend>,
    hours_ahead: i32,
    years: BTreeSet<i32>,
    days: Vec<Holiday>,
}

#[derive(Deserialize)]
struct Weekend(String);

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    date: Day,
    name: Label,
    source: String,
    #[serde(default)]
    estimated: bool,
}

/// On which days offices work.
#[derive(Debug, Clone)]
pub struct Calendar {
    weekend: Vec<Weekday>,
    hours_ahead: i32,
    years: BTreeSet<i32>,
    holidays: BTreeMap<Day, Holiday>,
    worked: BTreeSet<Day>,
}

/// A last day, and what it rests on that is not certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The day.
    pub day: Day,
    /// What may move it, in words.
    pub remarks: Vec<String>,
}

impl Calendar {
    /// A built-in calendar with the days of an office.
    ///
    /// # Errors
    /// Days of the settings that are none, or have no source.
    pub fn load(name: &str, settings: &Rti) -> Result<Self, RtiError> {
        let wrong = |file: String, what: String| RtiError::Data { file, what, hint: HINT };
        let text = CALENDARS.get_file(format!("{name}.toml"));
        let text = text.and_then(include_dir::File::contents_utf8);
        let text =
            text.ok_or_else(|| wrong(format!("calendar `{name}`"), "is missing".to_owned()))?;
        let file: File = toml::from_str(text)
            .map_err(|e| wrong(format!("calendar `{name}`"), e.message().to_owned()))?;
        let weekend = file.weekend.iter().filter_map(|w| w.0.parse().ok()).collect();
        let mut calendar = Self {
            weekend,
            hours_ahead: file.hours_ahead,
            years: file.years,
            holidays: BTreeMap::new(),
            worked: BTreeSet::new(),
        };
        file.days.into_iter().for_each(|day| calendar.add(day));
        let place = || "`[rti]` of shumar.toml".to_owned();
        let day = |text: &str| {
            text.parse::<Day>().map_err(|e| wrong(place(), format!("has a day that is none: {e}")))
        };
        let sourced = |source: &str| match source.trim() {
            "" => Err(wrong(place(), "has a day without a source".to_owned())),
            source => Ok(source.to_owned()),
        };
        for own in &settings.holidays {
            let (date, source) = (day(&own.date)?, sourced(&own.source)?);
            calendar.add(Holiday {
                date,
                source,
                name: own.name.clone(),
                estimated: own.estimated,
            });
        }
        for own in &settings.working_days {
            sourced(&own.source)?;
            calendar.worked.insert(day(&own.date)?);
        }
        Ok(calendar)
    }

    /// What is certain stands before what is estimated.
    fn add(&mut self, day: Holiday) {
        match self.holidays.get(&day.date) {
            Some(known) if !known.estimated => {}
            _ => {
                self.holidays.insert(day.date, day);
            }
        }
    }

    /// The day that it is in the offices of this calendar.
    #[must_use]
    pub fn today(&self, now: chrono::DateTime<Utc>) -> Day {
        let offset = FixedOffset::east_opt(self.hours_ahead * 3600);
        let date = offset.map_or_else(|| now.date_naive(), |o| now.with_timezone(&o).date_naive());
        Day::new(date)
    }

    /// Whether offices work on a day.
    #[must_use]
    pub fn works(&self, day: Day) -> bool {
        self.worked.contains(&day)
            || !(self.weekend.contains(&day.weekday()) || self.holidays.contains_key(&day))
    }

    /// The last day of a length of time that begins on the day after `from`.
    #[must_use]
    pub fn last(&self, from: Day, span: Span) -> Due {
        let mut day = from;
        match span.count {
            Count::Calendar => Due { day: day.plus(span.days), remarks: Vec::new() },
            Count::Working => {
                let mut left = span.days;
                while left > 0 {
                    day = day.plus(1);
                    left -= u32::from(self.works(day));
                }
                Due { day, remarks: self.remarks(from, day) }
            }
        }
    }

    /// How many working days there are from the day after `from` to `to`.
    #[must_use]
    pub fn working_days(&self, from: Day, to: Day) -> u32 {
        let mut day = from;
        let mut count = 0;
        while day < to {
            day = day.plus(1);
            count += u32::from(self.works(day));
        }
        count
    }

    /// What is not certain between two days.
    fn remarks(&self, from: Day, to: Day) -> Vec<String> {
        let unknown: Vec<String> = (from.year()..=to.year())
            .filter(|y| !self.years.contains(y))
            .map(|y| {
                format!(
                    "the holidays of {y} are not known: only weekends and the days in shumar.toml are left out"
                )
            })
            .collect();
        let near = from.plus(1)..=to.plus(1);
        let estimated: Vec<String> = self
            .holidays
            .range(near)
            .filter(|(day, h)| {
                h.estimated && !self.worked.contains(day) && !self.weekend.contains(&day.weekday())
            })
            .map(|(day, h)| format!("{} on {day} is an estimate ({})", h.name.en(), h.source))
            .collect();
        unknown.into_iter().chain(estimated).collect()
    }
}
