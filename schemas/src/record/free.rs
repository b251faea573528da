//! Kinds that are declared free of persons: programme activity, of which sums are published exactly.
//!
//! Such a kind can't hold what is about one person: it has no person code, and nothing but its month,
//! area, codes of lists that no kind about persons uses, and whole numbers. A built-in kind about
//! persons can't be declared free of them by a home.

use super::{RecordKind, Role};
use crate::SchemaError;

const HINT: &str = "see schemas/records/activity.json for a complete example; a register about women \
                    is never declared free of persons";

impl RecordKind {
    /// The whole numbers that its records bring.
    pub fn measures(&self) -> impl Iterator<Item = &super::Field> {
        self.fields.iter().filter(|f| f.role == Role::Count)
    }

    /// Refuses a kind free of persons that could hold what is about one person, or whose sums would
    /// not be exact.
    pub(super) fn check_free_of_persons(&self, file: &str) -> Result<(), SchemaError> {
        if !self.free_of_persons {
            return Ok(());
        }
        let invalid = |what: String| Err(SchemaError::invalid(file, what, HINT));
        for field in &self.fields {
            let name = &field.name;
            match field.role {
                Role::Count if field.range.0 < 0 => {
                    return invalid(format!("the number `{name}` can be below zero"));
                }
                Role::Count if field.clip => {
                    return invalid(format!(
                        "the number `{name}` is clipped, so sums are not exact"
                    ));
                }
                Role::EventDate | Role::Area | Role::Code | Role::Count => {}
                Role::Person => {
                    return invalid(format!(
                        "it is declared free of persons, but `{name}` is a person code"
                    ));
                }
                Role::Date | Role::Duration | Role::Boolean => {
                    return invalid(format!(
                        "it is declared free of persons, but `{name}` is neither its month, its area, \
                         a code nor a whole number"
                    ));
                }
            }
        }
        if self.measures().next().is_none() {
            return invalid("it is declared free of persons and has no whole number to sum".into());
        }
        Ok(())
    }

    /// The code lists of its fields but that of its area.
    pub fn lists(&self) -> impl Iterator<Item = &str> {
        let coded = self.fields.iter().filter(|f| f.role == Role::Code);
        coded.filter_map(|f| f.codes.as_deref())
    }
}
