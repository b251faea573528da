//! Requests of the kind that newspapers and women's organisations made, put to the demo home as an officer
//! would: what each must give, what it costs, and when it is due.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::support::{home, init, shumar, text};

/// What a request must give.
enum Gives {
    /// Figures by this route, with this in their derivation.
    Figures(&'static str, &'static str),
    /// The offer of a new measurement, which costs nothing yet.
    Offer,
    /// No figures, and this in the reason; with the ground on which it may lawfully be refused, or without.
    Refused(&'static str, bool),
    /// An answer in words.
    Words,
    /// A refusal that cites this section of the Act.
    Withheld(&'static str),
}
use Gives::{Figures, Offer, Refused, Withheld, Words};

const PUBLISHED: &str = "published-cell";
const COMBINED: &str = "combination";
const QUERY: &str = "query";
/// The section of the Act of Khyber Pakhtunkhwa that protects privacy.
const PRIVACY: bool = true;
/// Not a matter of privacy.
const PLAIN: bool = false;

/// The subject, the options of `answer` (or a refusal), and what is given.
type Ask = (&'static str, &'static [&'static str], Gives);

#[rustfmt::skip]
const POLICE: [Ask; 17] = [
    ("FIRs of rape by year", &["--measure", "rape-firs", "--by", "year", "--period", "2024..2025"], Figures(PUBLISHED, "annual-2024")),
    ("Sexual violence by district and year", &["--measure", "police-complaints", "--by", "district,year", "--where", "offence_group=Sexual violence", "--period", "2024..2025"], Figures(PUBLISHED, "Only this is counted")),
    ("Killings of women by division in 2025", &["--measure", "police-complaints", "--by", "division", "--where", "offence_group=gender_based_killing", "--period", "2025"], Figures(PUBLISHED, "Gender-based killing")),
    ("Honour killings in 2025", &["--measure", "police-complaints", "--where", "offence_group=Honour killing", "--period", "2025"], Refused("nearest names", PLAIN)),
    ("Online and sexual offences together", &["--measure", "police-complaints", "--where", "offence_group=electronic_crime", "--where", "offence_group=sexual_violence", "--period", "2024..2025"], Figures(COMBINED, "added up")),
    ("Complaints by district and quarter", &["--measure", "police-complaints", "--by", "district,quarter", "--period", "2025"], Figures(PUBLISHED, "Counted together, whatever it is: \u{2068}Offence group")),
    ("Complaints in Peshawar and Mardan since July 2024", &["--measure", "police-complaints", "--where", "district=Peshawar", "--where", "district=مردان", "--period", "2024-Q3..2025-Q2"], Figures(COMBINED, "annual-2025")),
    ("Offences in Peshawar in the first quarter", &["--measure", "police-complaints", "--by", "offence_group", "--where", "district=Peshawar", "--period", "2025-Q1"], Offer),
    ("Complaints by police station", &["--measure", "police-complaints", "--by", "police_station", "--period", "2025"], Refused("not counted by “police_station”", PRIVACY)),
    ("Complaints by month", &["--measure", "police-complaints", "--by", "month", "--period", "2025"], Refused("Quarter (quarter)", PRIVACY)),
    ("Complaints in July 2025", &["--measure", "police-complaints", "--period", "2025-07"], Refused("is not a period", PLAIN)),
    ("Complaints in 2019", &["--measure", "police-complaints", "--period", "2019"], Refused("There are figures for 2024, 2025", PLAIN)),
    ("What became of complaints by district", &["--measure", "police-outcomes", "--by", "district", "--period", "2025"], Refused("police-complaints", PRIVACY)),
    ("Share of complaints with an FIR by division", &["--measure", "fir-rate", "--by", "division", "--period", "2025"], Figures(PUBLISHED, "annual-2025")),
    ("The same over two years", &["--measure", "fir-rate", "--by", "division", "--period", "2024..2025"], Figures(COMBINED, "counts were added up before")),
    ("Complaints for 100,000 women in Peshawar", &["--measure", "complaints-per-100000-women", "--where", "district=Peshawar", "--period", "2024..2025"], Figures(COMBINED, "populations were added up")),
    ("From complaint to conviction", &["--measure", "attrition", "--period", "2025"], Figures(PUBLISHED, "annual-2025")),
];

#[rustfmt::skip]
const OTHERS: [Ask; 17] = [
    ("Convictions by district", &["--measure", "court-results", "--by", "district", "--where", "court_result=Convicted", "--period", "2025"], Refused("court-progress", PRIVACY)),
    ("Convictions by division and year", &["--measure", "court-results", "--by", "division,year", "--where", "court_result=Convicted", "--period", "2024..2025"], Figures(PUBLISHED, "Result\u{2069}: \u{2068}Convicted")),
    ("Share of convictions over two years", &["--measure", "conviction-share", "--period", "2024..2025"], Figures(COMBINED, "annual-2024")),
    ("The same from July 2024 to June 2025", &["--measure", "conviction-share", "--period", "2024-Q3..2025-Q2"], Figures(COMBINED, "2024-Q3..2024-Q4")),
    ("Convictions by offence", &["--measure", "conviction-share", "--by", "offence_group", "--period", "2025"], Refused("not measured", PRIVACY)),
    ("Median days to decision in Peshawar division", &["--measure", "days-to-disposal", "--where", "division=Peshawar Division", "--period", "2025"], Figures(PUBLISHED, "Peshawar Division")),
    ("The same over two years", &["--measure", "days-to-disposal", "--where", "division=Peshawar Division", "--period", "2024..2025"], Figures(COMBINED, "counts were added up before")),
    ("Shelter admissions in three districts by year", &["--measure", "shelter-admissions", "--by", "district,year", "--where", "district=Peshawar", "--where", "district=Mardan", "--where", "district=Swat", "--period", "2024..2025"], Figures(PUBLISHED, "annual-2024")),
    ("Shelter admissions in three districts together", &["--measure", "shelter-admissions", "--where", "district=Peshawar", "--where", "district=Mardan", "--where", "district=Swat", "--period", "2025"], Figures(COMBINED, "Peshawar")),
    ("Who was in one shelter", &["--measure", "shelter-admissions", "--where", "facility=one", "--period", "2025"], Refused("not counted by “facility”", PRIVACY)),
    ("Women in shelters by age over two years", &["--measure", "women-sheltered", "--by", "age_band", "--period", "2024..2025"], Figures(COMBINED, "is counted in each of them")),
    ("Women in custody by quarter", &["--measure", "custody-detentions", "--by", "quarter", "--period", "2025"], Refused("published by: division", PRIVACY)),
    ("Women held over 24 hours, two years", &["--measure", "held-over-24-hours", "--period", "2024..2025"], Figures(COMBINED, "annual-2025")),
    ("Change of complaints by division", &["--sql", "SELECT division, SUM(CASE WHEN release = 'annual-2025' THEN estimate ELSE -estimate END) AS change FROM police_complaints WHERE margin = 'division' GROUP BY division ORDER BY division"], Figures(QUERY, "Rows are put together that agree in: \u{2068}division")),
    ("Ratio of cases to complaints", &["--sql", "SELECT c.estimate / p.estimate AS ratio FROM court_cases c JOIN police_complaints p ON c.release = p.release WHERE c.margin = 'total' AND p.margin = 'total' AND c.release = 'annual-2025'"], Figures(QUERY, "No margin of error can be given for \u{2068}ratio")),
    ("The rules of shelters", &["--statement", "The rules are on the site.", "--refer", "https://example.org/rules"], Words),
    ("The files of all cases", &["privacy"], Withheld("19")),
];

/// A home without offices.
const SMALL: &str = "format = \"shumar.home/1\"\n[commission]\nname = { en = \"Test\" }\njurisdiction = \"pk-kp\"\n\
     [scope]\nlist = \"district\"\nwhere = { province = \"PK-KP\" }\n\
     [privacy]\nfamily = \"laplace\"\nbudget = \"1\"\nbounds = { all = 1 }\n";

/// A home of which the clock is ours, with an officer.
struct Office<'a> {
    home: &'a Path,
    clock: &'a Path,
}

impl Office<'_> {
    fn run(&self, arguments: &[&str]) -> Output {
        let state = self.home.parent().expect("a folder").join("state");
        let mut command = shumar();
        command.env("SHUMAR_STATE", state).env("SHUMAR_CLOCK", self.clock);
        command.arg("--home").arg(self.home).args(arguments).output().expect("the program starts")
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--format", "json"]].concat());
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output));
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    fn enter(&self, subject: &str, more: &[&str]) -> Value {
        let person = self.clock.with_file_name("person.toml");
        std::fs::write(&person, "name = \"Somebody\"\n").expect("a file");
        let person = person.display().to_string();
        let new = ["rti", "new", "--channel", "post", "--subject", subject, "--language", "en"];
        self.json(&[&new[..], &["--applicant", &person, "--officer", "A"], more].concat())
    }

    /// A new request, acknowledged.
    fn request(&self, subject: &str) -> String {
        let new = self.enter(subject, &[]);
        let reference = new["reference"].as_str().expect("a reference").to_owned();
        self.json(&["rti", "acknowledge", &reference, "--officer", "A"]);
        reference
    }

    /// What the command line says to an officer.
    fn answer(&self, subject: &str, options: &[&str]) -> Output {
        let reference = self.request(subject);
        self.run(&[&["rti", "answer", &reference, "--officer", "A"], options].concat())
    }

    /// What was answered.
    fn told(&self, subject: &str, options: &[&str]) -> Value {
        let output = self.answer(subject, &[options, &["--format", "json"]].concat());
        assert_eq!(output.status.code(), Some(0), "{subject}: {}", text(&output));
        serde_json::from_slice(&output.stdout).expect("JSON")
    }
}

fn office(dir: &Path, home: &Path, moment: &str) -> std::path::PathBuf {
    let settings = home.join("shumar.toml");
    let text = std::fs::read_to_string(&settings).expect("settings");
    if !text.contains("simulated = true") {
        let text = format!("{text}\n[schedule]\nsimulated = true\n");
        std::fs::write(&settings, text).expect("settings");
    }
    let clock = dir.join("clock");
    std::fs::write(&clock, moment).expect("a clock");
    clock
}

#[test]
fn requests_of_newspapers_get_what_the_law_and_the_margins_allow() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("demo");
    let made = shumar().arg("demo").arg(&home).args(["--records", "4000"]).output();
    assert_eq!(made.expect("the program starts").status.code(), Some(0));
    let clock = office(folder.path(), &home, "2027-01-04T06:00:00Z");
    let office = Office { home: &home, clock: &clock };
    let before = office.json(&["budget"]);
    for (subject, options, gives) in POLICE.iter().chain(&OTHERS) {
        given(&office, subject, options, gives);
    }
    assert_eq!(office.json(&["budget"]), before, "nothing was charged");
    let again = office.json(&["rti", "list"]);
    let due = |r: &Value| r["due"] == "2027-01-18";
    assert!(again.as_array().is_some_and(|all| all.len() == 34 && all.iter().all(due)), "{again}");
    narrower(&office);
    assert_eq!(office.json(&["budget"]), before, "an offer costs nothing");
    accepted(&office, &before);
    std::fs::write(&clock, "2027-01-14T06:00:00Z").expect("a clock");
    let requests = &office.json(&["status"])["requests"];
    let open = requests["open"].as_u64().expect("a number");
    assert!(open > 10 && requests["soon"] == open && requests["late"] == 0, "{requests}");
    std::fs::write(&clock, "2027-01-19T06:00:00Z").expect("a clock");
    let status = text(&office.run(&["status"]));
    assert!(status.contains(&format!("{open} late")), "{status}");
}

