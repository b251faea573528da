//! A figure as pages tell it: a number with its range, the range alone, or why there is none.
//!
//! Counts of statistics and readings of indicators are told alike. Nothing is told without its range,
//! and nothing below zero.

use maud::{Markup, html};
use shumar_figures::compare::{Change, Direction};
use shumar_figures::indicator::{Flag, Reading};
use shumar_schemas::Measure;
use shumar_schemas::release::FAIR_MAX;
use shumar_words::{Words, grouped};

use crate::figure::Figure;

/// Half of a 95 % interval of a normal law, in standard errors.
const HALF_WIDTHS: f64 = 1.96;
/// The messages of a change.
const ROSE: &str = "change-rose";
const FELL: &str = "change-fell";

/// A figure that is ready to be told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Told {
    /// The number; none where only the range may be told.
    pub(crate) value: Option<f64>,
    /// Lower end of the range; none where there is no figure.
    pub(crate) lower: Option<f64>,
    /// Upper end of the range; none where there is no figure, or the range is open.
    pub(crate) upper: Option<f64>,
    /// Why there is no figure.
    flag: Flag,
    /// Decimals.
    places: i32,
    /// Whether it is an exact sum of activity, which has no range.
    exact: bool,
}

#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
impl Told {
    /// A displayed count.
    pub(crate) fn count(figure: &Figure) -> Self {
        let float = |n: u64| n as f64;
        Self {
            value: figure.number.map(float),
            lower: Some(float(figure.lower)),
            upper: Some(float(figure.upper)),
            flag: Flag::None,
            places: 0,
            exact: false,
        }
    }

    /// A reading of an indicator.
    pub(crate) fn reading(measure: Measure, reading: &Reading) -> Self {
        let cut = |x: f64| x.max(0.0);
        Self {
            value: reading.value.filter(|_| !is_weak(measure, reading)).map(cut),
            lower: reading.lower.map(cut),
            upper: reading.upper.map(cut),
            flag: reading.flag,
            places: places(measure),
            exact: false,
        }
    }

    /// An exact sum of activity, or that nothing was reported.
    pub(crate) fn exact(sum: Option<u64>) -> Self {
        let value = sum.map(|n| n as f64);
        let (flag, places) = (Flag::None, 0);
        Self { value, lower: value, upper: value, flag, places, exact: true }
    }
}

impl Told {
    /// Why there is no figure, if something is in the way.
    pub(crate) fn flag(&self) -> Flag {
        self.flag
    }

    /// Whether only a range is told.
    pub(crate) fn is_range(&self) -> bool {
        self.value.is_none() && self.lower.is_some()
    }

    /// The number with its range, the range alone, or why there is none.
    pub(crate) fn markup(&self, words: &Words) -> Markup {
        match (self.number(), self.range(words)) {
            (_, None) => html! { span.none { (self.why(words)) } },
            (Some(number), Some(range)) => html! { b { (number) } " (" (range) ")" },
            (None, Some(range)) => html! { (range) },
        }
    }

    /// The same as plain text.
    pub(crate) fn text(&self, words: &Words) -> String {
        match (self.number(), self.range(words)) {
            (_, None) => self.why(words),
            (Some(number), Some(range)) => format!("{number} ({range})"),
            (None, Some(range)) => range,
        }
    }

    /// The number alone, which never stands without the range beside it.
    pub(crate) fn number(&self) -> Option<String> {
        self.value.map(|value| decimal(value, self.places, f64::round))
    }

    /// The range, rounded outwards; of an exact sum, that it is one.
    pub(crate) fn range(&self, words: &Words) -> Option<String> {
        if self.exact {
            return self.value.map(|_| words.say("told-exact"));
        }
        let lower = decimal(self.lower?, self.places, f64::floor);
        Some(match self.upper.map(|x| decimal(x, self.places, f64::ceil)) {
            Some(upper) => {
                words.say_with("range", [("lower", lower.into()), ("upper", upper.into())])
            }
            None => words.say_with("told-or-more", [("lower", lower.into())]),
        })
    }

    fn why(&self, words: &Words) -> String {
        match self.flag {
            _ if self.exact => words.say("told-not-reported"),
            Flag::NoBase => words.say("told-no-base"),
            _ => words.say("told-few"),
        }
    }
}

/// A change in words, which the noise must bear.
pub(crate) fn changed(words: &Words, measure: Measure, change: &Change) -> String {
    let places = places(measure);
    let by = |key: &str, from: f64, to: Option<f64>| {
        let from = decimal(from, places, f64::floor);
        let by = match to.map(|to| decimal(to, places, f64::ceil)) {
            Some(to) => words.say_with("range", [("lower", from.into()), ("upper", to.into())]),
            None => words.say_with("told-or-more", [("lower", from.into())]),
        };
        words.say_with(key, [("by", by.into())])
    };
    match (change.direction(), change.lower, change.upper) {
        (Direction::Rose, Some(lower), upper) => by(ROSE, lower, upper),
        (Direction::Fell, lower, Some(upper)) => by(FELL, -upper, lower.map(|lower| -lower)),
        _ if change.lower.is_none() && change.upper.is_none() => words.say("told-few"),
        _ => words.say("change-none"),
    }
}

