//! A desk in a home of its own: what each act does, refuses, and leaves on the disk.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use shumar_schemas::{Catalog, Config};

use super::*;
use crate::answer::tests::sample;
use crate::{LetterKind, Outcome, Reply, Withheld, Wording};

/// The name of somebody who asks; it may be nowhere but in the encrypted file.
pub(crate) const NAME: &str = "Zebunnisa Applicant-Canary";
/// Somebody's words, which may be nowhere else either.
const WORDS: &str = "please tell me xyzzy-canary-words about my own case";

/// An act on a request.
type Step = fn(&mut Desk<'_>, &str, &By) -> Result<Request, RtiError>;

/// What a home needs besides its desk.
pub(crate) struct World {
    pub(crate) home: tempfile::TempDir,
    config: Config,
}

impl World {
    pub(crate) fn new(law: &str, more: &str) -> Self {
        let catalog = Catalog::new(&[]).expect("declarations");
        let text = format!(
            "format = \"shumar.home/1\"\n[commission]\nname = {{ en = \"Test Commission\", ur = \"آزمائشی کمیشن\" }}\n\
             contact = \"desk@example.org\"\njurisdiction = \"{law}\"\n[privacy]\nfamily = \"laplace\"\nbudget = \"1\"\n\
             bounds = {{ all = 1 }}\n[rti]\nofficer = \"A. Officer\"\n{more}"
        );
        let config = Config::parse(&text, &catalog).expect("settings");
        let home = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(home.path().join("keys")).expect("a folder");
        Self { home, config }
    }

    /// The desk at noon of a day.
    pub(crate) fn desk(&self, day: &str) -> Desk<'_> {
        let now: DateTime<Utc> = format!("{day}T07:00:00Z").parse().expect("a time");
        let looks_personal: &dyn Fn(&str) -> Option<String> = &|text| {
            let personal = ["Canary", "17301-"].iter().any(|p| text.contains(p));
            personal.then(|| "id-name".to_owned())
        };
        let office = Office { home: self.home.path(), config: &self.config, now, looks_personal };
        Desk::open(&office).expect("a desk")
    }

    /// All bytes of all files of the home.
    fn bytes(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut all = BTreeMap::new();
        let mut folders = vec![self.home.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = std::fs::read(&path).expect("a file");
                    all.insert(path, bytes);
                }
            }
        }
        all
    }
}

/// Somebody who asks.
pub(crate) fn somebody() -> Applicant {
    let mut applicant = Applicant::default();
    applicant.name = NAME.to_owned();
    applicant.identity_number = "17301-0000000-2".to_owned();
    applicant.address = "House 5\nCanary Street".to_owned();
    applicant.words = WORDS.to_owned();
    applicant
}

/// A request of that day.
pub(crate) fn asked(desk: &mut Desk<'_>) -> String {
    let new = NewRequest {
        received: desk.today().to_string(),
        channel: "post".to_owned(),
        subject: "complaints by district in 2025".to_owned(),
        language: "en".to_owned(),
        urgent: false,
    };
    desk.enter(&new, &somebody(), "").expect("entered").reference
}

pub(crate) fn by(desk: &Desk<'_>, officer: &str) -> By {
    By::new(officer, None, desk).expect("an officer")
}

fn figures() -> Reply {
    Reply { figures: Some(sample(&[]).expect("an answer")), ..Reply::default() }
}

const PRIVATE: Withheld<'_> =
    Withheld { exception: "privacy", reason: "single cases are asked for", part: None };

#[test]
fn a_request_goes_its_way_and_every_act_is_sealed() {
    let world = World::new("pk-kp", "");
    let mut desk = world.desk("2025-02-03");
    let reference = asked(&mut desk);
    assert_eq!(reference, "RTI-2025-0001");
    assert_eq!(asked(&mut desk), "RTI-2025-0002");
    let a = by(&desk, "");
    let request = desk.acknowledge(&reference, &a).expect("acknowledged");
    assert_eq!(request.due, Some("2025-02-18".parse().expect("a day")));
    desk.ask(&reference, "complaints or cases?", &a).expect("asked");
    let back = desk.replied(&reference, &a).expect("replied");
    assert_eq!(back.state, State::Acknowledged);
    let longer = desk.extend(&reference, "many records", &a).expect("extended");
    assert_eq!(longer.last_day(), Some("2025-03-04".parse().expect("a day")));
    let twice = desk.extend(&reference, "many records", &a).expect_err("once only");
    assert!(twice.to_string().contains("extended already"), "{twice}");
    let done = desk.answer(&reference, &figures(), &a).expect("answered");
    assert_eq!(done.state, State::Released);
    desk.complaint(&reference, &a).expect("a complaint");
    desk.order(&reference, "nothing more is to be given", &a).expect("an order");
    desk.close(&reference, &a).expect("closed");
    let names: Vec<String> = desk.acts().expect("sealed").into_iter().map(|a| a.act).collect();
    assert_eq!(
        names,
        [
            "new",
            "new",
            "acknowledge",
            "clarify",
            "clarify",
            "extend",
            "answer",
            "complaint",
            "order",
            "close"
        ]
    );
}

