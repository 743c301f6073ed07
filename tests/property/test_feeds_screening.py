"""Whatever the rows, none is lost: rows in = accepted + rejected, every rejected row has its line and reason, points stay apart."""

from __future__ import annotations

import csv
import io

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.catalogue.feed import Feed, Recognise
from feeds.reading.rows import Rows, Screening, is_in, numbers, repeats
from feeds.reading.tabular import read_table

FEED = Feed(id="f", title="t", publisher="p", licence="l", sensitivity="open", recognise=Recognise(columns=["a", "b"]))
cell = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r", exclude_categories=("Cs",)), max_size=6)


def usable(record: list[str]) -> bool:
    # a record of nothing at all is a blank line, which no reader can tell from spacing
    return any(record)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(cell, min_size=1, max_size=3).filter(usable), min_size=1, max_size=30), st.sampled_from(["\n", "\r\n"]))
def test_every_record_is_a_row_or_a_rejected_row_on_its_own_line(records: list[list[str]], end: str) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(["a", "b"])
    writer.writerows(records)
    # a malformed record that spans lines has the whole file refused, so it is left out here
    if any(len(r) != 2 and any("\n" in c for c in r) for r in records):
        return
    rows = read_table(buffer.getvalue().encode(), FEED, "file.csv")
    assert rows.rows_in == len(records)
    good = [r for r in records if len(r) == 2]
    assert list(zip(*(c.to_pylist() for c in rows.table.columns), strict=True)) == [tuple(r) for r in good]
    starts, line = [], 2
    for record in records:
        starts.append(line)
        line += 1 + sum(c.count("\n") for c in record)
    assert rows.line.tolist() == [s for s, r in zip(starts, records, strict=True) if len(r) == 2]
    assert [m.line for m in rows.malformed] == [s for s, r in zip(starts, records, strict=True) if len(r) != 2]


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 40).flatmap(
        lambda n: st.tuples(st.just(n), st.lists(st.lists(st.booleans(), min_size=n, max_size=n), max_size=5))
    )
)
def test_a_row_is_rejected_once_for_its_first_reason(case: tuple[int, list[list[bool]]]) -> None:
    count, masks = case
    rows = Rows(pa.table({"a": [str(i) for i in range(count)]}), np.arange(2, count + 2))
    screening = Screening(rows)
    newly = [screening.reject(np.array(mask), "a", f"reason {i}") for i, mask in enumerate(masks)]
    bad = screening.rejected_rows()
    assert screening.rejected_count == sum(newly) == len(bad)
    assert int(screening.accepted.sum()) + len(bad) == rows.rows_in
    for row in bad:
        at = row.line - 2
        assert row.reason == f"reason {next(i for i, mask in enumerate(masks) if mask[at])}"
        assert row.row_text == str(at)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(["", "x", "y", "z"]), min_size=1, max_size=30))
def test_repeats_leave_one_of_each_and_all_that_have_no_identifier(identifiers: list[str]) -> None:
    again = repeats(pa.array(identifiers, pa.string()))
    kept = [v for v, repeated in zip(identifiers, again, strict=True) if not repeated]
    assert sorted(v for v in kept if v) == sorted({v for v in identifiers if v})
    assert kept.count("") == identifiers.count("")


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.floats().map(repr), st.integers().map(str), st.text(max_size=5)), min_size=1, max_size=20))
def test_a_number_is_a_finite_number_or_not_one(texts: list[str]) -> None:
    texts = [t.encode("utf-8", "ignore").decode() for t in texts]
    found = numbers(pa.array(texts, pa.string()))
    assert not np.isinf(found).any()
    for content, value in zip(texts, found, strict=True):
        if not np.isnan(value):
            assert float(content) == value


@given(
    st.lists(st.none() | st.sampled_from(["a", "b", "", "E01000001", "zz"]), max_size=40), st.sets(st.sampled_from(["a", "", "zz"]))
)
def test_a_long_list_of_allowed_texts_is_asked_as_a_short_one_is(texts: list[str | None], allowed: set[str]) -> None:
    values = pa.array(texts, pa.string())
    padding = frozenset(f"{n} is nobody's text" for n in range(2_000))
    wanted = [text in allowed for text in texts]
    assert is_in(values, frozenset(allowed)).tolist() == wanted
    assert is_in(values, frozenset(allowed) | padding).tolist() == wanted
