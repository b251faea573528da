//! `shumar withdraw`: a batch leaves the lake.

use serde_json::json;
use shumar_ingest::Withdrawn;

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
    let (mut text, json) = match gone {
        Withdrawn::Now { records, kept } => {
            let mut text = format!("Batch {batch} is withdrawn: {records} records left the lake.");
            if kept > 0 {
                text.push_str(&format!(" {kept} stay, because other files sent them too."));
            }
            let json = json!({ "batch": batch, "records": records, "kept": kept, "changed": true });
            (text, json)
        }
        Withdrawn::Before => {
            let text = format!("Batch {batch} was withdrawn before; nothing was changed.");
            (text, json!({ "batch": batch, "records": 0, "kept": 0, "changed": false }))
        }
    };
    text.push_str(" Published figures and the budget are as they were.");
    Ok(Output { text, json, rows: Rows::default(), code: 0 })
}
