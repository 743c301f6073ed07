"""Professional: a place brief to take to a meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from app import brief_batches, brief_words
from app.look import wording
from app.look.frame import synthetic_label
from app.look.markup import plain
from app.person import store as person_store
from app.person.entrance import identity_line
from app.person.reading import reading
from app.person.sign_in import Person
from app.person.take_away import download
from core.db import Role
from core.errors import UserError
from published.release import Place, Release, current_release
from published.search import find_places

if TYPE_CHECKING:
    from briefs.editions.known import Edition

_FORMATS = {
    "pdf": ("PDF", ".pdf", "application/pdf"),
    "docx": ("Word", ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "csv": ("Data pack (CSV files)", "-data.zip", "application/zip"),
    "xlsx": ("Excel", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "gpkg": ("Map layer (GeoPackage)", ".gpkg", "application/geopackage+sqlite3"),
    "html": ("Web page", ".html", "text/html"),
    "pptx": ("Slides (PowerPoint)", ".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}


_STATEMENTS = ("What each figure comes from (CSV)", "-statements.csv", "text/csv")
_ASSESSMENT = "Needs assessment of a district or the whole area"
_ANYONE, _PARTNERSHIP = "Anyone: published figures alone", "The partnership: with the analysis, not for publication"
_WHY = "Stands on the first page and in the audit trail."
_KINDS = ("Brief of a place", brief_batches.KIND, _ASSESSMENT)


@dataclass(frozen=True)
class _Wishes:
    """What was asked for beside the place and the formats."""

    partnership: bool
    purpose: str
    room: bool
    since: Edition | None = None
    without: tuple[str, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)


def show(person: Person) -> None:
    with reading(person) as reader:
        identity_line(reader)
    release = current_release(Role.PROFESSIONAL)
    st.title("Make a place brief", anchor=False)
    if release is None:
        st.html('<p class="hg-lead">A brief is made from published figures, and nothing is published yet.</p>')
        return
    synthetic_label(synthetic=release.synthetic)
    kind = st.radio("What to make", _KINDS, horizontal=True, key="pb-kind")
    if kind == brief_batches.KIND:
        brief_batches.show(person, release)
        return
    if kind == _ASSESSMENT:
        _assessment(person, release)
        return
    st.html(
        '<p class="hg-lead">A brief for anyone holds what is published about a place: its map, figures with their intervals, the places'
        " around it, what is withheld, and every source with its date. One for the partnership has hot spots, similar areas and factors by"
        " name as well.</p>"
    )
    place = _choose_place(release)
    if place is None:
        return
    with st.container(key="search-formats"):
        formats = st.multiselect(
            "Formats", list(_FORMATS), default=["pdf", "docx"], format_func=lambda f: _FORMATS[f][0], key="pb-formats"
        )
    audience = st.radio("For whom", (_ANYONE, _PARTNERSHIP), horizontal=True, key="pb-audience")
    with st.container(key="search-purpose"):
        purpose = st.text_input("What it is for", max_chars=200, key="pb-why", help=_WHY)
    room = st.checkbox("Leave room for what residents say, what was tried and recommendations", key="pb-room")
    without = _choose_sections()
    with reading(person) as reader:
        kept = brief_words.words_of(reader, place.code)
        made = reader.rows("audit/editions", {"place": place.code})
    own = _own_words(person, place, kept)
    since = _choose_edition(place, release, made)
    if st.button("Make a place brief", type="primary", disabled=not formats):
        _make(person, place, tuple(formats), _Wishes(audience == _PARTNERSHIP, purpose.strip(), room, since, without, own))
    _downloads(person, place, partnership=audience == _PARTNERSHIP)


def _assessment(person: Person, release: Release) -> None:
    """The needs assessment: of what the person may see, under their own name and districts."""
    st.html(
        '<p class="hg-lead">A strategic needs assessment says how much violence there is and where, what stands beside it, who supplied'
        " what and what is missing. It holds analysis as well as published figures, so it is for the partnership and not for publication.</p>"
    )
    areas = [p for p in release.of("lad") if person.may_see(p.code)]
    areas = sorted(areas, key=lambda p: p.name)
    if person.districts == "*" and release.region is not None:
        areas.insert(0, release.region)
    if not areas:
        st.warning("You may see no district of this release.")
        return
    names = {p.code: p.label for p in areas}
    code = st.selectbox("Area", list(names), format_func=names.__getitem__, key="pb-area")
    purpose = st.text_input("What it is for", max_chars=200, key="pb-purpose", help=_WHY)
    room = st.checkbox("Leave room for what residents say, what was tried and recommendations", key="pb-assessment-room")
    if st.button("Make the needs assessment", type="primary"):
        _make_assessment(person, str(code), names[str(code)], purpose.strip(), room)
    made_for, made = st.session_state.get("pb-assessment", ("", {}))
    if made_for == code:
        _offer(person, str(code), made, "assessment")


def _make_assessment(person: Person, code: str, name: str, purpose: str, room: bool) -> None:
    try:
        from briefs.asked import asked_by
        from briefs.assessment.write import render_assessment
    except ImportError:
        st.warning("This installation cannot make briefs yet.")
        return
    asked = replace(asked_by(person.name, room=room), purpose=purpose, marking="")
    try:
        with st.spinner(plain(f"Making the needs assessment of {name}")), reading(person) as reader:
            _, made = render_assessment(reader.connection, code, ("pdf", "docx", "pptx", "csv"), asked=asked, actor=person.actor)
    except UserError as error:
        st.error(plain(error.what))
        return
    st.session_state["pb-assessment"] = (code, made)


def _choose_place(release: Release) -> Place | None:
    with st.container(key="search"):
        typed = st.text_input("Postcode, or name of a place", max_chars=80, key="pb-typed", icon=":material/search:")
    if not typed.strip():
        return None
    found = find_places(release, typed, Role.PROFESSIONAL)
    if found.message:
        st.warning(plain(found.message))
    places = {f"{p.geography}.{p.code}": p for p in found.places if p.geography != "all"}
    if not places:
        return None
    with st.container(key="search-places"):
        chosen = st.selectbox(
            "Place",
            list(places),
            format_func=lambda k: f"{places[k].label}, {wording.GEOGRAPHY[places[k].geography]}",
            key="pb-place",
        )
    return places.get(chosen or "")


def _choose_sections() -> tuple[str, ...]:
    """Keys of sections that are left out, none unless somebody says so."""
    try:
        from briefs.asked import SECTIONS
    except ImportError:
        return ()
    with st.container(key="search-without"):
        return tuple(
            st.multiselect(
                "Leave out",
                list(SECTIONS),
                format_func=SECTIONS.__getitem__,
                key="pb-without",
                placeholder="No section",
                help="Summary, protection of small numbers and sources stand in every brief. The first page says what was left out.",
            )
        )


def _own_words(person: Person, place: Place, kept: Mapping[str, str]) -> dict[str, str]:
    """What the person writes into the brief themselves, kept for the next one as soon as it is another."""
    try:
        from briefs.asked import OWN
    except ImportError:
        return {}
    now = brief_words.boxes(place.code, OWN, kept)
    brief_words.keep_words(person, place.code, kept, now)
    return now


def _choose_edition(place: Place, release: Release, told: Sequence[Mapping[str, Any]]) -> Edition | None:
    """An edition of an earlier release that was made here, by the portal or by a command; no box where there is none."""
    try:
        from briefs.editions.known import Edition, editions_of_place
    except ImportError:
        return None
    try:
        found = {e.release: e for e in editions_of_place(place.code)}
    except UserError as error:
        # what the register knows is left out; a brief can be made all the same
        st.warning(plain(f"{error.what[:1].upper()}{error.what[1:]}. Editions made by a command are not offered."))
        found = {}
    found |= {int(r["release_id"]): Edition(r["reference"], place.code, int(r["release_id"]), str(r["made_on"])) for r in told}
    earlier = {n: found[n] for n in sorted(found, reverse=True) if n != release.release_id}
    if not earlier:
        return None
    with st.container(key="search-since"):
        chosen = st.selectbox(
            "Say what changed since",
            [0, *earlier],
            format_func=lambda n: f"release {n}, made on {earlier[n].made} ({earlier[n].reference})" if n else "no earlier edition",
            key="pb-since",
            help="Corrections of data are told apart from change in the world, from published figures alone.",
        )
    return earlier.get(chosen or 0)


def _make(person: Person, place: Place, formats: tuple[str, ...], wishes: _Wishes) -> None:
    try:
        from briefs.asked import asked_by
        from briefs.write import event_detail, made_brief, partners_brief
    except ImportError:
        st.warning("This installation cannot make briefs yet.")
        return
    try:
        with st.spinner(plain(f"Making the brief on {place.label}")):
            said = {part: words for part, words in wishes.own.items() if words}
            asked = replace(
                asked_by(person.name, room=wishes.room, own=said), purpose=wishes.purpose, without=frozenset(wishes.without)
            )
            if wishes.partnership:
                with reading(person) as reader:
                    # who and why go to the audit trail there, in the same transaction
                    _, made = partners_brief(
                        reader.connection, place.code, formats, asked=asked, actor=person.actor, since=wishes.since
                    )
            else:
                brief, made = made_brief(place.code, formats, role=Role.PROFESSIONAL, asked=asked, since=wishes.since)
    except UserError as error:
        st.error(plain(error.what))
        return
    st.session_state["pb-made"] = ((place.code, wishes.partnership), made)
    if not wishes.partnership:
        person_store.record(person, "view", "place_brief", event_detail(brief, made, asked) | {"formats": list(formats)})


def _downloads(person: Person, place: Place, *, partnership: bool) -> None:
    """What was made of this place, for these readers: a brief for the partnership is not offered as one for anyone."""
    made_for, made = st.session_state.get("pb-made", (None, {}))
    if made_for != (place.code, partnership) or not made:
        return
    _offer(person, place.code, made, "place_brief")


def _offer(person: Person, code: str, made: dict[str, bytes], subject: str) -> None:
    st.header("Ready to download", anchor=False)
    for name, content in made.items():
        known = next((f for f in (*_FORMATS.values(), _STATEMENTS) if name.endswith(f[1])), (name, "", "application/octet-stream"))
        said = f"{known[0]} ({_size(len(content))})"
        download(person, said, name, known[2], partial(bytes, content), subject, {"place": code, "file": name}, key=f"pb-{name}")


def _size(size: int) -> str:
    return f"{size / 1024:,.0f} kB" if size < 1_048_576 else f"{size / 1_048_576:,.1f} MB"
