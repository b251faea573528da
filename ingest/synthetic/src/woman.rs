//! Who a person of this world is: what stays the same over all of her records.

use crate::draw::{Draw, Stream};
use crate::place::Province;

/// A person.
#[derive(Debug)]
pub(crate) struct Woman {
    /// Her home district, as a place in the province.
    pub(crate) district: u8,
    /// Code of her age band.
    pub(crate) age: &'static str,
    /// Code of her marital status.
    pub(crate) marital: &'static str,
    /// Code of her nationality.
    pub(crate) nationality: &'static str,
    /// Code of her schooling.
    pub(crate) education: &'static str,
    /// Code of her disability.
    pub(crate) disability: &'static str,
}

const AGE: [(&str, u32); 7] = [
    ("0_11", 30),
    ("12_17", 115),
    ("18_25", 365),
    ("26_40", 335),
    ("41_60", 115),
    ("61_plus", 25),
    ("unknown", 15),
];
const MARITAL_GIRL: [(&str, u32); 3] =
    [("single", 880), ("nikah_no_rukhsati", 60), ("married_cohabitating", 60)];
const MARITAL_YOUNG: [(&str, u32); 6] = [
    ("single", 400),
    ("nikah_no_rukhsati", 70),
    ("married_cohabitating", 430),
    ("divorced_separated", 70),
    ("widowed", 15),
    ("unknown", 15),
];
const MARITAL_OLDER: [(&str, u32); 5] = [
    ("single", 70),
    ("married_cohabitating", 680),
    ("divorced_separated", 130),
    ("widowed", 105),
    ("unknown", 15),
];
const NATIONALITY: [(&str, u32); 4] =
    [("pakistani", 945), ("afghan", 42), ("other", 3), ("unknown", 10)];
const EDUCATION: [(&str, u32); 5] =
    [("none", 470), ("primary", 210), ("middle", 130), ("matric_plus", 150), ("unknown", 40)];
const DISABILITY: [(&str, u32); 5] =
    [("none", 925), ("physical", 30), ("mental", 25), ("both", 5), ("unknown", 15)];

impl Woman {
    /// The person of a number.
    pub(crate) fn new(seed: u64, person: u32, province: &Province) -> Self {
        let draw = &mut Draw::new(seed, Stream::Woman, [u64::from(person), 0]);
        let age = draw.pick(&AGE);
        let marital = match age {
            "0_11" => "single",
            "12_17" => draw.pick(&MARITAL_GIRL),
            "18_25" => draw.pick(&MARITAL_YOUNG),
            _ => draw.pick(&MARITAL_OLDER),
        };
        Self {
            district: province.draw(draw),
            age,
            marital,
            nationality: draw.pick(&NATIONALITY),
            education: draw.pick(&EDUCATION),
            disability: draw.pick(&DISABILITY),
        }
    }

    /// Whether she is a girl.
    pub(crate) fn is_minor(&self) -> bool {
        matches!(self.age, "0_11" | "12_17")
    }
}

/// The token that offices write for a person: 32 hexadecimal digits.
pub(crate) fn token(seed: u64, person: u32) -> String {
    format!("{:032x}", Draw::new(seed, Stream::Token, [u64::from(person), 0]).bits())
}
