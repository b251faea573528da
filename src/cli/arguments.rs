//! The arguments of every verb but those of the right-to-information desk.

use std::path::PathBuf;

use clap::Args;

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Where to make it.
    #[arg(default_value = "shumar-demo", value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// About how many records, over two years and five kinds.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(100..=50_000_000))]
    pub(crate) records: Option<u64>,
    /// Seed of the made-up records (the privacy noise is never seeded).
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Encrypt the lake.
    #[arg(long)]
    pub(crate) encrypted: bool,
}

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Repair what is safe to repair.
    #[arg(long)]
    pub(crate) repair: bool,
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The new home.
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Copy the settings and declarations of another home (no records, keys or ledger).
    #[arg(long, value_name = "HOME")]
    pub(crate) from: Option<PathBuf>,
    /// Encrypt the lake. The key is that of the variable `SHUMAR_LAKE_KEY` or of the file that
    /// `SHUMAR_LAKE_KEY_FILE` names, or a new one in keys/lake.key. It can't be switched on or off later.
    #[arg(long)]
    pub(crate) encrypted: bool,
    /// Encrypt the lake with a key that a passphrase opens, which is asked for whenever records are
    /// read or taken in.
    #[arg(long, requires = "encrypted")]
    pub(crate) lake_passphrase: bool,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The file.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Whose mapping to read it with; found from the inbox folder by default.
    #[arg(long, value_name = "ID")]
    pub(crate) provider: Option<String>,
    /// The batch that the file would replace.
    #[arg(long, value_name = "BATCH")]
    pub(crate) replaces: Option<i64>,
    /// Print the file's header on this terminal, to write a mapping from. Nothing else is read.
    #[arg(long)]
    pub(crate) show_headers: bool,
    /// Write what is wrong as a page and a CSV file into this folder, in English and Urdu, to send
    /// back to the office.
    #[arg(long, value_name = "DIR", conflicts_with = "show_headers")]
    pub(crate) report: Option<PathBuf>,
}

/// Arguments of `ingest`.
#[derive(Debug, Args)]
pub(crate) struct Ingest {
    /// The files; the whole inbox by default.
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Whose mapping to read them with; found from the inbox folder by default.
    #[arg(long, value_name = "ID")]
    pub(crate) provider: Option<String>,
    /// The batch that the file corrects: its records are replaced by those of the file.
    #[arg(long, value_name = "BATCH")]
    pub(crate) replaces: Option<i64>,
    /// A month that the file covers even without a row of it, such as 2025-03; may be repeated. A file
    /// without any row is taken in as the report of that month.
    #[arg(long, value_name = "MONTH")]
    pub(crate) covers: Vec<String>,
    /// Take nothing in: propose a provider's section for shumar.toml, with questions.
    #[arg(long, requires = "files", conflicts_with = "provider")]
    pub(crate) suggest: bool,
    /// The id of the provider to propose.
    #[arg(long, value_name = "ID", requires = "suggest")]
    pub(crate) provider_id: Option<String>,
    /// The record kind to propose a mapping to; chosen by the columns by default.
    #[arg(long, value_name = "KIND", requires = "suggest")]
    pub(crate) kind: Option<String>,
}

/// Arguments of `batches`.
#[derive(Debug, Args)]
pub(crate) struct Batches {
    /// Only this batch, with everything that it can be traced to.
    #[arg(value_name = "BATCH")]
    pub(crate) batch: Option<i64>,
    /// Only batches of this provider.
    #[arg(long, value_name = "ID")]
    pub(crate) provider: Option<String>,
}

/// Arguments of `withdraw`.
#[derive(Debug, Args)]
pub(crate) struct Withdraw {
    /// The batch; `shumar batches` lists them.
    #[arg(value_name = "BATCH")]
    pub(crate) batch: i64,
    /// Why; it goes into the audit trail. Never write anything about a person.
    #[arg(long, value_name = "WORDS")]
    pub(crate) reason: String,
}

/// Arguments of `nil`.
#[derive(Debug, Args)]
pub(crate) struct Nil {
    /// The provider.
    #[arg(value_name = "PROVIDER")]
    pub(crate) provider: String,
    /// The month, such as 2025-03.
    #[arg(long, value_name = "MONTH")]
    pub(crate) month: String,
    /// The facility, when the provider has several.
    #[arg(long, value_name = "ID")]
    pub(crate) facility: Option<String>,
    /// Take the nil return back.
    #[arg(long)]
    pub(crate) undo: bool,
}

/// Arguments of `template`.
#[derive(Debug, Args)]
pub(crate) struct Template {
    /// The record kind: shelter, police, custody, court, service, activity, or your own.
    #[arg(value_name = "KIND")]
    pub(crate) kind: String,
    /// The workbook to write; `KIND-template.xlsx` by default.
    #[arg(value_name = "FILE.xlsx")]
    pub(crate) file: Option<PathBuf>,
    /// Write a survey form to this file instead of a workbook.
    #[arg(long, value_name = "FILE.xlsx", conflicts_with = "file")]
    pub(crate) kobo: Option<PathBuf>,
}

