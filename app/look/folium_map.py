"""A folium map on a Streamlit page: returns the area that was clicked, once a click.

folium writes the script of a map anew for every visitor, which takes longer than all the rest of a page. The same areas in the same look give
the same map, so what was written is kept and handed to the component again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock, local
from typing import Any

import streamlit as st
import streamlit_folium
from streamlit_folium import st_folium

from app import process
from app.look import outline_files
from app.look.background import background_now
from app.look.frame import theme
from app.look.map_frame import MapArea, MapMark, Tiles, draw_map, filled
from app.look.months import MapMonths
from app.look.palette import Palette
from app.look.pen import TOLD
from app.look.where import MapPlaces
from app.web.packed import Packed

_MOST_KEPT = 48
_RETURNED = ["last_active_drawing", "last_object_clicked_count"]


@dataclass(frozen=True)
class _Written:
    """What the component is given of a map. areas: held so that the outlines by which it is found again stay the same objects; file: their
    outlines as a browser fetches them, so that they are there for as long as the map is kept."""

    areas: tuple[MapArea, ...]
    arguments: dict[str, Any]
    file: Packed


# the component itself: st_folium writes the map and then calls this by its name
_hand_over = streamlit_folium._component_func
_noted = local()


def _note(**arguments: Any) -> Any:
    """Hand over what was written, and note it where this thread asked for that."""
    if getattr(_noted, "given", None) is not None:
        _noted.given.update(arguments)
    return _hand_over(**arguments)


streamlit_folium._component_func = _note
_kept: OrderedDict[object, _Written] = OrderedDict()
_lock = Lock()


def show_map(
    areas: Sequence[MapArea],
    *,
    title: str,
    key: str,
    height: int = 520,
    marks: Sequence[MapMark] = (),
    places: Sequence[MapPlaces] = (),
    months: MapMonths | None = None,
) -> str | None:
    """Draw areas, marks above them, places that can be switched on, and months through which the areas are moved.

    Returns the code of the area clicked since the last run, else None.
    """
    palette = theme()
    # the key holds the theme: a map drawn for the light page is drawn anew for the dark one
    seen = f"hg-clicked-{key}"
    answer = _drawn(tuple(areas), tuple(marks), tuple(places), months, title, palette, f"{key}-{palette.page}", height)
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


def _locates() -> bool:
    """Maps of professionals show where their reader stands; those of the public ask nobody's browser for anything."""
    return process.settings().audience == "professional"


def draw_on_map(
    areas: Sequence[MapArea],
    *,
    title: str,
    key: str,
    before: Sequence[Mapping[str, Any]],
    held: Sequence[MapArea],
    height: int = 520,
) -> list[dict[str, Any]] | None:
    """A map to draw on. Returns every outline on it as features in degrees once somebody has drawn or changed one; None before.

    before: outlines that are on it from the start. held: areas to be filled above the others, such as those that the outlines hold; they
    change without the map being drawn anew, so nothing that somebody is drawing is lost.
    """
    palette, settings = theme(), process.settings()
    tiles = Tiles(settings.tile_url, settings.tile_attribution) if settings.tile_url else None
    shown = draw_map(
        areas, title=title, palette=palette, tiles=tiles, background=background_now() if tiles is None else None, drawing=before,
        locate=_locates(),
    )  # fmt: skip
    answer = st_folium(
        shown,
        key=f"{key}-{palette.page}",
        height=height,
        use_container_width=True,
        returned_objects=list(TOLD),
        feature_group_to_add=filled(held, palette),
    )
    drawings = (answer or {}).get("all_drawings")
    return None if drawings is None else [dict(d) for d in drawings]


def _drawn(
    areas: tuple[MapArea, ...], marks: tuple[MapMark, ...], places: tuple[MapPlaces, ...], months: MapMonths | None, title: str,
    palette: Palette, key: str, height: int,
) -> Any:  # fmt: skip
    """What the component answers. Every word and colour is part of what a map is found by, so nobody is shown another's."""
    settings = process.settings()
    tiles = Tiles(settings.tile_url, settings.tile_attribution) if settings.tile_url else None
    background = background_now() if tiles is None else None
    shown = tuple((a.code, id(a.geometry), a.fill, a.words, a.selected, a.dashed) for a in areas)
    named = (shown, marks, places, months, title, palette, tiles, background, key, height)
    with _lock:
        found = _kept.get(named)
        if found is not None:
            _kept.move_to_end(named)
    if found is not None:
        outline_files.address_of(found.file)
        return _hand_over(**found.arguments)
    given: dict[str, Any] = {}
    _noted.given = given
    try:
        drawn = draw_map(
            areas,
            title=title,
            palette=palette,
            tiles=tiles,
            marks=marks,
            background=background,
            places=places,
            locate=_locates(),
            months=months,
        )
        answer = st_folium(drawn, key=key, height=height, use_container_width=True, returned_objects=_RETURNED)
    finally:
        _noted.given = None
    with _lock:
        _kept[named] = _Written(areas, given, drawn.file)
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return answer
