"""Two invented problem files of the synthetic county, so that each page has something to show: one with a result, one that is planned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core import db
from core.db import Role
from core.periods import add_months
from homeground.desk.serve import PROBLEMS, serve_one
from published.release import Release, read_release

_OFFICER, _ANALYST = "demo:officer", "demo:analyst"
_POLICE, _COUNCIL, _PARTNERS = "the police", "the council", "the community safety partnership"
_VIOLENCE, _BREAK_INS = "violence_and_sexual_offences", "burglary_and_vehicle_crime"
_FIGHTS = {
    "objective": "Fewer people are hurt around the bars at night, and people walk home without fear.",
    "scanning": "People told the panel that the streets with the bars feel unsafe after closing time. The figure of the area is a middling"
    " one: it is these streets that stand out to people, and not the area.",
    "analysis": "The lights go off at midnight, while most bars close later. Everybody waits for the same few buses.",
    "learned": "The lights were the quick part. We should have written down how to measure it before we began; for the next problem we have.",
}  # fmt: skip
_THEFTS = {
    "objective": "People can leave a car or a shed here without finding it broken into.",
    "scanning": "Residents asked why break-ins are talked about so much here. The figure beside this says how many were recorded.",
    "analysis": "Many garages lie along a lane that no window looks on to.",
}
# who, what, months after the start until it is due, and what became of it
_PROMISED = (
    (_COUNCIL, "Keep the street lights on until the last bus", 2, "kept"),
    (_POLICE, "Walk the streets with the bars on Friday and Saturday nights", 3, "kept"),
    (_PARTNERS, "Train the staff of the bars to calm things down", 6, "late"),
)


def problem_files() -> None:
    """Nothing where somebody has opened a file already, or where no two spans are published."""
    with db.transaction(Role.PROFESSIONAL, districts="*", person=_OFFICER) as connection:
        if int(db.scalar(connection, "problems/how_many")):
            return
        release = read_release(connection)
    if release is None:
        return
    release = release.for_level("msoa")
    starts = release.period.start
    areas, others = (_by_figure(release, kind) for kind in (_VIOLENCE, _BREAK_INS))
    if not areas or not others:
        return
    # in the middle there are many areas that are like it
    middle = areas[len(areas) // 2]
    fights = _opened(middle, _VIOLENCE, "Fights after closing time", _COUNCIL, _FIGHTS)
    _planned(fights, starts, looks_back=True)
    words = "Lights that stay on, patrols on foot when the bars close, and bar staff who know how to calm a row."
    _step(_OFFICER, "respond", {"file_id": fights, "starts_on": starts + timedelta(days=5), "words": words})
    for body, promise, months, state in _PROMISED:
        due = add_months(starts, months)
        _step(_OFFICER, "commit_to", {"file_id": fights, "body": body, "words": promise, "due": due})
        with db.transaction(Role.PROFESSIONAL, districts="*", person=_OFFICER) as connection:
            made = db.rows(connection, "problems/commitments", {"file_id": fights})[-1].commitment_id
        _step(_OFFICER, "note_kept", {"commitment_id": made, "state": state})
    _step(_OFFICER, "ask_for_result", {"file_id": fights})
    serve_one(desks=(PROBLEMS,))
    thefts = _opened(others[len(others) // 3], _BREAK_INS, "Garages broken into", _POLICE, _THEFTS)
    today = datetime.now(tz=UTC).date()
    _planned(thefts, add_months(today.replace(day=1), 1), looks_back=False)
    for file in (thefts, fights):
        made = _step(_OFFICER, "propose", {"file_id": file, "kind": "publish", "reason": ""})
        _step(_ANALYST, "decide", {"proposal_id": made, "verdict": "agreed", "reason": ""})


def _by_figure(release: Release, kind: str) -> list[str]:
    """Local areas whose figure of a kind is printed, the smallest first."""
    cells = {p.code: release.cell(p, kind) for p in release.of("msoa")}
    printed = {code: cell.count for code, cell in cells.items() if cell is not None and cell.count is not None}
    return sorted(printed, key=lambda code: (printed[code], code))


def _opened(code: str, group: str, title: str, owner: str, steps: Mapping[str, str]) -> int:
    given = {
        "geography": "msoa", "place_code": code, "group_id": group, "title": title, "owner": owner,
        "panel": "the residents' panel (invented)",
    }  # fmt: skip
    file = int(_step(_OFFICER, "open_file", given))
    for step, words in steps.items():
        _step(_OFFICER, "write", {"file_id": file, "step": step, "words": words})
    return file


def _planned(file: int, starts: date, *, looks_back: bool) -> None:
    given = {"file_id": file, "starts": starts, "months": 12, "least_fall": 25, "looks_back": looks_back}
    _step(_OFFICER, "ask_for_plan", given)
    serve_one(desks=(PROBLEMS,))


def _step(person: str, step: str, given: Mapping[str, Any]) -> Any:
    with db.transaction(Role.PROFESSIONAL, districts="*", person=person) as connection:
        return db.scalar(connection, f"problems/{step}", given)
