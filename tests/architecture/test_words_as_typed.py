"""What Streamlit reads as Markdown is words of ours, or has been through app.look.markup.plain: nobody's typing becomes a link."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from app.look.markup import plain
from core.paths import PROJECT_ROOT

# calls of Streamlit whose first argument is read as Markdown
READS_MARKDOWN = {
    "title", "header", "subheader", "caption", "markdown", "write", "info", "success", "warning", "error", "toast", "expander", "popover",
    "button", "form_submit_button", "checkbox", "toggle", "page_link", "metric", "text_input", "text_area", "number_input", "selectbox",
    "radio", "multiselect", "segmented_control", "pills", "date_input", "slider", "select_slider", "status", "spinner", "link_button", "tabs",
}  # fmt: skip
# names that stand for Streamlit or a container of it
CONTAINERS = {"st", "heading", "left", "right", "column"}


def ours(argument: ast.expr) -> bool:
    """A text of the code, a constant (in capitals), or words that went through plain."""
    if isinstance(argument, ast.IfExp):
        return ours(argument.body) and ours(argument.orelse)
    if isinstance(argument, ast.Call):
        return isinstance(argument.func, ast.Name) and argument.func.id in ("plain", "as_typed")
    name = argument.id if isinstance(argument, ast.Name) else argument.attr if isinstance(argument, ast.Attribute) else ""
    return isinstance(argument, ast.Constant) or name.isupper()


def read_as_markdown(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
            continue
        of = node.func.value
        if isinstance(of, ast.Name) and of.id in CONTAINERS and node.func.attr in READS_MARKDOWN and not ours(node.args[0]):
            found.append(f"{node.lineno}: {ast.unparse(node)[:80]}")
    return found


def pages() -> list[Path]:
    return sorted((PROJECT_ROOT / "app").rglob("*.py"))


def test_no_page_gives_streamlit_words_that_it_would_read() -> None:
    assert len(pages()) > 100
    # a page of Streamlit itself, with a title of ours
    found = {
        str(p.relative_to(PROJECT_ROOT)): [f for f in read_as_markdown(p.read_text("utf-8")) if "page_link(page" not in f]
        for p in pages()
    }
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_what_is_looked_for_is_found() -> None:
    assert (
        read_as_markdown("st.title(name)") and read_as_markdown("heading.title(f'{name}')") and read_as_markdown("st.error(str(e))")
    )
    assert (
        read_as_markdown("st.title(plain(name))")
        == read_as_markdown("st.title('Ours')")
        == read_as_markdown("st.info(NOTHING)")
        == []
    )


@pytest.mark.parametrize(
    "words",
    [
        "Serious violence (broad measure), all districts",
        "95% interval 12 to 30.5: 3,000",
        "12:30 to 14:00",
        "Town-centre nights",
        "",
    ],
)
def test_ordinary_words_are_as_they_were(words: str) -> None:
    assert plain(words) == words
