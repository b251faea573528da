//! An indicator bound to the tables of a release: only what is published there may be used.

use std::collections::{BTreeMap, BTreeSet};

use super::{Base, HINT, Indicator, Measure, Term};
use crate::bind::AxisSource;
use crate::config::Scope;
use crate::release::{
    BaseDocument, BinsDocument, IndicatorDocument, READING_COLUMNS, ReadingsDocument, STEP,
    TermDocument, WEIGHTS_MAX,
};
use crate::{Catalog, CodeList, Margin, Role, SchemaError, Table};

/// An axis of a table at one of its levels.
type Place = (usize, Option<usize>);

/// Binds an indicator to a release's tables. Its files have no hash yet, and no rows.
///
/// # Errors
/// A statistic that the release does not have, a dimension or code that its table does not have, or
/// a crossing that is not published.
pub(super) fn bind(
    indicator: &Indicator,
    catalog: &Catalog,
    scope: Option<&Scope>,
    tables: &[Table],
) -> Result<IndicatorDocument, SchemaError> {
    let binder = Binder { indicator, catalog, scope, tables };
    let mut terms = Vec::new();
    for term in indicator.terms() {
        terms.push(binder.term(term)?);
    }
    let mut from: Vec<String> = Vec::new();
    for term in indicator.terms() {
        if !from.contains(&term.statistic) {
            from.push(term.statistic.clone());
        }
    }
    let margins = indicator.by.iter().map(|by| binder.margin(by)).collect::<Result<_, _>>()?;
    Ok(IndicatorDocument {
        id: indicator.id.clone(),
        number: indicator.number.clone(),
        title: indicator.title.clone(),
        note: indicator.note.clone(),
        unit: indicator.unit.clone(),
        measure: indicator.measure,
        per: indicator.per,
        quantile: indicator.quantile,
        bins: binder.bins()?,
        base: binder.base()?,
        over: indicator.over.clone(),
        from,
        terms,
        margins,
    })
}

struct Binder<'a> {
    indicator: &'a Indicator,
    catalog: &'a Catalog,
    scope: Option<&'a Scope>,
    tables: &'a [Table],
}

