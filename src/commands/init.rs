//! `shumar init`: a new home with a configuration to fill in.

use std::path::Path;

use serde_json::json;

use crate::cli::Init;
use crate::failure::{Failure, at};
use crate::home::{Home, New};
use crate::output::{Output, Rows};
use crate::sealing;

/// The configuration of a new home.
const CONFIGURATION: &str = include_str!("../shumar.toml");

/// What `--from` copies besides `shumar.toml`.
const DECLARATIONS: [&str; 7] = [
    "records",
    "codes",
    "statistics",
    "indicators",
    "mappings",
    "identifiers",
    // The office's own wording and look of letters.
    "templates/rti",
];

pub(super) fn run(arguments: &Init) -> Result<Output, Failure> {
    let home = match &arguments.from {
        None => create(arguments, CONFIGURATION)?,
        Some(from) => like(arguments, from)?,
    };
    let lost = if home.seal.is_on() {
        "\n  4. The lake is encrypted. Keep a copy of its key (and passphrase) apart from this machine: without\n     it nobody can read the records, and a lake that is lost with its key stays lost."
    } else {
        ""
    };
    let apart = sealing::kept_apart(&home.dir, &home.seal);
    let dir = arguments.dir.display().to_string();
    let text = format!(
        "A new home is at {dir}.

Next:
  1. Edit {dir}/shumar.toml: the commission's name, its areas, the budget, the providers.
  2. Keep {dir}/keys/ safe and back it up: it holds the pseudonym and signing keys.
  3. Put a provider's file into {dir}/inbox/PROVIDER/ and run `shumar check` on it.{lost}{apart}"
    );
    Ok(Output {
        text,
        json: json!({ "home": dir, "encrypted": home.seal.is_on() }),
        rows: Rows::default(),
        code: 0,
    })
}

/// A new home with the settings and declarations of another one.
fn like(arguments: &Init, from: &Path) -> Result<Home, Failure> {
    let dir = arguments.dir.as_path();
    let settings = from.join(shumar_schemas::config::FILE);
    let text = std::fs::read_to_string(&settings).map_err(at(&settings))?;
    if dir.join(shumar_schemas::config::FILE).exists() {
        return create(arguments, &text);
    }
    for folder in DECLARATIONS {
        let Ok(entries) = std::fs::read_dir(from.join(folder)) else { continue };
        let target = dir.join(folder);
        std::fs::create_dir_all(&target).map_err(at(&target))?;
        for entry in entries {
            let path = entry.map_err(at(from))?.path();
            if let (true, Some(name)) = (path.is_file(), path.file_name()) {
                std::fs::copy(&path, target.join(name)).map_err(at(&path))?;
            }
        }
    }
    create(arguments, &text)
}

/// A new home with these settings, and with its lake encrypted if that is wanted.
fn create(arguments: &Init, settings: &str) -> Result<Home, Failure> {
    let passphrase = arguments.lake_passphrase;
    if !arguments.encrypted {
        return Home::create(&arguments.dir, &New { settings, passphrase });
    }
    let settings = sealing::switched_on(settings).ok_or_else(|| {
        Failure::refused(
            "the settings say `encrypted = false` under `[lake]`; no home was made\n\nhint: take the line away, or leave `--encrypted` out",
        )
    })?;
    Home::create(&arguments.dir, &New { settings: &settings, passphrase })
}
