"""Two letters: one that asks the owner of an address whether it was they who asked for news, and one with the news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.languages.spoken import ENGLISH, language, say
from core.mail import Letter
from published.news.since import News
from published.release import Place


@dataclass(frozen=True)
class Sender:
    """Where people come: community is the address of the public portal, questions that of the process that takes questions in. publisher:
    who publishes the figures, '' where that is not set."""

    community: str
    questions: str
    publisher: str


def _page(sender: Sender, address: str) -> str:
    return f"{sender.community.rstrip('/')}{'' if language() == ENGLISH else '/' + language()}{address}"


def _signed(sender: Sender, paragraphs: Sequence[str]) -> str:
    who = say("Published by %(publisher)s.", publisher=sender.publisher) if sender.publisher else ""
    return "\n\n".join(p for p in (*paragraphs, who) if p) + "\n"


def to_confirm(sender: Sender, address: str, token: str, place: Place) -> Letter:
    paragraphs = (
        say("Somebody gave this address to get news of this area: %(area)s. We hope it was you.", area=place.label),
        say("If it was, open this page and press the button:"),
        _page(sender, f"/news/confirm?t={token}"),
        say("If it was not you, do nothing. We delete this address after seven days. We send nothing else to it."),
    )
    subject = say("Please confirm: news of %(area)s", area=place.label)
    return Letter(to=address, subject=_line(subject), text=_signed(sender, paragraphs), unsubscribe=_stop(sender, token))


def with_news(sender: Sender, address: str, token: str, place: Place, news: Sequence[News]) -> Letter:
    paragraphs = (
        say("This is new about this area: %(area)s.", area=place.label),
        *(f"{one.sentence}\n{_page(sender, one.link)}" for one in news),
        say("You asked for these letters. To stop them, open this page and press the button. Your address is then deleted."),
        _page(sender, f"/news/stop?t={token}"),
    )
    subject = say("News of %(area)s", area=place.label)
    return Letter(to=address, subject=_line(subject), text=_signed(sender, paragraphs), unsubscribe=_stop(sender, token))


def _stop(sender: Sender, token: str) -> str:
    return f"{sender.questions.rstrip('/')}/news/stop?t={token}"


def _line(said: str) -> str:
    # a name comes from a release, and a header is one line
    return " ".join(said.split())
