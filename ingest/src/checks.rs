//! The checks of a record kind, made ready for millions of rows: small whole numbers compared.
//!
//! A check sees the stored values of one row and says whether they contradict each other. It
//! never says which values.

use shumar_schemas::record::{Condition, Form, Severity, Test};
use shumar_schemas::{Catalog, Label, Provider, RecordKind, SchemaError};

use crate::value::BLANK;

/// The checks of a record kind, bound to the places of its stored fields.
#[derive(Debug, Clone)]
pub struct Checks {
    errors: Vec<Bound>,
    warnings: Vec<Bound>,
}

/// A check and what a report says of it.
#[derive(Debug, Clone)]
struct Bound {
    id: String,
    title: Label,
    needs: Option<String>,
    rule: Rule,
}

/// A form whose fields are places of the row.
#[derive(Debug, Clone)]
enum Rule {
    /// `row[earlier] <= row[later]`.
    Order { later: usize, earlier: usize },
    /// Where the first holds, the second holds.
    Implies(Holds, Holds),
    /// The group of `row[finer]` is `row[coarser]`.
    Group { finer: usize, coarser: usize, group_of: Box<[i32]> },
}

/// A condition on one place of the row.
#[derive(Debug, Clone)]
enum Holds {
    Filled { at: usize, filled: bool },
    Among { at: usize, codes: Box<[bool]>, blank: bool },
    Between { at: usize, low: i32, high: i32, blank: bool },
}

impl Checks {
    /// Binds the checks of a kind.
    ///
    /// # Errors
    /// A field, list or code that is not declared; a catalog has looked at them all.
    pub fn bind(kind: &RecordKind, catalog: &Catalog) -> Result<Self, SchemaError> {
        let (mut errors, mut warnings) = (Vec::new(), Vec::new());
        let binder = Binder { kind, catalog };
        for check in &kind.checks {
            let needs = match &check.form {
                Form::Needs { needs, .. } => Some(needs.clone()),
                _ => None,
            };
            let rule = binder.rule(&check.form)?;
            let bound = Bound { id: check.id.clone(), title: check.title.clone(), needs, rule };
            match check.severity {
                Severity::Error => errors.push(bound),
                Severity::Warning => warnings.push(bound),
            }
        }
        Ok(Self { errors, warnings })
    }

    /// Leaves out the checks for a field that the provider's files do not have: an office that
    /// keeps no such column would be told so at every row.
    #[must_use]
    pub fn of_provider(mut self, provider: &Provider) -> Self {
        let has = |b: &Bound| b.needs.as_ref().is_none_or(|f| provider.fields.contains_key(f));
        self.errors.retain(has);
        self.warnings.retain(has);
        self
    }

    /// Leaves out the checks that hold whatever the rows say, by the fields that have one value in
    /// all of them.
    #[must_use]
    pub fn that_can_fail(mut self, fixed: &[Option<i32>]) -> Self {
        let open = |b: &Bound| !b.rule.always_holds(fixed);
        self.errors.retain(open);
        self.warnings.retain(open);
        self
    }

    /// Judges the stored values of one row, in the order of the kind's stored fields. A row that
    /// passes adds one to `doubts` for each warning that it gives, at the warning's place.
    ///
    /// # Errors
    /// The place of the first error check that the row breaks; see [`Checks::error`].
    pub fn judge(&self, values: &[i32], doubts: &mut [u64]) -> Result<(), usize> {
        if let Some(broken) = self.errors.iter().position(|c| !c.rule.holds(values)) {
            return Err(broken);
        }
        for (check, doubts) in self.warnings.iter().zip(doubts) {
            *doubts += u64::from(!check.rule.holds(values));
        }
        Ok(())
    }

    /// A counter of warnings, one place a warning check.
    #[must_use]
    pub fn counter(&self) -> Vec<u64> {
        vec![0; self.warnings.len()]
    }

    /// The id of the error check at a place: the `field` of the row's rejection.
    #[must_use]
    pub fn error(&self, place: usize) -> &str {
        self.errors.get(place).map_or("", |c| c.id.as_str())
    }

    /// The warnings that were given: id, title and number of rows.
    pub fn doubts<'a>(
        &'a self,
        counted: &'a [u64],
    ) -> impl Iterator<Item = (&'a str, &'a Label, u64)> {
        let all = self.warnings.iter().zip(counted).filter(|(_, n)| **n > 0);
        all.map(|(c, n)| (c.id.as_str(), &c.title, *n))
    }
}

