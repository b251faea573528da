//! A Frictionless data package over all CSV files of a release: `datapackage.json`.

use serde_json::{Map, Value, json};
use shumar_schemas::release::ReleaseDocument;
use shumar_words::Words;

use super::lists::List;
use super::named::{label, list_title};
use super::sheet::{About, Sheet, Values};
use super::text::clean;
use super::{LICENCE, Made};

/// The resource of a list.
pub(crate) fn of_list(sheet: &Sheet, made: &Made, words: &[Words], lists: &[&List]) -> Value {
    let field = |f: &super::sheet::Field| {
        let kind = match f.values {
            Values::Decimals(_) => "number",
            Values::Wholes(_) => "integer",
            Values::Same(_) | Values::Texts(_) => match f.name.as_ref() {
                "period_start" | "period_end" => "yearmonth",
                _ => "string",
            },
        };
        let mut field = json!({ "name": f.name, "type": kind });
        if matches!(f.about, About::Codes(_)) {
            field["constraints"] = json!({ "required": true });
        }
        field
    };
    let keys: Vec<&str> = sheet.by.iter().map(|d| d.id.as_str()).collect();
    let foreign = keys.iter().zip(lists).map(|(key, list)| {
        let reference =
            json!({ "resource": resource_name(&list.name, "codes--"), "fields": ["code"] });
        json!({ "fields": [key], "reference": reference })
    });
    let mut schema = json!({
        "fields": sheet.fields.iter().map(field).collect::<Vec<Value>>(),
        "missingValues": [""],
    });
    if !keys.is_empty() {
        schema["primaryKey"] = json!(keys);
        schema["foreignKeys"] = foreign.collect();
    }
    let english = words.first();
    let mut resource = tabular(&resource_name(&sheet.name(), ""), made, &schema);
    resource["title"] = json!(english.map(|w| list_title(sheet, w)));
    if sheet.is_exact() {
        resource["exact"] = json!(true);
    }
    resource["description"] = json!(english.map(|w| label(w, sheet.subject.note)));
    resource
}

/// The resource of a code list.
pub(crate) fn of_codes(list: &List, made: &Made, columns: &[String], words: &[Words]) -> Value {
    let fields: Vec<Value> =
        columns.iter().map(|c| json!({ "name": c, "type": "string" })).collect();
    let schema = json!({ "fields": fields, "primaryKey": ["code"], "missingValues": [""] });
    let mut resource = tabular(&resource_name(&list.name, "codes--"), made, &schema);
    resource["title"] = json!(words.first().map(|w| label(w, &list.dimension.title)));
    resource
}

/// The package.
pub(crate) fn package(release: &ReleaseDocument, resources: &[Value]) -> Value {
    let mut publisher = Map::new();
    publisher.insert("title".to_owned(), json!(clean(release.commission.name.en())));
    publisher.insert("role".to_owned(), json!("publisher"));
    json!({
        "profile": "tabular-data-package",
        "name": resource_name(&release.id, ""),
        "id": release.id,
        "title": clean(release.title.en()),
        "version": release.revision.as_ref().map_or(1, |r| r.number).to_string(),
        "created": format!("{}T00:00:00Z", release.made_on),
        "licenses": [{ "path": LICENCE }],
        "contributors": [publisher],
        "sources": [{ "title": "release/release.json", "path": "release/release.json" }],
        "resources": resources,
    })
}

fn tabular(name: &str, made: &Made, schema: &Value) -> Value {
    json!({
        "profile": "tabular-data-resource",
        "name": name,
        "path": made.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": made.bytes,
        "hash": format!("sha256:{}", made.sha256),
        "schema": schema,
    })
}

/// A name as the standard has it: small letters, digits, `-`, `_` and `.`.
fn resource_name(name: &str, before: &str) -> String {
    format!("{before}{}", name.to_ascii_lowercase())
}
