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

import re
from collections.abc import Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from newshole import markup

#: Elements may nest this deep (browsers cut off at 512). The parser's time grows with the square
#: of the depth: under a second here, 18 s at 100,000 (benchmarks/render.md).
MAX_DEPTH = 10_000

_LONG_NOSCRIPT = 1_000

# Enough to tell where a line stands; a page nested 10,000 deep would else hold 10,000² names.
_MAX_ANCESTORS = 200
_MAX_WORDS = 40
_NAMED_ANCESTORS = 3

_ASCII_SPACE = " \t\n\f\r"
_SPACES = re.compile(f"[{_ASCII_SPACE}]+")


class RenderError(ValueError):
    """A page that cannot be rendered; the message says why."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What the page's markup says of one line of text.

    ``block`` is the tag of the nearest block element (``img`` for an alternative text);
    ``ancestors`` the tags from the outermost to the innermost block;
    ``words`` the lower-cased words of class, id, itemprop, role, rel and data-testid of
    the line's element and its nearest ancestors, innermost first; ``link_share`` the share of the
    line's characters (white space left out) inside links; ``position`` and ``siblings`` the line's
    place in its list or table (0 and 0 outside one); ``fields`` the inline elements with a field
    of their own, as (start, end, word) in code points of the line.
    """

    block: str
    ancestors: tuple[str, ...]
    words: tuple[str, ...]
    link_share: float
    position: int
    siblings: int
    fields: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of a page's text, without its newline; ``hint`` is None for plain text."""

    text: str
    hint: Hint | None = None


class _Element:
    """An open element: what it means for the lines inside it."""

    __slots__ = (
        "ancestors",
        "apart",
        "attributes",
        "block",
        "depth",
        "field",
        "field_start",
        "in_noscript",
        "item",
        "item_counts",
        "joins_cells",
        "keeps_space",
        "link",
        "node",
        "parent",
        "silent",
        "tag",
        "verbatim",
        "words",
    )

    def __init__(
        self,
        node: LexborNode,
        parent: "_Element | None",
        tag: str,
        attributes: Mapping[str, str | None],
    ) -> None:
        self.node = node
        self.parent = parent
        self.tag = tag
        self.attributes = attributes
        self.words: tuple[str, ...] | None = None
        self.ancestors: tuple[str, ...] | None = None
        self.field = ""
        self.field_start = -1
        self.apart = self.joins_cells = False
        self.item_counts: list[int] | None = None
        if parent is None:
            self.depth = 0
            self.block = self
            self.item = (0, 0)
            self.link: str | None = None
            self.keeps_space = self.verbatim = self.in_noscript = self.silent = False
        else:
            self.depth = parent.depth + 1
            self.block = parent.block
            self.item = parent.item
            self.link = parent.link
            self.keeps_space = parent.keeps_space
            self.verbatim = parent.verbatim or tag in markup.VERBATIM
            self.in_noscript = parent.in_noscript
            self.silent = parent.silent


class _Page:
    """The lines so far, and the line being put together."""

    def __init__(self) -> None:
        self.lines: list[TextLine] = []
        # Long noscripts: from which line to which.
        self.noscripts: list[tuple[int, int]] = []
        # Elements that came after their place, by id, until they are put there.
        self.late: dict[str, LexborNode] = {}
        self.last_alt = ""
        # How many lines there were after a noscript's alternative text, -1 after another.
        self.alt_stood_in = -1
        self.open_fields: list[_Element] = []
        self.pieces: list[str] = []
        self.length = self.link_length = 0
        # What parts the next text from the text before it: nothing, a space or a tab.
        self.gap = ""
        # The innermost element around the whole line, and the lowest depth since its last text.
        self.element: _Element | None = None
        self.lowest = 0
        self.fields: list[tuple[int, int, str]] = []
        # Whether an inline element, or one with a field, has begun or ended since the last text.
        self.edge = self.field_edge = False
        self.last_link: str | None = None


