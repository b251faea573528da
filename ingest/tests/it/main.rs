//! Files arriving at a home: what lands, what is folded, what is rejected, what is refused.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::format_collect,
    reason = "what can't be set up fails its test; the numbers are small"
)]

mod books;
mod changes;
mod checks;
mod corrections;
mod coverage;
mod drift;
mod formats;
mod fuzz;
mod pseudonymise;
mod repeats;
mod rows;
mod same;
mod sequences;
mod shipped;
mod suggest;
mod support;
mod template;
