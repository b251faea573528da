//! Fault points: named places between two steps of a verb that writes, at which a test can have the
//! program stand still and kill it. Without the variable `SHUMAR_FAULT` they do nothing.
//!
//! `SHUMAR_FAULT=ingest.file-written` stops at the first passing of that point, `…:3` at the third. The
//! program then tells so (`fault: ingest.file-written`) in the file that `SHUMAR_FAULT_MARK` names, or on
//! standard error, and waits for its end. None stands in a loop over rows.

mod points;

use std::fs::OpenOptions;
use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

pub use points::POINTS;

/// Names the point to stop at, and at which passing.
const WANTED: &str = "SHUMAR_FAULT";
/// Names the file that is told.
const MARK: &str = "SHUMAR_FAULT_MARK";

/// The point that a test asked for.
struct Wanted {
    name: String,
    /// Passings that are still to come.
    left: AtomicU32,
}

/// Passes a point.
pub fn point(name: &str) {
    static ASKED: OnceLock<Option<Wanted>> = OnceLock::new();
    let asked = ASKED.get_or_init(|| std::env::var(WANTED).ok().map(|text| wanted(&text)));
    let Some(asked) = asked.as_ref().filter(|asked| asked.name == name) else { return };
    if asked.left.fetch_sub(1, Ordering::SeqCst) == 1 {
        stand_still(name);
    }
}

fn wanted(text: &str) -> Wanted {
    let (name, times) = text.split_once(':').unwrap_or((text, "1"));
    let left = times.parse().ok().filter(|n| *n > 0).unwrap_or(1);
    Wanted { name: name.to_owned(), left: AtomicU32::new(left) }
}

/// Tells which point was reached, and waits to be killed.
fn stand_still(name: &str) {
    let words = format!("fault: {name}\n");
    let marked = std::env::var_os(MARK).is_some_and(|path| {
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.and_then(|mut file| file.write_all(words.as_bytes())).is_ok()
    });
    if !marked {
        let _ = std::io::stderr().write_all(words.as_bytes());
    }
    loop {
        std::thread::sleep(Duration::from_mins(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_named_with_or_without_its_passing() {
        for (text, name, left) in [("a.b", "a.b", 1), ("a.b:3", "a.b", 3), ("a.b:x", "a.b", 1)] {
            let asked = wanted(text);
            assert_eq!((asked.name.as_str(), asked.left.load(Ordering::SeqCst)), (name, left));
        }
    }

    #[test]
    fn points_are_in_order_and_named_once() {
        assert!(POINTS.windows(2).all(|pair| pair[0] < pair[1]), "sorted, none twice");
        point("nobody.asked");
    }
}
