"""What is new about a place: releases, answers to residents, and problem files that were shown, by whole days (UTC)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection

from core.languages.spoken import called, say
from published.answers import Answer, answers
from published.problem_file import ProblemFile, concerns, problem_files
from published.release import Place, Release
from published.releases import Listed, every_release


@dataclass(frozen=True)
class Happened:
    """All that everyone may read: releases, answers and problem files, to choose from for each place."""

    releases: Sequence[Listed]
    answers: Sequence[Answer]
    problems: Sequence[ProblemFile]


@dataclass(frozen=True)
class News:
    """One thing that is new, in a sentence. link: the address of its page, from its root."""

    sentence: str
    link: str


def happened(connection: Connection) -> Happened:
    return Happened(every_release(connection), answers(connection), problem_files(connection))


def news_of(release: Release, place: Place, all_of_it: Happened, since: date, until: date) -> tuple[News, ...]:
    """What is of the days from since to the one before until, in the language that is spoken: figures first, then answers, then actions."""

    def within(moment: datetime | date) -> bool:
        day = moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
        return since <= day < until

    at = f"{place.geography}/{place.code}"
    found = []
    if any(r.status == "current" and within(r.published_at) for r in all_of_it.releases):
        period = release.for_place(place).covered.period
        found.append(News(say("There are new figures. They are of %(period)s.", period=period), f"/area/{at}"))
    for one in all_of_it.answers:
        if (one.geography, one.place_code) == (place.geography, place.code) and within(one.answered_at):
            category = release.category(one.category) if one.category else None
            link = f"/area/{at}" if category is None else f"/figure/{at}/{one.category}"
            about = (
                place.label if category is None else say("%(kind)s in %(place)s", kind=called(category.label), place=place.label)
            )
            said = say("A question was answered. It is about this: %(about)s. Who answers: %(body)s.", about=about, body=one.body)
            found.append(News(said, f"{link}#answer-{one.answer_id}"))
    for of in all_of_it.problems:
        if concerns(release, of, place) and within(of.shown_on):
            said = say("There is news of a problem and what is done about it: %(title)s.", title=of.title)
            found.append(News(said, f"/problems/{of.file_id}"))
    return tuple(found)
