"""Tables are drawn one way: escaped, with a caption and heads for who hears them, in a region the keyboard scrolls where they are wide."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from app.look.markup import Cell, Table, beside_map, legend, paragraphs, table
from core.paths import PROJECT_ROOT

PLANTED = "<script>alert(1)</script>"
COLUMNS = (Cell("Place"), Cell("Recorded", number=True))
WIDE = Table(
    f"Figures {PLANTED}",
    COLUMNS,
    [[Cell(PLANTED, (f"E01{PLANTED}", "")), Cell("12", ("(9 to 15)",), number=True, unbroken=True)]],
    scrolls=f'Figures "{PLANTED}"',
)


def test_a_table_has_a_caption_and_heads_of_rows_and_columns() -> None:
    drawn = table(Table("Recorded", COLUMNS, [[Cell("Ashmoor", ("E07900001",)), Cell("12", number=True)]], narrow=True))
    assert '<table class="hg-table narrow"><caption>Recorded</caption>' in drawn
    assert '<th scope="col">Place</th><th scope="col" class="num">Recorded</th>' in drawn
    assert '<th scope="row">Ashmoor<span class="rate wrap">E07900001</span></th><td class="num">12</td>' in drawn
    assert "role=" not in drawn


def test_a_wide_table_is_a_named_region_that_the_keyboard_reaches() -> None:
    assert re.match(r'\s*<div class="hg-scroll" role="region" aria-label="Figures [^"]*" tabindex="0">', table(WIDE))
    beside = beside_map([WIDE, WIDE], f'Where "{PLANTED}"', tall=True, note=PLANTED)
    # past its many links there is a way to the legend of the map
    past = r'\s*<p class="hg-skip"><a href="#hg-map" target="_self">[^<]+</a></p>'
    assert 'id="hg-map" tabindex="-1"' in legend([], "Shares", before_map=True) and "hg-map" not in legend([], "Shares")
    assert re.match(past + r'\s*<div class="hg-beside-map tall" role="region" aria-label="Where [^"]*" tabindex="0">', beside)
    assert beside.count("<table") == 2


def test_small_print_that_must_not_break_does_not_and_empty_small_print_is_left_out() -> None:
    drawn = table(WIDE)
    assert '<td class="num">12<span class="rate">(9 to 15)</span></td>' in drawn
    assert drawn.count("<span") == 2


def test_every_text_is_escaped() -> None:
    linked = table(Table("c", COLUMNS, [[Cell(PLANTED, link=f'?area="{PLANTED}')]]))
    for drawn in (table(WIDE), beside_map([WIDE], PLANTED, note=PLANTED), paragraphs([PLANTED, ""]), linked):
        assert "<script>" not in drawn
        assert "&lt;script&gt;" in drawn
    assert paragraphs([PLANTED, ""], lead=True).count("<p") == 1
    assert paragraphs(["", ""]) == "<span hidden></span>"


def test_no_page_writes_a_table_of_its_own() -> None:
    """Texts of the code, not its comments; templates alone hold the markup of a table."""
    for path in sorted((PROJECT_ROOT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            written = (
                isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"<(table|tr|td|th)\b", node.value)
            )
            assert not written, _where(path, node)
            drawn = isinstance(node, ast.Attribute) and node.attr in ("table", "dataframe", "data_editor")
            assert not (drawn and isinstance(node.value, ast.Name) and node.value.id == "st"), _where(path, node)


def _where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(PROJECT_ROOT)}:{getattr(node, 'lineno', '?')}"


@pytest.mark.parametrize("lead", [True, False])
def test_no_sentence_at_all_is_nothing_to_see_and_no_error(lead: bool) -> None:
    """A page is never given an empty text, at which it would stop."""
    for texts in ([], ["", ""]):
        found = paragraphs(texts, lead=lead)
        assert found == "<span hidden></span>"
    assert paragraphs(["One.", ""], lead=lead).count("<p") == 1
