"""The file of a group, what a process of a force is started with, and what a command that failed is quoted with."""

from __future__ import annotations

import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.db import Role
from core.errors import UserError
from core.settings import DatabaseSettings
from homeground.group import process
from homeground.group.environment import (
    environment_of,
    environment_of_owner,
    require_no_shared_secrets,
    settings_in,
    write_env_files,
)
from homeground.group.file import load_group
from homeground.group.process import last_words
from homeground.group.run import Work
from tests.builders.waiting import until

HEAD = '[group]\ncode = "X99000001"\nname = "Two counties"\n'
SURREY = '[[force]]\nslug = "surrey"\nname = "Surrey Police"\ncode = "E23000031"\n'
CITY = '[[force]]\nslug = "city-of-london"\nname = "City of London Police"\ncode = "E23000034"\n'


def written(folder: Path, words: str) -> Path:
    path = folder / "group.toml"
    path.write_text(words, encoding="utf-8")
    return path


def test_what_the_file_leaves_out_follows_from_the_slug(tmp_path: Path) -> None:
    group = load_group(written(tmp_path, HEAD + SURREY + CITY + 'folder = "of/the city"\n'), tmp_path / "state")
    assert [m.database for m in group.members] == ["surrey", "city_of_london", "hub"]
    assert [m.folder for m in group.members] == [
        tmp_path / "state" / "group" / "surrey", tmp_path / "of" / "the city", tmp_path / "state" / "group" / "hub",
    ]  # fmt: skip
    assert group.member("city-of-london").login(Role.PIPELINE) == "homeground_pipeline_city_of_london"
    assert group.trust == tmp_path / "state" / "group" / "hub" / "trust.toml"
    with pytest.raises(UserError, match=r"(?s)no 'kent'.*choose from surrey, city-of-london, hub"):
        group.member("kent")


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (HEAD, "force: Field required"),
        (HEAD.replace('name = "Two counties"\n', "") + SURREY, "group.name: Field required"),
        (HEAD + SURREY + 'colour = "blue"\n', "force.0.colour: Extra inputs"),
        (HEAD + SURREY + 'synthetic = "no"\n', "force.0.synthetic: Input should be a valid boolean"),
        (HEAD + SURREY + SURREY, "the slug 'surrey' stands twice"),
        (HEAD + SURREY + CITY.replace("E23000034", "E23000031"), "the code 'E23000031' stands twice"),
        (HEAD + SURREY + CITY + 'database = "surrey"\n', "the database 'surrey' stands twice"),
        (HEAD + SURREY + 'folder = "a"\n' + CITY + 'folder = "a"\n', r"the folder '.*/a' stands twice"),
        (HEAD + SURREY + 'database = "hub"\n', "the database 'hub' stands twice"),
        (HEAD + SURREY.replace('"surrey"', '"hub"'), "force 'hub': the slug is no name of a force"),
        (HEAD + SURREY.replace('"surrey"', '"Surrey Police"'), "the slug is no name of a force as police.uk writes it"),
        (HEAD + SURREY.replace('"surrey"', f'"{"s" * 60}"'), "the slug is too long"),
        (HEAD + SURREY.replace('"Surrey Police"', '" "'), "force 'surrey': the name is empty"),
        (HEAD + SURREY + 'database = "postgres"\n', "'postgres' is no name for a database"),
        (HEAD + SURREY + "database = 'x\"; --'\n", "is no name for a database"),
        (HEAD.replace("X99000001", "X9") + SURREY, "group: 'X9' is no code"),
        (HEAD + "threshold = 1\n" + SURREY, "a threshold below 2 protects nothing"),
        ("[group\n", "the file of the group cannot be read"),
    ],
)
def test_a_fault_is_one_error_with_file_entry_and_what_is_next(tmp_path: Path, words: str, fault: str) -> None:
    with pytest.raises(UserError, match=fault) as refused:
        load_group(written(tmp_path, words), tmp_path)
    assert str(tmp_path / "group.toml") in str(refused.value)


def test_no_file_is_said_with_the_page_that_shows_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not there") as refused:
        load_group(tmp_path / "none.toml", tmp_path)
    assert "docs/group.md" in str(refused.value)


