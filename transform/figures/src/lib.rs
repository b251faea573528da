//! What is read off measurements: everything published that is more than a measurement itself.
//!
//! All of it is post-processing. It sees noisy counts, noise scales and public expectations, never a
//! record or an exact count, and costs no privacy. The making of a release computes it, the
//! verification computes it again, and both get the same numbers: no clock, no chance, no files.
#![cfg_attr(
    test,
    allow(
        clippy::expect_used,
        clippy::unwrap_used,
        clippy::panic,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "what can't be set up fails its test; the numbers are small"
    )
)]

mod calibrated;
mod cells;
pub mod compare;
mod displayed;
pub mod indicator;
mod measured;
mod modelled;
#[cfg(test)]
mod noisy;
mod published;

pub use calibrated::{Bounding, Calibrated, Role};
pub use displayed::displayed;
pub use measured::{Estimates, Measured};
pub use modelled::{Modelled, modelled};
pub use published::Figures;
