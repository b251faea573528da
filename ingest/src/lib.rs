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

mod act;
mod arrival;
mod batch;
mod checks;
mod condition;
mod content;
pub mod coverage;
pub mod drift;
mod durable;
mod error;
mod gate;
mod inbox;
mod intake;
mod judge;
mod key;
mod lake;
mod land;
mod leftover;
mod mapping;
mod note;
mod pack;
pub mod part;
mod places;
pub mod pseudonymise;
mod reason;
mod report;
mod rows;
mod rule;
mod settle;
mod sidecar;
mod standing;
mod suggest;
mod sums;
mod template;
mod value;
mod withdraw;
mod words;

pub use arrival::{SCRATCH, check, headers, ingest, ingest_all, tidy, withdraw};
pub use batch::{Arrival, Batch, Office, Sent};
pub use checks::Checks;
pub use condition::{Condition, condition, taken_already};
pub use error::IngestError;
pub use gate::{Gate, Prose};
pub use inbox::{Waiting, set_aside, strays, waiting, write_refusal};
pub use key::HomeKey;
pub use leftover::aside;
pub use note::Note;
pub use reason::Reason;
pub use report::{Account, Reject, Tally, Written, tally, write_check};
pub use rule::Rule;
pub use sidecar::{Said, said};
pub use suggest::{Ask, Guess, Suggestion, suggest};
pub use template::Template;
pub use withdraw::Withdrawn;
pub use words::{Language, Particulars, Words};
