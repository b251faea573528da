//! The tables of the made-up releases: small, with every form of margin, under hostile labels.

use shumar_schemas::release::{CodeDocument, DimensionDocument, StatisticDocument, TableDocument};
use shumar_schemas::{Count, Label};

use crate::made::Made;
use crate::release::label;

/// A dimension from codes and labels.
fn dimension(id: &str, title: Label, codes: &[(&str, &str, &str)]) -> DimensionDocument {
    let code = |(c, en, ur): &(&str, &str, &str)| {
        let label = if ur.is_empty() { Label::neutral(*en) } else { label(en, ur) };
        CodeDocument { code: (*c).to_owned(), label }
    };
    let codes = codes.iter().map(code).collect();
    DimensionDocument {
        id: id.to_owned(),
        title,
        area: false,
        quarters: false,
        codes,
        level_of: None,
        members: Vec::new(),
    }
}

/// A coarser level of a dimension.
fn level(of: &str, members: &[&str], dimension: DimensionDocument) -> DimensionDocument {
    let members = members.iter().map(|m| (*m).to_owned()).collect();
    DimensionDocument { level_of: Some(of.to_owned()), members, ..dimension }
}

fn division() -> DimensionDocument {
    let codes = [("upper", "Upper", "بالائی"), ("lower", "Lower", "زیریں")];
    area(dimension("division", label("Division", "ڈویژن"), &codes))
}

/// A dimension whose codes are areas.
fn area(dimension: DimensionDocument) -> DimensionDocument {
    DimensionDocument { area: true, ..dimension }
}

/// A table without files yet.
fn table(kind: &str, count: Count, bound: u32, unit: Label) -> TableDocument {
    let persons = if count == Count::Persons { "-persons" } else { "" };
    TableDocument {
        id: format!("{kind}{persons}"),
        kind: kind.to_owned(),
        count,
        unit,
        bound,
        calibrates: None,
        fingerprint: "0".repeat(64),
        dimensions: Vec::new(),
        measurements: Vec::new(),
    }
}

/// A statistic without files yet, and its margins.
fn statistic(
    id: &str,
    table: &TableDocument,
    title: Label,
    margins: &[&[&str]],
) -> (StatisticDocument, Vec<Vec<String>>) {
    let statistic = StatisticDocument {
        id: id.to_owned(),
        table: table.id.clone(),
        title,
        note: label("Counts what was reported and recorded.", "یہ گنتی درج شدہ واقعات کی ہے۔"),
        margins: Vec::new(),
    };
    (statistic, margins.iter().map(|m| by(m)).collect())
}

fn by(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

/// Two small tables: complaints by district (in divisions, and these in one province), quarter and
/// group, measured twice and published in two statistics; and women by division and age, each
/// counted once.
pub(crate) fn small() -> Vec<Made> {
    vec![police(), women()]
}

fn police() -> Made {
    let districts = [
        ("north", "<script>alert(1)</script>", "شمالی"),
        ("south", "=cmd()|' /C calc'!A1", "جنوبی"),
        ("east", "East & \"West\"", ""),
        ("hill", "@Hill, \"upper\"", "پہاڑی"),
        ("far", "Far", "دور"),
    ];
    let provinces = [("whole", "Whole", "پورا")];
    let quarters = [("2025-Q1", "2025-Q1", ""), ("2025-Q2", "2025-Q2", "")];
    let groups =
        [("hurt", "Hurt and domestic violence", "ضرب اور گھریلو تشدد"), ("other", "Other", "دیگر")];
    let mut table = table("police", Count::Records, 2, label("complaints", "شکایات"));
    let divisions = ["upper", "lower", "lower", "upper", "upper"];
    table.dimensions = vec![
        area(dimension("district", label("District", "ضلع"), &districts)),
        level("district", &divisions, division()),
        level(
            "district",
            &["whole"; 5],
            area(dimension("province", label("Province", "صوبہ"), &provinces)),
        ),
        dimension("quarter", label("Quarter", "سہ ماہی"), &quarters),
        dimension("offence_group", label("Offence group", "جرم کی قسم"), &groups),
    ];
    let complaints = statistic(
        "police-complaints",
        &table,
        label("Complaints to the police <b>", "پولیس کو شکایات"),
        &[&[], &["district"], &["division", "quarter"], &["district", "quarter", "offence_group"]],
    );
    // Its columns are not in the order of the axes, and its total is published twice.
    let offences = statistic(
        "police-offences",
        &table,
        label("Offences", "جرائم"),
        &[&[], &["offence_group", "division"], &["quarter", "province"]],
    );
    let loss = |text: &str| text.parse().expect("an amount");
    let measured = vec![
        (by(&["district", "quarter", "offence_group"]), loss("0.5")),
        (by(&["division", "quarter"]), loss("0.3")),
    ];
    Made { table, statistics: vec![complaints, offences], measured, mean: 40.0 }
}

fn women() -> Made {
    let mut table = table("shelter", Count::Persons, 1, label("women", "خواتین"));
    let ages: Vec<String> = (0..13).map(|a| format!("{}_{}", a * 5, a * 5 + 4)).collect();
    let ages: Vec<(&str, &str, &str)> = ages.iter().map(|a| (a.as_str(), a.as_str(), "")).collect();
    table.dimensions = vec![division(), dimension("age_band", label("Age", "عمر"), &ages)];
    let title = label("Women who found shelter", "پناہ پانے والی خواتین");
    let cells: &[&str] = &["division", "age_band"];
    let sheltered = statistic("women-sheltered", &table, title, &[cells]);
    let measured = vec![(by(cells), "0.5".parse().expect("an amount"))];
    Made { table, statistics: vec![sheltered], measured, mean: 3.0 }
}
