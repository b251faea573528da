"""Holds the checks of a site's files to their word: one flaw after the other is put into a copy of a real
site, and must be told. Usage: selftest.py SITE"""

import contextlib
import io
import json
import pathlib
import shutil
import sys
import tempfile

import duckdb
import openpyxl
import pypdf
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

import exchange
import papers
import tables
import workbooks
from common import Release, Wrong, releases


def main():
    wrong = flaws = 0
    with tempfile.TemporaryDirectory() as folder:
        small = Small(pathlib.Path(sys.argv[1]), pathlib.Path(folder))
        for name, flaw, look in small.cases():
            small.restore()
            with contextlib.redirect_stdout(io.StringIO()):
                before = told(look)
                flaw()
                after = told(look)
            flaws += 1
            if before or not after:
                wrong += 1
                print(f"{name}: {'told of a right file: ' + before if before else 'was not told'}")
    print(f"{flaws - wrong} of {flaws} seeded flaws of data files are seen")
    sys.exit(1 if wrong else 0)


def told(look):
    """What is told, or nothing."""
    try:
        look()
    except Wrong as flaw:
        return str(flaw)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def keyed(path):
    """Whether a list is by district."""
    return path.read_text().startswith("district,")


class Small:
    """A copy of one release with one subject, whose files may be spoilt."""

    def __init__(self, site, folder):
        whole = releases(site)[-1]
        subjects = whole.lists()
        # One that is broken down by area, and not large.
        self.subject = min((s for s, found in subjects.items() if any(map(keyed, found))), key=lambda s: len(subjects[s]))
        self.kept, self.site = folder / "kept", folder / "site"
        data = self.kept / "data" / whole.folder.name
        for path in whole.folder.rglob("*"):
            name = path.relative_to(whole.folder)
            mine = path.name.split("--")[0].split(".")[0] == self.subject or name.parts[0] in ("codes", "release")
            if path.is_file() and mine or name.name == "structure.json":
                (data / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, data / name)
        self.reduce(whole.folder, data)
        shutil.copyfile(site / "data" / "catalog.jsonld", self.kept / "data" / "catalog.jsonld")
        self.catalog(data)
        self.papers(site)
        self.data = self.site / "data" / whole.folder.name
        self.list = next(p.name for p in subjects[self.subject] if keyed(p))

    def reduce(self, whole, data):
        """Descriptions of the whole release, cut down to what was copied."""
        package = json.loads((whole / "datapackage.json").read_text())
        package["resources"] = [r for r in package["resources"] if (data / r["path"]).is_file()]
        (data / "datapackage.json").write_text(json.dumps(package))
        lines = (whole / "manifest.sha256").read_text().splitlines()
        changed = ("datapackage.json", "structure.json")
        kept = [line for line in lines if (data / line[66:]).is_file() and not line.endswith(changed)]
        (data / "manifest.sha256").write_text("\n".join(kept) + "\n")
        structure = json.loads((data / "sdmx" / "structure.json").read_text())
        flow = (data / "sdmx" / f"{self.subject}.csv").read_text().splitlines()[1].split(",")[1].split(":")[1].split("(")[0]
        for kind in ("dataStructures", "dataflows"):
            structure["data"][kind] = [s for s in structure["data"][kind] if s["id"] == flow]
        (data / "sdmx" / "structure.json").write_text(json.dumps(structure))

    def catalog(self, data):
        """The catalogue of the one release and the files that were copied."""
        path = self.kept / "data" / "catalog.jsonld"
        document = json.loads(path.read_text())
        document["dcat:dataset"] = [d for d in document["dcat:dataset"] if d["@id"].strip("/") == data.name]
        changed = ("datapackage.json", "manifest.sha256", "structure.json")
        for dataset in document["dcat:dataset"]:
            files = dataset["dcat:distribution"]
            address = lambda f: f["dcat:downloadURL"]
            dataset["dcat:distribution"] = [
                f for f in files if (data.parent / address(f)).is_file() and not address(f).endswith(changed)
            ]
        path.write_text(json.dumps(document))

    def papers(self, site):
        """One paper of each language."""
        for tag in papers.LANGUAGES:
            found = sorted(site.rglob(f"*{tag}*.pdf")) or sorted((site / tag).rglob("*.pdf"))
            if found:
                shutil.copyfile(found[0], self.kept / f"paper-{tag}.pdf")

    def restore(self):
        shutil.rmtree(self.site, ignore_errors=True)
        shutil.copytree(self.kept, self.site)

    def cases(self):
        """Name, flaw, and the look that must tell it."""
        yield from self.of_tables()
        yield from self.of_exchange()
        yield from self.of_workbooks()
        yield from self.of_papers()

    def text(self, path, change):
        def flaw():
            file = self.data / path
            before = file.read_text()
            file.write_text(change(before))
            assert file.read_text() != before, f"{path} was not changed"

        return flaw

    def json(self, path, change):
        def spoilt(text):
            document = json.loads(text)
            change(document)
            return json.dumps(document, ensure_ascii=False)

        return self.text(path, spoilt)

    def cell(self, column, value, row=1):
        def spoilt(text):
            lines = text.split("\n")
            place = lines[0].split(",").index(column)
            fields = lines[row].split(",")
            fields[place] = value
            lines[row] = ",".join(fields)
            return "\n".join(lines)

        return spoilt

    def of_tables(self):
        name, about = self.list, f"{self.list}-metadata.json"
        package = lambda: tables.package(Release(self.data))
        described = lambda: tables.described(self.data / name)
        framed = lambda: tables.frame(self.data / f"{self.subject}.parquet", Release(self.data).lists()[self.subject])
        first = lambda m: m["tables"][0]["tableSchema"]["columns"]
        # Sizes and hashes alone would tell of any change, so they are left out here.
        loose = lambda d: [r.pop(k, None) for r in d["resources"] for k in ("hash", "bytes")]

        def loosely(path, change):
            def flaw():
                self.json("datapackage.json", loose)()
                self.text(path, change)()

            return flaw

        twice = lambda text: text + text.split("\n")[1] + "\n"
        yield "a byte more", self.text(name, lambda t: t + "\n"), package
        yield "a word among numbers", loosely(name, self.cell("lower", "many")), package
        yield "a code that is none", loosely(name, self.cell(self.key(), "nowhere")), package
        yield "a key twice", loosely(name, twice), package
        yield "a list that the package forgets", self.json("datapackage.json", lambda d: d["resources"].pop(0)), package
        yield "a list that is not there", lambda: (self.data / name).unlink(), package
        yield "a file that was changed", self.bytes(f"{self.subject}.xlsx"), lambda: tables.manifest(Release(self.data))
        yield "a number that is none", self.text(name, self.cell("lower", "1;0")), described
        yield "a code without an entry", self.text(name, self.cell(self.key(), "nowhere")), described
        yield "a row twice", self.text(name, twice), described
        yield "a blank code", self.text(name, self.cell(self.key(), "")), described
        yield "a column of another name", self.text(name, lambda t: t.replace("lower", "lowest", 1)), described
        yield "another context", self.json(about, lambda m: m.update({"@context": "http://example.org/"})), described
        yield "a property that is none", self.json(about, lambda m: first(m)[0].update(colour="red")), described
        yield "a type that is none", self.json(about, lambda m: first(m)[0].update(datatype="word")), described
        yield "a column's name that is none", self.json(about, lambda m: first(m)[0].update(name="a-b")), described
        yield "a column too few", self.json(about, lambda m: first(m).pop()), described
        yield "a table elsewhere", self.json(about, lambda m: m["tables"][0].update(url="https://example.org/a.csv")), described
        yield "another value in Parquet", self.parquet("upper = coalesce(upper, 0) + 1"), framed
        yield "another text in Parquet", self.parquet("unit = 'things'"), framed
        yield "a row less in Parquet", self.parquet(None), framed
        yield "no metadata", lambda: (self.data / about).unlink(), described

    def key(self):
        return (self.data / self.list).read_text().split(",", 1)[0]

    def bytes(self, path):
        def flaw():
            with (self.data / path).open("ab") as file:
                file.write(b"\0")

        return flaw

    def parquet(self, change):
        def flaw():
            path = self.data / f"{self.subject}.parquet"
            duckdb.sql(f"create or replace table spoilt as select * from read_parquet('{path}')")
            last = "where rowid = (select max(rowid) from spoilt)"
            duckdb.sql(f"update spoilt set {change} {last}" if change else f"delete from spoilt {last}")
            duckdb.sql(f"copy spoilt to '{path}' (format parquet)")

        return flaw

    def of_exchange(self):
        sdmx = lambda: exchange.sdmx(Release(self.data))
        catalog = lambda: exchange.catalog(self.site)
        data, structure = f"sdmx/{self.subject}.csv", "sdmx/structure.json"
        flow = lambda d: d["data"]["dataStructures"][0]["dataStructureComponents"]
        set_of = lambda d: d["dcat:dataset"][0]
        above = "../catalog.jsonld"
        file = lambda d: set_of(d)["dcat:distribution"][0]
        yield "an area that is none", self.text(data, self.cell("REF_AREA", "NOWHERE")), sdmx
        yield "a status that is none", self.text(data, self.cell("OBS_STATUS", "?")), sdmx
        yield "another value", self.text(data, self.cell("OBS_VALUE", "123456789")), sdmx
        yield "no unit", self.text(data, self.cell("UNIT_MEASURE", "")), sdmx
        yield "an observation twice", self.text(data, lambda t: t + t.split("\n")[1] + "\n"), sdmx
        yield "a column that is no component", self.text(data, lambda t: t.replace("OBS_STATUS", "STATUS", 1)), sdmx
        yield "a flow without a structure", self.json(structure, lambda d: d["data"]["dataStructures"].clear()), sdmx
        yield "a code list too few", self.json(structure, lambda d: d["data"]["codelists"].pop(0)), sdmx
        yield "a component without a concept", self.json(structure, lambda d: flow(d)["measureList"]["measures"][0].pop("conceptIdentity")), sdmx
        yield "a code twice", self.json(structure, lambda d: d["data"]["codelists"][0]["codes"].append(d["data"]["codelists"][0]["codes"][0])), sdmx
        for word in ("dct:title", "dct:description", "dct:publisher", "dct:issued", "dct:license", "dcat:distribution", "dcat:contactPoint"):
            yield f"a dataset without {word}", self.json(above, lambda d, w=word: set_of(d).pop(w)), catalog
        yield "a file without an address", self.json(above, lambda d: file(d).pop("dcat:accessURL")), catalog
        yield "a file elsewhere", self.json(above, lambda d: file(d).update({"dcat:downloadURL": "https://example.org/a"})), catalog
        yield "a file that is not there", self.json(above, lambda d: file(d).update({"dcat:downloadURL": "a/b.csv"})), catalog
        yield "a size that is not so", self.json(above, lambda d: file(d).update({"dcat:byteSize": "7"})), catalog
        yield "a context from elsewhere", self.json(above, lambda d: d.update({"@context": "https://example.org/context"})), catalog

    def of_workbooks(self):
        lists = lambda: Release(self.data).lists()[self.subject]
        look = lambda: workbooks.book(self.data / f"{self.subject}.xlsx", lists())

        def book(change):
            def flaw():
                path = self.data / f"{self.subject}.xlsx"
                workbook = openpyxl.load_workbook(path)
                change(workbook, workbook.worksheets[-1])
                workbook.save(path)

            return flaw

        def widen(workbook, sheet):
            (marked,) = sheet.tables.values()
            sheet.delete_rows(sheet.max_row)
            marked.ref = f"{marked.ref.split(':')[0]}:{openpyxl.utils.get_column_letter(sheet.max_column)}{sheet.max_row}"

        yield "a hidden sheet", book(lambda w, s: setattr(s, "sheet_state", "hidden")), look
        yield "a comment", book(lambda w, s: setattr(s["A1"], "comment", Comment("words", "somebody"))), look
        yield "merged cells", book(lambda w, s: s.merge_cells("A1:B1")), look
        yield "a formula", book(lambda w, s: setattr(s["A2"], "value", "=1+1")), look
        yield "a hidden column", book(lambda w, s: setattr(s.column_dimensions["B"], "hidden", True)), look
        yield "a hidden row", book(lambda w, s: setattr(s.row_dimensions[7], "hidden", True)), look
        yield "a name", book(lambda w, s: w.defined_names.add(DefinedName("secret", attr_text="Cover!$A$1"))), look
        yield "a link elsewhere", book(lambda w, s: setattr(s["A1"], "hyperlink", "https://example.org/")), look
        yield "no table", book(lambda w, s: s.tables.clear()), look
        yield "a row less", book(widen), look
        yield "words below the table", book(lambda w, s: s.append(["words"])), look

    def of_papers(self):
        english = lambda: self.site / "paper-en.pdf"
        look = lambda: papers.look(self.site)

        def paper(change):
            def flaw():
                writer = pypdf.PdfWriter(clone_from=english())
                change(writer)
                writer.write(english())

            return flaw

        drop = lambda key: lambda w: w.root_object.pop(pypdf.generic.NameObject(key))
        name = pypdf.generic.NameObject
        script = pypdf.generic.DictionaryObject(
            {name("/S"): name("/JavaScript"), name("/JS"): pypdf.generic.TextStringObject("app.alert(1)")}
        )
        yield "a script", paper(lambda w: w.root_object.update({name("/OpenAction"): script})), look
        yield "a file inside", paper(lambda w: w.add_attachment("a.txt", b"words")), look
        yield "a lock", paper(lambda w: w.encrypt("word")), look
        yield "no language", paper(drop("/Lang")), look
        yield "no structure", paper(drop("/StructTreeRoot")), look
        yield "no claim to be accessible", paper(drop("/Metadata")), look
        yield "the wrong language", lambda: shutil.copyfile(english(), self.site / "paper-ur.pdf"), look
        yield "no paper in Urdu", lambda: (self.site / "paper-ur.pdf").unlink(), look


main()
