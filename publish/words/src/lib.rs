//! What readers are told: messages in every language, and how numbers, lists and dates are written.
//!
//! Messages are Fluent (projectfluent.org), one folder a language in `publish/messages`; a new
//! language needs a new folder and no code. Labels of tables, codes and offices are not here: they
//! come with the release.

mod language;

use std::borrow::Cow;

pub use fluent_bundle::FluentValue;
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use shumar_schemas::{Label, YearMonth};
use unic_langid::LanguageIdentifier;

pub use self::language::Language;

/// The messages of one language.
pub struct Words {
    /// The language.
    pub language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// Loads the built-in messages; a test keeps them whole.
    #[must_use]
    pub fn load(language: Language) -> Self {
        let tag: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new(vec![tag]);
        bundle.set_use_isolating(false);
        for (_, text) in language.messages() {
            let parsed = FluentResource::try_new(text.to_owned());
            bundle.add_resource_overriding(parsed.unwrap_or_else(|(partial, _)| partial));
        }
        Self { language, bundle }
    }

    /// Lays an office's own messages over the built-in ones.
    ///
    /// # Errors
    /// Text that does not parse, in words that name the place.
    pub fn lay_over(&mut self, text: &str) -> Result<(), String> {
        let parsed = FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| {
            let line = |at: usize| 1 + text.bytes().take(at).filter(|b| *b == b'\n').count();
            errors.first().map_or_else(String::new, |e| format!("line {}: {e}", line(e.pos.start)))
        })?;
        self.bundle.add_resource_overriding(parsed);
        Ok(())
    }

    /// A message.
    #[must_use]
    pub fn say(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// A message about some values.
    pub fn say_with<const N: usize>(
        &self,
        key: &str,
        values: [(&'static str, FluentValue<'_>); N],
    ) -> String {
        self.format(key, Some(&values.into_iter().collect()))
    }

    fn format(&self, key: &str, values: Option<&FluentArgs>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|m| m.value()) else {
            return format!("⟦{key}⟧");
        };
        let mut errors = Vec::new();
        let text: Cow<str> = self.bundle.format_pattern(pattern, values, &mut errors);
        if errors.is_empty() { text.into_owned() } else { format!("⟦{key}⟧") }
    }

    /// A label of the release in this language.
    #[must_use]
    pub fn label<'a>(&self, label: &'a Label) -> &'a str {
        label.get(self.language.tag())
    }

    /// A label inside a sentence: English titles lose their capital, but `FIR` keeps it.
    #[must_use]
    pub fn inline(&self, label: &Label) -> String {
        let text = self.label(label);
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(first), Some(second)) if second.is_lowercase() => {
                first.to_lowercase().chain([second]).chain(letters).collect()
            }
            _ => text.to_owned(),
        }
    }

    /// A key by which names stand in the order of this language's alphabet.
    #[must_use]
    pub fn collated(&self, name: &str) -> Vec<u32> {
        let alphabet = self.language.alphabet();
        let place = |letter: char| match alphabet.chars().position(|l| l == letter) {
            Some(place) => u32::try_from(place).unwrap_or(u32::MAX),
            // What is no letter stands behind all letters, in a fixed order.
            None => 0x11_0000_u32.saturating_add(u32::from(letter)),
        };
        name.chars()
            .flat_map(char::to_lowercase)
            .filter(|c| !c.is_whitespace())
            .map(place)
            .collect()
    }

    /// The letter under which a name stands in a list.
    #[must_use]
    pub fn initial(&self, name: &str) -> String {
        name.chars().next().map(|c| c.to_uppercase().collect()).unwrap_or_default()
    }

    /// The title of a margin: `By district and quarter`.
    #[must_use]
    pub fn margin(&self, by: &[&Label]) -> String {
        let names: Vec<String> = by.iter().map(|l| self.inline(l)).collect();
        let Some((last, others)) = names.split_last() else {
            return self.say("margin-total");
        };
        if others.is_empty() {
            return self.say_with("margin-by", [("names", last.into())]);
        }
        let others = others.join(&self.say("list-comma"));
        let names = self.say_with("list-and", [("others", others.into()), ("last", last.into())]);
        self.say_with("margin-by", [("names", names.into())])
    }

    /// `January 2025`, from `2025-01`; anything else as it is.
    #[must_use]
    pub fn month(&self, text: &str) -> String {
        let Ok(month) = text.parse::<YearMonth>() else {
            return text.to_owned();
        };
        let year = month.year().to_string();
        self.say_with("month-year", [("month", month.month().into()), ("year", year.into())])
    }

    /// `January 2025 to March 2025`, or one month alone.
    #[must_use]
    pub fn months(&self, start: &str, end: &str) -> String {
        if start == end {
            return self.month(start);
        }
        let (start, end) = (self.month(start), self.month(end));
        self.say_with("months", [("start", start.into()), ("end", end.into())])
    }

    /// `5 January 2026`, from `2026-01-05`; anything else as it is.
    #[must_use]
    pub fn day(&self, text: &str) -> String {
        let parts = text.rsplit_once('-').map(|(m, d)| (m.parse::<YearMonth>(), d.parse::<u8>()));
        let Some((Ok(month), Ok(day))) = parts else {
            return text.to_owned();
        };
        let month = self.month(&month.to_string());
        self.say_with("day-month", [("day", day.to_string().into()), ("month", month.into())])
    }
}

