"""Professional: the early warning on the page of hot spots, as a list, a layer of the map and the record of past alarms."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st

from app.look import wording
from app.look.folium_map import show_map
from app.look.frame import theme
from app.look.markup import environment, legend, paragraphs, table
from app.person.entrance import record_once
from app.person.patch_choice import forget_what_is_gone
from app.person.reading import Reader
from app.person.sign_in import Person
from app.person.store import Patch
from app.person.take_away import download
from app.warning import report, store
from app.warning.report import Warned
from app.warning.store import Look, Past, Place

# the box of the one kind whose alarms are shown, or of all; the page of hot spots names it in its address
ALARMS_OF = "hs-warn-group"


@dataclass(frozen=True)
class Warnings:
    """Everything that the page says, read in one transaction. kind: label of the one kind asked for, '' for all."""

    patch: Patch
    group_id: str
    kind: str
    looks: tuple[Look, ...]
    warned: tuple[Warned, ...]
    past: tuple[Past, ...]
    places: tuple[Place, ...]


def read(reader: Reader, patch: Patch) -> Warnings | None:
    """What there is of a patch. None, with a word on the page, where no month was looked at."""
    looks = store.looks(reader)
    if not looks:
        st.title("Early warning", anchor=False)
        st.html(
            '<p class="hg-lead">No month has been looked at: the analysis has not run, or too few months are loaded in a row. Whoever runs'
            " this portal starts it with: homeground analyse --only warn</p>"
        )
        return None
    labels = store.groups(reader)
    forget_what_is_gone(ALARMS_OF, ["", *labels])
    group = st.selectbox("Alarms of", ["", *labels], format_func=lambda g: labels.get(g, "All kinds together"), key=ALARMS_OF) or ""
    return Warnings(
        patch, group, labels.get(group, ""), looks, report.folded(store.alarms(reader, patch, group)),
        tuple(p for p in store.past(reader, patch) if group in ("", p.group_id)), store.places(reader, patch, looks[0].run_id),
    )  # fmt: skip


def title(content: Warnings) -> str:
    return report.title(content.patch, content.looks[0])


def show(person: Person, content: Warnings) -> None:
    """The list first, then the map beside it, then the record and how it is made."""
    view = _view(content)
    record_once(person, "early_warning", {**view, "alarms": len(content.warned)}, view=view)
    newest = content.looks[0]
    first, *rest = report.lead(content.warned, content.patch, newest, content.kind)
    st.html(paragraphs([first], lead=True) + paragraphs(rest))
    left, right = st.columns([1, 1], gap="medium")
    with left:
        if content.warned:
            st.html(environment().get_template("warnings.html").render(rows=content.warned))
        else:
            st.html('<p class="hg-note">No alarm this month. Most months have none.</p>')
    with right:
        _map(content)
    st.header("What became of earlier alarms", anchor=False)
    st.html(paragraphs(report.record_sentences(content.looks, content.past, content.patch)))
    if content.past:
        st.html(table(report.record_table(content.past[: report.MOST_PAST])))
        if len(content.past) > report.MOST_PAST:
            st.html(f"<p>The newest {report.MOST_PAST} of {len(content.past):,}: the download has all.</p>")
    st.header("Near repeats", anchor=False)
    st.html(paragraphs([report.NO_DAYS]))
    st.header("How it is made", anchor=False)
    said = [one.format(longest=newest.longest, replicates=f"{newest.replicates:,}", kinds=newest.kinds) for one in report.HOW]
    st.html(paragraphs(said))
    name = "-".join(("homeground-alarms", content.patch.code or "all", f"{newest.month:%Y-%m}"))
    download(
        person, "Download the record (CSV)", f"{name}.csv", "text/csv", lambda: report.csv(content.past), "early_warning",
        {**view, "rows": len(content.past)}, key="hs-warn-download",
    )  # fmt: skip
    st.html(f'<p class="hg-kind">{escape(wording.HANDLING)} Downloads are recorded in the audit trail.</p>')


def _map(content: Warnings) -> None:
    areas = report.areas_of(content.places, content.warned, theme())
    if not areas:
        st.info("No outlines are held for these places.")
        return
    st.html(legend(report.legend_of(theme()), "How often chance alone would give it"))
    show_map(
        areas,
        title=f"Map of the early warning, {content.patch.name}",
        key=f"hs-warn-{content.patch.code}-{content.group_id}",
        height=420,
        marks=report.marks_of(content.places, content.warned),
    )


def _view(content: Warnings) -> dict[str, str]:
    """What the audit trail says of a view or an export."""
    return {
        "district": content.patch.district or "*", "patch": content.patch.code or "*", "group": content.group_id or "*",
        "month": content.looks[0].month.isoformat(),
    }  # fmt: skip
