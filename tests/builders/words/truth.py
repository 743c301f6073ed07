"""What was published, read from the tables by queries of its own, and whether an answer says that and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scipy.stats import chi2
from sqlalchemy import Connection, text

from tests.builders.words.questions import Asked

Key = tuple[str, str]
_VALUES = "SELECT geography, place_code, category, count, symbol, lowest, highest FROM published.value WHERE release_id = :r"
_PLACES = (
    "SELECT geography, place_code, name, local_name, residents, parent_msoa, parent_lad FROM published.place WHERE release_id = :r"
)
_RELEASES = (
    "SELECT release_id, period_start, period_end, cardinality(months_loaded) AS loaded, status FROM published.release"
    " ORDER BY period_end DESC"
)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Published:
    """A figure as it stands in the table."""

    count: int | None
    symbol: str | None
    lowest: int | None
    highest: int | None


@dataclass(frozen=True)
class Verdict:
    """understood: it was answered as it was meant. wrong: what is false in the answer, '' where nothing is."""

    understood: bool
    wrong: str = ""


@dataclass(frozen=True)
class Truth:
    """now, before: figures by level, code and kind of the release that is shown and of the one before; loaded: their months."""

    now: Mapping[tuple[str, str, str], Published]
    before: Mapping[tuple[str, str, str], Published]
    loaded: tuple[int, int]
    period: tuple[str, str]
    residents: Mapping[Key, int]
    labels: Mapping[Key, str]
    parents: Mapping[Key, tuple[str, str]]
    names: tuple[str, ...]
    meanings: Mapping[str, str]

    @classmethod
    def read(cls, connection: Connection) -> Truth:
        releases = list(connection.execute(text(_RELEASES)))
        now = next(r for r in releases if r.status == "current")
        before = next((r for r in releases if r.period_end < now.period_start), None)

        def values(release: int) -> dict[tuple[str, str, str], Published]:
            rows = connection.execute(text(_VALUES), {"r": release})
            return {(r[0], r[1], r[2]): Published(r[3], r[4], r[5], r[6]) for r in rows}

        places = list(connection.execute(text(_PLACES), {"r": now.release_id}))
        meanings = connection.execute(
            text("SELECT category, description FROM published.category WHERE release_id = :r"), {"r": now.release_id}
        )
        return cls(
            values(now.release_id),
            {} if before is None else values(before.release_id),
            (now.loaded, 0 if before is None else before.loaded),
            (f"{now.period_start:%Y-%m}", f"{now.period_end:%Y-%m}"),
            {(p.geography, p.place_code): p.residents for p in places},
            {(p.geography, p.place_code): p.local_name or p.name for p in places},
            {(p.geography, p.place_code): (p.parent_msoa, p.parent_lad) for p in places},
            tuple(sorted({n for p in places for n in (p.name, p.local_name) if n}, key=len, reverse=True)),
            {r.category: r.description for r in meanings},
        )

    @cached_property
    def region(self) -> Key:
        return next(k for k in self.labels if k[0] == "all")

    def judge(self, asked: Asked, answer: Mapping[str, Any]) -> Verdict:
        sort, figures = answer["sort"], answer["figures"]
        wrong = "; ".join(filter(None, (*(self.figure_is_wrong(f) for f in figures), self._numbers(answer))))
        wanted = {(*p, asked.kind) for p in asked.places}
        given = {(f["level"], f["code"], f["kind"]) for f in figures}
        if asked.sort == "none" and (given or sort in ("figure", "change", "comparison", "beside", "people")):
            wrong = wrong or f"a figure for what nobody may be told: {answer['answer']}"
        elif asked.sort in ("figure", "change") and given - wanted:
            wrong = wrong or f"of {sorted(given - wanted)} and not of {sorted(wanted)}"
        elif asked.sort in ("comparison", "beside") and {g for g in given if g[2] != asked.kind}:
            wrong = wrong or f"of another kind: {sorted(given)}"
        if asked.sort == "none":
            return Verdict(sort in ("refused", "not_understood", "choose"), wrong)
        if asked.sort == "choose":
            return Verdict(sort == "choose" and not figures, wrong)
        if {sort, asked.sort} == {"comparison", "beside"} and asked.places and asked.whole != "like":
            # of a place and one that it lies in these are the same question
            beside = [(*self._whole_of(asked), asked.kind)] if asked.whole else []
            return Verdict(given == {*wanted, *beside}, wrong)
        if sort != asked.sort:
            return Verdict(False, wrong)
        if sort == "figure":
            return Verdict(given == wanted, wrong)
        if sort == "change":
            return Verdict(given == wanted, wrong or self._change(asked, answer["answer"]))
        if sort == "comparison":
            return Verdict(given == wanted, wrong or self._apart(asked, answer["answer"]))
        if sort == "beside":
            return Verdict(wanted <= given, wrong or self._beside(asked, answer, given - wanted))
        if sort == "people":
            (place,) = asked.places
            said = f"{self.residents[place]:,}" in answer["answer"]
            return Verdict(said, wrong or ("" if said else "not the number of its residents"))
        if sort == "when":
            period = answer["period"]
            right = (period["first_month"], period["last_month"]) == self.period
            return Verdict(right, wrong or ("" if right else f"the months {period}"))
        return Verdict(self._means(asked, answer), wrong)

    def figure_is_wrong(self, said: Mapping[str, Any]) -> str:
        """What is false in a figure of an answer."""
        at = (said["level"], said["code"], said["kind"])
        held = self.now.get(at)
        if held is None:
            return f"{at} was never published"
        ends = said["range"] or {"lowest": None, "highest": None}
        if (said["count"], said["symbol"], ends["lowest"], ends["highest"]) != (held.count, held.symbol, held.lowest, held.highest):
            return f"{at} is {held} and not {said}"
        return self._rate(at, held, said["rate_a_year"])

    def _rate(self, at: tuple[str, str, str], held: Published, said: Mapping[str, Any] | None) -> str:
        if said is None:
            return "" if held.lowest is None and held.count is None else f"no rate of {at}"
        by = 1000 / self.residents[at[:2]] * 12 / self.loaded[0]
        if held.count is None:
            right = (None, (held.lowest or 0) * by, (held.highest or 0) * by)
            given = (said["per_1000"], said["lowest"], said["highest"])
        else:
            low = chi2.ppf(0.025, 2 * held.count) / 2 if held.count else 0.0
            right = (held.count * by, low * by, chi2.ppf(0.975, 2 * held.count + 2) / 2 * by)
            given = (said["per_1000"], said["lower_95"], said["upper_95"])
        near = all((a is None and b is None) or (a is not None and b is not None and abs(a - b) <= 0.001 + 0.02 * abs(a))
                   for a, b in zip(right, given, strict=True))  # fmt: skip
        return "" if near else f"the rate of {at} is {right} and not {given}"

    def _numbers(self, answer: Mapping[str, Any]) -> str:
        """A number in the sentence that is none of the figures, the months and the names."""
        sentence = answer["answer"]
        for name in self.names:
            sentence = sentence.replace(name, " ")
        allowed = {"1,000", "12", "95", "20", "1", *map(str, self.loaded), *(str(y) for y in range(2020, 2030))}
        for at in [(f["level"], f["code"], f["kind"]) for f in answer["figures"]]:
            for held in (self.now.get(at), self.before.get(at)):
                if held is not None:
                    allowed |= {f"{n:,}" for n in (held.count, held.lowest, held.highest) if n is not None}
            allowed |= self._differences(at)
        for figure in answer["figures"]:
            for rate in (figure["rate"], figure["rate_a_year"]):
                allowed |= {_shown(v) for v in (rate or {}).values() if v is not None}
        if answer["sort"] in ("people", "figure", "beside", "comparison", "change"):
            allowed |= {f"{n:,}" for n in self.residents.values() if n}
        if answer["sort"] in ("beside", "meaning", "refused", "not_understood", "choose", "when"):
            return ""
        strange = [n for n in _NUMBER.findall(sentence) if n.rstrip(",") not in allowed]
        return f"{strange} stand nowhere: {answer['answer']}" if strange else ""

    def _differences(self, at: tuple[str, str, str]) -> set[str]:
        """Counts a month of two periods, and the least that two ranges are apart."""
        now, before = self.now.get(at), self.before.get(at)
        if now is None or before is None:
            return set()
        found = {f"{c.count / m:,.1f}" for c, m in zip((now, before), self.loaded, strict=True) if c.count is not None and m}
        ends = [
            (c.count if c.count is not None else c.lowest, c.count if c.count is not None else c.highest) for c in (now, before)
        ]
        return found | {f"{abs(a - b):,}" for a in ends[0] for b in ends[1] if a is not None and b is not None}

    def _change(self, asked: Asked, sentence: str) -> str:
        """Whether the direction is the one of the counts."""
        (place,) = asked.places
        now, before = self.now[*place, asked.kind], self.before.get((*place, asked.kind))
        if before is None or now.count is None or before.count is None or not self.loaded[1]:
            said = re.search(r"\b(rose|fell|stayed)\b", sentence)
            return f"a direction of withheld counts: {sentence}" if said and self.loaded[0] != self.loaded[1] else ""
        now_a_month, before_a_month = now.count / self.loaded[0], before.count / self.loaded[1]
        word = "none in either" if now.count == before.count == 0 else (
            "rose" if now_a_month > before_a_month else "fell" if now_a_month < before_a_month else "stayed"
        )  # fmt: skip
        return "" if word in sentence else f"it {word}: {sentence}"

    def _limits(self, place: Key, kind: str) -> tuple[float, float] | None:
        """Exact 95% limits (Garwood 1936) of a rate per person; of a range the outer ones."""
        held = self.now.get((*place, kind))
        if held is None:
            return None
        low, high = (held.count, held.count) if held.count is not None else (held.lowest, held.highest)
        if low is None or high is None:
            return None
        people = self.residents[place]
        return (chi2.ppf(0.025, 2 * low) / 2 if low else 0.0) / people, chi2.ppf(0.975, 2 * high + 2) / 2 / people

    def _apart(self, asked: Asked, sentence: str) -> str:
        """Whether what is called higher is so, and what is clearly apart is called so. Limits within 1% of one another are left open."""
        for one in asked.places:
            for other in asked.places:
                a, b = self._limits(one, asked.kind), self._limits(other, asked.kind)
                if a is None or b is None or one == other or self._inside(one, other) or self._inside(other, one):
                    continue
                said = _called_higher(sentence, self.labels[one], self.labels[other])
                if said and a[0] < 0.99 * b[1]:
                    return f"{one} is not clearly higher than {other}: {sentence}"
                if not said and a[0] > 1.01 * b[1]:
                    return f"{one} is clearly higher than {other}: {sentence}"
        return ""

    def _whole_of(self, asked: Asked) -> Key:
        return self.region if asked.whole == "all" else ("lad", self.parents[asked.places[0]][1])

    def _inside(self, one: Key, other: Key) -> bool:
        return other[0] == "all" or other[1] in self.parents[one]

    def _beside(self, asked: Asked, answer: Mapping[str, Any], beside: Iterable[tuple[str, str, str]]) -> str:
        (place,) = asked.places
        if asked.whole == "like":
            return "" if not list(beside) else "a figure of one place where several were asked for"
        whole = self._whole_of(asked)
        if list(beside) != [(*whole, asked.kind)]:
            return f"beside {list(beside)} and not {whole}"
        own, all_of_it = self._limits(place, asked.kind), self.now[*whole, asked.kind]
        if own is None or all_of_it.count is None:
            return ""
        rate = all_of_it.count / self.residents[whole]
        sentence = answer["answer"].casefold()
        # where its limits are far from the rate of the whole there is no doubt, whatever the test
        if own[0] > 1.15 * rate and "clearly higher" not in sentence:
            return f"clearly higher than {whole}: {sentence}"
        if own[1] < 0.85 * rate and "clearly lower" not in sentence:
            return f"clearly lower than {whole}: {sentence}"
        if own[0] < 0.9 * rate < 1.1 * rate < own[1] and re.search(r"(?<!not )clearly (higher|lower)", sentence):
            return f"not clearly different from {whole}: {sentence}"
        return ""

    def _means(self, asked: Asked, answer: Mapping[str, Any]) -> bool:
        kind = next((k for k, words in asked.meanings if asked.word in words), "")
        return (self.meanings[kind] in answer["answer"]) if kind else answer["word"].casefold() == asked.word.casefold()


def _shown(rate: float) -> str:
    return f"{rate:,.1f}" if rate < 99.95 else f"{rate:,.0f}"


def _called_higher(sentence: str, one: str, other: str) -> bool:
    for part in re.split(r"(?<=\.) ", sentence):
        higher, found, lower = part.partition(" is clearly higher than ")
        if found and one in higher and other in lower:
            return True
    return False
