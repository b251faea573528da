//! The figures of a year before, and how those of now differ from them.

use shumar_figures::compare::Change;
use shumar_figures::indicator::Worked;
use shumar_schemas::release::{IndicatorDocument, ReadingsDocument, ReleaseDocument};

use crate::PublishError;
use crate::read::{Grid, Release, flat, readings};

/// The changes of an indicator's figures since a year before, one a row.
pub(crate) struct Changes {
    /// The first and the last month of the period before.
    pub(crate) since: (String, String),
    /// The changes.
    pub(crate) rows: Vec<Change>,
}

/// The newest version of the same entry of the calendar for the same months of the year before;
/// `releases` begin with the newest.
pub(crate) fn year_before<'a>(
    releases: &'a [Release],
    now: &ReleaseDocument,
) -> Option<&'a Release> {
    let start = before(&now.period_start)?;
    let end = before(&now.period_end)?;
    releases.iter().find(|r| {
        let then = &r.document;
        then.release == now.release && then.period_start == start && then.period_end == end
    })
}

/// The same month a year before.
fn before(month: &str) -> Option<String> {
    let (year, month) = month.split_once('-')?;
    Some(format!("{}-{month}", year.parse::<i32>().ok()? - 1))
}

/// How the figures of a file differ from those of a year before; none where these are not there, or
/// were worked out otherwise.
///
/// # Errors
/// A file of the earlier release that can't be read.
pub(crate) fn changes(
    earlier: &Release,
    indicator: &IndicatorDocument,
    file: &ReadingsDocument,
    grid: &Grid,
    now: &[Worked],
) -> Result<Option<Changes>, PublishError> {
    let then = &earlier.document;
    let same = |other: &&IndicatorDocument| {
        let plain = |i: &IndicatorDocument| IndicatorDocument {
            title: indicator.title.clone(),
            note: indicator.note.clone(),
            unit: indicator.unit.clone(),
            margins: Vec::new(),
            ..i.clone()
        };
        plain(other) == plain(indicator)
    };
    let Some(found) = then.indicators.iter().find(same) else { return Ok(None) };
    let of_file = |other: &&ReadingsDocument| (&other.id, &other.by) == (&file.id, &file.by);
    let Some(old) = found.margins.iter().find(of_file) else { return Ok(None) };
    let Some(table) = flat(found, old, &then.tables) else { return Ok(None) };
    let shape = earlier.shape(&table)?;
    let old_grid = earlier.grid(&table, &shape, &old.by)?;
    let codes = |grid: &Grid| -> Vec<Vec<String>> {
        let of =
            |c: &&crate::read::Column| c.document.codes.iter().map(|c| c.code.clone()).collect();
        grid.columns.iter().map(of).collect()
    };
    if codes(&old_grid) != codes(grid) {
        return Ok(None);
    }
    let before = readings(&earlier.folder, &old.file, &old_grid)?;
    let change = |(before, now): (&Worked, &Worked)| Change::between(&before.reading, &now.reading);
    let rows = before.iter().zip(now).map(change).collect();
    let since = (then.period_start.clone(), then.period_end.clone());
    Ok(Some(Changes { since, rows }))
}
