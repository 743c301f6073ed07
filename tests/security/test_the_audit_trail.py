"""The audit trail under attack: another's name, events taken away or written anew, and an end that was cut off."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from app.person.sign_in import ProfessionalRole, demo_person
from app.person.store import record
from core import db
from core.audit import first_broken_link, record_event
from core.audit.anchors import anchor, anchors_file, note_head, read_anchors, verify
from core.audit.events import search
from core.db import Role
from core.errors import UserError
from homeground.command_line import commands
from tests.security.conftest import attacking

pytestmark = pytest.mark.database

OFFICER = demo_person(ProfessionalRole.OFFICER, "E07000001")
# what somebody with the owner's credential does to reckon the whole chain anew after a change
WRITTEN_ANEW = """
DO $$
DECLARE
  v_event RECORD;
  v_previous TEXT := repeat('0', 64);
BEGIN
  FOR v_event IN SELECT * FROM audit.event ORDER BY event_id LOOP
    UPDATE audit.event SET previous_hash = v_previous, hash = audit.event_hash(
      version, v_previous, event_id, at, actor, credential, action, subject, detail
    ) WHERE event_id = v_event.event_id RETURNING hash INTO v_previous;
  END LOOP;
  UPDATE audit.head SET events = (SELECT count(*) FROM audit.event), hash = v_previous;
END
$$
"""


@pytest.fixture
def trail(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Ten events, and an anchor of them in a file of this test's own."""
    monkeypatch.setenv("HOMEGROUND_AUDIT_ANCHORS", str(tmp_path / "away" / "anchors.jsonl"))
    monkeypatch.setenv("HOMEGROUND_AUDIT_KEY", str(tmp_path / "audit.pem"))
    with db.transaction(Role.PIPELINE) as connection:
        for n in range(10):
            record_event(
                connection, actor="a steward", action="accept", subject=f"feed_{n} 2025-01", detail={"district": f"E0700000{n}"}
            )
    anchor("test")
    yield anchors_file()


def as_owner(*statements: str) -> None:
    """Past the triggers, as somebody who has the server in their hands."""
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("ALTER TABLE audit.event DISABLE TRIGGER ALL"))
        for statement in statements:
            db.run_script(connection, statement)
        connection.execute(text("ALTER TABLE audit.event ENABLE TRIGGER ALL"))


def faults(*files: Path, trusted: str | None = None) -> tuple[str, ...]:
    noted = [one for file in files for one in read_anchors(file)]
    with db.transaction(Role.PIPELINE) as connection:
        return verify(connection, noted, trusted=trusted).faults


def run(*words: str) -> Result:
    return CliRunner().invoke(commands, ["audit", *words])


def test_a_professional_writes_no_other_persons_name(trail: Path) -> None:
    record(OFFICER, "view", "hot_spots", {"district": "E07000001"})
    with (
        pytest.raises(Exception, match="bears the person of its session"),
        db.transaction(Role.PROFESSIONAL, districts=OFFICER.districts, person=OFFICER.actor) as connection,
    ):
        record_event(connection, actor="the chief", action="view", subject="hot_spots")
    with attacking(Role.PROFESSIONAL) as attacker:
        for who in ("'the chief'", "''", "NULL"):
            assert "bears the person of its session" in attacker.tried(f"SELECT audit.record({who}, 'export', 'x', '{{}}')")
    with db.transaction(Role.PIPELINE) as connection:
        written = [(e.actor, e.credential, e.action) for e in search(connection, most=1)]
    assert written == [(OFFICER.actor, "homeground_professional", "view")]


