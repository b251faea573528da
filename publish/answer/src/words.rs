//! Derivations and refusals in words, in every language.

use shumar_schemas::Label;
use shumar_words::{FluentValue, Words};

use crate::{Answer, Part, Refusal, Route, Span};

/// A text of the release or of the question inside a sentence of either direction: between isolating
/// marks.
fn isolated(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}

fn value(text: &str) -> FluentValue<'static> {
    isolated(text).into()
}

fn list(words: &Words, all: &[String]) -> String {
    all.iter().map(|one| isolated(one)).collect::<Vec<_>>().join(&words.say("list-comma"))
}

fn times(words: &Words, all: &[Span]) -> FluentValue<'static> {
    let all: Vec<String> = all.iter().map(Span::to_string).collect();
    list(words, &all).into()
}

impl Answer {
    /// Where the figures come from, in sentences.
    #[must_use]
    pub fn derivation(&self, words: &Words) -> Vec<String> {
        let mut all: Vec<String> = self.parts.iter().map(|part| self.part(words, part)).collect();
        all.push(words.say("answer-interval"));
        match self.recorded {
            Some(true) => all.push(words.say("answer-recorded")),
            Some(false) => all.push(words.say("answer-bounded")),
            None => {}
        }
        if self.rows.iter().any(|(_, cell)| cell.lower.is_none()) {
            all.push(words.say("answer-withheld"));
        }
        all.push(words.say("answer-free"));
        all
    }

    fn part(&self, words: &Words, part: &Part) -> String {
        let (release, times) = (value(&part.release), times(words, &part.times));
        if part.published.is_some() {
            let table = value(words.label(&self.title));
            let values = [("release", release), ("table", table), ("times", times)];
            return words.say_with("answer-published", values);
        }
        if self.route == Route::Combined && self.recorded.is_none() {
            return words.say_with("answer-worked", [("release", release), ("times", times)]);
        }
        if part.by.is_empty() && part.plain {
            return words.say_with("answer-summed-total", [("release", release), ("times", times)]);
        }
        let dimensions = list(words, &part.by).into();
        let values = [("release", release), ("dimensions", dimensions), ("times", times)];
        let key = if part.plain { "answer-summed" } else { "answer-weighed" };
        words.say_with(key, values)
    }
}

impl Refusal {
    /// Why, in a sentence.
    #[must_use]
    pub fn reason(&self, words: &Words) -> String {
        match self {
            Self::Measure { asked, .. } => {
                words.say_with("refused-measure", [("asked", value(asked))])
            }
            Self::Dimension { measure, asked, .. } => {
                let values = [("measure", value(measure)), ("asked", value(asked))];
                words.say_with("refused-dimension", values)
            }
            Self::Code { asked, .. } => words.say_with("refused-code", [("asked", value(asked))]),
            Self::Period { missing, .. } => {
                words.say_with("refused-period", [("times", times(words, missing))])
            }
            Self::Years(span) => {
                words.say_with("refused-years", [("times", times(words, &[*span]))])
            }
            Self::Unmeasured { crossed, .. } => {
                words.say_with("refused-cross", [("dimensions", cross(words, crossed).into())])
            }
            Self::Unworkable { measure } => {
                words.say_with("refused-unworkable", [("measure", value(measure))])
            }
            Self::Large => words.say("refused-large"),
            Self::Release(_) => words.say("refused-release"),
        }
    }

    /// What could be asked instead, in sentences; none if nothing is known.
    #[must_use]
    pub fn instead(&self, words: &Words) -> Vec<String> {
        match self {
            Self::Measure { known, .. }
            | Self::Dimension { known, .. }
            | Self::Code { known, .. } => {
                let name = |(name, title): &(String, Label)| match words.label(title) {
                    "" => name.clone(),
                    title => format!("{title} ({name})"),
                };
                let names: Vec<String> = known.iter().map(name).collect();
                vec![words.say_with("instead-names", [("names", list(words, &names).into())])]
            }
            Self::Period { released, .. } if !released.is_empty() => {
                vec![words.say_with("instead-periods", [("times", times(words, released))])]
            }
            Self::Unmeasured { published, .. } if !published.is_empty() => {
                let crosses = published.iter().filter(|by| !by.is_empty());
                let crosses: Vec<String> = crosses.map(|by| cross(words, by)).collect();
                let crosses = list(words, &crosses).into();
                vec![words.say_with("instead-crosses", [("crosses", crosses)])]
            }
            _ => Vec::new(),
        }
    }
}

/// `district × quarter`.
fn cross(words: &Words, names: &[String]) -> String {
    let mut names = names.iter();
    let first = names.next().cloned().unwrap_or_default();
    names.fold(first, |first, second| {
        let values = [("first", first.into()), ("second", second.as_str().into())];
        words.say_with("cross-of", values)
    })
}
