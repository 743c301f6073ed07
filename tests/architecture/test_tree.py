"""The tree can be read at a glance: no folder too full to look through, none made for a single module."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath

import pytest

from core.paths import PROJECT_ROOT

PACKAGES = ("analytics", "app", "bench", "boundaries", "briefs", "core", "feeds", "homeground", "published", "tests")
MOST, FEWEST = 20, 2


def modules() -> list[PurePath]:
    found = (path.relative_to(PROJECT_ROOT) for package in PACKAGES for path in (PROJECT_ROOT / package).rglob("*.py"))
    return [path for path in found if path.name not in ("__init__.py", "conftest.py")]


def test_no_folder_has_too_many_modules_and_none_has_one() -> None:
    counted = Counter(str(path.parent) for path in modules())
    assert {folder: n for folder, n in counted.items() if not FEWEST <= n <= MOST} == {}


@pytest.mark.parametrize("package", [p for p in PACKAGES if p != "tests"])
def test_every_package_says_what_it_is(package: str) -> None:
    for path in (PROJECT_ROOT / package).rglob("__init__.py"):
        said = path.read_text(encoding="utf-8").splitlines()[0].strip('"')
        assert len(said.split()) >= 4, f"{path.relative_to(PROJECT_ROOT)} says only {said!r}"
