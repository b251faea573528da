//! The program as a user meets it: through the binary, on real files.
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

mod activity;
mod answers;
mod audit;
mod backup;
mod beside;
mod canary;
mod chain;
mod command_line;
mod coverage;
mod crash;
mod damage;
mod demo;
mod disk;
mod doctor;
mod faults;
mod guide;
mod hostile;
mod indicators;
mod keys;
mod kills;
mod older;
mod pseudonymise;
mod query;
mod requests;
mod resident;
mod resume;
mod revise;
mod rti;
mod sdi;
mod sealed;
mod serve;
mod sixth_kind;
mod support;
mod tables;
mod telling;
mod tidy;
mod together;
mod work;
mod worker;
mod year;