def test_the_credential_of_an_event_is_the_databases_word(trail: Path) -> None:
    """The pipeline may name whom it acts for; that it was the pipeline stands beside it, and the hash covers it."""
    with attacking(Role.PIPELINE) as attacker:
        attacker.run("SET homeground.person = 'the chief'")
        attacker.run("SELECT audit.record('the chief', 'view', 'x', '{}')")
        assert attacker.run("SELECT actor, credential FROM audit.event ORDER BY event_id DESC LIMIT 1") == [
            ("the chief", "homeground_pipeline")
        ]
    as_owner("UPDATE audit.event SET credential = 'homeground_professional' WHERE event_id = 11")
    assert any("event 11 does not follow" in fault for fault in faults(trail))


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (("DELETE FROM audit.event WHERE event_id > 7",), "its end was taken away"),
        (("DELETE FROM audit.event WHERE event_id > 7", WRITTEN_ANEW), "had 10 events"),
        (("DELETE FROM audit.event WHERE event_id = 4",), "event 5 does not follow"),
        (("DELETE FROM audit.event WHERE event_id = 4", WRITTEN_ANEW), "had 10 events"),
        (("UPDATE audit.event SET actor = 'nobody' WHERE event_id = 3",), "event 3 does not follow"),
        (("UPDATE audit.event SET actor = 'nobody' WHERE event_id = 3", WRITTEN_ANEW), "was written anew"),
        (("UPDATE audit.event SET detail = '{}' WHERE event_id = 10", WRITTEN_ANEW), "was written anew"),
        (
            ("ALTER TABLE audit.event ALTER event_id DROP IDENTITY; UPDATE audit.event SET event_id = event_id + 100",),
            "does not follow",
        ),
        (("UPDATE audit.event SET version = 1", WRITTEN_ANEW), "was written anew"),
        (("DELETE FROM audit.event", "UPDATE audit.head SET events = 0, hash = repeat('0', 64)"), "had 10 events"),
    ],
)
def test_a_shorter_or_rewritten_trail_shows(trail: Path, statements: tuple[str, ...], words: str) -> None:
    assert faults(trail) == ()
    as_owner(*statements)
    found = faults(trail)
    assert any(words in fault for fault in found), found
    done = run("verify")
    assert done.exit_code == 1
    assert "BROKEN" in done.output


def test_a_trail_that_grew_passes_through_its_anchors(trail: Path) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        record_event(connection, actor="a steward", action="refuse", subject="later")
        connection.execute(text("SELECT audit.record('rolled back', 'x', 'y', '{}')"))
        connection.rollback()
    with db.transaction(Role.PIPELINE) as connection:
        record_event(connection, actor="a steward", action="refuse", subject="later still")
        assert first_broken_link(connection) is None
    anchor("test")
    done = run("verify", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output) == {"events": 11, "anchors": 2, "faults": []}


