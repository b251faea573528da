//! Text that people typed, made harmless: no control characters, and no marks that turn the
//! direction of other text.

/// Opens a stretch whose direction is its own.
const ISOLATE: char = '\u{2068}';
/// Ends such a stretch.
const POP: char = '\u{2069}';

/// The text as one line: white space and control characters become single blanks.
#[must_use]
pub fn clean(text: &str) -> String {
    let kept: String =
        text.chars().filter(|c| !turns(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = kept.split_whitespace().collect();
    words.join(" ")
}

/// The text with its lines: what [`clean`] does, line by line.
#[must_use]
pub(crate) fn clean_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(clean).collect();
    lines.join("\n").trim().to_owned()
}

/// A value inside a sentence of another language keeps its own direction.
pub(crate) fn isolated(text: &str) -> String {
    format!("{ISOLATE}{text}{POP}")
}

/// The stretches of a text: each with whether it is isolated from its surroundings.
pub(crate) fn stretches(text: &str) -> Vec<(&str, bool)> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(ISOLATE) {
        let (before, inside) = (&rest[..start], &rest[start + ISOLATE.len_utf8()..]);
        let end = inside.find(POP).unwrap_or(inside.len());
        out.extend([(before, false), (&inside[..end], true)]);
        rest = inside[end..].strip_prefix(POP).unwrap_or_default();
    }
    out.push((rest, false));
    out.retain(|(text, _)| !text.is_empty());
    out
}

/// Whether the first letter of a text is of a script that runs from right to left.
pub(crate) fn runs_right_to_left(text: &str) -> Option<bool> {
    let right = |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}');
    text.chars().find(|c| c.is_alphabetic()).map(right)
}

/// Marks that turn, embed or override the direction of text, and other invisible signs but the
/// joiners that Urdu is written with.
fn turns(c: char) -> bool {
    matches!(c,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}' | '\u{ad}'
        | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_marks_are_gone_and_joiners_stay() {
        assert_eq!(clean("a\u{202e}b\u{0}c\r\n\td"), "ab c d");
        assert_eq!(clean("گھر\u{200c}یلو \u{2067}تشدد\u{2069}"), "گھر\u{200c}یلو تشدد");
        assert_eq!(clean_lines("one\u{1b}[31m\n\u{202e}two\n"), "one [31m\ntwo");
    }

    #[test]
    fn stretches_split_at_what_is_isolated() {
        let text = format!("درخواست {} پر", isolated("RTI-2026-0001"));
        assert_eq!(
            stretches(&text),
            [("درخواست ", false), ("RTI-2026-0001", true), (" پر", false)]
        );
        assert_eq!(stretches("plain"), [("plain", false)]);
        assert_eq!(runs_right_to_left("12 گھر"), Some(true));
        assert_eq!(runs_right_to_left("(a گھر"), Some(false));
        assert_eq!(runs_right_to_left("2026"), None);
    }
}
