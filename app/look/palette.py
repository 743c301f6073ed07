"""Every colour that carries a meaning, light and dark, in one place.

The sequential ramp is single-hue (light to deep teal), so it holds for every kind of colour blindness and in print. Hot and cold
are orange and blue about a neutral grey: apart for people who do not see red or green. "Not significant", "withheld" and "no data"
are told apart by pattern as well as by colour.
"""

from __future__ import annotations

from dataclasses import dataclass

WITHHELD_FILL = "url(#hg-withheld)"
NO_DATA_FILL = "url(#hg-no-data)"


@dataclass(frozen=True)
class Ground:
    """Colours of the background under the figures, muted: a road is told by its width more than by its colour.

    blend: how figures lie on it (mix-blend-mode); where nothing is drawn under them they keep the very colour of the legend.
    """

    motorway: str
    a_road: str
    b_road: str
    street: str
    railway: str
    water: str
    park: str
    blend: str


@dataclass(frozen=True)
class Palette:
    """Colours of one theme."""

    page: str
    text: str
    muted: str
    line: str
    accent: str
    outline: str
    selected: str
    neutral: str
    pattern: str
    sequential: tuple[str, str, str, str, str]
    # by certainty 99, 95, 90 percent
    hot: tuple[str, str, str]
    cold: tuple[str, str, str]
    ground: Ground


LIGHT = Palette(
    page="#ffffff",
    text="#1d2528",
    muted="#55616a",
    line="#c9d1d4",
    accent="#0b5f6a",
    outline="#5c6b70",
    selected="#1d2528",
    neutral="#eceded",
    pattern="#6b757a",
    sequential=("#e3f1ef", "#b2d8d5", "#74b4b5", "#338a92", "#0b545f"),
    hot=("#a63603", "#e6752b", "#fdbe85"),
    cold=("#08519c", "#4a90c9", "#b3d2ea"),
    ground=Ground(
        motorway="#8f979c",
        a_road="#a3abaf",
        b_road="#b4bbbf",
        street="#cdd2d5",
        railway="#9aa2a6",
        water="#bcd3de",
        park="#dfe8da",
        blend="multiply",
    ),
)
DARK = Palette(
    page="#14191b",
    text="#e9edee",
    muted="#a9b4b8",
    line="#3d484c",
    accent="#6cc5cd",
    outline="#8d9a9f",
    selected="#ffffff",
    neutral="#353d40",
    pattern="#b3bdc1",
    sequential=("#20383c", "#27575d", "#2f7f86", "#52abb1", "#a9e3e3"),
    hot=("#ffb27a", "#e6752b", "#8c4213"),
    cold=("#a9d2f5", "#4a90c9", "#23527c"),
    ground=Ground(
        motorway="#6d787d",
        a_road="#59646a",
        b_road="#4a5459",
        street="#363f43",
        railway="#566065",
        water="#1f3a47",
        park="#1e2a22",
        blend="screen",
    ),
)


def palette(theme: str | None) -> Palette:
    """The palette of Streamlit's theme type, 'light' or 'dark'."""
    return DARK if theme == "dark" else LIGHT


def certainty_colour(of: Palette, kind: str, certainty: int | None) -> str:
    """Fill of a hot spot class; the neutral middle where it is not significant."""
    ramp = {"hot": of.hot, "cold": of.cold}.get(kind)
    if ramp is None or certainty is None:
        return of.neutral
    return ramp[{99: 0, 95: 1}.get(certainty, 2)]


def variables_of(palette: Palette) -> str:
    """The style sheet's own variables for one palette."""
    names = ("page", "text", "muted", "line", "accent", "outline", "pattern")
    steps = (f"--hg-m{i}:{colour}" for i, colour in enumerate(palette.sequential))
    return ";".join([*(f"--hg-{name}:{getattr(palette, name)}" for name in names), *steps])
