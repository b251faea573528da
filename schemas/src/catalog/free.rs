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
