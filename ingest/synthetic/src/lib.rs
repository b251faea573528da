//! Synthetic provider files.
