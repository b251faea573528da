"""The same tables by other tools, each through its own library.

Usage: others.py TOOL WORLD.npz OUT.npz EPSILON DELTA BOUND ROUNDS SEED

WORLD.npz holds person, district, quarter, offence and shape. Each tool gets the records of persons up to
BOUND (chosen at random, anew each round, where it does not do that itself) and writes its estimates of
each margin, ROUNDS times.
"""

import os
import sys
import time

import numpy as np

MARGINS = {
    "finest": (0, 1, 2), "district x group": (0, 2), "district": (0,), "quarter x group": (1, 2),
    "group": (2,), "quarter": (1,), "total": (),
}
NAMES = ("district", "quarter", "offence")


def counts(codes, shape):
    table = np.zeros(shape)
    np.add.at(table, tuple(codes.T), 1)
    return table


def margin(table, dims):
    return table.sum(tuple(i for i in range(3) if i not in dims))


def bounded(person, bound, rng):
    """Which records count: at most `bound` of a person."""
    order = np.lexsort((rng.random(len(person)), person))
    first = np.r_[True, person[order][1:] != person[order][:-1]]
    start = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    keep = np.zeros(len(person), bool)
    keep[order[np.arange(len(order)) - start < bound]] = True
    return keep


def rho_of(epsilon, delta):
    """The zCDP whose approximate differential privacy is (epsilon, delta), by OpenDP's conversion."""
    import opendp.prelude as dp

    def of(rho):
        space = dp.atom_domain(T=float, nan=False), dp.absolute_distance(T=float)
        m = dp.c.make_zCDP_to_approxDP(dp.m.make_gaussian(*space, (1 / (2 * rho)) ** 0.5))
        return m.map(1.0).epsilon(delta)

    low, high = 1e-5, 10.0
    for _ in range(60):
        mid = (low + high) / 2
        low, high = (low, mid) if of(mid) > epsilon else (mid, high)
    return low


def opendp_noise(values, scale):
    import opendp.prelude as dp

    flat = [int(v) for v in values.ravel()]
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
    m = dp.m.make_laplace(*space, scale=scale)
    return np.array(m(flat), float).reshape(values.shape)


def each(codes, shape, epsilon, delta, bound, rng):
    """OpenDP: one discrete Laplace a table, equal shares."""
    scale = bound * len(MARGINS) / epsilon
    table = counts(codes, shape)
    return {name: opendp_noise(margin(table, dims), scale) for name, dims in MARGINS.items()}


def finest(codes, shape, epsilon, delta, bound, rng):
    """OpenDP: all on the finest table, sums for the rest."""
    table = opendp_noise(counts(codes, shape), bound / epsilon)
    return {name: margin(table, dims) for name, dims in MARGINS.items()}


def aim(codes, shape, epsilon, delta, bound, rng):
    """OpenDP's contingency tables with AIM, for the margins as its workload."""
    import opendp.prelude as dp
    import polars as pl

    frame = pl.LazyFrame({n: codes[:, i] for i, n in enumerate(NAMES)})
    loss = {"rho": rho_of(epsilon, delta), "delta": 0.0}
    context = dp.Context.compositor(
        data=frame, privacy_unit=dp.unit_of(contributions=bound), privacy_loss=dp.loss_of(**loss)
    )
    queries = [dp.mbi.Count(tuple(NAMES[i] for i in dims)) for dims in MARGINS.values() if dims]
    made = (
        context.query(**loss)
        .select(*NAMES)
        .contingency_table(
            keys={n: list(range(shape[i])) for i, n in enumerate(NAMES)},
            algorithm=dp.mbi.AIM(queries=queries),
        )
        .release()
    )
    found = {}
    for name, dims in MARGINS.items():
        of = [NAMES[i] for i in dims] or ["quarter"]
        # Each axis has a last code for what is in no key; nothing is.
        whole = np.asarray(made.project(of), float)
        found[name] = whole[tuple(slice(shape[i]) for i in dims)] if dims else whole.sum()
    return found


def aggregate(count):
    """A tool that counts one table at a time, with an equal share for each."""

    def run(codes, shape, epsilon, delta, bound, rng):
        return {name: count(codes, shape, dims, epsilon / len(MARGINS), bound) for name, dims in MARGINS.items()}

    return run


def pydp(codes, shape, dims, epsilon, bound):
    from pydp.algorithms.laplacian import Count

    exact = margin(counts(codes, shape), dims)
    noisy = np.zeros(exact.shape)
    for at in np.ndindex(exact.shape):
        # A person's records may all be in one cell, or each in another: bound x 1 covers both only
        # when a cell holds at most `bound` of hers and the loss of all cells is shared.
        algorithm = Count(epsilon=epsilon / bound, dtype="int")
        algorithm.add_entries([1] * int(exact[at]))
        noisy[at] = algorithm.result()
    return noisy


def pipeline_dp(person, codes, shape, dims, epsilon, bound):
    import pipeline_dp as p

    cells = margin_cells(codes, shape, dims)
    size = int(np.prod([shape[i] for i in dims])) if dims else 1
    budget = p.NaiveBudgetAccountant(total_epsilon=epsilon, total_delta=0.0)
    engine = p.DPEngine(budget, p.LocalBackend())
    params = p.AggregateParams(
        metrics=[p.Metrics.COUNT], noise_kind=p.NoiseKind.LAPLACE, max_contributions=bound
    )
    extract = p.DataExtractors(
        privacy_id_extractor=lambda r: r[0], partition_extractor=lambda r: r[1],
        value_extractor=lambda r: 0,
    )
    rows = list(zip(person.tolist(), cells.tolist()))
    result = engine.aggregate(rows, params, extract, public_partitions=list(range(size)))
    budget.compute_budgets()
    noisy = np.zeros(size)
    for cell, metrics in result:
        noisy[cell] = metrics.count
    return noisy.reshape([shape[i] for i in dims])


