//! Text that may be printed: nothing in it hides, turns other text around or has no shape.

use serde_json::Value;

use crate::fonts::Fonts;

/// Stands for a character that no font has.
const UNKNOWN: char = '\u{fffd}';

/// Text of unknown origin, a label or a name, without any character that steers the direction of
/// text: it can turn nothing around, neither itself nor what stands beside it.
///
/// Put it between isolating marks (U+2068, U+2069) inside a sentence; those are kept by [`pdf`] as
/// long as they come in pairs.
///
/// [`pdf`]: crate::pdf
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| !is_embedding(*c) && !is_isolating(*c)).collect()
}

/// The same data with all its texts made printable; keys are the template's own words.
pub(crate) fn printable(data: &Value) -> Value {
    match data {
        Value::String(text) => Value::String(line(text)),
        Value::Array(all) => all.iter().map(printable).collect(),
        Value::Object(all) => all.iter().map(|(k, v)| (k.clone(), printable(v))).collect(),
        other => other.clone(),
    }
}

/// Control characters fall away, isolating marks come in pairs, and what no font has is replaced.
fn line(text: &str) -> String {
    let mut open = 0_usize;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push(c),
            '\t' => out.push(' '),
            '\u{2069}' if open == 0 => {}
            c if c.is_control() || is_embedding(c) || is_invisible(c) => {}
            c => {
                if is_isolating(c) {
                    open = if c == '\u{2069}' { open - 1 } else { open + 1 };
                    out.push(c);
                } else {
                    let known = is_joining(c) || Fonts::all().have(c);
                    out.push(if known { c } else { UNKNOWN });
                }
            }
        }
    }
    out.extend(std::iter::repeat_n('\u{2069}', open));
    out
}

/// Embeddings and overrides of direction, and their end.
fn is_embedding(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}')
}

/// Isolates of direction, and their end.
fn is_isolating(c: char) -> bool {
    matches!(c, '\u{2066}'..='\u{2069}')
}

/// Marks that shape letters or set a direction for themselves alone.
fn is_joining(c: char) -> bool {
    matches!(c, '\u{200c}'..='\u{200f}' | '\u{061c}')
}

/// Characters without a shape: separators of lines, byte order marks, tags, deprecated controls,
/// and what is no character.
fn is_invisible(c: char) -> bool {
    let code = u32::from(c);
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{00ad}' | '\u{180b}'..='\u{180e}' | '\u{fdd0}'..='\u{fdef}')
        || code & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_text_falls_away_and_isolates_come_in_pairs() {
        assert_eq!(plain("a\u{202e}b\u{2067}c\u{2069}"), "abc");
        assert_eq!(line("a\u{202e}b\u{0}\u{7f}\u{feff}\tc\r\n"), "ab c\n");
        assert_eq!(line("\u{2069}a\u{2068}b"), "a\u{2068}b\u{2069}");
        assert_eq!(line("\u{2068}b\u{2069}\u{2069}"), "\u{2068}b\u{2069}");
        assert_eq!(line("می\u{200c}خواہد"), "می\u{200c}خواہد");
    }

    #[test]
    fn what_no_font_has_is_seen_to_be_missing() {
        assert_eq!(line("漢 🙂 \u{e000}"), "\u{fffd} \u{fffd} \u{fffd}");
        assert_eq!(line("ε = 4.8 ± 2"), "ε = 4.8 ± 2");
    }

    #[test]
    fn all_texts_of_the_data_are_made_printable_and_nothing_else_changes() {
        let data = serde_json::json!({ "a": ["\u{1}x", 1.5, null], "b": { "c": "y\u{202a}" } });
        let clean = serde_json::json!({ "a": ["x", 1.5, null], "b": { "c": "y" } });
        assert_eq!(printable(&data), clean);
    }
}
