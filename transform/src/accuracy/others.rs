//! What other ways of measuring would give, by formula: every margin alone, or one finest table that is
//! summed.

use shumar_schemas::bind::Published;
use shumar_schemas::{Family, Margin, Nano, Table};

use super::Trial;

/// The variance of the noise of a margin's cell under the other ways.
#[derive(Debug, Clone, Copy)]
pub(super) struct Others {
    /// If every published margin of the table were measured with an equal part of the loss.
    pub(super) alone: f64,
    /// If each statistic of the table had an equal part of the loss, all of it for its finest cells, of which
    /// coarser ones are sums.
    pub(super) summed: f64,
}

impl Trial<'_> {
    /// The other ways for a margin of a statistic, with all the loss that this table and the one that
    /// calibrates it have.
    pub(super) fn others(&self, statistic: &Published, margin: &Margin) -> Others {
        let (table, plan) = (&self.detail.0, self.detail.1);
        let plans = [Some(plan), self.generous.as_ref().map(|g| g.1)];
        let loss: f64 = plans.into_iter().flatten().map(|p| p.loss.to_f64()).sum();
        let unit = loss / self.rules.family.loss(Nano::new(1), table.bound).to_f64() / 1e9;
        let variance = |parts: usize| {
            let each = unit / count(parts.max(1));
            match self.rules.family {
                Family::Laplace => 2.0 / each.powi(2),
                Family::Gaussian => 1.0 / (2.0 * each),
            }
        };
        let margins: usize = table.published.iter().map(|p| p.margins.len()).sum();
        let summands = count(finest(table, statistic)) / count(margin.cells(table));
        Others { alone: variance(margins), summed: variance(table.published.len()) * summands }
    }
}

/// Cells of the coarsest table of which all margins of a statistic are sums.
fn finest(table: &Table, statistic: &Published) -> usize {
    let mut depths = vec![0; table.axes.len()];
    for margin in &statistic.margins {
        for (most, depth) in depths.iter_mut().zip(margin.depths(table)) {
            *most = depth.max(*most);
        }
    }
    table.at_depths(&depths).cells(table)
}

fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}
