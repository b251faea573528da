//! The (ε, δ) that is shown for a spent ρ, as CSV: `tests/outside/conversion.py` holds it against another
//! implementation.
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a table for a test")]

use shumar_privacy::epsilon_delta;
use shumar_schemas::{Family, Nano};

fn main() {
    println!("rho,delta,epsilon");
    for thousandths in [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000] {
        let rho = Nano::new(thousandths * 1_000_000);
        for delta in ["0.00001", "0.000001", "0.0000001", "0.00000001", "0.000000001"] {
            let delta: Nano = delta.parse().expect("an amount");
            let shown = epsilon_delta(Family::Gaussian, rho, delta).expect("a conversion");
            println!("{rho},{delta},{}", shown.epsilon);
        }
    }
}
