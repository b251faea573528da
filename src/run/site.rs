//! Whether the site shows what it should: a digest of everything that it is built from.

use std::fmt::Write;
use std::path::Path;

use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use crate::failure::{Failure, at};
use crate::home::Home;

/// The fact of the home that says what the site was built from.
const KEY: &str = "published";

/// A digest of what a site would be built from now: this program, the releases that stand, the
/// calendar, and the public log of requests.
pub(crate) fn wanted(home: &Home) -> Result<String, Failure> {
    let mut hash = Sha256::new();
    let mut add = |what: &str| {
        hash.update(what.len().to_le_bytes());
        hash.update(what);
    };
    add(env!("CARGO_PKG_VERSION"));
    for release in &home.config.releases {
        add(&format!("{} {:?} {} {:?}", release.id, release.title, release.every, release.due));
    }
    let sql = "SELECT id, sha256 FROM release ORDER BY id";
    let mut select = home.register.prepare(sql)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        add(&row.get::<_, String>(0)?);
        add(&row.get::<_, String>(1)?);
    }
    if shumar_rti::Desk::exists(&home.dir) {
        add(&home.today().to_string());
        for file in ["rti.db", "rti.db-wal"] {
            add(&digest(&home.dir.join(file))?);
        }
    }
    Ok(hex(&hash.finalize()))
}

/// The bytes of a file in short; nothing of one that is not there.
fn digest(file: &Path) -> Result<String, Failure> {
    match std::fs::read(file) {
        Ok(bytes) => Ok(hex(&Sha256::digest(bytes))),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(e) => Err(at(file)(e)),
    }
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut words, byte| {
        let _ = write!(words, "{byte:02x}");
        words
    })
}

/// Whether the site that stands was built from this.
pub(crate) fn shows(home: &Home, wanted: &str) -> Result<bool, Failure> {
    let sql = "SELECT value FROM home WHERE key = ?1";
    let built: Option<String> = home.register.query_row(sql, [KEY], |r| r.get(0)).optional()?;
    Ok(built.as_deref() == Some(wanted) && home.dir.join("site/index.html").is_file())
}

/// Enters what the site was built from.
pub(crate) fn note(home: &Home, wanted: &str) -> Result<(), Failure> {
    let sql = "INSERT INTO home (key, value) VALUES (?1, ?2)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    home.register.execute(sql, params![KEY, wanted])?;
    Ok(())
}
