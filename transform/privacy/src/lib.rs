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

mod account;
mod error;
mod gaussian;
#[cfg(test)]
mod goodness;
mod laplace;
mod mechanism;
pub mod noise;
pub mod plan;
mod private;
mod worst;

pub use account::{Accountant, Ask, Ledger, Reservation, Spend, Standing, standing};
pub use error::{KernelError, Refusal};
pub use mechanism::{Scale, epsilon_delta};
pub use private::{Bounded, Contribution, Exact, Private, Released};
pub use worst::{Cost, worst_case};
