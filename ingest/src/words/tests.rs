//! Both message files are whole, say the same things, and are all used.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::rows::column;
use crate::{IngestError, Reason};

/// Every key and attribute: `rule-row-shape`, `rule-row-shape.do`.
fn keys(language: Language) -> BTreeSet<String> {
    let (mut keys, mut last) = (BTreeSet::new(), String::new());
    for line in language.messages().lines() {
        let Some((name, _)) = line.split_once(" =") else { continue };
        if let Some(attribute) = name.trim().strip_prefix('.') {
            assert!(keys.insert(format!("{last}.{attribute}")), "{name} is there twice");
        } else if name.starts_with(|c: char| c.is_ascii_lowercase()) {
            name.clone_into(&mut last);
            assert!(keys.insert(last.clone()), "{name} is there twice");
        }
    }
    keys
}

fn sources(folder: &Path, out: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
            out.push_str(&fs::read_to_string(path).expect("a source file"));
        }
    }
}

/// One refusal of each kind.
fn refusals() -> Vec<IngestError> {
    let file = || PathBuf::from("a.csv");
    let system = || std::io::Error::other("no room");
    let text = || "as follows".to_owned();
    let columns = || vec![Reason::new("header-unmapped").said("column", column(2, true))];
    vec![
        IngestError::Open { file: file(), source: system() },
        IngestError::Format { file: file(), why: Reason::new("csv-quotes") },
        IngestError::Sheet { file: file(), why: Reason::new("sheet-many").count("sheets", 3) },
        IngestError::Header { file: file(), provider: text(), columns: columns() },
        IngestError::NothingAccepted { file: file(), rows: 1, details: text(), rejects: vec![] },
        IngestError::Identifying {
            file: file(),
            rows: 9,
            identifying: 8,
            details: text(),
            rejects: vec![],
        },
        IngestError::NoRows { file: file() },
        IngestError::NoHeader { file: file() },
        IngestError::Schema(shumar_schemas::SchemaError::invalid("a.json", "is wrong", "do this")),
        IngestError::Key { file: file(), why: Reason::new("key-damaged").advised("key-lost-home") },
        IngestError::Unfit { file: file(), why: Reason::new("unfit-header"), columns: columns() },
        IngestError::Places { file: file() },
        IngestError::Seal(shumar_seal::SealError::Missing),
        IngestError::Batch { batch: 1, why: Reason::new("batch-withdrawn") },
        IngestError::Twin { file: file() },
        IngestError::Busy { patience: "10 minutes".to_owned() },
        IngestError::Withheld,
        IngestError::Content { file: file(), why: Reason::new("zip-many").count("files", 2) },
        IngestError::Write { file: file(), source: system() },
        IngestError::from(parquet::errors::ParquetError::General(text())),
        IngestError::Register(rusqlite::Error::InvalidQuery),
    ]
}

#[test]
fn both_languages_have_the_same_messages_and_parse_whole() {
    assert_eq!(keys(Language::English), keys(Language::Urdu));
    for language in Language::ALL {
        let parsed = FluentResource::try_new(language.messages().to_owned());
        assert!(parsed.is_ok(), "{parsed:?}");
        let messages = keys(language).iter().filter(|k| !k.contains('.')).count();
        assert_eq!(parsed.map_or(0, |p| p.entries().count()), messages);
    }
}

#[test]
fn every_rule_and_every_refusal_has_both_sentences_and_no_other_is_there() {
    let mut expected = BTreeSet::new();
    let rules = Rule::ALL.iter().map(|r| format!("rule-{}", r.id()));
    for key in rules.chain(refusals().iter().map(|e| format!("refusal-{}", e.id()))) {
        expected.extend([format!("{key}.do"), key]);
    }
    let about = |k: &String| k.starts_with("rule-") || k.starts_with("refusal-");
    let own = ["refusal-title", "refusal-particulars", "refusal-particulars-english"];
    let found: BTreeSet<String> = keys(Language::English)
        .into_iter()
        .filter(|k| about(k) && !own.contains(&k.as_str()))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(Rule::ALL.len(), Rule::ALL.iter().map(|r| r.id()).collect::<BTreeSet<_>>().len());
}

#[test]
fn every_sentence_is_whole_in_its_own_script() {
    for language in Language::ALL {
        let words = Words::new(language);
        let rules = Rule::ALL.iter().flat_map(|r| [words.meaning(*r), words.advice(*r)]);
        let refused = refusals();
        let refusals =
            refused.iter().flat_map(|e| [words.refusal_meaning(e), words.refusal_advice(e)]);
        for sentence in rules.chain(refusals) {
            let end = if language == Language::Urdu { '۔' } else { '.' };
            assert!(sentence.ends_with(end) && !sentence.contains('⟦'), "{sentence}");
            assert!(sentence.matches('`').count() % 2 == 0, "{sentence}");
            let urdu = sentence.starts_with(|c: char| ('\u{600}'..'\u{700}').contains(&c));
            assert_eq!(urdu, language == Language::Urdu, "{sentence}");
            let foreign = [',', ';', '?', '\u{2066}', '\u{2068}', 'ي', 'ك', 'ه'];
            let is_foreign = |c: char| language == Language::Urdu && foreign.contains(&c);
            assert!(!sentence.contains(is_foreign), "{sentence}");
        }
    }
}