def plain(text: str) -> list[TextLine]:
    """The lines of a plain text as they are, split at newlines and nothing else; no hints."""
    return [TextLine(line) for line in text.split("\n")]


def render(html: str) -> list[TextLine]:
    """Every visible line of a page, in document order, each with its :class:`Hint`.

    Words come once each and in order; a text never holds a newline, is trimmed, and has
    something to see. Raises :class:`RenderError` for elements nested deeper than
    :data:`MAX_DEPTH`.
    """
    if html.count("<") > MAX_DEPTH and (depth := markup.nesting(html)) > MAX_DEPTH:
        raise RenderError(f"elements nest about {depth} deep; {MAX_DEPTH} is the limit")
    page = _Page()
    tree = LexborHTMLParser(html)
    if tree.root is not None:
        late = tree.css('[hidden][id^="S:"]') if ' id="S:' in html else []
        page.late = {node.attributes["id"] or "": node for node in late}
        _walk(tree.root, page)
    return _without_repeats(page) if page.noscripts else page.lines


def _without_repeats(page: _Page) -> list[TextLine]:
    """The lines, less those of long noscripts that the page has elsewhere or are few words."""
    lines = page.lines
    for start, end in reversed(page.noscripts):
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


def _walk(root: LexborNode, page: _Page) -> None:
    # By hand and not by recursion: pages nest deeper than Python's stack.
    parent: _Element | None = None
    node: LexborNode | None = root
    unseen = markup.UNSEEN
    while node is not None:
        tag = node.tag
        if tag == "-text":
            if parent is not None and not parent.silent:
                _text(page, parent, node.text_content or "")
        elif tag is not None and tag not in unseen:
            element = _enter(page, parent, node, tag)
            if element is not None:
                inner = node.child
                if inner is not None:
                    parent, node = element, inner
                    continue
                _leave(page, element)
        elif tag == "template" and page.late:
            # Once each, for what came late may hold the place of others, even its own.
            came = page.late.pop(markup.late_id(node.attributes), None)
            if came is not None:
                node = markup.end_of_stand_in(node)
                if (inner := came.child) is not None:
                    parent, node = _Element(node, parent, tag, {}), inner
                    continue
        node = node.next
        while node is None and parent is not None:
            _leave(page, parent)
            # The root's siblings (a doctype, comments) hold no text.
            node = parent.node.next if parent.parent is not None else None
            parent = parent.parent


def _enter(page: _Page, parent: _Element | None, node: LexborNode, tag: str) -> _Element | None:
    """Open an element; None when there is nothing inside it to be walked."""
    attributes: Mapping[str, str | None] = node.attributes
    style = display = ""
    if attributes:
        style = attributes.get("style") or ""
        display = markup.display(style) if style else ""
        if markup.is_hidden(tag, attributes):
            if (attributes.get("id") or "") not in page.late:
                return None
            # It came late, and its place is nowhere: here it is better than lost.
            del page.late[attributes["id"] or ""]
        if display == "none":
            if not markup.is_for_subscribers(attributes):
                return None
            display = ""
    if tag == "br":
        _end_line(page)
        return None
    element = _Element(node, parent, tag, attributes)
    if tag in markup.IMAGES:
        _image(page, element)
        # AMP's image may hold others, for browsers without AMP.
        return element if tag == "amp-img" else None
    if tag == "input":
        _input(page, element)
        return None
    if tag == "noscript":
        element.in_noscript = True
        if len(node.text()) < _LONG_NOSCRIPT:
            element.silent = True
        elif not parent or not parent.in_noscript:
            _end_line(page)
            page.noscripts.append((len(page.lines), len(page.lines)))
        return element
    is_block = tag in markup.BLOCKS if not display else display == "block"
    if tag in markup.CELLS:
        is_block = not (parent is not None and parent.joins_cells)
        if not is_block and page.pieces:
            page.gap = "\t"
    elif tag == "a":
        element.link = attributes.get("href", element.link)
        if page.last_link is not None and page.last_link != element.link and not page.gap:
            page.gap = " "
    if style or tag in markup.PREFORMATTED:
        element.keeps_space = element.keeps_space or markup.keeps_white_space(tag, style)
    if tag in markup.ITEMS and parent is not None:
        element.item = _place(parent)
    if is_block:
        if page.pieces:
            _end_line(page)
        element.block = element
        element.joins_cells = tag == "tr" and not markup.holds_block(node)
        return element
    if tag not in markup.LETTERS:
        page.edge = True
    if tag in markup.APART or (display and tag in markup.BLOCKS):
        element.apart = True
        page.gap = page.gap or " "
    if (attributes or tag in markup.FIELD_TAGS) and (word := markup.field(tag, attributes)):
        element.field = word
        page.field_edge = True
        page.open_fields.append(element)
    return element


