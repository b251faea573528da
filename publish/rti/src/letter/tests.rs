//! Letters in both languages and formats: what they say, and that no text in them does harm.

use std::io::{Cursor, Read};

use super::*;
use crate::answer::tests::sample;
use crate::desk::tests::{NAME, World, asked, by};
use crate::{Desk, Reply, Withheld};

/// Markup, a formula, control characters and marks that turn text.
const HOSTILE: &str =
    "<b>bold</b> & #panic(\"x\") $x$ =cmd() \u{202e}turned\u{202c} ]]> &amp; \u{1}\u{2067}ا";

/// The files of a letter by their ending.
fn made(
    desk: &mut Desk<'_>,
    reference: &str,
    kind: Kind,
    language: &str,
) -> Vec<(String, Vec<u8>)> {
    let a = by(desk, "");
    let letter = desk.letter(reference, kind, Some(language), false, &a);
    letter.unwrap_or_else(|e| panic!("{kind:?} in {language}: {e}")).files
}

fn file<'a>(files: &'a [(String, Vec<u8>)], end: &str) -> &'a [u8] {
    &files.iter().find(|(name, _)| name.ends_with(end)).expect("a file").1
}

/// The text of a part of a DOCX file.
fn part(docx: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(docx)).expect("a package");
    let mut text = String::new();
    zip.by_name(name).expect("a part").read_to_string(&mut text).expect("text");
    text
}

/// A request that has had every letter.
fn all_letters(desk: &mut Desk<'_>) -> Vec<(String, Kind)> {
    let a = by(desk, "");
    let mut out = Vec::new();
    let one = asked(desk);
    desk.acknowledge(&one, &a).expect("acknowledged");
    desk.ask(&one, "which year?", &a).expect("asked");
    desk.extend(&one, "consultation", &a).expect("extended");
    desk.price(&one, 34, false, &a).expect("priced");
    out.extend(
        [Kind::Acknowledgement, Kind::Clarification, Kind::Extension, Kind::Fee]
            .map(|k| (one.clone(), k)),
    );
    let part = Withheld { exception: "privacy", reason: "single cases", part: Some("the list") };
    desk.refuse(&one, &part, &a).expect("refused");
    let reply = Reply { figures: Some(sample(&[]).expect("an answer")), ..Reply::default() };
    desk.answer(&one, &reply, &a).expect("answered");
    out.push((one, Kind::Decision));
    for step in 0..3 {
        let other = asked(desk);
        desk.acknowledge(&other, &a).expect("acknowledged");
        let whole = Withheld { part: None, ..part.clone() };
        let held = Reply { not_held: true, ..Reply::default() };
        match step {
            0 => desk.refuse(&other, &whole, &a),
            1 => desk.answer(&other, &held, &a),
            _ => desk.transfer(&other, "Home Department", &a),
        }
        .expect("done");
        out.push((other, if step == 2 { Kind::Transfer } else { Kind::Decision }));
    }
    out
}

#[test]
fn every_letter_is_whole_in_both_languages_and_formats() {
    let world =
        World::new("pk-pb", "letterhead = [{ en = \"5 Test Road\", ur = \"۵ ٹیسٹ روڈ\" }]\n");
    let mut desk = world.desk("2025-02-03");
    for (reference, kind) in all_letters(&mut desk) {
        for language in ["en", "ur"] {
            let files = made(&mut desk, &reference, kind, language);
            assert!(file(&files, ".pdf").starts_with(b"%PDF-"), "{kind:?} {language}");
            let docx = file(&files, ".docx");
            let text = part(docx, "word/document.xml");
            assert!(!text.contains('⟦'), "{kind:?} {language}: a message is missing: {text}");
            assert!(text.contains(&reference) && text.contains(NAME), "{kind:?} {language}");
            assert_eq!(text.contains("<w:bidi />"), language == "ur", "{kind:?}");
            assert_eq!(text.contains("<w:rtl />"), language == "ur", "{kind:?}");
            assert!(!text.contains("vertAlign"), "a mark is left");
            let styles = part(docx, "word/styles.xml");
            assert!(styles.contains(&format!("w:bidi=\"{language}\"")), "{styles}");
            let core = part(docx, "docProps/core.xml");
            assert!(!core.contains("unknown") && core.contains("2025-02-03"), "{core}");
        }
    }
}

