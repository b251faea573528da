//! How the cells of margins lie within one another, and the order of a list of margins.

use std::collections::BTreeSet;

use shumar_privacy::estimator::{At, Domain};

/// For each cell of `from`, the cell of the coarser margin `to` that contains it.
pub(crate) fn containing(domain: &Domain, from: &At, to: &At) -> Vec<usize> {
    let levels = from.levels().iter().zip(to.levels());
    domain.axes().iter().zip(levels).fold(vec![0], |places, (axis, (from, to))| {
        let (from, to) = (usize::from(*from), usize::from(*to));
        let (ancestors, codes) = (axis.ancestors(from, to), axis.codes(to));
        let along = |place: usize| ancestors.iter().map(move |code| place * codes + code);
        places.into_iter().flat_map(along).collect()
    })
}

/// The sums of numbers over the cells that contain them, `cells` of these.
pub(crate) fn summed<T>(numbers: &[T], containing: &[usize], cells: usize) -> Vec<T>
where
    T: Copy + Default + std::ops::AddAssign,
{
    let mut out = vec![T::default(); cells];
    for (number, place) in numbers.iter().zip(containing) {
        out[*place] += *number;
    }
    out
}

/// The coarsest margin that both are within.
pub(crate) fn join(a: &At, b: &At) -> At {
    At::new(a.levels().iter().zip(b.levels()).map(|(a, b)| *a.max(b)).collect())
}

/// The margins, and everything that two of them have in common; coarser ones come first.
pub(crate) fn with_meets(margins: &[At]) -> BTreeSet<At> {
    let mut all = BTreeSet::new();
    for margin in margins {
        let meets: Vec<At> = all.iter().map(|known: &At| known.meet(margin)).collect();
        all.extend(meets);
        all.insert(margin.clone());
    }
    all
}

/// Those that are within no other.
pub(crate) fn finest_of(margins: impl IntoIterator<Item = At>) -> Vec<At> {
    let all: BTreeSet<At> = margins.into_iter().collect();
    let covered = |at: &At| all.iter().any(|other| other != at && at.within(other));
    all.iter().filter(|at| !covered(at)).cloned().collect()
}

/// The finest of the margins that are strictly within one.
pub(crate) fn families<'a>(at: &At, margins: impl IntoIterator<Item = &'a At>) -> Vec<At> {
    finest_of(margins.into_iter().filter(|m| *m != at && m.within(at)).cloned())
}

/// The families in an order in which each has in common with the join of those before it no more
/// than it has with one of them, if there is such an order. Then tables that agree where they
/// overlap can be joined one by one to one table (the running intersection of decomposable
/// log-linear models; see Lauritzen, "Graphical Models", 1996, section 2.1).
pub(crate) fn chain(families: &[At]) -> Option<Vec<At>> {
    let (mut left, mut last) = (families.to_vec(), Vec::new());
    while left.len() > 1 {
        let leaf = (0..left.len()).find(|i| {
            let others = left.iter().enumerate().filter(|(j, _)| j != i).map(|(_, other)| other);
            let mut common = others.clone().map(|other| left[*i].meet(other));
            let first = common.next();
            let all = first.map(|first| common.fold(first, |all, meet| join(&all, &meet)));
            all.is_some_and(|all| others.clone().any(|other| all.within(other)))
        })?;
        last.push(left.remove(leaf));
    }
    left.extend(last.into_iter().rev());
    Some(left)
}

/// A count as a float.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(crate) fn as_f64(n: i64) -> f64 {
    n as f64
}

/// The nearest whole number.
#[expect(clippy::cast_possible_truncation, reason = "counts stay far below 2^53")]
pub(crate) fn nearest(x: f64) -> i64 {
    x.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(levels: &[u8]) -> At {
        At::new(levels.to_vec())
    }

    #[test]
    fn meets_of_meets_are_there() {
        let all = with_meets(&[at(&[1, 1, 0]), at(&[0, 1, 1]), at(&[2, 0, 1])]);
        let wanted = [[0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1], [1, 0, 0], [1, 1, 0], [2, 0, 1]];
        assert!(all.into_iter().eq(wanted.iter().map(|levels| at(levels))));
    }

    #[test]
    fn pairs_of_three_axes_are_no_chain_but_nested_ones_are() {
        let pairs = [at(&[1, 1, 0]), at(&[0, 1, 1]), at(&[1, 0, 1])];
        assert!(chain(&pairs).is_none());
        assert!(chain(&pairs[..2]).is_some());
        // Districts by quarters, divisions by offences: only divisions are common.
        assert!(chain(&[at(&[2, 1, 0]), at(&[1, 0, 1])]).is_some());
        let single = [at(&[2, 1, 0]), at(&[0, 0, 1]), at(&[0, 2, 0])];
        let order = chain(&single).expect("a chain");
        assert_eq!(order.len(), 3);
        assert!(chain(&[]).is_some_and(|order| order.is_empty()));
    }
}
