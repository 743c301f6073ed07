"""The verifier's range of each withheld figure is that of all possible tables: small systems whose every table can be listed."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from analytics.release.crate import verify as verifier

REGIONS, KINDS = 4, 2


def crate_of(rng: np.random.Generator) -> tuple[verifier.Crate, list[verifier.Row], np.ndarray]:
    """Four areas in two overlapping pairings, two kinds and their total: every cell of every table; some are withheld."""
    atoms = np.array(list(product(range(REGIONS), range(KINDS), [0])), dtype=np.int64)
    truth = rng.integers(0, 4, len(atoms))
    places = [[i] for i in range(REGIONS)] + [[0, 1], [2, 3], [1, 2], list(range(REGIONS))]
    rows = []
    for number, place in enumerate(places):
        for group in ([0], [1], [0, 1]):
            inside = np.flatnonzero(np.isin(atoms[:, 0], place) & np.isin(atoms[:, 1], group))
            count, shown = int(truth[inside].sum()), bool(rng.random() < 0.55) or len(place) == REGIONS
            least = int(count > 0 and rng.random() < 0.5)
            site = ("level", str(len(place)), str(number), "+".join(map(str, group)))
            low, high = (count, count) if shown else (least, None)
            rows.append(verifier.Row(f"cell {number} {group}", inside, low, high, 1, shown, site, frozenset({"2025-01-01"})))
    policy = {"threshold": 3, "must_remain_possible": [1, 3], "zeros": "shown", "protect_implied": True, "parts_must_keep": None}
    release = verifier.Published(1, None, {"policy": policy}, {}, frozenset(), True, (), [], True)  # type: ignore[arg-type]
    areas = [{"area": f"a{i}"} for i in range(REGIONS)]
    kinds = [frozenset({f"k{i}"}) for i in range(KINDS)]
    return verifier.Crate([release], [], areas, kinds, [frozenset({"2025-01-01"})], atoms, [], True), rows, truth


def every_table(rows: list[verifier.Row], truth: np.ndarray) -> np.ndarray:
    """All whole tables that the figures allow: the totals over all areas are shown, so no atom exceeds them."""
    most = np.array(
        [min(r.high for r in rows if r.printed and r.high is not None and atom in r.atoms) for atom in range(len(truth))]
    )
    found = np.zeros((1, 0), dtype=np.int64)
    shown = [r for r in rows if r.printed]
    for atom in range(len(truth)):
        found = np.concatenate([np.column_stack([found, np.full(len(found), v)]) for v in range(most[atom] + 1)])
        for row in shown:
            known = row.atoms[row.atoms <= atom]
            sums = found[:, known].sum(axis=1)
            found = found[(sums == row.low) if len(known) == len(row.atoms) else (sums <= row.low)]
    for row in rows:
        found = found[found[:, row.atoms].sum(axis=1) >= row.low]
    return found


@pytest.mark.parametrize("seed", range(60))
def test_ranges_are_those_of_every_possible_table(seed: int) -> None:
    crate, rows, truth = crate_of(np.random.default_rng(seed))
    asked = [row if row.printed else verifier.replace(row, ranged=(verifier.MANY, -1)) for row in rows]
    attack, words, _ = verifier.lay_and_attack(crate, asked, False, seed, verifier.Findings())
    assert attack is not None and words == []
    tables = every_table(rows, truth)
    assert len(tables)
    for i, target in enumerate(attack.targets):
        values = tables[:, target.atoms].sum(axis=1)
        # of a figure that prints a range every end is asked; of others what was found is possible, and says enough for the verdict
        if target.ranged is not None:
            assert (attack.least[i], attack.most[i]) == (values.min(), values.max()), target.label
        else:
            assert values.min() <= attack.least[i] <= attack.most[i] <= values.max(), target.label


@pytest.mark.parametrize("seed", range(60))
def test_what_is_known_to_be_small_is_found_and_nothing_else(seed: int) -> None:
    crate, rows, truth = crate_of(np.random.default_rng(1_000 + seed))
    found = verifier.Findings()
    attack, _, _ = verifier.lay_and_attack(crate, rows, False, seed, found)
    assert attack is not None
    verifier.judge(crate, attack, False, found)
    tables = every_table(rows, truth)
    threshold, wanted = 3, set()
    for target in attack.targets:
        values = tables[:, target.atoms].sum(axis=1)
        low, high = int(values.min()), int(values.max())
        if low >= threshold or high == 0:
            continue
        small = low >= 1 and high < threshold
        narrow = target.what == "withheld" and low > target.least and high - low + 1 < threshold
        if small or narrow:
            wanted.add(target.label)
    said = found.faults.get("narrow", [])
    assert len(said) == len(wanted) and all(any(words.startswith(label) for words in said) for label in wanted)
