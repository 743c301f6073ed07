"""`homeground db`: the private cluster and the schema."""

from __future__ import annotations

from pathlib import Path

import click

from core import local_postgis, migrate
from core.db import Role, describe, dispose_engines
from core.db.credentials import url_for
from core.settings import DatabaseSettings


@click.group("db")
def database() -> None:
    """Start, stop and migrate the database."""


@database.command()
def up() -> None:
    """Start the database (making it where there is none) and bring its schema up to date."""
    applied = migrate.prepare(again=True)
    click.echo(describe(url_for(Role.OWNER)))
    click.echo(f"migrations applied: {', '.join(applied) if applied else 'none needed'}")


@database.command()
def down() -> None:
    """Stop the private cluster. A server of your own (HOMEGROUND_DATABASE_URL) is never touched."""
    settings = DatabaseSettings()
    if not local_postgis.uses_private_cluster(settings):
        click.echo("HOMEGROUND_DATABASE_URL is set: that server is not ours to stop.")
        return
    dispose_engines()
    click.echo("stopped." if local_postgis.down(settings) else "it was not running.")


@database.command()
def status() -> None:
    """Say which database is used and whether it runs."""
    settings = DatabaseSettings()
    if local_postgis.uses_private_cluster(settings):
        cluster = local_postgis.locate(settings)
        click.echo(f"private cluster in {cluster.data}: {'running' if local_postgis.is_running(cluster) else 'not running'}")
        return
    click.echo(describe(url_for(Role.OWNER, settings)))


@database.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write the whole database to FILE, which its owner alone may read. Whoever has it has every record."""
    from core.audit.anchors import anchors_file
    from core.backup import backup as write

    migrate.prepare()
    size = write(file)
    click.echo(f"{file}: {size / 1e6:,.1f} MB")
    click.echo(f"  beside it keep {anchors_file()} and the keys that sign; passwords are made anew where it is restored.")


@database.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def restore(file: Path) -> None:
    """Fill an empty database from a backup, then check the audit trail against the anchors that are here."""
    from core import db
    from core.audit.anchors import anchors_file, read_anchors, verify
    from core.backup import restore as read

    applied = read(file)
    click.echo(f"restored into {describe(url_for(Role.OWNER))}")
    click.echo(f"migrations applied since: {', '.join(applied) if applied else 'none needed'}")
    if migrate.is_of_a_group():
        click.echo(
            "  next: 'homeground group prepare', then 'homeground group as FORCE audit verify', because anchors lie in the force's folder"
        )
        return
    path = anchors_file()
    with db.transaction(Role.PIPELINE) as connection:
        verdict = verify(connection, read_anchors(path) if path.exists() else [])
    for fault in verdict.faults:
        click.echo(f"BROKEN: {fault}")
    if not verdict.faults:
        click.echo(f"audit trail: {verdict.events:,} events, every link whole; {verdict.anchors:,} anchors passed through")


@database.command("migrate")
def migrate_command() -> None:
    """Apply the migrations that are missing."""
    applied = migrate.prepare(again=True)
    click.echo(f"migrations applied: {', '.join(applied) if applied else 'none needed'}")
