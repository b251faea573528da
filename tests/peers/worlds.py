"""Made-up worlds: whole registers of complaints whose every record is known.

A world has a size (a small province, a large one, a country, an export of tiny cells), a tail (how
often a person comes again) and a pattern (how unlike its areas are). Only numpy and polars.
"""

import dataclasses

import numpy as np
import polars as pl

RECORDS_MAX = 20


@dataclasses.dataclass(frozen=True)
class Size:
    name: str
    scope: str  # the [scope] of a home, as settings
    records: int
    first: float | None = None  # the part of the largest area


SIZES = {
    "small": Size("small province", 'list = "district"\nwhere = { province = "PK-KP" }', 2_000),
    "large": Size("large province", 'list = "district"\nwhere = { province = "PK-PB" }', 27_000, 0.25),
    "country": Size("country", 'list = "district"', 20_000),
    "export": Size("export", 'list = "district"\n# in a hundred areas', 2_600),
}
TAILS = ("light", "heavy")
PATTERNS = ("product", "strong", "unlike")


@dataclasses.dataclass
class World:
    """Records in the order of the calendar: person, district, quarter (0 to 3), offence group."""

    records: pl.DataFrame
    districts: list
    groups: list

    @property
    def shape(self):
        return (len(self.districts), 4, len(self.groups))

    def table(self, records=None):
        """Counts by district, quarter and group."""
        r = self.records if records is None else records
        table = np.zeros(self.shape)
        where = tuple(r[c].to_numpy() for c in ("district", "quarter", "group"))
        np.add.at(table, where, 1)
        return table

    def bounded(self, bound, rng):
        """At most so many records a person, chosen at random."""
        r = self.records
        r = r.with_columns(dice=pl.Series(rng.random(len(r)))).sort("person", "dice")
        place = pl.int_range(pl.len()).over("person")
        return r.filter(place < bound).drop("dice")


def world(size, tail, pattern, districts, groups, seed):
    """Sizes of areas fall as 1/rank^0.8 and are shuffled, offence groups as 1/rank^1.1."""
    rng = np.random.default_rng(seed)
    d, g = len(districts), len(groups)
    sizes = (1.0 + np.arange(d)) ** -0.8
    if size.first:
        sizes[0] = sizes[1:].sum() * size.first / (1 - size.first)
    sizes = rng.permutation(sizes)
    kinds = (1.0 + np.arange(g)) ** -1.1
    season = np.exp(0.15 * rng.normal(size=4))
    odd = np.ones((d, g))
    if pattern != "product":
        odd = np.exp(0.6 * rng.normal(size=(d, g)))
        odd[d // 2, min(4, g - 1)] *= 15  # an office that records what others do not
    weights = sizes[:, None] * kinds * odd
    again = np.full((d, g), 0.1 if tail == "light" else 0.3)
    if pattern == "unlike":
        again = again * np.exp(0.5 * rng.normal(size=d))[:, None] * np.exp(0.5 * rng.normal(size=g))
    rare = 0.85  # some of a heavy tail come again and again
    persons = int(size.records * 1.2)
    cells = rng.choice(d * g, size=persons, p=(weights / weights.sum()).ravel())
    chance = np.minimum(again.ravel()[cells], 0.9)
    if tail == "heavy":
        chance = np.where(rng.random(persons) < 0.15, rare, chance)
    n = np.minimum(rng.geometric(1 - chance), RECORDS_MAX)
    n = n[: np.searchsorted(n.cumsum(), size.records) + 1]
    person = np.repeat(np.arange(len(n)), n)
    area, group = cells[person] // g, cells[person] % g
    # Three in ten of a person's later records are of another group.
    change = rng.random(len(person)) < 0.3
    change &= np.r_[False, person[1:] == person[:-1]]
    other = rng.choice(g, size=len(person), p=kinds / kinds.sum())
    group = np.where(change, other, group)
    quarter = rng.choice(4, size=len(person), p=season / season.sum())
    records = pl.DataFrame(
        {"person": person, "district": area, "quarter": quarter, "group": group}
    ).sort("quarter", maintain_order=True)
    return World(records, districts, groups)


def margins(table):
    """The margins that are judged, from the finest table."""
    return {
        "finest": table,
        "district x group": table.sum(1),
        "district": table.sum((1, 2)),
        "quarter x group": table.sum(0),
        "group": table.sum((0, 1)),
        "quarter": table.sum((0, 2)),
        "total": table.sum(keepdims=True).ravel(),
    }
