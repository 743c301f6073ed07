"""Attack a release from what is published alone, and say whether it holds: python verify.py FOLDER [--key KEY].

This file stands alone. It needs Python 3.11, numpy and SciPy, imports nothing of the programme that made the release, and shares no code with
that programme's own auditor. It knows no true count: it reads the folder of a release and reckons as an outsider would. It checks that

1. the folder is whole and signed: every file has the SHA-256 of the manifest, none is missing, none is added;
2. the certificate was made for exactly these figures;
3. margins hold: whatever figure is the sum of others adds up, and some table of whole counts gives all figures at once;
4. no small count can be worked out: by linear programmes over all figures, of this release, of every earlier one and of every answer,
   each withheld figure may still be anything from 1 to the threshold, and so may what lies between two releases;
5. where ranges of withheld figures are printed, no possible count lies outside its range.

What the reader is taken to know: all figures and symbols, how tables are laid out, that counts are whole and not negative, and the policy.
It ends with 0 where all holds, 1 where the release is refused, 2 where the folder cannot be read.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import resource
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

FIRST_COLUMNS = ("geography", "edition", "place_code", "category", "period_start", "period_end", "count", "symbol")
MANIFEST, SIGNATURE = "manifest.json", "signature.json"
NEAR = 1e-6
# what stands for "no end": no count of a place comes near it
MANY = 100_000
# examples of one kind of fault that are printed
EXAMPLES = 5
# rounds of programmes that ask for many figures at once, before they are asked for one by one
ROUNDS, IDLE_ROUNDS = 80, 3
SECONDS_A_PROGRAMME = 60.0


class CannotRead(Exception):
    """The folder is not the crate of a release, or is too broken to be looked into."""


# ---------------------------------------------------------------- what is said at the end


@dataclass
class Findings:
    """faults: why the release is refused, by the check that found them; said: what holds, and what a reader should know."""

    faults: dict[str, list[str]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def fault(self, check: str, words: str) -> None:
        self.faults.setdefault(check, []).append(words)

    def say(self, words: str) -> None:
        self.said.append(words)


# ---------------------------------------------------------------- 1. files and signature


def without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a JSON object: a name that stands twice could be read in two ways."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise CannotRead("a JSON file has the same name twice in one object")
    return found


def read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=without_repeats)
    except FileNotFoundError as error:
        raise CannotRead(f"{path.name} is missing: this is not the crate of a release") from error
    except (OSError, ValueError) as error:
        raise CannotRead(f"{path.name} cannot be read: {error}") from error


def canonical(value: Any) -> bytes:
    """RFC 8785 for what a manifest holds: objects, lists, text and whole numbers."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return b"{" + b",".join(canonical(name) + b":" + canonical(value[name]) for name in names) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(canonical(part) for part in value) + b"]"
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return json.dumps(value, ensure_ascii=False).encode()
    if isinstance(value, int) and abs(value) < 2**53:
        return str(value).encode()
    raise CannotRead("the manifest holds a number that is not whole")


def check_files(folder: Path, found: Findings) -> None:
    manifest = read_json(folder / MANIFEST)
    if (folder / MANIFEST).read_bytes() != canonical(manifest):
        found.fault("files", f"{MANIFEST} is not in canonical form (RFC 8785), so its signature could be read in two ways.")
    try:
        listed = {str(entry["path"]): (str(entry["sha256"]), int(entry["bytes"])) for entry in manifest["files"]}
    except (KeyError, TypeError, ValueError) as error:
        raise CannotRead(f"{MANIFEST} lists no files with path, sha256 and bytes") from error
    held = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found.fault("files", f"{name} is a link and not a file.")
        elif path.is_file() and name not in (MANIFEST, SIGNATURE):
            held[name] = path
    for name in sorted(set(listed) - set(held)):
        found.fault("files", f"{name} is missing: the manifest lists it.")
    for name in sorted(set(held) - set(listed)):
        found.fault("files", f"{name} was added: the manifest does not list it.")
    for name in sorted(set(held) & set(listed)):
        data = held[name].read_bytes()
        if (hashlib.sha256(data).hexdigest(), len(data)) != listed[name]:
            found.fault("files", f"{name} was changed: its SHA-256 is not that of the manifest.")
    if "files" not in found.faults:
        found.say(f"All {len(listed)} files are as the manifest says; none is missing and none was added.")


