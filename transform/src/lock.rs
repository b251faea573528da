//! Waiting for other processes that use the same home.

use std::fs::File;
use std::path::Path;

use shumar_lock::Unlocked;

use crate::TransformError;

/// A file that this process has locked, alone or with others. `what` says what another process is
/// doing meanwhile.
pub(crate) fn locked(path: &Path, alone: bool, what: &str) -> Result<File, TransformError> {
    shumar_lock::lock(path, alone, what).map_err(|why| match why {
        Unlocked::Busy => TransformError::Busy { patience: shumar_lock::patience_told() },
        Unlocked::System(e) => TransformError::write(path)(e),
    })
}
