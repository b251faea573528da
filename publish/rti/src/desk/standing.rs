//! How many requests are open, which of them are due soon and which are late.

use super::Desk;
use crate::{Request, RtiError};

/// A request is due soon when so many working days are left to decide it, or fewer.
pub const SOON_WORKING_DAYS: u32 = 3;

/// The open requests.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standing {
    /// How many are open.
    pub open: usize,
    /// Those that are due soon, the first one first.
    pub soon: Vec<Request>,
    /// Those whose time has passed, the longest late first.
    pub late: Vec<Request>,
    /// Those of which it is not known when they are due.
    pub undated: Vec<Request>,
}

impl Desk<'_> {
    /// The open requests as they stand today.
    ///
    /// # Errors
    /// The database's.
    pub fn standing(&self) -> Result<Standing, RtiError> {
        let today = self.today();
        let mut open: Vec<Request> = self.all()?;
        open.retain(|r| r.state.is_open());
        open.sort_by_key(Request::last_day);
        let mut standing = Standing { open: open.len(), ..Standing::default() };
        for request in open {
            match request.last_day() {
                None => standing.undated.push(request),
                Some(last) if last < today => standing.late.push(request),
                Some(last) if self.working_days(today, last) <= SOON_WORKING_DAYS => {
                    standing.soon.push(request);
                }
                Some(_) => {}
            }
        }
        Ok(standing)
    }
}
