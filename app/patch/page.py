"""Professional: My patch, the page to open on a phone before a shift."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from types import MappingProxyType

import streamlit as st

from app.hotspots import report
from app.look import wording
from app.look.background import background_now
from app.look.folium_map import show_map
from app.look.frame import theme
from app.look.map_frame import MapMark
from app.look.markup import legend, macro, paragraphs, plain
from app.patch import changes, cube
from app.patch.choice import choose
from app.patch.content import MyPatch, build
from app.patch.cube import Cube
from app.patch.drawing import changes_list, places_list
from app.patch.sheet import ground_of, patrol_sheet
from app.person import store as person_store
from app.person.entrance import head, record_once
from app.person.reading import reading
from app.person.sign_in import Person
from app.person.take_away import download

_HOT, _CHANGES, _MONTHS = "Hot spots", "What changes", "Month by month"
_LAYER, _LAYERS = "mp-layer", (_HOT, _CHANGES, _MONTHS)
_MOST_CHANGES = 20


def show(person: Person, pages: Mapping[str, str] = MappingProxyType({})) -> None:
    """pages: those with which the portal can open, titles by address."""
    with st.container(key="hg-patch"):
        with reading(person) as reader:
            head(reader)
            heading = st.empty()
            bar = st.container(horizontal=True, key="hg-patch-bar")
            with bar:
                asked = choose(reader, pages)
            content = None if asked is None else build(reader, asked)
            by_month = st.session_state.get(_LAYER) == _MONTHS
            months = cube.read(reader, asked.choice, asked.patch) if asked is not None and by_month else None
            region = person_store.region(reader)
        if content is None:
            return
        heading.title(plain(content.title), anchor=False)
        view = _view(content)
        record_once(person, "my_patch", {**view, "places": len(content.places)}, view=view)
        if not content.places:
            st.info(plain(f"No neighbourhood of {content.asked.patch.name} is part of this analysis."))
            return
        with bar:
            _sheet(person, content, synthetic=region is not None and region.synthetic)
        st.html(_stands(content))
        left, right = st.columns([1, 1], gap="medium")
        with left:
            st.html(places_list(content, theme()))
        with right:
            _map(content, months)
        st.html(paragraphs([content.order, content.missing]))
        _changes(content)
        _tried(content)
        with st.expander("How we know"):
            for title, said in content.how:
                st.html(f'<h2 class="hg-how">{escape(title)}</h2>' + paragraphs(said))
        st.html(f'<p class="hg-kind">{wording.HANDLING}</p>')


def _stands(content: MyPatch) -> str:
    """Until when, and for which months, in one small line."""
    stands = escape(content.stands)
    if content.expired:
        stands = f"<strong>{stands}</strong>"
    return f'<p class="hg-stands">{stands} {escape(str(content.asked.choice.covered))}.</p>'


def _map(content: MyPatch, months: Cube | None) -> None:
    """The five places on the layer that was chosen below the map, where the choice does not push the map down."""
    choice, patch, spots = content.asked.choice, content.asked.patch, content.spots
    changing = st.session_state.get(_LAYER) == _CHANGES
    drawn = report.areas_of(spots, choice, {}, theme())
    entries, measure = report.legend_of(spots, theme()), f"Gi* of the {report.measure_name(choice.measure)}, {choice.covered}"
    slider = None
    if changing:
        drawn, entries, measure = (
            changes.areas_of(spots, content.changes, theme()),
            changes.legend_of(theme()),
            "Patterns of the months loaded",
        )
    if months is not None:
        slider = cube.months_of(spots, months)
        drawn, entries, measure = cube.areas_of(spots, theme()), slider.legend(theme()), "Recorded in the month"
    show_map(
        drawn,
        title=f"Map of {patch.name}, the five places numbered",
        key=f"mp-{patch.code}-{choice.group_id}-{choice.period.end}-{st.session_state.get(_LAYER)}",
        height=420,
        marks=tuple(MapMark(p.code, p.lat, p.lon, str(p.number)) for p in content.places),
        places=content.points,
        months=slider,
    )
    st.segmented_control("The map shows", _LAYERS, default=_HOT, required=True, key=_LAYER)
    st.html(legend(entries, measure))
    if months is not None:
        st.html(paragraphs([cube.said(months)]))


def _changes(content: MyPatch) -> None:
    found = changes.that_change(content.changes)
    with st.expander(plain(f"What changes: {wording.plural(len(found), 'place')}")):
        if not found:
            st.html(paragraphs(["No place of this patch begins, grows, turns, comes and goes, wanes or has ended beyond chance."]))
        st.html(changes_list(found[:_MOST_CHANGES], theme()))
        more = len(found) - _MOST_CHANGES
        st.html(paragraphs([f"{more:,} more are on the map: choose “What changes” below it." if more > 0 else "", changes.MEANS]))


def _tried(content: MyPatch) -> None:
    if content.tried:
        with st.expander(plain(f"What was tried here: {wording.plural(len(content.tried), 'problem')}")):
            st.html(macro("problem_list.html", "problem_list", content.tried, 3))


def _sheet(person: Person, content: MyPatch, *, synthetic: bool) -> None:
    view = _view(content)
    name = f"homeground-patrol-sheet-{content.asked.patch.code or 'all'}-{view['group']}-{view['period_end'][:7]}.pdf"
    download(
        person, "Sheet (PDF)", name, "application/pdf", lambda: _made(person, content, synthetic=synthetic), "my_patch",
        {**view, "places": len(content.places), "file": name}, key="mp-sheet",
    )  # fmt: skip


def _made(person: Person, content: MyPatch, *, synthetic: bool) -> bytes:
    """The sheet, with streets where a background is shown."""
    background = background_now()
    ground = None
    if background is not None:
        with reading(person) as reader:
            ground = ground_of(content, reader, background.attribution)
    return patrol_sheet(content, person, synthetic=synthetic, ground=ground)


def _view(content: MyPatch) -> dict[str, str]:
    """What the audit trail says of a view or a sheet."""
    choice, patch = content.asked.choice, content.asked.patch
    return {**patch.seen, "group": choice.group_id, "period_end": choice.period.end.isoformat()}
