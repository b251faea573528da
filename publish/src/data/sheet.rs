//! A published list as all its data files hold it: named columns of one type each, one row a cell.

use std::borrow::Cow;

use shumar_figures::indicator::{Flag, Reading, Worked};
use shumar_schemas::release::{CodeDocument, DimensionDocument, ReleaseDocument};
use shumar_schemas::{Label, Measure};
use shumar_words::Language;

use super::exact::MARK;
use super::{Data, IndicatorData, plain};
use crate::exact::ExactData;
use crate::figure::{FAIR_MAX, GOOD_MAX, Reliability};
use crate::read::Grid;
use crate::told::places;

/// What a list is of: a statistic or an indicator.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// Its name.
    pub(crate) id: &'a str,
    /// Its number in the commission's list.
    pub(crate) number: Option<&'a str>,
    /// Its title.
    pub(crate) title: &'a Label,
    /// Its note.
    pub(crate) note: &'a Label,
    /// What its figures are.
    pub(crate) unit: &'a Label,
    /// What a rate is of; nothing for a count.
    pub(crate) base: Option<&'a Label>,
    /// The kind of record that is counted.
    pub(crate) kind: &'a str,
}

/// One list: a margin of a statistic or a file of an indicator.
pub(crate) struct Sheet<'a> {
    /// The release.
    pub(crate) release: &'a ReleaseDocument,
    /// What it is of.
    pub(crate) subject: Subject<'a>,
    /// The margin's name.
    pub(crate) margin: &'a str,
    /// The dimensions by which it is broken down; their columns come first.
    pub(crate) by: Vec<&'a DimensionDocument>,
    /// All columns in order.
    pub(crate) fields: Vec<Field<'a>>,
    /// How many rows there are.
    pub(crate) rows: usize,
}

