"""What a page's own metadata tells of its lines: which of them it names as title, author and so on.

Read are ``title``, ``meta`` (Open Graph, Twitter's cards, Dublin Core, the names that publishers
share) and JSON-LD of schema.org's articles. Metadata may be wrong, old or another article's: it is
a hint among others, and nothing of it comes into the text.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

FIELDS = (
    *("title", "in_title", "description", "author", "section", "tag", "caption", "publisher"),
    *("body", "beside_body"),
)
"""What a line may be told to be: the title, or a part of it; the description, or a part of it or
its beginning; one that holds an author's name; a section; a keyword; a picture's caption; the
publisher's name; a part of the article's body; a long line that is no part of a body that is told.
"""

MOST_JSON = 1_000_000
"""Characters of JSON-LD that are read of a page."""

_META = {
    **dict.fromkeys(("og:title", "twitter:title", "dc.title", "parsely-title"), "title"),
    **dict.fromkeys(("description", "og:description", "twitter:description"), "description"),
    **dict.fromkeys(("dc.description", "dcterms.description"), "description"),
    **dict.fromkeys(("author", "article:author", "dc.creator", "dcterms.creator"), "author"),
    **dict.fromkeys(("parsely-author", "sailthru.author", "twitter:data1"), "author"),
    **dict.fromkeys(("article:section", "parsely-section"), "section"),
    **dict.fromkeys(("keywords", "news_keywords", "article:tag", "parsely-tags"), "tag"),
    **dict.fromkeys(("og:image:alt", "twitter:image:alt"), "caption"),
    **dict.fromkeys(("og:site_name", "application-name", "dc.publisher"), "publisher"),
}
_JSON = {
    **dict.fromkeys(("headline", "alternativeHeadline"), "title"),
    **{"description": "description", "author": "author", "creator": "author"},
    **{"articleSection": "section", "keywords": "tag", "articleBody": "body"},
    **{"publisher": "publisher", "image": "caption"},
}
# What stands for a thing that the property names.
_NAMES = {"author": ("name",), "publisher": ("name",), "caption": ("caption", "description")}
_ARTICLES = ("Article", "BlogPosting", "Report", "Review", "Recipe")
_PARTS = re.compile(r"\s[|·•–—:»>-]+\s|[|»·]")
_LISTED = re.compile(r"[,;]")
_LETTERS = re.compile(r"[\w\n]+")
# A hostile page could make every line be looked for in values without number or end.
_MOST_VALUES, _LONGEST_VALUE, _LONGEST_BODY = 200, 2_000, 100_000
_SHORTEST, _SHORTEST_PART = 3, 12
_SHORTEST_BODY = 300
_LONGEST_NAMED = 400
_BEGINNING = 40


class Metadata(NamedTuple):
    """Letters and digits of what the metadata says. ``whole``: what a line must be → its fields.

    ``titles``, ``descriptions``, ``captions`` and ``body`` are texts to look for a line in, values
    of one field parted by newlines; ``beginnings`` of descriptions are to begin a line, ``named``
    captions and ``authors`` to stand in it.
    """

    whole: dict[str, tuple[str, ...]]
    titles: str
    descriptions: str
    beginnings: tuple[str, ...]
    captions: str
    named: tuple[str, ...]
    authors: tuple[str, ...]
    body: str


def metadata(tree: LexborHTMLParser) -> Metadata | None:
    """What the page's head and its JSON-LD say; None where they say nothing."""
    found: dict[str, dict[str, None]] = {}
    for field, text in _values(tree):
        known = found.setdefault(field, {})
        letters = _letters(text[: _LONGEST_BODY if field == "body" else _LONGEST_VALUE])
        if len(letters) >= _SHORTEST and len(known) < _MOST_VALUES:
            known[letters] = None
    if not any(found.values()):
        return None
    whole: dict[str, tuple[str, ...]] = {}
    for field in ("title", "section", "tag", "publisher"):
        for letters in found.get(field, ()):
            whole[letters] = (*whole.get(letters, ()), field)
    body = "\n".join(found.get("body", ()))[:_LONGEST_BODY]
    descriptions = [one for one in found.get("description", ()) if len(one) >= _SHORTEST_PART]
    captions = tuple(found.get("caption", ()))
    return Metadata(
        whole=whole,
        titles="\n".join(found.get("title", ())),
        descriptions="\n".join(descriptions),
        beginnings=tuple(one[:_BEGINNING] for one in descriptions),
        captions="\n".join(captions),
        named=captions,
        authors=tuple(found.get("author", ())),
        body=body if len(body) >= _SHORTEST_BODY else "",
    )


