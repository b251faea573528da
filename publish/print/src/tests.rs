//! What templates can see and do, and what becomes of hostile text.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use typst::layout::{Frame, FrameItem};
use typst_layout::PagedDocument;

use super::*;
use crate::fonts::Fonts;

const PLAIN: &str = r#"
#let data = json("data.json")
#set document(title: data.title)
#set text(lang: data.language, font: ("Noto Sans", "Noto Naskh Arabic"))
= #data.title
#for it in data.texts [#par(it)]
"#;

fn document<'a>(template: &'a str, data: &'a Value) -> Document<'a> {
    Document { template, parts: &[], data, date: "2026-02-05" }
}

fn data(texts: &[&str]) -> Value {
    json!({ "title": "Letter", "language": "en", "texts": texts })
}

/// The text of each page, in the order in which it is set.
fn pages(document: &Document) -> Vec<String> {
    let desk = Desk::new(document, date(document.date).expect("a date")).expect("a desk");
    let pages: PagedDocument = typst::compile(&desk).output.expect("a template that compiles");
    pages.pages().iter().map(|page| words(&page.frame)).collect()
}

fn words(frame: &Frame) -> String {
    let text = |(_, item): &(_, FrameItem)| match item {
        FrameItem::Text(text) => text.text.to_string() + " ",
        FrameItem::Group(group) => words(&group.frame),
        _ => String::new(),
    };
    frame.items().map(text).collect()
}

/// Whether the file claims to conform to both standards.
fn conforms(pdf: &[u8]) -> bool {
    let text = String::from_utf8_lossy(pdf);
    text.contains("pdfuaid:part") && text.contains("pdfaid:part")
}

#[test]
fn the_same_document_has_the_same_bytes_whatever_else_is_printed() {
    let data = data(&["One.", "Two."]);
    let first = pdf(&document(PLAIN, &data)).expect("printed");
    let others: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let run = |i: usize| {
            scope.spawn(move || {
                let other = json!({ "title": i, "language": "ur", "texts": ["متن"] });
                let other = json!({ "title": other["title"].to_string(), "language": "ur",
                                    "texts": other["texts"] });
                pdf(&document(PLAIN, &other)).expect("printed");
                let data = super::tests::data(&["One.", "Two."]);
                pdf(&document(PLAIN, &data)).expect("printed")
            })
        };
        let running: Vec<_> = (0..4).map(run).collect();
        running.into_iter().map(|thread| thread.join().expect("done")).collect()
    });
    assert!(others.iter().all(|other| *other == first));
    let later = Document { date: "2026-02-06", ..document(PLAIN, &data) };
    assert_ne!(pdf(&later).expect("printed"), first);
}

#[test]
fn documents_carry_title_language_date_and_tags() {
    let data = json!({ "title": "سند", "language": "ur", "texts": ["یہ ایک خط ہے۔"] });
    let bytes = pdf(&document(PLAIN, &data)).expect("printed");
    let unpacked = pack::tests::unpacked(&bytes);
    let text = String::from_utf8_lossy(&unpacked);
    assert!(conforms(&bytes));
    assert!(text.contains("/Lang(ur") || text.contains("/Lang (ur"), "no language");
    assert!(
        text.contains("سند") && text.contains("2026-02-05") && text.contains("/StructTreeRoot")
    );
    assert!(text.contains("/Direction/R2L") || text.contains("/Direction /R2L"));
}

#[test]
fn text_is_never_markup() {
    let hostile = [
        "#panic(\"gone\")",
        "#read(\"/etc/passwd\") *bold* _it_ $x^2$ `raw` @ref <label> = Head",
        "\\ // comment /* more */ - item + item / term: x",
        "https://example.org/#fn",
        "--- ~ ... 'quote' \"quote\"",
        "#{while true {}}",
    ];
    let shown = pages(&document(PLAIN, &data(&hostile))).concat();
    for text in hostile {
        assert!(shown.contains(text), "{text}\n{shown}");
    }
}

#[test]
fn what_steers_or_hides_text_does_not_reach_the_page() {
    let data = data(&["safe \u{202e}liame\u{202c} \u{0}\u{7}\u{1b}[31m \u{feff}\u{e0041} end"]);
    let shown = pages(&document(PLAIN, &data)).concat();
    assert!(shown.contains("safe liame [31m  end"), "{shown:?}");
}

