//! The binding of a statistic to what is declared.

use super::{Axis, AxisCode, AxisSource, CELLS_MAX, Level, Margin};
use crate::config::Scope;
use crate::release::{ESTIMATE_COLUMNS, NOISY, SUM};
use crate::statistic::{Calendar, Dimension, MarginSpec, Statistic};
use crate::{Catalog, CodeList, Label, Period, RecordKind, Role, SchemaError};

/// The most dimensions of one margin.
const MARGIN_DIMENSIONS_MAX: usize = 4;
/// The list whose one code names the cell of records that leave a field blank.
const NOT_RECORDED: &str = "not_recorded";

/// A statistic alone: its axes, and its margins over them.
pub(super) struct Bound<'a> {
    pub(super) statistic: &'a Statistic,
    pub(super) axes: Vec<Axis>,
    pub(super) margins: Vec<Margin>,
}

/// Binds a statistic to the domain that the catalog, the scope and the period declare.
///
/// # Errors
/// A field, level or dimension that nothing declares, or a margin that is too large.
pub(super) fn bind<'a>(
    statistic: &'a Statistic,
    catalog: &Catalog,
    scope: Option<&Scope>,
    period: Period,
) -> Result<Bound<'a>, SchemaError> {
    let binder = Binder { statistic, catalog, scope, period };
    let kind = catalog.kind(&statistic.kind, &binder.place())?;
    let axes = statistic
        .dimensions
        .iter()
        .map(|d| binder.axis(d, kind))
        .collect::<Result<Vec<Axis>, SchemaError>>()?;
    let names = axes
        .iter()
        .flat_map(|a| std::iter::once(a.id.as_str()).chain(a.levels.iter().map(|l| l.id.as_str())));
    let mut taken: std::collections::BTreeSet<&str> =
        [NOISY, SUM].into_iter().chain(ESTIMATE_COLUMNS).collect();
    for name in names {
        if !taken.insert(name) {
            return binder.invalid(
                format!("the dimension `{name}` is there twice, or its name is kept for a column"),
                "give it another `id`",
            );
        }
    }
    let margins =
        statistic.margins.iter().map(|m| binder.margin(m, &axes)).collect::<Result<Vec<_>, _>>()?;
    let mut seen = std::collections::BTreeSet::new();
    if margins.is_empty() || !margins.iter().all(|m| seen.insert(&m.id)) {
        return binder
            .invalid("it has no margins, or one twice".to_owned(), "list each margin once");
    }
    Ok(Bound { statistic, axes, margins })
}

struct Binder<'a> {
    statistic: &'a Statistic,
    catalog: &'a Catalog,
    scope: Option<&'a Scope>,
    period: Period,
}

