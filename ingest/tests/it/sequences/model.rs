//! What should be in the lake, told again in few words: who holds which record, and which places
//! were ever given.

use std::collections::BTreeMap;

use shumar_schemas::Period;

use super::world::{Found, Letter, OFFICES, Row, month_of, text};

/// A record: its office, person and key.
pub(super) type Who = (usize, u8, u8);
/// What a record says: its month and district.
type Said = (u16, u8);
/// A record's place within its kind and over all kinds.
type Places = (i32, i32);

/// A record that is in the lake.
#[derive(Debug, Clone, Copy)]
struct Held {
    said: Said,
    batch: i64,
    places: Places,
}

#[derive(Debug, Clone)]
pub(super) struct Batch {
    pub(super) office: usize,
    pub(super) rows: Vec<Row>,
    pub(super) stands: bool,
    /// Whether it was withdrawn; what stands no longer was else replaced.
    withdrawn: bool,
    replaces: Option<i64>,
    /// What it said of each record that it has or repeats.
    said: BTreeMap<Who, Said>,
}

/// What should become of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Already(i64),
    Refused,
    Landed { accepted: u64, folded: u64, rejected: u64 },
}

#[derive(Debug, Default, Clone)]
pub(super) struct Model {
    held: BTreeMap<Who, Held>,
    /// The place that a record had last, and the month that it said then.
    last: BTreeMap<Who, (u16, Places)>,
    /// The last places given of a person's year: of each kind, and over all.
    given: BTreeMap<(u8, u16, Option<&'static str>), i32>,
    pub(super) batches: BTreeMap<i64, Batch>,
    /// Kind, first and last month of what was counted.
    counted: Vec<(&'static str, u16, u16)>,
}

impl Model {
    /// A file arrives, and becomes this batch if it lands.
    pub(super) fn send(&mut self, letter: &Letter, id: i64) -> Told {
        let office = letter.office;
        if letter.replaces.is_some_and(|b| !self.can_go(b, Some(office))) {
            // The very same act again is done already.
            let same = |(_, b): &(&i64, &Batch)| {
                b.stands
                    && b.office == office
                    && b.replaces == letter.replaces
                    && text(&b.rows) == text(&letter.rows)
            };
            let done = self.batches.iter().find(same);
            return done.map_or(Told::Refused, |(id, _)| Told::Already(*id));
        }
        let bytes = text(&letter.rows);
        let same = |(id, b): &(&i64, &Batch)| {
            b.stands
                && b.office == office
                && Some(**id) != letter.replaces
                && text(&b.rows) == bytes
        };
        if let Some((id, _)) = self.batches.iter().find(same) {
            return if letter.replaces.is_some() { Told::Refused } else { Told::Already(*id) };
        }
        let before = self.clone();
        let mut left: BTreeMap<Who, Held> = BTreeMap::new();
        if let Some(replaced) = letter.replaces {
            left.extend(self.held.iter().filter(|(_, h)| h.batch == replaced));
            self.held.retain(|_, h| h.batch != replaced);
        }
        let (mut accepted, mut folded, mut rejected) = (0, 0, 0);
        let mut said: BTreeMap<Who, Said> = BTreeMap::new();
        let mut order: Vec<(Who, Vec<Said>)> = Vec::new();
        for row in &letter.rows {
            let (who, say) = ((office, row.person, row.key), (row.month, row.district));
            match order.iter_mut().find(|(w, _)| *w == who) {
                Some((_, sayings)) => sayings.push(say),
                None => order.push((who, vec![say])),
            }
        }
        for (who, sayings) in order {
            let (n, say) = (sayings.len() as u64, sayings[0]);
            if sayings.iter().any(|s| *s != say) {
                rejected += n;
            } else if let Some(held) = self.held.get(&who) {
                if held.said == say {
                    folded += n;
                    said.insert(who, say);
                } else {
                    rejected += n;
                }
            } else {
                accepted += 1;
                folded += n - 1;
                let places = self.place(who, say.0);
                self.held.insert(who, Held { said: say, batch: id, places });
                self.last.insert(who, (say.0, places));
                said.insert(who, say);
            }
        }
        if accepted + folded == 0 {
            *self = before;
            return Told::Refused;
        }
        let rows = letter.rows.clone();
        let (withdrawn, replaces) = (false, letter.replaces);
        let batch = Batch { office, rows, stands: true, withdrawn, replaces, said };
        self.batches.insert(id, batch);
        if let Some(replaced) = letter.replaces {
            left.retain(|who, _| !self.held.contains_key(who));
            self.leave(replaced, left);
        }
        Told::Landed { accepted, folded, rejected }
    }

    /// The places of a record that lands in a month.
    fn place(&mut self, who: Who, month: u16) -> Places {
        let (office, person, _) = who;
        let (kind, year) = (OFFICES[office], month / 12);
        if let Some((earlier, places)) = self.last.get(&who) {
            let out = |(k, first, last): &(&str, u16, u16)| {
                let within = |m| *first <= m && m <= *last;
                *k == kind && within(*earlier) && !within(month)
            };
            if earlier / 12 == year && !self.counted.iter().any(out) {
                return *places;
            }
        }
        let mut next = |of| {
            let last = self.given.entry((person, year, of)).or_default();
            *last += 1;
            *last
        };
        (next(Some(kind)), next(None))
    }

    /// Whether a batch can be withdrawn, or replaced by a file of an office.
    pub(super) fn can_go(&self, batch: i64, by: Option<usize>) -> bool {
        let own = |b: &Batch| b.stands && by.is_none_or(|office| office == b.office);
        self.batches.get(&batch).is_some_and(own)
    }

    /// Whether a batch was withdrawn before.
    pub(super) fn is_withdrawn(&self, batch: i64) -> bool {
        self.batches.get(&batch).is_some_and(|b| b.withdrawn)
    }

    /// A batch is withdrawn; says how many of its records leave the lake, and how many stay.
    pub(super) fn withdraw(&mut self, batch: i64) -> Option<(u64, u64)> {
        if !self.can_go(batch, None) {
            return None;
        }
        let own: BTreeMap<Who, Held> =
            self.held.iter().filter(|(_, h)| h.batch == batch).map(|(w, h)| (*w, *h)).collect();
        self.held.retain(|_, h| h.batch != batch);
        let all = own.len() as u64;
        let stay = self.leave(batch, own);
        self.batches.get_mut(&batch).expect("a batch").withdrawn = true;
        Some((all - stay, stay))
    }

    /// A batch stands no longer: what others said too goes to the first of them.
    fn leave(&mut self, batch: i64, own: BTreeMap<Who, Held>) -> u64 {
        self.batches.get_mut(&batch).expect("a batch").stands = false;
        let mut stay = 0;
        for (who, held) in own {
            let heir = |(_, b): &(&i64, &Batch)| b.stands && b.said.get(&who) == Some(&held.said);
            if let Some((heir, _)) = self.batches.iter().find(heir) {
                self.held.insert(who, Held { batch: *heir, ..held });
                stay += 1;
            }
        }
        stay
    }

    pub(super) fn count(&mut self, kind: &'static str, period: Period) {
        let (first, last) = period.months();
        self.counted.push((kind, month_of(first), month_of(last)));
    }

    /// What the lake should hold.
    pub(super) fn lake(&self) -> BTreeMap<Who, (Row, i64, Places)> {
        let row = |(who, held): (&Who, &Held)| {
            let ((_, person, key), (month, district)) = (*who, held.said);
            (*who, (Row { person, key, month, district }, held.batch, held.places))
        };
        self.held.iter().map(row).collect()
    }
}

/// Which record one of the lake is.
pub(super) fn who(found: &Found) -> Who {
    (found.office, found.row.person, found.row.key)
}
