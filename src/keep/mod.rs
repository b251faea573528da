//! What is kept for years: backups of a home, and the home that is made of one.
//!
//! A backup is a tar stream in an age file with a passphrase. Its last entry is the manifest, which lists
//! every file with its size and hash, so that all of it is written and read in one pass.

mod evidence;
mod gather;
mod manifest;
mod passphrase;
mod read;
mod restore;
mod write;

pub(crate) use self::evidence::releases;
pub(crate) use self::manifest::Manifest;
pub(crate) use self::passphrase::{LAKE, ask, secret};
pub(crate) use self::read::check;
pub(crate) use self::restore::restore;
pub(crate) use self::write::backup;

/// The work that makes a key of a passphrase, as a power of two. Half a second and 128 MiB: a guess
/// costs as much, on any machine.
const WORK: u8 = 17;
/// Backups that ask for more work than this are refused: memory grows with it.
const WORK_MAX: u8 = 20;
