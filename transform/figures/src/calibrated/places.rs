//! How many records persons have, as far as the measurements tell it, and what that means for the
//! records that a bound leaves out.

/// Steps of a bisection: more than a double holds.
const STEPS: usize = 60;

/// What the spread of records over persons adds to the error of a calibrated count, for each
/// bounded record: persons with many records are few, and where they live is chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    /// Where all records of a person fall in one cell.
    pub(super) whole: f64,
    /// Where they fall in different cells by chance.
    pub(super) apart: f64,
}

impl Spread {
    /// For a cell that holds `share` of a person's records.
    pub(super) fn at(&self, share: f64) -> f64 {
        share * self.whole + (1.0 - share) * self.apart
    }
}

/// How many persons have at least 1, 2, … records, from the records by place: `from` is the first
/// place of each class, `counts` its records, `most` the last place. Within a class the numbers
/// fall by a constant ratio, from where the class before ended.
pub(super) fn persons(from: &[u32], counts: &[f64], most: u32) -> Vec<f64> {
    let mut persons: Vec<f64> = Vec::new();
    for (i, count) in counts.iter().enumerate() {
        let next = from.get(i + 1).copied().unwrap_or(most + 1);
        let places = next.saturating_sub(from[i]).max(1);
        let Some(before) = persons.last().copied() else {
            persons.resize(places as usize, count.max(0.0) / f64::from(places));
            continue;
        };
        let total = |ratio: f64| before * (1..=places).map(|j| power(ratio, j)).sum::<f64>();
        let ratio = bisect(|ratio| total(ratio) < *count);
        persons.extend((1..=places).map(|j| before * power(ratio, j)));
    }
    persons
}

/// The same without such counts: numbers that fall by a constant ratio, so that all records are
/// `ratio` times those within the bound.
pub(super) fn falling(ratio: f64, bound: u32, most: u32) -> Vec<f64> {
    let sum = |q: f64, to: u32| (0..to).map(|j| power(q, j)).sum::<f64>();
    let q = bisect(|q| sum(q, most) / sum(q, bound) < ratio);
    (0..most).map(|j| power(q, j)).collect()
}

/// The error of calibrating by one ratio, for a bounded record: of n records min(n, c) are counted,
/// and stand for all.
pub(super) fn spread(persons: &[f64], bound: u32, ratio: f64) -> Spread {
    let (mut whole, mut apart, mut counted) = (0.0, 0.0, 0.0);
    for (i, at_least) in persons.iter().enumerate() {
        let exactly = at_least - persons.get(i + 1).copied().unwrap_or(0.0);
        let n = f64::from(u32::try_from(i + 1).unwrap_or(u32::MAX));
        let within = n.min(f64::from(bound));
        whole += exactly * (n - ratio * within).powi(2);
        apart += exactly * ((n - within) + within * (ratio - 1.0).powi(2));
        counted += exactly * within;
    }
    if counted > 0.0 {
        Spread { whole: whole / counted, apart: apart / counted }
    } else {
        Spread { whole: 0.0, apart: 0.0 }
    }
}

/// The chance that a bounded record falls in each of `parts` equal parts of the year, when all records
/// fall evenly: ordinals are given as records come, so what a bound keeps is early.
pub(super) fn early(persons: &[f64], bound: u32, parts: u32) -> Vec<f64> {
    let mut expected = vec![0.0; parts as usize];
    for (i, at_least) in persons.iter().enumerate() {
        let exactly = at_least - persons.get(i + 1).copied().unwrap_or(0.0);
        let n = u32::try_from(i + 1).unwrap_or(u32::MAX);
        for place in 1..=n.min(bound) {
            let mut before = 0.0;
            for (part, expected) in (1..=parts).zip(&mut expected) {
                let by_then = at_least_of(place, n, f64::from(part) / f64::from(parts));
                *expected += exactly * (by_then - before);
                before = by_then;
            }
        }
    }
    let sum: f64 = expected.iter().sum();
    if sum > 0.0 {
        expected.into_iter().map(|e| e / sum).collect()
    } else {
        vec![1.0 / f64::from(parts); parts as usize]
    }
}

/// The chance that at least k of n fall within a part p.
fn at_least_of(k: u32, n: u32, p: f64) -> f64 {
    let mut term = power(1.0 - p, n);
    if p >= 1.0 {
        return 1.0;
    }
    let mut below = 0.0;
    for j in 0..k {
        below += term;
        term *= f64::from(n - j) / f64::from(j + 1) * p / (1.0 - p);
    }
    1.0 - below
}

/// The largest ratio from 0 to 1 that is still too low.
fn bisect(too_low: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..STEPS {
        let middle = f64::midpoint(low, high);
        if too_low(middle) { low = middle } else { high = middle }
    }
    low
}

fn power(x: f64, n: u32) -> f64 {
    x.powi(i32::try_from(n).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Classes of a geometric law give the law back, and its moments are the known ones.
    #[test]
    fn numbers_of_records_are_read_back_from_classes() {
        let q: f64 = 0.4;
        let law: Vec<f64> = (0..20).map(|j| 1000.0 * q.powi(j)).collect();
        let counts =
            [law[0], law[1], law[2..5].iter().sum::<f64>(), law[5..20].iter().sum::<f64>()];
        let found = persons(&[1, 2, 3, 6], &counts, 20);
        assert_eq!(found.len(), 20);
        for (a, b) in found.iter().zip(&law) {
            assert!((a - b).abs() < 1e-6, "{a} {b}");
        }
        let ratio = law.iter().sum::<f64>() / law[0];
        let same = falling(ratio, 1, 20);
        assert!(same.iter().zip(&law).all(|(a, b)| (a * 1000.0 - b).abs() < 1e-6));
        // One counted record stands for 1/(1-q); the variance of a geometric law is q/(1-q)².
        let spread = spread(&found, 1, ratio);
        assert!((spread.whole - q / (1.0 - q).powi(2)).abs() < 1e-3, "{spread:?}");
        let apart = q / (1.0 - q) + (q / (1.0 - q)).powi(2);
        assert!((spread.apart - apart).abs() < 1e-3, "{spread:?}");
    }

    /// With one record each nothing is early; of many, the first are all in the first part.
    #[test]
    fn what_a_bound_keeps_is_early() {
        for part in early(&[10.0], 1, 4) {
            assert!((part - 0.25).abs() < 1e-12);
        }
        let two = early(&[1.0, 1.0], 1, 2);
        assert!((two[0] - 0.75).abs() < 1e-12, "{two:?}");
        let kept = early(&[1.0; 20], 20, 4);
        assert!(kept.iter().all(|part| (part - 0.25).abs() < 1e-9), "{kept:?}");
        assert!(early(&[1.0; 20], 1, 4)[0] > 0.99);
    }

    #[test]
    fn where_nothing_is_left_out_nothing_is_added() {
        let found = persons(&[1, 2, 3, 6], &[500.0, -3.0, 0.0, -8.0], 20);
        assert_eq!(spread(&found, 2, 1.0), Spread { whole: 0.0, apart: 0.0 });
        assert_eq!(spread(&[], 2, 1.0), Spread { whole: 0.0, apart: 0.0 });
    }
}
