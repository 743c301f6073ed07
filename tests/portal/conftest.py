"""What the portal's tests share: an invented county in a database, and the settings of a process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app import process
from core import db
from core.settings import PortalSettings
from tests.builders import portal_data


@pytest.fixture(scope="module")
def county(module_database: str) -> Iterator[str]:
    """The invented county of tests/builders/portal_data.py, published and analysed."""
    portal_data.load_all()
    db.dispose_engines()
    yield module_database


@pytest.fixture
def as_portal() -> Iterator[Callable[..., PortalSettings]]:
    """as_portal(audience=..., demo=...) makes this process that portal, and undoes it after the test."""

    def become(**values: Any) -> PortalSettings:
        return process.start(PortalSettings(**values))

    yield become
    process._started.clear()
