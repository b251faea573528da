//! What making a release needs to know.

use std::path::Path;

use chrono::{DateTime, Utc};
use shumar_schemas::{Catalog, Config};
use shumar_seal::Seal;

/// A revision of a standing release.
#[derive(Debug, Clone, Copy)]
pub struct Revise<'a> {
    /// Why, to be published.
    pub reason: &'a str,
    /// Whether its cost, which was told, is accepted.
    pub accepted: bool,
}

/// What making a release needs to know.
pub struct Workshop<'a> {
    /// The home's folder.
    pub home: &'a Path,
    /// The configuration.
    pub config: &'a Config,
    /// What is declared.
    pub catalog: &'a Catalog,
    /// How the lake is read.
    pub seal: &'a Seal,
    /// Now.
    pub now: DateTime<Utc>,
    /// Program and version.
    pub software: &'a str,
    /// Whether noise that was paid for and lost may be drawn again, with wider margins.
    pub redraw: bool,
    /// The revision of a standing release that is asked for.
    pub revise: Option<Revise<'a>>,
}
