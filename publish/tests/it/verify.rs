//! Verifying: a sound release passes, and every changed byte is found and its file named.

use std::fs;
use std::path::Path;

use shumar_publish::{Check, verify};
use shumar_schemas::Family;
use shumar_schemas::release::{DOCUMENT, PUBLIC_KEY, SIGNATURE};

use crate::release;

fn failed(folder: &Path, key: Option<&str>) -> Vec<Check> {
    verify(folder, key).expect("a folder").into_iter().filter(|c| !c.passed).collect()
}

fn names(checks: &[Check]) -> Vec<&'static str> {
    checks.iter().map(|c| c.name).collect()
}

#[test]
fn a_sound_release_passes_every_check() {
    let home = tempfile::tempdir().expect("a folder");
    for (id, family) in [("laplace", Family::Laplace), ("gaussian", Family::Gaussian)] {
        let keys = release::keys();
        let document = release::document(id, 2025, family);
        let folder = release::write(home.path(), document, release::small(), &keys);
        for key in [None, Some(release::public(&keys)), Some(keys.pk.to_base64())] {
            let checks = verify(&folder, key.as_deref()).expect("a folder");
            assert!(checks.iter().all(|c| c.passed), "{checks:#?}");
            assert_eq!(checks.len(), 10);
            let which = if key.is_some() { "the one given" } else { "the one beside it" };
            assert!(checks[0].detail.contains(which), "{}", checks[0].detail);
        }
    }
}

#[test]
fn each_changed_byte_is_found_and_its_file_named() {
    let home = tempfile::tempdir().expect("a folder");
    let keys = release::keys();
    let document = release::document("annual-2025", 2025, Family::Laplace);
    let folder = release::write(home.path(), document, release::small(), &keys);
    let mut changed = 0;
    for file in crate::site::files(&folder).keys() {
        let path = folder.join(file);
        let good = fs::read(&path).expect("a file");
        // The untrusted comment, the first line of these two, is covered by no signature.
        let sealed = file == SIGNATURE || file == PUBLIC_KEY;
        let first = if sealed { good.iter().position(|b| *b == b'\n').expect("lines") } else { 0 };
        let step = (good.len() / 23).max(1);
        for at in (first..good.len()).step_by(step).chain([good.len() - 1]) {
            for bit in [1, 32] {
                let mut bad = good.clone();
                bad[at] ^= bit;
                fs::write(&path, &bad).expect("written");
                let failed = failed(&folder, None);
                let named = failed.iter().any(|c| c.detail.contains(&format!("`{file}`")));
                assert!(named, "{file} byte {at}: {failed:#?}");
                changed += 1;
            }
        }
        fs::write(&path, &good).expect("written");
    }
    assert!(changed > 300, "{changed}");
    assert!(failed(&folder, None).is_empty());
}

#[test]
fn another_key_is_not_the_signer() {
    let home = tempfile::tempdir().expect("a folder");
    let document = release::document("annual-2025", 2025, Family::Laplace);
    let (keys, other) = (release::keys(), release::keys());
    let folder = release::write(home.path(), document, release::small(), &keys);
    let checks = failed(&folder, Some(&other.pk.to_base64()));
    assert_eq!(names(&checks), ["signature"]);
    assert!(checks[0].detail.contains("`signing.pub`"), "{}", checks[0].detail);
    assert_eq!(names(&failed(&folder, Some("nonsense"))), ["signature"]);
    // Without the copy beside it, the key given decides alone.
    fs::remove_file(folder.join(PUBLIC_KEY)).expect("removed");
    assert!(failed(&folder, Some(&keys.pk.to_base64())).is_empty());
    assert_eq!(names(&failed(&folder, Some(&other.pk.to_base64()))), ["signature"]);
    assert_eq!(names(&failed(&folder, None)), ["signature"]);
}

#[test]
fn unlisted_and_missing_files_are_named() {
    let home = tempfile::tempdir().expect("a folder");
    let document = release::document("annual-2025", 2025, Family::Laplace);
    let folder = release::write(home.path(), document, release::small(), &release::keys());
    fs::write(folder.join("estimates/extra.parquet"), "x").expect("written");
    let checks = failed(&folder, None);
    assert_eq!(names(&checks), ["unlisted files"]);
    assert!(checks[0].detail.contains("`estimates/extra.parquet`"), "{}", checks[0].detail);
    fs::remove_file(folder.join("estimates/extra.parquet")).expect("removed");
    fs::remove_file(folder.join("estimates/police-complaints--total.parquet")).expect("removed");
    let checks = failed(&folder, None);
    assert_eq!(names(&checks), ["files", "rows"]);
    fs::remove_file(folder.join(DOCUMENT)).expect("removed");
    let checks = verify(&folder, None).expect("a folder");
    assert!(checks.len() == 10 && checks.iter().all(|c| !c.passed));
    assert!(verify(&home.path().join("nowhere"), None).is_err());
}
