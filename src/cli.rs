//! The arguments of every verb, with examples.

pub(crate) mod rti;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use shumar_ingest::{Language, Words};

/// How standard output is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables and sentences for people.
    Table,
    /// The same facts for machines.
    Json,
    /// The main table as CSV.
    Csv,
}

/// The language of rules and refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// English.
    En,
    /// Urdu, اردو.
    Ur,
}

impl Lang {
    /// The words of ingest in this language.
    pub(crate) fn words(self) -> Words {
        Words::new(match self {
            Self::En => Language::English,
            Self::Ur => Language::Urdu,
        })
    }
}

/// Count what shelters, police and courts record about violence against women, and publish it
/// without exposing one survivor.
#[derive(Debug, Parser)]
#[command(
    name = "shumar",
    version,
    after_help = "\
First steps:
  shumar demo                      a complete commission with made-up records
  shumar init kp-commission        a new home; then edit shumar.toml
  shumar check FILE --provider ID  what ingest would say of a file
  shumar ingest                    take in what waits in the inbox
  shumar plan annual --year 2025   what a release will cost and how exact it will be
  shumar release annual --period 2025
  shumar publish

Exit codes: 0 done, 1 refused (input, configuration or budget says no), 2 broken.
Results go to standard output; progress and messages to standard error."
)]
pub(crate) struct Arguments {
    /// The commission's home; found upward from the current folder by default.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// How results are written.
    #[arg(long, global = true, value_enum, default_value = "table")]
    pub(crate) format: Format,
    /// In which language `check` and `ingest` say what is wrong with a file.
    #[arg(long, global = true, value_enum, env = "SHUMAR_LANG", default_value = "en")]
    pub(crate) lang: Lang,
    /// No progress and no remarks, only results and errors.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// What to do.
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Make a complete home with made-up records and run everything on it.
    #[command(after_help = "\
Examples:
  shumar demo                      ./shumar-demo, about 17,000 records of 2024 and 2025
  shumar demo /tmp/d --records 200000 --seed 7

A second run on the same folder says what is there and changes nothing.")]
    Demo(Demo),
    /// Make a new, empty home.
    #[command(after_help = "\
Examples:
  shumar init kp-commission        then edit kp-commission/shumar.toml
  shumar init mine --from other    with the settings, code lists and tables of another home")]
    Init(Init),
    /// Say what ingest would say of a file, without taking it in.
    #[command(after_help = "\
Examples:
  shumar check inbox/mardan-police/march.xlsx
  shumar check march.csv --provider mardan-police
  shumar check march.csv --provider mardan-police --show-headers
  shumar check march.csv --provider mardan-police --report reports/
  shumar check march.csv --provider mardan-police --lang ur

Rejected rows are named by row, field and rule; values are never shown.")]
    Check(Check),
    /// Take files into the lake (default: everything in the inbox).
    #[command(after_help = "\
Examples:
  shumar ingest
  shumar ingest march.csv --provider mardan-police
  shumar ingest march-corrected.csv --provider mardan-police --replaces 17
  shumar ingest --suggest march.csv          a proposed section for shumar.toml; takes nothing in
  shumar ingest --suggest march.csv --provider-id mardan-police --kind police

Good rows land, bad rows are listed in rejects/. The same file twice is one batch.
Exit code 1 means that at least one file was refused; the others have landed.")]
    Ingest(Ingest),
    /// List the accepted files, or trace one to its hash, mapping and declarations.
    #[command(after_help = "\
Examples:
  shumar batches --provider mardan-police
  shumar batches 17 --format json")]
    Batches(Batches),
    /// Take a batch out of the lake, as if its file had not been sent.
    #[command(after_help = "\
Example:
  shumar withdraw 17 --reason \"sent by mistake\"

Published figures stay as they are, and nothing is given back to the budget. Records that
another file sent too stay. To correct a file, send the corrected one instead:
  shumar ingest FILE --replaces 17")]
    Withdraw(Withdraw),
    /// Note that a facility had no case in a month (a nil return), or take that back.
    #[command(after_help = "\
Examples:
  shumar nil mardan-police --month 2025-03
  shumar nil mardan-police --month 2025-03 --facility mardan-wps
  shumar nil mardan-police --month 2025-03 --undo

Where reports are expected each quarter, any of its months names the quarter. Refused when
records of that time have arrived.")]
    Nil(Nil),
    /// Write an empty workbook, or a survey form, for a record kind.
    #[command(after_help = "\
Examples:
  shumar template police                     police-template.xlsx, with drop-downs and notes
  shumar template shelter register.xlsx --lang ur
  shumar template service --kobo form.xlsx   a form for KoboToolbox (XLSForm)

A filled workbook needs no mapping of its own: write mapping = \"template-police\" into the
office's section of shumar.toml; for the survey's export, mapping = \"kobotoolbox-police\".")]
    Template(Template),
    /// Show the lake, the inbox, who is late, the budget and the releases.
    #[command(after_help = "Example:\n  shumar status --format json")]
    Status,
    /// Show what releases cost and how exact they will be; reads no record.
    #[command(after_help = "\
