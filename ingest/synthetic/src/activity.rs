//! Activity of programmes, which is about no person: trainings, sessions and campaigns of two years.
//!
//! The amounts are of the size that published programmes tell: some hundred officials trained in a
//! district and year. Some districts report nothing at all.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use shumar_schemas::Catalog;

use crate::SyntheticError;
use crate::draw::{Draw, Stream};
use crate::place::Province;

/// The office that sends the list.
const OFFICE: &str = "outreach-programme";
/// Months of the two years.
const MONTHS: i32 = 24;
/// Districts that hold activities, in a thousand.
const ACTIVE: u32 = 820;
/// What an activity is, in the office's own words.
const ACTIVITIES: &[(&str, u32)] = &[
    ("Training of officials", 300),
    ("Training of service staff", 120),
    ("Awareness session", 330),
    ("Session in a school or college", 150),
    ("Campaign in print or on air", 40),
    ("Coordination meeting of agencies", 60),
];
const ORGANISERS: &[(&str, u32)] = &[
    ("The commission", 240),
    ("Government department", 260),
    ("Police or its training schools", 180),
    ("Programme of an NGO", 300),
    ("", 20),
];

/// Writes the list of activities to `dir/outreach-programme/`, a file a year.
///
/// # Errors
/// What the file system refuses.
pub fn write_activity(dir: &Path, seed: u64) -> Result<Vec<PathBuf>, SyntheticError> {
    let province = Province::new(&Catalog::new(&[])?)?;
    let folder = dir.join(OFFICE);
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| SyntheticError::Write { path, source }
    };
    fs::create_dir_all(&folder).map_err(failed(&folder))?;
    let mut written = Vec::new();
    for year in 0..MONTHS / 12 {
        let path = folder.join(format!("activities-{}.csv", 2024 + year));
        fs::write(&path, rows(year, seed, &province)).map_err(failed(&path))?;
        written.push(path);
    }
    Ok(written)
}

fn rows(year: i32, seed: u64, province: &Province) -> String {
    let mut text =
        "Month,District,Activity,Organised by,Sessions held,Officials trained,People reached\n"
            .to_owned();
    for (place, district) in (0..).zip(province.all()) {
        if !Draw::new(seed, Stream::Activity, [place, 0]).chance(ACTIVE) {
            continue;
        }
        for month in 1..=12 {
            let number = u64::try_from(12 * year + month).unwrap_or_default();
            let draw = &mut Draw::new(seed, Stream::Activity, [place, number]);
            for _ in 0..draw.between(0..=2) {
                let activity = draw.pick(ACTIVITIES);
                let (sessions, officials, people) = match activity {
                    a if a.starts_with("Training") => {
                        (draw.between(1..=3), draw.between(8..=40), 0)
                    }
                    a if a.starts_with("Campaign") => (0, 0, draw.between(20..=400) * 500),
                    a if a.starts_with("Coordination") => (1, 0, 0),
                    _ => (draw.between(1..=4), 0, draw.between(25..=180)),
                };
                let organiser = draw.pick(ORGANISERS);
                let (year, district) = (2024 + year, &district.code);
                // Writing to a text does not fail.
                _ = writeln!(
                    text,
                    "{year}-{month:02},{district},{activity},{organiser},{sessions},{officials},{people}"
                );
            }
        }
    }
    text
}
