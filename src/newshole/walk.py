"""The walk through a page's tree: each element is opened and closed, each text set.

:func:`lines_of` gives the lines that :mod:`newshole.render` promises. A page has some 800 elements
and 900 texts, two thirds of them blank: so what most elements need is written out in the loop, and
all else in methods of its own.
"""

from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

from newshole import markup
from newshole.hint import (
    APART,
    BLOCK,
    EDGE,
    FIELD,
    IN_NOSCRIPT,
    KEEPS_SPACE,
    NOSCRIPT,
    ROW,
    SILENT,
    VERBATIM,
    Element,
    TextLine,
)
from newshole.typeset import Galley

_LONG_NOSCRIPT = 1_000

# What a tag says of its element: nothing is seen; it stands among letters; it is inline, as those
# of no table; a block. As bits besides: it means more than that, and it is not opened as others.
_UNSEEN, _LETTERS, _INLINE, _BLOCK, _MORE, _OTHER = 0, 1, 2, 3, 4, 8
_LINK = _INLINE | _MORE | 16
_KINDS = dict.fromkeys(markup.LETTERS, _LETTERS) | dict.fromkeys(markup.BLOCKS, _BLOCK)
_KINDS |= dict.fromkeys(markup.IMAGES | {"br", "input", "noscript"}, _OTHER)
_KINDS |= dict.fromkeys(markup.UNSEEN, _UNSEEN) | {"a": _LINK}
for _tag in markup.CELLS | markup.ITEMS | markup.VERBATIM | markup.APART | {"dialog"}:
    _KINDS[_tag] = _KINDS.get(_tag, _INLINE) | _MORE
for _tag in markup.FIELD_TAGS:
    _KINDS[_tag] = _KINDS.get(_tag, _INLINE) | _MORE


