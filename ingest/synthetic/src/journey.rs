//! The journeys of persons through offices, as bare events: who, when, where, which office.
//!
//! Most persons have one record. Some complain, then find shelter, then go to court. What a
//! record says besides is drawn later, when its file is written, so that a world of millions of
//! events fits in memory.

use crate::calendar::{Date, Day, END, RUN_UP, RUN_UP_MONTHS};
use crate::draw::{Draw, Stream};
use crate::offence::{OFFENCES, Offence};
use crate::office::{Kind, by_id};
use crate::place::Province;
use crate::woman::Woman;

/// One event: one record of one office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Event {
    /// The person's number.
    pub(crate) person: u32,
    /// Which of her events it is.
    pub(crate) number: u8,
    /// What it is.
    pub(crate) kind: Kind,
    /// When.
    pub(crate) day: Day,
    /// In which district, as a place in the province.
    pub(crate) district: u8,
    /// The office that recorded it, as a place in the offices.
    pub(crate) office: u8,
    /// The offence behind it, as a place in the offences.
    pub(crate) offence: u8,
    /// For a complaint: it went to court. For others: a complaint came before.
    pub(crate) linked: bool,
}

/// Where journeys begin, tuned so that two years give the counts of [`crate::World::default`].
const ENTRY: [(Kind, u32); 5] = [
    (Kind::Police, 1900),
    (Kind::Shelter, 975),
    (Kind::Custody, 545),
    (Kind::Court, 1650),
    (Kind::Service, 1165),
];
/// The most events of one journey: hardly a woman reaches so many offices in two years.
const JOURNEY_EVENTS_MAX: u8 = 7;
/// Weight of each calendar month: more is reported in summer.
const SEASON: [u32; 12] = [90, 88, 96, 102, 108, 112, 112, 108, 102, 98, 94, 90];
/// Growth from one calendar year to the next, in percent.
const GROWTH: u32 = 4;
/// How many services follow another record.
const SERVICES_AFTER: [(u8, u32); 5] = [(0, 800), (1, 125), (2, 50), (3, 18), (4, 7)];
/// How many services follow a first one: a course of sessions is a few visits.
const SERVICES_MORE: [(u8, u32); 6] = [(0, 845), (1, 105), (2, 30), (3, 12), (4, 5), (5, 3)];

/// All events of a world of `records` events, in no order that matters.
pub(crate) fn events(records: usize, seed: u64, province: &Province) -> Vec<Event> {
    let mut events = Vec::with_capacity(records + 16);
    let months = months();
    let mut person = 0;
    while events.len() < records {
        let woman = Woman::new(seed, person, province);
        let draw = Draw::new(seed, Stream::Journey, [u64::from(person), 0]);
        let mut walk = Walk { draw, province, woman, person, number: 0, events: &mut events };
        walk.begin(&months);
        person += 1;
    }
    events.truncate(records);
    events
}

struct Walk<'a> {
    draw: Draw,
    province: &'a Province,
    woman: Woman,
    person: u32,
    number: u8,
    events: &'a mut Vec<Event>,
}

