"""docs/architecture.md lists the stages of the analysis as the pipeline does: every one, in order."""

from __future__ import annotations

import re

from analytics.pipeline import ANALYSE_STAGES
from core.paths import PROJECT_ROOT

# the first table of the page: up to the sentence about models, which are no stage
TABLE = (PROJECT_ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("\n`homeground model fit`")[0]


def test_the_table_is_the_list_of_stages() -> None:
    named = re.findall(r"^\| ([\w, ]+) \| `", TABLE, re.M)
    assert named == ["load", *(stage.name for stage in ANALYSE_STAGES), "protect, release"]
