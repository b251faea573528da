"""Looks at a demo home with other people's tools: DuckDB reads the lake and the releases, and
minisign checks the signatures. Usage: home.py HOME"""

import json
import math
import pathlib
import subprocess
import sys

import duckdb
import numpy as np

home = pathlib.Path(sys.argv[1])

lake = duckdb.sql(f"select count(*) from read_parquet('{home}/lake/*/*/*.parquet', union_by_name=true)").fetchall()[0][0]
print("DuckDB reads", lake, "records of the lake")
assert lake > 1000

for kind in sorted(p.name for p in (home / "lake").iterdir() if p.is_dir() and p.name[0] != "."):
    files = f"{home}/lake/{kind}/*/*.parquet"
    worst = duckdb.sql(
        f"""select count(*) from (
              select person_id, year, ordinal_kind from read_parquet('{files}', hive_partitioning=true)
              group by all having count(*) > 1)"""
    ).fetchall()[0][0]
    assert worst == 0, f"{kind}: a place was given twice"
    unsorted = duckdb.sql(
        f"""select count(*) from (
              select person_id < lag(person_id) over (partition by filename order by file_row_number) as back
              from read_parquet('{files}', filename=true, file_row_number=true)) where back"""
    ).fetchall()[0][0]
    assert unsorted == 0, f"{kind}: not sorted by person"



def cells(release, document, file, by, value):
    """The values of a file as an array over the codes of its dimensions, whatever their order."""
    axes = [codes(document, name) for name in by]
    found = np.full([len(a) for a in axes], np.nan)
    columns = ", ".join(f'"{name}"' for name in by + [value])
    for *place, number in duckdb.sql(f"select {columns} from '{release}/{file}'").fetchall():
        found[tuple(a.index(c) for a, c in zip(axes, place))] = number
    assert not np.isnan(found).any(), file
    return found


def codes(document, name):
    (dimension,) = (d for d in document["dimensions"] if d["id"] == name)
    return [c["code"] for c in dimension["codes"]]


def base_of(document, name):
    (dimension,) = (d for d in document["dimensions"] if d["id"] == name)
    return dimension.get("level_of") or name


def sums_to(document, by):
    """The matrix that sums the cells of the whole table, last dimension fastest, to a margin."""
    matrix = np.ones((1, 1))
    for dimension in (d for d in document["dimensions"] if "level_of" not in d):
        finest = [c["code"] for c in dimension["codes"]]
        name = next((n for n in by if base_of(document, n) == dimension["id"]), None)
        if name is None:
            own = np.ones((1, len(finest)))
        elif name == dimension["id"]:
            own = np.eye(len(finest))
        else:
            (level,) = (d for d in document["dimensions"] if d["id"] == name)
            own = (np.array(codes(document, name))[:, None] == np.array(level["members"])[None, :]) * 1.0
        matrix = np.kron(matrix, own)
    return matrix


solved = summed = told = 0
for release in sorted((home / "releases").glob("[!.]*")):
    document = json.loads((release / "release.json").read_text())
    for table in document["tables"]:
        order = [d["id"] for d in table["dimensions"] if "level_of" not in d]
        margins = [m for s in document["statistics"] if s["table"] == table["id"] for m in s["margins"]]

        def in_order(by, array):
            return np.transpose(array, sorted(range(len(by)), key=lambda i: order.index(base_of(table, by[i]))))

        estimates = [
            in_order(m["by"], cells(release, table, m["file"], m["by"], "estimate")) for m in margins
        ]
        # Every margin adds up to every coarser one, to the last printed digit.
        units = [np.round(e * 10000).astype(int) for e in estimates]
        for fine, x in zip(margins, units):
            for coarse, y in zip(margins, units):
                bases = [base_of(table, n) for n in fine["by"]]
                exact = all(
                    n in fine["by"] or (base_of(table, n) in fine["by"]) for n in coarse["by"]
                )
                if fine is coarse or not exact or not set(map(lambda n: base_of(table, n), coarse["by"])) <= set(bases):
                    continue
                part = {"dimensions": [d for d in table["dimensions"] if d["id"] in fine["by"] or d.get("level_of") in fine["by"]]}
                part["dimensions"] = [{k: v for k, v in d.items() if k != "level_of" or v in fine["by"]} for d in part["dimensions"]]
                total = sums_to(part, coarse["by"]) @ x.ravel()
                assert (total == y.ravel()).all(), (release.name, fine["id"], coarse["id"])
                summed += 1
        # Least squares over the whole table, where it is small enough to be solved at once.
        size = math.prod(len(codes(table, n)) for n in order)
        if size > 1500:
            continue
        rows, noisy = [], []
        for m in table["measurements"]:
            weight = 1 / math.sqrt(m["variance"])
            rows.append(sums_to(table, m["by"]) * weight)
            noisy.append(cells(release, table, m["file"], m["by"], "noisy").ravel() * weight)
        whole = np.linalg.lstsq(np.vstack(rows), np.concatenate(noisy), rcond=None)[0]
        inverse = np.linalg.pinv(np.vstack(rows).T @ np.vstack(rows), rcond=1e-10, hermitian=True)
        calibrated = any(t.get("calibrates") == table["id"] for t in document["tables"])
        for m, estimate in zip(margins, estimates):
            wanted = sums_to(table, m["by"])
            bounded = wanted @ whole
            if calibrated:
                # The ratio of the totals, and what each code has beyond it: a matrix of rank two.
                total = next(e.item() for n, e in zip(margins, estimates) if not n["by"]) if any(
                    not n["by"] for n in margins) else estimate.sum()
                beyond = estimate - total / whole.sum() * bounded.reshape(estimate.shape)
                assert abs(beyond.sum()) < 0.1, (table["id"], m["id"])
                if estimate.ndim == 2:
                    assert (np.linalg.svd(beyond, compute_uv=False)[2:] < 0.1).all(), (table["id"], m["id"])
                told += estimate.size
                continue
            assert np.abs(bounded - estimate.ravel()).max() < 0.05, (table["id"], m["id"])
            errors = in_order(m["by"], cells(release, table, m["file"], m["by"], "standard_error")).ravel()
            best = np.sqrt(np.einsum("ij,jk,ik->i", wanted, inverse, wanted))
            assert np.abs(errors - best).max() < 1e-6 * best.max(), (table["id"], m["id"])
            solved += estimate.size
    subprocess.run(
        ["minisign", "-Vm", release / "release.json", "-p", home / "keys" / "signing.pub", "-q"], check=True
    )
    print("minisign accepts", release.name)
print("numpy finds", summed, "pairs of margins that add up to the last digit")
print("numpy finds", solved, "estimates and errors equal to those of dense least squares")
print("numpy finds", told, "calibrated estimates that follow from those and the ratio of the totals")
assert summed > 20 and solved > 50 and told > 200
