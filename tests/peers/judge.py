"""Judges shumar and other tools on made-up worlds, against all recorded counts.

Usage: judge.py SHUMAR OUT.jsonl [--rounds N] [--peer-rounds N] [--epsilon E] [--bound C] [--worlds small-heavy-strong,...]
                [--families laplace,gaussian] [TOOL=PYTHON ...]

SHUMAR is the release binary; TOOL one of each, finest, aim, pydp, pipeline-dp, pac-synth, smartnoise, tumult, with the
interpreter of an environment that has it. All get the same epsilon, delta, privacy unit (a person's
records of the year) and bound. Needs numpy and polars. Writes one line of JSON a world and tool; `table.py` prints them.
"""

import argparse
import csv
import itertools
import json
import pathlib
import shutil
import subprocess
import tempfile
import time

import numpy as np

import ours
import worlds

CODES = pathlib.Path(__file__).parents[2] / "schemas" / "codes"
DELTA = 1e-6
# The zCDP that OpenDP converts to epsilon 1 at that delta; pure epsilon needs none.
RHO = {"1": "0.024355970"}


def column(rows, name):
    return [row[name] for row in rows]


def declared(size):
    """The codes of areas and groups, and an offence of each group."""
    with (CODES / "district.csv").open(encoding="utf-8") as file:
        areas = list(csv.DictReader(file))
    scope = size.scope
    if "province" in scope:
        areas = [a for a in areas if a["province"] in scope]
    if size.name == "export":
        areas = areas[:106]
        scope = 'list = "district"\ncodes = ' + json.dumps(column(areas, "code"))
    with (CODES / "offence.csv").open(encoding="utf-8") as file:
        offences = list(csv.DictReader(file))
    groups = list(dict.fromkeys(column(offences, "offence_group")))
    of = [next(o["code"] for o in offences if o["offence_group"] == g) for g in groups]
    return scope, column(areas, "code"), groups, of


def judged(estimates, truth):
    """Errors over all cells and rounds."""
    error = estimates - truth
    return {"rmse": float(np.sqrt(np.mean(error**2))), "bias": float(np.mean(error))}


def covered(low, high, truth):
    return float(np.mean((low <= truth) & (truth <= high)))


def judge_ours(found, truth):
    lines = {}
    for name, true in truth.items():
        true = true.reshape(found[0][name]["estimate"].shape)
        stack = {c: np.stack([f[name][c] for f in found]) for c in found[0][name]}
        line = {c: judged(stack[c], true) for c in ("estimate", "displayed", "modelled") if c in stack}
        line["coverage"] = covered(stack["lower"], stack["upper"], true)
        if "modelled_lower" in stack:
            line["modelled_coverage"] = covered(stack["modelled_lower"], stack["modelled_upper"], true)
        # Cells whose noise is larger than the square root of their count.
        sd = np.sqrt(np.mean((stack["estimate"] - true) ** 2))
        hidden = np.broadcast_to(true < sd**2, stack["estimate"].shape)
        if hidden.any() and "modelled" in stack:
            of = lambda c: float(np.sqrt(np.mean((stack[c] - true)[hidden] ** 2)))
            line["hidden"] = {"part": float(hidden.mean()), "estimate": of("estimate"), "modelled": of("modelled")}
        lines[name] = line
    return lines


def main():
    parse = argparse.ArgumentParser()
    parse.add_argument("shumar")
    parse.add_argument("out")
    parse.add_argument("--rounds", type=int, default=20)
    parse.add_argument("--peer-rounds", type=int, default=5)
    parse.add_argument("--epsilon", default="1")
    parse.add_argument("--bound", type=int, default=2)
    parse.add_argument("--worlds", default="")
    parse.add_argument("--families", default="laplace")
    parse.add_argument("tools", nargs="*")
    a = parse.parse_intermixed_args()
    every = ["-".join(w) for w in itertools.product(worlds.SIZES, worlds.TAILS, worlds.PATTERNS)]
    out = open(a.out, "a", encoding="utf-8")

    def tell(**line):
        print(json.dumps(line), file=out, flush=True)

    for seed, key in enumerate(every):
        if a.worlds and key not in a.worlds.split(","):
            continue
        kind, tail, pattern = key.split("-")
        size = worlds.SIZES[kind]
        scope, districts, groups, offences = declared(size)
        world = worlds.world(size, tail, pattern, districts, groups, 20_261_122 + seed)
        truth = worlds.margins(world.table())
        about = {"world": key, "epsilon": a.epsilon, "bound": a.bound, "shape": world.shape,
                 "records": len(world.records), "persons": world.records["person"].n_unique()}
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            for family in a.families.split(",") if a.rounds else ():
                budget = a.epsilon if family == "laplace" else RHO[a.epsilon]
                home = ours.Home(a.shumar, folder / family, scope, family, budget, a.bound, size.records)
                home.take(world, offences)
                start = time.monotonic()
                found = [home.release(world, n) for n in range(a.rounds)]
                seconds = (time.monotonic() - start) / a.rounds
                tell(tool=f"shumar {family}", rounds=a.rounds, seconds=seconds, margins=judge_ours(found, truth), **about)
            r = world.records
            codes = {c: r[c].to_numpy() for c in ("person", "district", "quarter")}
            np.savez(folder / "world.npz", offence=r["group"].to_numpy(), shape=np.array(world.shape), **codes)
            for tool, python in (t.split("=") for t in a.tools):
                command = [python, pathlib.Path(__file__).with_name("others.py"), tool, folder / "world.npz",
                           folder / "out.npz", a.epsilon, DELTA, a.bound, a.peer_rounds, seed]
                done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
                if done.returncode:
                    tell(tool=tool, error=done.stderr[-500:], **about)
                    continue
                made = np.load(folder / "out.npz")
                lines = {n: {"estimate": judged(made[n].reshape((-1, *t.shape)) if n != "total" else made[n].reshape(-1, 1), t)}
                         for n, t in truth.items()}
                tell(tool=tool, rounds=a.peer_rounds, seconds=float(made["seconds"]), margins=lines, **about)


main()
