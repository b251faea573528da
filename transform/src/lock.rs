//! Waiting for other processes that use the same home.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::TransformError;

/// How long to wait for another process.
const PATIENCE: Duration = Duration::from_mins(2);

/// A file that this process has locked, alone or with others; `waiting` is called meanwhile.
pub(crate) fn locked(
    path: &Path,
    alone: bool,
    mut waiting: impl FnMut(),
) -> Result<File, TransformError> {
    let file = File::create(path).map_err(TransformError::write(path))?;
    let start = Instant::now();
    loop {
        match if alone { file.try_lock() } else { file.try_lock_shared() } {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(e)) => return Err(TransformError::write(path)(e)),
            Err(TryLockError::WouldBlock) if start.elapsed() > PATIENCE => {
                return Err(TransformError::Busy);
            }
            Err(TryLockError::WouldBlock) => {
                waiting();
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    }
}
