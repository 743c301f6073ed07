"""What the publisher's outcomes mean in plain words, in a few kinds. The publisher's own words stand beside them in every table.

Meanings follow the page "About police.uk crime data" (data.police.uk/about) and the Home Office's outcomes framework.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of outcome. meaning: one sentence that needs no knowledge of the law."""

    kind: str
    label: str
    meaning: str
    outcomes: tuple[str, ...]


CHARGED = Kind(
    "charged",
    "Charged or taken to court",
    "Someone was charged or summonsed, or a court has dealt with it.",
    (
        "Suspect charged", "Suspect charged as part of another case", "Awaiting court outcome", "Court case unable to proceed",
        "Court result unavailable", "Defendant found not guilty", "Defendant sent to Crown Court", "Offender deprived of property",
        "Offender fined", "Offender given absolute discharge", "Offender given community sentence", "Offender given conditional discharge",
        "Offender given suspended prison sentence", "Offender ordered to pay compensation", "Offender otherwise dealt with",
        "Offender sent to prison",
    ),
)  # fmt: skip
OUT_OF_COURT = Kind(
    "out_of_court",
    "Dealt with out of court",
    "A caution, a fine on the spot, a drugs warning, or an agreement between the people concerned.",
    (
        "Local resolution", "Offender given a caution", "Offender given a drugs possession warning", "Offender given penalty notice",
    ),
)  # fmt: skip
NOT_PROSECUTED = Kind(
    "not_prosecuted",
    "Not prosecuted",
    "It was not taken further: for example, the evidence was not enough, the victim did not support it, or it was judged not to be in the"
    " public interest.",
    (
        "Unable to prosecute suspect", "Formal action is not in the public interest", "Further action is not in the public interest",
        "Further investigation is not in the public interest",
    ),
)  # fmt: skip
NO_SUSPECT = Kind(
    "no_suspect",
    "No suspect found",
    "The investigation ended without anyone being identified; it can be opened again.",
    ("Investigation complete; no suspect identified",),
)
ELSEWHERE = Kind(
    "elsewhere",
    "Passed to another organisation",
    "Another body, such as a council or a school, deals with it.",
    ("Action to be taken by another organisation",),
)
UNSETTLED = Kind(
    "unsettled",
    "Open, or no update given",
    "The newest word is that it is being investigated, or that the police gave no update.",
    ("Under investigation", "Status update unavailable"),
)
NONE_YET = Kind(
    "none_yet",
    "No outcome in the files",
    "No file loaded names an outcome: it may still be investigated, or its outcome came later than the files reach.",
    ("",),
)
OTHER = Kind("other", "Other outcomes", "Outcomes that this page has no plain words for; their own words stand in the table.", ())

KINDS = (CHARGED, OUT_OF_COURT, NOT_PROSECUTED, NO_SUSPECT, ELSEWHERE, OTHER, UNSETTLED, NONE_YET)
# what stands in a table of the publisher's words where no outcome file names the crime
NONE_PUBLISHED = "None"

_KIND_OF = {outcome: kind for kind in KINDS for outcome in kind.outcomes}


def kind_of(outcome: str) -> Kind:
    """'' is a crime that no outcome file names."""
    return _KIND_OF.get(outcome, OTHER)
