"""The words of questions: what may not be written, why one is refused, what its state means."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from app.area.answers import OUTCOMES
from app.look import wording
from core.languages.spoken import called, mark, say, say_many
from core.questions.screen import LEAST, MOST
from core.settings import QuestionSettings
from published.answers import Followed

# the reasons for which a question is refused; the words are public
REASONS = {
    "person": mark("It names or points at a person"),
    "report": mark("It reports a crime, or asks for help"),
    "elsewhere": mark("It is not about these figures or this area"),
    "repeated": mark("The same was asked and answered before"),
    "unclear": mark("It cannot be understood"),
    "abusive": mark("It insults or threatens"),
    "advert": mark("It advertises something"),
}
TAKEN_DOWN = mark("Answers that were taken down again")

NOT_TO_WRITE = (
    mark("No names. No house numbers. No phone numbers, e-mails or full postcodes."),
    mark("Do not say who did what, or what happened to one person. Do not write about yourself."),
    mark("Do not report a crime here. Call 101. If someone is in danger, call 999."),
)
WHAT_HAPPENS = (
    mark("A person reads it first. They take it in, or say why not."),
    mark("Then a body that can answer it, such as the police or the council, does so in its own name."),
    mark(
        "The answer stands beside the figure for all to read. Your own words are shown only if the person who read them takes them as they"
        " are. They may put them in fewer words."
    ),
)
WITHOUT_SCRIPT = mark(
    "Your browser runs no script. So it cannot do the small sum that keeps robots out. You can still send the form, but only a few such forms"
    " are taken in each hour. The paper form has no such limit."
)


OF_ADDRESSES = (
    mark("First we send you one letter. It has a link. Nothing more comes until you open it and press the button."),
    mark("We keep your address and the area for these letters, and for nothing else. We do not ask who you are."),
    mark(
        "Each letter has a link that stops them. Your address is then deleted. One that nobody confirms is deleted after seven days."
    ),
)
NEWS_WITHOUT_SCRIPT = mark(
    "Your browser runs no script. So it cannot do the small sum that keeps robots out. You can still send the form, but only a few such forms"
    " are taken in each hour. The feed has no such limit."
)
CONFIRM = mark("Press the button, and we write to you when there is something new about your area.")
STOP = mark("Press the button, and no more letters come. Your address is then deleted.")


def letters() -> str:
    return say("From %(least)s to %(most)s letters.", least=LEAST, most=f"{MOST:,}")


def kept(days: int) -> str:
    return say(
        "We do not ask who you are. We do not store where you sent it from. Your words and your receipt are deleted %(days)s days after the"
        " answer, or after we refuse it.",
        days=days,
    )


def read_by(received: date, today: date) -> str:
    """By when a question is to be read, or that it should have been."""
    by = received + timedelta(days=QuestionSettings().read_within_days)
    if today <= by:
        return say("It should be read by %(day)s.", day=wording.day(by))
    return say("It should have been read by %(day)s. It is counted in public as late. We are sorry.", day=wording.day(by))


def late(questions: int, days: int) -> str:
    """'' where none is late."""
    if not questions:
        return ""
    return say_many(
        "%(count)s question has waited to be read for more than %(days)s days.",
        "%(count)s questions have waited to be read for more than %(days)s days.",
        questions,
        days=days,
    )


def states(found: Followed, today: date | None = None) -> tuple[str, ...]:
    """What became of a question, in sentences."""
    since = wording.day(found.changed_on)
    came = say("It came in on %(day)s.", day=wording.day(found.received_on))
    if found.state == "waiting":
        return (came, say("It waits to be read."), read_by(found.received_on, today or datetime.now(tz=UTC).date()))
    if found.state == "accepted":
        return (came, say("It was read and taken in on %(day)s. It will go to a body that can answer it.", day=since))
    if found.state == "passed":
        return (
            came,
            say("It was passed to this body on %(day)s: %(body)s. The answer will stand here.", day=since, body=found.body),
        )
    gone = say("This receipt ends on %(day)s.", day=wording.day(found.forget_on)) if found.forget_on else ""
    if found.state == "refused":
        reason = wording.lower(called(REASONS[found.reason]))
        return (came, say("It was not taken in. The reason: %(reason)s.", reason=reason), gone)
    outcome = called(OUTCOMES[found.outcome])
    return (came, say("Answered on %(day)s by %(body)s. %(outcome)s.", day=since, body=found.body, outcome=outcome), gone)
