//! `shumar budget --resume` and `--export`: going on from a backup, and what makes that cheaper.

use std::path::Path;

use serde_json::json;
use shumar_schemas::ledger::Resumption;
use shumar_transform::{Export, Resuming};

use crate::cli::Budget;
use crate::failure::{Failure, at};
use crate::home::Home;
use crate::keep;
use crate::output::{Output, Progress, Rows};

/// Enters what was spent after the backup that the home goes on from.
pub(super) fn run(
    home: &mut Home,
    arguments: &Budget,
    progress: &Progress,
) -> Result<Output, Failure> {
    progress.now("verifying releases");
    let releases = keep::releases(home, arguments.releases.as_deref())?;
    let export = arguments.ledger.as_deref().map(|file| exported(home, file)).transpose()?;
    let resuming = Resuming {
        reason: arguments.reason.as_deref().unwrap_or_default(),
        declared: arguments.nothing_was_spent,
        releases: &releases,
        export: export.as_ref(),
    };
    let (workshop, register) = home.workshop(false, None);
    let said = shumar_transform::resume(&workshop, register, &resuming)?;
    let text = format!("{}\n\nNext: `shumar budget`.", in_words(&said));
    let json = serde_json::to_value(&said).map_err(|e| Failure::broken(e.to_string()))?;
    Ok(Output { text, json, rows: Rows::default(), code: 0 })
}

/// What a resumption says, in words.
pub(super) fn in_words(said: &Resumption) -> String {
    let evidence = if said.evidence.is_empty() {
        "Nothing showed what was spent after the backup".to_owned()
    } else {
        format!(
            "What was spent after the backup is charged again as shown by {}",
            said.evidence.join(", ")
        )
    };
    let rest = match (said.declared, said.closed_to) {
        (true, _) => format!("{} declared that nothing else was spent", said.who),
        (false, Some(year)) => format!(
            "what nobody can tell counts as spent: the rest of every year's budget, and all of every year to {year} that was not open"
        ),
        (false, None) => "what nobody can tell counts as spent".to_owned(),
    };
    format!("{evidence}; {rest}. Said by {}: {}", said.who, said.reason)
}

/// Writes the ledger as a signed file.
pub(super) fn export(home: &Home, file: &Path) -> Result<Output, Failure> {
    let (text, signature) = shumar_transform::export(&home.dir, &home.register, home.now)?;
    std::fs::write(file, &text).map_err(at(file))?;
    let beside = beside(file);
    std::fs::write(&beside, signature).map_err(at(&beside))?;
    let rows = shumar_transform::ledger_rows(&home.register)?.len();
    let words = format!(
        "The ledger of {rows} rows is in {}, its signature beside it. Keep both on another machine: it is public, and names no person.",
        file.display()
    );
    let json = json!({ "file": file.display().to_string(), "rows": rows });
    Ok(Output { text: words, json, rows: Rows::default(), code: 0 })
}

fn exported(home: &Home, file: &Path) -> Result<Export, Failure> {
    let text = std::fs::read(file).map_err(at(file))?;
    let beside = beside(file);
    let signature = std::fs::read_to_string(&beside).map_err(at(&beside))?;
    Ok(Export::read(&home.dir, &text, &signature)?)
}

fn beside(file: &Path) -> std::path::PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".minisig");
    name.into()
}
