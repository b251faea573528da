//! The survey form: sheets `survey`, `choices` and `settings` of the `XLSForm` standard
//! (xlsform.org/en), a question named after each field, without groups.

use std::collections::BTreeSet;

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};
use shumar_schemas::{Field, Label, Role};

use super::{Template, choice_name, unbuilt};
use crate::IngestError;

/// Labels stand in these languages, named as the standard wants.
const LANGUAGES: [(&str, &str); 2] = [("en", "English (en)"), ("ur", "Urdu (ur)")];
/// What stands above the first question.
const WARNING: [(&str, &str); 2] = [
    ("en", "Never write names, identity numbers, telephone numbers, addresses or stories."),
    ("ur", "نام، شناختی نمبر، فون نمبر، پتہ یا کہانی کبھی نہ لکھیں۔"),
];
const YES_NO: [(&str, &str, &str); 2] = [("yes", "Yes", "ہاں"), ("no", "No", "نہیں")];

pub(super) fn build(template: &Template<'_>) -> Result<Vec<u8>, IngestError> {
    let mut survey = vec![Line::note()];
    let mut choices: Vec<[String; 4]> = Vec::new();
    let mut listed = BTreeSet::new();
    for field in &template.kind.fields {
        let list_name = match template.choices(field)? {
            Some((list, codes)) => {
                let scoped = if field.role == Role::Area { "_counted" } else { "" };
                let name = format!("{}{scoped}", list.name());
                if listed.insert(name.clone()) {
                    choices.extend(codes.into_iter().map(|code| {
                        let [en, ur] = both(&code.label);
                        [name.clone(), choice_name(list, code), en, ur]
                    }));
                }
                Some(name)
            }
            None if field.role == Role::Boolean => {
                let name = "yes_no".to_owned();
                if listed.insert(name.clone()) {
                    let line = |(n, en, ur): (&str, &str, &str)| {
                        [name.as_str(), n, en, ur].map(str::to_owned)
                    };
                    choices.extend(YES_NO.map(line));
                }
                Some(name)
            }
            None => None,
        };
        survey.push(Line::question(field, list_name));
    }
    write(template, &survey, &choices).map_err(|e| unbuilt(&e))
}

fn both(label: &Label) -> [String; 2] {
    LANGUAGES.map(|(language, _)| label.get(language).to_owned())
}

/// A row of the sheet `survey`.
struct Line([String; 6]);

impl Line {
    fn note() -> Self {
        let [en, ur] = WARNING.map(|(_, words)| words.to_owned());
        Self(["note".to_owned(), "warning".to_owned(), en, ur, String::new(), String::new()])
    }

    fn question(field: &Field, list: Option<String>) -> Self {
        let (low, high) = field.range;
        let (kind, constraint) = match (field.role, list) {
            (_, Some(list)) => (format!("select_one {list}"), String::new()),
            (Role::EventDate | Role::Date, None) => ("date".to_owned(), ". <= today()".to_owned()),
            (Role::Duration | Role::Count, None) if field.clip => {
                ("integer".to_owned(), format!(". >= {low}"))
            }
            (Role::Duration | Role::Count, None) => {
                ("integer".to_owned(), format!(". >= {low} and . <= {high}"))
            }
            _ => ("text".to_owned(), String::new()),
        };
        let required = if field.required { "yes" } else { "" };
        let [en, ur] = both(&field.title);
        Self([kind, field.name.clone(), en, ur, required.to_owned(), constraint])
    }
}

fn write(
    template: &Template<'_>,
    survey: &[Line],
    choices: &[[String; 4]],
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let label = LANGUAGES.map(|(_, name)| format!("label::{name}"));
    let [en, ur] = label.each_ref().map(String::as_str);
    let head = ["type", "name", en, ur, "required", "constraint"];
    let sheet = book.add_worksheet().set_name("survey")?;
    rows(sheet, &head, survey.iter().map(|line| line.0.as_slice()))?;
    let sheet = book.add_worksheet().set_name("choices")?;
    rows(sheet, &["list_name", "name", en, ur], choices.iter().map(<[String; 4]>::as_slice))?;
    let sheet = book.add_worksheet().set_name("settings")?;
    let settings = [
        template.kind.title.en().to_owned(),
        format!("shumar_{}", template.kind.name),
        LANGUAGES[0].1.to_owned(),
    ];
    rows(sheet, &["form_title", "form_id", "default_language"], [settings.as_slice()].into_iter())?;
    book.save_to_buffer()
}

fn rows<'a>(
    sheet: &mut Worksheet,
    head: &[&str],
    lines: impl Iterator<Item = &'a [String]>,
) -> Result<(), XlsxError> {
    for (column, name) in (0_u16..).zip(head) {
        sheet.write_string(0, column, *name)?;
        sheet.set_column_width(column, 28)?;
    }
    for (row, line) in (1_u32..).zip(lines) {
        for (column, cell) in (0_u16..).zip(line).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(row, column, cell)?;
        }
    }
    Ok(())
}
