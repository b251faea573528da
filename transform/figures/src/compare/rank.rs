//! Where a figure stands among others: ranks with intervals that hold for all of them together.
//!
//! Two figures are told apart where their difference passes its half-width, worked out from how
//! their errors go together. With m figures there are m(m − 1)/2 differences, and each is tested at
//! that part of the error allowed, so that with the stated probability no pair at all is put in the
//! wrong order, and all intervals hold at once (Bonferroni; the reasoning from pairs to ranks is that
//! of Mogstad, Romano, Shaikh and Wilhelm, "Inference for Ranks", Rev. Econ. Stud. 91, 2024).
//!
//! Whoever shows ranks of recorded violence must say that they are ranks of what was recorded.

use shumar_privacy::estimator::{At, Unfit};

use crate::Estimates;
use crate::indicator::Sum;

/// The places that a figure can have: 1 is the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rank {
    /// The best place.
    pub best: usize,
    /// The worst place.
    pub worst: usize,
    /// How many figures there are.
    pub of: usize,
}

/// What may be said of a figure's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is the highest.
    Highest,
    /// It is among so many highest.
    AmongHighest(usize),
    /// It is the lowest.
    Lowest,
    /// It is among so many lowest.
    AmongLowest(usize),
    /// Nothing can be said.
    NotTold,
}

impl Rank {
    /// Which words the places allow; "among the k highest" is said up to a k of `most`.
    #[must_use]
    pub fn standing(&self, most: usize) -> Standing {
        let from_below = self.of + 1 - self.best;
        match (self.worst, from_below) {
            _ if self.of < 2 => Standing::NotTold,
            (1, _) => Standing::Highest,
            (_, 1) => Standing::Lowest,
            (k, _) if k <= most && k < self.of => Standing::AmongHighest(k),
            (_, k) if k <= most && k < self.of => Standing::AmongLowest(k),
            _ => Standing::NotTold,
        }
    }
}

/// The ranks of some sums over one margin, one vector of weights each: the counts of areas, or
/// with weights divided by populations, their rates. With the probability `confidence` all hold.
///
/// # Errors
/// As [`Estimates::query_half_width`].
pub fn ranks(
    estimates: &dyn Estimates,
    at: &At,
    figures: Vec<Vec<f64>>,
    confidence: f64,
) -> Result<Vec<Rank>, Unfit> {
    let cells = estimates.cells(at)?;
    let sum = |weights| Sum::new(estimates, at, &cells, weights);
    let sums = figures.into_iter().map(sum).collect::<Result<Vec<_>, _>>()?;
    let pairs = sums.len() * sums.len().saturating_sub(1) / 2;
    let confidence = shared(confidence, pairs);
    let mut order = Order::new(sums.len());
    for (i, a) in sums.iter().enumerate() {
        for (j, b) in sums.iter().enumerate().skip(i + 1) {
            let difference = a.less(1.0, b);
            if difference.value().abs() > difference.half_width(confidence)? {
                order.tell(i, j, difference.value() > 0.0);
            }
        }
    }
    Ok(order.ranks())
}

/// The ranks of some figures by their intervals, which must each cover with the probability that
/// [`shared`] gives for as many intervals, so that with the probability asked there all hold
/// (Klein, Wright and Wieczorek, "A Joint Confidence Region for an Overall Ranking of Populations",
/// J. R. Statist. Soc. C 69, 2020). An open end is `None`.
#[must_use]
pub fn ranks_of_intervals(intervals: &[(Option<f64>, Option<f64>)]) -> Vec<Rank> {
    let mut order = Order::new(intervals.len());
    for (i, a) in intervals.iter().enumerate() {
        for (j, b) in intervals.iter().enumerate() {
            if a.0.zip(b.1).is_some_and(|(lower, upper)| lower > upper) {
                order.tell(i, j, true);
            }
        }
    }
    order.ranks()
}

/// The confidence of each of so many intervals with which all hold together.
#[must_use]
pub fn shared(confidence: f64, among: usize) -> f64 {
    let among = f64::from(u32::try_from(among.max(1)).unwrap_or(u32::MAX));
    1.0 - (1.0 - confidence) / among
}

/// How many others are told to be above and below each figure.
struct Order {
    above: Vec<usize>,
    below: Vec<usize>,
}

impl Order {
    fn new(figures: usize) -> Self {
        Self { above: vec![0; figures], below: vec![0; figures] }
    }

    /// The first of two is higher, or lower.
    fn tell(&mut self, first: usize, second: usize, higher: bool) {
        let (high, low) = if higher { (first, second) } else { (second, first) };
        self.above[low] += 1;
        self.below[high] += 1;
    }

    fn ranks(&self) -> Vec<Rank> {
        let of = self.above.len();
        let rank =
            |(above, below): (&usize, &usize)| Rank { best: above + 1, worst: of - below, of };
        self.above.iter().zip(&self.below).map(rank).collect()
    }
}
