"""A release of searches by the plan before, whose classes said nothing of the link, then one by the plan of today, in a real database."""

from __future__ import annotations

import pandas as pd
import pytest
from sqlalchemy import text

from analytics.disclosure.ledger import Ledger
from analytics.release import searches as release_searches
from analytics.release.build import audit_release, build_release
from analytics.release.past import SEARCHES, read_ledger, withdraw
from analytics.release.publish import publish
from analytics.release.search_classes import in_new_classes
from analytics.release.search_plan import SearchPlan, load_search_plan
from analytics.release.searches import audit_searches
from core import db
from core.db import Role
from core.errors import UserError
from core.settings import ReleaseSettings
from tests.builders.outside_attack.reading import Printed
from tests.builders.outside_attack.verdicts import attack
from tests.builders.release_county import CATEGORIES, FORCE, GAP, PERIOD, fill_county, fill_searches, lsoas, searches

pytestmark = pytest.mark.database


class OlderPlan(SearchPlan):
    """The plan as it was: no class says anything of the link, and nothing is published of what came of searches by ethnic group."""

    @property
    def groups(self) -> tuple[tuple[str, str, str, frozenset[str]], ...]:
        return tuple((n, f, label, frozenset(c.rsplit("|", 1)[0] for c in inside)) for n, f, label, inside in super().groups)

    def classes_of(self, rows: pd.DataFrame) -> pd.Series:
        return super().classes_of(rows).str.rsplit("|", n=1).str[0]


def older_plan() -> OlderPlan:
    now = load_search_plan(ReleaseSettings().search_plan)
    return OlderPlan(plan=now.plan, level=now.level, renewed=now.renewed, object=now.object, outcome=now.outcome)


def released() -> tuple[int, dict[str, object]]:
    """The number of a new release, and the certificate of its searches."""
    with db.transaction(Role.PIPELINE) as connection:
        candidate = build_release(connection, period=PERIOD)
    tables, searched = audit_release(candidate), audit_searches(candidate.searches)
    assert searched is not None
    with db.transaction(Role.PIPELINE) as connection:
        return publish(connection, tables, candidate=candidate, actor="test", searches=searched), searched.certificate.as_dict()


def ledger_of(truth: pd.DataFrame) -> tuple[Ledger, pd.DataFrame]:
    """What was published and seen so far in the classes of today, and the true counts in them."""
    plan = load_search_plan(ReleaseSettings().search_plan)
    codes = sorted(set(truth["lad_code"]))
    counts = truth.assign(area=truth["lad_code"].map({c: n for n, c in enumerate(codes)}), category=plan.classes_of(truth))
    counts = counts.groupby(["area", "category", "month"], as_index=False)["stops"].sum().rename(columns={"stops": "incidents"})
    with db.transaction(Role.PIPELINE) as connection:
        ledger = read_ledger(connection, pd.DataFrame({"lad 2022": codes, "all": FORCE}), (), SEARCHES)
    return in_new_classes(ledger, counts), counts


def test_both_are_attacked_together_and_what_each_saw_stays_known(module_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    truth = searches(a_month=30.0)
    # of crime a few large counts, which take no time
    months = [m for m in PERIOD.months() if m != GAP]
    crime = [(code, category, month, 40) for code in lsoas()["code"] for category in CATEGORIES for month in months]
    with db.transaction(Role.OWNER) as connection:
        fill_county(connection, rows=pd.DataFrame(crime, columns=["code", "category", "month", "incidents"]))
        fill_searches(connection, truth)
    with monkeypatch.context() as patched:
        patched.setattr(release_searches, "load_search_plan", lambda _: older_plan())
        older, certificate = released()
    assert certificate["releases_attacked_together"] == 1
    with db.transaction(Role.PIPELINE) as connection:
        withdraw(connection, older, reason="A test of it", actor="a steward")
    newer, certificate = released()
    assert certificate["releases_attacked_together"] == 2
    assert certificate["earlier_figures_not_comparable"] == 0

    ledger, counts = ledger_of(truth)
    assert [past.release for past in ledger.past] == [older, newer]
    # the later release noted every count in its own classes, and what the older one saw adds up to the same
    for release in (older, newer):
        seen = ledger.changes[ledger.changes["release"] == release]
        assert seen["incidents"].sum() == truth["stops"].sum()
        laid = seen[seen["incidents"] > 0][["area", "category", "month", "incidents"]]
        both = laid.merge(counts, on=["area", "category", "month"], how="outer", suffixes=("", "_true"))
        assert (both["incidents"] == both["incidents_true"]).all()
    # a reader of both is attacked from outside
    codes = sorted(set(truth["lad_code"]))
    printed = [
        Printed(past.figures.assign(count=past.figures["count"].astype("Int64")), dict(past.groups), past.loaded)
        for past in ledger.past
    ]
    assert [len(p.figures) for p in printed] == [48, 66]
    report = attack(pd.DataFrame({"lad 2022": codes, "all": FORCE}), printed, counts)
    assert (report.fallen, report.open) == ([], [])
    assert report.tried["sliver"] > 50


def test_nothing_is_published_of_searches_that_were_counted_before_the_link_was_noted(module_database: str) -> None:
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("UPDATE analysis.stop_detail_count SET linked = '' WHERE linked = 'yes'"))
        (newest,) = connection.execute(text("SELECT max(release_id) FROM published.search_release")).one()
    with db.transaction(Role.PIPELINE) as connection:
        withdraw(connection, newest, reason="A test of it", actor="a steward")
    with db.transaction(Role.PIPELINE) as connection, pytest.raises(UserError, match="homeground analyse --only records"):
        build_release(connection, period=PERIOD)
