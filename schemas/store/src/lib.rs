//! A home's database: opening it, moving it forward, the audit trail, and the witnesses of its ledger.
//!
//! It knows no record and no noise. Ingest writes batches through it, transform charges; both enter
//! their acts here, so that there is one chain of who did what.
#![cfg_attr(
    test,
    allow(clippy::expect_used, clippy::panic, reason = "what can't be set up fails its test")
)]

mod act;
mod error;
mod hold;
mod migrate;
mod open;
mod private;
mod who;
mod witness;

pub use act::{Act, acts, enter};
pub use error::StoreError;
pub use hold::{Hold, hold, restored};
pub use migrate::copy_into;
pub use open::{create, open, tables};
pub use private::{guarded, only_owner, write_new};
pub use who::who;
pub use witness::Witness;
