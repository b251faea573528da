//! Microseconds for a draw of noise: releases through the kernel, on all cores, beside one plain
//! invocation of OpenDP's own measurement. Arguments: cells (default 200,000).
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a measurement that can't be set up ends; figures for people"
)]

use std::collections::BTreeMap;
use std::time::Instant;

use opendp::domains::{AtomDomain, VectorDomain};
use opendp::measurements::{make_gaussian, make_laplace};
use opendp::metrics::{L1Distance, L2Distance};
use shumar_privacy::{Accountant, Ask, Decision, Exact, KernelError, Ledger, Reservation};
use shumar_schemas::ledger::{Amounts, Row, Rules, Share};
use shumar_schemas::{Bounds, Family, Nano, Period};

/// A ledger that only gives numbers.
struct Blank;

impl Ledger for Blank {
    fn transact(&mut self, decide: &mut Decision<'_>) -> Result<Vec<i64>, KernelError> {
        let rows: Vec<Row> = Vec::new();
        Ok((1..).zip(decide(&rows)?).map(|(seq, _)| seq).collect())
    }
}

fn main() {
    let cells = std::env::args().skip(1).find_map(|n| n.parse().ok()).unwrap_or(200_000_usize);
    println!("{:>9} {:>6} {:>12} {:>12}", "family", "scale", "OpenDP, µs", "kernel, µs");
    for family in [Family::Laplace, Family::Gaussian] {
        for scale in [1.0, 10.0, 100.0_f64] {
            let unit = match family {
                Family::Laplace => 1.0 / scale,
                Family::Gaussian => 1.0 / (2.0 * scale * scale),
            };
            let unit = Nano::new((unit * 1e9).round() as u128);
            let counts = vec![0; cells];
            let start = Instant::now();
            plain(family, scale, &counts);
            let opendp = start.elapsed().as_secs_f64() * 1e6 / cells as f64;
            let start = Instant::now();
            kernel(family, unit, counts);
            let ours = start.elapsed().as_secs_f64() * 1e6 / cells as f64;
            println!("{:>9} {scale:>6} {opendp:>12.2} {ours:>12.2}", format!("{family:?}"));
        }
    }
}

fn plain(family: Family, scale: f64, counts: &Vec<i64>) {
    let domain = VectorDomain::new(AtomDomain::<i64>::default()).with_size(counts.len());
    let noisy = match family {
        Family::Laplace => make_laplace(domain, L1Distance::<i64>::default(), scale, None)
            .and_then(|m| m.invoke(counts)),
        Family::Gaussian => make_gaussian(domain, L2Distance::<i64>::default(), scale, None)
            .and_then(|m| m.invoke(counts)),
    };
    assert_eq!(noisy.expect("noise").len(), counts.len());
}

fn kernel(family: Family, unit: Nano, counts: Vec<i64>) {
    let plenty = Nano::new(1_000_000_000_000);
    let reservation = Reservation {
        release: "measured".to_owned(),
        series: "measured".to_owned(),
        period: Period::Year(2025),
        share: Share::Scheduled,
        rules: Rules {
            family,
            budget: plenty,
            bounds: Bounds { all: 3, kinds: BTreeMap::new(), calibration: None },
            shares: Amounts { scheduled: plenty, rti: Nano::ZERO, revisions: Nano::ZERO },
        },
        asks: vec![Ask {
            table: "t".to_owned(),
            margin: "total".to_owned(),
            fingerprint: "t".to_owned(),
            kind: "k".to_owned(),
            bound: 3,
            unit,
        }],
    };
    let spends = Accountant::new(&mut Blank).reserve(&reservation).expect("a spend");
    let exact = Exact::claim(counts, "t", 3).expect("counts");
    let released = exact.measure(spends.into_iter().next().expect("one")).expect("noise");
    assert!(!released.noisy().is_empty());
}
