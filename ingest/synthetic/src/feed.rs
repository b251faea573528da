//! A clean file of police complaints of any length, for benchmarks.
//!
//! It is made for speed: rows are put together as bytes and nothing is kept, so that its length
//! is bounded only by its receiver.

use std::io::{BufWriter, Write};

use crate::SyntheticError;
use crate::calendar::{Date, END};
use crate::draw::{Draw, Stream};
use crate::offence::{OFFENCES, Offence};
use crate::place::Province;

/// Bytes that are put together before the receiver sees them.
const BUFFER_BYTES: usize = 1 << 20;
/// How many complaints a person makes.
const COMPLAINTS: [(u64, u32); 6] = [(1, 800), (2, 130), (3, 45), (4, 15), (5, 6), (6, 4)];
const AGE: [(&str, u32); 4] = [("12_17", 15), ("18_25", 38), ("26_40", 35), ("41_60", 12)];
const OUTCOME: [(&str, u32); 5] =
    [("fir", 45), ("referred", 12), ("reconciled_closed", 23), ("pending", 12), ("withdrawn", 8)];

/// Writes the header and `rows` rows of a clean CSV file of police complaints, which the
/// provider of [`crate::FEED_PROVIDER`] maps. A row has about 82 bytes.
///
/// # Errors
/// What the receiver refuses.
///
/// # Examples
/// ```
/// let mut bytes = Vec::new();
/// shumar_synthetic::police_feed(&mut bytes, 1000, 7)?;
/// assert_eq!(bytes.iter().filter(|b| **b == b'\n').count(), 1001);
/// # Ok::<(), shumar_synthetic::SyntheticError>(())
/// ```
pub fn police_feed(out: impl Write, rows: u64, seed: u64) -> Result<(), SyntheticError> {
    let catalog = shumar_schemas::Catalog::new(&[])?;
    let province = Province::new(&catalog)?;
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, out);
    feed(&mut out, rows, seed, &province).map_err(SyntheticError::Feed)
}

fn feed(out: &mut impl Write, rows: u64, seed: u64, province: &Province) -> std::io::Result<()> {
    let months: Vec<String> = (0..END).map(|day| Date::of(day).format("%Y-%m")).collect();
    let draw = &mut Draw::new(seed, Stream::Feed, [0, 0]);
    out.write_all(b"row_ref,person,month,district,offence,age,outcome\n")?;
    let mut row = 0;
    while row < rows {
        let token = draw.bits();
        let district = province.draw(draw);
        let age = draw.pick(&AGE);
        for _ in 0..draw.pick(&COMPLAINTS).min(rows - row) {
            row += 1;
            let month = draw.one(&months);
            let offence = OFFENCES[usize::from(Offence::draw(age == "12_17", draw))].code;
            let district = &province.at(district).code;
            let outcome = draw.pick(&OUTCOME);
            writeln!(out, "{row:08},{token:032x},{month},{district},{offence},{age},{outcome}")?;
        }
    }
    out.flush()
}
