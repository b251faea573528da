//! The passphrase of a backup: from a file, the environment, or the terminal.

use std::io::IsTerminal;
use std::path::Path;

use age::secrecy::{ExposeSecret, SecretString};
use dialoguer::console::Term;

use crate::failure::{Failure, at};

/// The variable that may hold it.
const VARIABLE: &str = "SHUMAR_PASSPHRASE";
/// Shorter ones are guessed.
const SHORTEST: usize = 12;

/// A passphrase. It can't be printed, and is wiped from memory.
pub(crate) struct Passphrase(pub(super) SecretString);

/// Gets the passphrase; a new one is asked for twice and may not be short.
pub(crate) fn ask(file: Option<&Path>, new: bool) -> Result<Passphrase, Failure> {
    let secret = match (file, std::env::var(VARIABLE)) {
        (Some(file), _) => from_file(file)?,
        (None, Ok(value)) if !value.is_empty() => SecretString::from(value),
        (None, _) => from_terminal(new)?,
    };
    if new && secret.expose_secret().chars().count() < SHORTEST {
        return Err(Failure::refused(format!(
            "the passphrase has fewer than {SHORTEST} characters\n\nhint: take five or six words by chance; who has the backup can try as many as they like"
        )));
    }
    Ok(Passphrase(secret))
}

fn from_file(file: &Path) -> Result<SecretString, Failure> {
    if file.is_file() {
        shumar_store::guarded(file)?;
    }
    let mut text = std::fs::read_to_string(file).map_err(at(file))?;
    text.truncate(text.lines().next().unwrap_or_default().len());
    if text.is_empty() {
        return Err(Failure::refused(format!(
            "the first line of `{}` is empty\n\nhint: write the passphrase on it",
            file.display()
        )));
    }
    Ok(SecretString::from(text))
}

fn from_terminal(new: bool) -> Result<SecretString, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::refused(format!(
            "there is no passphrase, and no terminal to ask for one\n\nhint: give `--passphrase-file FILE`, or set {VARIABLE}"
        )));
    }
    let term = Term::stderr();
    let one = |words: &str| -> Result<SecretString, Failure> {
        let broken =
            |e: std::io::Error| Failure::broken(format!("the terminal can't be read: {e}"));
        term.write_str(words).map_err(broken)?;
        Ok(SecretString::from(term.read_secure_line().map_err(broken)?))
    };
    let first = one("Passphrase of the backup: ")?;
    if new && one("The same again: ")?.expose_secret() != first.expose_secret() {
        return Err(Failure::refused(
            "the two passphrases differ; nothing was written\n\nhint: run the command again",
        ));
    }
    Ok(first)
}
