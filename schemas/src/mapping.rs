//! Mappings that a provider's section builds on: shipped files, a home's own, and those of our own
//! workbooks and survey forms.

use toml::{Table, Value};

use crate::{Catalog, RecordKind, Role, SchemaError};

/// How the mapping of a kind's own workbook is named, before the kind.
pub const TEMPLATE: &str = "template-";
/// How the mapping of a kind's own survey form is named, before the kind.
pub const SURVEY: &str = "kobotoolbox-";
/// The sheet of a workbook of ours that holds the records.
pub const DATA_SHEET: &str = "Data";
/// The column of a workbook of ours that tells records apart.
pub const RECORD_NO: &str = "Record No";
/// Lists of a provider's section that are united with those of its mapping.
const UNITED: [&str; 3] = ["drop", "null_words", "tokens"];

/// Reads a mapping: any keys of a provider's section but its identity.
///
/// # Errors
/// What is not TOML, or names an `id` or a further `mapping`.
pub(crate) fn parse(file: &str, text: &str) -> Result<Table, SchemaError> {
    let table: Table = text.parse().map_err(|e: toml::de::Error| SchemaError::Parse {
        file: file.to_owned(),
        format: "TOML",
        detail: e.to_string(),
    })?;
    for key in ["id", "mapping"] {
        if table.contains_key(key) {
            let what = format!("a mapping can't have the key `{key}`");
            return Err(SchemaError::invalid(file, what, "it belongs to the provider's section"));
        }
    }
    Ok(table)
}

/// The settings with the mapping of each provider that names one laid under its section; nothing
/// when none does, or when the settings can't be read at all.
pub(crate) fn laid_under(text: &str, catalog: &Catalog) -> Result<Option<Table>, SchemaError> {
    let Ok(mut settings) = text.parse::<Table>() else { return Ok(None) };
    let Some(Value::Array(providers)) = settings.get_mut("providers") else { return Ok(None) };
    let mut any = false;
    for section in providers.iter_mut().filter_map(Value::as_table_mut) {
        let Some(name) = section.get("mapping").and_then(Value::as_str) else { continue };
        let id = section.get("id").and_then(Value::as_str).unwrap_or_default();
        let place = format!("provider `{id}` of `shumar.toml`");
        let mapping = catalog.mapping(name, &place)?;
        lay_under(section, mapping);
        any = true;
    }
    Ok(any.then_some(settings))
}

/// Lays a mapping under a section: the section's own keys win, fields are merged one by one, and
/// lists of columns and words are united.
fn lay_under(section: &mut Table, mapping: Table) {
    for (key, under) in mapping {
        match (section.get_mut(&key), under) {
            (None, under) => _ = section.insert(key, under),
            (Some(Value::Table(own)), Value::Table(under)) if key == "fields" => {
                for (field, source) in under {
                    match own.get_mut(&field) {
                        None => _ = own.insert(field, source),
                        Some(own) => lay_source_under(own, source),
                    }
                }
            }
            (Some(Value::Array(own)), Value::Array(under)) if UNITED.contains(&key.as_str()) => {
                let missing: Vec<Value> = under.into_iter().filter(|v| !own.contains(v)).collect();
                own.extend(missing);
            }
            _ => {}
        }
    }
    leave_mapped_columns(section);
}

/// A field's source: the section's own column or value stands, and what else the mapping says of
/// the field (translations, date formats) stays.
fn lay_source_under(own: &mut Value, under: Value) {
    let mut table = match &mut *own {
        Value::Table(table) => std::mem::take(table),
        column => Table::from_iter([("column".to_owned(), column.clone())]),
    };
    let Value::Table(under) = under else {
        if !table.contains_key("value") && !table.contains_key("column") {
            table.insert("column".to_owned(), under);
        }
        *own = Value::Table(table);
        return;
    };
    let from = ["column", "value"];
    let has_own = from.iter().any(|key| table.contains_key(*key));
    for (key, under) in under {
        match table.get_mut(&key) {
            Some(Value::Table(own)) => {
                if let Value::Table(under) = under {
                    for (word, code) in under {
                        own.entry(word).or_insert(code);
                    }
                }
            }
            Some(_) => {}
            None if has_own && from.contains(&key.as_str()) => {}
            None => _ = table.insert(key, under),
        }
    }
    *own = Value::Table(table);
}

