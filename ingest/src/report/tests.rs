//! Reports of made-up files: whole, in both languages, and harmless.

use super::*;
use crate::{Gate, HomeKey};
use shumar_schemas::{Catalog, Config, Provider};

struct Desk {
    dir: tempfile::TempDir,
    catalog: Catalog,
    gate: Gate,
    config: Config,
    key: HomeKey,
}

const CONFIGURATION: &str = r#"
format = "shumar.home/1"
[commission]
name = { en = "Test" }
[privacy]
family = "laplace"
budget = "1"
bounds = { all = 3 }
[[providers]]
id = "cell"
kind = "police"
name = { en = "Cell <b>", ur = "سیل" }
record_key = ["No"]
[providers.fields]
report_month = "Date"
district = "District"
offence_lead = "Offence"
"#;

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        HomeKey::create(&dir.path().join("key")).expect("a key");
        let key = HomeKey::read(&dir.path().join("key")).expect("the key");
        let catalog = Catalog::new(&[]).expect("the built-in catalog");
        let config = Config::parse(CONFIGURATION, &catalog).expect("a configuration");
        let gate = Gate::new(catalog.identifiers().expect("the built-in shapes"));
        Self { dir, catalog, gate, config, key }
    }

    fn office(&self) -> Office<'_> {
        Office {
            home: self.dir.path(),
            config: &self.config,
            catalog: &self.catalog,
            gate: &self.gate,
            key: &self.key,
            seal: &shumar_seal::PLAIN,
            now: "2026-11-21T10:00:00Z".parse().expect("a time"),
        }
    }

    fn provider(&self) -> Provider {
        self.config.providers[0].clone()
    }
}

fn batch(id: i64, rejects: Vec<Reject>) -> Batch {
    let rejected = rejects.len() as u64;
    Batch {
        id,
        provider: "cell".to_owned(),
        kind: "police".to_owned(),
        sha256: "0123456789abcdef".to_owned(),
        replaces: None,
        rows: rejected + 7,
        accepted: 5,
        folded: 2,
        rejected,
        tally: tally(&rejects),
        rejects,
        notes: vec![crate::Note::hidden_sheets(1)],
    }
}

fn reject(row: u64, field: &str, rule: Rule) -> Reject {
    Reject { sheet: 0, row, field: field.into(), rule }
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a report")
}

fn batch_files(home: &Path, batch: i64) -> [PathBuf; 2] {
    ["csv", "html"].map(|ending| home.join(format!("rejects/batch-{batch:06}.{ending}")))
}

