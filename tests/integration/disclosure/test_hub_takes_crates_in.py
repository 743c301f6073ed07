"""Three counties that share borders hand over signed crates to one hub: what it publishes of them, and which crates it does not take."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from analytics.disclosure.plan import Level
from analytics.release.build import build_release
from analytics.release.crate.write import write_crate
from analytics.release.hub import intake
from analytics.release.hub.change import add
from analytics.release.hub.trust import load_trust
from core import db
from core.db import Role
from core.errors import UserError
from core.periods import add_months
from core.signing_keys import public_of
from published.release import Release, current_release
from tests.builders.crates import neighbours
from tests.builders.crates.county import GROUP_SETS, LEVELS, protected
from tests.builders.crates.neighbours import CODES, KEYS, NAMES, WHOLE, areas_of, counts_of
from tests.builders.crates.tampering import change_json, change_row, make_certificate_fit, make_hashes_fit
from tests.builders.outside_attack.reading import Printed
from tests.builders.outside_attack.verdicts import attack
from tests.builders.release_county import GAP, PERIOD
from tests.conftest import Command, Done, pointed_at

pytestmark = pytest.mark.database

HALF = add_months(PERIOD.start, 5)
STRANGER = Ed25519PrivateKey.from_private_bytes(b"\x77" * 32)
COUNCIL = Ed25519PrivateKey.from_private_bytes(b"\x21" * 32)
COUNCIL_CODE = "E23900009"
Made = dict[str, Path]


def council(folder: Path) -> Path:
    """A council that publishes half of Northshire too, of the same records: by neighbourhood and as a whole, and protects that by itself."""
    areas = areas_of(0)[["lsoa 2021", "lad 2022", "all"]].assign(all=COUNCIL_CODE)
    areas = areas[areas["lad 2022"] == areas["lad 2022"].iloc[0]].reset_index(drop=True)
    counts = counts_of(0)
    levels = (Level("lsoa", "2021", 1.0), *LEVELS[2:])
    made = protected(areas, counts[counts["code"].isin(areas["lsoa 2021"])], (PERIOD.end,), levels=levels)
    write_crate(folder, replace(made, region_name="Northshire Council", categories=neighbours.kinds(made)), COUNCIL)
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Crates by what they are."""
    folder = tmp_path_factory.mktemp("crates")
    found = {NAMES[n]: neighbours.write(folder / NAMES[n], n) for n in (1, 2)}
    for name, ends in (("first", (HALF,)), (NAMES[0], (HALF, PERIOD.end))):
        found[name] = neighbours.write(folder / name, 0, ends=ends)
    found["other past"] = Path(shutil.copytree(found[NAMES[0]], folder / "other past"))
    change_row(found["other past"], "earlier/1/lad_2022.csv", _shown, count="77")
    change_json(found["other past"], "earlier/1/certificate.json", lambda c: c.update(digest="0" * 64))
    make_hashes_fit(found["other past"], KEYS[0])
    found["council"] = council(folder / "council")
    more = f'[[force]]\ncode = "{COUNCIL_CODE}"\nname = "Northshire Council"\nkeys = ["{public_of(COUNCIL)}"]'
    districts = {2: sorted(set(areas_of(2)["lad 2022"]))}
    found["trust"] = neighbours.trust_file(folder / "trust.toml", districts=districts, more=more)
    return found