/// A column that the section maps is no longer dropped by the mapping.
fn leave_mapped_columns(section: &mut Table) {
    let mut used: Vec<String> = Vec::new();
    let mut note =
        |value: Option<&Value>| used.extend(value.and_then(Value::as_str).map(String::from));
    note(section.get("person"));
    for key in section.get("record_key").and_then(Value::as_array).into_iter().flatten() {
        note(Some(key));
    }
    for (_, source) in section.get("fields").and_then(Value::as_table).into_iter().flatten() {
        note(Some(source));
        note(source.get("column"));
    }
    if let Some(Value::Array(drop)) = section.get_mut("drop") {
        drop.retain(|column| !column.as_str().is_some_and(|c| used.iter().any(|u| u == c)));
    }
}

/// The header of a field in a workbook of ours.
#[must_use]
pub fn header(field: &crate::Field) -> &str {
    field.title.en()
}

/// The mapping of a kind's own workbook: every column is named as its field is.
pub(crate) fn of_template(kind: &RecordKind) -> Table {
    let text = |text: &str| Value::String(text.to_owned());
    let mut mapping = Table::new();
    mapping.insert("kind".to_owned(), text(&kind.name));
    mapping.insert("sheet".to_owned(), text(DATA_SHEET));
    mapping.insert("record_key".to_owned(), Value::Array(vec![text(RECORD_NO)]));
    if let Some(person) = kind.only(Role::Person) {
        mapping.insert("person".to_owned(), text(header(person)));
        let tokens = [header(person), RECORD_NO].map(text);
        mapping.insert("tokens".to_owned(), Value::Array(tokens.to_vec()));
    }
    // Whoever saves the workbook as text gets dates in the manner of the country.
    let formats = ["%d/%m/%Y", "%d-%m-%Y", "%m/%Y"].map(text);
    mapping.insert("date_formats".to_owned(), Value::Array(formats.to_vec()));
    let fields = kind.stored().map(|f| (f.name.clone(), text(header(f))));
    mapping.insert("fields".to_owned(), Value::Table(fields.collect()));
    mapping
}

/// The mapping of a kind's own survey form: the survey service's columns as in `base`, and every
/// question named as its field is.
pub(crate) fn of_survey(kind: &RecordKind, base: &Table) -> Table {
    let text = |text: &str| Value::String(text.to_owned());
    let mut mapping = Table::new();
    mapping.insert("kind".to_owned(), text(&kind.name));
    if let Some(person) = kind.only(Role::Person) {
        mapping.insert("person".to_owned(), text(&person.name));
    }
    let fields = kind.stored().map(|f| (f.name.clone(), text(&f.name)));
    mapping.insert("fields".to_owned(), Value::Table(fields.collect()));
    lay_under(&mut mapping, base.clone());
    mapping
}

#[cfg(test)]
mod tests {
    use crate::config::{Fold, Read};
    use crate::{Catalog, Config, Override, SchemaError};

    const HOME: &str = r#"
format = "shumar.home/1"
[commission]
name = { en = "Test" }
[privacy]
family = "laplace"
budget = "1"
bounds = { all = 3 }
"#;

    fn parse(provider: &str, own: &[(&str, &str)]) -> Result<Config, SchemaError> {
        let file = |(path, text): &(&str, &str)| Override {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        };
        let catalog = Catalog::new(&own.iter().map(file).collect::<Vec<_>>())?;
        Config::parse(&format!("{HOME}[[providers]]\nid = \"cell\"\n{provider}"), &catalog)
    }

    const OWN: &str = r#"
kind = "police"
person = "Token"
drop = ["Name", "Days"]
null_words = ["N/A"]
[fields]
report_month = { column = "Date", date_formats = ["%d/%m/%Y"], fold = "latest" }
district = "Zila"
offence_lead = { column = "Crime", codes = { "376" = "rape", "365" = "kidnap_f" } }
"#;

