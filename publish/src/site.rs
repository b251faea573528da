//! The whole site from the release folders: which files there are, in which order.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use shumar_figures::indicator::{Flag, Reading};
use shumar_schemas::release::{
    DOCUMENT, ExactDocument, IndicatorDocument, PUBLIC_KEY, ReleaseDocument, SIGNATURE,
};

use crate::PublishError;
use crate::beside::AllBeside;
use crate::calendar::{Planned, coming};
use crate::data::{Data, Shelf, write_catalog, write_exact, write_indicator, write_statistic};
use crate::disclosures::Log;
use crate::earlier::{changes, is_year_before, year_before};
use crate::exact::with_lists;
use crate::figure::Figure;
use crate::gather::{Issue, List, Of, Topic};
use crate::manifest::Seal;
use crate::margins::{Margin, margins, with_files};
use crate::pages;
use crate::print;
use crate::read::{Estimate, Release, Statistic, listed, statistics};
use crate::standing::add_standings;
use crate::swap::Swap;
use crate::told::Told;
use shumar_words::{Language, Words};

/// Largest file of a release that is copied.
const COPY_BYTES_MAX: u64 = 1 << 30;

/// What was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Releases.
    pub releases: usize,
    /// Tables that readers see in all releases: one a statistic.
    pub tables: usize,
    /// HTML pages.
    pub pages: usize,
    /// Files, pages among them.
    pub files: usize,
    /// The page at the site's root.
    pub index: PathBuf,
}

/// Rebuilds the site from the releases and the planned calendar alone (and the public log of the
/// right-to-information desk beside the releases, if there is one), and puts it in the place of the
/// old one.
///
/// The same releases and plans give the same bytes. The list of all files with their hashes is signed
/// by `seal`, whose signature alone may differ. A file in `site` that is not of the site is not kept.
/// Folders in `releases` whose name begins with a full stop are not looked at.
/// `progress` is told how many tables are done, and how many there are.
///
/// # Errors
/// A release that is not signed by the key beside it, whose files were changed, or that
/// contradicts itself; and what the disk refuses. The old site then stays.
pub fn publish(
    releases: &Path,
    site: &Path,
    planned: &[Planned],
    seal: Seal,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Published, PublishError> {
    // Locked before anything is read: who builds later knows what has come since.
    let swap = Swap::begin(site)?;
    let log = Log::beside(releases)?;
    let releases = open_all(releases)?;
    let tables = releases.iter().map(|r| r.document.statistics.len()).sum();
    let mut build = Build { swap, pages: 0, done: 0, tables };
    progress(0, tables);
    let words: Vec<Words> = Language::all().iter().copied().map(Words::load).collect();
    let issues = build.data(&releases, &words, progress)?;
    build.pages(issues, &words, planned, log)?;
    let Build { mut swap, pages, .. } = build;
    swap.seal(seal)?;
    let files = swap.files();
    swap.commit()?;
    let index = site.join("index.html");
    Ok(Published { releases: releases.len(), tables, pages, files, index })
}

/// All releases, the newest period first.
pub(crate) fn open_all(folder: &Path) -> Result<Vec<Release>, PublishError> {
    let releases = folders(folder)?;
    let releases = releases.iter().map(|p| Release::open(p)).collect::<Result<Vec<_>, _>>()?;
    Ok(newest_first(releases))
}

/// The folders in a folder, but for hidden ones.
pub(crate) fn folders(folder: &Path) -> Result<Vec<PathBuf>, PublishError> {
    let hint = "give the folder that holds one folder a release";
    let unreadable = || PublishError::path("read", folder, hint);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable())? {
        let entry = entry.map_err(unreadable())?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !hidden && entry.file_type().map_err(unreadable())?.is_dir() {
            paths.push(entry.path());
        }
    }
    Ok(paths)
}

/// Releases in the order of their periods, the newest first.
pub(crate) fn newest_first(mut releases: Vec<Release>) -> Vec<Release> {
    let age = |r: &Release| {
        let d = &r.document;
        [&d.period_end, &d.period_start, &d.made_on, &d.id].map(Clone::clone)
    };
    releases.sort_by_cached_key(age);
    releases.reverse();
    releases
}

