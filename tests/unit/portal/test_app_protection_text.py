"""The certificate in words that a panel member can read, for each method, and nothing said that a release does not say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from analytics.disclosure import certificate
from app.protection.text import facts, sections
from core.languages.spoken import WELSH, speaking
from core.periods import Period
from published.release import Release

LIMITS = ["an attacker who runs this very programme", "an attacker who already holds the records"]
MEANS = [
    "walk over exchanges of single incidents that no published figure shows",
    "linear and integer programmes (HiGHS) over widening neighbourhoods",
    "every alternative table checked against all published figures in whole numbers",
]


def _release(certificate: dict[str, Any]) -> Release:
    month = date(2025, 1, 1)
    return Release(
        1, "t", datetime(2025, 2, 1, tzinfo=UTC), Period(month, month), (month,), (), None, "Testshire", True,
        {"threshold": 5, "zeros": "may_be_hidden"}, certificate, {}, {}, (), (), "",
    )  # fmt: skip


def _words(certificate: dict[str, Any]) -> str:
    return "\n".join("\n".join([s.heading, *s.paragraphs, *s.points]) for s in sections(_release(certificate)))


FULL = {
    "passed": True, "attacked": 6_900, "sensitive_counts_attacked": 6_900, "narrowest_interval": [1, 5], "releases_attacked_together": 3,
    "corrections_allowed_for": 2, "means": MEANS, "not_protected": LIMITS, "method": {"kind": "suppression"}, "withheld": 812,
}  # fmt: skip


def test_a_panel_member_reads_what_was_attacked_how_and_how_close_anyone_can_come():
    said = _words(FULL)
    assert "together with the 2 earlier releases" in said
    assert "every value from 1 to 5 is still possible" in said
    assert "Moving single incidents" in said and "HiGHS" not in said
    assert "knew which records were corrected" in said
    assert "An attacker who runs this very programme." in said
    assert ("Withheld, small or to protect small ones", "812") in facts(_release(FULL))


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ({"kind": "rounding", "base": 5}, "rounded to a multiple of 5"),
        ({"kind": "cell_key"}, "changed a little by a fixed rule"),
    ],
)
def test_numbers_that_are_not_exact_are_said_to_be_so(method, said):
    assert said in _words(FULL | {"method": method})
    assert said not in _words(FULL)


def test_what_a_certificate_does_not_say_is_not_guessed():
    said = _words({"passed": True})
    assert "What was attacked" not in said and "every value from 1 to 5" not in said
    assert "Testshire" not in said


def test_all_that_a_certificate_may_name_is_in_the_catalogues() -> None:
    means = [*certificate.MEANS_OF_METHOD.values(), *MEANS]
    beside = [
        certificate.NO_ZEROS, certificate.RE_RUN, certificate.RE_RUN_WITH_KEYS, *certificate.NOT_PROTECTED,
        *(one for of in certificate.OF_METHOD.values() for one in of),
    ]  # fmt: skip
    with speaking(WELSH):
        said = _words({**FULL, "means": means, "not_protected": beside}).splitlines()
    for one in (*means, *beside):
        assert f"{one[:1].upper()}{one[1:]}." not in said, one