#[test]
fn what_is_not_allowed_changes_nothing() {
    let world = World::new("pk-kp", "");
    let mut desk = world.desk("2025-02-03");
    let reference = asked(&mut desk);
    let a = by(&desk, "");
    let before = desk.find(&reference).expect("a request");
    assert!(desk.answer(&reference, &figures(), &a).is_err(), "not acknowledged");
    assert!(desk.refuse(&reference, &PRIVATE, &a).is_err());
    assert!(desk.approve(&reference, false, &a).is_err());
    assert!(desk.review(&reference, &a).is_err(), "this law has no review");
    assert!(desk.complaint(&reference, &a).is_err(), "its time has not passed");
    assert!(desk.close(&reference, &a).is_err());
    assert!(desk.forget(&reference, &a).is_err());
    assert!(By::new("", Some("2025-02-04".parse().expect("a day")), &desk).is_err(), "to come");
    assert_eq!(desk.find(&reference).expect("a request"), before);
    assert_eq!(desk.acts().expect("sealed").len(), 1);
    // When its time has passed, the applicant may complain without an answer.
    let mut later = world.desk("2025-02-19");
    assert!(later.find(&reference).expect("a request").is_late(later.today()));
    let a = by(&later, "");
    later.complaint(&reference, &a).expect("a complaint");
}

#[test]
fn a_crash_in_any_act_leaves_the_request_as_it_was() {
    let world = World::new("pk-pb", "");
    let mut desk = world.desk("2025-02-03");
    let a = by(&desk, "");
    let steps: [(&str, Step); 9] = [
        ("acknowledge", |d, r, b| d.acknowledge(r, b)),
        ("ask", |d, r, b| d.ask(r, "which year?", b)),
        ("extend", |d, r, b| d.extend(r, "many-records", b)),
        ("answer", |d, r, b| d.answer(r, &figures(), b)),
        ("disclose", |d, r, b| d.disclose(r, &Wording { en: "Complaints", ur: None }, None, b)),
        ("review", |d, r, b| d.review(r, b)),
        ("refuse", |d, r, b| d.refuse(r, &PRIVATE, b)),
        ("complaint", |d, r, b| d.complaint(r, b)),
        ("order", |d, r, b| d.order(r, "words", b)),
    ];
    let reference = asked(&mut desk);
    let breaking =
        "CREATE TEMP TRIGGER crash BEFORE INSERT ON act BEGIN SELECT RAISE(ABORT, 'crash'); END";
    for (name, step) in steps {
        let before = desk.find(&reference).expect("a request");
        let kept = |d: &Desk<'_>| -> i64 {
            d.register.query_row("SELECT count(*) FROM answer", [], |r| r.get(0)).expect("a count")
        };
        let answers = kept(&desk);
        desk.register.execute_batch(breaking).expect("a trigger");
        assert!(step(&mut desk, &reference, &a).is_err(), "{name}");
        desk.register.execute_batch("DROP TRIGGER crash").expect("dropped");
        assert_eq!(desk.find(&reference).expect("a request"), before, "{name}");
        assert_eq!(kept(&desk), answers, "{name}");
        desk.acts().expect("the trail holds");
        step(&mut desk, &reference, &a).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}

#[test]
fn a_second_officer_and_the_head_approve_where_they_must() {
    // The federal law wants the head's approval of a refusal; the office wants a second officer.
    let world = World::new("pk", "approval = true\n");
    let mut desk = world.desk("2025-02-03");
    let (first, second) = (by(&desk, ""), by(&desk, "B. Officer"));
    let alias = by(&desk, "a officer");
    let head = by(&desk, "The Chairperson");
    let reference = asked(&mut desk);
    desk.acknowledge(&reference, &first).expect("acknowledged");
    let waits = desk.answer(&reference, &figures(), &first).expect("proposed");
    assert_eq!((waits.state, waits.decision.is_none()), (State::Proposed, true));
    for same in [&first, &alias] {
        let e = desk.approve(&reference, false, same).expect_err("the same officer");
        assert!(e.to_string().contains("same officer"), "{e}");
    }
    let back = desk.send_back(&reference, "the margin is missing", &second).expect("sent back");
    assert_eq!((back.state, back.proposal), (State::Acknowledged, None));
    desk.answer(&reference, &figures(), &first).expect("proposed");
    let done = desk.approve(&reference, false, &second).expect("approved");
    assert_eq!(done.state, State::Released);

    let reference = asked(&mut desk);
    desk.acknowledge(&reference, &first).expect("acknowledged");
    desk.refuse(&reference, &PRIVATE, &first).expect("proposed");
    let english = Some("en");
    let e = desk.letter(&reference, LetterKind::Decision, english, false, &first).err();
    assert!(e.is_some_and(|e| e.to_string().contains("approval is missing")));
    let half = desk.approve(&reference, false, &second).expect("one approval");
    assert_eq!(half.state, State::Proposed, "the head has not approved");
    let done = desk.approve(&reference, true, &head).expect("both");
    assert_eq!(done.state, State::Refused);
    let decision = done.decision.expect("a decision");
    assert_eq!(decision.head().map(|a| a.by.as_str()), Some("The Chairperson"));
}

