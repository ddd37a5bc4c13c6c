"""Pages of which little is known: their body's text, or snippets that must and must not be in it.

They teach what is story and what is not. A page's record is a line of ``pages.jsonl``: ``id``,
``url``, ``html_sha256`` and either ``body``, a clean text that somebody made of the page, or
``with`` and ``without``, lists of snippets; the page itself is ``html/<id>.html.gz`` beside it.
"""

import gzip
import re
import zlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import numpy as np

from newshole.encoding import decode
from newshole.hint import TextLine
from newshole.labels import NAMES
from newshole.page import site_of
from newshole.raw import PageError, Rejected
from newshole.records import read_lines
from newshole.render import RenderError, render
from newshole.source import Source

MOST_LINES = 3_000
"""Of a longer page the first lines are learned."""

MOST_BYTES = 32 << 20
"""A record of ``pages.jsonl`` may have no more."""

_SHINGLE = 4
_WORD = re.compile(r"\w+")
_LONG = 25
_SHORT = 12
# A known body may hold its standfirst, quotes and embedded posts, or leave them out.
_BODY = np.array([name in ("body", "dateline", "subheading") for name in NAMES])
_MAY_BE_BODY = _BODY | np.array(
    [name in ("pullquote", "embed", "note", "standfirst") for name in NAMES]
)
_CAPTION = np.array([name == "caption" for name in NAMES])
_NOT_STORY = ~np.array([name in ("body", "dateline") for name in NAMES])
_DOUBT = 0.5
_NEEDED = ("id", "url", "html_sha256")


class RecordError(ValueError):
    """A line of ``pages.jsonl`` that is no record of a page."""


class WeakPage(NamedTuple):
    """``allowed`` bool (lines with text, labels): what each may be; ``weight`` float32 (lines),
    0 where nothing is known. ``site`` is empty where the record has no address.
    """

    site: str
    lines: list[TextLine]
    allowed: np.ndarray
    weight: np.ndarray


def read_weak(
    folders: Sequence[Path], *, without_sites: Collection[str], without_pages: Collection[str]
) -> Iterator[WeakPage]:
    """The pages of folders, but for those of sites or with sha256 that are left out.

    Pages that cannot be read or hold no line of their body are passed over. Raises OSError for a
    folder without ``pages.jsonl``, RecordError for one with a line that is no record.
    """
    for folder in folders:
        for record in _records(folder / "pages.jsonl"):
            if record["html_sha256"] in without_pages:
                continue
            site = _site(record["url"])
            if site in without_sites or any(name in record["url"] for name in without_sites):
                continue
            page = _read(folder / "html" / f"{record['id']}.html.gz", site, record)
            if page is not None:
                yield page


def _records(path: Path) -> Iterator[dict[str, Any]]:
    source = Source(str(path), path.stem, "jsonl", path.stat().st_size, "")
    try:
        for record in read_lines(source, MOST_BYTES, lambda found, _: _checked(found)):
            if isinstance(record, Rejected):
                raise RecordError(f"{record.origin}: {record.reason}; {record.fix}")
            yield record
    except PageError as refused:
        raise RecordError(f"{path}: {refused.reason}; {refused.fix}") from None


def _checked(record: object) -> dict[str, Any]:
    if not isinstance(record, dict) or not all(
        isinstance(record.get(name), str) for name in _NEEDED
    ):
        needed = ", ".join(_NEEDED)
        raise PageError("R021", f"no record of a page: {needed} are not all texts", "mend the line")
    return record


def _site(url: str) -> str:
    return site_of(url) if urlsplit(url).scheme in ("http", "https") else url


def _read(path: Path, site: str, record: dict[str, Any]) -> WeakPage | None:
    try:
        lines = render(decode(gzip.decompress(path.read_bytes()), is_html=True))[:MOST_LINES]
    except (OSError, EOFError, zlib.error, PageError, RenderError):
        return None
    known = (
        _by_body(lines, record["body"])
        if record.get("body")
        else _by_snippets(lines, record.get("with") or [], record.get("without") or [])
    )
    return None if known is None else WeakPage(site, lines, *known)


def _by_body(lines: Sequence[TextLine], body: str) -> tuple[np.ndarray, np.ndarray] | None:
    """A line is of the body when seven tenths of its shingles are, not when three tenths are not.

    Short lines are when the body has them as a line; where it has them inside one, nothing is
    known. Short lines far from the longer ones of the body are copies.
    """
    words = _words(body)
    whole = {_joined(line) for line in body.split("\n")}
    text = f" {' '.join(words)} "
    shingles = set(_shingles(words))
    shares = np.array([_share(line.text, shingles, whole, text) for line in lines])
    inside = shares >= 0.7
    sizes = np.array([len(line.text) for line in lines])
    if inside.sum() < 2:
        return None
    story = np.flatnonzero(inside & (sizes > 40))
    first, last = (story[0], story[-1]) if len(story) else (0, len(lines))
    at = np.arange(len(lines))
    near = ((at >= first - 2) & (at <= last + 3)) | (sizes > 60)
    allowed = np.ones((len(lines), len(NAMES)), bool)
    weight = np.zeros(len(lines), np.float32)
    allowed[inside & near] = _MAY_BE_BODY
    weight[inside & near] = 1
    outside = shares < 0.3
    allowed[outside] = _NOT_STORY
    # Known bodies miss paragraphs: what stands amid the story is less sure not to be of it.
    weight[outside] = np.where((at >= first) & (at <= last), _DOUBT, 1)[outside]
    return allowed, weight


def _share(text: str, shingles: set[tuple[str, ...]], whole: set[str], body: str) -> float:
    words = _words(text)
    if not words:
        return 0.5
    if _joined(text) in whole:
        return 1.0
    if len(words) < _SHINGLE:
        return 0.5 if f" {' '.join(words)} " in body else 0.0
    own = _shingles(words)
    return sum(shingle in shingles for shingle in own) / len(own)


def _by_snippets(
    lines: Sequence[TextLine], inside: Sequence[str], outside: Sequence[str]
) -> tuple[np.ndarray, np.ndarray] | None:
    allowed = np.ones((len(lines), len(NAMES)), bool)
    weight = np.zeros(len(lines), np.float32)
    wanted = [_joined(snippet) for snippet in inside]
    unwanted = [_joined(snippet) for snippet in outside]
    for at, line in enumerate(lines):
        text = _joined(line.text)
        if any(_same(text, snippet) for snippet in wanted):
            allowed[at], weight[at] = _MAY_BE_BODY | _CAPTION, 1
        elif any(_same(text, snippet) for snippet in unwanted):
            allowed[at], weight[at] = _NOT_STORY & ~_BODY, 1
    return (allowed, weight) if weight.any() else None


def _same(line: str, snippet: str) -> bool:
    if not line or not snippet:
        return False
    return (
        line == snippet
        or (len(line) > _LONG and line in snippet)
        or (len(snippet) > _SHORT and snippet in line)
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _joined(text: str) -> str:
    return " ".join(_words(text))


def _shingles(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)]