/// A whole number with its thousands set apart.
#[must_use]
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    fn english() -> Language {
        Language::of("en").expect("English")
    }

    fn urdu() -> Language {
        Language::of("ur").expect("Urdu")
    }

    fn keys(text: &str) -> BTreeSet<String> {
        let key = |l: &str| l.split_once(" =").map(|(k, _)| k.to_owned());
        let lines = text.lines().filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase()));
        lines.filter_map(key).collect()
    }

    /// Every source file of the crates that speak to readers.
    fn sources(folder: &Path, out: &mut String) {
        let mut entries: Vec<_> =
            fs::read_dir(folder).expect("src").map(|e| e.expect("an entry").path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                sources(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push_str(&fs::read_to_string(path).expect("a source file"));
            }
        }
    }

    #[test]
    fn all_languages_have_the_same_messages_and_parse_whole() {
        let of = |l: Language| -> Vec<(&str, BTreeSet<String>)> {
            l.messages().map(|(name, text)| (name, keys(text))).collect()
        };
        assert!(Language::all().len() >= 2);
        for language in Language::all() {
            assert_eq!(of(english()), of(*language), "{}", language.tag());
            for (name, text) in language.messages() {
                let parsed = FluentResource::try_new(text.to_owned());
                assert!(parsed.is_ok(), "{name}: {parsed:?}");
                let entries = parsed.map_or(0, |p| p.entries().count());
                assert_eq!(entries, keys(text).len(), "{name}: a message stands twice");
            }
        }
    }

    #[test]
    fn every_message_is_used_and_every_used_one_exists() {
        let mut text = String::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut text);
        let keys: BTreeSet<String> = english().messages().flat_map(|(_, t)| keys(t)).collect();
        for key in &keys {
            assert!(text.contains(&format!("\"{key}\"")), "`{key}` is used nowhere");
        }
        for call in [".say(\"", ".say_with(\""] {
            for (at, _) in text.match_indices(call) {
                let rest = &text[at + call.len()..];
                let key = rest.split('"').next().unwrap_or_default();
                assert!(keys.contains(key) || key.is_empty(), "`{key}` does not exist");
            }
        }
    }

    #[test]
    fn titles_and_dates_read_naturally() {
        let words = Words::load(english());
        let label = |t: &str| Label::english(t);
        let (district, quarter, fir) = (label("District"), label("Quarter"), label("FIR state"));
        assert_eq!(words.margin(&[]), "Total");
        assert_eq!(words.margin(&[&district]), "By district");
        assert_eq!(
            words.margin(&[&district, &quarter, &fir]),
            "By district, quarter and FIR state"
        );
        assert_eq!(words.months("2025-01", "2025-12"), "January 2025 to December 2025");
        assert_eq!(words.months("soon", "soon"), "soon");
        assert_eq!(words.day("2026-02-05"), "5 February 2026");
        assert_eq!(words.day("<b>"), "<b>");
        assert_eq!(Words::load(urdu()).months("2025-01", "2025-01"), "جنوری 2025");
    }

    #[test]
    fn names_stand_in_the_order_of_their_alphabet() {
        let sorted = |language: Language, names: &[&'static str]| {
            let words = Words::load(language);
            let mut names = names.to_vec();
            names.sort_by_key(|n| words.collated(n));
            names
        };
        assert_eq!(sorted(english(), &["Swat", "Bannu", "bajaur"]), ["bajaur", "Bannu", "Swat"]);
        // By code point پ, ٹ and چ would come after ی.
        let urdu_order = ["ایبٹ آباد", "بنوں", "پشاور", "ٹانک", "چارسدہ", "کوہاٹ", "ہنگو"];
        let mut mixed = urdu_order;
        mixed.reverse();
        assert_eq!(sorted(urdu(), &mixed), urdu_order);
        assert_eq!(Words::load(english()).initial("swat"), "S");
    }

    #[test]
    fn thousands_are_set_apart() {
        let shown = [0, 999, 1000, 12_345, 1_234_567].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "12,345", "1,234,567"]);
    }
}
