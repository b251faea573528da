//! What a count is, given its prior and its estimate: the posterior over whole numbers.

use super::prior::Prior;

/// Standard errors of the estimate on both sides of it that are looked at.
const REACH: f64 = 8.0;
/// Steps to a standard error in wide posteriors; narrower ones are summed over every number.
const STEPS: f64 = 32.0;
/// The tail is left where a step has less than this part of the largest.
const TAIL: f64 = 1e-12;

/// A posterior on `first`, `first + step`, …
pub(super) struct Posterior {
    first: f64,
    step: f64,
    /// Probabilities; they add up to one.
    parts: Vec<f64>,
    /// The logarithm of the probability density of the estimate.
    pub(super) ln_evidence: f64,
}

impl Posterior {
    /// Given an estimate with normal error of this variance.
    pub(super) fn new(prior: Prior, estimate: f64, variance: f64) -> Self {
        let error = variance.sqrt();
        let ln_error = |k: f64| (estimate - k).powi(2) / (-2.0 * variance);
        let centre = likely(prior, estimate, variance);
        let last = centre.max(estimate) + REACH * error + 2.0;
        let step = (variance.min(prior.variance()).sqrt() / STEPS).floor().max(1.0);
        // One more count multiplies the density of the estimate by exp((2(y − k) − 1)/2s²), and
        // that factor itself by exp(−1/s²).
        let bend = (-1.0 / variance).exp();
        let mut parts = Vec::new();
        let (mut k, mut p, mut most) = (centre, 1.0_f64, 1.0_f64);
        let mut tilt = ((2.0 * (estimate - k) - 1.0) / (2.0 * variance)).exp();
        let at_centre = prior.ln(centre) + ln_error(centre);
        let direct = |k: f64| (prior.ln(k) + ln_error(k) - at_centre).exp();
        while k <= last && (p > TAIL * most || k < estimate) {
            parts.push(p);
            if step > 1.0 {
                p = direct(k + step);
            } else {
                p *= prior.ratio(k) * tilt;
                tilt *= bend;
            }
            k += step;
            most = most.max(p);
        }
        let mut lower = Vec::new();
        let mut tilt = ((1.0 - 2.0 * (estimate - centre + 1.0)) / (2.0 * variance)).exp();
        let (mut k, mut p) = (centre, 1.0_f64);
        let first = (centre.min(estimate) - REACH * error - 2.0).max(0.0);
        while k - step >= first {
            if step > 1.0 {
                p = direct(k - step);
            } else {
                p *= tilt / prior.ratio(k - 1.0);
                tilt *= bend;
            }
            k -= step;
            lower.push(p);
        }
        lower.reverse();
        lower.extend(parts);
        let sum: f64 = lower.iter().sum();
        for p in &mut lower {
            *p /= sum;
        }
        let ln_evidence = at_centre + (sum * step).ln() - error.ln();
        Self { first: k, step, parts: lower, ln_evidence }
    }

    pub(super) fn mean(&self) -> f64 {
        self.numbers().map(|(k, p)| k * p).sum()
    }

    fn numbers(&self) -> impl Iterator<Item = (f64, f64)> {
        let mut k = self.first - self.step;
        self.parts.iter().map(move |p| {
            k += self.step;
            (k, *p)
        })
    }
}

/// The most likely count, or one that is nearly as likely. Up to it each count is likelier than the
/// one before; where the prior falls so steeply from zero that there are two such hills, the
/// higher one.
fn likely(prior: Prior, estimate: f64, variance: f64) -> f64 {
    let mean = match prior {
        Prior::Flat => estimate,
        Prior::Counts { mean, .. } => mean,
    };
    let rises =
        |k: f64| prior.ratio(k).ln() + (2.0 * (estimate - k) - 1.0) / (2.0 * variance) > 0.0;
    let (mut low, mut high) = (-1.0, estimate.max(mean).max(0.0).ceil() + 1.0);
    while high - low > 1.0 {
        let middle = low.midpoint(high).floor();
        if rises(middle) { low = middle } else { high = middle }
    }
    // With φ up to 1 the prior has no second hill.
    if prior.steep() {
        return higher(prior, estimate, variance, high);
    }
    high
}

/// The most likely of a count, zero and the estimate.
fn higher(prior: Prior, estimate: f64, variance: f64, high: f64) -> f64 {
    let ln = |k: f64| prior.ln(k) - (estimate - k).powi(2) / (2.0 * variance);
    let hills = [high, 0.0, estimate.max(0.0).round()];
    let all = hills.map(|k| (ln(k), k));
    all.into_iter().fold(all[0], |best, one| if one.0 > best.0 { one } else { best }).1
}

