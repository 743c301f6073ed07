"""What the address of a page names, so that a reload, the way back and a link that is shared show what was looked at.

A page says which names its address has, `?patch=E07000178&kind=robbery`. What the address leaves out is for the page to say. Values come
from outside: they are short, and a page takes none that its boxes do not offer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st

_LONGEST = 250


class Address:
    """The address of one page. key keeps what two pages were looking at apart."""

    def __init__(self, key: str, names: tuple[str, ...]) -> None:
        self._key, self._names = f"{key}-address", names
        named = {name: st.query_params.get(name, "")[:_LONGEST] for name in names}
        self.named = {name: value for name, value in named.items() if value}

    @property
    def is_news(self) -> bool:
        """Whether it names what this page did not put there: somebody came by a link, the way back or a reload."""
        return bool(self.named) and self.named != st.session_state.get(self._key)

    @property
    def last(self) -> dict[str, str]:
        """What was looked at last in this session, which boxes forget while another page is shown."""
        held: dict[str, str] = st.session_state.get(self._key, {})
        return held

    def opening(self, *, held: bool) -> Mapping[str, str]:
        """What to set the boxes of a page to: what it names, where that is news; where they hold nothing, what was looked at last."""
        if self.is_news:
            return self.named
        return {} if held else self.last

    def put(self, values: Mapping[str, str]) -> None:
        """Name what is looked at; '' leaves a name out. Names that are not this page's own stay."""
        named = {name: values[name] for name in self._names if values.get(name)}
        st.session_state[self._key] = named
        if self.named != named:
            others = {name: value for name, value in st.query_params.to_dict().items() if name not in self._names}
            st.query_params.from_dict({**others, **named})


def set_box(key: str, wanted: str, offered: Iterable[str]) -> bool:
    """Set a box to what an address names, before it is drawn, where the box offers that. Whether it does."""
    if not wanted or wanted not in offered:
        return False
    st.session_state[key] = wanted
    return True
