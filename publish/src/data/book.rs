//! All lists of one statistic or indicator as one workbook that a screen reader can read.
//!
//! The layout is that of the UK Government Analysis Function, "Releasing statistics in spreadsheets"
//! (2021): a cover, contents, notes, then one table a worksheet; tables are marked as such, begin in
//! column A and have no merged cell; nothing is hidden; what a figure lacks is said by a shorthand
//! that the notes explain. Texts are written as texts, so no text of a release can be a formula.

use std::io::{self, Write};

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Table, TableColumn, TableStyle, Url,
    Workbook, Worksheet, XlsxError,
};
use shumar_words::Words;

use super::LICENCE;
use super::named::{label, list_title, means, title};
use super::sheet::{
    About, ESTIMATED, Field, IMPOSSIBLE, NORMAL, NOT_REPORTED, SUPPRESSED, Sheet, UNRELIABLE,
    Values,
};
use super::text::clean;

/// Most rows of a worksheet's table; Excel has 1,048,576.
const ROWS_MAX: usize = 1_000_000;
/// Most characters of a text in a cell; Excel has 32,767.
const CHARS_MAX: usize = 8_000;
/// The row of a table's header, below its title, its other titles and a line on the notes.
const HEADER: u32 = 4;
/// The shorthands: the status of a figure, its mark, and the message that explains it.
const MARKS: [(&str, &str, &str); 6] = [
    (NORMAL, "[exact]", "mark-exact"),
    (ESTIMATED, "[e]", "mark-estimated"),
    (UNRELIABLE, "[u]", "mark-unreliable"),
    (NOT_REPORTED, "[x]", "mark-not-reported"),
    (SUPPRESSED, "[low]", "mark-low"),
    (IMPOSSIBLE, "[z]", "mark-impossible"),
];

/// Writes the workbook; the same lists give the same bytes.
pub(crate) fn write(out: &mut dyn Write, sheets: &[Sheet], words: &[Words]) -> io::Result<()> {
    let bytes = build(sheets, words).map_err(io::Error::other)?;
    out.write_all(&bytes)
}

fn build(sheets: &[Sheet], words: &[Words]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let (Some(first), Some(english)) = (sheets.first(), words.first()) else {
        book.add_worksheet();
        return book.save_to_buffer();
    };
    let title = label(english, first.subject.title);
    let made = ExcelDateTime::parse_from_str(&first.release.made_on)
        .or_else(|_| ExcelDateTime::from_ymd(2000, 1, 1))?;
    let properties = DocProperties::new()
        .set_title(short(&title))
        .set_author(short(&label(english, &first.release.commission.name)))
        .set_creation_datetime(&made);
    book.set_properties(&properties);
    cover(book.add_worksheet(), first, sheets.len(), words)?;
    contents(book.add_worksheet(), sheets, words)?;
    notes(book.add_worksheet(), first, words)?;
    for (number, sheet) in (1..).zip(sheets) {
        table(book.add_worksheet().set_name(name(number))?, number, sheet, words)?;
    }
    book.save_to_buffer()
}

/// The name of the worksheet of a table.
fn name(number: usize) -> String {
    format!("Table {number}")
}

/// A text that fits a cell.
fn short(text: &str) -> String {
    clean(text).chars().take(CHARS_MAX).collect()
}

fn bold(size: u8) -> Format {
    Format::new().set_bold().set_font_size(size).set_align(FormatAlign::Top)
}

fn lines(sheet: &mut Worksheet, lines: &[(String, Format)]) -> Result<(), XlsxError> {
    for (row, (line, format)) in (0..).zip(lines) {
        sheet.write_string_with_format(row, 0, short(line), format)?;
    }
    Ok(())
}

fn cover(
    sheet: &mut Worksheet,
    first: &Sheet,
    tables: usize,
    words: &[Words],
) -> Result<(), XlsxError> {
    sheet.set_name("Cover")?.set_column_width(0, 110)?;
    let release = first.release;
    let plain = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let mut all = Vec::new();
    for w in words {
        let size = if all.is_empty() { 16 } else { 14 };
        all.push((label(w, first.subject.title), bold(size)));
        let mut add = |text: String| all.push((text, plain.clone()));
        if let Some(number) = first.subject.number {
            add(w.say_with("book-number", [("number", clean(number).into())]));
        }
        let months = w.months(&release.period_start, &release.period_end);
        add(w.say_with("book-period", [("months", months.into())]));
        add(w.say_with("book-unit", [("unit", label(w, first.subject.unit).into())]));
        if let Some(base) = first.subject.base {
            add(w.say_with("book-base", [("base", label(w, base).into())]));
        }
        add(w.say_with("book-publisher", [("name", label(w, &release.commission.name).into())]));
        if let Some(contact) = &release.commission.contact {
            add(w.say_with("book-contact", [("contact", clean(contact).into())]));
        }
        let made = w.day(&release.made_on);
        let values = [("release", release.id.as_str().into()), ("day", made.into())];
        add(w.say_with("book-release", values));
        add(w.say_with("book-licence", [("licence", LICENCE.into())]));
        add(w.say_with("book-tables", [("count", tables.into())]));
        add(w.say(first.note_of_noise()));
    }
    lines(sheet, &all)
}

