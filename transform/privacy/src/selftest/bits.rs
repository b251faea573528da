//! Whether the source of randomness looks random, and never gives the same twice.

use std::collections::HashSet;

use opendp::traits::samplers::fill_bytes;
use shumar_schemas::{Family, Nano};

use super::{Check, enter, grouped};
use crate::{KernelError, Scale, mechanism, parallel};

/// Random bytes that are looked at.
const BYTES: usize = 1 << 17;
/// How many standard deviations a count of bits may be off: 3·10⁻⁷ by chance.
const DEVIATIONS_MAX: f64 = 5.1;
/// Cells of the vectors that must not repeat: long enough to be drawn by all cores.
const CELLS: usize = 16_384;

/// Bits of OpenDP's generator, and repetition over draws and threads.
pub(super) fn checks(progress: &mut dyn FnMut(&str), checks: &mut Vec<Check>) {
    progress("looking at the source of randomness");
    let bits = random_bytes().map(|bytes| {
        let (ones, runs) = (monobit(&bytes), runs(&bytes));
        let passed = ones.abs() <= DEVIATIONS_MAX && runs.abs() <= DEVIATIONS_MAX;
        let words = format!(
            "{} bits of the generator: ones {ones:+.2} and runs {runs:+.2} standard deviations from what is expected (alarm beyond {DEVIATIONS_MAX})",
            grouped(BYTES * 8)
        );
        (passed, words)
    });
    enter(checks, "random bits are even", bits);
    let repeated = repeats(|counts, scale, unit| mechanism::draw(counts, scale, unit, 1));
    let repeated = repeated.map(|again| {
        let words = format!(
            "{} draws on all cores, four in a row never come again: {} repetition(s), so no fixed seed",
            grouped(4 * CELLS),
            again
        );
        (again == 0, words)
    });
    enter(checks, "noise never repeats", repeated);
}

/// Bytes by way of the threads that draw noise, so that their generators are looked at.
fn random_bytes() -> Result<Vec<u8>, KernelError> {
    let drawn = parallel::in_chunks(&vec![0; BYTES], |chunk| {
        let mut bytes = vec![0; chunk.len()];
        fill_bytes(&mut bytes)?;
        Ok(bytes.into_iter().map(i64::from).collect())
    })?;
    drawn.into_iter().map(|byte| u8::try_from(byte).map_err(|_| KernelError::Shape)).collect()
}

/// How many times four draws in a row come again, over two vectors of either family.
///
/// Two draws of discrete Gaussian noise are equal with probability 1/(2σ√π), here 1 in 56,000, so
/// that any two fours are equal once in 10¹⁹; there are some 5·10⁸ pairs of them. The scale of the
/// Laplace noise is far larger.
pub(super) fn repeats(
    draw: impl Fn(&[i64], &Scale, Nano) -> Result<Vec<i64>, KernelError>,
) -> Result<usize, KernelError> {
    let mut again = 0;
    for family in [Family::Laplace, Family::Gaussian] {
        let unit = Nano::new(2);
        let scale = Scale::of(family, unit, 1)?;
        let mut seen = HashSet::new();
        for _ in 0..2 {
            let noise = draw(&vec![0; CELLS], &scale, unit)?;
            again += noise.windows(4).filter(|four| !seen.insert(four.to_vec())).count();
        }
    }
    Ok(again)
}

/// Ones among the bits, in standard deviations from half (NIST SP 800-22, 2.1).
pub(super) fn monobit(bytes: &[u8]) -> f64 {
    let n = bytes.len() as f64 * 8.0;
    let ones: u32 = bytes.iter().map(|byte| byte.count_ones()).sum();
    (2.0 * f64::from(ones) - n) / n.sqrt()
}

/// Places where a bit differs from the one before, in standard deviations from half of them.
pub(super) fn runs(bytes: &[u8]) -> f64 {
    let n = bytes.len() as f64 * 8.0 - 1.0;
    let inside: u32 =
        bytes.iter().map(|byte| ((byte ^ (byte << 1)) >> 1 & 0x7f).count_ones()).sum();
    let between = bytes.windows(2).filter(|two| two[0] & 1 != two[1] >> 7).count();
    (2.0 * (f64::from(inside) + between as f64) - n) / n.sqrt()
}
