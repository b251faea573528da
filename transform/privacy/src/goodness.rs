//! What the tests of both mechanisms ask of draws and scales.
use shumar_schemas::{Family, Nano};

use crate::Scale;
use crate::selftest::fit::chi_square;

/// Draws of a mechanism follow the stated scale, and are told from 0.7 and 1.3 times it.
pub(crate) fn draws_follow_their_scale(family: Family, draw: impl Fn(usize, f64) -> Vec<i64>) {
    for value in [0.7, 2.35, 40.0] {
        let draws = draw(200_000, value);
        let fit = |factor: f64| chi_square(&draws, &Scale::stated(family, value * factor)).holds();
        assert!(fit(1.0), "{family:?} {value}");
        assert!(!fit(0.7), "{family:?} {value} taken for 0.7 of it");
        assert!(!fit(1.3), "{family:?} {value} taken for 1.3 of it");
    }
}

/// The chosen scale costs no more than was reserved by OpenDP's map, and hardly less.
pub(crate) fn scales_cost_what_was_reserved(family: Family, map: impl Fn(f64, u32) -> f64) {
    for nano in [1_000, 123_456_789, 333_333_333, 1_000_000_000, 7_777_777_777_u128] {
        for c in [1, 2, 3, 20] {
            let scale = Scale::of(family, Nano::new(nano), c).expect("a scale");
            let (cost, reserved) =
                (map(scale.value(), c), family.loss(Nano::new(nano), c).to_f64());
            assert!(cost <= reserved, "{cost} {reserved}");
            assert!(cost > reserved * (1.0 - 1e-12), "{cost} {reserved}");
        }
    }
}
