#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::format_collect,
    clippy::float_arithmetic,
    reason = "what can't be set up fails its test; the numbers are small"
)]

use crate::goodness::{Fit, chi_square};
use shumar_schemas::{Family, Nano};

use crate::Scale;

#[test]
fn draws_follow_the_stated_scale_and_no_other() {
    for b in [0.7, 2.35, 40.0] {
        let draws =
            super::make(200_000, b).and_then(|m| Ok(m.invoke(&vec![0; 200_000])?)).expect("draws");
        let fit = |factor: f64| chi_square(&draws, &Scale::stated(Family::Laplace, b * factor));
        assert_eq!(fit(1.0), Fit::Accepted, "b = {b}");
        assert_eq!(fit(0.7), Fit::Rejected, "b = {b} taken for 0.7 b");
        assert_eq!(fit(1.3), Fit::Rejected, "b = {b} taken for 1.3 b");
    }
}

#[test]
fn the_chosen_scale_costs_no_more_than_was_reserved_and_hardly_less() {
    for nano in [1_000, 123_456_789, 333_333_333, 1_000_000_000, 7_777_777_777_u128] {
        for c in [1, 2, 3, 20] {
            let scale = Scale::of(Family::Laplace, Nano::new(nano), c).expect("a scale");
            let map = super::make(1, scale.value())
                .and_then(|m| Ok(m.map(&i64::from(c))?))
                .expect("a map");
            let allowed = Nano::new(nano).times(c.into()).to_f64();
            assert!(map <= allowed, "{map} {allowed}");
            assert!(map > allowed * (1.0 - 1e-12), "{map} {allowed}");
        }
    }
}
