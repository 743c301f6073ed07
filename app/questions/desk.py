"""Professional: questions from residents, for those who moderate: read, take in or refuse, pass on, answer; and paper forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape

import streamlit as st

from app.area.answers import OUTCOMES, SORTS
from app.look import wording
from app.look.markup import paragraphs, plain
from app.look.steps import do, said_last
from app.person.entrance import head, record_once
from app.person.reading import reading
from app.person.sign_in import Person
from app.questions import desk_store as store
from app.questions.desk_store import Question
from app.questions.words import REASONS
from core.db import Role
from core.errors import UserError
from core.questions.screen import MOST
from core.settings import QuestionSettings
from published.answers import Answer
from published.release import Release, current_release
from published.releases import Listed

_STATES = {"waiting": "Waiting to be read", "accepted": "Taken in", "passed": "Passed to a body"}
_RECEIPT = "hg-desk-receipt"
NOT_YOURS = "Questions from residents are read by those whose role moderates them. Yours does not."


def show(person: Person) -> None:
    may = store.may_moderate(person)
    with reading(person, moderator=may) as reader:
        head(reader)
        held, answered, releases = (
            (store.open_questions(reader), store.recent_answers(reader), store.every_release(reader)) if may else ([], [], ())
        )
    st.title("Questions from residents", anchor=False)
    if not may:
        st.html(paragraphs([NOT_YOURS], lead=True))
        return
    store.forget()
    record_once(person, "questions", {"open": len(held)}, view=tuple(q.question_id for q in held))
    release = current_release(Role.PROFESSIONAL)
    counted = {state: sum(q.state == state for q in held) for state in _STATES}
    waiting, others = counted["waiting"], len(held) - counted["waiting"]
    lead = f"{wording.plural(waiting, 'question')} to be read, {wording.plural(others, 'question')} to be answered."
    late = sum(_is_late(q) for q in held)
    if late:
        within = QuestionSettings().read_within_days
        lead += f" {wording.plural(late, 'question')} waited for more than {within} days to be read: everyone can see how many."
    st.html(paragraphs([lead if held else "No question waits."], lead=True))
    said_last()
    if held:
        state = st.radio(
            "State",
            [s for s in _STATES if counted[s]],
            format_func=lambda s: f"{_STATES[s]} ({counted[s]})",
            horizontal=True,
            key="desk-state",
        )
        offered = {q.question_id: q for q in held if q.state == state}
        chosen = st.selectbox("Question", list(offered), format_func=lambda n: _line(release, offered[n]), key="desk-question")
        if chosen in offered:
            _one(person, release, offered[chosen], releases)
    _paper(person, release)
    _published(person, release, answered)


def _about(release: Release | None, geography: str, code: str, category: str) -> str:
    place = None if release is None else release.place(geography, code)
    kind = None if release is None or not category else release.category(category)
    label = code if place is None else place.label
    return label if not category else f"{category if kind is None else kind.label} in {label}"


def _line(release: Release | None, question: Question) -> str:
    about = _about(release, question.geography, question.place_code, question.category)
    return f"{question.question_id}: {about}, {wording.day(question.received_on)}, {_age(question)}"


def _age(question: Question) -> str:
    """How long ago it came in, and whether it is late."""
    days = (datetime.now(tz=UTC).date() - question.received_on).days
    ago = "today" if days <= 0 else f"{wording.plural(days, 'day')} ago"
    return f"{ago}, late" if _is_late(question) else ago


def _is_late(question: Question) -> bool:
    """Whether nobody has read it in the days that the setting gives."""
    days = (datetime.now(tz=UTC).date() - question.received_on).days
    return question.state == "waiting" and days > QuestionSettings().read_within_days


def _one(person: Person, release: Release | None, question: Question, releases: Sequence[Listed]) -> None:
    number = question.question_id
    about = _about(release, question.geography, question.place_code, question.category)
    came = "on paper" if question.came == "paper" else "online"
    to = f" Passed to: {question.body}." if question.body else ""
    st.html(
        f'<div class="hg-text"><p><b>{escape(about)}</b>. {escape(SORTS[question.sort])}. It came in {came} on'
        f" {wording.day(question.received_on)} ({_age(question)}).{escape(to)}</p>"
        f'<p class="hg-note" style="white-space: pre-line">{escape(question.words)}</p></div>'
    )
    with st.form(f"accept-{number}"):
        shown = st.text_area(
            "Words to show to everyone, with the answer",
            question.shown or question.words,
            max_chars=MOST,
            help="As they came, or a summary that keeps the sense and names nobody.",
        )
        label = "Take in" if question.state == "waiting" else "Change the words"
        if st.form_submit_button(plain(label), type="primary" if question.state == "waiting" else "secondary"):
            do(lambda: store.accept(person, number, shown), f"Question {number}: taken in.")
    if question.state != "waiting":
        _answer(person, question, store.since(releases, question.received_on))
    with st.form(f"refuse-{number}"):
        reason = st.selectbox(
            "Why it is refused (the reasons are counted in public)", list(REASONS), format_func=REASONS.__getitem__
        )
        if st.form_submit_button("Refuse"):
            do(lambda: store.refuse(person, number, reason), f"Question {number}: refused.")


def _answer(person: Person, question: Question, releases: Mapping[int, str]) -> None:
    number, bodies = question.question_id, list(QuestionSettings().named_bodies)
    if question.body and question.body not in bodies:
        bodies.append(question.body)
    at = bodies.index(question.body) if question.body else 0
    with st.form(f"pass-{number}"):
        body = st.selectbox("Body that can answer it", bodies, index=at)
        if st.form_submit_button("Pass on"):
            do(lambda: store.pass_on(person, number, body), f"Question {number}: passed to {body}.")
    with st.form(f"answer-{number}"):
        by = st.selectbox("Who answers", bodies, index=at)
        outcome = st.radio("What came of it", list(OUTCOMES), format_func=OUTCOMES.__getitem__, horizontal=True)
        correction = st.selectbox(
            "Release that put the figure right, or was withdrawn for it",
            [None, *releases],
            format_func=lambda n: "none" if n is None else f"Release {n}: {releases[n]}",
        )
        words = st.text_area("The answer, in plain words", max_chars=2_000)
        if st.form_submit_button("Publish the answer", type="primary"):
            if (outcome == "corrected") != (correction is not None):
                st.error("A figure that was put right needs the release that shows it, and no other outcome has one.")
            else:
                do(lambda: store.answer(person, number, by, words, outcome, correction), f"Question {number}: answered in public.")


def _paper(person: Person, release: Release | None) -> None:
    receipt = st.session_state.get(_RECEIPT)
    with st.expander("Type in a paper form", expanded=receipt is not None):
        if receipt is not None:
            reference, code, removed = receipt
            out = f" Taken out: {', '.join(removed)}." if removed else ""
            st.success(plain(f"Receipt for the resident, shown this once: {reference}, {code}.{out}"))
            st.session_state.pop(_RECEIPT)
        kinds = {"": "the area"} | ({} if release is None else {c.category: c.label for c in release.categories})
        with st.form("paper", clear_on_submit=False):
            about = st.text_input("Area, as printed on the form", placeholder="lsoa.E01000001", max_chars=30)
            kind = st.selectbox("Kind", list(kinds), format_func=kinds.__getitem__)
            sort = st.radio("What it is", list(SORTS), format_func=SORTS.__getitem__, horizontal=True)
            words = st.text_area("Words", max_chars=MOST)
            if st.form_submit_button("Type in"):
                geography, _, code = about.strip().partition(".")
                do(lambda: _typed(person, sort, geography.lower(), code.upper(), kind, words), "The paper form was typed in.")


def _typed(person: Person, sort: str, geography: str, code: str, kind: str, words: str) -> None:
    if geography not in ("lsoa", "msoa", "lad", "force", "all") or not code:
        raise UserError("Give the area as it is printed on the form, such as lsoa.E01000001.")
    receipt, removed = store.type_in(person, sort, geography, code, kind, words)
    st.session_state[_RECEIPT] = (receipt.reference, receipt.code, removed)


def _published(person: Person, release: Release | None, answered: Sequence[Answer]) -> None:
    found = {a.answer_id: a for a in answered}
    if not found:
        return
    with st.expander("Take a published answer down"), st.form("down"):
        chosen = st.selectbox(
            "Answer",
            list(found),
            format_func=lambda n: (
                f"{n}: {_about(release, found[n].geography, found[n].place_code, found[n].category)}, {found[n].body},"
                f" {wording.day(found[n].answered_at)}"
            ),
        )
        if st.form_submit_button("Take down"):
            do(lambda: store.take_down(person, chosen), f"Answer {chosen}: taken down.")
