//! A case before a court: of those decided, one in twenty ends in a conviction and about two in
//! three in an acquittal.

use super::police::ACCUSED;
use super::{Odds, Scene, Spans};
use crate::calendar::AS_OF;
use crate::offence::OFFENCES;
use crate::office::by_id;
use crate::record::Record;

const KIND_GBV: &Odds = &[("gbv_court", 740), ("special_court_anti_rape", 260)];
const KIND_SESSIONS: &Odds =
    &[("sessions", 790), ("magistrate", 150), ("family", 45), ("unknown", 15)];
const FIR_BEFORE: &Spans = &[((20, 90), 500), ((91, 240), 400), ((241, 600), 100)];
const DAYS: &Spans =
    &[((25, 90), 150), ((91, 180), 290), ((181, 365), 330), ((366, 600), 160), ((601, 1300), 70)];
const OUTCOME: &Odds = &[
    ("convicted", 50),
    ("acquitted_merit", 425),
    ("acquitted_249a_265k", 215),
    ("compounded", 165),
    ("withdrawn", 60),
    ("quashed", 15),
    ("transferred", 65),
    ("unknown", 5),
];
const SENTENCE: &Odds =
    &[("under_7y", 510), ("7_14y", 300), ("life", 140), ("death", 30), ("unknown", 20)];
const COMPENSATION: &Odds = &[("none", 780), ("ordered", 150), ("paid", 40), ("unknown", 30)];
const ADJOURNED: &Odds = &[
    ("witness_absent", 330),
    ("defence", 250),
    ("prosecution", 190),
    ("judge_absent", 120),
    ("other", 80),
    ("unknown", 30),
];
const COMPROMISE: &Odds =
    &[("none", 800), ("before_charge", 70), ("during_trial", 100), ("unknown", 30)];
const COMPROMISED: &Odds = &[("before_charge", 380), ("during_trial", 620)];
const TESTIFIED: &Odds = &[("yes", 520), ("no", 400), ("unknown", 80)];
const RESILED: &Odds = &[("yes", 290), ("no", 620), ("unknown", 90)];
/// Protective measures and how many cases in a thousand have them.
const MEASURES: [(&str, u32); 9] = [
    ("in_camera", 350),
    ("screen", 200),
    ("video_link", 60),
    ("support_person", 180),
    ("isa", 120),
    ("separate_entrance", 90),
    ("women_staff", 300),
    ("name_anonymised", 400),
    ("no_contact_order", 120),
];

pub(super) fn fill<'p>(record: &mut Record<'p>, scene: &mut Scene<'_, 'p>) {
    let event = scene.event;
    let offence = &OFFENCES[usize::from(event.offence)];
    record.day("institution_month", event.day);
    record.code("district", scene.district());
    record.code("offence_group", offence.group);
    record.code("offence_lead", offence.code);
    let gbv = event.office == by_id("gbv-court-registry");
    record.code("court_kind", scene.draw.pick(if gbv { KIND_GBV } else { KIND_SESSIONS }));
    record.day("fir_month", event.day - scene.span(FIR_BEFORE));
    record.code("n_accused", scene.draw.pick(ACCUSED));
    record.code("adjourn_reason_top", scene.draw.pick(ADJOURNED));
    for (measure, permille) in MEASURES {
        let permille = if offence.is_sexual() { permille * 3 / 2 } else { permille };
        record.flag(measure, scene.draw.chance(permille));
    }
    record.code("survivor_testified", scene.draw.pick(TESTIFIED));
    record.code("resiled", scene.draw.pick(RESILED));
    result(record, scene);
}

fn result(record: &mut Record<'_>, scene: &mut Scene<'_, '_>) {
    let days = scene.span(DAYS);
    let so_far = days.min(AS_OF - scene.event.day);
    record.whole("hearings", so_far / scene.draw.between(9..=24));
    if so_far < days {
        record.code("outcome", "pending");
        record.code("compromise", "none");
        record.code("sentence_band", "none");
        return;
    }
    let outcome = scene.draw.pick(OUTCOME);
    record.code("outcome", outcome);
    record.day("decision_month", scene.event.day + days);
    record.whole("days_to_disposal", days);
    let compromise = if outcome == "compounded" { COMPROMISED } else { COMPROMISE };
    record.code("compromise", scene.draw.pick(compromise));
    if outcome == "convicted" {
        record.code("sentence_band", scene.draw.pick(SENTENCE));
        record.code("compensation", scene.draw.pick(COMPENSATION));
    } else {
        record.code("sentence_band", "none");
        record.code("compensation", "none");
    }
}
