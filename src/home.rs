//! A commission's home: finding it, making it, opening it.

use std::cell::OnceCell;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension};
use shumar_ingest::{Gate, HomeKey, Office};
use shumar_schemas::store::{DATABASE, LINEAGE};
use shumar_schemas::{Catalog, Config, Override, Provider, config};
use shumar_seal::Seal;
use shumar_transform::{Revise, Workshop};

use crate::clock::Clock;
use crate::failure::{Failure, at};
use crate::{sealing, whole};

/// The program and its version, as releases state it.
pub(crate) const SOFTWARE: &str = concat!("shumar ", env!("CARGO_PKG_VERSION"));
/// Folders of a home that hold declarations.
pub(crate) const DECLARED: [&str; 6] =
    ["records", "codes", "statistics", "indicators", "mappings", "identifiers"];

/// Folder of a home that holds the site.
pub(crate) const SITE: &str = "site";

/// Folders of a home that only its owner may enter.
pub(crate) const PRIVATE: [&str; 4] = ["inbox", "lake", "keys", "rejects"];

/// What a new home is made from.
#[derive(Clone, Copy)]
pub(crate) struct New<'a> {
    /// Its `shumar.toml`.
    pub(crate) settings: &'a str,
    /// Whether a passphrase opens the lake's key, if the lake is encrypted.
    pub(crate) passphrase: bool,
}

/// An open home.
pub(crate) struct Home {
    pub(crate) dir: PathBuf,
    pub(crate) config: Config,
    pub(crate) catalog: Catalog,
    pub(crate) register: Connection,
    /// How the lake is written and read.
    pub(crate) seal: Seal,
    pub(crate) now: DateTime<Utc>,
    pub(crate) clock: Clock,
    /// The anonymity gate, made when it is first needed.
    gate: OnceCell<Gate>,
}

impl Home {
    /// Opens the home named by `--home`, or the first one upward from the current folder.
    pub(crate) fn find(named: Option<&Path>) -> Result<Self, Failure> {
        Self::open(&Self::locate(named)?)
    }

    /// Where the home is: named by `--home`, or upward from the current folder. It is not opened.
    pub(crate) fn locate(named: Option<&Path>) -> Result<PathBuf, Failure> {
        if let Some(dir) = named {
            return Ok(dir.to_owned());
        }
        let here = std::env::current_dir().map_err(|e| Failure::broken(e.to_string()))?;
        let dir = here.ancestors().find(|dir| dir.join(config::FILE).is_file());
        dir.map(Path::to_owned).ok_or_else(|| Failure::refused(
            "there is no `shumar.toml` here or above\n\nhint: go into a commission's home, name it with `--home DIR`, or make one with `shumar init DIR`",
        ))
    }

    /// Opens the home named, or the one upward from the current folder if there is one.
    pub(crate) fn find_if_any(named: Option<&Path>) -> Result<Option<Self>, Failure> {
        let here = std::env::current_dir().map_err(|e| Failure::broken(e.to_string()))?;
        let inside = here.ancestors().any(|dir| dir.join(config::FILE).is_file());
        if named.is_some() || inside { Self::find(named).map(Some) } else { Ok(None) }
    }

    /// Opens a home.
    pub(crate) fn open(dir: &Path) -> Result<Self, Failure> {
        let (catalog, config) = settings(dir)?;
        let database = dir.join(DATABASE);
        if !database.is_file() {
            return Err(Failure::refused(format!(
                "`{}` is missing: without its ledger nothing can be taken in or released\n\nhint: restore `shumar.db` from the backup",
                database.display()
            )));
        }
        let register = shumar_store::open(&database)?;
        let seal = sealing::of(dir, &register)?;
        sealing::agree(config.lake, &seal)?;
        // A site that a crash took away is put back; who can't write here looks at what there is.
        let _ = shumar_publish::mend(&dir.join(SITE));
        let clock = Clock::of(&config)?;
        let (dir, now) = (dir.to_owned(), clock.now()?);
        Ok(Self { dir, config, catalog, register, seal, now, clock, gate: OnceCell::new() })
    }

