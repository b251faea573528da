"""The tables as researchers read them: the data package by Frictionless, the metadata of every CSV file by
`csvw` and by the rules of the W3C, the values by DuckDB with the types that the metadata names, and
Parquet against CSV."""

import hashlib
import json
import re
import warnings

import csvw
import duckdb
import frictionless

from common import hold, releases, texts

# W3C, "Metadata Vocabulary for Tabular Data" (2015): what each object may have, besides names with a prefix.
COMMON = {"@id", "@type", "@context", "notes"}
INHERITED = {
    "aboutUrl", "datatype", "default", "lang", "null", "ordered", "propertyUrl", "required", "separator",
    "textDirection", "valueUrl",
}
GROUP = {"tables", "dialect", "tableDirection", "tableSchema", "transformations"} | INHERITED | COMMON
TABLE = {"url", "dialect", "suppressOutput", "tableDirection", "tableSchema", "transformations"} | INHERITED | COMMON
SCHEMA = {"columns", "foreignKeys", "primaryKey", "rowTitles"} | INHERITED | COMMON
COLUMN = {"name", "suppressOutput", "titles", "virtual"} | INHERITED | COMMON
DIALECT = {
    "commentPrefix", "delimiter", "doubleQuote", "encoding", "header", "headerRowCount", "lineTerminators", "quoteChar",
    "skipBlankRows", "skipColumns", "skipInitialSpace", "skipRows", "trim", "@id", "@type",
}
# The types that are used here, as DuckDB reads them, or the shape of their texts.
TYPES = {"number": "DOUBLE", "double": "DOUBLE", "decimal": "DECIMAL(30,10)", "integer": "BIGINT", "nonNegativeInteger": "UBIGINT"}
SHAPES = {"string": ".*", "gYearMonth": r"-?\d{4}-(0[1-9]|1[0-2])", "gYear": r"-?\d{4}", "date": r"\d{4}-\d\d-\d\d", "boolean": "true|false|1|0"}
NAME = re.compile(r"(?!_)([A-Za-z0-9_.]|%[0-9A-Fa-f]{2})+")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def look(site):
    """Everything about tables; returns what was seen."""
    seen = {"resources": 0, "lists": 0, "columns": 0, "rows": 0, "frames": 0, "hashes": 0}
    for release in releases(site):
        seen["resources"] += package(release)
        seen["hashes"] += manifest(release)
        for subject, lists in release.lists().items():
            for path in lists:
                columns, rows = described(path)
                seen["lists"] += 1
                seen["columns"] += columns
                seen["rows"] += rows
            seen["frames"] += frame(release.folder / f"{subject}.parquet", lists)
    return (
        f"Frictionless accepts {seen['resources']} resources, csvw {seen['lists']} lists; DuckDB reads "
        f"{seen['columns']} columns and {seen['rows']} rows of them as their metadata say, and {seen['frames']} "
        f"Parquet files like them; {seen['hashes']} hashes of manifests hold"
    )


def package(release):
    """Frictionless: descriptor, types, constraints, keys, sizes and hashes of every resource."""
    path = release.folder / "datapackage.json"
    hold(path.is_file(), path, "is not there")
    report = frictionless.validate(str(path))
    errors = [e for e in report.errors] + [e for t in report.tasks for e in t.errors]
    hold(report.valid, path, *[f"{e.type}: {e.message}" for e in errors[:5]])
    descriptor = json.loads(path.read_text())
    named = {r["path"] for r in descriptor["resources"]}
    there = {str(f.relative_to(release.folder)) for p in ("*--*.csv", "codes/*.csv") for f in release.files(p)}
    hold(named == there, path, "does not describe", sorted(there - named)[:3], "or describes", sorted(named - there)[:3])
    hold(len(report.tasks) == len(named), path, "was not read whole")
    return len(named)


