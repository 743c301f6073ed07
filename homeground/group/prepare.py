"""From a file and an empty server to a group that can run: databases, logins, schemas, keys that sign, and whom the hub trusts."""

from __future__ import annotations

import json
from collections.abc import Callable

from core.errors import UserError
from core.settings import DatabaseSettings
from core.signing_keys import load_key, make_key, public_of
from homeground.group.environment import environment_of_owner, require_no_shared_secrets, write_env_files, write_whole
from homeground.group.file import Group
from homeground.group.process import run_homeground
from homeground.group.server import make_databases


def prepare(group: Group, settings: DatabaseSettings, *, say: Callable[[str], None]) -> None:
    """Everything that the server's owner does for a group. Safe to run again: what is there stays, and what somebody changed is put right.

    UserError where the server is not the group's alone, or a step of it fails.
    """
    require_no_shared_secrets()
    for member in group.members:
        member.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    make_databases(group, settings, say=say)
    for member in group.members:
        log = member.folder / "log" / "prepare.log"
        done = run_homeground(["db", "migrate"], environment_of_owner(member, settings), log)
        if done.failed:
            raise UserError(f"the database of {member.slug} cannot be brought up to date: {done.last_words}", where=str(log))
        if member is not group.hub and not member.signing_key.exists():
            make_key(member.signing_key)
        write_env_files(group, member, settings)
        say(f"{member.slug}: ready")
    _write_trust(group)


def _write_trust(group: Group) -> None:
    """Whom the hub takes crates from: the forces of the file, each by the public half of its key (docs/hub.md)."""
    lines = [
        "# Written by 'homeground group prepare' from the file of the group, and written anew by each.",
        "[hub]", f"code = {_quoted(group.code)}", f"name = {_quoted(group.name)}", f"threshold = {group.threshold}",
    ]  # fmt: skip
    for force in group.forces:
        key = public_of(load_key(force.signing_key))
        lines += ["", "[[force]]", f"code = {_quoted(force.code)}", f"name = {_quoted(force.name)}", f'keys = ["{key}"]']
    write_whole(group.trust, "\n".join(lines) + "\n", mode=0o644)


def _quoted(words: str) -> str:
    # a basic string of TOML escapes as JSON does
    return json.dumps(words, ensure_ascii=False)