def margin_cells(codes, shape, dims):
    cell = np.zeros(len(codes), int)
    for i in dims:
        cell = cell * shape[i] + codes[:, i]
    return cell


def pac_synth(person, codes, shape, epsilon, delta, bound):
    """Its synthetic records, counted. Its unit is a record, so a person is a group of them."""
    import pacsynth as pac

    rows = [[f"v{c}" for c in r] for r in codes]
    data = pac.Dataset([list(NAMES)] + rows)
    params = (
        pac.DpAggregateSeededParametersBuilder()
        .reporting_length(3).epsilon(epsilon / bound).delta(delta / bound).percentile_percentage(99)
        .build()
    )
    synth = pac.DpAggregateSeededSynthesizer(params)
    synth.fit(data)
    made = synth.sample()
    head, body = made[0], made[1:]
    at = [head.index(n) for n in NAMES]
    whole = [[int(r[i][1:]) for i in at] for r in body if all(r[i] for i in at)]
    table = counts(np.array(whole, int).reshape(-1, 3), shape)
    return {name: margin(table, dims) for name, dims in MARGINS.items()}


def smartnoise(person, codes, shape, epsilon, bound):
    import pandas as pd
    import snsql

    frame = pd.DataFrame({"person": person, **{n: codes[:, i] for i, n in enumerate(NAMES)}})
    columns = {n: {"type": "int", "lower": 0, "upper": shape[i] - 1} for i, n in enumerate(NAMES)}
    columns["person"] = {"type": "int", "private_id": True}
    meta = {"": {"s": {"t": {
        "rows": len(frame), "max_ids": bound, "censor_dims": False, "clamp_counts": False,
        "sample_max_ids": True, **columns,
    }}}}
    found = {}
    for name, dims in MARGINS.items():
        reader = snsql.from_df(frame, privacy=snsql.Privacy(epsilon=epsilon / len(MARGINS), delta=0.0), metadata=meta)
        of = ", ".join(NAMES[i] for i in dims)
        sql = f"SELECT {of + ', ' if of else ''}COUNT(*) AS n FROM s.t" + (f" GROUP BY {of}" if of else "")
        result = reader.execute(sql)
        noisy = np.zeros([shape[i] for i in dims])
        for row in result[1:]:
            noisy[tuple(int(v) for v in row[:-1])] = row[-1]
        found[name] = noisy
    return found


class Tumult:
    """Tumult Analytics on Spark, with declared keys and at most `bound` rows a person."""

    def __init__(self):
        os.environ["PYSPARK_PYTHON"] = sys.executable
        from pyspark.sql import SparkSession

        self.spark = (
            SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2").config("spark.driver.memory", "3g").getOrCreate()
        )
        self.spark.sparkContext.setLogLevel("ERROR")

    def run(self, person, codes, shape, epsilon, bound):
        import pandas as pd
        from tmlt.analytics import (
            AddRowsWithID, KeySet, MaxRowsPerID, PureDPBudget, QueryBuilder, Session,
        )

        frame = pd.DataFrame({"person": person, **{n: codes[:, i] for i, n in enumerate(NAMES)}})
        session = Session.from_dataframe(
            PureDPBudget(epsilon), "t", self.spark.createDataFrame(frame),
            protected_change=AddRowsWithID("person"),
        )
        found = {}
        for name, dims in MARGINS.items():
            query = QueryBuilder("t").enforce(MaxRowsPerID(bound))
            if dims:
                keys = KeySet.from_dict({NAMES[i]: list(range(shape[i])) for i in dims})
                query = query.groupby(keys)
            rows = session.evaluate(query.count("n"), PureDPBudget(epsilon / len(MARGINS))).toPandas()
            noisy = np.zeros([shape[i] for i in dims])
            for row in rows.to_dict("records"):
                noisy[tuple(row[NAMES[i]] for i in dims)] = row["n"]
            found[name] = noisy
        return found


def main():
    tool, source, target = sys.argv[1:4]
    epsilon, delta = map(float, sys.argv[4:6])
    bound, rounds, seed = map(int, sys.argv[6:9])
    held = np.load(source)
    person, shape = held["person"], tuple(int(n) for n in held["shape"])
    codes = np.stack([held[n] for n in NAMES], axis=1)
    rng = np.random.default_rng(seed)
    if tool in ("each", "finest", "aim"):
        import opendp.prelude as dp

        dp.enable_features("contrib")
    spark = Tumult() if tool == "tumult" else None
    found = {name: [] for name in MARGINS}
    start = time.monotonic()
    for _ in range(rounds):
        keep = bounded(person, bound, rng)
        few = (codes[keep], shape)
        if tool in ("each", "finest", "aim"):
            one = globals()[tool](*few, epsilon, delta, bound, rng)
        elif tool == "pydp":
            one = aggregate(pydp)(*few, epsilon, delta, bound, rng)
        elif tool == "pipeline-dp":
            one = {
                name: pipeline_dp(person, codes, shape, dims, epsilon / len(MARGINS), bound)
                for name, dims in MARGINS.items()
            }
        elif tool == "pac-synth":
            one = pac_synth(person[keep], *few, epsilon, delta, bound)
        elif tool == "smartnoise":
            one = smartnoise(person, *((codes, shape)), epsilon, bound)
        elif tool == "tumult":
            one = spark.run(person, codes, shape, epsilon, bound)
        else:
            sys.exit(f"no tool {tool}")
        for name in MARGINS:
            found[name].append(np.asarray(one[name], float))
    seconds = (time.monotonic() - start) / rounds
    np.savez(target, seconds=seconds, **{name: np.stack(v) for name, v in found.items()})


main()
