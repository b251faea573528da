//! A service given to a woman: legal help by the network, the rest by the desks.

use super::{Odds, Scene};
use crate::office::by_id;
use crate::record::Record;

const LEGAL: &Odds = &[("legal_counselling", 640), ("legal_aid_case", 360)];
const OTHER: &Odds = &[
    ("psychosocial_session", 310),
    ("stress_session", 90),
    ("life_skills", 190),
    ("vocational", 120),
    ("medical", 110),
    ("medico_legal", 60),
    ("education_child", 50),
    ("reconciliation", 70),
];
const AT_DESK: &Odds = &[
    ("crisis_centre_vawc", 250),
    ("social_welfare", 230),
    ("ngo", 210),
    ("helpline", 160),
    ("shelter_darul_aman", 110),
    ("dpc", 30),
    ("unknown", 10),
];
const AT_HOSPITAL: &Odds = &[("mlo_hospital", 640), ("arcc_hospital", 360)];

pub(super) fn fill<'p>(record: &mut Record<'p>, scene: &mut Scene<'_, 'p>) {
    let legal = scene.event.office == by_id("legal-aid-kp");
    let service = scene.draw.pick(if legal { LEGAL } else { OTHER });
    record.day("service_month", scene.event.day);
    record.code("district", scene.district());
    record.code("service", service);
    let agency = match service {
        "medical" | "medico_legal" => scene.draw.pick(AT_HOSPITAL),
        _ if legal => "legal_aid",
        _ => scene.draw.pick(AT_DESK),
    };
    record.code("agency", agency);
    record.code("age_band", scene.woman.age);
}
