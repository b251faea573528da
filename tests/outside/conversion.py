"""Holds the epsilon that shumar shows for a spent rho against dp-accounting, another implementation
of the conversion from zero-concentrated to approximate differential privacy.
Usage: conversion.py PATH-OF-THE-EXAMPLE-conversion

Never below (but for the grid of orders, over which dp-accounting's minimum is taken) and at most
5 % above. Beside it, for information: what one discrete Gaussian measurement of that rho really
loses, by its privacy loss distribution; shumar shows the conversion of rho, because a year's rho is
the sum over many measurements."""

import csv
import subprocess
import sys

import numpy
from dp_accounting import rdp
from dp_accounting.pld import privacy_loss_distribution as pld

# Rényi orders from just above 1 to where rho = 0.001 and delta = 1e-9 have their minimum, and beyond.
ORDERS = numpy.unique(1 + numpy.logspace(-4, 6, 200_001))
GRID = 1e-6
ABOVE = 1.05

table = subprocess.run([sys.argv[1]], check=True, capture_output=True, text=True).stdout
ratios = []
for row in csv.DictReader(table.splitlines()):
    rho, delta, shown = (float(row[c]) for c in ("rho", "delta", "epsilon"))
    theirs, _ = rdp.compute_epsilon(ORDERS, rho * ORDERS, delta)
    assert shown >= theirs * (1 - GRID), f"rho {rho}, delta {delta}: {shown} is shown, below {theirs}"
    assert shown <= theirs * ABOVE, f"rho {rho}, delta {delta}: {shown} is shown, far above {theirs}"
    ratios.append(shown / theirs)
    if rho in (0.01, 0.1, 1) and delta == 1e-6:
        one = pld.from_discrete_gaussian_mechanism((1 / (2 * rho)) ** 0.5).get_epsilon_for_delta(delta)
        print(f"rho {rho:g}, delta {delta:g}: {shown:.4f} shown, {theirs:.4f} by dp-accounting, {one:.4f} for one measurement")
assert len(ratios) >= 60, "the table is gone"
print(f"{len(ratios)} conversions: {min(ratios):.7f} to {max(ratios):.7f} of what dp-accounting finds")
