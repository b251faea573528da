//! The chain of types from records to released counts.

use std::fmt;

use crate::mechanism::{self, Scale};
use crate::{KernelError, Spend};

/// Counts of more records than this can't be real; it also keeps sums far from overflow.
const COUNT_MAX: i64 = 1 << 40;

/// Something that holds records. It can't be printed, copied or written.
pub struct Private<T>(T);

impl<T> Private<T> {
    /// Seals records at the door of the lake.
    pub fn seal(records: T) -> Self {
        Self(records)
    }

    /// Bounds each person's contribution.
    ///
    /// # Guarantee
    /// - *Compiler-verified:* nothing can be counted before this step.
    /// - *Caller-verified:* `keep` leaves at most `contribution` records of any one person and
    ///   reporting year, and whether it keeps a person's records does not depend on another's.
    ///   Tested by `count/tests.rs` of
    ///   `shumar-transform`.
    pub fn bound<B>(
        self,
        contribution: Contribution,
        keep: impl FnOnce(T, Contribution) -> B,
    ) -> Bounded<B> {
        Bounded { records: keep(self.0, contribution), contribution }
    }
}

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Private(withheld)")
    }
}

/// The most records of one person and reporting year that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contribution {
    /// c: of the kind.
    pub kind: u32,
    /// C: over all kinds.
    pub all: u32,
}

/// Records of which each person has at most the contribution.
pub struct Bounded<T> {
    records: T,
    contribution: Contribution,
}

impl<T> Bounded<T> {
    /// The records, for counting and for nothing else. Outside the one place that counts, the
    /// lint `disallowed_methods` refuses this call.
    pub fn expose(self) -> (T, Contribution) {
        (self.records, self.contribution)
    }
}

impl<T> fmt::Debug for Bounded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bounded(withheld)")
    }
}

/// Exact counts of a table's cells. They can't be printed, copied or written; the way out is
/// [`Exact::measure`].
pub struct Exact {
    counts: Vec<i64>,
    fingerprint: String,
    bound: u32,
}

impl Exact {
    /// Claims counts for the table with this fingerprint.
    ///
    /// # Guarantee
    /// If one person of one reporting year changes `counts` by at most `bound` in L1 (and so in
    /// L2), [`Exact::measure`] satisfies the loss of the spend.
    /// - *Compiler-verified:* the counts are integers and leave only through `measure`.
    /// - *Caller-verified:* the bound: each record adds 1 to one cell, and each person has at
    ///   most `bound` records ([`Private::bound`]).
    ///
    /// # Errors
    /// [`KernelError::Shape`] for negative or absurd counts, or a bound of 0.
    pub fn claim(counts: Vec<i64>, fingerprint: &str, bound: u32) -> Result<Self, KernelError> {
        let sane = counts.iter().all(|c| (0..COUNT_MAX).contains(c));
        if !sane || counts.is_empty() || bound == 0 {
            return Err(KernelError::Shape);
        }
        Ok(Self { counts, fingerprint: fingerprint.to_owned(), bound })
    }

    /// Adds noise that `spend` paid for: discrete Laplace or discrete Gaussian, one draw a cell.
    ///
    /// # Privacy
    /// Costs what `spend` reserved; OpenDP's own privacy map must agree before any noise is
    /// drawn.
    ///
    /// # Errors
    /// A spend for another table, or a cost that OpenDP does not confirm. Nothing is drawn then.
    pub fn measure(self, spend: Spend) -> Result<Released, KernelError> {
        if spend.fingerprint() != self.fingerprint || spend.bound() != self.bound {
            return Err(KernelError::OtherTable);
        }
        let scale = Scale::of(spend.family(), spend.unit(), spend.bound())?;
        let noisy = mechanism::draw(&self.counts, &scale, spend.unit(), spend.bound())?;
        Ok(Released { noisy, scale, fingerprint: self.fingerprint, paid_by: spend.into_paid_by() })
    }
}

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Exact(withheld)")
    }
}

/// Noisy counts: the only numbers that leave the kernel.
#[derive(Debug)]
pub struct Released {
    noisy: Vec<i64>,
    scale: Scale,
    fingerprint: String,
    paid_by: Vec<i64>,
}

impl Released {
    /// The noisy counts in the table's cell order. They may be negative.
    #[must_use]
    pub fn noisy(&self) -> &[i64] {
        &self.noisy
    }

    /// The noise that is in them.
    #[must_use]
    pub fn scale(&self) -> &Scale {
        &self.scale
    }

    /// The table that they count.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The ledger rows that paid for them.
    #[must_use]
    pub fn paid_by(&self) -> &[i64] {
        &self.paid_by
    }
}
