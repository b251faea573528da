//! `shumar rti letter`: papers for the applicant, written outside the home.

use std::path::Path;

use serde_json::json;
use shumar_rti::{By, Desk, LetterKind as Kind};

use crate::cli::rti::{Letter, LetterKind};
use crate::failure::{Failure, at};
use crate::home::Home;
use crate::output::{Output, Rows};
use crate::whole;

pub(super) fn run(
    home: &Home,
    desk: &mut Desk<'_>,
    a: &Letter,
    by: &By,
) -> Result<Output, Failure> {
    outside(&home.dir, &a.out, a.blank)?;
    let kind = match a.kind {
        LetterKind::Acknowledgement => Kind::Acknowledgement,
        LetterKind::Clarification => Kind::Clarification,
        LetterKind::Decision => Kind::Decision,
        LetterKind::Extension => Kind::Extension,
        LetterKind::Transfer => Kind::Transfer,
        LetterKind::Fee => Kind::Fee,
    };
    if let (Kind::Fee, Some(pages)) = (kind, a.pages) {
        desk.price(&a.reference, pages, a.poor, by)?;
    }
    let made = desk.letter(&a.reference, kind, a.language.as_deref(), a.blank, by)?;
    let mut rows = Rows::new(&["file", "bytes"]);
    let mut written = Vec::new();
    for (name, bytes) in &made.files {
        let path = a.out.join(name);
        whole::private(&path, bytes)?;
        rows.push([path.display().to_string(), bytes.len().to_string()]);
        written.push(json!({ "file": path.display().to_string(), "bytes": bytes.len() }));
    }
    Ok(Output { text: rows.text(), json: json!({ "files": written }), rows, code: 0 })
}

/// A letter names the applicant, and the home holds that name encrypted only.
fn outside(home: &Path, out: &Path, blank: bool) -> Result<(), Failure> {
    let (home, real) =
        (home.canonicalize().map_err(at(home))?, out.canonicalize().map_err(at(out))?);
    if !blank && real.starts_with(&home) {
        return Err(Failure::refused(format!(
            "`{}` is in the home, and a letter names the applicant\n\nhint: name a folder elsewhere with `--out`, or leave name and address out with `--blank`",
            out.display()
        )));
    }
    Ok(())
}
