"""Small pieces of SVG that the map and the chart share: numbers, text, and the frame with its title and description.

Drawn by hand rather than by a plotting package: the same bytes every time, no script, and nothing in the file that is not on the page.
"""

from __future__ import annotations

from html import escape

FONT = "Source Sans Pro, Source Sans 3, Arial, sans-serif"
INK = "#1d2528"
MUTED = "#5b6770"
HAIRLINE = "#c9cfd4"
ACCENT = "#0b5f6a"
LAND = "#f1f0ec"
LAND_NEAR = "#dfe3e4"
# lengths that a scale bar may have, in metres
_BARS_M = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)


def number(value: float) -> str:
    """At most one decimal: a tenth of a unit is below what a page can show."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def text(x: float, y: float, words: str, *, size: float = 13, anchor: str = "start", colour: str = INK, weight: int = 400) -> str:
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-family="{FONT}" font-size="{number(size)}" font-weight="{weight}"'
        f' text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
    )


def line(x1: float, y1: float, x2: float, y2: float, *, colour: str = INK, width: float = 1, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}" stroke="{colour}"'
        f' stroke-width="{number(width)}"{dashes}/>'
    )


def rect(x: float, y: float, width: float, height: float, *, fill: str = "none", stroke: str = "none", opacity: float = 1) -> str:
    see_through = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" fill="{fill}" stroke="{stroke}"'
        f"{see_through}/>"
    )


def scale_bar(x: float, y: float, per_m: float, *, most: float) -> list[str]:
    """A bar of round metres from a point to the right, at most `most` wide. per_m: how wide a metre is drawn."""
    metres = max((m for m in _BARS_M if m * per_m <= most), default=_BARS_M[0])
    label = f"{metres // 1000} km" if metres >= 1_000 else f"{metres} m"
    end = x + metres * per_m
    return [
        rect(x - 5, y - 20, end - x + 10, 27, fill="#ffffff", opacity=0.85),
        line(x, y, end, y, width=1.5),
        line(x, y - 4, x, y + 1, width=1.5),
        line(end, y - 4, end, y + 1, width=1.5),
        text((x + end) / 2, y - 7, label, size=12, anchor="middle"),
    ]


def frame(width: float, height: float, title: str, description: str, parts: list[str]) -> str:
    """A whole SVG document that a screen reader meets as one picture with a name and a description."""
    size = f"0 0 {number(width)} {number(height)}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" width="{number(width)}" height="{number(height)}" role="img">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    )
    return head + "".join(parts) + "</svg>"


def wrap(words: str, most: int) -> list[str]:
    """Text broken into lines of at most so many characters; a longer word keeps a line of its own."""
    lines: list[str] = []
    for word in words.split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines or [""]


def shorten(words: str, most: int) -> str:
    """Text cut to at most so many characters; the whole of it stands beside the drawing."""
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
