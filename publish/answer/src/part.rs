//! What an answer takes from one release.

use serde::{Deserialize, Serialize};
use shumar_publish::Opened;

use crate::Span;
use crate::source::{Source, Sums};

/// What an answer takes from one release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The release.
    pub release: String,
    /// SHA-256 of its document.
    pub sha256: String,
    /// The statistic or indicator whose published figures these are; none if they were summed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub published: Option<String>,
    /// The table.
    pub table: String,
    /// The dimensions of the figures that are taken.
    pub by: Vec<String>,
    /// The times that are taken.
    pub times: Vec<Span>,
    /// Whether they are taken once each; otherwise weighed with those of other releases.
    pub plain: bool,
}

impl Part {
    pub(crate) fn published(
        opened: &Opened,
        measure: &str,
        table: &str,
        by: &[String],
        time: Span,
    ) -> Self {
        Self { published: Some(measure.to_owned()), ..Self::worked(opened, table, by, time) }
    }

    pub(crate) fn worked(opened: &Opened, table: &str, by: &[String], time: Span) -> Self {
        Self {
            release: opened.document().id.clone(),
            sha256: opened.sha256().to_owned(),
            published: None,
            table: table.to_owned(),
            by: by.to_vec(),
            times: vec![time],
            plain: true,
        }
    }

    pub(crate) fn summed(source: &Source<'_>, sums: &Sums, shares: &[f64]) -> Vec<Self> {
        let used = sums.pieces.iter().zip(shares).filter(|(_, share)| **share != 0.0);
        let whole = shares.iter().all(|s| *s == 0.0 || (*s - 1.0).abs() < 1e-9);
        let times = used.map(|(piece, _)| *piece);
        let quarters = times.flat_map(Span::quarters);
        let times = Span::stretches(quarters);
        // Releases of the same records are weighed with each other.
        let plain = whole && source.opened.len() == 1;
        let part = |opened: &&Opened| Self {
            times: times.clone(),
            plain,
            ..Self::worked(opened, &source.table.id, &sums.counted, source.span)
        };
        source.opened.iter().map(part).collect()
    }
}
