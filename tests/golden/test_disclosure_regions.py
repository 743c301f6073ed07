"""The fixture that every suppressor must pass: regions and counts of https://github.com/sdcTools/UserSupport/issues/136, threshold ours.

Each table alone looks safe when only counts of 1 to 3 are withheld, yet K = (K + L + M) - (L + M) = 3 exactly.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure.attack.audit import attack_all, audit, interval_of
from analytics.disclosure.attack.evidence import lay_out_attack
from analytics.disclosure.gate import suppress_until_safe
from analytics.disclosure.policy import load_policy
from core.settings import ReleaseSettings
from homeground.disclosure import audit_tables, protect_tables
from tests.builders.disclosure_systems import REGIONS, SUMS, regions_system

LIBRARY = {"area": "region", "threshold": 4}


@pytest.fixture
def naive():
    system = regions_system()
    return system, system.cell_counts >= 4


def test_naive_suppression_gives_k_away(naive):
    system, visible = naive
    attack = lay_out_attack(system, visible, threshold=4, required=(1, 3))
    intervals = {name: interval_of(system, attack, i) for i, name in enumerate(REGIONS) if not visible[i]}
    assert intervals == {"A": (0, 4), "B": (0, 4), "K": (3, 3), "L": (0, 6), "M": (0, 6)}
    report = attack_all(system, attack, seed=1, seconds=600, prove=True)
    assert report.unsafe_cells.tolist() == [list(REGIONS).index("K")]
    assert report.refuted == 1
    assert not report.safe


def test_ours_does_not(naive):
    system, _ = naive
    policy = replace(load_policy(ReleaseSettings().policy), threshold=4, required=(1, 3))
    visible, report, _ = suppress_until_safe(system, policy)
    assert report.safe
    # audited anew, from nothing but what is shown
    assert audit(system, visible, policy, seed=99).safe
    attack = lay_out_attack(system, visible, threshold=4, required=(1, 3))
    for i in np.flatnonzero(~visible & (system.cell_counts < 4)):
        low, high = interval_of(system, attack, int(i))
        assert low <= 1 and high >= 3
    assert visible[-1], "the total is never withheld to protect others"


def areas_of_library():
    kinds = {"county": ("county-1", "county-2"), "size": ("BIG", "small"), "all": ("all",)}
    inside = {kind: [next(p for p in places if code in SUMS[p]) for code in REGIONS] for kind, places in kinds.items()}
    return pd.DataFrame({"region": list(REGIONS), **inside})


def test_the_library_reads_the_same_from_print_alone(naive):
    system, visible = naive
    printed = system.cells.assign(count=pd.Series(system.cell_counts, dtype="Int64").mask(~visible))
    more = {"areas": areas_of_library(), "place": "place_code", "category": None, "period": None, **LIBRARY}
    found = audit_tables(printed, **more, knowledge="may_be_zero")
    ranges = {c.place: (c.lowest, c.highest) for c in found.cells.itertuples()}
    assert ranges == {"A": (0, 4), "B": (0, 4), "K": (3, 3), "L": (0, 6), "M": (0, 6)}
    assert found.cells["exact"].all()
    assert found.learnt["place"].tolist() == ["K"]
    # whoever knows that none of them is 0 learns of A and B too, since they come to 4
    assert audit_tables(printed, **more).learnt["place"].tolist() == ["A", "B", "K"]


@pytest.mark.parametrize("knowledge", ["at_least_one", "may_be_zero"])
def test_what_the_library_protects_gives_nothing_away(knowledge):
    counts = pd.DataFrame({"region": list(REGIONS), "count": list(REGIONS.values())})
    areas = areas_of_library()
    safe = protect_tables(counts, areas=areas, category=None, knowledge=knowledge, **LIBRARY)
    found = audit_tables(safe.table, areas=areas, knowledge=knowledge, **LIBRARY)
    assert found.passes
    small = found.cells[found.cells["place"].isin([r for r, n in REGIONS.items() if n < 4])]
    assert small["verdict"].tolist() == ["keeps 1..4 possible"] * 5
