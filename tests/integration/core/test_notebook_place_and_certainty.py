"""Every notebook runs from top to bottom, reads a database only where it needs one, and is committed without outputs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from sqlalchemy import text

from core import db
from core.db import Role
from core.paths import PROJECT_ROOT

NOTEBOOKS = sorted((PROJECT_ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def ran(path: Path) -> str:
    """Execute a notebook in a kernel of its own; everything that it printed or showed, as text."""
    notebook: Any = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(PROJECT_ROOT)}}).execute()
    shown = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            shown.append(output.get("text", ""))
            shown += [str(part) for part in output.get("data", {}).values()]
    return "\n".join(shown)


def test_there_are_notebooks() -> None:
    assert [p.name for p in NOTEBOOKS] == ["01_a_place_and_its_certainty.ipynb", "02_protect_and_attack_a_table.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_is_committed_clean_and_holds_no_sql(path: Path) -> None:
    notebook: Any = nbformat.read(path, as_version=4)
    code = [c for c in notebook.cells if c.cell_type == "code"]
    assert all(not c.outputs and c.execution_count is None for c in code)
    source = "\n".join(c.source for c in code)
    assert not re.search(r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE)\s", source)
    assert not re.search(r"\b(analytics|feeds|boundaries|app)\.", source)


@pytest.mark.database
@pytest.mark.parametrize("path", NOTEBOOKS[:1], ids=lambda p: p.stem)
def test_a_notebook_runs_on_the_county(path: Path, county: str) -> None:
    with db.transaction(Role.OWNER) as connection:
        before = connection.execute(text("SELECT max(event_id), (SELECT count(*) FROM published.value) FROM audit.event")).one()
    shown = ran(path)
    assert "Synthetic data: nothing here is about a real place." in shown
    assert "for the district's own people, 0 for others" in shown
    assert shown.count("<svg") == 2
    with db.transaction(Role.OWNER) as connection:
        after = connection.execute(text("SELECT max(event_id), (SELECT count(*) FROM published.value) FROM audit.event")).one()
    assert before == after


def test_a_table_is_attacked_protected_and_attacked_again() -> None:
    shown = ran(NOTEBOOKS[1])
    assert "region K, all, all: exactly 3" in shown
    # naive: K falls to anybody, A and B to whoever knows that they are not 0
    assert "know to be 1 to 3: 3." in shown
    assert "know to be 1 to 4: 0." in shown
    assert "all are safe" in shown
    assert "each value from 1 to 5 remains possible" in shown
    assert "county county-1 is 21, but what makes it up comes to 20 (region A 2; region B 2; region I 8; region J 8)" in shown
