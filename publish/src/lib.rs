//! From releases to what people read: data files and a static site; and the check of a release.
//!
//! [`publish`] rebuilds the whole site from the release folders and the planned calendar alone, the
//! same bytes each time.
//! [`verify`] checks one release folder: signature, hashes, rows, sums, errors and charges;
//! [`verify_site`] checks the data files of a site against the releases beside them.
//! [`tables`] offers what is published to queries.
//!
//! This crate knows the release format and nothing else: no record, no lake, no ledger can be
//! reached from here. Everything it reads is public, and everything it reads may be hostile.
//!
//! ```text
//! releases/ID/ ─read─→ Release ─→ data/   CSV, JSON ─→ site/
//!                        │     ─gather→ pages/  HTML in every language ─→ site/
//!                        └──────→ verify  ─→ checks
//! ```

mod beside;
mod calendar;
mod certificate;
mod condition;
mod data;
mod derive;
mod disclosures;
mod earlier;
mod error;
mod exact;
mod exchange;
mod figure;
mod gather;
mod library;
mod manifest;
mod margins;
mod pages;
mod print;
mod read;
mod site;
mod standing;
mod swap;
pub mod tables;
mod tiles;
mod told;
mod verify;

pub use calendar::Planned;
pub use condition::{Condition, condition, mend};
pub use error::PublishError;
pub use exchange::{exchange, remove, restore};
pub use library::{Library, Opened, Row};
pub use manifest::{SIGNED, Seal};
pub use pages::POLICY;
pub use site::{Published, publish};
pub use verify::{Check, Kind, Verified, kind, verify, verify_site};
