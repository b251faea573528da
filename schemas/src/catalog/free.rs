//! What is declared free of persons, held to what is built in and to what is about persons.

use std::collections::BTreeSet;

use crate::{Catalog, CodeList, Count, RecordKind, Role, SchemaError, Statistic};

use super::RECORDS;

impl Catalog {
    /// Refuses what could publish a register about persons exactly.
    ///
    /// - A built-in kind about persons stays one, whatever a home's file of the same name says.
    /// - A kind free of persons has no code list of a kind about persons, nor its codes under another
    ///   name; areas excepted.
    /// - Exact sums are of kinds free of persons only, and of those nothing else.
    pub(super) fn check_free_of_persons(&self) -> Result<(), SchemaError> {
        let built_in = built_in_kinds()?;
        let about_persons = |k: &&RecordKind| !k.free_of_persons;
        for kind in built_in.iter().filter(about_persons) {
            if self.kinds.get(&kind.name).is_some_and(|own| own.free_of_persons) {
                let what = format!("the built-in kind `{}` is about persons", kind.name);
                let hint = "leave `free_of_persons` out, or declare a kind of another name";
                return Err(SchemaError::invalid(
                    format!("records/{}.json", kind.name),
                    what,
                    hint,
                ));
            }
        }
        let all = built_in.iter().chain(self.kinds.values()).filter(about_persons);
        let names: BTreeSet<&str> = all.flat_map(RecordKind::lists).collect();
        let lists = || names.iter().filter_map(|name| self.codes.get(*name));
        let free = self.kinds.values().filter(|k| k.free_of_persons);
        for (kind, name) in free.flat_map(|k| k.lists().map(move |name| (k, name))) {
            let codes = self.codes.get(name).into_iter().flat_map(CodeList::codes);
            let Some(other) = lends(codes.map(|c| c.code.as_str()), lists()) else { continue };
            let what = format!(
                "it is declared free of persons, but the codes of `{name}` are among those of \
                 `{other}`, which records about persons use"
            );
            let hint = "a register about women under another name would be published exactly; give \
                        activity codes of its own";
            return Err(SchemaError::invalid(format!("records/{}.json", kind.name), what, hint));
        }
        self.statistics.values().try_for_each(|s| self.check_sum(s))
    }

    /// The name of a list of a kind about persons that has all of some codes.
    #[must_use]
    pub fn list_about_persons<'a>(&self, codes: impl Iterator<Item = &'a str>) -> Option<&str> {
        let kinds = self.kinds.values().filter(|k| !k.free_of_persons);
        lends(codes, kinds.flat_map(RecordKind::lists).filter_map(|name| self.codes.get(name)))
    }

    fn check_sum(&self, statistic: &Statistic) -> Result<(), SchemaError> {
        let place = format!("statistic `{}`", statistic.id);
        // A kind that is not declared is told when the statistic is used.
        let Some(kind) = self.kinds.get(&statistic.kind) else { return Ok(()) };
        let invalid = |what: String, hint: &str| Err(SchemaError::invalid(&place, what, hint));
        let Some(sum) = &statistic.sum else {
            if kind.free_of_persons {
                let what = format!("its kind `{}` is free of persons", kind.name);
                return invalid(what, "say which whole number is summed: sum = \"sessions\"");
            }
            return Ok(());
        };
        if !kind.free_of_persons {
            let what = format!("`sum` is given, but the kind `{}` is about persons", kind.name);
            return invalid(what, "leave `sum` out: its records are counted, with noise");
        }
        if kind.measures().all(|f| f.name != *sum) {
            let known = kind.measures().map(|f| f.name.as_str());
            return Err(SchemaError::unknown("whole number", sum, place, known));
        }
        if statistic.count != Count::Records || !statistic.finest.is_empty() {
            let what = "`count` and `finest` are not for exact sums".to_owned();
            return invalid(what, "leave them out");
        }
        for dimension in &statistic.dimensions {
            let calendar = dimension.period.is_some_and(|part| part.name() == dimension.id);
            let coded = |name: &String| {
                let field = kind.field(name);
                field.is_some_and(|f| matches!(f.role, Role::Area | Role::Code))
                    && *name == dimension.id
                    && dimension.level.is_none()
            };
            if !calendar && !dimension.field.as_ref().is_some_and(coded) {
                let what =
                    format!("the dimension `{}` is no field of codes by its name", dimension.id);
                let hint = "exact sums are by area, `quarter`, `year` and codes; a dimension has the \
                            name of its field or part of the calendar, and coarser groups as `levels`";
                return invalid(what, hint);
            }
        }
        Ok(())
    }
}