impl Binder<'_> {
    fn place(&self) -> String {
        format!("statistic `{}`", self.statistic.id)
    }

    fn invalid<T>(&self, what: String, hint: &str) -> Result<T, SchemaError> {
        Err(SchemaError::invalid(self.place(), what, hint))
    }

    fn axis(&self, dimension: &Dimension, kind: &RecordKind) -> Result<Axis, SchemaError> {
        let place = || format!("dimension `{}` of {}", dimension.id, self.place());
        if !crate::record::is_name(&dimension.id) {
            let what = format!("dimension `{}` is not a name", dimension.id);
            return self.invalid(what, "use lower case letters, digits and _");
        }
        let (field, calendar) = match (&dimension.field, dimension.period) {
            (Some(field), None) => (field, None),
            (None, Some(calendar)) => (&dimension.id, Some(calendar)),
            _ => return self.invalid(place(), "give either `field` or `period`"),
        };
        if let Some(calendar) = calendar {
            return Ok(self.calendar_axis(dimension, calendar));
        }
        let Some(field) = kind.field(field) else {
            let known = kind.stored().map(|f| f.name.as_str());
            return Err(SchemaError::unknown("field", field, place(), known));
        };
        let title =
            if dimension.title.is_empty() { field.title.clone() } else { dimension.title.clone() };
        let mut axis = Axis {
            id: dimension.id.clone(),
            title,
            codes: Vec::new(),
            source: AxisSource::Boolean { field: field.name.clone() },
            area: field.role == Role::Area,
            levels: Vec::new(),
        };
        match field.role {
            Role::Area | Role::Code => self.code_axis(&mut axis, dimension, field)?,
            Role::Boolean => {
                let list = self.catalog.list("yes_no_unknown", &place())?;
                for code in ["yes", "no", "unknown"] {
                    let Some(position) = list.position(code) else {
                        return Err(SchemaError::unknown(
                            "code",
                            code,
                            place(),
                            ["yes", "no", "unknown"],
                        ));
                    };
                    axis.codes.push(axis_code(&list.codes()[position]));
                }
            }
            Role::Duration | Role::Count => self.bin_axis(&mut axis, dimension, field)?,
            Role::Person | Role::EventDate | Role::Date => {
                let what = format!("field `{}` can't be a dimension", field.name);
                return self.invalid(what, "use `period` for the event date");
            }
        }
        Ok(axis)
    }

    fn calendar_axis(&self, dimension: &Dimension, calendar: Calendar) -> Axis {
        let code = |code: String| AxisCode { label: Label::neutral(&code), code };
        let years: Vec<i32> = self.period.years().collect();
        let (codes, source) = match calendar {
            Calendar::Year => {
                let codes = years.iter().map(|y| code(y.to_string())).collect();
                (codes, AxisSource::Years { years })
            }
            Calendar::Quarter => {
                let quarters = self.period.quarters();
                let codes = quarters.iter().map(|(y, q)| code(format!("{y}-Q{q}"))).collect();
                (codes, AxisSource::Quarters { quarters })
            }
        };
        Axis {
            id: dimension.id.clone(),
            title: dimension.title.clone(),
            codes,
            source,
            area: false,
            levels: vec![],
        }
    }

    fn code_axis(
        &self,
        axis: &mut Axis,
        dimension: &Dimension,
        field: &crate::Field,
    ) -> Result<(), SchemaError> {
        let place = self.place();
        let list = self.catalog.list(field.codes.as_deref().unwrap_or_default(), &place)?;
        let kept = match field.role {
            Role::Area => Scope::positions(self.scope, list)?,
            _ => (0..list.codes().len()).collect(),
        };
        let (codes, of) = match &dimension.level {
            Some(level) => self.coarsen(list, &kept, level)?,
            None => (
                kept.iter().map(|&i| axis_code(&list.codes()[i])).collect(),
                (0..kept.len()).collect::<Vec<_>>(),
            ),
        };
        axis.codes = codes;
        let places = kept.iter().map(|&i| list.codes()[i].code.clone()).zip(of).collect();
        let blank = if field.required { None } else { Some(self.blank(axis)?) };
        axis.source = AxisSource::Code { field: field.name.clone(), place: places, blank };
        for level in &dimension.levels {
            if dimension.level.is_some() {
                return self.invalid(
                    format!("dimension `{}` has both `level` and `levels`", dimension.id),
                    "count it at the finest level and name the coarser ones in `levels`",
                );
            }
            let (codes, of) = self.coarsen(list, &kept, &level.id)?;
            let mut bound = Level { id: level.id.clone(), title: level.title.clone(), codes, of };
            if bound.of.len() < axis.codes.len() {
                bound.of.push(bound.codes.len());
                bound.codes.push(axis.codes[axis.codes.len() - 1].clone());
            }
            axis.levels.push(bound);
        }
        Ok(())
    }

    /// The place of records that leave the field blank: `unknown`, or a cell of its own at the end.
    fn blank(&self, axis: &mut Axis) -> Result<usize, SchemaError> {
        if let Some(place) = axis.codes.iter().position(|c| c.code == "unknown") {
            return Ok(place);
        }
        let list = self.catalog.list(NOT_RECORDED, &self.place())?;
        axis.codes.push(axis_code(&list.codes()[0]));
        Ok(axis.codes.len() - 1)
    }

    /// The codes of a coarser level that the kept codes have, in that level's order, and for
    /// each kept code its place among them.
    fn coarsen(
        &self,
        list: &CodeList,
        kept: &[usize],
        level: &str,
    ) -> Result<(Vec<AxisCode>, Vec<usize>), SchemaError> {
        let coarse = self.catalog.list(level, &self.place())?;
        let mut positions = Vec::with_capacity(kept.len());
        for &i in kept {
            let code = &list.codes()[i];
            let Some(position) = code.attributes.get(level).and_then(|c| coarse.position(c)) else {
                return self.invalid(
                    format!("code `{}` of `{}` has no `{level}`", code.code, list.name()),
                    "fill that column of the code list",
                );
            };
            positions.push(position);
        }
        let mut used = positions.clone();
        used.sort_unstable();
        used.dedup();
        let codes = used.iter().map(|&p| axis_code(&coarse.codes()[p])).collect();
        let of = positions.iter().map(|p| used.partition_point(|u| u < p)).collect();
        Ok((codes, of))
    }

    fn bin_axis(
        &self,
        axis: &mut Axis,
        dimension: &Dimension,
        field: &crate::Field,
    ) -> Result<(), SchemaError> {
        let edges = dimension.bins.clone();
        let ascending = edges.windows(2).all(|w| w[0] < w[1]);
        if edges.first() != Some(&field.range.0) || !ascending {
            return self.invalid(
                format!(
                    "the bins of dimension `{}` do not ascend from {}",
                    dimension.id, field.range.0
                ),
                "list the lower edge of every bin, the first one the field's minimum",
            );
        }
        axis.codes = (0..edges.len())
            .map(|i| {
                let (low, high) = (edges[i], edges.get(i + 1).map_or(field.range.1, |e| e - 1));
                let (code, label) = match edges.get(i + 1) {
                    None => (format!("{low}_plus"), format!("{low}+")),
                    Some(_) if low == high => (low.to_string(), low.to_string()),
                    Some(_) => (format!("{low}_{high}"), format!("{low}–{high}")),
                };
                AxisCode { code, label: Label::neutral(label) }
            })
            .collect();
        let blank = if field.required { None } else { Some(self.blank(axis)?) };
        axis.source = AxisSource::Bins { field: field.name.clone(), edges, blank };
        Ok(())
    }

    fn margin(&self, spec: &MarginSpec, axes: &[Axis]) -> Result<Margin, SchemaError> {
        let by = &spec.by;
        let mut chosen: Vec<(usize, Option<usize>)> = Vec::new();
        for name in by {
            let found = axes.iter().enumerate().find_map(|(i, axis)| {
                let level = axis.levels.iter().position(|l| l.id == *name);
                (axis.id == *name).then_some((i, None)).or(level.map(|l| (i, Some(l))))
            });
            match found {
                Some(found) if !chosen.iter().any(|c| c.0 == found.0) => chosen.push(found),
                Some(_) => {
                    return self.invalid(format!("a margin names `{name}` twice"), "name it once");
                }
                None => {
                    let known = axes.iter().map(|a| a.id.as_str());
                    return Err(SchemaError::unknown("dimension", name, self.place(), known));
                }
            }
        }
        if chosen.len() > MARGIN_DIMENSIONS_MAX {
            let what = format!("a margin has more than {MARGIN_DIMENSIONS_MAX} dimensions");
            return self.invalid(what, "publish coarser margins");
        }
        let sizes = chosen.iter().map(|&(axis, level)| axes[axis].codes_at(level).len());
        if sizes.fold(1_usize, usize::saturating_mul) > CELLS_MAX {
            return self.invalid(
                format!("a margin has more than {CELLS_MAX} cells"),
                "leave out a dimension or count it at a coarser level",
            );
        }
        let id = if by.is_empty() { "total".to_owned() } else { by.join("-") };
        Ok(Margin { id, by: chosen, weight: spec.weight })
    }
}

