//! Watches over one input: panics, time and memory.

use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::{Mutex, Once, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// An input that takes longer is a finding, by the clock and by the processors' time: a busy machine
/// delays the one, and several threads add up in the other.
const TIME_MAX: Duration = Duration::from_secs(5);
/// An input that takes this long by the clock alone waits for something.
const WAIT_MAX: Duration = Duration::from_mins(2);
/// An input by which the process grows by more is a finding.
const GROWTH_MAX_KIB: u64 = 1 << 20;
/// Where the code of dependencies and of the standard library lies.
const FOREIGN: [&str; 3] = ["/registry/src/", "/rustc/", "/library/"];

/// Places of panics since the last input of whichever thread asked: in whose code, and where.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());
/// Inputs are tried side by side, except when one is suspected.
static ALONE: RwLock<()> = RwLock::new(());

/// What was seen of one input.
pub(crate) struct Seen {
    /// What is wrong, if anything is.
    pub(crate) finding: Option<String>,
    /// How many panics of a dependency the readers' guards have caught.
    pub(crate) caught: usize,
}

/// Tries an input; what takes too long or grows too large gets a second chance, with nothing beside
/// it.
pub(crate) fn watch(run: &dyn Fn() -> Result<(), String>) -> Seen {
    listen();
    let seen = {
        let _beside = ALONE.read().unwrap_or_else(PoisonError::into_inner);
        once(run)
    };
    if seen.finding.is_none() {
        return seen;
    }
    let _alone = ALONE.write().unwrap_or_else(PoisonError::into_inner);
    once(run)
}

fn once(run: &dyn Fn() -> Result<(), String>) -> Seen {
    let (before, start, busy) = (grown_to(true), Instant::now(), processor_time());
    let outcome = catch_unwind(AssertUnwindSafe(run));
    let (waited, after) = (start.elapsed(), grown_to(false));
    let time = match busy.zip(processor_time()) {
        Some((before, after)) if waited < WAIT_MAX => after.saturating_sub(before).min(waited),
        _ => waited,
    };
    let panics = std::mem::take(&mut *PANICS.lock().unwrap_or_else(PoisonError::into_inner));
    let ours = panics.iter().find(|place| !FOREIGN.iter().any(|f| place.contains(f)));
    let growth = after.zip(before).map_or(0, |(after, before)| after.saturating_sub(before));
    let finding = match outcome {
        Err(_) => Some(format!("a panic that nothing caught: {panics:?}")),
        Ok(Err(what)) => Some(what),
        Ok(Ok(())) if ours.is_some() => Some(format!("a panic of our own code: {panics:?}")),
        Ok(Ok(())) if time > TIME_MAX => Some(format!("took {time:?}")),
        Ok(Ok(())) if growth > GROWTH_MAX_KIB => Some(format!("grew by {growth} KiB")),
        Ok(Ok(())) => None,
    };
    Seen { finding, caught: panics.len() }
}

/// Takes down where panics happen, and prints only those that no reader's guard expects.
fn listen() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic: &PanicHookInfo<'_>| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            let is_foreign = FOREIGN.iter().any(|f| place.contains(f));
            let is_test = place.contains("tests/it/") && !place.contains("fuzz");
            if !is_test {
                PANICS.lock().unwrap_or_else(PoisonError::into_inner).push(place);
            }
            if !is_foreign {
                before(panic);
            }
        }));
    });
}

/// The most memory that the process has held, since it was last asked anew. Only Linux tells.
fn grown_to(anew: bool) -> Option<u64> {
    if anew {
        std::fs::write("/proc/self/clear_refs", "5").ok()?;
    }
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// How long the process has kept the processors. Only Linux tells, in hundredths of a second.
fn processor_time() -> Option<Duration> {
    let status = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field, the name, may hold blanks; it ends with the last bracket.
    let fields: Vec<&str> = status.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(10 * ticks))
}
