//! The ratio of recorded to bounded records: measured, and what is likely of it.

/// What ratio is expected before anything is measured, and how surely: so that a generous measurement that
/// is all noise does not scale every count by chance.
const EXPECTED: f64 = 1.15;
const VARIANCE: f64 = 0.16;
/// Excesses over 1 that are weighed: every order of magnitude alike from the first to the second, and
/// falling as the inverse square from there on. Their mean is that of the expectation above.
const LEAST: f64 = 0.001;
const USUAL: f64 = 0.5;
const MOST: f64 = 20.0;
/// Steps of the logarithm of the excess, at least; at most; and to a standard error about what was measured.
const STEPS_MIN: f64 = 600.0;
const STEPS_MAX: f64 = 1e6;
const STEPS_TO_ERROR: f64 = 4.0;

/// A ratio, and how surely it is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ratio {
    pub(super) mean: f64,
    pub(super) variance: f64,
}

impl Ratio {
    /// Where nothing tells it.
    pub(super) const UNTOLD: Self = Self { mean: EXPECTED, variance: VARIANCE };

    /// As measured with noise of a variance, drawn towards the expectation only where that is wide. Near
    /// enough to unbiased.
    pub(super) fn measured(measured: f64, variance: f64) -> Self {
        let sure = VARIANCE / (VARIANCE + variance);
        Self { mean: sure * measured + (1.0 - sure) * EXPECTED, variance: (1.0 - sure) * VARIANCE }
    }

    /// The posterior of a ratio that is never below 1, where of its excess not even the order of magnitude is known
    /// before. Not unbiased: a small excess that noise hides is taken for less than it may be.
    pub(super) fn likely(measured: f64, variance: f64) -> Self {
        let (from, to) = (LEAST.ln(), MOST.ln());
        let error = variance.sqrt().max(f64::MIN_POSITIVE);
        let sharp = STEPS_TO_ERROR * (measured - 1.0).max(0.0) / error;
        let steps = ((to - from) * sharp).clamp(STEPS_MIN, STEPS_MAX).ceil();
        let excesses = || {
            let next = |i: &f64| Some(i + 1.0).filter(|i| *i <= steps);
            std::iter::successors(Some(0.0), next)
                .map(|i: f64| (from + (to - from) * i / steps).exp())
        };
        let ln_weight = |x: f64| {
            let prior = 2.0 * (USUAL / x).min(1.0).ln();
            prior - (measured - 1.0 - x).powi(2) / (2.0 * variance.max(f64::MIN_POSITIVE))
        };
        let most = excesses().map(ln_weight).fold(f64::NEG_INFINITY, f64::max);
        let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
        for x in excesses() {
            let weight = (ln_weight(x) - most).exp();
            sum += weight;
            first += weight * x;
            second += weight * x * x;
        }
        let mean = first / sum;
        Self { mean: 1.0 + mean, variance: (second / sum - mean * mean).max(0.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sharp measurement is kept by both; noise alone says what is expected.
    #[test]
    fn what_is_measured_sharply_is_kept() {
        for measured in [1.05, 1.4, 2.5] {
            let sharp = Ratio::likely(measured, 1e-6);
            assert!((sharp.mean - measured).abs() < 1e-3, "{sharp:?}");
            assert!((sharp.variance / 1e-6 - 1.0).abs() < 0.1, "{sharp:?}");
            assert!((Ratio::measured(measured, 1e-6).mean - measured).abs() < 1e-4);
        }
        let blind = Ratio::likely(0.4, 1e6);
        assert!((blind.mean - EXPECTED).abs() < 0.03, "{blind:?}");
        assert!((Ratio::measured(0.4, 1e6).mean - EXPECTED).abs() < 1e-3);
    }

    /// Where few records are left out, the posterior is nearer to none than the noise is wide.
    #[test]
    fn a_hidden_excess_is_taken_for_small() {
        let noise: f64 = 0.1;
        let mut square = 0.0;
        for i in -20..=20 {
            let measured = 1.007 + noise * f64::from(i) / 10.0;
            square += (Ratio::likely(measured, noise.powi(2)).mean - 1.007).powi(2) / 41.0;
        }
        assert!(square.sqrt() < 0.6 * noise, "{}", square.sqrt());
    }
}
