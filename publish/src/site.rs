//! The whole site from the release folders: which files there are, in which order.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use shumar_schemas::release::{
    DOCUMENT, IndicatorDocument, PUBLIC_KEY, ReleaseDocument, SIGNATURE,
};

use crate::PublishError;
use crate::beside::AllBeside;
use crate::data::{
    Data, IndicatorData, Writer, write_csv, write_indicator_csv, write_indicator_json, write_json,
};
use crate::disclosures::Log;
use crate::earlier::{changes, year_before};
use crate::figure::Figure;
use crate::pages::{self, About, Card, Headline, IndicatorSection, Section, View};
use crate::read::{
    Estimate, Grid, Release, Statistic, estimates, flat, listed, readings, statistics,
};
use crate::swap::Swap;
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

/// Rebuilds the site from the releases alone (and the public log of the right-to-information desk
/// beside them, if there is one), and puts it in the place of the old one.
///
/// The same releases give the same bytes. A file in `site` that is not of the site is not kept.
/// Folders in `releases` whose name begins with a full stop are not looked at.
/// `progress` is told how many tables are done, and how many there are.
///
/// # Errors
/// A release that is not signed by the key beside it, whose files were changed, or that
/// contradicts itself; and what the disk refuses. The old site then stays.
pub fn publish(
    releases: &Path,
    site: &Path,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Published, PublishError> {
    let log = Log::beside(releases)?;
    let releases = open_all(releases)?;
    let words: Vec<Words> = Language::all().iter().copied().map(Words::load).collect();
    let tables = releases.iter().map(|r| r.document.statistics.len()).sum();
    let mut build = Build { swap: Swap::begin(site)?, words: &words, pages: 0, done: 0, tables };
    progress(0, tables);
    build.site(&releases, progress)?;
    if let Some(log) = &log {
        build.disclosures(releases.first().map(|r| &r.document), log)?;
    }
    let Build { swap, pages, .. } = build;
    let files = swap.files();
    swap.commit()?;
    let index = site.join("index.html");
    Ok(Published { releases: releases.len(), tables, pages, files, index })
}

/// All releases, the newest period first.
pub(crate) fn open_all(folder: &Path) -> Result<Vec<Release>, PublishError> {
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
    let mut releases =
        paths.iter().map(|p| Release::open(p)).collect::<Result<Vec<_>, PublishError>>()?;
    let age = |r: &Release| {
        let d = &r.document;
        [&d.period_end, &d.period_start, &d.made_on, &d.id].map(Clone::clone)
    };
    releases.sort_by_cached_key(age);
    releases.reverse();
    Ok(releases)
}

struct Build<'a> {
    swap: Swap,
    words: &'a [Words],
    pages: usize,
    done: usize,
    tables: usize,
}