impl Walk<'_> {
    fn begin(&mut self, months: &Months) {
        let month = self.draw.pick(months);
        let day = month + self.draw.between(0..=month_length(month) - 1);
        let offence = Offence::draw(self.woman.is_minor(), &mut self.draw);
        match self.draw.pick(&ENTRY) {
            Kind::Police => self.complain(day, offence),
            Kind::Shelter => self.find_shelter(day, offence),
            Kind::Custody => self.be_held(day),
            Kind::Court => {
                self.add(Kind::Court, day, offence, false);
                self.services(day, offence, 300);
            }
            Kind::Service => self.seek_help(day, offence),
        }
    }

    fn complain(&mut self, day: Day, offence: u8) {
        let (mut day, mut offence) = (day, offence);
        loop {
            let grave = OFFENCES[usize::from(offence)].grave;
            let to_court = self.draw.chance(if grave { 240 } else { 70 });
            self.add(Kind::Police, day, offence, to_court);
            if to_court {
                let day = day + self.draw.between(45..=240);
                self.add(Kind::Court, day, offence, true);
            }
            if self.draw.chance(70) {
                let day = day + self.draw.between(0..=25);
                self.add(Kind::Shelter, day, offence, true);
            }
            self.services(day, offence, 1000);
            if !self.draw.chance(60) {
                break;
            }
            day += self.draw.between(20..=400);
            offence = Offence::draw(self.woman.is_minor(), &mut self.draw);
        }
    }

    fn find_shelter(&mut self, day: Day, offence: u8) {
        self.add(Kind::Shelter, day, offence, false);
        self.services(day, offence, 1000);
        if self.draw.chance(80) {
            let day = day + self.draw.between(30..=200);
            self.add(Kind::Court, day, offence, false);
        }
        if self.draw.chance(60) {
            let day = day + self.draw.between(40..=300);
            self.add(Kind::Shelter, day, offence, true);
        }
    }

    fn be_held(&mut self, day: Day) {
        self.add(Kind::Custody, day, 0, false);
        if self.draw.chance(100) {
            let day = day + self.draw.between(2..=200);
            self.add(Kind::Custody, day, 0, true);
        }
        self.services(day, 0, 350);
    }

    fn seek_help(&mut self, day: Day, offence: u8) {
        self.add(Kind::Service, day, offence, false);
        for _ in 0..self.draw.pick(&SERVICES_MORE) {
            let day = day + self.draw.between(5..=120);
            self.add(Kind::Service, day, offence, false);
        }
        if self.draw.chance(50) {
            let day = day + self.draw.between(1..=60);
            self.add(Kind::Police, day, offence, false);
        }
        if self.draw.chance(30) {
            let day = day + self.draw.between(0..=40);
            self.add(Kind::Shelter, day, offence, false);
        }
    }

    /// The services that follow an event, for `permille` of a thousand of those who may get any.
    fn services(&mut self, after: Day, offence: u8, permille: u32) {
        if !self.draw.chance(permille) {
            return;
        }
        for _ in 0..self.draw.pick(&SERVICES_AFTER) {
            let day = after + self.draw.between(1..=90);
            self.add(Kind::Service, day, offence, true);
        }
    }

    /// Adds an event, if any file tells of its day.
    fn add(&mut self, kind: Kind, day: Day, offence: u8, linked: bool) {
        let home = self.province.at(self.woman.district);
        let office = match kind {
            Kind::Police => home.police,
            Kind::Shelter => home.shelter,
            Kind::Custody if self.draw.chance(560) => by_id("prisons-kp"),
            Kind::Custody => by_id("police-victim-support"),
            Kind::Court if self.draw.chance(570) => by_id("gbv-court-registry"),
            Kind::Court => by_id("sessions-registry"),
            Kind::Service if self.draw.chance(430) => by_id("legal-aid-kp"),
            Kind::Service => by_id("women-desk"),
        };
        let number = self.number;
        self.number = number.saturating_add(1);
        if (0..END).contains(&day) && number < JOURNEY_EVENTS_MAX {
            let (person, district) = (self.person, self.woman.district);
            self.events.push(Event {
                person,
                number,
                kind,
                day,
                district,
                office,
                offence,
                linked,
            });
        }
    }
}

/// Months in which journeys begin, each by its first day, with their weights.
type Months = [(Day, u32); RUN_UP_MONTHS + 24];

/// The months from the run-up to the end, weighted by season and growth.
fn months() -> Months {
    let mut odds = [(0, 0); RUN_UP_MONTHS + 24];
    let mut start = RUN_UP;
    for odd in &mut odds {
        let date = Date::of(start);
        let growth = 100 + GROWTH * u32::from(date.year.saturating_sub(2023));
        *odd = (start, SEASON[usize::from(date.month) - 1] * growth);
        start += month_length(start);
    }
    odds
}

/// Days of the month that begins on `first`.
fn month_length(first: Day) -> Day {
    32 - Day::from(Date::of(first + 31).day)
}
