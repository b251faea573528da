"""Times a year's release by shumar, noise and signature included, beside DuckDB and Polars doing the
group-bys alone, without privacy, as whole processes in one run on one made-up police feed.

Usage: whole.py SHUMAR FEED [ROWS ...]      SHUMAR and FEED are the release binaries of the program
and of the example `feed` of shumar-synthetic. Needs Python with the packages duckdb and polars. The
kernel's own account of each child is read; of several turns the fastest counts.

raw      at most two records of a person in the year (row_number over her records), then all published
         margins, from the CSV file or from the same as Parquet
lake     the margins from shumar's own lake files, with its ordinals as the filter
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).parents[2]
PROVIDER = ROOT / "ingest" / "synthetic" / "home" / "police-feed.toml"
CODES = ROOT / "schemas" / "codes"
TURNS = 3
MARGINS = [
    [], ["division"], ["district"], ["division", "offence_group"], ["district", "quarter"],
    ["quarter", "offence_group"], ["district", "offence_group"],
    ["outcome"], ["division", "outcome"],
]
DUCKDB = f"""
import duckdb, sys
records, how = sys.argv[1:]
margins = {MARGINS!r}
duckdb.sql("set memory_limit = '6GB'")
if how == "lake":
    bounded = f'''
        select district, quarter(report_month) as quarter, offence_lead as offence,
            outcome_complaint as outcome
        from read_parquet('{{records}}') where ordinal_kind <= 2 and ordinal_year <= 3
            and report_month between date '2025-01-01' and date '2025-12-31' '''
else:
    source = f"read_csv('{{records}}', header = true, all_varchar = true)"
    source = source if how == "csv" else f"read_parquet('{{records}}')"
    bounded = f'''
        select district, (cast(month[6:7] as integer) + 2) // 3 as quarter, offence, outcome
        from (select *, row_number() over (partition by person order by row_ref) as place
            from {{source}} where month[1:4] = '2025') where place <= 2'''
sets = ", ".join("(" + ", ".join(m) + ")" for m in margins)
duckdb.sql(f'''
    with finest as (
        select district, quarter, offence, outcome, count(*) as n from ({{bounded}}) group by all)
    select division, district, quarter, offence_group, outcome, sum(n) from finest
    join (select code as district, division from read_csv('{CODES}/district.csv')) using (district)
    join (select code as offence, offence_group from read_csv('{CODES}/offence.csv')) using (offence)
    group by grouping sets ({{sets}})''').fetchall()
"""
POLARS = f"""
import polars as pl, sys
records, how = sys.argv[1:]
margins = {MARGINS!r}
codes = lambda name, code, group: pl.scan_csv(f'{CODES}/{{name}}.csv').select(pl.col("code").alias(code), group)
source = pl.scan_csv(records, infer_schema=False) if how == "csv" else pl.scan_parquet(records)
place = pl.int_range(pl.len()).over("person")
month = pl.col("month").str.slice(5, 2).cast(pl.Int32)
finest = (
    source.filter(pl.col("month").str.starts_with("2025")).filter(place < 2)
    .select("district", "offence", "outcome", quarter=(month + 2) // 3)
    .group_by("district", "quarter", "offence", "outcome").agg(n=pl.len())
    .collect(engine="streaming").lazy()
    .join(codes("district", "district", "division"), on="district")
    .join(codes("offence", "offence", "offence_group"), on="offence")
)
pl.collect_all([(finest.group_by(m) if m else finest).agg(pl.col("n").sum()) if m else finest.select(pl.col("n").sum()) for m in margins])
"""


def run(*command):
    """Wall seconds, processor seconds and peak memory (MiB) of a command."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - start
    assert status == 0, command
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def fastest(turn):
    return min(turn() for _ in range(TURNS))


def lake(shumar, csv, home, calendar):
    """A home with the feed in its lake."""
    subprocess.run([shumar, "init", home, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    path = home / "shumar.toml"
    settings = path.read_text(encoding="utf-8") + "\n" + PROVIDER.read_text(encoding="utf-8")
    if calendar == "police":
        tables = 'tables = ["police-complaints", "police-outcomes"]'
        settings = re.sub(r"tables = \[[^]]*\]", tables, settings, count=1)
        settings = re.sub(r"indicators = \[[^]]*\]", "indicators = []", settings, count=1)
    path.write_text(settings, encoding="utf-8")
    take_in = [shumar, "ingest", csv, "--home", home, "--provider", "police-feed", "--quiet"]
    subprocess.run(take_in, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def release(shumar, home):
    """Makes the release in a copy, as a release is made once. Nothing notes that copies charge."""
    os.environ["SHUMAR_STATE"] = "none"
    copy = home.with_name("copy")
    shutil.copytree(home, copy, copy_function=os.link)
    shutil.copy(home / "shumar.db", copy / "own.db")
    (copy / "own.db").replace(copy / "shumar.db")
    figures = run(shumar, "release", "annual", "--period", "2025", "--home", copy, "--quiet")
    shutil.rmtree(copy)
    return figures


def main():
    shumar, feed = sys.argv[1:3]
    sizes = [int(n) for n in sys.argv[3:]] or [1_000_000, 10_000_000]
    print(f"{'rows':>10} {'job':<24} {'wall s':>7} {'cpu s':>7} {'peak MiB':>9}")
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            csv, parquet, home = folder / "feed.csv", folder / "feed.parquet", folder / "home"
            subprocess.run([feed, csv, str(rows), "7"], check=True)
            to = f"copy (from read_csv('{csv}', header = true, all_varchar = true)) to '{parquet}'"
            subprocess.run([sys.executable, "-c", f'import duckdb; duckdb.sql("{to}")'], check=True)
            jobs = {}
            for calendar in ("police", "default"):
                shutil.rmtree(home, ignore_errors=True)
                lake(shumar, csv, home, calendar)
                jobs[f"shumar, {calendar}"] = fastest(lambda: release(shumar, home))
            files = home / "lake" / "police" / "year=2025" / "*.parquet"
            for name, program in (("duckdb", DUCKDB), ("polars", POLARS)):
                for how, path in (("csv", csv), ("parquet", parquet), ("lake", files)):
                    if (name, how) != ("polars", "lake"):
                        command = [sys.executable, "-c", program, path, how]
                        jobs[f"{name}, {how}"] = fastest(lambda: run(*command))
            ours = jobs["shumar, default"][0]
            for name, (wall, cpu, peak) in jobs.items():
                ratio = "" if name.startswith("shumar") else f"  shumar takes {ours / wall:.2f} of it"
                print(f"{rows:>10} {name:<24} {wall:>7.2f} {cpu:>7.2f} {peak:>9.0f}{ratio}", flush=True)
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


main()
