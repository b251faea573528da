"""The files for statistical offices and portals: SDMX by pysdmx, the DCAT catalogue by rdflib."""

import hashlib
import json
import pathlib
import urllib.parse

import duckdb
import rdflib
from pysdmx.io import read_sdmx
from pysdmx.model import Codelist, Dataflow, DataStructureDefinition
from pysdmx.util import parse_short_urn
from pysdmx.util._model_utils import schema_generator
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, XSD

from common import hold, releases, texts

SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
# Where the site would stand; nothing is asked of it.
BASE = "https://shumar.invalid/data/"


def look(site):
    """Everything that is exchanged; returns what was seen."""
    flows = observations = 0
    for release in releases(site):
        f, o = sdmx(release)
        flows, observations = flows + f, observations + o
    datasets, files = catalog(pathlib.Path(site))
    return (
        f"pysdmx accepts {flows} dataflows with {observations} observations; "
        f"rdflib finds {datasets} datasets with {files} files in the catalogue"
    )


def sdmx(release):
    """The structure message, and every data file by it. Returns the number of flows and observations."""
    structure = release.folder / "sdmx" / "structure.json"
    hold(structure.is_file(), structure, "is not there")
    message = read_sdmx(structure, validate=True)
    resolved(structure)
    kinds = {k: [s for s in message.structures if isinstance(s, k)] for k in (Codelist, Dataflow, DataStructureDefinition)}
    for kind, found in kinds.items():
        hold(found, structure, f"has no {kind.__name__}")
        ids = [s.short_urn for s in found]
        hold(len(ids) == len(set(ids)), structure, f"has a {kind.__name__} twice")
    for codes in kinds[Codelist]:
        ids = [c.id for c in codes.items]
        hold(len(ids) == len(set(ids)), structure, f"{codes.id} has a code twice")
        hold(all(c.name for c in codes.items), structure, f"{codes.id} has a code without a name")
    subjects = release.lists()
    files = release.files("sdmx/*.csv")
    hold([f.stem for f in files] == sorted(subjects), release.folder.name, "has other SDMX files than lists")
    hold(len(kinds[Dataflow]) == len(files), structure, f"has {len(kinds[Dataflow])} dataflows for {len(files)} files")
    return len(files), sum(observed(path, message, subjects[path.stem]) for path in files)


def resolved(structure):
    """Everything that the message refers to stands in it."""
    data = json.loads(structure.read_text())["data"]
    there = set()
    for kind, found in data.items():
        for one in found:
            name = f"{one['agencyID']}:{one['id']}({one['version']})"
            there.add(name)
            there |= {f"{name}.{item['id']}" for item in one.get("concepts", [])}
    references = 0

    def walk(thing):
        nonlocal references
        if isinstance(thing, str) and thing.startswith("urn:sdmx:"):
            references += 1
            hold(thing.split("=", 1)[1] in there, structure, "refers to", thing, "which is not there")
        for inner in thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else []:
            walk(inner)

    walk(data)
    hold(references, structure, "refers to nothing")


def observed(path, message, lists):
    """One data file by its structure. Returns the number of observations."""
    datasets = read_sdmx(path).data
    hold(len(datasets) == 1, path, f"is {len(datasets)} datasets")
    # As `get_datasets` does, which would read the structure again for every file.
    schema = schema_generator(message, parse_short_urn(datasets[0].structure))
    data, components = datasets[0].data, schema.components
    ids = {c.id for c in components}
    hold(set(data.columns) <= ids, path, "has", set(data.columns) - ids, "which is no component")
    missing = {c.id for c in components if c.required} - set(data.columns)
    hold(not missing, path, "lacks", missing)
    keys = [c.id for c in components.dimensions]
    for component in components:
        column = data[component.id]
        blank = column.isna() | (column.astype(str) == "")
        hold(not (component.required and blank.any()), path, f"has no {component.id} in", int(blank.sum()), "rows")
        told = column[~blank].astype(str)
        if component.enumeration is not None:
            codes = {c.id for c in component.enumeration}
            strange = sorted(set(told) - codes)
            hold(not strange, path, f"has {strange[:3]} as {component.id}, which is no code")
        elif component.dtype is not None and component.dtype.name in ("DOUBLE", "FLOAT", "DECIMAL", "INTEGER"):
            for text in told:
                float(text)
    twice = data.duplicated(keys)
    hold(not twice.any(), path, "has a key twice:", data[twice][keys].head(1).to_dict("records"))
    numbers = sorted(number(v) for v in data["OBS_VALUE"])
    wanted = []
    for csv in lists:
        header, relation = texts(csv)
        value = "estimate" if "estimate" in header else "value"
        wanted += [number(v) for (v,) in duckdb.query(f'select "{value}" from relation').fetchall()]
    hold(numbers == sorted(wanted), path, "has other values than", [c.name for c in lists])
    return len(data)


