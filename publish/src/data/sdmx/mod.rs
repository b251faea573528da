//! A release for statistical offices: SDMX-CSV 2.0, and one structure message in SDMX-JSON 2.0.
//!
//! Every statistic and indicator is a dataflow. Its dimensions are `FREQ`, `REF_AREA` (areas of all
//! levels), those of the statistic, and `TIME_PERIOD`; a list that is not broken down by one of
//! them has the code `_T` there, the total. Columns of numbers are measures, columns of texts attributes.

mod structure;

use std::collections::BTreeMap;
use std::io::{self, Write};

use shumar_schemas::release::{CodeDocument, DimensionDocument, ReleaseDocument};

pub(crate) use structure::Structures;

use super::sheet::{About, Field, Sheet};
use super::text::harmless;

/// The code of a dimension that a row is not broken down by.
pub(crate) const TOTAL: &str = "_T";
/// Names that components have of themselves.
const KEPT: [&str; 4] = ["FREQ", "REF_AREA", "TIME_PERIOD", "OBS_VALUE"];

/// What a column of a list is in SDMX.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Where the figures are of.
    Area,
    /// When they are of.
    Time,
    /// Another dimension.
    Other,
}

/// The dimensions of a dataflow but frequency, area and time, each with its component's id.
type Dimensions<'a> = Vec<(String, &'a DimensionDocument)>;

/// An id of upper-case letters, digits and `_` that begins with a letter.
pub(crate) fn id(text: &str) -> String {
    let upper =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    let id: String = upper.collect();
    if id.starts_with(|c: char| c.is_ascii_alphabetic()) { id } else { format!("X_{id}") }
}

/// The maintenance agency: the commission's jurisdiction, which it has before any registry gives it one.
pub(crate) fn agency(release: &ReleaseDocument) -> String {
    release
        .commission
        .jurisdiction
        .as_deref()
        .filter(|j| !j.is_empty())
        .map_or("SHUMAR".to_owned(), id)
}

/// A code as SDMX lets it be; two codes of a list never become one.
fn codes(all: &[CodeDocument]) -> BTreeMap<&str, String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '@' | '$');
    let mut found: BTreeMap<&str, String> = BTreeMap::new();
    for CodeDocument { code, .. } in all {
        let mut id: String = code.chars().map(|c| if allowed(c) { c } else { '_' }).collect();
        while id.is_empty() || id == TOTAL || found.values().any(|other| *other == id) {
            id.push('_');
        }
        found.insert(code, id);
    }
    found
}

/// Whether the codes are all a year or a quarter of one.
fn is_time(dimension: &DimensionDocument) -> bool {
    let digits = |text: &str, n| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    let period = |code: &str| match code.split_once("-Q") {
        Some((year, quarter)) => digits(year, 4) && matches!(quarter, "1" | "2" | "3" | "4"),
        None => digits(code, 4),
    };
    dimension.codes.iter().all(|c| period(&c.code))
}

/// What each dimension of a list is: the first of areas and the first of times have their own place.
fn parts(sheet: &Sheet) -> Vec<Part> {
    let area = sheet.by.iter().position(|d| d.area);
    let time = sheet.by.iter().position(|d| is_time(d));
    let part = |i: usize| match i {
        i if Some(i) == area => Part::Area,
        i if Some(i) == time => Part::Time,
        _ => Part::Other,
    };
    (0..sheet.by.len()).map(part).collect()
}

/// The other dimensions of all lists of a statistic, in the order in which they come.
fn dimensions<'a>(sheets: &[Sheet<'a>]) -> Dimensions<'a> {
    let mut found: Dimensions = Vec::new();
    for sheet in sheets {
        for (dimension, part) in sheet.by.iter().zip(parts(sheet)) {
            let name = id(&dimension.id);
            let name = if KEPT.contains(&name.as_str()) { format!("X_{name}") } else { name };
            if part == Part::Other && !found.iter().any(|(other, _)| *other == name) {
                found.push((name, dimension));
            }
        }
    }
    found
}

/// The components that are no dimensions: each with its column.
fn others<'b, 'a>(sheet: &'b Sheet<'a>) -> impl Iterator<Item = (String, &'b Field<'a>)> {
    let known = sheet.fields.iter().filter(|f| matches!(f.about, About::Known(_)));
    known.map(|f| (component(&f.name), f))
}

/// The id of the component that a column is.
fn component(column: &str) -> String {
    match column {
        "estimate" | "value" => "OBS_VALUE".to_owned(),
        "unit" => "UNIT_MEASURE".to_owned(),
        other => id(other),
    }
}

