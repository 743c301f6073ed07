"""Professional: who is here. The demo's role picker, or sign-in; None until someone with access is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import process
from app.look.frame import synthetic_label
from app.person import store as person_store
from app.person.reading import Reader
from app.person.sessions import SESSIONS, number_in
from app.person.sign_in import ROLE_NAMES, Person, ProfessionalRole, Refused, demo_person, person_from_claims, sign_in_configured

_DEMO_PERSON = "hg-demo-person"
_RIGHTS = "hg-rights"
_CAPTIONS = {
    ProfessionalRole.OFFICER: "Sees one district",
    ProfessionalRole.ANALYST: "Sees all districts",
    ProfessionalRole.PLANNER: "Sees all districts",
    ProfessionalRole.STEWARD: "Sees deliveries and releases, no place",
    ProfessionalRole.BOARD: "Decides on models, and sees who used what",
    ProfessionalRole.PARTNER: "Sees the state of its own deliveries, and nothing else",
}


def record_once(person: Person, subject: str, detail: Mapping[str, Any], *, view: object, action: str = "view") -> None:
    """One audit event for each view, not one for each redraw of the same view. view: what makes two the same."""
    key = f"hg-recorded-{subject}"
    if st.session_state.get(key) != view:
        person_store.record(person, action, subject, detail)
        st.session_state[key] = view


def signed_in() -> Person | None:
    """The person of this run, judged anew; draws the way in where there is none."""
    settings = process.settings()
    if settings.demo:
        if not process.is_loopback(settings.host):
            # start() refuses this too; the page does not rely on it
            _refuse("The demo is open on this machine only.")
            return None
        person = _demo()
        if person is not None:
            _note_rights(person)
        return person
    if not sign_in_configured(settings):
        st.title("Sign-in is not set up", anchor=False)
        st.html(
            '<div class="hg-text"><p class="hg-lead">This portal shows small numbers about small places, so nobody enters without signing'
            " in, and sign-in is not configured yet.</p><p>Whoever runs this portal sets HOMEGROUND_PORTAL_PUBLIC_URL,"
            " HOMEGROUND_PORTAL_OIDC_METADATA_URL, HOMEGROUND_PORTAL_OIDC_CLIENT_ID, HOMEGROUND_PORTAL_OIDC_CLIENT_SECRET and"
            " HOMEGROUND_PORTAL_COOKIE_SECRET, then starts it again.</p></div>"
        )
        return None
    # not Streamlit's own word for it, which holds for as long as the page is open: a session that was ended elsewhere has ended here too
    session = SESSIONS.find(number_in(st.context.cookies))
    if session is None or session.claims is None:
        st.title("Homeground for professionals", anchor=False)
        st.html('<p class="hg-lead">Hot spots, their certainty and place briefs, for the districts that you work in.</p>')
        st.button("Sign in", type="primary", on_click=st.login)
        return None
    judged = person_from_claims(session.claims, settings)
    _note_rights(judged)
    if isinstance(judged, Refused):
        _refuse(judged.reason)
        st.button("Sign out", on_click=_sign_out)
        return None
    return judged


def _note_rights(judged: Person | Refused) -> None:
    """Once a session, and whenever they change: what the worker makes in somebody's name later has the rights that they have now."""
    if isinstance(judged, Refused):
        actor, role, districts = judged.actor, "none", ""
    else:
        actor, role, districts = judged.actor, judged.role.value, judged.districts
    rights = (actor, role, districts)
    if actor and st.session_state.get(_RIGHTS) != rights:
        person_store.note_rights(*rights)
        st.session_state[_RIGHTS] = rights


def head(reader: Reader) -> None:
    """What stands at the top of every page: who is here with the way out, and whether the figures are invented."""
    identity_line(reader)
    region = person_store.region(reader)
    synthetic_label(synthetic=region is not None and region.synthetic)


def identity_line(reader: Reader) -> None:
    """Who is signed in, and the way out."""
    person = reader.person
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="hg-who"):
        if person.role is ProfessionalRole.STEWARD:
            where = "deliveries and releases"
        elif person.role is ProfessionalRole.PARTNER:
            where = "your own deliveries"
        else:
            where = "all districts" if person.districts == "*" else ", ".join(a.name for a in person_store.districts_of(reader))
        st.html(f'<p class="hg-identity">{_escaped(person.name)}, {_escaped(where)}</p>', width="content")
        if process.settings().demo:
            st.button("Change role", type="tertiary", on_click=_leave_demo)
        else:
            st.button("Sign out", type="tertiary", on_click=_sign_out)


def _sign_out() -> None:
    """Here first, then at the sign-in provider: the session opens nothing any more, whatever the browser does next."""
    SESSIONS.sign_out(number_in(st.context.cookies))
    st.logout()


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)


def _refuse(reason: str) -> None:
    st.title("No access", anchor=False)
    st.html(f'<p class="hg-lead">{_escaped(reason)}</p>')


def _leave_demo() -> None:
    st.session_state.pop(_DEMO_PERSON, None)
    _chosen(None)


def _chosen(person: Person | None) -> None:
    """Whom this browser chose to be; its tabs each stay who they are until they are opened anew."""
    session = SESSIONS.find(number_in(st.context.cookies))
    if session is not None:
        session.demo = person


def _demo() -> Person | None:
    person = st.session_state.get(_DEMO_PERSON)
    if isinstance(person, Person):
        return person
    session = SESSIONS.find(number_in(st.context.cookies))
    if session is not None and session.demo is not None:
        st.session_state[_DEMO_PERSON] = session.demo
        return session.demo
    st.title("Choose a role", anchor=False)
    st.html(
        '<div class="hg-text"><p class="hg-lead">This is a demonstration. Instead of signing in, choose whose view to see.</p>'
        "<p>In service people sign in with their own account, and their role and districts come from it.</p></div>"
    )
    districts = person_store.all_districts()
    if not districts:
        st.info("Nothing is loaded yet. Load data and run the analysis first, with: homeground demo")
        return None
    with st.container(key="role"):
        chosen: str = st.radio(
            "Role",
            [r.value for r in ProfessionalRole],
            format_func=lambda value: ROLE_NAMES[ProfessionalRole(value)],
            captions=[_CAPTIONS[r] for r in ProfessionalRole],
        )
        role = ProfessionalRole(chosen)
        names = {d.code: d.name for d in districts}
        district: str | None = ""
        if role is ProfessionalRole.OFFICER:
            district = st.selectbox("District", list(names), format_func=names.__getitem__)
        number = 1
        if role is ProfessionalRole.STEWARD:
            # what one proposes another approves
            number = st.selectbox("Which of them", [1, 2, 3], format_func=lambda n: ("First", "Second", "Third")[n - 1])
        if st.button("Enter", type="primary"):
            st.session_state[_DEMO_PERSON] = demo_person(role, district or "", number=number)
            _chosen(st.session_state[_DEMO_PERSON])
            st.rerun()
    return None
