"""What the page Releases says: what a candidate shows and withholds, how it differs from the current release, its attack, who decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.look import wording
from app.look.markup import Cell, Table, Tile
from app.look.share_chart import Bar
from app.person.sign_in import Person
from app.steward.deliveries_content import who, whoever
from app.steward.store import Candidate, Proposal, Task
from core.proportion import proportion
from published.releases import Listed

LEVELS = {"all": "Whole area", "lad": "Districts", "msoa": "Local areas", "lsoa": "Neighbourhoods", "h3": "Hexagons"}
_COARSE_FIRST = tuple(LEVELS)
_STATUS = {"current": "current", "superseded": "superseded", "withdrawn": "withdrawn"}


@dataclass(frozen=True)
class Attack:
    """What the attack on a release came to, out of its certificate. targets: withheld counts that are sensitive.

    carried: figures of a period that an earlier release published, as it printed and attacked them; the others are new.
    """

    targets: int
    required: int
    figures: int
    withheld_small: int
    withheld_beside: int
    together: int
    seconds: float
    carried: int

    @property
    def in_words(self) -> str:
        """What was attacked, what was not because it was before, and how it ended."""
        before = f"{wording.plural(self.carried, 'figure')} stand as an earlier release printed them, which was attacked then. "
        if not self.targets:
            return f"{before if self.carried else ''}No {'other ' if self.carried else ''}count is sensitive, so there was none to attack."
        return (
            f"{before if self.carried else ''}Of the {'others' if self.carried else 'figures'} {self.withheld_small:,} are withheld as small,"
            f" {self.withheld_beside:,} to protect them. The attack tried {wording.plural(self.targets, 'sensitive count')} with all that was"
            f" ever published, in {self.seconds:,.0f} s: every one keeps {self.required} values possible."
        )


def attack_of(certificate: Mapping[str, Any]) -> Attack:
    """Figures that an older certificate does not tell are 0."""
    said = certificate
    return Attack(
        int(said.get("sensitive_counts_attacked", 0)), int(said.get("values_required", 0)), int(said.get("cells", 0)),
        int(said.get("withheld_small", 0)), int(said.get("withheld_to_protect", 0)),
        int(said.get("releases_attacked_together", 1)), float(said.get("seconds", 0.0)),
        int(said.get("carried_as_printed", 0)),
    )  # fmt: skip


def candidate_tiles(one: Candidate) -> list[Tile]:
    found = attack_of(one.certificate)
    figures, withheld = sum(r["figures"] for r in one.shown), sum(r["withheld"] for r in one.shown)
    newly = sum(r["newly_withheld"] for r in one.shown)
    shown = sum(r["newly_shown"] for r in one.shown)
    beside = f"release {one.beside_release}" if one.beside_release else "no release"
    quiet = f"{found.carried:,} figures stand as printed before" if found.carried else "no count in it is sensitive"
    attacked = f"each keeps {found.required} values possible" if found.targets else quiet
    return [
        Tile("Figures shown", f"{figures - withheld:,}", (f"of {figures:,}; {_share(figures - withheld, figures)}",)),
        Tile("Withheld", f"{withheld:,}", (_share(withheld, figures),)),
        Tile(
            "Small counts attacked",
            f"{found.targets:,}",
            (attacked, f"with {wording.plural(found.together - 1, 'earlier release')}"),
        ),
        Tile("Newly withheld", f"{newly:,}", (f"{shown:,} newly shown", f"beside {beside}")),
    ]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "none"


def level_of(row: Mapping[str, Any]) -> str:
    return LEVELS.get(str(row["geography"]), str(row["geography"]))


def shown_table(rows: Iterable[Mapping[str, Any]], *, beside: int | None = None) -> Table:
    """Kind by level, violence first: figures shown, withheld, and what differs from the current release where one was compared with."""
    rows = list(rows)
    compares = beside is not None
    columns = [Cell("Kind"), Cell("Shown", number=True), Cell("Withheld", number=True)]
    columns += [Cell(t, number=True) for t in ("Newly shown", "Newly withheld", "Changed", "New")] if compares else []
    kinds = list(dict.fromkeys((r["category"], r["label"]) for r in rows))
    body = []
    for category, label in kinds:
        of = sorted((r for r in rows if r["category"] == category), key=lambda r: _rank(str(r["geography"])))
        for r in of:
            numbers = [r["figures"] - r["withheld"], r["withheld"]]
            numbers += [r["newly_shown"], r["newly_withheld"], r["changed"], r["new"]] if compares else []
            share = _share(r["figures"] - r["withheld"], r["figures"])
            cells = [Cell(f"{n:,}", (share,) if i == 0 else (), number=True) for i, n in enumerate(numbers)]
            body.append([Cell(label, (level_of(r),)), *cells])
    against = f", beside release {beside}" if compares else ""
    return Table(
        f"What is shown and withheld, kind by level, violence first{against}", columns, body, scrolls="What is shown and withheld"
    )


def _rank(geography: str) -> int:
    return _COARSE_FIRST.index(geography) if geography in _COARSE_FIRST else len(_COARSE_FIRST)


def level_rows(rows: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """Levels with the share of their figures that is shown, the coarsest first: for a chart."""
    found: dict[str, list[int]] = {}
    for r in rows:
        one = found.setdefault(str(r["geography"]), [0, 0])
        one[0] += r["figures"]
        one[1] += r["withheld"]
    ordered = sorted(found, key=_rank)
    return [Bar(LEVELS.get(g, g), proportion(found[g][0] - found[g][1], found[g][0])) for g in ordered]


def proposal_line(one: Proposal, person: Person) -> str:
    """Who proposed what, and what became of it."""
    what = f"publish candidate {one.of}" if one.kind == "publish" else f"withdraw release {one.of}"
    proposed = f"{whoever(person, one.proposed_by)} proposed to {what} on {wording.day(one.proposed_at)}: {one.reason}"
    if one.waits:
        return f"{proposed}. It waits for another person."
    decided = f"{whoever(person, one.given_by)} {one.verdict} it" + (f": {one.why}" if one.why else "")
    if one.verdict == "refused":
        return f"{proposed}. {decided}."
    done = (
        "Release {} was {}".format(one.release_id, "published" if one.kind == "publish" else "withdrawn") if one.release_id else ""
    )
    return f"{proposed}. {decided}. {done or 'It is not published yet'}."


def releases_table(rows: Sequence[Listed], proposals: Sequence[Proposal], person: Person) -> Table:
    """Every release there was, newest first, and by whom."""
    by = {p.release_id: p for p in proposals if p.kind == "publish" and p.release_id}
    body = []
    for r in rows:
        agreed = by.get(r.release_id)
        who_did = (
            f"{who(person, agreed.proposed_by)} and {who(person, agreed.given_by)}"
            if agreed
            else "the operator, or before this desk"
        )
        body.append(
            [
                Cell(f"Release {r.release_id}", (str(r.covered),)),
                Cell(_STATUS.get(r.status, r.status), (r.withdrawn,)),
                Cell(f"{r.shown:,}", (f"of {r.figures:,}",), number=True),
                Cell(wording.day(r.published_at), (who_did,)),
            ]
        )
    columns = [Cell("Release"), Cell("State"), Cell("Shown", number=True), Cell("Published")]
    return Table("Every release, newest first", columns, body, scrolls="Every release")


def building(tasks: Sequence[Task]) -> Task | None:
    """The build or publication that waits or runs, if any."""
    return next((t for t in tasks if t.kind in ("build", "publish") and t.is_open), None)


def failed_since(tasks: Sequence[Task]) -> Task | None:
    """The newest build or publication where it failed."""
    newest = next((t for t in tasks if t.kind in ("build", "publish")), None)
    return newest if newest is not None and newest.state == "failed" else None
