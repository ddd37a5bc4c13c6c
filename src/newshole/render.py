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

from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

from newshole import estimate, markup
from newshole.hint import (
    APART,
    BLOCK,
    EDGE,
    FIELD,
    IN_NOSCRIPT,
    KEEPS_SPACE,
    ROW,
    SILENT,
    VERBATIM,
    Element,
    Hint,
    TextLine,
)
from newshole.typeset import Galley

__all__ = ["MAX_DEPTH", "MAX_REOPENED", "Hint", "RenderError", "TextLine", "plain", "render"]

#: Elements may nest this deep (browsers cut off at 512). The parser's time grows with the square
#: of the depth: a tenth of a second here, 15 s at 100,000 (benchmarks/README.md).
MAX_DEPTH = 10_000

#: Formatting elements left open are opened again in every paragraph, at most this often: seconds,
#: and a gigabyte.
MAX_REOPENED = 4_000_000

_LONG_NOSCRIPT = 1_000
_ASCII_SPACE = " \t\n\f\r"

# What a tag says of its element, as bits: nothing is seen; it stands among letters; it is
# inline, as those of no table; a block; it is not opened as others are; it means more than that.
_UNSEEN, _LETTERS, _INLINE, _BLOCK, _OTHER, _MORE = 0, 1, 2, 4, 8, 16
_KINDS = dict.fromkeys(markup.LETTERS, _LETTERS) | dict.fromkeys(markup.BLOCKS, _BLOCK)
_KINDS |= dict.fromkeys(markup.IMAGES | {"br", "input", "noscript"}, _OTHER)
_KINDS |= dict.fromkeys(markup.UNSEEN, _UNSEEN)
for _tag in markup.CELLS | markup.ITEMS | markup.VERBATIM | markup.APART | {"a", "dialog"}:
    _KINDS[_tag] = _KINDS.get(_tag, _INLINE) | _MORE
for _tag in markup.FIELD_TAGS:
    _KINDS[_tag] = _KINDS.get(_tag, _INLINE) | _MORE

# Attributes that may hide an element, or show it otherwise than its tag says.
_TELLING = frozenset(("hidden", "popover", "style"))


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
    walk = _Walk(tree)
    if tree.root is not None:
        walk.through(tree.root)
    return walk.lines() if walk.noscripts else walk.galley.lines


