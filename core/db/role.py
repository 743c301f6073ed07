"""The database roles, and how an address is read. Imports nothing that connects."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.engine import URL, make_url

from core.errors import UserError


class Role(StrEnum):
    """The five database roles, each its own credential."""

    OWNER = "homeground_owner"
    PIPELINE = "homeground_pipeline"
    PROFESSIONAL = "homeground_professional"
    COMMUNITY = "homeground_community"
    QUESTIONS = "homeground_questions"


def describe(url: URL) -> str:
    """A server as one may print it: no password."""
    host = url.host or url.query.get("host") or "local socket"
    return f"database {url.database} on {host}"


def parse_url(value: str) -> URL:
    """A database URL with our driver; UserError for one that cannot be read."""
    try:
        url = make_url(value)
    except Exception as error:
        raise UserError(
            "HOMEGROUND_DATABASE_URL cannot be read", hint="write it as postgresql://user:password@host:port/name"
        ) from error
    if url.get_backend_name() != "postgresql":
        raise UserError(
            "HOMEGROUND_DATABASE_URL is not a PostgreSQL address", hint="write it as postgresql://user:password@host:port/name"
        )
    return url.set(drivername="postgresql+psycopg2")
