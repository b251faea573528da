"""Prints what judge.py wrote as tables: per world the error of each margin, tool by tool."""

import json
import sys

worlds = {}
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        for line in map(json.loads, file):
            worlds.setdefault((line["world"], line["bound"]), []).append(line)
for (world, bound), lines in worlds.items():
    first = lines[0]
    print(f"\n{world}: {first['records']} records of {first['persons']} persons, {first['shape']} cells, "
          f"epsilon {first['epsilon']}, bound {bound}")
    names = list(next(l["margins"] for l in lines if "margins" in l))
    print(f"{'':<28}" + "".join(f"{n:>18}" for n in names))
    for line in lines:
        if "error" in line:
            print(f"{line['tool']:<28}{line['error'][-90:]!r}")
            continue
        m = line["margins"]
        for column in ("estimate", "displayed", "modelled"):
            if any(column in m[n] for n in names):
                print(f"{line['tool'] + ' ' + column:<28}" + "".join(
                    f"{m[n][column]['rmse']:>18.2f}" if column in m[n] else " " * 18 for n in names))
        for column in ("coverage", "modelled_coverage"):
            if any(column in m[n] for n in names):
                print(f"{'  ' + column:<28}" + "".join(
                    f"{100 * m[n][column]:>17.1f}%" if column in m[n] else " " * 18 for n in names))
        if any("hidden" in m[n] for n in names):
            print(f"{'  hidden: modelled / est.':<28}" + "".join(
                f"{m[n]['hidden']['modelled'] / m[n]['hidden']['estimate']:>18.2f}" if "hidden" in m[n] else " " * 18 for n in names))