    /// The day where the commission is.
    pub(crate) fn today(&self) -> NaiveDate {
        self.config.schedule.time_zone.day(self.now)
    }

    /// Makes a new home with the given configuration.
    pub(crate) fn create(dir: &Path, new: &New<'_>) -> Result<Self, Failure> {
        let New { settings: configuration, passphrase } = *new;
        if dir.join(config::FILE).exists() {
            return Err(Failure::refused(format!(
                "`{}` is a home already; nothing was changed",
                dir.display()
            )));
        }
        let folders = ["inbox", "lake", "keys", "rejects", "releases"];
        for folder in folders.into_iter().chain(DECLARED).map(|f| dir.join(f)) {
            std::fs::create_dir_all(&folder).map_err(at(&folder))?;
        }
        for folder in PRIVATE.map(|f| dir.join(f)) {
            shumar_store::only_owner(&folder)?;
        }
        shumar_fault::point("init.folders-made");
        let keys = dir.join("keys");
        if !keys.join("pseudonym.key").exists() {
            HomeKey::create(&keys.join("pseudonym.key"))?;
        }
        if !keys.join("signing.key").exists() {
            shumar_transform::create_keys(&keys)?;
        }
        shumar_fault::point("init.keys-made");
        let register = shumar_store::create(&dir.join(DATABASE))?;
        shumar_store::only_owner(&dir.join(DATABASE))?;
        shumar_fault::point("init.database-made");
        if config::Lake::of(configuration).is_some_and(|lake| lake.encrypted) {
            sealing::begin(dir, &register, passphrase)?;
        }
        shumar_fault::point("init.lake-decided");
        lineage(dir, &register)?;
        // The settings come last: without them the folder is no home yet, and `init` goes on.
        whole::replace(&dir.join(config::FILE), configuration.as_bytes())?;
        shumar_fault::point("init.settings-written");
        let home = Self::open(dir)?;
        for provider in &home.config.providers {
            let folder = dir.join("inbox").join(&provider.id);
            std::fs::create_dir_all(&folder).map_err(at(&folder))?;
        }
        home.enter("init", SOFTWARE)?;
        Ok(home)
    }

    /// The home's pseudonym key.
    pub(crate) fn key(&self) -> Result<HomeKey, Failure> {
        Ok(HomeKey::read(&self.dir.join("keys/pseudonym.key"))?)
    }

    /// A second connection to the database, for work that also reads the home.
    pub(crate) fn connect(&self) -> Result<Connection, Failure> {
        Ok(shumar_store::open(&self.dir.join(DATABASE))?)
    }

    /// Enters an act that does not change the lake into the audit trail.
    pub(crate) fn enter(&self, what: &str, detail: &str) -> Result<(), Failure> {
        shumar_store::enter(&self.register, self.now, what, None, detail)?;
        Ok(())
    }

    /// What reading providers' files needs.
    pub(crate) fn office<'a>(&'a self, key: &'a HomeKey) -> Result<Office<'a>, Failure> {
        let gate = match self.gate.get() {
            Some(gate) => gate,
            None => {
                let gate = Gate::new(self.catalog.identifiers()?);
                self.gate.get_or_init(|| gate)
            }
        };
        Ok(Office {
            home: &self.dir,
            config: &self.config,
            catalog: &self.catalog,
            gate,
            key,
            seal: &self.seal,
            now: self.now,
        })
    }

