//! `shumar withdraw`: a batch leaves the lake.

use serde_json::json;

use crate::cli::Withdraw;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Rows};

pub(super) fn run(home: &mut Home, arguments: &Withdraw) -> Result<Output, Failure> {
    let key = home.key()?;
    shumar_transform::same_lineage(&home.dir, &home.register)?;
    let mut register = home.connect()?;
    let office = home.office(&key)?;
    let batch = arguments.batch;
    let gone = shumar_ingest::withdraw(&office, &mut register, batch, arguments.reason.trim())?;
    let mut text = format!("Batch {batch} is withdrawn: {} records left the lake.", gone.records);
    if gone.kept > 0 {
        text.push_str(&format!(" {} stay, because other files sent them too.", gone.kept));
    }
    text.push_str(" Published figures and the budget are as they were.");
    let json = json!({ "batch": batch, "records": gone.records, "kept": gone.kept });
    Ok(Output { text, json, rows: Rows::default(), code: 0 })
}
