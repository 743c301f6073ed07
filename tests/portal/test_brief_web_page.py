"""A brief as a web page in a real browser: nothing is wider than a phone, and it is dark where the reader's machine is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from briefs import drawing
from briefs.content import Brief, Bullets, Column, Figure, Paragraph, Section, Table
from briefs.web_page import web_page

pytestmark = pytest.mark.browser

WIDE = Table(
    "Recorded incidents in a place with a name of some length, December 2024 to November 2025",
    (Column("Group of offences"), *(Column(f"Measure number {n}", numeric=True) for n in range(7))),
    tuple((f"Damage, public disorder and other crime {n}", *(f"{n},{k}00.0 to {n},{k}50.0" for k in range(7))) for n in range(4)),
    "A note.",
)
BRIEF = Brief(
    "Place brief: Northford 001C",
    "Recorded incidents",
    "E01000003, release 2",
    "Homeground",
    "",
    datetime(2026, 1, 14, tzinfo=UTC),
    ("E01000003",),
    (
        Section(
            "In short",
            (
                Bullets(("A sentence.",)),
                Paragraph("44d9e740dbcd6c3173480a8b4246d0df54bc253bbfeec08e4a361118e89db" * 2),
                WIDE,
                Figure(
                    "map", drawing.frame(660, 300, "Map", "A map", [drawing.text(10, 20, "Northford")]), "Map of Northford", "A map"
                ),
            ),
        ),
    ),
    colophon=(("Reference", "HG-E01000003-0123456789ab"),),
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(browser: Browser, tmp_path: Path, scheme: str) -> None:
    path = tmp_path / "brief.html"
    path.write_bytes(web_page(BRIEF))
    context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        # the drawing keeps its letters, and scrolls in a frame that a keyboard reaches
        drawn = page.locator(".drawing")
        assert drawn.evaluate("e => e.scrollWidth > e.clientWidth") and drawn.get_attribute("tabindex") == "0"
        ground, letters = (
            page.evaluate(f"getComputedStyle(document.body).{what}.match(/[0-9]+/g).slice(0, 3).map(Number)")
            for what in ("backgroundColor", "color")
        )
        assert (sum(ground) < sum(letters)) == (scheme == "dark")
        assert drawn.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"
    finally:
        context.close()
