"""Professional: problem files. Open one, write its steps, plan before the response, and show it to everyone once a second person agreed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.look import wording
from app.look.markup import macro, paragraphs, plain, table
from app.look.steps import do, said_last
from app.person.address import Address, set_box
from app.person.entrance import head, record_once
from app.person.reading import reading
from app.person.sign_in import Person
from app.problems import content, store, words
from app.problems.body import body_of, commitments_table
from app.problems.store import Dossier, File, Offered
from core.periods import add_months
from core.settings import QuestionSettings
from published.problem_file import ProblemFile

_BOX = "problems-file"


def _do(spot: DeltaGenerator, step: Callable[[], None], done: str) -> None:
    """Take a step; what the database has against it stands in the spot, above the box that closes."""
    with spot:
        do(step, done)


def show(person: Person) -> None:
    today, may = datetime.now(tz=UTC).date(), store.may_write(person)
    with reading(person) as reader:
        head(reader)
        st.title("Problems", anchor=False)
        held = store.files(reader)
        offered = store.offered(reader) if may else None
        st.html(paragraphs([content.lead(person, held)], lead=True))
        said_last()
        if held:
            st.html(table(content.files_table(person, held, today)))
        chosen = _choose(held)
        dossier = None if chosen is None else store.dossier(reader, chosen)
    number = 0 if dossier is None else dossier.file.file_id
    record_once(person, "problems", {"file": number, "files": len(held)}, view=number)
    if not may:
        st.html(paragraphs([content.NOT_WRITERS]))
    if dossier is not None:
        _file(person, dossier, today, may=may)
    if offered is not None:
        _open(person, offered, first=not held)


def _choose(held: Sequence[File]) -> File | None:
    """Of the address, else the newest."""
    named = {str(f.file_id): f for f in held}
    address = Address("problems", ("file",))
    set_box(_BOX, address.opening(held=_BOX in st.session_state).get("file", ""), named)
    if st.session_state.get(_BOX) not in named:
        st.session_state.pop(_BOX, None)
    if not named:
        return None
    chosen = st.selectbox(
        "Problem file", list(named), format_func=lambda n: f"{n}: {named[n].title}, {named[n].place_name}", key=_BOX
    )
    address.put({"file": chosen})
    return named[chosen]


def _file(person: Person, of: Dossier, today: date, *, may: bool) -> None:
    file = of.file
    st.header(plain(file.title), anchor=False)
    st.html(
        f'<p class="hg-note">{escape(file.kind)} in {escape(file.place_name)}. {escape(wording.capitalised(file.owner))} answers for it;'
        f" {escape(file.panel)} has a say in it. Opened by {escape(file.opened_by)} on {wording.day(file.opened_on)}.</p>"
    )
    _progress(of)
    for step in ("objective", "scanning", "analysis"):
        _words(person, of, step, may=may)
    _plan(person, of, today, may=may)
    _response(person, of, today, may=may)
    _result(person, of, may=may)
    _words(person, of, "learned", may=may)
    _public(person, of, today, may=may)


def _progress(of: Dossier) -> None:
    if of.task is None:
        return
    what = {"plan": "The plan", "result": "The result"}[of.task.kind]
    if of.task.is_open:
        st.info(
            plain(f"{what} is being worked out by the worker{f': {of.task.said}' if of.task.said else ''}. {content.NO_WORKER}")
        )
        st.button("Look again", key="problems-again")
    elif of.task.state == "failed":
        st.error(plain(f"{what} could not be worked out. {of.task.said}"))


def _words(person: Person, of: Dossier, step: str, *, may: bool) -> None:
    heading, hint = content.STEPS[step]
    written = of.writings.get(step)
    st.subheader(plain(heading), anchor=False)
    if written is None:
        st.html(paragraphs(["Not written yet."]))
    else:
        times = f"; written {written.versions} times" if written.versions > 1 else ""
        release = f"; figures of release {written.release_id}" if written.release_id is not None else ""
        st.html(_signed(written.words, f"{written.written_by}, {wording.day(written.written_at)}{times}{release}"))
    if not may:
        return
    label = f"Write{'' if written is None else ' anew'}: {heading.lower()}"
    spot = st.container()
    with st.expander(plain(label)), st.form(f"{step}-{of.file.file_id}"):
        before = "" if written is None else written.words
        typed = st.text_area(plain(heading), before, max_chars=store.LONGEST, help=hint, placeholder=hint)
        if st.form_submit_button("Keep it"):
            _do(spot, lambda: store.write(person, of.file.file_id, cast(store.Step, step), typed), f"{heading}: written.")


def _signed(words: str, by: str) -> str:
    return f'<div class="hg-text"><p style="white-space: pre-line">{escape(words)}</p></div><p class="hg-kind">{escape(by)}</p>'


def _plan(person: Person, of: Dossier, today: date, *, may: bool) -> None:
    st.subheader("Plan: how it will be judged", anchor=False)
    if of.plan is None:
        st.html(paragraphs(["Not written yet. It is written before the response starts; a response without a plan is refused."]))
    else:
        st.html(paragraphs(content.plan_sentences(of.plan)))
    if not may or of.response is not None:
        return
    spot = st.container()
    with (
        st.expander("Have the plan worked out" if of.plan is None else "Have another plan worked out"),
        st.form(f"plan-{of.file.file_id}"),
    ):
        starts = st.date_input("The response starts in the month of", add_months(today.replace(day=1), 1), format="DD/MM/YYYY")
        months = st.number_input("Months that will be read", 3, 36, 12)
        fall = st.number_input("Smallest fall that would be worth it, in %", 5, 90, 25, 5)
        late = st.checkbox("That month has begun already: this is a look back and no test")
        if st.form_submit_button("Ask for the plan", type="primary"):
            _do(
                spot,
                lambda: store.ask_for_plan(person, of.file.file_id, starts, int(months), int(fall), looks_back=late),
                "The plan is asked for: the worker makes it.",
            )


def _response(person: Person, of: Dossier, today: date, *, may: bool) -> None:
    number = of.file.file_id
    st.subheader("Response", anchor=False)
    if of.response is None:
        st.html(paragraphs(["Not started."]))
        if may:
            spot = st.container()
            with st.expander("Start the response"), st.form(f"response-{number}"):
                day = of.plan.starts if of.plan is not None else today + timedelta(days=1)
                starts_on = st.date_input("Day on which it starts", day, format="DD/MM/YYYY")
                typed = st.text_area("What is done", max_chars=store.LONGEST)
                if st.form_submit_button("Start it", type="primary"):
                    _do(
                        spot,
                        lambda: store.respond(person, number, starts_on, typed),
                        "The response has its start. Its plan stands from now on.",
                    )
        return
    by = f"{of.response.written_by}, {wording.day(of.response.written_at)}"
    st.html(_signed(f"From {wording.day(of.response.starts_on)}. {of.response.words}", by))
    made = commitments_table(tuple(c for _, c in of.commitments), today)
    if made is not None:
        st.html(table(made))
    if not may:
        return
    bodies = list(dict.fromkeys([of.file.owner, *QuestionSettings().named_bodies]))
    spot = st.container()
    # what was typed stays until the commitment is added
    with st.expander("Add a commitment"), st.form(f"commit-{number}-{len(of.commitments)}"):
        body = st.selectbox("Who", bodies)
        typed = st.text_input("What they promise", max_chars=400)
        due = st.date_input("By when", max(today, of.response.starts_on) + timedelta(days=90), format="DD/MM/YYYY")
        if st.form_submit_button("Add it"):
            _do(spot, lambda: store.commit_to(person, number, body, typed, due), "The commitment is added.")
    if of.commitments:
        with st.expander("Say what became of a commitment"), st.form(f"kept-{number}"):
            named = dict(of.commitments)
            which = st.selectbox("Commitment", list(named), format_func=lambda n: f"{n}: {named[n].body}, {named[n].words}")
            became = st.radio("What became of it", list(words.STATES), format_func=words.STATES.__getitem__, horizontal=True)
            if st.form_submit_button("Note it"):
                _do(spot, lambda: store.note_kept(person, which, became), "Noted.")


def _result(person: Person, of: Dossier, *, may: bool) -> None:
    st.subheader("Result", anchor=False)
    if of.result is not None:
        st.html(paragraphs(of.result.sentences))
        st.html(f'<p class="hg-kind">{content.BY_COUNTS} Read on {wording.day(of.result.read_on)}.</p>')
        st.html(
            paragraphs(["Everyone is told what published figures say:", " ".join(words.result_sentences(of.result.told, None))])
        )
    elif of.response is None:
        st.html(paragraphs(["There is none before the response."]))
    else:
        st.html(paragraphs(["Not read yet. It can be read once every month of the plan is loaded."]))
    if (
        may
        and of.response is not None
        and st.button("Read the result" if of.result is None else "Read it again", key="problems-result")
    ):
        do(lambda: store.ask_for_result(person, of.file.file_id), "The result is asked for: the worker reads it.")


def _public(person: Person, of: Dossier, today: date, *, may: bool) -> None:
    number, waiting = of.file.file_id, of.waiting
    st.subheader("Show it to everyone", anchor=False)
    shown = f"Shown as it stood on {wording.day(of.file.shown_on)}." if of.file.shown_on else "Not shown."
    st.html(paragraphs([f"{shown} One person proposes, another agrees. Later steps show once they are proposed anew."]))
    if waiting is not None:
        _waiting(person, of, today, may=may)
    elif may:
        left, right = st.columns(2)
        with left:
            label = "Propose to show it" if of.file.shown_on is None else "Propose to show it as it stands now"
            if st.button(plain(label), type="primary", key="problems-propose"):
                do(lambda: store.propose(person, number, "publish"), "Proposed. Somebody else agrees to it.")
        if of.file.shown_on is not None:
            with right, st.form(f"down-{number}"):
                why = st.text_input("Why it should be taken down", max_chars=400)
                if st.form_submit_button("Propose to take it down"):
                    do(lambda: store.propose(person, number, "take_down", why), "Proposed. Somebody else agrees to it.")
    decided = [p for p in of.proposals if p.verdict][:5]
    if decided:
        st.html(
            paragraphs(
                f"{p.proposed_by} proposed to {'show it' if p.kind == 'publish' else 'take it down'} on {wording.day(p.proposed_at)};"
                f" {p.given_by} {p.verdict}{f': {p.why}' if p.why else ''}."
                for p in decided
            )
        )


def _waiting(person: Person, of: Dossier, today: date, *, may: bool) -> None:
    one = of.waiting
    if one is None:
        return
    own = one.proposed_by == person.actor
    would = content.proposed(of, one)
    with st.container(border=True):
        what = "to show it as below" if would is not None else f"to take it down: {one.reason}"
        st.html(paragraphs([f"{one.proposed_by} proposed {what}."]))
        if would is not None:
            _preview(would, today)
        if own:
            st.html(paragraphs(["You proposed it, so somebody else agrees."]))
        elif may and st.button("Agree", type="primary", key=f"problems-agree-{one.proposal_id}"):
            then = "It is shown to everyone." if would is not None else "It is taken down."
            do(lambda: store.decide(person, one.proposal_id, "agreed"), f"Agreed. {then}")
        if may:
            with st.form(f"no-{one.proposal_id}"):
                why = st.text_input("Why not", max_chars=400)
                if st.form_submit_button("Take it back" if own else "Refuse"):
                    do(lambda: store.decide(person, one.proposal_id, "refused", why), "It is not shown.")


def _preview(would: ProblemFile, today: date) -> None:
    st.html(paragraphs([content.numbers_note(would)]))
    with st.expander("What everyone would read", expanded=True):
        st.html(macro("problem_list.html", "problem_body", body_of(would, 0, today), 3))


def _open(person: Person, offered: Offered, *, first: bool) -> None:
    spot = st.container()
    with st.expander("Open a problem file", expanded=first):
        if not offered.places:
            st.html(paragraphs(["Nothing is published yet, so there is no place to open a file about."]))
            return
        with st.form("problems-open"):
            title = st.text_input(
                "Title, as everyone would read it", max_chars=120, placeholder="Fights outside the station at night"
            )
            place = st.selectbox(
                "Place",
                list(offered.places),
                format_func=lambda key: f"{offered.places[key]}, {wording.GEOGRAPHY[key[0]]}",
            )
            kind = st.selectbox("Kind of incident", list(offered.kinds), format_func=offered.kinds.__getitem__)
            owner = st.selectbox("Body that answers for it", list(QuestionSettings().named_bodies))
            panel = st.text_input("Residents' panel that has a say in it", max_chars=80)
            if st.form_submit_button("Open it", type="primary"):
                _do(spot, lambda: _opened(person, place, kind, title, owner, panel), "The problem file is open. Write its steps.")


def _opened(person: Person, place: tuple[str, str], kind: str, title: str, owner: str, panel: str) -> None:
    number = store.open_file(person, place, kind, title, owner, panel)
    # drawn anew with the new file chosen
    st.query_params["file"] = str(number)
