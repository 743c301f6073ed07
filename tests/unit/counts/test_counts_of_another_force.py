"""Incidents that lie elsewhere than in the area that is served are no counts of it."""

from __future__ import annotations

from typing import cast

import pandas as pd
import pytest
from sqlalchemy import Connection

from analytics.counts import stage
from core.errors import UserError

NOWHERE = cast(Connection, None)


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pd.DataFrame({"name": ["Thames Valley"], "force_name": ["Surrey Police"]})
    monkeypatch.setattr(stage, "fetch", lambda *_: rows)


def test_most_incidents_elsewhere_are_refused_with_both_names() -> None:
    with pytest.raises(UserError, match="of 21,158 incidents of Surrey Police with a location 8 lie in Thames Valley") as caught:
        stage._check_inside(NOWHERE, located=21_158, outside=21_150)
    assert "HOMEGROUND_REGION_FORCE_NAME" in caught.value.where


@pytest.mark.parametrize(("located", "outside"), [(0, 0), (100, 50), (16_000, 1)])
def test_a_force_in_its_own_area_is_counted(located: int, outside: int) -> None:
    stage._check_inside(NOWHERE, located=located, outside=outside)