class _Walk:
    """The walk through a page's elements, each opened and closed in turn."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self.tree = tree
        self.galley = Galley()
        # What came late, by id, until it is put in its place.
        self._late: dict[str, LexborNode] | None = None
        # Long noscripts: from which line to which.
        self.noscripts: list[tuple[int, int]] = []

    @property
    def late(self) -> dict[str, LexborNode]:
        """What came late and has not yet been seen, by its id; looked for once, when needed."""
        if self._late is None:
            found = self.tree.css('[hidden][id^="S:"]')
            self._late = {node.attributes["id"] or "": node for node in found}
        return self._late

    def lines(self) -> list[TextLine]:
        """The lines, less those of long noscripts that the page has elsewhere or are few words."""
        lines = self.galley.lines
        for start, end in reversed(self.noscripts):
            within = lines[start:end]
            length = sum(len(line.text) for line in within)
            seen = {line.text for line in (*lines[:start], *lines[end:])}
            lines[start:end] = [
                line
                for line in within
                if line.text not in seen
                and (length >= _LONG_NOSCRIPT or (line.hint and line.hint.block == "img"))
            ]
        return lines

    def through(self, root: LexborNode) -> None:
        """Set every text below ``root``."""
        # By hand and not by recursion: pages nest deeper than Python's stack.
        galley = self.galley
        parent: Element | None = None
        node: LexborNode | None = root
        while node is not None:
            tag = node.tag
            if tag == "-text":
                if parent is not None and not parent.mode & SILENT:
                    text = node.text_content or ""
                    if parent.mode & KEEPS_SPACE or text.strip(_ASCII_SPACE):
                        galley.text(parent, text)
                    elif galley.pieces:
                        galley.gap = galley.gap or " "
            elif tag is not None and (kind := _KINDS.get(tag, _INLINE)):
                inner = node.child
                element = self.enter(node, tag, kind, inner, parent)
                if element is not None:
                    if inner is not None:
                        parent, node = element, inner
                        continue
                    self.leave(element)
            elif tag == "template" and (name := markup.late_id(node.attributes)):
                # Once each, for what came late may hold the place of others, even its own.
                came = self.late.pop(name, None)
                if came is not None:
                    node = markup.end_of_stand_in(node)
                    if (inner := came.child) is not None:
                        parent, node = Element(node, tag, {}, parent), inner
                        parent.role = EDGE
                        continue
            node = node.next
            while node is None and parent is not None:
                self.leave(parent)
                # The root's siblings (a doctype, comments) hold no text.
                node = parent.node.next if parent.parent is not None else None
                parent = parent.parent

    def enter(
        self,
        node: LexborNode,
        tag: str,
        kind: int,
        inner: LexborNode | None,
        parent: Element | None,
    ) -> Element | None:
        """Open an element; None when there is nothing inside it to be walked."""
        galley = self.galley
        attributes: Mapping[str, str | None] = node.attributes
        display = ""
        if not attributes:
            if inner is None and kind <= _INLINE:
                galley.edge = galley.edge or kind == _INLINE
                return None
        elif not _TELLING.isdisjoint(attributes):
            shown = self._shown(attributes)
            if shown is None:
                return None
            display = shown
            kind |= _MORE
        element = Element(node, tag, attributes, parent)
        if kind & _OTHER:
            return self._enter_other(element)
        is_block = bool(kind & _BLOCK)
        if kind & _MORE:
            if tag == "dialog" and "open" not in attributes:
                return None
            is_block = self._more(element, display, is_block)
        if is_block:
            if galley.pieces and not element.mode & SILENT:
                galley.end_line()
            element.make_block()
            return element
        if not kind & _LETTERS:
            galley.edge = True
            element.role |= EDGE
        if (attributes or kind & _MORE) and (word := markup.field(tag, attributes)):
            element.role |= galley.begin_field(word)
        return element

    def _shown(self, attributes: Mapping[str, str | None]) -> str | None:
        """How an element with an attribute that tells of it is displayed; None: not at all."""
        display = markup.display(attributes.get("style"))
        if markup.is_hidden(attributes):
            # What came late and has its place nowhere is better here than lost.
            name = attributes.get("id") or ""
            if not name.startswith("S:") or self.late.pop(name, None) is None:
                return None
        if display == "none":
            return "" if markup.is_for_subscribers(attributes) else None
        return display

    def _more(self, element: Element, display: str, is_block: bool) -> bool:
        """What an element means beside its kind; returns whether it is a block after all."""
        galley, tag, parent = self.galley, element.tag, element.parent
        attributes = element.attributes
        if display:
            if display != "block" and is_block:
                element.role |= APART
                galley.gap = galley.gap or " "
            is_block = display == "block"
        if tag == "a":
            element.link = attributes.get("href", element.link)
            last = galley.last_link
            if last is not None and last != element.link and not galley.gap:
                galley.gap = " "
        elif tag in markup.CELLS:
            is_block = parent is None or not parent.mode & ROW
            if not is_block and galley.pieces:
                galley.gap = "\t"
        elif tag in markup.APART and not is_block:
            element.role |= APART
            galley.gap = galley.gap or " "
        elif tag in markup.VERBATIM:
            element.mode |= VERBATIM
        if markup.keeps_white_space(tag, attributes.get("style")):
            element.mode |= KEEPS_SPACE
        if tag in markup.ITEMS and parent is not None:
            element.item = parent.place()
            if tag == "tr" and is_block and not markup.holds_block(element.node):
                element.mode |= ROW
        return is_block

    def _enter_other(self, element: Element) -> Element | None:
        galley, tag = self.galley, element.tag
        if tag == "br":
            if not element.mode & SILENT:
                galley.end_line()
            return None
        if tag in markup.IMAGES:
            galley.image(element)
            element.role = EDGE
            # AMP's image may hold others, for browsers without AMP.
            return element if tag == "amp-img" else None
        if tag == "input":
            self._input(element)
            return None
        element.role = EDGE
        if not element.mode & IN_NOSCRIPT:
            element.mode |= IN_NOSCRIPT
            if len(element.node.text()) < _LONG_NOSCRIPT:
                element.mode |= SILENT
            else:
                galley.end_line()
                self.noscripts.append((len(galley.lines), len(galley.lines)))
        return element

    def _input(self, element: Element) -> None:
        """The label of a button, parted from what stands beside it; an image's text."""
        galley = self.galley
        kind = (element.attributes.get("type") or "").lower()
        if kind == "hidden":
            return
        if kind == "image":
            galley.image(element)
        elif kind in ("submit", "button", "reset") and not element.mode & SILENT:
            galley.gap = galley.gap or " "
            galley.text(element, element.attributes.get("value") or "")
            galley.gap = " "

    def leave(self, element: Element) -> None:
        """Close an element."""
        galley, role = self.galley, element.role
        if role & BLOCK:
            if galley.pieces and not element.mode & SILENT:
                galley.end_line()
            return
        if element.tag == "noscript" and not element.mode & SILENT:
            galley.end_line()
            self.noscripts[-1] = (self.noscripts[-1][0], len(galley.lines))
        if role & FIELD:
            galley.end_field()
        if role & APART:
            galley.gap = galley.gap or " "
        if role & EDGE:
            galley.edge = True
        if galley.lowest >= element.depth:
            galley.lowest = element.depth - 1
