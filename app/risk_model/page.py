"""Professional: a risk factor model, behind an ethics board's approval; what it is, how it did, and places against their kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape

import streamlit as st

from app.look.folium_map import show_map
from app.look.frame import synthetic_label, theme
from app.look.markup import legend
from app.person import store as person_store
from app.person.entrance import identity_line
from app.person.sign_in import Person
from app.risk_model import report
from app.risk_model import store as risk_store
from app.risk_model.store import Estimate, RiskModel


def show(person: Person) -> None:
    identity_line(person)
    region = person_store.region()
    synthetic_label(synthetic=region is not None and region.synthetic)
    today = datetime.now(tz=UTC).date()
    held = risk_store.models(person)
    if not held:
        st.title("Models of places", anchor=False)
        st.html(f'<p class="hg-lead">{escape(report.CLOSED)}</p>')
        return
    model = held[0]
    if len(held) > 1:
        labels = {m.model_id: str(m.card["group_label"]) for m in held}
        chosen = st.selectbox("Kind", list(labels), format_func=labels.__getitem__, key="rm-model")
        model = next(m for m in held if m.model_id == chosen)
    st.title(f"What goes with {_lower(str(model.card['group_label']))}, by neighbourhood", anchor=False)
    st.html(f'<p class="hg-note">{escape(report.approval_sentence(model, today))}</p>')
    st.html(f'<p class="hg-lead">{escape(report.lead(model))}</p>')
    _performance(model)
    _terms(model)
    _places(person, model)
    _limits(model)
    _record(person, model)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _performance(model: RiskModel) -> None:
    st.header("How far to trust it", anchor=False)
    _paragraphs(report.performance_sentences(model))


def _terms(model: RiskModel) -> None:
    st.header("What goes with more, and with fewer", anchor=False)
    body = "".join(
        f'<tr><th scope="row">{escape(term)}</th><td class="num">{ratio}<span class="rate">({interval})</span></td>'
        f"<td>{escape(says)}</td></tr>"
        for term, ratio, interval, says in report.term_rows(model)
    )
    st.html(
        # three columns, so that on a phone what a ratio says stands beside it
        '<table class="hg-table"><caption>Expected number where a term is one standard deviation higher, over the'
        " expected number where it is not, the other terms being the same. Terms go together, so none is to be read alone, and none is a"
        ' cause.</caption><thead><tr><th scope="col">Term</th><th scope="col" class="num">Ratio, 95% interval</th>'
        f'<th scope="col">Says</th></tr></thead><tbody>{body}</tbody></table>'
    )


def _places(person: Person, model: RiskModel) -> None:
    districts = {d.code: d.name for d in person_store.districts_of(person)}
    if not districts:
        return
    st.header("Places against their kind", anchor=False)
    district = st.selectbox("District", list(districts), format_func=districts.__getitem__, key="rm-district")
    found = risk_store.estimates(person, model, district)
    if not found:
        st.info("No neighbourhood of this district is part of the model.")
        return
    view = {"model": model.model_id, "district": district}
    if st.session_state.get("rm-recorded") != view:
        person_store.record(person, "view", "risk_model", {**view, "places": len(found)})
        st.session_state["rm-recorded"] = view
    _paragraphs([report.place_sentence(found, districts[district])])
    table, drawing = st.columns([1, 1], gap="medium")
    with table:
        outside = [e for e in found if e.standing != "within"]
        caption = f"Outside what is usual for their kind, by name. {_HANDLING}"
        st.html(_table(outside, caption) if outside else '<p class="hg-note">No place lies outside what is usual for its kind.</p>')
        with st.expander(f"All {len(found):,} neighbourhoods as a table"):
            st.html(_table(found, f"Every neighbourhood of {districts[district]}, by name. {_HANDLING}"))
    with drawing:
        st.html(legend(report.legend_of(theme()), "Recorded against what the model expects"))
        show_map(
            report.areas_of(found, theme()),
            title=f"Map of places against their kind in {districts[district]}",
            key=f"rm-{district}",
        )


_HANDLING = "Not for publication: holds small numbers about small places."


def _table(estimates: Sequence[Estimate], caption: str) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(e.name)}<span class="rate">{escape(e.code)}</span></th><td>{report.STANDING[e.standing]}</td>'
        f'<td class="num">{e.observed:,}</td><td class="num">{e.expected:,.0f}<span class="rate">({e.lower:,.0f} to {e.upper:,.0f})</span>'
        "</td></tr>"
        for e in estimates
    )
    return (
        f'<table class="hg-table"><caption>{escape(caption)}</caption><thead><tr><th scope="col">Neighbourhood</th>'
        '<th scope="col">Standing</th><th scope="col" class="num">Recorded</th><th scope="col" class="num">Expected</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _limits(model: RiskModel) -> None:
    cannot, must_not, excluded = report.limits(model)
    st.header("What it cannot say, and must not be used for", anchor=False)
    left_out = [f"{one['what']}. {one['why']}" for one in excluded]
    parts = (("It cannot say", cannot), ("It must not be used to", must_not), ("Left out on purpose", left_out))
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

    def exported() -> None:
        person_store.record(person, "export", "risk_model_record", {"model": model.model_id})

    st.download_button(
        "Download the record (Markdown)", report.record_text(model), f"homeground-model-{model.model_id}-record.md", "text/markdown",
        on_click=exported,
    )  # fmt: skip


def _paragraphs(texts: Iterable[str]) -> None:
    st.html('<div class="hg-text">' + "".join(f"<p>{escape(t)}</p>" for t in texts if t) + "</div>")
