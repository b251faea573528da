"""Every PDF of the site: it can be read aloud in its language, holds nothing that runs, and its text comes
out as text. pypdf reads what it is made of, pdftotext its words."""

import pathlib
import re
import subprocess
import unicodedata

import pypdf

from common import hold, releases

LANGUAGES = ("en", "ur")


def look(site):
    """All papers; returns what was seen."""
    site = pathlib.Path(site)
    names = {t: "" for t in LANGUAGES}
    for release in releases(site):
        for tag, name in release.document["commission"]["name"].items():
            names[tag] = name
    found = sorted(site.rglob("*.pdf"))
    pages = dict.fromkeys(LANGUAGES, 0)
    for path in found:
        tag = next((t for t in LANGUAGES if re.search(rf"(^|[-_./]){t}([-_./]|$)", str(path.relative_to(site)))), None)
        hold(tag, path, "does not say its language in its name")
        pages[tag] += paper(path, tag, names[tag])
    for tag in LANGUAGES:
        hold(pages[tag], site, f"has no paper in `{tag}`")
    told = ", ".join(f"{count} pages in {tag}" for tag, count in pages.items())
    return f"pypdf and pdftotext read {len(found)} papers: {told}"


def paper(path, tag, publisher):
    """One paper. Returns its number of pages."""
    reader = pypdf.PdfReader(path, strict=True)
    hold(not reader.is_encrypted, path, "is locked")
    root = reader.trailer["/Root"]
    hold(str(root.get("/Lang", "")).split("-")[0] == tag, path, "says that its language is", root.get("/Lang"))
    hold(root.get("/MarkInfo", {}).get("/Marked"), path, "is not tagged")
    hold("/StructTreeRoot" in root, path, "has no structure to read aloud")
    hold(reader.metadata and reader.metadata.title, path, "has no title")
    for name in ("/OpenAction", "/AA", "/AcroForm"):
        hold(name not in root, path, "has", name)
    hold(not reader.attachments, path, "has files inside")
    named = root.get("/Names", {})
    hold("/JavaScript" not in named, path, "has a script")
    claims = root["/Metadata"].get_data().decode() if "/Metadata" in root else ""
    for claim in ("pdfuaid:part", "pdfaid:part"):
        hold(claim in claims, path, f"does not claim to be {claim.split('id')[0].upper()}")
    fonts = 0
    for page in reader.pages:
        for font in (page.get("/Resources", {}).get("/Font") or {}).values():
            fonts += embedded(path, font.get_object())
    hold(fonts, path, "has no font")
    text = words(path)
    letters = [c for c in text if c.isalpha()]
    own = [c for c in letters if unicodedata.name(c, "").startswith("ARABIC" if tag == "ur" else "LATIN")]
    hold(len(own) > len(letters) / 2 and len(own) > 200, path, f"has {len(own)} letters of its language among {len(letters)}")
    unknown = [c for c in text if c == "\ufffd" or unicodedata.category(c) == "Co"]
    hold(not unknown, path, f"has {len(unknown)} glyphs without a letter")
    # A word whose letters carry marks may come out otherwise; most must be found as they are typed.
    wanted = [w for w in plain(publisher).split() if w.isalpha()]
    lost = [w for w in wanted if w not in text]
    hold(len(wanted) > 1 and len(lost) <= len(wanted) / 4, path, "does not name its publisher in words that can be searched:", lost)
    return len(reader.pages)


def embedded(path, font):
    """Every font stands in the file and says its letters."""
    hold("/ToUnicode" in font or font.get("/Subtype") == "/Type3", path, font.get("/BaseFont"), "does not say its letters")
    below = [f.get_object() for f in font.get("/DescendantFonts", [])] or [font]
    for one in below:
        about = one.get("/FontDescriptor", {})
        inside = any(k in about for k in ("/FontFile", "/FontFile2", "/FontFile3"))
        hold(inside or font.get("/Subtype") == "/Type3", path, font.get("/BaseFont"), "is not in the file")
    return 1


def words(path):
    """The text, in the order of reading, as a person would search for it."""
    run = subprocess.run(["pdftotext", "-enc", "UTF-8", path, "-"], check=True, capture_output=True, text=True)
    return plain(run.stdout)


def plain(text):
    """Letters as they are typed: no ligature, no mark, no sign of direction."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Mn"))
