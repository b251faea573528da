//! Kills while the site is built: at any moment there is the old one or the new one, whole.

use std::path::Path;

use super::{Scenario, folder, nothing_left, on_home, well};
use crate::support::{ANNUAL, digests, json, police};

/// Where each test kills.
pub(super) const POINTS: &[&[&str]] = &[PUBLISH];
/// How often each test kills at random.
pub(super) const RANDOM: &[u32] = &[6];

const PUBLISH: &[&str] =
    &["publish.begun", "publish.written", "publish.synced", "publish.exchanged"];

#[test]
fn publish_is_killed() {
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    json(&home, &["release", "annual", "--period", "2024"]);
    json(&home, &["publish"]);
    let old = digests(&home.join("site"));
    json(&home, &["release", "annual", "--period", "2025"]);
    let made = tempfile::tempdir().expect("a folder");
    super::copy(&home, &made.path().join("home"));
    json(&made.path().join("home"), &["publish"]);
    let new = digests(&made.path().join("home/site"));
    assert_ne!(old, new);
    let sound = |place: &Path, what: &str| {
        // No command was run since: this is what a web server would find.
        let now = digests(&place.join("home/site"));
        assert!(now == old || now == new, "{what}: neither the old site nor the new one");
    };
    let finish = |place: &Path, what: &str| {
        well(&on_home(place, &["publish"]).output().expect("the program starts"), what);
        assert_eq!(digests(&place.join("home/site")), new, "{what}");
        nothing_left(&place.join("home"), &[], what);
    };
    let scenario = Scenario {
        base: &folder(&dir),
        command: &|place| on_home(place, &["publish"]),
        sound: &sound,
        finish: &finish,
    };
    assert_eq!(scenario.kill(PUBLISH, RANDOM[0]), PUBLISH.len() + RANDOM[0] as usize);
}
