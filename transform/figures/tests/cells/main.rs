//! Displayed values and modelled estimates: consistent on random tables, accurate on made-up worlds
//! of the sizes that real commissions have.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "what can't be set up fails its test; the numbers are small"
)]

mod accuracy;
mod chance;
mod consistent;
mod world;
