//! The data files of a release from the release alone, without its pages.

use shumar_words::Words;

use crate::PublishError;
use crate::beside::AllBeside;
use crate::data::{Data, Entry, Shelf, Sink, write_exact, write_indicator, write_statistic};
use crate::exact::with_lists;
use crate::margins::{margins, with_files};
use crate::read::{Release, statistics};

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
        with_files(release, indicator, |files| write_indicator(&mut shelf, sink, files))?;
    }
    for exact in &document.exact {
        with_lists(release, exact, |lists| write_exact(&mut shelf, sink, lists))?;
    }
    shelf.finish(sink)
}
