//! The account of a reporting year: what its charges come to, and what is settled for good.

use shumar_schemas::Nano;
use shumar_schemas::ledger::{Amounts, Charge, Entry, Row, Rules, Share};

use crate::account::costs;
use crate::worst::worst_case;

/// The account of one reporting year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The rules fixed by the year's first release.
    pub rules: Rules,
    /// The worst pattern over all charges, and what counts as spent without one.
    pub spent: Nano,
    /// The same of each share, in the order of [`Share::ALL`].
    pub by_share: [Nano; 3],
    /// The charges with their row numbers.
    pub charges: Vec<(i64, Charge)>,
    /// What of `spent` no later charge changes.
    settled: Nano,
    /// The same of each share.
    settled_by_share: [Nano; 3],
    /// How many of the charges are settled.
    settled_charges: usize,
}

impl Standing {
    /// The account of a year that nothing was charged to.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        let (none, charges) = (Nano::ZERO, Vec::new());
        Self {
            rules,
            spent: none,
            by_share: [none; 3],
            charges,
            settled: none,
            settled_by_share: [none; 3],
            settled_charges: 0,
        }
    }

    /// The charges that later ones share their worst pattern with.
    #[must_use]
    pub fn open_charges(&self) -> &[(i64, Charge)] {
        self.charges.get(self.settled_charges..).unwrap_or_default()
    }

    /// The rules, with a budget and shares that are less by what is settled.
    #[must_use]
    pub fn open_rules(&self) -> Rules {
        let [scheduled, rti, revisions] = self.settled_by_share;
        let less = |cap: Nano, settled: Nano| cap.minus(settled).unwrap_or_default();
        let shares = &self.rules.shares;
        Rules {
            budget: less(self.rules.budget, self.settled),
            shares: Amounts {
                scheduled: less(shares.scheduled, scheduled),
                rti: less(shares.rti, rti),
                revisions: less(shares.revisions, revisions),
            },
            ..self.rules.clone()
        }
    }

    /// What of the total no later charge changes.
    #[must_use]
    pub fn settled(&self) -> Nano {
        self.settled
    }

    fn worst(&self, charges: &[(i64, Charge)], share: Option<Share>) -> Nano {
        let paid = charges.iter().map(|(_, c)| c).filter(|c| share.is_none_or(|s| s == c.share));
        worst_case(&costs(paid), self.rules.family, &self.rules.bounds)
    }

    /// Settles the charges so far: those that come later have a worst pattern of their own.
    fn settle(&mut self) {
        let open = self.open_charges().to_vec();
        self.settled = self.settled.plus(self.worst(&open, None));
        let worst = Share::ALL.map(|share| self.worst(&open, Some(share)));
        for (settled, worst) in self.settled_by_share.iter_mut().zip(worst) {
            *settled = settled.plus(worst);
        }
        self.settled_charges = self.charges.len();
    }
}

/// The account of `year`, or `None` before its first release.
///
/// # Guarantee
/// The total bounds the loss of any person. Charges between two resumptions are of one lake, and one
/// pattern of her records holds for all of them. After a resumption that lost releases, records that
/// come again may have other places, so that another pattern may hold for later charges; the two worst
/// patterns are added.
#[must_use]
pub fn standing(rows: &[Row], year: i32) -> Option<Standing> {
    let opened = rows.iter().find_map(|row| match &row.entry {
        Entry::Open(rules) if row.year == year => Some(rules.clone()),
        Entry::Resume(resumption) => resumption.year(year)?.rules.clone(),
        _ => None,
    });
    let mut account = Standing::new(opened?);
    for row in rows {
        match &row.entry {
            Entry::Charge(charge) if row.year == year => {
                account.charges.push((row.seq, charge.clone()));
            }
            Entry::Resume(resumption) => {
                let Some(resumed) = resumption.year(year) else { continue };
                let recovered = resumed.recovered.iter().map(|r| (r.seq, r.charge.clone()));
                account.charges.extend(recovered);
                // What nobody can tell may have been counted with other places, too.
                if resumed.apart || resumed.lost.is_some() {
                    account.settle();
                }
                if let Some(lost) = &resumed.lost {
                    account.settled = account.settled.plus(lost.total);
                    let of_shares = account.settled_by_share.iter_mut().zip(Share::ALL);
                    of_shares.for_each(|(settled, s)| *settled = settled.plus(lost.shares.of(s)));
                }
            }
            _ => {}
        }
    }
    account.spent = account.settled.plus(account.worst(account.open_charges(), None));
    let open = Share::ALL.map(|share| account.worst(account.open_charges(), Some(share)));
    account.by_share = account.settled_by_share;
    account.by_share.iter_mut().zip(open).for_each(|(spent, open)| *spent = spent.plus(open));
    Some(account)
}

/// Whether a year that was never opened counts as wholly spent, because a resumption says so.
#[must_use]
pub fn closed(rows: &[Row], year: i32) -> bool {
    let says = |row: &Row| matches!(&row.entry, Entry::Resume(r) if r.closed_to >= Some(year));
    standing(rows, year).is_none() && rows.iter().any(says)
}

#[cfg(test)]
mod tests;
