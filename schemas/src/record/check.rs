//! Checks between the fields of one record, as its kind declares them.
//!
//! There are four forms and no more: one date after another, a field that must be filled, a
//! condition that must hold, and a code that must lie in the group that its list says.

use serde::Deserialize;

use super::{Field, RecordKind, Role, label};
use crate::{Catalog, Label, SchemaError};

/// What becomes of a row that breaks a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row is rejected: no reading of it makes sense.
    Error,
    /// The row lands and is counted as doubtful.
    Warning,
}

/// A check of a record kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its name: lower case letters, digits and `-`.
    pub id: String,
    /// What becomes of a row that breaks it.
    pub severity: Severity,
    /// What is wrong with such a row.
    pub title: Label,
    /// What must hold.
    pub form: Form,
}

/// What a check demands of the fields of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// `later` is not before `earlier`; true where either is blank.
    Order {
        /// The field with the later date.
        later: String,
        /// The field with the earlier date.
        earlier: String,
    },
    /// Where the condition holds, the field is filled.
    Needs {
        /// When it is needed.
        when: Condition,
        /// The field.
        needs: String,
    },
    /// Where the first condition holds, the second holds too, or its field is blank.
    Expects {
        /// When it is expected.
        when: Condition,
        /// What is expected.
        expects: Condition,
    },
    /// The code of `coarser` is the one that the list of `finer` names for its code; true where
    /// either is blank.
    Group {
        /// The field with the finer code.
        finer: String,
        /// The field with its group.
        coarser: String,
    },
}

/// Something that holds of one field or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The field.
    pub field: String,
    /// What holds of it.
    pub test: Test,
}

/// What can hold of a field. Of a blank one, only [`Test::Filled`] says anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// It is filled, or it is blank.
    Filled(bool),
    /// It is one of these codes.
    In(Vec<String>),
    /// It is none of these codes.
    NotIn(Vec<String>),
    /// It is yes, or it is no.
    Is(bool),
    /// The number is at least this.
    AtLeast(i32),
    /// The number is at most this.
    AtMost(i32),
}

/// A check as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireCheck {
    id: String,
    severity: Severity,
    title: String,
    title_ur: Option<String>,
    later: Option<String>,
    earlier: Option<String>,
    when: Option<WireCondition>,
    needs: Option<String>,
    expects: Option<WireCondition>,
    finer: Option<String>,
    coarser: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireCondition {
    field: String,
    filled: Option<bool>,
    #[serde(rename = "in")]
    within: Option<Vec<String>>,
    not_in: Option<Vec<String>>,
    is: Option<bool>,
    at_least: Option<i32>,
    at_most: Option<i32>,
}

impl WireCheck {
    /// The check, if it is written in exactly one form.
    pub(super) fn read(self, file: &str) -> Result<Check, SchemaError> {
        let (id, severity) = (self.id, self.severity);
        let title = label(&self.title, self.title_ur.as_ref());
        let form = match (
            (self.later, self.earlier),
            (self.when, self.needs, self.expects),
            (self.finer, self.coarser),
        ) {
            ((Some(later), Some(earlier)), (None, None, None), (None, None)) => {
                Some(Form::Order { later, earlier })
            }
            ((None, None), (Some(when), Some(needs), None), (None, None)) => {
                when.read().map(|when| Form::Needs { when, needs })
            }
            ((None, None), (Some(when), None, Some(expects)), (None, None)) => when
                .read()
                .zip(expects.read())
                .map(|(when, expects)| Form::Expects { when, expects }),
            ((None, None), (None, None, None), (Some(finer), Some(coarser))) => {
                Some(Form::Group { finer, coarser })
            }
            _ => None,
        };
        let form = form.ok_or_else(|| {
            let hint = "write `later` and `earlier`, `when` and `needs`, `when` and `expects`, or \
                        `finer` and `coarser`; a condition has a `field` and one of `filled`, \
                        `in`, `not_in`, `is`, `at_least` and `at_most`";
            SchemaError::invalid(file, format!("check `{id}` is not of one known form"), hint)
        })?;
        Ok(Check { id, severity, title, form })
    }
}

