//! A published data file of a home, with what its release says about it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sha2::{Digest, Sha256};
use shumar_schemas::Label;
use shumar_schemas::disclosure::SourceDocument;
use shumar_schemas::release::{DOCUMENT, ReleaseDocument};
use shumar_words::{Language, Words};

use super::{Answer, Table, from_published};
use crate::RtiError;

/// The cells of `RELEASE/STATISTIC--MARGIN` whose codes are wanted, as an answer.
///
/// # Errors
/// A release or file that is not there, and what [`from_published`] refuses.
pub fn published(
    home: &Path,
    file: &str,
    only: BTreeMap<String, BTreeSet<String>>,
) -> Result<Answer, RtiError> {
    let refused = |what: String| {
        RtiError::refused(
            what,
            "write the file as RELEASE/STATISTIC--MARGIN, such as annual-2025/police-complaints--district; `shumar publish` writes them below site/data",
        )
    };
    let file = file.strip_suffix(".csv").unwrap_or(file);
    let is_name = |part: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        !part.is_empty() && part.chars().all(fits)
    };
    let Some((release, name)) = file.split_once('/').filter(|(r, n)| is_name(r) && is_name(n))
    else {
        return Err(refused(format!("`{}` names no published data file", crate::clean(file))));
    };
    let missing = |_| refused(format!("there is no published data file `{release}/{name}`"));
    let path = home.join("site/data").join(release).join(name).with_extension("csv");
    let csv = std::fs::read_to_string(&path).map_err(missing)?;
    let bytes =
        std::fs::read(home.join("releases").join(release).join(DOCUMENT)).map_err(missing)?;
    let damaged = |_| RtiError::Damaged { what: format!("`{release}/{DOCUMENT}` is no release") };
    let document: ReleaseDocument = serde_json::from_slice(&bytes).map_err(damaged)?;
    let (measure, margin) = name.split_once("--").unwrap_or((name, ""));
    let statistic = document.statistics.iter().find(|s| s.id == measure);
    let statistic = statistic.filter(|s| s.margins.iter().any(|m| m.id == margin));
    let Some(statistic) = statistic else {
        return Err(refused(format!("release `{release}` has no statistic `{name}`")));
    };
    let dimensions = document.tables.iter().filter(|t| t.id == statistic.table);
    let dimensions = dimensions.flat_map(|t| &t.dimensions);
    let dimensions = dimensions.map(|d| (d.id.clone(), d.title.clone())).collect();
    let derivation = Language::all().iter().fold(Label::default(), |label, language| {
        let words = Words::load(*language);
        let months = words.months(&document.period_start, &document.period_end);
        let title = crate::clean::isolated(words.label(&statistic.title));
        let values = [("title", title.into()), ("months", months.into())];
        label.with(language.tag(), words.say_with("rti-derived-published", values))
    });
    let table = Table {
        name,
        csv: &csv,
        title: statistic.title.clone(),
        dimensions,
        period: format!("{}..{}", document.period_start, document.period_end),
        release: SourceDocument {
            id: document.id.clone(),
            sha256: hex::encode(Sha256::digest(&bytes)),
        },
        derivation,
    };
    from_published(&table, only)
}
