//! `shumar rti answer` and `refuse`.

use std::collections::{BTreeMap, BTreeSet};

use shumar_rti::{By, Desk, Reply, Request, Withheld};

use crate::cli::rti::{Answer, Refuse};
use crate::failure::Failure;
use crate::home::Home;

pub(super) fn answer(
    home: &Home,
    desk: &mut Desk<'_>,
    a: &Answer,
    by: &By,
) -> Result<Request, Failure> {
    let mut only: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for filter in &a.only {
        let Some((dimension, code)) = filter.split_once('=') else {
            return Err(Failure::refused(
                "a filter names no dimension and code\n\nhint: write it like `--where district=PK501`",
            ));
        };
        only.entry(dimension.trim().to_owned()).or_default().insert(code.trim().to_owned());
    }
    let figures = match &a.published {
        Some(file) => Some(shumar_rti::answer::published(&home.dir, file, only)?),
        None => None,
    };
    let reply = Reply {
        statement: a.statement.clone(),
        references: a.refer.clone(),
        figures,
        not_held: a.not_held,
    };
    Ok(desk.answer(&a.reference, &reply, by)?)
}

pub(super) fn refuse(desk: &mut Desk<'_>, a: &Refuse, by: &By) -> Result<Request, Failure> {
    let withheld = Withheld { exception: &a.exception, reason: &a.reason, part: a.part.as_deref() };
    Ok(desk.refuse(&a.reference, &withheld, by)?)
}
