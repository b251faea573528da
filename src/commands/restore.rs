//! `shumar restore`: a home made of a backup. It charges nothing before it was said what was spent since.

use serde_json::json;

use crate::cli::Restore;
use crate::failure::Failure;
use crate::keep;
use crate::output::{Output, Progress, Rows};

pub(super) fn run(arguments: &Restore, progress: &Progress) -> Result<Output, Failure> {
    let secret = keep::ask(arguments.passphrase_file.as_deref(), false)?;
    let manifest = keep::restore(&arguments.file, &arguments.dir, &secret, progress)?;
    let dir = arguments.dir.display().to_string();
    let text = format!(
        "The home of {} is at {dir}: {} files. Its ledger has {} rows.

Files can be taken in and the site published (`shumar publish`). Nothing can be charged until it is
said what was spent after the backup:
  shumar budget --resume --releases NEWER/releases --reason \"…\"
See `shumar budget --help`. Don't use another copy of this home from now on.",
        manifest.made,
        manifest.files.len(),
        manifest.ledger.seq
    );
    let json = json!({
        "home": dir,
        "made": manifest.made,
        "ledger_row": manifest.ledger.seq,
        "files": manifest.files.len(),
        "may_charge": false,
    });
    Ok(Output { text, json, rows: Rows::default(), code: 0 })
}
