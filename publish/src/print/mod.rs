//! The printed forms of a release: a bulletin and a certificate in every language.
//!
//! They say what the pages say, in the same words. What is printed is made here as plain texts;
//! how it looks is up to the templates of `shumar-print`.

mod bulletin;
mod findings;
mod groups;
mod lists;

use std::sync::Mutex;
use std::thread;

use serde_json::Value;
use shumar_print::templates::{BULLETIN as BULLETIN_TEMPLATE, CERTIFICATE as CERTIFICATE_TEMPLATE};
use shumar_print::templates::{CERTIFICATE_PART, STYLE};
use shumar_print::{Document, PrintError, pdf};
use shumar_schemas::release::ReleaseDocument;
use shumar_words::{Language, Words};

use crate::PublishError;
use crate::certificate::{Seal, certificate};
use crate::gather::Issue;
use crate::read::Release;

pub(crate) use groups::Highest;

/// The name of the bulletin's files.
pub(crate) const BULLETIN: &str = "bulletin";
/// The name of the certificate's files.
pub(crate) const CERTIFICATE: &str = "certificate";
/// Written as the date of a document where a release's own is none.
const NO_DATE: &str = "1970-01-01";

/// The path of a printed form, relative to the site.
pub(crate) fn path(release: &ReleaseDocument, name: &str, language: Language) -> String {
    format!("papers/{}/{name}-{}.pdf", release.id, language.tag())
}

/// What only the certificate and the bulletin say of a release.
pub(crate) struct Extra<'a> {
    /// Its checks, its hash and its signature.
    pub(crate) seal: Seal,
    /// The groups that stand out in its statistics.
    pub(crate) highest: Vec<Highest<'a>>,
}

impl<'a> Extra<'a> {
    /// Checks a release, and finds what stands out in it.
    ///
    /// # Errors
    /// A file that can't be read.
    pub(crate) fn of(release: &'a Release) -> Result<Self, PublishError> {
        Ok(Self { seal: Seal::of(&release.folder)?, highest: groups::highest(release) })
    }
}

/// A document to be printed.
struct Job {
    path: String,
    release: String,
    template: &'static str,
    data: Value,
    date: String,
}

/// Prints the documents of all releases, one of each kind for every language: path below the site,
/// and bytes.
///
/// # Errors
/// A template that does not compile, which is a fault of the program.
pub(crate) fn all(
    issues: &[Issue],
    words: &[Words],
) -> Result<Vec<(String, Vec<u8>)>, PublishError> {
    let mut jobs = Vec::new();
    for issue in issues {
        for words in words {
            let document = issue.document;
            let certificate = certificate(words, document, &issue.extra.seal);
            let job = |name, template, data| Job {
                path: path(document, name, words.language),
                release: document.id.clone(),
                template,
                data,
                date: document.made_on.clone(),
            };
            let data = bulletin::data(words, issue, &certificate);
            jobs.push(job(BULLETIN, BULLETIN_TEMPLATE, data));
            let data = bulletin::certificate(words, document, &certificate);
            jobs.push(job(CERTIFICATE, CERTIFICATE_TEMPLATE, data));
        }
    }
    side_by_side(jobs)
}

/// Documents in the order of the jobs; each core takes the next one that waits.
fn side_by_side(jobs: Vec<Job>) -> Result<Vec<(String, Vec<u8>)>, PublishError> {
    let workers = thread::available_parallelism().map_or(1, usize::from).min(jobs.len().max(1));
    let waiting = Mutex::new(jobs.into_iter().enumerate());
    let next = || waiting.lock().ok().and_then(|mut jobs| jobs.next());
    let work = || {
        let mut done = Vec::new();
        while let Some((place, job)) = next() {
            done.push((place, print(job)));
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

fn print(job: Job) -> Result<(String, Vec<u8>), PublishError> {
    let parts = [STYLE, CERTIFICATE_PART];
    let Job { path, release, template, data, date } = job;
    let document = |date| Document { template, parts: &parts, data: &data, date };
    let printed = pdf(&document(&date)).or_else(|error| match error {
        PrintError::Date { .. } => pdf(&document(NO_DATE)),
        error => Err(error),
    });
    match printed {
        Ok(bytes) => Ok((path, bytes)),
        Err(source) => Err(PublishError::Print { release, document: path, source }),
    }
}
