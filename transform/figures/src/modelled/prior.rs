//! What the structure lets one expect of a count: a negative binomial law, or nothing at all.

/// ln(2π)/2.
const HALF_LN_TAU: f64 = 0.918_938_533_204_672_7;

/// What is expected of a count before its own estimate is seen.
#[derive(Debug, Clone, Copy)]
pub(super) enum Prior {
    /// Every count of zero or more alike.
    Flat,
    /// The negative binomial law of mean μ and variance μ + φμ², Poisson's for φ = 0. Beyond its
    /// mean it falls exponentially, not as fast as a normal law: a cell far from the structure
    /// keeps its own estimate.
    Counts {
        /// μ, positive.
        mean: f64,
        /// φ.
        dispersion: f64,
    },
}

impl Prior {
    /// The variance, without end for the flat one.
    pub(super) fn variance(self) -> f64 {
        match self {
            Self::Flat => f64::INFINITY,
            Self::Counts { mean, dispersion } => mean + dispersion * mean * mean,
        }
    }

    /// Whether it falls so steeply from zero on that what it is multiplied with may have two hills:
    /// the negative binomial law is log-concave up to φ = 1.
    pub(super) fn steep(self) -> bool {
        matches!(self, Self::Counts { dispersion, .. } if dispersion > 1.0)
    }

    /// P(k + 1) / P(k).
    pub(super) fn ratio(self, k: f64) -> f64 {
        match self {
            Self::Flat => 1.0,
            Self::Counts { mean, dispersion } => {
                mean * (1.0 + dispersion * k) / ((1.0 + dispersion * mean) * (k + 1.0))
            }
        }
    }

    /// ln P(k); 0 for the flat one.
    pub(super) fn ln(self, k: f64) -> f64 {
        match self {
            Self::Flat => 0.0,
            Self::Counts { mean, dispersion } if dispersion < 1e-9 => {
                k * mean.ln() - mean - ln_gamma(k + 1.0)
            }
            Self::Counts { mean, dispersion } => {
                let r = 1.0 / dispersion;
                let spread = (dispersion * mean).ln_1p();
                ln_gamma(k + r) - ln_gamma(r) - ln_gamma(k + 1.0) - r * spread
                    + k * ((dispersion * mean).ln() - spread)
            }
        }
    }
}

/// ln Γ(x) for positive x: Stirling's series from 10 on, the recurrence below (Abramowitz and
/// Stegun 6.1.41 and 6.1.15).
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut below) = (x, 1.0);
    while x < 10.0 {
        below *= x;
        x += 1.0;
    }
    let square = x * x;
    let series = (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / (1260.0 * square)) / square) / x;
    (x - 0.5) * x.ln() - x + HALF_LN_TAU + series - below.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_law_has_its_mean_and_variance() {
        for (mean, dispersion) in [(0.1, 0.0), (3.0, 0.0), (0.5, 2.0), (7.0, 0.3), (20.0, 1.0)] {
            let prior = Prior::Counts { mean, dispersion };
            let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
            let mut p = prior.ln(0.0).exp();
            for k in 0..2000 {
                let k = f64::from(k);
                assert!((prior.ln(k) - p.ln()).abs() < 1e-8 || p < 1e-200, "{k}");
                sum += p;
                first += p * k;
                second += p * k * k;
                p *= prior.ratio(k);
            }
            assert!((sum - 1.0).abs() < 1e-9 && (first - mean).abs() < 1e-7);
            assert!((second - first * first - prior.variance()).abs() < 1e-5);
        }
    }
}
