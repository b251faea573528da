//! The release document: everything a reader needs to use the numbers and to check the promise.

use std::path::Path;

use rusqlite::Connection;
use shumar_figures::Figures;
use shumar_privacy::{epsilon_delta, noise};
use shumar_schemas::bind::{AxisCode, AxisSource};
use shumar_schemas::ledger::Row;
use shumar_schemas::release::{
    ChargeDocument, CodeDocument, CommissionDocument, DimensionDocument, FORMAT, IndicatorDocument,
    MarginDocument, MeasurementDocument, PrivacyDocument, ReleaseDocument, RevisionDocument,
    SourceDocument, StatisticDocument, TableDocument, YearDocument,
};
use shumar_schemas::{Axis, Label, Margin, Period, Published, ReleasePlan, Table};

use crate::TransformError;
use crate::aside::Aside;
use crate::cores::on_all_cores;
use crate::coverage;
use crate::estimate::{self, Cell};
use crate::folder::{self, Encoded};
use crate::indicators;
use crate::ledger::standing;
use crate::staging::Drawn;
use crate::workshop::Workshop;

/// The privacy unit, in words.
const UNIT: &str = "all records of one person in one reporting year";
/// The neighbouring relation, in words.
const NEIGHBOURS: &str =
    "two lakes that differ by adding or removing all records of one person in one reporting year";

/// Writes the estimates of every table and says what the release is.
pub(crate) fn compose(
    workshop: &Workshop<'_>,
    register: &Connection,
    ledger: &[Row],
    (id, revision): (&str, Option<RevisionDocument>),
    plan: &ReleasePlan,
    period: Period,
    all: &[Drawn],
    staging: &Path,
) -> Result<ReleaseDocument, TransformError> {
    let config = workshop.config;
    let (first, last) = period.months();
    let sums = plan.exact.iter().filter_map(|id| workshop.catalog.statistic(id, &plan.id).ok());
    let sums = sums.map(|s| s.kind.as_str());
    let kinds = all.iter().map(|d| d.table.kind.as_str()).chain(sums).collect();
    let (mut statistics, mut files) = (Vec::new(), Aside::new(staging));
    let mut figures = Vec::new();
    for estimated in estimated(all) {
        let (of_table, estimated) = estimated?;
        figures.push(of_table);
        for (statistic, encoded) in estimated {
            statistics.push(statistic);
            encoded.iter().try_for_each(|file| file.write(&mut files))?;
        }
    }
    statistics.sort_by_key(|s| plan.tables.iter().position(|t| *t == s.id));
    let tables = all.iter().map(|d| table(d, staging)).collect::<Result<Vec<_>, _>>()?;
    let indicators = indicators(workshop, plan, all, &tables, figures, &mut files)?;
    files.land()?;
    let title = if plan.title.is_empty() { Label::english(&plan.id) } else { plan.title.clone() };
    Ok(ReleaseDocument {
        format: FORMAT.to_owned(),
        id: id.to_owned(),
        release: plan.id.clone(),
        title,
        revision,
        period: period.to_string(),
        period_start: first.to_string(),
        period_end: last.to_string(),
        made_on: workshop.now.date_naive().to_string(),
        software: workshop.software.to_owned(),
        commission: CommissionDocument {
            name: config.commission.name.clone(),
            contact: config.commission.contact.clone(),
            jurisdiction: config.commission.jurisdiction.clone(),
        },
        privacy: PrivacyDocument {
            unit: UNIT.to_owned(),
            neighbours: NEIGHBOURS.to_owned(),
            family: config.privacy.family,
            bounds: config.privacy.bounds.clone(),
            years: period
                .years()
                .map(|y| year(workshop, ledger, id, y))
                .collect::<Result<_, _>>()?,
        },
        sources: sources(workshop, register)?,
        coverage: coverage::compose(workshop, register, period, &kinds)?,
        tables,
        statistics,
        indicators,
        exact: Vec::new(),
    })
}

fn indicators(
    workshop: &Workshop<'_>,
    plan: &ReleasePlan,
    all: &[Drawn],
    documents: &[TableDocument],
    figures: Vec<Figures>,
    files: &mut Aside<'_>,
) -> Result<Vec<IndicatorDocument>, TransformError> {
    let tables: Vec<Table> = all.iter().map(|d| d.table.clone()).collect();
    let bound = indicators::bound(workshop.config, workshop.catalog, plan, &tables)?;
    // What only calibrates another table has no figures of its own.
    let own = all.iter().zip(documents).zip(figures);
    let own = own.filter(|((drawn, _), _)| drawn.table.calibrates().is_none());
    let figures: Vec<_> = own.map(|((_, document), figures)| (document, figures)).collect();
    indicators::compose(bound, documents, &figures, files)
}

/// A statistic with the files of its margins.
type Estimated = (StatisticDocument, Vec<Encoded>);

/// The figures of every table and its statistics; the tables are estimated side by side.
fn estimated(all: &[Drawn]) -> Vec<Result<(Figures, Vec<Estimated>), TransformError>> {
    on_all_cores(all, |drawn| {
        let table = &drawn.table;
        let of_table = (table, drawn.measured.as_slice());
        let figures = estimate::figures(of_table, calibrating(all, drawn))?;
        let cells = estimate::published(table, &figures)?;
        let statistics = table.published.iter().zip(&cells);
        let statistics = statistics.map(|(p, cells)| statistic(table, p, cells));
        Ok((figures, statistics.collect::<Result<_, _>>()?))
    })
}

