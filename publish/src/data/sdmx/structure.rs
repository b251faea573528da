//! The structure message of a release: code lists, concepts, data structures and dataflows.
//!
//! SDMX 3.0 information model in SDMX-JSON 2.0. Ids begin with the entry of the release calendar, so
//! that an annual and a quarterly release, which have different tables, do not claim each other's
//! ids; the version is that of the period, so that each release keeps its own.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shumar_schemas::Label;
use shumar_schemas::release::{CodeDocument, DimensionDocument, ReleaseDocument};
use shumar_words::Words;

use super::{Part, TOTAL, agency, codes, dimensions, id, others, parts};
use crate::data::named::{by_language, languages, means, title};
use crate::data::sheet::{
    ESTIMATED, FREE, IMPOSSIBLE, NORMAL, NOT_REPORTED, SUPPRESSED, Sheet, UNRELIABLE,
};
use crate::data::text::clean;

const SCHEMA: &str = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/sdmx-json-structure-schema.json";
/// The one concept scheme.
const CONCEPTS: &str = "CONCEPTS";

/// The structures of a release, gathered statistic by statistic.
#[derive(Default)]
pub(crate) struct Structures {
    areas: BTreeMap<String, Value>,
    units: BTreeMap<String, Value>,
    lists: BTreeMap<String, Value>,
    concepts: BTreeMap<String, Value>,
    structures: Vec<Value>,
    flows: Vec<Value>,
}

/// The code of a unit: its English name in capitals.
pub(crate) fn unit(label: &Label) -> String {
    let id = id(label.en());
    id.chars().take(60).collect::<String>().trim_end_matches('_').to_owned()
}

fn flow_id(sheet: &Sheet) -> String {
    format!("{}_{}", id(&sheet.release.release), id(sheet.subject.id))
}

/// The version: year and month of the period's end, and the number of the revision.
fn version(release: &ReleaseDocument) -> String {
    let mut parts = release.period_end.split('-').map(|p| p.parse::<u32>().unwrap_or_default());
    let (year, month) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    format!("{year}.{month}.{}", release.revision.as_ref().map_or(0, |r| r.number))
}

/// `AGENCY:ID(VERSION)` of a list's dataflow.
pub(crate) fn flow_reference(sheet: &Sheet) -> String {
    format!("{}:{}({})", agency(sheet.release), flow_id(sheet), version(sheet.release))
}

/// A name in the languages it has, as SDMX-JSON has it: one for all, and one a language.
fn named(item: &mut Value, names: Value) {
    let english = names.get("en").and_then(Value::as_str).filter(|n| !n.is_empty());
    let first = || item.get("id").and_then(Value::as_str).unwrap_or("–").to_owned();
    item["name"] = json!(english.map_or_else(first, str::to_owned));
    if names.as_object().is_some_and(|n| !n.is_empty()) {
        item["names"] = names;
    }
}

fn code(id: &str, label: &Label) -> Value {
    let mut code = json!({ "id": id });
    named(&mut code, languages(label));
    code
}

impl Structures {
    /// Adds a statistic's dataflow; `list` tells the code list's name of a dimension.
    pub(crate) fn add(
        &mut self,
        sheets: &[Sheet],
        words: &[Words],
        list: impl Fn(&DimensionDocument) -> String,
    ) {
        let Some(first) = sheets.first() else { return };
        let release = first.release;
        self.units
            .insert(unit(first.subject.unit), code(&unit(first.subject.unit), first.subject.unit));
        for sheet in sheets {
            for (dimension, part) in sheet.by.iter().zip(parts(sheet)) {
                if part == Part::Area {
                    self.areas.extend(items(&dimension.codes));
                }
            }
        }
        let coded = |name: &str| self::list(release, name);
        let mut all =
            vec![("FREQ".to_owned(), coded("CL_FREQ")), ("REF_AREA".to_owned(), coded("CL_AREA"))];
        for (name, dimension) in dimensions(sheets) {
            let list = format!("CL_{}", id(&list(dimension)));
            let total = (TOTAL.to_owned(), total(words));
            let codes = items(&dimension.codes).into_iter().chain([total]);
            let titles = languages(&dimension.title);
            self.lists.entry(list.clone()).or_insert_with(|| {
                maintained(
                    release,
                    &list,
                    titles.clone(),
                    Some(("codes", codes.map(|(_, c)| c).collect())),
                )
            });
            let concept = || item(&name, titles.clone());
            self.concepts.entry(name.clone()).or_insert_with(concept);
            all.push((name, coded(&list)));
        }
        let mut dimensions = Vec::new();
        for (position, (name, list)) in all.iter().enumerate() {
            let mut dimension = component(release, name, &json!({ "enumeration": list }));
            dimension["position"] = json!(position);
            dimensions.push(dimension);
        }
        let time = json!({ "format": { "dataType": "ObservationalTimePeriod" } });
        let time = component(release, "TIME_PERIOD", &time);
        let (measures, attributes) = self.figures(first, words);
        let flow = flow_id(first);
        let titles = languages(first.subject.title);
        let mut structure = maintained(release, &flow, titles.clone(), None);
        structure["dataStructureComponents"] = json!({
            "dimensionList": {
                "id": "DimensionDescriptor", "dimensions": dimensions, "timeDimension": time,
            },
            "measureList": { "id": "MeasureDescriptor", "measures": measures },
            "attributeList": { "id": "AttributeDescriptor", "attributes": attributes },
        });
        self.structures.push(structure);
        let mut dataflow = maintained(release, &flow, titles, None);
        dataflow["structure"] = json!(urn(release, "datastructure.DataStructure", &flow));
        self.flows.push(dataflow);
    }

