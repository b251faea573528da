//! The trial against what the plan says: errors near the planned ones, intervals that hold.

use shumar_schemas::config::Config;

use super::*;

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
bounds = { all = 3, calibration = 20, police = 2 }
[[releases]]
id = "annual"
every = "year"
tables = ["police-complaints", "police-outcomes"]
"#;

#[test]
fn a_trial_finds_the_planned_errors_and_intervals_that_hold() {
    let catalog = Catalog::new(&[]).expect("the built-in catalog");
    let config = Config::parse(HOME, &catalog).expect("a configuration");
    let plan = crate::year_plan(&config, &catalog, &[], 2025).expect("a plan");
    for tail in [Tail::Light, Tail::Heavy] {
        let found = accuracy(&config, &catalog, &plan, tail, 12, &mut |_| {}).expect("a trial");
        assert_eq!(found.len(), plan.margins().count());
        for ((_, statistic, planned), found) in plan.margins().zip(&found) {
            assert_eq!(
                (statistic, planned.id.as_str()),
                (found.statistic.as_str(), found.margin.as_str())
            );
            println!("{tail:?} {found:?}");
            if found.cells > 100 {
                assert!((0.92..0.99).contains(&found.coverage), "{found:?}");
                // Shrinking helps where cells are small, and the numbers shown are no worse.
                let most = if tail == Tail::Light { 0.95 } else { 1.1 };
                assert!(found.modelled < most * found.error, "{found:?}");
                assert!((0.85..=1.0).contains(&found.modelled_coverage), "{found:?}");
                assert!(found.displayed < 1.02 * found.error, "{found:?}");
            }
            if found.cells == 1 {
                assert!(found.error < found.summed || tail == Tail::Light, "{found:?}");
            }
            // Who comes again is chance that no plan can know; with few who do, the noise is all.
            if tail == Tail::Light && found.cells > 40 {
                let ratio = found.error / planned.standard_error;
                assert!((0.6..1.5).contains(&ratio), "{found:?} {planned:?}");
            }
            if tail == Tail::Heavy && found.margin == "total" {
                assert!(found.error < found.alone, "{found:?}");
            }
        }
    }
}