/// Turns names into places.
struct Binder<'a> {
    kind: &'a RecordKind,
    catalog: &'a Catalog,
}

impl Binder<'_> {
    fn rule(&self, form: &Form) -> Result<Rule, SchemaError> {
        Ok(match form {
            Form::Order { later, earlier } => {
                Rule::Order { later: self.place(later)?, earlier: self.place(earlier)? }
            }
            Form::Needs { when, needs } => Rule::Implies(
                self.holds(when, false)?,
                Holds::Filled { at: self.place(needs)?, filled: true },
            ),
            Form::Expects { when, expects } => {
                Rule::Implies(self.holds(when, false)?, self.holds(expects, true)?)
            }
            Form::Group { finer, coarser } => self.group(finer, coarser)?,
        })
    }

    fn place(&self, name: &str) -> Result<usize, SchemaError> {
        let place = self.kind.stored().position(|f| f.name == name);
        let known = self.kind.stored().map(|f| f.name.as_str());
        place.ok_or_else(|| SchemaError::unknown("field", name, self.file(), known))
    }

    fn list(&self, field: &str) -> Result<&shumar_schemas::CodeList, SchemaError> {
        let list = self.kind.field(field).and_then(|f| f.codes.as_deref()).unwrap_or_default();
        self.catalog.list(list, &self.file())
    }

    fn file(&self) -> String {
        format!("a check of `records/{}.json`", self.kind.name)
    }

    /// A condition; `blank` is what it says of a blank field.
    fn holds(&self, condition: &Condition, blank: bool) -> Result<Holds, SchemaError> {
        let at = self.place(&condition.field)?;
        let between = |low, high| Holds::Between { at, low, high, blank };
        Ok(match &condition.test {
            Test::Filled(filled) => Holds::Filled { at, filled: *filled },
            Test::Is(yes) => between(i32::from(*yes), i32::from(*yes)),
            Test::AtLeast(low) => between(*low, i32::MAX),
            // No stored number is as small as a blank.
            Test::AtMost(high) => between(BLANK + 1, *high),
            Test::In(named) => self.among(at, &condition.field, named, true, blank)?,
            Test::NotIn(named) => self.among(at, &condition.field, named, false, blank)?,
        })
    }

    fn among(
        &self,
        at: usize,
        field: &str,
        named: &[String],
        within: bool,
        blank: bool,
    ) -> Result<Holds, SchemaError> {
        let list = self.list(field)?;
        let mut codes = vec![!within; list.codes().len()].into_boxed_slice();
        for code in named {
            let place = list.position(code);
            let place = place.ok_or_else(|| SchemaError::unknown("code", code, self.file(), []))?;
            codes[place] = within;
        }
        Ok(Holds::Among { at, codes, blank })
    }

    fn group(&self, finer: &str, coarser: &str) -> Result<Rule, SchemaError> {
        let (fine, coarse) = (self.list(finer)?, self.list(coarser)?);
        let group = |code: &shumar_schemas::Code| {
            let group = code.attributes.get(coarse.name())?;
            i32::try_from(coarse.position(group)?).ok()
        };
        // A code whose group is not in the list contradicts nothing.
        let group_of = fine.codes().iter().map(|c| group(c).unwrap_or(BLANK)).collect();
        Ok(Rule::Group { finer: self.place(finer)?, coarser: self.place(coarser)?, group_of })
    }
}

impl Rule {
    fn always_holds(&self, fixed: &[Option<i32>]) -> bool {
        let blank = |at: &usize| fixed[*at] == Some(BLANK);
        match self {
            Self::Order { later, earlier } => blank(later) || blank(earlier),
            Self::Implies(when, then) => {
                when.decided(fixed) == Some(false) || then.decided(fixed) == Some(true)
            }
            Self::Group { finer, coarser, .. } => blank(finer) || blank(coarser),
        }
    }

    fn holds(&self, row: &[i32]) -> bool {
        match self {
            // A blank is the smallest number: only a blank `later` must be asked for.
            Self::Order { later, earlier } => row[*later] == BLANK || row[*earlier] <= row[*later],
            Self::Implies(when, then) => !when.holds(row) || then.holds(row),
            Self::Group { finer, coarser, group_of } => {
                let place = usize::try_from(row[*finer]).ok();
                let group = place.and_then(|p| group_of.get(p)).copied().unwrap_or(BLANK);
                group == BLANK || row[*coarser] == BLANK || group == row[*coarser]
            }
        }
    }
}

