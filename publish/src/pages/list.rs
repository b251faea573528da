//! A list as a table: rows with drawn ranges, a matrix, or a long list.

use maud::{Markup, html};
use shumar_figures::indicator::Flag;
use shumar_schemas::release::{DimensionDocument, STEP};
use shumar_schemas::{Label, Measure};
use shumar_words::{Words, grouped};

use crate::figure::whole;
use crate::gather::{List, Topic};
use crate::pages::chart::Scale;
use crate::pages::{View, period, region};
use crate::told::{Told, changed};

/// Most columns of a matrix.
const COLUMNS_MAX: usize = 12;
/// Most cells shown on a page: light for a slow phone. Longer lists are in the files.
const CELLS_MAX: usize = 160;

/// The title of a list.
pub(super) fn title(view: &View, list: &List) -> String {
    let steps = list.by.iter().any(|d| d.id == STEP);
    let titles: Vec<&Label> = list.by.iter().filter(|d| d.id != STEP).map(|d| &d.title).collect();
    match (steps, &titles[..]) {
        (false, _) => view.words.margin(&titles),
        (true, []) => view.words.say("list-steps"),
        (true, _) => {
            let by = view.words.margin(&titles);
            view.words.say_with("list-by-steps", [("by", by.into())])
        }
    }
}

/// The title of a column; the steps of a funnel have none of their own.
fn head(view: &View, one: &DimensionDocument) -> Markup {
    if one.id == STEP {
        html! { (view.words.say("head-step")) }
    } else {
        view.label(&one.title)
    }
}

/// The message that heads the figures: exact ones have no range.
pub(super) fn figure_head(exact: bool) -> &'static str {
    if exact { "head-exact" } else { "head-figure" }
}

/// The section's id within the page.
pub(super) fn anchor(list: &List) -> String {
    format!("by-{}", list.id)
}

/// The section of a list.
pub(super) fn section(view: &View, topic: &Topic, list: &List) -> Markup {
    let words = view.words;
    let title = title(view, list);
    let (measure, exact) = (topic.measure(), topic.is_exact());
    let shown = Shown { view, list, measure, exact };
    html! {
        section.margin id=(anchor(list)) {
            h2 id={ "h-" (list.id) } { bdi { (title) } }
            @if list.rows.len() > CELLS_MAX {
                @let cells = grouped(list.rows.len() as u64);
                p {
                    (words.say_with("too-long", [("cells", cells.into())]))
                    @if list.by.iter().any(|d| d.area) {
                        " " a href=(view.to("places.html")) { (words.say("too-long-areas")) }
                    }
                }
            } @else {
                (shown.table(topic, &title))
                @if topic.is_exact() { (missing(view, list)) } @else { (notes(view, list)) }
            }
            (files(view, list, &title))
        }
    }
}

/// What a list of exact sums says where nothing was reported.
fn missing(view: &View, list: &List) -> Markup {
    html! {
        @if list.rows.iter().any(|r| r.value.is_none()) {
            p.note { (view.words.say("exact-missing")) }
        }
    }
}

/// What must be known of some figures of a list.
fn notes(view: &View, list: &List) -> Markup {
    let words = view.words;
    let flagged = |flag: Flag| list.rows.iter().any(|r| r.flag() == flag);
    html! {
        (weak_note(words, &list.rows))
        @if flagged(Flag::SmallDenominator) { p.note { (words.say("few-note")) } }
        @if flagged(Flag::NoBase) { p.note { (words.say("base-note")) } }
        @if flagged(Flag::OpenEnded) { p.note { (words.say("open-note")) } }
        @if list.changes.is_some() && list.by.len() < 2 { p.note { (words.say("change-note")) } }
        @if let Some(half) = list.half_width {
            @let half = grouped(whole(half.ceil()));
            p.note { (words.say_with("accuracy", [("half", half.into())])) }
        }
    }
}

/// Why some figures are a range alone.
pub(super) fn weak_note(words: &Words, rows: &[Told]) -> Markup {
    html! { @if rows.iter().any(Told::is_range) { p.note { (words.say("weak-note")) } } }
}

/// The links to the data files of a list.
fn files(view: &View, list: &List, title: &str) -> Markup {
    let label = view.words.say_with("files-label", [("title", title.into())]);
    html! {
        p.files {
            span aria-hidden="true" { (view.words.say("files-title")) } " "
            @for (ending, name) in [("csv", "CSV"), ("json", "JSON")] {
                a href={ (view.root()) (list.data) "." (ending) } download=""
                    aria-label={ (name) " – " (label) } { (name) }
                " "
            }
        }
    }
}

