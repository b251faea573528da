//! A margin as a printed list: labels with drawn ranges, or a table of rows and columns.

use serde_json::{Value, json};
use shumar_schemas::Label;
use shumar_schemas::release::{CodeDocument, DimensionDocument, MarginDocument, TableDocument};
use shumar_words::{Words, grouped};

use crate::certificate::cell;
use crate::figure::{Figure, whole};
use crate::pages::Scale;

/// Most lines of a printed list; longer ones are in the data files.
const LINES_MAX: usize = 200;
/// Most lines of a printed table, which has room for a label of some words in each.
const ROWS_MAX: usize = 20;
/// Most columns of a printed table.
const COLUMNS_MAX: usize = 8;

/// A margin with its figures, one a row.
pub(crate) struct Margin<'a> {
    /// The margin.
    pub(crate) document: &'a MarginDocument,
    /// The dimensions of its rows, the last one fastest.
    pub(crate) dimensions: Vec<&'a DimensionDocument>,
    /// Its figures.
    pub(crate) figures: Vec<Figure>,
}

impl<'a> Margin<'a> {
    /// A margin and its figures, in the order of its file.
    pub(crate) fn new(
        document: &'a MarginDocument,
        table: &'a TableDocument,
        figures: Vec<Figure>,
    ) -> Self {
        let of = |id: &String| table.dimensions.iter().find(|d| d.id == *id);
        let dimensions = document.by.iter().filter_map(of).collect();
        Self { document, dimensions, figures }
    }

    /// Its title.
    pub(crate) fn title(&self, words: &Words) -> String {
        let titles: Vec<&Label> = self.dimensions.iter().map(|d| &d.title).collect();
        words.margin(&titles)
    }

    /// The printed list; none for a list that is too long for print, and for a total.
    pub(crate) fn list(&self, words: &Words, unit: &Label) -> Option<Value> {
        match self.dimensions[..] {
            [one] if one.codes.len() <= LINES_MAX => Some(self.bars(words, unit, one)),
            [rows, columns] => {
                let fits = |rows: &DimensionDocument, columns: &DimensionDocument| {
                    rows.codes.len() <= ROWS_MAX && columns.codes.len() <= COLUMNS_MAX
                };
                let n = columns.codes.len();
                if fits(rows, columns) {
                    let at = |row, column| row * n + column;
                    Some(self.matrix(words, unit, (rows, columns), at))
                } else if fits(columns, rows) {
                    let at = |row, column| column * n + row;
                    Some(self.matrix(words, unit, (columns, rows), at))
                } else {
                    None
                }
            }
            _ => None,
        }
    }

    fn bars(&self, words: &Words, unit: &Label, one: &DimensionDocument) -> Value {
        let scale = Scale::over(&self.figures);
        let row = |(code, figure): (&CodeDocument, &Figure)| {
            json!({
                "label": cell(words, &code.label),
                "figure": shown(words, figure),
                "from": place(figure.lower, scale.end),
                "to": place(figure.upper, scale.end),
                "dot": figure.number.map(|n| place(n, scale.end)),
            })
        };
        let values = [("title", self.title(words).into()), ("unit", words.label(unit).into())];
        json!({
            "kind": "bars",
            "caption": words.say_with("caption-cells", values),
            "head": [words.label(&one.title), words.say("head-figure")],
            "end": grouped(scale.end),
            "rows": one.codes.iter().zip(&self.figures).map(row).collect::<Vec<_>>(),
            "notes": self.notes(words),
        })
    }

    fn matrix(
        &self,
        words: &Words,
        unit: &Label,
        (rows, columns): (&DimensionDocument, &DimensionDocument),
        at: impl Fn(usize, usize) -> usize,
    ) -> Value {
        let row = |(i, code): (usize, &CodeDocument)| {
            let figure = |j| self.figures.get(at(i, j)).map(|figure| shown(words, figure));
            let cells: Vec<_> = (0..columns.codes.len()).filter_map(figure).collect();
            json!({ "labels": [cell(words, &code.label)], "cells": cells })
        };
        let values = [
            ("title", self.title(words).into()),
            ("unit", words.label(unit).into()),
            ("columns", words.inline(&columns.title).into()),
        ];
        let heads: Vec<String> = columns.codes.iter().map(|c| cell(words, &c.label)).collect();
        json!({
            "kind": "matrix",
            "caption": words.say_with("caption-matrix", values),
            "head": [words.label(&rows.title)],
            "columns": heads,
            "rows": rows.codes.iter().enumerate().map(row).collect::<Vec<_>>(),
            "notes": self.notes(words),
        })
    }

    /// What must be said below a list of these figures.
    fn notes(&self, words: &Words) -> Vec<String> {
        let half = grouped(whole(self.document.half_width.ceil()));
        let mut text = words.say_with("accuracy", [("half", half.into())]);
        if self.figures.iter().any(|f| f.number.is_none()) {
            text = format!("{text} {}", words.say("weak-note"));
        }
        vec![text]
    }
}

/// A figure with its range as the templates show it.
pub(crate) fn shown(words: &Words, figure: &Figure) -> Value {
    json!({ "n": figure.number.map(grouped), "r": figure.range(words) })
}

/// A figure with its range inside a sentence.
pub(crate) fn inline(words: &Words, figure: &Figure) -> String {
    match figure.number {
        Some(number) => format!("{} ({})", grouped(number), figure.range(words)),
        None => figure.range(words),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a place on paper")]
fn place(n: u64, end: u64) -> f64 {
    // To four decimals, which is finer than any printer.
    (1e4 * n as f64 / end.max(1) as f64).round() / 1e4
}
