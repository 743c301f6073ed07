"""Professional: what was loaded and analysed, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from app.hotspots import store
from app.look import wording
from app.look.frame import synthetic_label
from app.person import store as person_store
from app.person.entrance import identity_line
from app.person.sign_in import Person
from app.person.store import Run


def show(person: Person) -> None:
    identity_line(person)
    region = person_store.region()
    synthetic_label(synthetic=region is not None and region.synthetic)
    st.title("The data behind the maps", anchor=False)
    months = person_store.months(person)
    if not months:
        st.html('<p class="hg-lead">No month has been analysed yet.</p>')
        return
    gaps = [m for m in months if not m.loaded]
    st.html(
        f'<p class="hg-lead">{len(months) - len(gaps)} of {len(months)} months from {wording.month(months[0].month)} to'
        f" {wording.month(months[-1].month)} are loaded.</p>"
        + (f'<p class="hg-note">Missing: {escape(_runs_of(gaps))}. A missing month is a gap, never a zero.</p>' if gaps else "")
    )
    left, right = st.columns(2, gap="large")
    with left:
        st.header("Months", anchor=False)
        st.html(_months_table(months))
    with right:
        st.header("Kinds", anchor=False)
        st.html(_groups_table(store.groups(person)))
        st.header("When it was worked out", anchor=False)
        st.html(_runs_table(person_store.runs(person)))


def _runs_of(gaps: list[person_store.MonthStatus]) -> str:
    """'June 2021 to October 2021 and July 2025': runs of months, not each one."""
    spans: list[list[person_store.MonthStatus]] = []
    for gap in gaps:
        last = spans[-1][-1].month if spans else None
        if last is not None and (gap.month.year * 12 + gap.month.month) - (last.year * 12 + last.month) == 1:
            spans[-1].append(gap)
        else:
            spans.append([gap])
    return wording.listed(
        [
            wording.month(s[0].month) if len(s) == 1 else f"{wording.month(s[0].month)} to {wording.month(s[-1].month)}"
            for s in spans
        ]
    )


def _months_table(months: list[person_store.MonthStatus]) -> str:
    rows = []
    for m in reversed(months):
        if m.loaded and m.incidents is not None:
            share = f"{100 * (m.unplaced or 0) / m.incidents:.1f}%" if m.incidents else ""
            rows.append(
                f'<tr><th scope="row">{wording.month(m.month)}</th><td class="num">{m.incidents:,}</td><td class="num">{share}</td></tr>'
            )
        else:
            rows.append(
                f'<tr><th scope="row">{wording.month(m.month)}</th><td class="num">missing</td><td class="num">[x]</td></tr>'
            )
    return (
        '<table class="hg-table"><caption>Records of each month, and the share that came without a place; latest first</caption><thead><tr>'
        '<th scope="col">Month</th><th scope="col" class="num">Records</th><th scope="col" class="num">Without a place</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _groups_table(groups: list[store.Group]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(g.label)}</th><td>{escape(wording.listed(list(g.categories)) if g.kind != "total" else "everything")}'
        + (
            f'<span class="rate wrap">Produced by police activity: {escape(wording.listed(list(g.proactive)))}</span>'
            if g.proactive
            else ""
        )
        + "</td></tr>"
        for g in groups
    )
    return (
        '<table class="hg-table"><caption>What each kind holds, as this partnership defines it</caption><thead><tr><th scope="col">Kind</th>'
        f'<th scope="col">Published categories</th></tr></thead><tbody>{rows}</tbody></table>'
    )


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


def _runs_table(runs: Sequence[Run]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{wording.day(r.finished_at)}, {r.finished_at:%H:%M}'
        f'<span class="rate wrap">code {escape(r.code_version)}{"" if r.seed is None else f", seed {r.seed}"}</span></td></tr>'
        for name, r in parts(runs)
    )
    return (
        '<table class="hg-table"><caption>When each part of the analysis last finished, and with which code and seed</caption><thead><tr>'
        f'<th scope="col">Part</th><th scope="col">Finished</th></tr></thead><tbody>{rows}</tbody></table>'
    )
