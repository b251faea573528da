//! A stay in a shelter: most are short, more than half begin with an order of a court.

use super::police::REFERRAL_RESULT;
use super::{Odds, Scene, Spans};
use crate::calendar::AS_OF;
use crate::offence::OFFENCES;
use crate::record::Record;

const REASON: &Odds = &[
    ("physical_assault", 245),
    ("psychological_emotional_abuse", 90),
    ("denial_of_resources_opportunities_or_services", 60),
    ("forced_marriage", 80),
    ("runaway_threat", 130),
    ("marriage_choice", 170),
    ("khula_divorce", 90),
    ("destitution", 70),
    ("custody_of_children", 25),
    ("rape", 8),
    ("sexual_assault", 9),
    ("trafficking", 5),
    ("non_gbv", 5),
    ("other", 10),
    ("unknown", 3),
];
const REASON_GIRL: &Odds = &[
    ("forced_marriage", 260),
    ("runaway_threat", 220),
    ("physical_assault", 180),
    ("marriage_choice", 120),
    ("destitution", 90),
    ("rape", 30),
    ("sexual_assault", 40),
    ("trafficking", 20),
    ("other", 40),
];
const KIND_SOUTH: &Odds = &[("darul_aman", 700), ("crisis_centre", 200), ("private", 100)];
/// Districts of other provinces from which women come.
const ELSEWHERE: &Odds = &[("PK401", 3), ("PK601", 4), ("PK630", 3)];
const ENTRY: &Odds =
    &[("court_order", 560), ("voluntary", 325), ("police_custody", 95), ("unknown", 20)];
const BY_COURT: &Odds = &[("other_court", 860), ("gbv_court", 140)];
const BY_POLICE: &Odds =
    &[("police_station", 700), ("police_gender_cell", 260), ("virtual_women_ps", 40)];
const BY_OTHERS: &Odds = &[
    ("self", 420),
    ("family", 170),
    ("social_welfare", 130),
    ("ngo", 100),
    ("helpline", 90),
    ("dpc", 40),
    ("media", 20),
    ("unknown", 30),
];
const THREAT_FROM: &Odds = &[
    ("intimate_partner_former_partner", 370),
    ("family_other_than_spouse_or_caregiver", 300),
    ("in_law", 140),
    ("primary_caregiver", 60),
    ("no_relation", 40),
    ("family_friend_neighbor", 35),
    ("other", 20),
    ("unknown", 35),
];
const THREAT_FROM_GIRL: &Odds = &[
    ("family_other_than_spouse_or_caregiver", 470),
    ("primary_caregiver", 330),
    ("family_friend_neighbor", 70),
    ("no_relation", 60),
    ("other", 20),
    ("unknown", 50),
];
const CHILDREN: &Spans = &[((0, 0), 620), ((1, 1), 170), ((2, 2), 120), ((3, 4), 75), ((5, 7), 15)];
const STAY: &Spans = &[
    ((0, 3), 180),
    ((4, 14), 270),
    ((15, 30), 220),
    ((31, 90), 235),
    ((91, 200), 80),
    ((201, 420), 15),
];
const EXIT: &Odds = &[
    ("reunited_family", 480),
    ("own_arrangement", 110),
    ("court_release", 215),
    ("transfer", 60),
    ("married", 55),
    ("left_no_notice", 55),
    ("died", 1),
    ("unknown", 24),
];
const REFERRAL: &Odds = &[
    ("legal_aid", 360),
    ("mlo_hospital", 170),
    ("social_welfare", 160),
    ("police_station", 110),
    ("ngo", 110),
    ("gbv_court", 50),
    ("shelter_private", 40),
];

pub(super) fn fill<'p>(record: &mut Record<'p>, scene: &mut Scene<'_, 'p>) {
    let woman = scene.woman;
    record.day("admit_month", scene.event.day);
    house(record, scene);
    let known = scene.event.linked.then(|| OFFENCES[usize::from(scene.event.offence)].reason());
    let usual = if woman.is_minor() { REASON_GIRL } else { REASON };
    let reason = known.unwrap_or_else(|| scene.draw.pick(usual));
    record.code("reason_lead", reason);
    let elsewhere = scene.draw.chance(25);
    let origin = if elsewhere { scene.draw.pick(ELSEWHERE) } else { scene.district() };
    record.code("district_origin", origin);
    let entry = scene.draw.pick(ENTRY);
    record.code("entry_order", entry);
    let by = match entry {
        "court_order" => BY_COURT,
        "police_custody" => BY_POLICE,
        _ => BY_OTHERS,
    };
    record.code("referred_by", scene.draw.pick(by));
    if !matches!(reason, "destitution" | "non_gbv") {
        let from = if woman.is_minor() { THREAT_FROM_GIRL } else { THREAT_FROM };
        record.code("perp_relation", scene.draw.pick(from));
    }
    record.code("marital", woman.marital);
    record.code("age_band", woman.age);
    record.code("disability", woman.disability);
    record.code("nationality", woman.nationality);
    record.code("education", woman.education);
    let mother = !woman.is_minor() && woman.marital != "single";
    let children = scene.span(CHILDREN);
    record.whole("children_with", if mother { children } else { 0 });
    record.flag("pregnant", woman.marital == "married_cohabitating" && scene.draw.chance(110));
    record.flag("prior_stay", scene.draw.chance(70));
    stay(record, scene);
}

/// The house that took her in: one in each division.
fn house(record: &mut Record<'_>, scene: &mut Scene<'_, '_>) {
    let (district, kind) = match scene.division() {
        "kp_mardan" => ("PK523", "darul_aman"),
        "kp_malakand" => ("PK532", "darul_aman"),
        "kp_hazara" => ("PK501", "crisis_centre"),
        "kp_kohat" => ("PK514", scene.draw.pick(KIND_SOUTH)),
        "kp_bannu" => ("PK503", scene.draw.pick(KIND_SOUTH)),
        "kp_dera_ismail_khan" => ("PK509", scene.draw.pick(KIND_SOUTH)),
        _ => ("PK528", "darul_aman"),
    };
    record.code("district_facility", district);
    record.code("facility_kind", kind);
}

fn stay(record: &mut Record<'_>, scene: &mut Scene<'_, '_>) {
    let days = scene.span(STAY);
    record.flag("medical_check_14d", scene.draw.chance(if days < 4 { 350 } else { 760 }));
    if scene.event.day + days > AS_OF {
        record.whole("stay_days", AS_OF - scene.event.day);
        record.code("exit_kind", "in_residence");
        return;
    }
    record.whole("stay_days", days);
    record.day("exit_month", scene.event.day + days);
    record.code("exit_kind", scene.draw.pick(EXIT));
    if scene.draw.chance(350) {
        record.code("referral_out", scene.draw.pick(REFERRAL));
        record.code("referral_out_status", scene.draw.pick(REFERRAL_RESULT));
    }
}