/// Whether a figure is as uncertain as a count of which only the range is shown. Durations, which
/// come in whole steps, never are.
fn is_weak(measure: Measure, reading: &Reading) -> bool {
    let (Some(value), Some(lower), Some(upper)) = (reading.value, reading.lower, reading.upper)
    else {
        return false;
    };
    if matches!(measure, Measure::Quantile | Measure::Mean) {
        return false;
    }
    // A lower end that is cut at 0 says less of the error than the upper one.
    let half = (upper - value).max(value - lower);
    half / HALF_WIDTHS > FAIR_MAX * value
}

/// How many decimals a figure is written with.
pub(crate) fn places(measure: Measure) -> i32 {
    match measure {
        Measure::Count | Measure::Quantile | Measure::Mean => 0,
        Measure::Share | Measure::Funnel | Measure::Rate => 1,
        Measure::Ratio => 2,
    }
}

/// A number with so many decimals and thousands set apart.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures are not below zero, and saturate"
)]
fn decimal(x: f64, places: i32, to: fn(f64) -> f64) -> String {
    let parts = 10_f64.powi(places);
    // What differs from a whole number of parts by rounding only is that number.
    let near = (x * parts).round();
    let whole = if (x * parts - near).abs() < 1e-6 { near } else { to(x * parts) };
    let (units, parts) = (whole.max(0.0) as u64, parts as u64);
    if places == 0 {
        return grouped(units);
    }
    let width = usize::try_from(places).unwrap_or_default();
    format!("{}.{:0width$}", grouped(units / parts), units % parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shumar_words::Language;

    fn reading(value: f64, lower: f64, upper: f64) -> Reading {
        let (value, lower) = (Some(value), Some(lower));
        Reading { value, lower, upper: Some(upper), flag: Flag::None }
    }

    #[test]
    fn figures_are_written_with_their_range_rounded_outwards() {
        let words = Words::load(Language::of("en").expect("English"));
        let told = |measure, r: &Reading| Told::reading(measure, r).markup(&words).into_string();
        let share = reading(62.54, 55.19, 69.81);
        assert_eq!(told(Measure::Share, &share), "<b>62.5</b> (55.1–69.9)");
        assert_eq!(
            told(Measure::Quantile, &reading(1234.5, 0.0, 2000.0)),
            "<b>1,235</b> (0–2,000)"
        );
        assert_eq!(told(Measure::Ratio, &reading(1.37, 1.0, 2.05)), "<b>1.37</b> (1.00–2.05)");
        // A rate of 3 between 0 and 9 is told by its range alone.
        assert_eq!(told(Measure::Rate, &reading(3.0, 0.0, 9.0)), "0.0–9.0");
        assert_eq!(told(Measure::Share, &reading(13.4, 0.0, 30.9)), "0.0–30.9");
        let open = Reading { upper: None, flag: Flag::OpenEnded, ..share };
        assert_eq!(told(Measure::Mean, &open), "<b>63</b> (55 or more)");
        let none = Reading { value: None, ..open };
        assert_eq!(told(Measure::Quantile, &none), "55 or more");
        let few = Told::reading(Measure::Share, &Reading::withheld(Flag::SmallDenominator));
        assert_eq!(few.text(&words), "too few to tell");
        let no_base = Told::reading(Measure::Rate, &Reading::withheld(Flag::NoBase));
        assert_eq!(no_base.text(&words), "no population figure");
        let count = Told::count(&Figure { number: None, lower: 0, upper: 6 });
        assert_eq!((count.text(&words), count.is_range()), ("0–6".to_owned(), true));
    }

    #[test]
    fn changes_are_said_only_where_the_noise_bears_them() {
        let words = Words::load(Language::of("en").expect("English"));
        let change = |lower, upper| {
            let change = Change { value: None, lower: Some(lower), upper: Some(upper) };
            changed(&words, Measure::Share, &change)
        };
        assert_eq!(change(0.41, 5.92), "rose by 0.4–6.0");
        assert_eq!(change(-5.92, -0.41), "fell by 0.4–6.0");
        assert_eq!(change(-0.1, 5.9), "no clear difference");
    }

    #[test]
    fn nothing_is_told_below_zero() {
        let words = Words::load(Language::of("en").expect("English"));
        for measure in [Measure::Count, Measure::Share, Measure::Rate, Measure::Mean] {
            let told = Told::reading(measure, &reading(-3.2, -9.0, 4.4)).text(&words);
            assert!(!told.contains('-') && told.contains('–'), "{told}");
        }
    }
}
