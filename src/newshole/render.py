"""HTML → the lines of text that a reader sees, in reading order, with layout hints."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hint:
    """What the page's markup says of one line of text.

    ``block`` is the tag of the nearest block element (``img`` for an alternative text);
    ``ancestors`` the tags from the outermost to the innermost block;
    ``words`` the lower-cased words of class, id, itemprop, role, rel and data-testid of
    the line's element and its nearest ancestors, innermost first; ``link_share`` the share of the line's
    characters (white space left out) inside links; ``position`` and ``siblings`` the line's place in its list or table
    (0 and 0 outside one); ``fields`` the inline elements with a field of their own, as
    (start, end, word) in code points of the line.
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
