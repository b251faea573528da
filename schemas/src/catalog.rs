//! Everything declared: built-in record kinds, code lists, statistics and mappings, overridden by
//! a home's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use crate::identifier::{self, Identifiers};
use crate::{CodeList, Indicator, RecordKind, SchemaError, Statistic, mapping};

mod free;

static RECORDS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/records");
static CODES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/codes");
static STATISTICS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/statistics");
static INDICATORS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/indicators");
static MAPPINGS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/mappings");
static IDENTIFIERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/identifiers");

/// One file of a home's `records/`, `codes/`, `statistics/`, `indicators/`, `mappings/` or
/// `identifiers/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The folder and name: `codes/district.csv`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// All declared record kinds, code lists, statistics and mappings.
#[derive(Debug, Clone)]
pub struct Catalog {
    kinds: BTreeMap<String, RecordKind>,
    codes: BTreeMap<String, CodeList>,
    statistics: BTreeMap<String, Statistic>,
    indicators: BTreeMap<String, Indicator>,
    /// SHA-256 of each file.
    digests: BTreeMap<String, String>,
    mappings: BTreeMap<String, toml::Table>,
    /// Those of a home with shapes of its own; other homes share the built-in ones.
    identifiers: Option<Identifiers>,
}

impl Catalog {
    /// The built-in declarations with a home's files laid over them: a file of the same name
    /// replaces the built-in one, another adds to them.
    ///
    /// # Errors
    /// Any file that does not parse, and any list that a field names but nothing declares.
    pub fn new(overrides: &[Override]) -> Result<Self, SchemaError> {
        let mut files = BTreeMap::new();
        let built_in = [
            ("records", &RECORDS),
            ("codes", &CODES),
            ("statistics", &STATISTICS),
            ("indicators", &INDICATORS),
            ("mappings", &MAPPINGS),
        ];
        for (folder, dir) in built_in {
            for file in dir.files() {
                let name = file.path().to_string_lossy();
                files.insert(format!("{folder}/{name}"), file.contents_utf8().unwrap_or_default());
            }
        }
        for file in overrides {
            // A replaced list must not keep the spellings of the list it replaces.
            if let Some(name) = file.path.strip_suffix(".csv") {
                files.remove(&format!("{name}.aliases.csv"));
                files.remove(&format!("{name}.ambiguous.csv"));
            }
        }
        files.extend(overrides.iter().map(|o| (o.path.clone(), o.text.as_str())));
        let mut catalog = Self::parse(&files)?;
        catalog.identifiers = identifiers(overrides)?;
        catalog.check()?;
        Ok(catalog)
    }

