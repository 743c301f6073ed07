"""Professional: which risk factors fall together in which neighbourhoods of a patch, how sure that is, and what protects there."""

from __future__ import annotations

import streamlit as st

from app.look.folium_map import show_map
from app.look.frame import behind_one_line, theme
from app.look.markup import beside_map, legend, paragraphs, plain, table
from app.look.wording import HANDLING, lower
from app.overlaps import report, store
from app.overlaps.content import Asked, Overlaps, build
from app.overlaps.report import Chosen
from app.overlaps.store import Analysis, Factor
from app.person.address import Address
from app.person.entrance import head, record_once
from app.person.patch_choice import EVERYTHING, opened_boxes
from app.person.reading import Reader, reading
from app.person.sign_in import Person
from app.person.take_away import download


def show(person: Person) -> None:
    with reading(person) as reader:
        head(reader)
        heading = st.empty()
        address = Address("ro", ("patch", "factors", "place"))
        asked = _ask(reader, address, heading)
        content = None if asked is None else build(reader, asked)
    if content is None:
        return
    address.put(_named(content))
    view = _view(content.asked)
    record_once(person, "risk_overlaps", {**view, "places": len(content.places)}, view=view)
    st.html(paragraphs(content.lead, lead=True) + paragraphs(content.more))
    st.html(f'<p class="hg-stands">{content.asked.analysis.covered}.</p>')
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.header("Where they fall together", anchor=False)
        st.html(beside_map(content.together, "Where they fall together", note=content.nowhere))
    with right:
        _map(content)
    _place(content)
    _whole_region(content)
    if content.kinds is not None:
        st.header("Kinds of neighbourhoods", anchor=False)
        st.html(table(content.kinds))
    st.header("How sure we are", anchor=False)
    st.html(paragraphs(content.sure))
    _download(person, content)


def _ask(reader: Reader, address: Address, heading: st.delta_generator.DeltaGenerator) -> Asked | None:
    """Which factors, where. None, with a word on the page, where there is nothing to choose from or too little was chosen."""
    analysis = store.analysis(reader)
    if analysis is None or len(analysis.on("risk")) < 2:
        st.title("No overlaps yet", anchor=False)
        st.html(
            '<p class="hg-lead">Fewer than two risk factors have data. Whoever runs this portal loads them, then runs:'
            " homeground analyse</p>"
        )
        return None
    found = opened_boxes(reader, address, key="ro")
    if found is None:
        return None
    boxes, wanted = found
    picked = _open_factors(analysis, wanted.get("factors", ""))
    if wanted.get("place"):
        st.session_state["ro-place"] = wanted["place"]
    line = " and ".join(lower(f.label) for f in picked) if len(picked) > 1 else "choose two to four risk factors"
    with behind_one_line(f"{boxes.named}: {line}"):
        boxes.draw()
        chosen = _choose_factors(analysis)
    patch = boxes.patch
    heading.title(plain(f"Risk factors that fall together in {patch.name}"), anchor=False)
    if len(chosen) < 2:
        st.info("Choose at least two risk factors.")
        return None
    return Asked(analysis, patch, tuple(chosen), st.session_state.get("ro-place"))


def _named(content: Overlaps) -> dict[str, str]:
    """What is looked at, by the names of the page's address."""
    factors = ".".join(f"{one.factor.factor_id}-{one.level.level}" for one in content.asked.chosen)
    place = "" if content.explained is None else content.explained.place.code
    return {"patch": content.asked.patch.code or EVERYTHING, "factors": factors, "place": place}


def _open_factors(analysis: Analysis, named: str) -> list[Factor]:
    """Set the boxes to factors and thresholds as an address names them, 'income-3.violence-2': those of them that there are.

    The factors that the box then holds; the first visit holds two.
    """
    levels = {f"{f.factor_id}-{level.level}": (f.factor_id, level.level) for f in analysis.on("risk") for level in f.levels}
    found = [levels[one] for one in named.split(".") if one in levels][: report.MOST_FACTORS]
    if found:
        st.session_state["ro-factors"] = list(dict.fromkeys(factor for factor, _ in found))
        st.session_state.update({f"ro-level-{factor}": level for factor, level in found})
    offered = {f.factor_id: f for f in analysis.on("risk")}
    first, *others = offered
    held = st.session_state.setdefault("ro-factors", [first, *[f for f in others if f != "anti_social_behaviour"][:1]])
    return [offered[factor] for factor in held]


