//! Discrete Gaussian noise on integer vectors, under zero-concentrated differential privacy. See
//! GUARANTEE.md.

use opendp::core::Measurement;
use opendp::domains::{AtomDomain, VectorDomain};
use opendp::measurements::make_gaussian;
use opendp::measures::ZeroConcentratedDivergence;
use opendp::metrics::L2Distance;

use crate::KernelError;
use crate::mechanism::Counts;

#[cfg(test)]
mod tests;

/// OpenDP's discrete Gaussian measurement of `cells` integers with scale σ.
pub(crate) fn make(
    cells: usize,
    sigma: f64,
) -> Result<Measurement<Counts, L2Distance<i64>, ZeroConcentratedDivergence, Vec<i64>>, KernelError>
{
    let domain = VectorDomain::new(AtomDomain::<i64>::default()).with_size(cells);
    Ok(make_gaussian(domain, L2Distance::default(), sigma, None)?)
}
