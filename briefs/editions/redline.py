"""Sentences of two editions set beside each other: what is gone, what is new, and within a sentence which words are."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby

from briefs.content import GONE, KEPT, NEW, Brief, Bullets, Paragraph, Redline

# sentences that share less than this are one that went and one that came
_ALIKE = 0.5
Sentences = dict[str, tuple[str, ...]]


def sentences_of(brief: Brief) -> Sentences:
    """By heading, in order."""
    found: dict[str, tuple[str, ...]] = {}
    for section in brief.sections:
        words: list[str] = []
        for block in section.blocks:
            words += block.items if isinstance(block, Bullets) else [block.text] if isinstance(block, Paragraph) else []
        found[section.heading] = (*found.get(section.heading, ()), *words)
    return found


def redlined(old: Sentences, new: Sentences) -> dict[str, tuple[Redline, ...]]:
    """By heading what differs, in the order of the newer edition; headings of the older one alone come last."""
    headings = [*new, *(h for h in old if h not in new)]
    found = {heading: _section(old.get(heading, ()), new.get(heading, ())) for heading in headings}
    return {heading: lines for heading, lines in found.items() if lines}


def _section(old: Sequence[str], new: Sequence[str]) -> tuple[Redline, ...]:
    lines: list[Redline] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            lines += _block(list(old[i:j]), list(new[k:m]))
    return tuple(lines)


def _block(gone: list[str], come: list[str]) -> list[Redline]:
    """Each new sentence with the one of the gone ones that is most like it; what is like none stands alone."""
    lines = []
    for sentence in come:
        scored = [(SequenceMatcher(None, g.split(), sentence.split(), autojunk=False).ratio(), -n, g) for n, g in enumerate(gone)]
        best = max(scored, default=(0.0, 0, ""))
        if best[0] < _ALIKE:
            lines.append(Redline(((NEW, sentence),)))
            continue
        gone.remove(best[2])
        lines.append(Redline(_words(best[2], sentence)))
    return [*lines, *(Redline(((GONE, g),)) for g in gone)]


def _words(old: str, new: str) -> tuple[tuple[str, str], ...]:
    before, after = old.split(), new.split()
    parts: list[tuple[str, str]] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append((KEPT, " ".join(before[i:j])))
        else:
            parts += [(GONE, " ".join(before[i:j]))] if j > i else []
            parts += [(NEW, " ".join(after[k:m]))] if m > k else []
    return tuple((way, " ".join(words for _, words in same)) for way, same in groupby(parts, key=lambda p: p[0]))
