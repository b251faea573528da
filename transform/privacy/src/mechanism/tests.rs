use std::collections::BTreeSet;

use super::*;

/// Nothing is measured for nothing, and no loss that can be paid makes the noise vanish.
#[test]
fn no_loss_has_no_scale_and_no_scale_is_zero() {
    for family in [Family::Laplace, Family::Gaussian] {
        assert!(matches!(Scale::of(family, Nano::ZERO, 1), Err(KernelError::Scale(_))));
        let dear = Scale::of(family, Nano::new(1_000_000_000_000), 1).expect("a scale");
        assert!(dear.value() > 0.0);
    }
}

/// A scale that is too small for the spend is refused before anything is drawn, however the vector
/// would be cut.
#[test]
fn noise_that_costs_more_than_was_paid_is_not_drawn() {
    for family in [Family::Laplace, Family::Gaussian] {
        let unit = Nano::new(100_000_000);
        let fits = Scale::of(family, unit, 3).expect("a scale");
        let small = Scale::stated(family, fits.value() * 0.999);
        for cells in [1, 10_000] {
            let counts = vec![0; cells];
            assert_eq!(draw(&counts, &fits, unit, 3).expect("noise").len(), cells);
            assert!(matches!(draw(&counts, &small, unit, 3), Err(KernelError::Unconfirmed)));
        }
    }
}

/// What can come out does not depend on what is in: every whole number near a count is reached from
/// every count, and from a multiple of two as well as from others.
#[test]
fn the_same_numbers_can_come_out_whatever_the_count() {
    for family in [Family::Laplace, Family::Gaussian] {
        let unit = Nano::new(500_000_000);
        let scale = Scale::of(family, unit, 1).expect("a scale");
        let reached = |count: i64| -> BTreeSet<i64> {
            let noisy = draw(&vec![count; 40_000], &scale, unit, 1).expect("noise");
            noisy.into_iter().filter(|n| (-1..=4).contains(n)).collect()
        };
        let all: BTreeSet<i64> = (-1..=4).collect();
        for count in 0..4 {
            assert_eq!(reached(count), all, "{family:?} {count}");
        }
    }
}
