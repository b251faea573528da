//! What a backup holds: a copy of the database, and the files that belong to it at the same moment.
//!
//! Waiting files get second names (hard links) first, then the database is copied, then the files that it
//! lists get second names; so every file is waiting or landed, and none is missed. Files of the lake are
//! written once: if one has left the lake in between, all is done again. Other commands never wait. Only where there
//! are no hard links, the lake is held until the backup is written.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension};
use shumar_schemas::config;
use shumar_schemas::ledger::{GENESIS, Head};
use shumar_schemas::store::{DATABASE, LINEAGE};

use super::manifest::DESK;
use crate::failure::{Failure, at};
use crate::home::{DECLARED, Home};

/// Folder of the home for copies and second names while a backup is made.
const ASIDE: &str = ".backup";

/// So often it is tried without holding the lake.
const TRIES: usize = 8;

/// Whether the database and the files that it lists were found together.
enum Found {
    /// Every file has a second name.
    Together,
    /// There are no second names here.
    Unlinked,
    /// A file has left the lake since.
    Gone(String),
}

/// A file of a backup.
pub(super) struct Source {
    /// Its name in the home.
    pub(super) name: String,
    /// Where it is read.
    pub(super) from: PathBuf,
    /// Whether it may be gone by then: nothing refers to it.
    pub(super) may_go: bool,
}

/// Everything that a backup holds.
pub(super) struct Gathered {
    pub(super) files: Vec<Source>,
    pub(super) made: String,
    pub(super) lineage: String,
    pub(super) ledger: Head,
    aside: PathBuf,
    /// Locks that are held until it is written.
    locks: Vec<File>,
}

impl Drop for Gathered {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.aside);
    }
}

/// Copies the database and finds the files that belong to it.
pub(super) fn gather(home: &Home) -> Result<Gathered, Failure> {
    let aside = home.dir.join(ASIDE);
    let lock = home.dir.join("lake").join(".backup-lock");
    let alone = File::create(&lock).map_err(at(&lock))?;
    if alone.try_lock().is_err() {
        return Err(Failure::refused(
            "another backup of this home is being made\n\nhint: wait until it is done",
        ));
    }
    // What a killed backup left.
    let _ = std::fs::remove_dir_all(&aside);
    std::fs::create_dir(&aside).map_err(at(&aside))?;
    shumar_store::only_owner(&aside)?;
    let mut gathered = Gathered {
        files: Vec::new(),
        made: home.now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        lineage: String::new(),
        ledger: Head { seq: 0, hash: GENESIS.to_owned() },
        aside,
        locks: vec![alone],
    };
    for _ in 0..TRIES {
        match gathered.at_once(home)? {
            Found::Together => return gathered.rest(home),
            Found::Unlinked => break,
            Found::Gone(_) => {}
        }
    }
    gathered.locks.push(shumar_transform::hold_lake(&home.dir)?);
    match gathered.at_once(home)? {
        Found::Together | Found::Unlinked => gathered.rest(home),
        Found::Gone(name) => Err(Failure::refused(format!(
            "`{name}` of the lake is missing; no backup was made\n\nhint: restore it from an earlier backup"
        ))),
    }
}

impl Gathered {
    /// What does not change while files land.
    fn rest(mut self, home: &Home) -> Result<Self, Failure> {
        self.desk(home)?;
        self.plain(home)?;
        Ok(self)
    }

    fn add(&mut self, name: impl Into<String>, from: PathBuf, may_go: bool) {
        self.files.push(Source { name: name.into(), from, may_go });
    }

