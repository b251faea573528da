//! What the program can check about its own noise, offline and with made-up numbers only.
//!
//! Every draw is made as for a release. A check that finds nothing wrong is a statement about this
//! binary on this machine: its sampler, its source of randomness, its accountant. False alarms
//! are rarer than one in a million for each figure that is compared.
#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "statistics of made-up numbers; nothing computed here is released"
)]

mod binomial;
mod bits;
mod coverage;
pub(crate) mod fit;
mod loss;
mod sampler;
mod world;

#[cfg(test)]
mod tests;

use crate::KernelError;

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was checked.
    pub name: &'static str,
    /// Whether it holds.
    pub passed: bool,
    /// What was found, in words for an analyst.
    pub found: String,
}

/// Runs all checks; `progress` is told what is being done.
///
/// # Privacy
/// Costs nothing: no record, no ledger and no file is read.
pub fn run(progress: &mut dyn FnMut(&str)) -> Vec<Check> {
    let mut checks = Vec::new();
    for part in [bits::checks, sampler::checks, coverage::checks, loss::checks] {
        part(progress, &mut checks);
    }
    checks
}

/// Enters a check's result; a failure of the kernel fails the check.
fn enter(checks: &mut Vec<Check>, name: &'static str, result: Result<(bool, String), KernelError>) {
    let (passed, found) = result.unwrap_or_else(|e| (false, e.to_string()));
    checks.push(Check { name, passed, found });
}

/// 1234567 as `1,234,567`.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let places = digits.chars().enumerate();
    let marked = places.map(|(i, digit)| {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            format!(",{digit}")
        } else {
            digit.to_string()
        }
    });
    marked.collect()
}