def number(text):
    """A value as it sorts; a blank sorts first."""
    text = "" if text is None else str(text)
    return float("-inf") if text in ("", "nan", "None", "<NA>") else float(text)


def catalog(site):
    """The catalogue: what DCAT-AP requires, and that its files are there. Returns datasets and files."""
    path = site / "data" / "catalog.jsonld"
    hold(path.is_file(), path, "is not there")
    contexts = json.loads(path.read_text())["@context"]
    hold(isinstance(contexts, dict), path, "needs a context from elsewhere")
    graph = rdflib.Graph()
    graph.parse(data=path.read_text(), format="json-ld", publicID=urllib.parse.urljoin(BASE, "catalog.jsonld"))

    def one(subject, *properties):
        for p in properties:
            hold(next(graph.objects(subject, p), None) is not None, path, f"{subject} has no {p.n3(graph.namespace_manager)}")

    catalogs = list(graph.subjects(RDF.type, DCAT.Catalog))
    hold(len(catalogs) == 1, path, f"has {len(catalogs)} catalogues")
    one(catalogs[0], DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.license, DCAT.dataset)
    datasets = list(graph.objects(catalogs[0], DCAT.dataset))
    hold(len(datasets) == len(releases(site)), path, f"has {len(datasets)} datasets")
    seen = 0
    for dataset in datasets:
        hold((dataset, RDF.type, DCAT.Dataset) in graph, path, f"{dataset} is no dataset")
        one(dataset, DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.identifier, DCTERMS.issued,
            DCTERMS.license, DCTERMS.temporal, DCTERMS.spatial, DCAT.contactPoint, DCAT.distribution, DCAT.theme)
        languages = {t.language for t in graph.objects(dataset, DCTERMS.title)}
        hold({"en", "ur"} <= languages, path, f"{dataset} has titles in {languages}")
        for publisher in graph.objects(dataset, DCTERMS.publisher):
            one(publisher, FOAF.name)
        for date in graph.objects(dataset, DCTERMS.issued):
            hold(date.datatype == XSD.date and not date.ill_typed, path, f"{dataset} was issued on {date}")
        for file in graph.objects(dataset, DCAT.distribution):
            one(file, DCAT.accessURL, DCAT.downloadURL, DCAT.mediaType, DCAT.byteSize, DCTERMS.license, SPDX.checksum)
            address = str(graph.value(file, DCAT.downloadURL))
            hold(address.startswith(BASE), path, f"{address} is not of the site")
            there = site / "data" / urllib.parse.unquote(address.removeprefix(BASE))
            hold(there.is_file(), path, f"{there} is not there")
            hold(int(graph.value(file, DCAT.byteSize)) == there.stat().st_size, path, f"{there} has another size")
            checksum = graph.value(graph.value(file, SPDX.checksum), SPDX.checksumValue)
            hold(str(checksum).lower() == hashlib.sha256(there.read_bytes()).hexdigest(), path, f"{there} has another hash")
            seen += 1
    hold(seen, path, "has no file")
    return len(datasets), seen
