//! `shumar budget`: what each reporting year may lose, and every charge.

use serde_json::{Value, json};
use shumar_schemas::ledger::{Charge, Entry, Row, Rules, Share};
use shumar_schemas::{Family, Nano};

use crate::cli::Budget;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Rows};

/// The account of a year, in the words of the command line.
pub(super) struct Year {
    year: i32,
    family: Family,
    budget: Nano,
    spent: Nano,
    shares: Vec<(Share, Nano, Nano)>,
    epsilon: f64,
    delta: f64,
}

pub(super) fn run(home: &Home, arguments: &Budget) -> Result<Output, Failure> {
    let years = years(home, arguments.year)?;
    let ledger = shumar_transform::ledger_rows(&home.register)?;
    let shown = |row: &&Row| {
        let of = |year| matches!(&row.entry, Entry::Resume(r) if r.year(year).is_some() || r.closed_to >= Some(year));
        arguments.year.is_none_or(|y| y == row.year || of(y))
    };
    let mut rows = Rows::new(&[
        "row",
        "year",
        "day",
        "what",
        "share",
        "loss per record",
        "most a person loses",
    ]);
    let mut json_rows = Vec::new();
    for row in ledger.iter().filter(shown) {
        json_rows.push(row_json(row));
        let day = row.at.split('T').next().unwrap_or_default().to_owned();
        let head = [row.seq.to_string(), row.year.to_string(), day];
        let rest = match &row.entry {
            Entry::Open(rules) => [opened(rules), String::new(), String::new(), String::new()],
            Entry::Resume(said) => {
                [super::resume::in_words(said), String::new(), String::new(), String::new()]
            }
            Entry::Charge(c) => {
                let family = shumar_transform::standing(&ledger, row.year)
                    .map_or(home.config.privacy.family, |s| s.rules.family);
                let most = match c.covered_by {
                    Some(_) => "0".to_owned(),
                    None => family.loss(c.unit, c.bound).to_string(),
                };
                [charged(c, family), c.share.name().to_owned(), c.unit.to_string(), most]
            }
        };
        rows.push(head.into_iter().chain(rest));
    }
    let mut text = format!(
        "Privacy budget by reporting year: the most that any one person's records of that year can lose.\n{}",
        year_rows(&years).text()
    );
    for year in &years {
        let shares = year
            .shares
            .iter()
            .map(|(share, cap, spent)| format!("{} {spent} of {cap}", share.name()));
        text.push_str(&format!("\n{}: {}", year.year, shares.collect::<Vec<_>>().join(", ")));
    }
    let hold = shumar_store::hold(&home.register, &ledger)?.map(|h| h.to_string());
    if let Some(hold) = &hold {
        text.push_str(&format!("\n\nNothing can be charged now: {hold}"));
    }
    text.push_str(&format!("\n\nLedger\n{}", rows.text()));
    text.push_str(&recovered(&ledger));
    text.push_str(
        "\nA person's total is the worst pattern of records that the bounds allow, so it is less than the sum of the last column.",
    );
    let json = json!({
        "years": years.iter().map(year_json).collect::<Vec<Value>>(),
        "ledger": json_rows,
        "hold": hold,
    });
    Ok(Output { text, json, rows, code: 0 })
}

/// What resumptions charged again or counted as spent, in words.
fn recovered(ledger: &[Row]) -> String {
    let mut text = String::new();
    for row in ledger {
        let Entry::Resume(said) = &row.entry else { continue };
        for year in &said.years {
            let seq = row.seq;
            let family = shumar_transform::standing(ledger, year.year).map(|s| s.rules.family);
            let Some(family) = family else { continue };
            for again in &year.recovered {
                let words = charged(&again.charge, family);
                text.push_str(&format!(
                    "\n{seq} · {}: charged again, was row {}: {words}",
                    year.year, again.seq
                ));
            }
            if let Some(lost) = year.lost {
                let symbol = family.symbol();
                text.push_str(&format!(
                    "\n{seq} · {}: {symbol} {} counts as spent, because nobody can tell",
                    year.year, lost.total
                ));
            }
        }
    }
    text
}

/// The first row of a year in words.
fn opened(rules: &Rules) -> String {
    let kinds: Vec<String> =
        rules.bounds.kinds.iter().map(|(kind, bound)| format!("{kind} {bound}")).collect();
    let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
    format!(
        "the rules of the year: {} noise, at most {} {} a person; at most {} records of a person count{kinds}",
        rules.family.name(),
        rules.family.symbol(),
        rules.budget,
        rules.bounds.all,
    )
}