/// Arguments of `plan`.
#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// Only this release of the calendar.
    #[arg(value_name = "RELEASE")]
    pub(crate) release: Option<String>,
    /// The reporting year; the last complete one by default.
    #[arg(long)]
    pub(crate) year: Option<i32>,
    /// Suppose other rules: epsilon=6, rho=0.1, all=3, or a record kind and its bound.
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) what_if: Vec<String>,
    /// Find the least budget for a 95 % margin of error, in records.
    #[arg(long, value_name = "STATISTIC:MARGIN=RECORDS")]
    pub(crate) target: Vec<String>,
    /// Compare with the other family of noise and other bounds.
    #[arg(long)]
    pub(crate) compare: bool,
    /// Try the plan on made-up worlds of this home's size: error, bias, coverage and how many figures
    /// can be published, before any budget is spent.
    #[arg(long, conflicts_with_all = ["target", "compare"])]
    pub(crate) accuracy: bool,
    /// How many worlds are tried.
    #[arg(long, value_name = "NUMBER", default_value_t = 20, requires = "accuracy",
        value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub(crate) worlds: u32,
}

/// Arguments of `release`.
#[derive(Debug, Args)]
pub(crate) struct Release {
    /// The release of the calendar.
    #[arg(value_name = "RELEASE")]
    pub(crate) release: String,
    /// The period: 2025, 2025-Q3 or 2019..2025.
    #[arg(long, value_name = "PERIOD")]
    pub(crate) period: String,
    /// Draw noise again that was paid for but lost in an interruption, from the share for
    /// revisions and with wider margins of error.
    #[arg(long)]
    pub(crate) redraw: bool,
    /// Make a new version of a release that stands, because its records were corrected. The reason
    /// is published, and the cost is charged to the share for revisions.
    #[arg(long, value_name = "REASON", conflicts_with = "redraw")]
    pub(crate) revise: Option<String>,
    /// Accept what a revision costs.
    #[arg(long, requires = "revise")]
    pub(crate) accept: bool,
}

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The port of the loopback address to listen on; 0 is any free one.
    #[arg(long, value_name = "PORT", default_value_t = 8710)]
    pub(crate) port: u16,
}

/// Arguments of `budget`.
#[derive(Debug, Args)]
pub(crate) struct Budget {
    /// Only this reporting year.
    #[arg(long)]
    pub(crate) year: Option<i32>,
    /// Write the ledger as a signed file, to be kept on another machine.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["year", "resume"])]
    pub(crate) export: Option<PathBuf>,
    /// Go on from a backup or an older database: what was spent since is charged again as far as it is
    /// shown, and the rest of every year counts as spent. It is entered into the ledger for good.
    #[arg(long, requires = "reason", conflicts_with = "year")]
    pub(crate) resume: bool,
    /// Why; it stands in the ledger. Never write anything about a person.
    #[arg(long, value_name = "WORDS", requires = "resume")]
    pub(crate) reason: Option<String>,
    /// A folder of signed releases of this home that were made since; they are taken into the home.
    #[arg(long, value_name = "DIR", requires = "resume")]
    pub(crate) releases: Option<PathBuf>,
    /// A newer ledger that `--export` wrote.
    #[arg(long, value_name = "FILE", requires = "resume")]
    pub(crate) ledger: Option<PathBuf>,
    /// Declare that nothing was spent but what is shown. Refused where it is known to be untrue.
    #[arg(long, requires = "resume")]
    pub(crate) nothing_was_spent: bool,
}

/// Arguments of `backup`.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The backup, a new file.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Read a backup and compare it with what it says of itself; write nothing.
    #[arg(long)]
    pub(crate) check: bool,
    /// A file with the passphrase on its first line; asked for by default, or `SHUMAR_PASSPHRASE`.
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// Arguments of `restore`.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The home to make, a new or empty folder.
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// A file with the passphrase on its first line; asked for by default, or `SHUMAR_PASSPHRASE`.
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// Arguments of `audit`.
#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// Only the last acts.
    #[arg(long, value_name = "N")]
    pub(crate) last: Option<usize>,
    /// Only acts of this kind: ingest, withdrawn, charge, release, publish, backup, restore …
    #[arg(long, value_name = "WORD")]
    pub(crate) what: Option<String>,
}

/// Arguments of `query`.
#[derive(Debug, Args)]
pub(crate) struct Query {
    /// One SELECT.
    #[arg(value_name = "SQL", required_unless_present = "tables")]
    pub(crate) sql: Option<String>,
    /// List tables and their columns; with a table's name, only that one's.
    #[arg(long)]
    pub(crate) tables: bool,
    /// A folder of releases, or the data folder of a site; the home's releases by default.
    #[arg(long, value_name = "DIR")]
    pub(crate) from: Option<PathBuf>,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// A release folder, a site, or a data file of one; every release of the home by default.
    #[arg(value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,
    /// The publisher's public key file; the home's own, or the one in the folder, by default.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

/// Arguments of `pseudonymise`.
#[derive(Debug, Args)]
pub(crate) struct Pseudonymise {
    /// The office's file.
    #[arg(value_name = "FILE", required_unless_present_any = ["new_key", "example"])]
    pub(crate) file: Option<PathBuf>,
    /// Which columns become tokens, are kept, or are dropped.
    #[arg(long, value_name = "TOML", requires = "file")]
    pub(crate) mapping: Option<PathBuf>,
    /// The key that the offices share.
    #[arg(long, value_name = "FILE", requires = "file")]
    pub(crate) key: Option<PathBuf>,
    /// The result; beside the file by default. Never overwrites a file.
    #[arg(long, value_name = "FILE", requires = "file")]
    pub(crate) out: Option<PathBuf>,
    /// Make a new key. Never overwrites one.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "example"])]
    pub(crate) new_key: Option<PathBuf>,
    /// Print a mapping with remarks, to begin with.
    #[arg(long, conflicts_with = "file")]
    pub(crate) example: bool,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The folder for the pages; made if it is not there.
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}
