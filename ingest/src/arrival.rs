//! The arrival of one file: read, judge every row, fold, and land in one transaction.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use shumar_schemas::Provider;
use shumar_schemas::config::PersonScope;

use crate::batch::{Arrival, Batch, Office, Reading, nothing_accepted};
use crate::fold::Folder;
use crate::key::Id;
use crate::land;
use crate::mapping::{self, From, Mapping};
use crate::report::{self, tally};
use crate::rows::{self, Cell, Row};
use crate::value::{self, BLANK};
use crate::{IngestError, Reject, Rule};

/// How often progress is told, in rows.
const PROGRESS_ROWS: u64 = 50_000;

/// The header of a file, for the terminal of the person who writes a mapping, and nowhere else.
///
/// # Errors
/// A file that can't be read.
pub fn headers(file: &Path, provider: &Provider) -> Result<Vec<(String, String)>, IngestError> {
    let rows = rows::open(file, provider, &std::env::temp_dir())?;
    let name = |(i, h): (usize, &String)| (rows.column_name(i), h.clone());
    Ok(rows.header.iter().enumerate().map(name).collect())
}

/// What [`ingest`] would say of a file now. Nothing is taken in.
///
/// # Errors
/// A file that is refused.
pub fn check(
    office: &Office<'_>,
    register: &Connection,
    file: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<Arrival, IngestError> {
    if let Some(batch) = known(register, &office.provider.id, &rows::digest(file)?)? {
        return Ok(Arrival::Already(batch));
    }
    let Reading { mut batch, records, copies, .. } = read(office, file, progress)?;
    land::without_known(register, records, &copies, &mut batch)?;
    nothing_accepted(file, &batch)?;
    Ok(Arrival::Landed(batch))
}

/// Takes a file into the lake: wholly, or not at all. The same file twice is one batch.
///
/// # Errors
/// A file that is refused, or a failure; nothing was taken in then.
pub fn ingest(
    office: &Office<'_>,
    register: &mut Connection,
    file: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<Arrival, IngestError> {
    let sha256 = rows::digest(file)?;
    if let Some(batch) = known(register, &office.provider.id, &sha256)? {
        return Ok(Arrival::Already(batch));
    }
    let reading = read(office, file, progress)?;
    if rows::digest(file)? != sha256 {
        return Err(IngestError::Format {
            file: file.to_owned(),
            format: "finished",
            hint: "it changed while it was read; wait until it is copied wholly and try again"
                .to_owned(),
        });
    }
    let transaction = register.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if let Some(batch) = known(&transaction, &office.provider.id, &sha256)? {
        return Ok(Arrival::Already(batch));
    }
    let batch = land::land(office, &transaction, reading, file)?;
    report::write_batch(office, &batch)?;
    transaction.commit()?;
    Ok(Arrival::Landed(batch))
}

fn known(register: &Connection, provider: &str, sha256: &str) -> Result<Option<i64>, IngestError> {
    let sql = "SELECT id FROM batch WHERE provider = ?1 AND sha256 = ?2";
    Ok(register.query_row(sql, params![provider, sha256], |r| r.get(0)).optional()?)
}

fn read(
    office: &Office<'_>,
    file: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<Reading, IngestError> {
    let sha256 = rows::digest(file)?;
    let mut rows = rows::open(file, office.provider, &office.home.join("lake"))?;
    // Somewhere it is tomorrow already; nobody's today is refused.
    let today = (office.now + chrono::Duration::hours(14)).date_naive();
    let mut mapping = mapping::bind(
        file,
        office.home,
        office.config,
        office.catalog,
        office.provider,
        &rows,
        today,
    )?;
    let mut folder = Folder::new(&mapping);
    let (mut count, mut rejects) = (0_u64, Vec::new());
    let mut judge = Judge { office, sha256: &sha256, values: Vec::new() };
    let all = std::mem::replace(&mut rows.rows, Box::new(std::iter::empty()));
    for row in all {
        let row = row?;
        count += 1;
        if let Some(&i) =
            mapping.headless.iter().find(|&&i| row.cells.get(i).is_some_and(|c| *c != Cell::Blank))
        {
            return Err(IngestError::Header {
                file: file.to_owned(),
                provider: office.provider.id.clone(),
                details: format!("  {} holds values but has no header", rows.column_name(i)),
            });
        }
        match judge.row(&mut mapping, &row) {
            Ok((id, person)) => folder.add(id, person, row.number, &judge.values),
            Err((field, rule)) => rejects.push(Reject {
                sheet: row.sheet,
                row: row.number,
                field: field.into(),
                rule,
            }),
        }
        if count % PROGRESS_ROWS == 0 {
            progress(count);
        }
    }
    if count == 0 {
        return Err(IngestError::NoRows { file: file.to_owned() });
    }
    let folded = folder.finish(&mapping, office.key);
    let (records, copies) = (folded.records, folded.copies);
    rejects.extend(folded.rejects);
    rejects.sort_by(|a, b| (a.row, &a.field).cmp(&(b.row, &b.field)));
    let batch = Batch {
        id: 0,
        provider: office.provider.id.clone(),
        kind: office.provider.kind.clone(),
        sha256: sha256.clone(),
        rows: count,
        accepted: records.len() as u64,
        folded: copies.len() as u64,
        rejected: rejects.len() as u64,
        tally: tally(&rejects),
        rejects,
        notes: rows.notes,
    };
    nothing_accepted(file, &batch)?;
    Ok(Reading { event_date: mapping.event_date, batch, records, copies })
}

/// Judges rows one by one.
struct Judge<'a> {
    office: &'a Office<'a>,
    sha256: &'a str,
    /// The stored values of the row judged last.
    values: Vec<i32>,
}

type Verdict<T> = Result<T, (String, Rule)>;

impl Judge<'_> {
    /// The identity and the person of a valid row; its values are left in `self.values`.
    fn row(&mut self, mapping: &mut Mapping, row: &Row) -> Verdict<(Id, Id)> {
        let extra = row.cells.iter().skip(mapping.width).any(|c| *c != Cell::Blank);
        if row.cells.len() < mapping.width || extra {
            return Err((String::new(), Rule::RowShape));
        }
        self.values.clear();
        for field in &mut mapping.fields {
            let value = match field.from {
                From::Fixed(value) => value,
                From::Column(i) if is_null(&row.cells[i], &field.null_words) => BLANK,
                From::Column(i) => {
                    field.reader.read(&row.cells[i]).map_err(|rule| (field.name.clone(), rule))?
                }
            };
            if value == BLANK && field.required {
                return Err((field.name.clone(), Rule::RequiredBlank));
            }
            self.values.push(value);
        }
        self.identify(mapping, row)
    }

    fn identify(&self, mapping: &Mapping, row: &Row) -> Verdict<(Id, Id)> {
        let token = |i: usize, field: &str| {
            if is_null(&row.cells[i], &mapping.null_words) {
                return Ok(String::new());
            }
            value::text(&row.cells[i]).map_err(|rule| (field.to_owned(), rule))
        };
        let provider = self.office.provider;
        let person = mapping.person.map(|i| token(i, "person")).transpose()?.unwrap_or_default();
        let key = self.office.key;
        let id = if mapping.key.is_empty() {
            key.id(
                "row",
                [provider.id.as_bytes(), self.sha256.as_bytes(), &row.number.to_le_bytes()],
            )
        } else {
            let parts = mapping.key.iter().map(|&i| token(i, "record_key"));
            let parts = parts.collect::<Verdict<Vec<String>>>()?;
            if parts.iter().all(String::is_empty) {
                return Err(("record_key".to_owned(), Rule::KeyBlank));
            }
            let fixed = [provider.id.as_bytes(), provider.kind.as_bytes(), person.as_bytes()];
            key.id("record", fixed.into_iter().chain(parts.iter().map(String::as_bytes)))
        };
        let person = match (person.is_empty(), provider.person_scope) {
            (true, _) => key.id("alone", [id.as_slice()]),
            (false, PersonScope::Provider) => {
                key.id("person", [provider.id.as_bytes(), person.as_bytes()])
            }
            (false, PersonScope::Commission) => {
                key.id("person", [b"".as_slice(), person.as_bytes()])
            }
        };
        Ok((id, person))
    }
}

fn is_null(cell: &Cell, null_words: &[String]) -> bool {
    match cell {
        Cell::Blank => true,
        Cell::Text(text) => null_words.iter().any(|w| w.trim().eq_ignore_ascii_case(text)),
        _ => false,
    }
}