/// A charge in words.
fn charged(charge: &Charge, family: Family) -> String {
    let by = match charge.margin.as_str() {
        "total" => "in total".to_owned(),
        margin => format!("by {}", margin.replace('-', " × ")),
    };
    let what = format!("{}: {} {by}", charge.release, charge.table);
    if let Some(seq) = charge.covered_by {
        return format!("{what}; paid by row {seq}, because a record falls in one period only");
    }
    let symbol = family.symbol();
    let one = charge.unit;
    let loss = match charge.bound {
        1 => format!("a person counts once and loses {symbol} {one}"),
        n => format!(
            "a person with 1 record loses {symbol} {one}, with {n} or more {symbol} {}",
            family.loss(one, n)
        ),
    };
    match charge.share {
        Share::Revisions => format!("{what}, again; {loss}"),
        Share::Scheduled | Share::Rti => format!("{what}; {loss}"),
    }
}

fn row_json(row: &Row) -> Value {
    let mut body = serde_json::to_value(&row.entry).unwrap_or_default();
    if let Some(body) = body.as_object_mut() {
        body.insert("seq".to_owned(), json!(row.seq));
        body.insert("at".to_owned(), json!(row.at));
        body.insert("year".to_owned(), json!(row.year));
        body.insert("hash".to_owned(), json!(row.hash));
    }
    body
}

/// The accounts of all years in the ledger, or of one year (also before its first release).
pub(super) fn years(home: &Home, only: Option<i32>) -> Result<Vec<Year>, Failure> {
    let ledger = shumar_transform::ledger_rows(&home.register)?;
    let mut years: Vec<i32> = ledger.iter().flat_map(Row::years).chain(only).collect();
    years.sort_unstable();
    years.dedup();
    years.retain(|y| only.is_none_or(|o| o == *y));
    years.into_iter().map(|y| year(home, &ledger, y)).collect()
}

/// The budgets of all years in the ledger, as releases publish them.
pub(crate) fn public(home: &Home) -> Result<Vec<crate::run::Budget>, Failure> {
    let public = |y: Year| crate::run::Budget {
        year: y.year,
        budget: y.budget,
        spent: y.spent,
        left: y.budget.minus(y.spent).unwrap_or_default(),
    };
    Ok(years(home, None)?.into_iter().map(public).collect())
}

fn year(home: &Home, ledger: &[Row], year: i32) -> Result<Year, Failure> {
    let privacy = &home.config.privacy;
    let standing = shumar_transform::standing(ledger, year);
    let rules = standing.as_ref().map_or_else(|| privacy.into(), |s| s.rules.clone());
    let spent = standing.as_ref().map(|s| s.spent).unwrap_or_default();
    let by_share = standing.map(|s| s.by_share).unwrap_or_default();
    let loss = shumar_transform::epsilon_delta(rules.family, spent, privacy.delta)?;
    Ok(Year {
        year,
        family: rules.family,
        budget: rules.budget,
        spent,
        shares: Share::ALL
            .iter()
            .zip(by_share)
            .map(|(s, spent)| (*s, rules.shares.of(*s), spent))
            .collect(),
        epsilon: loss.epsilon,
        delta: loss.delta,
    })
}

/// One row a year.
pub(super) fn year_rows(years: &[Year]) -> Rows {
    let mut rows = Rows::new(&["year", "currency", "budget", "spent", "left", "as (ε, δ)"]);
    for y in years {
        let left = y.budget.minus(y.spent).unwrap_or_default();
        rows.push([
            y.year.to_string(),
            y.family.symbol().to_owned(),
            y.budget.to_string(),
            y.spent.to_string(),
            left.to_string(),
            format!("({:.3}, {})", y.epsilon, y.delta),
        ]);
    }
    rows
}

/// The facts of a year.
pub(super) fn year_json(y: &Year) -> Value {
    let shares = y
        .shares
        .iter()
        .map(|(share, cap, spent)| json!({ "share": share.name(), "budget": cap, "spent": spent }));
    json!({
        "year": y.year,
        "family": y.family,
        "budget": y.budget,
        "spent": y.spent,
        "left": y.budget.minus(y.spent).unwrap_or_default(),
        "epsilon": y.epsilon,
        "delta": y.delta,
        "shares": shares.collect::<Vec<Value>>(),
    })
}