impl Build<'_> {
    fn site(
        &mut self,
        releases: &[Release],
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<(), PublishError> {
        let words = self.words;
        let newest = releases.first().map(|r| &r.document);
        let views: Vec<View> = words.iter().map(|w| view(w, newest)).collect();
        let mut entries: Vec<pages::Entry> = Vec::new();
        for release in releases {
            let document = &release.document;
            let mut newer = releases.iter().map(|r| &r.document);
            let revises =
                |d: &&ReleaseDocument| d.revision.as_ref().is_some_and(|r| r.of == document.id);
            let about = Some(About { release: document, revised_by: newer.find(revises) });
            let views: Vec<View> = views.iter().map(|v| View { about, ..v.clone() }).collect();
            let mut headlines = Vec::new();
            let earlier = year_before(releases, document);
            let beside = AllBeside::of(release, earlier)?;
            for statistic in statistics(document) {
                headlines.push(self.statistic(&views, release, statistic, &beside)?);
                self.done += 1;
                progress(self.done, self.tables);
            }
            let mut cards = Vec::new();
            for indicator in &document.indicators {
                cards.push(self.indicator(&views, (release, earlier), indicator)?);
            }
            self.copy(release)?;
            for view in &views {
                let page = pages::release(view, document, &headlines, &cards);
                self.page(view, &pages::release_path(document), &page)?;
            }
            entries.push((document, headlines));
        }
        for view in &views {
            self.page(view, "index.html", &pages::index(view, &entries))?;
            self.page(view, "method.html", &pages::method(view))?;
        }
        let door = pages::door(words, newest.map(|d| &d.commission));
        self.swap.write("index.html", |out| out.write_all(door.as_bytes()))?;
        self.pages += 1;
        self.swap.write("style.css", |out| out.write_all(pages::STYLE.as_bytes()))
    }

    /// The data files and the pages of one statistic.
    fn statistic(
        &mut self,
        views: &[View],
        release: &Release,
        statistic: Statistic,
        all_beside: &AllBeside,
    ) -> Result<Headline, PublishError> {
        let document = &release.document;
        let Statistic { document: published, table } = statistic;
        let shape = release.shape(table)?;
        let mut shown: BTreeMap<&str, (Grid, Vec<Figure>)> = BTreeMap::new();
        for margin in &published.margins {
            let grid = release.grid(table, &shape, &margin.by)?;
            release.folder.same(&margin.file, &margin.sha256)?;
            let cells: Vec<Estimate> = estimates(&release.folder, &margin.file, &grid)?;
            let beside = &all_beside.rows(&table.id, &grid);
            let data =
                Data { release: document, statistic, margin, grid: &grid, cells: &cells, beside };
            for (kind, write) in [("csv", write_csv as Writer), ("json", write_json)] {
                let path = format!("data/{}/{}.{kind}", document.id, data.name());
                self.swap.write(&path, |out| write(out, &data))?;
            }
            let figures = cells.iter().zip(beside).map(|(c, b)| Figure::of(c, b)).collect();
            shown.insert(&margin.id, (grid, figures));
        }
        let sections: Vec<Section> = published
            .margins
            .iter()
            .filter_map(|margin| {
                let (grid, figures) = shown.get(margin.id.as_str())?;
                let data = format!("data/{}/{}--{}", document.id, published.id, margin.id);
                Some(Section { margin, grid, figures, data })
            })
            .collect();
        for view in views {
            let page = pages::statistic(view, document, statistic, &sections);
            self.page(view, &pages::statistic_path(document, statistic), &page)?;
        }
        let total = sections.iter().find(|s| s.margin.by.is_empty());
        Ok(Headline { total: total.and_then(|s| s.figures.first().cloned()) })
    }

    /// The data files and the pages of one indicator; none for one that is a statistic as it is.
    fn indicator<'a>(
        &mut self,
        views: &[View],
        (release, earlier): (&Release, Option<&Release>),
        indicator: &'a IndicatorDocument,
    ) -> Result<Card<'a>, PublishError> {
        let document = &release.document;
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
        let (mut sections, mut whole) = (Vec::new(), None);
        for ((file, grid), rows) in indicator.margins.iter().zip(&grids).zip(&all) {
            let data = IndicatorData { release: document, indicator, file, grid, rows };
            let path = data.path();
            self.swap.write(&format!("{path}.csv"), |out| write_indicator_csv(out, &data))?;
            self.swap.write(&format!("{path}.json"), |out| write_indicator_json(out, &data))?;
            if let ([], [row]) = (&file.by[..], &rows[..]) {
                whole = Some(row.reading);
            }
            let changes = match earlier {
                Some(earlier) => changes(earlier, indicator, file, grid, rows)?,
                None => None,
            };
            sections.push(IndicatorSection { file, grid, rows, changes, data: path });
        }
        for view in views.iter().filter(|_| !sections.is_empty()) {
            let page = pages::indicator(view, document, indicator, &sections);
            self.page(view, &pages::indicator_path(document, indicator), &page)?;
        }
        Ok(Card { indicator, whole })
    }

    /// The log of answered requests, and its files.
    fn disclosures(
        &mut self,
        newest: Option<&ReleaseDocument>,
        log: &Log,
    ) -> Result<(), PublishError> {
        for words in self.words {
            let view = View { path: pages::DISCLOSURES.to_owned(), ..view(words, newest) };
            self.page(&view, pages::DISCLOSURES, &pages::disclosures(&view, &log.document))?;
        }
        for (name, bytes) in &log.files {
            let path = format!("{}/{name}", pages::DISCLOSURE_FILES);
            self.swap.write(&path, |out| out.write_all(bytes))?;
        }
        Ok(())
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

    fn page(&mut self, view: &View, path: &str, page: &str) -> Result<(), PublishError> {
        let path = format!("{}/{path}", view.words.language.tag());
        self.pages += 1;
        self.swap.write(&path, |out| out.write_all(page.as_bytes()))
    }
}

/// The view of a language's first page.
fn view<'a>(words: &'a Words, newest: Option<&'a ReleaseDocument>) -> View<'a> {
    let commission = newest.map(|d| &d.commission);
    let software = newest.map(|d| d.software.as_str());
    View { words, commission, software, path: "index.html".to_owned(), about: None }
}