    /// The measures and attributes of a dataflow, and their concepts.
    fn figures(&mut self, sheet: &Sheet, words: &[Words]) -> (Vec<Value>, Vec<Value>) {
        let release = sheet.release;
        let (mut measures, mut attributes) = (Vec::new(), Vec::new());
        for (name, field) in others(sheet) {
            self.concepts.entry(name.clone()).or_insert_with(|| {
                let mut concept = item(&name, by_language(words, |w| title(field, w)));
                concept["description"] = json!(words.first().map(|w| means(field, w)));
                concept
            });
            let representation = match name.as_str() {
                "UNIT_MEASURE" | "OBS_STATUS" | "CONF_STATUS" => {
                    json!({ "enumeration": list(release, &format!("CL_{name}")) })
                }
                _ if field.is_text() => json!({ "format": { "dataType": "String" } }),
                _ => json!({ "format": { "dataType": "Double" } }),
            };
            let mut one = component(release, &name, &representation);
            let coded = representation.get("enumeration").is_some();
            one["usage"] = json!(if coded { "mandatory" } else { "optional" });
            if field.is_text() {
                one["attributeRelationship"] = json!({ "observation": {} });
                attributes.push(one);
            } else {
                measures.push(one);
            }
        }
        (measures, attributes)
    }

    /// The message.
    pub(crate) fn message(self, release: &ReleaseDocument, words: &[Words]) -> Value {
        let fixed = |key: &'static str| by_language(words, |w| w.say(key));
        let status = [
            (ESTIMATED, "mark-estimated"),
            (UNRELIABLE, "mark-unreliable"),
            (NOT_REPORTED, "mark-not-reported"),
            (SUPPRESSED, "mark-low"),
            (IMPOSSIBLE, "mark-impossible"),
        ];
        let exact = (!release.exact.is_empty()).then_some((NORMAL, "mark-exact"));
        let status = status.into_iter().chain(exact).map(|(id, key)| item(id, fixed(key)));
        let frequency = [("A", "frequency-year"), ("Q", "frequency-quarter")];
        let frequency = frequency.map(|(id, key)| item(id, fixed(key)));
        let areas = self.areas.into_values().chain([total(words)]).collect();
        let mut concepts = self.concepts;
        for (id, key) in [
            ("FREQ", "concept-frequency"),
            ("REF_AREA", "concept-area"),
            ("TIME_PERIOD", "concept-period"),
        ] {
            concepts.insert(id.to_owned(), item(id, fixed(key)));
        }
        let list =
            |name: &str, key, codes| maintained(release, name, fixed(key), Some(("codes", codes)));
        let mut lists = vec![
            list("CL_AREA", "concept-area", areas),
            list("CL_CONF_STATUS", "field-conf", vec![item(FREE, fixed("conf-free"))]),
            list("CL_FREQ", "concept-frequency", frequency.to_vec()),
            list("CL_OBS_STATUS", "field-status", status.collect()),
            list("CL_UNIT_MEASURE", "field-unit", self.units.into_values().collect()),
        ];
        lists.extend(self.lists.into_values());
        let concepts = concepts.into_values().collect();
        let scheme =
            maintained(release, CONCEPTS, fixed("concept-scheme"), Some(("concepts", concepts)));
        let sender = json!({ "id": agency(release), "name": clean(release.commission.name.en()) });
        json!({
            "meta": {
                "schema": SCHEMA,
                "id": id(&release.id),
                "test": false,
                "prepared": format!("{}T00:00:00Z", release.made_on),
                "contentLanguages": words.iter().map(|w| w.language.tag()).collect::<Vec<_>>(),
                "sender": sender,
            },
            "data": {
                "codelists": lists,
                "conceptSchemes": [scheme],
                "dataStructures": self.structures,
                "dataflows": self.flows,
            },
        })
    }
}

/// The codes of a list by their ids, with their names.
fn items(all: &[CodeDocument]) -> Vec<(String, Value)> {
    let ids = codes(all);
    let one = |c: &CodeDocument| {
        let id = ids.get(c.code.as_str()).cloned().unwrap_or_default();
        (id.clone(), code(&id, &c.label))
    };
    all.iter().map(one).collect()
}

fn total(words: &[Words]) -> Value {
    item(TOTAL, by_language(words, |w| w.say("total-row")))
}

/// An item with its names.
fn item(id: &str, names: Value) -> Value {
    let mut item = json!({ "id": id });
    named(&mut item, names);
    item
}

fn urn(release: &ReleaseDocument, class: &str, id: &str) -> String {
    format!("urn:sdmx:org.sdmx.infomodel.{class}={}:{id}({})", agency(release), version(release))
}

fn list(release: &ReleaseDocument, id: &str) -> String {
    urn(release, "codelist.Codelist", id)
}

/// A maintained artefact, with its items if it has any.
fn maintained(
    release: &ReleaseDocument,
    id: &str,
    names: Value,
    items: Option<(&str, Vec<Value>)>,
) -> Value {
    let mut artefact =
        json!({ "id": id, "agencyID": agency(release), "version": version(release) });
    named(&mut artefact, names);
    if let Some((kind, items)) = items {
        artefact[kind] = json!(items);
    }
    artefact
}

/// A component of a data structure.
fn component(release: &ReleaseDocument, name: &str, representation: &Value) -> Value {
    let scheme = urn(release, "conceptscheme.Concept", CONCEPTS);
    let concept = format!("{scheme}.{name}");
    json!({ "id": name, "conceptIdentity": concept, "localRepresentation": representation })
}