def test_a_process_of_a_force_gets_one_credential_of_its_own(tmp_path: Path) -> None:
    group = load_group(written(tmp_path, HEAD + SURREY + CITY), tmp_path / "state")
    server = DatabaseSettings(
        database_url="postgresql://owner:the-owners@db.example:5433/postgres?sslmode=require", state_dir=tmp_path
    )
    for member in group.members:
        write_env_files(group, member, server)
    outer = {
        "PATH": "/bin",
        "LC_ALL": "C.UTF-8",
        "PGPASSWORD": "of a shell",
        "CLOUD_TOKEN": "of a shell",
        "HOMEGROUND_DATABASE_URL": "the owner's",
        "HOMEGROUND_PIPELINE_URL": "another's",
        "HOMEGROUND_QUESTIONS_URL": "another's",
        "HOMEGROUND_STATE_DIR": "/elsewhere",
        "HOMEGROUND_COMPUTE_SCHEDULER": "of all",
        "HOMEGROUND_ANALYSIS_MONTHS": "12",
        "HOMEGROUND_WORKER_FETCH": "false",
        "HOMEGROUND_WORKER_INBOX": "/of/all",
        "HOMEGROUND_SMTP_PASSWORD": "of the post",
        "HOMEGROUND_PORTAL_COOKIE_SECRET": "of a portal",
    }
    surrey = group.member("surrey")
    for role in (Role.PIPELINE, Role.PROFESSIONAL, Role.COMMUNITY, Role.QUESTIONS):
        got = environment_of(surrey, role, outer)
        assert {k: v for k, v in got.items() if not k.startswith("HOMEGROUND_")} == {"PATH": "/bin", "LC_ALL": "C.UTF-8"}
        addresses = {k: v for k, v in got.items() if k.endswith("_URL") or "SECRET" in k or "PASSWORD" in k}
        (address,) = [v for k, v in addresses.items() if k == f"HOMEGROUND_{role.name}_URL"]
        assert address.startswith(f"postgresql://{surrey.login(role)}:") and address.endswith(
            "@db.example:5433/surrey?sslmode=require"
        )
        # people sign in to the professional portal, which alone needs what signs their cookies
        assert len(addresses) == (2 if role is Role.PROFESSIONAL else 1)
        # a place that may ask no server asks none, and no two forces have one inbox
        assert got["HOMEGROUND_WORKER_FETCH"] == "false" and "HOMEGROUND_WORKER_INBOX" not in got
        assert got["HOMEGROUND_STATE_DIR"] == str(surrey.folder) and got["HOMEGROUND_ANALYSIS_MONTHS"] == "12"
        assert ("HOMEGROUND_RELEASE_SIGNING_KEY" in got) == (role is Role.PIPELINE) and "HOMEGROUND_COMPUTE_SCHEDULER" not in got
        path = surrey.folder / f"{role.name.lower()}.env"
        assert path.stat().st_mode & 0o077 == 0 and settings_in(path).items() <= got.items()
    passwords = {environment_of(m, Role.PIPELINE, {})["HOMEGROUND_PIPELINE_URL"].split(":")[2].split("@")[0] for m in group.members}
    assert len(passwords) == 3 and not any("the-owners" in p for p in passwords)


def test_a_hub_is_kept_by_one_person_where_forces_publish_by_two(tmp_path: Path) -> None:
    group = load_group(written(tmp_path, HEAD + SURREY), tmp_path / "state")
    server = DatabaseSettings(database_url="postgresql://owner:the-owners@db.example:5433/postgres", state_dir=tmp_path)
    two = {"HOMEGROUND_RELEASE_TWO_PEOPLE": "true", "HOMEGROUND_PIPELINE_URL": "another's"}
    for member, needed in ((group.hub, "false"), (group.member("surrey"), "true")):
        write_env_files(group, member, server)
        assert environment_of(member, Role.PIPELINE, two)["HOMEGROUND_RELEASE_TWO_PEOPLE"] == needed
        assert environment_of_owner(member, server, two) == {
            "HOMEGROUND_STATE_DIR": str(tmp_path),
            "HOMEGROUND_RELEASE_TWO_PEOPLE": needed,
            "HOMEGROUND_DATABASE_URL": f"postgresql://owner:the-owners@db.example:5433/{member.database}",
        }


def test_a_force_that_was_not_prepared_is_named(tmp_path: Path) -> None:
    group = load_group(written(tmp_path, HEAD + SURREY), tmp_path)
    with pytest.raises(UserError, match=r"(?s)surrey was not prepared.*group prepare"):
        environment_of(group.member("surrey"), Role.PIPELINE, {})


def test_a_credential_in_a_file_that_every_process_reads_is_refused(tmp_path: Path) -> None:
    shared = tmp_path / ".env"
    require_no_shared_secrets(shared)
    shared.write_text("HOMEGROUND_ANALYSIS_MONTHS=12\nHOMEGROUND_DATABASE_URL=\n", encoding="utf-8")
    require_no_shared_secrets(shared)
    shared.write_text("homeground_database_url=postgresql://owner:secret@db/x\n", encoding="utf-8")
    with pytest.raises(UserError, match="HOMEGROUND_DATABASE_URL") as refused:
        require_no_shared_secrets(shared)
    assert "secret@" not in str(refused.value)


def test_a_force_loads_analyses_and_publishes_in_that_order(tmp_path: Path) -> None:
    flow = [["analyse"], ["release", "publish"]]
    assert Work().steps() == flow and Work(flow=False).steps() == []
    # a process is started elsewhere than where the person is
    assert Work(Path("files")).steps() == [["feeds", "load", "--source", str(Path.cwd() / "files")], *flow]


def test_processes_end_with_the_one_that_started_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is stopped is stopped at once, and nothing begins afterwards."""
    monkeypatch.setattr(process, "COMMAND", (sys.executable, "-c", "import signal; print('begun', flush=True); signal.pause()"))
    children, log = process.Children(), tmp_path / "log" / "run.log"
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(process.run_homeground, [], {}, log, children)
        until(lambda: log.is_file() and "begun" in log.read_text(), "the first words of the process")
        children.stop()
        assert running.result(timeout=30).code == -signal.SIGTERM
    with pytest.raises(KeyboardInterrupt):
        process.run_homeground([], {}, log, children)
    assert log.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("working\nhomeground: DIR: no such thing\n  What next: name another.\n", "DIR: no such thing What next: name another."),
        ("Traceback (most recent call last):\n  File x\nValueError: wrong\nCONTEXT: of the rows\n", "ValueError: wrong"),
        ("Error: No such option\n", "Error: No such option"),
        ("working\nKilled\n", "Killed"),
        ("", "it said nothing"),
    ],
)
def test_the_last_words_of_a_command_are_its_message(said: str, words: str) -> None:
    assert last_words(said) == words
