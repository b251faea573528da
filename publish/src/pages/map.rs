//! A map of squares: one an area, arranged like the country.
//!
//! The class is printed in each square and shaded too, so that it can be read without colour. Squares
//! of uncertain figures are hatched. The same figures stand in a table beside it.

use std::fmt::Write;

use maud::{Markup, html};
use shumar_schemas::release::CodeDocument;

use crate::figure::whole;
use crate::gather::{List, Topic};
use crate::pages::places::Places;
use crate::pages::{View, raw, region};
use crate::tiles::squares;
use crate::told::Told;
use shumar_words::grouped;

/// Classes of figures.
const CLASSES: usize = 4;
/// Most columns of a map that is fitted to the width of a phone; a larger one scrolls.
const COLUMNS_MAX: i32 = 10;
/// The side of a square on a wide screen, in pixels.
const TILE: i32 = 62;
/// Letters of a name on one line of a square.
const LINE: usize = 9;
/// The hatching of one square, from corner to corner.
const HATCH: &str = "<g id=\"hatch\"><path class=\"hatch\" d=\"M2 30L30 2M2 62L62 2M2 94L94 2M34 94\
                     L94 34M66 94L94 66\"/></g>";

/// The classes of a list's figures: where each but the first begins.
pub(super) struct Classes(Vec<u64>);

impl Classes {
    /// Classes of about as many areas each, between round numbers.
    pub(super) fn of(rows: &[Told]) -> Self {
        let mut values: Vec<f64> = rows.iter().filter_map(|t| t.value).collect();
        values.sort_by(f64::total_cmp);
        let mut breaks: Vec<u64> = (1..CLASSES)
            .filter_map(|i| values.get(i * values.len() / CLASSES))
            .map(|x| round(whole(*x)))
            .filter(|b| *b > 0)
            .collect();
        breaks.dedup();
        Self(breaks)
    }

    /// The class of a number, from 1.
    #[expect(clippy::cast_precision_loss, reason = "round numbers of a map")]
    fn class(&self, x: f64) -> usize {
        1 + self.0.iter().filter(|b| x >= **b as f64).count()
    }

    /// The classes that a range reaches into.
    fn reach(&self, told: &Told) -> Option<(usize, usize)> {
        let lower = self.class(told.lower?);
        Some((lower, told.upper.map_or(self.0.len() + 1, |upper| self.class(upper))))
    }
}

/// One or two significant digits: 1,063 is 1,100 and 47 is 45.
fn round(n: u64) -> u64 {
    let mut unit = 1;
    while n / unit >= 100 {
        unit *= 10;
    }
    let step = unit * 5;
    if n < 10 { n } else { (n + step / 2) / step * step }
}

/// The section of a map; nothing where an area has no square.
pub(super) fn section(
    view: &View,
    topic: &Topic,
    list: &List,
    places: &Places,
    table: &str,
) -> Markup {
    let words = view.words;
    let [by] = &list.by[..] else { return html! {} };
    let Some(squares) = squares(&by.codes) else {
        return html! {};
    };
    let classes = Classes::of(&list.rows);
    let title = words.say_with("map-title", [("area", words.inline(&by.title).into())]);
    let mut tiles = String::new();
    for ((code, square), told) in by.codes.iter().zip(&squares).zip(&list.rows) {
        tile(&mut tiles, view, (code, *square, told), &classes, places.path(&by.id, &code.code));
    }
    let drawing = drawing(&squares, &title, &tiles);
    html! {
        section #map {
            h2 #h-map { (title) }
            p {
                (words.say("map-lead")) " "
                (words.say_with("map-shown", [
                    ("title", words.label(topic.title()).into()),
                    ("unit", words.label(topic.unit()).into()),
                ]))
                " "
                a href=(table) { (words.say("map-table")) }
            }
            div.map {
                (region(&title, &drawing))
                (legend(view, &classes))
            }
        }
    }
}

fn drawing(squares: &[(i32, i32)], title: &str, tiles: &str) -> Markup {
    let size = |of: fn(&(i32, i32)) -> i32| squares.iter().map(of).max().unwrap_or(0) + 1;
    let (columns, rows) = (size(|s| s.0), size(|s| s.1));
    html! {
        svg class=(if columns > COLUMNS_MAX { "tiles large" } else { "tiles" })
            viewBox={ "0 0 " (columns * 100) " " (rows * 100) } width=(columns * TILE)
            height=(rows * TILE) role="group" aria-label=(title) {
            defs { (raw(HATCH.to_owned())) }
            (raw(tiles.to_owned()))
        }
    }
}