def _leave(page: _Page, element: _Element) -> None:
    if element.tag == "noscript" and not element.silent:
        _end_line(page)
        page.noscripts[-1] = (page.noscripts[-1][0], len(page.lines))
    if element.block is element:
        if page.pieces:
            _end_line(page)
        # A circle of one, which would keep the whole tree until the collector comes.
        del element.block
        return
    if element.field:
        page.open_fields.pop()
        page.field_edge = True
        if 0 <= element.field_start < page.length:
            page.fields.append((element.field_start, page.length, element.field))
    if element.apart:
        page.gap = page.gap or " "
    if element.tag not in markup.LETTERS:
        page.edge = True
    if page.lowest >= element.depth:
        page.lowest = element.depth - 1


def _text(page: _Page, parent: _Element, text: str) -> None:
    if parent.keeps_space:
        first, *rest = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        _add(page, parent, first)
        for line in rest:
            _end_line(page)
            _add(page, parent, line)
        return
    if not text.strip(_ASCII_SPACE):
        page.gap = page.gap or " "
        return
    core = _SPACES.sub(" ", text)
    if core[:1] == " ":
        page.gap = page.gap or " "
        core = core[1:]
    if core[-1:] == " ":
        _add(page, parent, core[:-1])
        page.gap = " "
    elif core:
        _add(page, parent, core)


def _add(page: _Page, parent: _Element, text: str) -> None:
    """Add a text to the line, after the gap that is due."""
    if not text:
        return
    if page.pieces:
        gap = page.gap
        if not gap and page.edge and not parent.verbatim and text[0].isalnum():
            before = page.pieces[-1]
            if len(before) == 1 and len(page.pieces) > 1:
                before = page.pieces[-2] + before
            if markup.parts(before, text) or (page.field_edge and markup.parts_field(before, text)):
                gap = " "
        if gap:
            page.pieces.append(gap)
            page.length += 1
        around = page.element
        while around is not None and around.depth > page.lowest:
            around = around.parent
        page.element = around
    else:
        page.element = parent
    page.gap = ""
    page.edge = page.field_edge = False
    page.lowest = parent.depth
    for element in page.open_fields:
        if element.field_start < 0:
            element.field_start = page.length
    page.pieces.append(text)
    page.length += len(text)
    page.last_link = parent.link
    if parent.link is not None:
        page.link_length += _ink(text)


def _ink(text: str) -> int:
    return len("".join(text.split()))


def _end_line(page: _Page) -> None:
    page.gap = ""
    if not page.pieces or page.element is None:
        return
    whole = "".join(page.pieces)
    for element in page.open_fields:
        if 0 <= element.field_start < page.length:
            page.fields.append((element.field_start, page.length, element.field))
        # What the element holds of the next line is a field there.
        element.field_start = -1
    text = whole.strip()
    if markup.has_ink(text):
        share = page.link_length / _ink(text) if page.link_length else 0.0
        fields = _trimmed(whole, page.fields) if page.fields else ()
        page.lines.append(TextLine(text, _hint(page.element, "", share, fields)))
    page.pieces = []
    page.length = page.link_length = 0
    page.element = page.last_link = None
    page.fields = []


