//! The targets of the ingest crate's tests (`tests/it/fuzz`) under libFuzzer, which looks for inputs
//! that reach new code.
#![allow(dead_code, clippy::expect_used, reason = "shared with the tests, which use all of it")]

use std::cell::RefCell;

pub use libfuzzer_sys;

#[path = "../../tests/it/fuzz/mutate.rs"]
mod mutate;
#[path = "../../tests/it/support.rs"]
mod support;
#[path = "../../tests/it/fuzz/target.rs"]
mod target;
#[path = "../../tests/it/fuzz/watch.rs"]
mod watch;

/// The ways in.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// Delimited text.
    Text,
    /// Spreadsheets.
    Workbook,
    /// JSON documents and lines.
    Json,
    /// Parquet.
    Parquet,
    /// Packed files.
    Packed,
    /// Settings, mappings, code lists and record kinds.
    Mapping,
    /// Cells before the anonymity gate.
    Gate,
}

thread_local! {
    static BENCH: RefCell<Option<target::Bench>> = const { RefCell::new(None) };
}

/// Tries an input; ends the process at a finding, as libFuzzer wants it.
pub fn run(target: Target, input: &[u8]) {
    let target = match target {
        Target::Text => target::Target::Text,
        Target::Workbook => target::Target::Workbook,
        Target::Json => target::Target::Json,
        Target::Parquet => target::Target::Parquet,
        Target::Packed => target::Target::Packed,
        Target::Mapping => target::Target::Mapping,
        Target::Gate => target::Target::Gate,
    };
    BENCH.with_borrow_mut(|bench| {
        let bench = bench.get_or_insert_with(target::Bench::new);
        if let Some(finding) = watch::watch(&|| bench.input(target, input)).finding {
            eprintln!("finding: {finding}");
            std::process::abort();
        }
    });
}

/// Changes an input within its format, now and then by libFuzzer's own means.
pub fn mutate(data: &mut [u8], size: usize, longest: usize, seed: u32) -> usize {
    if seed % 3 == 0 && !data.starts_with(b"PK") && !data.starts_with(b"\x1f\x8b") {
        return libfuzzer_sys::fuzzer_mutate(data, size, longest);
    }
    let input = data[..size].to_vec();
    let changed = mutate::mutate(&input, &input, &mut mutate::Dice(seed.into()));
    let size = changed.len().min(longest).min(data.len());
    data[..size].copy_from_slice(&changed[..size]);
    size
}

/// Declares one way in.
#[macro_export]
macro_rules! target {
    ($target:ident) => {
        $crate::libfuzzer_sys::fuzz_target!(|input: &[u8]| {
            $crate::run($crate::Target::$target, input);
        });
        $crate::libfuzzer_sys::fuzz_mutator!(
            |data: &mut [u8], size: usize, max_size: usize, seed: u32| {
                $crate::mutate(data, size, max_size, seed)
            }
        );
    };
}
