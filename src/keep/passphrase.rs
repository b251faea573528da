//! The passphrase of a backup: from a file, the environment, or the terminal.

use std::io::IsTerminal;
use std::path::Path;

use age::secrecy::{ExposeSecret, SecretString};
use dialoguer::console::Term;

use crate::failure::{Failure, at};
use crate::output::quietly;

/// What a passphrase is for.
pub(crate) struct Purpose {
    /// The variable that may hold it.
    variable: &'static str,
    /// What is asked on the terminal.
    question: &'static str,
    /// What to do without a terminal.
    hint: &'static str,
}

/// Of a backup.
const BACKUP: Purpose = Purpose {
    variable: "SHUMAR_PASSPHRASE",
    question: "Passphrase of the backup: ",
    hint: "give `--passphrase-file FILE`, or set SHUMAR_PASSPHRASE",
};
/// Of the lake's key.
pub(crate) const LAKE: Purpose = Purpose {
    variable: "SHUMAR_LAKE_PASSPHRASE",
    question: "Passphrase of the lake's key: ",
    hint: "set SHUMAR_LAKE_PASSPHRASE, or give the key itself by SHUMAR_LAKE_KEY_FILE",
};
/// Shorter ones are guessed.
const SHORTEST: usize = 12;

/// A passphrase. It can't be printed, and is wiped from memory.
pub(crate) struct Passphrase(pub(super) SecretString);

/// Gets the passphrase; a new one is asked for twice and may not be short.
pub(crate) fn ask(file: Option<&Path>, new: bool) -> Result<Passphrase, Failure> {
    secret(&BACKUP, file, new).map(Passphrase)
}

/// The same for any purpose.
pub(crate) fn secret(
    purpose: &Purpose,
    file: Option<&Path>,
    new: bool,
) -> Result<SecretString, Failure> {
    let secret = match (file, std::env::var(purpose.variable)) {
        (Some(file), _) => from_file(file)?,
        (None, Ok(value)) if !value.is_empty() => SecretString::from(value),
        (None, _) => quietly(|| from_terminal(purpose, new))?,
    };
    if new && secret.expose_secret().chars().count() < SHORTEST {
        return Err(Failure::refused(format!(
            "the passphrase has fewer than {SHORTEST} characters\n\nhint: take five or six words by chance; who has the file can try as many as they like"
        )));
    }
    Ok(secret)
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

fn from_terminal(purpose: &Purpose, new: bool) -> Result<SecretString, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::refused(format!(
            "there is no passphrase, and no terminal to ask for one\n\nhint: {}",
            purpose.hint
        )));
    }
    let term = Term::stderr();
    let one = |words: &str| -> Result<SecretString, Failure> {
        let broken =
            |e: std::io::Error| Failure::broken(format!("the terminal can't be read: {e}"));
        term.write_str(words).map_err(broken)?;
        Ok(SecretString::from(term.read_secure_line().map_err(broken)?))
    };
    let first = one(purpose.question)?;
    if new && one("The same again: ")?.expose_secret() != first.expose_secret() {
        return Err(Failure::refused(
            "the two passphrases differ; nothing was written\n\nhint: run the command again",
        ));
    }
    Ok(first)
}