def told(texts: Sequence[str], known: Metadata) -> list[tuple[str, ...]]:
    """For each line, without its newline, the :data:`FIELDS` that the metadata tells it to be."""
    # All at a time: one by one it would take four times as long.
    letters = "".join(_LETTERS.findall("\n".join(texts).lower())).split("\n")
    return [_told(line, known) if len(line) >= _SHORTEST else () for line in letters]


def _told(letters: str, known: Metadata) -> tuple[str, ...]:
    size = len(letters)
    found = known.whole.get(letters, ())
    if size >= _SHORTEST_PART:
        if known.body:
            if letters in known.body:
                found = (*found, "body")
            elif size >= _BEGINNING:
                found = (*found, "beside_body")
        if "title" not in found and letters in known.titles:
            found = (*found, "in_title")
        if letters in known.descriptions or letters.startswith(known.beginnings):
            found = (*found, "description")
        if known.named and (letters in known.captions or _holds(letters, known.named)):
            found = (*found, "caption")
    if size < _LONGEST_NAMED and _holds(letters, known.authors):
        found = (*found, "author")
    return found


def _holds(letters: str, names: Sequence[str]) -> bool:
    # A loop, for most pages have one name or none, and a generator takes three times as long.
    for name in names:  # noqa: SIM110
        if name in letters:
            return True
    return False


def _values(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    """(field, text) pairs."""
    if (title := tree.css_first("title")) is not None:
        text = title.text()
        yield "title", text
        # Beside the title stand the publisher and the section, which are shorter.
        yield from (("title", part) for part in _PARTS.split(text) if len(part) * 2 > len(text))
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        field = _META.get((name or "").lower())
        if field is not None:
            yield from _parted(field, attributes["content"] or "")
    left = MOST_JSON
    for node in tree.css('script[type="application/ld+json"]'):
        text = node.text()
        left -= len(text)
        if left < 0:
            break
        try:
            yield from _of_json(json.loads(text, strict=False))
        except (ValueError, RecursionError):
            continue


def _parted(field: str, text: str) -> Iterator[tuple[str, str]]:
    parts: Sequence[str] = _LISTED.split(text) if field in ("tag", "author") else (text,)
    if field == "author":
        parts = [part for whole in parts for part in re.split(r"\s(?:and|und|et|y|e)\s", whole)]
        parts = [part.removeprefix("By ") for part in parts if "/" not in part]
    yield from ((field, part) for part in parts)


def _of_json(value: object) -> Iterator[tuple[str, str]]:
    """What the articles say that stand at the top, or in a list or a graph there."""
    waiting: list[object] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += [one[key] for key in ("@graph", "mainEntity") if key in one]
            kinds = one.get("@type")
            kinds = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(kind, str) and kind.endswith(_ARTICLES) for kind in kinds):
                for key, field in _JSON.items():
                    yield from _property(field, one.get(key))


def _property(field: str, value: object) -> Iterator[tuple[str, str]]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            # A picture given by its address alone says nothing.
            if field != "caption":
                yield from _parted(field, one)
        elif isinstance(one, dict):
            for name in _NAMES.get(field, ()):
                if isinstance(one.get(name), str):
                    yield from _parted(field, one[name])


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(text.lower().replace("\n", " ")))
