//! Seeded chance. Everything that is drawn has a stream of its own, so that adding a draw in one
//! place moves nothing in another.

use std::ops::RangeInclusive;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// What a stream of draws is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stream {
    /// Who a person is.
    Woman = 1,
    /// A person's token.
    Token = 2,
    /// A person's journey.
    Journey = 3,
    /// The details of one event.
    Detail = 4,
    /// The wording and the mess of one file.
    File = 5,
    /// The benchmark feed.
    Feed = 6,
    /// Activity of programmes.
    Activity = 7,
}

/// A source of seeded draws.
pub(crate) struct Draw(StdRng);

impl Draw {
    /// The draws of `stream` for the thing that `parts` number.
    pub(crate) fn new(seed: u64, stream: Stream, parts: [u64; 2]) -> Self {
        let start = mix(seed ^ mix(stream as u64));
        Self(StdRng::seed_from_u64(parts.into_iter().fold(start, |h, part| mix(h ^ mix(part)))))
    }

    /// Yes in `permille` of a thousand draws.
    pub(crate) fn chance(&mut self, permille: u32) -> bool {
        self.below(1000) < u64::from(permille)
    }

    /// A whole number of the range; its start if it is empty.
    pub(crate) fn between(&mut self, range: RangeInclusive<i32>) -> i32 {
        let width = i64::from(*range.end()) - i64::from(*range.start()) + 1;
        let step = self.below(u64::try_from(width).unwrap_or_default());
        *range.start() + i32::try_from(step).unwrap_or_default()
    }

    /// A whole number below `limit`; 0 if that is 0. The high half of a product: as even as a
    /// world needs, and the same with any version of the generator's library.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        let product = u128::from(self.0.next_u64()) * u128::from(limit);
        u64::try_from(product >> 64).unwrap_or_default()
    }

    /// A place in something of this length.
    fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or_default()
    }

    /// One of several values, each as often as its weight says; there must be one.
    pub(crate) fn pick<T: Copy>(&mut self, odds: &[(T, u32)]) -> T {
        let mut total = 0;
        for (_, weight) in odds {
            total += u64::from(*weight);
        }
        let mut roll = self.below(total);
        for (value, weight) in odds {
            let weight = u64::from(*weight);
            if roll < weight {
                return *value;
            }
            roll -= weight;
        }
        odds[0].0
    }

    /// One of several values, all equally often; there must be one.
    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.place(of.len())]
    }

    /// 128 random bits.
    pub(crate) fn bits(&mut self) -> u128 {
        u128::from(self.0.next_u64()) << 64 | u128::from(self.0.next_u64())
    }
}

/// The finalizer of `SplitMix64`: close numbers become far ones.
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_and_repeat() {
        let bits = |stream, parts| Draw::new(7, stream, parts).bits();
        assert_eq!(bits(Stream::Token, [1, 2]), bits(Stream::Token, [1, 2]));
        assert_ne!(bits(Stream::Token, [1, 2]), bits(Stream::Token, [2, 1]));
        assert_ne!(bits(Stream::Token, [1, 2]), bits(Stream::Woman, [1, 2]));
    }

    #[test]
    fn weights_are_kept() {
        let mut draw = Draw::new(1, Stream::Detail, [0, 0]);
        let heads = (0..10_000).filter(|_| draw.pick(&[(true, 30), (false, 70)])).count();
        assert!((2_700..3_300).contains(&heads), "{heads}");
    }
}
