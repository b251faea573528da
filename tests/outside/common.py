"""What the checks of a site share: its releases, its tables, and how a flaw is told."""

import dataclasses
import functools
import json
import pathlib

import duckdb


class Wrong(Exception):
    """What is wrong with a site, in words: which file, what, and where in it."""


def hold(condition, *words):
    """Tells what is wrong unless the condition holds."""
    if not condition:
        raise Wrong(" ".join(str(w) for w in words))


@dataclasses.dataclass(frozen=True)
class Release:
    """The data folder of one release."""

    folder: pathlib.Path

    @functools.cached_property
    def document(self):
        return json.loads((self.folder / "release" / "release.json").read_text())

    def files(self, pattern):
        """The files of a pattern; there must be some."""
        found = sorted(self.folder.glob(pattern))
        hold(found, f"{self.folder.name}: no file is a `{pattern}`")
        return found

    def lists(self):
        """The CSV files of all lists by their subject: a statistic or an indicator."""
        by_subject = {}
        for path in self.files("*--*.csv"):
            by_subject.setdefault(path.name.split("--")[0], []).append(path)
        return by_subject


def releases(site):
    """All releases of a site; there must be some."""
    found = [Release(f) for f in sorted((pathlib.Path(site) / "data").iterdir()) if (f / "release").is_dir()]
    hold(found, f"{site}: there is no release in `data`")
    return found


def texts(path):
    """A CSV file as texts, blanks as None: its header and a relation with a row number `row_`."""
    relation = duckdb.sql(
        f"""select *, row_number() over () as row_ from read_csv('{path}', header=true, all_varchar=true,
            delim=',', quote='"', escape='"', nullstr='', allow_quoted_nulls=true, strict_mode=true)"""
    )
    return [c for c in relation.columns if c != "row_"], relation