struct Build {
    swap: Swap,
    pages: usize,
    done: usize,
    tables: usize,
}

impl Build {
    /// Writes the data files of all releases, and gathers what their pages will show.
    fn data<'a>(
        &mut self,
        releases: &'a [Release],
        words: &'a [Words],
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Vec<Issue<'a>>, PublishError> {
        let mut issues: Vec<Issue> = Vec::new();
        let mut datasets = Vec::new();
        for release in releases {
            let document = &release.document;
            let beside = AllBeside::of(release, year_before(releases, document))?;
            let mut shelf = Shelf::new(document, words);
            let mut topics = Vec::new();
            for statistic in statistics(document) {
                topics.push(self.statistic((release, &mut shelf), statistic, &beside)?);
                self.done += 1;
                progress(self.done, self.tables);
            }
            for indicator in &document.indicators {
                topics.push(self.indicator((release, &mut shelf), indicator)?);
            }
            for exact in &document.exact {
                topics.push(self.exact((release, &mut shelf), exact)?);
            }
            datasets.push(shelf.finish(&mut self.swap)?);
            self.copy(release)?;
            let revises =
                |d: &&ReleaseDocument| d.revision.as_ref().is_some_and(|r| r.of == document.id);
            let revised_by = releases.iter().map(|r| &r.document).find(revises);
            if revised_by.is_none()
                && !issues.iter().any(|i| i.document.release == document.release)
            {
                add_standings(release, &mut topics);
            }
            let extra = print::Extra::of(release)?;
            issues.push(Issue { document, revised_by, topics, extra });
        }
        write_catalog(&mut self.swap, &datasets, words)?;
        add_changes(&mut issues);
        Ok(issues)
    }

    /// Writes all pages and what they share.
    fn pages(
        &mut self,
        issues: Vec<Issue>,
        words: &[Words],
        planned: &[Planned],
        log: Option<Log>,
    ) -> Result<(), PublishError> {
        let documents: Vec<&ReleaseDocument> = issues.iter().map(|i| i.document).collect();
        let coming = coming(planned, &documents);
        for (path, bytes) in print::all(&issues, words)? {
            self.swap.write(&path, |out| out.write_all(&bytes))?;
        }
        let site = pages::Site { issues, coming, files: self.swap.written().to_vec(), log };
        pages::all(&site, words, &mut |path, text| {
            self.pages += 1;
            self.swap.write(path, |out| out.write_all(text.as_bytes()))
        })?;
        for (name, bytes) in site.log.iter().flat_map(|log| &log.files) {
            let path = format!("{}/{name}", pages::DISCLOSURE_FILES);
            self.swap.write(&path, |out| out.write_all(bytes))?;
        }
        for (path, bytes) in pages::ASSETS {
            self.swap.write(path, |out| out.write_all(bytes))?;
        }
        for (path, text) in pages::language_styles() {
            self.swap.write(&path, |out| out.write_all(text.as_bytes()))?;
        }
        Ok(())
    }

    /// The data files of one statistic, and its figures.
    fn statistic<'a>(
        &mut self,
        (release, shelf): (&'a Release, &mut Shelf),
        statistic: Statistic<'a>,
        all_beside: &AllBeside,
    ) -> Result<Topic<'a>, PublishError> {
        let document = &release.document;
        let Statistic { document: published, table } = statistic;
        let shape = release.shape(table)?;
        let margins = margins(release, statistic, &shape, Some(all_beside))?;
        let data: Vec<Data> = margins.iter().map(|m| m.data(document, statistic)).collect();
        write_statistic(shelf, &mut self.swap, &data)?;
        let list = |m: &Margin<'_>, id: &'a str| {
            let figures = m.cells.iter().zip(&m.beside).map(|(c, b)| Figure::of(c, b));
            List {
                id,
                by: List::dimensions(&m.grid),
                rows: figures.map(|f| Told::count(&f)).collect(),
                raw: m.cells.iter().map(reading).collect(),
                half_width: Some(m.document.half_width),
                data: format!("data/{}/{}--{id}", document.id, published.id),
                changes: None,
                ranks: None,
            }
        };
        let lists = margins.iter().zip(&published.margins).map(|(m, p)| list(m, &p.id)).collect();
        Ok(Topic { of: Of::Statistic(statistic), lists })
    }

    /// The data files of one indicator, and its figures; none for one that is a statistic as it is.
    fn indicator<'a>(
        &mut self,
        (release, shelf): (&'a Release, &mut Shelf),
        indicator: &'a IndicatorDocument,
    ) -> Result<Topic<'a>, PublishError> {
        let document = &release.document;
        let lists = with_files(release, indicator, |files| {
            write_indicator(shelf, &mut self.swap, files)?;
            let lists = indicator.margins.iter().zip(files).map(|(file, data)| List {
                id: &file.id,
                by: List::dimensions(data.grid),
                rows: data
                    .rows
                    .iter()
                    .map(|r| Told::reading(indicator.measure, &r.reading))
                    .collect(),
                raw: data.rows.iter().map(|r| r.reading).collect(),
                half_width: None,
                data: format!("data/{}/{}--{}", document.id, indicator.id, file.id),
                changes: None,
                ranks: None,
            });
            Ok(lists.collect())
        })?;
        Ok(Topic { of: Of::Indicator(indicator), lists })
    }

    /// The data files of an exact table, and its sums.
    fn exact<'a>(
        &mut self,
        (release, shelf): (&'a Release, &mut Shelf),
        exact: &'a ExactDocument,
    ) -> Result<Topic<'a>, PublishError> {
        let lists = with_lists(release, exact, |all| {
            write_exact(shelf, &mut self.swap, all)?;
            let lists = exact.margins.iter().zip(all).map(|(margin, data)| List {
                id: &margin.id,
                by: List::dimensions(data.grid),
                rows: data.cells.iter().map(|sum| Told::exact(*sum)).collect(),
                raw: Vec::new(),
                half_width: None,
                data: format!("data/{}/{}--{}", release.document.id, exact.id, margin.id),
                changes: None,
                ranks: None,
            });
            Ok(lists.collect())
        })?;
        Ok(Topic { of: Of::Exact(exact), lists })
    }

    /// The signed files of a release, as they are.
    fn copy(&mut self, release: &Release) -> Result<(), PublishError> {
        let files: Vec<(&str, &str)> = listed(&release.document).collect();
        for (file, sha256) in &files {
            release.folder.same(file, sha256)?;
        }
        let seals = [DOCUMENT, SIGNATURE, PUBLIC_KEY];
        for file in seals.into_iter().chain(files.iter().map(|(file, _)| *file)) {
            let mut from = release.folder.open(file, COPY_BYTES_MAX)?;
            let path = format!("data/{}/release/{file}", release.document.id);
            self.swap.write(&path, |out| io::copy(&mut from, out).map(drop))?;
        }
        Ok(())
    }
}

/// An estimate as a reading, for comparing years.
fn reading(estimate: &Estimate) -> Reading {
    let (lower, upper) = (Some(estimate.lower), Some(estimate.upper));
    Reading { value: Some(estimate.value.max(0.0)), lower, upper, flag: Flag::None }
}

/// Sets every release beside the one of a year before.
fn add_changes(issues: &mut [Issue]) {
    let mut found = Vec::new();
    for (now, issue) in issues.iter().enumerate() {
        let valid = |i: &&Issue| is_year_before(i.document, issue.document);
        let Some(earlier) = issues.iter().find(valid) else { continue };
        for (t, topic) in issue.topics.iter().enumerate() {
            for (l, list) in topic.lists.iter().enumerate() {
                found.push(((now, t, l), changes(earlier, topic, list)));
            }
        }
    }
    for ((now, t, l), changes) in found {
        issues[now].topics[t].lists[l].changes = changes;
    }
}
