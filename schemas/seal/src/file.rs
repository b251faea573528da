//! Whether a file is sealed, by how it begins.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::pieces;

/// How a Parquet file with an encrypted footer begins; a plain one begins with `PAR1`.
const SEALED_PARQUET: &[u8] = b"PARE";

/// Whether a file begins as a sealed one, Parquet or not.
///
/// # Errors
/// A file that can't be read.
pub fn is_sealed(path: &Path) -> std::io::Result<bool> {
    let mut beginning = Vec::new();
    File::open(path)?.take(8).read_to_end(&mut beginning)?;
    Ok(is_sealed_parquet(&beginning) || pieces::begins(&beginning))
}

/// Whether a file that begins so is a sealed Parquet file.
#[must_use]
pub fn is_sealed_parquet(beginning: &[u8]) -> bool {
    beginning.starts_with(SEALED_PARQUET)
}
