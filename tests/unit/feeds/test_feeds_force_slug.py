"""A force's name as the files and addresses of data.police.uk write it."""

from __future__ import annotations

import pytest

from core.settings import RegionSettings


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
