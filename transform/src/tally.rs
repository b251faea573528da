//! The exact counts of a release: which scans of the lake they need.

use std::collections::BTreeMap;

use rusqlite::Connection;
use shumar_privacy::{Exact, Private};
use shumar_schemas::{Period, RecordKind};

use crate::count::Wanted;
use crate::lake::LakeFile;
use crate::{TransformError, Workshop, count, lake};

/// Exact counts of margins of one kind, from files that are being checked.
async fn count_kind(
    workshop: &Workshop<'_>,
    kind: &RecordKind,
    files: &[LakeFile],
    wanted: &[Wanted<'_>],
    period: Period,
) -> Result<Vec<Exact>, TransformError> {
    let records = if files.is_empty() {
        None
    } else {
        Some(Private::seal(lake::open(workshop.home, kind, files, workshop.seal).await?))
    };
    let bound = wanted.first().map_or(0, |(table, _)| table.bound);
    let joint = workshop.config.privacy.bounds.joint(bound);
    count::count(records, kind, wanted, joint, period).await
}

/// The measurements of a kind that one scan can count: those with the same bound over all kinds.
fn by_joint_bound(
    workshop: &Workshop<'_>,
    wanted: &[Wanted<'_>],
    places: Vec<usize>,
) -> Vec<Vec<usize>> {
    let bounds = &workshop.config.privacy.bounds;
    let mut scans: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for i in places {
        scans.entry(bounds.joint(wanted[i].0.bound)).or_default().push(i);
    }
    scans.into_values().collect()
}

/// Exact counts of the wanted margins in their order, one scan a kind and bound over all kinds.
pub(crate) async fn count_all(
    workshop: &Workshop<'_>,
    register: &Connection,
    wanted: &[Wanted<'_>],
    period: Period,
    progress: &mut dyn FnMut(&str),
) -> Result<Vec<Option<Exact>>, TransformError> {
    let mut kinds: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, (table, _)) in wanted.iter().enumerate() {
        kinds.entry(table.kind.as_str()).or_default().push(i);
    }
    let mut exact: Vec<Option<Exact>> = Vec::new();
    exact.resize_with(wanted.len(), || None);
    for (name, places) in kinds {
        progress(&format!("counting {name}"));
        let kind = workshop.catalog.kind(name, "the release")?;
        let files = lake::files(register, name, period)?;
        let checking = lake::check(workshop.home, &files, workshop.seal);
        let mut counted = Vec::new();
        for places in by_joint_bound(workshop, wanted, places) {
            let of_scan: Vec<Wanted<'_>> = places.iter().map(|i| wanted[*i]).collect();
            counted.push((places, count_kind(workshop, kind, &files, &of_scan, period).await));
        }
        // A file that is not the one that ingest wrote explains whatever else went wrong with it.
        checking.join().unwrap_or(Err(TransformError::Engine))?;
        for (places, counts) in counted {
            for (i, counts) in places.into_iter().zip(counts?) {
                exact[i] = Some(counts);
            }
        }
    }
    Ok(exact)
}
