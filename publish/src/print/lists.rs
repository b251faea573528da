//! A list of figures in print: labels with drawn ranges, or a table of rows and columns.

use serde_json::{Value, json};
use shumar_schemas::release::{CodeDocument, DimensionDocument};
use shumar_schemas::{Label, Measure};
use shumar_words::{Words, grouped};

use crate::certificate::cell;
use crate::figure::whole;
use crate::gather::{List, Topic};
use crate::pages::Scale;
use crate::told::Told;

/// Most lines of a printed list; longer ones are in the data files.
const LINES_MAX: usize = 200;
/// Most lines of a printed table, which has room for a label of some words in each.
const ROWS_MAX: usize = 20;
/// Most columns of a printed table.
const COLUMNS_MAX: usize = 8;

/// The title of a list: `By district and quarter`.
pub(super) fn title(words: &Words, list: &List) -> String {
    let titles: Vec<&Label> = list.by.iter().map(|d| &d.title).collect();
    words.margin(&titles)
}

/// A list as the templates show it; none for one that is too long for print, and for a total.
pub(super) fn printed(words: &Words, topic: &Topic, list: &List) -> Option<Value> {
    let fits = |rows: &DimensionDocument, columns: &DimensionDocument| {
        rows.codes.len() <= ROWS_MAX && columns.codes.len() <= COLUMNS_MAX
    };
    match &list.by[..] {
        [one] if one.codes.len() <= LINES_MAX => Some(bars(words, topic, list, one)),
        [rows, columns] if fits(rows, columns) => {
            let n = columns.codes.len();
            Some(matrix(words, topic, list, (rows, columns), |row, column| row * n + column))
        }
        [columns, rows] if fits(rows, columns) => {
            let n = rows.codes.len();
            Some(matrix(words, topic, list, (rows, columns), |row, column| column * n + row))
        }
        _ => None,
    }
}

/// A figure with its range; only a text where there is none.
pub(super) fn shown(words: &Words, told: &Told) -> Value {
    let range = told.range(words).unwrap_or_else(|| told.text(words));
    json!({ "n": told.number(), "r": range })
}

fn bars(words: &Words, topic: &Topic, list: &List, one: &DimensionDocument) -> Value {
    let scale = Scale::over(&list.rows);
    let row = |(code, told): (&CodeDocument, &Told)| {
        let ends = told.lower.map(|lower| {
            [lower, told.upper.unwrap_or_else(|| scale.most())].map(|x| place(scale, x))
        });
        json!({
            "label": cell(words, &code.label),
            "figure": shown(words, told),
            "ends": ends,
            "dot": told.value.map(|value| place(scale, value)),
        })
    };
    json!({
        "kind": "bars",
        "caption": caption(words, topic, list, None),
        "head": [words.label(&one.title), words.say("head-figure")],
        "end": scale.end(),
        "rows": one.codes.iter().zip(&list.rows).map(row).collect::<Vec<_>>(),
        "notes": notes(words, list),
    })
}

fn matrix(
    words: &Words,
    topic: &Topic,
    list: &List,
    (rows, columns): (&DimensionDocument, &DimensionDocument),
    at: impl Fn(usize, usize) -> usize,
) -> Value {
    let row = |(i, code): (usize, &CodeDocument)| {
        let figure = |j| list.rows.get(at(i, j)).map(|told| shown(words, told));
        let cells: Vec<_> = (0..columns.codes.len()).filter_map(figure).collect();
        json!({ "labels": [cell(words, &code.label)], "cells": cells })
    };
    json!({
        "kind": "matrix",
        "caption": caption(words, topic, list, Some(columns)),
        "head": [words.label(&rows.title)],
        "columns": columns.codes.iter().map(|c| cell(words, &c.label)).collect::<Vec<_>>(),
        "rows": rows.codes.iter().enumerate().map(row).collect::<Vec<_>>(),
        "notes": notes(words, list),
    })
}

fn caption(
    words: &Words,
    topic: &Topic,
    list: &List,
    columns: Option<&DimensionDocument>,
) -> String {
    let title = title(words, list);
    let unit = words.label(topic.unit());
    let counts = topic.measure() == Measure::Count;
    let caption = if topic.is_exact() {
        words.say_with("caption-exact", [("title", title.into()), ("unit", unit.into())])
    } else if counts {
        words.say_with("caption-cells", [("title", title.into()), ("unit", unit.into())])
    } else {
        let title = format!("{}: {title}", words.label(topic.title()));
        words.say_with("caption-indicator", [("title", title.into()), ("unit", unit.into())])
    };
    match columns {
        None => caption,
        Some(columns) => {
            let columns = words.inline(&columns.title);
            let values = [("caption", caption.into()), ("columns", columns.into())];
            words.say_with("caption-columns", values)
        }
    }
}

/// What must be said below a list of these figures.
fn notes(words: &Words, list: &List) -> Vec<String> {
    let half = list.half_width.map(|half| grouped(whole(half.ceil())));
    let half = half.map(|half| words.say_with("accuracy", [("half", half.into())]));
    let weak = list.rows.iter().any(Told::is_range).then(|| words.say("weak-note"));
    let all: Vec<String> = half.into_iter().chain(weak).collect();
    if all.is_empty() { all } else { vec![all.join(" ")] }
}

/// A place on the scale, from 0 to 1, to four decimals: finer than any printer.
fn place(scale: Scale, x: f64) -> f64 {
    (scale.place(x) * 100.0).round() / 1e4
}