@pytest.fixture
def trusting(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMEGROUND_HUB_TRUST", str(made["trust"]))


def filled(made: Made, *names: str) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        add(connection, [made[name] for name in names], load_trust(made["trust"]), actor="test")


@pytest.fixture(scope="module")
def _hubs(made: Made, make_database: Callable[..., str], use_database: Callable[[str], None]) -> dict[str, str]:
    """Two hubs to be read, and to be shown what they refuse: one of a neighbour alone, one of all three."""
    found = {}
    for which, names in (("neighbour", NAMES[1:2]), ("full", NAMES)):
        found[which] = make_database(f"hub_{which}")
        with pointed_at(found[which], use_database):
            filled(made, *names)
    return found


@pytest.fixture
def full_hub(_hubs: dict[str, str], use_database: Callable[[str], None]) -> Iterator[str]:
    with pointed_at(_hubs["full"], use_database) as name:
        yield name


@pytest.fixture
def neighbours_hub(_hubs: dict[str, str], use_database: Callable[[str], None]) -> Iterator[str]:
    with pointed_at(_hubs["neighbour"], use_database) as name:
        yield name


def state() -> object:
    """All that a refused crate could have changed."""
    with db.transaction(Role.PIPELINE) as connection:
        return [
            tuple(row)
            for query in (
                "SELECT crate_id, manifest, left_at FROM hub.crate ORDER BY 1", "SELECT release_id, status FROM published.release ORDER BY 1",
                "SELECT count(*) FROM published.value", "SELECT count(*) FROM audit.event",
            )
            for row in connection.execute(text(query))
        ]  # fmt: skip


def released() -> Release:
    found = current_release(Role.COMMUNITY)
    assert found is not None
    return found


@pytest.mark.slow
def test_a_hub_grows_by_a_crate_and_goes_back_to_none(made: Made, database: str, trusting: None, homeground: Command) -> None:
    done = homeground("hub", "add", str(made["first"]))
    assert (done.returncode, "1 forces" in done.stdout) == (0, True), done.stderr
    done = homeground("hub", "add", *(str(made[n]) for n in NAMES[1:]))
    assert "3 forces" in done.stdout and "none, because no two crates have a place in common" in done.stdout
    early = released()
    north, mid = early.place("force", CODES[0]), early.place("force", CODES[1])
    assert north is not None and mid is not None
    # the first county had half a year then; the others a year, so there is no sum over all
    assert early.for_place(north).period.end == HALF and early.for_place(mid).period == PERIOD
    assert early.region is None
    assert homeground("hub", "add", str(made[NAMES[0]])).returncode == 0
    now = released()
    assert now.region is not None and now.for_place(north).period == PERIOD
    listed = homeground("hub", "list").stdout.splitlines()
    assert len(listed) == 4 and "left" in listed[1] and "release 2 took its place" in listed[1]
    for code in CODES:
        done = homeground("hub", "remove", code, "--reason", "The partnership ended.")
        assert done.returncode == 0, done.stderr
    assert "nothing is published" in done.stdout and current_release(Role.COMMUNITY) is None
    again = homeground("hub", "remove", CODES[0], "--reason", "Once more.")
    assert again.returncode == 2 and "no crate of E23900001 stands here" in again.stderr
    # a removed crate may come back, and none from before it
    done = homeground("hub", "add", str(made["first"]))
    assert done.returncode == 2 and "it is stale" in done.stderr
    assert homeground("hub", "add", str(made[NAMES[0]])).returncode == 0


def test_the_hub_prints_what_its_members_print_and_sums_of_it(full_hub: str, made: Made) -> None:
    release = released()
    assert [s.name for s in release.suppliers] == sorted(f"{n} Police" for n in NAMES)
    own = {}
    for name, code in zip(NAMES, CODES, strict=True):
        for path in made[name].glob("*.csv"):
            for row in pd.read_csv(path, dtype=str, keep_default_na=False).itertuples():
                level = "force" if row.geography == "all" else row.geography
                own[level, row.place_code, row.category] = row.count_ if hasattr(row, "count_") else row[7], row.symbol
        place = release.place("force", code)
        assert place is not None and release.supplier(place) is not None
    shown = {k: ("" if c.count is None else str(c.count), c.symbol or "") for k, c in release.cells.items() if k[0] != "all"}
    assert shown == own
    for group, _ in GROUP_SETS:
        counts = [release.cells["force", code, group].count for code in CODES]
        assert release.cells["all", WHOLE, group].count == sum(c for c in counts if c is not None)
    district = next(p for p in release.of("lad") if p.supplier == CODES[2])
    assert [p.geography for p in release.around(district)] == ["force", "all"]


def test_the_other_schemas_stay_empty(full_hub: str) -> None:
    with db.transaction(Role.OWNER) as connection:
        tables = connection.execute(
            text(
                "SELECT format('SELECT count(*) FROM %I.%I', schemaname, tablename) FROM pg_tables"
                " WHERE schemaname IN ('raw', 'record', 'analysis', 'place')"
            )
        ).scalars()
        held = {query: connection.execute(text(query)).scalar_one() for query in list(tables)}
    assert len(held) > 30 and {q: n for q, n in held.items() if n and "grid" not in q} == {}


def test_nobody_outside_learns_a_small_count_from_the_hub_and_all_crates(full_hub: str, made: Made) -> None:
    """All that the three counties and the hub printed, as one system, against the true counts."""
    release = released()
    areas = pd.concat([areas_of(n) for n in range(3)], ignore_index=True).rename(columns={"all": "force 2020"}).assign(all=WHOLE)
    at = {code: i for i, code in enumerate(areas["lsoa 2021"])}
    counts = pd.concat([counts_of(n) for n in range(3)], ignore_index=True)
    counts = counts.assign(area=counts["code"].map(at))
    loaded = frozenset(m for m in PERIOD.months() if m != GAP)
    with db.transaction(Role.COMMUNITY) as connection:
        rows = pd.DataFrame(
            connection.execute(text("SELECT * FROM published.value WHERE release_id = :r"), {"r": release.release_id})
        )
    printed = [Printed(rows, dict(GROUP_SETS), loaded)]
    half = [pd.read_csv(p, dtype={"edition": str}, keep_default_na=False) for p in made["first"].glob("*.csv")]
    before = pd.concat(half, ignore_index=True)
    before = before.assign(
        count=pd.to_numeric(before["count"]), period_start=PERIOD.start, period_end=HALF,
        geography=before["geography"].replace("all", "force"), edition=before["edition"].where(before["geography"] != "all", "2020"),
    )  # fmt: skip
    printed.insert(0, Printed(before, dict(GROUP_SETS), loaded))
    report = attack(areas, printed, counts)
    assert sum(report.tried.values()) > 300
    assert report.fallen == [] and report.open == [], report


# ---------------------------------------------------------------- crates that are refused

Poison = Callable[[Path, pytest.MonkeyPatch], None]


def _sign(crate: Path, key: Ed25519PrivateKey = KEYS[0]) -> None:
    make_hashes_fit(crate, key)


def _shown(row: dict[str, str]) -> bool:
    return row["count"] not in ("", "0")


def by_a_stranger(crate: Path, _: pytest.MonkeyPatch) -> None:
    _sign(crate, STRANGER)


def by_a_neighbour(crate: Path, _: pytest.MonkeyPatch) -> None:
    _sign(crate, KEYS[1])


def by_nobody(crate: Path, _: pytest.MonkeyPatch) -> None:
    (crate / "signature.json").unlink()


def after_the_signature(crate: Path, _: pytest.MonkeyPatch) -> None:
    change_row(crate, "lad_2022.csv", _shown, count="77")
    make_hashes_fit(crate)


def a_file_changed(crate: Path, _: pytest.MonkeyPatch) -> None:
    change_row(crate, "lad_2022.csv", _shown, count="77")


def a_path_that_leads_out(crate: Path, _: pytest.MonkeyPatch) -> None:
    import rfc8785

    from analytics.release.crate.signing import sign

    manifest = json.loads((crate / "manifest.json").read_text())
    manifest["files"].append({"path": "../../etc/passwd", "sha256": "0" * 64, "bytes": 1})
    (crate / "manifest.json").write_bytes(rfc8785.dumps(manifest))
    sign(crate, KEYS[0])


def a_link(crate: Path, _: pytest.MonkeyPatch) -> None:
    (crate / "README.md").unlink()
    (crate / "README.md").symlink_to("/etc/hostname")


def too_large(crate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST_A_FILE", 1 << 20)
    with (crate / "lsoa_2021.csv").open("ab") as file:
        file.truncate(2 << 20)


def margins_broken(crate: Path, _: pytest.MonkeyPatch) -> None:
    before = change_row(crate, "lad_2022.csv", _shown)
    change_row(crate, "lad_2022.csv", _shown, count=str(int(before["count"]) + 1))
    make_certificate_fit(crate)
    _sign(crate)


def a_small_count_printed(crate: Path, _: pytest.MonkeyPatch) -> None:
    change_row(crate, "lsoa_2021.csv", lambda row: row["symbol"] == "[c]", count="3", symbol="", lowest="", highest="")
    make_certificate_fit(crate)
    _sign(crate)


def what_protected_another_printed(crate: Path, _: pytest.MonkeyPatch) -> None:
    """Every withheld figure of a place but one is printed as it is, if it may be: the one that is left can be worked out."""
    true = counts_of(0)
    true = true[true["month"] != GAP]
    of = {(code, name): int(true.loc[(true["code"] == code) & true["category"].isin(inside), "incidents"].sum())
          for code in areas_of(0)["lsoa 2021"] for name, inside in GROUP_SETS}  # fmt: skip
    table = pd.read_csv(crate / "lsoa_2021.csv", dtype=str, keep_default_na=False)
    for row in table[(table["symbol"] != "")].itertuples():
        if (n := of[row.place_code, row.category]) >= 5:
            wanted = row.place_code, row.category
            change_row(crate, "lsoa_2021.csv", lambda r, w=wanted: (r["place_code"], r["category"]) == w,  # type: ignore[misc]
                       count=str(n), symbol="", lowest="", highest="")  # fmt: skip
    make_certificate_fit(crate)
    _sign(crate)


def another_meaning(crate: Path, _: pytest.MonkeyPatch) -> None:
    """Burglary and robbery change places with possession of weapons, in the plan and in the certificate."""

    def swap(groups: dict[str, list[str]]) -> None:
        groups["acquisitive"], groups["disorder"] = groups["disorder"], groups["acquisitive"]

    change_json(crate, "plan/plan.json", lambda p: [swap(r["groups"]) for r in p["releases"]])
    for name in ("certificate.json", "earlier/1/certificate.json"):
        change_json(crate, name, lambda c: swap(c["layout"]["groups"]))
    _sign(crate)


def a_weaker_rule(crate: Path, _: pytest.MonkeyPatch) -> None:
    from analytics.release.crate.verify import policy_digest

    def weaken(certificate: dict[str, object]) -> None:
        policy = certificate["policy"]
        assert isinstance(policy, dict)
        policy |= {"threshold": 4, "must_remain_possible": [1, 4]}
        policy["digest"] = policy_digest(policy)

    change_json(crate, "certificate.json", weaken)
    _sign(crate)


def words_that_are_none(crate: Path, _: pytest.MonkeyPatch) -> None:
    change_row(crate, "plan/places.csv", lambda row: row["geography"] == "lad", name="North\u202eshire")
    _sign(crate)


def a_plan_too_deep(crate: Path, _: pytest.MonkeyPatch) -> None:
    (crate / "plan" / "plan.json").write_text("[" * 100_000 + "]" * 100_000)
    _sign(crate)


@pytest.mark.parametrize(
    ("poison", "why"),
    [
        (by_a_stranger, "signed by a key that the trust file names for no force"),
        (by_a_neighbour, "it is signed by Midshire Police and holds figures of E23900001, not of E23900002"),
        (by_nobody, "it is not signed, so nobody knows who made it"),
        (after_the_signature, "the signature of Northshire Police does not fit its manifest"),
        (a_file_changed, "lad_2022.csv was changed: its SHA-256 is not that of the manifest"),
        (a_path_that_leads_out, "'../../etc/passwd' is no path of a file inside a crate"),
        (a_link, "README.md is a link"),
        (too_large, "with lsoa_2021.csv it holds more than a crate may"),
        (margins_broken, "its margins do not hold"),
        (a_small_count_printed, "it prints what it should withhold: lsoa 2021"),
        (what_protected_another_printed, "a small count can be worked out: lsoa 2021"),
        (another_meaning, "by 'acquisitive' it means other incidents than the crate of Midshire Police"),
        (a_weaker_rule, "its rule protects less than this hub asks: The policy's threshold is 4"),
        (words_that_are_none, "a name or a description in it is no line of words"),
        (a_plan_too_deep, "it cannot be read"),
    ],
)
def test_a_poisoned_crate_is_refused_with_its_reason(
    poison: Poison, why: str, made: Made, tmp_path: Path, neighbours_hub: str, trusting: None, homeground: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Beside a neighbour, whose figures stay as they are."""
    before = state()
    crate = Path(shutil.copytree(made[NAMES[0]], tmp_path / "crate"))
    poison(crate, monkeypatch)
    _refused(homeground("hub", "add", str(crate)), why, before)


def _refused(done: Done, why: str, before: object) -> None:
    assert done.returncode == 2, done
    assert f": refused: {why}" in done.stderr or why in done.stderr, done.stderr
    assert "What next: " in done.stderr and "Traceback" not in done.stderr
    assert state() == before


@pytest.mark.parametrize(
    ("which", "why"),
    [
        (
            "first",
            "it is stale: release 1 of Northshire Police, published 2025-01-01, and release 2 of 2025-01-02 was accepted here",
        ),
        ("other past", "it tells other figures of release 1 of Northshire Police than those that were accepted here"),
        (NAMES[1], "it is there already"),
    ],
)
def test_a_stale_or_contradictory_crate_is_refused_with_its_reason(
    which: str, why: str, made: Made, full_hub: str, trusting: None, homeground: Command
) -> None:
    before = state()
    _refused(homeground("hub", "add", str(made[which])), why, before)


def test_a_force_speaks_for_its_own_districts(
    made: Made, tmp_path: Path, full_hub: str, homeground: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust = neighbours.trust_file(tmp_path / "trust.toml", districts={2: ["E07520000"]})
    monkeypatch.setenv("HOMEGROUND_HUB_TRUST", str(trust))
    crate = neighbours.write(tmp_path / "crate", 2, ends=(PERIOD.end,))
    before = state()
    _refused(homeground("hub", "add", str(crate)), "the trust file does not let Southshire Police speak for that district", before)


@pytest.mark.slow
def test_what_gives_a_small_count_away_together_is_refused_or_coarsened(
    made: Made, database: str, trusting: None, homeground: Command
) -> None:
    """The council's figures hold by themselves, and so do the force's. Laid side by side they give counts of 1 to 4 away."""
    filled(made, NAMES[0])
    before = state()
    done = homeground("hub", "add", str(made["council"]))
    _refused(done, "together with the crates that it shares places with it gives a small count away", before)
    assert "attacked with 0 earlier releases; no small count can be worked out" in done.stderr
    assert "is known to be" in done.stderr and "--coarsen" in done.stderr
    done = homeground("hub", "add", str(made["council"]), "--coarsen")
    assert done.returncode == 0 and "lsoa 2021 is left out" in done.stderr
    assert "Northshire Police and Northshire Council" in done.stdout
    now = released()
    # what is shared stands once, as the force printed it, and is counted once
    assert {p.supplier for p in now.of("lsoa")} == {CODES[0]}
    assert now.cells["all", WHOLE, "all_recorded"].count == now.cells["force", CODES[0], "all_recorded"].count
    assert "without lsoa 2021" in homeground("hub", "list").stdout


def test_the_lookup_of_districts_is_heard_where_one_was_loaded(
    made: Made, database: str, trusting: None, homeground: Command
) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(
            text("INSERT INTO place.area_parent VALUES ('lad', '2022', :d, 'force', '2020', 'E23000001')"),
            {"d": min(areas_of(1)["lad 2022"])},
        )
    before = state()
    why = "district E07510000 lies in E23000001 and not in Midshire Police (E23900002)"
    _refused(homeground("hub", "add", str(made[NAMES[1]])), why, before)


def test_a_hub_publishes_crates_and_nothing_of_its_own(full_hub: str, homeground: Command, tmp_path: Path) -> None:
    done = homeground("release", "export", str(tmp_path / "out"))
    assert done.returncode == 2 and "a hub's release has no crate of its own" in done.stderr
    with db.transaction(Role.PIPELINE) as connection, pytest.raises(UserError, match="this database is a hub"):
        build_release(connection, period=PERIOD)


def test_a_database_of_one_force_is_no_hub(made: Made, database: str, trusting: None, homeground: Command) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(
            text(
                "INSERT INTO published.release (title, period_start, period_end, months_loaded, months_missing, region_name, synthetic,"
                " policy, certificate, code_version) VALUES ('t', '2024-01-01', '2024-12-01', '{}', '{}', 'r', TRUE, '{}', '{}', 'v')"
            )
        )
    _refused(homeground("hub", "add", str(made[NAMES[1]])), "this database holds releases of one force", state())
