//! The districts of the province, and how many complaints come from each.

use shumar_schemas::config::Scope;
use shumar_schemas::{Catalog, SchemaError};

use crate::draw::Draw;
use crate::office::{Kind, serving};

/// The code of the province.
const PROVINCE: &str = "PK-KP";
/// The list of districts.
pub(crate) const LIST: &str = "district";
/// Women for whom a district counts that was carved out after the census: rare in files, which
/// still use the old names.
const NEW_DISTRICT_WOMEN: u64 = 15_000;
/// Reporting in a district not named below, in percent of the province's usual.
const REPORTING_USUAL: u64 = 60;

/// How much of what happens is reported, in percent of the usual: a matter of roads, cells and
/// custom, not of safety.
const REPORTING: [(&str, u64); 31] = [
    ("PK528", 260),
    ("PK526", 200),
    ("PK523", 170),
    ("PK506", 110),
    ("PK532", 110),
    ("PK531", 110),
    ("PK501", 110),
    ("PK511", 110),
    ("PK514", 110),
    ("PK507", 100),
    ("PK509", 90),
    ("PK521", 90),
    ("PK522", 80),
    ("PK508", 70),
    ("PK503", 55),
    ("PK505", 55),
    ("PK512", 55),
    ("PK510", 45),
    ("PK504", 35),
    ("PK513", 35),
    ("PK519", 35),
    ("PK518", 25),
    ("PK502", 15),
    ("PK524", 15),
    ("PK525", 8),
    ("PK527", 8),
    ("PK530", 8),
    ("PK515", 3),
    ("PK516", 3),
    ("PK517", 3),
    ("PK534", 4),
];

/// One district.
#[derive(Debug)]
pub(crate) struct District {
    /// Its code.
    pub(crate) code: String,
    /// The code of its division.
    pub(crate) division: String,
    /// The gender crime cell that serves it.
    pub(crate) police: u8,
    /// The shelter that serves it.
    pub(crate) shelter: u8,
    /// Its weight and those of all before it.
    up_to: u64,
}

/// All districts of the province.
#[derive(Debug)]
pub(crate) struct Province {
    districts: Vec<District>,
}

impl Province {
    /// The province as the catalog declares it.
    ///
    /// # Errors
    /// A catalog without the list, or without the province.
    pub(crate) fn new(catalog: &Catalog) -> Result<Self, SchemaError> {
        let list = catalog.list(LIST, "the synthetic world")?;
        let scope = Scope {
            list: LIST.to_owned(),
            matching: [("province".to_owned(), PROVINCE.to_owned())].into(),
            codes: Vec::new(),
        };
        let mut up_to = 0;
        let mut districts = Vec::new();
        for place in Scope::positions(Some(&scope), list)? {
            let code = &list.codes()[place];
            let attribute = |name: &str| code.attributes.get(name).map_or("", String::as_str);
            let women = attribute("population_female").parse().unwrap_or(NEW_DISTRICT_WOMEN);
            let reporting = REPORTING.iter().find(|(c, _)| *c == code.code);
            up_to += women * reporting.map_or(REPORTING_USUAL, |(_, percent)| *percent);
            districts.push(District {
                code: code.code.clone(),
                division: attribute("division").to_owned(),
                police: serving(Kind::Police, attribute("division")),
                shelter: serving(Kind::Shelter, attribute("division")),
                up_to,
            });
        }
        Ok(Self { districts })
    }

    /// Draws a district, as a place in the province.
    pub(crate) fn draw(&self, draw: &mut Draw) -> u8 {
        let total = self.districts.last().map_or(1, |d| d.up_to);
        let roll = draw.below(total);
        let place = self.districts.partition_point(|d| d.up_to <= roll);
        u8::try_from(place).unwrap_or_default()
    }

    /// All districts.
    pub(crate) fn all(&self) -> &[District] {
        &self.districts
    }

    /// The district at a place.
    pub(crate) fn at(&self, place: u8) -> &District {
        &self.districts[usize::from(place)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Stream;

    #[test]
    fn every_reporting_code_is_a_district_of_the_province() {
        let province = Province::new(&Catalog::new(&[]).expect("a catalog")).expect("a province");
        for (code, _) in REPORTING {
            assert!(province.districts.iter().any(|d| d.code == code), "{code}");
        }
    }

    #[test]
    fn peshawar_reports_most_and_kohistan_next_to_nothing() {
        let province = Province::new(&Catalog::new(&[]).expect("a catalog")).expect("a province");
        let mut draw = Draw::new(1, Stream::Journey, [0, 0]);
        let mut counts = vec![0_u32; province.districts.len()];
        for _ in 0..20_000 {
            counts[usize::from(province.draw(&mut draw))] += 1;
        }
        let of = |code: &str| {
            province.districts.iter().position(|d| d.code == code).map_or(0, |i| counts[i])
        };
        assert!((5_000..7_000).contains(&of("PK528")), "{}", of("PK528"));
        assert!(of("PK516") < 30, "{}", of("PK516"));
        assert!(counts.iter().filter(|n| **n > 0).count() > 30);
    }
}
