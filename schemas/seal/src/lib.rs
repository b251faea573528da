//! Encryption of the lake at rest: its key, where that comes from, and what is written with it.
//!
//! A lake is plain or sealed as a whole, and the database remembers which, with a value by which a
//! wrong key is told before anything is read. Parquet files are sealed by Parquet's own modular
//! encryption, other files in pieces, both by AES-256-GCM. Every file has a key of its own, derived
//! from the lake's key and a number by chance that the file tells. This crate knows nothing of what
//! it seals, and no message of it holds a key.

mod error;
mod file;
mod key;
mod pieces;
mod seal;
mod source;
mod state;

pub use error::SealError;
pub use file::{is_sealed, is_sealed_parquet};
pub use key::LakeKey;
pub use pieces::{HEADER, Pieces, TAG};
pub use seal::{Ask, PLAIN, Seal};
pub use source::{KEY_FILE, SECRETS, Source, VARIABLE, WRAPPED_FILE};
pub use state::{enter, entered};