#[test]
fn every_message_is_used_and_every_used_one_exists() {
    let mut text = String::new();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    sources(&here.join("src"), &mut text);
    sources(&here.join("../src"), &mut text);
    let keys = keys(Language::English);
    let built = |k: &str| k.starts_with("rule-") || k.starts_with("refusal-");
    for key in keys.iter().filter(|k| !built(k)) {
        let key = key.strip_suffix(".do").unwrap_or(key);
        assert!(text.contains(&format!("\"{key}\"")), "`{key}` is used nowhere");
    }
    for call in [".say(\"", ".say_with(\"", "Reason::new(\""] {
        for (at, _) in text.match_indices(call) {
            let key = text[at + call.len()..].split('"').next().unwrap_or_default();
            assert!(keys.contains(key), "`{key}` does not exist");
        }
    }
}

#[test]
fn nothing_falls_back_where_a_message_takes_values() {
    for words in Language::ALL.map(Words::new) {
        for n in [0_u64, 1, 2, 1_234] {
            for key in ["state-landed", "state-checked"] {
                let text = words.say_with(key, [("rejected", n.into())]);
                assert!(!text.contains('⟦') && !text.contains('{'), "{text}");
            }
        }
    }
    let urdu = Words::new(Language::Urdu);
    assert!(urdu.say_with("state-landed", [("rejected", 1_234.into())]).contains("۱,۲۳۴ سطروں"));
    assert!(urdu.say_with("state-landed", [("rejected", 1.into())]).contains("ایک سطر"));
    let english = Words::new(Language::English);
    assert!(english.say_with("state-landed", [("rejected", 1.into())]).contains("1 row that was"));
    assert_eq!(english.say("no-such-message"), "⟦no-such-message⟧");
}

#[test]
fn numbers_are_written_in_the_digits_of_the_language() {
    let shown = |l| [0, 999, 1_000, 1_234_567].map(|n| Words::new(l).number(n));
    assert_eq!(shown(Language::English), ["0", "999", "1,000", "1,234,567"]);
    assert_eq!(shown(Language::Urdu), ["۰", "۹۹۹", "۱,۰۰۰", "۱,۲۳۴,۵۶۷"]);
}

#[test]
fn a_rejection_is_about_a_field_by_its_title() {
    let catalog = shumar_schemas::Catalog::new(&[]).expect("the built-in catalog");
    let kind = catalog.kind("police", "a test").expect("a kind");
    let both = |name: &str| Language::ALL.map(|l| Words::new(l).field(kind, name));
    assert_eq!(both("district"), ["District", "ضلع"]);
    assert_eq!(both("person"), ["Person key", "فرد کی کلید"]);
    assert_eq!(both(""), ["The whole row", "پوری سطر"]);
    assert_eq!(both("record_key"), ["Record key", "ریکارڈ کی پہچان"]);
    assert_eq!(both("elsewhere"), ["elsewhere", "elsewhere"]);
}

#[test]
fn a_refusal_on_the_terminal_says_why_and_what_to_do() {
    let why = IngestError::Header {
        file: "a.csv".into(),
        provider: "cell".to_owned(),
        columns: vec![Reason::new("header-unmapped").said("column", column(7, false))],
    };
    assert_eq!(Words::new(Language::English).refusal(&why), why.to_string());
    let urdu = Words::new(Language::Urdu).refusal(&why);
    assert!(urdu.starts_with("فائل کے کالم") && urdu.contains("کیا کریں: "), "{urdu}");
    assert!(urdu.contains("\nتفصیل:\n  کالم 8 نہ کسی خانے سے"), "{urdu}");
    assert!(!urdu.contains("column"), "{urdu}");
}

/// The messages that a message is about: `{ $row }`.
fn values(message: &str) -> BTreeSet<&str> {
    let starts = message.match_indices("{ $").map(|(at, opening)| at + opening.len());
    starts.filter_map(|at| message[at..].split(' ').next()).collect()
}

/// Each message with what follows it.
fn messages(language: Language) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for line in language.messages().lines().filter(|l| !l.starts_with('#')) {
        match all.last_mut() {
            Some(last) if line.starts_with([' ', '}']) => last.push_str(line),
            _ => all.push(line.to_owned()),
        }
    }
    all.retain(|message| !message.is_empty());
    all.sort();
    all
}

