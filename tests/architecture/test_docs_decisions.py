"""docs/decisions/README.md lists every decision once, under a topic, by a link that leads to it."""

from __future__ import annotations

import re

from core.paths import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "docs" / "decisions"
INDEX = (FOLDER / "README.md").read_text(encoding="utf-8")
TOPICS = re.findall(r"^## (.+)\n\n((?:- .+\n)+)", INDEX, re.M)
LISTED = re.findall(r"^- \[(\d{4})\]\((\S+)\) \S.*\.$", INDEX, re.M)


def test_every_decision_is_listed_once() -> None:
    assert sorted(file for _, file in LISTED) == sorted(page.name for page in FOLDER.glob("[0-9]*.md"))


def test_no_number_is_given_twice() -> None:
    numbers = [page.name[:4] for page in FOLDER.glob("[0-9]*.md")]
    assert sorted(set(numbers)) == sorted(numbers)
    assert all(file.startswith(f"{number}-") for number, file in LISTED)


def test_each_page_opens_with_its_number() -> None:
    assert [p.name for p in FOLDER.glob("[0-9]*.md") if not p.read_text(encoding="utf-8").startswith(f"# {p.name[:4]}")] == []


def test_each_line_stands_under_a_topic() -> None:
    lines = [line for _, block in TOPICS for line in block.splitlines()]
    assert lines == [line for line in INDEX.splitlines() if line.startswith("- ")]
    assert len(lines) == len(LISTED)
