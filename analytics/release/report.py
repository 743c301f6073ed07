"""A candidate in words: what would be published and what withheld. Protects it on the way, so nothing unprotected is printed."""

from __future__ import annotations

import pandas as pd

from analytics.release.build import Candidate, audit_release
from analytics.release.searches import audit_searches
from core.periods import CoveredPeriod

_KINDS = ["category", "period_start", "period_end"]


def describe_candidate(candidate: Candidate, *, by_category: bool = False) -> str:
    """A few lines for the terminal. DisclosureError where the candidate cannot be protected.

    by_category: with a table of what is shown of each level and category.
    """
    tables = audit_release(candidate)
    certificate = tables.certificate
    lines = [
        f"{candidate.title}, {candidate.region_name}, {candidate.covered}",
        f"  cells: {certificate.cells:,}; withheld as small {certificate.primary:,}, to protect them {certificate.secondary:,}",
    ]
    own = {level.column: level.periods[0] for level in candidate.plan.levels if level.periods}
    for name, level in certificate.levels.items():
        covered = CoveredPeriod.of(own.get(name, candidate.period), candidate.counts.loaded or candidate.months_loaded)
        lines.append(
            f"  {name:<10} {covered}: {level['cells']:>7,} cells, {level['cells_visible']:.1%} visible"
            + (f", holding {level['incidents_visible']:.1%} of the incidents" if level["incidents_visible"] is not None else "")
        )
    attacked = f"{certificate.targets:,} sensitive counts; every one keeps {certificate.required_values} values possible"
    lines.append(f"  attacked: {attacked if certificate.targets else 'no count in it is sensitive'}")
    lines += _of_searches(candidate)
    if by_category:
        lines += ["", as_table(shown_by_category(tables.frame))]
    return "\n".join(lines)


def _of_searches(candidate: Candidate) -> list[str]:
    """What is renewed of stop and search with this release; nothing where it is not."""
    if candidate.searches is None:
        return []
    refused: list[str] = []
    tables = audit_searches(candidate.searches, say=refused.append)
    if tables is None:
        return ["", refused[-1]]
    found = tables.certificate
    return [
        "",
        f"{candidate.searches.title}, {candidate.region_name}, {candidate.searches.covered}",
        f"  cells: {found.cells:,}; withheld as small {found.primary:,}, to protect them {found.secondary:,}",
        f"  attacked: {found.targets:,} sensitive counts; every one keeps {found.required_values} values possible"
        if found.targets
        else "  attacked: no count in it is sensitive",
    ]


def shown_by_category(frame: pd.DataFrame) -> pd.DataFrame:
    """What a protected table shows of each level and category: level, category, cells, shown and ranges (shares of the cells), width (the
    median of highest less lowest; NaN where there is no range), incidents (share of the widest level's figure that the shown cells hold; NaN
    where that is withheld or 0).

    frame: a release's table with count, lowest and highest. Only what is printed is looked at.
    """
    level = (frame["geography"] + " " + frame["edition"]).str.strip()
    cells = frame[["category", "period_start", "period_end", "place_code"]].assign(
        level=level,
        shown=frame["count"].notna(),
        figure=frame["count"].fillna(0).astype("int64"),
        width=(frame["highest"] - frame["lowest"]).where(frame["count"].isna()).astype("float64"),
    )
    widest = cells.groupby("level")["place_code"].nunique().idxmin()
    top = cells[cells["level"] == widest].groupby(_KINDS).agg(whole=("figure", "sum"), known=("shown", "all")).reset_index()
    known = cells.merge(top[top["known"] & (top["whole"] > 0)], on=_KINDS, how="left")
    out = known.groupby(["level", "category"], sort=False).agg(
        cells=("shown", "size"), shown=("shown", "mean"), ranges=("width", lambda w: w.notna().mean()), width=("width", "median")
    )
    # of each period whose whole is known the figures, over that whole
    own = known[known["whole"].notna()]
    held = own.groupby(["level", "category"])["figure"].sum()
    whole = own.drop_duplicates(["level", *_KINDS]).groupby(["level", "category"])["whole"].sum()
    return out.assign(incidents=held / whole).reset_index()


def as_table(rows: pd.DataFrame) -> str:
    """What shown_by_category found, in columns."""
    width = max(len(str(c)) for c in rows["category"])
    lines = [f"  {'level':<10} {'category':<{width}} {'cells':>7} {'shown':>7} {'ranges':>7} {'width':>6} {'incidents':>9}"]
    for row in rows.itertuples(index=False):
        wide = "" if pd.isna(row.width) else f"{row.width:g}"
        held = "" if pd.isna(row.incidents) else f"{row.incidents:.1%}"
        lines.append(
            f"  {row.level:<10} {row.category:<{width}} {row.cells:>7,} {row.shown:>7.1%} {row.ranges:>7.1%} {wide:>6} {held:>9}"
        )
    return "\n".join(lines)