def _choose_factors(analysis: Analysis) -> list[Chosen]:
    """Two to four risk factors, and a threshold for each."""
    offered = {f.factor_id: f for f in analysis.on("risk")}
    picked = st.multiselect(
        "Risk factors, two to four",
        list(offered),
        format_func=lambda f: offered[f].label,
        max_selections=report.MOST_FACTORS,
        key="ro-factors",
    )
    chosen = []
    for factor_id in picked:
        factor = offered[factor_id]
        levels = {lv.level: lv for lv in factor.levels}
        words = {k: f"{lv.label} ({lv.meeting:,} in the region)" for k, lv in levels.items()}
        numbers: list[int] = list(levels)
        key = f"ro-level-{factor_id}"
        st.session_state.setdefault(key, numbers[factor.default - 1])
        level = st.selectbox(plain(factor.label), numbers, format_func=words.__getitem__, key=key)
        chosen.append(Chosen(factor, levels[level or factor.default]))
    return chosen


def _view(asked: Asked) -> dict[str, str]:
    """What the audit trail says of a view or an export."""
    return {**asked.patch.seen, "combination": asked.combination}


def _map(content: Overlaps) -> None:
    patch, chosen = content.asked.patch, content.asked.chosen
    st.header("On the map", anchor=False)
    st.html(legend(report.legend_of(len(chosen), theme()), "How many of the chosen factors a neighbourhood has", before_map=True))
    if not content.places:
        st.info("No outlines are held for these places.")
        return
    # the place explained, not the one asked for: the first visit asks for none, and its map would be drawn a second time
    shown = content.explained.place.code if content.explained is not None else None
    areas = report.areas_of(content.places, chosen, theme(), shown)
    title = f"Map of risk factors that fall together in {patch.name}"
    code = show_map(areas, title=title, key=f"ro-{patch.code}")
    if code is not None and code != shown:
        st.session_state["ro-place"] = code
        st.rerun()


def _place(content: Overlaps) -> None:
    """Everything about one neighbourhood: every risk factor, what protects, its kind, and its rates beside similar areas."""
    st.header("One neighbourhood, explained", anchor=False)
    found = content.explained
    if found is None:
        return
    names = {p.code: p.name for p in content.places}
    # the box shows what the content is of, whatever it showed before
    st.session_state["ro-place"] = found.place.code
    st.selectbox("Neighbourhood", list(names), format_func=names.__getitem__, key="ro-place")
    risk, protective = st.columns(2, gap="large")
    risk.html(table(found.risk))
    with protective:
        st.html(table(found.protective))
        if found.kind:
            st.html(paragraphs([found.kind]))
    if found.similar is not None:
        st.html(table(found.similar))
        st.html(paragraphs([found.similar_to]))


def _whole_region(content: Overlaps) -> None:
    st.header("How many at once, in the whole region", anchor=False)
    for column, one in zip(st.columns(2, gap="large"), content.at_once, strict=True):
        if one is not None:
            column.html(table(one))
    if content.beside:
        with st.expander("Much of one factor here, much of another next door"):
            st.html(paragraphs(content.beside))


def _download(person: Person, content: Overlaps) -> None:
    asked = content.asked
    name = "-".join(
        filter(
            None,
            ("homeground-risk-overlaps", asked.patch.code or "all", f"{asked.analysis.period.end:%Y-%m}"),
        )
    )
    download(
        person, "Download the table (CSV)", f"{name}.csv", "text/csv",
        lambda: report.csv_of(content.places, asked.chosen, asked.analysis, content.joins),
        "risk_overlaps", {**_view(asked), "rows": len(content.places)}, key="ro-download",
    )  # fmt: skip
    st.html(f'<p class="hg-kind">{HANDLING} Downloads are recorded in the audit trail.</p>')
