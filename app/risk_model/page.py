"""Professional: a risk factor model, behind an ethics board's approval; what it is, how it did, and places against their kind."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.look.folium_map import show_map
from app.look.frame import theme
from app.look.markup import legend, paragraphs, plain, table
from app.person import store as person_store
from app.person.entrance import head, record_once
from app.person.reading import Reader
from app.person.sign_in import Person
from app.person.store import Area
from app.person.take_away import download
from app.risk_model import report, store
from app.risk_model.content import Asked, ModelPage, Places, build
from app.risk_model.store import RiskModel


def show(person: Person) -> None:
    with store.reading_models(person) as reader:
        head(reader)
        model = _choose_model(store.models(reader))
        if model is None:
            return
        top, places_part = st.container(), st.container()
        with places_part:
            district = _choose_district(reader)
        content = build(reader, Asked(model, district))
    with top:
        st.title(plain(content.title), anchor=False)
        st.html(f'<p class="hg-note">{escape(content.approval)}</p>')
        st.html(paragraphs([content.lead], lead=True))
        st.header("How far to trust it", anchor=False)
        st.html(paragraphs(content.performance))
        st.header("What goes with more, and with fewer", anchor=False)
        st.html(table(content.terms))
    if content.places is not None:
        with places_part:
            _places(person, model, content.places)
    _limits(content)
    _record(person, model)


def _choose_model(held: list[RiskModel]) -> RiskModel | None:
    """The model of a kind; None, with a word on the page, where none is open to this person."""
    if not held:
        st.title("Models of places", anchor=False)
        st.html(paragraphs([report.CLOSED], lead=True))
        return None
    if len(held) == 1:
        return held[0]
    labels = {m.model_id: str(m.card["group_label"]) for m in held}
    chosen = st.selectbox("Kind", list(labels), format_func=labels.__getitem__, key="rm-model")
    return next(m for m in held if m.model_id == chosen)


def _choose_district(reader: Reader) -> Area | None:
    districts = {d.code: d for d in person_store.districts_of(reader)}
    if not districts:
        return None
    st.header("Places against their kind", anchor=False)
    chosen = st.selectbox("District", list(districts), format_func=lambda code: districts[code].name, key="rm-district")
    return districts.get(chosen or "")


def _places(person: Person, model: RiskModel, places: Places) -> None:
    if not places.estimates:
        st.info("No neighbourhood of this district is part of the model.")
        return
    view = {"model": model.model_id, "district": places.district.code}
    record_once(person, "risk_model", {**view, "places": len(places.estimates)}, view=view)
    st.html(paragraphs([places.said]))
    left, right = st.columns([1, 1], gap="medium")
    with left:
        if places.outside is None:
            st.html('<p class="hg-note">No place lies outside what is usual for its kind.</p>')
        else:
            st.html(table(places.outside))
        with st.expander(plain(f"All {len(places.estimates):,} neighbourhoods as a table")):
            st.html(table(places.everything))
    with right:
        st.html(legend(report.legend_of(theme()), "Recorded against what the model expects"))
        show_map(
            report.areas_of(places.estimates, theme()),
            title=f"Map of places against their kind in {places.district.name}",
            key=f"rm-{places.district.code}",
        )


def _limits(content: ModelPage) -> None:
    st.header("What it cannot say, and must not be used for", anchor=False)
    parts = (
        ("It cannot say", content.cannot), ("It must not be used to", content.must_not), ("Left out on purpose", content.left_out),
    )  # fmt: skip
    st.html(
        '<div class="hg-text">'
        + "".join(f"<p><b>{title}</b></p><ul>{''.join(f'<li>{escape(x)}</li>' for x in lines)}</ul>" for title, lines in parts)
        + "</div>"
    )


def _record(person: Person, model: RiskModel) -> None:
    st.header("Transparency record", anchor=False)
    with st.expander("The record of the Algorithmic Transparency Recording Standard"):
        st.html(
            '<div class="hg-text">'
            + "".join(
                f"<p><b>{escape(section)}</b></p><ul>"
                + "".join(f"<li>{escape(name)}: {escape(value)}</li>" for name, value in fields.items())
                + "</ul>"
                for section, fields in model.transparency.items()
            )
            + "</div>"
        )

    name = f"homeground-model-{model.model_id}-record.md"
    detail = {"model": model.model_id}
    download(
        person, "Download the record (Markdown)", name, "text/markdown", lambda: report.record_text(model), "risk_model_record", detail,
        key="rm-download",
    )  # fmt: skip
