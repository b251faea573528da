//! Where areas stand among each other, from how their errors go together.
//!
//! Only counts by areas, and their rates, are put side by side; for the rest nothing is said.

use std::panic::{AssertUnwindSafe, catch_unwind};

use shumar_figures::compare::{Rank, ranks};
use shumar_figures::{Estimates, Figures};
use shumar_schemas::Measure;
use shumar_schemas::release::{CONFIDENCE, IndicatorDocument, ReadingsDocument, TableDocument};

use crate::beside::figures_of;
use crate::gather::{Of, Topic};
use crate::read::{Release, Shape};

/// Most areas that are set against each other: the work grows with their square.
const AREAS_MAX: usize = 64;

/// Works out the standings of all lists by areas alone.
pub(crate) fn add_standings(release: &Release, topics: &mut [Topic]) {
    let wanted = |table: &TableDocument, topics: &[Topic]| {
        topics.iter().any(|t| t.by_area().is_some() && t.table(&release.document) == Some(table))
    };
    for table in &release.document.tables {
        if !wanted(table, topics) {
            continue;
        }
        let Some(figures) = figures_of(release, table) else { continue };
        for topic in topics.iter_mut() {
            if topic.table(&release.document).is_none_or(|t| t.id != table.id) {
                continue;
            }
            let (of, measure) = (topic.of, topic.measure());
            let areas = |l: &&mut crate::gather::List| {
                matches!(&l.by[..], [one] if one.area) && l.rows.len() <= AREAS_MAX
            };
            for list in topic.lists.iter_mut().filter(areas) {
                let by = [list.by[0].id.clone()];
                let weights = match (of, measure) {
                    (Of::Statistic(_), _) => Some(counts(list.rows.len())),
                    (Of::Indicator(i), Measure::Rate) => {
                        let file = i.margins.iter().find(|m| m.id == list.id);
                        file.and_then(|file| rates(i, file, &codes(list)))
                    }
                    _ => None,
                };
                list.ranks = weights.and_then(|w| standings(&figures, table, &by, w));
            }
        }
    }
}

fn codes(list: &crate::gather::List) -> Vec<String> {
    list.by[0].codes.iter().map(|c| c.code.clone()).collect()
}

/// One area each.
fn counts(areas: usize) -> Vec<Option<Vec<f64>>> {
    let one = |area| (0..areas).map(|i| f64::from(u8::from(i == area))).collect();
    (0..areas).map(|area| Some(one(area))).collect()
}

/// One area each, by its population; areas that lie within another's population count with it.
#[expect(clippy::cast_precision_loss, reason = "populations are far below 2^53")]
fn rates(
    indicator: &IndicatorDocument,
    file: &ReadingsDocument,
    codes: &[String],
) -> Option<Vec<Option<Vec<f64>>>> {
    let base = indicator.base.as_ref()?;
    let [term] = &indicator.terms[..] else { return None };
    if !term.codes.is_empty() || file.population.len() != codes.len() {
        return None;
    }
    let row = |(area, population): (&String, &Option<u64>)| {
        let population = population.filter(|p| *p > 0)? as f64;
        let belongs = |code: &String| code == area || base.within.get(code) == Some(area);
        let weight = |code| if belongs(code) { indicator.per / population } else { 0.0 };
        Some(codes.iter().map(weight).collect())
    };
    Some(codes.iter().zip(&file.population).map(row).collect())
}

/// The ranks of the rows that have weights.
fn standings(
    figures: &Figures,
    table: &TableDocument,
    by: &[String],
    weights: Vec<Option<Vec<f64>>>,
) -> Option<Vec<Option<Rank>>> {
    let shape = Shape::of(table).ok()?;
    let at = shape.grid(by).ok()?.at;
    let there: Vec<bool> = weights.iter().map(Option::is_some).collect();
    let weights: Vec<Vec<f64>> = weights.into_iter().flatten().collect();
    if weights.len() < 2 {
        return None;
    }
    let figures: &dyn Estimates = figures;
    let found = catch_unwind(AssertUnwindSafe(|| ranks(figures, &at, weights, CONFIDENCE).ok()));
    let mut found = found.ok().flatten()?.into_iter();
    Some(there.into_iter().map(|there| if there { found.next() } else { None }).collect())
}
