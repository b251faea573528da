//! What `shumar status` says of the reports that are expected: counts first, then who is late.

use serde_json::{Value, json};
use shumar_ingest::coverage::{FacilityStanding, standing};
use shumar_schemas::config::Standing;

use crate::failure::Failure;
use crate::home::Home;
use crate::output::Rows;

/// How many late facilities the text names.
const LATE_MAX: usize = 20;

/// How every facility stands of which reports are expected.
pub(super) struct Coverage {
    facilities: Vec<FacilityStanding>,
}

impl Coverage {
    pub(super) fn of(home: &Home) -> Result<Self, Failure> {
        let today = home.now.date_naive();
        Ok(Self { facilities: standing(&home.register, &home.config, today)? })
    }

    /// The facilities that are late, the latest first.
    fn late(&self) -> Vec<(&FacilityStanding, String, u32)> {
        let late = |f| FacilityStanding::late_since(f).map(|(period, days)| (f, period, days));
        let mut all: Vec<_> = self.facilities.iter().filter_map(late).collect();
        all.sort_by_key(|(_, _, days)| std::cmp::Reverse(*days));
        all
    }

    fn count(&self, fits: fn(Standing) -> bool) -> usize {
        let all = self.facilities.iter().flat_map(|f| &f.periods);
        all.filter(|(_, standing)| fits(*standing)).count()
    }

    /// For people; nothing when no report is expected.
    pub(super) fn text(&self) -> String {
        if self.facilities.is_empty() {
            return String::new();
        }
        let late = self.late();
        let mut text = format!(
            "\n\nReports expected\n{} facilities: {} reports made, {} nil returns, {} late, {} not yet due",
            self.facilities.len(),
            self.count(|s| s == Standing::Reported),
            self.count(|s| s == Standing::Nil),
            self.count(|s| matches!(s, Standing::Late(_))),
            self.count(|s| s == Standing::Open),
        );
        if late.is_empty() {
            return text;
        }
        let mut rows = Rows::new(&["late", "provider", "since", "days", "reports"]);
        for (facility, period, days) in late.iter().take(LATE_MAX) {
            let missing = facility.periods_where(|s| matches!(s, Standing::Late(_))).len();
            rows.push([
                facility.name.en().to_owned(),
                facility.provider.clone(),
                period.clone(),
                days.to_string(),
                missing.to_string(),
            ]);
        }
        text.push_str(&format!("\n{}", rows.text()));
        if late.len() > LATE_MAX {
            text.push_str(&format!("\nand {} more; see --format json", late.len() - LATE_MAX));
        }
        text
    }

    /// For machines.
    pub(super) fn json(&self) -> Value {
        let late = |f: &FacilityStanding| -> Vec<Value> {
            let late = f.periods.iter().filter_map(|(start, standing)| match standing {
                Standing::Late(days) => {
                    Some(json!({ "period": f.expects.every.period(*start), "days": days }))
                }
                _ => None,
            });
            late.collect()
        };
        let facility = |f: &FacilityStanding| {
            json!({
                "provider": f.provider,
                "facility": f.facility,
                "name": f.name,
                "kind": f.kind,
                "every": f.expects.every.name(),
                "reported": f.periods_where(|s| s == Standing::Reported),
                "nil": f.periods_where(|s| s == Standing::Nil),
                "late": late(f),
                "open": f.periods_where(|s| s == Standing::Open),
            })
        };
        Value::Array(self.facilities.iter().map(facility).collect())
    }
}