fn contents(sheet: &mut Worksheet, sheets: &[Sheet], words: &[Words]) -> Result<(), XlsxError> {
    sheet.set_name("Contents")?;
    let heads: Vec<String> = words.iter().map(|w| w.say("book-list")).collect();
    let mut header = vec![words.first().map(|w| w.say("book-sheet")).unwrap_or_default()];
    header.extend(heads);
    let title: Vec<String> = words.iter().map(|w| w.say("book-contents")).collect();
    lines(sheet, &[(title.join(" · "), bold(16))])?;
    sheet.set_column_width(0, 14)?;
    mark_table(sheet, 1, sheets.len(), &header, "contents")?;
    for (row, (number, list)) in (2..).zip((1..).zip(sheets)) {
        let name = name(number);
        sheet.write_url(row, 0, Url::new(format!("internal:'{name}'!A1")).set_text(&name))?;
        for (column, w) in (1..).zip(words) {
            sheet.write_string(row, column, short(&list_title(list, w)))?;
            sheet.set_column_width(column, 80)?;
        }
    }
    sheet.set_freeze_panes(2, 0)?;
    Ok(())
}

fn notes(sheet: &mut Worksheet, first: &Sheet, words: &[Words]) -> Result<(), XlsxError> {
    sheet.set_name("Notes")?;
    let title: Vec<String> = words.iter().map(|w| w.say("book-notes")).collect();
    lines(sheet, &[(title.join(" · "), bold(16))])?;
    let mut header = vec![words.first().map(|w| w.say("book-mark")).unwrap_or_default()];
    header.extend(words.iter().map(|w| w.say("book-meaning")));
    let say = |what: &str, key: &'static str| {
        let row = words.iter().map(|w| w.say(key));
        [what.to_owned()].into_iter().chain(row).collect::<Vec<String>>()
    };
    // Exact and estimated figures never stand in one workbook; where nothing came is told in both.
    let fits = |status: &str| match status {
        NORMAL => first.is_exact(),
        NOT_REPORTED => true,
        _ => !first.is_exact(),
    };
    let marks = MARKS.iter().filter(|(status, ..)| fits(status));
    let mut rows: Vec<Vec<String>> = marks.map(|(_, mark, key)| say(mark, key)).collect();
    let columns = first.fields.iter().filter(|f| is_shown(f));
    rows.extend(columns.map(|field| {
        let heads: Vec<String> = words.iter().map(|w| self::title(field, w)).collect();
        let means = words.iter().map(|w| means(field, w));
        [heads.join(" / ")].into_iter().chain(means).collect()
    }));
    rows.push(say("1", first.note_of_noise()));
    rows.push(say("2", "notes-reporting"));
    if !first.subject.note.is_empty() {
        let notes = words.iter().map(|w| label(w, first.subject.note));
        rows.push(["3".to_owned()].into_iter().chain(notes).collect());
    }
    mark_table(sheet, 1, rows.len(), &header, "notes")?;
    let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (row, texts) in (2..).zip(&rows) {
        for (column, text) in (0..).zip(texts) {
            sheet.write_string_with_format(row, column, short(text), &wrap)?;
            sheet.set_column_width(column, if column == 0 { 40 } else { 70 })?;
        }
    }
    sheet.set_freeze_panes(2, 0)?;
    Ok(())
}

/// Marks what stands from a row on as a table with a header; two columns never have one title.
fn mark_table(
    sheet: &mut Worksheet,
    row: u32,
    rows: usize,
    header: &[String],
    name: &str,
) -> Result<(), XlsxError> {
    let mut taken: Vec<String> = Vec::new();
    let mut columns = Vec::new();
    for title in header {
        let title: String = short(title).chars().take(250).collect();
        let mut unique = if title.trim().is_empty() { "–".to_owned() } else { title.clone() };
        while taken.contains(&unique.to_lowercase()) {
            unique.push('′');
        }
        taken.push(unique.to_lowercase());
        let format = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
        columns.push(TableColumn::new().set_header(unique).set_header_format(format));
    }
    let style = TableStyle::Light1;
    let table = Table::new()
        .set_name(format!("list_{name}"))
        .set_columns(&columns)
        .set_style(style)
        .set_banded_rows(false)
        .set_autofilter(false);
    let last = u32::try_from(rows.max(1)).unwrap_or(u32::MAX).saturating_add(row);
    let columns = u16::try_from(header.len().max(1) - 1).unwrap_or(u16::MAX);
    sheet.add_table(row, 0, last, columns, &table)?;
    Ok(())
}

/// Whether a column stands in the workbook's tables; what is the same in all rows is on the cover.
fn is_shown(field: &Field) -> bool {
    !matches!(field.values, Values::Same(_)) && field.name != "obs_status" && field.name != "flag"
}

