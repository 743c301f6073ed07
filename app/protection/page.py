"""Community: how people are protected, and the certificate of the release."""

from __future__ import annotations

import streamlit as st

from app.look.frame import nothing_published, synthetic_label
from app.look.markup import plain
from app.protection import text as protection_text
from app.protection.tables import certificate_tables, protection_section
from published.release import current_release


def show() -> None:
    release = current_release()
    if release is None:
        nothing_published()
        return
    synthetic_label(synthetic=release.synthetic)
    st.title("How we protect people", anchor=False)
    for section in protection_text.sections(release):
        st.header(plain(section.heading), anchor=False)
        st.html(protection_section(section))
    st.header("The certificate of this release", anchor=False)
    st.html(certificate_tables(release))
    st.html('<p><a href="/download/certificate.json">Download the whole certificate (JSON)</a></p>')