def manifest(release):
    """SHA-256 of the files that the manifest lists, which are all of the folder."""
    path = release.folder / "manifest.sha256"
    hold(path.is_file(), path, "is not there")
    listed = dict(reversed(line.split("  ", 1)) for line in path.read_text().splitlines())
    for name, digest in listed.items():
        file = release.folder / name
        hold(file.is_file(), path, f"lists `{name}`, which is not there")
        hold(hashlib.sha256(file.read_bytes()).hexdigest() == digest, file, "is not what the manifest says")
    return len(listed)


def described(path):
    """One CSV file and its metadata. Returns how many columns and rows it has."""
    about = path.with_name(path.name + "-metadata.json")
    hold(about.is_file(), about, "is not there")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        read = csvw.CSVW(str(about), validate=True)
        hold(read.is_valid, about, "csvw:", *[str(w.message) for w in list(read.warnings) + said][:5])
    metadata = json.loads(about.read_text())
    tables = rules(about, metadata)
    hold(tables[0]["url"] == path.name, about, "is about", tables[0]["url"])
    files = {t["url"]: (about.parent / t["url"], t["tableSchema"]) for t in tables}
    columns = rows = 0
    for file, schema in files.values():
        width, height = values(about, file, schema)
        if file == path:
            columns, rows = width, height
        for key in schema.get("foreignKeys", []):
            refers(about, file, schema, key, files)
    return columns, rows


def rules(about, metadata):
    """The rules of the vocabulary. Returns the tables."""
    context = metadata.get("@context")
    context = context if isinstance(context, list) else [context]
    hold(context[0] == "http://www.w3.org/ns/csvw", about, "has another context:", context[0])
    for extra in context[1:]:
        hold(set(extra) <= {"@base", "@language"}, about, "has a context with", set(extra))
    known(about, metadata, GROUP if "tables" in metadata else TABLE)
    known(about, metadata.get("dialect", {}), DIALECT)
    tables = metadata.get("tables", [metadata])
    hold(tables, about, "describes no table")
    urls = [t["url"] for t in tables]
    hold(len(urls) == len(set(urls)), about, "describes a table twice")
    for table in tables:
        known(about, table, TABLE | {"@context", "tables"})
        hold(not re.match(r"[a-z]+:|/", table["url"]) and ".." not in table["url"], about, "leads to", table["url"])
        schema = table["tableSchema"]
        known(about, schema, SCHEMA)
        names = [c["name"] for c in schema["columns"]]
        hold(len(names) == len(set(names)), about, "has a column twice")
        for column in schema["columns"]:
            known(about, column, COLUMN)
            hold(NAME.fullmatch(column["name"]), about, "has a column of the name", column["name"])
            base = column.get("datatype", "string")
            base = base.get("base", "string") if isinstance(base, dict) else base
            hold(base in TYPES or base in SHAPES, about, "has a column of the type", base)
            titles = column["titles"]
            for tag in titles if isinstance(titles, dict) else []:
                hold(LANGUAGE.fullmatch(tag), about, "has a title in the language", tag)
            hold(LANGUAGE.fullmatch(column.get("lang", "und")), about, "has a column in", column.get("lang"))
        key = schema.get("primaryKey", [])
        hold(set([key] if isinstance(key, str) else key) <= set(names), about, "has a key", key)
    return tables


def known(about, thing, allowed):
    """Nothing but what the vocabulary has, and names with a prefix."""
    strange = [k for k in thing if k not in allowed and ":" not in k]
    hold(not strange, about, "says", strange)


def titles_of(column):
    titles = column["titles"]
    titles = [t for of in titles.values() for t in ([of] if isinstance(of, str) else of)] if isinstance(titles, dict) else titles
    return [titles] if isinstance(titles, str) else titles


