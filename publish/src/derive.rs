//! The data files of a release from the release alone, without its pages.

use shumar_schemas::release::DOCUMENT;
use shumar_words::Words;

use crate::PublishError;
use crate::beside::AllBeside;
use crate::data::{Data, Entry, IndicatorData, Shelf, Sink, write_indicator, write_statistic};
use crate::margins::margins;
use crate::read::{Release, flat, readings, statistics};

/// Writes all data files of a release to a sink, as publishing does.
///
/// # Errors
/// A release whose files were changed or do not fit it, and what the sink refuses.
pub(crate) fn data_files<'a>(
    sink: &mut dyn Sink,
    release: &'a Release,
    earlier: Option<&Release>,
    words: &'a [Words],
) -> Result<Entry<'a>, PublishError> {
    let document = &release.document;
    let mut shelf = Shelf::new(document, words);
    let beside = AllBeside::of(release, earlier)?;
    for statistic in statistics(document) {
        let shape = release.shape(statistic.table)?;
        let margins = margins(release, statistic, &shape, Some(&beside))?;
        let data: Vec<Data> = margins.iter().map(|m| m.data(document, statistic)).collect();
        write_statistic(&mut shelf, sink, &data)?;
    }
    for indicator in &document.indicators {
        let unfit = || release.folder.flaw(DOCUMENT, "has an indicator that does not fit it");
        let tables = indicator.margins.iter().map(|file| flat(indicator, file, &document.tables));
        let tables = tables.collect::<Option<Vec<_>>>().ok_or_else(unfit)?;
        let shapes = tables.iter().map(|t| release.shape(t)).collect::<Result<Vec<_>, _>>()?;
        let (mut grids, mut all) = (Vec::new(), Vec::new());
        for ((file, table), shape) in indicator.margins.iter().zip(&tables).zip(&shapes) {
            let grid = release.grid(table, shape, &file.by)?;
            release.folder.same(&file.file, &file.sha256)?;
            all.push(readings(&release.folder, &file.file, &grid)?);
            grids.push(grid);
        }
        let files: Vec<IndicatorData> = indicator
            .margins
            .iter()
            .zip(&grids)
            .zip(&all)
            .map(|((file, grid), rows)| IndicatorData {
                release: document,
                indicator,
                file,
                grid,
                rows,
            })
            .collect();
        write_indicator(&mut shelf, sink, &files)?;
    }
    shelf.finish(sink)
}
