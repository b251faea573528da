//! `shumar completions`: what makes a shell complete the words of a command.

use clap::CommandFactory;
use serde_json::json;

use crate::cli;
use crate::failure::Failure;
use crate::output::{Output, Rows};

pub(super) fn run(arguments: &cli::Completions) -> Result<Output, Failure> {
    let mut script = Vec::new();
    let mut command = cli::Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "shumar", &mut script);
    let script = String::from_utf8(script).map_err(|e| Failure::broken(e.to_string()))?;
    let shell = arguments.shell.to_string();
    let mut rows = Rows::new(&["shell", "script"]);
    rows.push([shell.clone(), script.clone()]);
    Ok(Output { json: json!({ "shell": shell, "script": script }), text: script, rows, code: 0 })
}
