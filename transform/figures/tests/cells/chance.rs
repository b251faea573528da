//! A fixed-seed generator for test worlds, and the noise laws of the kernel drawn from it.

use shumar_privacy::Scale;
use shumar_schemas::Family;

/// Steele, Lea and Flood's `SplitMix64`: small, and good enough for tests.
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// Uniform between 0 and 1, neither of them.
    pub fn unit(&mut self) -> f64 {
        ((self.next() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    pub fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    pub fn poisson(&mut self, mean: f64) -> i64 {
        if mean > 500.0 {
            return (mean + mean.sqrt() * self.normal()).round() as i64;
        }
        let (mut left, mut n) = (mean, 0);
        loop {
            left += self.unit().ln();
            if left < 0.0 {
                return n;
            }
            n += 1;
        }
    }

    /// One draw of the discrete noise of this scale.
    pub fn noise(&mut self, scale: &Scale) -> i64 {
        let s = scale.value();
        match scale.family() {
            Family::Laplace => self.geometric(s) - self.geometric(s),
            // Rejection from discrete Laplace, as in Canonne, Kamath and Steinke (2020).
            Family::Gaussian => loop {
                let t = s.floor() + 1.0;
                let y = self.geometric(t) - self.geometric(t);
                let away = (y.abs() as f64 - s * s / t).powi(2) / (2.0 * s * s);
                if self.unit() < (-away).exp() {
                    return y;
                }
            },
        }
    }

    fn geometric(&mut self, scale: f64) -> i64 {
        (-self.unit().ln() * scale).floor() as i64
    }
}
