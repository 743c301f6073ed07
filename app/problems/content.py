"""What the page Problems says of a file: where it stands, what comes next, the plan and the result in words for the partnership."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime

from app.look import wording
from app.look.markup import Cell, Table
from app.person.sign_in import Person
from app.problems.store import Dossier, File, Plan, Proposal
from published.problem_file import ProblemFile, as_proposed

STEPS = {
    "objective": ("Objective", "What is to be different for people here, and by when."),
    "scanning": (
        "Scanning",
        "What the problem is, by published figures alone: the figure of the current release is put beside your words.",
    ),
    "analysis": (
        "Analysis",
        "Why it happens here, as far as you know, and how you know it. No names, no addresses, no small numbers.",
    ),
    "learned": ("Learned", "What you would do again, and what not."),
}
# a number that is no year
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*%?(?!\w)")
_YEAR = re.compile(r"(19|20)\d\d")
NOT_WRITERS = "Problem files are written by officers, analysts and planners. You can read them."
NO_WORKER = "Nothing moves? Then no worker runs: homeground worker. Once, for what waits now: homeground worker --until-idle."
BY_COUNTS = "From counts that are not published: for the partnership, not for the public."


def lead(person: Person, files: Sequence[File]) -> str:
    if not files:
        return "No problem file is open in your districts."
    for_you = sum(bool(f.waits_of) and f.waits_of != person.actor for f in files)
    asks = f" {wording.plural(for_you, 'waits', 'wait')} for you to agree." if for_you else ""
    shown = sum(f.shown_on is not None for f in files)
    return f"{wording.plural(len(files), 'problem file')}, {shown} shown to everyone.{asks}"


def state(file: File, today: date) -> str:
    """The furthest step that a file has come to."""
    if file.results:
        return "Result read"
    if file.starts_on is not None:
        return f"Response {'since' if file.starts_on <= today else 'from'} {wording.day(file.starts_on)}"
    if file.planned is not None:
        return f"Planned for {wording.month(file.planned)}"
    return "Being looked into"


def files_table(person: Person, files: Sequence[File], today: date) -> Table:
    rows = [
        [
            Cell(f.title, (f"{f.place_name}; {wording.lower(f.kind)}", f"{wording.capitalised(f.owner)}; {f.panel}")),
            Cell(state(f, today), (public_state(person, f),)),
        ]
        for f in files
    ]
    return Table("Problem files of your districts, newest first", [Cell("Problem"), Cell("Where it stands")], rows, narrow=True)


def public_state(person: Person, file: File) -> str:
    shown = "" if file.shown_on is None else f"shown as of {wording.day(file.shown_on)}"
    if not file.waits_of:
        return shown or "not shown"
    waits = "waits for another person" if file.waits_of == person.actor else "waits for you"
    return f"{shown}; a proposal {waits}" if shown else f"proposed; {waits}"


def plan_sentences(plan: Plan) -> list[str]:
    """The plan for the partnership: what is compared with what, and how likely a fall would be seen."""
    held, power = plan.held, plan.held.get("power")
    said = [
        f"The {plan.months} months from {wording.month(plan.starts)} on, beside {wording.plural(len(held['months_before']), 'month')} before"
        f" and {wording.plural(len(held['alike']), 'place')} like it. Around it: {wording.plural(len(held['ring']), 'neighbourhood')}.",
    ]
    if power is not None:
        seen = f"A fall of {plan.least_fall}% would be seen in {power['at_least_effect']:.0%} of such cases"
        smallest = power["smallest_fall"]
        said.append(
            f"{seen}; no fall would be seen in 80%."
            if smallest is None
            else f"{seen}; in 80% of them a fall of {smallest:.0%} would be."
        )
    said += [f"It cannot be told: {wording.lower(reason)}" for reason in held["why_not"]]
    when = wording.day(plan.written_at)
    said.append(
        f"Written on {when}, after its month had begun: a look back and no test. Everyone is told so."
        if plan.looks_back
        else f"Written on {when}, before its month."
    )
    if plan.versions > 1:
        said.append(f"It took the place of {wording.plural(plan.versions - 1, 'earlier plan')}.")
    said.append(f"SHA-256 of the plan, for who keeps a copy: {' '.join(re.findall('.{16}', plan.digest))}. {BY_COUNTS}")
    return said


def proposed(dossier: Dossier, proposal: Proposal) -> ProblemFile | None:
    """What everyone would read; None of a proposal to take down."""
    if proposal.content is None:
        return None
    return as_proposed(dossier.file.file_id, proposal.content, datetime.now(tz=UTC).date())


def numbers_in(of: ProblemFile) -> list[str]:
    """Numbers that somebody typed into what everyone would read, years left out: each has to be one that is published."""
    words = " ".join([of.title, *of.steps.values(), of.doing, *(c.words for c in of.commitments)])
    return list(dict.fromkeys(n for n in _NUMBER.findall(words) if not _YEAR.fullmatch(n)))


def numbers_note(of: ProblemFile) -> str:
    found = numbers_in(of)
    if not found:
        return "Nobody typed a number into it. Read whether it names or points at a person."
    return (
        f"Numbers that somebody typed: {wording.listed(found)}. Agree only if each of them is published or counts no incident, and if"
        " nothing names or points at a person."
    )
