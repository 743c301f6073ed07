"""audit_tables against a list of every possible table; protect_tables against audit_tables, which shares no search with it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeground.disclosure import DisclosureError, audit_tables, protect_tables
from tests.builders.disclosure_systems import possible_tables

GROUPS = {"all": ["x", "y"], "x": ["x"], "y": ["y"]}


@st.composite
def worlds(draw, *, most=5):
    """Areas in two geographies that do not nest, with a whole; true counts of two categories."""
    n = draw(st.integers(3, 4))
    side = draw(st.lists(st.sampled_from(["N", "S"]), min_size=n, max_size=n))
    kind = ["big", *draw(st.lists(st.sampled_from(["big", "little", None]), min_size=n - 1, max_size=n - 1))]
    areas = pd.DataFrame({"area": [f"a{i}" for i in range(n)], "side": side, "kind": kind, "whole": "w"})
    categories = draw(st.sampled_from([["x"], ["x", "y"]]))
    counts = pd.DataFrame(
        [{"area": a, "category": c, "count": draw(st.integers(0, most))} for a in areas["area"] for c in categories]
    )
    return areas, counts, {g: [c for c in GROUPS[g] if c in categories] for g in (["x"] if len(categories) == 1 else GROUPS)}


def every_figure(areas, counts, groups):
    """All figures with their true count, and 0/1 rows over area x category: made without any code of the product."""
    lines, rows = [], []
    for geography in areas.columns:
        for place in sorted(areas[geography].dropna().unique()):
            for group, members in groups.items():
                inside = counts["area"].isin(areas.loc[areas[geography] == place, "area"]) & counts["category"].isin(members)
                rows.append(inside.to_numpy(dtype=np.int64))
                lines.append(
                    {"geography": geography, "place": place, "category": group, "true": int(counts["count"][inside].sum())}
                )
    return pd.DataFrame(lines), np.array(rows)


def verdict_of(values, k):
    low, high = min(values), max(values)
    if low == high:
        return "can be worked out exactly"
    if low >= k:
        return "known to be large"
    if high < k:
        return f"known to be below {k}"
    return f"keeps 1..{k} possible" if set(range(1, k + 1)) <= set(values) else f"some of 1..{k} ruled out"


@settings(max_examples=60, deadline=None)
@given(worlds(), st.sampled_from(["at_least_one", "may_be_zero"]), st.integers(2, 5), st.data())
def test_ranges_and_verdicts_are_those_of_every_possible_table(world, knowledge, k, data):
    areas, counts, groups = world
    figures, rows = every_figure(areas, counts, groups)
    may_hide = (figures["geography"] != "whole") & ((figures["true"] > 0) | (knowledge == "may_be_zero"))
    chosen = data.draw(st.lists(st.booleans(), min_size=len(figures), max_size=len(figures)))
    hidden = may_hide.to_numpy() & np.array(chosen)
    # some publishers mark what is small with a symbol that says so
    marked = hidden & figures["true"].between(1, k - 1).to_numpy() & data.draw(st.booleans())
    printed = figures.assign(count=figures["true"].astype(object).mask(hidden, "*").mask(marked, "small"))
    symbols = {"small": (1, k - 1)}
    found = audit_tables(printed, areas=areas, groups=groups, period=None, threshold=k, knowledge=knowledge, symbols=symbols)
    tables = possible_tables(rows[~hidden], figures["true"].to_numpy()[~hidden], rows.shape[1])
    values = tables @ rows[hidden].T
    least = np.where(marked[hidden] | (knowledge == "at_least_one"), 1, 0)
    most = np.where(marked[hidden], k - 1, 1 << 40)
    values = values[((values >= least) & (values <= most)).all(axis=1)]
    keys = ["geography", "place", "category"]
    expected = figures[hidden].reset_index(drop=True)[[*keys, "true"]].assign(column=range(int(hidden.sum())))
    seen = found.cells.merge(expected, on=keys)
    assert len(seen) == hidden.sum() == len(found.cells)
    for cell in seen.itertuples():
        own = values[:, cell.column]
        assert cell.lowest <= cell.true <= cell.highest
        assert (cell.lowest, cell.highest, cell.exact) == (own.min(), own.max(), True)
        assert cell.verdict == verdict_of(own.tolist(), k)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(worlds(most=9), st.sampled_from(["at_least_one", "may_be_zero"]), st.integers(2, 5))
def test_what_is_protected_keeps_every_value_of_every_small_count(world, knowledge, k):
    areas, counts, groups = world
    try:
        safe = protect_tables(counts, areas=areas, groups=groups, threshold=k, knowledge=knowledge)
    except DisclosureError:
        return  # refused is safe; that it is rare is measured in test_disclosure_suppression_holds.py
    figures, _ = every_figure(areas, counts, groups)
    together = safe.table.merge(figures, on=["geography", "place", "category"])
    assert len(together) == len(safe.table) == len(figures)
    shown = together["count"].notna()
    assert (together.loc[shown, "count"] == together.loc[shown, "true"]).all()
    found = audit_tables(safe.table, areas=areas, groups=groups, threshold=k, knowledge=knowledge, truth=counts)
    assert found.passes, found.explain()
    # the ranges that the table says of itself, found by another search: never narrower than what is possible
    said = found.cells.merge(safe.table, on=["geography", "place", "category"], suffixes=("", "_said"))
    assert (said["lowest_said"] <= said["lowest"]).all()
    assert (said["highest_said"].fillna(1 << 40) >= said["highest"].fillna(1 << 40)).all()
    cells = found.cells.merge(figures, on=["geography", "place", "category"])
    small = cells["true"].between(1, k - 1)
    assert (cells.loc[small, "verdict"] == f"keeps 1..{k} possible").all()
    assert small.sum() == figures["true"].between(1, k - 1).sum()
