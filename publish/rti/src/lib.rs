//! The right-to-information desk: requests, their clocks, answers and letters.
//!
//! ```text
//! request → register (rti.db: one transaction an act, each act sealed by the one before)
//!    │         ├─ law + calendar → clocks
//!    │         ├─ answer, kept for ever by its question ← published releases alone
//!    │         └─ letter: one content → PDF and DOCX, in English and Urdu
//!    └─ applicant → one encrypted file a request, and nowhere else
//! ```
//!
//! **Invariant.** Nothing here reaches a record, an exact count or the ledger. Who asked is in the
//! encrypted files of `rti/applicants/` only: not in the register, the audit, exports or the log.

pub mod answer;
mod applicant;
mod audit;
mod clean;
pub mod condition;
mod day;
mod desk;
mod disclose;
mod error;
mod export;
mod figures;
pub mod intake;
mod law;
mod letter;
mod register;
mod request;
mod state;
mod statistics;

pub use answer::{Answer, Asked, Cell, Question, Route};
pub use applicant::Applicant;
pub use audit::Act;
pub use clean::clean;
pub use day::Day;
pub use desk::{By, Desk, NewRequest, Office, Reply, SOON_WORKING_DAYS, Standing, Withheld};
pub use disclose::Wording;
pub use error::RtiError;
pub use law::{Calendar, Clock, Due, Exception, Fee, Law, Span, clocks};
pub use letter::{Kind as LetterKind, Made as MadeLetter};
pub use request::{Decision, Outcome, Request};
pub use state::{State, Verb};
