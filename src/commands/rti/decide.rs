//! `shumar rti answer` and `refuse`.

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
    let figures = match (&a.measure, &a.sql) {
        (Some(measure), _) => Some(super::figures::figures(home, desk, measure, a)?),
        (None, Some(sql)) => Some(super::sql::figures(home, desk, sql)?),
        (None, None) => None,
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
