//! The arguments of `shumar rti`, with examples.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Arguments of `rti`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  shumar rti new                                            asks for everything on a terminal
  shumar rti list --due                                     what is open, the most urgent first
  shumar rti acknowledge RTI-2026-0001
  shumar rti answer RTI-2026-0001 --measure police-complaints --by district --period 2025
  shumar rti letter RTI-2026-0001 decision --out /media/post
  shumar rti refuse RTI-2026-0002 --exception privacy --reason \"single cases are asked for\"

Who asked is kept encrypted in rti/applicants/, and nowhere else. Every act is in the audit trail
with the time and the officer.")]
pub(crate) struct Rti {
    /// Who acts; `officer` of `[rti]` in shumar.toml by default.
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) officer: Option<String>,
    /// The day on which it was done, when that is not today, such as 2026-03-02.
    #[arg(long, global = true, value_name = "DAY")]
    pub(crate) on: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub(crate) verb: RtiVerb,
}

impl Rti {
    /// Whether it may ask questions on the terminal.
    pub(crate) fn asks(&self) -> bool {
        matches!(self.verb, RtiVerb::New(_))
    }
}

/// What the desk does.
#[derive(Debug, Subcommand)]
pub(crate) enum RtiVerb {
    /// Enter a request.
    #[command(after_help = "\
Examples:
  shumar rti new
  shumar rti new --from request.toml
  shumar rti new --channel post --received 2026-03-02 --language ur \\
      --subject \"complaints by district in 2025\" --applicant person.toml

The applicant's file has name, identity_number, address, contact and words (the request as it was
written). It is taken over encrypted; delete it afterwards. There are no options for these, because
what is typed on a command line is kept by the shell.")]
    New(New),
    /// List the requests.
    #[command(
        after_help = "Examples:\n  shumar rti list --due\n  shumar rti list --late --format csv"
    )]
    List(List),
    /// Show a request: where it stands, its clocks and what was done.
    #[command(after_help = "\
Examples:
  shumar rti show RTI-2026-0001
  shumar rti show RTI-2026-0001 --applicant       opens the encrypted file; the audit trail notes it")]
    Show(Show),
    /// Note that the applicant was told that the request came in.
    #[command(after_help = "Example:\n  shumar rti acknowledge RTI-2026-0001")]
    Acknowledge(One),
    /// Ask the applicant what is meant, or note the reply. The clock runs on.
    #[command(after_help = "\
Examples:
  shumar rti clarify RTI-2026-0001 --ask \"Do you mean complaints or registered cases?\"
  shumar rti clarify RTI-2026-0001 --replied")]
    Clarify(Clarify),
    /// Take more time, once, on a lawful ground.
    #[command(
        after_help = "Example:\n  shumar rti extend RTI-2026-0001 --ground many-records      grounds: shumar rti law"
    )]
    Extend(Extend),
    /// Pass a request on to the body that holds the information.
    #[command(
        after_help = "Example:\n  shumar rti transfer RTI-2026-0001 --to \"Home Department\""
    )]
    Transfer(Transfer),
    /// Answer a request.
    #[command(after_help = "\
Examples:
  shumar rti answer RTI-2026-0001 --measure police-complaints --by district --period 2025
  shumar rti answer RTI-2026-0001 --measure police-complaints --by year \\
      --where district=Mardan --where district=Swat --period 2024..2025
  shumar rti answer RTI-2026-0001 --measure fir-rate --by division --period 2025
  shumar rti answer RTI-2026-0001 --measure police-complaints --by district --by offence_group \\
      --period 2025-Q1 --margin 10           what it would cost; with --spend it is counted
  shumar rti answer RTI-2026-0001 --statement \"The rules are enclosed.\" --refer rules.pdf
  shumar rti answer RTI-2026-0001 --not-held

Figures come from published releases: a published cell, what follows best from all of them, or what
a query over the published tables gives (tables and columns: shumar query --tables). Only where these
do not tell, or not exactly enough, is something counted anew, and only with --spend. Figures are kept
for ever by their question: whoever asks the same gets the same answer.")]
    Answer(Answer),
    /// Refuse a request, or a part of it.
    #[command(after_help = "\
Examples:
  shumar rti refuse RTI-2026-0001 --exception privacy --reason \"single cases are asked for\"
  shumar rti refuse RTI-2026-0001 --exception privacy --reason \"…\" --part \"the list of cases\"

After the refusal of a part the rest is answered. Exceptions: shumar rti law")]
    Refuse(Refuse),
    /// Approve a decision, as a second officer or as the head of the body; or send it back.
    #[command(after_help = "\
Examples:
  shumar rti approve RTI-2026-0001 --officer \"B. Officer\"
  shumar rti approve RTI-2026-0001 --officer \"The Chairperson\" --head
  shumar rti approve RTI-2026-0001 --officer \"B. Officer\" --send-back \"the margin is missing\"")]
    Approve(Approve),
    /// Write a letter as PDF and DOCX, with the figures that go with it.
    #[command(after_help = "\
