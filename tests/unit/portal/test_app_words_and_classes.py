"""Words, rates and map classes of the portal: no database."""

from __future__ import annotations

import importlib.machinery
import json
import re
import sys
from pathlib import Path

import pytest

import app
from app.headers import content_policy, inline_script_hashes, tile_source
from app.look import wording
from app.look.classes import classes_of
from app.look.map_frame import MapArea, draw_map
from app.look.palette import DARK, LIGHT, Palette
from app.look.rate_interval import rate_where_known
from app.look.wording import listed, plural, rate
from app.process import is_loopback, start
from core.errors import UserError
from core.settings import PortalSettings
from published.search import looks_like_postcode

SQUARE = {"type": "Polygon", "coordinates": [[[-1.2, 51.7], [-1.1, 51.7], [-1.1, 51.8], [-1.2, 51.8], [-1.2, 51.7]]]}


def test_there_is_no_rate_of_a_withheld_count_or_without_residents() -> None:
    assert rate_where_known(None, 1_000) is None
    assert rate_where_known(10, None) is None
    assert rate_where_known(10, 0) is None
    assert rate_where_known(0, 1_000) is not None


def test_classes_keep_every_value_and_read_as_numbers() -> None:
    values = [float(v) for v in range(1, 101)]
    classes = classes_of(values)
    assert len(classes.edges) == 4
    assert {classes.index(v) for v in values} == {0, 1, 2, 3, 4}
    assert len(classes.labels()) == 5
    assert classes_of([]).labels() == classes_of([3.0, 3.0]).labels() == ("all places shown",)


def test_a_skewed_map_has_fewer_classes_rather_than_empty_ones() -> None:
    classes = classes_of([0.0] * 90 + [1.0, 2.0, 50.0])
    assert len(classes.edges) < 4
    assert {classes.index(v) for v in (0.0, 50.0)} == {0, len(classes.edges)}


@pytest.mark.parametrize(
    ("text", "answer"),
    [("ox1 1aa", True), ("SW1A 1AA", True), ("OX11AA", True), ("OX1", False), ("Oxford", False), ("OX1 1A", False)],
)
def test_postcodes_are_known_by_their_shape(text: str, answer: bool) -> None:
    assert looks_like_postcode(text) is answer


def test_numerals_and_lists_are_written_one_way() -> None:
    assert plural(1, "crime or incident", "crimes and incidents") == "1 crime or incident"
    assert plural(1234, "crime or incident", "crimes and incidents") == "1,234 crimes and incidents"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert (rate(4.25), rate(99.94), rate(99.96), rate(1234.5)) == ("4.2", "99.9", "100", "1,234")


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_hold_their_contrast(palette: Palette) -> None:
    # WCAG 2.2: 4.5:1 for text, 3:1 for outlines and patterns
    for text in (palette.text, palette.muted, palette.accent):
        assert contrast(text, palette.page) >= 4.5
    for mark in (palette.outline, palette.pattern, palette.selected):
        assert contrast(mark, palette.page) >= 3
    ramp = [luminance(c) for c in palette.sequential]
    assert ramp in (sorted(ramp), sorted(ramp, reverse=True))
    for colours in (palette.hot, palette.cold):
        steps = [luminance(c) for c in colours]
        assert steps in (sorted(steps), sorted(steps, reverse=True))


def test_a_map_names_no_host_and_holds_one_layer() -> None:
    areas = [
        MapArea("A", SQUARE, "#ffffff", 'A "quoted" <b>place</b>'),
        MapArea("B", SQUARE, "url(#hg-withheld)", "B", selected=True),
    ]
    html = draw_map(areas, title="Map of a test", palette=LIGHT).get_root().render()
    assert re.findall(r"https?://(?!www\.w3\.org/)[^\s\"'<]+", html) == []
    assert html.count("homegroundAreas(") == 1
    assert "/vendor/leaflet/leaflet.js" in html
    assert "<b>place</b>" not in html
    with pytest.raises(ValueError, match="no outline"):
        draw_map([], title="", palette=LIGHT)


def test_the_policy_names_no_host_but_the_tiles_that_an_operator_set() -> None:
    assert tile_source("") == ""
    assert tile_source("https://{s}.tiles.example:8443/{z}/{x}/{y}{r}.png") == "https://*.tiles.example:8443"
    assert "http" not in content_policy(script="'sha256-x'")


def test_inline_scripts_of_streamlits_page_are_allowed_by_hash(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_bytes(b"<script>alert(1)</script><script type='module' src='./x.js'></script>")
    assert inline_script_hashes(page) == ["'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"]


@pytest.mark.parametrize(
    ("host", "answer"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("192.0.2.1", False), ("portal.example", False)]
)
def test_a_demo_listens_on_this_machine_only(host: str, answer: bool) -> None:
    assert is_loopback(host) is answer
    if not answer:
        with pytest.raises(UserError, match="this machine only"):
            start(PortalSettings(audience="professional", demo=True, host=host))


def test_no_module_of_the_portal_hides_another() -> None:
    """Streamlit puts app/ first on the path, so a module named like a top-level one would be imported in its stead."""
    folder = Path(app.__file__).parent
    names = {p.stem for p in folder.glob("*.py")} | {p.name for p in folder.iterdir() if (p / "__init__.py").is_file()}
    names.discard("__init__")
    hidden = {n for n in names if n in sys.stdlib_module_names}
    search = [p for p in sys.path if p and Path(p).resolve() != folder]
    hidden |= {n for n in names if any(importlib.machinery.PathFinder.find_spec(n, [p]) is not None for p in search)}
    assert hidden == set()


def test_streamlit_may_tell_nobody_anything() -> None:
    import tomllib

    configuration = tomllib.loads((Path(app.__file__).parent / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert configuration["browser"]["gatherUsageStats"] is False
    assert configuration["server"]["enableAgentApi"] is False
    assert configuration["client"]["showErrorDetails"] == "none"
    assert "http" not in json.dumps(configuration)
    assert configuration["theme"]["light"]["primaryColor"] == LIGHT.accent


@pytest.mark.parametrize(
    ("written", "shown"),
    [("OX11UL", "OX1 1UL"), ("ox1 1ul", "OX1 1UL"), ("M11AE", "M1 1AE"), ("EC1A1BB", "EC1A 1BB"), ("", ""), ("OX1", "OX1")],
)
def test_a_postcode_is_written_as_people_write_it(written: str, shown: str) -> None:
    assert wording.postcode(written) == shown


def test_long_names_of_places_may_break_where_they_are_made_up() -> None:
    assert wording.breakable("Buckinghamshire") == "Buckingham\u00adshire"
    assert wording.breakable("South Oxfordshire") == "South Oxford\u00adshire"
    # short words stay whole, and what a person copies reads the same
    assert wording.breakable("Windsor and Maidenhead") == "Windsor and Maidenhead"
    assert wording.breakable("Cherwell") == "Cherwell"
