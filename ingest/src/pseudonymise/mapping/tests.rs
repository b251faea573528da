//! A mapping says one thing about each column, in words that are known.

use super::*;

const HEAD: &str = "format = \"shumar.pseudonymise/1\"\n";
const TOKEN: &str = "[[tokens]]\ncolumns = [\"Id\"]\nnormalise = \"identity-number\"\ndigits = 13\nas = \"Token\"\n";

fn refusal(text: &str) -> String {
    OfficeMapping::parse("office.toml", text).expect_err("a refusal").to_string()
}

#[test]
fn the_example_is_a_mapping() {
    let mapping = OfficeMapping::parse("example.toml", OfficeMapping::EXAMPLE).expect("a mapping");
    let header = mapping.header();
    assert_eq!(
        header,
        ["Token", "Complaint No", "Age band", "Date of report", "District", "Offence", "Result"]
    );
    // Its remarks are settings that can be switched on.
    let text =
        OfficeMapping::EXAMPLE.replace("# made_up", "made_up").replace("# without", "without");
    let mapping = OfficeMapping::parse("example.toml", &text).expect("a mapping");
    assert!(mapping.tokens[0].drops_rows() && mapping.tokens[0].made_up.len() == 1);
}

#[test]
fn what_does_not_fit_is_named() {
    let good = format!("{HEAD}keep = [\"District\"]\n{TOKEN}");
    assert!(OfficeMapping::parse("office.toml", &good).is_ok());
    for (from, to, words) in [
        ("shumar.pseudonymise/1", "shumar.pseudonymise/2", "another version"),
        ("keep =", "kept =", "kept"),
        ("digits = 13", "digits = 13\nsalt = 1", "salt"),
        ("digits = 13\n", "", "how many `digits`"),
        ("digits = 13", "digits = 0", "how many `digits`"),
        ("digits = 13", "digits = 13\nprefixes = [\"+92\"]", "digits only"),
        ("digits = 13", "digits = 13\nmade_up = [\"\"]", "digits only"),
        ("identity-number", "text", "is text and has no digits"),
        ("identity-number", "passport", "passport"),
        ("[\"Id\"]", "[]", "made of no column"),
        ("digits = 13", "digits = 13\npurpose = \"Accused Man\"", "no plain `purpose`"),
        ("digits = 13", "digits = 13\nwithout_identity = \"keep\"", "keep"),
        ("[\"District\"]", "[\"District\", \"Id\"]", "column `Id`, which is kept"),
        ("[\"District\"]", "[\"District\"]\nkeys = [\"District\"]", "named twice"),
        ("[\"District\"]", "[\"District\"]\ndrop = [\"District\"]", "both kept and dropped"),
        ("[\"District\"]", "[\"District\", \" \"]", "blank"),
        ("[\"District\"]", "[\"Token\"]", "two columns of the result"),
        ("as = \"Token\"", "as = \"\"", "blank name"),
        ("keep", "header_row = 0\nkeep", "counted from 1"),
        ("keep", "date_formats = [\"%d\"]\nkeep", "not a date format"),
        ("keep", "age_band = { age = \"Age\", at = \"Date\", as = \"Band\" }\nkeep", "how old"),
        ("keep", "age_band = { birth_date = \"Born\", as = \"Band\" }\nkeep", "how old"),
        ("keep", "age_band = { age = \"District\", as = \"Band\" }\nkeep", "which is kept"),
    ] {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good, "{from}");
        let said = refusal(&text);
        assert!(said.contains(words) && said.contains("office.toml"), "{to}: {said}");
    }
    assert!(refusal(HEAD).contains("nothing becomes a token"));
}

#[test]
fn sources_may_also_be_dropped_and_the_event_date_kept_as_a_month() {
    let age = "age_band = { birth_date = \"Born\", at = \"Date\", as = \"Band\" }\n";
    for more in ["drop = [\"Id\", \"Born\", \"Date\"]\n", "months = [\"Date\"]\n"] {
        let text = format!("{HEAD}{age}{more}{TOKEN}");
        assert!(OfficeMapping::parse("office.toml", &text).is_ok(), "{more}");
    }
    for more in ["months = [\"Born\"]\n", "keep = [\"Date\"]\n", "months = [\"Date\", \"Date\"]\n"]
    {
        refusal(&format!("{HEAD}{age}{more}{TOKEN}"));
    }
    refusal(&format!("{HEAD}{age}months = [\"Date\"]\ndrop = [\"Date\"]\n{TOKEN}"));
}

#[test]
fn a_file_of_records_named_by_mistake_is_not_quoted() {
    for records in ["Name,Id\nFatima Bibi,17301-0000000-2\n", "Fatima = Bibi 17301", "= Fatima"] {
        let said = refusal(records);
        assert!(!said.contains("Fatima") && !said.contains("17301"), "{said}");
        assert!(said.contains("line 1"), "{said}");
    }
}
