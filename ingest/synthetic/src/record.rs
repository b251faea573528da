//! One record in the project's own words, before an office writes it in its own.

use crate::calendar::Day;

/// A value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'p> {
    /// A code of the field's list.
    Code(&'p str),
    /// A day, of which the lake keeps the month.
    Day(Day),
    /// A whole number.
    Whole(i32),
    /// Yes or no.
    Flag(bool),
}

/// A record: the fields that have a value.
#[derive(Debug, Default)]
pub(crate) struct Record<'p> {
    values: Vec<(&'static str, Value<'p>)>,
}

impl<'p> Record<'p> {
    /// Sets a code.
    pub(crate) fn code(&mut self, field: &'static str, code: &'p str) {
        self.values.push((field, Value::Code(code)));
    }

    /// Sets a day.
    pub(crate) fn day(&mut self, field: &'static str, day: Day) {
        self.values.push((field, Value::Day(day)));
    }

    /// Sets a whole number.
    pub(crate) fn whole(&mut self, field: &'static str, number: i32) {
        self.values.push((field, Value::Whole(number)));
    }

    /// Sets yes or no.
    pub(crate) fn flag(&mut self, field: &'static str, yes: bool) {
        self.values.push((field, Value::Flag(yes)));
    }

    /// The value of a field; `None` for a blank.
    pub(crate) fn get(&self, field: &str) -> Option<Value<'p>> {
        self.values.iter().find(|(name, _)| *name == field).map(|(_, value)| *value)
    }

    /// All fields that have a value.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, Value<'p>)> {
        self.values.iter().copied()
    }
}