impl Holds {
    /// What it says of every row, if its field has one value in all of them.
    fn decided(&self, fixed: &[Option<i32>]) -> Option<bool> {
        let (Self::Filled { at, .. } | Self::Among { at, .. } | Self::Between { at, .. }) = self;
        let value = fixed[*at]?;
        let mut row = vec![BLANK; fixed.len()];
        row[*at] = value;
        Some(self.holds(&row))
    }

    fn holds(&self, row: &[i32]) -> bool {
        match self {
            Self::Filled { at, filled } => (row[*at] != BLANK) == *filled,
            Self::Among { at, codes, blank } => match usize::try_from(row[*at]) {
                Ok(place) => codes.get(place).copied().unwrap_or(*blank),
                Err(_) => *blank,
            },
            Self::Between { at, low, high, blank } => {
                let value = row[*at];
                if value == BLANK { *blank } else { (*low..=*high).contains(&value) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use shumar_schemas::{Override, YearMonth};

    /// A row of a kind, all blank, in which fields are set by their words.
    struct Row<'a> {
        kind: &'a RecordKind,
        catalog: &'a Catalog,
        values: Vec<i32>,
    }

    impl<'a> Row<'a> {
        fn new(catalog: &'a Catalog, kind: &str) -> Self {
            let kind = catalog.kind(kind, "a test").expect("a kind");
            Self { kind, catalog, values: vec![BLANK; kind.stored().count()] }
        }

        fn set(mut self, field: &str, word: &str) -> Self {
            let place = self.kind.stored().position(|f| f.name == field).expect("a field");
            let list = self.kind.field(field).and_then(|f| f.codes.as_deref());
            self.values[place] = match (list, word.parse::<YearMonth>()) {
                (Some(list), _) => {
                    let list = self.catalog.list(list, "a test").expect("a list");
                    i32::try_from(list.position(word).expect("a code")).expect("small")
                }
                (None, Ok(month)) => month.to_days(),
                (None, Err(_)) => match word {
                    "yes" => 1,
                    "no" => 0,
                    number => number.parse().expect("a number"),
                },
            };
            self
        }

        /// The error, or the warnings.
        fn judged(&self) -> Result<Vec<String>, String> {
            let checks = Checks::bind(self.kind, self.catalog).expect("checks");
            let mut doubts = checks.counter();
            match checks.judge(&self.values, &mut doubts) {
                Err(place) => Err(checks.error(place).to_owned()),
                Ok(()) => Ok(checks.doubts(&doubts).map(|(id, ..)| id.to_owned()).collect()),
            }
        }
    }

    fn catalog() -> Catalog {
        Catalog::new(&[]).expect("the built-in catalog")
    }

    #[test]
    fn dates_in_the_wrong_order_are_errors_and_the_same_month_is_none() {
        let catalog = catalog();
        let case = || Row::new(&catalog, "court").set("institution_month", "2025-03");
        assert_eq!(
            case().set("decision_month", "2025-02").judged(),
            Err("decision-before-institution".to_owned())
        );
        for fine in ["2025-03", "2026-01"] {
            let row = case().set("decision_month", fine).set("outcome", "convicted");
            assert_eq!(row.judged(), Ok(vec![]), "{fine}");
        }
        assert_eq!(case().judged(), Ok(vec![]));
        let stay = Row::new(&catalog, "shelter").set("admit_month", "2025-03");
        assert_eq!(
            stay.set("exit_month", "2024-12").judged(),
            Err("exit-before-admission".to_owned())
        );
    }

    #[test]
    fn states_that_exclude_each_other_are_errors() {
        let catalog = catalog();
        let case = || Row::new(&catalog, "court").set("institution_month", "2025-03");
        let pending = || case().set("outcome", "pending");
        assert_eq!(
            pending().set("decision_month", "2025-04").judged(),
            Err("pending-with-decision".to_owned())
        );
        assert_eq!(pending().set("sentence_band", "none").judged(), Ok(vec![]));
        let sentenced = |outcome| case().set("sentence_band", "life").set("outcome", outcome);
        assert_eq!(
            sentenced("acquitted_merit").judged(),
            Err("sentence-without-conviction".to_owned())
        );
        assert_eq!(sentenced("convicted").judged(), Ok(vec!["decided-without-month".to_owned()]));
        // An appeal may quash what was a sentence before, and an unknown outcome denies nothing.
        assert!(sentenced("quashed").judged().is_ok());
        assert_eq!(sentenced("unknown").judged(), Ok(vec![]));
        let stay = Row::new(&catalog, "shelter").set("admit_month", "2025-03");
        let stay = stay.set("exit_kind", "in_residence").set("exit_month", "2025-04");
        assert_eq!(stay.judged(), Err("resident-with-exit".to_owned()));
    }

    #[test]
    fn what_is_odd_but_possible_lands_with_a_warning() {
        let catalog = catalog();
        let row = || Row::new(&catalog, "police").set("report_month", "2025-03");
        let warned = |row: Row<'_>| row.judged().expect("it lands");
        let month = |outcome| row().set("fir_month", "2025-03").set("outcome_complaint", outcome);
        assert_eq!(warned(month("pending")), ["fir-month-without-fir"]);
        assert!(warned(month("fir")).is_empty() && warned(month("reconciled_closed")).is_empty());
        assert_eq!(warned(row().set("outcome_complaint", "fir")), ["fir-without-month"]);
        assert_eq!(
            warned(row().set("dna_report_days", "30").set("dna_sent", "no")),
            ["dna-report-without-sample"]
        );
        assert!(warned(row().set("dna_report_days", "30")).is_empty());
        let girl = |children| {
            Row::new(&catalog, "shelter").set("age_band", "0_11").set("children_with", children)
        };
        assert_eq!(warned(girl("1")), ["girl-with-own-children"]);
        assert!(warned(girl("0")).is_empty());
        // Child marriage exists: it is no contradiction.
        let married = Row::new(&catalog, "shelter").set("age_band", "0_11");
        assert!(warned(married.set("marital", "married_cohabitating")).is_empty());
    }

    #[test]
    fn an_offence_lies_in_the_group_that_its_list_says() {
        let catalog = catalog();
        let case = |group| {
            let row = Row::new(&catalog, "court").set("offence_lead", "rape");
            row.set("offence_group", group).judged().expect("it lands")
        };
        assert_eq!(case("economic_violence"), ["offence-outside-group"]);
        assert!(case("sexual_violence").is_empty());
    }

    #[test]
    fn a_home_decides_how_severe_a_check_is() {
        let text = include_str!("../../schemas/records/police.json");
        let text = text.replace(
            r#""id": "fir-before-complaint", "severity": "warning""#,
            r#""id": "fir-before-complaint", "severity": "error""#,
        );
        let strict = Catalog::new(&[Override { path: "records/police.json".to_owned(), text }]);
        let (strict, usual) = (strict.expect("a catalog"), catalog());
        let early = |catalog| {
            let row = Row::new(catalog, "police").set("report_month", "2025-03");
            row.set("fir_month", "2025-01").judged()
        };
        assert_eq!(early(&strict), Err("fir-before-complaint".to_owned()));
        assert_eq!(early(&usual), Ok(vec!["fir-before-complaint".to_owned()]));
    }

    proptest! {
        /// Whatever the values: blanks alone break nothing, order is order, and no row panics.
        #[test]
        fn any_row_is_judged(values in prop::collection::vec(
            prop_oneof![Just(BLANK), -3..60_i32, 19_000..21_000_i32, Just(i32::MAX)], 40
        )) {
            let catalog = catalog();
            for kind in catalog.kinds() {
                let checks = Checks::bind(kind, &catalog).expect("checks");
                let width = kind.stored().count();
                let mut doubts = checks.counter();
                prop_assert_eq!(checks.judge(&vec![BLANK; width], &mut doubts), Ok(()));
                prop_assert!(doubts.iter().all(|n| *n == 0));
                let row = &values[..width];
                let place = |name: &str| kind.stored().position(|f| f.name == name);
                let verdict = checks.judge(row, &mut doubts);
                if let (Some(later), Some(earlier)) = (place("exit_month"), place("admit_month")) {
                    let wrong = row[later] != BLANK && row[earlier] > row[later];
                    let found = verdict.is_err_and(|i| checks.error(i) == "exit-before-admission");
                    prop_assert_eq!(wrong, found);
                }
            }
        }
    }
}