impl Binder<'_> {
    fn place(&self) -> String {
        format!("indicator `{}`", self.indicator.id)
    }

    fn invalid<T>(&self, what: impl Into<String>, hint: &str) -> Result<T, SchemaError> {
        Err(SchemaError::invalid(self.place(), what, hint))
    }

    /// The table that a statistic is published from.
    fn table(&self, statistic: &str) -> Result<&Table, SchemaError> {
        let publishes = |t: &&Table| t.published.iter().any(|p| p.id == statistic);
        self.tables.iter().find(publishes).ok_or_else(|| {
            let known = self.tables.iter().flat_map(|t| &t.published).map(|p| p.id.as_str());
            SchemaError::unknown("statistic of the release", statistic, self.place(), known)
        })
    }

    fn find(&self, table: &Table, name: &str) -> Result<Place, SchemaError> {
        let found = table.axes.iter().enumerate().find_map(|(i, axis)| {
            let level = axis.levels.iter().position(|l| l.id == name);
            (axis.id == name).then_some((i, None)).or(level.map(|l| (i, Some(l))))
        });
        found.ok_or_else(|| {
            let known = table.axes.iter().flat_map(|a| {
                std::iter::once(a.id.as_str()).chain(a.levels.iter().map(|l| l.id.as_str()))
            });
            SchemaError::unknown("dimension", name, self.place(), known)
        })
    }

    /// A term, and that with every margin of the indicator it is published.
    fn term(&self, term: &Term) -> Result<TermDocument, SchemaError> {
        let table = self.table(&term.statistic)?;
        for (name, codes) in &term.codes {
            let (axis, level) = self.find(table, name)?;
            let known = table.axes[axis].codes_at(level);
            for code in codes {
                if !known.iter().any(|c| c.code == *code) {
                    let known = known.iter().map(|c| c.code.as_str());
                    return Err(SchemaError::unknown("code", code, self.place(), known));
                }
            }
            let unique: BTreeSet<&String> = codes.iter().collect();
            if codes.is_empty() || unique.len() < codes.len() {
                return self.invalid(format!("`{name}` lists no code, or one twice"), HINT);
            }
        }
        for by in &self.indicator.by {
            self.is_published(table, term, by)?;
        }
        Ok(TermDocument {
            table: table.id.clone(),
            codes: term.codes.clone(),
            step: term.step.clone(),
            title: term.title.clone(),
        })
    }

    /// The crossing of a margin's dimensions with a term's conditions must be a sum of the cells of
    /// one published margin.
    fn is_published(&self, table: &Table, term: &Term, by: &[String]) -> Result<(), SchemaError> {
        let bins = self.indicator.bins.iter();
        let names: Vec<&String> = by.iter().chain(term.codes.keys()).chain(bins).collect();
        let mut places: Vec<Place> = Vec::new();
        for name in &names {
            let place = self.find(table, name)?;
            if places.iter().any(|p| p.0 == place.0) {
                let what = format!("`{name}` is used twice, or with another level of it");
                return self.invalid(what, "use each dimension once, at one level");
            }
            places.push(place);
        }
        let cells = |places: &[Place]| {
            let sizes = places.iter().map(|&(axis, level)| table.axes[axis].codes_at(level).len());
            sizes.fold(1, usize::saturating_mul)
        };
        if cells(&places).saturating_mul(cells(&places[..by.len()])) > WEIGHTS_MAX {
            let what = format!("{by:?} has too many rows");
            return self.invalid(what, "give the indicator by something coarser");
        }
        let depths = Margin { id: String::new(), by: places, weight: 1.0 }.depths(table);
        let within = |m: &Margin| m.depths(table).iter().zip(&depths).all(|(m, d)| d <= m);
        if table.published.iter().flat_map(|p| &p.margins).any(within) {
            return Ok(());
        }
        let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
        let what =
            format!("no statistic of `{}` publishes {} together", table.id, names.join(", "));
        self.invalid(what, "publish that margin, or give the indicator by something coarser")
    }

    /// One file; all terms must have its dimensions with the same codes.
    fn margin(&self, by: &[String]) -> Result<ReadingsDocument, SchemaError> {
        let mut cells = 1_usize;
        for name in by {
            let mut known: Option<Vec<&str>> = None;
            for term in self.indicator.terms() {
                let table = self.table(&term.statistic)?;
                let (axis, level) = self.find(table, name)?;
                let codes = table.axes[axis].codes_at(level).iter().map(|c| c.code.as_str());
                let codes: Vec<&str> = codes.collect();
                if known.as_ref().is_some_and(|known| *known != codes) {
                    let what = format!("`{name}` has other codes in another of its tables");
                    return self.invalid(what, "compare only what is counted by the same codes");
                }
                known = Some(codes);
            }
            if name == STEP || READING_COLUMNS.contains(&name.as_str()) {
                return self.invalid(format!("`{name}` is kept for a column"), HINT);
            }
            cells *= known.map_or(1, |codes| codes.len());
        }
        let mut by = by.to_vec();
        let id = if by.is_empty() { "total".to_owned() } else { by.join("-") };
        let (area, population) = self.population(&by)?;
        if self.indicator.measure == Measure::Funnel {
            by.push(STEP.to_owned());
            cells *= self.indicator.steps.len();
        }
        Ok(ReadingsDocument {
            file: format!("indicators/{}--{id}.parquet", self.indicator.id),
            id,
            by,
            sha256: String::new(),
            cells: cells as u64,
            withheld: 0,
            area,
            population,
        })
    }

    fn bins(&self) -> Result<Option<BinsDocument>, SchemaError> {
        let (Some(name), Some(term)) = (&self.indicator.bins, &self.indicator.numerator) else {
            return Ok(None);
        };
        let table = self.table(&term.statistic)?;
        let (place, level) = self.find(table, name)?;
        let axis = &table.axes[place];
        let AxisSource::Bins { field, edges, .. } = &axis.source else {
            return self.invalid(format!("`{name}` has no bins"), "name a dimension with `bins`");
        };
        let codes = axis.codes_at(level);
        let mut begins: BTreeMap<usize, f64> = BTreeMap::new();
        for (bin, edge) in edges.iter().enumerate() {
            begins.entry(axis.place_at(level, bin)).or_insert(f64::from(*edge));
        }
        let field = self.catalog.kind(&table.kind, &self.place())?.field(field);
        // What is beyond a clipped field's maximum stands in its last bin, so that has no end.
        let end = field.filter(|f| !f.clip).map(|f| f64::from(f.range.1) + 1.0);
        Ok(Some(BinsDocument {
            dimension: name.clone(),
            codes: begins.keys().map(|place| codes[*place].code.clone()).collect(),
            edges: begins.values().copied().collect(),
            end,
        }))
    }

    /// The code list of the areas that a table counts by, the places in scope, and the axis.
    fn areas(&self) -> Result<(&CodeList, Vec<usize>, usize), SchemaError> {
        let term = self.indicator.terms().next();
        let table = self.table(term.map_or("", |t| t.statistic.as_str()))?;
        let kind = self.catalog.kind(&table.kind, &self.place())?;
        let field = kind.only(Role::Area);
        let axis = field.and_then(|f| table.axes.iter().position(|a| a.field() == Some(&f.name)));
        let list = field.and_then(|f| f.codes.as_deref()).unwrap_or_default();
        let list = self.catalog.list(list, &self.place())?;
        let positions = Scope::positions(self.scope, list)?;
        Ok((list, positions, axis.unwrap_or(usize::MAX)))
    }

    /// Areas without a figure that lie in another's.
    fn base(&self) -> Result<Option<BaseDocument>, SchemaError> {
        let Some(Base { column, title, parent }) = &self.indicator.base else { return Ok(None) };
        let (list, positions, _) = self.areas()?;
        let mut within = BTreeMap::new();
        if let Some(parent) = parent {
            for code in positions.iter().map(|i| &list.codes()[*i]) {
                let own = code.attributes.get(column).is_some_and(|c| !c.is_empty());
                let of = code.attributes.get(parent).filter(|p| !p.is_empty());
                if let (false, Some(of)) = (own, of) {
                    within.insert(code.code.clone(), of.clone());
                }
            }
        }
        Ok(Some(BaseDocument { column: column.clone(), title: title.clone(), within }))
    }

    /// The base of each code of the margin's areas, or of all together: the sum of the figures of
    /// the areas in it, and none where one of them is missing that lies in no other's.
    fn population(&self, by: &[String]) -> Result<(Option<String>, Vec<Option<u64>>), SchemaError> {
        let (Some(base), Some(of)) = (self.base()?, &self.indicator.numerator) else {
            return Ok((None, Vec::new()));
        };
        let (list, positions, area) = self.areas()?;
        let table = self.table(&of.statistic)?;
        let mut level = None;
        for name in by {
            let place = self.find(table, name)?;
            if place.0 == area {
                level = Some((name.clone(), place.1));
            }
        }
        let size = level.as_ref().map_or(1, |(_, l)| table.axes[area].codes_at(*l).len());
        let whole = |place: usize| match &level {
            // An axis that is counted at a coarser level only knows each area by its code.
            Some((_, level)) => match &table.axes[area].source {
                AxisSource::Code { place: places, .. } => places
                    .get(&list.codes()[place].code)
                    .map_or(0, |p| table.axes[area].place_at(*level, *p)),
                _ => 0,
            },
            None => 0,
        };
        let mut sums = vec![Some(0_u64); size];
        for position in positions {
            let code = &list.codes()[position];
            let sum = &mut sums[whole(position)];
            let text = code.attributes.get(&base.column).map_or("", String::as_str);
            if let (true, true) = (text.is_empty(), base.within.contains_key(&code.code)) {
                continue;
            }
            *sum = sum.zip(text.parse::<u64>().ok()).map(|(sum, own)| sum + own);
        }
        let told = sums.into_iter().map(|sum| sum.filter(|n| *n > 0)).collect();
        if !list.codes().iter().any(|c| c.attributes.contains_key(&base.column)) {
            let known = list.codes()[0].attributes.keys().map(String::as_str);
            return Err(SchemaError::unknown("column", &base.column, self.place(), known));
        }
        Ok((level.map(|(name, _)| name), told))
    }
}
