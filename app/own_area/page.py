"""Both portals: what was recorded in an area that one chooses oneself, as exactly as the published figures say."""

from __future__ import annotations

import streamlit as st

from app.area.suppliers import gaps_of_all, months_of_all
from app.look.frame import nothing_published, synthetic_label
from app.look.markup import paragraphs, plain, table
from app.own_area import making
from app.own_area.chosen import Chosen
from app.own_area.content import HOW_TO_NARROW, MOST_CHOICES, WHAT_A_RANGE_IS, Answered, answer, build, choices, members_of
from app.person import store as person_store
from app.person.entrance import identity_line, record_once
from app.person.patches import OwnPatch
from app.person.reading import reading
from app.person.sign_in import Person
from core.db import Role
from core.errors import DisclosureError, UserError
from published.release import Release, current_release

_MEMBERS = "lsoa"


def show() -> None:
    """For the community: neighbourhoods and local areas by name. The address keeps the choice, so that it can be sent."""
    release = current_release(Role.COMMUNITY)
    if release is None:
        nothing_published()
        return
    whole, release = release, release.for_level(_MEMBERS)
    _head(release)
    members = members_of(release, _choose(release))
    if members:
        first = whole.place(_MEMBERS, members[0])
        _answer(release if first is None else whole.for_place(first), members, Role.COMMUNITY)
    _explain()


def show_to(person: Person) -> None:
    """For professionals: drawn on the map, from a list, or a patch that was kept, to be kept and looked at on other pages. What was asked
    goes to the audit trail."""
    release = current_release(Role.PROFESSIONAL)
    release = None if release is None else release.for_level(_MEMBERS)
    with reading(person) as reader:
        identity_line(reader)
        region = person_store.region(reader)
        synthetic_label(synthetic=region is not None and region.synthetic)
        st.title("An area you choose", anchor=False)
        st.html(paragraphs(["Draw a patch or list it, keep it for every page, and read the published figures of it."]))
        found = making.choose(reader, release)
    if found is not None:
        own = found if isinstance(found, OwnPatch) else None
        if isinstance(found, Chosen):
            st.html(paragraphs([making.said_of(found)], lead=True))
        making.tools(person, found)
        if release is None:
            st.html(paragraphs(["Nothing is published yet, so there is no figure of it that could be shown to anyone."]))
        elif own is None or own.opens_for(person):
            if note := gaps_of_all(release):
                st.html(paragraphs([note]))
            # a release may leave neighbourhoods out
            members = members_of(release, found.members)
            if members and _answer(release, members, Role.PROFESSIONAL, own.name if own else ""):
                _record(person, release, members, own.code if own else "")
    _explain()


def _head(release: Release) -> None:
    synthetic_label(synthetic=release.synthetic)
    st.title("An area you choose", anchor=False)
    st.html(
        paragraphs(
            [
                f"Put neighbourhoods together, and read what was recorded in all of them, {months_of_all(release)}: the figure, or the least"
                " and the largest count that the published figures leave possible."
            ],
            lead=True,
        )
    )
    if note := gaps_of_all(release):
        st.html(paragraphs([note]))


def _choose(release: Release) -> list[str]:
    names = choices(release)
    if "oa-chosen" not in st.session_state:
        kept = [c for c in st.query_params.get(making.AREAS, "").split(",") if c in names]
        st.session_state["oa-chosen"] = kept[:MOST_CHOICES]
    with st.container(key="search-places"):
        chosen: list[str] = st.multiselect(
            "Neighbourhoods, and whole local areas",
            list(names),
            format_func=names.__getitem__,
            max_selections=MOST_CHOICES,
            placeholder="Type a name",
            key="oa-chosen",
        )
    if chosen:
        st.query_params[making.AREAS] = ",".join(chosen)
    elif making.AREAS in st.query_params:
        del st.query_params[making.AREAS]
    return chosen


def _answer(release: Release, members: tuple[str, ...], role: Role, name: str = "") -> bool:
    """Draw the answer; False, with a word on the page, where nothing can be worked out."""
    try:
        content = build(release, answer(release, members, role), name)
    except (UserError, DisclosureError) as error:
        said = (
            error.what
            if isinstance(error, UserError)
            else "The published figures do not fit together, so nothing can be worked out."
        )
        st.info(plain(f"{said[:1].upper()}{said[1:].rstrip('.')}."))
        return False
    _draw(content)
    return True


def _draw(content: Answered) -> None:
    st.header(plain(content.title), anchor=False)
    st.html(paragraphs(content.lead, lead=True) + table(content.figures))
    if content.near is not None:
        st.header("Near it, exactly", anchor=False)
        st.html(table(content.near))


def _explain() -> None:
    st.header("What a range means", anchor=False)
    st.html(paragraphs([WHAT_A_RANGE_IS, HOW_TO_NARROW]))


def _record(person: Person, release: Release, members: tuple[str, ...], name: str) -> None:
    detail = {"release": release.release_id, "patch": name, "areas": len(members)}
    record_once(person, "own_area", detail, view=(release.release_id, members, name), action="figure_asked")
