//! A figure over the years: a dot and its range for each, and the same as a table.

use std::fmt::Write;

use maud::{Markup, html};
use shumar_schemas::release::ReleaseDocument;

use crate::gather::{Issue, Topic};
use crate::pages::chart::Scale;
use crate::pages::{View, list, raw, release_path};
use crate::told::Told;

/// Most periods that are drawn; the newest ones.
const PERIODS_MAX: usize = 12;
/// Width, height and margins of the drawing.
const SIZE: (f64, f64) = (340.0, 190.0);
const LEFT: f64 = 46.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 26.0;

/// One point of a trend.
pub(super) struct Point<'a> {
    release: &'a ReleaseDocument,
    told: Told,
}

/// The figures of one row of a topic's list over all releases of one entry of the calendar, from the
/// oldest; `find` gives the row.
pub(super) fn points<'a>(
    issues: &'a [Issue<'a>],
    now: &Issue,
    topic: &Topic,
    find: impl Fn(&Topic) -> Option<Told>,
) -> Vec<Point<'a>> {
    let same = |i: &&'a Issue<'a>| {
        i.document.release == now.document.release
            && (i.revised_by.is_none() || i.document.id == now.document.id)
    };
    let point = |issue: &'a Issue<'a>| {
        let found = issue.topics.iter().find(|t| t.is_like(topic))?;
        Some(Point { release: issue.document, told: find(found)? })
    };
    let mut points: Vec<Point> =
        issues.iter().filter(same).filter_map(point).take(PERIODS_MAX).collect();
    points.reverse();
    points
}

/// The section of a trend; nothing for a single period.
pub(super) fn section(view: &View, topic: &Topic, points: &[Point]) -> Markup {
    if points.len() < 2 {
        return html! {};
    }
    let words = view.words;
    let caption = if topic.is_exact() { "trend-caption-exact" } else { "trend-caption" };
    let caption = words.say_with(caption, [("unit", words.label(topic.unit()).into())]);
    html! {
        section.margin #trend {
            h2 #h-trend { (words.say("trend-title")) }
            div.trend {
                (drawing(view, topic, points))
                (table(view, points, (&caption, topic.is_exact())))
            }
            @if !topic.is_exact() { p.note { (words.say("trend-note")) } }
        }
    }
}

/// The points as a table.
fn table(view: &View, points: &[Point], (caption, exact): (&str, bool)) -> Markup {
    let words = view.words;
    html! {
        table.list {
            caption { (caption) }
            thead { tr {
                th scope="col" { (words.say("fact-period")) }
                th.n scope="col" { (words.say(list::figure_head(exact))) }
            } }
            tbody {
                @for point in points {
                    tr {
                        th scope="row" {
                            @if view.about.is_some_and(|a| a.release.id == point.release.id) {
                                (view.months(point.release))
                            } @else {
                                a href=(view.to(&release_path(point.release))) {
                                    (view.months(point.release))
                                }
                            }
                        }
                        td.n { (point.told.markup(words)) }
                    }
                }
            }
        }
    }
}

/// The points as a small table of drawn ranges.
pub(super) fn rows(view: &View, points: &[Point]) -> Markup {
    let words = view.words;
    let told: Vec<Told> = points.iter().map(|p| p.told).collect();
    let scale = Scale::over(&told);
    html! {
        table.small.drawn {
            caption.hidden { (words.say("trend-title")) }
            thead.hidden { tr {
                th scope="col" { (words.say("fact-period")) }
                th scope="col" { (words.say("head-figure")) }
                th scope="col" { (words.say("head-chart")) }
            } }
            tbody {
                @for point in points {
                    tr {
                        th scope="row" { bdi { (short(point.release)) } }
                        td.n { (point.told.markup(words)) }
                        td.c { (scale.draw(&point.told)) }
                    }
                }
            }
        }
    }
}

/// The points as a drawing, with a text that says what it shows.
pub(super) fn drawing(view: &View, topic: &Topic, points: &[Point]) -> Markup {
    let words = view.words;
    let told: Vec<Told> = points.iter().map(|p| p.told).collect();
    let scale = Scale::over(&told);
    let (width, height) = SIZE;
    let y = |n: f64| height - BOTTOM - (height - TOP - BOTTOM) * scale.place(n) / 100.0;
    let count = f64::from(u32::try_from(points.len()).unwrap_or(1));
    let step = (width - LEFT) / count;
    let mut svg = String::new();
    for share in [0.0, 0.5, 1.0] {
        let at = y(scale.most() * share);
        _ = write!(svg, "<path class=\"axis\" d=\"M{LEFT} {at:.1}H{width}\"/>");
        let label = crate::data::plain(scale.most() * share);
        let x = LEFT - 6.0;
        _ = write!(svg, "<text class=\"tick\" x=\"{x}\" y=\"{:.1}\">{label}</text>", at + 4.0);
    }
    let mut x = LEFT + step / 2.0;
    for point in points {
        if let Some(lower) = point.told.lower {
            let (from, to) = (y(lower), y(point.told.upper.unwrap_or(scale.most())));
            let to = if from - to < 1.0 { from - 1.0 } else { to };
            _ = write!(svg, "<path class=\"bar\" d=\"M{x:.1} {from:.1}V{to:.1}\"/>");
            _ = write!(
                svg,
                "<path class=\"whisker\" d=\"M{0:.1} {from:.1}h8M{0:.1} {to:.1}h8\"/>",
                x - 4.0
            );
        }
        if let Some(value) = point.told.value {
            _ = write!(
                svg,
                "<circle class=\"point\" cx=\"{x:.1}\" cy=\"{:.1}\" r=\"4\"/>",
                y(value)
            );
        }
        let label = maud::html! { (short(point.release)) }.into_string();
        _ = write!(svg, "<text class=\"step\" x=\"{x:.1}\" y=\"{}\">{label}</text>", height - 6.0);
        x += step;
    }
    let of = |p: &Point| {
        let (months, told) = (view.months(p.release), p.told.text(words));
        words.say_with("trend-point", [("months", months.into()), ("figure", told.into())])
    };
    let all: Vec<String> = points.iter().map(of).collect();
    let title = words.say_with("trend-of", [("title", words.label(topic.title()).into())]);
    html! {
        svg.plot viewBox={ "0 0 " (width) " " (height) } role="img" aria-labelledby="trend-t trend-d"
            direction="ltr" {
            title #trend-t { (title) }
            desc #trend-d { (all.join("; ")) }
            (raw(svg))
        }
    }
}

/// A period in few signs: the year, or the release's own word for the period.
fn short(release: &ReleaseDocument) -> &str {
    &release.period
}
