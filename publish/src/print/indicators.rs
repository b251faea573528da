//! The indicators of a release in print: their figures for everything, and those by group.

use serde_json::{Value, json};
use shumar_figures::compare::Change;
use shumar_figures::indicator::{Flag, Reading, Worked};
use shumar_schemas::release::{
    DOCUMENT, DimensionDocument, IndicatorDocument, ReadingsDocument, STEP,
};
use shumar_words::Words;

use crate::PublishError;
use crate::certificate::cell;
use crate::earlier::changes;
use crate::pages::{changed, told};
use crate::print::Source;
use crate::print::bulletin::Figures;
use crate::read::{flat, readings};

/// An indicator with what is printed of it.
pub(crate) struct Indicator<'a> {
    /// The indicator.
    pub(crate) document: &'a IndicatorDocument,
    /// Its one figure for everything, if it has one.
    pub(crate) whole: Option<Reading>,
    /// How that differs from a year before, where it can be told.
    pub(crate) change: Option<Change>,
    /// Its figures by one dimension that is neither place nor time.
    groups: Option<(DimensionDocument, Vec<Reading>)>,
}

impl<'a> Indicator<'a> {
    /// Reads an indicator's files.
    ///
    /// # Errors
    /// A file that can't be read.
    pub(crate) fn read(
        source: Source<'a>,
        document: &'a IndicatorDocument,
    ) -> Result<Self, PublishError> {
        let mut found = Self { document, whole: None, change: None, groups: None };
        for file in &document.margins {
            match &file.by[..] {
                [] => found.total(source, file)?,
                [by] if found.groups.is_none() => found.by(source, file, by)?,
                _ => {}
            }
        }
        Ok(found)
    }

    fn total(
        &mut self,
        source: Source<'a>,
        file: &'a ReadingsDocument,
    ) -> Result<(), PublishError> {
        let (rows, _) = self.rows(source, file)?;
        self.whole = rows.first().map(|row| row.reading);
        Ok(())
    }

    fn by(
        &mut self,
        source: Source<'a>,
        file: &'a ReadingsDocument,
        by: &str,
    ) -> Result<(), PublishError> {
        let (rows, dimension) = self.rows(source, file)?;
        let Some(dimension) = dimension.filter(|d| d.id == by || by == STEP) else {
            return Ok(());
        };
        if !dimension.area && !dimension.quarters {
            self.groups = Some((dimension, rows.iter().map(|row| row.reading).collect()));
        }
        Ok(())
    }

    /// The rows of a file, and its first dimension.
    fn rows(
        &mut self,
        source: Source<'a>,
        file: &'a ReadingsDocument,
    ) -> Result<(Vec<Worked>, Option<DimensionDocument>), PublishError> {
        let Source { release, earlier, .. } = source;
        let unfit = || release.folder.flaw(DOCUMENT, "has an indicator that does not fit it");
        let table = flat(self.document, file, &release.document.tables).ok_or_else(unfit)?;
        let shape = release.shape(&table)?;
        let grid = release.grid(&table, &shape, &file.by)?;
        release.folder.same(&file.file, &file.sha256)?;
        let rows = readings(&release.folder, &file.file, &grid)?;
        if let (true, Some(earlier)) = (file.by.is_empty(), earlier) {
            let found = changes(earlier, self.document, file, &grid, &rows)?;
            self.change = found.and_then(|found| found.rows.into_iter().next());
        }
        let dimension = grid.columns.first().map(|column| column.document.clone());
        Ok((rows, dimension))
    }

    /// Its figure for everything inside a sentence.
    pub(crate) fn inline(&self, words: &Words) -> String {
        match self.whole.map(|whole| told(words, self.document.measure, &whole)) {
            Some((Some(figure), range)) => format!("{figure} ({range})"),
            Some((None, range)) => range,
            None => String::new(),
        }
    }

    fn shown(&self, words: &Words, reading: &Reading) -> Value {
        let (figure, range) = told(words, self.document.measure, reading);
        json!({ "n": figure, "r": range })
    }
}

/// The chapter of indicators; none for a release without.
pub(crate) fn data(words: &Words, figures: &Figures) -> Option<Value> {
    let all = &figures.indicators;
    if all.is_empty() {
        return None;
    }
    let mut lists: Vec<Value> = whole(words, figures).into_iter().collect();
    lists.extend(all.iter().filter_map(|one| groups(words, one)));
    let more = all.iter().filter(|i| i.document.margins.iter().any(|m| !m.by.is_empty())).count();
    let flagged = |flag: Flag| all.iter().any(|i| i.whole.is_some_and(|r| r.flag == flag));
    let mut notes = Vec::new();
    if flagged(Flag::SmallDenominator) {
        notes.push(words.say("few-note"));
    }
    if flagged(Flag::OpenEnded) {
        notes.push(words.say("open-note"));
    }
    if more > 0 {
        notes.push(words.say_with("bulletin-indicators-more", [("count", more.into())]));
    }
    Some(json!({
        "title": words.say("indicators-title"),
        "lead": words.say("indicators-lead"),
        "lists": lists,
        "notes": notes,
    }))
}

/// The list of all indicators that have one figure for everything.
fn whole(words: &Words, figures: &Figures) -> Option<Value> {
    let all: Vec<&Indicator> = figures.indicators.iter().filter(|i| i.whole.is_some()).collect();
    let compared = all.iter().any(|i| i.change.is_some());
    let mut head = ["bulletin-what", "head-figure", "fact-unit"].map(|key| words.say(key)).to_vec();
    if let (true, Some((start, end))) = (compared, &figures.since) {
        head.push(words.say_with("head-change", [("months", words.months(start, end).into())]));
    }
    let row = |i: &&Indicator| -> Option<Value> {
        let mut row = vec![
            cell(words, &i.document.title).into(),
            i.shown(words, &i.whole?),
            cell(words, &i.document.unit).into(),
        ];
        if compared {
            let change = i.change.as_ref().map(|c| changed(words, i.document.measure, c));
            row.push(change.unwrap_or_default().into());
        }
        Some(row.into())
    };
    let rows: Vec<Value> = all.iter().filter_map(row).collect();
    let note = compared.then(|| words.say("change-note"));
    (!rows.is_empty()).then(|| {
        json!({
            "kind": "plain",
            "caption": words.say("indicators-title"),
            "head": head,
            "rows": rows,
            "notes": note.into_iter().collect::<Vec<_>>(),
        })
    })
}

/// An indicator by its groups.
fn groups(words: &Words, indicator: &Indicator) -> Option<Value> {
    let (dimension, rows) = indicator.groups.as_ref()?;
    let values = [
        ("title", words.label(&indicator.document.title).into()),
        ("unit", words.label(&indicator.document.unit).into()),
    ];
    let row = |(code, reading): (&shumar_schemas::release::CodeDocument, &Reading)| {
        json!([cell(words, &code.label), indicator.shown(words, reading)])
    };
    Some(json!({
        "kind": "plain",
        "caption": words.say_with("caption-indicator", values),
        "head": [words.label(&dimension.title), words.say("head-figure")],
        "rows": dimension.codes.iter().zip(rows).map(row).collect::<Vec<_>>(),
        "notes": [],
    }))
}
