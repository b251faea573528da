//! The working out of one file of an indicator, from what a release says and its estimates.
//!
//! The making of a release and its verification both come through here, with the same document, and
//! so get the same figures.

use shumar_privacy::estimator::Unfit;
use shumar_schemas::Measure;
use shumar_schemas::release::{
    CodeDocument, DimensionDocument, IndicatorDocument, ReadingsDocument, STEP, TableDocument,
    TermDocument,
};

use super::layout::Layout;
use super::{Bins, Flag, Place, Ratio, Reading, Sum, places, ratios};
use crate::Estimates;

/// Figures are rounded to so many parts of one.
const PARTS: f64 = 10_000.0;

/// A table of a release with its estimates.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// What the release says of it.
    pub table: &'a TableDocument,
    /// Its estimates.
    pub estimates: &'a dyn Estimates,
}

/// One row of an indicator's file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worked {
    /// The figure with its interval, in the indicator's unit.
    pub reading: Reading,
    /// The estimate above the line, or the count itself; none for an area that is counted with
    /// another.
    pub numerator: Option<f64>,
    /// The estimate below the line, the population, or the whole that a quantile is of; none for a
    /// count, which is of nothing.
    pub denominator: Option<f64>,
}

/// Why an indicator can't be worked out from a release.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unworkable {
    /// It names what the release's tables do not have.
    #[error("it does not fit the tables of its release")]
    Document,
    /// The estimates do not tell it.
    #[error(transparent)]
    Unfit(#[from] Unfit),
}

/// The columns of codes of an indicator's file: flat, in order, a funnel's steps last.
///
/// # Errors
/// [`Unworkable::Document`] for a dimension that the first term's table does not have.
pub fn columns(
    indicator: &IndicatorDocument,
    file: &ReadingsDocument,
    tables: &[TableDocument],
) -> Result<Vec<DimensionDocument>, Unworkable> {
    let first = indicator.terms.first().ok_or(Unworkable::Document)?;
    let table = tables.iter().find(|t| t.id == first.table).ok_or(Unworkable::Document)?;
    let layout = Layout::of(table);
    let column = |name: &String| {
        if name == STEP {
            return Ok(steps(indicator));
        }
        let found = layout.dimension(name).ok_or(Unworkable::Document)?;
        Ok(DimensionDocument { level_of: None, members: Vec::new(), ..found.clone() })
    };
    file.by.iter().map(column).collect()
}

fn steps(indicator: &IndicatorDocument) -> DimensionDocument {
    let code = |term: &TermDocument| CodeDocument {
        code: term.step.clone().unwrap_or_default(),
        label: term.title.clone(),
    };
    DimensionDocument {
        id: STEP.to_owned(),
        title: indicator.unit.clone(),
        area: false,
        quarters: false,
        codes: indicator.terms.iter().map(code).collect(),
        level_of: None,
        members: Vec::new(),
    }
}

/// The rows of one file: every combination of the codes of its columns, the last one fastest.
///
/// # Errors
/// [`Unworkable`].
pub fn work_out(
    indicator: &IndicatorDocument,
    file: &ReadingsDocument,
    sources: &[Source<'_>],
    confidence: f64,
) -> Result<Vec<Worked>, Unworkable> {
    let work = Work { indicator, file, sources };
    let rows = match (indicator.measure, &indicator.terms[..]) {
        (Measure::Count, [term]) => work.counts(term, confidence)?,
        (Measure::Rate, [term]) => work.rates(term, confidence)?,
        (Measure::Share, [above, below]) => work.ratios(above, below, (0.0, 1.0), confidence)?,
        (Measure::Ratio, [above, below]) => {
            work.ratios(above, below, (0.0, f64::INFINITY), confidence)?
        }
        (Measure::Funnel, [_, _, ..]) => work.funnel(confidence)?,
        (Measure::Quantile, [term]) => {
            let p = indicator.quantile.ok_or(Unworkable::Document)?;
            work.bins(term, Place::Quantile(p), confidence)?
        }
        (Measure::Mean, [term]) => work.bins(term, Place::Mean, confidence)?,
        _ => return Err(Unworkable::Document),
    };
    Ok(rows.into_iter().map(Worked::rounded).collect())
}

impl Worked {
    fn rounded(self) -> Self {
        let grid = |x: f64| (x * PARTS).round() / PARTS;
        let told = |x: Option<f64>| x.map(grid);
        let Reading { value, lower, upper, flag } = self.reading;
        Self {
            reading: Reading { value: told(value), lower: told(lower), upper: told(upper), flag },
            numerator: told(self.numerator),
            denominator: told(self.denominator),
        }
    }
}

struct Work<'a> {
    indicator: &'a IndicatorDocument,
    file: &'a ReadingsDocument,
    sources: &'a [Source<'a>],
}

