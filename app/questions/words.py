"""The words of questions: what may not be written, why one is refused, what its state means."""

from __future__ import annotations

from app.area.answers import OUTCOMES
from app.look import wording
from core.questions.screen import LEAST, MOST
from published.answers import Followed

# the reasons for which a question is refused; the words are public
REASONS = {
    "person": "It names or points at a person",
    "report": "It reports a crime, or asks for help",
    "elsewhere": "It is not about these figures or this area",
    "repeated": "The same was asked and answered before",
    "unclear": "It cannot be understood",
    "abusive": "It insults or threatens",
    "advert": "It advertises something",
}
TAKEN_DOWN = "Answers that were taken down again"

NOT_TO_WRITE = (
    "No names. No house numbers. No phone numbers, e-mails or full postcodes.",
    "Do not say who did what, or what happened to one person. Do not write about yourself.",
    "Do not report a crime here. Call 101. If someone is in danger, call 999.",
)
WHAT_HAPPENS = (
    "A person reads it first. They take it in, or say why not.",
    "Then a body that can answer it, such as the police or the council, does so in its own name.",
    "The answer stands beside the figure for all to read. Your own words are shown only if the person who read them takes them as they are."
    " They may put them in fewer words.",
)
WITHOUT_SCRIPT = (
    "Your browser runs no script. So it cannot do the small sum that keeps robots out. You can still send the form, but only a few such forms"
    " are taken in each hour. The paper form has no such limit."
)
LETTERS = f"From {LEAST} to {MOST:,} letters."


def kept(days: int) -> str:
    return (
        f"We do not ask who you are. We do not store where you sent it from. Your words and your receipt are deleted {days} days after the"
        " answer, or after we refuse it."
    )


def states(found: Followed) -> tuple[str, ...]:
    """What became of a question, in sentences."""
    since = wording.day(found.changed_on)
    came = f"It came in on {wording.day(found.received_on)}."
    if found.state == "waiting":
        return (came, "It waits to be read.")
    if found.state == "accepted":
        return (came, f"It was read and taken in on {since}. It will go to a body that can answer it.")
    if found.state == "passed":
        return (came, f"It was passed to this body on {since}: {found.body}. The answer will stand here.")
    gone = f"This receipt ends on {wording.day(found.forget_on)}." if found.forget_on else ""
    if found.state == "refused":
        return (came, f"It was not taken in. The reason: {REASONS[found.reason][0].lower()}{REASONS[found.reason][1:]}.", gone)
    return (came, f"Answered on {since} by {found.body}. {OUTCOMES[found.outcome]}.", gone)
