//! The list of all files of a site with their SHA-256, and its signature.
//!
//! Data files can be made anew from the signed releases; pages say things that no release holds, such
//! as coming dates, and each version of the program words them in its own way. So that a changed byte
//! of any of them is found by anyone, the publisher signs what was published, with the key of the
//! releases. `sha256sum -c manifest.sha256` reads the list too.

use std::collections::BTreeMap;
use std::io::{self, Write};

use sha2::{Digest, Sha256};

/// The list, at the root of a site.
pub(crate) const MANIFEST: &str = "manifest.sha256";
/// Its signature, relative to the site.
pub const SIGNED: &str = "manifest.sha256.minisig";
/// Characters of a SHA-256 in hexadecimal.
const HEX: usize = 64;

/// Signs the list of a site's files: from its bytes, the text of a minisign signature file. None where
/// there is no key; else, why it could not be signed.
pub type Seal<'a> = &'a dyn Fn(&[u8]) -> Result<Option<String>, String>;

/// The files of a site by path, each with its SHA-256.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Manifest(BTreeMap<String, String>);

impl Manifest {
    /// Adds a file.
    pub(crate) fn add(&mut self, path: &str, sha256: String) {
        self.0.insert(path.to_owned(), sha256);
    }

    /// The stated hash of a file.
    pub(crate) fn of(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// All paths, in order.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// One line a file, as `sha256sum` writes it.
    pub(crate) fn text(&self) -> String {
        let parts = self.0.iter().flat_map(|(path, sha256)| [sha256, "  ", path, "\n"]);
        parts.collect()
    }

    /// Reads what [`Self::text`] writes, and nothing else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let line = |line: &str| {
            let (sha256, path) = line.split_once("  ")?;
            (sha256.len() == HEX).then(|| (path.to_owned(), sha256.to_owned()))
        };
        let read = Self(text.lines().map(line).collect::<Option<_>>()?);
        (read.text() == text).then_some(read)
    }
}

/// A writer that hashes what passes.
pub(crate) struct Hashing<W> {
    out: W,
    hash: Sha256,
}

impl<W: Write> Hashing<W> {
    /// Nothing passed yet.
    pub(crate) fn new(out: W) -> Self {
        Self { out, hash: Sha256::new() }
    }

    /// The writer, and the hash in hexadecimal.
    pub(crate) fn finish(self) -> (W, String) {
        (self.out, hex::encode(self.hash.finalize()))
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        let written = self.out.write(part)?;
        self.hash.update(&part[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_it_was_written_and_in_no_other_way() {
        let mut list = Manifest::default();
        list.add("ur/index.html", "1".repeat(HEX));
        list.add("en/index.html", "0".repeat(HEX));
        let text = list.text();
        assert!(text.starts_with("000") && text.ends_with("ur/index.html\n"));
        assert_eq!(Manifest::read(&text), Some(list));
        let lines: Vec<&str> = text.lines().rev().collect();
        for other in [text.trim_end(), &text.replace("  ", " "), &(lines.join("\n") + "\n")] {
            assert_eq!(Manifest::read(other), None, "{other}");
        }
    }
}
