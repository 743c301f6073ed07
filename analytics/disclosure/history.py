"""Releases laid into one system: every release's rows over atoms that all of them share, and each release sees the counts of its own date.

Atoms are finest areas x category classes x month classes, told apart by any release. A row of a release sums the months that were loaded
then: a month that came later is in no row of it.

Corrections. Data change between releases, and two releases that disagree must not make the system infeasible. Let an atom have counted
c_r at release r. Its variable is the smallest of these, b; each run of releases that saw more, c_r = b + E, adds a variable e with
0 <= e <= E (e + f = E, both not negative). The attacker is thus taken to know which atoms were corrected, in which release and by how much at
most, and that nothing changed where nothing did; what they may doubt is how much of each correction was real. That is more than anybody
outside can know, so it errs on the careful side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from analytics.disclosure.system import BY_CONSTRUCTION, CELL_COLUMNS, IntArray, PublicationSystem
from core.periods import Period

KEY = list(CELL_COLUMNS[:6])
CANDIDATE = 0
Groups = tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True)
class Layer:
    """One table of one release. places: code of each finest area's place ('' = none); loaded: the months that the release had."""

    geography: str
    edition: str
    places: npt.NDArray[np.object_]
    groups: Groups
    period: Period
    loaded: frozenset[date]
    weight: float
    release: int = CANDIDATE

    @property
    def months(self) -> frozenset[date]:
        return frozenset(m for m in self.period.months() if m in self.loaded)


@dataclass(frozen=True)
class Joint:
    """incidence, cells, weight: all layers' rows over atoms, then correction atoms; area, kind, month: each atom's class (-1: correction).

    windows: month classes in the rows of each distinct span of months, as rows of booleans. in_time: the month classes in order of time.
    slack: rows that bind the correction atoms. sees_more: for each release, which correction atoms its rows hold beside each atom
    (atoms x correction atoms).
    """

    incidence: Any
    atom_counts: IntArray
    cells: pd.DataFrame
    weight: npt.NDArray[np.float64]
    slack: Any
    area: IntArray
    kind: IntArray
    month: IntArray
    windows: npt.NDArray[np.bool_]
    in_time: IntArray
    window_of_row: IntArray
    sees_more: dict[int, Any]
    corrected: int


def join_releases(layers: Sequence[Layer], keys: pd.DataFrame, counts: dict[int, IntArray]) -> Joint:
    """Lay the layers of all releases into one system.

    keys: area, category, month of each count that ever was; counts: how many incidents each release saw under each key (CANDIDATE: now).
    """
    n_areas = len(layers[0].places)
    spans = sorted({layer.months for layer in layers}, key=lambda s: (max(s), min(s)))
    categories = sorted({c for layer in layers for _, members in layer.groups for c in members})
    months = sorted(set().union(*spans))
    area_class, area_rows = _classes([pd.factorize(layer.places)[0] for layer in _distinct(layers)], n_areas)
    every_group = sorted({members for layer in layers for _, members in layer.groups}, key=sorted)
    kind_class, kind_rows = _classes([np.array([c in g for c in categories]) for g in every_group], len(categories))
    month_class, month_rows = _classes([np.array([m in s for m in months]) for s in spans], len(months))
    shape = (len(area_rows), len(kind_rows), len(month_rows))
    inside = keys["category"].isin(categories).to_numpy() & keys["month"].isin(months).to_numpy()
    flat = np.ravel_multi_index(
        (
            area_class[keys["area"].to_numpy()[inside]],
            kind_class[_positions(keys["category"][inside], categories)],
            month_class[_positions(keys["month"][inside], months)],
        ),
        shape,
    )
    truth = {r: np.bincount(flat, weights=c[inside], minlength=int(np.prod(shape))).astype(np.int64) for r, c in counts.items()}
    area, kind, month = (x.astype(np.int64) for x in np.unravel_index(np.arange(int(np.prod(shape))), shape))

    windows = np.array([[months[i] in s for i in month_rows] for s in spans])
    blocks, frames, weights, of_window = [], [], [], []
    for layer in layers:
        window = spans.index(layer.months)
        block, frame = _rows(layer, area_rows, [categories[i] for i in kind_rows], windows[window])
        blocks.append(block)
        frames.append(frame)
        weights.append(np.full(len(frame), layer.weight))
        of_window.append(np.full(len(frame), window, dtype=np.int64))
    cells = pd.concat(frames, ignore_index=True)
    matrix = sparse.csr_matrix(sparse.vstack(blocks, format="csr"), dtype=np.int64)
    released = cells["release"].to_numpy(dtype=np.int64)
    base, more, slack, figures, sees_more = _corrections(matrix, released, truth, sorted(counts, key=lambda r: (r == CANDIDATE, r)))
    used = np.asarray(matrix.sum(axis=0)).ravel() > 0
    n_more = more.shape[1]
    none = np.full(n_more, -1, dtype=np.int64)
    return Joint(
        incidence=sparse.csr_matrix(sparse.hstack([matrix[:, used], more], format="csr")),
        atom_counts=np.concatenate([base[used], figures]).astype(np.int64),
        cells=cells,
        weight=np.concatenate(weights),
        slack=sparse.csr_matrix(sparse.hstack([sparse.csr_matrix((slack.shape[0], int(used.sum())), dtype=np.int64), slack])),
        area=np.concatenate([area[used], none]),
        kind=np.concatenate([kind[used], none]),
        month=np.concatenate([month[used], none]),
        windows=windows,
        in_time=np.argsort(month_rows, kind="stable").astype(np.int64),
        window_of_row=np.concatenate(of_window),
        sees_more={r: to_more[np.flatnonzero(used)] for r, to_more in sees_more.items()},
        corrected=n_more // 2,
    )