impl WireCondition {
    fn read(self) -> Option<Condition> {
        let tests = [
            self.filled.map(Test::Filled),
            self.within.map(Test::In),
            self.not_in.map(Test::NotIn),
            self.is.map(Test::Is),
            self.at_least.map(Test::AtLeast),
            self.at_most.map(Test::AtMost),
        ];
        let mut given = tests.into_iter().flatten();
        let test = given.next()?;
        given.next().is_none().then_some(Condition { field: self.field, test })
    }
}

impl RecordKind {
    /// Checks that the kind's checks name fields and codes that are declared.
    pub(crate) fn validate_checks(&self, catalog: &Catalog) -> Result<(), SchemaError> {
        let mut seen = std::collections::BTreeSet::new();
        for check in &self.checks {
            let place = format!("check `{}` of `records/{}.json`", check.id, self.name);
            let named = super::is_name(&check.id.replace('-', "_"));
            // Reports name a check where they otherwise name a field.
            if !named || !seen.insert(&check.id) || self.field(&check.id).is_some() {
                let what = "its id is not a name of its own".to_owned();
                let hint = "ids are lower case letters, digits and -, each used once";
                return Err(SchemaError::invalid(place, what, hint));
            }
            let place = Place { kind: self, catalog, place };
            match &check.form {
                Form::Order { later, earlier } => {
                    place.role(later, &[Role::EventDate, Role::Date])?;
                    place.role(earlier, &[Role::EventDate, Role::Date])?;
                }
                Form::Needs { when, needs } => {
                    place.condition(when)?;
                    place.field(needs)?;
                }
                Form::Expects { when, expects } => {
                    place.condition(when)?;
                    place.condition(expects)?;
                }
                Form::Group { finer, coarser } => place.group(finer, coarser)?,
            }
        }
        Ok(())
    }
}

/// Where a check is looked at.
struct Place<'a> {
    kind: &'a RecordKind,
    catalog: &'a Catalog,
    place: String,
}