fn axis_code(code: &crate::Code) -> AxisCode {
    AxisCode { code: code.code.clone(), label: code.label.clone() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::bind::{Table, tables};
    use crate::{Bounds, Override};

    const TABLE: &str = r#"
id = "x"
kind = "police"
title = { en = "X" }
[[dimensions]]
id = "NAME"
field = "dna_sent"
[[dimensions]]
id = "district"
field = "district"
levels = [{ id = "division", title = { en = "Division" } }]
[[margins]]
by = []
"#;

    fn bound(name: &str, overrides: &[Override]) -> Result<Table, SchemaError> {
        let catalog = Catalog::new(overrides)?;
        let statistic = Statistic::parse("x.toml", &TABLE.replace("NAME", name))?;
        of(&statistic, &catalog, Period::Year(2025))
    }

    fn of(statistic: &Statistic, catalog: &Catalog, period: Period) -> Result<Table, SchemaError> {
        let bounds = Bounds { all: 1, kinds: BTreeMap::new(), calibration: None };
        tables(&[statistic], catalog, None, &bounds, period).map(|mut t| t.remove(0))
    }

    #[test]
    fn names_of_columns_and_of_other_dimensions_are_refused() {
        assert!(bound("dna", &[]).is_ok());
        for taken in ["noisy", "estimate", "lower", "district", "division"] {
            assert!(bound(taken, &[]).is_err(), "{taken}");
        }
    }

    #[test]
    fn yes_and_no_are_found_by_their_codes_in_any_order() {
        let list = |text: &str| {
            let path = "codes/yes_no_unknown.csv".to_owned();
            [Override { path, text: format!("code,label_en\n{text}") }]
        };
        let table = bound("dna", &list("unknown,U\nno,N\nyes,Y\n")).expect("bound");
        let codes: Vec<&str> = table.axes[0].codes.iter().map(|c| c.code.as_str()).collect();
        assert_eq!(codes, ["yes", "no", "unknown"]);
        assert!(bound("dna", &list("yes,Y\nno,N\n")).is_err());
    }

    #[test]
    fn a_table_of_another_period_is_another_question() {
        let catalog = Catalog::new(&[]).expect("the built-in catalog");
        let statistic = Statistic::parse("x.toml", &TABLE.replace("NAME", "dna")).expect("parsed");
        let of = |period| of(&statistic, &catalog, period).expect("bound").fingerprint();
        assert_ne!(of(Period::Year(2025)), of(Period::Years(2019, 2025)));
        assert_eq!(of(Period::Year(2025)), of(Period::Year(2025)));
    }
}
