"""HTML → the lines of text that a reader sees, in reading order, with layout hints.

What counts as text is what a reader can select on the page while scripts run, plus the
alternative texts of images and the labels of buttons. So there is nothing of ``head``,
scripts, styles, templates, comments, ``iframe``, ``audio`` and ``video`` (their fallback),
SVG's ``title`` and ``desc``, ``select`` and what is typed or suggested in an ``input``; nothing
under ``hidden``, ``display: none`` in an inline style (save what its class keeps for subscribers:
they see it), a closed ``dialog`` or a ``popover``. What a server streams late, React's
``<div hidden id="S:1">``, stands where its script puts it: in the place of
``<template id="B:1">`` and of the text that stood in for it.
``aria-hidden`` is seen, ``details`` counts as open. Of ``noscript`` only the alternative texts
are taken, and only one that does not repeat the image's before or right after: there stand the
images that a script loads late. A ``noscript`` of 1,000 characters and more is the article, which
a script puts on the page: those of its lines are taken that stand nowhere else.
An image's text is a line of its own, unless it is a sign amid a sentence:
without letters and digits, or of a class such as ``emoji`` or ``math``.

White space is collapsed as browsers do it: runs of ASCII white space become one space, save in
``pre`` and its kin; no-break and ideographic spaces stay. Lines are trimmed, and lines without
anything to see are left out. A table row is one line, its cells parted by tabs, unless a cell
holds a block or a ``br``; then each cell begins lines of its own, as pages need that are laid
out in tables. Style sheets part what touches in the markup, so a space does it here: around
buttons, between links to different places, around elements with a field of their own, and between
elements where punctuation, the letter case or a digit shows that two words meet; never in
``pre``, code and superscripts.
"""

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from newshole import estimate
from newshole.hint import Hint, TextLine
from newshole.metadata import Metadata, metadata, told
from newshole.walk import lines_of

__all__ = ["MAX_DEPTH", "MAX_REOPENED", "Hint", "RenderError", "TextLine", "plain", "render"]

#: Elements may nest this deep (browsers cut off at 512). The parser's time grows with the square
#: of the depth: a tenth of a second here, 15 s at 100,000 (benchmarks/README.md).
MAX_DEPTH = 10_000

#: Formatting elements left open are opened again in every paragraph, at most this often: seconds,
#: and a gigabyte.
MAX_REOPENED = 4_000_000


class RenderError(ValueError):
    """A page that cannot be rendered; the message says why."""


def plain(text: str) -> list[TextLine]:
    """The lines of a plain text as they are, split at newlines and nothing else; no hints."""
    return [TextLine(line) for line in text.split("\n")]


def render(html: str) -> list[TextLine]:
    """Every visible line of a page, in document order, each with its :class:`Hint`.

    Words come once each and in order; a text never holds a newline, is trimmed, and has
    something to see. Raises :class:`RenderError` for elements nested deeper than
    :data:`MAX_DEPTH`, and for a small page that would be more than :data:`MAX_REOPENED` elements.
    """
    tags = html.count("<")
    if tags > MAX_DEPTH and (depth := estimate.nesting(html)) > MAX_DEPTH:
        raise RenderError(f"elements nest about {depth} deep; {MAX_DEPTH} is the limit")
    # Fewer cannot multiply to more: half of them open, half of them paragraphs.
    if (tags / 2) ** 2 > MAX_REOPENED and (many := estimate.reopened(html, tags)) > MAX_REOPENED:
        raise RenderError(
            f"a parser would open <b>, <font> and their like about {many} times again, "
            f"as they are not closed; {MAX_REOPENED} is the limit"
        )
    tree = LexborHTMLParser(html)
    lines = lines_of(tree)
    known = metadata(tree)
    return lines if known is None else list(_with_told(lines, known))


def _with_told(lines: list[TextLine], known: Metadata) -> Iterator[TextLine]:
    for line, fields in zip(lines, told([line.text for line in lines], known), strict=True):
        yield line._replace(hint=line.hint._replace(told=fields)) if fields and line.hint else line
