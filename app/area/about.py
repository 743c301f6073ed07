"""Community: what the figures are, where they come from and what they cannot say."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.area.profile import limits_of
from app.area.suppliers import gaps_of_all, how_they_came, months_of_all, suppliers_table
from app.area.tables import sources_table
from app.look import wording
from app.look.frame import nothing_published, synthetic_label
from app.look.markup import Cell, Table, paragraphs, table
from published.release import current_release


def show() -> None:
    release = current_release()
    if release is None:
        nothing_published()
        return
    synthetic_label(synthetic=release.synthetic)
    st.title("About the figures", anchor=False)
    st.html(
        f'<p class="hg-lead">{escape(release.title)}, {escape(release.region_name)}, {escape(months_of_all(release))}. Published'
        f" {wording.day(release.published_at)}.</p>"
    )
    note = gaps_of_all(release)
    if note:
        st.html(f'<p class="hg-note">{escape(note)}</p>')
    supplied = suppliers_table(release)
    if supplied is not None:
        st.header("Who supplied them, and when", anchor=False)
        st.html(paragraphs(how_they_came(release)))
        st.html(table(supplied))
    st.header("What they can and cannot say", anchor=False)
    st.html(paragraphs(limits_of(release)))
    st.header("Kinds of crime and incident", anchor=False)
    kinds = [[Cell(c.label), Cell(c.description)] for c in release.categories]
    st.html(table(Table("What each kind holds", [Cell("Kind"), Cell("What it holds")], kinds)))
    st.header("Sources", anchor=False)
    st.html(f'<div class="hg-scroll" role="region" aria-label="Table of sources" tabindex="0">{sources_table(release)}</div>')
    st.html(
        '<ul><li><a href="/download/values.csv">Every published figure (CSV)</a></li><li><a href="/download/places.csv">Places (CSV)</a>'
        '</li><li><a href="/download/categories.csv">Kinds (CSV)</a></li><li><a href="/download/sources.csv">Sources (CSV)</a></li></ul>'
    )
