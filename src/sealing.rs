//! The encryption of a home's lake: which key it is made with, and whether settings and database agree.

use std::path::Path;

use age::secrecy::SecretString;
use rusqlite::Connection;
use shumar_schemas::config::Lake;
use shumar_seal::{KEY_FILE, Seal, SealError, Source, WRAPPED_FILE};
use zeroize::Zeroizing;

use crate::keep;

/// The lines that settings begin with, and what they say when the lake is encrypted.
const OFF: &str = "# [lake]\n# encrypted = true\n";
const ON: &str = "[lake]\nencrypted = true\n";

/// How a home's lake is written and read.
pub(crate) fn of(home: &Path, register: &Connection) -> Result<Seal, SealError> {
    Seal::of(home, register, ask)
}

/// Asks for the passphrase of the lake's key.
fn ask(new: bool) -> Result<SecretString, SealError> {
    let asked = keep::secret(&keep::LAKE, None, new);
    asked.map_err(|why| SealError::Unasked { why: why.to_string() })
}

/// Settings with the line that encrypts the lake; `None` if they say that it is not.
pub(crate) fn switched_on(settings: &str) -> Option<String> {
    match Lake::of(settings) {
        Some(lake) => lake.encrypted.then(|| settings.to_owned()),
        None if settings.contains(OFF) => Some(settings.replacen(OFF, ON, 1)),
        None => Some(format!("{}\n\n{ON}", settings.trim_end())),
    }
}

/// Makes the key of a new home's lake, or finds the one that is named, and enters that the lake is
/// encrypted. What an interruption left is gone on with.
pub(crate) fn begin(dir: &Path, register: &Connection, passphrase: bool) -> Result<(), SealError> {
    if shumar_seal::entered(register)?.is_some() {
        return Ok(());
    }
    let key = match Source::of(dir) {
        Some(found @ (Source::Home(_) | Source::Wrapped(_))) => found.read(ask)?,
        Some(outside) => outside.make(ask)?,
        None if passphrase => Source::Wrapped(dir.join(WRAPPED_FILE)).make(ask)?,
        None => Source::Home(dir.join(KEY_FILE)).make(ask)?,
    };
    // What an interruption left between a key's two names.
    for file in [KEY_FILE, WRAPPED_FILE] {
        let _ = std::fs::remove_file(dir.join(file).with_extension("tmp"));
    }
    shumar_seal::enter(register, &key)
}

/// Refuses settings that say otherwise than the database: a lake is plain or encrypted as a whole.
pub(crate) fn agree(lake: Lake, seal: &Seal) -> Result<(), SealError> {
    match (lake.encrypted, seal.is_on()) {
        (false, true) => Err(SealError::Disagree {
            what: "this home's lake is encrypted, and `shumar.toml` does not say so; nothing was done",
            hint: "write under `[lake]`: encrypted = true; an encrypted lake can't be switched off",
        }),
        (true, false) => Err(SealError::Disagree {
            what: "`shumar.toml` says that the lake is encrypted, and this home's lake is not; nothing was done",
            hint: "take the line `encrypted = true` away again; encryption is decided when a home is made: `shumar init --encrypted`",
        }),
        _ => Ok(()),
    }
}

/// The key to hand on to processes of our own that have no terminal to ask on; where they find it by
/// themselves, it is only looked at. A key that is wrong or missing is told at once.
pub(crate) fn to_hand_on(home: &Path, seal: &Seal) -> Result<Option<Zeroizing<String>>, SealError> {
    let Some(key) = seal.key()? else { return Ok(None) };
    let asked = matches!(Source::of(home), Some(Source::Wrapped(_)));
    Ok(asked.then(|| key.digits()))
}

/// Where the key of an encrypted lake is, in words for whoever keeps backups; empty if it is in them.
pub(crate) fn kept_apart(home: &Path, seal: &Seal) -> &'static str {
    let inside = Source::of(home).is_some_and(|source| source.is_in_home());
    if !seal.is_on() || inside {
        return "";
    }
    "\nThe lake is encrypted and its key is not in the home, so not in the backup either: keep a copy of\nthe key apart. Without it nobody can read the lake."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_switched_on_once() {
        let new = include_str!("shumar.toml");
        let on = switched_on(new).expect("settings");
        assert_eq!(Lake::of(new), None);
        assert_eq!(Lake::of(&on), Some(Lake { encrypted: true }));
        assert_eq!(switched_on(&on).as_deref(), Some(&*on));
        let short = switched_on("format = \"x\"\n[[providers]]\nid = \"a\"").expect("settings");
        assert_eq!(Lake::of(&short), Some(Lake { encrypted: true }));
        assert_eq!(switched_on("[lake]\nencrypted = false\n"), None);
    }
}