/// The first list that has all of some codes.
fn lends<'a, 'b>(
    codes: impl Iterator<Item = &'a str>,
    mut lists: impl Iterator<Item = &'b CodeList>,
) -> Option<&'b str> {
    let codes: BTreeSet<&str> = codes.collect();
    lists.find(|l| codes.iter().all(|c| l.position(c).is_some())).map(CodeList::name)
}

fn built_in_kinds() -> Result<Vec<RecordKind>, SchemaError> {
    let kind = |file: &include_dir::File<'_>| {
        let name = file.path().to_string_lossy();
        RecordKind::parse(&format!("records/{name}"), file.contents_utf8().unwrap_or_default())
    };
    RECORDS.files().map(kind).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{Config, Override};

    fn catalog(files: &[(&str, String)]) -> Result<Catalog, SchemaError> {
        let file = |(path, text): &(&str, String)| Override {
            path: (*path).to_owned(),
            text: text.clone(),
        };
        Catalog::new(&files.iter().map(file).collect::<Vec<_>>())
    }

    /// The built-in kind of activity under another name, changed.
    fn kind(change: impl FnOnce(&mut Value)) -> Result<Catalog, SchemaError> {
        let text = include_str!("../../records/activity.json");
        let mut kind: Value = serde_json::from_str(text).expect("JSON");
        kind["name"] = json!("outreach");
        kind["checks"] = json!([]);
        change(&mut kind);
        catalog(&[("records/outreach.json", kind.to_string())])
    }

    fn refused(result: Result<Catalog, SchemaError>, why: &str) {
        let told = result.err().map(|e| e.to_string()).unwrap_or_default();
        assert!(told.contains(why) && told.contains("hint: "), "{why}: {told}");
    }

    fn field(name: &str, role: &str, codes: Option<&str>) -> Value {
        json!({ "name": name, "role": role, "codes": codes, "title": "T" })
    }

    fn add(kind: &mut Value, field: Value) {
        kind["fields"].as_array_mut().expect("fields").push(field);
    }

    #[test]
    fn a_kind_free_of_persons_has_no_person_and_nothing_of_one() {
        assert!(kind(|_| {}).is_ok());
        refused(kind(|k| add(k, field("person", "person", None))), "is a person code");
        refused(kind(|k| add(k, field("seen", "boolean", None))), "neither its month");
        refused(kind(|k| add(k, field("stay_days", "duration", None))), "neither its month");
        refused(kind(|k| add(k, field("born", "date", None))), "neither its month");
        let shared = "are among those of";
        refused(kind(|k| add(k, field("age", "code", Some("age_band")))), shared);
        refused(kind(|k| add(k, field("lead", "code", Some("offence")))), shared);
        refused(kind(|k| k["fields"][4]["clip"] = json!(true)), "clipped");
        refused(kind(|k| k["fields"][4]["constraints"]["minimum"] = json!(-1)), "below zero");
        let without = |k: &mut Value| k["fields"].as_array_mut().expect("fields").truncate(4);
        refused(kind(without), "no whole number");
        // Without the declaration it is a kind about persons, which needs a person code.
        refused(kind(|k| k["free_of_persons"] = json!(false)), "role Person");
    }

    #[test]
    fn the_codes_of_a_list_about_persons_are_known_under_any_name() {
        let text = include_str!("../../records/activity.json");
        let kind = text.replace("\"codes\": \"organiser\"", "\"codes\": \"mine\"");
        let kind = kind.replace("\"activity\",\n  \"free", "\"outreach\",\n  \"free");
        let of = |codes: &str| {
            let list = format!("code,label_en,label_ur\n{codes}");
            catalog(&[("records/outreach.json", kind.clone()), ("codes/mine.csv", list)])
        };
        assert!(of("rape,A,ا\nsomething_else,B,ب\n").is_ok());
        refused(of("rape,A,ا\nmurder_f,B,ب\n"), "are among those of `offence`");
    }

    #[test]
    fn no_home_declares_a_built_in_kind_free_of_persons() {
        let built_in = Catalog::new(&[]).expect("the built-in catalog");
        let about_persons: Vec<String> =
            built_in.kinds().filter(|k| !k.free_of_persons).map(|k| k.name.clone()).collect();
        assert_eq!(about_persons, ["court", "custody", "police", "service", "shelter"]);
        for name in about_persons {
            let text = include_str!("../../records/activity.json");
            let text = text.replace("\"activity\",\n  \"free", &format!("\"{name}\",\n  \"free"));
            // Whatever the file is called that comes last.
            for path in [format!("records/{name}.json"), "records/zz.json".to_owned()] {
                refused(catalog(&[(path.as_str(), text.clone())]), "is about persons");
            }
        }
    }

    #[test]
    fn sums_are_of_kinds_free_of_persons_only() {
        let built_in = include_str!("../../statistics/officials-trained.toml");
        let of = |from: &str, to: &str| {
            let text = built_in.replace(from, to).replace("\"officials-trained\"", "\"mine\"");
            catalog(&[("statistics/mine.toml", text)])
        };
        assert!(of("", "").is_ok());
        refused(of("kind = \"activity\"", "kind = \"police\""), "is about persons");
        refused(of("sum = \"officials_trained\"", ""), "is free of persons");
        refused(of("sum = \"officials_trained\"", "sum = \"activity\""), "whole number");
        refused(of("field = \"organiser\"", "field = \"sessions\""), "no field of codes");
        refused(of("id = \"quarter\"", "id = \"time\""), "no field of codes");
        let count = "sum = \"sessions\"\ncount = \"persons\"";
        refused(of("sum = \"officials_trained\"", count), "not for exact sums");
        let finest = "sum = \"sessions\"\nfinest = [[\"district\"]]";
        refused(of("sum = \"officials_trained\"", finest), "not for exact sums");
    }

    #[test]
    fn settings_keep_exact_and_measured_apart() {
        let catalog = Catalog::new(&[]).expect("the built-in catalog");
        let of = |rest: &str, bounds: &str| {
            let text = format!(
                "format = \"shumar.home/1\"\n[commission]\nname = {{ en = \"T\" }}\n[privacy]\nfamily = \
                 \"laplace\"\nbudget = \"1\"\nbounds = {{ all = 3{bounds} }}\n{rest}"
            );
            Config::parse(&text, &catalog).map(|_| Catalog::new(&[]).expect("the catalog"))
        };
        let release =
            |lists: &str| format!("[[releases]]\nid = \"a\"\nevery = \"year\"\n{lists}\n");
        assert!(of(&release("exact = [\"sessions-held\"]"), "").is_ok());
        refused(of(&release("tables = [\"sessions-held\"]"), ""), "wrong list");
        refused(of(&release("exact = [\"police-complaints\"]"), ""), "wrong list");
        refused(of(&release(""), ""), "has no statistics");
        refused(of("", ", activity = 2"), "free of persons");
        let office = "[[providers]]\nid = \"x\"\nkind = \"activity\"\nperson = \"Token\"\nfields = { \
                      activity_month = \"M\", district = \"D\", activity = \"A\" }\n";
        refused(of(office, ""), "names `person`");
        assert!(of(&office.replace("person = \"Token\"\n", ""), "").is_ok());
    }

    #[test]
    fn what_is_exact_is_never_bound_to_be_measured_and_the_other_way_round() {
        let catalog = Catalog::new(&[]).expect("the built-in catalog");
        let statistic = |id: &str| catalog.statistic(id, "a test").expect("a statistic");
        let bounds =
            crate::Bounds { all: 3, kinds: std::collections::BTreeMap::new(), calibration: None };
        let year = crate::Period::Year(2025);
        let exact = [statistic("sessions-held")];
        let measured = [statistic("police-complaints")];
        let tables = |all: &[&Statistic]| crate::bind::tables(all, &catalog, None, &bounds, year);
        assert!(tables(&exact).is_err() && tables(&measured).is_ok());
        let sums = |all: &[&Statistic]| crate::bind::sums(all, &catalog, None, year);
        assert!(sums(&measured).is_err());
        let bound = sums(&exact).expect("bound");
        assert_eq!((bound[0].kind.as_str(), bound[0].measure.as_str()), ("activity", "sessions"));
    }
}
