//! A complaint to the police: about 45 in a hundred become an FIR.

use super::{Odds, Scene, Spans};
use crate::calendar::AS_OF;
use crate::offence::{OFFENCES, Offence};
use crate::record::Record;

const CHANNEL: &Odds = &[
    ("walk_in", 540),
    ("helpline_15", 175),
    ("bolo", 55),
    ("referral", 110),
    ("app", 45),
    ("suo_motu", 45),
    ("helpline_1043", 5),
    ("virtual_women_ps", 5),
    ("unknown", 20),
];
const BY_FAMILY: &Odds = &[
    ("intimate_partner_former_partner", 560),
    ("in_law", 200),
    ("family_other_than_spouse_or_caregiver", 170),
    ("primary_caregiver", 30),
    ("other", 20),
    ("unknown", 20),
];
const BY_OTHERS: &Odds = &[
    ("no_relation", 260),
    ("family_friend_neighbor", 220),
    ("other_resident_community_member", 210),
    ("family_other_than_spouse_or_caregiver", 130),
    ("intimate_partner_former_partner", 60),
    ("in_law", 20),
    ("teacher_school_official", 12),
    ("schoolmate", 8),
    ("supervisor_employer", 12),
    ("service_provider", 6),
    ("cotenant_housemate", 4),
    ("police_or_custodian", 3),
    ("other", 15),
    ("unknown", 40),
];
const OF_A_GIRL: &Odds = &[
    ("family_friend_neighbor", 270),
    ("other_resident_community_member", 220),
    ("no_relation", 170),
    ("family_other_than_spouse_or_caregiver", 170),
    ("primary_caregiver", 50),
    ("teacher_school_official", 35),
    ("schoolmate", 30),
    ("other", 15),
    ("unknown", 40),
];
pub(super) const ACCUSED: &Odds =
    &[("1", 480), ("2", 230), ("3", 130), ("4_plus", 140), ("unknown", 20)];
const DELAY: &Odds = &[
    ("0_3_days", 420),
    ("4_5_days", 130),
    ("6_14_days", 170),
    ("2_weeks_1_month", 110),
    ("over_1_month", 130),
    ("unknown", 40),
];
/// What becomes of a complaint that is not registered.
const NO_FIR: &Odds = &[
    ("referred", 200),
    ("reconciled_closed", 400),
    ("not_cognizable", 130),
    ("pending", 175),
    ("withdrawn", 75),
    ("unknown", 20),
];
const FIR_DAYS: &Spans = &[((0, 2), 600), ((3, 10), 250), ((11, 40), 120), ((41, 85), 30)];
const EXAMINED: &Odds = &[("done", 480), ("refused", 190), ("not_done", 300), ("unknown", 30)];
const EXAMINED_WITHIN: &Odds =
    &[("0_6", 220), ("7_24", 310), ("25_72", 240), ("over_72", 180), ("unknown", 50)];
const ARREST: &Odds =
    &[("none", 180), ("one", 330), ("all", 360), ("absconding", 115), ("unknown", 15)];
const INVESTIGATION: &Odds = &[
    ("challan", 680),
    ("cancelled", 130),
    ("untraced", 60),
    ("under_investigation", 120),
    ("unknown", 10),
];
const CHALLAN_DAYS: &Spans = &[((5, 14), 290), ((15, 60), 500), ((61, 200), 200), ((300, 420), 10)];
const REFERRAL: &Odds = &[
    ("arcc_hospital", 120),
    ("mlo_hospital", 220),
    ("shelter_darul_aman", 210),
    ("legal_aid", 170),
    ("social_welfare", 110),
    ("dpc", 120),
    ("ngo", 50),
];
pub(super) const REFERRAL_RESULT: &Odds = &[
    ("referred", 560),
    ("service_provided_by_your_agency", 90),
    ("services_already_received_from_another_agency", 60),
    ("service_not_applicable", 40),
    ("referral_declined_by_survivor", 140),
    ("service_unavailable", 80),
    ("unknown", 30),
];

pub(super) fn fill<'p>(record: &mut Record<'p>, scene: &mut Scene<'_, 'p>) {
    let offence = &OFFENCES[usize::from(scene.event.offence)];
    record.day("report_month", scene.event.day);
    record.code("district", scene.district());
    record.code("offence_lead", offence.code);
    record.code("channel", scene.draw.pick(CHANNEL));
    record.code("victim_age_band", scene.woman.age);
    record.code("victim_sex", if scene.draw.chance(3) { "transgender" } else { "female" });
    record.code("marital", scene.woman.marital);
    let by = match offence.code {
        _ if scene.woman.is_minor() => OF_A_GIRL,
        "domestic_violence" | "honour_killing" | "inheritance" => BY_FAMILY,
        _ => BY_OTHERS,
    };
    record.code("perp_relation", scene.draw.pick(by));
    record.code("n_accused", scene.draw.pick(ACCUSED));
    record.code("report_delay", scene.draw.pick(DELAY));
    if scene.draw.chance(300) {
        record.code("referral_out", scene.draw.pick(REFERRAL));
        record.code("referral_out_status", scene.draw.pick(REFERRAL_RESULT));
    }
    examination(record, scene, offence);
    let registered = if offence.grave { 480 } else { 220 };
    if scene.event.linked || scene.draw.chance(registered) {
        record.code("outcome_complaint", "fir");
        investigation(record, scene);
    } else {
        record.code("outcome_complaint", scene.draw.pick(NO_FIR));
    }
}

fn examination(record: &mut Record<'_>, scene: &mut Scene<'_, '_>, offence: &Offence) {
    let by_woman = if offence.is_sexual() { 620 } else { 380 };
    record.flag("statement_by_woman_officer", scene.draw.chance(by_woman));
    if !offence.is_bodily() {
        record.code("mle_done", "not_applicable");
        return;
    }
    let examined = scene.draw.pick(EXAMINED);
    record.code("mle_done", examined);
    if examined == "done" {
        record.code("mle_delay_h", scene.draw.pick(EXAMINED_WITHIN));
        let sent = offence.is_sexual() && scene.draw.chance(550);
        record.flag("dna_sent", sent);
        if sent && scene.draw.chance(600) {
            record.whole("dna_report_days", scene.draw.between(20..=230));
        }
    }
}

fn investigation(record: &mut Record<'_>, scene: &mut Scene<'_, '_>) {
    let days = scene.span(FIR_DAYS).min(AS_OF - scene.event.day);
    record.day("fir_month", scene.event.day + days);
    record.whole("fir_delay_days", days);
    record.code("arrest", scene.draw.pick(ARREST));
    let result = if scene.event.linked { "challan" } else { scene.draw.pick(INVESTIGATION) };
    record.code("invest_outcome", result);
    if result == "challan" {
        record.whole("challan_days", scene.span(CHALLAN_DAYS));
    }
}
