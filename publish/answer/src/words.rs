//! Derivations and refusals in words, in every language.

use shumar_schemas::Label;
use shumar_words::{FluentValue, Words};

use crate::nearest::nearest;
use crate::{Answer, Cell, Note, Overlap, Part, Passed, Refusal, Route, Span};

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
    /// What the figures are and where they come from, in sentences. `anew` names the release that was made
    /// for this very question, if one was.
    #[must_use]
    pub fn derivation(&self, words: &Words, anew: Option<&str>) -> Vec<String> {
        let mut all = self.counted(words);
        all.extend(self.parts.iter().map(|part| self.part(words, part)));
        all.extend(self.notes.iter().map(|note| {
            words.say(match note {
                Note::Added => "answer-added",
                Note::Average => "answer-average",
            })
        }));
        all.extend(self.overlaps.iter().map(|overlap| overlap.told(words)));
        all.push(words.say("answer-interval"));
        match (self.persons, self.recorded) {
            (true, _) => all.push(words.say("answer-persons")),
            (false, Some(true)) => all.push(words.say("answer-recorded")),
            (false, Some(false)) => all.push(words.say("answer-bounded")),
            (false, None) => {}
        }
        if self.persons && self.question.period.by_year().is_none_or(|years| years.len() > 1) {
            all.push(words.say("answer-persons-years"));
        }
        if self.rows.iter().any(|(_, cell)| cell.lower.is_none()) {
            all.push(words.say("answer-withheld"));
        }
        let ranged = |cell: &Cell| cell.lower.is_some() && !cell.is_told();
        if self.rows.iter().any(|(_, cell)| ranged(cell)) {
            all.push(words.say("answer-ranged"));
        }
        all.push(match anew {
            None => words.say("answer-free"),
            Some(release) => words.say_with("answer-anew", [("release", value(release))]),
        });
        all
    }

    /// What counts and what is counted together.
    fn counted(&self, words: &Words) -> Vec<String> {
        let mut all = Vec::new();
        if !self.only.is_empty() {
            let group = |(title, names): &(Label, Vec<Label>)| {
                let names: Vec<String> = names.iter().map(|n| words.label(n).to_owned()).collect();
                let values =
                    [("title", value(words.label(title))), ("names", list(words, &names).into())];
                words.say_with("answer-group", values)
            };
            let groups: Vec<String> = self.only.iter().map(group).collect();
            let groups = groups.join(&words.say("list-semicolon")).into();
            all.push(words.say_with("answer-only", [("groups", groups)]));
        }
        if !self.together.is_empty() {
            let titles = self.together.iter().map(|t| words.label(t).to_owned());
            let titles = list(words, &titles.collect::<Vec<_>>()).into();
            all.push(words.say_with("answer-together", [("dimensions", titles)]));
        }
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
        let title = |name: &String| {
            self.titles.get(name).map_or_else(|| name.clone(), |t| words.label(t).to_owned())
        };
        let dimensions: Vec<String> = part.by.iter().map(title).collect();
        let dimensions = list(words, &dimensions).into();
        let values = [("release", release), ("dimensions", dimensions), ("times", times)];
        let key = if part.plain { "answer-summed" } else { "answer-weighed" };
        words.say_with(key, values)
    }
}

impl Overlap {
    /// Why the answer does not rest on a release of the same figures, in a sentence.
    fn told(&self, words: &Words) -> String {
        let (release, times) = (value(&self.release), times(words, &[self.time]));
        let values = [("release", release), ("times", times)];
        match &self.passed {
            Passed::Revised(by) => {
                let [release, times] = values;
                words.say_with("overlap-revised", [release, times, ("by", value(by))])
            }
            Passed::Wider => words.say_with("overlap-wider", values),
            Passed::NoGain => words.say_with("overlap-no-gain", values),
            Passed::Older => words.say_with("overlap-older", values),
        }
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
            Self::Unmeasured { crossed, .. } if crossed.len() == 1 => {
                words.say_with("refused-split", [("dimension", value(&crossed[0]))])
            }
            Self::Unmeasured { crossed, .. } => {
                words.say_with("refused-cross", [("dimensions", cross(words, crossed).into())])
            }
            Self::Unworkable { measure } => {
                words.say_with("refused-unworkable", [("measure", value(measure))])
            }
            Self::Changed { measure } => {
                words.say_with("refused-changed", [("measure", value(measure))])
            }
            Self::Large => words.say("refused-large"),
            Self::Release(_) => words.say("refused-release"),
        }
    }

    /// What could be asked instead, in sentences; none if nothing is known.
    #[must_use]
    pub fn instead(&self, words: &Words) -> Vec<String> {
        let name = |(name, title): &(String, Label)| match words.label(title) {
            "" => name.clone(),
            title => format!("{title} ({name})"),
        };
        let told = |key: &str, known: &[(String, Label)]| {
            let names: Vec<String> = known.iter().map(name).collect();
            words.say_with(key, [("names", list(words, &names).into())])
        };
        match self {
            Self::Measure { known, asked } | Self::Code { known, asked, .. } => {
                let near = nearest(known, asked);
                let key = if near.len() < known.len() { "instead-near" } else { "instead-names" };
                vec![told(key, &near)]
            }
            Self::Dimension { known, elsewhere, .. } => {
                let mut all = vec![told("instead-names", known)];
                all.extend((!elsewhere.is_empty()).then(|| told("instead-elsewhere", elsewhere)));
                all
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