def test_an_anchor_that_was_changed_or_signed_by_another_shows(
    trail: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = json.loads(trail.read_text())
    forged = tmp_path / "forged.jsonl"
    forged.write_text(json.dumps({**made, "events": 7, "event_id": 7, "hash": "0" * 64}) + "\n")
    assert any("signature of this anchor" in fault for fault in faults(forged))
    # signed anew, with a key of the attacker's own
    monkeypatch.setenv("HOMEGROUND_AUDIT_KEY", str(tmp_path / "other.pem"))
    monkeypatch.setenv("HOMEGROUND_AUDIT_ANCHORS", str(tmp_path / "others.jsonl"))
    as_owner("DELETE FROM audit.event WHERE event_id > 7", WRITTEN_ANEW)
    anchor("test")
    assert faults(anchors_file()) == ()
    assert any("another key than yours" in fault for fault in faults(anchors_file(), trusted=made["public_key"]))
    assert run("verify", "--against", str(trail), "--key", made["public_key"]).exit_code == 1


def test_the_key_and_the_anchors_are_their_owners_alone(trail: Path, tmp_path: Path) -> None:
    assert trail.stat().st_mode & 0o077 == 0
    assert (tmp_path / "audit.pem").stat().st_mode & 0o077 == 0


def test_a_certificate_is_an_anchor_too(trail: Path, tmp_path: Path) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        last = connection.execute(text("SELECT event_id, hash FROM audit.event ORDER BY event_id DESC LIMIT 1")).one()
    file = tmp_path / "certificate.json"
    file.write_text(
        json.dumps({"certificate": {"audit_trail": {"events": 10, "event_id": last.event_id, "hash": last.hash}}}, indent=2)
    )
    assert faults(file) == ()
    as_owner("UPDATE audit.event SET actor = 'nobody' WHERE event_id = 3", WRITTEN_ANEW)
    assert any("was written anew" in fault for fault in faults(file))
    file.write_text("{}")
    with pytest.raises(UserError, match="tells no head"):
        read_anchors(file)


def test_events_from_before_their_number_was_hashed_stay_whole(database: str) -> None:
    """A trail whose first events are of version 1 goes on with version 2."""
    with db.transaction(Role.OWNER) as connection:
        connection.execute(
            text(
                "WITH old AS (SELECT audit.event_hash(1::SMALLINT, repeat('0', 64), 1, '2025-01-01', 'a', '', 'b', 'c', '{}') AS hash),"
                " added AS (INSERT INTO audit.event (at, actor, action, subject, detail, version, previous_hash, hash)"
                " SELECT '2025-01-01', 'a', 'b', 'c', '{}', 1, repeat('0', 64), hash FROM old RETURNING hash)"
                " UPDATE audit.head SET events = 1, hash = added.hash FROM added"
            )
        )
    with db.transaction(Role.PIPELINE) as connection:
        record_event(connection, actor="a", action="b", subject="c")
    assert faults() == ()
    as_owner("UPDATE audit.event SET subject = 'd' WHERE event_id = 1")
    assert any("event 1 does not follow" in fault for fault in faults())


def test_the_trail_is_searched_by_person_place_action_and_time(trail: Path) -> None:
    record(OFFICER, "export", "hot_spots", {"district": "E07000001", "rows": 12})
    assert "demo:officer (professional)" in run("search", "--person", "OFFICER").output
    found = [json.loads(line) for line in run("search", "--place", "e07000003", "--json").output.splitlines()]
    assert [(e["actor"], e["subject"], e["credential"]) for e in found] == [("a steward", "feed_3 2025-01", "homeground_pipeline")]
    assert len(run("search", "--action", "accept", "--most", "4").output.splitlines()) == 4
    assert run("search", "--since", "2099-01-01").output == "no event meets all of this\n"
    assert len(run("search", "--until", "2099-01-01").output.splitlines()) == 11
    # what a person typed is looked for as it stands, never as a pattern
    assert run("search", "--person", "%").output == "no event meets all of this\n"


def test_without_an_anchor_it_is_said(trail: Path) -> None:
    trail.unlink()
    done = run("verify")
    assert done.exit_code == 0
    assert "NOT ANCHORED" in done.output
    said: list[str] = []
    note_head(said.append, released=False)
    assert said == []
    assert len(trail.read_text().splitlines()) == 1
    note_head(said.append, released=False)
    assert len(trail.read_text().splitlines()) == 1
    note_head(said.append, released=True)
    assert len(trail.read_text().splitlines()) == 2


def test_a_head_that_cannot_be_noted_is_said_and_stops_nothing(
    trail: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "a-file").write_text("")
    monkeypatch.setenv("HOMEGROUND_AUDIT_ANCHORS", str(tmp_path / "a-file" / "anchors.jsonl"))
    said: list[str] = []
    note_head(said.append, released=True)
    assert "cannot be written" in said[0]


def test_a_release_carries_the_head_and_notes_it(county: str, county_database: Callable[..., str]) -> None:
    """The county's flow published: its certificate tells a head that the trail still passes through."""
    with db.transaction(Role.COMMUNITY) as connection:
        certificate = connection.execute(text("SELECT certificate FROM published.release WHERE status = 'current'")).scalar_one()
    told = certificate["audit_trail"]
    assert told["events"] > 10
    with db.transaction(Role.PIPELINE) as connection:
        passed = connection.execute(text("SELECT hash FROM audit.event WHERE event_id = :e"), {"e": told["event_id"]}).scalar_one()
    assert passed == told["hash"]
