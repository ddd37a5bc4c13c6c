"""What the markup around a line of text says of it.

:class:`Element` is an open element of a page, with what it means for the lines inside it;
:func:`hint` sums up an element and those around it.
"""

from collections.abc import Mapping
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from newshole import markup

# Enough to tell where a line stands; a page nested 10,000 deep would else hold 10,000² names.
_MAX_ANCESTORS = 200
_MAX_WORDS = 40
_NAMED_ANCESTORS = 3

#: Bits of :attr:`Element.mode`, which elements hand down to what they hold: newlines break
#: lines; nothing is parted within; inside a noscript; texts are passed over; the row is one line.
KEEPS_SPACE, VERBATIM, IN_NOSCRIPT, SILENT, ROW = 1, 2, 4, 8, 16

#: Bits of :attr:`Element.role`, what there is to do when it ends.
BLOCK, EDGE, FIELD, APART, NOSCRIPT = 1, 2, 4, 8, 16


class Hint(NamedTuple):
    """What the page's markup says of one line of text.

    ``block`` is the tag of the nearest block element (``img`` for an alternative text);
    ``ancestors`` the tags from the outermost to the innermost block;
    ``words`` the lower-cased words of class, id, itemprop, role, rel and data-testid of the
    line's element and of the three nearest around it that have any, innermost first;
    ``link_share`` the share of the line's characters (white space left out) inside links;
    ``position`` and ``siblings`` the line's place in its list or table (0 and 0 outside one);
    ``fields`` the inline elements with a field of their own, as (start, end, word) in code
    points of the line;
    ``told`` what the page's metadata tells the line to be, of :data:`newshole.metadata.FIELDS`.
    """

    block: str
    ancestors: tuple[str, ...]
    words: tuple[str, ...]
    link_share: float
    position: int
    siblings: int
    fields: tuple[tuple[int, int, str], ...]
    told: tuple[str, ...] = ()


class TextLine(NamedTuple):
    """One line of a page's text, without its newline; ``hint`` is None for plain text."""

    text: str
    hint: Hint | None = None


class Named:
    """The words that name an element and those around it, shared by all whose words they are."""

    __slots__ = ("_all", "_around", "by_element")

    def __init__(self, by_element: tuple[tuple[str, ...], ...]) -> None:
        # Of the elements that have any; the innermost first.
        self.by_element = by_element
        self._all: tuple[str, ...] | None = None
        self._around: tuple[str, ...] | None = None

    def all(self) -> tuple[str, ...]:
        """The words for an element with words of its own."""
        if self._all is None:
            self._all = _once_each(self.by_element)
        return self._all

    def around(self) -> tuple[str, ...]:
        """The words for an element without, inside the one that has them."""
        if self._around is None:
            self._around = _once_each(self.by_element[:_NAMED_ANCESTORS])
        return self._around


_NAMELESS = Named(())
_PAGE = ("html", "body")


# Half the time of calling the class, whose own ``__new__`` is written in Python.
_make = tuple.__new__


class Element:
    """An open element: what it means for the lines inside it."""

    __slots__ = (
        "ancestors",
        "attributes",
        "depth",
        "item",
        "items",
        "link",
        "mode",
        "named",
        "node",
        "parent",
        "role",
        "tag",
    )

    def __init__(
        self,
        node: LexborNode,
        tag: str,
        attributes: Mapping[str, str | None],
        parent: "Element | None",
    ) -> None:
        self.node = node
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.role = 0
        # Looked for when a line needs them: most elements hold none of their own.
        self.named: Named | None = None
        # The place of the last item inside it, and how many there are.
        self.items: tuple[int, int] | None = None
        # Tags of the blocks around what is inside it, outermost first.
        self.ancestors: tuple[str, ...]
        self.link: str | None
        if parent is None:
            self.depth = self.mode = 0
            self.ancestors = ()
            self.link = None
            self.item = (0, 0)
        else:
            self.depth = parent.depth + 1
            self.mode = parent.mode
            self.ancestors = parent.ancestors
            self.link = parent.link
            self.item = parent.item

    def make_block(self) -> None:
        """What is inside the element stands on lines of its own."""
        self.role = BLOCK
        self.ancestors = (*self.ancestors, self.tag)
        if len(self.ancestors) > _MAX_ANCESTORS:
            self.ancestors = self.ancestors[1:]

    def place(self) -> tuple[int, int]:
        """The place of the next item among the element's own, from 1, and how many they are."""
        if self.items is None:
            count = sum(child.tag in markup.ITEMS for child in self.node.iter())
            self.items = (1, count)
        else:
            self.items = (self.items[0] + 1, self.items[1])
        return self.items


def hint(
    element: Element, block: str, share: float, fields: tuple[tuple[int, int, str], ...]
) -> Hint:
    """The hint of a line whose innermost element around the whole is ``element``.

    ``block`` is a tag to be given for the block's; empty for its own.
    """
    position, siblings = element.item
    # Without a block around (a page whose style sheet undoes them) the element stands for one.
    ancestors = element.ancestors or (element.tag,)
    named = element.named or _named(element)
    parent = element.parent
    words = named.around() if parent is not None and named is parent.named else named.all()
    return _make(
        Hint, (block or ancestors[-1], ancestors, words, share, position, siblings, fields, ())
    )


def _named(element: Element) -> Named:
    """The words of the element and of the nearest around it that have any.

    The page's own (``html``, ``body``) are left out: they say nothing of one line.
    """
    named = None
    # Elements nest deeper than Python's stack, but most find theirs one or two further out.
    fresh = [element]
    above = element.parent
    while above is not None and (named := above.named) is None:
        fresh.append(above)
        above = above.parent
    known = named or _NAMELESS
    while fresh:
        inner = fresh.pop()
        if inner.attributes and inner.tag not in _PAGE and (own := markup.words(inner.attributes)):
            known = Named((own, *known.by_element[:_NAMED_ANCESTORS]))
        inner.named = known
    return known


@lru_cache(maxsize=4096)
def _once_each(named: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(named)))[:_MAX_WORDS]
