//! The cells of one scan: every record is added to one cell of each set, and margins are added up
//! from these.

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int32Type;

use super::groups::{Groups, Key};
use super::{ORDINAL, Wanted, places};

/// Records of each cell of each set, by the narrowest bound that counts them.
pub(super) struct Cells {
    sets: Vec<Vec<u32>>,
}

impl Cells {
    /// Empty cells. `None` if there are more than can be counted.
    pub(super) fn new(groups: &Groups) -> Option<Self> {
        let size = |set: &Vec<usize>| groups.cells(set)?.checked_mul(groups.bounds.len());
        let sizes: Option<Vec<usize>> = groups.sets.iter().map(size).collect();
        Some(Self { sets: sizes?.into_iter().map(|size| vec![0; size]).collect() })
    }

    /// Adds the records of a batch. `None` if it is not what was asked for.
    pub(super) fn add(&mut self, batch: &RecordBatch, groups: &Groups) -> Option<()> {
        let ordinals = batch.column_by_name(ORDINAL)?.as_primitive_opt::<Int32Type>()?;
        let bound = |ordinal: &i32| {
            let ordinal = u32::try_from(*ordinal).ok()?;
            let bound = groups.bounds.partition_point(|bound| *bound < ordinal);
            (bound < groups.bounds.len()).then_some(bound)
        };
        let bounds: Vec<usize> = ordinals.values().iter().map(bound).collect::<Option<_>>()?;
        let places = |key: &Key| places::of(&**batch.column_by_name(&key.column)?, key);
        let places: Vec<Vec<usize>> = groups.keys.iter().map(places).collect::<Option<_>>()?;
        for (set, counts) in groups.sets.iter().zip(&mut self.sets) {
            let mut cells = bounds.clone();
            for key in set {
                let size = groups.keys[*key].places;
                for (cell, place) in cells.iter_mut().zip(&places[*key]) {
                    *cell = *cell * size + place;
                }
            }
            for cell in cells {
                counts[cell] = counts[cell].checked_add(1)?;
            }
        }
        Some(())
    }

    /// Adds the cells of another part of the scan to each margin. A record outside the declared
    /// domain (its code was removed from the list since) has no cell and is not counted. `None` if a
    /// sum is too large.
    pub(super) fn add_to(
        &self,
        groups: &Groups,
        wanted: &[Wanted<'_>],
        margins: &mut [Vec<i64>],
    ) -> Option<()> {
        for (i, (set, counts)) in groups.sets.iter().zip(&self.sets).enumerate() {
            let cells = groups.cells(set)?;
            let steps: Vec<(usize, usize, Vec<Steps>)> = (0..wanted.len())
                .filter(|margin| groups.of[*margin] == i)
                .map(|margin| {
                    let bound = groups.bounds.iter().position(|b| *b == wanted[margin].0.bound)?;
                    Some((margin, bound, steps(wanted[margin], groups, set)))
                })
                .collect::<Option<_>>()?;
            let mut at = vec![0; set.len()];
            for (cell, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
                let mut rest = cell % cells;
                for (place, key) in at.iter_mut().zip(set).rev() {
                    *place = rest % groups.keys[*key].places;
                    rest /= groups.keys[*key].places;
                }
                for (margin, bound, steps) in &steps {
                    let of_key = |(steps, place): (&Steps, &usize)| steps[*place];
                    let to = steps.iter().zip(&at).map(of_key).sum::<Option<usize>>();
                    if let (true, Some(to)) = (cell / cells <= *bound, to) {
                        let sum = &mut margins[*margin][to];
                        *sum = sum.checked_add(i64::from(*count))?;
                    }
                }
            }
        }
        Some(())
    }
}

/// How far each place of a key leads into a margin's cells; nothing where it leads to none.
type Steps = Vec<Option<usize>>;

/// The steps of each key of a set for one margin.
fn steps((table, margin): Wanted<'_>, groups: &Groups, set: &[usize]) -> Vec<Steps> {
    let mut all: Vec<Steps> =
        set.iter().map(|key| vec![Some(0); groups.keys[*key].places]).collect();
    let mut stride = 1;
    for &(axis, level) in margin.by.iter().rev() {
        let axis = &table.axes[axis];
        let of_axis = |key: &usize| groups.keys[*key].source == axis.source;
        for (_, steps) in set.iter().zip(&mut all).filter(|(key, _)| of_axis(key)) {
            for (place, step) in steps.iter_mut().enumerate() {
                let further =
                    (place < axis.codes.len()).then(|| axis.place_at(level, place) * stride);
                *step = step.zip(further).map(|(step, further)| step + further);
            }
        }
        stride *= axis.codes_at(level).len();
    }
    all
}
