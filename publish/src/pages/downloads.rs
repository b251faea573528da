//! All data files: by release, then by table.

use std::collections::BTreeMap;

use maud::{Markup, html};
use shumar_schemas::release::ReleaseDocument;
use shumar_words::{Words, grouped};

use crate::gather::{Issue, Topic};
use crate::pages::{Site, View, list, region, release_path};

/// The path of a release's list of files below the language's folder.
pub(crate) fn path(release: &ReleaseDocument) -> String {
    format!("downloads/{}.html", release.id)
}

/// The page of all releases.
pub(crate) fn downloads(view: &View, site: &Site) -> String {
    let words = view.words;
    let view = view.at("downloads.html");
    let content = html! {
        p.lead { (words.say("downloads-lead")) }
        @if site.issues.is_empty() { p { (words.say("index-empty")) } }
        ul.cards {
            @for Issue { document, .. } in &site.issues {
                @let own = of(document, &site.files);
                li {
                    a href=(view.to(&path(document))) { (view.label(&document.title)) }
                    p { (view.months(document)) }
                    p { (summary(words, &own)) }
                }
            }
        }
        h2 #h-reading { (words.say("method-files-title")) }
        p {
            (words.say("method-files-text")) " "
            a href={ (view.to("method.html")) "#files" } { (words.say("downloads-columns")) }
        }
        h2 #h-terms { (words.say("downloads-terms")) }
        p { (words.say("downloads-terms-text")) }
    };
    let trail = [(words.say("nav-figures"), "index.html".to_owned())];
    view.frame(&words.say("downloads-title"), &trail, &content)
}

/// The page of one release.
pub(crate) fn of_release(view: &View, issue: &Issue, files: &[(String, u64)]) -> String {
    let words = view.words;
    let release = issue.document;
    let view = view.at(&path(release));
    let own = of(release, files);
    // By name without ending: a list in several formats is one row.
    let mut rows: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (file, _) in &own {
        let (stem, ending) = file.split_once('.').unwrap_or((file, ""));
        rows.entry(stem).or_default().push(ending);
    }
    let content = html! {
        p.lead { (view.months(release)) ". " (summary(words, &own)) }
        p {
            a href=(view.to(&release_path(release))) { (view.label(&release.title)) } " · "
            a href={ (view.to(&release_path(release))) "#h-signed" } { (words.say("signed-title")) }
        }
        (others(&view, issue, &rows))
        @for topic in &issue.topics {
            @if !topic.lists.is_empty() {
                h2.minor id={ "d-" (topic.id()) } { (view.label(topic.title())) }
                ul.files {
                    (whole(&view, issue, topic, &rows))
                    @for one in &topic.lists {
                        li { (links(&view, issue, one, &rows)) }
                    }
                }
            }
        }
    };
    let trail = [
        (words.say("nav-figures"), "index.html".to_owned()),
        (words.say("downloads-title"), "downloads.html".to_owned()),
    ];
    view.frame(words.label(&release.title), &trail, &content)
}

/// The files that hold all lists of a topic.
fn whole(view: &View, issue: &Issue, topic: &Topic, rows: &BTreeMap<&str, Vec<&str>>) -> Markup {
    let base = format!("{}data/{}/", view.root(), issue.document.id);
    let id = topic.id();
    let folders: Vec<&str> = rows.keys().filter_map(|s| s.strip_suffix(id)).collect();
    let own = folders.iter().filter(|f| f.is_empty() || f.ends_with('/'));
    let files: Vec<(String, String)> = own
        .flat_map(|folder| {
            let stem = format!("{folder}{id}");
            let kind = folder.trim_end_matches('/').to_uppercase();
            let name = move |ending: &str| format!("{kind} {}", ending.to_uppercase());
            let endings = rows.get(stem.as_str()).into_iter().flatten();
            endings.map(move |e| (format!("{stem}.{e}"), name(e))).collect::<Vec<_>>()
        })
        .collect();
    html! {
        @if !files.is_empty() {
            li {
                (view.words.say("downloads-together")) " "
                @for (i, (file, name)) in files.iter().enumerate() {
                    @if i > 0 { " " }
                    a href={ (base) (file) } download="" { (name.trim_start()) }
                }
            }
        }
    }
}

/// The formats of one list.
fn links(
    view: &View,
    issue: &Issue,
    one: &crate::gather::List,
    rows: &BTreeMap<&str, Vec<&str>>,
) -> Markup {
    let base = format!("data/{}/", issue.document.id);
    let stem = one.data.strip_prefix(&base).unwrap_or(&one.data);
    let title = list::title(view, one);
    html! {
        bdi { (title) } ": "
        // What describes another file lies beside it, and is found by its name.
        @let endings = rows.get(stem).into_iter().flatten().filter(|e| !e.contains('.'));
        @for (i, ending) in endings.enumerate() {
            @if i > 0 { " " }
            a href={ (view.root()) (base) (stem) "." (ending) } download="" {
                (ending.to_uppercase())
            }
        }
    }
}

/// Files that are of no single list.
fn others(view: &View, issue: &Issue, rows: &BTreeMap<&str, Vec<&str>>) -> Markup {
    let base = format!("data/{}/", issue.document.id);
    let of_list = |stem: &str| {
        let name = stem.rsplit('/').next().unwrap_or(stem);
        issue.topic(name).is_some()
            || issue
                .topics
                .iter()
                .flat_map(|t| &t.lists)
                .any(|l| l.data.strip_prefix(&base) == Some(stem))
    };
    let rest: Vec<(&str, &str)> = rows
        .iter()
        .filter(|(stem, _)| !of_list(stem))
        .flat_map(|(stem, endings)| endings.iter().map(|e| (*stem, *e)))
        .collect();
    html! {
        @if !rest.is_empty() {
            (region(&view.words.say("downloads-whole"), &html! {
                h2 #h-whole { (view.words.say("downloads-whole")) }
                ul.names dir="ltr" {
                    @for (stem, ending) in rest {
                        @let name = if ending.is_empty() { stem.to_owned() } else { format!("{stem}.{ending}") };
                        li { a href={ (view.root()) (base) (name) } download="" { (name) } }
                    }
                }
            }))
        }
    }
}

/// The files of a release without its signed ones: name below its folder, and size.
fn of<'a>(release: &ReleaseDocument, files: &'a [(String, u64)]) -> Vec<(&'a str, u64)> {
    let base = format!("data/{}/", release.id);
    let own = |(path, size): &'a (String, u64)| Some((path.strip_prefix(&base)?, *size));
    files.iter().filter_map(own).filter(|(file, _)| !file.starts_with("release/")).collect()
}

fn summary(words: &Words, files: &[(&str, u64)]) -> String {
    let bytes: u64 = files.iter().map(|(_, size)| size).sum();
    let values = [("count", files.len().into()), ("size", grouped(bytes.div_ceil(1024)).into())];
    words.say_with("downloads-files", values)
}