    fn parse(files: &BTreeMap<String, &str>) -> Result<Self, SchemaError> {
        let (mut kinds, mut codes, mut statistics, mut indicators) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (mut aliases, mut ambiguous, mut mappings) = (Vec::new(), Vec::new(), BTreeMap::new());
        for (path, text) in files {
            let (folder, name) = path.split_once('/').unwrap_or(("", path));
            if let (true, Some(name)) = (folder == "codes", name.strip_suffix(".aliases.csv")) {
                aliases.push((name, *text));
            } else if let (true, Some(name)) =
                (folder == "codes", name.strip_suffix(".ambiguous.csv"))
            {
                ambiguous.push((name, *text));
            } else if let (true, Some(name)) = (folder == "codes", name.strip_suffix(".csv")) {
                codes.insert(name.to_owned(), CodeList::parse(name, text)?);
            } else if folder == "records" && has_extension(name, "json") {
                let kind = RecordKind::parse(path, text)?;
                kinds.insert(kind.name.clone(), kind);
            } else if folder == "statistics" && has_extension(name, "toml") {
                let statistic = Statistic::parse(path, text)?;
                statistics.insert(statistic.id.clone(), statistic);
            } else if folder == "indicators" && has_extension(name, "toml") {
                let indicator = Indicator::parse(path, text)?;
                indicators.insert(indicator.id.clone(), indicator);
            } else if let (true, Some(name)) = (folder == "mappings", name.strip_suffix(".toml")) {
                mappings.insert(name.to_owned(), mapping::parse(path, text)?);
            }
        }
        for (name, text) in aliases {
            if let Some(list) = codes.get_mut(name) {
                list.add_aliases(text)?;
            }
        }
        let digest = |text: &str| hex::encode(Sha256::digest(text));
        let digests = files.iter().map(|(path, text)| (path.clone(), digest(text))).collect();
        for (name, text) in ambiguous {
            if let Some(list) = codes.get_mut(name) {
                list.add_ambiguous(text)?;
            }
        }
        Ok(Self { kinds, codes, statistics, indicators, digests, mappings, identifiers: None })
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
        self.check_free_of_persons()
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
            .flat_map(|l| ["csv", "aliases.csv", "ambiguous.csv"].map(|e| format!("codes/{l}.{e}")))
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

    /// The shapes of personal identifiers: built-in ones and the home's.
    ///
    /// # Errors
    /// Built-in shapes that do not parse.
    pub fn identifiers(&self) -> Result<&Identifiers, SchemaError> {
        // To compile the patterns takes longer than to read all the rest, and most verbs need none.
        static BUILT_IN: OnceLock<Identifiers> = OnceLock::new();
        if let Some(known) = self.identifiers.as_ref().or(BUILT_IN.get()) {
            return Ok(known);
        }
        let built_in = Identifiers::parse(built_in_identifiers().iter().map(borrowed))?;
        Ok(BUILT_IN.get_or_init(|| built_in))
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

    /// The indicators by name.
    pub fn indicators(&self) -> impl Iterator<Item = &Indicator> {
        self.indicators.values()
    }

    /// An indicator that `place` names.
    ///
    /// # Errors
    /// A name that nothing declares.
    pub fn indicator(&self, name: &str, place: &str) -> Result<&Indicator, SchemaError> {
        self.indicators.get(name).ok_or_else(|| {
            let known = self.indicators.keys().map(String::as_str);
            SchemaError::unknown("indicator", name, place, known)
        })
    }

    /// A mapping that `place` names: a file of `mappings/`, or the one of a record kind's own
    /// workbook (`template-KIND`) or own survey form (`kobotoolbox-KIND`).
    ///
    /// # Errors
    /// A name that nothing declares.
    pub fn mapping(&self, name: &str, place: &str) -> Result<toml::Table, SchemaError> {
        if let Some(mapping) = self.mappings.get(name) {
            return Ok(mapping.clone());
        }
        let kind = |prefix: &str| name.strip_prefix(prefix).and_then(|kind| self.kinds.get(kind));
        if let Some(kind) = kind(mapping::TEMPLATE) {
            return Ok(mapping::of_template(kind));
        }
        if let (Some(kind), Some(base)) =
            (kind(mapping::SURVEY), self.mappings.get(mapping::SURVEY.trim_end_matches('-')))
        {
            return Ok(mapping::of_survey(kind, base));
        }
        let made = [mapping::TEMPLATE, mapping::SURVEY];
        let made = made.iter().flat_map(|p| self.kinds.keys().map(move |k| format!("{p}{k}")));
        let known: Vec<String> = self.mappings.keys().cloned().chain(made).collect();
        let known = known.iter().map(String::as_str);
        Err(SchemaError::unknown("mapping", name, place, known))
    }

    /// The names of the mappings that are files.
    pub fn mappings(&self) -> impl Iterator<Item = &str> {
        self.mappings.keys().map(String::as_str)
    }
}

/// The built-in shapes of identifiers with the home's added, if it has any. Unlike other declarations,
/// a home's file never replaces a built-in one: the fence can only be made higher.
fn identifiers(overrides: &[Override]) -> Result<Option<Identifiers>, SchemaError> {
    let folder = format!("{}/", identifier::FOLDER);
    let own = overrides.iter().filter(|o| o.path.starts_with(&folder));
    let own: Vec<(String, &str)> = own.map(|o| (o.path.clone(), o.text.as_str())).collect();
    if own.is_empty() {
        return Ok(None);
    }
    let files = built_in_identifiers().into_iter().chain(own).collect::<Vec<_>>();
    Ok(Some(Identifiers::parse(files.iter().map(borrowed))?.extended()))
}

/// The built-in files of identifiers, each with its path and text.
fn built_in_identifiers() -> Vec<(String, &'static str)> {
    let name = |f: &include_dir::File<'_>| {
        format!("{}/{}", identifier::FOLDER, f.path().to_string_lossy())
    };
    IDENTIFIERS.files().map(|f| (name(f), f.contents_utf8().unwrap_or_default())).collect()
}

fn borrowed<'a>((name, text): &'a (String, &'a str)) -> (&'a str, &'a str) {
    (name, text)
}

fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, e)| e == extension)
}
