"""The catalogue is typed and strict: a mistake is an error that names the file, the feed and the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import UserError
from feeds.catalogue.feed import CATALOGUE, STAGES, read_catalogue
from feeds.loading.load import check, feeds

FEED = """
[[feed]]
id = "a_feed"
title = "A feed"
publisher = "Someone"
licence = "Open"
sensitivity = "open"
recognise.file_name = '(?P<month>\\d{4}-\\d{2})-a\\.csv$'
"""
SERVICE = '[[feed.writes]]\nshape = "service"\nkind = "stop"\nidentifier = "I"\nname = "N"\n'
EVENT = '[[feed.writes]]\nshape = "event"\nmonth = "Month"\ncategory = "Kind"\n'


def read(tmp_path: Path, content: str) -> str:
    """The message about a catalogue of this content."""
    path = tmp_path / "catalogue.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        read_catalogue(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (FEED + 'colour = "red"\n', ["feed a_feed", "key colour", "Extra inputs"]),
        (FEED + "edition = 2021\n", ["feed a_feed", "key edition", "valid string"]),
        (FEED + "read.header_row = 5.25\n", ["feed a_feed", "key read.header_row"]),
        (FEED + 'read.delimiter = ";;"\n', ["key read.delimiter"]),
        (FEED + "read.crs = [3857]\n", ["key read.crs.0"]),
        (FEED + 'slot = "{area}"\n', ["slot names ['area']"]),
        (FEED + 'read.headerless = ["A"]\nperiod.rule = "file_name"\n' + EVENT, ["columns not among read.headerless: ['Month', 'Kind']"]),
        (FEED + EVENT, ["a feed of events needs a period rule"]),
        (FEED + '[[feed.writes]]\nshape = "poem"\n', ["key writes.0", "poem"]),
        (FEED + SERVICE, ["key writes.0", "a service needs a postcode, easting and northing, or longitude and latitude"]),
        (FEED + SERVICE + 'easting = "E"\n', ["key writes.0", "a point needs both easting and northing"]),
        (FEED + SERVICE + 'latitude = "L"\n', ["key writes.0", "a point needs both longitude and latitude"]),
        (FEED + SERVICE.replace("stop", "Bus stop") + 'postcode = "P"\n', ["key writes.0.kind", "pattern"]),
        (FEED + 'period.rule = "file_name"\n' + EVENT + 'furthest_km = "far"\n', ["key writes.0.furthest_km", "valid integer"]),
        (FEED + 'unused = "why"\nperiod.rule = "file_name"\n' + EVENT, ["this one writes something"]),
        (FEED + FEED, ["feed ids used twice: ['a_feed']"]),
        (FEED.replace("(?P", "(?X"), ["key recognise.file_name", "not a regular expression"]),
        (FEED.replace('sensitivity = "open"\n', ""), ["key sensitivity", "Field required"]),
        ("[[feed]\n", ["not valid TOML"]),
        (FEED.replace('licence = "Open"\n', ""), ["give either licence (open data) or agreement"]),
        (FEED.replace('"open"', '"restricted"'), ["restricted data needs an agreement"]),
        (FEED + 'agreement = { reference = "A" }\n', ["key agreement.lawful_basis", "Field required"]),
        (FEED + 'checks = [{ column = "A", type = "date" }]\n', ["key checks.0", "a date, and only a date, needs its format"]),
        (FEED + 'checks = [{ column = "A", minimum = 1 }]\n', ["minimum and maximum need type"]),
        (FEED + 'checks = [{ column = "A", pattern = "(" }]\n', ["key checks.0.pattern", "not a regular expression"]),
        (FEED + 'checks = [{ column = "A", refers_to = { geography = "lsoa" } }]\n', ["an area needs its edition"]),
        (FEED + "shift = { min_ratio = 5 }\n", ["key shift.min_ratio", "less than or equal to 1"]),
        (FEED + "fresh_within_days = 40\n", ["fresh_within_days needs events"]),
    ],
)  # fmt: skip
def test_a_mistake_names_file_feed_and_key(content: str, words: list[str], tmp_path: Path) -> None:
    message = read(tmp_path, content)
    for word in words:
        assert word in message


def test_a_catalogue_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.toml"):
        read_catalogue(tmp_path / "none.toml")


def test_the_shipped_catalogue_is_valid() -> None:
    found = check()
    assert found.feeds == len(feeds()) == len(read_catalogue(CATALOGUE).feed)
    assert set(found.shapes) == set(STAGES), "every target shape has a feed"


def test_lookups_come_before_all_and_events_last() -> None:
    order = [f.stage for f in sorted(read_catalogue().feed, key=lambda f: f.stage) if f.writes]
    by_id = {f.id: f.stage for f in read_catalogue().feed}
    assert order == sorted(order)
    assert by_id["lookup_lad24_csp24_pfa24"] < by_id["boundary_lsoa21_bsc"] < by_id["imd2025_domains"] < by_id["police_uk_street"]


def test_best_fit_lookup_names_wards_and_is_never_membership() -> None:
    assert {w.shape for w in read_catalogue().get("lookup_lsoa21_ward24").writes} == {"label"}


def test_two_feeds_never_give_one_indicator_different_meanings() -> None:
    """An indicator id that two feeds give (File 1 and the converted file) is of one geography, edition and period."""
    meaning: dict[str, set[tuple[str, str, str]]] = {}
    for feed in read_catalogue().feed:
        for write in feed.writes:
            if write.shape == "indicator":
                for value in write.values:
                    meaning.setdefault(value.indicator, set()).add((write.geography, write.edition, write.period))
    assert all(len(m) == 1 for m in meaning.values())


def test_a_shipped_feed_that_is_not_used_says_why() -> None:
    unused = {f.id: f.unused for f in read_catalogue().feed if not f.writes}
    assert set(unused) == {"community_needs_2023", "code_point_open_headers"}
    assert all(unused.values())
