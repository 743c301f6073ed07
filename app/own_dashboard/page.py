"""Professional: a dashboard of one's own. Tiles first; what each is, and its figures, behind a line of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

import streamlit as st

from app.look.frame import theme
from app.look.markup import paragraphs, plain, table, tiles
from app.look.steps import said_last
from app.look.wording import HANDLING, capitalised, plural
from app.own_dashboard import bars, copies, copies_box
from app.own_dashboard.choice import NEW, OnPage, choose, tile_buttons
from app.own_dashboard.content import TileContent, build
from app.own_dashboard.download import csv_of, rows_of
from app.own_dashboard.paper import OnPaper, pdf_of, png_of
from app.own_dashboard.slides import pptx_of
from app.person import store as person_store
from app.person.entrance import head, record_once
from app.person.reading import reading
from app.person.sign_in import Person
from app.person.take_away import download
from app.violence.chart import trend
from app.violence.control import FACTOR
from core.periods import months_in_words

_CHART_PX = 190


@dataclass(frozen=True)
class _Page:
    """What was read."""

    on: OnPage
    tiles: tuple[TileContent, ...]
    synthetic: bool
    copies: copies.Asked | None = None


def show(person: Person) -> None:
    with st.container(key="hg-dashboard"):
        with reading(person) as reader:
            head(reader)
            heading = st.empty()
            asked = choose(reader)
            made = None
            if asked is not None:
                region = person_store.region(reader)
                held = build(reader, asked.page.tiles, asked.offered, asked.patches)
                wants = copies.asked_for(reader, asked.page.code) if asked.page.own else None
                made = _Page(asked.page, held, region is not None and region.synthetic, wants)
        if made is None:
            return
        heading.title(plain(made.on.name or NEW), anchor=False)
        said_last()
        _draw(person, made)


def _draw(person: Person, made: _Page) -> None:
    on = made.on
    view = {"dashboard": on.code or "*", "tiles": " ".join(w.written for w in on.tiles)[:1000]}
    record_once(person, copies.SUBJECT, view, view=view)
    if on.left_out:
        st.html(f'<p class="hg-note">{plural(on.left_out, "tile")} left out: of places that your account does not open.</p>')
    if on.code and not on.own:
        st.html(
            '<p class="hg-kind">A colleague’s dashboard, with the figures that your account opens. Save it to have it as yours.</p>'
        )
    if not made.tiles:
        st.html(paragraphs(["There is no tile on this dashboard. The line above opens the boxes that add one."], lead=True))
        return
    # row by row: on a phone they then stand in their order
    for first in range(0, len(made.tiles), 2):
        for position, column in enumerate(st.columns(2, gap="large")[: len(made.tiles) - first], first):
            with column:
                _tile(on, position, made.tiles[position])
    _how()
    _take_away(person, made, view)
    if on.own and not on.changed:
        copies_box.draw(person, on.code, made.copies)


def _tile(on: OnPage, position: int, tile: TileContent) -> None:
    st.header(plain(tile.heading), anchor=False)
    if tile.figure is None:
        st.html(f'<p class="hg-lead">{escape(capitalised(tile.why_not))}</p>')
    else:
        st.html(tiles([tile.figure]))
    if tile.line is not None:
        line = tile.line
        drawing = trend(line.values, line.points, line.missing, theme(), tile.heading, percent=line.percent, height=_CHART_PX)
        st.altair_chart(drawing, width="stretch", key=f"md-chart-{position}")
        if line.missing:
            st.html(f'<p class="hg-kind">Grey: missing ({months_in_words(line.missing)}).</p>')
    if tile.bars is not None:
        chart = bars.drawn(tile.bars, theme(), tile.heading, height=_CHART_PX)
        st.altair_chart(chart, width="stretch", key=f"md-chart-{position}")
        st.html(f'<p class="hg-kind">{escape(tile.bars.caption)}.</p>')
    with st.expander("What this is, and its figures" if tile.figure is not None else "What this is"):
        if tile.measure is not None:
            source = f"Source: {tile.measure.source}." if tile.measure.source else ""
            st.html(paragraphs([tile.measure.definition, source]))
        if tile.table is not None:
            st.html(table(tile.table))
        tile_buttons(on, position)


def _how() -> None:
    with st.expander("How we know"):
        st.html(
            paragraphs(
                [
                    "Band: the usual range of a month. Diamond: a month that stands out. The range comes from ups and downs between"
                    f" neighbouring months: the centre is the average, and the limits lie {FACTOR} average differences to each side (an"
                    " individuals chart; Wheeler 2000). A month stands out when it lies outside the limits, is one of three in four that lie"
                    " near one limit, or is one of eight in a row on one side. Of shares the same is done with the percent of a month.",
                    "An interval of 95% says what chance alone could give around a figure. Counts of partners are never added to police"
                    " figures. Of indicators in several places, the middle one is shown where they cannot be added up.",
                    "A dashboard that you save is yours alone. Whoever opens its address sees its tiles with their own account's rights.",
                ]
            )
        )


def _take_away(person: Person, made: _Page, view: dict[str, str]) -> None:
    detail = {**view, "rows": len(rows_of(made.tiles))}
    with st.container(horizontal=True):
        for label, kind, ending, content in (
            ("Download the figures (CSV)", "text/csv", "csv", lambda: csv_of(made.tiles)),
            ("Download as PDF", "application/pdf", "pdf", lambda: pdf_of(_on_paper(person, made), made.tiles)),
            (
                "Download as slides (PowerPoint)",
                copies.FORMATS["pptx"][1],
                "pptx",
                lambda: pptx_of(_on_paper(person, made), made.tiles),
            ),
            ("Download as picture (PNG)", "image/png", "png", lambda: png_of(_on_paper(person, made), made.tiles)),
        ):
            name = f"homeground-dashboard-{made.on.code.removeprefix('dash-') or 'new'}.{ending}"
            download(person, label, name, kind, content, copies.SUBJECT, {**detail, "file": name}, key=f"md-{ending}")
    st.html(f'<p class="hg-kind">{HANDLING} Downloads are recorded in the audit trail.</p>')


def _on_paper(person: Person, made: _Page) -> OnPaper:
    return OnPaper(made.on.name or NEW, person, made.synthetic, datetime.now(tz=UTC))
