use shumar_schemas::{Family, Nano};

use super::loss::{Claim, RELEASES, audit, cases, claim, neighbours};
use super::world::{Terms, World};
use super::{bits, coverage, sampler};
use crate::{Contribution, KernelError, Scale, mechanism};

/// Releases of each world that tell these faults; half the noise takes as many as the selftest has.
const FEW: usize = 4000;

fn exact(world: &World, bound: u32) -> Vec<i64> {
    world.counts(Contribution { kind: bound, all: bound }).concat()
}

/// Noise as the terms ask for, but at `factor` times the loss.
fn noisy(counts: &[i64], terms: &Terms, factor: u128) -> Result<Vec<i64>, KernelError> {
    let unit = terms.unit.times(factor);
    mechanism::draw(counts, &Scale::of(terms.family, unit, terms.bound)?, unit, terms.bound)
}

fn found(
    terms: &Terms,
    quarters: u8,
    releases: usize,
    kernel: impl FnMut(&World) -> Result<Vec<i64>, KernelError>,
) -> (f64, Claim) {
    let claim = claim(terms).expect("a claim");
    let found = audit(&neighbours(terms, quarters), releases, claim, kernel).expect("an audit");
    (found, claim)
}

#[test]
fn a_kernel_with_half_the_noise_is_caught() {
    for (_, terms, quarters) in cases() {
        // Half the scale: twice the loss under pure DP, four times under zCDP.
        let factor = if terms.family == Family::Laplace { 2 } else { 4 };
        let (found, claim) = found(&terms, quarters, RELEASES, |world| {
            noisy(&exact(world, terms.bound), &terms, factor)
        });
        assert!(found > claim.epsilon, "{terms:?} {found} {claim:?}");
    }
}

#[test]
fn a_kernel_that_uses_noise_again_is_caught() {
    for (_, terms, quarters) in cases() {
        let mut once = None;
        let (again, claim) = found(&terms, quarters, FEW, |world| {
            let counts = exact(world, terms.bound);
            if once.is_none() {
                once = Some(noisy(&vec![0; counts.len()], &terms, 1)?);
            }
            let noise = once.iter().flatten();
            Ok(counts.iter().zip(noise).map(|(count, noise)| count + noise).collect())
        });
        assert!(again > claim.epsilon, "{terms:?} {again} {claim:?}");
        let (everywhere, claim) = found(&terms, quarters, FEW, |world| {
            let noise = noisy(&[0], &terms, 1)?[0];
            Ok(exact(world, terms.bound).iter().map(|count| count + noise).collect())
        });
        assert!(everywhere > claim.epsilon, "{terms:?} {everywhere} {claim:?}");
    }
}

#[test]
fn a_kernel_that_leaves_empty_cells_alone_is_caught() {
    for (_, terms, quarters) in cases() {
        let (found, claim) = found(&terms, quarters, FEW, |world| {
            let counts = exact(world, terms.bound);
            let noisy = noisy(&counts, &terms, 1)?;
            Ok(counts.iter().zip(noisy).map(|(c, n)| if *c == 0 { 0 } else { n }).collect())
        });
        assert!(found > claim.epsilon, "{terms:?} {found} {claim:?}");
    }
}

#[test]
fn a_kernel_that_counts_more_records_than_it_pays_for_is_caught() {
    for (_, terms, quarters) in cases() {
        let (found, claim) =
            found(&terms, quarters, FEW, |world| noisy(&exact(world, terms.bound + 2), &terms, 1));
        assert!(found > claim.epsilon, "{terms:?} {found} {claim:?}");
    }
}

#[test]
fn the_sampler_check_tells_a_tenth_of_the_scale() {
    for (family, unit) in
        [(Family::Laplace, 425_531_914), (Family::Gaussian, 90_538_705), (Family::Gaussian, 500)]
    {
        let unit = Nano::new(unit);
        let scale = Scale::of(family, unit, 1).expect("a scale");
        let fit = |factor| {
            sampler::examine(110_000, &scale, factor, |c| mechanism::draw(c, &scale, unit, 1))
                .expect("draws")
        };
        assert!(fit(1.0).holds(), "{scale:?} {:?}", fit(1.0));
        assert!(!fit(0.9).holds() && !fit(1.1).holds(), "{scale:?}");
        // Cells left without noise are told too.
        let bare = sampler::examine(110_000, &scale, 1.0, |counts| {
            let noisy = mechanism::draw(counts, &scale, unit, 1)?;
            Ok(counts.iter().zip(noisy).map(|(c, n)| if *c == 0 { 0 } else { n }).collect())
        });
        assert!(!bare.expect("draws").holds());
    }
}

#[test]
fn repeated_noise_and_uneven_bits_are_told() {
    let honest = bits::repeats(|counts, scale, unit| mechanism::draw(counts, scale, unit, 1));
    assert_eq!(honest.expect("draws"), 0);
    let half = bits::repeats(|counts, scale, unit| {
        let (left, _) = counts.split_at(counts.len() / 2);
        let noise = mechanism::draw(left, scale, unit, 1)?;
        Ok([noise.clone(), noise].concat())
    });
    assert!(half.expect("draws") > 1000);
    assert!(bits::monobit(&[0xff; 100]) > 20.0 && bits::monobit(&[0x55; 100]).abs() < 1e-9);
    assert!(bits::runs(&[0x55; 100]) > 20.0 && bits::runs(&[0x00; 100]) < -20.0);
    assert!(bits::runs(&[0x33; 100]).abs() < 1.0);
}

#[test]
fn coverage_outside_its_range_is_told() {
    assert!(coverage::plausible((57_000, 60_000)) && coverage::plausible((57_200, 60_000)));
    assert!(!coverage::plausible((56_000, 60_000)) && !coverage::plausible((58_500, 60_000)));
    assert_eq!(coverage::held(&[3, -3, 4, 5, 9], 2, 0.0), (1, 2));
}

/// Among them that the kernel stays within its claims, and that the audit comes near them.
#[test]
fn all_checks_pass_on_this_machine() {
    let mut said = 0;
    let checks = super::run(&mut |_| said += 1);
    assert!(checks.iter().all(|c| c.passed), "{checks:?}");
    assert!(checks.len() >= 10 && said >= checks.len());
}
