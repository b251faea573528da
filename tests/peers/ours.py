"""The same tables by shumar, through its binary: init, ingest once, then release and publish anew each round."""

import csv
import os
import pathlib
import re
import shutil
import subprocess

import numpy as np

STATISTIC = """id = "compared"
kind = "police"
title = { en = "Compared tables", ur = "موازنہ" }
finest = [["district", "quarter", "offence_group"]]

[[dimensions]]
id = "district"
field = "district"
%s
[[dimensions]]
id = "quarter"
title = { en = "Quarter", ur = "سہ ماہی" }
period = "quarter"

[[dimensions]]
id = "offence_group"
title = { en = "Offence group", ur = "جرم کی قسم" }
field = "offence_lead"
level = "offence_group"

[[margins]]
by = []

[[margins]]
by = ["quarter"]

[[margins]]
by = ["offence_group"]

[[margins]]
by = ["quarter", "offence_group"]

[[margins]]
by = ["district"]

[[margins]]
by = ["district", "offence_group"]

[[margins]]
by = ["district", "quarter", "offence_group"]
"""
DIVISIONS = 'levels = [{ id = "division", title = { en = "Division", ur = "ڈویژن" } }]\n'
PROVIDER = """
[[providers]]
id = "cell"
name = { en = "Cell", ur = "سیل" }
kind = "police"
person = "person"
person_scope = "commission"
record_key = ["row"]
date_formats = ["%Y-%m"]

[providers.fields]
report_month = "month"
district = "district"
offence_lead = "offence"
"""
AXES = {"finest": ("district", "quarter", "offence_group"), "district x group": ("district", "offence_group"),
        "district": ("district",), "quarter x group": ("quarter", "offence_group"),
        "group": ("offence_group",), "quarter": ("quarter",), "total": ()}


class Home:
    """A home with one statistic, whose margins are those of the comparison."""

    def __init__(self, shumar, folder, scope, family, budget, bound, records, calibrated=True):
        self.shumar, self.dir = str(shumar), pathlib.Path(folder)
        os.environ["SHUMAR_STATE"] = "none"
        self.run("init", self.dir, home=None)
        path = self.dir / "shumar.toml"
        text = path.read_text(encoding="utf-8")
        text = re.sub(r'\[scope\]\nlist = "district"\nwhere = [^\n]*', "[scope]\n" + scope, text)
        text = re.sub(r'family = "laplace"\nbudget = "6"', f'family = "{family}"\nbudget = "{budget}"', text)
        generous = ", calibration = 20" if calibrated else ""
        text = re.sub(r"bounds = \{[^}]*\}", f"bounds = {{ all = {bound}{generous}, police = {bound} }}", text)
        text = re.sub(r"shares = \{[^}]*\}", 'shares = { scheduled = "1", rti = "0", revisions = "0" }', text)
        text = text.replace("# expected = { police = 2000, shelter = 900 }", f"expected = {{ police = {records} }}")
        text = re.sub(r"\ntables = \[[^]]*\]", '\ntables = ["compared"]', text, count=1)
        text = re.sub(r"\nindicators = \[[^]]*\]", "\nindicators = []", text, count=1)
        path.write_text(text + PROVIDER, encoding="utf-8")
        statistic = self.dir / "statistics" / "compared.toml"
        statistic.write_text(STATISTIC % (DIVISIONS if "where" in scope else ""), encoding="utf-8")

    def run(self, *arguments, home=True):
        where = () if home is None else ("--home", self.dir if home is True else home)
        command = [self.shumar, *arguments, *where, "--quiet"]
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
        return done.stdout

    def take(self, world, offences):
        """Ingests a world; `offences` names an offence of each group."""
        r = world.records
        path = self.dir / "world.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(["row", "person", "month", "district", "offence"])
            for row, (person, d, q, g) in enumerate(r.iter_rows()):
                out.writerow([row, f"p{person}", f"2025-{3 * q + 1:02}", world.districts[d], offences[g]])
        self.run("ingest", path, "--provider", "cell")

    def release(self, world, number):
        """One more release of the same records in a copy of the home: per margin the published columns."""
        copy = self.dir.with_name(f"{self.dir.name}-{number}")
        shutil.copytree(self.dir, copy)
        self.run("release", "annual", "--period", "2025", home=copy)
        self.run("publish", home=copy)
        found = {}
        codes = {"district": world.districts, "quarter": [f"2025-Q{q}" for q in (1, 2, 3, 4)],
                 "offence_group": world.groups}
        data = copy / "site" / "data" / "annual-2025"
        for name, axes in AXES.items():
            path = data / ("compared--" + ("-".join(axes) or "total") + ".csv")
            shape = [len(codes[a]) for a in axes]
            where = [{c: i for i, c in enumerate(codes[a])} for a in axes]
            columns = {}
            with path.open(encoding="utf-8") as file:
                for row in csv.DictReader(file):
                    at = tuple(index[row[a]] for index, a in zip(where, axes))
                    for key, text in row.items():
                        if key in WANTED and text != "":
                            columns.setdefault(key, np.full(shape, np.nan))[at] = float(text)
            found[name] = columns
        shutil.rmtree(copy)
        return found


WANTED = ("estimate", "lower", "upper", "displayed", "modelled", "modelled_lower", "modelled_upper")
