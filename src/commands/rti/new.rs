//! `shumar rti new`: from options, a file, or questions on a terminal.

use std::io::{IsTerminal, Read};
use std::path::Path;

use dialoguer::{Confirm, Input, Select};
use shumar_rti::{Applicant, Desk, NewRequest};

use super::told;
use crate::cli::rti::New;
use crate::failure::{Failure, at};
use crate::output::Output;

/// Ways in which requests come in.
const CHANNELS: [&str; 5] = ["hand", "post", "email", "online", "fax"];
/// Languages of letters.
const LANGUAGES: [&str; 2] = ["ur", "en"];

pub(super) fn run(desk: &mut Desk<'_>, a: &New, officer: &str) -> Result<Output, Failure> {
    let (request, applicant) = match &a.from {
        Some(path) => from_file(path)?,
        None => {
            let request = NewRequest {
                received: a.received.clone().unwrap_or_default(),
                channel: a.channel.clone().unwrap_or_default(),
                subject: a.subject.clone().unwrap_or_default(),
                language: a.language.clone().unwrap_or_default(),
                urgent: a.urgent,
            };
            let applicant = a.applicant.as_deref().map(applicant).transpose()?;
            asked(desk, request, applicant)?
        }
    };
    let entered = desk.enter(&request, &applicant, officer)?;
    let mut output = told(desk, &entered);
    let next = format!("next: shumar rti acknowledge {}", entered.reference);
    output.text.push_str(&next);
    if a.from.is_some() || a.applicant.as_ref().is_some_and(|p| p.as_os_str() != "-") {
        output.text.push_str("\nThe file with the applicant's name was read; delete it now.");
    }
    Ok(output)
}

fn from_file(path: &Path) -> Result<(NewRequest, Applicant), Failure> {
    let text = std::fs::read_to_string(path).map_err(at(path))?;
    Ok(shumar_rti::intake::request(&text)?)
}

fn applicant(path: &Path) -> Result<Applicant, Failure> {
    let mut text = String::new();
    if path.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).map_err(at(path))?;
    } else {
        text = std::fs::read_to_string(path).map_err(at(path))?;
    }
    Ok(shumar_rti::intake::applicant(&text)?)
}

/// Asks on a terminal for what is missing.
fn asked(
    desk: &Desk<'_>,
    mut request: NewRequest,
    applicant: Option<Applicant>,
) -> Result<(NewRequest, Applicant), Failure> {
    let complete =
        !(request.channel.is_empty() || request.subject.is_empty() || request.language.is_empty());
    if (complete && applicant.is_some()) || !std::io::stdin().is_terminal() {
        return Ok((request, applicant.unwrap_or_default()));
    }
    if request.received.is_empty() {
        let today = desk.today().to_string();
        request.received = prompt("Received on", Some(today))?;
    }
    if request.channel.is_empty() {
        request.channel = choose("How did it come in", &CHANNELS)?;
    }
    if request.language.is_empty() {
        request.language = choose("Language of the letters", &LANGUAGES)?;
    }
    if request.subject.is_empty() {
        request.subject = prompt("Subject, in your own words, nothing about a person", None)?;
    }
    if !request.urgent {
        let urgent = Confirm::new().with_prompt("Is the life or liberty of a person at stake?");
        request.urgent = urgent.default(false).interact().map_err(gone)?;
    }
    let applicant = match applicant {
        Some(applicant) => applicant,
        None => {
            let mut applicant = Applicant::default();
            applicant.name = prompt("Applicant's name (kept encrypted)", None)?;
            applicant.identity_number = prompt("Identity number, or nothing", Some(String::new()))?;
            applicant.address = prompt("Address", Some(String::new()))?;
            applicant.contact = prompt("Telephone or e-mail, or nothing", Some(String::new()))?;
            applicant.words = prompt("The request in the applicant's words", Some(String::new()))?;
            applicant
        }
    };
    Ok((request, applicant))
}

fn prompt(question: &str, usual: Option<String>) -> Result<String, Failure> {
    let input = Input::<String>::new().with_prompt(question);
    let input = match usual {
        Some(usual) if usual.is_empty() => input.allow_empty(true),
        Some(usual) => input.default(usual),
        None => input,
    };
    input.interact_text().map_err(gone)
}

fn choose(question: &str, from: &[&str]) -> Result<String, Failure> {
    let chosen = Select::new().with_prompt(question).items(from).default(0).interact();
    let chosen = chosen.map_err(gone)?;
    Ok(from.get(chosen).copied().unwrap_or_default().to_owned())
}

fn gone(_: dialoguer::Error) -> Failure {
    Failure::refused(
        "nothing was entered\n\nhint: answer the questions, or give the options; see `shumar rti new --help`",
    )
}