/// The period of a whole release, and its frequency, as SDMX writes them.
fn period(release: &ReleaseDocument) -> (String, &'static str) {
    match release.period.split_once("..") {
        Some((from, to)) => {
            let years = to.parse::<u32>().ok().zip(from.parse::<u32>().ok());
            let years = years.and_then(|(to, from)| Some(to.checked_sub(from)? + 1)).unwrap_or(1);
            (format!("{from}-01-01/P{years}Y"), "A")
        }
        None if release.period.contains("-Q") => (release.period.clone(), "Q"),
        None => (release.period.clone(), "A"),
    }
}

/// Writes all lists of a statistic or indicator as SDMX-CSV 2.0.
pub(crate) fn write(out: &mut dyn Write, sheets: &[Sheet]) -> io::Result<()> {
    let Some(first) = sheets.first() else { return Ok(()) };
    let mut writer = csv::WriterBuilder::new().from_writer(out);
    let dimensions = dimensions(sheets);
    let names = ["STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "REF_AREA"].map(str::to_owned);
    let others = others(first).map(|(name, _)| name);
    let dimension_names = dimensions.iter().map(|(name, _)| name.clone());
    let header: Vec<String> = names
        .into_iter()
        .chain(dimension_names)
        .chain(["TIME_PERIOD".to_owned()])
        .chain(others)
        .collect();
    writer.write_record(&header)?;
    let flow = structure::flow_reference(first);
    for sheet in sheets {
        rows(&mut writer, sheet, &dimensions, &flow)?;
    }
    writer.flush()
}

fn rows(
    writer: &mut csv::Writer<&mut dyn Write>,
    sheet: &Sheet,
    dimensions: &Dimensions,
    flow: &str,
) -> io::Result<()> {
    let parts = parts(sheet);
    let codes: Vec<BTreeMap<&str, String>> = sheet.by.iter().map(|d| codes(&d.codes)).collect();
    let columns: Vec<Option<&Field>> = sheet.by.iter().map(|d| sheet.field(&d.id)).collect();
    let (whole, frequency) = period(sheet.release);
    let coded = |i: usize, row: usize| -> String {
        let printed = columns[i].map(|f| f.printed(row)).unwrap_or_default();
        codes[i].get(printed.as_ref()).cloned().unwrap_or_default()
    };
    let place = |part: Part| parts.iter().position(|p| *p == part);
    let unit = structure::unit(sheet.subject.unit);
    for row in 0..sheet.rows {
        let time =
            place(Part::Time).map(|i| columns[i].map(|f| f.printed(row)).unwrap_or_default());
        let frequency = match &time {
            Some(time) if time.contains("-Q") => "Q",
            Some(_) => "A",
            None => frequency,
        };
        let area = place(Part::Area).map_or(TOTAL.to_owned(), |i| coded(i, row));
        for field in ["dataflow", flow, "I", frequency, &area] {
            writer.write_field(field)?;
        }
        for (name, dimension) in dimensions {
            let own = |i: &usize| parts[*i] == Part::Other && sheet.by[*i].id == dimension.id;
            let own = (0..sheet.by.len()).find(own).filter(|_| !name.is_empty());
            writer.write_field(own.map_or(TOTAL.to_owned(), |i| coded(i, row)))?;
        }
        writer.write_field(time.as_deref().unwrap_or(&whole))?;
        for (name, field) in others(sheet) {
            match name.as_str() {
                "UNIT_MEASURE" => writer.write_field(&unit)?,
                _ if field.is_text() => {
                    writer.write_field(harmless(&field.printed(row)).as_bytes())?;
                }
                _ => writer.write_field(field.printed(row).as_bytes())?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use shumar_schemas::Label;

    #[test]
    fn ids_and_codes_are_what_sdmx_lets_them_be() {
        assert_eq!(id("pk-kp"), "PK_KP");
        assert_eq!(id("24h"), "X_24H");
        let code = |code: &str| CodeDocument { code: code.to_owned(), label: Label::default() };
        let all = [code("a b"), code("a_b"), code("_T"), code("PK-1"), code("")];
        let codes = codes(&all);
        assert_eq!(codes["a b"], "a_b");
        assert_eq!(codes["a_b"], "a_b_");
        assert_eq!(codes["_T"], "_T_");
        assert_eq!((codes["PK-1"].as_str(), codes[""].as_str()), ("PK-1", "_"));
    }
}
