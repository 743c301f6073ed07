"""A step that somebody takes on a page, and what came of it, said once on the page as it is drawn anew."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app.look.markup import plain
from core.errors import UserError

_DONE = "hg-step-done"


def said_last() -> None:
    """What the last step came to, once."""
    done = st.session_state.pop(_DONE, None)
    if done:
        st.success(plain(done))


def do(step: Callable[[], None], done: str, *, stands_above: str = "") -> None:
    """Take a step and draw the page anew; what the database has against it stands on the page, and what was typed stays.

    stands_above: what the page says already, so that it is not said twice.
    """
    try:
        step()
    except UserError as error:
        if not stands_above or error.what != stands_above:
            st.error(plain(str(error)))
        return
    st.session_state[_DONE] = done
    st.rerun()