Examples:
  shumar rti letter RTI-2026-0001 acknowledgement --out /media/post
  shumar rti letter RTI-2026-0001 decision --out /media/post --language ur
  shumar rti letter RTI-2026-0001 fee --pages 34 --out /media/post
  shumar rti letter RTI-2026-0001 decision --blank --out .      name and address by hand

A letter names the applicant, so it is not written into the home. The wording is changed by files
templates/rti/en.ftl and ur.ftl in the home, the look by templates/rti/letter.typ.")]
    Letter(Letter),
    /// Note that the applicant asked the head of the body to review.
    #[command(after_help = "Example:\n  shumar rti review RTI-2026-0001 --on 2026-04-02")]
    Review(One),
    /// Note a complaint or an appeal to the information commission.
    #[command(after_help = "Example:\n  shumar rti complaint RTI-2026-0001 --on 2026-04-02")]
    Complaint(One),
    /// Note what the information commission decided.
    #[command(
        after_help = "Example:\n  shumar rti order RTI-2026-0001 --words \"the table by district is to be given\""
    )]
    Order(Order),
    /// End a request.
    #[command(after_help = "Example:\n  shumar rti close RTI-2026-0001")]
    Close(One),
    /// Put a question and its answer into the public log, in the officer's words.
    #[command(after_help = "\
Example:
  shumar rti disclose RTI-2026-0001 --question \"Complaints by district in 2025\" \\
      --question-ur \"2025 میں ضلع وار شکایات\"

Words that look like a name, a number or an address of a person are refused. `shumar publish` puts
the log on the site.")]
    Disclose(Disclose),
    /// Count requests by year and quarter: on time, late, refused and on which ground.
    #[command(after_help = "Example:\n  shumar rti statistics --format csv")]
    Statistics,
    /// Print the register for another program, without who asked.
    #[command(
        after_help = "Examples:\n  shumar rti export --format csv\n  shumar rti export --format json"
    )]
    Export,
    /// Show the audit trail, and check that nothing in it or in the register was changed.
    #[command(after_help = "Example:\n  shumar rti audit --format json")]
    Audit,
    /// Show what is known of the law, with the source of every value.
    #[command(after_help = "Example:\n  shumar rti law")]
    Law,
    /// Erase who asked, when the time for which it is kept has passed.
    #[command(after_help = "Example:\n  shumar rti forget RTI-2026-0001")]
    Forget(One),
}

/// A request.
#[derive(Debug, Args)]
pub(crate) struct One {
    /// The request, such as RTI-2026-0001.
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
}

/// Arguments of `new`.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// Read everything from a TOML file: the options below and a table `[applicant]`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["received", "channel", "subject", "language", "urgent", "applicant"])]
    pub(crate) from: Option<PathBuf>,
    /// The day on which it came in; today by default.
    #[arg(long, value_name = "DAY")]
    pub(crate) received: Option<String>,
    /// How it came in: post, email, hand, online or fax.
    #[arg(long, value_name = "HOW")]
    pub(crate) channel: Option<String>,
    /// What it is about, in the officer's words, without anything about a person.
    #[arg(long, value_name = "WORDS")]
    pub(crate) subject: Option<String>,
    /// The language in which the applicant is answered: en or ur.
    #[arg(long, value_name = "TAG")]
    pub(crate) language: Option<String>,
    /// Life or liberty of a person is at stake.
    #[arg(long)]
    pub(crate) urgent: bool,
    /// The applicant's file (TOML); `-` reads it from standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) applicant: Option<PathBuf>,
}

/// Arguments of `list`.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only open requests, the one that is due first at the top.
    #[arg(long)]
    pub(crate) due: bool,
    /// Only open requests whose time has passed.
    #[arg(long, conflicts_with = "due")]
    pub(crate) late: bool,
}

/// Arguments of `show`.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The request.
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// Also who asked. The audit trail notes that the file was opened.
    #[arg(long)]
    pub(crate) applicant: bool,
}

/// Arguments of `clarify`.
#[derive(Debug, Args)]
pub(crate) struct Clarify {
    /// The request.
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// What is asked.
    #[arg(long, value_name = "WORDS", required_unless_present = "replied")]
    pub(crate) ask: Option<String>,
    /// The applicant has replied.
    #[arg(long, conflicts_with = "ask")]
    pub(crate) replied: bool,
}

/// Arguments of `extend`.
#[derive(Debug, Args)]
pub(crate) struct Extend {
    /// The request.
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// The lawful ground; where no list of grounds is known, in words.
    #[arg(long, value_name = "GROUND")]
    pub(crate) ground: String,
}

/// Arguments of `transfer`.
#[derive(Debug, Args)]
pub(crate) struct Transfer {
    /// The request.
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// The body that holds the information.
    #[arg(long, value_name = "BODY")]
    pub(crate) to: String,
}

