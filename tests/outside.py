"""Looks at a demo home with other people's tools: DuckDB reads the lake and the releases, and
minisign checks the signatures. Usage: outside.py HOME"""

import json
import pathlib
import subprocess
import sys

import duckdb

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

sums = 0
for release in sorted((home / "releases").glob("[!.]*")):
    document = json.loads((release / "release.json").read_text())
    for table in document["tables"]:
        (measurement,) = table["measurements"]
        levels = {d["id"]: d for d in table["dimensions"] if "level_of" in d}
        base = {d["id"]: [c["code"] for c in d["codes"]] for d in table["dimensions"] if "level_of" not in d}
        for margin in table["margins"]:
            columns, joins = [], ""
            for by in margin["by"]:
                if by in levels:
                    of = levels[by]["level_of"]
                    pairs = ",".join(f"('{c}','{m}')" for c, m in zip(base[of], levels[by]["members"]))
                    joins += f" join (values {pairs}) as map_{by}(code, member) on m.\"{of}\" = map_{by}.code"
                    columns.append(f"map_{by}.member")
                else:
                    columns.append(f'm."{by}"')
            key = " || '/' || ".join(columns) or "''"
            found = dict(
                duckdb.sql(
                    f"select {key} as key, sum(noisy)::double from '{release}/{measurement['file']}' m {joins} group by all"
                ).fetchall()
            )
            stated_key = " || '/' || ".join(f'"{by}"' for by in margin["by"]) or "''"
            stated = dict(
                duckdb.sql(f"select {stated_key}, estimate from '{release}/{margin['file']}'").fetchall()
            )
            assert found == stated, (release.name, table["id"], margin["id"])
            sums += len(stated)
    subprocess.run(
        ["minisign", "-Vm", release / "release.json", "-p", home / "keys" / "signing.pub", "-q"], check=True
    )
    print("minisign accepts", release.name)
print("DuckDB finds", sums, "estimates equal to the sums of their measurements")