/// What a column is about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum About<'a> {
    /// A dimension's codes.
    Codes(&'a DimensionDocument),
    /// A dimension's labels in one language.
    Labels(&'a DimensionDocument, Language),
    /// A column that every list has, by its place among those that are known.
    Known(&'static Known),
}

/// One column.
pub(crate) struct Field<'a> {
    /// Its name in the files.
    pub(crate) name: Cow<'a, str>,
    /// What it is about.
    pub(crate) about: About<'a>,
    /// Its values.
    pub(crate) values: Values<'a>,
}

/// The values of a column, one a row; blank where there is none.
pub(crate) enum Values<'a> {
    /// The same text in every row.
    Same(&'a str),
    /// Texts.
    Texts(Vec<&'a str>),
    /// Decimal numbers.
    Decimals(Vec<Option<f64>>),
    /// Whole numbers.
    Wholes(Vec<Option<u64>>),
}

/// A column that is not of a dimension.
#[derive(Debug)]
pub(crate) struct Known {
    /// Its name.
    pub(crate) name: &'static str,
    /// The message that is its title.
    pub(crate) title: &'static str,
    /// The message that says what it means.
    pub(crate) means: &'static str,
}

const fn known(name: &'static str, title: &'static str, means: &'static str) -> Known {
    Known { name, title, means }
}

/// All columns that are not of a dimension. Their names are kept: no dimension may have them.
pub(crate) static KNOWN: [Known; 23] = [
    known("estimate", "field-estimate", "field-estimate-means"),
    known("standard_error", "field-error", "field-error-means"),
    known("value", "field-value", "field-value-means"),
    known("lower", "field-lower", "field-lower-means"),
    known("upper", "field-upper", "field-upper-means"),
    known("numerator", "field-numerator", "field-numerator-means"),
    known("denominator", "field-denominator", "field-denominator-means"),
    known("displayed", "field-displayed", "field-displayed-means"),
    known("modelled", "field-modelled", "field-modelled-means"),
    known("modelled_lower", "field-modelled-lower", "field-modelled-lower-means"),
    known("modelled_upper", "field-modelled-upper", "field-modelled-upper-means"),
    known("flag", "field-flag", "field-flag-means"),
    known("reliability", "field-reliability", "field-reliability-means"),
    known("exact", "field-exact", "field-exact-means"),
    known("unit", "field-unit", "field-unit-means"),
    known("base", "field-base", "field-base-means"),
    known("period_start", "field-start", "field-start-means"),
    known("period_end", "field-end", "field-end-means"),
    known("source_kind", "field-kind", "field-kind-means"),
    known("release", "field-release", "field-release-means"),
    known("obs_status", "field-status", "field-status-means"),
    known("conf_status", "field-conf", "field-conf-means"),
    known("margin", "field-margin", "field-margin-means"),
];

/// Half of a 95 % interval of a normal law, in standard errors.
const HALF_WIDTHS: f64 = 1.96;

/// SDMX: a normal value, which only exact sums are.
pub(crate) const NORMAL: &str = "A";
/// SDMX: an estimated value, which every figure with added noise is.
pub(crate) const ESTIMATED: &str = "E";
/// SDMX: low reliability.
pub(crate) const UNRELIABLE: &str = "U";
/// SDMX: missing, data exist but were not collected.
pub(crate) const NOT_REPORTED: &str = "L";
/// SDMX: missing, suppressed.
pub(crate) const SUPPRESSED: &str = "Q";
/// SDMX: missing, data can't exist.
pub(crate) const IMPOSSIBLE: &str = "M";
/// SDMX: free for publication.
pub(crate) const FREE: &str = "F";

impl<'a> Sheet<'a> {
    /// The sheet of a statistic's margin.
    pub(crate) fn of_margin(data: &Data<'a>) -> Self {
        let statistic = data.statistic.document;
        let table = data.statistic.table;
        let subject = Subject {
            id: &statistic.id,
            number: None,
            title: &statistic.title,
            note: &statistic.note,
            unit: &table.unit,
            base: None,
            kind: &table.kind,
        };
        let missing = Missing::of(data.release, &table.kind);
        let unreported = |row| missing.has(data.grid, row);
        let decimals = |of: fn(&crate::read::Estimate) -> f64| {
            Values::Decimals(data.cells.iter().map(|c| Some(of(c))).collect())
        };
        let beside = |of: fn(&crate::beside::Beside) -> f64| {
            Values::Decimals(data.beside.iter().map(|b| Some(of(b))).collect())
        };
        let displayed =
            |(row, b): (usize, &crate::beside::Beside)| b.displayed.filter(|_| !unreported(row));
        let reliability = |c: &crate::read::Estimate| Reliability::of(c).name();
        let status = |(row, c): (usize, &crate::read::Estimate)| match Reliability::of(c) {
            _ if unreported(row) => NOT_REPORTED,
            Reliability::Weak => UNRELIABLE,
            _ => ESTIMATED,
        };
        let mut sheet = Self::begin(data.release, subject, &data.margin.id, data.grid);
        sheet.push("estimate", decimals(|c| c.value));
        sheet.push("standard_error", decimals(|c| c.error));
        sheet.push("lower", decimals(|c| c.lower));
        sheet.push("upper", decimals(|c| c.upper));
        let whole = data.beside.iter().enumerate().map(displayed).collect();
        sheet.push("displayed", Values::Wholes(whole));
        sheet.push("modelled", beside(|b| b.modelled));
        sheet.push("modelled_lower", beside(|b| b.interval.0));
        sheet.push("modelled_upper", beside(|b| b.interval.1));
        sheet.push("reliability", Values::Texts(data.cells.iter().map(reliability).collect()));
        sheet.end(data.cells.iter().enumerate().map(status).collect())
    }

    /// The sheet of an indicator's file.
    pub(crate) fn of_indicator(data: &IndicatorData<'a>) -> Self {
        let indicator = data.indicator;
        let mut tables = data.release.tables.iter();
        let first = indicator.terms.first().and_then(|t| tables.find(|o| o.id == t.table));
        let subject = Subject {
            id: &indicator.id,
            number: indicator.number.as_deref(),
            title: &indicator.title,
            note: &indicator.note,
            unit: &indicator.unit,
            base: indicator.base.as_ref().map(|b| &b.title),
            kind: first.map_or("", |t| &t.kind),
        };
        let missing = Missing::of(data.release, subject.kind);
        let measure = indicator.measure;
        let weak = |w: &Worked| reliability(measure, &w.reading) == Some(Reliability::Weak);
        let decimals =
            |of: fn(&Worked) -> Option<f64>| Values::Decimals(data.rows.iter().map(of).collect());
        let parts = 10_f64.powi(places(measure));
        let shown = |(row, w): (usize, &Worked)| {
            let value = w.reading.value.filter(|_| !weak(w) && !missing.has(data.grid, row));
            value.map(|v| (v * parts).round() / parts)
        };
        let told = |w: &Worked| reliability(measure, &w.reading).map_or("", Reliability::name);
        let status = |(row, w): (usize, &Worked)| match w.reading.flag {
            Flag::SmallDenominator => SUPPRESSED,
            Flag::NoBase => IMPOSSIBLE,
            _ if missing.has(data.grid, row) => NOT_REPORTED,
            _ if weak(w) => UNRELIABLE,
            _ => ESTIMATED,
        };
        let mut sheet = Self::begin(data.release, subject, &data.file.id, data.grid);
        sheet.push("value", decimals(|w| w.reading.value));
        sheet.push("lower", decimals(|w| w.reading.lower));
        sheet.push("upper", decimals(|w| w.reading.upper));
        sheet.push("numerator", decimals(|w| w.numerator));
        sheet.push("denominator", decimals(|w| w.denominator));
        sheet
            .push("displayed", Values::Decimals(data.rows.iter().enumerate().map(shown).collect()));
        let flags = data.rows.iter().map(|w| w.reading.flag.name()).collect();
        sheet.push("flag", Values::Texts(flags));
        sheet.push("reliability", Values::Texts(data.rows.iter().map(told).collect()));
        sheet.end(data.rows.iter().enumerate().map(status).collect())
    }

    /// The sheet of a list of exact sums: no error, no interval, and the mark in every row.
    pub(crate) fn of_exact(data: &ExactData<'a>) -> Self {
        let table = data.table;
        let subject = Subject {
            id: &table.id,
            number: None,
            title: &table.title,
            note: &table.note,
            unit: &table.unit,
            base: None,
            kind: &table.kind,
        };
        #[expect(clippy::cast_precision_loss, reason = "sums are far below 2^53")]
        let sums = data.cells.iter().map(|c| c.map(|n| n as f64)).collect();
        let errors = data.cells.iter().map(|c| c.map(|_| 0.0)).collect();
        let none = || Values::Decimals(vec![None; data.cells.len()]);
        let word = |c: &Option<u64>| if c.is_some() { "exact" } else { "" };
        let status = |c: &Option<u64>| if c.is_some() { NORMAL } else { NOT_REPORTED };
        let mut sheet = Self::begin(data.release, subject, &data.margin.id, data.grid);
        sheet.push("estimate", Values::Decimals(sums));
        sheet.push("standard_error", Values::Decimals(errors));
        sheet.push("lower", none());
        sheet.push("upper", none());
        sheet.push("displayed", Values::Wholes(data.cells.to_vec()));
        sheet.push("reliability", Values::Texts(data.cells.iter().map(word).collect()));
        sheet.push("exact", Values::Same(MARK));
        sheet.end(data.cells.iter().map(status).collect())
    }

    /// Whether its figures are exact sums of activity, to which nothing was added.
    pub(crate) fn is_exact(&self) -> bool {
        self.field("exact").is_some()
    }

    /// The message that says what was added to its figures, or that nothing was.
    pub(crate) fn note_of_noise(&self) -> &'static str {
        if self.is_exact() { "notes-exact" } else { "notes-noise" }
    }

    /// The files' name without extension.
    pub(crate) fn name(&self) -> String {
        format!("{}--{}", self.subject.id, self.margin)
    }

    /// The dimensions' titles, for the title of a margin.
    pub(crate) fn by_titles(&self) -> Vec<&'a Label> {
        self.by.iter().map(|d| &d.title).collect()
    }

    /// A column by its name.
    pub(crate) fn field(&self, name: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|f| f.name == name)
    }

    fn begin(
        release: &'a ReleaseDocument,
        subject: Subject<'a>,
        margin: &'a str,
        grid: &Grid<'a>,
    ) -> Self {
        let mut fields = Vec::new();
        for (i, column) in grid.columns.iter().enumerate() {
            let document = column.document;
            let each = |text: &dyn Fn(&'a CodeDocument) -> &'a str| {
                let codes = &document.codes;
                Values::Texts((0..grid.cells).map(|row| text(&codes[grid.place(i, row)])).collect())
            };
            let name = Cow::Borrowed(document.id.as_str());
            fields.push(Field { name, about: About::Codes(document), values: each(&|c| &c.code) });
            for language in Language::all().iter().copied() {
                let tag = language.tag();
                let name = Cow::Owned(format!("{}_label_{tag}", document.id));
                let about = About::Labels(document, language);
                fields.push(Field { name, about, values: each(&|c| c.label.get(tag)) });
            }
        }
        let by = grid.columns.iter().map(|c| c.document).collect();
        Self { release, subject, margin, by, fields, rows: grid.cells }
    }

    fn push(&mut self, name: &str, values: Values<'a>) {
        if let Some(known) = KNOWN.iter().find(|k| k.name == name) {
            let about = About::Known(known);
            self.fields.push(Field { name: Cow::Borrowed(known.name), about, values });
        }
    }

    fn end(mut self, status: Vec<&'a str>) -> Self {
        let (release, subject) = (self.release, self.subject);
        self.push("unit", Values::Same(subject.unit.en()));
        self.push("base", Values::Same(subject.base.map_or("", Label::en)));
        self.push("period_start", Values::Same(&release.period_start));
        self.push("period_end", Values::Same(&release.period_end));
        self.push("source_kind", Values::Same(subject.kind));
        self.push("release", Values::Same(&release.id));
        self.push("obs_status", Values::Texts(status));
        self.push("conf_status", Values::Same(FREE));
        self
    }
}

