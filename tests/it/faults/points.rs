//! That every fault point is declared and stands in the source, and that a test kills at each; and how
//! many kills there are.

use std::collections::BTreeSet;

use super::{desk, files as own, lake, release, sealed, site, work, years};
use crate::support::{files, root};
use crate::{crash, kills};

/// Where tests kill.
const POINTS: [&[&[&str]]; 8] = [
    lake::POINTS,
    sealed::POINTS,
    release::POINTS,
    site::POINTS,
    desk::POINTS,
    own::POINTS,
    work::POINTS,
    years::POINTS,
];

/// The points that stand in the source.
fn standing() -> BTreeSet<String> {
    let folders = ["ingest/src", "schemas/store/src", "transform", "publish", "src"];
    let sources = folders.iter().flat_map(|folder| files(&root().join(folder)));
    let mut found = BTreeSet::new();
    for source in sources.filter(|f| f.extension().is_some_and(|e| e == "rs")) {
        let text = std::fs::read_to_string(&source).expect("a source");
        for rest in text.split("fault::point(\"").skip(1) {
            found.insert(rest.split('"').next().expect("a name").to_owned());
        }
    }
    found
}

#[test]
fn every_point_is_declared_stands_and_is_killed_at() {
    let declared: BTreeSet<String> =
        shumar_fault::POINTS.iter().map(|point| (*point).to_owned()).collect();
    assert_eq!(declared, standing(), "the list in `schemas/fault` and the source");
    let killed = POINTS.into_iter().flatten().flat_map(|points| points.iter());
    let killed: BTreeSet<String> =
        killed.map(|point| point.split(':').next().expect("a name").to_owned()).collect();
    assert_eq!(killed, declared, "the points at which tests kill");
}

#[test]
fn a_whole_run_kills_more_than_three_hundred_times() {
    let points = |lists: &[&[&str]]| lists.iter().map(|list| list.len()).sum::<usize>();
    let at_points: usize = POINTS.iter().map(|lists| points(lists)).sum();
    let random = [
        lake::RANDOM,
        sealed::RANDOM,
        release::RANDOM,
        site::RANDOM,
        desk::RANDOM,
        own::RANDOM,
        work::RANDOM,
        years::RANDOM,
    ];
    let random: u32 = random.iter().flat_map(|list| list.iter()).sum();
    let others = crash::KILLS + kills::KILLS;
    let all = at_points + random as usize + others;
    println!(
        "{all} kills: {at_points} at fault points, {random} at random moments, {others} older"
    );
    assert!(all >= 300, "{all}");
}
