"""The words of the public pages, each explained so that a reader of twelve understands it."""

from __future__ import annotations

from published.release import Release


def words(release: Release) -> tuple[tuple[str, str], ...]:
    """Word and meaning, by word. What a kind of crime holds is said in the words of the release."""
    most = release.threshold - 1
    found = {
        "Area like it": "Another neighbourhood in the same tenth of England when all are put in order from the most to the least deprived.",
        "Certificate": "What stands with each release: which rule was kept, what was attacked, and how close anyone can come.",
        "Chance": "Numbers go up and down even when nothing has changed. We say clearly higher or lower only where chance would hardly do it."
        " Of 20 such words at least 1 can be wrong.",
        "Deprived": "Short of what people need, such as money, work, health or a good home. It tells of a place, not of any person in it.",
        "District": "The area of a council: a city, a district or a borough.",
        "Kind": "Crimes and incidents of a like sort, counted together.",
        "Local area": "About five neighbourhoods side by side, where 5,000 to 15,000 people live. Its code begins with E02 (MSOA).",
        "Missing month": "A month of which no figures came. It is a gap and not a 0.",
        "Neighbourhood": "A small area where 1,000 to 3,000 people live. Its code begins with E01 (LSOA).",
        "Range": "Two numbers. The true one lies between them, or is one of them. It stands where a number is withheld.",
        "Rate": "How many were recorded for every 1,000 people who live there. So large and small places can stand side by side.",
        "Recorded": "Told to the police and written down by them. Much harm is never told.",
        "Release": "All the figures that were published on one day, after they were checked together.",
        "Withheld": f"Not printed, to protect people: a number from 1 to {most}, or a larger one that would give a small one away.",
        "95% interval": "How far chance alone could move a rate. A small place has a wide one.",
    } | {c.label: c.description for c in release.categories if c.description}
    return tuple(sorted(found.items(), key=lambda pair: pair[0].casefold()))
