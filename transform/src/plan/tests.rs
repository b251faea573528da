use shumar_schemas::{Catalog, Config, Family, Nano};

use super::*;
use crate::epsilon_delta;

const HOME: &str = r#"
format = "shumar.home/1"
[commission]
name = { en = "Test" }
[scope]
list = "district"
where = { province = "PK-KP" }
[privacy]
family = "laplace"
budget = "6"
bounds = { all = 3, police = 2, shelter = 2, court = 2 }
[[releases]]
id = "annual"
every = "year"
tables = ["police-complaints", "police-outcomes", "women-sheltered", "court-cases"]
[[releases]]
id = "quarterly"
every = "quarter"
tables = ["police-outcomes"]
"#;

fn settings() -> (Catalog, Config) {
    let catalog = Catalog::new(&[]).expect("the built-in catalog");
    let config = Config::parse(HOME, &catalog).expect("a configuration");
    (catalog, config)
}

fn half_width(plan: &YearPlan, statistic: &str, margin: &str) -> f64 {
    let mut margins = plan.margins();
    let found = margins.find(|(_, s, m)| *s == statistic && m.id == margin);
    found.expect("a margin").2.half_width
}

#[test]
fn a_plan_spends_the_scheduled_share_and_no_more() {
    let (catalog, mut config) = settings();
    for family in [Family::Laplace, Family::Gaussian] {
        config.privacy.family = family;
        let plan = year_plan(&config, &catalog, &[], 2025).expect("a plan");
        let cap = plan.rules.shares.scheduled;
        let rest = cap.minus(plan.planned).expect("within the share");
        assert!(rest < Nano::new(1000), "{rest} of {cap}");
        assert!(plan.tables.iter().all(|t| !t.charged && !t.measured.is_empty()));
        // No margin is finer than what is published.
        for table in &plan.tables {
            let finest = table.statistics.iter().flat_map(|s| &s.margins).map(|m| m.cells).max();
            assert!(table.measured.iter().all(|m| Some(m.cells) <= finest));
        }
    }
}

#[test]
fn twice_the_budget_is_half_the_error() {
    let (catalog, mut config) = settings();
    let base = year_plan(&config, &catalog, &[], 2025).expect("a plan");
    what_if(&mut config.privacy, &catalog, "epsilon=12").expect("a setting");
    let twice = year_plan(&config, &catalog, &[], 2025).expect("a plan");
    let change = compare::change(&twice, &base);
    assert!(
        (0.45..0.55).contains(&change.least) && (0.45..0.55).contains(&change.most),
        "{change:?}"
    );
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let (catalog, config) = settings();
    for wrong in ["epsilon", "epsilon=0", "epsilon=600", "all=0", "police=x", "ghosts=2", "rho=-1"]
    {
        let mut privacy = config.privacy.clone();
        assert!(what_if(&mut privacy, &catalog, wrong).is_err(), "{wrong}");
    }
    let mut privacy = config.privacy.clone();
    for right in ["rho=0.5", "all=2", "police=1"] {
        what_if(&mut privacy, &catalog, right).expect("a setting");
    }
    assert_eq!((privacy.family, privacy.bounds.all), (Family::Gaussian, 2));
    assert_eq!(privacy.bounds.of("police"), 1);
}

#[test]
fn a_target_costs_more_the_narrower_it_is_and_is_reached() {
    let (catalog, config) = settings();
    let now = year_plan(&config, &catalog, &[], 2025).expect("a plan");
    let now = half_width(&now, "police-complaints", "district");
    let mut before = Nano::ZERO;
    for part in [1.0, 0.8, 0.5] {
        let target = Target {
            statistic: "police-complaints".to_owned(),
            margin: "district".to_owned(),
            half_width: now * part,
        };
        let reached = least_budget(&config, &catalog, 2025, &[target]).expect("a budget");
        let (_, planned, then) = &reached.half_widths[0];
        assert!((planned - now).abs() < 1e-9 && *then <= now * part, "{part}");
        assert!(reached.budget > before, "{part}");
        before = reached.budget;
        if part > 0.99 {
            // What is planned is the least for what it reaches, but for steps of a hundredth.
            let ratio = reached.budget.to_f64() / config.privacy.budget.to_f64();
            assert!((0.97..1.03).contains(&ratio), "{ratio}");
        }
    }
    for wrong in ["police-complaints:nowhere=5", "nothing:district=5"] {
        let target: Target = wrong.parse().expect("a target");
        assert!(least_budget(&config, &catalog, 2025, &[target]).is_err(), "{wrong}");
    }
    for wrong in ["police-complaints:district", "district=5", "a:b=0", "a:b=x"] {
        assert!(wrong.parse::<Target>().is_err(), "{wrong}");
    }
}

#[test]
fn choices_promise_no_less_and_lower_bounds_mean_smaller_errors() {
    let (catalog, config) = settings();
    let choices = choices(&config, &catalog, 2025).expect("choices");
    assert_eq!(choices[0].errors, Change { least: 1.0, middle: 1.0, most: 1.0 });
    let gaussian = choices.iter().find(|c| c.family == Family::Gaussian).expect("the other family");
    let loss = epsilon_delta(Family::Gaussian, gaussian.budget, config.privacy.delta);
    let epsilon = loss.expect("a loss").epsilon;
    assert!(epsilon <= 6.0 && epsilon > 5.95, "{epsilon}");
    let with = |all: u32| choices.iter().find(|c| c.bounds.all == all).expect("a choice");
    assert!(with(2).errors.most < 1.0 && with(4).errors.least > 1.0);
}
