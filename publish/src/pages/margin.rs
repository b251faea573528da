//! A margin as a table: a list with drawn ranges, a matrix, or a long list.

use maud::{Markup, html};
use shumar_schemas::Label;
use shumar_schemas::release::{DimensionDocument, MarginDocument};

use crate::figure::{Figure, whole};
use crate::pages::chart::Scale;
use crate::pages::{View, region};
use crate::read::Grid;
use shumar_words::grouped;

/// Most columns of a matrix.
const COLUMNS_MAX: usize = 12;
/// Most cells shown on a page: some hundred kilobytes, still light for a slow phone. Longer lists
/// are in the files.
const CELLS_MAX: usize = 5000;

/// A margin with the figures that are shown.
pub(crate) struct Section<'a> {
    /// The margin.
    pub(crate) margin: &'a MarginDocument,
    /// Its rows.
    pub(crate) grid: &'a Grid<'a>,
    /// Its figures, one a row.
    pub(crate) figures: &'a [Figure],
    /// The data files' name without extension, relative to the site.
    pub(crate) data: String,
}

impl<'a> Section<'a> {
    fn dimensions(&self) -> Vec<&'a DimensionDocument> {
        self.grid.columns.iter().map(|c| c.document).collect()
    }

    /// The title in the page's language.
    pub(crate) fn title(&self, view: &View) -> String {
        let titles: Vec<&Label> = self.dimensions().iter().map(|d| &d.title).collect();
        view.words.margin(&titles)
    }

    /// The section's id within the page.
    pub(crate) fn anchor(&self) -> String {
        format!("by-{}", self.margin.id)
    }

    /// The section.
    pub(crate) fn show(&self, view: &View, unit: &Label) -> Markup {
        let words = view.words;
        let title = self.title(view);
        let heading = format!("h-{}", self.margin.id);
        let half = grouped(whole(self.margin.half_width.ceil()));
        html! {
            section.margin id=(self.anchor()) {
                h2 id=(heading) { bdi { (title) } }
                @if self.figures.len() > CELLS_MAX {
                    @let cells = grouped(self.figures.len() as u64);
                    p { (words.say_with("too-long", [("cells", cells.into())])) }
                } @else {
                    (self.rows(view, unit, &title))
                    @if self.figures.iter().any(|f| f.number.is_none()) {
                        p.note { (words.say("weak-note")) }
                    }
                }
                p.note { (words.say_with("accuracy", [("half", half.into())])) }
                p.files {
                    span aria-hidden="true" { (words.say("files-title")) } " "
                    @let label = words.say_with("files-label", [("title", title.as_str().into())]);
                    @for (ending, name) in [("csv", "CSV"), ("json", "JSON")] {
                        a href={ (view.root()) (self.data) "." (ending) } download=""
                            aria-label={ (name) " – " (label) } { (name) }
                        " "
                    }
                }
            }
        }
    }

    fn rows(&self, view: &View, unit: &Label, title: &str) -> Markup {
        let dimensions = self.dimensions();
        let unit = view.words.label(unit);
        let plain = || {
            let values = [("title", title.into()), ("unit", unit.into())];
            view.words.say_with("caption-cells", values)
        };
        match &dimensions[..] {
            [] => self.total(view, &plain()),
            [one] => self.list(view, one, &plain()),
            [others @ .., last] if last.codes.len() <= COLUMNS_MAX => {
                let columns = view.words.inline(&last.title);
                let values =
                    [("title", title.into()), ("unit", unit.into()), ("columns", columns.into())];
                let caption = view.words.say_with("caption-matrix", values);
                region(title, &self.matrix(view, others, last, &caption))
            }
            all => region(title, &self.long(view, all, &plain())),
        }
    }

    fn total(&self, view: &View, caption: &str) -> Markup {
        html! {
            table.list {
                caption { (caption) }
                tbody {
                    @for figure in self.figures {
                        tr {
                            th scope="row" { (view.words.say("total-row")) }
                            td.n { (view.figure(figure)) }
                        }
                    }
                }
            }
        }
    }

    fn list(&self, view: &View, one: &DimensionDocument, caption: &str) -> Markup {
        let scale = Scale::over(self.figures);
        html! {
            table.list.drawn {
                caption { (caption) }
                thead { tr {
                    th scope="col" { (view.label(&one.title)) }
                    th.n scope="col" { (view.words.say("head-figure")) }
                    th.c scope="col" {
                        span.hidden { (view.words.say("head-chart")) }
                        span.scale aria-hidden="true" { span { "0" } span { (grouped(scale.end)) } }
                    }
                } }
                tbody {
                    @for (code, figure) in one.codes.iter().zip(self.figures) {
                        tr {
                            th scope="row" { (view.label(&code.label)) }
                            td.n { (view.figure(figure)) }
                            td.c { (scale.draw(figure)) }
                        }
                    }
                }
            }
        }
    }

    fn matrix(
        &self,
        view: &View,
        others: &[&DimensionDocument],
        last: &DimensionDocument,
        caption: &str,
    ) -> Markup {
        html! {
            table.wide {
                caption { span { (caption) } }
                thead { tr {
                    @for other in others { th scope="col" { (view.label(&other.title)) } }
                    @for code in &last.codes { th.n scope="col" { (view.label(&code.label)) } }
                } }
                tbody {
                    @for (line, figures) in self.figures.chunks(last.codes.len()).enumerate() {
                        tr {
                            (self.heads(view, others, line * last.codes.len()))
                            @for figure in figures { td.n { (view.figure(figure)) } }
                        }
                    }
                }
            }
        }
    }

    fn long(&self, view: &View, all: &[&DimensionDocument], caption: &str) -> Markup {
        html! {
            table.wide {
                caption { span { (caption) } }
                thead { tr {
                    @for one in all { th scope="col" { (view.label(&one.title)) } }
                    th.n scope="col" { (view.words.say("head-figure")) }
                } }
                tbody {
                    @for (row, figure) in self.figures.iter().enumerate() {
                        tr {
                            (self.heads(view, all, row))
                            td.n { (view.figure(figure)) }
                        }
                    }
                }
            }
        }
    }

    /// The header cells of a row, for the first columns of the grid.
    fn heads(&self, view: &View, columns: &[&DimensionDocument], row: usize) -> Markup {
        html! {
            @for (i, column) in columns.iter().enumerate() {
                th scope="row" { (view.label(&column.codes[self.grid.place(i, row)].label)) }
            }
        }
    }
}
