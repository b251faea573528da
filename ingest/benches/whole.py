"""Times shumar taking in a made-up police feed beside DuckDB doing the same job (CSV to typed,
filtered, person-sorted Parquet), as whole processes in one run.

Usage: whole.py SHUMAR FEED [ROWS ...]      SHUMAR and FEED are the release binaries of the program
and of the example `feed` of shumar-synthetic. Needs Python with the package duckdb, and /usr/bin/time
is not needed: the kernel's own account of each child is read.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

PROVIDER = pathlib.Path(__file__).parents[1] / "synthetic" / "home" / "police-feed.toml"
DUCKDB = """
import duckdb, sys
feed, out = sys.argv[1:]
duckdb.sql("set memory_limit = '3GB'")
duckdb.sql(f\"\"\"
copy (
    select row_ref, person, strptime(month, '%Y-%m')::date as month, district, offence, age, outcome
    from read_csv('{feed}', header = true, all_varchar = true)
    where district is not null and month is not null and offence is not null
    order by person
) to '{out}' (format parquet, compression snappy)\"\"\")
"""


def run(*command):
    """Wall seconds, processor seconds and peak memory (MiB) of a command."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - start
    assert status == 0, command
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    shumar, feed = sys.argv[1:3]
    sizes = [int(n) for n in sys.argv[3:]] or [1_000_000, 10_000_000]
    print(f"{'rows':>10} {'program':<8} {'wall s':>7} {'cpu s':>7} {'rows/s':>10} {'peak MiB':>9}")
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            csv = folder / "feed.csv"
            subprocess.run([feed, csv, str(rows), "7"], check=True)
            home = folder / "home"
            subprocess.run([shumar, "init", home, "--quiet"], check=True, stdout=subprocess.DEVNULL)
            with open(home / "shumar.toml", "a", encoding="utf-8") as settings:
                settings.write("\n" + PROVIDER.read_text(encoding="utf-8"))
            csv.read_bytes()  # both find the file in memory
            ours = run(shumar, "ingest", csv, "--home", home, "--provider", "police-feed", "--quiet")
            shutil.rmtree(home)
            csv.read_bytes()
            theirs = run(sys.executable, "-c", DUCKDB, csv, folder / "out.parquet")
            for name, (wall, cpu, peak) in (("shumar", ours), ("duckdb", theirs)):
                print(f"{rows:>10} {name:<8} {wall:>7.2f} {cpu:>7.2f} {rows / wall:>10.0f} {peak:>9.0f}")
            print(f"{rows:>10} ratio    {ours[0] / theirs[0]:>7.2f}", flush=True)


main()
