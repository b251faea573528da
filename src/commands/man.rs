//! `shumar man`: manual pages, made of the same words as `--help`.

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use serde_json::json;

use crate::cli;
use crate::failure::{Failure, at};
use crate::output::{Output, Rows};

pub(super) fn run(arguments: &cli::Man) -> Result<Output, Failure> {
    let mut command = cli::Arguments::command().disable_help_subcommand(true);
    command.build();
    let Some(folder) = &arguments.folder else {
        let page = page(command)?;
        let mut rows = Rows::new(&["page"]);
        rows.push([page.clone()]);
        return Ok(Output { json: json!({ "page": page }), text: page, rows, code: 0 });
    };
    std::fs::create_dir_all(folder).map_err(at(folder))?;
    clap_mangen::generate_to(command.clone(), folder).map_err(at(folder))?;
    let mut files = Vec::new();
    name(&command, &mut files);
    let mut rows = Rows::new(&["file"]);
    for file in &files {
        rows.push([folder.join(file).display().to_string()]);
    }
    let text = format!("{} manual pages were written to `{}`", files.len(), folder.display());
    Ok(Output { text, json: json!({ "files": rows.rows.concat() }), rows, code: 0 })
}

/// The files of a command's pages.
fn name(command: &Command, files: &mut Vec<String>) {
    files.push(format!("{}.1", command.get_display_name().unwrap_or("shumar")));
    command.get_subcommands().for_each(|below| name(below, files));
}

fn page(command: Command) -> Result<String, Failure> {
    let broken = |e: &dyn std::fmt::Display| Failure::broken(e.to_string());
    let mut page = Vec::new();
    Man::new(command).render(&mut page).map_err(|e| broken(&e))?;
    String::from_utf8(page).map_err(|e| broken(&e))
}
