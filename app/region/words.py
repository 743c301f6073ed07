"""The words of the public pages, each explained so that a reader of twelve understands it."""

from __future__ import annotations

from core.languages.spoken import say
from published.release import Release


def words(release: Release) -> tuple[tuple[str, str], ...]:
    """Word and meaning, by word. What a kind of crime holds is said in the words of the release."""
    most = release.threshold - 1
    found = {
        say("Area like it"): say(
            "Another neighbourhood in the same tenth of England when all are put in order from the most to the least deprived."
        ),
        say("Certificate"): say(
            "What stands with each release: which rule was kept, what was attacked, and how close anyone can come."
        ),
        say("Chance"): say(
            "Numbers go up and down even when nothing has changed. We say clearly higher or lower only where chance would hardly do it."
            " Of 20 such words at least 1 can be wrong."
        ),
        say("Deprived"): say(
            "Short of what people need, such as money, work, health or a good home. It tells of a place, not of any person in it."
        ),
        say("District"): say("The area of a council: a city, a district or a borough."),
        say("Kind"): say("Crimes and incidents of a like sort, counted together."),
        say("Local area"): say(
            "About five neighbourhoods side by side, where 5,000 to 15,000 people live. Its code begins with E02 (MSOA)."
        ),
        say("Missing month"): say("A month of which no figures came. It is a gap and not a 0."),
        say("Neighbourhood"): say("A small area where 1,000 to 3,000 people live. Its code begins with E01 (LSOA)."),
        say("Range"): say("Two numbers. The true one lies between them, or is one of them. It stands where a number is withheld."),
        say("Rate"): say(
            "How many were recorded for every 1,000 people who live there. So large and small places can stand side by side."
        ),
        say("Recorded"): say("Told to the police and written down by them. Much harm is never told."),
        say("Release"): say("All the figures that were published on one day, after they were checked together."),
        say("Withheld"): say(
            "Not printed, to protect people: a number from 1 to %(most)s, or a larger one that would give a small one away.",
            most=most,
        ),
        say("95%% interval"): say("How far chance alone could move a rate. A small place has a wide one."),
    } | {c.label: c.description for c in release.categories if c.description}
    return tuple(sorted(found.items(), key=lambda pair: pair[0].casefold()))