fn given(office: &Office<'_>, subject: &str, options: &[&str], gives: &Gives) {
    match gives {
        Figures(route, says) => {
            let figures = &office.told(subject, options)["figures"];
            assert_eq!(figures["route"], *route, "{subject}: {figures}");
            let words = figures["derivation"]["en"].as_str().expect("words");
            assert!(words.contains(says), "{subject}: {words}");
            assert!(words.contains("Nothing was counted anew"), "{subject}: {words}");
            let cells = figures["cells"].as_array().expect("cells");
            assert!(!cells.is_empty(), "{subject}");
            for cell in cells {
                let known = cell["lower"].is_number() && cell["upper"].is_number();
                let withheld = cell["displayed"] == "–" || words.contains("No margin of error");
                assert!(known || withheld, "{subject}: {cell}");
            }
        }
        Offer => {
            let offer = text(&office.answer(subject, options));
            for says in ["counted anew", "exact to about ±", "That costs ε", "--spend"] {
                assert!(offer.contains(says), "{subject}: {offer}");
            }
        }
        Refused(says, privacy) => {
            let output = office.answer(subject, options);
            assert_eq!(output.status.code(), Some(1), "{subject}: {}", text(&output));
            let words = text(&output);
            assert!(words.contains(says) && words.contains("hint: "), "{subject}: {words}");
            let ground = words.contains("--exception privacy") && words.contains("section 19");
            assert_eq!(ground, *privacy, "{subject}: {words}");
        }
        Words => {
            let done = office.told(subject, options);
            assert_eq!((&done["state"], &done["figures"]), (&"released".into(), &Value::Null));
        }
        Withheld(section) => {
            let reference = office.request(subject);
            let why = ["--exception", options[0], "--reason", "single cases are asked for"];
            let refuse = [&["rti", "refuse", &reference, "--officer", "A"], &why[..]].concat();
            let done = office.json(&refuse);
            assert_eq!(done["decision"]["refusal"]["section"], *section, "{done}");
        }
    }
}