/// Arguments of `answer`.
#[derive(Debug, Args)]
pub(crate) struct Answer {
    /// The request.
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// Figures of this statistic or indicator.
    #[arg(long, value_name = "ID", requires = "period")]
    pub(crate) measure: Option<String>,
    /// Split by this dimension or level, or by `year` or `quarter`; may be repeated.
    #[arg(long, value_name = "DIMENSION", requires = "measure", value_delimiter = ',')]
    pub(crate) by: Vec<String>,
    /// Only what has this code or name; may be repeated.
    #[arg(long = "where", value_name = "DIMENSION=CODE", requires = "measure")]
    pub(crate) only: Vec<String>,
    /// The period: `2025`, `2025-Q3`, `2019..2025`, `2024-Q3..2025-Q2`.
    #[arg(long, value_name = "PERIOD", requires = "measure")]
    pub(crate) period: Option<String>,
    /// The widest margin of error that will do, in the figures' own unit.
    #[arg(long, value_name = "N", requires = "measure", value_parser = positive)]
    pub(crate) margin: Option<f64>,
    /// Figures by a query over the published tables, as `shumar query` answers it.
    #[arg(long, value_name = "QUERY", conflicts_with = "measure")]
    pub(crate) sql: Option<String>,
    /// Count anew what published figures do not tell, at the cost that was shown.
    #[arg(long, requires = "measure")]
    pub(crate) spend: bool,
    /// Draw noise again that was paid for and lost in an interruption, paid from the share for
    /// revisions.
    #[arg(long, requires = "spend")]
    pub(crate) redraw: bool,
    /// The answer in words.
    #[arg(long, value_name = "WORDS")]
    pub(crate) statement: Option<String>,
    /// Where the information is published; may be repeated.
    #[arg(long, value_name = "PLACE")]
    pub(crate) refer: Vec<String>,
    /// The information is not held here.
    #[arg(long, conflicts_with_all = ["measure", "sql", "refer"])]
    pub(crate) not_held: bool,
}

/// Arguments of `refuse`.
#[derive(Debug, Args)]
pub(crate) struct Refuse {
    /// The request.
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// The exception of the law; `shumar rti law` lists them.
    #[arg(long, value_name = "ID")]
    pub(crate) exception: String,
    /// Why it applies.
    #[arg(long, value_name = "WORDS")]
    pub(crate) reason: String,
    /// Refuse only this part; the rest is to be answered.
    #[arg(long, value_name = "WORDS")]
    pub(crate) part: Option<String>,
}

/// Arguments of `approve`.
#[derive(Debug, Args)]
pub(crate) struct Approve {
    /// The request.
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// As the head of the body, in writing.
    #[arg(long)]
    pub(crate) head: bool,
    /// Do not approve: send it back for this reason.
    #[arg(long, value_name = "WORDS", conflicts_with = "head")]
    pub(crate) send_back: Option<String>,
}

/// Which letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LetterKind {
    /// The request came in.
    Acknowledgement,
    /// What is meant?
    Clarification,
    /// The decision: an answer, a refusal, or that the information is not held.
    Decision,
    /// More time is taken.
    Extension,
    /// The request was passed on.
    Transfer,
    /// What copies cost.
    Fee,
}

/// Arguments of `letter`.
#[derive(Debug, Args)]
pub(crate) struct Letter {
    /// The request.
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// Which letter.
    #[arg(value_enum, value_name = "LETTER")]
    pub(crate) kind: LetterKind,
    /// The folder to write into, outside the home.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// In which language: en or ur; that of the request by default.
    #[arg(long, value_name = "TAG")]
    pub(crate) language: Option<String>,
    /// Leave name and address of the applicant out.
    #[arg(long)]
    pub(crate) blank: bool,
    /// For `fee`: how many pages there are.
    #[arg(long, value_name = "N")]
    pub(crate) pages: Option<u32>,
    /// For `fee`: the applicant is below the poverty line.
    #[arg(long, requires = "pages")]
    pub(crate) poor: bool,
}

/// Arguments of `order`.
#[derive(Debug, Args)]
pub(crate) struct Order {
    /// The request.
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// What was ordered, without anything about a person.
    #[arg(long, value_name = "WORDS")]
    pub(crate) words: String,
}

/// Arguments of `disclose`.
#[derive(Debug, Args)]
pub(crate) struct Disclose {
    /// The request.
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// The question, worded for readers.
    #[arg(long, value_name = "WORDS")]
    pub(crate) question: String,
    /// The same in Urdu.
    #[arg(long, value_name = "WORDS")]
    pub(crate) question_ur: Option<String>,
    /// The answer, worded for readers; the statement of the answer by default.
    #[arg(long, value_name = "WORDS")]
    pub(crate) answer: Option<String>,
    /// The same in Urdu.
    #[arg(long, value_name = "WORDS", requires = "answer")]
    pub(crate) answer_ur: Option<String>,
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|n| n.is_finite() && *n > 0.0);
    number.ok_or_else(|| "write a number above zero".to_owned())
}
