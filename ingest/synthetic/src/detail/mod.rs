//! What a record says: drawn from the person, the event and plausible odds, a file a kind.

use crate::draw::{Draw, Stream};
use crate::journey::Event;
use crate::office::Kind;
use crate::place::Province;
use crate::record::Record;
use crate::woman::Woman;

mod court;
mod custody;
mod police;
mod service;
mod shelter;

/// Odds of codes, in a thousand or in any other whole.
type Odds = [(&'static str, u32)];

/// Odds of lengths: a shortest and a longest, both drawn.
type Spans = [((i32, i32), u32)];

/// Who is asked when the details of an event are drawn.
struct Scene<'a, 'p> {
    event: &'a Event,
    woman: &'a Woman,
    province: &'p Province,
    draw: Draw,
}

impl<'p> Scene<'_, 'p> {
    /// A length of time out of spans.
    fn span(&mut self, spans: &Spans) -> i32 {
        let (low, high) = self.draw.pick(spans);
        self.draw.between(low..=high)
    }

    /// Code of the event's district.
    fn district(&self) -> &'p str {
        &self.province.at(self.event.district).code
    }

    /// Code of the event's division.
    fn division(&self) -> &'p str {
        &self.province.at(self.event.district).division
    }
}

/// Draws the record of an event.
pub(crate) fn record<'p>(seed: u64, event: &Event, province: &'p Province) -> Record<'p> {
    let woman = &Woman::new(seed, event.person, province);
    let parts = [u64::from(event.person), u64::from(event.number)];
    let draw = Draw::new(seed, Stream::Detail, parts);
    let mut scene = Scene { event, woman, province, draw };
    let mut record = Record::default();
    match event.kind {
        Kind::Police => police::fill(&mut record, &mut scene),
        Kind::Shelter => shelter::fill(&mut record, &mut scene),
        Kind::Custody => custody::fill(&mut record, &mut scene),
        Kind::Court => court::fill(&mut record, &mut scene),
        Kind::Service => service::fill(&mut record, &mut scene),
    }
    record
}