/// A kept answer does not pass for one with a narrower margin.
fn narrower(office: &Office<'_>) {
    let question =
        ["--measure", "police-complaints", "--by", "district,quarter", "--period", "2025"];
    let kept = office.told("the same", &[&question[..], &["--margin", "500"]].concat());
    assert_eq!(kept["figures"]["route"], PUBLISHED);
    let words = text(&office.answer("closer", &[&question[..], &["--margin", "3"]].concat()));
    assert!(words.contains("the answer that is kept for this question is exact to ±"), "{words}");
}

/// What an accepted offer brings is as exact as was said, is paid once, and is the answer of all who ask.
fn accepted(office: &Office<'_>, before: &Value) {
    let question =
        ["--measure", "police-complaints", "--by", "offence_group", "--where", "district=Peshawar"];
    let question = [&question[..], &["--period", "2025-Q1"]].concat();
    let offer = text(&office.answer("the offer", &question));
    let said = offer.split("exact to about ± ").nth(1).and_then(|rest| rest.split('.').next());
    let said: f64 = said.and_then(|n| n.parse().ok()).expect("a margin");
    let made = office.told("accepted", &[&question[..], &["--spend"]].concat());
    let figures = &made["figures"];
    assert_eq!(figures["route"], "new-measurement");
    let words = figures["derivation"]["en"].as_str().expect("words");
    assert!(words.contains("For this question something was counted anew"), "{words}");
    for cell in figures["cells"].as_array().expect("cells") {
        let [estimate, upper] = ["estimate", "upper"].map(|n| cell[n].as_f64().expect("a number"));
        assert!(upper - estimate.max(0.0) < 2.0 * (said + 1.0), "said ± {said}: {cell}");
    }
    let after = office.json(&["budget"]);
    assert_ne!(&after, before, "it was paid");
    let again = office.told("asked by somebody else", &question);
    assert_eq!(again["figures"], *figures, "one question, one answer");
    assert_eq!(office.json(&["budget"]), after, "it is paid once");
}