#[test]
fn both_languages_say_the_same_values() {
    let [english, urdu] = Language::ALL.map(messages);
    assert_eq!(english.len(), urdu.len());
    for (english, urdu) in english.iter().zip(&urdu) {
        let name = |m: &str| m.split(" =").next().map(str::to_owned);
        assert_eq!(name(english), name(urdu));
        assert_eq!(values(english), values(urdu), "{urdu}");
    }
}

/// What refuses a file by itself says what to do; what is told of a column need not.
#[test]
fn every_reason_says_what_to_do() {
    let alone = ["file-", "ending-", "packed-", "zip-", "table-", "text-", "csv-", "json-"];
    let more = ["parquet-", "book-", "sheet-", "batch-", "content-"];
    let keys = keys(Language::English);
    for key in keys.iter().filter(|k| !k.contains('.') && *k != "content-other") {
        if alone.iter().chain(&more).any(|b| key.starts_with(b)) {
            assert!(keys.contains(&format!("{key}.do")), "{key}");
        }
    }
}

/// What is particular is told in the language of the report; settings alone speak English only.
#[test]
fn particulars_are_told_in_both_languages() {
    let [english, urdu] = Language::ALL.map(Words::new);
    let mut told = 0;
    for why in refusals() {
        let Some(ours) = urdu.particulars(&why) else { continue };
        let theirs = english.particulars(&why).expect("the same in English");
        assert_eq!(theirs.language, Language::English);
        assert_eq!(ours.lines.len(), theirs.lines.len(), "{ours:?}");
        let is_settings = ["settings", "seal"].contains(&why.id());
        assert_eq!(ours.language == Language::English, is_settings, "{ours:?}");
        for line in ours.lines.iter().chain(&theirs.lines) {
            assert!(!line.contains(['⟦', '{']), "{line}");
        }
        let arabic = |line: &String| line.contains(|c: char| ('\u{600}'..'\u{700}').contains(&c));
        assert_eq!(ours.lines.iter().all(arabic), !is_settings, "{ours:?}");
        let title = urdu.particulars_title(&ours);
        assert_eq!(title == "تفصیل:", !is_settings, "{title}");
        told += 1;
    }
    assert_eq!(told, 10);
}

/// Urdu sentences have Urdu letters and signs; what stands between backticks is not theirs.
#[test]
fn the_words_of_particulars_are_urdu() {
    let begins =
        ["particulars-", "content-", "csv-", "json-", "zip-", "book-", "sheet-", "header-"];
    let more = ["unfit-", "key-", "batch-", "packed-", "text-", "table-", "parquet-", "place-"];
    for message in messages(Language::Urdu) {
        if !begins.iter().chain(&more).any(|b| message.starts_with(b)) {
            continue;
        }
        let (_, text) = message.split_once(" =").expect("a message");
        let plain: String = text.split('`').step_by(2).collect();
        assert!(!plain.contains([',', ';', '?', 'ي', 'ك', 'ه']), "{message}");
        let arabic = |c: char| ('\u{600}'..'\u{700}').contains(&c);
        assert!(plain.contains(arabic) || message.starts_with("content-json ="), "{message}");
    }
}

/// Every remark has its words in both languages, and the English ones are the remark's own.
#[test]
fn remarks_about_a_batch_have_words_in_both_languages() {
    use shumar_schemas::YearMonth;

    use crate::Note;
    use crate::drift::Warning;

    let (before, now) = (10.0, 52.0);
    let months = vec!["2025-03".parse::<YearMonth>().expect("a month")];
    let title = Label::english("Outcome before intake").with("ur", "نتیجہ داخلے سے پہلے");
    let notes = [
        Note::hidden_sheets(2),
        Note::other_sheets(3),
        Note::blank_sheet(2),
        Note::merged_unseen(),
        Note::nothing(&months),
        Note::total(14, 0),
        Note::total(14, 2),
        Note::doubt(7, "outcome-before-intake", &title),
        Warning::Blanks { field: "district".to_owned(), before, now }.into(),
        Warning::Rejected { before, now }.into(),
        Warning::FewRows { before, now }.into(),
        Warning::ManyRows { before, now }.into(),
        Warning::MonthsMissing { months }.into(),
        Warning::AreasMissing { areas: 4 }.into(),
    ];
    let [english, urdu] = Language::ALL.map(Words::new);
    for note in &notes {
        assert_eq!(english.note(note), note.to_string());
        let words = urdu.note(note);
        assert!(!words.contains('⟦') && words != note.to_string(), "{words}");
        assert!(words.chars().any(|c| ('\u{600}'..'\u{700}').contains(&c)), "{words}");
    }
}
