//! The offer of a new measurement: the least cost at which the figures that are asked for are exact enough.
//!
//! What counts is the margin of the answer, not that of a cell of the new measurement: the answer is
//! worked out from all releases together, and figures of all recorded events have an uncertainty that no
//! bounded count takes away.

use shumar_transform::{Offer, TransformError};

use crate::failure::Failure;

/// A measurement that leaves more than this part of the margin is not offered.
pub(super) const GAIN_MIN: f64 = 0.95;
/// How much more or less exact than the answer a cell of the new measurement may have to be.
const REACH: f64 = 8.0;
/// Steps of the search: the price is found to a few per cent.
const STEPS: u32 = 6;

/// The cheapest measurement with which the answer is exact enough, and how exact it would be; where none
/// is, the one that brings most. Without a wanted margin, what half of the rest of the share brings.
///
/// # Errors
/// What may not be measured, and a spent share.
pub(super) fn cheapest(
    make: impl Fn(Option<f64>) -> Result<Offer, TransformError>,
    expect: impl Fn(&Offer) -> f64,
    margin: Option<f64>,
) -> Result<(Offer, f64), TransformError> {
    let priced = |half| make(half).map(|offer| (expect(&offer), offer)).map(|(e, o)| (o, e));
    let Some(wanted) = margin else { return priced(None) };
    let mut best = priced(Some(wanted / REACH))?;
    if best.1 > wanted {
        return Ok(best);
    }
    let (mut low, mut high) = (wanted / REACH, wanted * REACH);
    for _ in 0..STEPS {
        let middle = (low * high).sqrt();
        let found = priced(Some(middle))?;
        if found.1 <= wanted {
            (best, low) = (found, middle);
        } else {
            high = middle;
        }
    }
    Ok(best)
}

/// Why no measurement is offered that would be paid for nothing.
pub(super) fn useless(lead: &str, expected: f64) -> Failure {
    Failure::refused(format!(
        "{lead}. To count anew would not help: with all that is left of the share for requests the figures would be exact to about ± {expected:.1}. Nothing was charged\n\nhint: leave out `--margin` to answer with what there is"
    ))
}

/// Why nothing can be counted anew: the share is spent.
pub(super) fn spent(lead: &str) -> Failure {
    Failure::refused(format!(
        "{lead}. Too little is left of the share for requests to count anew. Nothing was charged\n\nhint: leave out `--margin` to answer with what there is; `shumar budget` lists what was spent"
    ))
}

/// The offer in words.
pub(super) fn told(
    symbol: &str,
    offer: &Offer,
    (expected, reached): (f64, bool),
    lead: &str,
) -> Failure {
    let Offer { cells, cost, left, bound, .. } = offer;
    let short = if reached {
        ""
    } else {
        "; that is not as exact as was asked for, but all that the share for requests can bear"
    };
    Failure::refused(format!(
        "{lead}. It can be counted anew: {cells} cells, with which the figures would be exact to about ± {expected:.1}{short}. That costs {symbol} {cost} of the {left} which is left of the share for requests, once and for ever, and at most {bound} records of a person count\n\nhint: run the command again with `--spend` to accept that; the figures become a release that everybody can use"
    ))
}

#[cfg(test)]
mod tests {
    use shumar_schemas::Nano;

    use super::*;

    fn offer(half: f64) -> Offer {
        Offer {
            cells: 1,
            bound: 2,
            unit: Nano::new(1),
            cost: Nano::new(1),
            left: Nano::new(9),
            standard_error: half / 2.0,
            half_width: half,
            reached: true,
        }
    }

    #[test]
    fn the_answer_is_exact_enough_and_not_more_than_that() {
        // The share bears 5 at best; the answer keeps an uncertainty of 8 whatever is measured.
        let make = |half: Option<f64>| Ok(offer(half.unwrap_or(20.0).max(5.0)));
        let expect = |o: &Offer| o.half_width.hypot(8.0);
        let found = |margin| cheapest(make, expect, margin).expect("an offer");
        let (_, expected) = found(Some(12.0));
        assert!((11.0..=12.0).contains(&expected), "{expected}");
        let (most, expected) = found(Some(8.5));
        assert!(expected > 8.5 && (most.half_width - 5.0).abs() < 1e-9, "{expected}");
        assert!((found(None).0.half_width - 20.0).abs() < 1e-9);
    }
}
