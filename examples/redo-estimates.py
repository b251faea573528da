# %% [markdown]
# # Working the published estimates out again
#
# From the noisy counts of a release alone, with DuckDB and numpy. Every estimate that the release
# publishes is computed here a second time and compared with the published one, to the last of its four decimals.
#
#     pip install duckdb numpy
#     python redo-estimates.py site/data/annual-2025
#
# What is done is described in shumar's `transform/privacy/src/estimator/` (least squares over all measured margins) and
# `transform/figures/src/calibrated/` (scaling to the recorded counts). Nothing here knows a record.

# %%
import itertools
import json
import math
import pathlib
import sys

import duckdb
import numpy as np

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".") / "release"
release = json.loads((folder / "release.json").read_text(encoding="utf-8"))


# %% [markdown]
# ## A table
# Its axes are its dimensions. An axis has levels: level 0 is the total, the last one the dimension itself, and between
# them are coarser levels (divisions above districts). A margin is one level for each axis.

# %%
class Axis:
    def __init__(self, dimension, levels):
        self.names = [d["id"] for d in levels[::-1]] + [dimension["id"]]
        self.codes = [[c["code"] for c in d["codes"]] for d in levels[::-1] + [dimension]]
        finest = self.codes[-1]
        self.role = "area" if dimension.get("area") else "quarter" if dimension.get("quarters") else "code"
        # up[l] sums the finest codes to those of level l.
        self.up = [np.ones((1, len(finest)))]
        for d in levels[::-1]:
            codes = np.array([c["code"] for c in d["codes"]])
            self.up.append((codes[:, None] == np.array(d["members"])[None, :]) * 1.0)
        self.up.append(np.eye(len(finest)))
        self.size = [len(u) for u in self.up]
        self.finest = len(self.up) - 1

    def between(self, fine, coarse):
        """The matrix that sums level `fine` to level `coarse`."""
        return (self.up[coarse] @ self.up[fine].T > 0) * 1.0

    def parents(self, level):
        return self.between(level, level - 1).argmax(axis=0)

    def uneven(self):
        """The largest ratio of numbers of descendants of two codes with one parent level."""
        worst = 1.0
        for coarse, fine in itertools.combinations(range(self.finest + 1), 2):
            below = self.between(fine, coarse).sum(axis=1)
            worst = max(worst, below.max() / below.min())
        return worst


class Table:
    def __init__(self, document):
        self.axes, dimensions = [], list(document["dimensions"])
        while dimensions:
            base, dimensions = dimensions[0], dimensions[1:]
            levels = list(itertools.takewhile(lambda d: "level_of" in d, dimensions))
            dimensions = dimensions[len(levels):]
            self.axes.append(Axis(base, levels))
        self.document = document

    def at(self, by):
        """The margin over some dimensions; one with a single code tells nothing apart."""
        def level(axis):
            named = [i + 1 for i, name in enumerate(axis.names) if name in by]
            return named[0] if named and axis.size[named[0]] > 1 else 0
        return tuple(level(axis) for axis in self.axes)

    def read(self, file, by, column):
        """A file as an array over the axes, whatever the order of its columns."""
        order = sorted(by, key=lambda name: next(i for i, a in enumerate(self.axes) if name in a.names))
        codes = {n: a.codes[a.names.index(n)] for a in self.axes for n in a.names}
        found = np.zeros([len(codes[n]) for n in order] or [1])
        columns = ", ".join(f'"{n}"' for n in order + [column])
        for *place, number in duckdb.sql(f"select {columns} from '{folder / file}'").fetchall():
            found[tuple(codes[n].index(c) for n, c in zip(order, place)) or 0] = number
        at = self.at(by)
        return found.reshape([a.size[l] for a, l in zip(self.axes, at)])


# %% [markdown]
# ## The estimator
# Each measured margin is split, axis by axis, into what a level holds beyond the level above it. Every component is the weighted mean
# of what the margins say of it. Along the axis that branches most unequally (areas) the components are settled by least squares on the
# tree of codes. A batch axis stands first in all arrays, so that unit vectors can be sent through to get variances.

# %%
def along(matrix, array, axis):
    """A matrix times an array along one of its axes, the batch being axis 0."""
    return np.moveaxis(np.tensordot(matrix, array, axes=(1, axis + 1)), 0, axis + 1)


