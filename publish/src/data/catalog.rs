//! What a portal harvests: all releases as DCAT datasets, with all their files, in JSON-LD.
//!
//! W3C, "Data Catalog Vocabulary", version 3; names as in DCAT-AP. Addresses are relative to the
//! catalogue's own, so that the site can stand anywhere.

use serde_json::{Value, json};
use shumar_schemas::Label;
use shumar_schemas::release::{DimensionDocument, ReleaseDocument};
use shumar_words::Words;

use super::named::by_language;
use super::text::clean;
use super::{LICENCE, Made};

/// The European Union's lists of frequencies and of file types, which DCAT-AP uses everywhere.
const AUTHORITY: &str = "http://publications.europa.eu/resource/authority/";
/// W3C's and IANA's names of media types.
const MEDIA: &str = "https://www.iana.org/assignments/media-types/";

/// One release in the catalogue.
pub(crate) struct Entry<'a> {
    /// The release.
    pub(crate) release: &'a ReleaseDocument,
    /// Its data files.
    pub(crate) files: Vec<Made>,
}

/// The catalogue.
pub(crate) fn catalog(entries: &[Entry], words: &[Words]) -> Value {
    let newest = entries.first().map(|e| e.release);
    let made = entries.iter().map(|e| e.release.made_on.as_str()).max();
    let mut catalog = json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "vcard": "http://www.w3.org/2006/vcard/ns#",
            "skos": "http://www.w3.org/2004/02/skos/core#",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
            // What kind of value these have is said once, not with every file.
            "dct:license": { "@type": "@id" },
            "dcat:accessURL": { "@type": "@id" },
            "dcat:downloadURL": { "@type": "@id" },
            "dcat:mediaType": { "@type": "@id" },
            "dcat:byteSize": { "@type": "xsd:nonNegativeInteger" },
            "spdx:algorithm": { "@type": "@id" },
            "spdx:checksumValue": { "@type": "xsd:hexBinary" },
        },
        "@id": "catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": literals(&by_language(words, |w| w.say("site-title"))),
        "dct:description": literals(&by_language(words, |w| w.say("notes-noise"))),
        "dct:language": words.iter().map(|w| w.language.tag()).collect::<Vec<_>>(),
        "dct:license": LICENCE,
        "dcat:dataset": entries.iter().map(|e| dataset(e, words)).collect::<Vec<Value>>(),
    });
    if let Some(made) = made {
        catalog["dct:modified"] = json!({ "@type": "xsd:date", "@value": made });
    }
    if let Some(release) = newest {
        catalog["dct:publisher"] = publisher(release);
    }
    catalog
}

fn dataset(entry: &Entry, words: &[Words]) -> Value {
    let release = entry.release;
    let months = by_language(words, |w| {
        let months = w.months(&release.period_start, &release.period_end);
        let title = clean(w.label(&release.title)).into_owned();
        w.say_with("list-title", [("title", title.into()), ("margin", months.into())])
    });
    let date = |text: &str| json!({ "@type": "xsd:date", "@value": text });
    let month = |text: &str| json!({ "@type": "xsd:gYearMonth", "@value": text });
    let frequency = match release.period.as_str() {
        p if p.contains("..") => "OTHER",
        p if p.contains("-Q") => "QUARTERLY",
        _ => "ANNUAL",
    };
    let mut dataset = json!({
        "@id": format!("{}/", release.id),
        "@type": "dcat:Dataset",
        "dct:identifier": release.id,
        "dct:title": literals(&months),
        "dct:description": literals(&by_language(words, |w| w.say("notes-reporting"))),
        "dct:publisher": publisher(release),
        "dcat:contactPoint": contact(release),
        "dct:issued": date(&release.made_on),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": month(&release.period_start),
            "dcat:endDate": month(&release.period_end),
        },
        "dct:spatial": spatial(release),
        "dct:accrualPeriodicity": { "@id": format!("{AUTHORITY}frequency/{frequency}") },
        "dct:accessRights": { "@id": format!("{AUTHORITY}access-right/PUBLIC") },
        "dcat:theme": { "@id": format!("{AUTHORITY}data-theme/SOCI") },
        "dct:license": LICENCE,
        "dct:relation": { "@id": format!("{}/privacy.json", release.id) },
        "dcat:distribution":
            shown(&entry.files).map(|f| distribution(release, f)).collect::<Vec<Value>>(),
    });
    if let Some(revision) = &release.revision {
        dataset["dct:isVersionOf"] = json!({ "@id": format!("{}/", revision.of) });
    }
    dataset
}

/// The files that a portal shows: not what describes another one, nor the same list for programs.
fn shown(files: &[Made]) -> impl Iterator<Item = &Made> {
    let aside = |f: &&Made| {
        let list = f.name.contains("--") && f.media == "application/json";
        !list && f.media != "application/csvm+json" && !f.name.starts_with("codes/")
    };
    files.iter().filter(aside)
}

fn distribution(release: &ReleaseDocument, file: &Made) -> Value {
    let address = format!("{}/{}", release.id, file.name);
    json!({
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": file.name,
        "dct:license": LICENCE,
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "dcat:mediaType": format!("{MEDIA}{}", file.media),
        "dcat:byteSize": file.bytes.to_string(),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": "spdx:checksumAlgorithm_sha256",
            "spdx:checksumValue": file.sha256,
        },
    })
}

fn publisher(release: &ReleaseDocument) -> Value {
    json!({ "@type": "foaf:Agent", "foaf:name": labelled(&release.commission.name) })
}

fn contact(release: &ReleaseDocument) -> Value {
    let mut contact = json!({
        "@type": "vcard:Organization", "vcard:fn": clean(release.commission.name.en()),
    });
    let mail = |c: &&str| c.contains('@') && c.chars().all(|c| c.is_ascii_graphic() && c != '<');
    match release.commission.contact.as_deref() {
        Some(address) if mail(&address) => {
            contact["vcard:hasEmail"] = json!({ "@id": format!("mailto:{address}") });
        }
        Some(other) => contact["vcard:note"] = json!(clean(other)),
        None => {}
    }
    contact
}

/// The areas that the release tells apart at its coarsest level.
fn spatial(release: &ReleaseDocument) -> Vec<Value> {
    let areas = || release.tables.iter().flat_map(|t| &t.dimensions).filter(|d| d.area);
    let fewest = |d: &&DimensionDocument| d.codes.len();
    let Some(coarsest) = areas().min_by_key(fewest) else { return Vec::new() };
    let area = |c: &shumar_schemas::release::CodeDocument| {
        json!({
            "@type": "dct:Location",
            "dct:identifier": c.code,
            "skos:prefLabel": labelled(&c.label),
        })
    };
    coarsest.codes.iter().map(area).collect()
}

fn labelled(label: &Label) -> Vec<Value> {
    let one = |(tag, text): (&str, &str)| json!({ "@language": tag, "@value": clean(text) });
    label.iter().map(one).collect()
}

fn literals(by_language: &Value) -> Vec<Value> {
    let all = by_language.as_object().into_iter().flatten();
    all.map(|(tag, text)| json!({ "@language": tag, "@value": text })).collect()
}
