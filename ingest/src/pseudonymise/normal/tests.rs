//! One number written in many ways is one number; different ones stay apart.

use proptest::prelude::*;

use super::*;

fn form(digits: usize) -> Form {
    Form { digits, prefixes: Vec::new(), made_up: Vec::new() }
}

fn number(text: &str) -> Result<String, NoIdentity> {
    written(&[text], &form(13))
}

fn written(cells: &[&str], form: &Form) -> Result<String, NoIdentity> {
    let mut normal = Normal::new();
    let digits = normal.number(cells.iter().copied(), form)?;
    Ok(String::from_utf8(digits.to_vec()).expect("digits"))
}

fn words(cells: &[&str]) -> Result<String, NoIdentity> {
    let mut normal = Normal::new();
    let text = normal.text(cells.iter().copied())?;
    Ok(String::from_utf8(text.to_vec()).expect("text"))
}

#[test]
fn one_number_written_in_many_ways() {
    for text in [
        "1730100000002",
        "17301-0000000-2",
        "17301.0000000.2",
        " 17301 0000000 2",
        "'17301-0000000-2",
        "۱۷۳۰۱-۰۰۰۰۰۰۰-۲",
        "١٧٣٠١٠٠٠٠٠٠٠٢",
        "１７３０１－０００００００－２",
        "17301\u{200b}0000000\u{200f}2",
        "17301–0000000—2",
        "1730100000002.0",
        "1730100000002.00",
        "17301/0000000/2",
        "(17301) 0000000_2",
        "17301\u{a0}0000000\u{a0}2",
    ] {
        assert_eq!(number(text).as_deref(), Ok("1730100000002"), "{text}");
    }
    assert_eq!(written(&["17301", "0000000", "2.0"], &form(13)).as_deref(), Ok("1730100000002"));
}

#[test]
fn what_has_another_form_is_no_number() {
    for text in [
        "173010000000",
        "17301000000021",
        "1.730100000002E+12",
        "17301-0000000-X",
        "PK1730100000002",
        "173010000000.0",
        "1730100000002/1730100000003",
        "½730100000002",
        "1730+100000002",
        "nil",
    ] {
        assert_eq!(number(text), Err(NoIdentity::Unreadable), "{text}");
    }
    assert_eq!(number(""), Err(NoIdentity::Blank));
    assert_eq!(number(&"1".repeat(5000)), Err(NoIdentity::Unreadable));
}

#[test]
fn made_up_numbers_are_no_identity() {
    for text in [
        "0000000000000",
        "1111111111111",
        "1234567890123",
        "0123456789012",
        "9876543210987",
        "17301-1111111-1",
        "12345-0000000-0",
    ] {
        assert_eq!(number(text), Err(NoIdentity::MadeUp), "{text}");
    }
    for text in ["1730100000002", "1234567890124", "1234567890132", "17301-1111112-1"] {
        assert!(number(text).is_ok(), "{text}");
    }
    let mut form = form(13);
    form.made_up.push(b"1730100000009".to_vec());
    assert_eq!(written(&["17301-0000000-9"], &form), Err(NoIdentity::MadeUp));
}

#[test]
fn telephone_numbers_lose_their_prefixes() {
    let prefixes = ["0092", "92", "0"].map(|p| p.as_bytes().to_vec()).to_vec();
    let form = Form { digits: 10, prefixes, made_up: Vec::new() };
    for text in
        ["0300-1234567", "+92 300 1234567", "0092 300 1234567", "3001234567", "3001234567.0"]
    {
        assert_eq!(written(&[text], &form).as_deref(), Ok("3001234567"), "{text}");
    }
    for text in ["1300-1234567", "+91 300 1234567", "300123456"] {
        assert_eq!(written(&[text], &form), Err(NoIdentity::Unreadable), "{text}");
    }
}

#[test]
fn words_are_one_in_case_signs_and_forms_of_letters() {
    assert_eq!(words(&["  Fatima-BIBI "]).as_deref(), Ok("fatima bibi"));
    assert_eq!(words(&["ﬁle ۱۲/۲۵"]).as_deref(), Ok("file 12 25"));
    assert_eq!(words(&["فاطمة علي"]), words(&["فاطمہ عَلی"]));
    assert_ne!(words(&["a", "bc"]), words(&["ab", "c"]));
    assert_ne!(words(&["a b"]), words(&["ab"]));
    assert_eq!(words(&["a", " - "]), Err(NoIdentity::Blank));
    assert_eq!(words(&[&"x".repeat(5000)]), Err(NoIdentity::Unreadable));
}

#[test]
fn a_buffer_holds_nothing_of_the_row_before() {
    let mut normal = Normal::new();
    normal.text(["a long first name"].into_iter()).expect("text");
    normal.wipe();
    assert!(normal.bytes.iter().all(|b| *b == 0));
    assert_eq!(normal.text(["b"].into_iter()), Ok(b"b".as_slice()));
    // Decimals that were left out are wiped too.
    normal.number(["1730100000002.000"].into_iter(), &form(13)).expect("a number");
    normal.wipe();
    assert!(normal.bytes.iter().all(|b| *b == 0));
    assert!(normal.text(["x".repeat(5000).as_str()].into_iter()).is_err());
    normal.wipe();
    assert!(normal.bytes.iter().all(|b| *b == 0));
}

/// A number written with other digits, signs and invisible characters in between.
fn dressed(number: &str, zeros: &[usize], signs: &[usize]) -> String {
    const SIGNS: [&str; 8] = ["", "", "-", " ", "\u{200b}", "\u{a0}", "–", "\u{202b}"];
    const SCRIPTS: [char; 5] = ['0', '٠', '۰', '०', '０'];
    let mut text = String::new();
    for (i, c) in number.bytes().enumerate() {
        let zero = SCRIPTS[zeros[i % zeros.len()] % SCRIPTS.len()] as u32;
        text.push(char::from_u32(zero + u32::from(c - b'0')).expect("a digit"));
        text.push_str(SIGNS[signs[i % signs.len()] % SIGNS.len()]);
    }
    text
}

proptest! {
    #[test]
    fn dress_does_not_matter(
        digits in "[1-8][0-9]{12}",
        zeros in prop::collection::vec(0_usize..5, 13),
        signs in prop::collection::vec(0_usize..8, 13),
    ) {
        prop_assert_eq!(number(&dressed(&digits, &zeros, &signs)), number(&digits));
    }

    #[test]
    fn different_numbers_stay_different(a in "[0-9]{13}", b in "[0-9]{13}") {
        if let (Ok(x), Ok(y)) = (number(&a), number(&b)) {
            prop_assert_eq!(x == y, a == b);
        }
    }

    #[test]
    fn nothing_a_cell_can_hold_breaks_it(text in "\\PC{0,60}", many in prop::collection::vec(".{0,9}", 0..4)) {
        let _ = (number(&text), words(&[&text]));
        let _ = words(&many.iter().map(String::as_str).collect::<Vec<_>>());
    }
}
