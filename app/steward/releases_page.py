"""Professional: releases. What one would show and withhold, how its attack ended, and the two people who publish or withdraw it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from app.look import wording
from app.look.frame import theme
from app.look.markup import paragraphs, plain, table, tiles
from app.look.share_chart import bars
from app.look.steps import do, said_last
from app.person.address import Address, set_box
from app.person.entrance import head, record_once
from app.person.reading import reading
from app.person.sign_in import Person
from app.person.take_away import download
from app.steward import releases_content as content
from app.steward import store
from app.steward.deliveries_content import task_line
from app.steward.desk import NO_WORKER, closed_to
from app.steward.store import Candidate, Proposal, Task
from core.db import Role, transaction
from core.errors import UserError
from core.periods import month_from_text
from published.releases import Listed, certificate_of, every_release, shown_of

_RELEASE = "steward-release"


def show(person: Person) -> None:
    if closed_to(person, "Releases"):
        return
    with reading(person, steward=True) as reader:
        head(reader)
        candidates, proposals = store.candidates(reader), store.proposals(reader)
        tasks, workers = store.tasks(reader), store.workers(reader)
        releases = every_release(reader.connection)
        chosen = _chosen(releases)
        shown = [] if chosen is None else shown_of(reader.connection, chosen.release_id)
    st.title("Releases", anchor=False)
    said_last()
    waiting = [p for p in proposals if p.waits]
    record_once(person, "releases", {"waiting": len(waiting), "releases": len(releases)}, view=(len(waiting), len(releases)))
    st.html(paragraphs([_lead(person, waiting, releases)], lead=True))
    _progress(person, tasks, workers)
    for one in waiting:
        _waiting(person, one)
    _candidates(person, candidates, proposals)
    _build(person, tasks, workers)
    if chosen is not None:
        _published(person, releases, chosen, shown, proposals)
    _history(person, proposals)


def _lead(person: Person, waiting: Sequence[Proposal], releases: Sequence[Listed]) -> str:
    current = next((r for r in releases if r.status == "current"), None)
    now = f"Release {current.release_id} is current: {current.covered}." if current else "Nothing is published now."
    mine = sum(p.proposed_by == person.actor for p in waiting)
    for_you = len(waiting) - mine
    asks = f" {wording.plural(for_you, 'proposal waits', 'proposals wait')} for you." if for_you else ""
    others = f" {wording.plural(mine, 'proposal')} of yours {'waits' if mine == 1 else 'wait'} for another person." if mine else ""
    return f"{now}{asks}{others} Two people publish, and two withdraw."


def _progress(person: Person, tasks: Sequence[Task], workers: int) -> None:
    running = content.building(tasks)
    if running is None:
        failed = content.failed_since(tasks)
        if failed is not None:
            st.error(plain(task_line(failed, person)))
        return
    st.info(plain(task_line(running, person)))
    if not workers:
        st.warning(NO_WORKER)
    st.button("Look again", key="releases-again")


def _waiting(person: Person, one: Proposal) -> None:
    own = one.proposed_by == person.actor
    with st.container(border=True):
        st.html(paragraphs([content.proposal_line(one, person)]))
        if own:
            st.html(paragraphs(["You proposed it, so somebody else approves it."]))
        elif st.button(plain(f"Approve proposal {one.proposal_id}"), type="primary", key=f"approve-{one.proposal_id}"):
            then = "the worker publishes it" if one.kind == "publish" else f"release {one.of} is withdrawn"
            do(lambda: store.approve(person, one.proposal_id), f"Proposal {one.proposal_id} is approved: {then}.")
        with st.form(f"refuse-{one.proposal_id}"):
            why = st.text_input("Why not", max_chars=400)
            if st.form_submit_button("Take it back" if own else "Refuse"):
                do(lambda: store.refuse(person, one.proposal_id, why), f"Proposal {one.proposal_id} is refused.")


def _candidates(person: Person, candidates: Sequence[Candidate], proposals: Sequence[Proposal]) -> None:
    if not candidates:
        return
    st.header("What a release would show", anchor=False)
    offered = {c.candidate_id: c for c in candidates}
    address = Address("releases", ("candidate",))
    opening = address.opening(held="steward-candidate" in st.session_state)
    if opening.get("candidate", "").isdigit():
        set_box("steward-candidate", int(opening["candidate"]), offered)  # type: ignore[arg-type]
    # first the one that somebody is to approve
    asked = next((p.of for p in proposals if p.waits and p.kind == "publish" and p.of in offered), candidates[0].candidate_id)
    chosen = st.selectbox(
        "Candidate", list(offered), format_func=lambda n: f"{n}: {offered[n].covered}, built {wording.day(offered[n].built_at)}",
        index=list(offered).index(asked),
        key="steward-candidate",
    )  # fmt: skip
    one = offered.get(chosen, candidates[0])
    address.put({"candidate": str(one.candidate_id)})
    st.html(tiles(content.candidate_tiles(one)))
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.altair_chart(bars(content.level_rows(one.shown), theme(), "Share of figures that are shown"), width="stretch")
        st.html(paragraphs(_attack(one)))
        download(
            person, "Download its certificate (JSON)", f"homeground-candidate-{one.candidate_id}.json", "application/json",
            lambda: json.dumps({"candidate": one.candidate_id, "policy": one.policy, "certificate": one.certificate}, indent=2),
            "candidate", {"candidate": one.candidate_id}, key="candidate-certificate",
        )  # fmt: skip
    with right:
        st.html(table(content.shown_table(one.shown, beside=one.beside_release)))
    about = [p for p in proposals if p.kind == "publish" and p.of == one.candidate_id and p.verdict != "refused"]
    if about:
        st.html(paragraphs([content.proposal_line(about[0], person)]))
        if about[0].release_id is not None or about[0].waits:
            return
    with st.form("propose-publish"):
        reason = st.text_input("Why it should be published", max_chars=400)
        if st.form_submit_button(plain(f"Propose to publish candidate {one.candidate_id}"), type="primary"):
            said = f"Candidate {one.candidate_id} is proposed. Somebody else approves it."
            do(lambda: store.propose(person, "publish", one.candidate_id, reason), said)


def _attack(one: Candidate) -> list[str]:
    return [
        content.attack_of(one.certificate).in_words,
        f"Built by {one.built_by}. What two people agree to is these very figures (digest {one.digest[:12]}); others are not published.",
    ]


def _build(person: Person, tasks: Sequence[Task], workers: int) -> None:
    if content.building(tasks) is not None:
        return
    with st.expander("Build a candidate"), st.form("build"):
        until = st.text_input("Last month, as 2024-12; empty: the newest that is loaded", max_chars=7)
        if st.form_submit_button("Build and attack it"):
            do(lambda: store.ask_for_candidate(person, _month(until)), "The worker was asked for a candidate.")
    if not workers:
        st.html(paragraphs([NO_WORKER]))


def _month(typed: str) -> date | None:
    try:
        return month_from_text(typed.strip()) if typed.strip() else None
    except ValueError as error:
        raise UserError("Write a month as 2024-12.") from error


def _chosen(releases: Sequence[Listed]) -> Listed | None:
    """The release that the box holds, else the newest; None before the first."""
    held = st.session_state.get(_RELEASE)
    return next((r for r in releases if r.release_id == held), releases[0] if releases else None)


def _published(
    person: Person, releases: Sequence[Listed], one: Listed, shown: Sequence[Mapping[str, Any]], proposals: Sequence[Proposal]
) -> None:
    st.header("Releases", anchor=False)
    st.html(table(content.releases_table(releases, proposals, person)))
    offered = {r.release_id: r for r in releases}
    st.selectbox(
        "Release",
        list(offered),
        format_func=lambda n: f"Release {n}: {offered[n].covered}, {offered[n].status}",
        key=_RELEASE,
    )
    with st.expander("What it shows and withholds"):
        st.html(table(content.shown_table(shown)))
    if one.withdrawn:
        return
    download(
        person, "Download its certificate (JSON)", f"homeground-release-{one.release_id}.json", "application/json",
        lambda: _certificate(one.release_id), "release", {"release": one.release_id}, key="release-certificate",
    )  # fmt: skip
    if any(p.kind == "withdraw" and p.of == one.release_id and p.waits for p in proposals):
        return
    with st.expander("Withdraw it"), st.form("propose-withdraw"):
        st.html(
            paragraphs(
                ["Everybody can read the reason. What was withdrawn was seen, so later releases are attacked together with it."]
            )
        )
        reason = st.text_input("Why it should be withdrawn", max_chars=400)
        if st.form_submit_button(plain(f"Propose to withdraw release {one.release_id}")):
            said = f"It is proposed to withdraw release {one.release_id}. Somebody else approves it."
            do(lambda: store.propose(person, "withdraw", one.release_id, reason), said)


def _certificate(release_id: int) -> str:
    """Read when it is asked for."""
    with transaction(Role.PROFESSIONAL) as connection:
        return json.dumps(certificate_of(connection, release_id), indent=2)


def _history(person: Person, proposals: Sequence[Proposal]) -> None:
    decided = [p for p in proposals if not p.waits]
    if decided:
        with st.expander(plain(f"Who proposed and who decided ({len(decided)})")):
            st.html(paragraphs([content.proposal_line(p, person) for p in decided[:30]]))
