"""The words of problem files: what a result says, how a response will be judged, what became of a commitment. For everyone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.look import wording
from core.languages.spoken import called, mark, say, say_many
from core.periods import Period
from published.problem_file import Commitment, Planned, ProblemFile, PublicResult

STATES = {"kept": mark("Done"), "late": mark("Not done in time"), "dropped": mark("Will not be done")}
NOT_NOTED = mark("Its day has passed, and nobody has said yet what became of it")
ALSO = mark("Other things may have played a part. And what is recorded is what was reported to the police and written down.")
FROM_PRINTED = mark(
    "What is said here is worked out from figures that are printed on these pages, and from nothing else. Where a figure is withheld, each"
    " value that it may have was tried."
)
LATE_PLAN = mark("How we would measure this was written down only after the work had begun. So this is a look back and no test.")
SEALED = mark(
    "Which places the plan names is not shown: they were picked by counts that are not printed. A seal binds us to it. It stands in the file"
    " for programs. Whoever checks our work is shown the plan."
)


def headline(told: PublicResult, least_fall: int | None) -> str:
    """What changed, in a sentence. least_fall: of the plan, in percent."""
    if told.verdict == "no_such_fall" and least_fall is not None:
        return say("We hoped for a fall of %(least)s%% or more. It did not come.", least=least_fall)
    return say(_HEADLINES[told.verdict])


_HEADLINES = {
    "fell": mark("Fewer were recorded than in places like this one."),
    "rose": mark("More were recorded than in places like this one."),
    "no_such_fall": mark("We hoped for the fall that we hoped for. It did not come."),
    "cannot_tell": mark("We cannot tell whether anything changed."),
    "not_yet": mark("It is too soon to tell what changed."),
}
_WHY = {
    "no_after": mark("No printed figures cover a time after the start yet."),
    "no_before": mark("There are no printed figures of a time before the start."),
    "hidden": mark("The figure of this place is withheld, to protect people."),
    "few": mark("Too few places are like this one, so there is nothing to set it beside."),
    "wide": mark("The figures fit with no change. They fit just as well with the fall that we hoped for."),
}


def result_sentences(told: PublicResult, plan: Planned | None) -> list[str]:
    """The headline and what stands behind it."""
    said = [headline(told, None if plan is None else plan.least_fall)]
    if told.why in _WHY:
        said.append(say(_WHY[told.why]))
    if told.middle is not None and told.low is not None and told.high is not None:
        said.append(
            say(
                "Our best guess is %(middle)s. Anything from %(low)s to %(high)s fits the figures.",
                middle=change(told.middle),
                low=change(told.low),
                high=change(told.high),
            )
        )
    if told.before is not None and told.after is not None and told.places is not None:
        said.append(
            say_many(
                "We compared %(after)s with %(before)s, here and in %(count)s place like it.",
                "We compared %(after)s with %(before)s, here and in %(count)s places like it.",
                told.places,
                after=span(told.after),
                before=span(told.before),
            )
        )
        said.append(say(AROUND[told.around]))
    if plan is not None and plan.looks_back:
        said.append(say(LATE_PLAN))
    if told.verdict != "not_yet":
        said.append(say(ALSO))
    return said


AROUND = {
    "fell": mark("Fewer were recorded in the places around it, too."),
    "rose": mark("More were recorded in the places around it. What happened here may have moved there."),
    "cannot_tell": mark("We cannot tell whether anything moved to the places around it."),
}


def change(percent: int) -> str:
    """'20% fewer', 'as many', '15% more': percent of what was to be expected."""
    if percent == 100:
        return say("as many as expected")
    if percent < 100:
        return say("%(percent)s%% fewer", percent=100 - percent)
    return say("%(percent)s%% more", percent=percent - 100)


def span(of: Period) -> str:
    """'the year 2024' where it is one, else its months."""
    if of.start.month == 1 and len(of) == 12:
        return say("the year %(year)s", year=of.start.year)
    return str(of)


def plan_sentences(plan: Planned) -> list[str]:
    written = wording.day(plan.written_on)
    said = [
        say(
            "We will look at the %(months)s months from %(month)s on. A fall of %(least)s%% or more would have been worth the work. What"
            " happens in places like this one tells us what would have come without it.",
            months=plan.months, month=wording.month(plan.starts), least=plan.least_fall,
        ),
        say("This was written down on %(day)s, after the work had begun.", day=written)
        if plan.looks_back
        else say("This was written down on %(day)s, before the work began.", day=written),
    ]  # fmt: skip
    if plan.before_it:
        said.append(
            say_many(
                "It took the place of %(count)s earlier plan, before the work began.",
                "It took the place of %(count)s earlier plans, before the work began.",
                plan.before_it,
            )
        )
    return said


def stage(of: ProblemFile, today: date) -> str:
    """Where a file stands, in a sentence."""
    if of.result is not None and of.result.verdict != "not_yet":
        return headline(of.result, None if of.plan is None else of.plan.least_fall)
    if of.starts_on is not None:
        starts = wording.day(of.starts_on)
        return say("Work began on %(day)s.", day=starts) if of.starts_on <= today else say("Work begins on %(day)s.", day=starts)
    if of.plan is not None:
        return say("How it will be measured is written down. Work is to begin in %(month)s.", month=wording.month(of.plan.starts))
    return say("It is being looked into.")


def commitment_state(of: Commitment, today: date) -> str:
    if of.state:
        state = called(STATES[of.state])
        return say("%(state)s, noted %(day)s", state=state, day=wording.day(of.noted_on)) if of.noted_on else state
    return say(NOT_NOTED) if of.due < today else say("Not due yet")


def kept_count(commitments: Sequence[Commitment]) -> str:
    """How many of the commitments were kept; '' where there are none."""
    if not commitments:
        return ""
    kept = sum(c.state == "kept" for c in commitments)
    return say_many(
        "%(kept)s of %(count)s promise kept so far.", "%(kept)s of %(count)s promises kept so far.", len(commitments), kept=kept
    )
