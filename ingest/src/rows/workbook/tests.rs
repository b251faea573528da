//! What is told of a workbook's rows: which are no records, and what is odd.

use rust_xlsxwriter::{Format as Style, Workbook, Worksheet};
use shumar_schemas::Provider;

use crate::Rule;
use crate::rows::{Cell, Row, Rows};

fn row(sheet: &mut Worksheet, number: u32, text: &str) {
    for (column, text) in (0_u16..).zip(text.split(',')).filter(|(_, t)| !t.is_empty()) {
        match text.parse::<f64>() {
            Ok(n) => sheet.write_number(number - 1, column, n),
            Err(_) => sheet.write_string(number - 1, column, text),
        }
        .expect("a cell");
    }
}

fn read(mapping: &str, build: impl FnOnce(&mut Workbook)) -> (Rows, Vec<Row>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.xlsx");
    let mut book = Workbook::new();
    build(&mut book);
    book.save(&path).expect("a workbook");
    let mapping = format!("id = \"a\"\nkind = \"police\"\n{mapping}\n[fields]\n");
    let provider: Provider = toml::from_str(&mapping).expect("a provider");
    let mut rows = crate::rows::open(&path, &provider, folder.path()).expect("rows");
    let all = std::mem::replace(&mut rows.rows, Box::new(std::iter::empty()));
    (rows, all.map(|r| r.expect("a row")).collect())
}

#[test]
fn totals_are_marked_and_held_against_the_rows_above() {
    let (rows, all) = read("drop = [\"No\", \"Token\", \"Date\", \"Days\"]", |book| {
        let sheet = book.add_worksheet();
        row(sheet, 1, "No,Token,Date,Days");
        row(sheet, 2, "1,a,2025-03,5");
        row(sheet, 3, "2,b,2025-03,7");
        row(sheet, 4, "Total,2,,");
        row(sheet, 5, "No,Token,Date,Days");
        row(sheet, 7, "3,c,2025-03,9");
        row(sheet, 8, "Sub total,2,,");
        row(sheet, 9, "Grand total,,,21");
    });
    let marks: Vec<(u64, Option<Rule>)> = all.iter().map(|r| (r.number, r.mark)).collect();
    let (total, again) = (Some(Rule::TotalRow), Some(Rule::HeaderRepeated));
    let expected =
        [(2, None), (3, None), (4, total), (5, again), (7, None), (8, total), (9, total)];
    assert_eq!(marks, expected);
    let note = "the sheet's own total in row 8 says a different number of rows than were read";
    assert_eq!(rows.all_notes(), [note]);
    assert!(all.iter().all(|r| r.mark.is_none() || r.cells.is_empty()));
}

#[test]
fn sheets_have_their_own_headers_places_and_totals() {
    let mapping = "sheets = [\"*\"]\ndrop = [\"No\", \"Token\"]";
    let (rows, all) = read(mapping, |book| {
        let sheet = book.add_worksheet();
        row(sheet, 1, "Return");
        row(sheet, 3, "No,Token");
        row(sheet, 4, "1,a");
        book.add_worksheet();
        let sheet = book.add_worksheet();
        row(sheet, 1, "Token,No");
        row(sheet, 2, "b,2");
        row(sheet, 3, "Total,1");
    });
    assert_eq!(rows.header, ["No", "Token"]);
    let text = |t: &str| Cell::Text(t.to_owned());
    assert_eq!((all[0].sheet, all[0].number), (1, 4));
    assert_eq!((all[1].sheet, all[1].number), (3, 2));
    assert_eq!(all[1].cells, [Cell::Number(2.0), text("b")]);
    assert_eq!(all[2].mark, Some(Rule::TotalRow));
    assert_eq!(rows.all_notes(), ["sheet 2 is blank"]);
}

#[test]
fn a_total_in_a_row_that_a_merged_cell_reaches_is_one() {
    let (_, all) = read("drop = [\"District\", \"No\", \"Token\"]", |book| {
        let sheet = book.add_worksheet();
        row(sheet, 1, "District,No,Token");
        row(sheet, 2, ",1,a");
        row(sheet, 3, ",2,b");
        row(sheet, 4, ",Total,2");
        sheet.merge_range(1, 0, 3, 0, "Swat", &Style::new()).expect("merged");
    });
    assert_eq!(all[1].cells[0], Cell::Text("Swat".to_owned()));
    assert_eq!(all[2].mark, Some(Rule::TotalRow));
}

#[test]
fn a_header_of_two_rows_is_joined_where_the_mapping_says_so() {
    let build = |book: &mut Workbook| {
        let sheet = book.add_worksheet();
        let plain = Style::new();
        row(sheet, 2, ",,Age,Days");
        row(sheet, 3, "1,a,30,5");
        sheet.merge_range(0, 0, 1, 0, "No", &plain).expect("merged");
        sheet.merge_range(0, 1, 1, 1, "Token", &plain).expect("merged");
        sheet.merge_range(0, 2, 0, 3, "Victim", &plain).expect("merged");
    };
    for header in [["No", "Token", "Age", "Days"], ["No", "Token", "Victim Age", "Victim Days"]] {
        let (rows, all) = read(&format!("drop = {header:?}"), build);
        assert_eq!(rows.header, header);
        assert_eq!(all.iter().map(|r| r.number).collect::<Vec<_>>(), [3]);
    }
}
