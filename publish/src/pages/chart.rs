//! A range drawn as a bar with its figure as a dot: one small picture a row, on a common scale.
//!
//! It repeats what the row already says, so it is hidden from screen readers.

use maud::Markup;
use shumar_words::grouped;

use crate::figure::whole;
use crate::pages::raw;
use crate::told::Told;

/// The common scale of a list, from zero.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    /// The number at its far end.
    end: f64,
}

impl Scale {
    /// A round number at or above every upper end.
    pub(crate) fn over(figures: &[Told]) -> Self {
        let ends = figures.iter().filter_map(|f| f.upper.or(f.lower));
        let most = ends.fold(1.0, f64::max);
        let mut unit = 1.0_f64;
        loop {
            for step in [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0] {
                let end = unit * step;
                if end >= most || !end.is_finite() {
                    return Self { end: end.min(f64::MAX) };
                }
            }
            unit *= 10.0;
        }
    }

    /// The number at its far end, as it is written.
    pub(crate) fn end(self) -> String {
        grouped(whole(self.end))
    }

    /// The number at its far end.
    pub(crate) fn most(self) -> f64 {
        self.end
    }

    /// The drawing of one figure; an open range goes to the far end.
    pub(crate) fn draw(self, told: &Told) -> Markup {
        let bar = told.lower.map(|lower| {
            let (from, to) = (self.place(lower), self.place(told.upper.unwrap_or(self.end)));
            // A bar of no length would not be seen.
            let to = if to - from < 0.5 { from + 0.5 } else { to };
            format!("<line x1=\"{from:.1}%\" x2=\"{to:.1}%\"/>")
        });
        let dot = told.value.map(|n| {
            let at = self.place(n);
            format!("<line class=\"dot\" x1=\"{at:.1}%\" x2=\"{at:.1}%\"/>")
        });
        // Few words: there are thousands of these on a site.
        raw(format!(
            "<svg aria-hidden=\"true\">{}{}</svg>",
            bar.unwrap_or_default(),
            dot.unwrap_or_default()
        ))
    }

    /// The place of a number, in hundredths of the scale.
    pub(crate) fn place(self, n: f64) -> f64 {
        (100.0 * n / self.end).clamp(0.0, 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Figure;

    #[test]
    fn scales_end_at_round_numbers() {
        let told = |upper| Told::count(&Figure { number: None, lower: 0, upper });
        let end = |upper| Scale::over(&[told(upper)]).end();
        assert_eq!(
            [0, 1, 9, 11, 47, 81, 4600, 99].map(end),
            ["1", "1", "10", "20", "50", "100", "5,000", "100"]
        );
    }

    #[test]
    fn what_has_no_figure_has_no_bar() {
        use shumar_figures::indicator::{Flag, Reading};
        use shumar_schemas::Measure;
        let none = Told::reading(Measure::Share, &Reading::withheld(Flag::SmallDenominator));
        let drawn = Scale::over(&[none]).draw(&none).into_string();
        assert!(!drawn.contains("line") && drawn.contains("<svg"));
    }
}
