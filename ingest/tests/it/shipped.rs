//! Exports of well-known tools land through the mappings that shumar ships.

use std::collections::BTreeMap;
use std::path::Path;

use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::support::{Home, rules};

const COMMISSION: &str = r#"
format = "shumar.home/1"
[commission]
name = { en = "Test" }
[privacy]
family = "laplace"
budget = "1"
bounds = { all = 3 }
[[providers]]
id = "cell"
"#;

/// The values of the columns named, row by row.
fn lake(home: &Path, columns: &[&str]) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut folders = vec![home.join("lake")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|e| e != "parquet") {
                continue;
            }
            let file = std::fs::File::open(&path).expect("a file");
            let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
            for batch in reader.build().expect("a reader") {
                let batch = batch.expect("a batch");
                let options = FormatOptions::default();
                let cells: BTreeMap<_, _> = batch
                    .schema()
                    .fields()
                    .iter()
                    .zip(batch.columns())
                    .map(|(f, c)| {
                        let words = ArrayFormatter::try_new(c, &options).expect("words");
                        (
                            f.name().clone(),
                            (0..batch.num_rows())
                                .map(|i| words.value(i).to_string())
                                .collect::<Vec<_>>(),
                        )
                    })
                    .collect();
                let row = |i: usize| columns.iter().map(|c| cells[*c][i].clone()).collect();
                rows.extend((0..batch.num_rows()).map(row));
            }
        }
    }
    rows.sort();
    rows
}

#[test]
fn the_incident_recorder_of_primero_lands() {
    let mut home =
        Home::with(&format!("{COMMISSION}mapping = \"primero-gbv\"\nsheet = \"Incident Data\"\n"));
    let file =
        home.file("incidents.csv", include_str!("../fixtures/primero-incident-recorder.csv"));
    let batch = home.land(&file);
    assert_eq!((batch.rows, batch.accepted), (4, 4), "{:?}", rules(&batch));
    let columns = [
        "report_month",
        "district",
        "offence_lead",
        "victim_sex",
        "marital",
        "perp_relation",
        "n_accused",
        "referral_out",
    ];
    let expected = [
        "2025-01-01 PK528 rape female single family_friend_neighbor 2 police_station",
        "2025-02-01 PK523 hurt_f female married_cohabitating intimate_partner_former_partner 1 ",
        "2025-02-01 PK532 forced_marriage female single primary_caregiver 4_plus ",
        "2025-03-01 PK528 other_vaw female widowed unknown unknown ",
    ];
    let found: Vec<String> =
        lake(home.dir.path(), &columns).into_iter().map(|r| r.join(" ")).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_line_list_of_dhis2_lands_with_the_sections_own_data_elements() {
    let section = r#"
mapping = "dhis2-events"
kind = "service"
person = "trackedEntity"
[providers.fields]
service_month = "occurredAt"
district = "orgUnitName"
service = { column = "qrur9Dvnyt5", codes = { "COUNSELLING" = "psychosocial_session", "LEGAL_AID" = "legal_counselling" } }
age_band = { column = "oZg33kd9taw", codes = { "18-25" = "18_25", "26-40" = "26_40" } }
"#;
    let mut home = Home::with(&format!("{COMMISSION}{section}"));
    let file = home.file("events.csv", include_str!("../fixtures/dhis2-line-list.csv"));
    let batch = home.land(&file);
    assert_eq!((batch.rows, batch.accepted), (3, 3), "{:?}", rules(&batch));
    let found = lake(home.dir.path(), &["service_month", "district", "service", "age_band"]);
    let found: Vec<String> = found.into_iter().map(|r| r.join(" ")).collect();
    assert_eq!(
        found,
        [
            "2025-03-01 PK528 psychosocial_session 18_25",
            "2025-04-01 PK523 legal_counselling 26_40",
            "2025-04-01 PK528 psychosocial_session ",
        ]
    );
}

#[test]
fn a_survey_of_ones_own_lands_through_the_service_s_base_mapping() {
    let section = r#"
mapping = "kobotoolbox"
kind = "shelter"
drop = ["Remarks"]
[providers.fields]
admit_month = "When did she come?"
district_facility = "District"
reason_lead = { column = "Why?", codes = { "beaten" = "physical_assault" } }
"#;
    let mut home = Home::with(&format!("{COMMISSION}{section}"));
    let file = home.file("survey.csv", include_str!("../fixtures/kobotoolbox-own-form.csv"));
    let batch = home.land(&file);
    assert_eq!((batch.rows, batch.accepted), (2, 2), "{:?}", rules(&batch));
    let found = lake(home.dir.path(), &["admit_month", "district_facility", "reason_lead"]);
    let found: Vec<String> = found.into_iter().map(|r| r.join(" ")).collect();
    assert_eq!(found, ["2025-03-01 PK528 physical_assault", "2025-04-01 PK532 destitution"]);
}

#[test]
fn a_code_whose_meaning_changed_is_rejected_unless_the_mapping_says_its_vintage() {
    let section = |source: &str| {
        format!(
            "kind = \"service\"\nrecord_key = [\"No\"]\n[providers.fields]\nservice_month = \"Month\"\nservice = {{ value = \"medical\" }}\ndistrict = {source}\n"
        )
    };
    let text =
        "No,Month,District\n1,2025-03,PK210\n2,2025-03,Karak\n3,2025-03,Kalat\n4,2025-03,PK528\n";
    let land = |source: &str| {
        let mut home = Home::with(&format!("{COMMISSION}{}", section(source)));
        let file = home.file("a.csv", text);
        let batch = home.land(&file);
        let places = lake(home.dir.path(), &["district"]).concat();
        (
            places,
            rules(&batch).into_iter().map(|(row, _, rule)| (row, rule.id())).collect::<Vec<_>>(),
        )
    };
    let all = |codes: [&str; 4]| (codes.map(str::to_owned).to_vec(), Vec::new());
    assert_eq!(
        land("\"District\""),
        (["PK210", "PK512", "PK528"].map(str::to_owned).to_vec(), vec![(2, "code-ambiguous")])
    );
    assert_eq!(
        land("{ column = \"District\", vintage = \"2017-census\" }"),
        all(["PK210", "PK512", "PK512", "PK528"])
    );
    assert_eq!(
        land("{ column = \"District\", vintage = \"2022-09-09\" }"),
        all(["PK210", "PK210", "PK512", "PK528"])
    );
}