#[test]
fn a_part_is_refused_and_the_rest_answered() {
    let world = World::new("pk-kp", "");
    let mut desk = world.desk("2025-02-03");
    let a = by(&desk, "");
    let reference = asked(&mut desk);
    desk.acknowledge(&reference, &a).expect("acknowledged");
    let part = Withheld { part: Some("the list of cases"), ..PRIVATE };
    let open = desk.refuse(&reference, &part, &a).expect("refused");
    assert!(open.state.is_open() && open.part_refusal.is_some());
    let done = desk.answer(&reference, &figures(), &a).expect("answered");
    assert_eq!(done.state, State::PartReleased);
    let decision = done.decision.expect("a decision");
    assert_eq!(decision.outcome, Outcome::PartReleased);
    assert_eq!(decision.refusal.expect("a refusal").section, "19");
    // No exception of this act was verified: nothing can be refused until the office sets one.
    let world = World::new("pk-sd", "");
    let mut desk = world.desk("2025-02-03");
    let a = by(&desk, "");
    let reference = asked(&mut desk);
    desk.acknowledge(&reference, &a).expect("acknowledged");
    let e = desk.refuse(&reference, &PRIVATE, &a).expect_err("no exception is known");
    assert!(e.to_string().contains("[[rti.law.exceptions]]"), "{e}");
}

#[test]
fn the_same_question_by_anyone_gets_the_same_answer() {
    let world = World::new("pk-kp", "");
    let mut desk = world.desk("2025-02-03");
    let a = by(&desk, "");
    let mut told = Vec::new();
    for estimate in [41.2, 50.0] {
        let reference = asked(&mut desk);
        desk.acknowledge(&reference, &a).expect("acknowledged");
        let mut reply = figures();
        reply.figures.as_mut().expect("figures").cells[0].estimate = Some(estimate);
        let done = desk.answer(&reference, &reply, &a).expect("answered");
        let id = done.decision.and_then(|d| d.answer).expect("an answer");
        told.push(desk.kept(&id).expect("kept").expect("there"));
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0].cells[0].estimate, Some(41.2));
    let changed = desk.register.execute("UPDATE answer SET body = '{}'", []);
    assert!(changed.is_err(), "answers are kept as they are");
}

#[test]
fn a_changed_act_or_request_is_found() {
    let world = World::new("pk-kp", "");
    let mut desk = world.desk("2025-02-03");
    let a = by(&desk, "");
    let reference = asked(&mut desk);
    desk.acknowledge(&reference, &a).expect("acknowledged");
    desk.ask(&reference, "which year?", &a).expect("asked");
    assert!(desk.register.execute("UPDATE act SET officer = 'X' WHERE seq = 2", []).is_err());
    assert!(desk.register.execute("DELETE FROM act WHERE seq = 3", []).is_err());
    desk.acts().expect("sealed");
    let spoil = [
        "DROP TRIGGER act_is_append_only_update; UPDATE act SET officer = 'X' WHERE seq = 2",
        "UPDATE act SET officer = 'A. Officer' WHERE seq = 2; UPDATE request SET body = replace(body, '2025-02-18', '2025-03-18')",
        "UPDATE request SET body = replace(body, '2025-03-18', '2025-02-18'); DROP TRIGGER act_is_append_only_delete; DELETE FROM act WHERE seq = 3",
    ];
    for sql in spoil {
        desk.register.execute_batch(sql).expect("spoilt");
        let e = desk.acts().expect_err("found");
        assert!(matches!(e, RtiError::Damaged { .. }), "{sql}: {e}");
    }
}

