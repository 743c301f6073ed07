"""Questions and answers as they stand beside a figure, on a profile and on a page of their own."""

from __future__ import annotations

from dataclasses import dataclass

from app.look import wording
from app.look.markup import macro
from core.db import Role, transaction
from core.languages.spoken import called, mark, say
from published.answers import Answer, answers
from published.release import Place, Release

OUTCOMES = {
    "stands": mark("The figure stands"),
    "corrected": mark("The figure was put right"),
    "explained": mark("Explained"),
}
SORTS = {"question": mark("Question"), "contest": mark("Someone says the figure is wrong")}
NOTHING_ASKED = mark("Nobody has asked about this yet, or no answer has been given so far.")


@dataclass(frozen=True)
class Shown:
    """An answer in words. about: the figure or the area, and where it leads; both '' where this release has no such place."""

    answer: Answer
    sort: str
    outcome: str
    about: str
    link: str
    asked: str
    answered: str
    correction: str


def shown(release: Release, answer: Answer) -> Shown:
    place = release.place(answer.geography, answer.place_code)
    category = release.category(answer.category) if answer.category else None
    about = link = ""
    if place is not None:
        at = f"{place.geography}/{place.code}"
        about = place.label if category is None else say("%(kind)s in %(place)s", kind=category.label, place=place.label)
        link = f"/area/{at}" if category is None else f"/figure/{at}/{category.category}"
    return Shown(
        answer,
        called(SORTS[answer.sort]),
        called(OUTCOMES[answer.outcome]),
        about,
        link,
        wording.day(answer.asked_on),
        wording.day(answer.answered_at),
        "" if answer.correction is None else say("Release %(release)s shows what was changed", release=answer.correction),
    )


def answers_for(release: Release, place: Place, category: str | None = None, role: Role = Role.COMMUNITY) -> tuple[Shown, ...]:
    """Those of a place, newest first. category: only those about that figure; None for all."""
    with transaction(role) as connection:
        found = answers(connection, place.geography, place.code)
    return tuple(shown(release, a) for a in found if category is None or a.category == category)


def ask_address(place: Place, category: str = "") -> str:
    return f"/ask?about={place.geography}.{place.code}" + (f"&kind={category}" if category else "")


def answers_list(found: tuple[Shown, ...]) -> str:
    """The answers as HTML, each under the figure or the area that it is about."""
    return macro("answers.html", "answers_list", found, True, 3)
