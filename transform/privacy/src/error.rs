//! What the kernel refuses, and what can break inside it. Neither knows any count.

use shumar_schemas::Nano;
use shumar_schemas::ledger::Share;

/// A request that the budget or the rules of the year do not allow. Nothing was charged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The year's rules were fixed by its first release and the configuration differs now.
    #[error(
        "the rules of {year} are fixed since its first release: {what} can't change\n\nhint: restore that setting in `shumar.toml`; it can change for another year"
    )]
    RulesFixed {
        /// The reporting year.
        year: i32,
        /// Which setting differs.
        what: &'static str,
    },
    /// What was spent of a year that was never opened is not known.
    #[error(
        "nothing of {year} can be charged: this home goes on from a backup, and what was spent of {year} after that backup is not known\n\nhint: `shumar budget` says when and why; a later year has its budget"
    )]
    Closed {
        /// The reporting year.
        year: i32,
    },
    /// A share has nothing left to divide.
    #[error(
        "nothing is left of the share `{share}` of {year}: {left} of {cap}\n\nhint: nothing would fit; `shumar budget` lists what was spent. The same can be released for another year",
        share = share.name()
    )]
    NothingLeft {
        /// The reporting year.
        year: i32,
        /// The share.
        share: Share,
        /// What it holds in all.
        cap: Nano,
        /// What is left of it, too little for any noise scale.
        left: Nano,
    },
    /// The charge does not fit.
    #[error(
        "the privacy budget of {year} does not suffice: {wanted} is needed from the share `{share}`, {left} is left of {cap}\n\nhint: {fits}; `shumar budget` lists what was spent",
        share = share.name()
    )]
    OverBudget {
        /// The reporting year.
        year: i32,
        /// Which share would pay.
        share: Share,
        /// What the share holds in all.
        cap: Nano,
        /// What is left of it.
        left: Nano,
        /// What the release would add.
        wanted: Nano,
        /// What would fit.
        fits: String,
    },
}

/// A failure of the kernel.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KernelError {
    /// The request was refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The ledger could not be read or written.
    #[error(
        "the ledger can't be read or written\n  {0}\n\nhint: check the disk's space; if another shumar is writing, wait until it is done; `shumar doctor` looks at `shumar.db`"
    )]
    Ledger(String),
    /// The ledger's keeper says that nothing may be charged now.
    #[error("{0}")]
    Held(String),
    /// A row of the ledger was altered.
    #[error(
        "row {seq} of the ledger does not fit the row before it: the ledger was altered or damaged\n\nhint: nothing more can be released from this home; restore it from a backup"
    )]
    Chain {
        /// The first row that does not fit.
        seq: i64,
    },
    /// No noise scale satisfies the reserved cost.
    #[error(
        "no noise scale fits a privacy loss of {0} per record\n\nhint: give the table a larger share"
    )]
    Scale(Nano),
    /// OpenDP's privacy map does not confirm the reserved cost.
    #[error("OpenDP's privacy map does not confirm the cost that was reserved; nothing was drawn")]
    Unconfirmed,
    /// OpenDP failed.
    #[error("OpenDP failed: {0}")]
    OpenDp(String),
    /// A thread that drew noise could not be started, or failed.
    #[error("a thread that drew noise failed; none of its noise is used, and the charge stands")]
    Thread,
    /// A spend was offered for counts that it was not reserved for.
    #[error("the reservation is for another table; nothing was drawn")]
    OtherTable,
    /// A count lies outside what 32 bits of records can reach.
    #[error("a table does not have the shape that was declared; nothing was drawn")]
    Shape,
}

impl From<opendp::error::Error> for KernelError {
    /// Keeps OpenDP's message, which its own `Display` leaves out.
    fn from(e: opendp::error::Error) -> Self {
        let variant = e.variant;
        Self::OpenDp(match e.message {
            Some(message) => format!("{variant:?}: {message}"),
            None => format!("{variant:?}"),
        })
    }
}
