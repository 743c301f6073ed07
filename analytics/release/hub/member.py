"""What a crate says, read strictly: figures, places, words and history of one force. And the attack on it, by the verifier's own rules."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.release.crate import verify
from analytics.release.hub.intake import TakenIn, reading, refused
from analytics.release.hub.trust import Trust, TrustedForce
from core.periods import Period

AGAIN = "ask the force to export it again."
ASK = "ask the force which of the two is right."
# levels that a crate may have, finest first; hexagons are attacked and summed, and no portal shows them
LSOA, MSOA, LAD, ALL = "lsoa 2021", "msoa 2021", "lad 2022", "all"
HEXAGONS = ("h3 r9", "h3 r8", "h3 r7")
LEVELS = (*HEXAGONS, LSOA, MSOA, LAD, ALL)
KEY = ["geography", "edition", "place_code", "category", "period_start", "period_end"]
_NUMBERS = ["count", "lowest", "highest"]
_LARGEST = 2_000_000_000
_LONGEST_WORDS = 600
_MOST_OF_OUTLINES = 256 << 20
# a clock may be a little ahead
_AHEAD = timedelta(days=1)


@dataclass(frozen=True)
class Member:
    """A force's figures. values: of its current release, as KEY, count, symbol, lowest, highest, `level`; where a figure is shown there is no
    symbol. groups: category -> the publisher's categories in it. months: that were loaded, of any period. areas: code of a level -> the
    finest areas in it, by level. left_out: levels that the hub does not take from it."""

    force: TrustedForce
    given: str
    manifest: str
    key: str
    number: int
    published_at: datetime
    title: str
    values: pd.DataFrame
    groups: Mapping[str, frozenset[str]]
    months: frozenset[date]
    areas: Mapping[str, Mapping[str, frozenset[str]]]
    places: pd.DataFrame
    about: Mapping[str, Any]
    policy: Mapping[str, Any]
    certificate: Mapping[str, Any]
    # number -> digest of every release of its history
    digests: Mapping[int, str]
    crate: verify.Crate
    left_out: frozenset[str] = frozenset()
    folder: Path = field(default_factory=Path)

    def taken(self) -> pd.DataFrame:
        """The figures that the hub takes."""
        return self.values[~self.values["level"].isin(self.left_out)]

    def window(self, period: Period) -> frozenset[date]:
        """The months of a period that were loaded."""
        return frozenset(m for m in period.months() if m in self.months)


def attack(taken: TakenIn, trust: Trust) -> None:
    """Margins and the whole attack of the verifier, from what is printed alone. UserError with the first thing that does not hold."""
    found = verify.Findings()
    options = Namespace(threshold=trust.threshold, strict=False, seed=1)
    reading(taken.given, lambda: verify.attack_crate(taken.folder, options, found))
    for check, faults in found.faults.items():
        more = f" (and {len(faults) - 1:,} more)" if len(faults) > 1 else ""
        raise refused(taken.given, f"{_CHECKS.get(check, check)}: {faults[0].rstrip('.')}{more}", AGAIN)


_CHECKS = {
    "certificate": "its certificate is not that of its figures",
    "complete": "its history is not complete",
    "figures": "it prints what it should withhold",
    "margins": "its margins do not hold",
    "narrow": "a small count can be worked out",
    "policy": "its rule protects less than this hub asks",
    "ranges": "a printed range says more than the figures",
}


def read_member(taken: TakenIn, trust: Trust, left_out: frozenset[str] = frozenset()) -> Member:
    """UserError where the crate is not that of the force that signed it, or says what no crate says."""
    crate = reading(taken.given, lambda: verify.read_crate(taken.folder))
    plan = reading(taken.given, lambda: verify.read_json(taken.folder / "plan" / "plan.json"))
    if not isinstance(plan.get("about"), dict):
        raise refused(taken.given, "it was exported by a version that did not say whose figures they are", AGAIN)
    return reading(taken.given, lambda: _member(taken, trust, crate, plan, left_out))  # type: ignore[no-any-return]


def _member(taken: TakenIn, trust: Trust, crate: verify.Crate, plan: dict[str, Any], left_out: frozenset[str]) -> Member:
    now = crate.current
    entry = next(e for e in plan["releases"] if e["folder"] == "")
    _whose(taken, crate)
    areas = _areas(crate)
    _where(taken, areas)
    published = datetime.fromisoformat(entry["published_at"])
    if published.tzinfo is None or published > datetime.now(UTC) + _AHEAD:
        raise refused(taken.given, f"it says that it was published on {published:%Y-%m-%d}, which is no day before today", AGAIN)
    if str(now.policy.get("method", "suppression")) != "suppression":
        raise refused(taken.given, "its figures are changed and not withheld, so they add up to no whole", "leave this force out.")
    about = plan["about"]
    return Member(
        force=taken.force,
        given=taken.given,
        manifest=taken.manifest,
        key=taken.key,
        number=now.number,
        published_at=published,
        title=_words(taken, entry["title"]),
        values=_values(taken, now),
        groups=dict(now.groups),
        months=frozenset(date.fromisoformat(m) for m in now.months),
        areas=areas,
        places=_places(taken, areas),
        about={
            **about,
            "region_name": _words(taken, about["region_name"]),
            "categories": _categories(taken, about, now),
            "sources": _sources(taken, about),
        },
        policy=now.policy,
        certificate=now.certificate,
        digests={release.number: str(release.certificate["digest"]) for release in crate.releases},
        crate=crate,
        left_out=left_out,
        folder=taken.folder,
    )


def _whose(taken: TakenIn, crate: verify.Crate) -> None:
    codes = {area[ALL] for area in crate.areas} if ALL in crate.levels else set()
    if codes != {taken.force.code}:
        said = ", ".join(sorted(codes)) or "no force"
        why = f"it is signed by {taken.force.name} and holds figures of {said[:80]}, not of {taken.force.code}"
        raise refused(taken.given, why, "take from each force its own crate alone.")
    if strange := [level for level in crate.levels if level not in LEVELS]:
        raise refused(taken.given, f"it has figures by {strange[0]!r}, which no hub takes", AGAIN)


def _areas(crate: verify.Crate) -> dict[str, dict[str, frozenset[str]]]:
    found: dict[str, dict[str, set[str]]] = {level: {} for level in crate.levels}
    for area in crate.areas:
        for level in crate.levels:
            if area[level]:
                found[level].setdefault(area[level], set()).add(area["area"])
    return {level: {code: frozenset(inside) for code, inside in codes.items()} for level, codes in found.items()}


def _where(taken: TakenIn, areas: Mapping[str, Mapping[str, frozenset[str]]]) -> None:
    """Districts that the trust file does not give to this force."""
    own = taken.force.districts
    if own and (strange := sorted(set(areas.get(LAD, {})) - own)):
        why = f"it holds figures of {strange[0]}, and the trust file does not let {taken.force.name} speak for that district"
        raise refused(taken.given, why, "ask the force for its own districts, or name this one in the trust file.")


def _values(taken: TakenIn, now: verify.Published) -> pd.DataFrame:
    names = [*KEY, "count", "symbol", *(n for n in ("lowest", "highest") if n in now.columns)]
    rows = pd.DataFrame(now.rows, columns=names).reindex(columns=[*KEY, "count", "symbol", "lowest", "highest"])
    for name in _NUMBERS:
        rows[name] = pd.to_numeric(rows[name].replace("", None), errors="raise").astype("Int64")
        if not rows[name].dropna().between(0, _LARGEST).all():
            raise refused(taken.given, f"a figure of it is no count ({name})", AGAIN)
    if not set(rows["symbol"]) <= {"", "[c]", "[x]"}:
        raise refused(taken.given, "a figure of it has a symbol that is not [c] or [x]", AGAIN)
    if (rows["lowest"] > rows["highest"]).fillna(value=False).any():
        raise refused(taken.given, "a range of it ends before it begins", AGAIN)
    for name in ("period_start", "period_end"):
        rows[name] = [date.fromisoformat(text) for text in rows[name]]
    for start, end in rows[["period_start", "period_end"]].drop_duplicates().itertuples(index=False):
        Period(start, end)
    rows["symbol"] = rows["symbol"].replace("", None).astype(object)
    return rows.assign(level=(rows["geography"] + " " + rows["edition"]).str.strip())


def _words(taken: TakenIn, text: Any) -> str:
    """Words that a page will show: text on one line, not without end. Pages escape it."""
    if not isinstance(text, str) or len(text) > _LONGEST_WORDS or not all(c.isprintable() for c in text):
        raise refused(taken.given, "a name or a description in it is no line of words", AGAIN)
    return text


def _places(taken: TakenIn, areas: Mapping[str, Mapping[str, frozenset[str]]]) -> pd.DataFrame:
    """One row a place, its parents by the areas that lie in it. geom: a shape, or None."""
    import geopandas as gpd
    import pyarrow.parquet as pq
    from shapely import MultiPolygon

    _, rows = verify.read_table(taken.folder / "plan" / "places.csv")
    shapes: dict[tuple[str, str, str], Any] = {}
    for path in sorted((taken.folder / "outlines").glob("*.parquet")):
        about = pq.ParquetFile(path).metadata
        if sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups)) > _MOST_OF_OUTLINES:
            raise refused(taken.given, f"outlines/{path.name} grows beyond all bounds when it is opened", AGAIN)
        held = gpd.read_parquet(path)
        if held.crs is None or held.crs.to_epsg() != 4326:
            raise refused(taken.given, f"outlines/{path.name} is not in WGS 84", AGAIN)
        for row in held.itertuples():
            shape = row.geom if row.geom is None or row.geom.geom_type == "MultiPolygon" else MultiPolygon([row.geom])
            shapes[str(row.geography), str(row.edition), str(row.place_code)] = shape
    above = {level: {area: code for code, inside in areas.get(level, {}).items() for area in inside} for level in (MSOA, LAD)}
    found = []
    for row in rows:
        level = f"{row['geography']} {row['edition']}".strip()
        inside = areas.get(level, {}).get(row["place_code"], frozenset())
        parents = {name: min((above[name][a] for a in inside if a in above[name]), default=None) for name in (MSOA, LAD)}
        found.append(
            {
                "geography": row["geography"],
                "edition": row["edition"],
                "place_code": row["place_code"],
                "name": _words(taken, row["name"]) or row["place_code"],
                "local_name": _words(taken, row["local_name"]),
                "parent_msoa": parents[MSOA] if row["geography"] == "lsoa" else None,
                "parent_lad": parents[LAD] if row["geography"] in ("lsoa", "msoa") else None,
                "residents": _whole(row["residents"]),
                "residents_reference": _words(taken, row["residents_reference"]) or None,
                "deprivation_decile": _whole(row["deprivation_decile"]),
                "deprivation_reference": _words(taken, row["deprivation_reference"]) or None,
                "geom": shapes.get((row["geography"], row["edition"], row["place_code"])),
            }
        )
    frame = pd.DataFrame(found)
    known = {(level, code) for level, codes in areas.items() for code in codes}
    named = list(zip((frame["geography"] + " " + frame["edition"]).str.strip(), frame["place_code"], strict=True))
    if len(set(named)) < len(named) or (strange := sorted(set(named) - known)):
        which = strange[0][1] if len(set(named)) == len(named) else "a place"
        raise refused(taken.given, f"its list of places names {which} twice or without any area in it", AGAIN)
    return frame


def _whole(text: str) -> int | None:
    if text == "":
        return None
    number = int(text)
    if not 0 <= number <= _LARGEST:
        raise ValueError(text)
    return number


def _categories(taken: TakenIn, about: Mapping[str, Any], now: verify.Published) -> list[dict[str, str]]:
    found = [{n: _words(taken, c[n]) for n in ("category", "label", "description", "kind")} for c in about["categories"]]
    if {c["category"] for c in found} != set(now.groups) or len(found) != len(now.groups):
        raise refused(taken.given, "it has no words for some of its kinds of incident", AGAIN)
    if strange := [c["kind"] for c in found if c["kind"] not in ("total", "partition", "overlay")]:
        raise refused(taken.given, f"a kind of incident is {strange[0][:40]!r}, which is none of total, partition, overlay", AGAIN)
    return found


def _sources(taken: TakenIn, about: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for source in about["sources"]:
        words = {n: _words(taken, source[n]) for n in ("feed", "title", "publisher", "licence", "edition")}
        numbers = {n: _whole(str(source[n])) for n in ("files", "rows_in", "rows_rejected")}
        days = {n: None if source[n] is None else date.fromisoformat(source[n]) for n in ("period_start", "period_end")}
        missing = source.get("months_missing")
        gaps = None if missing is None else [date.fromisoformat(m) for m in missing]
        found.append({**words, **numbers, **days, "loaded_at": datetime.fromisoformat(source["loaded_at"]), "months_missing": gaps})
    return found
