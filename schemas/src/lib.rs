//! The words of shumar: record kinds, code lists, statistics, configuration and wire formats.
//!
//! This crate does no input or output, keeps no clock and never sees a record.
//!
//! # Glossary
//!
//! | word | meaning |
//! |---|---|
//! | record | one row about one event: a shelter stay, a complaint, a case, a service |
//! | kind | a record's schema: `police`, `shelter`, or any that a home adds by a file |
//! | person | the pseudonym that links one person's records: the **privacy unit** |
//! | free of persons | said of a kind whose records are about no person; its sums are published exactly |
//! | provider | an office that sends files, with its column mapping |
//! | batch | one accepted file |
//! | table | the count of a kind's records over declared, public dimensions |
//! | margin | a table summed down to some of its dimensions |
//! | measurement | a margin plus integer noise: all that crosses the privacy boundary |
//! | estimate | what is computed from measurements |
//! | release | a signed folder of measurements, estimates and how they were made |
//! | ledger | the append-only account of privacy loss |
#![cfg_attr(test, allow(clippy::expect_used, reason = "what can't be set up fails its test"))]

pub mod bind;
pub mod catalog;
pub mod code;
pub mod config;
pub mod disclosure;
pub mod error;
pub mod identifier;
pub mod indicator;
pub mod label;
pub mod ledger;
pub mod loss;
pub mod mapping;
pub mod period;
pub mod record;
pub mod release;
pub mod statistic;
pub mod store;
pub mod synonym;

pub use bind::{Axis, AxisSource, Level, Margin, Published, Table};
pub use catalog::{Catalog, Override};
pub use code::{Code, CodeList};
pub use config::{Config, Provider, ReleasePlan};
pub use error::SchemaError;
pub use identifier::Identifiers;
pub use indicator::{Indicator, Measure};
pub use label::Label;
pub use loss::{Bounds, Family, Nano};
pub use period::{Period, YearMonth};
pub use record::{Field, RecordKind, Role};
pub use statistic::{Count, Statistic};
pub use synonym::Synonyms;
