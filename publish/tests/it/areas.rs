//! Pages about areas: the map, the list from A to Z, a page for each, and years side by side.

use std::path::Path;

use shumar_publish::PublishError;
use shumar_schemas::Family;

use crate::made::Made;
use crate::pages::{html_of, page, text, values};
use crate::release::{self, label};
use crate::site::build;

/// Codes that a map has squares for.
const CODES: [&str; 5] = ["PK523", "PK528", "PK532", "PK506", "PK501"];
/// The folders of the languages.
const LANGUAGES: [&str; 2] = ["en", "ur"];

/// The made-up tables with districts that a map knows.
fn mapped() -> Vec<Made> {
    let mut tables = release::small();
    for dimension in tables.iter_mut().flat_map(|m| &mut m.table.dimensions) {
        if dimension.id == "district" {
            for (code, known) in dimension.codes.iter_mut().zip(CODES) {
                known.clone_into(&mut code.code);
            }
        }
    }
    tables
}

/// A home with the same release of two years.
fn home(tables: fn() -> Vec<Made>) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a folder");
    let keys = release::keys();
    for year in [2024, 2025] {
        let document = release::document(&format!("annual-{year}"), year, Family::Laplace);
        release::write(&home.path().join("releases"), document, tables(), &keys);
    }
    home
}

fn published(tables: fn() -> Vec<Made>) -> Vec<(String, String)> {
    let home = home(tables);
    build(home.path()).expect("published");
    html_of(home.path())
}

/// No label runs, and nothing counts below nothing, anywhere in what is read.
#[test]
fn no_page_runs_a_label_or_shows_a_number_below_zero() {
    for (name, page) in published(mapped) {
        assert!(
            !page.contains("<script") && !page.contains("<b>\"") && !page.contains('⟦'),
            "{name}"
        );
        let text = text(&page);
        let signs: Vec<char> = text.chars().collect();
        for three in signs.windows(3) {
            let below = matches!(three[1], '-' | '−') && three[2].is_ascii_digit();
            assert!(!below || three[0].is_alphanumeric(), "{name}: {}", String::from_iter(three));
        }
    }
}

#[test]
fn every_area_has_a_page_with_the_caveat_and_a_place_from_a_to_z() {
    let pages = published(mapped);
    for language in LANGUAGES {
        let list = page(&pages, &format!("{language}/places.html"));
        let caveat = if language == "en" {
            "Before you compare"
        } else {
            "موازنہ کرنے سے پہلے"
        };
        for code in CODES {
            let path = format!("places/district/{code}.html");
            assert!(list.contains(&format!("href=\"{path}\"")), "{code}");
            let area = text(&page(&pages, &format!("{language}/{path}")));
            assert!(area.contains(caveat), "{language} {code}");
        }
        assert!(!list.contains("<td"), "the list tells no figures");
    }
    let upper = text(&page(&pages, "en/places/district/PK523.html"));
    // Its division and its province stand beside it, and what is not published so finely is told.
    assert!(upper.contains("Upper") && upper.contains("Whole") && upper.contains("not published"));
    assert!(upper.contains("<script>") || upper.contains("&lt;script&gt;"));
}

#[test]
fn the_map_has_one_square_an_area_and_reads_without_colour() {
    let pages = published(mapped);
    for language in LANGUAGES {
        let table =
            page(&pages, &format!("{language}/releases/annual-2025/police-complaints.html"));
        let map = table.split("<svg class=\"tiles\"").nth(1).expect("a map");
        let map = map.split("</svg>").next().expect("its end");
        assert_eq!(map.matches("<a href=").count(), CODES.len());
        assert_eq!(map.matches("<title>").count(), CODES.len());
        for tile in map.split("<a href=").skip(1) {
            let sign = tile.split("class=\"k a").nth(1).and_then(|k| k.split('>').nth(1));
            let sign = sign.expect("a class").trim_end_matches("</text");
            assert!(!sign.is_empty() && sign.chars().all(|c| "1234–".contains(c)), "{sign}");
            // What reaches into several classes is hatched.
            assert!(!sign.contains('–') || sign == "–" || tile.contains("#hatch"), "{tile}");
        }
        assert!(table.contains("class=\"legend\"") && table.contains("id=\"caveat\""));
        let home = page(&pages, &format!("{language}/index.html"));
        assert!(home.contains("<svg class=\"tiles\"") && home.contains("id=\"caveat\""));
    }
    // Areas without squares have no map, and everything else.
    let unknown = published(release::small);
    let table = page(&unknown, "en/releases/annual-2025/police-complaints.html");
    assert!(!table.contains("class=\"tiles") && table.contains("By district"));
}

