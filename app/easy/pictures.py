"""Simple line pictures of our own, 48 by 48, in the colour of the text. Each stands beside the words that say the same."""

from __future__ import annotations

from markupsafe import Markup

_PARTS = {
    "place": '<path d="M24 44s14-14 14-25a14 14 0 0 0-28 0c0 11 14 25 14 25z"/><circle cx="24" cy="19" r="5"/>',
    "list": '<path d="M10 6h28v36H10z"/><path d="M16 15h16M16 23h16M16 31h10"/>',
    "calendar": '<path d="M7 11h34v30H7zM7 20h34M16 6v9M32 6v9"/><path d="M15 28h4M29 28h4M15 35h4"/>',
    "count": '<path d="M8 42V28h7v14M20 42V18h8v24M33 42V8h7v34M4 42h40"/>',
    "scales": '<path d="M24 6v34M14 42h20M8 13h32M8 13l-5 14h10zM40 13l-5 14h10z"/>',
    "arrows": '<path d="M15 42V8M7 17l8-9 8 9M33 6v34M25 31l8 9 8-9"/>',
    "ear": '<path d="M16 20a9 9 0 0 1 18 0c0 8-7 8-7 15a6 6 0 0 1-11 2"/><path d="M21 21a4 4 0 0 1 8 0"/><path d="M7 7l34 34"/>',
    "question": '<circle cx="24" cy="24" r="19"/><path d="M18 19a6 6 0 1 1 8 6c-2 1-2 2-2 4M24 35v.5"/>',
    "people": '<circle cx="15" cy="16" r="6"/><circle cx="33" cy="16" r="6"/>'
    '<path d="M4 41c0-9 5-14 11-14s11 5 11 14M26 32c2-3 4-5 7-5 6 0 9 5 9 14"/>',
    "shield": '<path d="M24 5l16 6v12c0 10-7 17-16 20C15 40 8 33 8 23V11z"/><path d="M16 24l6 6 11-12"/>',
    "phone": '<path d="M15 4h18v40H15zM15 11h18M15 36h18M23 40h2"/>',
    "letter": '<path d="M5 11h38v27H5zM5 12l19 15 19-15"/>',
    "book": '<path d="M24 12C18 8 11 8 5 9v29c6-1 13-1 19 3 6-4 13-4 19-3V9c-6-1-13-1-19 3zM24 12v29"/>',
}  # fmt: skip
NAMES = tuple(_PARTS)


def picture(name: str) -> Markup:
    """The picture as SVG, hidden from screen readers: the words beside it say all of it."""
    return Markup(  # noqa: S704 - the parts are those above
        '<svg class="hg-easy-picture" viewBox="0 0 48 48" width="72" height="72" fill="none" stroke="currentColor" stroke-width="2.5"'
        f' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{_PARTS[name]}</svg>'
    )
