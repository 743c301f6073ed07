"""CHANGELOG.md is dated releases, each opened by its theme, with changes of a method first."""

from __future__ import annotations

import re
import tomllib
from datetime import date

from core.paths import PROJECT_ROOT
from core.provenance import VERSION

TEXT = (PROJECT_ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
# heading -> what stands below it
RELEASES = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n?)*)", TEXT, re.M))
SECTIONS = ("Methods and thresholds", "Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")


def test_the_newest_stands_first_and_each_has_a_version_and_a_day() -> None:
    first, *dated = RELEASES
    assert first == "[Unreleased]"
    found = [re.fullmatch(r"\[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d\d-\d\d)", heading) for heading in dated]
    assert all(found), dated
    parts = [match.groups() for match in found if match]
    versions = [tuple(int(number) for number in numbers) for *numbers, _ in parts]
    assert versions == sorted(set(versions), reverse=True)
    days = [date.fromisoformat(day) for *_, day in parts]
    assert days == sorted(days, reverse=True)


def test_each_release_opens_with_one_sentence_of_what_it_is_about() -> None:
    for heading, body in RELEASES.items():
        opening = body.split("\n### ")[0].strip()
        if heading == "[Unreleased]" and not opening:
            continue
        assert re.fullmatch(r"[A-Z][^\n]*\.", opening), heading


def test_changes_of_a_method_come_first() -> None:
    for heading, body in RELEASES.items():
        sections = re.findall(r"^### (.+)", body, re.M)
        assert sections == [section for section in SECTIONS if section in sections], heading
        assert [part for part in body.split("\n### ")[1:] if "\n- " not in part] == [], heading


def test_the_newest_release_is_the_version_of_the_package() -> None:
    newest = list(RELEASES)[1].partition("]")[0].removeprefix("[")
    declared = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert newest == declared == VERSION
