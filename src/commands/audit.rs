//! `shumar audit`: who did what in this home, and whether the trail holds.

use serde_json::{Value, json};

use crate::cli::Audit;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Rows};

pub(super) fn run(home: &Home, arguments: &Audit) -> Result<Output, Failure> {
    let ledger = shumar_transform::ledger_rows(&home.register)?;
    let acts = shumar_store::acts(&home.register)?;
    let of = |what: &String| arguments.what.as_ref().is_none_or(|w| w == what);
    let chosen: Vec<_> = acts.iter().filter(|a| of(&a.what)).collect();
    let first = arguments.last.map_or(0, |n| chosen.len().saturating_sub(n));
    let mut rows = Rows::new(&["act", "at", "who", "what", "batch", "detail"]);
    let mut listed: Vec<Value> = Vec::new();
    for act in &chosen[first..] {
        let batch = act.batch.map(|b| b.to_string()).unwrap_or_default();
        let (at, who, what) = (act.at.clone(), act.who.clone(), act.what.clone());
        rows.push([act.seq.to_string(), at, who, what, batch, act.detail.clone()]);
        listed.push(json!({
            "seq": act.seq,
            "at": act.at,
            "who": act.who,
            "what": act.what,
            "batch": act.batch,
            "detail": act.detail,
            "ledger": act.ledger,
            "hash": act.hash,
        }));
    }
    let seal = acts.last().map(|a| a.hash.clone()).unwrap_or_default();
    let text = format!(
        "{}\n\nThe trail holds: {} acts, each sealed by the one before, and by the ledger of {} rows.\nIts last seal is {seal}\nNote it elsewhere: a trail that was cut off after it, or written anew, has another one.",
        rows.text(),
        acts.len(),
        ledger.len()
    );
    let json = json!({ "holds": true, "acts": listed, "count": acts.len(), "seal": seal });
    Ok(Output { text, json, rows, code: 0 })
}
