//! Answers to questions from what is published: a published cell, or the best linear combination of
//! published figures, with its exact margin of error; never anything that costs privacy.
//!
//! ```text
//! Question ─→ published cell of a standing release?        ─→ Answer (its very figures)
//!          └→ sum of measured cells, best over all releases ─→ Answer (derivation, exact error)
//!          └→ neither                                       ─→ Refusal (what could be asked instead)
//! ```
//!
//! All of it is post-processing of released measurements. This crate sees release folders and nothing
//! else: no record, no lake and no ledger can be reached from here.
#![cfg_attr(
    test,
    allow(
        clippy::expect_used,
        clippy::unwrap_used,
        clippy::panic,
        clippy::cast_precision_loss,
        reason = "what can't be set up fails its test; the numbers are small"
    )
)]

mod added;
mod answer;
mod blue;
mod cell;
mod combined;
mod indicator;
mod nearest;
mod overlap;
mod own;
mod part;
mod published;
mod question;
mod refusal;
mod several;
mod source;
mod span;
mod view;
mod words;

pub use answer::{Answer, Cell, Note, Part, Route, answer, covering, exactest, expected, named};
pub use overlap::{Overlap, Passed};
pub use question::Question;
pub use refusal::Refusal;
pub use source::Imagined;
pub use span::Span;
