//! Every pattern and phrase against its own examples, and the gate's ways.

use std::collections::BTreeSet;

use shumar_schemas::identifier::Stand;
use shumar_schemas::{Catalog, Override};

use super::fence::finds;
use super::*;

pub(super) fn gate() -> Gate {
    Gate::new(
        Catalog::new(&[])
            .expect("the built-in catalog")
            .identifiers()
            .expect("the built-in shapes"),
    )
}

/// An example as the gate would see it.
fn found(pattern: &Pattern, example: &str) -> bool {
    finds(pattern, &plain::copy(example).text)
}

#[test]
fn every_pattern_finds_its_hits_and_leaves_its_misses() {
    let catalog = Catalog::new(&[]).expect("the built-in catalog");
    let mut wrong = Vec::new();
    for pattern in catalog.identifiers().expect("the built-in shapes").patterns() {
        let few = pattern.hits.len() < 3 || pattern.misses.len() < 3;
        wrong.extend(few.then(|| format!("{}: too few examples", pattern.name)));
        // A claim that its own examples break would make a pattern blind.
        let blind = pattern.hits.iter().filter(|hit| !plain::copy(hit).seen.meets(&pattern.needs));
        wrong.extend(blind.map(|hit| format!("{} is blind to {hit}", pattern.name)));
        let missed = pattern.hits.iter().filter(|hit| !found(pattern, hit));
        wrong.extend(missed.map(|hit| format!("{} does not find {hit}", pattern.name)));
        let taken = pattern.misses.iter().filter(|miss| found(pattern, miss));
        wrong.extend(taken.map(|miss| format!("{} finds {miss}", pattern.name)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

pub(super) const COLUMNS: [Column; 7] = [
    Column::Coded,
    Column::Token,
    Column::TokenKey,
    Column::Key,
    Column::Register,
    Column::Date,
    Column::Number,
];

/// Whether a pattern may not stand in a column.
fn is_refused(pattern: &Pattern, column: Column, cell: &str) -> bool {
    // What is written in another script is no random code.
    let column = match column {
        Column::Token if !cell.is_ascii() => Column::Key,
        Column::TokenKey if !cell.is_ascii() => Column::Register,
        column => column,
    };
    let of_register = [
        Rule::LooksLikeFullDate,
        Rule::LooksLikePoliceReport,
        Rule::LooksLikePoliceStation,
        Rule::LooksLikeCaseNumber,
    ];
    let of_register = of_register.contains(&Rule::from(pattern.shape));
    match column {
        Column::Coded | Column::Number => true,
        Column::Key => pattern.shape != Shape::Digest,
        Column::Register => !of_register && pattern.shape != Shape::Digest,
        Column::Token => of_register || pattern.token == Stand::Refused,
        Column::TokenKey => !of_register && pattern.token == Stand::Refused,
        Column::Date => pattern.date == Stand::Refused,
    }
}

#[test]
fn every_hit_is_refused_where_it_may_not_stand_and_nowhere_else() {
    let catalog = Catalog::new(&[]).expect("the built-in catalog");
    let gate = gate();
    let patterns: Vec<&Pattern> = catalog
        .identifiers()
        .expect("the built-in shapes")
        .patterns()
        .iter()
        .filter(|p| !p.pair)
        .collect();
    let mut stood = BTreeSet::new();
    for hit in patterns.iter().flat_map(|p| &p.hits) {
        for column in COLUMNS {
            // A cell may look like several things at once.
            let plain = plain::copy(hit);
            let finds = |p: &&Pattern| plain.seen.meets(&p.needs) && found(p, hit);
            let finds = patterns.iter().any(|p| is_refused(p, column, hit) && finds(p));
            let refused = finds || bulk(&plain, column).is_some();
            assert_eq!(gate.text(hit, column).is_some(), refused, "{hit} {column:?}");
            if !refused {
                stood.insert(format!("{column:?}"));
            }
        }
    }
    assert_eq!(stood.iter().collect::<Vec<_>>(), ["Date", "Key", "Register", "Token", "TokenKey"]);
}

#[test]
fn record_keys_may_be_what_registers_number_by_and_nothing_else() {
    let gate = gate();
    for key in [
        "FIR No. 12/2024",
        "FIR No. 12/2024 dated 05/03/2024",
        "FIR-12/24 PS Test City",
        "مقدمہ نمبر ۱۲/۲۴ تھانہ ٹیسٹ",
        "Crl. Misc No. 12/2024",
        "MLC No. 45",
        "1999-01-31",
        "00112233445566778899aabbccddeeff",
    ] {
        assert_eq!(gate.text(key, Column::Register), None, "{key}");
        assert!(gate.text(key, Column::Coded).is_some(), "{key}");
    }
    for other in [
        "17301-0000000-2",
        "1730100000002",
        "0300-0000000",
        "test@example.com",
        "PK00TEST0000000000000000",
        "34.0000, 71.5000",
        "House No 5",
        "Mst. Test",
        "FIR No. 12/2024, Mst. Test D/O Test",
        "FIR No. 12/2024 Ph 0300-0000000",
        "she left the house in the evening, and again in the morning",
    ] {
        assert!(gate.text(other, Column::Register).is_some(), "{other}");
    }
    assert!(gate.number(1_730_100_000_002.0, Column::Register).is_some());
}

#[test]
fn every_header_phrase_is_tried() {
    let catalog = Catalog::new(&[]).expect("the built-in catalog");
    let gate = gate();
    let mut wrong = Vec::new();
    let mut rules = BTreeSet::new();
    for (shape, hits, misses) in
        catalog.identifiers().expect("the built-in shapes").headers().examples()
    {
        let rule = Rule::from(shape);
        rules.insert(rule);
        assert!(hits.len() >= 3 && misses.len() >= 3, "{rule}");
        for hit in hits.iter().filter(|h| gate.header(h) != Some(rule)) {
            wrong.push(format!("{hit}: {:?}, not {rule:?}", gate.header(hit)));
        }
        for miss in misses.iter().filter(|m| gate.header(m).is_some()) {
            wrong.push(format!("{miss}: {:?}, not none", gate.header(miss)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rules.len() >= 12);
}

#[test]
fn the_vectors_of_the_specification_hold() {
    let gate = gate();
    let refused = [
        ("17301-0000000-2", Rule::LooksLikeIdentityNumber),
        ("1730100000002", Rule::LooksLikeIdentityNumber),
        ("۱۷۳۰۱-۰۰۰۰۰۰۰-۲", Rule::LooksLikeIdentityNumber),
        ("١٧٣٠١٠٠٠٠٠٠٠٢", Rule::LooksLikeIdentityNumber),
        ("17301.0000000.2", Rule::LooksLikeIdentityNumber),
        ("17301 0000000 2", Rule::LooksLikeIdentityNumber),
        ("1.730100000002e12", Rule::LooksLikeIdentityNumber),
        ("+92 300 0000000", Rule::LooksLikePhone),
        ("۰۳۰۰-۰۰۰۰۰۰۰", Rule::LooksLikePhone),
        ("091-0000000", Rule::LooksLikePhone),
        ("FIR No. 000/2024", Rule::LooksLikePoliceReport),
        ("مقدمہ نمبر ۰۰۰/۲۴", Rule::LooksLikePoliceReport),
        ("PS Test City", Rule::LooksLikePoliceStation),
        ("PK00TEST0000000000000000", Rule::LooksLikeBankAccount),
        ("34.0000, 71.5000", Rule::LooksLikeCoordinates),
        ("1999-01-31", Rule::LooksLikeFullDate),
        ("Mst. Test D/O Test", Rule::LooksLikeRelation),
    ];
    for (cell, rule) in refused {
        assert_eq!(gate.text(cell, Column::Coded), Some(rule), "{cell}");
        assert_eq!(gate.text(cell, Column::Key), Some(rule), "{cell}");
    }
    for number in [1_730_100_000_002.0, 1.730_100_000_002e12] {
        assert_eq!(gate.number(number, Column::Number), Some(Rule::LooksLikeIdentityNumber));
    }
    assert_eq!(gate.number(3_000_000_000.0, Column::Number), Some(Rule::LooksLikePhone));
}

#[test]
fn the_pass_list_passes() {
    let gate = gate();
    let clean = [
        "15",
        "1043",
        "1099",
        "1737",
        "1122",
        "080022227",
        "0800-22227",
        "PK528",
        "PK-KP-allai",
        "2024-03",
        "9999999",
        "9,999,999",
        "18_25",
        "17/25",
        "C-2024-0012",
        "a8f3",
        "FIR lodged",
        "t1-1q24wzht4tcfefkshqtvzsvtbx",
        "k1-17301000000020000000000000",
        "",
        " ",
        "-",
    ];
    for cell in clean {
        for column in COLUMNS {
            assert_eq!(gate.text(cell, column), None, "{cell} {column:?}");
        }
    }
    for number in [0.0, 15.0, -3.5, 9_999_999.0, 45_292.0, f64::NAN, f64::INFINITY] {
        assert_eq!(gate.number(number, Column::Number), None, "{number}");
    }
}

#[test]
fn tokens_are_exempt_from_what_random_codes_look_like_only() {
    let gate = gate();
    let exempt = ["1730100000002", "3000000000", "03000000000", "0910000000", "AB0000000"];
    for cell in exempt {
        for column in [Column::Token, Column::TokenKey] {
            assert_eq!(gate.text(cell, column), None, "{cell}");
        }
        assert!(gate.text(cell, Column::Key).is_some(), "{cell}");
    }
    // What stands in a register may be a record's key, and no person's token.
    for cell in ["FIR No. 12/2024", "PS Test City", "1999-01-31"] {
        assert_eq!(gate.text(cell, Column::TokenKey), None, "{cell}");
        assert!(gate.text(cell, Column::Token).is_some(), "{cell}");
    }
    // Random codes are written in one script.
    for cell in ["۱۷۳۰۱۰۰۰۰۰۰۰۲", "١٧٣٠١٠٠٠٠٠٠٠٢"] {
        for column in [Column::Token, Column::TokenKey] {
            assert_eq!(gate.text(cell, column), Some(Rule::LooksLikeIdentityNumber), "{cell}");
        }
    }
    assert_eq!(gate.number(1_730_100_000_002.0, Column::Token), None);
    // A digest is no worse than any other token, also where it is not declared to be one.
    let digest = "00112233445566778899aabbccddeeff";
    assert!([Column::Token, Column::Key].iter().all(|c| gate.text(digest, *c).is_none()));
    let never = [
        "17301-0000000-2",
        "test@example.com",
        "Mst. Test",
        "Test d/o Test",
        "House No 5",
        "+923000000000",
        "+92 300 0000000",
        "PK00TEST0000000000000000",
        "0300-0000000",
    ];
    for cell in never {
        for column in [Column::Token, Column::TokenKey] {
            assert!(gate.text(cell, column).is_some(), "{cell}");
        }
    }
}

#[test]
fn dates_may_be_dates_and_nothing_else() {
    let gate = gate();
    for date in [
        "1999-01-31",
        "31/01/99",
        "31 January 1999",
        "2024-03-31 10:30:00",
        "20240331",
        "۳۱ جنوری ۱۹۹۹",
    ] {
        assert_eq!(gate.text(date, Column::Date), None, "{date}");
    }
    for other in ["17301-0000000-2", "03000000000", "Mst. Test", "31/01/1999, Ph 0300-0000000"] {
        assert!(gate.text(other, Column::Date).is_some(), "{other}");
    }
}

#[test]
fn neighbours_are_read_together() {
    let gate = gate();
    for (left, right) in
        [("17301", "00000002"), ("17301", "0000000"), ("173010000000", "2"), ("۱۷۳۰۱", "٠٠٠٠٠٠٠")]
    {
        assert_eq!(
            gate.neighbours(left, right),
            Some(Rule::LooksLikeIdentityNumber),
            "{left} {right}"
        );
    }
    let clean = [
        ("17", "25"),
        ("2024", "0012"),
        ("17301", "20240331"),
        ("12345", "Rape"),
        ("", "1234567"),
        ("123456", "1234567"),
        ("202400001234", "2"),
        ("45292", "45293"),
        ("17301-", "0000000"),
    ];
    for (left, right) in clean {
        assert_eq!(gate.neighbours(left, right), None, "{left} {right}");
    }
    let long = "1".repeat(100);
    assert_eq!(gate.neighbours(&long, "2"), None);
}

#[test]
fn running_text_and_binary_data_are_refused() {
    let gate = gate();
    let text = "she left the house in the evening";
    assert_eq!(gate.text(text, Column::Coded), Some(Rule::LooksLikeText));
    assert_eq!(gate.text(text, Column::Key), None);
    assert_eq!(gate.text(&text.repeat(2), Column::Key), Some(Rule::LooksLikeText));
    assert_eq!(
        gate.text("وہ شام کو گھر سے نکلی اور پھر واپس نہیں آئی", Column::Coded),
        Some(Rule::LooksLikeText)
    );
    assert_eq!(gate.text("Domestic violence", Column::Coded), None);
    assert_eq!(gate.text("ab\u{0}c", Column::Key), Some(Rule::LooksLikeBinary));
    assert_eq!(gate.text("data:image/png;base64,AAAA", Column::Token), Some(Rule::LooksLikeBinary));
}

#[test]
fn a_home_adds_and_never_takes_away() {
    let own = r#"
[words]
person = ["beti"]
[[patterns]]
name = "health_card"
rule = "id-identity-number"
regex = '<W>HC-\d{6}<W>'
hits = ["HC-000000"]
misses = ["HC-00000"]
[[headers]]
rule = "id-identity-number"
phrases = ["health card"]
hits = ["Health card"]
misses = ["Health"]
"#;
    let over = |path: &str, text: &str| [Override { path: path.to_owned(), text: text.to_owned() }];
    for path in ["identifiers/own.toml", "identifiers/numbers.toml"] {
        let catalog = Catalog::new(&over(path, own)).expect("a home's catalog");
        let gate = Gate::new(catalog.identifiers().expect("the built-in shapes"));
        assert!(gate.text("HC-000000", Column::Token).is_some());
        assert!(gate.text("17301-0000000-2", Column::Token).is_some());
        assert_eq!(gate.header("Health Card"), Some(Rule::LooksLikeIdentityNumber));
        assert_eq!(gate.header("Name of beti"), Some(Rule::LooksLikeName));
    }
    for bad in [own.replace("health_card", "mobile"), own.replace("HC-", "HC(")] {
        assert!(Catalog::new(&over("identifiers/own.toml", &bad)).is_err());
    }
    assert!(Catalog::new(&over("identifiers/own.csv", own)).is_err());
}