fn tile(
    out: &mut String,
    view: &View,
    (code, (column, row), told): (&CodeDocument, (i32, i32), &Told),
    classes: &Classes,
    path: Option<String>,
) {
    let words = view.words;
    let name = words.label(&code.label);
    let (x, y) = (column * 100 + 2, row * 100 + 2);
    let (shade, sign, hatched) = match (classes.reach(told), told.value) {
        (None, _) => (0, "–".to_owned(), false),
        (Some((low, high)), Some(value)) => {
            let class = classes.class(value);
            (class, class.to_string(), high - low > 1)
        }
        (Some((low, high)), None) if low == high => (low, low.to_string(), true),
        (Some((low, high)), None) => (0, format!("{low}–{high}"), true),
    };
    let content = html! {
        title { (name) ": " (told.text(words)) }
        (raw(format!("<rect class=\"m{shade}\" x=\"{x}\" y=\"{y}\" width=\"96\" height=\"96\" rx=\"7\"/>")))
        @if hatched { (raw(format!("<use href=\"#hatch\" x=\"{x}\" y=\"{y}\"/>"))) }
        @for (i, line) in lines(name).iter().enumerate() {
            text class={ "a" (shade) } x=(x + 48) y=(y + 24 + 19 * i32::try_from(i).unwrap_or(0)) { (line) }
        }
        text class={ "k a" (shade) } x=(x + 48) y=(y + 84) { (sign) }
    };
    let content = match path {
        Some(path) => html! { a href=(view.to(&path)) { (content) } },
        None => html! { g { (content) } },
    };
    _ = out.write_str(&content.into_string());
}

/// A name on at most two lines, cut where it is too long.
fn lines(name: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in name.split_whitespace() {
        match lines.last_mut() {
            Some(last) if last.chars().count() + word.chars().count() < LINE => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let cut = |line: &String| match line.char_indices().nth(LINE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.clone(),
    };
    lines.iter().take(2).map(cut).collect()
}

fn legend(view: &View, classes: &Classes) -> Markup {
    let words = view.words;
    let range =
        |class: usize| match (class.checked_sub(2).map(|i| classes.0[i]), classes.0.get(class - 1))
        {
            (None, None) => words.say("map-all"),
            (None, Some(end)) => words.say_with("map-below", [("end", grouped(*end).into())]),
            (Some(start), None) => {
                words.say_with("told-or-more", [("lower", grouped(start).into())])
            }
            (Some(start), Some(end)) => {
                let (lower, upper) = (grouped(start), grouped(*end));
                words.say_with("map-between", [("lower", lower.into()), ("upper", upper.into())])
            }
        };
    let swatch = |shade: usize, hatched: bool, sign: &str| {
        let hatch = if hatched { "<use href=\"#hatch\" x=\"2\" y=\"2\"/>" } else { "" };
        raw(format!(
            "<svg class=\"swatch\" viewBox=\"0 0 100 100\" aria-hidden=\"true\">\
             <rect class=\"m{shade}\" x=\"2\" y=\"2\" width=\"96\" height=\"96\" rx=\"7\"/>{hatch}\
             <text class=\"k a{shade}\" x=\"50\" y=\"68\">{sign}</text></svg>"
        ))
    };
    html! {
        ul.legend {
            @for class in 1..=classes.0.len() + 1 {
                li { (swatch(class, false, &class.to_string())) (range(class)) }
            }
            li { (swatch(0, true, "1–2")) (words.say("map-hatched")) }
            li { (swatch(0, false, "–")) (words.say("map-none")) }
        }
    }
}

/// Where one area lies among the others: a small map without figures.
pub(super) fn locator(codes: &[CodeDocument], here: &str, title: &str) -> Markup {
    let Some(squares) = squares(codes) else { return html! {} };
    // All squares of a class are one drawing: the map stands on the page of every area.
    let (mut others, mut own) = (String::new(), String::new());
    for (code, (column, row)) in codes.iter().zip(&squares) {
        let tiles = if code.code == here { &mut own } else { &mut others };
        _ = write!(tiles, "M{} {}h92v92h-92z", column * 100 + 4, row * 100 + 4);
    }
    let tiles = [("m1", others), ("m4", own)]
        .map(|(class, tiles)| format!("<path class=\"{class}\" d=\"{tiles}\"/>"));
    let size = |of: fn(&(i32, i32)) -> i32| squares.iter().map(of).max().unwrap_or(0) + 1;
    let (columns, rows) = (size(|s| s.0) * 100, size(|s| s.1) * 100);
    html! {
        svg.locator viewBox={ "0 0 " (columns) " " (rows) } role="img" aria-label=(title) {
            (raw(tiles.concat()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Figure;

    #[test]
    fn classes_hold_about_as_many_areas_and_begin_at_round_numbers() {
        let told = |n: u64| Told::count(&Figure { number: Some(n), lower: n, upper: n + 1 });
        let rows: Vec<Told> = (0..40).map(|i| told(i * i)).collect();
        let classes = Classes::of(&rows);
        assert_eq!(classes.0, [100, 400, 900]);
        assert_eq!([0.0, 99.0, 100.0, 5000.0].map(|x| classes.class(x)), [1, 1, 2, 4]);
        let few = Classes::of(&[told(0), told(0)]);
        assert!(few.0.is_empty() && few.class(9.0) == 1);
    }

    #[test]
    fn long_names_are_cut_and_short_ones_are_not() {
        assert_eq!(lines("Dera Ismail Khan"), ["Dera", "Ismail"]);
        assert_eq!(lines("Muzaffarabad"), ["Muzaffara…"]);
        assert_eq!(lines("Swat"), ["Swat"]);
    }
}