    /// The inbox, the database and the lake, as they are together.
    fn at_once(&mut self, home: &Home) -> Result<Found, Failure> {
        std::fs::remove_dir_all(&self.aside).map_err(at(&self.aside))?;
        std::fs::create_dir(&self.aside).map_err(at(&self.aside))?;
        shumar_store::only_owner(&self.aside)?;
        self.files.clear();
        for file in walk(&home.dir, Path::new("inbox"))? {
            let accepted = Path::new(&file).components().any(|c| c.as_os_str() == "accepted");
            if !accepted {
                let from = home.dir.join(&file);
                self.second_name(file, from, true);
            }
        }
        let copy = self.aside.join(DATABASE);
        shumar_store::copy_into(&home.register, &copy)?;
        let snapshot = Connection::open_with_flags(&copy, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let sql = "SELECT value FROM home WHERE key = 'lineage'";
        self.lineage = snapshot.query_row(sql, [], |r| r.get(0)).optional()?.unwrap_or_default();
        let head = shumar_transform::ledger_rows(&snapshot)?.pop();
        self.ledger = head.map_or(Head { seq: 0, hash: GENESIS.to_owned() }, |row| Head {
            seq: row.seq,
            hash: row.hash,
        });
        self.add(DATABASE, copy, false);
        let names = |sql: &str| -> Result<Vec<String>, Failure> {
            let mut select = snapshot.prepare(sql)?;
            let found = select.query_map([], |r| r.get(0))?;
            Ok(found.collect::<Result<_, _>>()?)
        };
        let mut lake = names("SELECT path FROM lake_file ORDER BY path")?;
        lake.extend(names(
            "SELECT printf('lake/.places/%06d.run', id) FROM place_run ORDER BY id",
        )?);
        let mut all = true;
        for name in lake {
            let from = home.dir.join(&name);
            all &= self.second_name(name.clone(), from.clone(), false);
            if !from.is_file() && !self.linked() {
                return Ok(Found::Gone(name));
            }
        }
        let lineage = format!("lake/{LINEAGE}");
        self.add(lineage.clone(), home.dir.join(lineage), false);
        for id in names("SELECT id FROM release ORDER BY id")? {
            for file in walk(&home.dir, &Path::new("releases").join(id))? {
                self.add(file.clone(), home.dir.join(file), false);
            }
        }
        Ok(if all { Found::Together } else { Found::Unlinked })
    }

    /// Gives a file a second name, under which it stays as it is. Whether it has one.
    fn second_name(&mut self, name: String, from: PathBuf, may_go: bool) -> bool {
        let link = self.aside.join(self.files.len().to_string());
        let linked = std::fs::hard_link(&from, &link).is_ok();
        self.add(name, if linked { link } else { from }, may_go);
        linked
    }

    /// Whether the last file has a second name.
    fn linked(&self) -> bool {
        self.files.last().is_some_and(|f| f.from.starts_with(&self.aside))
    }

    /// The desk: its register, then the files that the register refers to.
    fn desk(&mut self, home: &Home) -> Result<(), Failure> {
        let database = home.dir.join(DESK);
        if database.is_file() {
            let copy = self.aside.join(DESK);
            shumar_store::copy_into(&Connection::open(&database)?, &copy)?;
            self.add(DESK, copy, false);
        }
        for file in walk(&home.dir, Path::new("rti"))? {
            self.add(file.clone(), home.dir.join(file), true);
        }
        Ok(())
    }

    /// Settings, declarations, keys and reports.
    fn plain(&mut self, home: &Home) -> Result<(), Failure> {
        self.add(config::FILE, home.dir.join(config::FILE), false);
        for folder in DECLARED.into_iter().chain(["keys", "rejects"]) {
            for file in walk(&home.dir, Path::new(folder))? {
                let may_go = folder == "rejects";
                self.add(file.clone(), home.dir.join(file), may_go);
            }
        }
        Ok(())
    }
}

/// The files below a folder of the home, by their names in the home, in order. What is being written has
/// a name that begins with a dot or ends with `.tmp`.
fn walk(home: &Path, folder: &Path) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(home.join(folder)) else { return Ok(found) };
    for entry in entries {
        let entry = entry.map_err(at(folder))?;
        let Ok(name) = entry.file_name().into_string() else {
            return Err(Failure::refused(format!(
                "a file in `{}` has a name that is no text; no backup was made\n\nhint: rename or remove it",
                folder.display()
            )));
        };
        let below = folder.join(&name);
        let kind = entry.file_type().map_err(at(folder))?;
        if name.starts_with('.') || Path::new(&name).extension().is_some_and(|e| e == "tmp") {
            continue;
        }
        if kind.is_dir() {
            found.extend(walk(home, &below)?);
        } else if kind.is_file() {
            let parts = below.components().map(|c| c.as_os_str().to_string_lossy().into_owned());
            found.push(parts.collect::<Vec<_>>().join("/"));
        }
    }
    found.sort();
    Ok(found)
}