/// A list on a page.
struct Shown<'a> {
    view: &'a View<'a>,
    list: &'a List<'a>,
    measure: Measure,
    exact: bool,
}

impl Shown<'_> {
    fn table(&self, topic: &Topic, title: &str) -> Markup {
        let words = self.view.words;
        let unit = words.label(topic.unit());
        let counted = matches!(topic.of, crate::gather::Of::Statistic(_));
        let values = || [("title", title.into()), ("unit", unit.into())];
        let plain = if topic.is_exact() {
            words.say_with("caption-exact", values())
        } else if counted {
            words.say_with("caption-cells", values())
        } else {
            words.say_with("caption-indicator", values())
        };
        match &self.list.by[..] {
            [] => self.rows(None, &plain),
            [one] => self.rows(Some(one), &plain),
            [others @ .., last] if last.codes.len() <= COLUMNS_MAX => {
                let columns = if last.id == STEP {
                    words.say("head-step")
                } else {
                    words.inline(&last.title)
                };
                let caption = words.say_with(
                    "caption-columns",
                    [("caption", plain.as_str().into()), ("columns", columns.into())],
                );
                region(title, &self.matrix(others, last, &caption))
            }
            all => region(title, &self.long(all, &plain)),
        }
    }

    /// One row a code, each with its range drawn.
    fn rows(&self, one: Option<&DimensionDocument>, caption: &str) -> Markup {
        let (view, words) = (self.view, self.view.words);
        let scale = Scale::over(&self.list.rows);
        let since = self.list.changes.as_ref().map(|c| period(words, &c.since.0, &c.since.1));
        html! {
            table.list.drawn {
                caption {
                    (caption)
                    @if let Some(since) = since {
                        " " (words.say_with("caption-change", [("months", since.into())]))
                    }
                }
                thead { tr {
                    @match one {
                        Some(one) => th scope="col" { (head(view, one)) },
                        None => th scope="col" { span.hidden { (words.say("head-what")) } },
                    }
                    th.n scope="col" { (words.say(figure_head(self.exact))) }
                    th.c scope="col" {
                        span.hidden { (words.say("head-chart")) }
                        span.scale aria-hidden="true" { span { "0" } span { (scale.end()) } }
                    }
                } }
                tbody {
                    @for (row, told) in self.list.rows.iter().enumerate() {
                        tr {
                            th scope="row" {
                                @if one.is_some() {
                                    (view.label(&self.list.code(0, row).label))
                                } @else {
                                    (words.say("total-row"))
                                }
                            }
                            td.n { (told.markup(words)) (self.change(row)) }
                            td.c { (scale.draw(told)) }
                        }
                    }
                }
            }
        }
    }

    /// How a figure changed within a year, below it.
    fn change(&self, row: usize) -> Markup {
        let change = self.list.changes.as_ref().and_then(|c| c.rows.get(row));
        html! {
            @if let Some(change) = change {
                @let told = self.list.rows[row].range(self.view.words).is_some();
                @if told {
                    " " span.change { (changed(self.view.words, self.measure, change)) }
                }
            }
        }
    }

    fn matrix(
        &self,
        others: &[DimensionDocument],
        last: &DimensionDocument,
        caption: &str,
    ) -> Markup {
        let view = self.view;
        html! {
            table.wide {
                caption { span { (caption) } }
                thead { tr {
                    @for other in others { th scope="col" { (head(view, other)) } }
                    @for code in &last.codes { th.n scope="col" { (view.label(&code.label)) } }
                } }
                tbody {
                    @for (line, figures) in self.list.rows.chunks(last.codes.len()).enumerate() {
                        tr {
                            (self.heads(others.len(), line * last.codes.len()))
                            @for told in figures { td.n { (told.markup(view.words)) } }
                        }
                    }
                }
            }
        }
    }

    fn long(&self, all: &[DimensionDocument], caption: &str) -> Markup {
        let view = self.view;
        html! {
            table.wide {
                caption { span { (caption) } }
                thead { tr {
                    @for one in all { th scope="col" { (head(view, one)) } }
                    th.n scope="col" { (view.words.say(figure_head(self.exact))) }
                } }
                tbody {
                    @for (row, told) in self.list.rows.iter().enumerate() {
                        tr {
                            (self.heads(all.len(), row))
                            td.n { (told.markup(view.words)) }
                        }
                    }
                }
            }
        }
    }

    /// The header cells of a row, for the first columns.
    fn heads(&self, columns: usize, row: usize) -> Markup {
        html! {
            @for column in 0..columns {
                th scope="row" { (self.view.label(&self.list.code(column, row).label)) }
            }
        }
    }
}
