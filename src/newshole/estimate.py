"""How big a tree a page would be, estimated before it is parsed.

A parser cannot be stopped half-way, and a small page can cost it minutes and gigabytes.
"""

import re

from newshole.markup import BLOCKS, LETTERS, names

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)")
_FORMATTING = re.compile(
    r"<(?:(/)(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)>"
    r"|(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)\s)",
    re.IGNORECASE,
)

# Start tags that never nest: void elements, and those the parser closes by itself when the
# next one comes. They would make a long page of unclosed <p> or <br> look deep.
_FLAT = names(
    """
    area base basefont bgsound br col dd dt embed frame hr html body head image img input
    keygen li link meta option p param source tbody td tfoot th thead tr track wbr
    """
)

# Only in drawings and formulas does "/>" close an element: parts of them that hold HTML, and
# HTML elements that end them (section 13.2.6.5; more of these than there only raise an estimate).
_HTML_WITHIN = frozenset(("desc", "foreignobject", "title"))
_BREAK_OUT = BLOCKS | LETTERS | {"embed", "head", "img", "meta", "span"}


def nesting(html: str) -> int:
    """An upper estimate of how deep the elements of a page nest, without parsing it.

    Upper but for what hides in tables: a parser may hold four times as many open.
    """
    depth = deepest = 0
    still_open: dict[str, int] = {}
    drawing = foreign = False
    for match in _TAG.finditer(html):
        closing, tag = match[1], match[2].lower()
        if tag in ("svg", "math"):
            drawing = foreign = not closing
        elif tag in _HTML_WITHIN:
            foreign = drawing and bool(closing)
        elif tag in _BREAK_OUT:
            drawing = foreign = False
        if tag in _FLAT or (foreign and not closing and _closes_itself(match[3])):
            continue
        count = still_open.get(tag, 0)
        if not closing:
            still_open[tag] = count + 1
            depth += 1
            deepest = max(deepest, depth)
        elif count:
            still_open[tag] = count - 1
            depth -= 1
    return deepest


def _closes_itself(rest: str) -> bool:
    # A slash in a quoted value is none.
    return rest.endswith("/") and rest.count('"') % 2 == 0 == rest.count("'") % 2


def reopened(html: str, tags: int) -> int:
    """An upper estimate of how many elements the parser opens anew, without parsing.

    In every paragraph it opens again what stands open of ``<b>``, ``<font>`` and their like,
    if they differ in attributes (section 13.2.4.3). ``tags`` is how many tags there may be.
    """
    depth = deepest = 0
    for closing in _FORMATTING.findall(html):
        if not closing:
            depth += 1
            if depth > deepest:
                deepest = depth
        elif depth:
            depth -= 1
    return deepest * tags
