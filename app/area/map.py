"""Community: the map of a district with its table beside it, and choosing a place on it."""

from __future__ import annotations

from functools import lru_cache
from html import escape

import streamlit as st

from app.area.choropleth import Choropleth, choropleth
from app.look.folium_map import show_map
from app.look.frame import theme
from app.look.markup import Cell, Table, beside_map, legend
from app.look.palette import Palette
from published import range_words
from published.release import Category, Place, Release

# above this, one map of every neighbourhood is slow to draw on a phone, so a district comes first
_MOST_AT_ONCE = 500


def district_map(release: Release) -> Place | None:
    """Choosers, table and map; returns the place that was clicked."""
    districts = release.of("lad")
    whole = len(release.of("lsoa")) <= _MOST_AT_ONCE
    left, right = st.columns(2)
    options = ([""] if whole else []) + [d.code for d in districts]
    names = {"": f"All of {release.region_name}", **{d.code: d.label for d in districts}}
    district = left.selectbox("District", options, format_func=names.__getitem__, key="district")
    category = choose_category(release, right, key="category")
    if category is None or district is None:
        st.info("This release has no figures to map.")
        return None
    release = release.for_level("lsoa", district)
    drawn = choropleth(release, category, district, theme())
    where = names[district] if district else release.region_name
    st.html(f'<p class="hg-kind">{escape(drawn.summary)}</p>')
    table, chart = st.columns([2, 3], gap="medium")
    with table:
        st.html(_table(release, category, district, where, theme()))
    with chart:
        st.html(legend(drawn.legend, drawn.legend_title, before_map=True))
        return _clicked(release, drawn, f"Map of {category.label.lower()} in {where}, {release.covered}", key=f"find-{district}")


def profile_map(release: Release, place: Place, category: Category) -> Place | None:
    """A place among the neighbourhoods of its district; returns another place that was clicked."""
    release = release.for_level("lsoa")
    district = place.parent_lad or (place.code if place.geography == "lad" else "")
    drawn = choropleth(release, category, district, theme(), selected=place)
    st.html(legend(drawn.legend, drawn.legend_title, before_map=True))
    clicked = _clicked(
        release,
        drawn,
        f"Map of {category.label.lower()} around {place.label}, {release.covered}",
        key=f"at-{place.code}",
        height=420,
    )
    st.html(f'<p class="hg-kind">{escape(drawn.summary)} Select a neighbourhood to read its profile.</p>')
    return None if clicked is place else clicked


def choose_category(release: Release, where: st.delta_generator.DeltaGenerator, *, key: str) -> Category | None:
    """A category that has figures for neighbourhoods, the total first."""
    options = [c.category for c in sorted(release.categories, key=lambda c: c.kind != "total")]
    labels = {c.category: c.label for c in release.categories}
    chosen = where.selectbox("Kind", options, format_func=labels.__getitem__, key=key)
    return release.category(chosen) if chosen else None


def _clicked(release: Release, drawn: Choropleth, title: str, *, key: str, height: int = 520) -> Place | None:
    if not drawn.areas:
        st.info("No outlines were published for these places.")
        return None
    code = show_map(drawn.areas, title=title, key=key, height=height)
    return release.place("lsoa", code)


@lru_cache(maxsize=128)
def _table(release: Release, category: Category, district: str, where: str, palette: Palette) -> str:
    drawn = choropleth(release, category, district, palette)
    rows = [
        [
            Cell(p.label, link=f"?area=lsoa.{p.code}"),
            Cell(f.text if f.ranged else f.words, number=True),
            Cell(f.rate_text, (f"{year} a year",) if (year := f.year_text(release.covered)) else (), number=True),
        ]
        for p, f in drawn.rows
    ]
    caption = (
        f"{category.label} in {where}, {release.covered.in_sentence}: number recorded, and rate per 1,000 people over"
        f" {release.covered.over}{', below it the same rate for a year' if release.covered.per_year else ''}"
    )
    if any(f.ranged and not f.worked_out for _, f in drawn.rows):
        caption += f". {range_words.STANDS_FOR}"
    if any(f.worked_out for _, f in drawn.rows):
        caption += f". {range_words.MARK_MEANS}"
    columns = [Cell("Neighbourhood"), Cell("Number", number=True), Cell("Rate", number=True)]
    return beside_map([Table(caption, columns, rows)], "Neighbourhoods with their figures")
