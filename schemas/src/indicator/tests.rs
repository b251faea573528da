//! Indicators are read and bound strictly: what is not published can't be worked out.

use std::collections::BTreeMap;

use super::{Indicator, Measure};
use crate::release::IndicatorDocument;
use crate::{Bounds, Catalog, Config, Period, SchemaError, Statistic, Table, bind};

const SHARE: &str = r#"
id = "x"
title = { en = "X" }
unit = { en = "per cent" }
measure = "share"
per = 100
by = [["division"]]
[numerator]
statistic = "police-outcomes"
where = { outcome_complaint = ["fir"] }
[denominator]
statistic = "police-outcomes"
"#;

fn tables(catalog: &Catalog, names: &[&str]) -> Vec<Table> {
    let find = |name: &&str| catalog.statistic(name, "a test").expect("a statistic");
    let statistics: Vec<&Statistic> = names.iter().map(find).collect();
    let bounds = Bounds { all: 3, kinds: BTreeMap::new(), calibration: None };
    bind::tables(&statistics, catalog, None, &bounds, Period::Year(2025)).expect("tables")
}

fn bound(text: &str) -> Result<IndicatorDocument, SchemaError> {
    let catalog = Catalog::new(&[]).expect("the built-in catalog");
    let tables = tables(&catalog, &["police-complaints", "police-outcomes", "shelter-stays"]);
    Indicator::parse("x.toml", text)?.bind(&catalog, None, &tables)
}

fn refused(from: &str, to: &str) -> String {
    assert!(SHARE.contains(from), "{from}");
    bound(&SHARE.replace(from, to)).expect_err("refused").to_string()
}

#[test]
fn an_indicator_carries_its_whole_definition() {
    let found = bound(SHARE).expect("bound");
    assert_eq!((found.measure, found.from.len()), (Measure::Share, 1));
    assert_eq!(found.terms[0].codes["outcome_complaint"], ["fir"]);
    assert_eq!(found.terms[1].table, "police");
    let file = &found.margins[0];
    assert_eq!(
        (file.id.as_str(), file.file.as_str()),
        ("division", "indicators/x--division.parquet")
    );
    assert!(file.cells > 30, "all divisions of the country");
}

#[test]
fn what_is_not_published_is_refused() {
    assert!(refused("[\"division\"]", "[\"district\"]").contains("outcome_complaint together"));
    assert!(refused("[\"fir\"]", "[\"fine\"]").contains("fine"));
    assert!(refused("police-outcomes", "court-results").contains("court-results"));
    assert!(refused("outcome_complaint", "colour").contains("colour"));
    let twice = refused("where = { ", "where = { division = [\"kp_hazara\"], ");
    assert!(twice.contains("used twice"), "{twice}");
}

#[test]
fn parts_that_a_measure_does_not_have_are_refused() {
    assert!(refused("measure = \"share\"", "measure = \"count\"").contains("numerator"));
    assert!(refused("measure = \"share\"", "measure = \"rate\"").contains("numerator"));
    assert!(refused("per = 100", "per = 100\nquantile = 0.5").contains("quantile"));
    assert!(refused("per = 100", "per = 100\nbins = \"stay_days\"").contains("bins"));
    assert!(refused("per = 100", "per = -1").contains("per"));
    assert!(refused("per = 100", "per = 100\nover = [\"quarter\"]").contains("over"));
    assert!(refused("id = \"x\"", "id = \"../x\"").contains("not a name"));
    assert!(refused("per = 100", "per = 100\ncolour = 1").contains("colour"));
}

#[test]
fn bins_come_from_the_statistic_and_an_unclipped_end_is_open() {
    let text = r#"
id = "m"
title = { en = "M" }
unit = { en = "days" }
measure = "quantile"
quantile = 0.5
bins = "stay_days"
by = [[]]
[numerator]
statistic = "shelter-stays"
"#;
    let bins = bound(text).expect("bound").bins.expect("bins");
    assert_eq!(bins.codes, ["0_7", "8_30", "31_90", "91_180", "181_plus"]);
    assert_eq!(bins.edges, [0.0, 8.0, 31.0, 91.0, 181.0]);
    assert_eq!(bins.end, None, "days beyond the field's maximum stand in the last bin");
}

#[test]
fn rates_take_populations_from_the_list_of_areas() {
    let text = r#"
id = "r"
title = { en = "R" }
unit = { en = "for every 100,000 women" }
measure = "rate"
per = 100000
by = [["district"], ["division"], []]
[numerator]
statistic = "police-complaints"
[base]
column = "population_female"
title = { en = "women" }
parent = "parent"
"#;
    let found = bound(text).expect("bound");
    let base = found.base.expect("a base");
    assert_eq!(base.within["PK-KP-allai"], "PK504");
    let [district, division, whole] = &found.margins[..] else { panic!("three files") };
    let catalog = Catalog::new(&[]).expect("the built-in catalog");
    let list = catalog.list("district", "a test").expect("districts");
    let of = |code: &str| district.population[list.position(code).expect("a code")];
    assert_eq!((of("PK501"), of("PK-KP-allai")), (Some(706_750), None));
    assert_eq!(district.area.as_deref(), Some("district"));
    let sum = |all: &[Option<u64>]| all.iter().flatten().sum::<u64>();
    assert_eq!(sum(&division.population), sum(&district.population));
    assert_eq!((whole.population.len(), whole.area.as_deref()), (1, None));
    assert!(whole.population[0].is_none_or(|all| all == sum(&district.population)));
    let gone = bound(&text.replace("population_female", "population_of_cats"));
    assert!(gone.expect_err("refused").to_string().contains("population_of_cats"));
}

#[test]
fn all_built_in_indicators_bind_to_the_built_in_calendar() {
    let catalog = Catalog::new(&[]).expect("the built-in catalog");
    let text = include_str!("../../../src/shumar.toml");
    let config = Config::parse(text, &catalog).expect("the settings of a new home");
    let plan = &config.releases[0];
    let tables = tables(&catalog, &plan.tables.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(plan.indicators.len(), catalog.indicators().count(), "all are in the calendar");
    for indicator in catalog.indicators() {
        let bound = indicator.bind(&catalog, config.scope.as_ref(), &tables);
        assert!(bound.is_ok(), "{}: {bound:?}", indicator.id);
        for label in [&indicator.title, &indicator.unit] {
            assert!(label.iter().any(|(language, text)| language == "ur" && !text.is_empty()));
        }
    }
    // Of the list of 25: no stocks are recorded, and requests are no records of persons.
    let numbers: std::collections::BTreeSet<&str> =
        catalog.indicators().filter_map(|i| i.number.as_deref()).collect();
    let missing: Vec<String> =
        (1..=25).map(|n| format!("I-{n:02}")).filter(|n| !numbers.contains(n.as_str())).collect();
    assert_eq!(missing, ["I-02", "I-24", "I-25"]);
}
