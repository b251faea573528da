//! Everything declared: built-in record kinds, code lists and statistics, overridden by a home's.

use std::collections::{BTreeMap, BTreeSet};

use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use crate::{CodeList, RecordKind, SchemaError, Statistic};

static RECORDS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/records");
static CODES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/codes");
static STATISTICS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/statistics");

/// One file of a home's `records/`, `codes/` or `statistics/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The folder and name: `codes/district.csv`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// All declared record kinds, code lists and statistics.
#[derive(Debug, Clone)]
pub struct Catalog {
    kinds: BTreeMap<String, RecordKind>,
    codes: BTreeMap<String, CodeList>,
    statistics: BTreeMap<String, Statistic>,
    /// SHA-256 of each file.
    digests: BTreeMap<String, String>,
}

impl Catalog {
    /// The built-in declarations with a home's files laid over them: a file of the same name
    /// replaces the built-in one, another adds to them.
    ///
    /// # Errors
    /// Any file that does not parse, and any list that a field names but nothing declares.
    pub fn new(overrides: &[Override]) -> Result<Self, SchemaError> {
        let mut files = BTreeMap::new();
        for (folder, dir) in [("records", &RECORDS), ("codes", &CODES), ("statistics", &STATISTICS)]
        {
            for file in dir.files() {
                let name = file.path().to_string_lossy();
                files.insert(format!("{folder}/{name}"), file.contents_utf8().unwrap_or_default());
            }
        }
        for file in overrides {
            // A replaced list must not keep the spellings of the list it replaces.
            if let Some(name) = file.path.strip_suffix(".csv") {
                files.remove(&format!("{name}.aliases.csv"));
            }
        }
        files.extend(overrides.iter().map(|o| (o.path.clone(), o.text.as_str())));
        let catalog = Self::parse(&files)?;
        catalog.check()?;
        Ok(catalog)
    }

    fn parse(files: &BTreeMap<String, &str>) -> Result<Self, SchemaError> {
        let (mut kinds, mut codes, mut statistics) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut aliases = Vec::new();
        for (path, text) in files {
            let (folder, name) = path.split_once('/').unwrap_or(("", path));
            if let (true, Some(name)) = (folder == "codes", name.strip_suffix(".aliases.csv")) {
                aliases.push((name, *text));
            } else if let (true, Some(name)) = (folder == "codes", name.strip_suffix(".csv")) {
                codes.insert(name.to_owned(), CodeList::parse(name, text)?);
            } else if folder == "records" && has_extension(name, "json") {
                let kind = RecordKind::parse(path, text)?;
                kinds.insert(kind.name.clone(), kind);
            } else if folder == "statistics" && has_extension(name, "toml") {
                let statistic = Statistic::parse(path, text)?;
                statistics.insert(statistic.id.clone(), statistic);
            }
        }
        for (name, text) in aliases {
            if let Some(list) = codes.get_mut(name) {
                list.add_aliases(text)?;
            }
        }
        let digest = |text: &str| hex::encode(Sha256::digest(text));
        let digests = files.iter().map(|(path, text)| (path.clone(), digest(text))).collect();
        Ok(Self { kinds, codes, statistics, digests })
    }

    fn check(&self) -> Result<(), SchemaError> {
        for kind in self.kinds.values() {
            for field in &kind.fields {
                if let Some(list) = &field.codes {
                    self.list(
                        list,
                        &format!("field `{}` of `records/{}.json`", field.name, kind.name),
                    )?;
                }
            }
            kind.validate_checks(self)?;
        }
        Ok(())
    }

    /// SHA-256 over a kind's declaration and those of its code lists, by which a batch is traced to
    /// what was declared when it came.
    #[must_use]
    pub fn digest(&self, kind: &str) -> String {
        let fields = self.kinds.get(kind).into_iter().flat_map(|k| &k.fields);
        let lists: BTreeSet<&str> = fields.filter_map(|f| f.codes.as_deref()).collect();
        let mut hash = Sha256::new();
        let files = lists
            .iter()
            .flat_map(|l| [format!("codes/{l}.csv"), format!("codes/{l}.aliases.csv")])
            .chain([format!("records/{kind}.json")]);
        for digest in files.filter_map(|f| self.digests.get(&f)) {
            hash.update(digest);
        }
        hex::encode(hash.finalize())
    }

    /// The record kinds by name.
    pub fn kinds(&self) -> impl Iterator<Item = &RecordKind> {
        self.kinds.values()
    }

    /// The statistics by name.
    pub fn statistics(&self) -> impl Iterator<Item = &Statistic> {
        self.statistics.values()
    }

    /// A record kind that `place` names.
    ///
    /// # Errors
    /// A name that nothing declares.
    pub fn kind(&self, name: &str, place: &str) -> Result<&RecordKind, SchemaError> {
        self.kinds.get(name).ok_or_else(|| {
            SchemaError::unknown("record kind", name, place, self.kinds.keys().map(String::as_str))
        })
    }

    /// A code list that `place` names.
    ///
    /// # Errors
    /// A name that nothing declares.
    pub fn list(&self, name: &str, place: &str) -> Result<&CodeList, SchemaError> {
        self.codes.get(name).ok_or_else(|| {
            SchemaError::unknown("code list", name, place, self.codes.keys().map(String::as_str))
        })
    }

    /// A statistic that `place` names.
    ///
    /// # Errors
    /// A name that nothing declares.
    pub fn statistic(&self, name: &str, place: &str) -> Result<&Statistic, SchemaError> {
        self.statistics.get(name).ok_or_else(|| {
            let known = self.statistics.keys().map(String::as_str);
            SchemaError::unknown("statistic", name, place, known)
        })
    }
}

fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, e)| e == extension)
}
