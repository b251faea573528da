//! A range drawn as a bar with its figure as a dot: one small picture a row, on a common scale.
//!
//! It repeats what the row already says, so it is hidden from screen readers.

use maud::Markup;

use crate::figure::Figure;
use crate::pages::raw;

/// The common scale of a list, from zero.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    /// The number at its far end.
    pub(crate) end: u64,
}

impl Scale {
    /// A round number at or above every upper end.
    pub(crate) fn over(figures: &[Figure]) -> Self {
        let most = figures.iter().map(|f| f.upper).max().unwrap_or(0).max(1);
        let mut unit = 1_u64;
        loop {
            for step in [1, 2, 3, 4, 5, 6, 8] {
                let end = unit.saturating_mul(step);
                if end >= most {
                    return Self { end };
                }
            }
            unit = unit.saturating_mul(10);
        }
    }

    /// The drawing of one figure.
    pub(crate) fn draw(self, figure: &Figure) -> Markup {
        let (from, to) = (self.place(figure.lower), self.place(figure.upper));
        // A bar of no length would not be seen.
        let to = if to - from < 0.5 { from + 0.5 } else { to };
        let dot = match figure.number {
            Some(n) => format!("<path class=\"dot\" d=\"M{:.1} 5h.01\"/>", self.place(n)),
            None => String::new(),
        };
        raw(format!(
            "<svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\" \
             focusable=\"false\"><path class=\"axis\" d=\"M0 5h100\"/>\
             <path class=\"bar\" d=\"M{from:.1} 5H{to:.1}\"/>{dot}</svg>"
        ))
    }

    #[expect(clippy::cast_precision_loss, reason = "a place on a screen")]
    fn place(self, n: u64) -> f64 {
        100.0 * n as f64 / self.end as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_end_at_round_numbers() {
        let end = |upper| Scale::over(&[Figure { number: None, lower: 0, upper }]).end;
        assert_eq!([0, 1, 9, 11, 47, 81, 4600, 99].map(end), [1, 1, 10, 20, 50, 100, 5000, 100]);
        assert_eq!(end(u64::MAX), u64::MAX);
    }
}
