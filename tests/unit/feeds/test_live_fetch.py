"""The HTTP client against a local server that replays what publishers' servers do, faults and all. Nothing really waits: time is faked."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import FeedError
from feeds.fetching.client import Client, Limits, SourceUnavailable
from feeds.fetching.pace import Pace, backoff_s, retry_after_s
from tests.builders.replay.server import (
    FakeTime,
    ReplayServer,
    cut_off,
    etag_of,
    file,
    in_json,
    never_ending,
    redirect,
    silence,
    status,
)

DATA = b"".join(b"%d,row\n" % i for i in range(40_000))
CSV = ("text/csv",)


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    with ReplayServer() as running:
        yield running


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


def client_for(server: ReplayServer, time: FakeTime, **limits: float) -> Client:
    bounds = Limits(**{"read_s": 0.25, "connect_s": 1.0, **limits})  # type: ignore[arg-type]
    return Client(
        hosts=[server.host], limits=bounds, rng=random.Random(1), sleep=time.sleep, clock=time.clock, allow_loopback_http=True
    )


def hidden(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.name.startswith("."))


# a whole file, and the same file again ------------------------------------------------------------------------------


def test_a_file_arrives_whole_with_its_checksum(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    url = server.serve("/a.csv", file(DATA))
    got = client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    assert (tmp_path / "a.csv").read_bytes() == DATA
    assert got.changed
    assert got.sha256 == hashlib.sha256(DATA).hexdigest()
    assert hidden(tmp_path) == [".a.csv.fetched.json"]


def test_an_unchanged_file_is_not_sent_again(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    url = server.serve("/a.csv", file(DATA))
    client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    before = (tmp_path / "a.csv").stat().st_mtime_ns
    again = client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    assert not again.changed
    assert again.sha256 == hashlib.sha256(DATA).hexdigest()
    assert server.asked[-1].headers["if-none-match"] == etag_of(DATA)
    assert server.asked[-1].headers["if-modified-since"] == "Sat, 01 Nov 2025 10:00:00 GMT"
    assert (tmp_path / "a.csv").stat().st_mtime_ns == before


def test_a_server_without_validators_costs_a_download_but_leaves_equal_bytes_alone(
    server: ReplayServer, time: FakeTime, tmp_path: Path
) -> None:
    url = server.serve("/a.csv", file(DATA, validators=False))
    client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    before = (tmp_path / "a.csv").stat().st_mtime_ns
    assert not client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV).changed
    assert (tmp_path / "a.csv").stat().st_mtime_ns == before


def test_a_file_that_was_altered_here_is_fetched_anew(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    url = server.serve("/a.csv", file(DATA))
    client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    (tmp_path / "a.csv").write_bytes(b"x" * len(DATA))
    client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    assert "if-none-match" not in server.asked[-1].headers
    assert (tmp_path / "a.csv").read_bytes() == DATA


def test_the_validators_of_one_address_are_not_used_for_another(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    client_for(server, time).download(server.serve("/a.csv", file(DATA)), tmp_path / "a.csv", content_types=CSV)
    client_for(server, time).download(server.serve("/b.csv", file(DATA)), tmp_path / "a.csv", content_types=CSV)
    assert "if-none-match" not in server.asked[-1].headers


# cut off, and resumed -----------------------------------------------------------------------------------------------


def test_a_download_that_is_cut_off_is_resumed_from_where_it_stood(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    url = server.serve("/a.csv", cut_off(DATA, 200_000), file(DATA))
    got = client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    assert (tmp_path / "a.csv").read_bytes() == DATA
    assert 0 < got.resumed_from <= 200_000
    assert server.asked[1].headers["range"] == f"bytes={got.resumed_from}-"
    assert server.asked[1].headers["if-range"] == etag_of(DATA)
    assert got.sha256 == hashlib.sha256(DATA).hexdigest()


def test_another_process_resumes_what_an_earlier_one_left(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    url = server.serve("/a.csv", cut_off(DATA, 200_000))
    with pytest.raises(SourceUnavailable):
        client_for(server, time, attempts=1).download(url, tmp_path / "a.csv", content_types=CSV)
    assert not (tmp_path / "a.csv").exists()
    server.serve("/a.csv", file(DATA))
    got = client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    assert got.resumed_from > 0
    assert (tmp_path / "a.csv").read_bytes() == DATA
    assert hidden(tmp_path) == [".a.csv.fetched.json"]


@pytest.mark.parametrize("ranges", [True, False])
def test_a_file_that_changed_in_the_meantime_is_never_joined_to_the_old_part(
    server: ReplayServer, time: FakeTime, tmp_path: Path, ranges: bool
) -> None:
    new = DATA.replace(b"row", b"ROW")
    url = server.serve("/a.csv", cut_off(DATA, 200_000), file(new, ranges=ranges))
    client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    assert (tmp_path / "a.csv").read_bytes() == new


def test_a_server_that_ignores_if_range_does_not_mix_two_versions(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    new = DATA.replace(b"row", b"ROW")

    def rest_of_the_new_one(asked: object, reply: object) -> None:
        first = int(asked.headers["range"].removeprefix("bytes=").rstrip("-"))  # type: ignore[attr-defined]
        span = {"Content-Range": f"bytes {first}-{len(new) - 1}/{len(new)}", "ETag": etag_of(new)}
        reply.whole(206, new[first:], "text/csv", span)  # type: ignore[attr-defined]

    url = server.serve("/a.csv", cut_off(DATA, 200_000), rest_of_the_new_one, file(new))
    client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    assert (tmp_path / "a.csv").read_bytes() == new


def test_a_weak_etag_is_not_trusted_to_resume(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    url = server.serve("/a.csv", cut_off(DATA, 200_000, etag='W/"1"'), file(DATA))
    client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    assert "range" not in server.asked[1].headers
    assert (tmp_path / "a.csv").read_bytes() == DATA


def test_a_file_always_cut_off_ends_in_an_error_and_leaves_the_old_file(
    server: ReplayServer, time: FakeTime, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_bytes(b"the old one")
    url = server.serve("/a.csv", cut_off(DATA, 1000))
    with pytest.raises(SourceUnavailable, match="broke off"):
        client_for(server, time, attempts=3).download(url, tmp_path / "a.csv", content_types=CSV)
    assert (tmp_path / "a.csv").read_bytes() == b"the old one"
    assert len(server.asked) == 3


# busy, down, slow ---------------------------------------------------------------------------------------------------


def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    url = server.serve("/a.csv", status(429, retry_after="17"), file(DATA))
    client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    assert 17.0 in time.slept


def test_a_server_that_asks_for_an_hour_is_not_waited_for(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    url = server.serve("/a.csv", status(503, retry_after="3600"), file(DATA))
    with pytest.raises(SourceUnavailable, match="left alone for 3600 seconds") as caught:
        client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    assert caught.value.retry_after_s == 3600.0
    assert len(server.asked) == 1


def test_outages_are_waited_out_with_growing_pauses(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    url = server.serve("/a.csv", status(503), status(502), status(500), file(DATA))
    client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    pauses = [s for s in time.slept if s > 0.4]
    assert len(pauses) == 3
    assert 0.5 <= pauses[0] <= 1.0
    assert 1.0 <= pauses[1] <= 2.0
    assert 2.0 <= pauses[2] <= 4.0


def test_a_server_that_stays_down_is_given_up_with_one_clear_message(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    url = server.serve("/a.csv", status(503))
    with pytest.raises(SourceUnavailable) as caught:
        client_for(server, time).download(url + "?key=secret", tmp_path / "a.csv", content_types=CSV)
    assert "/a.csv: it answers 503 Service Unavailable (6 attempts)" in str(caught.value)
    assert "What next" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert len(server.asked) == 6


def test_a_slow_server_is_asked_again(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    url = server.serve("/a.csv", silence(server, 5.0), file(DATA))
    client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    assert (tmp_path / "a.csv").read_bytes() == DATA


def test_nobody_listening_is_said_so(time: FakeTime, tmp_path: Path) -> None:
    with ReplayServer() as server:
        url = server.url("/a.csv")
    with pytest.raises(SourceUnavailable, match="no connection"):
        client_for_closed(url, time).download(url, tmp_path / "a.csv", content_types=CSV)


def client_for_closed(url: str, time: FakeTime) -> Client:
    host = url.removeprefix("http://").partition("/")[0]
    return Client(hosts=[host], limits=Limits(attempts=2), sleep=time.sleep, clock=time.clock, allow_loopback_http=True)


# bounds -------------------------------------------------------------------------------------------------------------


def test_a_body_without_end_stops_at_the_size_bound(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    url = server.serve("/a.csv", never_ending(server))
    with pytest.raises(FeedError, match="larger than a delivery may be"):
        client_for(server, time, largest_bytes=500_000).download(url, tmp_path / "a.csv", content_types=CSV)
    assert list(tmp_path.iterdir()) == []
    assert len(server.asked) == 1


def test_a_declared_size_over_the_bound_is_refused_before_a_byte_is_kept(
    server: ReplayServer, time: FakeTime, tmp_path: Path
) -> None:
    url = server.serve("/a.csv", file(DATA))
    with pytest.raises(FeedError, match="larger than a delivery may be"):
        client_for(server, time, largest_bytes=1000).download(url, tmp_path / "a.csv", content_types=CSV)
    assert list(tmp_path.iterdir()) == []


def test_a_trickle_stops_at_the_time_bound_and_keeps_what_came(server: ReplayServer, tmp_path: Path) -> None:
    url = server.serve("/a.csv", never_ending(server, b"x" * 1000, pause_s=0.02))
    client = Client(hosts=[server.host], limits=Limits(total_s=0.3, read_s=1.0), allow_loopback_http=True)
    with pytest.raises(SourceUnavailable, match="did not finish within"):
        client.download(url, tmp_path / "a.csv", content_types=CSV)
    assert not (tmp_path / "a.csv").exists()


def test_json_is_bounded_too(server: ReplayServer, time: FakeTime) -> None:
    url = server.serve("/q", never_ending(server, content_type="application/json"))
    with pytest.raises(FeedError, match="larger than"):
        client_for(server, time, largest_json_bytes=300_000).get_json(url)


# what came is not what was asked for --------------------------------------------------------------------------------


def test_a_sign_in_page_is_not_a_delivery(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    url = server.serve("/a.csv", file(b"<html>please sign in</html>", "text/html; charset=utf-8"))
    with pytest.raises(FeedError, match="content type is text/html, expected text/csv") as caught:
        client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    assert not isinstance(caught.value, SourceUnavailable)
    assert len(server.asked) == 1


def test_a_web_page_that_calls_itself_csv_is_seen_through(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    url = server.serve("/a.csv", file(b"\n <!DOCTYPE html><html>error</html>"))
    with pytest.raises(FeedError, match="web page"):
        client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_checksum_is_refused(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    url = server.serve("/a.csv", file(DATA))
    with pytest.raises(FeedError, match="checksum"):
        client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV, sha256="0" * 64)
    assert list(tmp_path.iterdir()) == []
    right = hashlib.sha256(DATA).hexdigest().upper()
    assert client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV, sha256=right).changed


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410])
def test_a_refusal_is_not_argued_with(server: ReplayServer, time: FakeTime, tmp_path: Path, code: int) -> None:
    url = server.serve("/a.csv", status(code))
    with pytest.raises(FeedError, match=f"it answers {code}"):
        client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    assert len(server.asked) == 1


def test_json_that_was_cut_short_is_asked_for_again(server: ReplayServer, time: FakeTime) -> None:
    url = server.serve("/q", status(200, body=b'{"a": [1, 2', content_type="application/json"), in_json({"a": 1}))
    assert client_for(server, time).get_json(url).content == {"a": 1}


def test_a_status_that_the_caller_understands_is_handed_over(server: ReplayServer, time: FakeTime) -> None:
    url = server.serve("/q", status(503))
    assert client_for(server, time).get_json(url, let_through=(503,)).status == 503
    assert len(server.asked) == 1
    server.serve("/q", status(503, retry_after="2"), in_json([]))
    assert client_for(server, time).get_json(url, let_through=(503,)).content == []


# where it goes ------------------------------------------------------------------------------------------------------


def test_a_redirect_within_the_host_is_followed(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    server.serve("/new/a.csv", file(DATA))
    url = server.serve("/a.csv", redirect("/new/a.csv"))
    assert client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV).changed


def test_a_redirect_to_another_host_is_not(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    with ReplayServer() as other:
        url = server.serve("/a.csv", redirect(other.serve("/a.csv", file(DATA))))
        with pytest.raises(FeedError, match="not one that the feed may ask"):
            client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
        assert other.asked == []


def test_redirects_that_go_round_and_round_end(server: ReplayServer, time: FakeTime, tmp_path: Path) -> None:
    url = server.serve("/a.csv", redirect("/a.csv"))
    with pytest.raises(FeedError, match="more than 5 redirects"):
        client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/a", "http://169.254.169.254/latest", "https://user:x@127.0.0.1/"]
)
def test_a_redirect_to_anything_else_is_not_followed(server: ReplayServer, time: FakeTime, tmp_path: Path, target: str) -> None:
    url = server.serve("/a.csv", redirect(target))
    with pytest.raises(FeedError):
        client_for(server, time).download(url, tmp_path / "a.csv", content_types=CSV)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://data.police.uk/api", "data.police.uk", "http://127.0.0.1/a"])
def test_only_https_is_asked(url: str, tmp_path: Path) -> None:
    client = Client(hosts=["data.police.uk", "127.0.0.1"])
    with pytest.raises(FeedError, match="https"):
        client.download(url, tmp_path / "a.csv", content_types=CSV)


# pace ---------------------------------------------------------------------------------------------------------------


def test_a_host_is_never_asked_faster_than_its_rate() -> None:
    time = FakeTime()
    pace = Pace(time.clock, time.sleep, {"data.police.uk": 14.0})
    turns = []
    for _ in range(200):
        pace.wait("data.police.uk")
        turns.append(time.now)
    for i, turn in enumerate(turns):
        within_a_second = sum(turn <= t < turn + 1.0 for t in turns[i:])
        assert within_a_second <= 28  # police.uk allows a burst of 30
    assert (len(turns) - 1) / (turns[-1] - turns[0]) < 15.2
    assert (len(turns) - 15) / (turns[-1] - turns[0]) <= 14.0 + 1e-6


def test_hosts_do_not_wait_for_each_other() -> None:
    time = FakeTime()
    pace = Pace(time.clock, time.sleep, {"a": 1.0, "b": 1.0})
    for _ in range(5):
        pace.wait("a")
    waited = sum(time.slept)
    pace.wait("b")
    assert sum(time.slept) == waited


def test_backoff_grows_to_its_cap_and_is_the_same_from_the_same_seed() -> None:
    first = [backoff_s(n, random.Random(7)) for n in range(1, 12)]
    assert first == [backoff_s(n, random.Random(7)) for n in range(1, 12)]
    assert all(0.5 * min(60.0, 2.0 ** (n - 1)) <= s <= min(60.0, 2.0 ** (n - 1)) for n, s in enumerate(first, start=1))


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    now = datetime(2025, 11, 1, 10, 0, tzinfo=UTC)
    assert retry_after_s("120", now) == 120.0
    assert retry_after_s("Sat, 01 Nov 2025 10:02:00 GMT", now) == 120.0
    assert retry_after_s("Sat, 01 Nov 2025 09:00:00 GMT", now) == 0.0
    assert retry_after_s("soon", now) is None
    assert retry_after_s(None, now) is None
