//! Publishing and verifying releases made up here, with real noise sizes and a real signature.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a fixture that can't be made fails its test"
)]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "small made-up counts"
)]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "our own file names")]

mod areas;
mod exact;
mod formats;
mod hostile;
mod indicator;
mod made;
mod pages;
mod print;
mod published;
mod release;
mod site;
mod small;
mod verify;