class Estimator:
    def __init__(self, table, measured):
        """`measured`: margins, variances of one cell."""
        self.table, self.axes, self.measured = table, table.axes, measured
        uneven = [a.uneven() for a in self.axes]
        self.tree = max(range(len(uneven)), key=lambda i: (uneven[i], i)) if max(uneven, default=1) > 1 else None
        self.parts = [self.parts_of(i) for i in range(len(self.axes))]

    def parts_of(self, i):
        """The part of each code in its parent, for each level from 1."""
        axis, parts = self.axes[i], [None]
        for level in range(1, axis.finest + 1):
            precision = np.zeros(axis.size[level])
            for at, variance in self.measured:
                if at[i] >= level:
                    others = math.prod(a.size[l] for j, (a, l) in enumerate(zip(self.axes, at)) if j != i)
                    precision += 1 / (variance * others * axis.between(at[i], level).sum(axis=1))
            variances = np.where(precision > 0, 1 / np.where(precision > 0, precision, 1), 1.0)
            parents = axis.parents(level)
            parts.append(variances / (axis.between(level, level - 1) @ variances)[parents])
        return parts

    def residual(self, i, level):
        """What level `level` of an axis holds beyond the level above it."""
        if level == 0:
            return np.eye(1)
        axis = self.axes[i]
        above = self.parts[i][level][:, None] * axis.between(level, level - 1)[axis.parents(level)]
        return np.eye(axis.size[level]) - above

    def settle(self, noisy):
        """All components, from the noisy counts of each measured margin (with a batch axis)."""
        components = {}
        others = [i for i in range(len(self.axes)) if i != self.tree]
        wanted = set()
        for at, _ in self.measured:
            wanted.update(itertools.product(*[range(at[i] + 1) if i != self.tree else (0,) for i in range(len(at))]))
        for component in wanted:
            sums, weights = {}, {}
            for (at, variance), counts in zip(self.measured, noisy):
                if any(component[i] > at[i] for i in others):
                    continue
                wider = math.prod(self.axes[i].size[at[i]] / self.axes[i].size[component[i]] for i in others)
                array = counts
                for i in others:
                    array = along(self.residual(i, component[i]) @ self.axes[i].between(at[i], component[i]), array, i)
                level = 0 if self.tree is None else at[self.tree]
                sums[level] = sums.get(level, 0) + array / (variance * wider)
                weights[level] = weights.get(level, 0) + 1 / (variance * wider)
            if self.tree is None:
                components[component] = {0: sums[0] / weights[0]}
                continue
            # Least squares on the tree: the finest measured level, seen through every measured one.
            axis, finest = self.axes[self.tree], max(sums)
            normal = sum(w * (u := axis.between(finest, l)).T @ u for l, w in weights.items())
            right = sum(along(axis.between(finest, l).T, s, self.tree) for l, s in sums.items())
            best = along(np.linalg.inv(normal), right, self.tree)
            components[component] = {l: along(axis.between(finest, l), best, self.tree) for l in range(finest + 1)}
        return components

    def cells(self, components, at):
        """The cells of a margin, put together from its components."""
        whole = 0
        level = 0 if self.tree is None else at[self.tree]
        ranges = [range(l + 1) if i != self.tree else (0,) for i, l in enumerate(at)]
        for component in itertools.product(*ranges):
            array = components[component][level]
            for i, axis in enumerate(self.axes):
                if i == self.tree:
                    continue
                down = np.eye(axis.size[component[i]])
                for l in range(component[i] + 1, at[i] + 1):
                    down = self.parts[i][l][:, None] * down[axis.parents(l)]
                array = along(down, array, i)
            whole = whole + array
        return whole

    def determines(self, at):
        return any(all(x <= y for x, y in zip(at, m)) for m, _ in self.measured)


class Measured:
    """A table's estimates from its measurements, and their variances."""

    def __init__(self, document):
        self.table = Table(document)
        self.noisy = [self.table.read(m["file"], m["by"], "noisy") for m in document["measurements"]]
        margins = [(self.table.at(m["by"]), m["variance"]) for m in document["measurements"]]
        self.estimator = Estimator(self.table, margins)
        self.components = self.estimator.settle([n[None] for n in self.noisy])
        self.unit = None

    def cells(self, at):
        return self.estimator.cells(self.components, at)[0]

    def variances(self, at):
        if self.unit is None:
            # One unit of noise in each measured cell, one after the other.
            sizes = [n.size for n in self.noisy]
            starts = np.concatenate([[0], np.cumsum(sizes)])
            units = []
            for n, start in zip(self.noisy, starts):
                unit = np.zeros((starts[-1], n.size))
                unit[np.arange(start, start + n.size), np.arange(n.size)] = 1
                units.append(unit.reshape((starts[-1], *n.shape)))
            self.unit = self.estimator.settle(units)
            self.noise = np.concatenate([np.full(s, v) for s, (_, v) in zip(sizes, self.estimator.measured)])
        moved = self.estimator.cells(self.unit, at)
        return np.tensordot(self.noise, moved**2, axes=1)


