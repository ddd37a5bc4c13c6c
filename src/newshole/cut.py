"""Cuts within a line: where a dateline, a credit, a date or an agency begins or ends.

General rules of form, for any outlet; words come from the lexicon, in all its languages. Each field
has its own: :mod:`newshole.dateline`, :mod:`newshole.credit`, :mod:`newshole.signature`.
"""

from collections.abc import Iterator

from newshole.credit import picture_bounds
from newshole.dateline import paragraph_bounds
from newshole.hint import TextLine
from newshole.signature import SEPARATORS, signature_bounds

CUT = frozenset({"body", "caption", "credit", "byline", "timestamp"})
"""Labels of lines that may hold more than one field; others are never cut."""

Piece = tuple[int, int, str]
"""Start and end in code points of the line, half-open, and the label's name."""


def cut(line: TextLine, name: str, *, opens_story: bool = False) -> list[Piece]:
    """Pieces that partition the line, whose label as a whole is ``name``.

    A separator stays with the piece before it, the space opens the piece after it.
    ``opens_story`` says that the line is the first of the story.
    """
    text = line.text
    bounds: list[tuple[int, str]] = [(0, name)]
    if name == "body":
        bounds = paragraph_bounds(text, opens_story)
    elif name in ("caption", "credit"):
        bounds = picture_bounds(line, name)
    elif name in ("byline", "timestamp"):
        bounds = signature_bounds(text, name)
    if len(bounds) == 1:
        # Most lines by far: nothing to trim.
        return [(0, len(text), bounds[0][1])]
    return list(_pieces(text, bounds))


def _pieces(text: str, bounds: list[tuple[int, str]]) -> Iterator[Piece]:
    kept: list[tuple[int, str]] = []
    for start, name in bounds:
        while 0 < start < len(text) and text[start] in SEPARATORS:
            start += 1
        while start > 0 and text[start - 1].isspace():
            start -= 1
        if kept and not text[kept[-1][0] : start].strip():
            # Nothing but white space before the cut: there is none.
            start = kept.pop()[0]
        if not text[start:].strip():
            continue
        if not kept or kept[-1][1] != name:
            kept.append((start, name))
    ends = [start for start, _ in kept[1:]] + [len(text)]
    for (start, name), end in zip(kept, ends, strict=True):
        yield start, end, name
