//! What the valid rows of a file come to: months by facility, areas, blanks and doubts. Counts for the
//! office's own account, kept in the home and never published.

use shumar_schemas::{Catalog, Role, SchemaError};

use crate::coverage::{Counter, Covered};
use crate::drift::Profile;
use crate::mapping::Plan;
use crate::value::BLANK;

/// Counts over valid rows.
#[derive(Default)]
pub(crate) struct Sums {
    /// Rows by facility and month.
    pub(crate) covered: Counter,
    /// Rows by area, in the order of its list.
    areas: Vec<u64>,
    /// Blank values by field.
    blanks: Vec<u64>,
    /// Warnings by check.
    pub(crate) doubts: Vec<u64>,
}

impl Sums {
    /// Nothing counted yet.
    pub(crate) fn new(plan: &Plan<'_>) -> Self {
        let (blanks, doubts) = (vec![0; plan.fields.len()], plan.checks.counter());
        Self { covered: Counter::default(), areas: Vec::new(), blanks, doubts }
    }

    /// Counts a row.
    pub(crate) fn add(&mut self, plan: &Plan<'_>, values: &[i32], facility: usize) {
        self.covered.add(facility, values[plan.event_date]);
        for &i in &plan.sparse {
            self.blanks[i] += u64::from(values[i] == BLANK);
        }
        if let Some(place) = plan.area.and_then(|i| usize::try_from(values[i]).ok()) {
            if place >= self.areas.len() {
                self.areas.resize(place + 1, 0);
            }
            self.areas[place] += 1;
        }
    }

    /// Adds the counts of other rows.
    pub(crate) fn merge(&mut self, other: Self) {
        self.covered.merge(other.covered);
        let pairs = [
            (&mut self.areas, other.areas),
            (&mut self.blanks, other.blanks),
            (&mut self.doubts, other.doubts),
        ];
        for (mine, theirs) in pairs {
            mine.resize(mine.len().max(theirs.len()), 0);
            mine.iter_mut().zip(theirs).for_each(|(sum, n)| *sum += n);
        }
    }

    /// What later files of the office are compared with, and which facility reported which month.
    ///
    /// # Errors
    /// An area list that nothing declares.
    pub(crate) fn finish(
        self,
        plan: &Plan<'_>,
        catalog: &Catalog,
    ) -> Result<(Profile, Vec<Covered>), SchemaError> {
        let mut profile = Profile::default();
        let covered = self.covered.finish(&plan.facilities);
        for (_, month, rows) in &covered {
            *profile.months.entry(*month).or_insert(0) += rows;
        }
        // Of a file without a row nothing was counted.
        let blanks = |i: usize| self.blanks.get(i).copied().unwrap_or_default();
        let sparse = plan.sparse.iter().map(|i| (&plan.fields[*i].name, blanks(*i)));
        profile.blank = sparse.map(|(name, n)| (name.to_string(), n)).collect();
        if let Some(field) = plan.kind.only(Role::Area) {
            let list = catalog.list(field.codes.as_deref().unwrap_or_default(), "a profile")?;
            let areas = list.codes().iter().zip(&self.areas).filter(|(_, n)| **n > 0);
            profile.areas = areas.map(|(code, n)| (code.code.clone(), *n)).collect();
        }
        Ok((profile, covered))
    }
}