    /// What making a release needs, and the database beside it.
    pub(crate) fn workshop<'a>(
        &'a mut self,
        redraw: bool,
        revise: Option<Revise<'a>>,
    ) -> (Workshop<'a>, &'a mut Connection) {
        let workshop = Workshop {
            home: &self.dir,
            config: &self.config,
            catalog: &self.catalog,
            seal: &self.seal,
            now: self.now,
            software: SOFTWARE,
            redraw,
            revise,
        };
        (workshop, &mut self.register)
    }

    /// The same without the database, for what has its own connection to it.
    pub(crate) fn bench(&self, redraw: bool) -> Workshop<'_> {
        Workshop {
            home: &self.dir,
            config: &self.config,
            catalog: &self.catalog,
            seal: &self.seal,
            now: self.now,
            software: SOFTWARE,
            redraw,
            revise: None,
        }
    }

    /// The provider that a file belongs to: named, or by its folder in the inbox, or the only one.
    pub(crate) fn provider(&self, named: Option<&str>, file: &Path) -> Result<Provider, Failure> {
        if let Some(id) = named {
            return Ok(self.config.provider(id)?.clone());
        }
        let folders = file.ancestors().skip(1).take(2).filter_map(|f| f.file_name()?.to_str());
        for folder in folders {
            if let Some(provider) = self.config.providers.iter().find(|p| p.id == folder) {
                return Ok(provider.clone());
            }
        }
        match self.config.providers.as_slice() {
            [only] => Ok(only.clone()),
            _ => Err(Failure::refused(
                "it is not clear which provider sent the file\n\nhint: name it with `--provider ID`, or put the file into `inbox/ID/`",
            )),
        }
    }
}

/// A declaration that can't be read.
fn unread(path: &Path) -> impl FnOnce(std::io::Error) -> Failure {
    let path = path.to_owned();
    move |e| match e.kind() {
        ErrorKind::InvalidData => Failure::refused(format!(
            "`{}` is not text (UTF-8)\n\nhint: restore it from the backup, or save it as UTF-8",
            path.display()
        )),
        _ => at(&path)(e),
    }
}

fn overrides(dir: &Path) -> Result<Vec<Override>, Failure> {
    let mut files = Vec::new();
    for folder in DECLARED {
        let Ok(entries) = std::fs::read_dir(dir.join(folder)) else { continue };
        for entry in entries {
            let path = entry.map_err(at(&dir.join(folder)))?.path();
            let name =
                path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            // Tables of words beside the mappings are read with the files that need them.
            let declares = folder != "mappings" || path.extension().is_some_and(|e| e == "toml");
            if path.is_file() && !name.starts_with('.') && declares {
                let text = std::fs::read_to_string(&path).map_err(unread(&path))?;
                files.push(Override { path: format!("{folder}/{name}"), text });
            }
        }
    }
    Ok(files)
}

/// What is declared and set in a home.
pub(crate) fn settings(dir: &Path) -> Result<(Catalog, Config), Failure> {
    let file = dir.join(config::FILE);
    let text = std::fs::read_to_string(&file).map_err(|e| match e.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Failure::refused(format!(
            "`{}` is not a commission's home: it has no `shumar.toml`\n\nhint: make one with `shumar init DIR`",
            dir.display()
        )),
        ErrorKind::InvalidData => Failure::refused(format!(
            "`{}` is not text (UTF-8)\n\nhint: restore it from the backup, or save it as UTF-8",
            file.display()
        )),
        _ => at(&file)(e),
    })?;
    let catalog = Catalog::new(&overrides(dir)?)?;
    let config = Config::parse(&text, &catalog)?;
    Ok((catalog, config))
}

/// Gives the lake and the database one name, so that neither can be used with another's.
fn lineage(dir: &Path, register: &Connection) -> Result<(), Failure> {
    let file = dir.join("lake").join(LINEAGE);
    let sql = "SELECT value FROM home WHERE key = 'lineage'";
    let known: Option<String> = register.query_row(sql, [], |r| r.get(0)).optional()?;
    match (known, file.exists()) {
        (None, false) => {
            let name: String =
                register.query_row("SELECT lower(hex(randomblob(16)))", [], |r| r.get(0))?;
            // The database first: one that has a name gives it to a lake without one, not the other
            // way round.
            let sql = "INSERT INTO home (key, value) VALUES ('lineage', ?1)";
            register.execute(sql, [&name])?;
            shumar_fault::point("init.lineage-entered");
            whole::replace(&file, format!("{name}\n").as_bytes())?;
        }
        (Some(name), false) => whole::replace(&file, format!("{name}\n").as_bytes())?,
        (None, true) => {
            return Err(Failure::refused(
                "there is a lake without its ledger here\n\nhint: restore `shumar.db` from the backup, or make the new home in an empty folder",
            ));
        }
        (Some(_), true) => {}
    }
    Ok(())
}
