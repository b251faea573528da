//! The privacy kernel: the only crate that adds noise, and the only user of OpenDP.
//!
//! It is synchronous, opens no file, and has no clock. The order of the steps is a chain of types,
//! each consumed by the next, so that counting before bounding, releasing without paying, or
//! paying once and releasing twice do not compile:
//!
//! ```text
//! Private<Records> → Bounded<Records> → Exact ──measure(spend)──→ Released
//!                            Accountant ─reserve──→ Spend (one use) ─┘
//! ```
//!
//! What the compiler proves and what the caller must prove is said at each step, and for each
//! mechanism in its `GUARANTEE.md`.
//!
//! # What does not compile
//!
//! Records can't be printed, copied or taken out before they are bounded:
//! ```compile_fail
//! let records = shumar_privacy::Private::seal(vec![1, 2, 3]);
//! println!("{records}");
//! ```
//! ```compile_fail
//! let records = shumar_privacy::Private::seal(vec![1, 2, 3]);
//! let copy = records.clone();
//! ```
//! ```compile_fail
//! let records = shumar_privacy::Private::seal(vec![1, 2, 3]);
//! let counts = records.expose();
//! ```
//! Exact counts have no accessor:
//! ```compile_fail
//! let exact = shumar_privacy::Exact::claim(vec![1, 2, 3], "table", 1).unwrap();
//! let counts = exact.counts;
//! ```
//! A spend can be made only by the accountant, and pays once:
//! ```compile_fail
//! let spend = shumar_privacy::Spend { paid_by: vec![1] };
//! ```
//! ```compile_fail
//! fn twice(a: shumar_privacy::Exact, b: shumar_privacy::Exact, spend: shumar_privacy::Spend) {
//!     let _ = a.measure(spend);
//!     let _ = b.measure(spend);
//! }
//! ```
//! Counts can be measured only once:
//! ```compile_fail
//! fn twice(a: shumar_privacy::Exact, s: shumar_privacy::Spend, t: shumar_privacy::Spend) {
//!     let _ = a.measure(s);
//!     let _ = a.measure(t);
//! }
//! ```
//! A released number can't be forged:
//! ```compile_fail
//! let released = shumar_privacy::Released { noisy: vec![5] };
//! ```
//! The same steps in their order do compile:
//! ```
//! fn once(a: shumar_privacy::Exact, s: shumar_privacy::Spend) -> Option<i64> {
//!     a.measure(s).ok()?.noisy().first().copied()
//! }
//! ```
#![cfg_attr(
    test,
    allow(
        clippy::expect_used,
        clippy::panic,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        clippy::float_arithmetic,
        reason = "what can't be set up fails its test; the numbers are small"
    )
)]

mod account;
mod error;
pub mod estimator;
mod gaussian;
#[cfg(test)]
mod goodness;
mod laplace;
mod mechanism;
pub mod noise;
mod parallel;
pub mod plan;
pub mod planner;
mod private;
pub mod selftest;
mod standing;
mod worst;

pub use account::{Accountant, Ask, Decision, Ledger, Reservation, Spend, same_rules};
pub use error::{KernelError, Refusal};
pub use mechanism::{Scale, epsilon_delta};
pub use private::{Bounded, Contribution, Exact, Private, Released};
pub use standing::{Standing, closed, standing};
pub use worst::{Cost, worst_case};
