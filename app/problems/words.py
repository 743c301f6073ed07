"""The words of problem files: what a result says, how a response will be judged, what became of a commitment. For everyone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.look import wording
from core.periods import Period
from published.problem_file import Commitment, Planned, ProblemFile, PublicResult

STATES = {"kept": "Done", "late": "Not done in time", "dropped": "Will not be done"}
NOT_NOTED = "Its day has passed, and nobody has said yet what became of it"
ALSO = "Other things may have played a part. And what is recorded is what was reported to the police and written down."
FROM_PRINTED = (
    "What is said here is worked out from figures that are printed on these pages, and from nothing else. Where a figure is withheld, each"
    " value that it may have was tried."
)
LATE_PLAN = "How we would measure this was written down only after the work had begun. So this is a look back and no test."
SEALED = (
    "Which places the plan names is not shown: they were picked by counts that are not printed. A seal binds us to it. It stands in the file"
    " for programs. Whoever checks our work is shown the plan."
)


def headline(told: PublicResult, least_fall: int | None) -> str:
    """What changed, in a sentence. least_fall: of the plan, in percent."""
    hoped = "the fall that we hoped for" if least_fall is None else f"a fall of {least_fall}% or more"
    return {
        "fell": "Fewer were recorded than in places like this one.",
        "rose": "More were recorded than in places like this one.",
        "no_such_fall": f"We hoped for {hoped}. It did not come.",
        "cannot_tell": "We cannot tell whether anything changed.",
        "not_yet": "It is too soon to tell what changed.",
    }[told.verdict]


def result_sentences(told: PublicResult, plan: Planned | None) -> list[str]:
    """The headline and what stands behind it."""
    said = [headline(told, None if plan is None else plan.least_fall)]
    said += {
        "no_after": ["No printed figures cover a time after the start yet."],
        "no_before": ["There are no printed figures of a time before the start."],
        "hidden": ["The figure of this place is withheld, to protect people."],
        "few": ["Too few places are like this one, so there is nothing to set it beside."],
        "wide": ["The figures fit with no change. They fit just as well with the fall that we hoped for."],
    }.get(told.why, [])
    if told.middle is not None and told.low is not None and told.high is not None:
        said.append(
            f"Our best guess is {change(told.middle)}. Anything from {change(told.low)} to {change(told.high)} fits the figures."
        )
    if told.before is not None and told.after is not None and told.places is not None:
        said.append(
            f"We compared {span(told.after)} with {span(told.before)}, here and in {wording.plural(told.places, 'place')} like it."
        )
        said.append(AROUND[told.around])
    if plan is not None and plan.looks_back:
        said.append(LATE_PLAN)
    if told.verdict != "not_yet":
        said.append(ALSO)
    return said


AROUND = {
    "fell": "Fewer were recorded in the places around it, too.",
    "rose": "More were recorded in the places around it. What happened here may have moved there.",
    "cannot_tell": "We cannot tell whether anything moved to the places around it.",
}


def change(percent: int) -> str:
    """'20% fewer', 'as many', '15% more': percent of what was to be expected."""
    if percent == 100:
        return "as many as expected"
    return f"{100 - percent}% fewer" if percent < 100 else f"{percent - 100}% more"


def span(of: Period) -> str:
    """'the year 2024' where it is one, else its months."""
    if of.start.month == 1 and len(of) == 12:
        return f"the year {of.start.year}"
    return str(of)


def plan_sentences(plan: Planned) -> list[str]:
    when = "after the work had begun" if plan.looks_back else "before the work began"
    said = [
        f"We will look at the {plan.months} months from {wording.month(plan.starts)} on. A fall of {plan.least_fall}% or more would have been"
        " worth the work. What happens in places like this one tells us what would have come without it.",
        f"This was written down on {wording.day(plan.written_on)}, {when}.",
    ]
    if plan.before_it:
        said.append(f"It took the place of {wording.plural(plan.before_it, 'earlier plan')}, before the work began.")
    return said


def stage(of: ProblemFile, today: date) -> str:
    """Where a file stands, in a sentence."""
    if of.result is not None and of.result.verdict != "not_yet":
        return headline(of.result, None if of.plan is None else of.plan.least_fall)
    if of.starts_on is not None:
        return f"Work {'began' if of.starts_on <= today else 'begins'} on {wording.day(of.starts_on)}."
    if of.plan is not None:
        return f"How it will be measured is written down. Work is to begin in {wording.month(of.plan.starts)}."
    return "It is being looked into."


def commitment_state(of: Commitment, today: date) -> str:
    if of.state:
        noted = f", noted {wording.day(of.noted_on)}" if of.noted_on else ""
        return STATES[of.state] + noted
    return NOT_NOTED if of.due < today else "Not due yet"


def kept_count(commitments: Sequence[Commitment]) -> str:
    """How many of the commitments were kept; '' where there are none."""
    if not commitments:
        return ""
    kept = sum(c.state == "kept" for c in commitments)
    return f"{kept} of {wording.plural(len(commitments), 'promise')} kept so far."
