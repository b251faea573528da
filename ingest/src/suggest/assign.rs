//! Which column feeds what: the person, the record key, the fields of a kind, or nothing.

use std::collections::{BTreeMap, BTreeSet};

use shumar_schemas::{Field, RecordKind, Role};

use super::Ask;
use super::fit::{Fit, fit};
use super::header::{Lexicon, SAYS, SURE, score, showable};
use super::key::tells_apart;
use super::sample::{Column, Sample};
use crate::IngestError;

/// The part of an optional column that must be understood: what is not rejects its row.
const UNDERSTOOD_MIN: f64 = 0.8;
/// A column with so many different words is looked at only when its header says what it is.
const LOOK_MAX: usize = 60;

/// Why a column is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// It tells who somebody is.
    Identifies,
    /// It numbers the rows.
    Serial,
    /// It holds running text.
    Text,
    /// Its header stands there twice, so it can't be named.
    Twice,
    /// It would feed a field, but too few of its cells are understood.
    Unclear,
    /// Nobody knows what it is.
    Unknown,
}

/// A column for a field.
pub(super) struct Choice<'a> {
    /// The field.
    pub(super) field: &'a Field,
    /// The column's place in the sample.
    pub(super) column: usize,
    /// How sure it is, from 0 to 1.
    pub(super) confidence: f64,
    /// Whether the header says it.
    pub(super) by_header: bool,
    /// How its cells fit.
    pub(super) fit: Fit,
    /// Whether it is proposed, or only asked about.
    pub(super) stands: bool,
}

/// A kind, and a use for every column.
pub(super) struct Plan<'a> {
    /// The kind.
    pub(super) kind: &'a RecordKind,
    /// Another kind that fits about as well.
    pub(super) rival: Option<&'a str>,
    /// The column of the person token.
    pub(super) person: Option<usize>,
    /// A column that should hold tokens and seems to hold numbers of identity.
    pub(super) unsafe_person: Option<usize>,
    /// The column of the record key.
    pub(super) key: Option<usize>,
    /// A column that looks like a record key and does not tell records apart.
    pub(super) doubtful_key: Option<usize>,
    /// The fields that have a column, in the kind's order.
    pub(super) fields: Vec<Choice<'a>>,
    /// The columns that are left out.
    pub(super) drops: BTreeMap<usize, Why>,
}

impl Plan<'_> {
    /// Required fields without a column.
    pub(super) fn missing(&self) -> impl Iterator<Item = &Field> {
        let has = |f: &&Field| self.fields.iter().any(|c| c.stands && c.field.name == f.name);
        self.kind.stored().filter(|f| f.required).filter(move |f| !has(f))
    }

    fn worth(&self) -> f64 {
        let weight = |f: &Field| if f.required { 3.0 } else { 1.0 };
        let fed = self.fields.iter().filter(|c| c.stands).map(|c| weight(c.field) * c.confidence);
        fed.sum::<f64>() - self.missing().map(|_| 4.0).sum::<f64>()
    }
}

/// The plan of the kind that fits best, or of the one that is asked for.
pub(super) fn plan<'a>(
    sample: &Sample,
    ask: &Ask<'a>,
    words: &Lexicon,
) -> Result<Plan<'a>, IngestError> {
    if let Some(name) = ask.kind {
        return of_kind(ask.catalog.kind(name, "`--kind`")?, sample, ask, words);
    }
    let kinds = ask.catalog.kinds().map(|kind| of_kind(kind, sample, ask, words));
    let mut plans = kinds.collect::<Result<Vec<_>, _>>()?;
    plans.sort_by(|a, b| b.worth().total_cmp(&a.worth()));
    let mut plans = plans.into_iter();
    let Some(mut best) = plans.next() else {
        let kind = ask.catalog.kind("", "`--kind`")?;
        return of_kind(kind, sample, ask, words);
    };
    best.rival = plans.next().filter(|p| p.worth() > 0.85 * best.worth()).map(|p| &*p.kind.name);
    Ok(best)
}

fn of_kind<'a>(
    kind: &'a RecordKind,
    sample: &Sample,
    ask: &Ask<'_>,
    words: &Lexicon,
) -> Result<Plan<'a>, IngestError> {
    let mut plan = Plan {
        kind,
        rival: None,
        person: None,
        unsafe_person: None,
        key: None,
        doubtful_key: None,
        fields: Vec::new(),
        drops: BTreeMap::new(),
    };
    let columns = &sample.columns;
    let named = |c: &Column| kind.stored().map(|f| words.field(&c.folded, f)).fold(0.0, f64::max);
    let twice = repeated(columns);
    let mut people: Vec<(f64, usize)> = Vec::new();
    let mut keys: Vec<(f64, usize)> = Vec::new();
    for (i, column) in columns.iter().enumerate() {
        let says = |list: &[String]| score(&column.folded, list);
        let (lexicon, field) = (&words.written, named(column));
        let person = kind.only(Role::Person).map_or(0.0, |f| words.field(&column.folded, f));
        let person = says(&lexicon.person).max(person);
        let key = says(&lexicon.record_key);
        let roles = field.max(person).max(key);
        if twice.contains(&column.header) || !showable(&column.header) {
            plan.drops.insert(i, Why::Twice);
        } else if says(&lexicon.identifying) >= SAYS && roles < SURE {
            plan.drops.insert(i, Why::Identifies);
        } else if says(&lexicon.serial) >= SURE && roles < SURE {
            plan.drops.insert(i, Why::Serial);
        } else if says(&lexicon.free_text) >= SAYS && roles < SURE {
            plan.drops.insert(i, Why::Text);
        } else if person >= SAYS && person >= key && person > field {
            people.push((person, i));
        } else if key >= SAYS && key > field {
            keys.push((key, i));
        } else if column.looks_identifying() {
            plan.drops.insert(i, Why::Identifies);
        } else if column.looks_like_text() && field < SURE {
            plan.drops.insert(i, Why::Text);
        }
    }
    take_person(&mut plan, people, columns);
    let taken: BTreeSet<usize> = plan.drops.keys().copied().chain(plan.person).collect();
    let free: Vec<usize> = (0..columns.len())
        .filter(|i| !taken.contains(i) && !keys.iter().any(|(_, k)| k == i))
        .collect();
    take_fields(&mut plan, &free, sample, ask, words)?;
    take_key(&mut plan, keys, sample);
    for i in free {
        if !plan.fields.iter().any(|c| c.stands && c.column == i) {
            let asked = plan.fields.iter().any(|c| c.column == i);
            plan.drops.insert(i, if asked { Why::Unclear } else { Why::Unknown });
        }
    }
    Ok(plan)
}