/// A mixture of posteriors, told in four numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub(super) mean: f64,
    pub(super) variance: f64,
    /// An interval of equal tails.
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Told {
    /// Of posteriors with their weights, which add up to one, and the probability of each tail.
    pub(super) fn of(mixed: &[(f64, Posterior)], tail: f64) -> Self {
        let all = || {
            mixed.iter().flat_map(|(weight, of)| of.numbers().map(move |(k, p)| (k, weight * p)))
        };
        let mean: f64 = all().map(|(k, p)| k * p).sum();
        let variance = all().map(|(k, p)| (k - mean).powi(2) * p).sum();
        let first = mixed.iter().map(|(_, of)| of.first).fold(f64::INFINITY, f64::min);
        let below = |k: f64| -> f64 {
            let one = |(weight, of): &(f64, Posterior)| {
                weight * of.numbers().take_while(|(l, _)| *l <= k).map(|(_, p)| p).sum::<f64>()
            };
            mixed.iter().map(one).sum()
        };
        let step = mixed.first().map_or(1.0, |(_, of)| of.step);
        let last = mixed.iter().map(|(_, of)| of.parts.len()).max().unwrap_or(0);
        let reach = mixed.iter().map(|(_, of)| of.first - first).fold(0.0, f64::max) / step;
        let quantile = |wanted: f64| {
            // The smallest number at which the wanted probability is reached.
            // Whole, since halves of a step would never be told apart.
            let (mut low, mut high) = (-1.0, (reach + super::as_f64(last)).ceil());
            while high - low > 1.0 {
                let middle = low.midpoint(high).floor();
                if below(first + middle * step) >= wanted { high = middle } else { low = middle }
            }
            first + high * step
        };
        Self { mean, variance, low: quantile(tail), high: quantile(1.0 - tail) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums over every number, without any of the shortcuts.
    fn plain(prior: Prior, y: f64, v: f64) -> (f64, f64) {
        let weigh = |k: u32| {
            let k = f64::from(k);
            let p = (prior.ln(k) - (y - k).powi(2) / (2.0 * v)).exp() / v.sqrt();
            (p, p * k)
        };
        let (sum, first) = (0..5000).map(weigh).fold((0.0, 0.0), |(a, b), (p, q)| (a + p, b + q));
        (first / sum, sum.ln())
    }

    /// Posteriors of wide laws begin anywhere, not whole steps apart.
    #[test]
    fn mixtures_of_wide_posteriors_have_their_quantiles() {
        for apart in 0..40 {
            let posterior = |dispersion, estimate| {
                Posterior::new(Prior::Counts { mean: 7000.0, dispersion }, estimate, 370_000.0)
            };
            let estimate = 6800.0 + f64::from(apart);
            let mixed = [(0.5, posterior(0.01, estimate)), (0.5, posterior(0.8, estimate))];
            let told = Told::of(&mixed, 0.025);
            assert!(told.low < told.mean && told.mean < told.high, "{told:?}");
            assert!(told.high - told.low < 4.0 * told.variance.sqrt() + 40.0, "{told:?}");
        }
    }

    #[test]
    fn means_and_evidence_are_those_of_plain_sums() {
        for (mean, dispersion) in [(0.05, 0.5), (0.5, 4.0), (6.0, 0.0), (40.0, 1.0), (900.0, 0.1)] {
            let prior = Prior::Counts { mean, dispersion };
            for y in [-20.0, -1.3, 0.2, 8.0, 77.0, 1000.5] {
                for v in [0.8, 9.0, 150.0, 2500.0] {
                    let (expected, evidence) = plain(prior, y, v);
                    if evidence < -300.0 {
                        continue;
                    }
                    let posterior = Posterior::new(prior, y, v);
                    let ln = posterior.ln_evidence;
                    let told = Told::of(&[(1.0, posterior)], 0.025);
                    let wide = prior.variance().min(v).sqrt();
                    let near = 1e-3 * (1.0 + wide) + if wide < 32.0 { 0.0 } else { wide / 50.0 };
                    assert!(
                        (told.mean - expected).abs() < near,
                        "{mean} {dispersion} {y} {v}: {} {expected}",
                        told.mean
                    );
                    assert!(
                        (ln - evidence).abs() < near,
                        "{mean} {dispersion} {y} {v}: {ln} {evidence}"
                    );
                    assert!(told.low <= told.mean + 1.0 && told.high >= told.mean - 1.0);
                }
            }
        }
    }
}
