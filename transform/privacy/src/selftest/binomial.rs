//! Exact confidence bounds on a share (Clopper and Pearson 1934).

/// Steps of bisection: below the last digit of a float.
const STEPS: u32 = 60;
/// Terms of the continued fraction; some √(a + b) are needed.
const TERMS: u32 = 2000;

/// The smallest share of which `hits` or more of `trials` are not rarer than `alarm`.
pub(super) fn lower(hits: usize, trials: usize, alarm: f64) -> f64 {
    if hits == 0 {
        return 0.0;
    }
    let at_least = |p: f64| beta(p, hits as f64, (trials - hits) as f64 + 1.0);
    let (mut low, mut high) = (0.0, hits as f64 / trials as f64);
    for _ in 0..STEPS {
        let middle = f64::midpoint(low, high);
        if at_least(middle) < alarm { low = middle } else { high = middle }
    }
    low
}

/// The largest share of which `hits` or fewer of `trials` are not rarer than `alarm`.
pub(super) fn upper(hits: usize, trials: usize, alarm: f64) -> f64 {
    1.0 - lower(trials - hits, trials, alarm)
}

/// The regularised incomplete beta function `I_x(a, b)`, which is P(X ≥ a) for X binomial of
/// a + b − 1 trials at x: Abramowitz and Stegun 26.5.8, by Lentz's method for continued fractions.
fn beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta(1.0 - x, b, a);
    }
    let factor = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p();
    let (mut above, mut below) = (1.0, 1.0 / (1.0 - (a + b) * x / (a + 1.0)));
    let mut fraction = below;
    for m in (1..TERMS).map(f64::from) {
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        for term in [even, odd] {
            below = 1.0 / (1.0 + term * below);
            above = 1.0 + term / above;
            fraction *= above * below;
        }
        if (above * below - 1.0).abs() < 1e-14 {
            break;
        }
    }
    (factor.exp() * fraction / a).min(1.0)
}

/// The logarithm of the gamma function of a positive number: Stirling's series (Abramowitz and
/// Stegun 6.1.41) after a shift beyond 10.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < 10.0 {
        shift += x.ln();
        x += 1.0;
    }
    let series =
        1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * x * x)) / (x * x)) / (x * x);
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series / x - shift
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P(X ≥ hits) summed term by term.
    fn tail(hits: usize, trials: usize, p: f64) -> f64 {
        let term = |k: usize| {
            let choose: f64 = (0..k).map(|i| ((trials - i) as f64 / (i + 1) as f64).ln()).sum();
            (choose + k as f64 * p.ln() + (trials - k) as f64 * (1.0 - p).ln()).exp()
        };
        (hits..=trials).map(term).sum()
    }

    #[test]
    fn bounds_are_where_the_tail_is_the_alarm() {
        for (hits, trials) in [(5, 10), (1, 50), (50, 50), (180, 1000), (993, 1000), (31, 5000)] {
            for alarm in [0.025, 1e-6] {
                let low = lower(hits, trials, alarm);
                let found = tail(hits, trials, low);
                assert!((found / alarm - 1.0).abs() < 1e-6, "{hits} {trials} {alarm} {found}");
                let high = upper(hits, trials, alarm);
                if hits < trials {
                    let below = tail(trials - hits, trials, 1.0 - high);
                    assert!((below / alarm - 1.0).abs() < 1e-6, "{hits} {trials} {alarm} {below}");
                }
            }
        }
        // The bounds of 5 of 10 at 95 %, as textbooks print them.
        assert!((lower(5, 10, 0.025) - 0.187_086).abs() < 1e-6);
        assert!((upper(5, 10, 0.025) - 0.812_914).abs() < 1e-6);
        assert!((upper(0, 10_000, 1e-6) - (1.0 - 1e-6_f64.powf(1e-4))).abs() < 1e-12);
        assert!(lower(0, 10, 0.025) == 0.0 && upper(10, 10, 0.025) >= 1.0);
    }
}
