//! A made-up province whose offices send files: nothing in it is real.
//!
//! The demonstration (`shumar demo`) and the benchmarks are fed from here, through the ordinary
//! code that also takes in real files. The files are messy in the ways of real ones: their
//! mapping in [`HOME`] reads most of it, and the rest must be rejected row by row.
//!
//! A world is drawn in three steps. Persons walk through offices and leave bare events
//! (`journey`). Each event gets the details of a record when its file is written (`detail`).
//! The record is then put into the words of the office by reading its mapping backwards
//! (`columns`), and some rows are repeated or spoilt (`compose`, `mess`).
//!
//! This crate knows nothing of noise, lakes or releases, and asks neither the clock nor the
//! system for randomness: a seed decides everything.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use shumar_schemas::{Catalog, Config};

use crate::compose::{Plan, Scene, compose};
use crate::place::Province;

mod activity;
mod calendar;
mod columns;
mod compose;
mod detail;
mod draw;
mod error;
mod feed;
mod journey;
mod mess;
mod offence;
mod office;
mod place;
mod record;
mod sheet;
mod woman;
mod write;

#[cfg(test)]
mod tests;

pub use activity::write_activity;
pub use error::SyntheticError;
pub use feed::police_feed;

/// The `shumar.toml` of the demonstration's commission: every provider and how its columns are
/// read.
pub const HOME: &str = include_str!("../home/shumar.toml");

/// The `[[providers]]` block that maps the file of [`police_feed`]; append it to a `shumar.toml`.
pub const FEED_PROVIDER: &str = include_str!("../home/police-feed.toml");

/// Records of two years that the published magnitudes of the province give.
const RECORDS: u64 = 17_000;
/// The most records of one world; its events are held in memory, about 24 bytes each.
const RECORDS_MAX: usize = 20_000_000;
/// The most events of one file: a spreadsheet has 1,048,576 rows.
const FILE_EVENTS_MAX: usize = 250_000;

/// A world to be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct World {
    /// How many records it has, good and spoilt together, over 2024 and 2025.
    pub records: u64,
    /// What decides every draw: the same seed gives the same files.
    pub seed: u64,
}

impl Default for World {
    fn default() -> Self {
        Self { records: RECORDS, seed: 2025 }
    }
}

/// Why a planted row must be rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// A word that is no code of its list.
    CodeUnknown,
    /// A day that no calendar has.
    DateImpossible,
    /// A district of another province.
    AreaOutside,
    /// Nothing in a required field.
    RequiredBlank,
    /// Words where a number should be.
    NumberUnreadable,
    /// Two rows of one record that contradict each other; both count.
    KeyConflict,
}

/// A file that was written. Its rows are accounted for:
/// rows = records + copies + bad rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The provider that it is from.
    pub provider: String,
    /// Where it is.
    pub path: PathBuf,
    /// Rows below the header.
    pub rows: u64,
    /// Good records: what should land in the lake.
    pub records: u64,
    /// Rows that repeat a good record and should be folded into it.
    pub copies: u64,
    /// Rows that should be rejected, by fault.
    pub faults: BTreeMap<Fault, u64>,
}

impl Written {
    /// Rows that should be rejected.
    #[must_use]
    pub fn bad_rows(&self) -> u64 {
        self.faults.values().sum()
    }
}

/// Draws a world and writes its files to `dir/PROVIDER/FILE`. Files that are there already are
/// overwritten. `progress` hears how many files of how many are written.
///
/// # Errors
/// A world that is too large, and what the file system refuses.
pub fn write_inbox(
    dir: &Path,
    world: &World,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Vec<Written>, SyntheticError> {
    let catalog = Catalog::new(&[])?;
    let config = Config::parse(HOME, &catalog)?;
    let province = Province::new(&catalog)?;
    let scene = Scene { seed: world.seed, catalog: &catalog, config: &config, province: &province };
    let records = usize::try_from(world.records).ok().filter(|n| *n <= RECORDS_MAX);
    let Some(records) = records else {
        return Err(SyntheticError::TooMany { records: world.records, most: RECORDS_MAX });
    };
    let mut events = journey::events(records, world.seed, &province);
    let plans = compose::plan(&mut events, FILE_EVENTS_MAX);
    let mut written = Vec::with_capacity(plans.len());
    for plan in &plans {
        progress(written.len(), plans.len());
        written.push(write_file(dir, &scene, plan)?);
    }
    progress(written.len(), plans.len());
    Ok(written)
}

fn write_file(dir: &Path, scene: &Scene<'_>, plan: &Plan<'_>) -> Result<Written, SyntheticError> {
    let office = plan.office();
    let sheet = compose(scene, plan)?;
    let folder = dir.join(office.id);
    fs::create_dir_all(&folder)
        .map_err(|source| SyntheticError::Write { path: folder.clone(), source })?;
    let part = if plan.part == 0 { String::new() } else { format!("-part{}", plan.part + 1) };
    let extension = write::extension(office.format);
    let path = folder.join(format!("{}-{}{part}.{extension}", office.stem, plan.label()));
    let name = scene.config.provider(office.id)?.sheet.as_deref();
    write::write(&path, office.format, name, &sheet)?;
    Ok(Written {
        provider: office.id.to_owned(),
        path,
        rows: sheet.rows.len() as u64,
        records: sheet.tally.records,
        copies: sheet.tally.copies,
        faults: sheet.tally.faults,
    })
}