#[test]
fn any_text_can_be_printed() {
    let every = (0_u32..0x3000).chain(0xd000..0x1_0000).chain(0x1_f600..0x1_f650);
    let every: String = every.filter_map(char::from_u32).collect();
    let marks = "a\u{64b}b\u{301}\u{301}\u{670}ک\u{303}\u{200d}\u{200d}१\u{94d}";
    let long = "خ".repeat(3000);
    let data = data(&[&every, marks, &long, "", "\n\n\n"]);
    assert!(pdf(&document(PLAIN, &data)).expect("printed").starts_with(b"%PDF-"));
}

#[test]
fn urdu_is_joined_and_runs_from_right_to_left() {
    let template = PLAIN.replace("lang: data.language", "lang: \"ur\"");
    let data = data(&["پاکستان 2025", "پ"]);
    let document = document(&template, &data);
    let desk = Desk::new(&document, date("2026-02-05").expect("a date")).expect("a desk");
    let pages: PagedDocument = typst::compile(&desk).output.expect("compiled");
    let mut runs = Vec::new();
    collect(&pages.pages()[0].frame, 0.0, &mut runs);
    let (word, glyphs) = runs.iter().find(|(t, ..)| t.0.contains("پاکستان")).expect("a word");
    let number = &runs.iter().find(|(t, ..)| t.0.contains("2025")).expect("a number").0;
    assert!(number.1 < word.1, "the number stands to the left of the word");
    // Joined forms: the two alifs stand behind different letters, and the first letter is not the
    // same glyph as when it stands alone.
    let alone = runs.iter().find(|(t, _)| t.0 == "پ").expect("a letter alone");
    assert_eq!(alone.1.len(), 1);
    assert!(!glyphs.contains(&alone.1[0]), "{glyphs:?}");
}

type Run = ((String, f64), Vec<u16>);

fn collect(frame: &Frame, left: f64, runs: &mut Vec<Run>) {
    for (at, item) in frame.items() {
        let x = left + at.x.to_pt();
        match item {
            FrameItem::Text(text) => {
                let glyphs = text.glyphs.iter().map(|g| g.id).collect();
                runs.push(((text.text.to_string(), x), glyphs));
            }
            FrameItem::Group(group) => collect(&group.frame, x, runs),
            _ => {}
        }
    }
}

#[test]
fn templates_see_nothing_else() {
    let data = data(&[]);
    for (template, word) in [
        ("#read(\"/etc/passwd\")", "only itself"),
        ("#read(\"../../secret\")", "line 1"),
        ("#image(\"https://example.org/a.png\")", "only itself"),
        ("#import \"@preview/cetz:0.3.0\": *", "only itself"),
        ("#include \"other.typ\"", "only itself"),
        ("#plugin(\"a.wasm\")", "only itself"),
    ] {
        let error = pdf(&document(template, &data)).expect_err(template).to_string();
        assert!(error.contains(word) && error.contains("line 1 of `main.typ`"), "{error}");
    }
    let today = "#set document(title: [x])\n#datetime.today().display()";
    assert!(pages(&document(today, &data)).concat().contains("2026-02-05"));
}

#[test]
fn faults_are_told_with_line_and_words() {
    let data = data(&[]);
    let template = "= Letter\n\n#let name = data.publisher\n";
    let error = pdf(&document(template, &data)).expect_err("a fault").to_string();
    assert_eq!(
        error,
        "the template can't be printed\n  \
           line 3 of `main.typ`: unknown variable: data\n    \
             #let name = data.publisher\n\n\
         hint: put the line right, or take your own template away so that the built-in one is used"
    );
    let parts: [(&str, &[u8]); 1] = [("head.typ", b"#let a = 1\n#let b = (\n")];
    let document = Document { parts: &parts, ..document("#import \"head.typ\": *", &data) };
    let error = pdf(&document).expect_err("a fault").to_string();
    assert!(error.contains("line 2 of `head.typ`"), "{error}");
    let error = pdf(&Document { date: "yesterday", ..document }).expect_err("no date");
    assert!(error.to_string().contains("`yesterday` is not a date"), "{error}");
}

/// Templates of ours use letters that they bring, so that nothing depends on the machine.
#[test]
fn our_templates_name_fonts_that_are_there() {
    let texts = [templates::STYLE.1, templates::CERTIFICATE_PART.1];
    let texts = texts.map(String::from_utf8_lossy);
    let all = [templates::BULLETIN, templates::CERTIFICATE, &texts[0], &texts[1]].concat();
    let named: BTreeSet<&str> = all.split('"').filter(|part| part.starts_with("Noto ")).collect();
    assert!(named.len() >= 3);
    for family in named {
        assert!(Fonts::all().book.contains_family(&family.to_lowercase()), "{family}");
    }
}
