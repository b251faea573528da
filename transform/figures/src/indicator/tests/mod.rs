//! Intervals of indicators cover as often as they say, under the kernel's own laws of noise.

mod bins;
mod ratio;
mod work;

/// How many intervals there were, how many of them covered, and how many would have if they had
/// been a fifth narrower on each side.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) shown: u32,
    pub(super) covered: u32,
    pub(super) narrowed: u32,
    pub(super) withheld: u32,
}

impl Tally {
    pub(super) fn put(&mut self, reading: &super::Reading, truth: f64) {
        let Some(value) = reading.value else {
            self.withheld += 1;
            return;
        };
        let (lower, upper) = (reading.lower.unwrap_or(0.0), reading.upper.unwrap_or(f64::INFINITY));
        let within = |part: f64| {
            value - part * (value - lower) - 1e-9 <= truth
                && truth <= value + part * (upper - value) + 1e-9
        };
        self.shown += 1;
        self.covered += u32::from(within(1.0));
        self.narrowed += u32::from(within(0.8));
    }

    pub(super) fn share(&self) -> f64 {
        f64::from(self.covered) / f64::from(self.shown)
    }

    /// At least 94 % are covered; intervals a fifth narrower would be told from that.
    pub(super) fn check(&self, most: f64, what: &str) {
        let (share, narrowed) = (self.share(), f64::from(self.narrowed) / f64::from(self.shown));
        assert!(self.shown > 1_000, "{what}: {}", self.shown);
        assert!((0.94..=most).contains(&share), "{what}: {share}");
        assert!(narrowed < 0.94, "{what}: a fifth narrower still covers {narrowed}");
    }
}
