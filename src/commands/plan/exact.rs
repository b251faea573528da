//! What a plan says of the sums that are published exactly: that they cost nothing.

use serde_json::{Value, json};
use shumar_schemas::{Catalog, ReleasePlan, SchemaError};

use crate::output::Rows;

/// A list of exact sums of a release.
pub(super) struct Exact {
    release: String,
    statistic: String,
    kind: String,
    margin: String,
}

/// The lists of all exact sums of some releases.
///
/// # Errors
/// A statistic that nothing declares.
pub(super) fn of(catalog: &Catalog, releases: &[&ReleasePlan]) -> Result<Vec<Exact>, SchemaError> {
    let mut all = Vec::new();
    for release in releases {
        for id in &release.exact {
            let statistic = catalog.statistic(id, &format!("release `{}`", release.id))?;
            all.extend(statistic.margins.iter().map(|margin| Exact {
                release: release.id.clone(),
                statistic: id.clone(),
                kind: statistic.kind.clone(),
                margin: match &margin.by[..] {
                    [] => "total".to_owned(),
                    by => by.join("-"),
                },
            }));
        }
    }
    Ok(all)
}

/// What is published exactly, in words.
pub(super) fn text(exact: &[Exact]) -> String {
    let mut text = String::new();
    for (i, one) in exact.iter().enumerate() {
        if i == 0 {
            text.push_str("\nWhat is published exactly, at no cost\n");
        }
        let same =
            |other: &Exact| (&other.release, &other.statistic) == (&one.release, &one.statistic);
        if !exact[..i].iter().any(same) {
            text.push_str(&format!(
                "  {} {}: sums of the kind `{}`, which is free of persons; 0 of the budget.\n",
                one.release, one.statistic, one.kind
            ));
        }
    }
    text
}

impl Exact {
    /// Adds it to the rows of a plan.
    pub(super) fn add_to(&self, rows: &mut Rows) {
        let Self { release, statistic, margin, .. } = self;
        let none = String::new;
        let figures = "exact, costs nothing".to_owned();
        rows.push([
            release.clone(),
            statistic.clone(),
            margin.clone(),
            none(),
            none(),
            "0".to_owned(),
            none(),
            figures,
        ]);
    }

    /// It for programs.
    pub(super) fn json(&self) -> Value {
        json!({
            "release": self.release,
            "statistic": self.statistic,
            "kind": self.kind,
            "margin": self.margin,
            "cost": "0",
        })
    }
}