#[test]
fn every_jurisdiction_has_its_clock() {
    let dir = home(SMALL);
    let home = dir.path().join("home");
    let clock = office(dir.path(), &home, "2025-02-03T06:00:00Z");
    let office = Office { home: &home, clock: &clock };
    let settings = home.join("shumar.toml");
    let first = std::fs::read_to_string(&settings).expect("settings");
    // 5 February is a holiday, and a real answer of 2019 was due after ten working days.
    for (law, received, urgent, due) in [
        ("pk-kp", "2025-02-03", false, Some("2025-02-18")),
        ("pk-kp", "2025-02-03", true, Some("2025-02-05")),
        ("pk-pb", "2025-02-03", false, Some("2025-02-24")),
        ("pk-pb", "2025-02-03", true, Some("2025-02-06")),
        ("pk", "2025-02-03", false, Some("2025-02-18")),
        ("pk", "2025-02-03", true, Some("2025-02-07")),
        ("pk", "2019-10-24", false, Some("2019-11-07")),
        ("pk-sd", "2025-02-03", false, Some("2025-02-25")),
        ("pk-ba", "2025-02-03", false, Some("2025-02-25")),
        ("pk-ba", "2025-02-03", true, Some("2025-02-06")),
        ("pk-gb", "2025-02-03", false, None),
    ] {
        std::fs::write(&settings, first.replace("pk-kp\"", &format!("{law}\""))).expect("settings");
        std::fs::write(&clock, format!("{received}T06:00:00Z")).expect("a clock");
        let more: &[&str] = if urgent { &["--urgent"] } else { &[] };
        let entered = office.enter("complaints in 2024", more);
        assert_eq!(entered["due"].as_str(), due, "{law} {received} {urgent}: {entered}");
        if due.is_none() {
            assert!(!entered["due_remarks"].as_array().expect("remarks").is_empty(), "{entered}");
        }
    }
}

#[test]
fn a_home_like_another_has_its_wording_of_letters() {
    let dir = home(SMALL);
    let (first, second) = (dir.path().join("home"), dir.path().join("second"));
    let own = first.join("templates/rti");
    std::fs::create_dir_all(&own).expect("a folder");
    std::fs::write(own.join("en.ftl"), "rti-to = To the applicant\n").expect("a file");
    init(&second, &first);
    let copied = std::fs::read_to_string(second.join("templates/rti/en.ftl")).expect("copied");
    assert_eq!(copied, "rti-to = To the applicant\n");
}
