//! From a provider's file to records in the lake.
//!
//! A file is read row by row through the provider's mapping. The world is closed: a column that is
//! neither mapped nor dropped by name refuses the file, and a coded field holds only codes of its
//! list, so nothing but codes, months and bounded numbers reaches the lake. Rows that do not fit
//! are rejected one by one; what lands, lands in one transaction. Every row is accounted for:
//! rows = accepted + folded + rejected.
//!
//! This crate never counts a table and never draws noise. Its messages name files, rows, fields
//! and rules, never a value.

mod arrival;
mod batch;
mod error;
mod fold;
#[cfg_attr(not(test), expect(dead_code, reason = "wired into the row pipeline next"))]
mod gate;
mod inbox;
mod key;
mod lake;
mod land;
mod mapping;
mod report;
mod rows;
mod value;

pub use arrival::{check, headers, ingest};
pub use batch::{Arrival, Batch, Office};
pub use error::IngestError;
pub use inbox::{Waiting, set_aside, strays, waiting, write_refusal};
pub use key::HomeKey;
pub use report::{Reject, Rule, Tally, write_rejects};
