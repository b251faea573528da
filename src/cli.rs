//! The arguments of every verb, with examples.

mod arguments;
pub(crate) mod rti;
mod work;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use shumar_ingest::{Language, Words};

pub(crate) use self::arguments::{
    Audit, Backup, Batches, Budget, Check, Completions, Demo, Doctor, Ingest, Init, Man, Nil, Plan,
    Pseudonymise, Query, Release, Restore, Serve, Template, Verify, Withdraw,
};
pub(crate) use self::work::{Run, Schedule, ServiceKind, Status};

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
  shumar init mine --from other    with the settings, code lists and tables of another home
  shumar init kp --encrypted       the lake's files are encrypted, with a new key in keys/lake.key
  SHUMAR_LAKE_KEY_FILE=/media/usb/lake.key shumar init kp --encrypted
  shumar init kp --encrypted --lake-passphrase")]
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
    /// Show the lake, the inbox, who is late, the budget, the releases, what is due and the last runs.
    #[command(after_help = "\
Examples:
  shumar status --format json
  shumar status --runs 30          how the last thirty runs ended")]
    Status(Status),
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
    /// Do whatever is due: take files in, make releases, build the site, tell who should know.
    #[command(after_help = "\
Examples:
  shumar run
  shumar run --dry-run             what it would do now; does nothing
  shumar run --approve annual --period 2025 --officer \"A. Khan\"

What is due is declared in shumar.toml: `due`, `from`, `coverage`, `wait_days` and `hold` of
[[releases]]. Run it as often as you like: a second run finds nothing to do, and one that was
interrupted is finished by the next. What waits for an office or an officer is said, and is no
failure (exit code 0); 1 means that a file or a release was refused.")]
    Run(Run),
    /// Stay, and run when the timetable of shumar.toml says so.
    #[command(after_help = "\
Examples:
  shumar schedule
  shumar schedule --log json --log-file /var/log/shumar.log
  shumar schedule --print systemd > /etc/systemd/system/shumar.service
  shumar schedule --print cron     for systems whose cron is to start `shumar run`

The timetable is `cron` and `time_zone` under [schedule]. Ctrl-C stops it after the step at hand.
How it is: shumar status, or runs/health.json.")]
    Schedule(Schedule),
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
    #[command(after_help = "\
Examples:
  shumar budget --year 2025
  shumar budget --export /media/usb/ledger.json
  shumar budget --resume --releases /mnt/old/releases --reason \"disk died on 3 March\"
  shumar budget --resume --nothing-was-spent --reason \"restored the same day\"

A home that was restored charges nothing until `--resume` has said what was spent after the
backup. Signed releases (`--releases`) and a newer ledger (`--ledger`) are charged again as they
were; the rest of every year counts as spent, unless you declare `--nothing-was-spent`.")]
    Budget(Budget),
    /// List who did what in this home, and check that nothing of it was changed.
    #[command(after_help = "\
Examples:
  shumar audit --last 20
  shumar audit --what withdrawn --format json")]
    Audit(Audit),
    /// Save all of a home into one encrypted file, while other commands run.
    #[command(after_help = "\
Examples:
  shumar backup /media/usb/kp-2026-03-01.shumar
  shumar backup kp.shumar --passphrase-file /root/passphrase
  shumar backup --check kp.shumar

Keys, records, ledger, releases, requests and settings are in it; not the site, which `shumar
publish` makes again, nor files that were taken in before. Keep the passphrase elsewhere.")]
    Backup(Backup),
    /// Make a home of a backup, in a new folder.
    #[command(after_help = "\
Example:
  shumar restore /media/usb/kp-2026-03-01.shumar kp-commission

It can take files in and publish. It charges nothing until `shumar budget --resume` has said
what was spent after the backup.")]
    Restore(Restore),
    /// Look at the whole home: what is damaged, left over or missing, and what to do.
    #[command(after_help = "\
Examples:
  shumar doctor                    only looks
  shumar doctor --repair           also removes what interruptions left, and finishes their entries
  shumar doctor --format json

What was lost is never guessed: that is restored from a backup. Exit code 0 means that nothing
is wrong, 1 that something needs a person. May be interrupted and repeated.")]
    Doctor(Doctor),
    /// Check signatures, hashes, sums and that the ledger paid.
    #[command(after_help = "\
Examples:
  shumar verify                            every release of this home
  shumar verify releases/annual-2025
  shumar verify annual-2025/ --key signing.pub     anywhere, with the public key only
  shumar verify site/data/annual-2025/x.csv        a data file, or a whole site")]
    Verify(Verify),
    /// Ask the published tables in SQL; sums of estimates come with their margins of error.
    #[command(after_help = "\
Examples:
  shumar query --tables                    what there is to ask
  shumar query \"SELECT quarter, SUM(estimate) FROM police_complaints
                WHERE margin = 'district-quarter' GROUP BY quarter\"
  shumar query --from site/data \"SELECT …\"  anywhere, with a copy of the site's data

A table holds several lists: choose one by `margin`.")]
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
    /// Print what makes a shell complete shumar's words with the Tab key.
    #[command(after_help = "\
Examples:
  shumar completions bash > ~/.local/share/bash-completion/completions/shumar
  shumar completions zsh > ~/.zfunc/_shumar
  shumar completions fish > ~/.config/fish/completions/shumar.fish
  shumar completions powershell >> $PROFILE")]
    Completions(Completions),
    /// Print the manual page, or write the pages of all verbs into a folder.
    #[command(after_help = "\
Examples:
  shumar man | man -l -
  shumar man /usr/local/share/man/man1     shumar.1, shumar-ingest.1, …")]
    Man(Man),
    /// Answer right-to-information requests: register, deadlines, letters, public log.
    Rti(rti::Rti),
}
