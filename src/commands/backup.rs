//! `shumar backup`: all that a home needs to be made again, in one encrypted file.

use serde_json::json;

use crate::cli::Backup;
use crate::failure::Failure;
use crate::home::Home;
use crate::keep::{self, Manifest};
use crate::output::{Output, Progress, Rows};
use crate::sealing;

pub(super) fn run(
    home: impl Fn() -> Result<Home, Failure>,
    arguments: &Backup,
    progress: &Progress,
) -> Result<Output, Failure> {
    let file = &arguments.file;
    let secret = arguments.passphrase_file.as_deref();
    if arguments.check {
        let manifest = keep::check(file, &keep::ask(secret, false)?, progress)?;
        return Ok(told(&manifest, arguments, "is whole"));
    }
    let home = home()?;
    let manifest = keep::backup(&home, file, &keep::ask(secret, true)?, progress)?;
    let detail = format!("{} files, to ledger row {}", manifest.files.len(), manifest.ledger.seq);
    home.enter("backup", &detail)?;
    let mut output = told(&manifest, arguments, "was written");
    output.text.push_str(sealing::kept_apart(&home.dir, &home.seal));
    Ok(output)
}

fn told(manifest: &Manifest, arguments: &Backup, what: &str) -> Output {
    let file = arguments.file.display().to_string();
    let (files, bytes) = (manifest.files.len(), manifest.bytes());
    let mut text = format!(
        "The backup {file} {what}: {files} files, {} MB, as they were on {}; the ledger had {} rows.",
        bytes.div_ceil(1_000_000),
        manifest.made,
        manifest.ledger.seq
    );
    if !arguments.check {
        text.push_str("\nKeep it on another machine, and its passphrase elsewhere: who has both has the keys and all records.\nThe site and files that were taken in before (`accepted/`) are not in it.");
    }
    let json = json!({
        "file": file,
        "made": manifest.made,
        "software": manifest.software,
        "lineage": manifest.lineage,
        "ledger_row": manifest.ledger.seq,
        "files": files,
        "bytes": bytes,
    });
    Output { text, json, rows: Rows::default(), code: 0 }
}