#[test]
fn letters_say_what_the_law_asks_for() {
    let text = |world: &World, kind: Kind, steps: &dyn Fn(&mut Desk<'_>, &str)| {
        let mut desk = world.desk("2025-02-03");
        let reference = asked(&mut desk);
        let a = by(&desk, "");
        desk.acknowledge(&reference, &a).expect("acknowledged");
        steps(&mut desk, &reference);
        let files = made(&mut desk, &reference, kind, "en");
        let xml = part(file(&files, ".docx"), "word/document.xml");
        xml.split('<').filter_map(|t| t.split_once('>')).map(|(_, text)| text).collect::<String>()
    };
    let answer = |d: &mut Desk<'_>, r: &str| {
        let a = by(d, "");
        let reply = Reply { figures: Some(sample(&[]).expect("an answer")), ..Reply::default() };
        d.answer(r, &reply, &a).expect("answered");
    };
    let refuse = |d: &mut Desk<'_>, r: &str| {
        let a = by(d, "");
        let all = Withheld { exception: "privacy", reason: "single cases", part: None };
        d.refuse(r, &all, &a).expect("refused");
        if d.law().refusal.head_approves.is_some() {
            let head = by(d, "The Chairperson");
            d.approve(r, true, &head).expect("approved");
        }
    };
    let federal = World::new("pk", "");
    let told = text(&federal, Kind::Decision, &refuse);
    for needed in [
        "section 7(f) and 16 of the Right of Access to Information Act, 2017: privacy",
        "single cases",
        "head of this body, The Chairperson, on 3 February 2025, as section 13(4)",
        "Pakistan Information Commission within 30 days, that is by 5 March 2025",
    ] {
        assert!(told.contains(needed), "`{needed}` is not in: {told}");
    }
    let told = text(&federal, Kind::Decision, &answer);
    for needed in [
        "certified under section 13(3)",
        "95 % confidence. The margin protects the women concerned",
        "(section 7(f) and 16)",
        "At least",
        "release annual-2025",
    ] {
        assert!(told.contains(needed), "`{needed}` is not in: {told}");
    }
    let punjab = World::new("pk-pb", "");
    let told = text(&punjab, Kind::Decision, &answer);
    for needed in ["(stamp)", "within 60 days", "4 April 2025", "14 working days"] {
        assert!(told.contains(needed), "`{needed}` is not in: {told}");
    }
    assert!(told.contains("We know of no time limit"), "{told}");
    let told = text(&punjab, Kind::Acknowledgement, &|_, _| {});
    assert!(told.contains("answered by 24 February 2025"), "{told}");
}

#[test]
fn hostile_text_stays_text() {
    let world = World::new("pk-kp", "");
    let mut desk = world.desk("2025-02-03");
    let mut applicant = crate::Applicant::default();
    applicant.name = HOSTILE.to_owned();
    applicant.address = format!("{HOSTILE}\n{HOSTILE}");
    let new = crate::NewRequest {
        received: "2025-02-03".to_owned(),
        channel: "post".to_owned(),
        subject: HOSTILE.to_owned(),
        language: "ur".to_owned(),
        urgent: true,
    };
    let reference = desk.enter(&new, &applicant, "").expect("entered").reference;
    let a = by(&desk, "");
    desk.acknowledge(&reference, &a).expect("acknowledged");
    let reply = Reply {
        statement: Some(HOSTILE.to_owned()),
        references: vec![HOSTILE.to_owned()],
        figures: Some(sample(&[]).expect("an answer")),
        not_held: false,
    };
    desk.answer(&reference, &reply, &a).expect("answered");
    for language in ["en", "ur"] {
        let files = made(&mut desk, &reference, Kind::Decision, language);
        assert!(file(&files, ".pdf").starts_with(b"%PDF-"));
        let text = part(file(&files, ".docx"), "word/document.xml");
        assert!(text.contains("&lt;b&gt;bold&lt;/b&gt; &amp; #panic"), "{text}");
        for bad in ["<b>", "\u{202e}", "\u{2067}", "\u{1}", "\u{2068}"] {
            assert!(!text.contains(bad), "{bad:?}");
        }
        let mut reader = quick_xml::Reader::from_str(&text);
        while reader.read_event().expect("well-formed XML") != quick_xml::events::Event::Eof {}
        let csv = String::from_utf8(file(&files, ".csv").to_vec()).expect("UTF-8");
        assert!(csv.contains("'=cmd()") && !csv.contains(",=cmd"), "{csv}");
    }
    for row in desk.rows().expect("rows") {
        assert!(row.iter().all(|c| !c.starts_with('=') && !c.contains('\u{202e}')), "{row:?}");
    }
}

#[test]
fn an_office_lays_its_own_wording_over_ours() {
    let world = World::new("pk-kp", "");
    let folder = world.home.path().join(FOLDER);
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("en.ftl"), "rti-ack-officer = Mine.\n").expect("a file");
    let mut desk = world.desk("2025-02-03");
    let reference = asked(&mut desk);
    let files = made(&mut desk, &reference, Kind::Acknowledgement, "en");
    assert!(part(file(&files, ".docx"), "word/document.xml").contains("Mine."));
    std::fs::write(folder.join("en.ftl"), "rti-ack-officer Mine\n").expect("a file");
    let a = by(&desk, "");
    let told = desk.letter(&reference, Kind::Acknowledgement, Some("en"), false, &a).err();
    assert!(told.is_some_and(|e| e.to_string().contains("line 1")));
}