# %% [markdown]
# ## Scaling to the recorded counts
# A table counts a few records of each person only. Where another table counts the same records at a generous bound, `calibrates`, the
# estimates are scaled to it: by the ratio of the totals, and by what single codes have beyond that ratio.

# %%
def bisect(too_low):
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if too_low(middle) else (low, middle)
    return low


class Calibrated:
    def __init__(self, detail, generous):
        self.detail, axes = detail, detail.table.axes
        none = (0,) * len(axes)
        bounded, noise = detail.cells(none).item(), detail.variances(none).item()
        recorded, generous_noise = generous.cells(none + (0,)).item(), generous.variances(none + (0,)).item()
        told = bounded > 4 * math.sqrt(noise) and bounded >= 1
        self.whole = max(bounded, 1.0)
        ratio = recorded / self.whole if told else 1.15
        variance = (generous_noise + ratio**2 * noise) / self.whole**2
        sure = 0.16 / (0.16 + variance) if told else 0.0
        self.ratio = sure * ratio + (1 - sure) * 1.15
        self.bound, most = detail.table.document["bound"], generous.table.document["bound"]
        self.persons = self.numbers_of_persons(generous, none, most)
        self.spread = self.spread_of_records()
        self.levels = [self.axis(i, generous) for i in range(len(axes))]

    def numbers_of_persons(self, generous, none, most):
        """How many persons have at least 1, 2, … records."""
        places = generous.table.axes[-1]
        at = none + (places.finest,)
        if not generous.estimator.determines(at):
            def total(q, n):
                return sum(q**j for j in range(n))
            q = bisect(lambda q: total(q, most) / total(q, self.bound) < self.ratio)
            return [q**j for j in range(most)]
        counts, variances = generous.cells(at).ravel(), generous.variances(at).ravel()
        counts = np.where(counts > np.sqrt(variances), counts, 0.0)
        first = [int(code.split("-")[0]) for code in places.codes[-1]]
        persons = []
        for i, count in enumerate(counts):
            following = first[i + 1] if i + 1 < len(first) else most + 1
            n = max(following - first[i], 1)
            if not persons:
                persons = [max(count, 0.0) / n] * n
                continue
            before = persons[-1]
            q = bisect(lambda q: before * sum(q**j for j in range(1, n + 1)) < count)
            persons += [before * q**j for j in range(1, n + 1)]
        return persons

    def exactly(self):
        return [(n, p - (self.persons[n] if n < len(self.persons) else 0.0)) for n, p in enumerate(self.persons, 1)]

    def spread_of_records(self):
        whole = apart = counted = 0.0
        for n, persons in self.exactly():
            within = min(n, self.bound)
            whole += persons * (n - self.ratio * within) ** 2
            apart += persons * ((n - within) + within * (self.ratio - 1) ** 2)
            counted += persons * within
        return (whole / counted, apart / counted) if counted > 0 else (0.0, 0.0)

    def early(self):
        """The chance of a bounded record to fall in each quarter: places are given as records come."""
        expected = np.zeros(4)
        for n, persons in self.exactly():
            for place in range(1, min(n, self.bound) + 1):
                def by(part):
                    p = part / 4
                    return 1 - sum(math.comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(place)) if p < 1 else 1.0
                expected += persons * np.diff([by(part) if part else 0.0 for part in range(5)])
        return expected / expected.sum() if expected.sum() > 0 else np.full(4, 0.25)

    def late(self, axis, level, expected):
        if axis.role != "quarter" or level is False or len(expected) % 4:
            return np.zeros(len(expected))
        early = np.maximum(np.tile(self.early(), len(expected) // 4), 0.25 / 8)
        beyond = self.ratio * expected * (0.25 / early - 1)
        return beyond - beyond.sum() * expected / expected.sum()

    def axis(self, i, generous):
        axis, axes = self.detail.table.axes[i], self.detail.table.axes
        def at(level, more=0):
            return tuple(level if j == i else 0 for j in range(len(axes) + more))
        finest = max(l for l in range(axis.finest + 1) if self.detail.estimator.determines(at(l)))
        levels = [(np.ones(1), np.zeros(1))]
        default = (0.25 * max(self.ratio - 1, 0)) ** 2
        unlike = default
        positive = np.maximum(self.detail.cells(at(finest)).ravel(), 1e-9 * self.whole)
        fine = positive / positive.sum()
        for level in range(1, finest + 1):
            share = axis.between(finest, level) @ fine
            above, parents = levels[-1], axis.parents(level)
            part = share / above[0][parents]
            expected = share * self.whole
            late = self.late(axis, level == finest, expected)
            weight = 1.0 if axis.role == "area" else share
            chance = expected * (weight * self.spread[0] + (1 - weight) * self.spread[1]) + (0.5 * late) ** 2
            base = part * above[1][parents] + late
            own = np.zeros(len(share))
            if generous.estimator.determines(at(level, 1)):
                d, g = at(level), at(level, 1)
                difference = generous.cells(g).ravel() - self.ratio * self.detail.cells(d).ravel() - base
                noise = generous.variances(g).ravel() + self.ratio**2 * self.detail.variances(d).ravel()
                found = self.unlikeness(difference, expected, noise + chance)
                unlike = (len(share) * found + 3 * default) / (len(share) + 3)
                prior = chance + unlike * expected**2
                own = prior / (prior + noise) * difference
            else:
                unlike = max(unlike, default)
            own = own - part * (axis.between(level, level - 1) @ own)[parents]
            levels.append((share, base + own))
        return levels

    @staticmethod
    def unlikeness(difference, expected, known):
        """The method of moments of Paule and Mandel."""
        def told(unlike):
            return (difference**2 / np.maximum(known + unlike * expected**2, 1e-300)).sum()
        low, high = 0.0, 4.0
        if told(low) <= len(difference) - 1:
            return 0.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if told(middle) > len(difference) - 1 else (low, middle)
        return low

    def cells(self, at):
        """The ratio times the bounded counts, and what each code has beyond, spread by the others' shares."""
        whole = self.ratio * self.detail.cells(at)
        used = [i for i, level in enumerate(at) if level > 0]
        def shaped(i, values):
            return values.reshape([-1 if j == i else 1 for j in range(len(at))])
        for i in used:
            term = shaped(i, self.levels[i][at[i]][1])
            for j in used:
                if j != i:
                    term = term * shaped(j, self.levels[j][at[j]][0])
            whole = whole + term
        return whole


# %% [markdown]
# ## Four decimals that add up
# Margins are rounded to 0.0001 from the coarsest to the finest; what is missing in a sum goes to the first code of it.

# %%
def on_grid(table, wanted, cells):
    axes = table.axes
    used = [sorted({0, *(at[i] for at in wanted)}) for i in range(len(axes))]
    closure = set()
    for at in wanted:
        closure.update(itertools.product(*[[l for l in used[i] if l <= at[i]] for i in range(len(axes))]))
    fixed = {}
    for at in sorted(closure):
        x = np.floor(np.abs(cells(at)) * 10000 + 0.5) * np.sign(cells(at))
        for i, axis in enumerate(axes):
            coarser = [l for l in used[i] if l < at[i]]
            if not coarser:
                continue
            up = axis.between(at[i], coarser[-1])
            missing = fixed[at[:i] + (coarser[-1],) + at[i + 1:]] - along(up, x[None], i)[0]
            first = np.zeros_like(up.T)
            first[up.argmax(axis=1), np.arange(len(up))] = 1
            x = x + along(first, missing[None], i)[0]
        fixed[at] = x
    return fixed


# %% [markdown]
# ## All tables of the release

# %%
compared = off = 0
for document in release["tables"]:
    margins = [m for s in release["statistics"] if s["table"] == document["id"] for m in s["margins"]]
    if not margins:
        continue
    figures = Measured(document)
    table = figures.table
    for other in release["tables"]:
        if other.get("calibrates") == document["id"]:
            figures = Calibrated(figures, Measured(other))
    units = on_grid(table, [table.at(m["by"]) for m in margins], figures.cells)
    for m in margins:
        published = np.round(table.read(m["file"], m["by"], "estimate") * 10000)
        differs = published != units[table.at(m["by"])]
        compared, off = compared + published.size, off + int(differs.sum())
        if differs.any():
            worst = np.abs(published - units[table.at(m["by"])]).max() / 10000
            print(f"{m['file']}: {int(differs.sum())} of {published.size} differ, by {worst} at most")
print(f"{compared} estimates of {release['id']} worked out again, {compared - off} equal to the last digit")
sys.exit(1 if off else 0)