def check_signature(folder: Path, trusted: str | None, unsigned: bool, found: Findings) -> None:
    if not (folder / SIGNATURE).is_file():
        if trusted is not None:
            found.fault("signature", "The crate is not signed, and a key was given that should have signed it.")
        elif unsigned:
            found.say("The crate is not signed: anybody can have made it. You said that you know this (--unsigned).")
        else:
            found.fault("signature", "The crate is not signed, so anybody can have made it. Read it nevertheless with --unsigned.")
        return
    told = read_json(folder / SIGNATURE)
    try:
        public, signature = bytes.fromhex(told["public_key"]), bytes.fromhex(told["signature"])
        known = told["algorithm"] == "Ed25519"
    except (KeyError, TypeError, ValueError) as error:
        raise CannotRead(f"{SIGNATURE} holds no algorithm, public_key and signature") from error
    if not known or not signature_holds(public, (folder / MANIFEST).read_bytes(), signature):
        found.fault("signature", "The signature does not fit the manifest: the manifest was changed after it was signed.")
    elif trusted is None:
        found.say(
            "The signature shows only that the crate is in one piece. Who made it is known with --key and a key that you trust."
        )
    elif public.hex() != trusted:
        found.fault("signature", f"The crate was signed by another key ({public.hex()[:16]}...) than the one you trust.")
    else:
        found.say("The crate was signed by the key that you trust.")


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Ed25519 by the package cryptography where it is there, else by the code below."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return ed25519_holds(public, message, signature)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# Ed25519 by RFC 8032, section 5.1: points as (X, Y, Z, T) with x = X/Z, y = Y/Z and xy = T/Z
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT_OF_MINUS_1 = pow(2, (PRIME - 1) // 4, PRIME)
Point = tuple[int, int, int, int]


def ed25519_add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % PRIME, (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c, d = 2 * p[3] * q[3] * CURVE_D % PRIME, 2 * p[2] * q[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def ed25519_times(scalar: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = ed25519_add(total, point)
        point = ed25519_add(point, point)
        scalar >>= 1
    return total


def ed25519_x(y: int, sign: int) -> int | None:
    """x of a point by its y and the lowest bit of x; None where there is no such point."""
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, PRIME - 2, PRIME) % PRIME
    if square == 0:
        return None if sign else 0
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT_OF_MINUS_1 % PRIME
    if (x * x - square) % PRIME:
        return None
    return PRIME - x if x & 1 != sign else x


def ed25519_point(data: bytes) -> Point | None:
    number = int.from_bytes(data, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    x = ed25519_x(y, sign)
    return None if x is None else (x, y, 1, x * y % PRIME)


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature of 64 bytes over a message holds under a public key of 32 bytes."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = ed25519_point(public), ed25519_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    base_y = 4 * pow(5, PRIME - 2, PRIME) % PRIME
    base_x = ed25519_x(base_y, 0) or 0
    left = ed25519_times(s, (base_x, base_y, 1, base_x * base_y % PRIME))
    right = ed25519_add(commitment, ed25519_times(h, key))
    return (left[0] * right[2] - right[0] * left[2]) % PRIME == 0 and (left[1] * right[2] - right[1] * left[2]) % PRIME == 0


def key_from(words: str) -> str:
    """The public key that the reader trusts: 64 hexadecimal digits, or a file that holds them."""
    text = words.strip()
    if len(text) != 64 and Path(words).is_file():
        text = Path(words).read_text(encoding="utf-8").strip()
    try:
        return bytes.fromhex(text).hex() if len(text) == 64 else key_from_nothing()
    except ValueError:
        return key_from_nothing()


def key_from_nothing() -> str:
    raise CannotRead("--key is neither 64 hexadecimal digits nor a file that holds them")


# ---------------------------------------------------------------- 2. figures, certificate, layout


@dataclass
class Published:
    """One release of the crate. rows: its figures as text, by column; columns: those of its tables, in order."""

    number: int
    folder: Path
    certificate: dict[str, Any]
    groups: dict[str, frozenset[str]]
    months: frozenset[str]
    noted: bool
    columns: tuple[str, ...]
    rows: list[dict[str, str]]
    current: bool

    @property
    def policy(self) -> dict[str, Any]:
        return dict(self.certificate["policy"])

    @property
    def threshold(self) -> int:
        return int(self.policy["threshold"])

    @property
    def required(self) -> tuple[int, int]:
        low, high = self.policy["must_remain_possible"]
        return int(low), int(high)


@dataclass
class Crate:
    """Everything of the folder that the attack needs. atoms: area, kind and span of each, as positions in the lists."""

    releases: list[Published]
    levels: list[str]
    areas: list[dict[str, str]]
    kinds: list[frozenset[str]]
    spans: list[frozenset[str]]
    atoms: np.ndarray[Any, Any]
    answers: list[dict[str, Any]]
    complete: bool

    @property
    def current(self) -> Published:
        return self.releases[-1]


def read_table(path: Path) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = [dict(row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CannotRead(f"{path.name} cannot be read: {error}") from error
    if any(None in row or None in row.values() for row in rows):
        raise CannotRead(f"{path.name} has lines of different lengths")
    return tuple(reader.fieldnames or ()), rows


def read_crate(folder: Path) -> Crate:
    try:
        plan = read_json(folder / "plan" / "plan.json")
        level_names, areas = read_table(folder / "plan" / "areas.csv")
        _, atom_rows = read_table(folder / "plan" / "atoms.csv")
        kinds = {str(k["kind"]): frozenset(k["categories"]) for k in plan["kinds"]}
        spans = {str(s["span"]): frozenset(s["months"]) for s in plan["spans"]}
        at = {row["area"]: i for i, row in enumerate(areas)}, list(kinds), list(spans)
        kind_at, span_at = {k: i for i, k in enumerate(at[1])}, {s: i for i, s in enumerate(at[2])}
        atoms = np.array([(at[0][r["area"]], kind_at[r["kind"]], span_at[r["span"]]) for r in atom_rows], dtype=np.int64)
        releases = [read_release(folder, entry) for entry in plan["releases"]]
        releases.sort(key=lambda r: (r.current, r.number))
        answers = read_json(folder / "answers" / "answers.json")["answers"] if plan["complete"] else []
        complete = bool(plan["complete"])
    except (KeyError, TypeError, AttributeError) as error:
        raise CannotRead(f"the plan of the crate lacks {error}") from error
    if not releases or not releases[-1].current or len(atoms) == 0:
        raise CannotRead("the plan of the crate names no release or no atoms")
    return Crate(
        releases,
        [n for n in level_names if n != "area"],
        areas,
        list(kinds.values()),
        list(spans.values()),
        atoms,
        answers,
        complete,
    )


def read_release(folder: Path, entry: dict[str, Any]) -> Published:
    current = entry["folder"] == ""
    inside = folder if current else folder / "earlier" / str(int(entry["release"]))
    if not inside.is_dir():
        raise CannotRead(f"the folder of release {entry['release']} is missing, although the plan names it")
    columns: tuple[str, ...] = ()
    rows: list[dict[str, str]] = []
    for path in sorted(inside.glob("*.csv")):
        names, more = read_table(path)
        if names[: len(FIRST_COLUMNS)] != FIRST_COLUMNS or (columns and names != columns):
            raise CannotRead(f"{path.name} has other columns than a table of a release")
        columns = names
        rows += more
    certificate = read_json(inside / "certificate.json")
    groups = {str(g): frozenset(members) for g, members in entry["groups"].items()}
    return Published(
        int(entry["release"]), inside, certificate, groups, frozenset(entry["months_loaded"]), bool(entry["layout_noted"]),
        columns, rows, current,
    )  # fmt: skip


def check_certificate(release: Published, found: Findings) -> None:
    """The digest is SHA-256 over all figures as one CSV, sorted; and the certificate says the layout that the plan says."""
    name = "this release" if release.current else f"release {release.number}"
    rows = sorted(release.rows, key=lambda row: tuple(row[c] for c in FIRST_COLUMNS[:6]))
    wanted = str(release.certificate.get("digest"))
    if wanted not in (digest(rows, FIRST_COLUMNS), digest(rows, release.columns)):
        found.fault("certificate", f"The certificate of {name} is not for these figures: its digest is another one.")
    layout = release.certificate.get("layout")
    if isinstance(layout, dict):
        said = {str(g): frozenset(members) for g, members in layout["groups"].items()}
        levels = {" ".join(level).strip() for level in layout["levels"]}
        if said != release.groups or frozenset(layout["months_loaded"]) != release.months:
            found.fault("certificate", f"The plan gives {name} other groups or months than its certificate.")
        if levels != {f"{row['geography']} {row['edition']}".strip() for row in rows}:
            found.fault("certificate", f"The tables of {name} are not those that its certificate names.")
    if release.current:
        policy = release.policy
        if policy_digest(policy) != policy.get("digest"):
            found.fault("certificate", "The policy was changed: its digest is another one than the certificate says.")
        hidden = sum(row["count"] == "" for row in rows)
        if (release.certificate.get("cells"), release.certificate.get("withheld")) != (len(rows), hidden):
            found.fault("certificate", "The certificate counts other cells or withheld cells than the tables hold.")
        if release.certificate.get("passed") is not True:
            found.fault("certificate", "The certificate itself does not say that the release passed its audit.")


def digest(rows: list[dict[str, str]], columns: tuple[str, ...]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row[c] for c in columns] for row in rows)
    return hashlib.sha256(text.getvalue().encode()).hexdigest()


def policy_digest(policy: dict[str, Any]) -> str:
    """SHA-256 over the Python form of all that decides what is withheld, in this order."""
    names = ("threshold", "must_remain_possible", "zeros", "protect_implied", "method", "parts_must_keep", "base", "withhold_below",
             "ptable", "ptable_threshold")  # fmt: skip
    parts = tuple(tuple(v) if isinstance(v := policy.get(n), list) else v for n in names)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@dataclass
class Row:
    """A figure as a sum of atoms: low <= sum <= high, both ends known where it is printed. ranged: the range that is printed of it."""

    label: str
    atoms: np.ndarray[Any, Any]
    low: int
    high: int | None
    release: int
    printed: bool
    site: tuple[str, ...]
    months: frozenset[str]
    ranged: tuple[int | None, int | None] | None = None


def rows_of(crate: Crate, found: Findings) -> list[Row]:
    """Every figure of every release and answer over atoms, earlier ones first; faults where a table has holes or says what it cannot."""
    position = np.full((len(crate.areas), len(crate.kinds), len(crate.spans)), -1, dtype=np.int64)
    position[tuple(crate.atoms.T)] = np.arange(len(crate.atoms))
    inside: dict[str, dict[str, list[int]]] = {level: {} for level in crate.levels}
    for i, area in enumerate(crate.areas):
        for level in crate.levels:
            if area[level]:
                inside[level].setdefault(area[level], []).append(i)
    used = np.zeros(len(crate.atoms), dtype=bool)
    out: list[Row] = []

    def atoms_of(areas: list[int], members: frozenset[str], months: frozenset[str], label: str) -> np.ndarray[Any, Any]:
        kinds = [i for i, kind in enumerate(crate.kinds) if kind & members]
        spans = [i for i, span in enumerate(crate.spans) if span & months]
        if frozenset().union(*(crate.kinds[i] for i in kinds)) != members or any(crate.spans[i] - months for i in spans):
            raise CannotRead(f"{label} is no sum of the atoms of the plan")
        if frozenset().union(*(crate.spans[i] for i in spans)) != months:
            raise CannotRead(f"the plan has no atoms for some months of {label}")
        atoms = position[np.ix_(areas, kinds, spans)].ravel()
        if (atoms < 0).any():
            raise CannotRead(f"the plan lacks atoms of {label}")
        used[atoms] = True
        return np.sort(atoms)

    for release in crate.releases:
        seen: set[tuple[str, ...]] = set()
        every = {(row["geography"], row["edition"]) for row in release.rows}
        for row in release.rows:
            out.append(row_of(release, row, inside, atoms_of, found))
            seen.add(out[-1].site)
        tables = (release.certificate.get("layout") or {}).get("tables")
        if tables is None:
            periods = {(row["period_start"], row["period_end"]) for row in release.rows}
            whole = sum(len(inside[f"{g} {e}".strip()]) for g, e in every) * len(release.groups) * len(periods)
        else:
            whole = sum(len(inside[level]) * len(groups) for level, _, _, groups in tables)
        if len(seen) != len(release.rows) or len(release.rows) != whole:
            found.fault("certificate", f"Release {release.number} has {len(release.rows)} figures where its plan has {whole}.")
    by_number = {release.number: release for release in crate.releases}
    codes = {area["area"]: i for i, area in enumerate(crate.areas)}
    for answer in crate.answers:
        release = by_number[int(answer["release"])]
        months = frozenset(m for m in release.months if answer["period_start"] <= m <= answer["period_end"])
        label = f"the answer for {answer['name']} ({answer['category']})"
        atoms = atoms_of([codes[c] for c in answer["members"]], release.groups[answer["category"]], months, label)
        site = ("answer", "", str(answer["answer_id"]), str(answer["category"]))
        out.append(Row(label, atoms, int(answer["count"]), int(answer["count"]), release.number, True, site, months))
    if not used.all():
        raise CannotRead("the plan has atoms that lie in no figure")
    return out


def row_of(release: Published, row: dict[str, str], inside: dict[str, dict[str, list[int]]], atoms_of: Any, found: Findings) -> Row:
    level = f"{row['geography']} {row['edition']}".strip()
    months = frozenset(m for m in release.months if row["period_start"] <= m <= row["period_end"])
    label = f"{level} {row['place_code']}, {row['category']}, {row['period_start'][:7]} to {row['period_end'][:7]}"
    if not release.current:
        label += f" (release {release.number})"
    if row["category"] not in release.groups or row["place_code"] not in inside.get(level, {}):
        raise CannotRead(f"{label} is a figure of a place or group that the plan does not have")
    atoms = atoms_of(inside[level][row["place_code"]], release.groups[row["category"]], months, label)
    site = tuple(row[c] for c in FIRST_COLUMNS[:6])
    if (row["count"] == "") == (row["symbol"] == ""):
        raise CannotRead(f"{label} has a count and a symbol, or neither")
    if row["count"] == "":
        least = int(row["symbol"] == "[c]" and release.policy["zeros"] == "shown")
        ranged = None
        if row.get("lowest") or row.get("highest"):
            ranged = int(row["lowest"]) if row.get("lowest") else None, int(row["highest"]) if row.get("highest") else None
        return Row(label, atoms, least, None, release.number, False, site, months, ranged)
    try:
        count = int(row["count"])
    except ValueError as error:
        raise CannotRead(f"{label} is no whole number") from error
    tells = release.certificate.get("figures_stand_for")
    low, high = tells[str(count)] if tells else (count, count)
    sensitive = int(release.policy["zeros"] == "hidden") * -1 + 1
    if not tells and sensitive <= count < release.threshold:
        found.fault("figures", f"{label} prints {count}, which is below the threshold of {release.threshold}.")
    if count < 0:
        found.fault("figures", f"{label} prints {count}, which no count can be.")
    return Row(label, atoms, int(low), int(high), release.number, True, site, months)


# ---------------------------------------------------------------- 3. margins


class Margins:
    """All printed figures as equations over atoms, worked on until no figure is left that is only the sum of others.

    value, free: atoms that the figures fix, and those that they leave open. matrix, right, label: what is left of the equations.
    """

    def __init__(self, n_atoms: int, rows: list[Row], found: Findings, forgiving: bool) -> None:
        self.value = np.zeros(n_atoms, dtype=np.int64)
        self.free = np.ones(n_atoms, dtype=bool)
        self.broken: list[str] = []
        self.corrected = 0
        kept: dict[bytes, Row] = {}
        self.bands = [row for row in rows if row.printed and row.low != row.high]
        # the newest first: where two releases print the same figure differently, the data were corrected, and the newest holds
        for row in reversed(rows):
            if not row.printed or row.low != row.high:
                continue
            other = kept.setdefault(row.atoms.tobytes(), row)
            if other.low != row.low:
                if forgiving and row.release != other.release:
                    self.corrected += 1
                else:
                    found.fault("margins", f"{row.label} is {row.low}, but {other.label} says {other.low} of the same incidents.")
        exact = list(kept.values())
        self.label = [row.label for row in exact]
        self.release = np.array([row.release for row in exact], dtype=np.int64)
        self.matrix = incidence([row.atoms for row in exact], n_atoms)
        self.right = np.array([row.low for row in exact], dtype=np.int64)

    def reduce(self, kind_and_span: np.ndarray[Any, Any]) -> None:
        for _ in range(12):
            self._fix()
            if self.broken or not self._take_out(kind_and_span):
                break
        self._fix()

    def _fix(self) -> None:
        """Atoms of a figure of 0 are 0; an atom that is alone in its figure is that figure."""
        while True:
            left = self.right - self.matrix @ self.value
            size = self.matrix @ self.free.astype(np.int64)
            wrong = (left < 0) | ((size == 0) & (left != 0))
            for i in np.flatnonzero(wrong)[:EXAMPLES]:
                self.broken.append(f"{self.label[i]} does not fit the others: its parts come to {left[i] * -1:+} beside it.")
            if wrong.any():
                return
            fresh = np.zeros(len(self.free), dtype=bool)
            for i in np.flatnonzero((size > 0) & ((left == 0) | (size == 1))):
                atoms = self._atoms(int(i))
                atoms = atoms[self.free[atoms] & ~fresh[atoms]]
                self.value[atoms] = left[i]
                fresh[atoms] = True
            if not fresh.any():
                return
            self.free &= ~fresh

    def _atoms(self, row: int) -> np.ndarray[Any, Any]:
        return np.asarray(self.matrix.indices[self.matrix.indptr[row] : self.matrix.indptr[row + 1]])

    def _take_out(self, kind_and_span: np.ndarray[Any, Any]) -> bool:
        """Replace each figure by what it holds beside smaller figures that lie in it; True where that changed any equation.

        To subtract equations that stay changes nothing of what is possible. A figure of which nothing is left must be the sum exactly.
        """
        left = self.right - self.matrix @ self.value
        open_rows = np.flatnonzero(self.matrix @ self.free.astype(np.int64) > 0)
        matrix = sparse.csr_matrix(self.matrix[open_rows].multiply(self.free[None, :]), dtype=np.int64)
        matrix.eliminate_zeros()
        matrix.sort_indices()
        right, label = left[open_rows], [self.label[i] for i in open_rows]
        release = self.release[open_rows]
        members = [matrix.indices[a:b] for a, b in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)]
        shape = [np.unique(kind_and_span[m]).tobytes() for m in members]
        size = np.diff(matrix.indptr)
        parts = inside_of(matrix, size)
        mark = np.zeros(matrix.shape[1], dtype=bool)
        new, new_right, changed = list(members), right.copy(), False
        for row in np.argsort(-size, kind="stable"):
            within = parts.get(int(row))
            if within is None:
                continue
            within = within[np.argsort(-size[within], kind="stable")]
            for some in (within, [p for p in within if shape[p] == shape[row]]):
                mark[members[row]] = True
                rest, count = int(right[row]), int(size[row])
                taken = []
                for part in some:
                    if size[part] <= count and mark[members[part]].all():
                        mark[members[part]] = False
                        rest -= int(right[part])
                        count -= int(size[part])
                        taken.append(part)
                        if not count:
                            break
                over = members[row][mark[members[row]]]
                mark[members[row]] = False
                if rest < 0 or (not count and rest):
                    names = ", ".join(label[p] for p in taken[:3]) + (" and others" if len(taken) > 3 else "")
                    whole = int(right[row])
                    self.broken.append(f"{label[row]}: {whole} is left to its parts, which come to {whole - rest} ({names}).")
                    return False
                if taken and len(over) < len(new[row]):
                    new[row], new_right[row], changed = over, rest, True
        keep = [i for i, atoms in enumerate(new) if len(atoms)]
        self.matrix = incidence([new[i] for i in keep], matrix.shape[1])
        self.right = new_right[keep] + self.matrix @ self.value
        self.label, self.release = [label[i] for i in keep], release[keep]
        return changed


def incidence(rows: list[np.ndarray[Any, Any]], n_atoms: int) -> Any:
    start = np.concatenate([[0], np.cumsum([len(r) for r in rows])]).astype(np.int64)
    atoms = np.concatenate([*rows, np.zeros(0, dtype=np.int64)]).astype(np.int64)
    return sparse.csr_matrix((np.ones(len(atoms), dtype=np.int64), atoms, start), shape=(len(rows), n_atoms))


def inside_of(matrix: Any, size: np.ndarray[Any, Any]) -> dict[int, np.ndarray[Any, Any]]:
    """For each row the smaller rows that lie in it whole (of two equal ones, the earlier lies in the later)."""
    found: dict[int, list[np.ndarray[Any, Any]]] = {}
    across = matrix.T.tocsc()
    for first in range(0, matrix.shape[0], 2_000):
        shared = (matrix[first : first + 2_000] @ across).tocoo()
        small, large = shared.row.astype(np.int64) + first, shared.col.astype(np.int64)
        whole = (shared.data == size[small]) & ((size[small] < size[large]) | ((size[small] == size[large]) & (small < large)))
        small, large = small[whole], large[whole]
        if not len(small):
            continue
        order = np.argsort(large, kind="stable")
        hosts, at = np.unique(large[order], return_index=True)
        for host, some in zip(hosts, np.split(small[order], at[1:]), strict=True):
            found.setdefault(int(host), []).append(some)
    return {host: np.concatenate(some) for host, some in found.items()}


def without_corrections(rows: list[Row], n_atoms: int, current: int) -> tuple[list[Row], int]:
    """The rows with earlier figures loosened that cannot be true beside the newest ones, and how many these are.

    Data are corrected between releases, and nobody outside knows which count was. The least change of earlier figures that lets all of them
    be true together (a linear programme) says which figures disagree; each may then be anything between what it printed and what it would be.
    """
    known = [i for i, row in enumerate(rows) if row.printed or row.low > 0]
    old = [j for j, i in enumerate(known) if rows[i].release != current]
    matrix = incidence([rows[i].atoms for i in known], n_atoms)
    slack = sparse.csr_matrix((np.ones(len(old)), (old, np.arange(len(old)))), shape=(len(known), len(old)))
    low = np.array([rows[i].low for i in known], dtype=np.float64)
    high = np.array([np.inf if rows[i].high is None else rows[i].high for i in known], dtype=np.float64)
    answer = milp(
        np.concatenate([np.zeros(n_atoms), np.ones(2 * len(old))]),
        constraints=LinearConstraint(sparse.hstack([matrix, slack, -slack], format="csr"), low, high), bounds=Bounds(0, np.inf),
    )  # fmt: skip
    if answer.x is None:
        return rows, 0
    more, less = np.split(np.asarray(answer.x)[n_atoms:], 2)
    out, loosened = list(rows), 0
    for j, up, down in zip(old, more, less, strict=True):
        if up + down > NEAR:
            row = rows[known[j]]
            # the sum of its atoms is lower than the figure by `up`, or higher by `down`
            wide_low, wide_high = max(0, row.low - int(np.ceil(up - NEAR))), row.high
            wide_high = None if wide_high is None else wide_high + int(np.ceil(down - NEAR))
            out[known[j]] = replace(row, low=wide_low, high=wide_high)
            loosened += 1
    return out, loosened


# ---------------------------------------------------------------- 4. what each withheld figure may be


@dataclass
class Target:
    """A sum of atoms that must stay open. what: withheld, part (of the months of two releases) or atom."""

    label: str
    atoms: np.ndarray[Any, Any]
    what: str
    least: int
    most: int
    threshold: int
    current: bool
    ranged: tuple[int | None, int | None] | None = None


def targets_of(crate: Crate, rows: list[Row]) -> list[Target]:
    """Each withheld figure; what the months of this release hold beside those of an earlier one, and the other way; each atom."""
    by_number = {release.number: release for release in crate.releases}
    found: dict[bytes, Target] = {}
    known = {row.atoms.tobytes() for row in rows if row.printed and row.low == row.high}
    for row in reversed(rows):
        release = by_number[row.release]
        low, high = release.required
        # a figure that a method changed may stand for a small count as well
        unsure = not row.printed or (row.low != row.high and row.low < release.threshold)
        if unsure and row.atoms.tobytes() not in known:
            target = Target(row.label, row.atoms, "withheld", low, high, release.threshold, release.current, row.ranged)
            found.setdefault(row.atoms.tobytes(), target)
    now = crate.current
    keep = now.policy.get("parts_must_keep")
    if keep:
        mine = {row.site[:4]: row for row in rows if row.release == now.number and row.site[0] != "answer"}
        for row in rows:
            other = mine.get(row.site[:4])
            if other is None or row.release == now.number or row.months == other.months:
                continue
            for more, less, words in ((other, row, "months only in this release"), (row, other, "months only in the earlier one")):
                atoms = np.setdiff1d(more.atoms, less.atoms, assume_unique=True)
                if len(atoms) and len(np.setdiff1d(less.atoms, more.atoms)) + len(atoms) < len(more.atoms) + len(less.atoms):
                    label = f"{other.label}: {words} beside release {row.release}"
                    found.setdefault(atoms.tobytes(), Target(label, atoms, "part", int(keep[0]), int(keep[1]), now.threshold, True))
    for atom in range(len(crate.atoms)):
        atoms = np.array([atom], dtype=np.int64)
        if atoms.tobytes() not in found:
            area, kind, span = crate.atoms[atom]
            months = sorted(crate.spans[span])
            label = f"{crate.areas[area]['area']}, {' + '.join(sorted(crate.kinds[kind]))}, {months[0][:7]} to {months[-1][:7]}"
            found[atoms.tobytes()] = Target(label, atoms, "atom", *now.required, now.threshold, True)
    return list(found.values())


class Part:
    """A part of the system that no figure binds to the rest. low, high: what possible tables that were found give each of its pieces."""

    def __init__(self, matrix: Any, low: np.ndarray[Any, Any], high: np.ndarray[Any, Any], most: np.ndarray[Any, Any], pieces: Any,
                 rng: np.random.Generator) -> None:  # fmt: skip
        self.rows = LinearConstraint(matrix.astype(np.float64), low, high)
        self.matrix, self.low_end, self.high_end = matrix, low, high
        self.most, self.pieces, self.rng = most.astype(np.float64), pieces, rng
        self.low = np.full(pieces.shape[0], np.inf)
        self.high = np.full(pieces.shape[0], -np.inf)
        self.base: np.ndarray[Any, Any] | None = None
        self.programmes = self.whole_programmes = 0

    def solve(self, cost: np.ndarray[Any, Any], *, whole: bool = False) -> np.ndarray[Any, Any] | None:
        """A table of least cost; None where none is possible, or (whole) none was found in time."""
        self.programmes += not whole
        self.whole_programmes += whole
        if not self.matrix.shape[0]:
            return np.where(cost < 0, self.most, 0.0)
        answer = milp(
            cost, constraints=self.rows, bounds=Bounds(0, self.most), integrality=np.full(len(cost), int(whole)),
            options={"time_limit": SECONDS_A_PROGRAMME},
        )  # fmt: skip
        return None if answer.x is None else np.asarray(answer.x)

    def start(self) -> bool:
        """Find one table of whole counts. False where there is none."""
        n = len(self.most)
        for whole in (False, True):
            table = self.solve(self.rng.random(n), whole=whole)
            if table is not None and self.is_table(np.rint(table)) and np.abs(table - np.rint(table)).max(initial=0.0) < NEAR:
                self.base = np.rint(table)
                self.note(self.base)
                return True
        return False

    def is_table(self, table: np.ndarray[Any, Any]) -> bool:
        sums = self.matrix @ table
        return bool((table >= 0).all() and (sums >= self.low_end).all() and (sums <= self.high_end).all())

    def note(self, table: np.ndarray[Any, Any]) -> None:
        values = self.pieces @ table
        self.low, self.high = np.minimum(self.low, values), np.maximum(self.high, values)

    def admit(self, table: np.ndarray[Any, Any]) -> None:
        """Note a table; of one that is not whole, those of its changes to the first table that are whole and hang on no other."""
        if self.base is None:
            return
        shift = table - self.base
        shift[np.abs(shift) < NEAR] = 0.0
        if (np.abs(shift - np.rint(shift)) > NEAR).any():
            moved = np.flatnonzero(shift)
            part = sparse.csr_matrix(self.matrix[:, moved])
            both = sparse.bmat([[None, part.T], [part, None]], format="csr")
            _, group = connected_components(both, directed=False)
            group = group[: len(moved)]
            torn = np.unique(group[np.abs(shift[moved] - np.rint(shift[moved])) > NEAR])
            shift[moved[np.isin(group, torn)]] = 0.0
        whole = self.base + np.rint(shift)
        if self.is_table(whole):
            self.note(whole)


class Attack:
    """All parts of the system, and what is known of each target by now."""

    def __init__(self, crate: Crate, rows: list[Row], margins: Margins, targets: list[Target], seed: int) -> None:
        self.targets = targets
        self.free = np.flatnonzero(margins.free)
        rng = np.random.default_rng(seed)
        matrix, low, high = binding_rows(rows, margins, self.free)
        most = np.full(len(self.free), float(MANY))
        equal = sparse.csr_matrix(margins.matrix[:, self.free])
        left = margins.right - margins.matrix @ margins.value
        for i in range(equal.shape[0]):
            inside = equal.indices[equal.indptr[i] : equal.indptr[i + 1]]
            most[inside] = np.minimum(most[inside], left[i])
        every = incidence([t.atoms for t in targets], len(margins.free))
        self.fixed = every @ margins.value
        pieces = sparse.csr_matrix(every[:, self.free])
        both = sparse.bmat([[None, matrix.T], [matrix, None]], format="csr") if matrix.shape[0] else None
        n = len(self.free)
        label = np.arange(n) if both is None else connected_components(both, directed=False)[1][:n]
        # parts without any equation need no programme of their own: they are taken together
        bound = np.asarray(matrix.sum(axis=0)).ravel() > 0 if matrix.shape[0] else np.zeros(n, dtype=bool)
        label = np.where(bound, label, -1)
        self.parts: list[Part] = []
        self.piece_of: list[np.ndarray[Any, Any]] = []
        by_column, row_of_first = sparse.csc_matrix(pieces), sparse.csc_matrix(matrix)
        order = np.argsort(label, kind="stable")
        _, at = np.unique(label[order], return_index=True)
        for columns in np.split(order, at[1:]) if n else []:
            inside = row_of_first[:, columns]
            own_rows = np.unique(inside.indices)
            own_pieces = np.unique(by_column[:, columns].indices)
            self.parts.append(
                Part(sparse.csr_matrix(matrix[own_rows][:, columns]), low[own_rows], high[own_rows], most[columns],
                     sparse.csr_matrix(by_column[:, columns].tocsr()[own_pieces]), rng)
            )  # fmt: skip
            self.piece_of.append(own_pieces)
        self.n_pieces = np.bincount(np.concatenate([*self.piece_of, np.zeros(0, np.int64)]), minlength=len(targets))
        self.low, self.high = self.fixed.astype(np.float64), self.fixed.astype(np.float64)
        # what a programme says is the least and the most, where one was asked; nan where none was
        self.least = np.full(len(targets), np.nan)
        self.most = np.full(len(targets), np.nan)

    def run(self) -> str:
        """Attack every part; words where a part has no table at all, else nothing."""
        n = len(self.targets)
        what = np.array([t.what for t in self.targets])
        want_low = np.array([t.least for t in self.targets], dtype=np.float64)
        want_high = np.array([t.most for t in self.targets], dtype=np.float64)
        any_low = what == "part"
        exact_low, exact_high = self.fixed.astype(np.float64), self.fixed.astype(np.float64)
        for part, piece in zip(self.parts, self.piece_of, strict=True):
            if not part.start():
                names = [self.targets[i].label for i in piece[:3]]
                return f"No table of whole counts gives all figures around {'; '.join(names)}."
            alone = self.n_pieces[piece] == 1
            asked = self._needs(part, piece, alone, what, want_low, want_high, any_low)
            idle = 0
            for _ in range(ROUNDS):
                wish = asked()
                if not wish.any() or idle >= IDLE_ROUNDS:
                    break
                before = int(wish.sum())
                sign = np.where(wish[0] & wish[1], part.rng.choice([-1.0, 1.0], wish.shape[1]), np.where(wish[0], 1.0, -1.0))
                weight = sign * wish.any(axis=0) * part.rng.random(wish.shape[1])
                table = part.solve(np.asarray(part.pieces.T @ weight))
                if table is not None:
                    part.admit(table)
                idle = idle + 1 if before - int(asked().sum()) <= before // 50 else 0
            low_end, high_end = self._one_by_one(part, piece, alone, asked)
            np.add.at(self.low, piece, part.low)
            np.add.at(self.high, piece, part.high)
            np.add.at(exact_low, piece, low_end)
            np.add.at(exact_high, piece, high_end)
        self.least[:n], self.most[:n] = exact_low, exact_high
        return ""

    def _needs(self, part: Part, piece: Any, alone: Any, what: Any, want_low: Any, want_high: Any, any_low: Any) -> Any:
        fixed = self.fixed[piece]
        atom = what[piece] == "atom"

        def asked() -> np.ndarray[Any, Any]:
            """Of each piece: is a lower, is a higher value still to be shown?"""
            low, high = part.low + fixed, part.high + fixed
            lower, higher = low > want_low[piece], high < want_high[piece]
            # of an atom it is enough that it may be 0, or large
            done = atom & ((low <= 0) | ~higher)
            lower, higher = lower & ~done & ~any_low[piece], higher & ~done
            # a sum over several parts: its ends are the sums of the ends
            lower = np.where(alone, lower, part.low > 0)
            higher = np.where(alone, higher, part.high < want_high[piece])
            return np.vstack([lower, higher])

        return asked

    def _one_by_one(self, part: Part, piece: Any, alone: Any, asked: Any) -> tuple[Any, Any]:
        """A programme for each end that was not shown; what it says is exact. nan where none was asked."""
        low_end, high_end = part.low.copy(), part.high.copy()
        need = asked()
        done = np.zeros_like(need)
        for i in range(need.shape[1]):
            ranged = self.targets[piece[i]].ranged
            for side in (0, 1):
                sign = 1.0 if side == 0 else -1.0
                goal = sign * np.asarray(part.pieces[[i]].todense(), dtype=np.float64).ravel()
                if not (asked()[side, i] or (ranged is not None and alone[i] and self._range_unsure(part, i, piece, side, ranged))):
                    continue
                table = part.solve(goal)
                if table is None:
                    continue
                part.admit(table)
                end = sign * float(goal @ table)
                shown = part.low[i] if side == 0 else part.high[i]
                inward = np.ceil(end - NEAR) if side == 0 else np.floor(end + NEAR)
                if inward != shown:
                    # the programme allows more than any whole table that was found: ask for whole counts
                    table = part.solve(goal, whole=True)
                    if table is not None:
                        if part.is_table(np.rint(table)):
                            part.note(np.rint(table))
                        inward = np.rint(sign * float(goal @ table))
                done[side, i] = True
                (low_end if side == 0 else high_end)[i] = inward
        low_end = np.where(done[0], low_end, part.low)
        high_end = np.where(done[1], high_end, part.high)
        return low_end, high_end

    def _range_unsure(self, part: Part, i: int, piece: Any, side: int, ranged: tuple[int | None, int | None]) -> bool:
        """Whether a count outside of the printed range is not ruled out at a glance."""
        fixed = int(self.fixed[piece[i]])
        if side == 0:
            return ranged[0] is not None and ranged[0] > fixed
        inside = part.pieces.indices[part.pieces.indptr[i] : part.pieces.indptr[i + 1]]
        return ranged[1] is not None and fixed + part.most[inside].sum() > ranged[1]


def binding_rows(rows: list[Row], margins: Margins, free: np.ndarray[Any, Any]) -> tuple[Any, Any, Any]:
    """What is left of the equations, the intervals of changed figures, and of the figures marked [c] those that hold no other such."""
    left = (margins.right - margins.matrix @ margins.value).astype(np.float64)
    equal = sparse.csr_matrix(margins.matrix[:, free])
    keep = np.flatnonzero(np.diff(equal.indptr) > 0)
    blocks, low, high = [equal[keep]], [left[keep]], [left[keep]]
    bands = margins.bands
    if bands:
        every = incidence([row.atoms for row in bands], len(margins.value))
        known = every @ margins.value
        blocks.append(sparse.csr_matrix(every[:, free]))
        low.append(np.array([row.low for row in bands]) - known.astype(np.float64))
        high.append(np.array([row.high for row in bands], dtype=np.float64) - known)
    floors = {row.atoms.tobytes(): row.atoms for row in rows if not row.printed and row.low > 0}
    if floors:
        every = incidence(list(floors.values()), len(margins.value))
        some = sparse.csr_matrix(every[np.flatnonzero(every @ margins.value == 0)][:, free])
        some.sort_indices()
        size = np.diff(some.indptr)
        hosts = inside_of(some, size)
        own = np.array([i for i in range(some.shape[0]) if i not in hosts], dtype=np.int64)
        blocks.append(some[own])
        low.append(np.ones(len(own)))
        high.append(np.full(len(own), np.inf))
    return sparse.csr_matrix(sparse.vstack(blocks, format="csr")), np.concatenate(low), np.concatenate(high)


def judge(crate: Crate, attack: Attack, strict: bool, found: Findings) -> None:
    """Faults for whatever is known to be small, or cannot be the threshold any more, or has another range than it prints."""
    ruled_out = noughts = 0
    zeros_shown = crate.current.policy["zeros"] == "shown"
    for i, target in enumerate(attack.targets):
        low, high = attack.least[i], attack.most[i]
        if target.ranged is not None:
            first, last = target.ranged
            if (first is not None and low < first) or (last is not None and high > last):
                words = f"{first if first is not None else 0} to {last if last is not None else 'any number'}"
                found.fault("ranges", f"{target.label} prints the range {words}, but {low:.0f} to {many(high)} is possible.")
        if low >= target.threshold or high == 0:
            continue
        between = f"{low:.0f}" if low == high else f"{low:.0f} to {many(high)}"
        if target.what == "atom":
            if low >= 1 and high < target.threshold and crate.current.policy.get("protect_implied"):
                found.fault("narrow", f"{target.label}: no figure of its own, but it is known to be {between}.")
        elif low >= 1 and high < target.threshold:
            found.fault("narrow", f"{target.label} is known to be {between}, which is below the threshold of {target.threshold}.")
        elif high < target.most and not strict and target.what == "withheld" and low == 0 and zeros_shown:
            # marked [x]: it may be a true 0, of which the policy asks nothing, and nobody outside can tell
            noughts += 1
        elif high < target.most:
            known = "is withheld, but published figures leave only" if target.what == "withheld" else "can be worked out to be"
            found.fault("narrow", f"{target.label} {known} {between}: it cannot be {target.most}, as the policy asks.")
        elif low > target.least and target.what == "withheld":
            # it may be a large count that protects another one: of these the policy asks nothing, and nobody outside can tell
            ruled_out += 1
            if strict or high - low + 1 < target.threshold:
                found.fault(
                    "narrow",
                    f"{target.label} is withheld, but published figures leave only {between}: {target.least} is ruled out.",
                )
    withheld, parts = (sum(t.what == what for t in attack.targets) for what in ("withheld", "part"))
    if "narrow" not in found.faults:
        threshold = crate.current.threshold
        found.say(
            f"None of {withheld:,} withheld figures is known to be from 1 to {threshold - 1}, and none of {parts:,} differences of months"
            f" between releases. No smaller part of a figure is known to be small either."
        )
        if noughts:
            found.say(
                f"Of {noughts:,} withheld figures it is known that they are 0 or below {threshold}. The policy allows that for a 0; whether"
                f" they are 0 cannot be seen from outside (--strict refuses them)."
            )
        if ruled_out:
            found.say(
                f"Of {ruled_out:,} withheld figures the smallest values are ruled out, but not {threshold} and more. The policy allows that"
                f" for counts of {threshold} or more that are withheld to protect others; whether they are such counts cannot be seen"
                f" from outside (--strict refuses them)."
            )
    if any(t.ranged for t in attack.targets) and "ranges" not in found.faults:
        found.say("Every printed range holds all counts that are possible.")


def many(value: float) -> str:
    return "any number" if value >= MANY else f"{value:.0f}"


# ---------------------------------------------------------------- the whole


def attack_crate(folder: Path, options: argparse.Namespace, found: Findings) -> None:
    crate = read_crate(folder)
    for release in crate.releases:
        check_certificate(release, found)
    now = crate.current
    if options.threshold is not None and now.threshold < options.threshold:
        found.fault("policy", f"The policy's threshold is {now.threshold}; you asked for {options.threshold} or more.")
    if now.required[1] < now.threshold:
        found.say(
            f"The policy asks for values up to {now.required[1]} only, so that a count may be known to be below {now.threshold}."
        )
    earlier = len(crate.releases) - 1
    if not crate.complete or earlier < int(now.certificate.get("earlier_releases", 0)):
        found.fault(
            "complete", f"Earlier releases are missing: the certificate reckons with {now.certificate.get('earlier_releases', 0)}, the crate"
            f" holds {earlier}{'' if crate.complete else ' and says that it is not complete'}. What they showed cannot be reckoned with.",
        )  # fmt: skip
    rows = rows_of(crate, found)
    forgiving = any(now.certificate.get(n) for n in ("corrections_allowed_for", "earlier_figures_not_comparable"))
    attack, words, margins = lay_and_attack(crate, rows, forgiving, options.seed, found)
    loosened = 0
    if words and forgiving and not found.faults.get("margins"):
        rows, loosened = without_corrections(rows, len(crate.atoms), now.number)
        attack, words, margins = lay_and_attack(crate, rows, forgiving, options.seed, found)
    for some in words[:EXAMPLES]:
        found.fault("margins", some)
    if attack is None or "margins" in found.faults:
        return
    found.say(
        f"Margins hold: {sum(r.printed for r in rows):,} printed figures of {len(crate.releases)} releases and {len(crate.answers)} answers"
        f" agree, and a table of whole counts that gives them all was found."
    )
    margins.corrected += loosened
    if margins.corrected:
        found.say(
            f"{margins.corrected:,} figures of earlier releases are not those of today: data were corrected, and the newest hold."
        )
    judge(crate, attack, options.strict, found)
    found.say(
        f"The attack took {sum(p.programmes for p in attack.parts):,} linear and {sum(p.whole_programmes for p in attack.parts):,} integer"
        f" programmes over {len(attack.parts):,} parts with {len(attack.free):,} open atoms."
    )


def lay_and_attack(
    crate: Crate, rows: list[Row], forgiving: bool, seed: int, found: Findings
) -> tuple[Attack | None, list[str], Margins]:
    """Work the margins out, then attack. Words say why no table gives all figures."""
    margins = Margins(len(crate.atoms), rows, found, forgiving)
    margins.reduce(crate.atoms[:, 1] * len(crate.spans) + crate.atoms[:, 2])
    if margins.broken or "margins" in found.faults:
        return None, margins.broken, margins
    attack = Attack(crate, rows, margins, targets_of(crate, rows), seed)
    words = attack.run()
    return (None, [words], margins) if words else (attack, [], margins)


def report(found: Findings, began: float, say: Any) -> int:
    for words in found.said:
        say(words)
    for check, faults in found.faults.items():
        for words in faults[:EXAMPLES]:
            say(f"REFUSED ({check}): {words}")
        if len(faults) > EXAMPLES:
            say(f"REFUSED ({check}): and {len(faults) - EXAMPLES:,} more.")
    memory = peak_memory_mb()
    verdict = "The release is refused." if found.faults else "The release holds."
    say(f"{verdict} {time.monotonic() - began:.1f} seconds, {memory:.0f} MB.")
    return 1 if found.faults else 0


def peak_memory_mb() -> float:
    """The most memory that this process held. Linux counts what the starting process held into ru_maxrss, so its own word goes first."""
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Attack a release from what is published alone, and say whether it holds.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", help="public key that you trust: 64 hexadecimal digits, or a file that holds them")
    parser.add_argument("--unsigned", action="store_true", help="read a crate that nobody signed")
    parser.add_argument("--threshold", type=int, help="refuse a policy whose threshold is lower than this")
    parser.add_argument(
        "--strict", action="store_true", help="refuse also what may be a large count whose smallest values are ruled out"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the random goals (the verdict does not depend on it)")
    options = parser.parse_args(arguments)
    began, found = time.monotonic(), Findings()

    def say(words: str) -> None:
        sys.stdout.write(words + "\n")

    try:
        trusted = None if options.key is None else key_from(options.key)
        check_files(options.folder, found)
        check_signature(options.folder, trusted, options.unsigned, found)
        if not any("is missing" in words for words in found.faults.get("files", [])):
            attack_crate(options.folder, options, found)
    except CannotRead as error:
        for check, faults in found.faults.items():
            for words in faults[:EXAMPLES]:
                say(f"REFUSED ({check}): {words}")
        say(f"The crate cannot be read: {error}.")
        return 1 if found.faults else 2
    return report(found, began, say)


if __name__ == "__main__":
    sys.exit(main())
