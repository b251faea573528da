//! All values of a law as rows, with their sources: what is known, and what is not.

use super::{Count, Known, Law, Span};

/// What is written where no source says anything.
const NOT_SET: &str = "not set";

impl Law {
    /// What, value, grade, source.
    #[must_use]
    pub fn values(&self) -> Vec<[String; 4]> {
        let c = &self.clocks;
        let spans = [
            ("time to answer", &c.respond),
            ("extension", &c.extend),
            ("life or liberty", &c.urgent),
            ("to ask for a review", &c.review_window),
            ("review", &c.review),
            ("to go to the commission", &c.appeal_window),
            ("decision of the commission", &c.decision),
            ("the same at the latest", &c.decision_most),
        ];
        let mut rows: Vec<[String; 4]> =
            spans.iter().map(|(what, k)| row(what, k.as_ref(), |s| span(*s))).collect();
        let f = &self.fee;
        rows.push(row("free pages", f.free_pages.as_ref(), ToString::to_string));
        rows.push(row("rupees a page", f.page_rate.as_ref(), ToString::to_string));
        rows.push(row("free for the poor", f.free_for_poor.as_ref(), ToString::to_string));
        rows.push(row("information commission", self.commission.as_ref(), |l| l.en().to_owned()));
        rows.push(row("who answers", self.officer.as_ref(), |l| l.en().to_owned()));
        rows.push(row("certificate", self.certificate.as_ref(), |s| {
            format!("section {}", s.section)
        }));
        rows.push(row("refusal", self.refusal.section.as_ref(), |s| format!("section {s}")));
        let head = self.refusal.head_approves.as_ref();
        rows.push(row("refusal approved by the head", head, |s| format!("section {}", s.section)));
        for ground in &self.grounds {
            rows.push([
                format!("ground `{}`", ground.id),
                ground.title.en().to_owned(),
                ground.grade.name().to_owned(),
                ground.source.clone(),
            ]);
        }
        for e in &self.exceptions {
            rows.push([
                format!("exception `{}`", e.id),
                format!("section {}: {}", e.section, e.title.en()),
                e.grade.name().to_owned(),
                e.source.clone(),
            ]);
        }
        rows
    }
}

fn row<T>(what: &str, known: Option<&Known<T>>, show: impl Fn(&T) -> String) -> [String; 4] {
    match known {
        Some(k) => {
            let note = k.note.as_ref().map(|n| format!(". {n}")).unwrap_or_default();
            let source = format!("{}{note}", k.source);
            [what.to_owned(), show(&k.value), k.grade.name().to_owned(), source]
        }
        None => [what.to_owned(), NOT_SET.to_owned(), String::new(), String::new()],
    }
}

fn span(span: Span) -> String {
    let count = match span.count {
        Count::Working => "working days",
        Count::Calendar => "days",
    };
    format!("{} {count}", span.days)
}
