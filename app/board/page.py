"""Professional, for members of the ethics board: models that need a decision, what there is to know of each, and the decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from html import escape

import streamlit as st

from app.board import matter_page, matters, report, store
from app.board.store import Case, Fit, Use
from app.look.markup import Table, paragraphs, plain, table, tiles
from app.look.steps import do, said_last
from app.person.address import Address, set_box
from app.person.entrance import head, record_once
from app.person.reading import Reader
from app.person.sign_in import Person
from app.risk_model import report as model_report
from app.risk_model.store import Approval

_SEEN, _FORMS = "hg-board-seen", "hg-board-forms"
_HALF_A_YEAR = timedelta(days=182)


@dataclass(frozen=True)
class Dossier:
    """What the page says of one model, beside its card."""

    case: Case
    used: list[Use]
    fits: list[Fit]
    made: list[Approval]


def show(person: Person) -> None:
    today = datetime.now(tz=UTC).date()
    may = store.is_member(person)
    with store.reading_as(person) as reader:
        head(reader)
        st.title("For the board", anchor=False)
        if not may:
            st.html(paragraphs([report.NOT_A_MEMBER], lead=True))
            return
        held, beside = store.cases(reader, today), matters.matters(reader, today)
        said_last()
        st.html(paragraphs([report.lead(held, today) if held else report.NOTHING], lead=True))
        dossier = None
        if held:
            st.html(table(report.queue_table(held, today)))
            dossier = _read(reader, _choose(held))
    number, seen = (0, 0) if dossier is None else (dossier.case.model.model_id, dossier.case.seen)
    record_once(person, "for_the_board", {"model": number, "models": len(held), "matters": len(beside)}, view=(number, seen))
    if dossier is not None:
        _card(dossier, today)
        _decide(person, dossier.case, today)
    matter = matter_page.queue(beside, today)
    if matter is not None:
        matter_page.decide(person, matter, today)


def _choose(held: list[Case]) -> Case:
    """Of the address, else the first of the queue."""
    named = {str(c.model.model_id): c for c in held}
    address = Address("board", ("model",))
    set_box("board-model", address.opening(held="board-model" in st.session_state).get("model", ""), named)
    if st.session_state.get("board-model") not in named:
        st.session_state.pop("board-model", None)
    chosen = st.selectbox("Model", list(named), format_func=lambda key: report.title_of(named[key].model), key="board-model")
    address.put({"model": chosen})
    return named[chosen]


def _read(reader: Reader, case: Case) -> Dossier:
    number = case.model.model_id
    return Dossier(case, store.uses(reader, number), store.fits(reader, number), store.decisions(reader, number))


def _card(of: Dossier, today: date) -> None:
    model = of.case.model
    st.header(plain(str(model.card["group_label"])), anchor=False)
    st.html(f'<p class="hg-note">{escape(_sentence(report.state_words(of.case, today)))}</p>')
    st.html(tiles(report.tiles(of.case, of.used, of.fits)))
    st.html(paragraphs([model_report.lead(model), *model_report.performance_sentences(model)]))
    left, right = st.columns(2, gap="large")
    with left:
        st.html(table(report.owner_table(model)))
        st.html(paragraphs([report.missing_owner(model)]))
        _table(report.decisions_table(of.made))
    with right:
        st.html(paragraphs([report.use_sentence(of.used)]))
        _table(report.use_table(of.used))
    st.subheader("Does it fit all places alike?", anchor=False)
    st.html(paragraphs([report.fairness_sentence(of.fits)]))
    left, right = st.columns(2, gap="large")
    with left:
        _table(report.fairness_table(of.fits, "deprivation"))
    with right:
        _table(report.fairness_table(of.fits, "district"))
    cannot, must_not, left_out = model_report.limits(model)
    with st.expander("Its limits: what it cannot say, must not be used for, and leaves out"):
        _list("It cannot say", cannot)
        _list("It must not be used to", must_not)
        _list("Left out on purpose", [f"{one['what']}. {one['why']}" for one in left_out])
    with st.expander("What goes with more, and with fewer"):
        st.html(table(model_report.terms_table(model)))


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _table(of: Table | None) -> None:
    if of is not None:
        st.html(table(of))


def _list(heading: str, lines: list[str]) -> None:
    st.html(f'<div class="hg-text"><p><b>{heading}</b></p><ul>{"".join(f"<li>{escape(x)}</li>" for x in lines)}</ul></div>')


def _decide(person: Person, case: Case, today: date) -> None:
    """The forms of the decisions that can be taken now. What the database has against one stands below it, and what was typed stays."""
    state, label = case.state(today), report.title_of(case.model)
    if state == "expired":
        return
    st.header("Your decision", anchor=False)
    st.html(paragraphs([f"It is signed in your name, with today's date. {report.PUBLIC}"]))
    number = case.model.model_id
    # what this member decided is below already; what another did meanwhile they have to read before they decide
    shown = replace(case, seen=st.session_state.get(f"{_SEEN}-{number}", case.seen))
    st.session_state[f"{_SEEN}-{number}"] = case.seen
    if shown.seen != case.seen:
        st.warning(store.MEANWHILE)
    # what was typed stays until it was recorded
    key = f"{number}-{st.session_state.get(_FORMS, 0)}"
    stands = state in ("standing", "expiring")
    approve, refuse = st.columns(2, gap="large")
    with approve, st.form(f"board-approve-{key}"):
        conditions = st.text_area("Conditions", max_chars=store.LONGEST, placeholder="None, or what it may be used for and by whom")
        until = st.date_input(
            "Day of review, on which the approval ends",
            min(today + _HALF_A_YEAR, case.model.expires_on),
            min_value=today,
            max_value=case.model.expires_on,
            format="DD/MM/YYYY",
        )
        if st.form_submit_button(
            "Approve anew" if stands else "Approve", type="primary", disabled=bool(case.model.card["owner_missing"])
        ):
            _do(
                number,
                lambda: store.decide(person, shown, "approved", conditions, until),
                f"{label}: approved. It is open to everyone who signs in.",
            )
    with refuse, st.form(f"board-refuse-{key}"):
        reason = st.text_area("Reason", max_chars=store.LONGEST, placeholder="Why, in words that residents understand")
        if stands:
            if st.form_submit_button("Withdraw the approval"):
                _do(
                    number,
                    lambda: store.decide(person, shown, "withdrawn", reason),
                    f"{label}: withdrawn. It is closed to officers and planners.",
                )
        elif st.form_submit_button("Refuse", disabled=state == "refused"):
            _do(
                number,
                lambda: store.decide(person, shown, "refused", reason),
                f"{label}: refused. It is closed to officers and planners.",
            )


def _do(model: int, step: Callable[[], int], done: str) -> None:
    """Take a decision. That another decided meanwhile stands above the forms already."""

    def decided() -> None:
        st.session_state[f"{_SEEN}-{model}"] = step()
        st.session_state[_FORMS] = st.session_state.get(_FORMS, 0) + 1

    do(decided, done, stands_above=store.MEANWHILE)
