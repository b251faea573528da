//! What stands beside the estimates of a release: displayed whole numbers that add up, and modelled
//! counts. Both follow from the measurements alone.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use shumar_figures::{Estimates, Figures, displayed, modelled};
use shumar_privacy::estimator::At;
use shumar_schemas::release::{DOCUMENT, TableDocument};

use crate::PublishError;
use crate::read::{Grid, Release, Shape, statistics};
use crate::verify::indicators;

/// Columns of the data files, after those of the estimates.
pub(crate) const COLUMNS: [&str; 4] = ["displayed", "modelled", "modelled_lower", "modelled_upper"];

/// What stands beside one estimate.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Beside {
    /// A whole number of zero or more; all of a release add up. None where no such numbers were found.
    pub(crate) displayed: Option<u64>,
    /// A modelled count, drawn towards what coarser margins let one expect, to one decimal.
    pub(crate) modelled: f64,
    /// Its 95 % interval.
    pub(crate) interval: (f64, f64),
}

/// What stands beside the estimates of a release, by table and margin, in the order of the axes.
pub(crate) struct AllBeside<'a>(BTreeMap<(&'a str, At), Vec<Beside>>);

impl<'a> AllBeside<'a> {
    /// Works all of it out. The release of a year before helps to model this one.
    ///
    /// # Errors
    /// Measurements that can't be used.
    pub(crate) fn of(
        release: &'a Release,
        earlier: Option<&Release>,
    ) -> Result<Self, PublishError> {
        let all = |(table, wanted): (&'a TableDocument, Vec<At>)| {
            let figures = figures(release, table)?;
            let same = |earlier: &Release| {
                let then = earlier.document.tables.iter().find(|t| t.id == table.id)?;
                figures_of(earlier, then).filter(|f| f.domain() == figures.domain())
            };
            let previous =
                earlier.and_then(same).and_then(|figures| figures.with_likely_ratio().ok());
            let previous: Vec<&dyn Estimates> = previous.iter().map(|f| f as _).collect();
            let worked = catch_unwind(AssertUnwindSafe(|| work(&figures, &wanted, &previous)));
            let worked = worked.ok().flatten().ok_or_else(|| unusable(release, table))?;
            Ok(wanted.into_iter().zip(worked).map(move |(at, one)| ((table.id.as_str(), at), one)))
        };
        let tables = release.document.tables.iter();
        let wanted = tables.map(|t| Ok((t, wanted(release, t)?)));
        let wanted: Vec<_> = wanted.collect::<Result<_, PublishError>>()?;
        let wanted: Vec<_> = wanted.into_iter().filter(|(_, wanted)| !wanted.is_empty()).collect();
        // Tables are worked out side by side: modelling is the longest step of publishing.
        let found = std::thread::scope(|scope| {
            let start = |job: (&'a TableDocument, Vec<At>)| {
                let table = job.0;
                (table, scope.spawn(move || all(job)))
            };
            let running: Vec<_> = wanted.into_iter().map(start).collect();
            let joined = running.into_iter().map(|(table, thread)| {
                thread.join().unwrap_or_else(|_| Err(unusable(release, table)))
            });
            joined.collect::<Result<Vec<_>, _>>()
        })?;
        Ok(Self(found.into_iter().flatten().collect()))
    }

    /// The displayed numbers of one table alone, which take far less time than a model.
    ///
    /// # Errors
    /// Measurements that can't be used.
    pub(crate) fn displayed(
        release: &'a Release,
        table: &'a TableDocument,
    ) -> Result<Self, PublishError> {
        let (figures, wanted) = (figures(release, table)?, wanted(release, table)?);
        let worked = catch_unwind(AssertUnwindSafe(|| displayed(&figures, &wanted).ok()));
        let worked = worked.ok().flatten().ok_or_else(|| unusable(release, table))?;
        let cell = |displayed: u64| Beside { displayed: Some(displayed), ..Beside::default() };
        let of_margin = |(at, cells): (At, Option<Vec<u64>>)| {
            let cells = cells.map(|cells| cells.into_iter().map(cell).collect());
            Some(((table.id.as_str(), at), cells?))
        };
        Ok(Self(wanted.into_iter().zip(worked).filter_map(of_margin).collect()))
    }

    /// What stands beside the rows of a margin's file.
    pub(crate) fn rows(&self, table: &'a str, grid: &Grid) -> Vec<Beside> {
        let cells = self.0.get(&(table, grid.at.clone()));
        let row = |place| cells.and_then(|c| c.get(place).copied()).unwrap_or_default();
        grid.in_axis_order().into_iter().map(row).collect()
    }
}

/// The margins that are published of a table.
fn wanted(release: &Release, table: &TableDocument) -> Result<Vec<At>, PublishError> {
    let shape = release.shape(table)?;
    let published = statistics(&release.document).filter(|s| s.table.id == table.id);
    let mut wanted: Vec<At> = Vec::new();
    for margin in published.flat_map(|s| &s.document.margins) {
        let at = release.grid(table, &shape, &margin.by)?.at;
        if !wanted.contains(&at) {
            wanted.push(at);
        }
    }
    Ok(wanted)
}

pub(crate) fn figures(release: &Release, table: &TableDocument) -> Result<Figures, PublishError> {
    figures_of(release, table).ok_or_else(|| unusable(release, table))
}

/// The estimates of a table; none where its measurements can't be used.
pub(crate) fn figures_of(release: &Release, table: &TableDocument) -> Option<Figures> {
    let shape = Shape::of(table).ok()?;
    let calibrates = |t: &&TableDocument| t.calibrates.as_ref() == Some(&table.id);
    let calibrating = match release.document.tables.iter().find(calibrates) {
        Some(other) => Some((other, Shape::of(other).ok()?)),
        None => None,
    };
    indicators::estimates(&release.folder, (table, &shape), calibrating.as_ref())
}

fn unusable(release: &Release, table: &TableDocument) -> PublishError {
    let what = format!("has measurements of table `{}` that can't be used", table.id);
    release.folder.flaw(DOCUMENT, what)
}

/// Both for every margin, in the order of the axes.
fn work(figures: &Figures, wanted: &[At], previous: &[&dyn Estimates]) -> Option<Vec<Vec<Beside>>> {
    let displayed = displayed(figures, wanted).ok()?;
    let modelled = modelled(&figures.with_likely_ratio().ok()?, wanted, previous).ok()?;
    let one = |(displayed, modelled): (Option<Vec<u64>>, shumar_figures::Modelled)| {
        let cell = |i: usize| Beside {
            displayed: displayed.as_ref().map(|d| d[i]),
            // To one decimal: the last digits of a logarithm differ between machines.
            modelled: (modelled.cells[i] * 10.0).round() / 10.0,
            interval: (modelled.low[i].floor().max(0.0), modelled.high[i].ceil()),
        };
        (0..modelled.cells.len()).map(cell).collect()
    };
    Some(displayed.into_iter().zip(modelled).map(one).collect())
}