impl<'a> Work<'a> {
    /// The dimensions of the file but for a funnel's steps.
    fn by(&self) -> Vec<&'a str> {
        self.file.by.iter().map(String::as_str).filter(|name| *name != STEP).collect()
    }

    /// One sum a row, of the cells of a term that are also in `bin`, a dimension and a code.
    fn sums(
        &self,
        term: &TermDocument,
        bin: Option<(&str, &str)>,
    ) -> Result<Vec<Sum<'a>>, Unworkable> {
        self.sums_by(&self.by(), term, bin)
    }

    /// One sum for each combination of the codes of some dimensions, the last one fastest.
    fn sums_by(
        &self,
        by: &[&str],
        term: &TermDocument,
        bin: Option<(&str, &str)>,
    ) -> Result<Vec<Sum<'a>>, Unworkable> {
        let source = self.sources.iter().find(|s| s.table.id == term.table);
        let source = source.ok_or(Unworkable::Document)?;
        let layout = Layout::of(source.table);
        let mut names = by.to_vec();
        names.extend(term.codes.keys().map(String::as_str).chain(bin.map(|(name, _)| name)));
        let cells = layout.cells(&names).ok_or(Unworkable::Document)?;
        let dimension = |name: &&str| layout.dimension(name).ok_or(Unworkable::Document);
        let dimensions = names.iter().map(dimension).collect::<Result<Vec<_>, _>>()?;
        let one = bin.map(|(_, code)| vec![code.to_owned()]);
        let conditions: Vec<Vec<bool>> = term
            .codes
            .values()
            .chain(&one)
            .zip(&dimensions[by.len()..])
            .map(|(codes, d)| d.codes.iter().map(|c| codes.contains(&c.code)).collect())
            .collect();
        let (strides, rows) = strides(&dimensions[..by.len()])?;
        let moved = self.moved(by, &dimensions);
        let row = |codes: &[usize]| {
            let (row, rest) = codes.split_at(strides.len());
            let counts = conditions.iter().zip(rest).all(|(fits, code)| fits[*code]);
            let place = |i: usize| moved.get(i).and_then(|m| m.get(row[i])).map_or(row[i], |p| *p);
            counts.then(|| strides.iter().enumerate().map(|(i, stride)| place(i) * stride).sum())
        };
        let weights = cells.weights(rows, row).ok_or(Unworkable::Document)?;
        let estimates = source.estimates.cells(&cells.at)?;
        let sum = |weights| Sum::new(source.estimates, &cells.at, &estimates, weights);
        Ok(weights.into_iter().map(sum).collect::<Result<_, _>>()?)
    }

    /// For a rate by areas: where the records of an area without a population are counted.
    fn moved(&self, by: &[&str], dimensions: &[&DimensionDocument]) -> Vec<Vec<usize>> {
        let Some(base) = &self.indicator.base else { return Vec::new() };
        let of = |(name, dimension): (&&str, &&DimensionDocument)| {
            if self.file.area.as_deref() != Some(name) {
                return Vec::new();
            }
            let find = |code: &String| dimension.codes.iter().position(|c| c.code == *code);
            let place = |(i, code): (usize, &CodeDocument)| {
                base.within.get(&code.code).and_then(find).unwrap_or(i)
            };
            dimension.codes.iter().enumerate().map(place).collect()
        };
        by.iter().zip(dimensions).map(of).collect()
    }

    fn counts(&self, term: &TermDocument, confidence: f64) -> Result<Vec<Worked>, Unworkable> {
        let mut rows = Vec::new();
        for sum in self.sums(term, None)? {
            let (value, half) = (sum.value(), sum.half_width(confidence)?);
            let range = (0.0, f64::INFINITY);
            let reading = Reading::within(value, (value - half, value + half), range);
            rows.push(Worked { reading, numerator: Some(value), denominator: None });
        }
        Ok(rows)
    }

    fn rates(&self, term: &TermDocument, confidence: f64) -> Result<Vec<Worked>, Unworkable> {
        let mut rows = self.counts(term, confidence)?;
        let populations = self.populations(rows.len())?;
        for (row, population) in rows.iter_mut().zip(populations) {
            match population {
                Some(women) => {
                    row.denominator = Some(women);
                    row.reading = row.reading.times(self.indicator.per / women);
                }
                None => {
                    let reading = Reading::withheld(Flag::NoBase);
                    *row = Worked { reading, numerator: None, denominator: None };
                }
            }
        }
        Ok(rows)
    }

    /// The population of every row.
    #[expect(clippy::cast_precision_loss, reason = "populations are far below 2^53")]
    fn populations(&self, rows: usize) -> Result<Vec<Option<f64>>, Unworkable> {
        let people = self.file.population.iter().map(|n| n.filter(|n| *n > 0).map(|n| n as f64));
        let people: Vec<Option<f64>> = people.collect();
        let term = self.indicator.terms.first().ok_or(Unworkable::Document)?;
        let source = self.sources.iter().find(|s| s.table.id == term.table);
        let layout = Layout::of(source.ok_or(Unworkable::Document)?.table);
        let dimension = |name: &&str| layout.dimension(name).ok_or(Unworkable::Document);
        let by = self.by();
        let dimensions = by.iter().map(dimension).collect::<Result<Vec<_>, _>>()?;
        let (strides, _) = strides(&dimensions)?;
        let area = by.iter().position(|name| self.file.area.as_deref() == Some(name));
        let expected = area.map_or(1, |area| dimensions[area].codes.len());
        if people.len() != expected || area.is_none() != self.file.area.is_none() {
            return Err(Unworkable::Document);
        }
        let of = |row: usize| area.map_or(0, |area| row / strides[area] % expected);
        Ok((0..rows).map(|row| people[of(row)]).collect())
    }

    fn ratios(
        &self,
        above: &TermDocument,
        below: &TermDocument,
        range: super::Range,
        confidence: f64,
    ) -> Result<Vec<Worked>, Unworkable> {
        let all = self.pairs(above, below)?;
        let readings = ratios(&all, confidence, range)?;
        let row = |(ratio, reading): (&Ratio<'_>, Reading)| Worked {
            reading: reading.times(self.indicator.per),
            numerator: Some(ratio.numerator.value()),
            denominator: Some(ratio.denominator.value()),
        };
        Ok(all.iter().zip(readings).map(row).collect())
    }

    /// Numerators and denominators. Of one table they are taken from one margin, so that their
    /// errors go together.
    fn pairs(
        &self,
        above: &TermDocument,
        below: &TermDocument,
    ) -> Result<Vec<Ratio<'a>>, Unworkable> {
        let joint = above.table == below.table;
        let (mut above, mut below) = (above.clone(), below.clone());
        if joint {
            self.widen(&mut above, &below)?;
            self.widen(&mut below, &above)?;
        }
        let (above, below) = (self.sums(&above, None)?, self.wholes(&below)?);
        if above.len() != below.len() {
            return Err(Unworkable::Document);
        }
        let pair = |(numerator, denominator)| Ratio { numerator, denominator, joint };
        Ok(above.into_iter().zip(below).map(pair).collect())
    }

    /// The whole of every row: split by all the file's dimensions but those that it is over.
    fn wholes(&self, term: &TermDocument) -> Result<Vec<Sum<'a>>, Unworkable> {
        let over = &self.indicator.over;
        if over.is_empty() {
            return self.sums(term, None);
        }
        let source = self.sources.iter().find(|s| s.table.id == term.table);
        let layout = Layout::of(source.ok_or(Unworkable::Document)?.table);
        let by = self.by();
        let codes =
            |name: &&str| Ok(layout.dimension(name).ok_or(Unworkable::Document)?.codes.len());
        let sizes = by.iter().map(codes).collect::<Result<Vec<usize>, Unworkable>>()?;
        let (mut term, mut kept, mut steps) = (term.clone(), Vec::new(), vec![0; by.len()]);
        for name in over {
            let dimension = layout.dimension(name).ok_or(Unworkable::Document)?;
            let all = || dimension.codes.iter().map(|c| c.code.clone()).collect();
            term.codes.entry(name.clone()).or_insert_with(all);
        }
        let mut step = 1;
        for (i, name) in by.iter().enumerate().rev() {
            if !over.iter().any(|o| o == name) {
                kept.insert(0, *name);
                steps[i] = step;
                step *= sizes[i];
            }
        }
        let wholes = self.sums_by(&kept, &term, None)?;
        let mut inner = sizes.iter().product::<usize>();
        let mut places = vec![0; inner];
        for (size, step) in sizes.iter().zip(steps) {
            inner /= size.max(&1);
            places
                .iter_mut()
                .enumerate()
                .for_each(|(row, place)| *place += row / inner % size * step);
        }
        Ok(places.into_iter().map(|place| wholes[place].clone()).collect())
    }

    /// Names the other term's dimensions too, with all their codes.
    fn widen(&self, term: &mut TermDocument, other: &TermDocument) -> Result<(), Unworkable> {
        let source = self.sources.iter().find(|s| s.table.id == term.table);
        let layout = Layout::of(source.ok_or(Unworkable::Document)?.table);
        for name in other.codes.keys() {
            let dimension = layout.dimension(name).ok_or(Unworkable::Document)?;
            let all = || dimension.codes.iter().map(|c| c.code.clone()).collect();
            term.codes.entry(name.clone()).or_insert_with(all);
        }
        Ok(())
    }

    fn funnel(&self, confidence: f64) -> Result<Vec<Worked>, Unworkable> {
        let terms = &self.indicator.terms;
        let mut steps = Vec::new();
        for term in terms {
            // A step of another table is no part of the first: it may be larger.
            let whole = term.table == terms[0].table;
            let range = (0.0, if whole { 1.0 } else { f64::INFINITY });
            steps.push(self.ratios(term, &terms[0], range, confidence)?);
        }
        let rows = steps.first().map_or(0, Vec::len);
        Ok((0..rows).flat_map(|row| steps.iter().map(move |step| step[row])).collect())
    }

    fn bins(
        &self,
        term: &TermDocument,
        place: Place,
        confidence: f64,
    ) -> Result<Vec<Worked>, Unworkable> {
        let bins = self.indicator.bins.as_ref().ok_or(Unworkable::Document)?;
        let ascending = bins.edges.windows(2).all(|w| w[0] < w[1]);
        if bins.codes.len() != bins.edges.len() || bins.codes.is_empty() || !ascending {
            return Err(Unworkable::Document);
        }
        let mut counts: Vec<Vec<Sum<'a>>> = Vec::new();
        for code in &bins.codes {
            counts.push(self.sums(term, Some((&bins.dimension, code)))?);
        }
        let rows = counts[0].len();
        let of_row = |row: usize| Bins {
            counts: counts.iter().map(|bin| bin[row].clone()).collect(),
            edges: bins.edges.clone(),
            end: bins.end,
        };
        let all: Vec<Bins<'a>> = (0..rows).map(of_row).collect();
        let readings = places(&all, place, confidence)?;
        let whole = |bins: &Bins<'_>| bins.counts.iter().map(Sum::value).sum::<f64>();
        let row = |(bins, reading): (&Bins<'_>, Reading)| Worked {
            reading,
            numerator: None,
            denominator: Some(whole(bins)),
        };
        Ok(all.iter().zip(readings).map(row).collect())
    }
}

/// How many rows a step in each dimension's codes takes, and how many rows there are.
fn strides(dimensions: &[&DimensionDocument]) -> Result<(Vec<usize>, usize), Unworkable> {
    let mut strides = vec![1; dimensions.len()];
    let mut rows = 1_usize;
    for (stride, dimension) in strides.iter_mut().zip(dimensions).rev() {
        *stride = rows;
        rows = rows.checked_mul(dimension.codes.len()).ok_or(Unworkable::Document)?;
    }
    Ok((strides, rows))
}
