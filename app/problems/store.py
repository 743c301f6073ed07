"""What the page Problems reads, by the districts of the person, and the steps that the database takes with a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from app.person.acting import acting
from app.person.reading import Reader
from app.person.sign_in import Person, ProfessionalRole
from core.db import scalar
from core.errors import UserError
from published.problem_file import Commitment, PublicResult, kinds_to_choose, places_to_choose, problem_files, public_result

Step = Literal["objective", "scanning", "analysis", "learned"]
LONGEST = 2_000

_WRITERS = (ProfessionalRole.OFFICER, ProfessionalRole.ANALYST, ProfessionalRole.PLANNER)
_LENGTHS = "Something is missing or too long: a title has 3 to 120 letters, a step 10 to 2,000, a commitment 5 to 400."
_SAID = {
    "HG030": "Sign in again: the session has no name.",
    "HG031": "This file is not there any more, or not one of your districts. Load the page again.",
    "HG032": "There is no plan yet. Write down first how it will be measured; a response without a plan is not started here.",
    "HG033": "The response has its start already, so its plan stands. Another response needs a file of its own.",
    "HG034": "The plan is for another start. A response starts in the first month of its plan, and after the day on which that was written.",
    "HG035": "There is no response yet.",
    "HG036": "That place or kind is not published, or the place is of another district.",
    "HG037": "A plan is written before its first month. If the work has begun already, say so: it will be a look back and no test.",
    "HG038": "A plan is being made. Wait until it is there.",
    "HG039": "Somebody has proposed or decided meanwhile, or the file is not shown. Load the page again.",
    "HG03A": "Write the objective first.",
    "HG03B": "Another person agrees to it: whoever proposed it cannot.",
    "HG03C": "Say why, in a sentence of at most 400 letters.",
    "23505": "This is asked for already. Load the page again.",
    "23514": _LENGTHS,
    "23502": _LENGTHS,
}


@dataclass(frozen=True)
class File:
    """A file with where it stands. planned: first month of its plan, None without one; waits_of: who proposed what waits, '' for nothing."""

    file_id: int
    title: str
    geography: str
    place_code: str
    lad_code: str
    group_id: str
    owner: str
    panel: str
    opened_by: str
    opened_on: date
    kind: str
    place_name: str
    planned: date | None
    starts_on: date | None
    results: int
    shown_on: date | None
    waits_of: str


@dataclass(frozen=True)
class Writing:
    """The newest words of a step. versions: how often it was written; release_id: of scanning, whose figures it goes by."""

    words: str
    release_id: int | None
    written_by: str
    written_at: datetime
    versions: int


@dataclass(frozen=True)
class Plan:
    """The newest plan. held: as analytics.evaluation wrote it; versions: how many there were."""

    held: Mapping[str, Any]
    digest: str
    seal: str
    starts: date
    months: int
    least_fall: int
    looks_back: bool
    asked_by: str
    written_at: datetime
    versions: int


@dataclass(frozen=True)
class Response:
    starts_on: date
    words: str
    written_by: str
    written_at: datetime


@dataclass(frozen=True)
class Result:
    """sentences: for the partnership; told: for everyone."""

    sentences: tuple[str, ...]
    told: PublicResult
    asked_by: str
    read_on: date


@dataclass(frozen=True)
class Task:
    """What was asked of the worker last. state: waiting, running, done, failed."""

    kind: str
    state: str
    said: str

    @property
    def is_open(self) -> bool:
        return self.state in ("waiting", "running")


@dataclass(frozen=True)
class Proposal:
    """To show a file, with what everyone would read then, or to take it down. verdict: agreed, refused, or '' while it waits."""

    proposal_id: int
    kind: str
    content: Mapping[str, Any] | None
    reason: str
    proposed_by: str
    proposed_at: datetime
    verdict: str
    given_by: str
    why: str


@dataclass(frozen=True)
class Dossier:
    """Everything of one file. commitments: number and what was promised."""

    file: File
    writings: Mapping[str, Writing]
    plan: Plan | None
    response: Response | None
    commitments: tuple[tuple[int, Commitment], ...]
    result: Result | None
    task: Task | None
    proposals: tuple[Proposal, ...]

    @property
    def waiting(self) -> Proposal | None:
        return next((p for p in self.proposals if not p.verdict), None)


@dataclass(frozen=True)
class Offered:
    """What a new file can be about: name by level and code, and label by kind."""

    places: Mapping[tuple[str, str], str]
    kinds: Mapping[str, str]


def may_write(person: Person) -> bool:
    return person.role in _WRITERS


def files(reader: Reader) -> list[File]:
    """Newest first."""
    rows = reader.rows("problems/files")
    shown = {f.file_id: f.shown_on for f in problem_files(reader.connection)} if rows else {}
    return [
        File(
            **{**row, "file_id": int(row["file_id"]), "results": int(row["results"]), "waits_of": row["waits_of"] or ""},
            shown_on=shown.get(int(row["file_id"])),
        )
        for row in rows
    ]


def offered(reader: Reader) -> Offered:
    """Published places of the person's districts; the database looks at the district once more when a file is opened."""
    places = {(p.geography, p.code): p.label for p in places_to_choose(reader.connection) if reader.person.may_see(p.district)}
    return Offered(places, kinds_to_choose(reader.connection))