def values(about, file, schema):
    """Reads a file by the types of its columns. Returns how many columns and rows it has."""
    hold(file.is_file(), about, f"is about `{file.name}`, which is not there")
    hold(file.read_bytes().count(b"\r") == 0, file, "has line ends of another kind")
    header, relation = texts(file)
    columns = schema["columns"]
    hold(len(header) == len(columns), file, "has", len(header), "columns,", about, "tells of", len(columns))
    tests = []
    for title, column in zip(header, columns):
        hold(title in titles_of(column), file, f"has the column `{title}`, which", about, "calls", titles_of(column))
        datatype = column.get("datatype", "string")
        datatype = datatype.get("base", "string") if isinstance(datatype, dict) else datatype
        quoted = '"' + title.replace('"', '""') + '"'
        if datatype in TYPES:
            tests.append(f"{quoted} is not null and try_cast({quoted} as {TYPES[datatype]}) is null")
        else:
            tests.append(f"{quoted} is not null and not regexp_full_match({quoted}, '{SHAPES[datatype]}', 's')")
        if column.get("required"):
            tests.append(f"{quoted} is null")
    bad = duckdb.query("select " + ", ".join(f"count(*) filter ({t})" for t in tests) + ", count(*) from relation").fetchall()[0]
    for test, count in zip(tests, bad):
        hold(count == 0, file, f"has {count} cells that are not what", about.name, "says:", test)
    key = schema.get("primaryKey", [])
    key = [key] if isinstance(key, str) else key
    if key:
        names = own_names(header, columns, key)
        twice = duckdb.query(f"select {names} from relation group by all having count(*) > 1").fetchall()
        hold(not twice, file, "has a key twice:", twice[:2])
    hold(bad[-1] > 0, file, "has no row")
    return len(header), bad[-1]


def own_names(header, columns, names):
    """The headers of columns that are named, for a query."""
    headers = {c["name"]: h for h, c in zip(header, columns)}
    return ", ".join('"' + headers[n].replace('"', '""') + '"' for n in names)


def refers(about, file, schema, key, files):
    """A foreign key: every value is one of the other table."""
    reference = key["reference"]
    other = files.get(reference.get("resource"))
    hold(other, about, "refers to", reference)
    here, there = (k if isinstance(k, list) else [k] for k in (key["columnReference"], reference["columnReference"]))
    header, relation = texts(file)
    other_header, others = texts(other[0])
    mine = own_names(header, schema["columns"], here)
    theirs = own_names(other_header, other[1]["columns"], there)
    lost = duckdb.query(f"select {mine} from relation except select {theirs} from others").fetchall()
    hold(not lost, file, "has", lost[:3], "which", other[0].name, "has not")


def frame(path, lists):
    """The Parquet file of a subject holds what its CSV files hold, row by row."""
    hold(path.is_file(), path, "is not there")
    whole = duckdb.sql(f"select *, row_number() over () as row_ from read_parquet('{path}')")
    types = dict(zip(whole.columns, map(str, whole.types)))
    rows = 0
    for csv in lists:
        margin = csv.stem.split("--", 1)[1]
        header, relation = texts(csv)
        hold(set(header) <= set(types), path, "lacks", set(header) - set(types))
        part = duckdb.query(f"select * from whole where margin = '{margin}' order by row_").fetchall()
        names = whole.columns
        theirs = relation.order("row_").fetchall()
        hold(len(part) == len(theirs), path, f"has {len(part)} rows of {margin},", csv.name, len(theirs))
        rows += len(part)
        for mine, other in zip(part, theirs):
            mine = dict(zip(names, mine))
            for title, text in zip(header, other):
                hold(same(mine[title], text, types[title]), path, f"has {mine[title]!r} as {title},", csv.name, repr(text))
            empty = [n for n in names if n not in header and n not in ("margin", "row_") and mine[n] is not None]
            hold(not empty, path, f"has {empty} in {margin}, which", csv.name, "has not")
    hold(rows == len(whole), path, f"has {len(whole)} rows, the CSV files {rows}")
    return 1


def same(value, text, kind):
    """A value and its text; a text that looks like a formula has an apostrophe before it in CSV."""
    if value is None or text is None:
        return value is None and text is None
    if kind in ("DOUBLE", "UBIGINT", "BIGINT", "FLOAT", "INTEGER"):
        return float(text) == value if kind == "DOUBLE" else int(text) == value
    return text in (value, "'" + value)
