//! A reader of mappings for tests: what the ingest does with a sheet, in few lines and by
//! another hand. It says how many rows land, are folded, and are rejected.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use shumar_schemas::code::{Match, fold};
use shumar_schemas::config::{Fold, Scope, Source};
use shumar_schemas::{Catalog, Config, Field, Provider, Role};

use crate::calendar::Date;
use crate::sheet::{Cell, Sheet};

/// The values of a record's fields, in the kind's order.
type Values = Vec<Option<String>>;

/// What became of a sheet's rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) records: u64,
    pub(super) copies: u64,
    pub(super) rejected: u64,
}

/// Reads a sheet by its provider's mapping.
pub(super) fn read(
    sheet: &Sheet,
    provider: &Provider,
    config: &Config,
    catalog: &Catalog,
) -> Account {
    let place = |name: &str| {
        let mut found = (0..sheet.header.len()).filter(|i| sheet.header[*i] == name);
        let first = found.next().unwrap_or_else(|| panic!("{}: no column {name}", provider.id));
        assert_eq!(found.next(), None, "{}: column {name} twice", provider.id);
        first
    };
    let kind = catalog.kind(&provider.kind, "a test").expect("a kind");
    let fields: Vec<(&Field, &Source, usize)> = kind
        .stored()
        .filter_map(|f| {
            let source = provider.fields.get(&f.name)?;
            Some((f, source, place(source.column.as_ref()?)))
        })
        .collect();
    let key: Vec<usize> = provider.record_key.iter().map(|c| place(c)).collect();
    let reader = Reader { months: RefCell::default(), provider, config, catalog };
    let mut account = Account::default();
    let mut seen: HashMap<Vec<String>, (Values, u64, bool)> = HashMap::new();
    for row in &sheet.rows {
        let values: Result<Values, ()> =
            fields.iter().map(|(f, s, i)| reader.value(f, s, &row[*i])).collect();
        let Ok(values) = values else {
            account.rejected += 1;
            continue;
        };
        let id = key.iter().map(|i| row[*i].text().trim().to_owned()).collect();
        let entry = seen.entry(id).or_insert_with(|| (values.clone(), 0, false));
        entry.1 += 1;
        let differ = |(i, (_, source, _)): (usize, &(&Field, &Source, usize))| {
            source.fold == Fold::Agree && entry.0[i] != values[i]
        };
        entry.2 |= fields.iter().enumerate().any(differ);
    }
    for (_, rows, conflict) in seen.values() {
        if *conflict {
            account.rejected += rows;
        } else {
            account.records += 1;
            account.copies += rows - 1;
        }
    }
    account
}

/// Days as a format writes them, with their months.
type Months = HashMap<String, String>;

struct Reader<'a> {
    months: RefCell<HashMap<String, Rc<Months>>>,
    provider: &'a Provider,
    config: &'a Config,
    catalog: &'a Catalog,
}

impl Reader<'_> {
    fn value(&self, field: &Field, source: &Source, cell: &Cell) -> Result<Option<String>, ()> {
        let text = cell.text().trim().to_owned();
        let nulls: BTreeSet<&String> =
            self.provider.null_words.iter().chain(&source.null_words).collect();
        if text.is_empty() || nulls.contains(&text) {
            return if field.required { Err(()) } else { Ok(None) };
        }
        let folded = fold(&text);
        let own = source.codes.iter().find(|(word, _)| fold(word) == folded);
        let own = own.map(|(_, code)| code.clone());
        match field.role {
            Role::Area | Role::Code => self.code(field, own, &text).map(Some),
            Role::EventDate | Role::Date => match cell {
                Cell::Date(date) => Ok(Some(date.format("%Y-%m"))),
                _ => self.date(source, &text).map(Some),
            },
            Role::Count | Role::Duration => {
                text.parse::<i32>().map(|n| Some(n.to_string())).map_err(|_| ())
            }
            Role::Boolean => match own.unwrap_or_else(|| text.to_lowercase()).as_str() {
                "true" | "yes" | "y" | "1" => Ok(Some("true".to_owned())),
                "false" | "no" | "n" | "0" => Ok(Some("false".to_owned())),
                _ => Err(()),
            },
            Role::Person => Err(()),
        }
    }

    fn code(&self, field: &Field, own: Option<String>, text: &str) -> Result<String, ()> {
        let list =
            self.catalog.list(field.codes.as_deref().expect("a list"), "a test").expect("it");
        let place = match own {
            Some(code) => list.position(&code).ok_or(())?,
            None => match list.find(text) {
                Match::One(place) => place,
                Match::Several | Match::None => return Err(()),
            },
        };
        let inside = || {
            let scope = Scope::positions(self.config.scope.as_ref(), list).expect("a scope");
            scope.contains(&place)
        };
        (field.role != Role::Area || inside()).then(|| list.codes()[place].code.clone()).ok_or(())
    }

    /// Every day from 2020 on as a format writes it, with its month.
    fn months(&self, format: &str) -> Rc<Months> {
        let mut known = self.months.borrow_mut();
        let all = || {
            let month = |day| (Date::of(day).format(format), Date::of(day).format("%Y-%m"));
            Rc::new((-1400..1000).map(month).collect())
        };
        known.entry(format.to_owned()).or_insert_with(all).clone()
    }

    /// The month of a text, if some day from 2020 on is written so in one of the formats.
    fn date(&self, source: &Source, text: &str) -> Result<String, ()> {
        let formats = if source.date_formats.is_empty() {
            &self.provider.date_formats
        } else {
            &source.date_formats
        };
        formats.iter().find_map(|f| self.months(f).get(text).cloned()).ok_or(())
    }
}
