"""Professional: what was loaded and analysed, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from app.hotspots import store
from app.hotspots.store import Group
from app.look import wording
from app.look.background import background_now
from app.look.markup import Cell, Table, paragraphs, table
from app.person import store as person_store
from app.person.entrance import head
from app.person.reading import Reader, reading
from app.person.sign_in import Person
from app.person.store import MonthStatus, Run
from core.periods import Period, months_in_words
from published.background import Background


@dataclass(frozen=True)
class DataStatus:
    """What the page says; missing: the months that are not there, in words."""

    lead: str
    missing: str
    months: Table
    groups: Table
    runs: Table


def show(person: Person) -> None:
    with reading(person) as reader:
        head(reader)
        content = build(reader)
    st.title("The data behind the maps", anchor=False)
    if content is None:
        st.html('<p class="hg-lead">No month has been analysed yet.</p>')
        return
    note = (
        f'<p class="hg-note">Missing: {escape(content.missing)}. A missing month is a gap, never a zero.</p>'
        if content.missing
        else ""
    )
    st.html(paragraphs([content.lead], lead=True) + note)
    left, right = st.columns(2, gap="large")
    with left:
        st.header("Months", anchor=False)
        st.html(table(content.months))
    with right:
        st.header("Kinds", anchor=False)
        st.html(table(content.groups))
        st.header("When it was worked out", anchor=False)
        st.html(table(content.runs))
    st.html(paragraphs([_streets(background_now())]))


def _streets(background: Background | None) -> str:
    """Where the streets on the maps come from, or how they get there."""
    if background is not None:
        return f"Streets and names on the maps: {background.attribution or 'a file of tiles of whoever runs this portal'}."
    return (
        "The maps show no streets and no names of places. Load OS Open Zoomstack or an extract of OpenStreetMap (homeground feeds load), then"
        " run homeground analyse --only background; or name a file of tiles (HOMEGROUND_PORTAL_TILE_FILE)."
    )


def build(reader: Reader) -> DataStatus | None:
    """None before the first month was analysed."""
    months = person_store.months(reader)
    if not months:
        return None
    covered = person_store.covered(reader, Period(months[0].month, months[-1].month))
    return DataStatus(
        lead=f"Loaded: {covered}.",
        missing=months_in_words(covered.missing),
        months=_months_table(months),
        groups=_groups_table(store.groups(reader)),
        runs=_runs_table(person_store.runs(reader)),
    )


def _months_table(months: Sequence[MonthStatus]) -> Table:
    columns = [Cell("Month"), Cell("Records", number=True), Cell("Without a place", number=True)]
    caption = "Records of each month, and the share that came without a place; latest first"
    return Table(caption, columns, [_month_cells(m) for m in reversed(months)])


def _month_cells(month: MonthStatus) -> list[Cell]:
    records, share = "missing", "[x]"
    if month.loaded and month.incidents is not None:
        records = f"{month.incidents:,}"
        share = f"{100 * (month.unplaced or 0) / month.incidents:.1f}%" if month.incidents else ""
    return [Cell(wording.month(month.month)), Cell(records, number=True), Cell(share, number=True)]


def _groups_table(groups: Sequence[Group]) -> Table:
    rows = [
        [
            Cell(g.label),
            Cell(
                wording.listed(list(g.categories)) if g.kind != "total" else "everything",
                (f"Produced by police activity: {wording.listed(list(g.proactive))}",) if g.proactive else (),
            ),
        ]
        for g in groups
    ]
    return Table("What each kind holds, as this partnership defines it", [Cell("Kind"), Cell("Published categories")], rows)


# what the parts of the analysis are called, in the order in which they run
_STAGES = {
    "weights": "Residents of hexagons",
    "place": "Where each location lies",
    "count": "Count by place and month",
    "records": "Outcomes and searches",
    "rate": "Rates and intervals",
    "when": "Seasons and hours",
    "hotspot": "Hot spots",
    "grid": "Hot spots on chosen hexagons",
    "outlier": "Places unlike those around them",
    "overlap": "Hot spots and deprivation",
    "reach": "Reach of services",
    "factor": "Risk and protective factors",
    "likeness": "Similar areas",
    "emerging": "Patterns over time",
    "track_record": "Track record of the maps",
    "foretell": "Where next",
    "warn": "Early warning",
    "stability": "Other grids",
    "risk_model": "Risk model",
}


def parts(runs: Sequence[Run]) -> list[tuple[str, Run]]:
    """Runs that made figures, each by the name of its part; one that is not named above comes last, by the words of its stage.

    The pipeline's own notes of its stages and of the whole flow say the same again and are left out.
    """
    order = {stage: position for position, stage in enumerate(_STAGES)}
    made = [r for r in runs if r.stage != "flow" and not r.stage.startswith("stage:")]
    made.sort(key=lambda r: (order.get(r.stage, len(order)), r.stage))
    return [(_STAGES.get(r.stage, r.stage.replace("_", " ").capitalize()), r) for r in made]


def _runs_table(runs: Sequence[Run]) -> Table:
    rows = [
        [
            Cell(name),
            Cell(
                f"{wording.day(r.finished_at)}, {r.finished_at:%H:%M}",
                (f"code {r.code_version}{'' if r.seed is None else f', seed {r.seed}'}",),
            ),
        ]
        for name, r in parts(runs)
    ]
    caption = "When each part of the analysis last finished, and with which code and seed"
    return Table(caption, [Cell("Part"), Cell("Finished")], rows)
