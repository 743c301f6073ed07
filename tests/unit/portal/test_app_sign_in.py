"""Who gets in: claims judged one by one. No default may widen what a person sees."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.person.sign_in import Person, ProfessionalRole, Refused, demo_person, person_from_claims, streamlit_secrets
from core.settings import PortalSettings

SETTINGS = PortalSettings(audience="professional")
NOW = 1_800_000_000.0
OFFICER: dict[str, Any] = {
    "sub": "abc", "name": "A. Officer", "exp": NOW + 60, "homeground_role": "officer", "homeground_districts": ["E07000178"],
}  # fmt: skip


def judge(**changes: Any) -> Person | Refused:
    return person_from_claims({k: v for k, v in (OFFICER | changes).items() if v is not None}, SETTINGS, now=NOW)


def test_an_officer_sees_the_districts_of_their_claim_and_no_other() -> None:
    person = judge(homeground_districts="E07000178,E06000060")
    assert isinstance(person, Person)
    assert person.districts == "E06000060,E07000178"
    assert person.may_see("E07000178")
    assert not person.may_see("E07000177")


@pytest.mark.parametrize("role", ["analyst", "planner"])
def test_analysts_and_planners_see_every_district(role: str) -> None:
    person = judge(homeground_role=role, homeground_districts=None)
    assert isinstance(person, Person)
    assert person.districts == "*"


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW},
        {"exp": NOW - 1},
        {"exp": None},
        {"exp": "never"},
        {"exp": True},
        {"sub": None},
        {"sub": ""},
        {"homeground_role": None},
        {"homeground_role": "admin"},
        {"homeground_role": "Officer"},
        {"homeground_role": ["officer", "analyst"]},
        {"homeground_role": {"officer": True}},
        {"homeground_districts": None},
        {"homeground_districts": []},
        {"homeground_districts": "*"},
        {"homeground_districts": ["*"]},
        {"homeground_districts": "E07000178'; --"},
    ],
)
def test_anything_else_is_no_access(changes: dict[str, Any]) -> None:
    assert isinstance(judge(**changes), Refused)


@given(
    role=st.text() | st.lists(st.text()) | st.none() | st.integers(),
    districts=st.text() | st.lists(st.text() | st.integers()) | st.none(),
)
def test_no_claim_of_an_officer_widens_the_filter(role: Any, districts: Any) -> None:
    person = person_from_claims({**OFFICER, "homeground_districts": districts}, SETTINGS, now=NOW)
    if isinstance(person, Person):
        assert all(len(code) == 9 and code[0].isupper() and code[1:].isdigit() for code in person.districts.split(","))
    other = person_from_claims({**OFFICER, "homeground_role": role}, SETTINGS, now=NOW)
    if isinstance(other, Person):
        known = {r.value for r in ProfessionalRole}
        assert role in known or (isinstance(role, list) and known & set(role))


def test_a_partner_agency_has_the_feeds_of_its_claim_and_nothing_else() -> None:
    claims = {
        **OFFICER,
        "homeground_role": "partner",
        "homeground_districts": "*",
        "homeground_feeds": ["ambulance", "a b", "x'--", "ambulance"],
    }
    person = person_from_claims(claims, SETTINGS, now=NOW)
    assert isinstance(person, Person)
    assert (person.districts, person.feeds) == ("", "ambulance")
    for named in (None, "", [], "*", ["Ambulance"], 7):
        assert isinstance(person_from_claims({**claims, "homeground_feeds": named}, SETTINGS, now=NOW), Refused)
    # the claim widens nobody else's view
    for role in ("officer", "analyst", "steward", "board"):
        other = person_from_claims({**OFFICER, "homeground_role": role, "homeground_feeds": "ambulance"}, SETTINGS, now=NOW)
        assert isinstance(other, Person)
        assert other.feeds == ""


def test_a_steward_has_no_district_whatever_the_claim_says() -> None:
    """A session that names no district is given no figure of any place."""
    for districts in (None, "E07000178", "*"):
        person = person_from_claims({**OFFICER, "homeground_role": "steward", "homeground_districts": districts}, SETTINGS, now=NOW)
        assert isinstance(person, Person) and person.districts == "" and not person.may_see("E07000178")
    assert [demo_person(ProfessionalRole.STEWARD, "", number=n).actor for n in (1, 2)] == ["demo:steward", "demo:steward-2"]


def test_a_demo_officer_needs_a_district() -> None:
    assert demo_person(ProfessionalRole.OFFICER, "E07000178").districts == "E07000178"
    assert demo_person(ProfessionalRole.ANALYST, "").districts == "*"
    with pytest.raises(ValueError, match="district"):
        demo_person(ProfessionalRole.OFFICER, "*")


def test_sign_in_is_on_only_when_it_is_wholly_configured() -> None:
    whole = {
        "audience": "professional", "public_url": "https://homeground.example/", "oidc_metadata_url": "https://id.example/meta",
        "oidc_client_id": "x", "oidc_client_secret": "y", "cookie_secret": "z" * 32,
    }  # fmt: skip
    made = streamlit_secrets(PortalSettings(**whole))
    assert made is not None
    assert made["auth"]["redirect_uri"] == "https://homeground.example/oauth2callback"
    for missing in whole:
        changed = {k: v for k, v in whole.items() if k != missing} | ({"audience": "community"} if missing == "audience" else {})
        assert streamlit_secrets(PortalSettings(**changed)) is None
    assert streamlit_secrets(PortalSettings(**{**whole, "cookie_secret": "short"})) is None
