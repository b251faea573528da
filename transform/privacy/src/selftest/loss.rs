//! A lower bound on the privacy loss, from thousands of releases of two neighbouring worlds.
//!
//! Whatever a kernel does inside: if it is (ε, δ)-differentially private, then for every event E on
//! what it releases P₁(E) ≤ e^ε·P₀(E) + δ, with either world as the first. An event is chosen on
//! half of the releases, and its two probabilities are bounded on the other half, so that
//! ln((P₁ − δ)/P₀) is a lower bound on ε that holds but for one case in a million. It must not
//! pass what the ledger charged.
//!
//! The method is that of statistical audits of private algorithms: Ding, Wang, Wang, Zhang, Kifer
//! 2018 (choice of events), Jagielski, Ullman, Oprea 2020 (Clopper-Pearson bounds).

use shumar_schemas::{Family, Nano};

use super::binomial::{lower, upper};
use super::world::{Purse, Terms, World, release};
use super::{Check, enter, grouped};
use crate::{KernelError, epsilon_delta};

/// Releases of each world.
pub(super) const RELEASES: usize = 10_000;
/// How often chance alone may pass the true loss, over both probabilities.
const ALARM: f64 = 1e-6;
/// A bound below this part of the claim would not be worth much.
pub(super) const POWER_MIN: f64 = 0.5;
/// Standard deviations by which an event's probabilities are moved against it when it is chosen.
const CAUTION: f64 = 5.0;

/// What a kernel claims of a release: (ε, δ), with δ = 0 under pure differential privacy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claim {
    /// The most that the logarithm of the odds changes.
    pub(super) epsilon: f64,
    /// The probability outside of which that holds.
    pub(super) delta: f64,
}

