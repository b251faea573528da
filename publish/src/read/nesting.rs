//! The levels of one axis of a table: a dimension, and the coarser levels that its codes lie in.
//!
//! A depth is a level counted from the total: 0 is the total, 1 the coarsest level, and the last
//! one the dimension itself.

use std::collections::{BTreeMap, BTreeSet};

use shumar_privacy::estimator::{Axis, Unfit};
use shumar_schemas::release::DimensionDocument;

/// Most codes of a dimension; those of the longest lists in use are some hundreds.
const CODES_MAX: usize = 20_000;
/// Most coarser levels of a dimension: village, union council, tehsil, district and so on are few.
const LEVELS_MAX: usize = 8;

/// An axis: for each depth from 1, the place of each code's parent at the depth above.
#[derive(Debug)]
pub(crate) struct Nesting {
    parents: Vec<Vec<usize>>,
}

impl Nesting {
    /// The axis of a dimension and its coarser levels, each nested in the one before; otherwise
    /// what is wrong with them.
    pub(crate) fn of(
        base: &DimensionDocument,
        levels: &[&DimensionDocument],
    ) -> Result<Self, String> {
        if base.codes.len() > CODES_MAX || levels.len() > LEVELS_MAX {
            return Err(format!("has too many codes or levels in dimension `{}`", base.id));
        }
        let mut parents = Vec::new();
        let (mut finer, mut place): (_, Vec<usize>) = (base, (0..base.codes.len()).collect());
        for level in levels {
            let above = places(base, level)?;
            parents.push(parents_of(finer, &place, level, &above)?);
            (finer, place) = (level, above);
        }
        parents.push(vec![0; finer.codes.len()]);
        parents.reverse();
        Ok(Self { parents })
    }

    /// The depth of the dimension itself.
    pub(crate) fn finest(&self) -> usize {
        self.parents.len()
    }

    /// How many codes a depth has.
    pub(crate) fn codes(&self, depth: usize) -> usize {
        if depth == 0 { 1 } else { self.parents[depth - 1].len() }
    }

    /// For each code of one depth, the place of the code of another, no deeper, that it lies in.
    pub(crate) fn ancestors(&self, from: usize, to: usize) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.codes(from)).collect();
        for parents in self.parents[to..from].iter().rev() {
            for place in &mut places {
                *place = parents[*place];
            }
        }
        places
    }

    /// How many kinds of codes a depth has. Two are of one kind, and their estimates have one
    /// error, if they and all codes they lie in hold equally many codes of every deeper depth.
    pub(crate) fn kinds(&self, depth: usize) -> usize {
        let mut kinds = vec![0];
        let mut count = 1;
        for own in 1..=depth {
            let mut sizes = vec![Vec::new(); self.codes(own)];
            for deeper in own + 1..=self.finest() {
                let mut below = vec![0_usize; sizes.len()];
                for code in self.ancestors(deeper, own) {
                    below[code] += 1;
                }
                sizes.iter_mut().zip(below).for_each(|(sizes, below)| sizes.push(below));
            }
            // The number of siblings is told by the parent's sizes.
            let parents = &self.parents[own - 1];
            let mut known = BTreeMap::new();
            let kind = |(sizes, parent): (Vec<usize>, &usize)| {
                let next = known.len();
                *known.entry((kinds[*parent], sizes)).or_insert(next)
            };
            kinds = sizes.into_iter().zip(parents).map(kind).collect();
            count = known.len();
        }
        count
    }

    /// The axis as the estimator knows it.
    pub(crate) fn axis(&self) -> Result<Axis, Unfit> {
        Axis::nested(self.parents.clone())
    }
}

