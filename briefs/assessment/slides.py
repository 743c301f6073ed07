"""The slides of an assessment: what its summary says, each beside a chart, with what the analysis adds to the release."""

from __future__ import annotations

from collections.abc import Collection

from briefs import wording
from briefs.assessment.analysed import Analysed
from briefs.assessment.context import TOGETHER, reach_sentences
from briefs.assessment.evidence import NOT_SUPPLIED
from briefs.assessment.material import Material, label_of
from briefs.assessment.statements import Statement, Statements
from briefs.assessment.violence import MONTHS, hot_sentence
from briefs.content import Brief, Column, Table
from briefs.slides.chosen import must_know, slides_of
from briefs.slides.content import BARS, COLUMNS, LINE, Chart, Series, Slide, message_of
from core.periods import Period

_MOST_FACTORS = 12


def slides_of_assessment(material: Material, told: Statements, brief: Brief, without: Collection[str] = ()) -> tuple[Slide, ...]:
    """What was published first; then what was analysed, and what nobody supplied. without: keys of sections that were left out."""
    facts, analysed = material.facts, material.analysed
    found = list(slides_of(facts, brief)[:-1])
    if analysed is not None:
        found[1:1] = _months(material, analysed, told) if "profile" not in without else []
        for key, make in (("places", _hot), ("causes", _factors), ("services", _reach)):
            found += make(material, analysed, told) if key not in without else []
    return (*found, *_supplies(material), must_know(facts, brief))


def _months(material: Material, analysed: Analysed, told: Statements) -> list[Slide]:
    months = tuple(Period(min(analysed.months), max(analysed.months)).months()) if analysed.months else ()
    if len(analysed.months) < 6:
        return []
    label = label_of(material.facts, analysed.group_id)
    counts = tuple(analysed.months.get(m) for m in months)
    mean = sum(analysed.months.values()) / len(analysed.months)
    compared = told.of(MONTHS)
    title = message_of(compared.text) if compared else f"{label}, month by month: {mean:,.0f} in the mean of the months loaded"
    caption = f"{label} recorded in {material.facts.place.label} each month; a month that was not delivered is a gap"
    said = "; ".join(f"{m:%B %Y}: {'not delivered' if n is None else f'{n:,}'}" for m, n in zip(months, counts, strict=True))
    series = (Series(label, counts), Series("Mean of the months loaded", (round(mean, 1),) * len(months)))
    chart = Chart(LINE, tuple(f"{m:%b %Y}" for m in months), series, caption, f"{caption}. {said}.", decimals=0)
    return [Slide(title, chart, spoken=_sourced(compared))]


def _hot(material: Material, analysed: Analysed, told: Statements) -> list[Slide]:
    sentence = hot_sentence(material, told)
    if not analysed.hot:
        return []
    sure = sorted({h.certainty for h in analysed.hot}, reverse=True)
    rows = tuple(
        (
            f"{c}%",
            str(sum(h.certainty == c for h in analysed.hot)),
            wording.list_of([h.name for h in analysed.hot if h.certainty == c], most=14),
        )
        for c in sure
    )
    columns = (Column("How sure", numeric=True), Column("Hot spots", numeric=True), Column("Neighbourhoods", weight=4))
    table = Table("Neighbourhoods that are hot spots, by how sure that is", columns, rows)
    note = "A hot spot says where recorded harm clusters more than chance would give, never why, and nothing about any person."
    return [Slide(message_of(sentence), table, note=note, spoken=_traced(sentence, told))]


def _factors(material: Material, analysed: Analysed, told: Statements) -> list[Slide]:
    risks = [f for f in analysed.factors if f.side == "risk" and not f.missing and f.places][:_MOST_FACTORS]
    if not risks:
        return []
    stated = told.of(TOGETHER)
    title = message_of(stated.text) if stated else "Declared risk factors, by how many neighbourhoods meet them"
    # a factor without a value for some neighbourhoods is of fewer than the others are
    same = len({f.places for f in risks}) == 1
    caption = f"Neighbourhoods of {material.facts.place.label} that meet each declared risk factor"
    caption += f", of {risks[0].places:,}" if same else ", of those that have a value of it"
    said = "; ".join(f"{f.label}: {f.meeting:,} of {f.places:,}" for f in risks)
    chart = Chart(
        BARS,
        tuple(f.label if same else f"{f.label} (of {f.places:,})" for f in risks),
        (Series("Neighbourhoods", tuple(f.meeting for f in risks)),),
        caption,
        f"{caption}. {said}.",
        decimals=0,
    )
    note = "What stands beside violence in the same places is no proof of what brings it about."
    return [Slide(title, chart, note=note, spoken=_sourced(stated))]


def _reach(material: Material, analysed: Analysed, told: Statements) -> list[Slide]:
    known = [r for r in analysed.reach if r.beyond is not None and r.residents]
    sentences = reach_sentences(material, told)
    if not known:
        return []
    names = tuple(f"{r.label}, {r.reach_m / 1000:,.1f} km" for r in known)
    shares = tuple(round(100 * (r.beyond or 0) / (r.residents or 1), 1) for r in known)
    caption = "Percent of residents who live farther than the distance named, in a straight line, from any on the list"
    said = "; ".join(f"{n}: {s:,.1f}%" for n, s in zip(names, shares, strict=True))
    chart = Chart(COLUMNS, names, (Series("Percent of residents", shares),), caption, f"{caption}. {said}.")
    return [Slide(message_of(sentences[0]), chart, spoken=tuple(line for s in sentences for line in _traced(s, told)))]


def _supplies(material: Material) -> list[Slide]:
    missing = [s.authority for s in material.supplies if not s.held]
    rows = tuple(
        (s.authority, s.asked, wording.list_of([t for t, _ in s.held], most=3) if s.held else NOT_SUPPLIED)
        for s in material.supplies
    )
    columns = (Column("Authority"), Column("Asked for", weight=1.6), Column("Held", weight=1.6))
    title = (
        f"Nothing is held of what was asked of {len(missing)} of {len(material.supplies)} authorities"
        if missing
        else "Every authority supplied something of what was asked"
    )
    return [Slide(title, Table("Who supplied what", columns, rows))] if rows else []


def _traced(text: str, told: Statements) -> tuple[str, ...]:
    """The whole sentence and what its figures come from."""
    plain = text.rsplit(" [", 1)[0]
    return _sourced(next((s for s in told.said if s.text == plain), None)) or (plain,)


def _sourced(statement: Statement | None) -> tuple[str, ...]:
    return () if statement is None else (statement.text, *(f"{f.text}: {f.source}" for f in statement.figures))