/// What calibrates a table, if anything does.
fn calibrating<'a>(all: &'a [Drawn], drawn: &Drawn) -> Option<estimate::OfTable<'a>> {
    let found = all.iter().find(|d| d.table.calibrates() == Some(&drawn.table.id));
    found.map(|d| (&d.table, d.measured.as_slice()))
}

fn year(
    workshop: &Workshop<'_>,
    ledger: &[Row],
    id: &str,
    year: i32,
) -> Result<YearDocument, TransformError> {
    let privacy = &workshop.config.privacy;
    let standing = standing(ledger, year);
    let spent = standing.as_ref().map(|s| s.spent).unwrap_or_default();
    let charges = standing.iter().flat_map(|s| &s.charges).filter(|(_, c)| c.release == id);
    Ok(YearDocument {
        year,
        budget: privacy.budget,
        spent,
        approximate: epsilon_delta(privacy.family, spent, privacy.delta)?,
        ledger_head: ledger.last().map(|r| r.hash.clone()).unwrap_or_default(),
        charges: charges
            .map(|(seq, c)| ChargeDocument {
                seq: *seq,
                table: c.table.clone(),
                margin: c.margin.clone(),
                share: c.share.name().to_owned(),
                unit_loss: c.unit,
                bound: c.bound,
                covered_by: c.covered_by,
            })
            .collect(),
    })
}

/// Which offices' files were in the lake: facts about offices, not about persons.
fn sources(
    workshop: &Workshop<'_>,
    register: &Connection,
) -> Result<Vec<SourceDocument>, TransformError> {
    let sql = "SELECT provider, kind, count(*) FROM batch WHERE state = 'active' GROUP BY provider, kind ORDER BY kind, provider";
    let mut select = register.prepare(sql)?;
    let found = select
        .query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get(2)?)))?;
    let mut sources = Vec::new();
    for source in found {
        let (provider, kind, files) = source?;
        let name =
            workshop.config.providers.iter().find(|p| p.id == provider).map(|p| p.name.clone());
        let name = name.filter(|n| !n.is_empty()).unwrap_or_else(|| Label::english(&provider));
        sources.push(SourceDocument { provider, name, kind, files });
    }
    Ok(sources)
}

fn table(drawn: &Drawn, staging: &Path) -> Result<TableDocument, TransformError> {
    let table = &drawn.table;
    let mut measurements = Vec::new();
    for (measured, paid_by) in drawn.measured.iter().zip(&drawn.paid_by) {
        let file = folder::measurement_file(table, &measured.margin);
        measurements.push(MeasurementDocument {
            id: measured.margin.id.clone(),
            by: names(&table.axes, &measured.margin),
            sha256: folder::digest(&staging.join(&file))?,
            file,
            cells: measured.noisy.len() as u64,
            family: measured.scale.family(),
            scale: measured.scale.value(),
            variance: noise::variance(&measured.scale),
            paid_by: paid_by.clone(),
        });
    }
    Ok(TableDocument {
        id: table.id.clone(),
        kind: table.kind.clone(),
        count: table.count,
        unit: table.unit.clone(),
        bound: table.bound,
        calibrates: table.calibrates().map(str::to_owned),
        fingerprint: table.fingerprint(),
        dimensions: dimensions(&table.axes),
        measurements,
    })
}

/// What the estimates of a statistic are, and their files.
fn statistic(
    table: &Table,
    published: &Published,
    cells: &[Vec<Cell>],
) -> Result<Estimated, TransformError> {
    let (mut margins, mut files) = (Vec::new(), Vec::new());
    for (margin, cells) in published.margins.iter().zip(cells) {
        let encoded = folder::encode_estimates(table, (&published.id, margin), cells)?;
        let file = folder::estimate_file(&published.id, margin);
        let largest = |value: fn(&Cell) -> f64| cells.iter().map(value).fold(0.0, f64::max);
        margins.push(MarginDocument {
            id: margin.id.clone(),
            by: names(&table.axes, margin),
            sha256: encoded.sha256.clone(),
            file,
            cells: cells.len() as u64,
            standard_error: largest(|c| c.standard_error),
            half_width: largest(|c| c.half_width),
        });
        files.push(encoded);
    }
    let statistic = StatisticDocument {
        id: published.id.clone(),
        table: table.id.clone(),
        title: published.title.clone(),
        note: published.note.clone(),
        margins,
    };
    Ok((statistic, files))
}

/// The names of a margin's axes or levels.
pub(crate) fn names(axes: &[Axis], margin: &Margin) -> Vec<String> {
    margin.by.iter().map(|&(axis, level)| axes[axis].name_at(level).0.to_owned()).collect()
}

/// Axes as a document says them, each followed by its coarser levels.
pub(crate) fn dimensions(axes: &[Axis]) -> Vec<DimensionDocument> {
    let codes = |codes: &[AxisCode]| -> Vec<CodeDocument> {
        let code = |c: &AxisCode| CodeDocument { code: c.code.clone(), label: c.label.clone() };
        codes.iter().map(code).collect()
    };
    let mut all = Vec::new();
    for axis in axes {
        all.push(DimensionDocument {
            id: axis.id.clone(),
            title: axis.title.clone(),
            area: axis.area,
            quarters: matches!(axis.source, AxisSource::Quarters { .. }),
            codes: codes(&axis.codes),
            level_of: None,
            members: Vec::new(),
        });
        all.extend(axis.levels.iter().map(|level| DimensionDocument {
            id: level.id.clone(),
            title: level.title.clone(),
            area: axis.area,
            quarters: false,
            codes: codes(&level.codes),
            level_of: Some(axis.id.clone()),
            members: level.of.iter().map(|&i| level.codes[i].code.clone()).collect(),
        }));
    }
    all
}
