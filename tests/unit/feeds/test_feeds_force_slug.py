"""A force's name as the files and addresses of data.police.uk write it, and names of areas as a sentence says them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from core.contracts import said_name
from core.settings import RegionSettings, wrong_settings
from feeds.catalogue.feed import Feed


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        # names and ids as https://data.police.uk/api/forces gives them
        ("Thames Valley Police", "thames-valley"),
        ("Avon and Somerset Constabulary", "avon-and-somerset"),
        ("Devon & Cornwall Police", "devon-and-cornwall"),
        ("Metropolitan Police Service", "metropolitan"),
        ("Dyfed-Powys Police", "dyfed-powys"),
        ("City of London Police", "city-of-london"),
        ("Hertfordshire Constabulary", "hertfordshire"),
        ("Northumbria Police", "northumbria"),
        ("Surrey Police", "surrey"),
        # ids that do not follow from the name
        ("British Transport Police", "btp"),
        ("Police Service of Northern Ireland", "northern-ireland"),
        ("Hampshire and Isle of Wight Constabulary", "hampshire"),
        ("Homeshire Police (synthetic)", "homeshire"),
    ],
)
def test_the_slug_of_a_name(name: str, slug: str) -> None:
    assert RegionSettings(force_name=name).slug == slug


def test_a_slug_that_is_given_stands() -> None:
    assert RegionSettings(force_name="Police Service of Northern Ireland", force_slug="northern-ireland").slug == "northern-ireland"


@pytest.mark.parametrize(
    ("force", "area"),
    [
        ("Surrey Police", "Surrey"),
        ("City of London Police", "London, City of"),
        ("Metropolitan Police Service", "Metropolitan Police"),
        ("Avon and Somerset Constabulary", "Avon and Somerset"),
        ("Hampshire and Isle of Wight Constabulary", "Hampshire"),
        ("Dyfed-Powys Police", "Dyfed-Powys"),
    ],
)
def test_the_area_follows_from_the_force(force: str, area: str) -> None:
    region = RegionSettings(force_name=force)
    assert region.is_area(area)
    assert not region.is_area("Thames Valley")
    # the Metropolitan Police's area is not the City's, nor North Yorkshire South Yorkshire
    assert not RegionSettings(force_name="North Yorkshire Police").is_area("South Yorkshire")


@pytest.mark.parametrize("area", ["London, City of", "City of London"])
def test_an_area_that_is_set_is_found_as_the_lookup_sorts_it_and_as_it_is_said(area: str) -> None:
    region = RegionSettings(force_name="City of London Police", force_area_name=area)
    assert region.is_area("London, City of")
    assert not region.is_area("London")


def test_a_force_and_the_area_of_another_are_refused_by_both_names() -> None:
    with pytest.raises(ValidationError) as caught:
        RegionSettings(force_name="Surrey Police", force_area_name="Thames Valley")
    wrong = wrong_settings(caught.value)
    assert wrong is not None
    assert wrong.where == "HOMEGROUND_REGION"
    assert "the force is Surrey Police and the area is Thames Valley: these are two forces" in str(wrong)
    assert RegionSettings(force_name="Hampshire and Isle of Wight Constabulary", force_area_name="Hampshire").is_area("Hampshire")


def test_a_setting_that_cannot_be_is_named_without_its_value() -> None:
    with pytest.raises(ValidationError) as caught:
        RegionSettings(force_slug="Not a slug")
    wrong = wrong_settings(caught.value)
    assert wrong is not None
    assert wrong.where == "HOMEGROUND_REGION_FORCE_SLUG"
    assert "Not a slug" not in str(wrong)
    with pytest.raises(ValidationError) as caught:
        Feed.model_validate({})
    assert wrong_settings(caught.value) is None


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("London, City of", "City of London"),
        ("Bristol, City of", "City of Bristol"),
        ("Kingston upon Hull, City of", "City of Kingston upon Hull"),
        ("Herefordshire, County of", "County of Herefordshire"),
        ("Vale of Glamorgan, The", "The Vale of Glamorgan"),
        ("Bournemouth, Christchurch and Poole", "Bournemouth, Christchurch and Poole"),
        ("Armagh City, Banbridge and Craigavon", "Armagh City, Banbridge and Craigavon"),
        ("Isle of Wight", "Isle of Wight"),
        ("Thames Valley", "Thames Valley"),
    ],
)
def test_a_name_is_shown_as_it_is_said(listed: str, said: str) -> None:
    assert said_name(listed) == said
    assert said_name(said) == said
