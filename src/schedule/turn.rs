//! Whose turn it is: to run, or to wait. Arithmetic on moments that are given.

use chrono::{DateTime, TimeDelta, Utc};
use shumar_schemas::config::Schedule;

use super::Ended;

/// A run that was killed is tried again after this time, then after twice as long, and so on.
const AGAIN: TimeDelta = TimeDelta::minutes(1);
/// So often; then the timetable decides.
const AGAIN_MAX: u32 = 5;

/// What to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Run.
    Run,
    /// Wait until a moment, if there is one.
    Wait(Option<DateTime<Utc>>),
}

/// What was run when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Turns {
    /// When the last run began.
    last: DateTime<Utc>,
    /// When a run that did not end by itself is tried again.
    again: Option<DateTime<Utc>>,
    tried: u32,
}

impl Turns {
    /// After a last run; what it left unfinished is gone on with at once.
    pub(super) fn new(last: DateTime<Utc>, unfinished: bool) -> Self {
        Self { last, again: unfinished.then_some(last), tried: 0 }
    }

    /// Whose turn it is. Moments that were missed, however many, are one turn.
    pub(super) fn turn(&mut self, schedule: &Schedule, now: DateTime<Utc>) -> Turn {
        // The clock was set back: what lies ahead of it has not been.
        self.last = self.last.min(now);
        let next = schedule.next(self.last);
        let next = [next, self.again].into_iter().flatten().min();
        if next.is_some_and(|next| next <= now) { Turn::Run } else { Turn::Wait(next) }
    }

    /// Notes a run that began and ended.
    pub(super) fn ran(&mut self, began: DateTime<Utc>, ended: DateTime<Utc>, how: Ended) {
        self.last = began;
        self.tried = if how == Ended::Killed { self.tried + 1 } else { 0 };
        let pause = AGAIN * 2_i32.pow(self.tried.saturating_sub(1).min(AGAIN_MAX));
        self.again = (1..=AGAIN_MAX).contains(&self.tried).then(|| ended + pause);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(zone: &str) -> Schedule {
        Schedule {
            cron: Some("30 1 * * *".to_owned().try_into().expect("a timetable")),
            time_zone: zone.to_owned().try_into().expect("a zone"),
            ..Schedule::default()
        }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    #[test]
    fn a_missed_moment_is_made_up_for_once() {
        let daily = schedule("Asia/Karachi");
        let mut turns = Turns::new(at("2026-03-01T20:30:00Z"), false);
        let wait = |text| Turn::Wait(Some(at(text)));
        assert_eq!(turns.turn(&daily, at("2026-03-02T20:29:59Z")), wait("2026-03-02T20:30:00Z"));
        // The laptop slept for a week.
        let woken = at("2026-03-09T08:00:00Z");
        assert_eq!(turns.turn(&daily, woken), Turn::Run);
        turns.ran(woken, woken, Ended::Itself);
        assert_eq!(turns.turn(&daily, woken), wait("2026-03-09T20:30:00Z"));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_stop_the_timetable() {
        let daily = schedule("UTC");
        let mut turns = Turns::new(at("2030-01-01T01:30:00Z"), false);
        let now = at("2026-03-02T12:00:00Z");
        assert_eq!(turns.turn(&daily, now), Turn::Wait(Some(at("2026-03-03T01:30:00Z"))));
        assert_eq!(turns.turn(&daily, at("2026-03-03T01:30:00Z")), Turn::Run);
    }

    #[test]
    fn a_day_with_a_clock_change_has_one_run() {
        let daily = schedule("Europe/London");
        for day in ["2026-03-29", "2026-10-25"] {
            let midnight = at(&format!("{day}T00:00:00Z")) - TimeDelta::hours(2);
            let (mut turns, mut runs) = (Turns::new(midnight, false), 0);
            for minute in 0..24 * 60 {
                let now = midnight + TimeDelta::minutes(minute);
                if turns.turn(&daily, now) == Turn::Run {
                    turns.ran(now, now, Ended::Itself);
                    runs += 1;
                }
            }
            assert_eq!(runs, 1, "{day}");
        }
    }

    #[test]
    fn what_was_interrupted_is_tried_again_sooner_but_not_for_ever() {
        let daily = schedule("UTC");
        let start = at("2026-03-02T12:00:00Z");
        let mut turns = Turns::new(start, true);
        assert_eq!(turns.turn(&daily, start), Turn::Run);
        let (mut now, mut runs) = (start, 0);
        while now < start + TimeDelta::hours(12) {
            if turns.turn(&daily, now) == Turn::Run {
                turns.ran(now, now, Ended::Killed);
                runs += 1;
            }
            now += TimeDelta::seconds(10);
        }
        assert_eq!(runs, 1 + AGAIN_MAX);
        turns.ran(now, now, Ended::Itself);
        assert_eq!(turns.turn(&daily, now), Turn::Wait(Some(at("2026-03-03T01:30:00Z"))));
    }
}
