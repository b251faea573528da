//! What copies cost: pages beyond the free ones, at the rate of the law.

use serde::{Deserialize, Serialize};

use super::Law;
use crate::RtiError;

/// The cost of an answer on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fee {
    /// Pages.
    pub pages: u32,
    /// Pages that cost nothing.
    pub free: u32,
    /// Rupees for each other page.
    pub rate: u32,
    /// Rupees in all.
    pub total: u32,
}

impl Fee {
    /// What so many pages cost; nothing for an applicant below the poverty line where the law says so.
    ///
    /// # Errors
    /// [`RtiError::Unset`] where a value is needed that no source says.
    pub fn of(law: &Law, pages: u32, poor: bool) -> Result<Self, RtiError> {
        let unset = |what, example| RtiError::Unset {
            act: law.act.en().to_owned(),
            what,
            table: ".fee",
            example,
        };
        if poor && law.fee.free_for_poor.as_ref().is_some_and(|k| k.value) {
            return Ok(Self { pages, free: pages, rate: 0, total: 0 });
        }
        let free = law.fee.free_pages.as_ref().map(|k| k.value);
        let free = free.ok_or_else(|| {
            unset("the number of free pages", r#"free_pages = { value = 20, source = "…" }"#)
        })?;
        let charged = pages.saturating_sub(free);
        let rate = match law.fee.page_rate.as_ref() {
            Some(known) => known.value,
            // What costs nothing needs no rate.
            None if charged == 0 => 0,
            None => {
                return Err(unset(
                    "the rate of a page",
                    r#"page_rate = { value = 2, source = "…" }"#,
                ));
            }
        };
        Ok(Self { pages, free, rate, total: charged.saturating_mul(rate) })
    }
}
