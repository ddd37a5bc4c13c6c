"""Pieces of text, and the elements they stand in → lines of text with layout hints.

:class:`Galley` takes what :mod:`newshole.render` finds on its walk through a page, piece by
piece, and sets it into lines: which spaces stand between the pieces, and where a line ends.
"""

import re

from newshole import markup
from newshole.hint import FIELD, IN_NOSCRIPT, KEEPS_SPACE, VERBATIM, Element, TextLine, hint

# More say no more of a place, and every line takes time for each.
_MAX_OPEN_FIELDS = 20

_ASCII_SPACE = " \t\n\f\r"
_SPACES = re.compile("[ \t\n\f\r]+")


class Galley:
    """The lines so far, and the line being set."""

    __slots__ = (
        "alt_stood_in",
        "edge",
        "element",
        "field_edge",
        "fields",
        "gap",
        "last_alt",
        "last_link",
        "length",
        "lines",
        "linked",
        "lowest",
        "open_fields",
        "pieces",
        "unlinked",
    )

    def __init__(self) -> None:
        self.lines: list[TextLine] = []
        self.last_alt = ""
        # How many lines there were after a noscript's alternative text, -1 after another.
        self.alt_stood_in = -1
        # The fields that are open, each its word and where it begins in the line (-1: not yet).
        self.open_fields: list[tuple[str, int]] = []
        self.pieces: list[str] = []
        self.length = 0
        # The pieces inside links, and whether there are others.
        self.linked: list[str] = []
        self.unlinked = False
        # What parts the next text from the text before it: nothing, a space or a tab.
        self.gap = ""
        # The innermost element around the whole line, and the lowest depth since its last text.
        self.element: Element | None = None
        self.lowest = 0
        self.fields: list[tuple[int, int, str]] = []
        # Whether an inline element, or one with a field, has begun or ended since the last text.
        self.edge = self.field_edge = False
        self.last_link: str | None = None

    def text(self, parent: Element, text: str) -> None:
        """Set a text as it stands in the page: white space is collapsed, or breaks lines."""
        if parent.mode & KEEPS_SPACE:
            first, *rest = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            self.add(parent, first)
            for line in rest:
                self.end_line()
                self.add(parent, line)
            return
        core = text.strip(_ASCII_SPACE)
        if not core:
            if self.pieces and not self.gap:
                self.gap = " "
            return
        if not self.gap and core[0] != text[0]:
            self.gap = " "
        ends_in_space = core[-1] != text[-1]
        if "\n" in core or "  " in core or "\t" in core or "\r" in core or "\f" in core:
            core = _SPACES.sub(" ", core)
        self.add(parent, core)
        if ends_in_space:
            self.gap = " "

    def add(self, parent: Element, text: str) -> None:
        """Add a text to the line, after the gap that is due."""
        if not text:
            return
        pieces = self.pieces
        if pieces:
            gap = self.gap
            if not gap and self.edge and not parent.mode & VERBATIM and text[0].isalnum():
                gap = self._parting(text)
            if gap:
                pieces.append(gap)
                self.length += 1
            around = self.element
            while around is not None and around.depth > self.lowest:
                around = around.parent
            self.element = around
        else:
            self.element = parent
        self.gap = ""
        self.edge = self.field_edge = False
        self.lowest = parent.depth
        if self.open_fields:
            here = self.length
            self.open_fields = [
                (word, here if start < 0 else start) for word, start in self.open_fields
            ]
        pieces.append(text)
        self.length += len(text)
        self.last_link = parent.link
        if parent.link is None:
            self.unlinked = True
        else:
            self.linked.append(text)

    def _parting(self, text: str) -> str:
        before = self.pieces[-1]
        if len(before) == 1 and len(self.pieces) > 1:
            before = self.pieces[-2] + before
        parted = markup.parts(before, text) or (
            self.field_edge and markup.parts_field(before, text)
        )
        return " " if parted else ""

    def begin_field(self, word: str) -> int:
        """An inline element with a field of its own begins; returns its role, 0 if nested deep."""
        self.field_edge = True
        if len(self.open_fields) == _MAX_OPEN_FIELDS:
            return 0
        self.open_fields.append((word, -1))
        return FIELD

    def end_field(self) -> None:
        """The innermost field ends."""
        self.field_edge = True
        word, start = self.open_fields.pop()
        if 0 <= start < self.length:
            self.fields.append((start, self.length, word))

    def end_line(self) -> None:
        """End the line and set it, if it has anything to see."""
        self.gap = ""
        if not self.pieces or self.element is None:
            return
        whole = self.pieces[0] if len(self.pieces) == 1 else "".join(self.pieces)
        if self.open_fields:
            self.fields += [
                (start, self.length, word)
                for word, start in self.open_fields
                if 0 <= start < self.length
            ]
            # What the element holds of the next line is a field there.
            self.open_fields = [(word, -1) for word, _ in self.open_fields]
        text = whole.strip()
        # Most lines begin with a letter.
        if text[:1].isalnum() or markup.has_ink(text):
            share = 0.0
            if self.linked:
                share = _ink("".join(self.linked)) / _ink(text) if self.unlinked else 1.0
            fields = _trimmed(whole, self.fields) if self.fields else ()
            self.lines.append(TextLine(text, hint(self.element, "", share, fields)))
        self.pieces = []
        self.linked = []
        self.unlinked = False
        self.length = 0
        self.element = self.last_link = None
        self.fields = []

    def image(self, element: Element) -> None:
        """Set the alternative text of an image: on a line of its own, unless it is a sign."""
        attributes = element.attributes
        if not (alt := attributes.get("alt")):
            return
        text = " ".join(alt.split())
        # One by one pixel: a counter, not a picture.
        pixel = attributes.get("width") in ("0", "1") and attributes.get("height") in ("0", "1")
        if pixel or not markup.has_ink(text):
            return
        named = attributes.get("class") or ""
        if not any(map(str.isalnum, text)) or not markup.SIGNS.isdisjoint(
            markup.split_words(named)
        ):
            self.add(element, text)
            return
        stands_in = bool(element.mode & IN_NOSCRIPT) or (
            element.parent is not None and element.parent.tag == "amp-img"
        )
        beside = self.alt_stood_in == len(self.lines) and not self.pieces
        if text == self.last_alt and (stands_in or beside):
            self.alt_stood_in = -1
            return
        self.last_alt = text
        self.end_line()
        share = 0.0 if element.link is None else 1.0
        self.lines.append(TextLine(text, hint(element, "img", share, ())))
        self.alt_stood_in = len(self.lines) if stands_in else -1


def _ink(text: str) -> int:
    return len("".join(text.split()))


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
