"""What a person sees when something fails: one calm sentence, never a traceback."""

from __future__ import annotations

import logging

import streamlit as st

from app.look.markup import plain
from core.errors import DatabaseUnavailable, UserError

_LOG = logging.getLogger("homeground.portal")


def show_trouble(error: Exception) -> None:
    if isinstance(error, DatabaseUnavailable):
        st.title("The figures cannot be read at the moment", anchor=False)
        st.html('<p class="hg-lead">Please try again in a few minutes. Nothing is lost.</p>')
    elif isinstance(error, UserError):
        st.error(plain(error.what))
    else:
        st.error("Something went wrong on our side. Please try again; if it happens again, tell the person who runs this portal.")
    # the kind and the place of the error, never its text: that may hold a value
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else "unknown place"
    _LOG.error("%s at %s", type(error).__name__, where)
