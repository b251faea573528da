//! A detention: one woman in five sees a magistrate only after more than 24 hours.

use super::{Odds, Scene};
use crate::office::by_id;
use crate::record::Record;

const OFFENCE: &Odds = &[
    ("narcotics", 300),
    ("murder", 165),
    ("theft", 155),
    ("zina_496b", 90),
    ("kidnapping", 85),
    ("other", 195),
    ("unknown", 10),
];
const PLACE_JAIL: &Odds = &[("jail", 850), ("judicial_lockup", 150)];
const PLACE_POLICE: &Odds = &[("lockup", 590), ("women_ps", 400), ("unknown", 10)];
const STATUS_JAIL: &Odds = &[
    ("under_trial", 640),
    ("convicted", 190),
    ("judicial_remand", 140),
    ("released", 20),
    ("unknown", 10),
];
const STATUS_POLICE: &Odds =
    &[("police_remand", 430), ("judicial_remand", 260), ("released", 290), ("unknown", 20)];
const HOURS: &Odds = &[("0_24", 750), ("over_24", 200), ("unknown", 50)];
const REMAND: &Odds =
    &[("0", 240), ("1_3", 390), ("4_7", 200), ("8_15", 110), ("over_15", 40), ("unknown", 20)];
const USUALLY: &Odds = &[("yes", 780), ("no", 130), ("unknown", 90)];
const OFTEN: &Odds = &[("yes", 540), ("no", 360), ("unknown", 100)];
const CHILD: &Odds = &[("0", 800), ("1", 120), ("2plus", 60), ("unknown", 20)];
const COMPLAINT: &Odds =
    &[("none", 930), ("made", 36), ("inquiry", 14), ("upheld", 3), ("unknown", 17)];

pub(super) fn fill<'p>(record: &mut Record<'p>, scene: &mut Scene<'_, 'p>) {
    let jail = scene.event.office == by_id("prisons-kp");
    record.day("detention_month", scene.event.day);
    record.code("district", if jail { jail_of(scene.division()) } else { scene.district() });
    record.code("offence_group", scene.draw.pick(OFFENCE));
    record.code("place", scene.draw.pick(if jail { PLACE_JAIL } else { PLACE_POLICE }));
    let status = scene.draw.pick(if jail { STATUS_JAIL } else { STATUS_POLICE });
    record.code("status", status);
    record.code("hours_before_magistrate", scene.draw.pick(HOURS));
    let remand = scene.draw.pick(REMAND);
    // Who is on remand has been on remand for a day at least.
    let begun = status == "police_remand" && remand == "0";
    record.code("remand_days", if begun { "1_3" } else { remand });
    record.code("woman_officer_present", scene.draw.pick(USUALLY));
    record.code("searched_by_woman", scene.draw.pick(USUALLY));
    record.code("lawyer_seen", scene.draw.pick(OFTEN));
    record.code("medical_seen", scene.draw.pick(OFTEN));
    record.code("child_with_her", scene.draw.pick(CHILD));
    record.code("ill_treatment_complaint", scene.draw.pick(COMPLAINT));
}

/// The district of the jail that takes the women of a division.
fn jail_of(division: &str) -> &'static str {
    match division {
        "kp_mardan" => "PK523",
        "kp_malakand" => "PK532",
        "kp_hazara" => "PK511",
        "kp_kohat" => "PK514",
        "kp_bannu" => "PK503",
        "kp_dera_ismail_khan" => "PK509",
        _ => "PK528",
    }
}