def lines_of(tree: LexborHTMLParser) -> list[TextLine]:
    """Every line of a parsed page that a reader sees, in reading order, with hints."""
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
        galley, kinds, field = self.galley, _KINDS, markup.field_named
        # What stands for the page itself.
        parent = Element(root, "", {}, None)
        node: LexborNode | None = root
        while node is not None:
            tag = node.tag
            if tag == "-text":
                if not parent.mode & SILENT:
                    galley.text(parent, node.text_content or "")
            elif tag is not None and (kind := kinds.get(tag, _INLINE)):
                inner = node.first_child
                attributes = node.attributes
                if attributes or inner is not None or kind > _INLINE:
                    element = Element(node, tag, attributes, parent)
                    if attributes and (
                        "style" in attributes or "hidden" in attributes or "popover" in attributes
                    ):
                        if not self.enter_shown(element, kind):
                            inner, kind = None, _UNSEEN
                    elif kind <= _INLINE or kind == _LINK:
                        if kind == _LINK:
                            self.begin_link(element)
                        if kind != _LETTERS:
                            galley.edge = True
                            element.role = EDGE
                        if attributes and (word := field(attributes)):
                            element.role |= galley.begin_field(word)
                    elif kind == _BLOCK:
                        if galley.pieces and not parent.mode & SILENT:
                            galley.end_line()
                        element.make_block()
                    elif not self.enter(element, kind, ""):
                        inner, kind = None, _UNSEEN
                    if inner is not None:
                        parent, node = element, inner
                        continue
                    if kind:
                        self.leave(element)
                elif kind == _INLINE:
                    galley.edge = True
            elif tag == "template" and (name := markup.late_id(node.attributes)):
                # Once each, for what came late may hold the place of others, even its own.
                came = self.late.pop(name, None)
                if came is not None:
                    node = markup.end_of_stand_in(node)
                    if (inner := came.first_child) is not None:
                        parent, node = Element(node, tag, {}, parent), inner
                        parent.role = EDGE
                        continue
            node = node.next
            while node is None and (above := parent.parent) is not None:
                if parent.role != BLOCK:
                    self.leave(parent)
                elif galley.pieces and not parent.mode & SILENT:
                    galley.end_line()
                # The root's siblings (a doctype, comments) hold no text.
                node, parent = parent.node.next, above

    def begin_link(self, element: Element) -> None:
        """A link begins, parted from one to another place that it touches."""
        galley = self.galley
        element.link = link = element.attributes.get("href", element.link)
        if galley.last_link is not None and galley.last_link != link and not galley.gap:
            galley.gap = " "

    def enter_shown(self, element: Element, kind: int) -> bool:
        """Open an element that may be hidden, or shown otherwise than its tag says."""
        attributes = element.attributes
        display = self._shown(attributes)
        if display is None:
            return False
        style = attributes.get("style")
        if style and not kind & _OTHER and markup.keeps_white_space(style):
            element.mode |= KEEPS_SPACE
        return self.enter(element, kind, display)

    def enter(self, element: Element, kind: int, display: str) -> bool:
        """Open an element; False when there is nothing inside it to be walked.

        ``display`` is what its style makes of it, empty for what its tag says.
        """
        if kind & _OTHER:
            return self._enter_other(element)
        galley, tag, attributes = self.galley, element.tag, element.attributes
        if tag == "dialog" and "open" not in attributes:
            return False
        is_block = kind & _BLOCK == _BLOCK
        if display:
            if display != "block" and is_block:
                self._apart(element)
            is_block = display == "block"
        if kind & _MORE:
            is_block = self._more(element, is_block)
        if is_block:
            if galley.pieces and not element.mode & SILENT:
                galley.end_line()
            element.make_block()
            return True
        if kind & _BLOCK != _LETTERS:
            galley.edge = True
            element.role |= EDGE
        if word := markup.field(tag, attributes):
            element.role |= galley.begin_field(word)
        return True

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

    def _apart(self, element: Element) -> None:
        """An element stands in its line, parted from what is beside it."""
        element.role |= APART
        self.galley.gap = self.galley.gap or " "

    def _more(self, element: Element, is_block: bool) -> bool:
        """What an element means beside its kind; returns whether it is a block after all."""
        galley, tag = self.galley, element.tag
        if tag == "a":
            self.begin_link(element)
        elif tag in markup.ITEMS:
            if element.parent is not None:
                element.item = element.parent.place()
            if tag == "tr" and is_block and not markup.holds_block(element.node):
                element.mode |= ROW
        elif tag in markup.CELLS:
            is_block = not element.mode & ROW
            if not is_block and galley.pieces:
                galley.gap = "\t"
        elif tag in markup.APART:
            if not is_block:
                self._apart(element)
        elif tag in markup.VERBATIM:
            element.mode |= VERBATIM
            if tag in markup.PREFORMATTED:
                element.mode |= KEEPS_SPACE
        return is_block

    def _enter_other(self, element: Element) -> bool:
        galley, tag = self.galley, element.tag
        if tag == "br":
            if not element.mode & SILENT:
                galley.end_line()
            return False
        if tag in markup.IMAGES:
            galley.image(element)
            element.role = EDGE
            # AMP's image may hold others, for browsers without AMP.
            return tag == "amp-img"
        if tag == "input":
            self._input(element)
            return False
        element.role = EDGE
        if not element.mode & IN_NOSCRIPT:
            element.mode |= IN_NOSCRIPT
            if len(element.node.text()) < _LONG_NOSCRIPT:
                element.mode |= SILENT
            else:
                galley.end_line()
                self.noscripts.append((len(galley.lines), len(galley.lines)))
        if not element.mode & SILENT:
            element.role |= NOSCRIPT
        return True

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
        if role & EDGE:
            galley.edge = True
        if galley.lowest >= element.depth:
            galley.lowest = element.depth - 1
        if role > EDGE:
            self._leave_more(element)

    def _leave_more(self, element: Element) -> None:
        galley, role = self.galley, element.role
        if role & FIELD:
            galley.end_field()
        if role & APART and not galley.gap:
            galley.gap = " "
        if role & NOSCRIPT:
            galley.end_line()
            self.noscripts[-1] = (self.noscripts[-1][0], len(galley.lines))