/// The releases that are audited: one table of a year, two quarters under one charge, and persons.
///
/// Two quarters are audited under pure DP, where a person whose records are spread over them loses
/// as much as one whose records are all in one; under zCDP she loses less, so one table is the
/// stricter audit.
pub(super) fn cases() -> [(&'static str, Terms, u8); 4] {
    let laplace = |nano, bound| Terms { family: Family::Laplace, unit: Nano::new(nano), bound };
    let gaussian = |nano, bound| Terms { family: Family::Gaussian, unit: Nano::new(nano), bound };
    [
        ("loss of one person, Laplace noise", laplace(600_000_000, 2), 1),
        ("loss of one person, Gaussian noise", gaussian(125_000_000, 2), 1),
        ("loss over two quarters, Laplace noise", laplace(600_000_000, 2), 2),
        ("loss where persons are counted, Laplace noise", laplace(1_200_000_000, 1), 1),
    ]
}

/// Audits the kernel as it is.
pub(super) fn checks(progress: &mut dyn FnMut(&str), checks: &mut Vec<Check>) {
    for (name, terms, quarters) in cases() {
        progress(&format!("releasing {} neighbouring worlds: {name}", grouped(2 * RELEASES)));
        let result = claim(&terms).and_then(|claim| {
            let found = audit(&neighbours(&terms, quarters), RELEASES, claim, |world| {
                let released = release(&mut Purse::default(), world, &terms)?;
                Ok(released.iter().flat_map(|r| r.noisy().to_vec()).collect())
            })?;
            Ok((holds(found, claim, &terms), told(found, claim, &terms)))
        });
        enter(checks, name, result);
    }
}

/// A world, and the same with one more person who has as many records as count.
pub(super) fn neighbours(terms: &Terms, quarters: u8) -> [World; 2] {
    let world = World::new(4, quarters, 5);
    let more = world.with_person(terms.bound + 2);
    [world, more]
}

/// What the ledger's charge means in the terms of approximate differential privacy.
pub(super) fn claim(terms: &Terms) -> Result<Claim, KernelError> {
    let delta = Nano::new(50_000_000);
    let loss = epsilon_delta(terms.family, terms.loss(), delta)?;
    Ok(Claim { epsilon: loss.epsilon, delta: loss.delta })
}

/// Whether the bound stays within the claim, and, under pure differential privacy, where the
/// worst event is a simple one, is near enough to it to tell a fault.
pub(super) fn holds(found: f64, claim: Claim, terms: &Terms) -> bool {
    let near = terms.family == Family::Gaussian || found >= claim.epsilon * POWER_MIN;
    found <= claim.epsilon && near
}

fn told(found: f64, claim: Claim, terms: &Terms) -> String {
    let Claim { epsilon, delta } = claim;
    let charged = match terms.family {
        Family::Laplace => format!("ε = {epsilon:.3} was charged"),
        Family::Gaussian => {
            format!("ρ = {} was charged, ε = {epsilon:.3} at δ = {delta}", terms.loss())
        }
    };
    let releases = grouped(2 * RELEASES);
    if found > epsilon {
        return format!(
            "{releases} releases show a loss of at least ε = {found:.3}, but {charged}"
        );
    }
    let weak = if holds(found, claim, terms) { "" } else { "; TOO WEAK to tell a fault" };
    format!("{releases} releases show a loss of at least ε = {found:.3}; {charged}{weak}")
}

/// A lower bound on ε at the claim's δ, from releases of two worlds.
///
/// `release` is given a world and returns its noisy counts.
///
/// # Errors
/// What `release` fails with.
pub(super) fn audit(
    worlds: &[World; 2],
    releases: usize,
    claim: Claim,
    mut release: impl FnMut(&World) -> Result<Vec<i64>, KernelError>,
) -> Result<f64, KernelError> {
    let mut halves = [[Vec::new(), Vec::new()], [Vec::new(), Vec::new()]];
    // The worlds take turns, so that what changes over time changes both.
    for i in 0..releases {
        for (w, world) in worlds.iter().enumerate() {
            halves[i % 2][w].push(views(&release(world)?));
        }
    }
    let [choosing, bounding] = halves;
    let Some(event) = choose(&choosing, claim.delta) else { return Ok(0.0) };
    let hits = |w: usize| bounding[w].iter().filter(|view| event.holds(view)).count();
    let (first, second) = if event.swapped { (1, 0) } else { (0, 1) };
    let likely = lower(hits(first), bounding[first].len(), ALARM / 2.0);
    let rare = upper(hits(second), bounding[second].len(), ALARM / 2.0);
    Ok(ln_ratio(likely, rare, claim.delta))
}

/// What is looked at in a release: each cell, and of each two cells the difference and the smaller.
fn views(noisy: &[i64]) -> Vec<i64> {
    let mut views = noisy.to_vec();
    for (i, a) in noisy.iter().enumerate() {
        views.extend(noisy[i + 1..].iter().flat_map(|b| [a - b, *a.min(b)]));
    }
    views
}

/// An event on a view: at least, at most, or exactly a value. `swapped` says that it is likelier in
/// the second world.
#[derive(Debug, Clone, Copy)]
struct Event {
    view: usize,
    from: i64,
    to: i64,
    swapped: bool,
}

impl Event {
    fn holds(&self, views: &[i64]) -> bool {
        (self.from..=self.to).contains(&views[self.view])
    }
}

/// The event with the largest cautious ratio among those that the releases suggest.
fn choose(half: &[Vec<Vec<i64>>; 2], delta: f64) -> Option<Event> {
    let mut best: Option<(f64, Event)> = None;
    let width = half[0].first().map_or(0, Vec::len);
    for view in 0..width {
        let sorted = half.each_ref().map(|world| {
            let mut values: Vec<i64> = world.iter().map(|views| views[view]).collect();
            values.sort_unstable();
            values
        });
        let mut values: Vec<i64> = sorted.concat();
        values.sort_unstable();
        values.dedup();
        for value in values {
            for (from, to) in [(value, i64::MAX), (i64::MIN, value), (value, value)] {
                let shares = sorted.each_ref().map(|values| {
                    let inside = values.partition_point(|v| *v <= to)
                        - values.partition_point(|v| *v < from);
                    (inside as f64 / values.len() as f64, values.len() as f64)
                });
                for (swapped, (likely, rare)) in
                    [(false, (shares[0], shares[1])), (true, (shares[1], shares[0]))]
                {
                    let ratio = ln_ratio(wilson(likely, -CAUTION), wilson(rare, CAUTION), delta);
                    if best.as_ref().is_none_or(|(most, _)| ratio > *most) {
                        best = Some((ratio, Event { view, from, to, swapped }));
                    }
                }
            }
        }
    }
    best.map(|(_, event)| event)
}

/// The end of Wilson's (1927) interval of a share p of n, z deviations away; quick, and good enough
/// to choose by.
fn wilson((p, n): (f64, f64), z: f64) -> f64 {
    let middle = p + z * z / (2.0 * n);
    let reach = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    (middle + reach) / (1.0 + z * z / n)
}

/// ln((P₁ − δ)/P₀), or 0 where that says nothing.
fn ln_ratio(likely: f64, rare: f64, delta: f64) -> f64 {
    if likely > delta && rare > 0.0 { ((likely - delta) / rare).ln().max(0.0) } else { 0.0 }
}
