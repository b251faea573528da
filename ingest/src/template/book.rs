//! The workbook that an office fills in: `Data` with drop-downs and limits, `Notes` in two
//! languages, `Lists` with the words to choose from.

use std::collections::BTreeMap;

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Format,
    FormatAlign, Formula, Note, Workbook, Worksheet, XlsxError, utility::column_number_to_name,
};
use shumar_schemas::mapping::{DATA_SHEET, RECORD_NO, header};
use shumar_schemas::{Field, Role};

use super::{Template, unbuilt, word};
use crate::IngestError;

/// How many rows have drop-downs and limits.
const ROWS: u32 = 5_000;
/// The sheet with the words to choose from.
const LISTS: &str = "Lists";
/// How to fill the workbook, by language; a first column says which lines are warnings.
const NOTES: &str = include_str!("notes.csv");
/// What a yes/no column offers, by language.
const TRUTHS: [(&str, [&str; 2]); 2] = [("en", ["Yes", "No"]), ("ur", ["ہاں", "نہیں"])];
/// The first day that a date may show; earlier ones are no records of a commission's.
const EARLIEST: (u16, u8, u8) = (1990, 1, 1);
/// The last day: there is no clock in a workbook's limits that all programs share.
const LATEST: (u16, u8, u8) = (2099, 12, 31);

pub(super) fn build(template: &Template<'_>) -> Result<Vec<u8>, IngestError> {
    let mut columns = Vec::new();
    let mut lists = Lists::default();
    for field in &template.kind.fields {
        let choice = match field.role {
            Role::Boolean => Some(lists.add("yes_no", truths(template.language))),
            _ => template.choices(field)?.map(|(list, codes)| {
                let words = codes.into_iter().map(|code| word(list, code, template.language));
                let scoped = if field.role == Role::Area { "area" } else { "" };
                lists.add(&format!("{}{scoped}", list.name()), words.map(str::to_owned))
            }),
        };
        columns.push((field, choice));
    }
    write(template, &columns, &lists).map_err(|e| unbuilt(&e))
}

fn truths(language: &str) -> impl Iterator<Item = String> {
    let found = TRUTHS.iter().find(|(l, _)| *l == language).unwrap_or(&TRUTHS[0]);
    found.1.iter().map(|w| (*w).to_owned())
}

/// The lists of the sheet `Lists`, each once.
#[derive(Default)]
struct Lists {
    places: BTreeMap<String, usize>,
    words: Vec<Vec<String>>,
}

impl Lists {
    fn add(&mut self, name: &str, words: impl IntoIterator<Item = String>) -> usize {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        self.words.push(words.into_iter().collect());
        self.places.insert(name.to_owned(), self.words.len() - 1);
        self.words.len() - 1
    }

    /// The cells of a list.
    fn range(&self, place: usize) -> String {
        let column = u16::try_from(place).map(column_number_to_name).unwrap_or_default();
        format!("={LISTS}!${column}$2:${column}${}", self.words[place].len() + 1)
    }
}

