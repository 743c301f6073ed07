"""Write the env files of compose.yaml with fresh passwords: python3 docker/make_secrets.py [FOLDER].

One file a service, readable by this account alone, each holding the credential of that service and no other. A file that is already
there is never overwritten: changing a password also needs `docker compose run --rm migrate`.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

OWNER = "homeground_owner"
ROLES = ("pipeline", "professional", "community", "questions")
DATABASE = "homeground"


def env_files() -> dict[str, dict[str, str]]:
    """File name -> its variables."""
    passwords = {role: secrets.token_urlsafe(24) for role in ("owner", *ROLES)}

    def url(role: str) -> str:
        return f"postgresql://homeground_{role}:{passwords[role]}@database:5432/{DATABASE}"

    own = {role: {f"HOMEGROUND_{role.upper()}_URL": url(role)} for role in ROLES}
    every = {name: value for variables in own.values() for name, value in variables.items()}
    return {
        "database.env": {"POSTGRES_USER": OWNER, "POSTGRES_PASSWORD": passwords["owner"], "POSTGRES_DB": DATABASE},
        # makes the roles, so it must know their passwords; runs once and stops
        "migrate.env": {"HOMEGROUND_DATABASE_URL": url("owner"), **every},
        "worker.env": own["pipeline"],
        "professional.env": own["professional"],
        "community.env": own["community"],
        "questions.env": own["questions"],
    }


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent / "env"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = env_files()
    there = sorted(name for name in files if (folder / name).exists())
    if there:
        raise SystemExit(f"{folder}: {', '.join(there)} already there; nothing was written. Remove all six to start afresh.")
    for name, variables in files.items():
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.writelines(f"{key}={value}\n" for key, value in variables.items())
    sys.stdout.write(f"written: {', '.join(str(folder / name) for name in files)}\n")


if __name__ == "__main__":
    main()
