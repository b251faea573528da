//! A site of real size to look at, from the built-in code lists and made-up counts.
//!
//! `SHUMAR_PREVIEW=/some/folder cargo test -p shumar-publish -- --ignored preview`

use std::path::PathBuf;

use shumar_publish::{publish, verify};
use shumar_schemas::release::{DimensionDocument, SourceDocument};
use shumar_schemas::{CodeList, Count, Family, Label};

use crate::release::{self, Made, dimension, label, table};

const DISTRICTS: &str = include_str!("../../../schemas/codes/district.csv");
const DIVISIONS: &str = include_str!("../../../schemas/codes/division.csv");
const GROUPS: &str = include_str!("../../../schemas/codes/offence_group.csv");
const AGES: &str = include_str!("../../../schemas/codes/age_band.csv");
const SERVICES: &str = include_str!("../../../schemas/codes/service.csv");

/// A dimension from a code list, or from the part of it that passes.
fn listed(
    id: &str,
    title: Label,
    text: &str,
    keep: impl Fn(&str) -> bool,
) -> (DimensionDocument, Vec<String>) {
    let list = CodeList::parse(id, text).expect("a code list");
    let codes: Vec<_> = list.codes().iter().filter(|c| keep(&c.code)).collect();
    let members =
        codes.iter().map(|c| c.attributes.get("division").cloned().unwrap_or_default()).collect();
    let mut made = dimension(id, title, &[]);
    made.codes = codes
        .iter()
        .map(|c| shumar_schemas::release::CodeDocument {
            code: c.code.clone(),
            label: c.label.clone(),
        })
        .collect();
    (made, members)
}

fn by(lists: &[&[&str]]) -> Vec<Vec<String>> {
    lists.iter().map(|l| l.iter().map(|n| (*n).to_owned()).collect()).collect()
}

fn places() -> [DimensionDocument; 2] {
    let (district, members) = listed("district", label("District", "ضلع"), DISTRICTS, |_| true);
    let keep = |c: &str| members.iter().any(|m| m == c);
    let (mut division, _) = listed("division", label("Division", "ڈویژن"), DIVISIONS, keep);
    division.level_of = Some("district".to_owned());
    division.members = members;
    [district, division]
}

fn tables(year: i32) -> Vec<Made> {
    let quarters: Vec<String> = (1..=4).map(|q| format!("{year}-Q{q}")).collect();
    let quarters: Vec<(&str, &str, &str)> =
        quarters.iter().map(|q| (q.as_str(), q.as_str(), "")).collect();
    let quarter = dimension("quarter", label("Quarter", "سہ ماہی"), &quarters);
    let (group, _) =
        listed("offence_group", label("Offence group", "جرم کی قسم"), GROUPS, |_| true);
    let title = label(
        "Complaints to the police by district, quarter and offence group",
        "پولیس کو شکایات: ضلع، سہ ماہی اور جرم کی قسم کے لحاظ سے",
    );
    let mut police = table(
        "police-complaints",
        "police",
        Count::Records,
        2,
        title,
        label("complaints", "شکایات"),
    );
    let [district, division] = places();
    police.dimensions = vec![district, quarter, group, division];
    let police_margins = by(&[
        &[],
        &["division"],
        &["district"],
        &["division", "offence_group"],
        &["district", "quarter"],
        &["quarter", "offence_group"],
    ]);
    let title = label(
        "Women who found shelter, by division and age",
        "پناہ پانے والی خواتین: ڈویژن اور عمر کے لحاظ سے",
    );
    let mut women =
        table("women-sheltered", "shelter", Count::Persons, 1, title, label("women", "خواتین"));
    let [_, mut division] = places();
    division.level_of = None;
    division.members.clear();
    let (ages, _) = listed("age_band", label("Age", "عمر"), AGES, |_| true);
    women.dimensions = vec![division, ages];
    let women_margins = by(&[&[], &["division"], &["age_band"], &["division", "age_band"]]);
    let title = label(
        "Services given to women by district and service",
        "خواتین کو دی گئی خدمات: ضلع اور خدمت کے لحاظ سے",
    );
    let mut given = table(
        "services-given",
        "service",
        Count::Records,
        3,
        title,
        label("services given", "فراہم کردہ خدمات"),
    );
    let (services, _) = listed("service", label("Service", "خدمت"), SERVICES, |_| true);
    let [district, division] = places();
    given.dimensions = vec![district, services, division];
    let given_margins = by(&[&["service"], &["division", "service"]]);
    let loss = |text: &str| text.parse().expect("an amount");
    vec![
        Made { document: police, margins: police_margins, mean: 9.0, unit_loss: loss("0.5") },
        Made { document: women, margins: women_margins, mean: 30.0, unit_loss: loss("0.4") },
        Made { document: given, margins: given_margins, mean: 12.0, unit_loss: loss("0.3") },
    ]
}

#[test]
#[ignore = "writes a site of real size into the folder named by SHUMAR_PREVIEW, to be looked at"]
fn preview() {
    let home =
        PathBuf::from(std::env::var("SHUMAR_PREVIEW").expect("SHUMAR_PREVIEW names a folder"));
    let releases = home.join("releases");
    let keys = release::keys();
    for (year, family) in [(2024, Family::Gaussian), (2025, Family::Laplace)] {
        let mut document = release::document(&format!("annual-{year}"), year, family);
        document.sources.push(SourceDocument {
            provider: "shelters".to_owned(),
            name: label("Directorate of Social Welfare, shelters", "نظامتِ سماجی بہبود، دارالامان"),
            kind: "shelter".to_owned(),
            files: 140,
        });
        let folder = release::write(&releases, document, tables(year), &keys);
        let checks = verify(&folder, None).expect("checked");
        assert!(checks.iter().all(|c| c.passed), "{checks:#?}");
    }
    let published = publish(&releases, &home.join("site"), &mut |_, _| {}).expect("published");
    assert_eq!(published.tables, 6);
}