    #[test]
    fn the_sections_own_keys_win_and_lists_are_united() {
        let section = r#"
mapping = "feed"
person = "Code"
drop = ["Remarks", "Name"]
[providers.fields]
report_month = "Dated"
district = { value = "Swat" }
offence_lead = { codes = { "365" = "kidnap_marriage" } }
challan_days = "Days"
"#;
        let config = parse(section, &[("mappings/feed.toml", OWN)]).expect("a configuration");
        let provider = &config.providers[0];
        assert_eq!((provider.kind.as_str(), provider.person.as_deref()), ("police", Some("Code")));
        assert_eq!(provider.drop, ["Remarks", "Name"], "a column that is mapped is not dropped");
        assert_eq!(provider.null_words, ["N/A"]);
        let month = &provider.fields["report_month"];
        assert_eq!((month.column.as_deref(), month.fold), (Some("Dated"), Fold::Latest));
        assert_eq!(month.date_formats, ["%d/%m/%Y"]);
        let district = &provider.fields["district"];
        assert_eq!((district.column.as_deref(), district.value.as_deref()), (None, Some("Swat")));
        let offence = &provider.fields["offence_lead"];
        assert_eq!(offence.column.as_deref(), Some("Crime"));
        assert_eq!((&*offence.codes["376"], &*offence.codes["365"]), ("rape", "kidnap_marriage"));
    }

    #[test]
    fn unknown_mappings_and_bad_ones_are_named() {
        let unknown = parse("mapping = \"nothing\"\n", &[]).expect_err("unknown").to_string();
        for known in ["`nothing`", "provider `cell`", "primero-gbv", "template-police"] {
            assert!(unknown.contains(known), "{unknown}");
        }
        for bad in ["id = \"x\"", "mapping = \"y\"", "kind = "] {
            assert!(
                Catalog::new(&[Override {
                    path: "mappings/bad.toml".to_owned(),
                    text: bad.to_owned()
                }])
                .is_err()
            );
        }
        let slip = OWN.replace("person", "persn");
        let slip = parse("mapping = \"feed\"\n", &[("mappings/feed.toml", &slip)]);
        assert!(slip.expect_err("a slip").to_string().contains("persn"));
        // Tables of words beside the mappings are no mappings.
        parse(
            "mapping = \"feed\"\n",
            &[("mappings/feed.toml", OWN), ("mappings/w.csv", "from,to")],
        )
        .expect("a configuration");
    }

    #[test]
    fn shipped_mappings_and_those_of_every_kind_fit_what_is_declared() {
        let catalog = Catalog::new(&[]).expect("the catalog");
        for kind in catalog.kinds() {
            for prefix in [super::TEMPLATE, super::SURVEY] {
                let section = format!("mapping = \"{prefix}{}\"\n", kind.name);
                let config = parse(&section, &[]).expect("a configuration");
                assert_eq!(config.providers[0].fields.len(), kind.stored().count());
            }
        }
        let primero = parse("mapping = \"primero-gbv\"\n", &[]).expect("a configuration");
        assert_eq!(primero.providers[0].fields["victim_age_band"].read, Read::BirthDate);
        let names: Vec<&str> = catalog.mappings().collect();
        assert_eq!(names, ["dhis2-events", "kobotoolbox", "primero-gbv"]);
    }

    #[test]
    fn a_field_may_say_which_vintage_its_codes_are_of() {
        let section = |vintage: &str| {
            let source = format!("{{ column = \"Zila\", vintage = \"{vintage}\" }}");
            OWN.replace("district = \"Zila\"", &format!("district = {source}"))
                .replace("[fields]", "[providers.fields]")
        };
        let codes = |vintage: &str| {
            parse(&section(vintage), &[]).map(|c| c.providers[0].fields["district"].codes.clone())
        };
        let old = codes("2017-census").expect("a configuration");
        assert_eq!(old["PK210"], "PK512", "Karak in the list of 2017");
        let new = codes("2022-09-09").expect("a configuration");
        assert_eq!(new["PK210"], "PK210", "Kalat in the list of 2022");
        assert!(codes("1998").expect_err("unknown").to_string().contains("2017-census"));
        let wrong = OWN.replace("[fields]", "[providers.fields]");
        let wrong = wrong.replace("fold = \"latest\"", "vintage = \"2017-census\"");
        assert!(parse(&wrong, &[]).is_err());
    }
}