fn write(
    template: &Template<'_>,
    columns: &[(&Field, Option<usize>)],
    lists: &Lists,
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name(DATA_SHEET)?;
    data(template, columns, lists, sheet)?;
    notes(template, book.add_worksheet().set_name("Notes")?)?;
    let sheet = book.add_worksheet().set_name(LISTS)?;
    for (column, words) in (0_u16..).zip(&lists.words) {
        let heads = columns.iter().filter(|(_, c)| *c == Some(usize::from(column)));
        let heads: Vec<&str> = heads.map(|(field, _)| header(field)).collect();
        sheet.write_with_format(0, column, heads.join(" / "), &head(false))?;
        sheet.set_column_width(column, 34)?;
        for (row, word) in (1_u32..).zip(words) {
            sheet.write_string(row, column, word)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
}

fn head(required: bool) -> Format {
    let background = if required { Color::RGB(0x00F4_CCCC) } else { Color::RGB(0x00DD_EBF7) };
    let format = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    format.set_background_color(background)
}

fn data(
    template: &Template<'_>,
    columns: &[(&Field, Option<usize>)],
    lists: &Lists,
    sheet: &mut Worksheet,
) -> Result<(), XlsxError> {
    sheet.set_right_to_left(template.language == "ur").set_freeze_panes(1, 1)?;
    sheet.set_row_height(0, 48)?;
    sheet.write_with_format(0, 0, RECORD_NO, &head(true))?;
    sheet.set_column_width(0, 14)?;
    sheet.set_column_format(0, &Format::new().set_num_format("@"))?;
    let number_note = "A number of your own register, another for every record. / ریکارڈ نمبر: ہر ریکارڈ کا الگ نمبر";
    sheet.insert_note(0, 0, &Note::new(number_note))?;
    for (column, (field, choice)) in (1_u16..).zip(columns) {
        sheet.write_with_format(0, column, header(field), &head(field.required))?;
        let need =
            if field.required { "Required / لازمی" } else { "Optional / اختیاری" };
        let words = format!("{}\n{need}", field.title.get("ur"));
        sheet.insert_note(0, column, &Note::new(words))?;
        sheet.set_column_width(column, if choice.is_some() { 26 } else { 16 })?;
        match field.role {
            Role::Person => sheet.set_column_format(column, &Format::new().set_num_format("@"))?,
            Role::EventDate | Role::Date => {
                sheet.set_column_format(column, &Format::new().set_num_format("yyyy-mm-dd"))?
            }
            _ => sheet,
        };
        if let Some(limit) = limit(field, choice.map(|c| lists.range(c)))? {
            sheet.add_data_validation(1, column, ROWS, column, &limit)?;
        }
    }
    Ok(())
}

/// What a column's cells may hold.
fn limit(field: &Field, choices: Option<String>) -> Result<Option<DataValidation>, XlsxError> {
    let stop = |limit: DataValidation, words: &str| {
        let limit = limit.set_error_style(DataValidationErrorStyle::Stop);
        limit
            .set_error_title(RECORD_NO.split(' ').next().unwrap_or_default())?
            .set_error_message(words)
    };
    if let Some(range) = choices {
        let limit = DataValidation::new().allow_list_formula(Formula::new(range));
        let words = "Choose a word of the list. / فہرست میں سے انتخاب کریں";
        return stop(limit, words).map(Some);
    }
    let (low, high) = field.range;
    match field.role {
        Role::EventDate | Role::Date => {
            let day = |(y, m, d)| ExcelDateTime::from_ymd(y, m, d);
            let between = DataValidationRule::Between(day(EARLIEST)?, day(LATEST)?);
            let words = "Write a date, such as 2025-03-31. / تاریخ لکھیں";
            stop(DataValidation::new().allow_date(between), words).map(Some)
        }
        Role::Duration | Role::Count if field.clip => {
            let least = DataValidationRule::GreaterThanOrEqualTo(low);
            let words = format!("Write a whole number from {low}. / پورا عدد لکھیں");
            stop(DataValidation::new().allow_whole_number(least), &words).map(Some)
        }
        Role::Duration | Role::Count => {
            let between = DataValidationRule::Between(low, high);
            let words = format!("Write a whole number from {low} to {high}. / پورا عدد لکھیں");
            stop(DataValidation::new().allow_whole_number(between), &words).map(Some)
        }
        _ => Ok(None),
    }
}

/// How to fill the workbook, in English and Urdu, side by side.
fn notes(template: &Template<'_>, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_column_width(0, 90)?.set_column_width(1, 90)?;
    let title = Format::new().set_bold().set_font_size(14);
    sheet.write_with_format(0, 0, template.kind.title.en(), &title)?;
    let rtl = |format: Format| format.set_reading_direction(2).set_align(FormatAlign::Right);
    sheet.write_with_format(0, 1, template.kind.title.get("ur"), &rtl(title))?;
    let mut reader = csv::Reader::from_reader(NOTES.as_bytes());
    for (row, line) in (2_u32..).zip(reader.records().flatten()) {
        let cell = |i: usize| line.get(i).unwrap_or_default().replace("KIND", &template.kind.name);
        let format = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        let never = cell(0) == "never";
        let format = if never { format.set_bold().set_font_color(Color::Red) } else { format };
        sheet.write_with_format(row, 0, cell(1), &format)?;
        sheet.write_with_format(row, 1, cell(2), &rtl(format))?;
    }
    Ok(())
}
