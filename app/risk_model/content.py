"""Everything that the page of a risk factor model says, read in one transaction. No drawing here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from app.look import wording
from app.look.markup import Table
from app.person.reading import Reader
from app.person.store import Area
from app.risk_model import report, store
from app.risk_model.store import Estimate, RiskModel


@dataclass(frozen=True)
class Asked:
    """A model that the person may see, and the district whose places to set against it; None where there is no district to see."""

    model: RiskModel
    district: Area | None


@dataclass(frozen=True)
class Places:
    """Places of a district against their kind. outside: those outside what is usual, None where none is."""

    district: Area
    estimates: tuple[Estimate, ...]
    said: str
    outside: Table | None
    everything: Table


@dataclass(frozen=True)
class ModelPage:
    model: RiskModel
    title: str
    approval: str
    lead: str
    performance: tuple[str, ...]
    terms: Table
    places: Places | None
    cannot: Sequence[str]
    must_not: Sequence[str]
    left_out: Sequence[str]


def build(reader: Reader, asked: Asked, today: date | None = None) -> ModelPage:
    """today: by default this day in UTC."""
    model = asked.model
    cannot, must_not, excluded = report.limits(model)
    return ModelPage(
        model=model,
        title=f"What goes with {wording.lower(str(model.card['group_label']))}, by neighbourhood",
        approval=report.approval_sentence(model, today or datetime.now(tz=UTC).date()),
        lead=report.lead(model),
        performance=report.performance_sentences(model),
        terms=report.terms_table(model),
        places=None if asked.district is None else _places(reader, model, asked.district),
        cannot=cannot,
        must_not=must_not,
        left_out=[_excluded(one) for one in excluded],
    )


def _places(reader: Reader, model: RiskModel, district: Area) -> Places:
    found = tuple(store.estimates(reader, model, district.code))
    outside = [e for e in found if e.standing != "within"]
    return Places(
        district=district,
        estimates=found,
        said=report.place_sentence(found, district.name),
        outside=report.estimates_table(outside, "Outside what is usual for their kind, by name.") if outside else None,
        everything=report.estimates_table(found, f"Every neighbourhood of {district.name}, by name."),
    )


def _excluded(one: dict[str, Any]) -> str:
    return f"{one['what']}. {one['why']}"
