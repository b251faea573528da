//! The pages as text: escaping, languages, links, and what may never be shown.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use shumar_words::Language;

use crate::site::{build, files, home};

fn pages() -> Vec<(String, String)> {
    let home = home();
    build(home.path()).expect("published");
    html_of(home.path())
}

/// The pages of a home's site: path and text.
pub(crate) fn html_of(home: &Path) -> Vec<(String, String)> {
    let html = files(&home.join("site")).into_iter().filter(|(f, _)| f.ends_with(".html"));
    html.map(|(f, bytes)| (f, String::from_utf8(bytes).expect("UTF-8"))).collect()
}

pub(crate) fn page(pages: &[(String, String)], name: &str) -> String {
    pages.iter().find(|(f, _)| f == name).expect(name).1.clone()
}

/// The values of an attribute.
pub(crate) fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    page.match_indices(&start)
        .map(|(at, s)| page[at + s.len()..].split('"').next().expect("a value"))
        .collect()
}

/// The visible text of a page.
pub(crate) fn text(page: &str) -> String {
    let body = page.split_once("<body").expect("a body").1;
    let parts = body.split('<').map(|p| p.split_once('>').map_or("", |(_, text)| text));
    parts.collect::<Vec<&str>>().join("")
}

#[test]
fn labels_are_escaped_and_no_message_is_missing() {
    let pages = pages();
    for (name, page) in &pages {
        assert!(!page.contains("<script") && !page.contains("<b>\""), "{name}");
        assert!(!page.contains('⟦'), "{name}: a message is missing");
    }
    let table = page(&pages, "en/releases/annual-2025/police-complaints.html");
    assert!(table.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(table.contains("East &amp; &quot;West&quot;"));
}

#[test]
fn each_language_is_whole() {
    let pages = pages();
    let english = page(&pages, "en/releases/annual-2025/police-complaints.html");
    let urdu = page(&pages, "ur/releases/annual-2025/police-complaints.html");
    assert!(english.contains("<html lang=\"en\" dir=\"ltr\">"));
    assert!(urdu.contains("<html lang=\"ur\" dir=\"rtl\">"));
    assert!(english.contains("href=\"../../../ur/releases/annual-2025/police-complaints.html\""));
    assert!(urdu.contains("href=\"../../../en/releases/annual-2025/police-complaints.html\""));
    assert!(urdu.contains("پولیس کو شکایات") && urdu.contains("ضرب اور گھریلو تشدد"));
    // A label without Urdu is marked as English.
    assert!(urdu.contains("<bdi lang=\"en\">East &amp; &quot;West&quot;</bdi>"));
    // Nothing of our own is left in English: words outside marked spans are Urdu.
    let prose = page(&pages, "ur/method.html");
    assert!(!text(&prose).contains(" the "));
}

#[test]
fn pages_load_and_link_nothing_outside_the_site() {
    let home = home();
    build(home.path()).expect("published");
    let files = files(&home.path().join("site"));
    for (name, bytes) in files.iter().filter(|(f, _)| f.ends_with(".html")) {
        let page = String::from_utf8_lossy(bytes);
        for target in values(&page, "href").into_iter().chain(values(&page, "src")) {
            if target == "data:," {
                continue;
            }
            let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
            let file = match path {
                "" => name.clone(),
                path => resolve(Path::new(name).parent().expect("a folder"), path),
            };
            let found = files.get(&file).unwrap_or_else(|| panic!("{name}: {target} is not there"));
            let id = format!("id=\"{fragment}\"");
            assert!(
                fragment.is_empty() || String::from_utf8_lossy(found).contains(&id),
                "{name}: {target}"
            );
        }
        for outside in ["http:", "https:", "//", "<img", "<iframe", "style=\"", "@import", "url("] {
            assert!(!page.contains(outside), "{name}: {outside}");
        }
        assert!(page.contains("default-src 'none'; style-src 'self'; font-src 'self'"), "{name}");
    }
    for (name, bytes) in files.iter().filter(|(f, _)| f.ends_with(".css")) {
        let style = String::from_utf8_lossy(bytes);
        for url in style.split("url(").skip(1).map(|u| u.split(')').next().expect("an end")) {
            assert!(files.contains_key(&format!("style/{url}")), "{name}: {url}");
        }
        assert!(!style.contains("//") && !style.contains("@import"), "{name}");
    }
}

/// Whoever changes the language stays on the page, and finds it.
#[test]
fn the_switch_keeps_the_page() {
    let pages = pages();
    let tags: Vec<&str> = Language::all().iter().map(|l| l.tag()).collect();
    let names: BTreeSet<&String> = pages.iter().map(|(name, _)| name).collect();
    for (name, page) in pages.iter().filter(|(name, _)| name != "index.html") {
        let (own, rest) = name.split_once('/').expect("a language's folder");
        let up = "../".repeat(rest.matches('/').count() + 1);
        for tag in tags.iter().filter(|t| **t != own) {
            assert!(names.contains(&format!("{tag}/{rest}")), "{name} is not in {tag}");
            let switch = format!("<a href=\"{up}{tag}/{rest}\" hreflang=\"{tag}\"");
            assert!(page.contains(&switch), "{name}: {switch}");
        }
    }
}

#[test]
fn pages_are_light() {
    for (name, page) in pages() {
        assert!(page.len() < 60_000, "{name}: {} bytes", page.len());
    }
}

/// What pages never say of a place or of a woman.
#[test]
fn words_that_are_not_used() {
    const NEVER: [&str; 12] = [
        "safest",
        "most dangerous",
        "least safe",
        "worst",
        "league table",
        "victim",
        "ranked",
        "alleged",
        "crime of passion",
        "allah",
        "significantly",
        "exact number",
    ];
    for (name, page) in pages().iter().filter(|(name, _)| name.starts_with("en/")) {
        let text = text(page).to_lowercase();
        for word in NEVER {
            assert!(!text.contains(word), "{name}: {word}");
        }
        for (at, _) in text.match_indices("safety") {
            let before = &text[at.saturating_sub(60)..at];
            assert!(before.contains("not"), "{name}: …{before}safety");
        }
    }
}

fn resolve(folder: &Path, path: &str) -> String {
    let mut parts = PathBuf::new();
    for part in folder.join(path).components() {
        match part {
            Component::ParentDir => assert!(parts.pop(), "{path} leaves the site"),
            part => parts.push(part),
        }
    }
    parts.to_string_lossy().into_owned()
}

#[test]
fn no_figure_is_negative_or_without_its_range() {
    for (name, page) in pages() {
        for cell in page.split("<td class=\"n\">").skip(1) {
            let ends = ["<td", "<tr", "</tbody"].iter().filter_map(|end| cell.find(end));
            let cell = &cell[..ends.min().unwrap_or(cell.len())];
            if !name.contains("/annual-") || cell.parse::<f64>().is_ok() {
                continue; // the account's numbers are not figures
            }
            let range = if name.starts_with("ur") { " تا " } else { "–" };
            assert!(
                cell.contains(range) && !text(&format!("<body>{cell}")).contains('-'),
                "{name}: {cell}"
            );
        }
    }
}

#[test]
fn a_weak_cell_is_a_range_with_a_note() {
    let pages = pages();
    let women = page(&pages, "en/releases/annual-2025/women-sheltered.html");
    assert!(women.contains("<td class=\"n\">0–"), "a range alone");
    assert!(women.contains("too uncertain to be given as one number"));
}

#[test]
fn structure_is_accessible() {
    for (name, page) in pages() {
        assert_eq!(page.matches("<h1").count(), 1, "{name}");
        assert_eq!(page.matches("<main").count(), 1, "{name}");
        let ids = values(&page, "id");
        assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{name}: an id twice");
        for table in page.split("<table").skip(1) {
            let table = table.split("</table>").next().expect("a table");
            assert!(table.contains("<caption"), "{name}");
            assert_eq!(table.matches("<th ").count(), table.matches(" scope=\"").count(), "{name}");
            assert_eq!(table.matches("<th>").count(), 0, "{name}");
        }
        for region in page.split("role=\"region\"").skip(1) {
            let tag = region.split('>').next().expect("a tag");
            assert!(
                tag.starts_with(" aria-label=\"") && tag.ends_with("tabindex=\"0\""),
                "{name}: {tag}"
            );
        }
        if name != "index.html" {
            assert!(page.contains("<a class=\"skip\" href=\"#content\">"), "{name}");
            assert!(page.contains("<nav class=\"languages\" aria-label="), "{name}");
        }
    }
}

#[test]
fn the_promise_and_the_caveat_stand_on_every_table() {
    let pages = pages();
    let pure = text(&page(&pages, "en/releases/annual-2025/police-complaints.html"));
    for words in [
        "A low figure may mean that few women could report.",
        "This is not a ranking of places by safety.",
        "all records about that person in one year together",
        "At most 2 records of a person in a year are counted in this table.",
    ] {
        assert!(pure.contains(words), "{words}");
    }
    // What is the same for all tables of a release stands on its own page.
    let pure = text(&page(&pages, "en/releases/annual-2025.html"));
    for words in [
        "discrete Laplace distribution",
        "Budget of 2025: ε = 4 for any one person",
        "Spent when this release was made: 2.1. Left: 1.9.",
        "ε = 2.1 with δ = 0",
    ] {
        assert!(pure.contains(words), "{words}");
    }
    let gaussian = text(&page(&pages, "en/releases/annual-2024.html"));
    assert!(
        gaussian.contains("discrete Gaussian distribution") && gaussian.contains("δ = 0.000001")
    );
    let gaussian = text(&page(&pages, "en/releases/annual-2024/women-sheltered.html"));
    assert!(gaussian.contains("Each person is counted once a year."));
}

#[test]
fn the_account_tells_what_each_charge_measured() {
    let pages = pages();
    let english = text(&page(&pages, "en/releases/annual-2025.html"));
    assert!(english.contains("police · By district, quarter and offence group0.5"), "{english}");
    assert!(english.contains("police · By division and quarter0.3"), "{english}");
    let urdu = text(&page(&pages, "ur/releases/annual-2025.html"));
    assert!(urdu.contains("police · بلحاظ ڈویژن اور سہ ماہی0.3"), "{urdu}");
    let method = text(&page(&pages, "en/method.html"));
    assert!(method.contains("estimated from several such counts together"), "{method}");
}

#[test]
fn what_was_not_reported_is_told_and_never_a_zero() {
    let pages = pages();
    let english = text(&page(&pages, "en/releases/annual-2025.html"));
    for words in [
        "3 offices are expected to report in this period; 1 of them made every report.",
        "It does not mean that there was no case.",
        "7 of 12 months",
    ] {
        assert!(english.contains(words), "{words}");
    }
    assert!(english.contains("not reported") && !english.contains("0 of 12"), "{english}");
    let urdu = text(&page(&pages, "ur/releases/annual-2025.html"));
    assert!(urdu.contains("12 میں سے 7 مہینے") && urdu.contains("رپورٹ نہیں دی"), "{urdu}");
}