#[test]
fn years_stand_side_by_side_as_a_drawing_and_as_a_table() {
    let pages = published(mapped);
    let table = page(&pages, "en/releases/annual-2025/police-complaints.html");
    let plot = table.split("<svg class=\"plot\"").nth(1).expect("a drawing");
    let plot = plot.split("</svg>").next().expect("its end");
    assert!(plot.contains("role=\"img\"") && plot.contains("aria-labelledby=\"trend-t trend-d\""));
    assert!(plot.contains("2024: ") && plot.contains("<title id=\"trend-t\""));
    assert_eq!(plot.matches("class=\"bar\"").count(), 2);
    // The same numbers with other noise: nothing is said to have changed that did not.
    let said = text(&table);
    assert!(said.contains("no clear difference"), "{said}");
    let area = text(&page(&pages, "en/places/district/PK528.html"));
    assert!(area.contains("Since 2024:"), "{area}");
}

#[test]
fn places_in_order_are_told_as_far_as_ranges_bear_them() {
    let pages = published(mapped);
    let table = text(&page(&pages, "en/releases/annual-2025/police-complaints.html"));
    let said = [
        "Highest recorded figure: ",
        "any of them may have the highest recorded figure",
        "cannot be told: it may be any of",
    ];
    assert!(said.iter().any(|s| table.contains(s)), "{table}");
    assert!(table.contains("They are about what was recorded, not about safety."));
    let standing = [
        "highest recorded figure",
        "by recorded figures",
        "lowest recorded figure",
        "Somewhere between place",
        "Cannot be told apart",
    ];
    for code in CODES {
        let area = text(&page(&pages, &format!("en/places/district/{code}.html")));
        assert!(standing.iter().any(|s| area.contains(s)), "{area}");
    }
}

#[test]
fn codes_that_are_no_file_names_stay_in_the_site() {
    let hostile = || {
        let mut tables = release::small();
        for dimension in tables.iter_mut().flat_map(|m| &mut m.table.dimensions) {
            if dimension.id == "district" {
                for (code, bad) in
                    dimension.codes.iter_mut().zip(["../../x", "a/b", "=1", " ", "\u{202e}z"])
                {
                    bad.clone_into(&mut code.code);
                }
            }
        }
        tables
    };
    let pages = published(hostile);
    let areas: Vec<&String> =
        pages.iter().map(|p| &p.0).filter(|n| n.starts_with("en/places/district/")).collect();
    assert_eq!(areas.len(), 5, "{areas:?}");
    for (name, page) in &pages {
        for target in values(page, "href") {
            assert!(!target.contains("/x") || target.contains("district/x"), "{name}: {target}");
        }
    }
}

#[test]
fn the_calendar_tells_what_came_and_what_comes() -> Result<(), PublishError> {
    let home = home(mapped);
    build(home.path())?;
    let pages = html_of(home.path());
    let calendar = text(&page(&pages, "en/calendar.html"));
    assert!(calendar.contains("2026") && calendar.contains("8 March 2027"));
    assert!(calendar.contains("5 February 2026"));
    let urdu = text(&page(&pages, "ur/calendar.html"));
    assert!(urdu.contains("8 مارچ 2027"), "{urdu}");
    Ok(())
}

#[test]
fn revisions_and_reports_have_pages() {
    let home = tempfile::tempdir().expect("a folder");
    let keys = release::keys();
    let releases = home.path().join("releases");
    let document = release::document("annual-2025", 2025, Family::Laplace);
    release::write(&releases, document.clone(), release::small(), &keys);
    let revision = shumar_schemas::release::RevisionDocument {
        of: "annual-2025".to_owned(),
        number: 2,
        reason: "A <late> file".to_owned(),
    };
    let mut revised = release::document("annual-2025-r2", 2025, Family::Laplace);
    revised.revision = Some(revision);
    revised.title = label("Annual figures 2025, revised", "سالانہ اعداد 2025، نظرِ ثانی شدہ");
    release::write(&releases, revised, release::small(), &keys);
    build(home.path()).expect("published");
    let pages = html_of(home.path());
    let page_of = |name: &str| page(&pages, name);
    let revisions = page_of("en/revisions.html");
    assert!(revisions.contains("A &lt;late&gt; file"));
    assert!(revisions.contains("href=\"releases/annual-2025.html\""));
    let coverage = text(&page_of("en/coverage.html"));
    assert!(coverage.contains("not reported") && !coverage.contains("0 of 12"), "{coverage}");
    assert!(Path::new(&home.path().join("site/en/downloads/annual-2025-r2.html")).exists());
    let files = page_of("en/downloads/annual-2025.html");
    assert!(files.contains("../../data/annual-2025/police-complaints--district.csv"));
}
