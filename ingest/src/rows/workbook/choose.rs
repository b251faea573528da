//! Which sheets of a workbook are read. Hidden ones never are.

use std::path::Path;

use calamine::{Sheet, SheetType, SheetVisible};
use shumar_schemas::Provider;

use crate::{IngestError, Note, Reason};

/// What stands for every visible sheet.
const ALL: &str = "*";

/// A sheet to read.
pub(super) struct Chosen {
    /// Its name, which is not for messages.
    pub(super) name: String,
    /// Its place among the tabs that a person sees, from 1; 0 when it is the only one read.
    pub(super) place: u16,
}

/// The sheets to read, in the workbook's order, and what is said of the others.
pub(super) fn choose(
    file: &Path,
    provider: &Provider,
    sheets: &[Sheet],
) -> Result<(Vec<Chosen>, Vec<Note>), IngestError> {
    let refuse = |why| Err(IngestError::Sheet { file: file.to_owned(), why });
    let tabs: Vec<&Sheet> = sheets.iter().filter(|s| s.visible == SheetVisible::Visible).collect();
    let is_table = |s: &Sheet| s.typ == SheetType::WorkSheet;
    let visible = tabs.iter().filter(|s| is_table(s)).count();
    let hidden = sheets.iter().filter(|s| is_table(s)).count() - visible;
    let names: Vec<&str> =
        provider.sheets.iter().chain(&provider.sheet).map(|name| name.trim()).collect();
    if names.is_empty() && visible > 1 {
        return refuse(Reason::new("sheet-many").count("sheets", visible));
    }
    for name in names.iter().filter(|name| **name != ALL) {
        match sheets.iter().find(|s| s.name.trim() == *name) {
            Some(sheet) if sheet.visible != SheetVisible::Visible => {
                return refuse(Reason::new("sheet-hidden"));
            }
            Some(_) => {}
            None => return refuse(Reason::new("sheet-missing")),
        }
    }
    let is_named = |s: &Sheet| names.is_empty() || names.contains(&s.name.trim());
    let mut chosen = Vec::new();
    for (i, sheet) in tabs.iter().enumerate() {
        if is_table(sheet) && (names.contains(&ALL) || is_named(sheet)) {
            let place = u16::try_from(i + 1).unwrap_or(u16::MAX);
            chosen.push(Chosen { name: sheet.name.clone(), place });
        }
    }
    if chosen.is_empty() {
        return refuse(Reason::new("sheet-none"));
    }
    let mut notes = Vec::new();
    if hidden > 0 {
        notes.push(Note::hidden_sheets(hidden));
    }
    if visible > chosen.len() {
        notes.push(Note::other_sheets(visible - chosen.len()));
    }
    if let [only] = chosen.as_mut_slice() {
        only.place = 0;
    }
    Ok((chosen, notes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(name: &str, visible: SheetVisible) -> Sheet {
        Sheet { name: name.to_owned(), typ: SheetType::WorkSheet, visible }
    }

    fn read(mapping: &str) -> Result<(Vec<(String, u16)>, usize), String> {
        let mapping = format!("id = \"a\"\nkind = \"police\"\n{mapping}\n[fields]\n");
        let provider: Provider = toml::from_str(&mapping).expect("a provider");
        let sheets = [
            sheet("Notes", SheetVisible::VeryHidden),
            sheet("Jan ", SheetVisible::Visible),
            sheet("Feb", SheetVisible::Visible),
            sheet("Old", SheetVisible::Hidden),
            sheet("Mar", SheetVisible::Visible),
        ];
        let (chosen, notes) =
            choose(Path::new("a"), &provider, &sheets).map_err(|e| e.to_string())?;
        Ok((chosen.into_iter().map(|c| (c.name.trim().to_owned(), c.place)).collect(), notes.len()))
    }

    fn names(names: &[(&str, u16)]) -> Vec<(String, u16)> {
        names.iter().map(|(name, place)| ((*name).to_owned(), *place)).collect()
    }

    #[test]
    fn sheets_are_read_in_the_workbooks_order_and_hidden_ones_never() {
        let all = names(&[("Jan", 1), ("Feb", 2), ("Mar", 3)]);
        assert_eq!(read("sheets = [\"*\"]"), Ok((all, 1)));
        let two = names(&[("Jan", 1), ("Mar", 3)]);
        assert_eq!(read("sheets = [\"Mar\", \"Jan\"]"), Ok((two, 2)));
        assert_eq!(read("sheet = \"Feb\""), Ok((names(&[("Feb", 0)]), 2)));
        for (mapping, says) in [
            ("", "3 visible sheets"),
            ("sheets = [\"Jan\", \"Old\"]", "is hidden"),
            ("sheet = \"Notes\"", "is hidden"),
            ("sheets = [\"Jan\", \"Apr\"]", "is not there"),
        ] {
            let refused = read(mapping).expect_err(mapping);
            assert!(refused.contains(says) && !refused.contains("Old"), "{refused}");
        }
    }
}
