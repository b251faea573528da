//! What women complain of, how often, and how the police take it.
//!
//! The weights follow published counts of Khyber Pakhtunkhwa: abduction first, then domestic
//! violence and hurt, then sexual violence and killing.

use crate::draw::Draw;

/// One offence of the code list, as this world knows it.
pub(crate) struct Offence {
    /// Its code.
    pub(crate) code: &'static str,
    /// The code of its group.
    pub(crate) group: &'static str,
    /// Whether the police mostly register it.
    pub(crate) grave: bool,
    /// How often an adult complains of it.
    adults: u32,
    /// How often a complaint is about a girl.
    minors: u32,
}

const fn offence(
    code: &'static str,
    group: &'static str,
    grave: bool,
    adults: u32,
    minors: u32,
) -> Offence {
    Offence { code, group, grave, adults, minors }
}

const ABDUCTION: &str = "abduction_kidnapping_selling";
const SEXUAL: &str = "sexual_violence";
const KILLING: &str = "gender_based_killing";
const HURT: &str = "gender_based_hurt";
const MARRIAGE: &str = "marriage_related";
const THREAT: &str = "intimidation_threats";

/// All offences that this world has.
pub(crate) const OFFENCES: [Offence; 29] = [
    offence("kidnap_f", ABDUCTION, true, 200, 260),
    offence("kidnap_marriage", ABDUCTION, true, 90, 60),
    offence("enticing", ABDUCTION, false, 12, 8),
    offence("selling_buying", ABDUCTION, true, 3, 4),
    offence("domestic_violence", HURT, false, 195, 30),
    offence("hurt_f", HURT, false, 110, 30),
    offence("att_murder_f", HURT, true, 35, 8),
    offence("acid", HURT, true, 2, 1),
    offence("murder_f", KILLING, true, 45, 12),
    offence("honour_killing", KILLING, true, 45, 20),
    offence("rape", SEXUAL, true, 70, 110),
    offence("gang_rape", SEXUAL, true, 8, 8),
    offence("custodial_rape", SEXUAL, true, 1, 0),
    offence("unnatural", SEXUAL, true, 3, 25),
    offence("child_sexual_abuse", SEXUAL, true, 0, 290),
    offence("modesty", SEXUAL, true, 48, 40),
    offence("stripping", SEXUAL, true, 2, 1),
    offence("ghag", MARRIAGE, true, 16, 8),
    offence("forced_marriage", MARRIAGE, false, 11, 35),
    offence("swara_vani", MARRIAGE, true, 3, 12),
    offence("bigamy_deceit", MARRIAGE, false, 6, 1),
    offence("inheritance", "economic_violence", false, 14, 0),
    offence("threat", THREAT, false, 52, 8),
    offence("insult_modesty", THREAT, false, 26, 14),
    offence("workplace_har", THREAT, false, 9, 0),
    offence("cyber", "electronic_crime", false, 42, 18),
    offence("zina_false", "other", false, 4, 0),
    offence("id_disclosure", "other", false, 1, 0),
    offence("other_vaw", "other", false, 14, 6),
];

impl Offence {
    /// Draws an offence against a girl or a woman, as a place in [`OFFENCES`].
    pub(crate) fn draw(minor: bool, draw: &mut Draw) -> u8 {
        let mut odds = [(0_u8, 0_u32); OFFENCES.len()];
        for ((place, odd), offence) in (0..).zip(&mut odds).zip(&OFFENCES) {
            *odd = (place, if minor { offence.minors } else { offence.adults });
        }
        draw.pick(&odds)
    }

    /// Whether it is of the group of sexual violence.
    pub(crate) fn is_sexual(&self) -> bool {
        self.group == SEXUAL
    }

    /// Whether a body was hurt, so that a doctor may be asked.
    pub(crate) fn is_bodily(&self) -> bool {
        self.is_sexual() || [HURT, KILLING].contains(&self.group)
    }

    /// The reason for which its survivor seeks shelter.
    pub(crate) fn reason(&self) -> &'static str {
        match (self.code, self.group) {
            ("rape" | "gang_rape", _) => "rape",
            ("selling_buying", _) => "trafficking",
            (_, SEXUAL) => "sexual_assault",
            (_, ABDUCTION) => "marriage_choice",
            (_, HURT) => "physical_assault",
            (_, MARRIAGE) => "forced_marriage",
            (_, KILLING) => "runaway_threat",
            (_, "economic_violence") => "denial_of_resources_opportunities_or_services",
            (_, THREAT) => "psychological_emotional_abuse",
            _ => "other",
        }
    }
}