fn table(
    sheet: &mut Worksheet,
    number: usize,
    list: &Sheet,
    words: &[Words],
) -> Result<(), XlsxError> {
    let titles: Vec<String> = words.iter().map(|w| list_title(list, w)).collect();
    let mut heads = vec![(titles.first().cloned().unwrap_or_default(), bold(14))];
    heads.push((titles.get(1..).unwrap_or_default().join(" · "), bold(12)));
    let say = |key: &'static str| words.iter().map(|w| w.say(key)).collect::<Vec<_>>().join(" ");
    heads.push((say("book-marks"), Format::new()));
    let units: Vec<String> = words.iter().map(|w| label(w, list.subject.unit)).collect();
    heads.push((units.join(" · "), Format::new()));
    lines(sheet, &heads)?;
    if list.rows > ROWS_MAX {
        sheet.write_string(HEADER, 0, say("book-too-long"))?;
        return Ok(());
    }
    let shown: Vec<&Field> = ordered(list);
    let mark = words.iter().map(|w| w.say("book-head-mark")).collect::<Vec<_>>().join(" / ");
    let head = |f: &&Field| match f.about {
        About::Labels(_, language) => {
            let own = words.iter().find(|w| w.language == language);
            own.map(|w| label(w, dimension_title(f))).unwrap_or_default()
        }
        _ => words.iter().map(|w| title(f, w)).collect::<Vec<_>>().join(" / "),
    };
    let mut header: Vec<String> = shown.iter().map(head).collect();
    header.push(mark);
    mark_table(sheet, HEADER, list.rows, &header, &number.to_string())?;
    for (column, field) in (0..).zip(&shown) {
        sheet.set_column_width(column, if field.is_text() { 26 } else { 14 })?;
        for row in 0..list.rows {
            cell(sheet, (place(row), column), field, list, row)?;
        }
    }
    let last = u16::try_from(shown.len()).unwrap_or(u16::MAX);
    for row in 0..list.rows {
        sheet.write_string(place(row), last, marked(list, row))?;
    }
    sheet.set_freeze_panes(HEADER + 1, u16::from(!list.by.is_empty()))?;
    Ok(())
}

/// The columns of a table: labels, then the displayed figure and its range, then the rest, codes last.
fn ordered<'a, 'b>(list: &'b Sheet<'a>) -> Vec<&'b Field<'a>> {
    let order = |f: &&Field| match (&f.about, f.name.as_ref()) {
        (About::Labels(..), _) => 0,
        (_, "displayed") => 1,
        (_, "lower") => 2,
        (_, "upper") => 3,
        (About::Codes(_), _) => 5,
        _ => 4,
    };
    let mut shown: Vec<&Field> = list.fields.iter().filter(|f| is_shown(f)).collect();
    shown.sort_by_key(order);
    shown
}

fn dimension_title<'a>(field: &Field<'a>) -> &'a shumar_schemas::Label {
    static NONE: std::sync::LazyLock<shumar_schemas::Label> =
        std::sync::LazyLock::new(shumar_schemas::Label::default);
    match field.about {
        About::Codes(d) | About::Labels(d, _) => &d.title,
        About::Known(_) => &NONE,
    }
}

/// The worksheet's row of a list's row.
fn place(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX).saturating_add(HEADER + 1)
}

fn cell(
    sheet: &mut Worksheet,
    (at, column): (u32, u16),
    field: &Field,
    list: &Sheet,
    row: usize,
) -> Result<(), XlsxError> {
    let number = match &field.values {
        Values::Decimals(all) => all[row],
        #[expect(clippy::cast_precision_loss, reason = "Excel has no other numbers")]
        Values::Wholes(all) => all[row].map(|n| n as f64),
        Values::Same(_) | Values::Texts(_) => {
            sheet.write_string(at, column, short(&field.printed(row)))?;
            return Ok(());
        }
    };
    let displayed = field.name == "displayed";
    match number {
        // A figure that is too uncertain for one number is told by its range.
        Some(_) if displayed && status(list, row) == UNRELIABLE => {
            sheet.write_string(at, column, marked(list, row))?;
        }
        // Adding zero turns minus zero into zero.
        Some(number) => {
            sheet.write_number(at, column, number + 0.0)?;
        }
        // An exact sum has no interval.
        None if list.is_exact() && status(list, row) == NORMAL => {
            sheet.write_string(at, column, "–")?;
        }
        None => {
            sheet.write_string(at, column, marked(list, row))?;
        }
    }
    Ok(())
}

fn status(list: &Sheet, row: usize) -> String {
    list.field("obs_status").map(|f| f.printed(row).into_owned()).unwrap_or_default()
}

/// The shorthand of a row's status.
fn marked(list: &Sheet, row: usize) -> &'static str {
    let status = status(list, row);
    MARKS.iter().find(|(s, ..)| *s == status).map_or("", |(_, mark, _)| mark)
}
