//! `shumar template`: an empty workbook or survey form for a record kind.

use std::path::PathBuf;

use serde_json::json;
use shumar_ingest::Language;
use shumar_schemas::Catalog;

use crate::cli;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Rows};
use crate::whole;

pub(super) fn run(
    home: Option<&Home>,
    arguments: &cli::Template,
    language: Language,
) -> Result<Output, Failure> {
    let built_in = Catalog::new(&[])?;
    let catalog = home.map_or(&built_in, |h| &h.catalog);
    let kind = catalog.kind(&arguments.kind, "`shumar template`")?;
    let template = shumar_ingest::Template {
        catalog,
        kind,
        scope: home.and_then(|h| h.config.scope.as_ref()),
        language: language.tag(),
    };
    let (file, bytes, mapping) = match &arguments.kobo {
        Some(file) => (file.clone(), template.form()?, "kobotoolbox"),
        None => {
            let file = arguments.file.clone();
            let file =
                file.unwrap_or_else(|| PathBuf::from(format!("{}-template.xlsx", kind.name)));
            (file, template.workbook()?, "template")
        }
    };
    whole::new(&file, &bytes)?;
    let mapping = format!("{mapping}-{}", kind.name);
    let name = file.display().to_string();
    let text = format!(
        "{name} is written.\n\nIts files are read with this line in the office's section of shumar.toml:\n  mapping = \"{mapping}\""
    );
    let json = json!({ "file": name, "kind": kind.name, "mapping": mapping });
    Ok(Output { text, json, rows: Rows::default(), code: 0 })
}
