"""What both pages of the steward's desk share: taking a step, saying what came of it, and what to do where no worker runs."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.errors import UserError

NOT_YOURS = "Deliveries and releases are looked after by data stewards. Your role is another."
NO_WORKER = (
    "No worker runs, so nothing that is asked here is done. Have somebody start one: homeground worker. Once, for what waits now:"
    " homeground worker --until-idle."
)
_DONE = "hg-steward-done"


def said_last() -> None:
    """What the last step came to, once."""
    done = st.session_state.pop(_DONE, None)
    if done:
        st.success(done)


def do(step: Callable[[], None], done: str) -> None:
    """Take a step and draw the page anew; what the database has against it stands on the page, and what was typed stays."""
    try:
        step()
    except UserError as error:
        st.error(str(error))
        return
    st.session_state[_DONE] = done
    st.rerun()
