//! `shumar nil`: a facility reports that there was no case.

use serde_json::json;
use shumar_ingest::coverage::{NilReturn, Noted};
use shumar_schemas::YearMonth;

use crate::cli::Nil;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Rows};

pub(super) fn run(home: &Home, arguments: &Nil) -> Result<Output, Failure> {
    let provider = home.config.provider(&arguments.provider)?;
    let month: YearMonth = arguments.month.parse().map_err(|_| {
        Failure::refused(format!(
            "`{}` is not a month\n\nhint: write it like `--month 2025-03`",
            arguments.month
        ))
    })?;
    let facility = provider.one_facility(arguments.facility.as_deref())?;
    let nil = NilReturn { provider, facility: &facility, month };
    let noted = if arguments.undo {
        nil.take_back(&home.register)?
    } else {
        nil.enter(&home.register, home.now)?
    };
    let what = match (arguments.undo, noted) {
        (false, Noted::Now) => "is noted: no case",
        (false, Noted::Before) => "was noted before: no case",
        (true, Noted::Now) => "is taken back",
        (true, Noted::Before) => "was not there; nothing was changed",
    };
    let text = format!("The nil return of `{facility}` for {month} {what}.");
    let json = json!({
        "provider": provider.id,
        "facility": facility,
        "month": month,
        "nil": !arguments.undo,
        "changed": noted == Noted::Now,
    });
    Ok(Output { text, json, rows: Rows::default(), code: 0 })
}
