//! The words of the pages, one message file a language, and how numbers and dates are written.
//!
//! Messages are Fluent (projectfluent.org). Labels of tables, codes and offices are not here:
//! they come with the release.

use std::borrow::Cow;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use shumar_schemas::{Label, YearMonth};
use unic_langid::LanguageIdentifier;

/// A language that the site is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// English.
    English,
    /// Urdu.
    Urdu,
}

impl Language {
    /// All languages, in the order of the switch.
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::Urdu];

    /// Its tag, which is also its folder.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Urdu => "ur",
        }
    }

    /// Its name in itself.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Urdu => "اردو",
        }
    }

    /// The direction of its script.
    pub(crate) fn direction(self) -> &'static str {
        match self {
            Self::English => "ltr",
            Self::Urdu => "rtl",
        }
    }

    fn messages(self) -> &'static str {
        match self {
            Self::English => include_str!("../messages/en.ftl"),
            Self::Urdu => include_str!("../messages/ur.ftl"),
        }
    }
}

/// The messages of one language.
pub(crate) struct Words {
    /// The language.
    pub(crate) language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// Loads the built-in messages; a test keeps them whole.
    pub(crate) fn load(language: Language) -> Self {
        let tag: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new(vec![tag]);
        bundle.set_use_isolating(false);
        let parsed = FluentResource::try_new(language.messages().to_owned());
        bundle.add_resource_overriding(parsed.unwrap_or_else(|(partial, _)| partial));
        Self { language, bundle }
    }

    /// A message.
    pub(crate) fn say(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// A message about some values.
    pub(crate) fn say_with<const N: usize>(
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
    pub(crate) fn label<'a>(&self, label: &'a Label) -> &'a str {
        label.get(self.language.tag())
    }

    /// A label inside a sentence: English titles lose their capital, but `FIR` keeps it.
    pub(crate) fn inline(&self, label: &Label) -> String {
        let text = self.label(label);
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(first), Some(second)) if second.is_lowercase() => {
                first.to_lowercase().chain([second]).chain(letters).collect()
            }
            _ => text.to_owned(),
        }
    }

    /// The title of a margin: `By district and quarter`.
    pub(crate) fn margin(&self, by: &[&Label]) -> String {
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
    pub(crate) fn month(&self, text: &str) -> String {
        let Ok(month) = text.parse::<YearMonth>() else {
            return text.to_owned();
        };
        let year = month.year().to_string();
        self.say_with("month-year", [("month", month.month().into()), ("year", year.into())])
    }

    /// `January 2025 to March 2025`, or one month alone.
    pub(crate) fn months(&self, start: &str, end: &str) -> String {
        if start == end {
            return self.month(start);
        }
        let (start, end) = (self.month(start), self.month(end));
        self.say_with("months", [("start", start.into()), ("end", end.into())])
    }

    /// `5 January 2026`, from `2026-01-05`; anything else as it is.
    pub(crate) fn day(&self, text: &str) -> String {
        let parts = text.rsplit_once('-').map(|(m, d)| (m.parse::<YearMonth>(), d.parse::<u8>()));
        let Some((Ok(month), Ok(day))) = parts else {
            return text.to_owned();
        };
        let month = self.month(&month.to_string());
        self.say_with("day-month", [("day", day.to_string().into()), ("month", month.into())])
    }
}

/// A whole number with its thousands set apart.
pub(crate) fn grouped(n: u64) -> String {
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

    fn keys(language: Language) -> BTreeSet<String> {
        let lines = language.messages().lines();
        let key = |l: &str| l.split_once(" =").map(|(k, _)| k.to_owned());
        lines.filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase())).filter_map(key).collect()
    }

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
    fn both_languages_have_the_same_messages_and_parse_whole() {
        assert_eq!(keys(Language::English), keys(Language::Urdu));
        for language in Language::ALL {
            let parsed = FluentResource::try_new(language.messages().to_owned());
            assert!(parsed.is_ok(), "{parsed:?}");
            assert_eq!(parsed.map_or(0, |p| p.entries().count()), keys(language).len());
        }
    }

    #[test]
    fn every_message_is_used_and_every_used_one_exists() {
        let mut text = String::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut text);
        let keys = keys(Language::English);
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
        let words = Words::load(Language::English);
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
        assert_eq!(Words::load(Language::Urdu).months("2025-01", "2025-01"), "جنوری 2025");
    }

    #[test]
    fn thousands_are_set_apart() {
        let shown = [0, 999, 1000, 12_345, 1_234_567].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "12,345", "1,234,567"]);
    }
}