Examples:
  shumar plan
  shumar plan annual --year 2025 --format json
  shumar plan --what-if epsilon=6 --what-if all=2     other rules for a year that has not begun
  shumar plan --target police-complaints:district=10  the budget that brings ± 10
  shumar plan --compare                               both families of noise, other bounds")]
    Plan(Plan),
    /// Make a release, or find the one that exists.
    #[command(after_help = "\
Examples:
  shumar release annual --period 2025
  shumar release quarterly --period 2025-Q3
  shumar release victims --period 2019..2025
  shumar release annual --period 2025 --revise \"March was sent twice\"

A release is charged to the privacy budget of each year it touches, once. Running the
same release again draws nothing and charges nothing.")]
    Release(Release),
    /// Build the site and the data files from all releases.
    #[command(after_help = "Example:\n  shumar publish       then open site/index.html")]
    Publish,
    /// Show the site in a browser of this machine, and to no other machine.
    #[command(after_help = "\
Examples:
  shumar serve                     then open http://127.0.0.1:8710/
  shumar serve --port 0            any free port; the address is printed

To look at pages before they are put on a web server. After another `shumar publish`, load the
page again. Ctrl-C stops it.")]
    Serve(Serve),
    /// Show the privacy budget and every charge.
    #[command(after_help = "Example:\n  shumar budget --year 2025")]
    Budget(Budget),
    /// Check signatures, hashes, sums and that the ledger paid.
    #[command(after_help = "\
Examples:
  shumar verify                            every release of this home
  shumar verify releases/annual-2025
  shumar verify annual-2025/ --key signing.pub     anywhere, with the public key only
  shumar verify site/ --key signing.pub            every data file of a site
  shumar verify site/data/annual-2025/x.csv        one of them: names the first place that differs")]
    Verify(Verify),
    /// Ask the published tables in SQL; sums of estimates come with their margins of error.
    #[command(after_help = "\
Examples:
  shumar query --tables                    what there is to ask, column by column
  shumar query \"SELECT quarter, SUM(estimate) FROM police_complaints
                WHERE margin = 'district-quarter' GROUP BY quarter\"
  shumar query --from site/data \"SELECT …\"  anywhere, with a copy of the site's data

A table holds several lists; the column `margin` names the list that a row is of. Choose one.")]
    Query(Query),
    /// Check this program itself: its noise, its source of randomness, margins of error, privacy
    /// loss, and the ledger of a home.
    #[command(after_help = "\
Examples:
  shumar selftest
  shumar selftest --format json

Takes about 20 seconds and needs no network. Draws more than a million times and releases
thousands of small made-up worlds; reads no record and charges no budget. A false alarm is
rarer than one in a million for each figure. Exit code 2 means that a check failed.")]
    Selftest,
    /// At a provider's office: replace identifiers by tokens before a file leaves it.
    #[command(after_help = "\
Examples:
  shumar pseudonymise --new-key office.key         once, for all offices together
  shumar pseudonymise --example > office.toml      then write in it the columns of your file
  shumar pseudonymise march.xlsx --mapping office.toml --key office.key

The result is march.pseudonymised.csv; the file itself is not changed. Rows are named by
number and rule; values are never shown. No commission's home is needed.")]
    Pseudonymise(Pseudonymise),
    /// Answer right-to-information requests: register, deadlines, letters, public log.
    Rti(rti::Rti),
}

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
    /// The record kind: shelter, police, custody, court, service, or your own.
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
}

/// Arguments of `query`.
#[derive(Debug, Args)]
pub(crate) struct Query {
    /// One SELECT.
    #[arg(value_name = "SQL", required_unless_present = "tables")]
    pub(crate) sql: Option<String>,
    /// List tables and their columns; with a table's name in place of SQL, only that one's.
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