impl Place<'_> {
    fn field(&self, name: &str) -> Result<&Field, SchemaError> {
        let known = self.kind.stored().map(|f| f.name.as_str());
        let field = self.kind.stored().find(|f| f.name == name);
        field.ok_or_else(|| SchemaError::unknown("field", name, &self.place, known))
    }

    fn role(&self, name: &str, roles: &[Role]) -> Result<&Field, SchemaError> {
        let field = self.field(name)?;
        if roles.contains(&field.role) {
            return Ok(field);
        }
        let what = format!("the field `{name}` has another role than this form of check needs");
        let hint = "`later` and `earlier` are dates, `in` and `not_in` are about codes, `is` about \
                    yes and no, `at_least` and `at_most` about numbers";
        Err(SchemaError::invalid(&self.place, what, hint))
    }

    fn condition(&self, condition: &Condition) -> Result<(), SchemaError> {
        let coded: &[Role] = &[Role::Area, Role::Code];
        match &condition.test {
            Test::Filled(_) => _ = self.field(&condition.field)?,
            Test::Is(_) => _ = self.role(&condition.field, &[Role::Boolean])?,
            Test::AtLeast(_) | Test::AtMost(_) => {
                _ = self.role(&condition.field, &[Role::Duration, Role::Count])?;
            }
            Test::In(codes) | Test::NotIn(codes) => {
                let field = self.role(&condition.field, coded)?;
                let list = field.codes.as_deref().unwrap_or_default();
                let list = self.catalog.list(list, &self.place)?;
                if codes.is_empty() {
                    let what = format!("the condition on `{}` names no code", condition.field);
                    return Err(SchemaError::invalid(&self.place, what, "name at least one"));
                }
                if let Some(code) = codes.iter().find(|c| list.position(c).is_none()) {
                    let known = list.codes().iter().take(40).map(|c| c.code.as_str());
                    return Err(SchemaError::unknown("code", code, &self.place, known));
                }
            }
        }
        Ok(())
    }

    fn group(&self, finer: &str, coarser: &str) -> Result<(), SchemaError> {
        let coded: &[Role] = &[Role::Area, Role::Code];
        let list = |field: &Field| field.codes.clone().unwrap_or_default();
        let (finer, coarser) = (self.role(finer, coded)?, self.role(coarser, coded)?);
        let (fine, coarse) = (list(finer), list(coarser));
        let codes = self.catalog.list(&fine, &self.place)?.codes();
        if codes.iter().all(|c| c.attributes.contains_key(&coarse)) {
            return Ok(());
        }
        let what = format!("the code list `{fine}` has no column `{coarse}`");
        let hint = "a finer list says in a column, named like the coarser list, where each code \
                    belongs";
        Err(SchemaError::invalid(&self.place, what, hint))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Override;

    /// The built-in police kind with these checks instead of its own.
    fn police(checks: &str) -> Result<Catalog, SchemaError> {
        let text = include_str!("../../records/police.json");
        let mut kind: serde_json::Value = serde_json::from_str(text).expect("JSON");
        kind["checks"] = serde_json::from_str(checks).expect("JSON");
        Catalog::new(&[Override { path: "records/police.json".to_owned(), text: kind.to_string() }])
    }

    fn check(rest: &str) -> Result<Catalog, SchemaError> {
        police(&format!(r#"[{{"id": "a-check", "severity": "error", "title": "Bad", {rest}}}]"#))
    }

    #[test]
    fn every_form_is_read() {
        for good in [
            r#""later": "fir_month", "earlier": "report_month""#,
            r#""when": {"field": "outcome_complaint", "in": ["fir"]}, "needs": "fir_month""#,
            r#""when": {"field": "fir_month", "filled": true}, "expects": {"field": "arrest", "not_in": ["none"]}"#,
            r#""when": {"field": "dna_sent", "is": false}, "expects": {"field": "dna_report_days", "filled": false}"#,
            r#""when": {"field": "challan_days", "at_least": 1}, "expects": {"field": "fir_delay_days", "at_most": 9}"#,
        ] {
            assert!(check(good).is_ok(), "{good}: {:?}", check(good).err());
        }
    }

    #[test]
    fn half_forms_and_undeclared_names_are_refused() {
        for bad in [
            r#""later": "fir_month""#,
            r#""later": "fir_month", "earlier": "report_month", "needs": "arrest""#,
            r#""later": "fir_month", "earlier": "arrest""#,
            r#""later": "fir_month", "earlier": "person""#,
            r#""later": "fir_month", "earlier": "nothing""#,
            r#""when": {"field": "outcome_complaint", "in": ["first"]}, "needs": "fir_month""#,
            r#""when": {"field": "outcome_complaint"}, "needs": "fir_month""#,
            r#""when": {"field": "arrest", "in": ["none"], "filled": true}, "needs": "fir_month""#,
            r#""when": {"field": "arrest", "at_least": 1}, "needs": "fir_month""#,
            r#""when": {"field": "arrest", "is": true}, "needs": "fir_month""#,
            r#""when": {"field": "arrest", "in": []}, "needs": "fir_month""#,
            r#""finer": "offence_lead", "coarser": "arrest""#,
            r#""since": "fir_month""#,
        ] {
            let refused = check(bad).err().unwrap_or_else(|| panic!("{bad}")).to_string();
            assert!(refused.contains("hint: "), "{refused}");
        }
    }

    #[test]
    fn a_check_has_a_name_of_its_own() {
        let one = |id: &str| {
            format!(
                r#"{{"id": "{id}", "severity": "warning", "title": "x", "later": "fir_month", "earlier": "report_month"}}"#
            )
        };
        assert!(police(&format!("[{}]", one("a-b"))).is_ok());
        for bad in ["arrest", "A b", ""] {
            assert!(police(&format!("[{}]", one(bad))).is_err(), "{bad}");
        }
        assert!(police(&format!("[{}, {}]", one("a-b"), one("a-b"))).is_err());
    }

    #[test]
    fn every_built_in_check_is_titled_in_both_languages() {
        let catalog = Catalog::new(&[]).expect("the built-in catalog");
        let mut checks = 0;
        for kind in catalog.kinds() {
            for check in &kind.checks {
                let urdu =
                    check.title.iter().any(|(language, text)| language == "ur" && !text.is_empty());
                assert!(urdu && !check.title.en().is_empty(), "{}: {}", kind.name, check.id);
                checks += 1;
            }
        }
        assert!(checks >= 20, "{checks}");
    }
}
