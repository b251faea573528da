//! The listed cells as files: CSV and XLSX, and nothing else in them.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use crate::clean::clean;
use crate::{Answer, Cell, Day, RtiError};

/// What makes a spreadsheet take a text for a formula.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
/// The columns after those that tell cells apart.
const NUMBERS: [&str; 4] = ["estimate", "standard_error", "lower_95", "upper_95"];
/// The languages of labels.
const LANGUAGES: [&str; 2] = ["en", "ur"];

/// The header of the files.
fn header(answer: &Answer) -> Vec<String> {
    let place = answer.columns.iter().flat_map(|c| {
        let id = safe(&c.id);
        let labels = LANGUAGES.map(|l| format!("{id}_label_{l}"));
        std::iter::once(id).chain(labels)
    });
    let rest = NUMBERS.iter().copied().chain(["displayed"]);
    place.chain(rest.map(str::to_owned)).collect()
}

fn place(cell: &Cell) -> impl Iterator<Item = String> {
    cell.place.iter().flat_map(|p| {
        let labels = LANGUAGES.map(|l| safe(p.label.get(l)));
        std::iter::once(safe(&p.code)).chain(labels)
    })
}

fn numbers(cell: &Cell) -> [Option<f64>; 4] {
    [cell.estimate, cell.standard_error, cell.lower, cell.upper]
}

/// A text that no spreadsheet runs.
pub(crate) fn safe(text: &str) -> String {
    let text = clean(text);
    if text.starts_with(FORMULA) { format!("'{text}") } else { text }
}

/// The cells as CSV.
///
/// # Errors
/// [`RtiError::Build`].
pub(crate) fn csv(answer: &Answer) -> Result<Vec<u8>, RtiError> {
    let unbuilt = |_| RtiError::Build { what: "the CSV file" };
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(header(answer)).map_err(unbuilt)?;
    for cell in &answer.cells {
        let numbers = numbers(cell).map(|n| n.map(|n| n.to_string()).unwrap_or_default());
        let row = place(cell).chain(numbers).chain([safe(&cell.displayed)]);
        out.write_record(row).map_err(unbuilt)?;
    }
    out.into_inner().map_err(|_| RtiError::Build { what: "the CSV file" })
}

/// The cells as a workbook of one sheet.
///
/// # Errors
/// [`RtiError::Build`].
pub(crate) fn xlsx(answer: &Answer, date: Day) -> Result<Vec<u8>, RtiError> {
    book(answer, date).map_err(|_| RtiError::Build { what: "the workbook" })
}

fn book(answer: &Answer, date: Day) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let created = ExcelDateTime::parse_from_str(&date.to_string())?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let bold = Format::new().set_bold();
    let sheet = book.add_worksheet();
    sheet.set_name("figures")?;
    for (column, title) in (0_u16..).zip(header(answer)) {
        sheet.write_string_with_format(0, column, title, &bold)?;
    }
    for (row, cell) in (1_u32..).zip(&answer.cells) {
        let mut column = 0_u16;
        for text in place(cell) {
            sheet.write_string(row, column, text)?;
            column += 1;
        }
        for number in numbers(cell) {
            if let Some(number) = number {
                sheet.write_number(row, column, number)?;
            }
            column += 1;
        }
        sheet.write_string(row, column, safe(&cell.displayed))?;
    }
    sheet.autofit();
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::tests::sample;

    #[test]
    fn files_hold_the_listed_cells_and_nothing_else() {
        let answer = sample(&["PK502"]).expect("an answer");
        let text = String::from_utf8(csv(&answer).expect("CSV")).expect("UTF-8");
        assert_eq!(
            text,
            "district,district_label_en,district_label_ur,estimate,standard_error,lower_95,upper_95,displayed\n\
             PK502,'=cmd(),بنوں,-1.5,4.5,-10.5,7.5,0\n"
        );
        let day: Day = "2026-02-05".parse().expect("a day");
        let book = xlsx(&answer, day).expect("XLSX");
        assert_eq!(book, xlsx(&answer, day).expect("XLSX"), "the same cells, the same bytes");
        assert!(!book.windows(5).any(|w| w == b"PK501"));
    }
}
