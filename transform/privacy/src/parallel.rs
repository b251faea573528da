//! Work on a long vector by all cores, in chunks whose results are joined in order.

use std::num::NonZero;
use std::thread::{self, ScopedJoinHandle};

use crate::KernelError;

/// Cells that a thread draws at least: some 10 ms of noise, far more than starting a thread costs.
const CHUNK_MIN: usize = 1024;

/// Applies `work` to chunks of equal length, one a core, and joins what they give.
///
/// # Errors
/// The first error in the order of the chunks; [`KernelError::Thread`] when a thread can't be
/// started or panics. Every thread has ended when this returns.
pub(crate) fn in_chunks(
    counts: &[i64],
    work: impl Fn(&[i64]) -> Result<Vec<i64>, KernelError> + Sync,
) -> Result<Vec<i64>, KernelError> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    by(cores.min(counts.len() / CHUNK_MIN), counts, work)
}

fn by(
    threads: usize,
    counts: &[i64],
    work: impl Fn(&[i64]) -> Result<Vec<i64>, KernelError> + Sync,
) -> Result<Vec<i64>, KernelError> {
    if threads <= 1 {
        return work(counts);
    }
    let work = &work;
    let parts: Vec<Result<Vec<i64>, KernelError>> = thread::scope(|scope| {
        let start = |chunk| thread::Builder::new().spawn_scoped(scope, move || work(chunk));
        let running: Vec<_> = counts.chunks(counts.len().div_ceil(threads)).map(start).collect();
        // All are joined before any error is told: a thread left behind would panic here.
        let ended = running.into_iter().map(|thread| match thread.map(ScopedJoinHandle::join) {
            Ok(Ok(part)) => part,
            _ => Err(KernelError::Thread),
        });
        ended.collect()
    });
    let parts: Vec<Vec<i64>> = parts.into_iter().collect::<Result<_, _>>()?;
    Ok(parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "work may fail")]
    fn plus_one(chunk: &[i64]) -> Result<Vec<i64>, KernelError> {
        Ok(chunk.iter().map(|x| x + 1).collect())
    }

    #[test]
    fn every_cell_keeps_its_place_whatever_the_number_of_threads() {
        for cells in [1, 2, 7, 1000, 1023] {
            let counts: Vec<i64> = (0..cells).collect();
            let expected: Vec<i64> = (1..=cells).collect();
            for threads in [0, 1, 2, 3, 8, 2000] {
                assert_eq!(by(threads, &counts, plus_one).expect("a vector"), expected);
            }
        }
        let long: Vec<i64> = (0..100_000).collect();
        assert_eq!(in_chunks(&long, plus_one).expect("a vector").last(), Some(&100_000));
    }

    #[test]
    fn a_panic_or_an_error_in_one_thread_gives_no_numbers() {
        let counts: Vec<i64> = (0..100).collect();
        let panics = |chunk: &[i64]| {
            assert!(!chunk.contains(&60), "on purpose");
            plus_one(chunk)
        };
        assert!(matches!(by(4, &counts, panics), Err(KernelError::Thread)));
        let fails = |chunk: &[i64]| {
            if chunk.contains(&99) { Err(KernelError::Shape) } else { plus_one(chunk) }
        };
        assert!(matches!(by(4, &counts, fails), Err(KernelError::Shape)));
    }
}
