"""The part of My dashboard in which its person has copies made by the calendar, behind a line."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.look.markup import paragraphs
from app.look.steps import do
from app.look.wording import day
from app.own_dashboard import copies
from app.own_dashboard.copies import FORMATS, MONTH, WEEK, Asked
from app.person.sign_in import Person
from core.mail import can_send
from core.settings import CopySettings

_EVERY = {WEEK: "every Monday", MONTH: "on the first of each month"}


def draw(person: Person, code: str, asked: Asked | None) -> None:
    """code: of a dashboard of this person that is kept as it stands on the page."""
    with st.expander("Copies by the calendar"):
        settings = CopySettings()
        mail = can_send() and bool(settings.domains.split())
        st.html(paragraphs(_said(asked, mail=mail)))
        with st.form(f"md-copies-{code}", border=False):
            every = str(st.selectbox("When", list(_EVERY), format_func=lambda k: _EVERY[k], key="md-copies-every"))
            form = str(st.selectbox("As", list(FORMATS), format_func=lambda k: FORMATS[k][0], key="md-copies-form"))
            address = st.text_input("Send it by e-mail to", max_chars=254, key="md-copies-to") if mail else ""
            pressed = st.form_submit_button("Have copies made" if asked is None else "Have copies made this way")
        if pressed:
            do(lambda: copies.ask(person, code, every, form, address), "The first copy is made as soon as the worker looks.")
        if asked is not None and st.button("Stop the copies", key="md-copies-stop"):
            do(lambda: copies.stop(person, code), "No copy is made any more.")


def _said(asked: Asked | None, *, mail: bool) -> list[str]:
    where = "into the folder of copies" + (
        ", and by e-mail where you name an address" if mail else "; by e-mail is not set up here"
    )
    rule = (
        f"The worker makes them under your rights, {where}. They end when your account loses its rights, or when you do not come to the"
        f" portal for {CopySettings().rights_days} days. Each is on record in the audit trail."
    )
    if asked is None:
        return [rule]
    what = f"A copy as {FORMATS[asked.format][0]}, {_EVERY[asked.every]}" + (
        f", to {escape(asked.address)}" if asked.address else ""
    )
    if asked.ended:
        return [f"{what}: ended. {escape(asked.said)}", rule]
    return [f"{what}. The next: {day(asked.due_at)}. The last: {escape(asked.said) or 'none yet'}.", rule]
