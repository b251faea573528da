//! `shumar ingest --suggest`: a proposed section of `shumar.toml` for a file.

use serde_json::json;
use shumar_ingest::Ask;
use shumar_schemas::Catalog;

use crate::cli::Ingest;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Progress, Rows};

pub(super) fn run(
    home: Option<&Home>,
    arguments: &Ingest,
    progress: &Progress,
) -> Result<Output, Failure> {
    let [file] = arguments.files.as_slice() else {
        return Err(Failure::refused(
            "`--suggest` looks at one file at a time\n\nhint: name one file; the others of this office will follow the same mapping",
        ));
    };
    let built_in = Catalog::new(&[])?;
    let scratch = home.map_or_else(std::env::temp_dir, |h| h.dir.join(shumar_ingest::SCRATCH));
    let now = home.map_or_else(chrono::Utc::now, |h| h.now);
    let ask = Ask {
        catalog: home.map_or(&built_in, |h| &h.catalog),
        scope: home.and_then(|h| h.config.scope.as_ref()),
        kind: arguments.kind.as_deref(),
        id: arguments.provider_id.as_deref(),
        scratch: &scratch,
        // Somewhere it is tomorrow already.
        today: (now + chrono::Duration::hours(14)).date_naive(),
    };
    progress.now("looking at the columns");
    let found = shumar_ingest::suggest(file, &ask)?;
    let mut rows = Rows::new(&["column", "header", "field", "confidence", "question"]);
    let mut columns = Vec::new();
    for guess in &found.columns {
        let question = guess.question.clone();
        columns.push(json!({
            "column": guess.place, "header": guess.header, "field": guess.field,
            "confidence": guess.confidence, "question": question,
        }));
        rows.push([
            guess.place.clone(),
            guess.header.clone(),
            guess.field.clone(),
            guess.confidence.to_string(),
            question.unwrap_or_default(),
        ]);
    }
    let json = json!({ "kind": found.kind, "columns": columns, "toml": found.toml });
    Ok(Output { text: found.toml, json, rows, code: 0 })
}
