"""Every workbook by openpyxl: nothing hidden, nothing merged, nothing that runs or leads elsewhere, and one
marked table a sheet with all rows of its list."""

import re
import warnings
import zipfile

import openpyxl

from common import hold, releases, texts

# Parts of a workbook that ours never have.
STRANGE = ("externalLinks/", "comments", "vbaProject", "customXml/", "drawings/", "embeddings/", "ctrlProps/", "connections", "queryTables/", "activeX/")
# The sheets before the tables: cover, contents, notes.
FRONT = 3


def look(site):
    """All workbooks; returns what was seen."""
    books = sheets = rows = 0
    for release in releases(site):
        subjects = release.lists()
        found = {p.stem: p for p in release.files("*.xlsx")}
        hold(sorted(found) == sorted(subjects), release.folder.name, "has other workbooks than lists")
        for subject, path in found.items():
            s, r = book(path, subjects[subject])
            books, sheets, rows = books + 1, sheets + s, rows + r
    return f"openpyxl finds {books} workbooks with {sheets} plain sheets and {rows} rows of tables"


def book(path, lists):
    """One workbook. Returns how many sheets and rows of tables it has."""
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            hold(not any(s in part for s in STRANGE), path, f"has the part {part}")
            if part.endswith(".rels"):
                outside = b'TargetMode="External"' in archive.read(part) and not allowed(archive.read(part))
                hold(not outside, path, f"leads elsewhere in {part}")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        workbook = openpyxl.load_workbook(path, keep_links=True)
    hold(not said, path, "openpyxl says", [str(w.message) for w in said])
    hold(not workbook._external_links, path, "has links to other workbooks")
    hold(not workbook.defined_names, path, "has defined names", list(workbook.defined_names))
    hold(workbook.properties.title, path, "has no title")
    rows = []
    for place, sheet in enumerate(workbook.worksheets):
        name = f"{path}, sheet {sheet.title}:"
        plain(name, sheet)
        hold(sheet["A1"].value, name, "does not begin in A1")
        if place >= FRONT:
            rows.append(table(name, sheet))
    hold(len(workbook.sheetnames) == len(workbook.worksheets), path, "has sheets that are no worksheets")
    wanted = sorted(len(texts(csv)[1]) for csv in lists)
    hold(sorted(rows) == wanted, path, f"has tables of {sorted(rows)} rows, the CSV files {wanted}")
    return len(workbook.worksheets), sum(rows)


def allowed(rels):
    """Links for readers to the licence alone lead out of a workbook."""
    targets = re.findall(rb'Target="([^"]*)"[^>]*TargetMode="External"', rels)
    return all(t.startswith(b"https://creativecommons.org/") for t in targets)


def plain(name, sheet):
    """Nothing hidden, merged, commented or computed."""
    hold(sheet.sheet_state == "visible", name, "is", sheet.sheet_state)
    hold(not sheet.merged_cells.ranges, name, "has merged cells", sheet.merged_cells.ranges)
    hold(not sheet.defined_names, name, "has defined names")
    hold(not sheet.data_validations.dataValidation, name, "has rules for input")
    for of, dimensions in (("column", sheet.column_dimensions), ("row", sheet.row_dimensions)):
        hidden = [k for k, d in dimensions.items() if d.hidden or d.width == 0] if of == "column" else [k for k, d in dimensions.items() if d.hidden]
        hold(not hidden, name, f"has a hidden {of}", hidden[:3])
    for row in sheet.iter_rows():
        for cell in row:
            hold(cell.comment is None, name, f"{cell.coordinate} has a comment")
            hold(cell.data_type != "f", name, f"{cell.coordinate} is a formula")
            hold(cell.data_type != "e", name, f"{cell.coordinate} is an error")


def table(name, sheet):
    """The one table of a sheet, in column A, with a header of its own. Returns its rows."""
    hold(len(sheet.tables) == 1, name, f"has {len(sheet.tables)} tables")
    (marked,) = sheet.tables.values()
    cells = sheet[marked.ref]
    hold(cells[0][0].column == 1, name, "has a table beside column A")
    header = [c.value for c in cells[0]]
    hold(all(isinstance(h, str) and h.strip() for h in header), name, "has a column without a header")
    hold(len(header) == len(set(header)), name, "has a header twice")
    hold(cells[-1][0].row == sheet.max_row, name, "has something below its table")
    blank = [c.coordinate for c in (r[0] for r in cells[1:]) if c.value is None]
    hold(not blank, name, f"has blanks in column A, {blank[:2]}")
    return len(cells) - 1
