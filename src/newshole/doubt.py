"""A doubt of level 3, and what its checks read: segments in order, with their rows."""

import re
from collections.abc import Sequence
from html import unescape
from typing import NamedTuple

from newshole.article import Segment

Rows = Sequence[tuple[int, bool, Segment]]
"""An article's segments, as :func:`newshole.article.numbered` has them."""

_NO_LETTERS = re.compile(r"[\W_]+")


class Doubt(NamedTuple):
    """A warning before it has its file: row of the article's file (0: whole), code, words."""

    line: int
    code: str
    message: str
    fix: str


def letters(segment: Segment) -> str:
    """What two prints of one line have in common; of a masked segment its fingerprint."""
    if segment.masked:
        return segment.text.strip()
    return _NO_LETTERS.sub("", unescape(segment.text).casefold())
