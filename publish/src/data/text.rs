//! Texts of releases as they may stand in a spreadsheet, whatever is in them.

use std::borrow::Cow;

/// What makes a spreadsheet take a text for a formula.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A text without what moves or hides other text: control characters become spaces, marks that
/// turn the direction of what follows are left out.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| !c.is_control() && !turns(c)) {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter(|c| !turns(*c));
    Cow::Owned(kept.map(|c| if c.is_control() { ' ' } else { c }).collect())
}

/// A clean text that no spreadsheet runs when it opens a CSV file: one that looks like a formula,
/// blanks before it or not, gets an apostrophe before it.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    let text = clean(text);
    if text.trim_start().starts_with(FORMULA) { Cow::Owned(format!("'{text}")) } else { text }
}

/// Embeddings, overrides and isolates of the bidirectional algorithm, and what is no character.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for formula in ["=cmd()", "+1", "-1", "@SUM(A1)", "  =1", "＝1"] {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        assert_eq!(harmless("\t=1"), "' =1");
        assert_eq!(harmless("Lahore"), "Lahore");
        assert_eq!(harmless("2025-Q1"), "2025-Q1");
    }

    #[test]
    fn nothing_hides_or_turns() {
        assert_eq!(clean("a\u{202e}b\u{0}c\r\nd"), "ab c  d");
        // The joiner of Urdu words stays.
        assert_eq!(clean("بے\u{200c}گھر"), "بے\u{200c}گھر");
    }
}
