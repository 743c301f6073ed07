"""Community: how people are protected, and the certificate of the release."""

from __future__ import annotations

from html import escape

import streamlit as st

from app import protection_text
from app.published import current_release
from app.views.find_area import nothing_published
from app.views.frame import synthetic_label


def show() -> None:
    release = current_release()
    if release is None:
        nothing_published()
        return
    synthetic_label(synthetic=release.synthetic)
    st.title("How we protect people", anchor=False)
    for section in protection_text.sections(release):
        st.header(section.heading, anchor=False)
        st.html('<div class="hg-text">' + "".join(f"<p>{escape(p)}</p>" for p in section.paragraphs) + "</div>")
    st.header("The certificate of this release", anchor=False)
    rows = "".join(f'<tr><th scope="row">{escape(k)}</th><td>{escape(v)}</td></tr>' for k, v in protection_text.facts(release))
    st.html(
        f'<div class="hg-text"><table class="hg-table"><caption>Facts that the release carries</caption><tbody>{rows}</tbody></table>'
        '<p><a href="/download/certificate.json">Download the whole certificate (JSON)</a></p></div>'
    )
