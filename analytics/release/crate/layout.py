"""The layout of a crate: atoms of which every figure of every release is a sum, and nothing of what is counted in them.

An atom is a finest area x a class of categories x a span of months, where no group of any release tells the categories of a class apart
and no release the months of a span. Areas that no level and no answer tells apart are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.release.crate.contents import CrateContents, PublishedRelease
from core.errors import InternalError


@dataclass(frozen=True)
class Layout:
    """areas: column `area` and one a level; kinds: classes of categories; spans: classes of months; atoms: columns atom, area, kind, span."""

    areas: pd.DataFrame
    kinds: tuple[tuple[str, ...], ...]
    spans: tuple[tuple[date, ...], ...]
    atoms: pd.DataFrame


def lay_out(contents: CrateContents) -> Layout:
    """The coarsest atoms of which all figures are sums. InternalError where a figure's place lies in no area."""
    releases = [*contents.earlier, contents.current]
    levels = [c for c in contents.areas.columns if c != "area"]
    used = [level for level in levels if any(level in levels_of(r) for r in releases)]
    areas = _areas(contents, used)
    for release in releases:
        for level, rows in release.values.groupby(_level(release.values)):
            if level not in used or not set(rows["place_code"]) <= set(areas[level]):
                raise InternalError(f"release {release.release}: a place of {level} holds no area of the region")
    groups = sorted({m for r in releases for m in r.groups.values()}, key=sorted)
    kinds = _classes(sorted(set().union(*groups)), groups)
    windows = sorted({w for r in releases for w in _windows(r)} | _asked_windows(contents), key=sorted)
    spans = _classes(sorted(set().union(*windows)), windows)
    # a class and a span that no one release holds together lie in no figure
    pairs = [
        (k, s)
        for k, kind in enumerate(kinds)
        for s, span in enumerate(spans)
        if any(kind[0] in m for r in releases if any(span[0] in w for w in _windows(r)) for m in r.groups.values())
    ]
    area = np.repeat(areas["area"].to_numpy(dtype=object), len(pairs))
    kind_names = np.array([f"k{k + 1}" for k, _ in pairs], dtype=object)
    span_names = np.array([f"s{s + 1}" for _, s in pairs], dtype=object)
    atoms = pd.DataFrame({"area": area, "kind": np.tile(kind_names, len(areas)), "span": np.tile(span_names, len(areas))})
    atoms.insert(0, "atom", np.arange(1, len(atoms) + 1))
    return Layout(areas, kinds, spans, atoms)


def levels_of(release: PublishedRelease) -> list[str]:
    """Geographies of a release's tables, as columns of the areas name them."""
    return sorted(set(_level(release.values)))


def _level(values: pd.DataFrame) -> pd.Series:
    return (values["geography"] + " " + values["edition"]).str.strip()


def _areas(contents: CrateContents, levels: list[str]) -> pd.DataFrame:
    areas = contents.areas[["area", *levels]].reset_index(drop=True)
    if contents.answers.empty and "area" not in levels:
        # the first area of a class stands for all of it; a level of the finest areas keeps every one of them
        return areas.drop_duplicates(levels, ignore_index=True)
    return areas


def _windows(release: PublishedRelease) -> set[frozenset[date]]:
    periods = release.values[["period_start", "period_end"]].drop_duplicates()
    return {
        frozenset(m for m in release.months_loaded if start <= m <= end)
        for start, end in zip(periods["period_start"], periods["period_end"], strict=True)
    }


def _periods(release: PublishedRelease) -> list[tuple[str, str]]:
    rows = release.values[["period_start", "period_end"]].drop_duplicates()
    return sorted((s.isoformat(), e.isoformat()) for s, e in zip(rows["period_start"], rows["period_end"], strict=True))


def _asked_windows(contents: CrateContents) -> set[frozenset[date]]:
    return {
        frozenset(m for m in a.months_loaded if a.period_start <= m <= a.period_end)
        for a in contents.answers.itertuples()
    }  # fmt: skip


def _classes(things: Sequence[Any], sets: Sequence[frozenset[Any]]) -> tuple[tuple[Any, ...], ...]:
    """Things that no set tells apart, together; in order of their first."""
    found: dict[tuple[bool, ...], list[Any]] = {}
    for thing in things:
        found.setdefault(tuple(thing in s for s in sets), []).append(thing)
    return tuple(tuple(some) for some in found.values())


def plan_record(contents: CrateContents, layout: Layout) -> dict[str, Any]:
    """plan.json: how a figure is a sum of atoms, which releases there were, and what a portal says beside the figures of this one."""
    releases = [
        {
            "release": r.release,
            "folder": "" if r is contents.current else f"earlier/{r.release}",
            "title": r.title,
            "status": r.status,
            "published_at": r.published_at.isoformat(),
            "groups": {name: sorted(members) for name, members in r.groups.items()},
            "levels": levels_of(r),
            "periods": _periods(r),
            "months_loaded": [m.isoformat() for m in r.months_loaded if any(m in w for w in _windows(r))],
            "layout_noted": r.layout_noted,
        }
        for r in (*contents.earlier, contents.current)
    ]  # fmt: skip
    return {
        "how_to_read": "A figure is the sum of the atoms whose area lies in its place (areas.csv, column of its geography and edition), whose"
        " kind's categories lie in its group, and whose span's months lie in its period and were loaded. Atoms are layout: nobody"
        " publishes what is counted in one.",
        "complete": contents.complete,
        "about": _about(contents),
        "kinds": [{"kind": f"k{i + 1}", "categories": list(kind)} for i, kind in enumerate(layout.kinds)],
        "spans": [{"span": f"s{i + 1}", "months": [m.isoformat() for m in span]} for i, span in enumerate(layout.spans)],
        "releases": releases,
    }


def _about(contents: CrateContents) -> dict[str, Any]:
    """Whose figures these are, the words for their kinds, and their sources: whoever shows them elsewhere needs no other file for it."""
    unplaced = contents.unplaced_percent
    return {
        "region_name": contents.region_name,
        "synthetic": contents.synthetic,
        "code_version": contents.code_version,
        "unplaced_percent": None if unplaced is None or unplaced != unplaced else float(unplaced),
        "categories": [
            {"category": str(c.category), "label": str(c.label), "description": str(c.description), "kind": str(c.kind)}
            for c in contents.categories.itertuples()
        ],
        "sources": [{name: _plain(value) for name, value in s.items()} for s in contents.sources.astype(object).to_dict("records")],
    }


def _plain(value: Any) -> Any:
    """A cell of a frame as JSON has it; None where nothing is there."""
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if value is None or value != value:
        return None
    return value.isoformat() if isinstance(value, date) else value if isinstance(value, str) else int(value)
