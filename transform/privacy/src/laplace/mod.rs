//! Discrete Laplace noise on integer vectors, under pure differential privacy. See GUARANTEE.md.

use opendp::core::Measurement;
use opendp::domains::{AtomDomain, VectorDomain};
use opendp::measurements::make_laplace;
use opendp::measures::MaxDivergence;
use opendp::metrics::L1Distance;

use crate::KernelError;
use crate::mechanism::Counts;

#[cfg(test)]
mod tests;

/// OpenDP's discrete Laplace measurement of `cells` integers with scale b.
pub(crate) fn make(
    cells: usize,
    b: f64,
) -> Result<Measurement<Counts, L1Distance<i64>, MaxDivergence, Vec<i64>>, KernelError> {
    let domain = VectorDomain::new(AtomDomain::<i64>::default()).with_size(cells);
    Ok(make_laplace(domain, L1Distance::default(), b, None)?)
}
