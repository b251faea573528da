//! Witnesses of the ledger: how far it had come, noted outside the database in places that age in other
//! ways, so that an older database that is put back is recognised.
//!
//! One note is in the lake (`lake/ledger-head`), another in a folder of the user that no home is in. Each
//! is written and on the disk after a charge and before its noise is drawn. The lake's has to be
//! written; the user's is written where it can be.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};
use shumar_lock::Unlocked;
use shumar_schemas::ledger::Head;
use shumar_schemas::store::LEDGER_HEAD;

use crate::StoreError;

/// The places where the end of a home's ledger is noted.
#[derive(Debug, Clone)]
pub struct Witness {
    lineage: String,
    lake: PathBuf,
    user: Option<PathBuf>,
}

impl Witness {
    /// The witnesses of the home that a database belongs to; none for a database without a lineage.
    ///
    /// # Errors
    /// What the database refuses.
    pub fn of(register: &Connection) -> Result<Option<Self>, StoreError> {
        let sql = "SELECT value FROM home WHERE key = 'lineage'";
        let lineage: Option<String> = register.query_row(sql, [], |r| r.get(0)).optional()?;
        let home = register.path().filter(|p| !p.is_empty()).and_then(|p| Path::new(p).parent());
        let (Some(lineage), Some(home)) = (lineage, home) else { return Ok(None) };
        // A lineage is a hexadecimal number; anything else is no name for a file.
        let plain = !lineage.is_empty() && lineage.chars().all(|c| c.is_ascii_hexdigit());
        let user = state().filter(|_| plain).map(|state| state.join("ledgers").join(&lineage));
        Ok(Some(Self { lineage, lake: home.join("lake").join(LEDGER_HEAD), user }))
    }

    /// The ends of the ledger that were noted, and where.
    #[must_use]
    pub fn seen(&self) -> Vec<(Head, &Path)> {
        let places = [Some(&self.lake), self.user.as_ref()].into_iter().flatten();
        places.filter_map(|place| Some((self.read(place)?, place.as_path()))).collect()
    }

    fn read(&self, place: &Path) -> Option<Head> {
        let text = std::fs::read_to_string(place).ok()?;
        let mut words = text.split_whitespace();
        let (lineage, seq, hash) = (words.next()?, words.next()?, words.next()?);
        let head = Head { seq: seq.parse().ok()?, hash: hash.to_owned() };
        (lineage == self.lineage).then_some(head)
    }

    /// Notes the end of the ledger. It is on the disk when this returns.
    ///
    /// # Errors
    /// What the disk refuses of the note in the lake.
    pub fn note(&self, head: &Head) -> Result<(), StoreError> {
        let line = format!("{} {} {}\n", self.lineage, head.seq, head.hash);
        if let Some(user) = &self.user {
            // Where a user has no such folder, the lake's note has to do.
            let _ = write(user, &line);
        }
        write(&self.lake, &line).map_err(StoreError::at(&self.lake))
    }

    /// Keeps copies of this home that the same user has on this machine from charging at this moment.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another one has charged all the time. Where a user has no folder for
    /// what programs remember, nothing is kept away.
    pub fn alone(&self) -> Result<Option<File>, StoreError> {
        let Some(user) = &self.user else { return Ok(None) };
        let mut name = user.clone().into_os_string();
        name.push(".lock");
        let name = Path::new(&name);
        if name.parent().is_none_or(|folder| std::fs::create_dir_all(folder).is_err()) {
            return Ok(None);
        }
        match shumar_lock::lock(name, true, "charging from a copy of this home") {
            Ok(file) => Ok(Some(file)),
            Err(Unlocked::Busy) => Err(StoreError::Busy { patience: shumar_lock::patience_told() }),
            Err(Unlocked::System(_)) => Ok(None),
        }
    }
}

fn write(place: &Path, line: &str) -> std::io::Result<()> {
    let folder = place.parent().ok_or(std::io::ErrorKind::NotFound)?;
    if !folder.is_dir() {
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(folder)?;
    }
    let aside = place.with_extension("tmp");
    let mut file = File::create(&aside)?;
    file.write_all(line.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&aside, place)?;
    File::open(folder)?.sync_all()
}

/// The folder for what a user's programs remember: `SHUMAR_STATE`, or as the XDG directories are. None if
/// the variable is no absolute path, such as `none`.
fn state() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    set("SHUMAR_STATE")
        .or_else(|| Some(set("XDG_STATE_HOME")?.join("shumar")))
        .or_else(|| Some(set("HOME")?.join(".local/state/shumar")))
        .filter(|folder| folder.is_absolute())
}