#[test]
fn a_batch_leaves_a_table_and_a_page() {
    let desk = Desk::new();
    let provider = desk.provider();
    let office = desk.office();
    let mut rejects = vec![
        reject(3, "district", Rule::CodeUnknown),
        reject(9, "", Rule::RowShape),
        reject(12, "record_key", Rule::KeyBlank),
    ];
    rejects[1].sheet = 2;
    write_batch(&office, &provider, &batch(12, rejects)).expect("written");
    let [table, page] = batch_files(desk.dir.path(), 12);
    let bytes = std::fs::read(&table).expect("a table");
    assert_eq!(bytes[..3], [0xef, 0xbb, 0xbf]);
    let mut reader = csv::Reader::from_reader(&bytes[3..]);
    assert_eq!(
        reader.headers().expect("a header").iter().collect::<Vec<_>>().join(","),
        "sheet,row,field,field_en,field_ur,rule,what_it_means_en,what_to_do_en,\
         what_it_means_ur,what_to_do_ur"
    );
    let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
    assert_eq!(rows.len(), 3);
    let start = |i: usize| rows[i].iter().take(6).collect::<Vec<_>>();
    assert_eq!(start(0), ["", "3", "district", "District", "ضلع", "code-unknown"]);
    assert_eq!(start(1), ["2", "9", "", "The whole row", "پوری سطر", "row-shape"]);
    assert_eq!(start(2)[3..], ["Record key", "ریکارڈ کی پہچان", "record-key-blank"]);
    assert_eq!(&rows[0][8], Words::new(Language::Urdu).meaning(Rule::CodeUnknown));
    let isolating = |c: char| ('\u{2066}'..='\u{2069}').contains(&c);
    assert!(rows.iter().all(|r| r.iter().all(|cell| !cell.contains(isolating))));
    let page = text(&page);
    for words in [
        "<main id=\"en\" lang=\"en\" dir=\"ltr\">",
        "<main id=\"ur\" lang=\"ur\" dir=\"rtl\">",
        "except 3 rows that were rejected",
        "3 سطروں".replace('3', "۳").as_str(),
        "Cell &lt;b&gt;",
        "<bdi><code>shumar.toml</code></bdi>",
        "1 hidden sheet(s) were not read",
        "<bdi>12</bdi>",
        "not counted twice",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    for words in ["⟦", "<script", "http:", "https:", "Only the first", "0123456789abcdef.csv"] {
        assert!(!page.contains(words), "{words}: {page}");
    }
}

#[test]
fn a_batch_without_rejects_leaves_nothing() {
    let desk = Desk::new();
    let provider = desk.provider();
    write_batch(&desk.office(), &provider, &batch(1, vec![])).expect("nothing to do");
    assert!(!desk.dir.path().join("rejects").exists());
}

#[test]
fn a_page_shows_the_first_thousand_rows_and_points_to_the_table() {
    let desk = Desk::new();
    let provider = desk.provider();
    let office = desk.office();
    for (n, pointed) in [(1_000, false), (1_001, true)] {
        let rejects = (1..=n).map(|row| reject(row, "district", Rule::CodeUnknown)).collect();
        let batch = batch(2, rejects);
        write_batch(&office, &provider, &batch).expect("written");
        let [table, page] = batch_files(desk.dir.path(), 2).map(|p| text(&p));
        assert_eq!(table.lines().count() as u64, n + 1);
        assert_eq!(page.matches("<th class=\"n\" scope=\"row\">").count(), 2 * 1_000);
        assert_eq!(page.contains("Only the first 1,000 of 1,001 rejected rows"), pointed);
        assert_eq!(page.contains("یہاں ۱,۰۰۱ مسترد سطروں میں سے صرف پہلی ۱,۰۰۰"), pointed);
    }
}

#[test]
fn a_check_is_named_after_its_provider_and_never_after_the_file() {
    let desk = Desk::new();
    let mut provider = desk.provider();
    provider.record_key.clear();
    let office = desk.office();
    let folder = desk.dir.path().join("out/deep");
    let bad = batch(0, vec![reject(2, "", Rule::RowShape)]);
    let written = write_check(&folder, &Account::read(&office, &provider, &bad)).expect("written");
    assert!(written.table.is_some_and(|t| t.is_file()));
    assert!(text(&written.page).contains("1 row would be rejected"));
    // The mapping was corrected: what the last check left must not mislead.
    let clean = batch(0, vec![]);
    let written =
        write_check(&folder, &Account::read(&office, &provider, &clean)).expect("written");
    assert_eq!(written, Written { page: folder.join("check-cell-01234567.html"), table: None });
    assert!(!folder.join("check-cell-01234567.csv").exists());
    let page = text(&written.page);
    assert!(page.contains("checked only") && page.contains("no row would be rejected"), "{page}");
    assert!(page.contains("names no <bdi><code>record_key</code></bdi>"), "{page}");

    let file = desk.dir.path().join("Fatima.csv");
    std::fs::write(&file, "x").expect("a file");
    let why = IngestError::Header {
        file: file.clone(),
        provider: "cell".to_owned(),
        columns: vec![
            crate::Reason::new("header-unmapped").said("column", crate::rows::column(7, false)),
        ],
    };
    let account = Account::refused(
        &office,
        &Sent { provider: &provider, file: &file, replaces: None, covers: &[] },
        &why,
    );
    let written = write_check(&folder, &account).expect("written");
    let page = text(&written.page);
    assert!(page.contains("column 8 is neither mapped"), "{page}");
    assert!(page.contains("کالم 8 نہ کسی خانے سے جوڑا گیا ہے"), "{page}");
    assert!(page.contains("<ul class=\"particulars\" lang=\"ur\" dir=\"rtl\">"), "{page}");
    assert!(!format!("{page}{written:?}").contains("Fatima"));
    // Beside the file itself its name is known.
    write_page(&written.page, &account.beside(&file)).expect("written");
    assert!(text(&written.page).contains("<bdi>Fatima.csv</bdi>"));
}

#[test]
fn titles_of_a_home_are_never_run_by_a_spreadsheet() {
    let mut desk = Desk::new();
    let police = include_str!("../../../schemas/records/police.json");
    let text_of = police.replace("\"title\": \"District\"", "\"title\": \"=1+1\"");
    let path = "records/police.json".to_owned();
    let overrides = [shumar_schemas::Override { path, text: text_of }];
    desk.catalog = Catalog::new(&overrides).expect("a catalog");
    let provider = desk.provider();
    let rejects = vec![reject(3, "district", Rule::CodeUnknown)];
    write_batch(&desk.office(), &provider, &batch(3, rejects)).expect("written");
    let table = text(&batch_files(desk.dir.path(), 3)[0]);
    assert!(table.contains(",'=1+1,"), "{table}");
}
