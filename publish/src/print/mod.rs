//! The printed forms of a release: a bulletin and a certificate in every language.
//!
//! They say what the pages say, in the same words. What is printed is made here as plain texts;
//! how it looks is up to the templates of `shumar-print`.

mod bulletin;
mod findings;
mod indicators;
mod lists;

use std::sync::Mutex;
use std::thread;

use serde_json::Value;
use shumar_print::templates::{BULLETIN as BULLETIN_TEMPLATE, CERTIFICATE as CERTIFICATE_TEMPLATE};
use shumar_print::templates::{CERTIFICATE_PART, STYLE};
use shumar_print::{Document, pdf};
use shumar_schemas::release::ReleaseDocument;
use shumar_words::Language;

use crate::PublishError;
use crate::beside::AllBeside;
use crate::certificate::Certificate;
use crate::pages::View;
use crate::read::Release;

/// The name of the bulletin's files.
pub(crate) const BULLETIN: &str = "bulletin";
/// The name of the certificate's files.
pub(crate) const CERTIFICATE: &str = "certificate";
/// Written as the date of a document where a release's own is none.
const NO_DATE: &str = "1970-01-01";

/// The path of a printed form, relative to the site.
pub(crate) fn path(release: &ReleaseDocument, name: &str, language: Language) -> String {
    format!("data/{}/{name}-{}.pdf", release.id, language.tag())
}

/// A document to be printed.
#[derive(Debug)]
pub(crate) struct Job {
    /// Where it belongs, relative to the site.
    pub(crate) path: String,
    release: String,
    template: &'static str,
    data: Value,
    date: String,
}

/// What a release's documents are made from.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    /// The release.
    pub(crate) release: &'a Release,
    /// That of a year before.
    pub(crate) earlier: Option<&'a Release>,
    /// The displayed figures.
    pub(crate) beside: &'a AllBeside<'a>,
}

/// The documents of a release, one of each name for every language.
///
/// # Errors
/// A file of the release that can't be read.
pub(crate) fn jobs(
    views: &[View],
    source: Source,
    certificates: &[Certificate],
) -> Result<Vec<Job>, PublishError> {
    let document = &source.release.document;
    let figures = bulletin::Figures::of(source)?;
    let mut jobs = Vec::new();
    for (view, certificate) in views.iter().zip(certificates) {
        let job = |name, template, data| Job {
            path: path(document, name, view.words.language),
            release: document.id.clone(),
            template,
            data,
            date: document.made_on.clone(),
        };
        let data = bulletin::data(view, document, &figures, certificate);
        jobs.push(job(BULLETIN, BULLETIN_TEMPLATE, data));
        let data = bulletin::certificate(view, document, certificate);
        jobs.push(job(CERTIFICATE, CERTIFICATE_TEMPLATE, data));
    }
    Ok(jobs)
}

/// Prints all documents side by side; in the order of the jobs.
///
/// # Errors
/// A template that does not compile, which is a fault of the program.
pub(crate) fn print(jobs: Vec<Job>) -> Result<Vec<(String, Vec<u8>)>, PublishError> {
    let workers = thread::available_parallelism().map_or(1, usize::from).min(jobs.len().max(1));
    let waiting = Mutex::new(jobs.into_iter().enumerate());
    let next = || waiting.lock().ok().and_then(|mut jobs| jobs.next());
    let work = || {
        let mut done = Vec::new();
        while let Some((place, job)) = next() {
            done.push((place, one(job)));
        }
        done
    };
    let mut done: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, printed)| printed).collect()
}

fn one(job: Job) -> Result<(String, Vec<u8>), PublishError> {
    let parts = [STYLE, CERTIFICATE_PART];
    let Job { path, release, template, data, date } = job;
    let document = |date| Document { template, parts: &parts, data: &data, date };
    let printed = pdf(&document(&date)).or_else(|error| match error {
        shumar_print::PrintError::Date { .. } => pdf(&document(NO_DATE)),
        error => Err(error),
    });
    match printed {
        Ok(bytes) => Ok((path, bytes)),
        Err(source) => Err(PublishError::Print { release, document: path, source }),
    }
}
