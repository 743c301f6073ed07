"""While one file is stored the next is prepared: order, refusals and rolled back transactions are as if it were not so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from core import db
from core.db import Role
from feeds.catalogue.feed import read_catalogue
from feeds.loading import load as load_module
from feeds.loading.delivery import load_prepared, prepare
from feeds.loading.load import load_source
from feeds.reading.recognise import Recognised, Source, recognise
from feeds.shapes.locations import KnownLocations
from feeds.shapes.scope import Scope
from tests.builders import feeds_files as county
from tests.builders.feeds_files import REGION

pytestmark = pytest.mark.database


def rows(statement: str) -> list[tuple[object, ...]]:
    with db.transaction(Role.PIPELINE) as connection:
        return [tuple(r) for r in connection.execute(text(statement))]


def write_months(folder: Path, months: int) -> list[str]:
    names = []
    for number in range(1, months + 1):
        month = f"2025-{number:02d}"
        names.append(county.street_name(month))
        county.write(folder, names[-1], county.street_csv(county.many(20, month)))
    return names


def found(path: Path) -> Recognised:
    return recognise(Source(path, root=path.parent), read_catalogue())


def test_a_refused_file_in_the_middle_stops_no_other_and_changes_no_order(database: str, tmp_path: Path) -> None:
    names = write_months(tmp_path, 4)
    county.write(tmp_path, names[1], b"not,the,columns\n1,2,3\n")
    report = load_source(tmp_path, region=REGION)
    assert [(Path(f.file).name, f.status) for f in report.files] == list(
        zip([Path(n).name for n in names], ["loaded", "refused", "loaded", "loaded"], strict=True)
    )
    assert rows("SELECT count(DISTINCT month), count(*) FROM record.incident") == [(3, 60)]


def test_bytes_that_are_held_already_are_not_taken_apart_again(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_months(tmp_path, 2)
    assert load_source(tmp_path, region=REGION).count("loaded") == 2
    screened = []
    real = load_module.prepare

    def note(*arguments: object) -> object:
        prepared = real(*arguments)  # type: ignore[arg-type]
        screened.append(prepared.screened is not None)
        return prepared

    monkeypatch.setattr(load_module, "prepare", note)
    assert load_source(tmp_path, region=REGION).count("unchanged") == 2
    assert screened == [False, False]


def test_bytes_that_only_seemed_to_be_known_are_loaded_all_the_same(database: str, tmp_path: Path) -> None:
    (name,) = write_months(tmp_path, 1)
    path = next(tmp_path.rglob(Path(name).name))
    scope = Scope(REGION)
    first = prepare(found(path), scope)
    prepared = prepare(found(path), scope, frozenset({first.sha256}))
    assert prepared.screened is None
    assert load_prepared(prepared, actor="t").status == "loaded"
    assert rows("SELECT count(*) FROM record.incident") == [(20,)]


def test_ids_of_a_transaction_that_did_not_stand_are_forgotten(database: str) -> None:
    known = KnownLocations()
    points = np.array([-1.25 + 51.75j, -0.5 + 51.5j])

    class Undone(Exception):
        pass

    with pytest.raises(Undone), db.transaction(Role.PIPELINE) as connection:
        lost = known.ids_of(connection, points)
        raise Undone
    known.forget()
    with db.transaction(Role.PIPELINE) as connection:
        ids = known.ids_of(connection, points)
    known.keep()
    assert not set(ids) & set(lost)
    assert {(i, complex(lon, lat)) for i, lon, lat in rows("SELECT location_id, lon, lat FROM record.location")} == set(
        zip(ids.tolist(), points.tolist(), strict=True)
    )
    with db.transaction(Role.PIPELINE) as connection:
        again = known.ids_of(connection, points[::-1])
        # another load knows nothing of this one's memory, and finds the same
        elsewhere = KnownLocations().ids_of(connection, np.array([0.25 + 52.0j, *points]))
    assert again.tolist() == ids[::-1].tolist()
    assert elsewhere[1:].tolist() == ids.tolist()
    assert elsewhere[0] not in ids
