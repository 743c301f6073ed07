"""What everyone reads of a problem file: on its page, and for whoever is to agree to it before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.look import wording
from app.look.markup import Cell, Table
from app.problems import words
from core.languages.spoken import called, say
from published.problem_file import Commitment, ProblemFile, Scanned


@dataclass(frozen=True)
class Body:
    """lead: where it stands. asked: how many questions about the place were answered in public. scanned: the figure that it went by."""

    of: ProblemFile
    lead: str
    kept: str
    asked: int
    scanned: str
    commitments: Table | None
    plan: tuple[str, ...]
    sealed: str
    result: tuple[str, ...]
    from_printed: str


def body_of(of: ProblemFile, asked: int, today: date) -> Body:
    return Body(
        of,
        words.stage(of, today),
        words.kept_count(of.commitments),
        asked,
        "" if of.scanned is None else scanned(of.scanned),
        commitments_table(of.commitments, today),
        () if of.plan is None else tuple(words.plan_sentences(of.plan)),
        called(words.SEALED),
        () if of.result is None else tuple(words.result_sentences(of.result, of.plan)),
        called(words.FROM_PRINTED),
    )


def scanned(of: Scanned) -> str:
    """The published figure that was looked at."""
    if of.cell.count is None and not of.cell.has_range:
        figure = say("The figure of that time is withheld, to protect people.")
    else:
        figure = say("Recorded in %(period)s: %(figure)s.", period=words.span(of.period), figure=of.cell.text)
    return " ".join((figure, say("It is from release %(release)s.", release=of.release_id)))


def commitments_table(made: Sequence[Commitment], today: date) -> Table | None:
    if not made:
        return None
    rows = [
        [
            Cell(c.words, (say("%(body)s, by %(day)s", body=wording.capitalised(c.body), day=wording.day(c.due)),)),
            Cell(words.commitment_state(c, today)),
        ]
        for c in made
    ]
    columns = [Cell(say("Promise")), Cell(say("What became of it"))]
    return Table(say("What was promised, by whom and by when"), columns, rows, narrow=True)