def dossier(reader: Reader, file: File) -> Dossier:
    which = {"file_id": file.file_id}

    def newest(name: str) -> tuple[dict[str, Any] | None, int]:
        rows = reader.rows(f"problems/{name}", which)
        return (rows[0] if rows else None), len(rows)

    writings: dict[str, Writing] = {}
    every = reader.rows("problems/writings", which)
    times = Counter(row["step"] for row in every)
    for row in every:
        release = None if row["release_id"] is None else int(row["release_id"])
        told = Writing(row["words"], release, row["written_by"], row["written_at"], times[row["step"]])
        writings.setdefault(row["step"], told)
    plan, plans = newest("plans")
    response, _ = newest("response")
    result, _ = newest("results")
    task, _ = newest("tasks")
    return Dossier(
        file,
        writings,
        None if plan is None else _plan(plan, plans),
        None if response is None else Response(**response),
        tuple(
            (int(r["commitment_id"]), Commitment(r["body"], r["words"], r["due"], r["state"] or "", r["noted_on"]))
            for r in reader.rows("problems/commitments", which)
        ),
        None if result is None else _result(result),
        None if task is None else Task(task["kind"], task["state"], task["said"]),
        tuple(Proposal(**{**r, "proposal_id": int(r["proposal_id"])}) for r in reader.rows("problems/proposals", which)),
    )


def _plan(row: Mapping[str, Any], versions: int) -> Plan:
    return Plan(
        row["plan"], row["digest"], row["seal"], row["starts"], int(row["months"]), int(row["least_fall"]), bool(row["looks_back"]),
        row["asked_by"], row["written_at"], versions,
    )  # fmt: skip


def _result(row: Mapping[str, Any]) -> Result:
    return Result(tuple(row["found"]["sentences"]), public_result(row["told"], row["read_on"]), row["asked_by"], row["read_on"])


def open_file(person: Person, place: tuple[str, str], group: str, title: str, owner: str, panel: str) -> int:
    given = {
        "geography": place[0], "place_code": place[1], "group_id": group, "title": title, "owner": owner, "panel": panel,
    }  # fmt: skip
    return int(_step(person, "open_file", given))


def write(person: Person, file_id: int, step: Step, words: str) -> None:
    _step(person, "write", {"file_id": file_id, "step": step, "words": words})


def ask_for_plan(person: Person, file_id: int, starts: date, months: int, least_fall: int, *, looks_back: bool) -> None:
    given = {
        "file_id": file_id, "starts": starts.replace(day=1), "months": months, "least_fall": least_fall, "looks_back": looks_back,
    }  # fmt: skip
    _step(person, "ask_for_plan", given)


def respond(person: Person, file_id: int, starts_on: date, words: str) -> None:
    _step(person, "respond", {"file_id": file_id, "starts_on": starts_on, "words": words})


def commit_to(person: Person, file_id: int, body: str, words: str, due: date) -> None:
    _step(person, "commit_to", {"file_id": file_id, "body": body, "words": words, "due": due})


def note_kept(person: Person, commitment_id: int, state: str) -> None:
    _step(person, "note_kept", {"commitment_id": commitment_id, "state": state})


def ask_for_result(person: Person, file_id: int) -> None:
    _step(person, "ask_for_result", {"file_id": file_id})


def propose(person: Person, file_id: int, kind: Literal["publish", "take_down"], reason: str = "") -> None:
    _step(person, "propose", {"file_id": file_id, "kind": kind, "reason": reason})


def decide(person: Person, proposal_id: int, verdict: Literal["agreed", "refused"], reason: str = "") -> None:
    _step(person, "decide", {"proposal_id": proposal_id, "verdict": verdict, "reason": reason})


def _step(person: Person, step: str, given: Mapping[str, Any]) -> Any:
    if not may_write(person):
        raise UserError("Problem files are written by officers, analysts and planners.")
    with acting(person, _SAID) as connection:
        return scalar(connection, f"problems/{step}", given)
