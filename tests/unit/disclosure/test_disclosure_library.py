"""homeground.disclosure: what it gives back, what it says to a mistake, and that it needs nothing but the packages."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import homeground.disclosure as library
from core.paths import PROJECT_ROOT
from homeground.disclosure import DisclosureError, EarlierTables, UserError, audit_tables, digest_of_table, protect_tables

AREAS = pd.DataFrame({"area": list("ABCD"), "town": ["T", "T", "T", "U"], "school": ["s1", "s2", "s2", None], "all": "all"})
COUNTS = pd.DataFrame(
    {"area": list("AABBCCDD"), "category": ["theft", "harm"] * 4, "count": [2, 9, 9, 0, 14, 7, 30, 12]}, index=range(10, 18)
)
GROUPS = {"all": ["theft", "harm"], "theft": ["theft"], "harm": ["harm"]}
PRINTED = pd.DataFrame(
    {
        "geography": ["area", "area", "area", "area", "town", "town", "all"],
        "place": ["A", "B", "C", "D", "T", "U", "all"],
        "count": ["*", "*", 14, 30, 20, 30, 50],
    }
)


def audited(printed=PRINTED, **more):
    return audit_tables(printed, **{"areas": AREAS, "category": None, "period": None} | more)


def months(first_year):
    """Two years of months for two areas, counts that differ from month to month."""
    days = pd.period_range(f"{first_year}-01", periods=15, freq="M")
    return pd.DataFrame(
        [{"area": a, "month": str(d), "count": (i * 7 + j * 5) % 11} for i, d in enumerate(days) for j, a in enumerate("ABCD")]
    )


class TestProtect:
    def test_the_table_holds_every_figure_true_or_withheld(self):
        safe = protect_tables(COUNTS, areas=AREAS)
        assert list(safe.table.columns[:4]) == ["geography", "place", "category", "period"]
        assert {"count", "symbol"} <= set(safe.table.columns)
        # 4 areas, 2 towns, 2 schools (D is in none), the whole; all, harm and theft
        assert len(safe.table) == 9 * 3
        assert (safe.table["count"].isna() == safe.table["symbol"].notna()).all()
        total = safe.table.query("geography == 'all' and category == 'all'")["count"].item()
        assert total == COUNTS["count"].sum()
        assert not safe.table["count"].between(1, 4).fillna(False).any()

    def test_the_certificate_is_for_exactly_this_table(self):
        safe = protect_tables(COUNTS, areas=AREAS, groups=GROUPS)
        assert safe.certificate["passed"] is True
        assert safe.certificate["digest"] == digest_of_table(safe.table)
        assert digest_of_table(safe.table.assign(count=7)) != safe.certificate["digest"]
        assert safe.certificate["policy"]["threshold"] == 5
        # a stranger's table was made under no partnership's source, and none has reviewed it
        assert not {"source", "review_by", "override_role"} & set(safe.certificate["policy"])
        # how many counts are small is for the publisher alone
        assert "withheld_small" not in safe.certificate
        assert safe.record["withheld_small"] >= 1

    def test_it_is_the_same_again(self):
        assert protect_tables(COUNTS, areas=AREAS).table.equals(
            protect_tables(COUNTS.sample(frac=1, random_state=3), areas=AREAS).table
        )

    def test_it_explains_itself_in_plain_words(self):
        said = protect_tables(COUNTS, areas=AREAS, threshold=4).explain()
        assert "Counts of 1 to 3 are small" in said
        assert "each value from 1 to 4 remains possible" in said
        assert "Not protected against:" in said

    def test_areas_alone_are_a_publication(self):
        safe = protect_tables(COUNTS.query("category == 'theft'"), category=None)
        assert safe.table["count"].fillna(-1).tolist() == [-1, 9, 14, 30]

    def test_levels_choose_what_is_published(self):
        assert set(protect_tables(COUNTS, areas=AREAS, levels=["town", "all"]).table["geography"]) == {"town", "all"}

    def test_a_weight_decides_who_pays(self):
        # the town is its two areas, and one of these is small: the other one or the town must go
        areas = pd.DataFrame({"area": list("ABCD"), "town": list("TTUU")})
        counts = pd.DataFrame({"area": list("ABCD"), "count": [2, 9, 14, 30]})
        paid = {}
        for cheap in ("area", "town"):
            table = protect_tables(
                counts, areas=areas, category=None, weights={"area": 10, "town": 10, cheap: 0.01}, knowledge="may_be_zero"
            ).table
            paid[cheap] = table[table["count"].isna()]["place"].tolist()
        assert paid == {"area": ["A", "B"], "town": ["A", "T"]}

    def test_periods_are_months_and_spans(self):
        counts = months(2024)
        safe = protect_tables(
            counts, areas=AREAS[["area", "all"]], category=None, month="month", periods=["2024-02", ("2024-01", "2024-12")]
        )
        assert set(safe.table["period"]) == {"2024-02", "2024-01 to 2024-12"}
        year = counts[counts["month"] <= "2024-12"]["count"].sum()
        assert safe.table.query("geography == 'all' and period == '2024-01 to 2024-12'")["count"].item() == year

    def test_what_was_published_before_is_attacked_together(self):
        counts, areas = months(2024), AREAS[["area", "all"]]
        first = protect_tables(counts[counts["month"] <= "2024-12"], areas=areas, category=None, month="month")
        more = {"areas": areas, "category": None, "month": "month", "periods": [("2024-01", "2025-01")]}
        alone = protect_tables(counts, **more)
        beside = protect_tables(counts, **more, earlier=[first.as_earlier()])
        assert beside.certificate["earlier_releases"] == 1
        january = counts[counts["month"] == "2025-01"].set_index("area")["count"]
        small = january.index[january.between(1, 4)]
        assert len(small)
        # alone both totals of an area may be shown, and their difference is the month that nobody published
        before = first.table.query("geography == 'area'").set_index("place")["count"]
        for table, safe in ((alone.table, False), (beside.table, True)):
            after = table.query("geography == 'area'").set_index("place")["count"]
            known = (after - before)[small].dropna()
            assert known.empty is safe

    @staticmethod
    def _crossing() -> tuple[pd.DataFrame, pd.DataFrame]:
        """30 areas that three groupings cut across one another, none of which holds much."""
        rng = np.random.default_rng(4)
        areas = pd.DataFrame({"area": [f"a{i}" for i in range(30)], "all": "all"}).assign(
            **{f"g{j}": rng.integers(0, 8, 30).astype(str) for j in range(3)}
        )
        return pd.DataFrame({"area": areas["area"], "count": rng.integers(0, 7, 30)}), areas

    def test_what_cannot_be_protected_in_the_time_is_refused(self):
        counts, areas = self._crossing()
        with pytest.raises(DisclosureError, match="processor seconds that the policy allows"):
            protect_tables(counts, areas=areas, category=None, seconds=1e-6)

    def test_what_the_rounds_do_not_protect_is_withheld_with_all_around_it(self):
        """One round mends too little, so all that hangs together with what is open goes; what was not needed of that is shown again."""
        counts, areas = self._crossing()
        little, more = (protect_tables(counts, areas=areas, category=None, rounds=rounds).table for rounds in (1, 10))
        assert 0 < little["count"].notna().sum() <= more["count"].notna().sum()
        assert (little.loc[little["count"].notna() & (little["count"] > 0), "count"] >= 5).all()


class TestAudit:
    def test_a_symbol_a_missing_figure_and_a_column_of_symbols_are_withheld(self):
        missing = PRINTED.assign(count=pd.to_numeric(PRINTED["count"], errors="coerce"))
        beside = missing.assign(symbol=["[c]", "[x]", None, None, None, None, None])
        ends = ["lowest", "highest"]
        assert audited().cells[ends].to_numpy().tolist() == [[1, 5], [1, 5]]
        assert audited(missing).cells[ends].to_numpy().tolist() == [[1, 5], [1, 5]]
        # [x] says nothing, so B may be 0
        assert audited(beside).cells[ends].to_numpy().tolist() == [[1, 6], [0, 5]]
        assert audited(knowledge="may_be_zero").cells[ends].to_numpy().tolist() == [[0, 6], [0, 6]]

    def test_a_symbol_may_say_both_ends(self):
        marked = PRINTED.assign(count=["<5", "*", 14, 30, 20, 30, 50])
        found = audited(marked, symbols={"<5": (1, 4)})
        assert found.cells[["lowest", "highest"]].to_numpy().tolist() == [[1, 4], [2, 5]]
        assert found.cells["verdict"].tolist() == ["known to be below 5", "some of 1..5 ruled out"]

    def test_several_tables_are_put_together(self):
        areas, rest = PRINTED[:4], PRINTED[4:]
        # C is withheld here and shown there
        again = pd.DataFrame({"geography": ["area"], "place": ["C"], "count": [None]})
        assert audited([areas, rest, again]).cells.equals(audited().cells)
        assert audited({"a": areas, "b": rest}).cells.equals(audited().cells)
        assert audited(areas).cells["highest"].isna().all()
        assert audited(areas).cells["verdict"].tolist() == ["keeps 1..5 possible"] * 2

    def test_every_verdict(self):
        areas = pd.DataFrame({"area": list("ABCDEFGHIJK"), "pair": [*"aabbccddeee"]})
        printed = pd.DataFrame(
            {
                "geography": ["area"] * 11 + ["pair"] * 5,
                "place": [*"ABCDEFGHIJK", *"abcde"],
                "count": [None, 6, None, None, None, None, None, "at most 2", None, None, None, 9, 4, 30, 12, 3],
            }
        )
        found = audited(printed, areas=areas, symbols={"at most 2": (0, 2)}).cells.set_index("place")["verdict"]
        assert found["A"] == "can be worked out exactly"
        assert found["C"] == found["D"] == "known to be below 5"
        assert found["E"] == found["F"] == "keeps 1..5 possible"
        assert found["G"] == "known to be large"
        assert found["I"] == "can be worked out exactly"  # three that are not 0 and come to 3

    def test_slivers_that_no_figure_shows_are_looked_at(self):
        areas = pd.DataFrame({"piece": ["1", "2", "3"], "ward": ["w", "w", None], "beat": ["b", None, None], "all": "all"})
        printed = pd.DataFrame({"geography": ["ward", "beat", "all"], "place": ["w", "b", "all"], "count": [20, 17, 60]})
        found = audited(printed, areas=areas, area="piece")
        assert len(found.cells) == 0
        assert found.learnt_implied["inside"].tolist() == ["ward w, all all"]
        assert found.learnt_implied[["lowest", "highest"]].to_numpy().tolist() == [[3, 3]]
        assert not found.passes
        assert "exactly 3" in found.explain()
        assert audited(printed, areas=areas, area="piece", implied=False).passes

    def test_small_figures_in_the_open_are_named(self):
        printed = PRINTED.assign(count=[3, 3, 14, 30, 20, 30, 50])
        assert audited(printed).printed_small["place"].tolist() == ["A", "B"]
        assert not audited(printed).passes

    def test_the_truth_tells_what_is_small(self):
        truth = pd.DataFrame({"area": list("ABCD"), "count": [3, 3, 14, 30]})
        found = audited(truth=truth)
        assert found.truth.targets == 2
        assert found.truth.safe
        assert found.passes
        assert not audited(truth=truth, threshold=6).truth.safe
        with pytest.raises(UserError, match=r"do not add up to what is printed.*area D") as error:
            audited(truth=truth.assign(count=[3, 3, 14, 31]))
        assert "31" not in str(error.value)

    def test_periods_that_overlap(self):
        areas = pd.DataFrame({"area": ["A"]})
        printed = pd.DataFrame(
            {"geography": "area", "place": "A", "period": ["2025-01 to 2025-03", "2025-01 to 2025-02"], "count": [20, 18]}
        )
        found = audit_tables(printed, areas=areas, category=None)
        assert found.learnt_implied[["lowest", "highest"]].to_numpy().tolist() == [[2, 2]]
        named = printed.assign(period=["quarter", "winter"])
        spans = {"quarter": ("2025-01", "2025-03"), "winter": ("2025-01", "2025-02")}
        assert (
            audit_tables(named, areas=areas, category=None, periods=spans)
            .implied.drop(columns="inside")
            .equals(found.implied.drop(columns="inside"))
        )
        with pytest.raises(UserError, match=r"months of the period 'quarter' are not known"):
            audit_tables(named, areas=areas, category=None)

    def test_time_that_runs_out_widens_and_never_lies(self):
        found = audited(seconds=1e-9)
        assert (found.cells["lowest"] <= 1).all() and (found.cells["highest"] >= 5).all()
        assert set(found.cells["verdict"]) <= {"not decided in the time"}
        assert not found.passes


CONTRADICTIONS = {
    "a margin that does not add up": (
        ["3", "3", 14, 30, 21, 30, 51],
        r"town T is 21, but what makes it up comes to 20 \(area A 3; area B 3; area C 14\)",
    ),
    "a part above its whole": (["*", "*", 25, 30, 20, 30, 50], r"cannot all hold: town T is 20; area C is 25"),
    "no room for what is not 0": (
        ["*", "*", 19, 30, 20, 30, 50],
        r"town T is 20; area A is withheld, which says at least 1; area B is withheld, which says at least 1; area C is 19",
    ),
}


@pytest.mark.parametrize(("count", "said"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_figures_that_contradict_one_another_are_named(count, said):
    with pytest.raises(UserError, match=said):
        audited(PRINTED.assign(count=count))


def test_one_figure_printed_twice_must_be_the_same():
    with pytest.raises(UserError, match=r"printed differently: area C all all \(14 and 15\)"):
        audited([PRINTED, PRINTED[2:3].assign(count=15)])
    with pytest.raises(UserError, match=r"rules out: area C all all"):
        audited([PRINTED, pd.DataFrame({"geography": ["area"], "place": ["C"], "count": ["<5"]})], symbols={"<5": (1, 4)})


MISTAKES_OF_COUNTS = {
    "missing column": (lambda: protect_tables(COUNTS.drop(columns="count"), areas=AREAS), r"counts: columns missing: count"),
    "missing geography": (lambda: protect_tables(COUNTS, areas=AREAS, levels=["county"]), r"areas: columns missing: county"),
    "below 0": (lambda: protect_tables(COUNTS.assign(count=-1), areas=AREAS), r"'count': 8 rows .* hold a count below 0"),
    "fractional": (lambda: protect_tables(COUNTS.assign(count=1.5), areas=AREAS), r"8 rows .* hold a count that is not whole"),
    "no number": (lambda: protect_tables(COUNTS.assign(count=None), areas=AREAS), r"8 rows .* hold no number"),
    "area in two places": (
        lambda: protect_tables(COUNTS, areas=pd.concat([AREAS, AREAS[:1].assign(town="U")])),
        r"column 'town': areas in two places of one level: A",
    ),
    "area twice": (lambda: protect_tables(COUNTS, areas=pd.concat([AREAS, AREAS[:1]])), r"areas: duplicate rows of the areas A"),
    "unknown area": (lambda: protect_tables(COUNTS, areas=AREAS[1:]), r"does not hold: A"),
    "unknown category": (lambda: protect_tables(COUNTS, areas=AREAS, groups={"t": ["theft"]}), r"in no group: harm"),
    "duplicate rows": (lambda: protect_tables(pd.concat([COUNTS, COUNTS[:1]]), areas=AREAS), r"duplicate rows .*: 2 rows \(0, 8"),
    "threshold": (lambda: protect_tables(COUNTS, areas=AREAS, threshold=1), r"threshold must be a whole number from 2 to 60"),
    "threshold a truth": (lambda: protect_tables(COUNTS, areas=AREAS, threshold=True), r"threshold must be a whole number"),
    "empty": (lambda: protect_tables(COUNTS[:0], areas=AREAS), r"counts: there is no row"),
    "no frame": (lambda: protect_tables([1, 2]), r"a pandas DataFrame is needed, not list"),
    "a gap": (
        lambda: protect_tables(months(2024), areas=AREAS, category=None, month="month", periods=["2023-12"]),
        r"no row at all: 2023-12",
    ),
    "periods without months": (lambda: protect_tables(COUNTS, areas=AREAS, periods=["2024-01"]), r"periods need months"),
    "no month": (lambda: protect_tables(COUNTS.assign(m="May"), areas=AREAS, month="m"), r"'m': a month cannot be read"),
    "worth of nothing": (lambda: protect_tables(COUNTS, areas=AREAS, worth={"fraud": 2}), r"worth: fraud: not a name"),
    "weight of 0": (lambda: protect_tables(COUNTS, areas=AREAS, weights={"town": 0}), r"weights: town: .* not a number above 0"),
    "knowledge": (lambda: protect_tables(COUNTS, areas=AREAS, knowledge="none"), r"knowledge 'none' is not known"),
    "earlier without months": (
        lambda: protect_tables(COUNTS, areas=AREAS, earlier=[EarlierTables(PRINTED, COUNTS, GROUPS)]),
        r"earlier: tables of different dates need months",
    ),
}
MISTAKES_OF_PRINT = {
    "missing column": (lambda: audit_tables(PRINTED, areas=AREAS, category=None), r"published: columns missing: period"),
    "empty": (lambda: audited(PRINTED[:0]), r"published: there is no row"),
    "none": (lambda: audited([]), r"there is no table"),
    "below 0": (lambda: audited(PRINTED.assign(count=-1)), r"hold a count below 0"),
    "fractional": (lambda: audited(PRINTED.assign(count=2.5)), r"not whole\n  What next: only true counts"),
    "a figure as text": (lambda: audited(PRINTED.assign(count="1,204")), r"hold a figure that is no number"),
    "duplicate rows": (lambda: audited(pd.concat([PRINTED, PRINTED[:1]])), r"duplicate rows of the same figure: 2 rows"),
    "area in two places": (
        lambda: audited(areas=pd.concat([AREAS, AREAS[:1].assign(town="U")])),
        r"areas in two places of one level: A",
    ),
    "unknown geography": (lambda: audited(PRINTED.assign(geography="shire")), r"areas does not hold: shire"),
    "unknown place": (lambda: audited(PRINTED.replace({"place": {"U": "V"}})), r"places of town in which no area lies: V"),
    "unknown category": (
        lambda: audited(PRINTED.assign(category="fraud"), category="category", groups=GROUPS),
        r"categories that are no group: fraud",
    ),
    "categories that nobody explains": (
        lambda: audited(PRINTED.assign(category=["a", "b", *"ababa"]), category="category"),
        r"which categories lie in which",
    ),
    "threshold": (lambda: audited(threshold=1), r"threshold must be"),
    "a symbol without ends": (lambda: audited(symbols={"*": 4}), r"symbol '\*' needs the least and the most"),
    "a symbol the wrong way round": (lambda: audited(symbols={"*": (4, 1)}), r"symbol '\*' needs the least and the most"),
}


@pytest.mark.parametrize(
    ("call", "said"),
    [*MISTAKES_OF_COUNTS.values(), *MISTAKES_OF_PRINT.values()],
    ids=[*(f"protect, {m}" for m in MISTAKES_OF_COUNTS), *(f"audit, {m}" for m in MISTAKES_OF_PRINT)],
)
def test_a_mistake_gives_one_clear_error(call, said):
    with pytest.raises(UserError, match=said) as error:
        call()
    assert error.value.where
    assert str(error.value).count("What next") <= 1


def test_its_examples_are_true():
    found = doctest.testmod(library)
    assert found.attempted >= 7
    assert found.failed == 0


def test_the_examples_of_its_page_are_true(capsys):
    page = (PROJECT_ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    blocks = re.findall(r"```python\n(.*?)```", page, re.S)
    assert len(blocks) == 2
    for block in blocks:
        exec(block, names)  # noqa: S102 - our own page
    found = names["found"]
    assert found.cells["place"].tolist() == ["n1", "n2"]
    assert found.implied[["inside", "lowest", "highest"]].to_numpy().tolist() == [["all all", 12, 12]]
    assert names["safe"].certificate["digest"] == digest_of_table(names["safe"].table)
    assert "The attack failed" in capsys.readouterr().out


def test_it_needs_no_page_no_database_and_no_setting(tmp_path):
    code = (
        "import sys, homeground.disclosure as d\n"
        "import pandas as pd\n"
        "made = d.protect_tables(pd.DataFrame({'area': ['A', 'B'], 'count': [2, 9]}), category=None)\n"
        "found = d.audit_tables(made.table, areas=pd.DataFrame({'area': ['A', 'B']}))\n"
        "print(len(found.cells), [m for m in ('streamlit', 'sqlalchemy', 'psycopg2', 'psycopg', 'core.db', 'core.settings', 'app', 'httpx')"
        " if m in sys.modules])"
    )
    bare = {"PATH": "", "PYTHONPATH": str(PROJECT_ROOT), "HOME": str(tmp_path)}
    keep = {k: v for k, v in os.environ.items() if k in ("LD_LIBRARY_PATH", "SYSTEMROOT")}
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=bare | keep, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == "1 []"
    assert list(tmp_path.iterdir()) == []
