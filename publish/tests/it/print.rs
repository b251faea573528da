//! The printed forms: which there are, what they claim to be, and what the certificate says.

use std::collections::BTreeMap;
use std::io::Read;

use sha2::{Digest, Sha256};

use crate::site::{build, files, home};

fn site() -> BTreeMap<String, Vec<u8>> {
    let home = home();
    build(home.path()).expect("published");
    files(&home.path().join("site"))
}

/// The text of a PDF file, with that of its packed objects.
fn text(pdf: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(pdf).into_owned();
    let starts = pdf.windows(7).enumerate().filter(|(_, w)| *w == b"stream\n").map(|(at, _)| at);
    for start in starts {
        let before = String::from_utf8_lossy(&pdf[start.saturating_sub(200)..start]).into_owned();
        let own = before.rsplit(" obj").next().unwrap_or_default();
        if own.contains("/ObjStm") {
            let mut packed = String::new();
            flate2::read::ZlibDecoder::new(&pdf[start + 7..])
                .read_to_string(&mut packed)
                .expect("an object stream");
            text.push_str(&packed);
        }
    }
    text
}

/// The number of pages that a PDF file states at the root of its pages.
fn pages(text: &str) -> usize {
    let counts = text.split("/Count ").skip(1).filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    counts.max().expect("a page tree")
}

#[test]
fn every_release_has_its_documents_in_every_language() {
    let site = site();
    for release in ["annual-2025", "annual-2024"] {
        for language in ["en", "ur"] {
            for (name, most) in [("bulletin", 16), ("certificate", 1)] {
                let path = format!("papers/{release}/{name}-{language}.pdf");
                let pdf = site.get(&path).unwrap_or_else(|| panic!("{path}"));
                let text = text(pdf);
                // Hostile labels of the small release do not keep it from conforming.
                assert!(text.contains("pdfuaid:part") && text.contains("pdfaid:part"), "{path}");
                assert!(text.contains(&format!("/Lang({language}")), "{path}");
                assert!(text.contains("/StructTreeRoot"), "{path}");
                assert!((1..=most).contains(&pages(&text)), "{path}: {}", pages(&text));
            }
        }
    }
}

#[test]
fn the_certificate_says_what_was_spent_checked_and_signed() {
    let site = site();
    let page = |name: &str| String::from_utf8_lossy(&site[name]).into_owned();
    let english = page("en/certificates/annual-2025.html");
    assert!(!english.contains(">NOT PASSED<") && english.matches(">passed<").count() == 10);
    let digest = hex::encode(Sha256::digest(&site["data/annual-2025/release/release.json"]));
    assert!(english.contains(&digest), "{digest}");
    for link in ["papers/annual-2025/bulletin-en.pdf", "papers/annual-2025/certificate-en.pdf"] {
        assert!(page("en/releases/annual-2025.html").contains(link), "{link}");
    }
    assert!(english.contains("19 of 36 expected reports"), "{english}");
    let urdu = page("ur/certificates/annual-2025.html");
    assert!(urdu.contains("سندِ اشاعت") && urdu.matches(">درست<").count() == 10);
}
