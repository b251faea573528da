//! Every word that the world uses is declared.

use std::collections::BTreeSet;

use shumar_schemas::Role;
use shumar_schemas::code::Match;

use super::Lookup;
use crate::detail::record;
use crate::offence::OFFENCES;
use crate::record::Value;

#[test]
fn every_field_and_code_of_every_record_is_declared() {
    let lookup = Lookup::new();
    let mut filled = BTreeSet::new();
    for event in lookup.events(8000) {
        let kind = lookup.catalog.kind(event.kind.name(), "a test").expect("a kind");
        let record = record(1, &event, &lookup.province);
        for (name, value) in record.iter() {
            let field = kind.field(name).unwrap_or_else(|| panic!("no field {name}"));
            let fits = match value {
                Value::Code(code) => {
                    let list = field.codes.as_deref().unwrap_or_default();
                    let list = lookup.catalog.list(list, "a test").expect("a list");
                    assert!(list.position(code).is_some(), "{name}: no code {code}");
                    matches!(field.role, Role::Code | Role::Area)
                }
                Value::Day(_) => matches!(field.role, Role::Date | Role::EventDate),
                Value::Whole(n) => n >= 0 && matches!(field.role, Role::Count | Role::Duration),
                Value::Flag(_) => field.role == Role::Boolean,
            };
            assert!(fits, "{}: {name} is {:?}, not {value:?}", kind.name, field.role);
            filled.insert((event.kind, name));
        }
        for field in kind.stored().filter(|f| f.required) {
            assert!(record.get(&field.name).is_some(), "{}: {}", kind.name, field.name);
        }
    }
    // Activity is about no woman of the world, and has a list of its own.
    for kind in lookup.catalog.kinds().filter(|k| !k.free_of_persons) {
        for field in kind.stored() {
            let name = (kind.name.as_str(), field.name.as_str());
            assert!(filled.iter().any(|(k, f)| (k.name(), *f) == name), "{name:?} is never filled");
        }
    }
}

#[test]
fn offences_are_in_the_group_that_the_list_says() {
    let lookup = Lookup::new();
    let list = lookup.catalog.list("offence", "a test").expect("a list");
    let reasons = lookup.catalog.list("reason", "a test").expect("a list");
    for offence in &OFFENCES {
        let place = list.position(offence.code).unwrap_or_else(|| panic!("{}", offence.code));
        assert_eq!(list.codes()[place].attributes["offence_group"], offence.group);
        assert!(reasons.position(offence.reason()).is_some(), "{}", offence.reason());
    }
}

#[test]
fn labels_mean_one_code_each() {
    let lookup = Lookup::new();
    for kind in lookup.catalog.kinds() {
        for list in kind.stored().filter_map(|f| f.codes.as_deref()) {
            let list = lookup.catalog.list(list, "a test").expect("a list");
            for (place, code) in list.codes().iter().enumerate() {
                let ours = code.attributes.get("province").is_none_or(|p| p == "PK-KP");
                for language in ["en", "ur"].into_iter().filter(|_| ours) {
                    let label = code.label.get(language);
                    assert_eq!(list.find(label), Match::One(place), "{}: {label}", list.name());
                }
            }
        }
    }
}

#[test]
fn outcomes_have_plausible_rates() {
    let lookup = Lookup::new();
    let mut counts = std::collections::BTreeMap::<String, usize>::new();
    for event in lookup.events(17_000) {
        let record = record(2025, &event, &lookup.province);
        for field in ["outcome_complaint", "outcome", "hours_before_magistrate"] {
            if let Some(Value::Code(code)) = record.get(field) {
                *counts.entry(field.to_owned()).or_insert(0) += 1;
                *counts.entry(format!("{field}:{code}")).or_insert(0) += 1;
            }
        }
    }
    let of = |name: &str| counts.get(name).copied().unwrap_or_default();
    let percent = |part: usize, whole: usize| part * 100 / whole;
    let fir = percent(of("outcome_complaint:fir"), of("outcome_complaint"));
    assert!((41..=49).contains(&fir), "{fir} % FIR");
    let decided = of("outcome") - of("outcome:pending");
    let acquitted = of("outcome:acquitted_merit") + of("outcome:acquitted_249a_265k");
    assert!((61..=67).contains(&percent(acquitted, decided)), "{acquitted} of {decided}");
    assert!((4..=6).contains(&percent(of("outcome:convicted"), decided)), "of {decided}");
    let late = of("hours_before_magistrate:over_24");
    assert!((17..=23).contains(&percent(late, of("hours_before_magistrate"))), "{late}");
}