def _trimmed(whole: str, fields: list[tuple[int, int, str]]) -> tuple[tuple[int, int, str], ...]:
    """Fields as offsets into the trimmed line, none beginning or ending with white space."""
    lead = len(whole) - len(whole.lstrip())
    found = set()
    for start, end, word in fields:
        piece = whole[start:end]
        if core := piece.strip():
            start += len(piece) - len(piece.lstrip()) - lead
            found.add((start, start + len(core), word))
    return tuple(sorted(found, key=lambda span: (span[0], -span[1], span[2])))


def _image(page: _Page, element: _Element) -> None:
    """The alternative text of an image, on a line of its own."""
    attributes = element.attributes
    text = " ".join((attributes.get("alt") or "").split())
    # One by one pixel: a counter, not a picture.
    pixel = attributes.get("width") in ("0", "1") and attributes.get("height") in ("0", "1")
    if pixel or not markup.has_ink(text):
        return
    named = attributes.get("class") or ""
    if not any(map(str.isalnum, text)) or not markup.SIGNS.isdisjoint(markup.split_words(named)):
        _add(page, element, text)
        return
    stands_in = element.in_noscript or (
        element.parent is not None and element.parent.tag == "amp-img"
    )
    beside = page.alt_stood_in == len(page.lines) and not page.pieces
    if text == page.last_alt and (stands_in or beside):
        page.alt_stood_in = -1
        return
    page.last_alt = text
    _end_line(page)
    share = 0.0 if element.link is None else 1.0
    page.lines.append(TextLine(text, _hint(element, "img", share, ())))
    page.alt_stood_in = len(page.lines) if stands_in else -1


def _input(page: _Page, element: _Element) -> None:
    """The label of a button, parted from what stands beside it; an image's alternative text."""
    kind = (element.attributes.get("type") or "").lower()
    if kind == "image":
        _image(page, element)
    elif kind in ("submit", "button", "reset") and not element.silent:
        page.gap = page.gap or " "
        _text(page, element, element.attributes.get("value") or "")
        page.gap = " "


def _hint(
    element: _Element, block: str, share: float, fields: tuple[tuple[int, int, str], ...]
) -> Hint:
    position, siblings = element.item
    return Hint(
        block or element.block.tag,
        _ancestors(element.block),
        _words(element),
        share,
        position,
        siblings,
        fields,
    )


def _ancestors(block: _Element) -> tuple[str, ...]:
    """Tags of the blocks around a line, outermost first; at most the 200 innermost."""
    known = block.ancestors
    if known is None:
        fresh = [block]
        outer = block.parent
        while known is None and outer is not None and len(fresh) < _MAX_ANCESTORS:
            outer = outer.block
            known = outer.ancestors
            if known is None:
                fresh.append(outer)
            outer = outer.parent
        known = known or ()
        for inner in reversed(fresh):
            known = inner.ancestors = (*known, inner.tag)[-_MAX_ANCESTORS:]
    return known


def _words(element: _Element) -> tuple[str, ...]:
    """Words of the line's element and of its three nearest ancestors that have any.

    The page's own (``html``, ``body``) are left out: they say nothing of one line.
    """
    found: list[str] = []
    named = 0
    above: _Element | None = element
    while above is not None and named <= _NAMED_ANCESTORS and above.tag not in ("html", "body"):
        own = above.words
        if own is None:
            own = above.words = markup.words(above.attributes) if above.attributes else ()
        if own:
            found += own
        if own or above is element:
            named += 1
        above = above.parent
    return tuple(dict.fromkeys(found))[:_MAX_WORDS]


def _place(parent: _Element) -> tuple[int, int]:
    """The place of the next item among its parent's, from 1, and how many they are."""
    if parent.item_counts is None:
        items = sum(child.tag in markup.ITEMS for child in parent.node.iter())
        parent.item_counts = [0, items]
    parent.item_counts[0] += 1
    return parent.item_counts[0], parent.item_counts[1]