def _distinct(layers: Sequence[Layer]) -> list[Layer]:
    found: dict[tuple[str, str, bytes], Layer] = {}
    for layer in layers:
        found.setdefault((layer.geography, layer.edition, pd.util.hash_array(layer.places).tobytes()), layer)
    return list(found.values())


def _classes(labels: Sequence[npt.NDArray[Any]], n: int) -> tuple[IntArray, IntArray]:
    """Class of each of n things that no label tells apart, and one thing of each class."""
    table = np.column_stack([np.asarray(x, dtype=np.int64) for x in labels]) if labels else np.zeros((n, 1), dtype=np.int64)
    _, first, inverse = np.unique(table, axis=0, return_index=True, return_inverse=True)
    return np.asarray(inverse, dtype=np.int64).ravel(), np.asarray(first, dtype=np.int64)


def _positions(values: pd.Series, order: list[Any]) -> IntArray:
    return np.asarray(values.map({v: i for i, v in enumerate(order)}), dtype=np.int64)


def _rows(layer: Layer, area_rows: IntArray, categories: list[str], window: npt.NDArray[np.bool_]) -> tuple[Any, pd.DataFrame]:
    place_of = layer.places[area_rows]
    codes = sorted(set(layer.places) - {""})
    position = {code: i for i, code in enumerate(codes)}
    inside = np.flatnonzero(place_of != "")
    by_place = sparse.csr_matrix(
        (np.ones(len(inside), dtype=np.int64), ([position[c] for c in place_of[inside]], inside)),
        shape=(len(codes), len(area_rows)),
    )
    by_kind = sparse.csr_matrix(np.array([[c in members for c in categories] for _, members in layer.groups], dtype=np.int64))
    by_month = sparse.csr_matrix(window[None, :].astype(np.int64))
    names = [name for name, _ in layer.groups]
    frame = pd.DataFrame(
        {
            "geography": layer.geography,
            "edition": layer.edition,
            "place_code": np.repeat(codes, len(names)),
            "category": np.tile(names, len(codes)),
            "period_start": layer.period.start,
            "period_end": layer.period.end,
            "release": layer.release,
        }
    )
    return sparse.kron(sparse.kron(by_place, by_kind, format="csr"), by_month, format="csr"), frame


def _corrections(
    matrix: Any, released: IntArray, truth: dict[int, IntArray], order: list[int]
) -> tuple[IntArray, Any, Any, IntArray, dict[int, Any]]:
    """base count of each atom; columns (e, then f) for what releases saw above it; the rows e + f; the true values of e and f."""
    sees = {r: np.asarray(matrix[np.flatnonzero(released == r)].sum(axis=0)).ravel() > 0 for r in order}
    every = np.array([np.where(sees[r], truth[r], -1) for r in order])
    highest = every.max(axis=0)
    base = np.where(every >= 0, every, np.iinfo(np.int64).max).min(axis=0)
    base = np.where(highest >= 0, base, 0)
    sums: list[int] = []
    entries: dict[int, list[tuple[int, int]]] = {r: [] for r in order}
    for atom in np.flatnonzero(highest > base):
        last = -1
        for i, r in enumerate(order):
            above = int(every[i, atom] - base[atom])
            if every[i, atom] < 0:
                continue
            if above > 0:
                if last != above:
                    sums.append(above)
                entries[r].append((int(atom), len(sums) - 1))
            last = above
    n = len(sums)
    parts, by_release = [], {}
    for r in order:
        pairs = np.array(entries[r], dtype=np.int64).reshape(-1, 2)
        to_more = sparse.csr_matrix(
            (np.ones(len(pairs), dtype=np.int64), (pairs[:, 0], pairs[:, 1])), shape=(matrix.shape[1], 2 * n)
        )
        parts.append((np.flatnonzero(released == r), to_more))
        by_release[r] = to_more
    more = sparse.csr_matrix((matrix.shape[0], 2 * n), dtype=np.int64)
    if n:
        pieces = [sparse.csr_matrix(matrix[rows] @ to_more) for rows, to_more in parts]
        back = np.argsort(np.concatenate([rows for rows, _ in parts]), kind="stable")
        more = sparse.csr_matrix(sparse.vstack(pieces, format="csr")[back], dtype=np.int64)
    one = sparse.identity(n, dtype=np.int64, format="csr")
    slack = sparse.csr_matrix(sparse.hstack([one, one], format="csr")) if n else sparse.csr_matrix((0, 0), dtype=np.int64)
    return base, more, slack, np.concatenate([np.array(sums, dtype=np.int64), np.zeros(n, dtype=np.int64)]), by_release


def system_of_joint(joint: Joint, seen: npt.NDArray[np.int8], known_least: IntArray) -> PublicationSystem:
    """The system of all rows with what was seen of each (0 candidate, 1 shown before, -1 withheld before) and of the slack rows."""
    n = joint.slack.shape[0]
    bound = pd.DataFrame(
        {
            "geography": "correction",
            "edition": "",
            "place_code": [str(i) for i in range(n)],
            "category": "",
            "period_start": joint.cells["period_start"].iloc[0],
            "period_end": joint.cells["period_end"].iloc[0],
            "release": -1,
        }
    )
    return PublicationSystem(
        incidence=sparse.csr_matrix(sparse.vstack([joint.incidence, joint.slack], format="csr")),
        atom_counts=joint.atom_counts,
        cells=pd.concat([joint.cells, bound], ignore_index=True) if n else joint.cells,
        weight=np.concatenate([joint.weight, np.full(n, np.inf)]),
        seen=np.concatenate([seen, np.full(n, BY_CONSTRUCTION)]).astype(np.int8),
        known_least=np.concatenate([known_least, np.zeros(n, dtype=np.int64)]),
    )
