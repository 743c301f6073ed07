"""A folium map on a Streamlit page: returns the area that was clicked, once a click."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit_folium import st_folium

from app import process
from app.look.frame import theme
from app.look.map_frame import MapArea, Tiles, draw_map


def show_map(areas: Sequence[MapArea], *, title: str, key: str, height: int = 520) -> str | None:
    """Draw areas; the code of the one clicked since the last run, else None."""
    settings = process.settings()
    tiles = Tiles(settings.tile_url, settings.tile_attribution) if settings.tile_url else None
    palette = theme()
    # the key holds the theme: a map drawn for the light page is drawn anew for the dark one
    seen = f"hg-clicked-{key}"
    answer = st_folium(
        draw_map(areas, title=title, palette=palette, tiles=tiles),
        key=f"{key}-{palette.page}",
        height=height,
        use_container_width=True,
        returned_objects=["last_active_drawing", "last_object_clicked_count"],
    )
    feature = (answer or {}).get("last_active_drawing") or {}
    code = (feature.get("properties") or {}).get("code")
    if not isinstance(code, str):
        # a map drawn anew counts its clicks from 1 again: the first on it is no repetition of the last on the one before
        st.session_state.pop(seen, None)
        return None
    # the component repeats its last answer on every run: only a new one is a click
    count = (answer or {}).get("last_object_clicked_count")
    if st.session_state.get(seen) == (code, count):
        return None
    st.session_state[seen] = (code, count)
    return code