/// Headers that stand there more than once: no mapping can tell them apart.
fn repeated(columns: &[Column]) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    columns.iter().filter(|c| !seen.insert(&c.header)).map(|c| c.header.clone()).collect()
}

fn take_person(plan: &mut Plan<'_>, mut people: Vec<(f64, usize)>, columns: &[Column]) {
    people.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (_, i) in people {
        if columns[i].looks_identifying() {
            plan.unsafe_person = plan.unsafe_person.or(Some(i));
        } else if plan.person.is_none() {
            plan.person = Some(i);
            continue;
        }
        plan.drops.insert(i, Why::Identifies);
    }
}

fn take_key(plan: &mut Plan<'_>, mut keys: Vec<(f64, usize)>, sample: &Sample) {
    keys.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mapped: Vec<usize> = plan.fields.iter().filter(|c| c.stands).map(|c| c.column).collect();
    for (_, i) in keys {
        if plan.key.is_none() && tells_apart(sample, i, plan.person, &mapped) {
            plan.key = Some(i);
        } else {
            plan.doubtful_key = plan.doubtful_key.or(Some(i));
            plan.drops.insert(i, Why::Identifies);
        }
    }
}

fn take_fields<'a>(
    plan: &mut Plan<'a>,
    free: &[usize],
    sample: &Sample,
    ask: &Ask<'_>,
    words: &Lexicon,
) -> Result<(), IngestError> {
    let kind: &'a RecordKind = plan.kind;
    let mut offers: Vec<(f64, Choice<'a>)> = Vec::new();
    for field in kind.stored() {
        for &i in free {
            let column = &sample.columns[i];
            let mut head = words.field(&column.folded, field);
            head = head.max(birth(column, field, ask, words));
            if head < SAYS && column.words.len() > LOOK_MAX {
                continue;
            }
            let fit = fit(column, field, ask, words)?;
            let Some(confidence) = confidence(head, column, field, &fit) else { continue };
            let stands = field.required || fit.share >= UNDERSTOOD_MIN || column.filled == 0;
            let by_header = head >= SAYS;
            // A title of the kind's own goes before a word that several fields share.
            let rank = confidence + (head - 1.0).max(0.0);
            offers.push((rank, Choice { field, column: i, confidence, by_header, fit, stands }));
        }
    }
    offers.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut columns, mut fields) = (BTreeSet::new(), BTreeSet::new());
    for (_, choice) in offers {
        if !columns.contains(&choice.column) && fields.insert(choice.field.name.clone()) {
            columns.insert(choice.column);
            plan.fields.push(choice);
        }
    }
    let place = |name: &str| kind.fields.iter().position(|f| f.name == name);
    plan.fields.sort_by_key(|c| place(&c.field.name));
    Ok(())
}

/// A date of birth feeds a field of age bands.
fn birth(column: &Column, field: &Field, ask: &Ask<'_>, words: &Lexicon) -> f64 {
    let list = field.codes.as_deref().and_then(|l| ask.catalog.list(l, "a field").ok());
    let bands = list.is_some_and(|l| l.codes().iter().any(|c| c.attributes.contains_key("from")));
    let said = score(&column.folded, &words.written.birth);
    let said = said.max(score(&column.folded, &words.written.age));
    if bands { said * 0.98 } else { 0.0 }
}

/// How sure a column is for a field; nothing when neither header nor cells speak for it.
fn confidence(head: f64, column: &Column, field: &Field, fit: &Fit) -> Option<f64> {
    if head >= SAYS {
        let cells = if column.filled == 0 { 0.5 } else { fit.share };
        return Some(0.6 * head.min(1.0) + 0.4 * cells);
    }
    let sure = fit.share >= 0.9 && fit.codes_found >= 2;
    match field.role {
        // Lists as short as yes, no and unknown fit too much.
        Role::Area | Role::Code if sure && fit.codes_found >= 3 => Some(0.5 * fit.share),
        Role::EventDate if fit.share >= 0.9 => Some(0.4 * fit.share),
        _ => None,
    }
}
