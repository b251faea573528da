use shumar_schemas::Family;

use crate::goodness::{draws_follow_their_scale, scales_cost_what_was_reserved};

#[test]
fn draws_follow_the_stated_scale_and_no_other() {
    draws_follow_their_scale(Family::Laplace, |cells, scale| {
        super::make(cells, scale).and_then(|m| Ok(m.invoke(&vec![0; cells])?)).expect("draws")
    });
}

#[test]
fn the_chosen_scale_costs_no_more_than_was_reserved_and_hardly_less() {
    scales_cost_what_was_reserved(Family::Laplace, |scale, c| {
        super::make(1, scale).and_then(|m| Ok(m.map(&i64::from(c))?)).expect("a map")
    });
}
