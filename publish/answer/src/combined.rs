//! The best linear combination of measured figures over all releases.
//!
//! Within a release the estimates are those of least squares from all its measurements, so a sum of
//! them is the best one. Releases whose periods do not meet err independently, and sums over them add.
//! Where periods meet, a year and one of its quarters say, every release gives estimates of its own of
//! sums of quarters, and these are combined with the least variance (see `blue`).

use shumar_figures::Estimates;
use shumar_privacy::estimator::{GRID, Unfit};
use shumar_schemas::release::CONFIDENCE;

use crate::answer::{Cell, Part};
use crate::question::Question;
use crate::source::{Grain, Source, Sums};
use crate::{Refusal, Span, blue};

/// The figures of one piece of the period, row by row, and where they come from.
///
/// # Errors
/// Quarters that nothing covers; a cross that was not measured; a dimension that does not exist.
pub(crate) fn combined(
    sources: &[Source<'_>],
    question: &Question,
    time: Span,
) -> Result<(Vec<Option<Cell>>, Vec<Part>), Refusal> {
    let near = connected(sources, time);
    let covered = |q: &i32| near.iter().any(|s| s.span.quarters().any(|own| own == *q));
    let missing: Vec<i32> = time.quarters().filter(|q| !covered(q)).collect();
    if !missing.is_empty() {
        let missing = Span::stretches(missing);
        return Err(Refusal::Period { missing, released: released(sources) });
    }
    let alone = near
        .iter()
        .enumerate()
        .all(|(i, a)| near.iter().skip(i + 1).all(|b| a.span.common(b.span).is_none()));
    let mut used: Vec<(&Source<'_>, Sums)> = Vec::new();
    for source in near {
        let grains = [Grain::Quarters, Grain::Years, Grain::Whole];
        let mut found = None;
        for grain in grains {
            found = match found {
                None => source.sums(question, grain)?,
                found => found,
            };
        }
        used.extend(found.map(|sums| (source, sums)));
    }
    let rows = used.first().map_or(0, |(_, s)| s.weights.first().map_or(0, Vec::len));
    let fits = |(_, s): &(&Source<'_>, Sums)| s.weights.iter().all(|piece| piece.len() == rows);
    if used.is_empty() || !used.iter().all(fits) {
        return Err(unmeasured(sources, question, time));
    }
    let unfit = |_: Unfit| Refusal::Unworkable { measure: question.measure.clone() };
    let (mut cells, mut parts) = (Vec::new(), vec![None; used.len()]);
    for row in 0..rows {
        // A row that no cell counts towards is none: a division of which no district is asked for.
        if used.iter().all(|(_, s)| s.weights.iter().all(|p| p[row].iter().all(|w| *w == 0.0))) {
            cells.push(None);
            continue;
        }
        let shares =
            if alone { plain(&used, time) } else { best(&used, time, row).map_err(unfit)? };
        let shares = shares.ok_or_else(|| unmeasured(sources, question, time))?;
        let (mut value, mut variance, mut half) = (0.0, 0.0, 0.0_f64);
        for (((source, sums), shares), part) in used.iter().zip(&shares).zip(&mut parts) {
            if shares.iter().all(|share| *share == 0.0) {
                continue;
            }
            let weights = weighed(sums, shares, row);
            value += weights.iter().zip(&sums.cells).map(|(w, x)| w * x).sum::<f64>();
            variance += source.figures.query_variance(&sums.at, &weights).map_err(unfit)?;
            let width = source.figures.query_half_width(&sums.at, &weights, CONFIDENCE);
            // Independent errors between the normal and the Laplace law: the root of the squares is
            // never too little.
            half = half.hypot(width.map_err(unfit)?);
            *part = Some(Part::summed(source, sums, shares));
        }
        cells.push(Some(Cell::counted(value, variance.sqrt(), half)));
    }
    Ok((cells, parts.into_iter().flatten().flatten().collect()))
}

/// The sources that a time has to do with: those that meet it, those that meet these, and so on.
fn connected<'s, 'a>(sources: &'s [Source<'a>], time: Span) -> Vec<&'s Source<'a>> {
    let mut near = vec![false; sources.len()];
    loop {
        let meets = |i: usize| {
            let own = sources[i].span;
            let other = |j: usize| near[j] && own.common(sources[j].span).is_some();
            own.common(time).is_some() || (0..sources.len()).any(other)
        };
        let found: Vec<usize> = (0..sources.len()).filter(|i| !near[*i] && meets(*i)).collect();
        if found.is_empty() {
            return sources.iter().zip(near).filter_map(|(s, near)| near.then_some(s)).collect();
        }
        for i in found {
            near[i] = true;
        }
    }
}

/// Where no two releases meet: the pieces within the time, each as it is.
fn plain(used: &[(&Source<'_>, Sums)], time: Span) -> Option<Vec<Vec<f64>>> {
    let share = |piece: &Span| f64::from(u8::from(time.holds(*piece)));
    let all = used.iter().map(|(_, s)| s.pieces.iter().map(share).collect()).collect();
    let inside = used.iter().flat_map(|(_, s)| &s.pieces).filter(|p| time.holds(**p));
    (inside.map(|p| p.len()).sum::<usize>() == time.len()).then_some(all)
}

/// The shares of every source's pieces in the best estimate of a row over the time.
fn best(
    used: &[(&Source<'_>, Sums)],
    time: Span,
    row: usize,
) -> Result<Option<Vec<Vec<f64>>>, Unfit> {
    let observed: Vec<(usize, usize)> = used
        .iter()
        .enumerate()
        .flat_map(|(s, (_, sums))| (0..sums.pieces.len()).map(move |p| (s, p)))
        .collect();
    let mut quarters: Vec<i32> = used.iter().flat_map(|(s, _)| s.span.quarters()).collect();
    quarters.sort_unstable();
    quarters.dedup();
    let told = |span: Span| -> Vec<f64> {
        let within = |q: &i32| f64::from(u8::from(span.quarters().any(|own| own == *q)));
        quarters.iter().map(within).collect()
    };
    let a: Vec<Vec<f64>> = observed.iter().map(|(s, p)| told(used[*s].1.pieces[*p])).collect();
    let mut v = vec![vec![0.0; observed.len()]; observed.len()];
    for (i, (s, p)) in observed.iter().enumerate() {
        let (source, sums) = &used[*s];
        for (j, (other, q)) in observed.iter().enumerate().take(i + 1).filter(|(_, o)| o.0 == *s) {
            debug_assert_eq!(s, other, "sources err independently");
            let (x, y) = (&sums.weights[*p][row], &sums.weights[*q][row]);
            let both = if i == j {
                source.figures.query_variance(&sums.at, x)?
            } else {
                source.figures.covariance(&sums.at, x, y)?
            };
            v[i][j] = both;
            v[j][i] = both;
        }
    }
    let Some(found) = blue::weights(&a, &v, &told(time)) else { return Ok(None) };
    let mut found = found.into_iter();
    Ok(Some(used.iter().map(|(_, s)| found.by_ref().take(s.pieces.len()).collect()).collect()))
}

/// The weight of every cell of a source in a row.
fn weighed(sums: &Sums, shares: &[f64], row: usize) -> Vec<f64> {
    let mut weights = vec![0.0; sums.cells.len()];
    for (piece, share) in sums.weights.iter().zip(shares) {
        weights.iter_mut().zip(&piece[row]).for_each(|(w, one)| *w += share * one);
    }
    weights
}

fn released(sources: &[Source<'_>]) -> Vec<Span> {
    let mut all: Vec<Span> = sources.iter().map(|s| s.span).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What would have to be measured together.
fn unmeasured(sources: &[Source<'_>], question: &Question, time: Span) -> Refusal {
    let Some(source) = sources.first() else {
        return Refusal::Period { missing: vec![time], released: Vec::new() };
    };
    let mut crossed: Vec<String> = question.split().into_iter().map(str::to_owned).collect();
    crossed.extend(question.only.keys().cloned());
    // The times that a release would have to tell apart.
    let cut = sources.iter().find(|s| s.span.common(time).is_some() && !time.holds(s.span));
    if let Some(cut) = cut {
        let grain = if time.by_year().is_some() { Grain::Years } else { Grain::Quarters };
        let calendar = Source::calendar(cut.table, cut.span, grain);
        let name = calendar.and_then(|(name, _)| name).unwrap_or("quarter");
        crossed.push(name.to_owned());
    }
    crossed.sort();
    crossed.dedup();
    let statistics = source.opened[0].document().statistics.iter();
    let of_measure = statistics.filter(|s| s.id == question.measure);
    Refusal::Unmeasured {
        table: source.table.id.clone(),
        crossed,
        published: of_measure.flat_map(|s| s.margins.iter().map(|m| m.by.clone())).collect(),
    }
}

impl Cell {
    /// A count with its interval, in units of 1/[`GRID`], never below 0.
    pub(crate) fn counted(value: f64, error: f64, half: f64) -> Self {
        let grid = |x: f64| (x * GRID).round() / GRID;
        let end = |x: f64| grid(x).max(0.0);
        Self {
            value: Some(grid(value)),
            error: Some(grid(error)),
            lower: Some(end(value - half)),
            upper: Some(end(value + half)),
            ..Self::default()
        }
    }
}
