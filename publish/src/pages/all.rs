//! Which pages there are, and the styles and fonts that they share.

use shumar_words::{Language, Words};

use crate::calendar::Coming;
use crate::disclosures::Log;
use crate::gather::Issue;
use crate::pages::places::Places;
use crate::pages::{
    About, View, calendar, contact, coverage, disclosure, door, downloads, home, method, place,
    places, promise, release, revisions, topic,
};

/// What all pages share: path below the site, and content.
pub(crate) const ASSETS: [(&str, &[u8]); 8] = [
    ("style/common.css", include_bytes!("style.css")),
    ("style/nastaliq.woff2", include_bytes!("../../fonts/nastaliq.woff2")),
    ("style/naskh.woff2", include_bytes!("../../fonts/naskh.woff2")),
    ("style/naskh-bold.woff2", include_bytes!("../../fonts/naskh-bold.woff2")),
    ("style/sans.woff2", include_bytes!("../../fonts/sans.woff2")),
    ("style/sans-bold.woff2", include_bytes!("../../fonts/sans-bold.woff2")),
    ("style/serif-bold.woff2", include_bytes!("../../fonts/serif-bold.woff2")),
    ("style/OFL.txt", include_bytes!("../../fonts/OFL.txt")),
];

/// Everything that pages are made from.
pub(crate) struct Site<'a> {
    /// The releases, the newest first.
    pub(crate) issues: Vec<Issue<'a>>,
    /// Those that are planned.
    pub(crate) coming: Vec<Coming>,
    /// The data files: path below the site, and size in bytes.
    pub(crate) files: Vec<(String, u64)>,
    /// The log of the right-to-information desk, if there is one.
    pub(crate) log: Option<Log>,
}

/// Writes all pages: path below the site, and text.
///
/// # Errors
/// What `write` returns.
pub(crate) fn all<E>(
    site: &Site,
    words: &[Words],
    write: &mut dyn FnMut(&str, &str) -> Result<(), E>,
) -> Result<(), E> {
    let newest = site.issues.first().map(|i| i.document);
    let places = Places::of(&site.issues);
    for words in words {
        let view = View {
            words,
            commission: newest.map(|d| &d.commission),
            software: newest.map(|d| d.software.as_str()),
            path: "index.html".to_owned(),
            about: None,
        };
        let mut page =
            |path: &str, page: &str| write(&format!("{}/{path}", words.language.tag()), page);
        page("index.html", &home::home(&view, &site.issues, &places))?;
        page("places.html", &places::places(&view, &places))?;
        page("method.html", &method::method(&view))?;
        page("privacy.html", &promise::promise(&view, &site.issues))?;
        page("downloads.html", &downloads::downloads(&view, site))?;
        page("calendar.html", &calendar::calendar(&view, site))?;
        page("revisions.html", &revisions::revisions(&view, &site.issues))?;
        page("coverage.html", &coverage::coverage(&view, &site.issues))?;
        page("contact.html", &contact::contact(&view, site.log.is_some()))?;
        if let Some(log) = &site.log {
            let view = view.at(disclosure::PATH);
            page(disclosure::PATH, &disclosure::disclosures(&view, &log.document))?;
        }
        for one in &places.all {
            page(&one.path, &place::place(&view, &site.issues, &places, one))?;
        }
        for issue in &site.issues {
            let about = About { release: issue.document, revised_by: issue.revised_by };
            let view = View { about: Some(about), ..view.clone() };
            for one in issue.topics.iter().filter(|t| !t.lists.is_empty()) {
                let text = topic::topic(&view, &site.issues, issue, one, &places);
                page(&one.path(issue.document), &text)?;
            }
            page(&release::path(issue.document), &release::release(&view, issue))?;
            let text = downloads::of_release(&view, issue, &site.files);
            page(&downloads::path(issue.document), &text)?;
        }
    }
    write("index.html", &door::door(words, newest.map(|d| &d.commission)))
}

/// The styles that languages bring: path below the site, and text.
pub(crate) fn language_styles() -> impl Iterator<Item = (String, &'static str)> {
    let all = Language::all().iter();
    all.filter_map(|l| Some((format!("style/{}.css", l.tag()), l.style()?)))
}
