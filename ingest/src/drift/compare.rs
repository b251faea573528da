//! The comparison itself: shares, volume, and what is missing.

use std::collections::BTreeMap;

use shumar_schemas::YearMonth;

use super::{Profile, Warning};

/// How many are needed before a usual number of rows a month is known.
const BATCHES_FOR_RATE: usize = 3;
/// A difference of fewer standard errors may be chance.
const STANDARD_ERRORS: f64 = 4.0;
/// A smaller difference between two shares changes no figure much.
const SHARE_CHANGE: f64 = 0.10;
/// Rows a month below this part of the usual, or above this many times it, are told.
const FEW: f64 = 0.5;
const MANY: f64 = 3.0;
/// A month or an area is missed when so many rows were to be expected: by chance alone it would
/// be empty once in twenty thousand files.
const MISSED_FROM: f64 = 10.0;
/// Shares of fewer rows say nothing.
const SHARE_FROM: u64 = 20;

/// The differences between a profile and earlier ones, the newest first.
#[must_use]
pub fn compare(before: &[Profile], now: &Profile) -> Vec<Warning> {
    let mut found = Vec::new();
    let sum = |of: fn(&Profile) -> u64| before.iter().map(of).sum::<u64>();
    let accepted = sum(|p| p.accepted);
    for (field, blank) in &now.blank {
        // A field that the mapping did not know before is not compared.
        let known = before.iter().filter(|p| p.blank.contains_key(field));
        let of = known.clone().map(|p| p.accepted).sum();
        let was = known.filter_map(|p| p.blank.get(field)).sum();
        if let Some((before, now)) = changed((was, of), (*blank, now.accepted)) {
            found.push(Warning::Blanks { field: field.clone(), before, now });
        }
    }
    let rejected = changed((sum(|p| p.rejected), sum(|p| p.rows)), (now.rejected, now.rows));
    if let Some((before, now)) = rejected.filter(|(before, now)| before < now) {
        found.push(Warning::Rejected { before, now });
    }
    let rates: Vec<f64> = before.iter().filter_map(Profile::rate).collect();
    if rates.len() >= BATCHES_FOR_RATE
        && let Some(usual) = median(rates)
    {
        found.extend(volume(usual, now));
        found.extend(gap(usual, before, now));
    }
    let missed = |areas: &mut BTreeMap<&str, u64>| {
        areas.retain(|area, n| {
            let expected = as_f64(*n) / as_f64(accepted) * as_f64(now.accepted);
            expected >= MISSED_FROM && !now.areas.contains_key(*area)
        });
        areas.len()
    };
    let mut areas: BTreeMap<&str, u64> = BTreeMap::new();
    for (area, n) in before.iter().flat_map(|p| &p.areas) {
        *areas.entry(area).or_insert(0) += n;
    }
    let areas = missed(&mut areas);
    if areas > 0 {
        found.push(Warning::AreasMissing { areas });
    }
    found
}

/// Two shares in percent, if they differ by much and by more than chance: the two-proportion z.
fn changed(before: (u64, u64), now: (u64, u64)) -> Option<(f64, f64)> {
    if before.1.min(now.1) < SHARE_FROM {
        return None;
    }
    let (n, m) = (as_f64(before.1), as_f64(now.1));
    let (p, q) = (as_f64(before.0) / n, as_f64(now.0) / m);
    let pooled = as_f64(before.0 + now.0) / (n + m);
    let error = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    let told = (p - q).abs() > SHARE_CHANGE && (p - q).abs() > STANDARD_ERRORS * error;
    told.then_some((p * 100.0, q * 100.0))
}

/// Far fewer or far more records a month than usual, and not by chance: the square root of a
/// count is its standard error.
fn volume(usual: f64, now: &Profile) -> Option<Warning> {
    let rate = now.rate()?;
    let months = as_f64(now.months.values().filter(|n| **n > 0).count() as u64);
    let by_chance = (rate - usual).abs() * months <= STANDARD_ERRORS * (usual * months).sqrt();
    match () {
        () if by_chance => None,
        () if rate < usual * FEW => Some(Warning::FewRows { before: usual, now: rate }),
        () if rate > usual * MANY => Some(Warning::ManyRows { before: usual, now: rate }),
        () => None,
    }
}

/// Months without a record, inside the batch or between it and the last one before it.
fn gap(usual: f64, before: &[Profile], now: &Profile) -> Option<Warning> {
    if usual < MISSED_FROM {
        return None;
    }
    let (first, last) = now.span(usual)?;
    // The newest month of earlier batches that is not after this batch's first.
    let ends = before.iter().filter_map(|p| Some(p.span(usual)?.1));
    let from = ends.filter(|end| *end < first).max().unwrap_or(first);
    let held = |m: &YearMonth| std::iter::once(now).chain(before).any(|p| p.months.contains_key(m));
    let months: Vec<YearMonth> = (index(from)..index(last))
        .filter_map(|i| YearMonth::new(i / 12, u32::try_from(i % 12 + 1).ok()?))
        .filter(|m| !held(m))
        .collect();
    (!months.is_empty()).then_some(Warning::MonthsMissing { months })
}

fn index(month: YearMonth) -> i32 {
    month.year() * 12 + i32::from(month.month()) - 1
}

/// The middle value, or the mean of the two middle ones.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let high = values.get(middle)?;
    let low = if values.len().is_multiple_of(2) { values.get(middle - 1)? } else { high };
    Some(f64::midpoint(*low, *high))
}

/// A count as a float.
pub(super) fn as_f64(n: u64) -> f64 {
    // A file has fewer rows than a float has exact whole numbers.
    u32::try_from(n).map_or(f64::from(u32::MAX), f64::from)
}