impl<'a> Field<'a> {
    /// Whether its values are texts.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self.values, Values::Same(_) | Values::Texts(_))
    }

    /// A row's value as it is printed; blank where there is none.
    pub(crate) fn printed(&self, row: usize) -> Cow<'a, str> {
        match &self.values {
            Values::Same(text) => Cow::Borrowed(text),
            Values::Texts(all) => Cow::Borrowed(all[row]),
            Values::Decimals(all) => Cow::Owned(all[row].map(plain).unwrap_or_default()),
            Values::Wholes(all) => Cow::Owned(all[row].map(|n| n.to_string()).unwrap_or_default()),
        }
    }
}

/// How far a count or rate can be relied on, by its interval; shares and durations have no such mark.
fn reliability(measure: Measure, reading: &Reading) -> Option<Reliability> {
    let (Measure::Count | Measure::Rate, Some(value), Some(lower), Some(upper)) =
        (measure, reading.value, reading.lower, reading.upper)
    else {
        return None;
    };
    // A lower end that is cut at 0 says less of the error than the upper one.
    let error = (upper - value).max(value - lower) / HALF_WIDTHS;
    Some(if error <= GOOD_MAX * value {
        Reliability::Good
    } else if error <= FAIR_MAX * value {
        Reliability::Fair
    } else {
        Reliability::Weak
    })
}

/// The areas from which no report came, of those that were expected.
struct Missing<'a>(Vec<&'a str>);

impl<'a> Missing<'a> {
    /// Nothing is taken as missing unless the release tells the areas of all offices of the kind.
    fn of(release: &'a ReleaseDocument, kind: &str) -> Self {
        let of_kind = || release.coverage.iter().filter(|c| c.kind == kind);
        if of_kind().any(|c| c.area.is_none()) {
            return Self(Vec::new());
        }
        let areas = || of_kind().filter_map(|c| Some((c.area.as_ref()?.code.as_str(), c)));
        let silent = areas().filter(|(_, c)| c.expected > 0 && c.reported == 0);
        let told = |area: &str| areas().any(|(a, c)| a == area && c.reported > 0);
        Self(silent.map(|(area, _)| area).filter(|area| !told(area)).collect())
    }

    /// Whether a row is about such an area.
    fn has(&self, grid: &Grid, row: usize) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let areas = grid.columns.iter().enumerate().filter(|(_, c)| c.document.area);
        let mut codes = areas.map(|(i, c)| c.document.codes[grid.place(i, row)].code.as_str());
        codes.any(|code| self.0.contains(&code))
    }
}