/// For each code of a dimension, its place at a coarser level.
fn places(base: &DimensionDocument, level: &DimensionDocument) -> Result<Vec<usize>, String> {
    let (of, id) = (&base.id, &level.id);
    if level.members.len() != base.codes.len() {
        return Err(format!("gives `{id}` not one code for each code of `{of}`"));
    }
    let codes = level.codes.iter().enumerate().map(|(i, c)| (c.code.as_str(), i));
    let known: BTreeMap<&str, usize> = codes.collect();
    let place = |code: &String| known.get(code.as_str()).copied();
    let places: Option<Vec<usize>> = level.members.iter().map(place).collect();
    let places = places.ok_or_else(|| format!("has a member that `{id}` does not list"))?;
    if places.iter().collect::<BTreeSet<_>>().len() < level.codes.len() {
        return Err(format!("has a code of `{id}` that no code of `{of}` lies in"));
    }
    Ok(places)
}

/// For each code of the finer level the code of the coarser one that all of it lies in; both are
/// given by where they put the codes of the dimension.
fn parents_of(
    finer: &DimensionDocument,
    place: &[usize],
    coarser: &DimensionDocument,
    above: &[usize],
) -> Result<Vec<usize>, String> {
    let mut parents = vec![None; finer.codes.len()];
    let whole = place.iter().zip(above).all(|(own, parent)| {
        let known: &mut Option<usize> = &mut parents[*own];
        *known.get_or_insert(*parent) == *parent
    });
    let parents: Option<Vec<usize>> = parents.into_iter().collect();
    let parents = parents.filter(|_| whole);
    parents.ok_or_else(|| format!("has levels that don't nest: `{}` in `{}`", finer.id, coarser.id))
}

#[cfg(test)]
mod tests {
    use shumar_schemas::Label;
    use shumar_schemas::release::CodeDocument;

    use super::*;

    fn dimension(id: &str, codes: &str, members: &str) -> DimensionDocument {
        let code = |c: char| CodeDocument { code: c.into(), label: Label::english("a code") };
        DimensionDocument {
            id: id.to_owned(),
            title: Label::english(id),
            area: false,
            quarters: false,
            codes: codes.chars().map(code).collect(),
            level_of: (!members.is_empty()).then(|| "district".to_owned()),
            members: members.chars().map(String::from).collect(),
        }
    }

    #[test]
    fn nested_levels_are_an_axis() {
        let base = dimension("district", "abcdef", "");
        let division = dimension("division", "xyz", "xxyyyz");
        let zone = dimension("zone", "NS", "NNSSSS");
        let nesting = Nesting::of(&base, &[&division, &zone]).expect("nested");
        assert_eq!(nesting.parents, [vec![0, 0], vec![0, 1, 1], vec![0, 0, 1, 1, 1, 2]]);
        assert_eq!(nesting.ancestors(3, 1), [0, 0, 1, 1, 1, 1]);
        assert_eq!(nesting.ancestors(2, 2), [0, 1, 2]);
        assert_eq!([0, 1, 2, 3].map(|depth| nesting.kinds(depth)), [1, 2, 3, 3]);
        let axis = nesting.axis().expect("an axis");
        assert_eq!([1, 2, 3].map(|depth| axis.codes(depth)), [2, 3, 6]);
        let equal = Nesting::of(&base, &[&dimension("half", "xy", "xyxyxy")]).expect("nested");
        assert_eq!([1, 2].map(|depth| equal.kinds(depth)), [1, 1]);
    }

    #[test]
    fn levels_that_cross_or_have_gaps_are_refused() {
        let base = dimension("district", "abcdef", "");
        let division = dimension("division", "xyz", "xxyyyz");
        let refused = |levels: &[&DimensionDocument]| Nesting::of(&base, levels).expect_err("bad");
        let crossing = dimension("zone", "NS", "NSSSSS");
        assert!(refused(&[&division, &crossing]).contains("`division` in `zone`"));
        // From the coarser to the finer is the wrong order.
        let zone = dimension("zone", "NS", "NNSSSS");
        assert!(refused(&[&zone, &division]).contains("`zone` in `division`"));
        assert!(refused(&[&dimension("zone", "NSW", "NNSSSS")]).contains("that no code"));
        assert!(refused(&[&dimension("zone", "N", "NNSSSS")]).contains("does not list"));
        assert!(refused(&[&dimension("zone", "NS", "NNSS")]).contains("not one code for each"));
        assert!(refused(&[&zone; 9]).contains("too many"));
    }
}
