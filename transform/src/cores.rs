//! Work on several things side by side.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::TransformError;

/// What comes of each item, in the items' order. All cores take the next item that nobody has taken,
/// so a long one holds up no other.
///
/// # Errors
/// In the place of an item, whatever its work refuses.
pub(crate) fn on_all_cores<'a, T: Sync, O: Send>(
    items: &'a [T],
    work: impl Fn(&'a T) -> Result<O, TransformError> + Sync,
) -> Vec<Result<O, TransformError>> {
    let next = AtomicUsize::new(0);
    let some = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(place) else { return done };
            done.push((place, work(item)));
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from).min(items.len());
    let mut done = thread::scope(|scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, some);
        let running: Vec<_> = (1..cores).map(start).collect();
        let mut done = some();
        // A thread that did not start leaves its items to the others.
        for thread in running.into_iter().flatten() {
            done.extend(thread.join().unwrap_or_default());
        }
        done
    });
    done.sort_unstable_by_key(|(place, _)| *place);
    let mut done = done.into_iter().peekable();
    // An item that is missing was in a thread that broke.
    let of_place = |place| match done.next_if(|(p, _)| *p == place) {
        Some((_, outcome)) => outcome,
        None => Err(TransformError::Engine),
    };
    (0..items.len()).map(of_place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_stand_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..500).collect();
        let work = |n: &u64| if n % 7 == 3 { Err(TransformError::Engine) } else { Ok(n * n) };
        for (n, outcome) in items.iter().zip(on_all_cores(&items, work)) {
            assert_eq!(outcome.ok(), (n % 7 != 3).then_some(n * n));
        }
        assert!(on_all_cores(&[] as &[u64], work).is_empty());
    }
}
