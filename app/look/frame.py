"""What surrounds every page: title bar, navigation, style, the label of synthetic data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from app.look.markup import plain, style_sheet
from app.look.palette import Palette, palette, variables_of


def theme() -> Palette:
    """The palette of the theme that this browser shows."""
    return palette(st.context.theme.type)


def dress() -> None:
    st.html(f"<style>:root{{{variables_of(theme())}}}\n{style_sheet()}\n{_STREAMLIT}</style>")


# what Streamlit's theme cannot say: reading width, targets of at least 24 px, a quiet top bar
_STREAMLIT = """
.stMainBlockContainer { max-width: 74rem; padding-top: 1.1rem; padding-bottom: 4rem; }
@media (max-width: 640px) { .stMainBlockContainer { padding: 0.8rem 1rem 3rem; } }
.stMainBlockContainer h1 { max-width: 46rem; padding-top: 0; }
.stMainBlockContainer h2 { padding-top: 1.6rem; }
.stAppHeader { display: none; }
.st-key-hg-nav { border-bottom: 1px solid var(--hg-line); padding-bottom: 0.5rem; margin-bottom: 0.75rem; }
.st-key-hg-nav { gap: 0.25rem 1.25rem; flex-wrap: wrap; }
.st-key-hg-nav a { min-height: 1.75rem; }
.st-key-hg-nav > .stElementContainer { min-height: 2rem; margin: 0; }
.stMainBlockContainer [data-testid="stCaptionContainer"] { opacity: 1; }
.stMainBlockContainer [data-testid="stCaptionContainer"] p { color: var(--hg-muted); }
/* the accent on a tint of it, which tells the chosen one of a row, is 3.5 to 1 on a dark page */
[data-testid="stButtonGroup"] [aria-checked="true"] p { color: var(--hg-text); font-weight: 600; }
.hg-brand { font-family: "Source Serif", Georgia, serif; font-weight: 600; font-size: 1.15rem; white-space: nowrap; }
.stMainBlockContainer button { min-height: 2rem; }
[data-testid="stHeaderActionElements"] { display: none; }
.st-key-hg-take-away { position: absolute; width: 1px; height: 1px; overflow: hidden; opacity: 0; }
.stIFrame, .stCustomComponentV1 { border: 1px solid var(--hg-line); }
[data-testid="stVegaLiteChart"] { max-width: 52rem; }
.stMainBlockContainer .stHtml a { color: var(--hg-accent); }
.st-key-search, .st-key-search-formats, .st-key-search-places, .st-key-search-patches,
.st-key-search-area, .st-key-search-purpose, .st-key-search-since, .st-key-search-without, .st-key-search-batch,
.st-key-role { max-width: 40rem; }
.hg-identity { color: var(--hg-muted); margin: 0; }
.st-key-search [data-testid="stFormSubmitButton"] button { min-height: 2.5rem; }
.stHtml dl, .stHtml dt, .stHtml dd { margin-left: 0; }
.hg-skip { position: absolute; left: -999px; margin: 0; } .hg-skip:focus-within { position: static; }
.hg-beside-map { max-height: 37rem; overflow-y: auto; } .hg-beside-map.tall { max-height: 47rem; }
.st-key-hg-patch, .st-key-hg-patch .stColumn > div { gap: 0.6rem; }
.st-key-hg-dashboard h2 { padding-top: 0.8rem; font-size: 1.35rem; line-height: 1.25; }
.st-key-hg-patch h1 { padding: 0 0 1rem; font-size: 2rem; line-height: 1.2; }
/* the line that says what is shown and opens its boxes */
.st-key-hg-shown button, .st-key-hg-shown button * { min-width: 0; max-width: 100%; }
.st-key-hg-shown button p { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.st-key-hg-patch-bar > :has(.st-key-hg-take-away) { position: absolute; width: 1px; }
.hg-links { padding-left: 1.1rem; } .hg-links li { margin: 0 0 0.5rem; }
@media (max-width: 640px) {
  .stMainBlockContainer h1 { font-size: 1.65rem; }
  .stMainBlockContainer > div:has(.st-key-hg-patch) { gap: 0.5rem; }
  .st-key-hg-patch { gap: 0.4rem; }
  .st-key-hg-patch-bar { flex-wrap: nowrap; gap: 0.5rem; }
  .st-key-hg-patch-bar button p { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .st-key-hg-patch h1, .st-key-hg-hot h1,
  .st-key-hg-record h1, .st-key-hg-dashboard h1 { font-size: 1.35rem; line-height: 1.2; padding-bottom: 0.75rem; }
  .stMainBlockContainer > div:has(.st-key-hg-hot, .st-key-hg-record) { gap: 0.5rem; }
  .st-key-hg-hot, .st-key-hg-record { gap: 0.6rem; }
  /* the name on a line of its own, and every link flush with it */
  .st-key-hg-nav { gap: 0 0.4rem; }
  .st-key-hg-nav > :first-child { flex: 0 0 100%; }
  .st-key-hg-nav [data-testid="stPageLink"] { margin-left: -0.5rem; }
  /* for professionals, who come for what is below: the pages on one line that slides, the last of it fading */
  .st-key-hg-nav:has(.hg-brand.short) {
    flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; padding-bottom: 0.15rem; margin-bottom: 0;
    mask-image: linear-gradient(to right, #000 88%, transparent);
  }
  .st-key-hg-nav:has(.hg-brand.short) > :first-child { display: none; }
  .st-key-hg-nav:has(.hg-brand.short) > * { flex: 0 0 auto; }
  .st-key-hg-who { flex-wrap: nowrap; }
  .st-key-hg-who > :first-child { min-width: 0; flex: 0 1 auto; }
  .hg-identity { font-size: 0.88rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  .st-key-hg-who button p { font-size: 0.88rem; white-space: nowrap; }
  .hg-beside-map, .hg-beside-map.tall { max-height: 20rem; }
  /* within an expander the screen is narrower by its frame */
  .stExpander .hg-scroll .hg-table caption { max-width: calc(100vw - 5rem); }
}
"""


@contextmanager
def behind_one_line(line: str) -> Iterator[None]:
    """The boxes that are drawn within stand behind a line that says what they hold: on a phone the first screen is the finding."""
    with st.container(key="hg-shown"), st.popover(plain(line), width="stretch"):
        yield


def synthetic_label(*, synthetic: bool) -> None:
    if synthetic:
        st.html('<p class="hg-synthetic">Synthetic data: these places and figures are invented.</p>')


def nothing_published() -> None:
    st.title("Nothing is published yet")
    st.html(
        '<div class="hg-text"><p class="hg-lead">The first release for this area is still being prepared and checked.</p>'
        "<p>When it is ready, you can look up your area here: what was recorded, how sure the figures are, and what is withheld to protect"
        " people.</p></div>"
    )