#[test]
fn who_asked_is_nowhere_but_in_the_encrypted_file() {
    let world = World::new("pk-kp", "keep_applicant_days = 30\n");
    let mut desk = world.desk("2025-02-03");
    let a = by(&desk, "");
    let reference = asked(&mut desk);
    desk.acknowledge(&reference, &a).expect("acknowledged");
    desk.letter(&reference, LetterKind::Acknowledgement, None, true, &a).expect("a letter");
    desk.answer(&reference, &figures(), &a).expect("answered");
    let told = desk.disclose(&reference, &Wording { en: NAME, ur: None }, None, &a);
    let told = told.expect_err("a name").to_string();
    assert!(told.contains("looks personal") && !told.contains("Canary"), "{told}");
    let question = Wording { en: "Complaints by district", ur: Some("ضلع وار شکایات") };
    desk.disclose(&reference, &question, None, &a).expect("disclosed");
    assert!(desk.open_applicant(&reference, &a).expect("opened").is_some_and(|p| p.name == NAME));
    let mut named = NewRequest {
        received: "2025-02-03".to_owned(),
        channel: "post".to_owned(),
        subject: format!("the case of {NAME}"),
        language: "en".to_owned(),
        urgent: false,
    };
    assert!(desk.enter(&named, &somebody(), "").is_err());
    named.subject = "x\u{202e}y\u{7}".to_owned();
    assert_eq!(desk.enter(&named, &somebody(), "").expect("entered").subject, "xy");
    let files = world.bytes();
    assert!(files.keys().any(|f| f.ends_with("rti/public/disclosures.json")));
    for (path, bytes) in &files {
        for secret in ["Canary", "xyzzy", "17301-", "Zebunnisa"] {
            let found = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
            assert!(!found, "{secret} is in {}", path.display());
        }
    }
    // It is erased when its time has passed, and not before.
    desk.close(&reference, &a).expect("closed");
    assert!(desk.forget(&reference, &a).expect_err("kept").to_string().contains("2025-03-05"));
    let mut later = world.desk("2025-03-05");
    let a = by(&later, "");
    assert!(later.forget(&reference, &a).expect("erased").forgotten);
    assert!(!world.home.path().join("rti/applicants/RTI-2025-0001.age").exists());
    assert!(later.open_applicant(&reference, &a).expect("nobody").is_none());
}

#[test]
fn nothing_is_due_where_no_act_was_verified() {
    let world = World::new("pk-gb", "");
    let mut desk = world.desk("2025-02-03");
    let reference = asked(&mut desk);
    let request = desk.find(&reference).expect("a request");
    assert_eq!(request.due, None);
    assert!(request.due_remarks[0].contains("no act was verified"), "{:?}", request.due_remarks);
    let clocks = desk.clocks(&request);
    assert!(clocks.iter().all(|c| c.due.is_err()), "{clocks:?}");
}

#[test]
fn the_desk_counts_its_work() {
    let world = World::new("pk-kp", "");
    let mut desk = world.desk("2025-02-03");
    let a = by(&desk, "");
    let all: Vec<String> = (0..5).map(|_| asked(&mut desk)).collect();
    for reference in &all[..4] {
        desk.acknowledge(reference, &a).expect("acknowledged");
    }
    desk.answer(&all[0], &figures(), &a).expect("answered");
    desk.refuse(&all[1], &PRIVATE, &a).expect("refused");
    desk.transfer(&all[2], "Home Department", &a).expect("passed on");
    let mut later = world.desk("2025-02-20");
    let a = by(&later, "");
    let held = Reply { not_held: true, ..Reply::default() };
    later.answer(&all[3], &held, &a).expect("answered late");
    let periods = later.statistics().expect("counted");
    assert_eq!([&periods[0].period, &periods[1].period], ["2025", "2025-Q1"]);
    let p = &periods[0];
    assert_eq!((p.received, p.on_time, p.late, p.overdue, p.open), (5, 3, 1, 1, 0));
    assert_eq!((p.released, p.refused, p.transferred, p.not_held), (1, 1, 1, 1));
    assert_eq!((p.refused_by[0].ground.section.as_str(), p.refused_by[0].requests), ("19", 1));
    assert_eq!(later.rows().expect("rows").len(), 5);
}

#[test]
fn what_is_due_soon_and_late_is_told() {
    let world = World::new("pk-kp", "");
    let reference = asked(&mut world.desk("2025-02-03"));
    let standing = |day: &str| world.desk(day).standing().expect("standing");
    let numbers = |s: &crate::Standing| (s.open, s.soon.len(), s.late.len(), s.undated.len());
    // Ten working days from Monday 3 February, of which the 5th is a holiday: Tuesday the 18th.
    for (day, wanted) in [
        ("2025-02-12", (1, 0, 0, 0)),
        ("2025-02-13", (1, 1, 0, 0)),
        ("2025-02-18", (1, 1, 0, 0)),
        ("2025-02-19", (1, 0, 1, 0)),
    ] {
        assert_eq!(numbers(&standing(day)), wanted, "{day}");
    }
    assert_eq!(standing("2025-02-19").late[0].reference, reference);
}
