//! What a CSV file says of itself: CSVW metadata, `NAME.csv-metadata.json` beside `NAME.csv`.
//!
//! W3C, "Metadata Vocabulary for Tabular Data", 2015. The code lists stand in the same group, so that
//! every column of codes refers to its list. What the columns mean is told once, in the folder's README.

use serde_json::{Map, Value, json};
use shumar_words::Words;

use super::lists::List;
use super::named::{by_language, languages, list_title, title};
use super::sheet::{About, Field, Sheet, Values};
use super::{LICENCE, codes_file};

/// The metadata of a list; `lists` are the code lists of its dimensions, in their order.
pub(crate) fn metadata(sheet: &Sheet, words: &[Words], lists: &[&List]) -> Value {
    let columns: Vec<Value> = sheet.fields.iter().map(|f| column(f, words)).collect();
    let keys: Vec<String> = sheet.by.iter().map(|d| name(&d.id)).collect();
    let foreign: Vec<Value> = keys
        .iter()
        .zip(lists)
        .map(|(key, list)| {
            json!({
                "columnReference": key,
                "reference": { "resource": codes_file(&list.name), "columnReference": "code" },
            })
        })
        .collect();
    let mut schema = json!({ "columns": columns });
    if !keys.is_empty() {
        schema["primaryKey"] = json!(keys);
        schema["foreignKeys"] = json!(foreign);
    }
    let release = sheet.release;
    let mut tables = vec![json!({ "url": format!("{}.csv", sheet.name()), "tableSchema": schema })];
    tables.extend(lists.iter().map(|list| {
        let columns = list.columns(release);
        json!({ "url": codes_file(&list.name), "tableSchema": list_schema(&columns) })
    }));
    let mut metadata = json!({
        "@context": ["http://www.w3.org/ns/csvw", { "@language": "en" }],
        "dc:title": spoken(words, |w| list_title(sheet, w)),
        "dc:description": translated(&languages(sheet.subject.note)),
        "dc:publisher": translated(&languages(&release.commission.name)),
        "dc:license": { "@id": LICENCE },
        "dc:issued": release.made_on,
        "dc:source": format!("release/release.json of release {}", release.id),
        "dc:temporal": format!("{}/{}", release.period_start, release.period_end),
        "dialect": { "encoding": "utf-8", "header": true, "lineTerminators": ["\n"] },
        "tables": tables,
    });
    // That figures have noise is told once, in the folder's README; that these have none, here.
    if sheet.is_exact() {
        let body = translated(&by_language(words, |w| w.say(sheet.note_of_noise())));
        metadata["notes"] = json!([{ "@type": "oa:Annotation", "oa:hasBody": body }]);
    }
    metadata
}

/// The columns of a code list's file.
fn list_schema(columns: &[String]) -> Value {
    let column = |column: &String| {
        let required = column == "code";
        json!({ "name": name(column), "titles": column, "datatype": "string", "required": required })
    };
    let columns: Vec<Value> = columns.iter().map(column).collect();
    json!({ "columns": columns, "primaryKey": "code" })
}

fn column(field: &Field, words: &[Words]) -> Value {
    let mut titles = Map::new();
    for w in words {
        let mut all = vec![title(field, w)];
        if titles.is_empty() {
            // The header itself must be among the titles of a column.
            all.insert(0, field.name.clone().into_owned());
        }
        titles.insert(w.language.tag().to_owned(), json!(all));
    }
    let mut column = json!({
        "name": name(&field.name),
        "titles": titles,
        "datatype": match field.values {
            Values::Decimals(_) => "number",
            Values::Wholes(_) => "nonNegativeInteger",
            Values::Same(_) | Values::Texts(_) => match field.name.as_ref() {
                "period_start" | "period_end" => "gYearMonth",
                _ => "string",
            },
        },
    });
    if matches!(field.about, About::Codes(_)) {
        column["required"] = json!(true);
    }
    if let About::Labels(_, language) = field.about {
        column["lang"] = json!(language.tag());
    }
    column
}

/// A column's name as CSVW lets it be: no dash.
fn name(column: &str) -> String {
    column.replace('-', "_")
}

fn spoken(words: &[Words], say: impl Fn(&Words) -> String) -> Value {
    translated(&by_language(words, say))
}

/// A text in several languages as a common property has it: one literal a language.
fn translated(by_language: &Value) -> Value {
    let all = by_language.as_object().into_iter().flatten();
    Value::Array(all.map(|(tag, text)| json!({ "@value": text, "@language": tag })).collect())
}
