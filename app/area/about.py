"""Community: what the figures are, where they come from and what they cannot say."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.area.profile import limits_of
from app.area.tables import sources_table
from app.look import wording
from app.look.frame import nothing_published, synthetic_label
from published.release import current_release


def show() -> None:
    release = current_release()
    if release is None:
        nothing_published()
        return
    synthetic_label(synthetic=release.synthetic)
    st.title("About the figures", anchor=False)
    st.html(
        f'<p class="hg-lead">{escape(release.title)}, {escape(release.region_name)}, {release.period}. Published'
        f" {wording.day(release.published_at)}.</p>"
    )
    note = wording.months_note(release)
    if note:
        st.html(f'<p class="hg-note">{escape(note)}</p>')
    st.header("What they can and cannot say", anchor=False)
    st.html('<div class="hg-text">' + "".join(f"<p>{escape(p)}</p>" for p in limits_of(release)) + "</div>")
    st.header("Kinds of crime and incident", anchor=False)
    rows = "".join(f'<tr><th scope="row">{escape(c.label)}</th><td>{escape(c.description)}</td></tr>' for c in release.categories)
    st.html(
        '<table class="hg-table"><caption>What each kind holds</caption><thead><tr><th scope="col">Kind</th><th scope="col">What it'
        f" holds</th></tr></thead><tbody>{rows}</tbody></table>"
    )
    st.header("Sources", anchor=False)
    st.html(
        f'<div class="hg-scroll" role="region" aria-label="Table of sources" tabindex="0">{sources_table(release.sources)}</div>'
    )
    st.html(
        '<ul><li><a href="/download/values.csv">Every published figure (CSV)</a></li><li><a href="/download/places.csv">Places (CSV)</a>'
        '</li><li><a href="/download/categories.csv">Kinds (CSV)</a></li><li><a href="/download/sources.csv">Sources (CSV)</a></li></ul>'
    )
