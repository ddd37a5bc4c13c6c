"""The words of the field in many languages, read from ``lexicon.json``, and how to find them.

A phrase is found as a run of *tokens*: words in folded letter case, and single characters in
scripts that write without spaces (Han, kana). So one way of looking serves every language, and
takes time in proportion to the text: one dictionary look-up a token.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

# Han, kana and halfwidth kana: each character is a token. Hangul and Thai stay runs.
UNSPACED = "々〇\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
_SEPARATOR = (
    r"\s!-/:-@\[-`{-~\u0080-\u00bf\u00d7\u00f7\u02b9-\u02bf\u05be\u05f3\u05f4\u060c\u061b"
    r"\u061f\u066a-\u066d\u06d4\u0964\u0965\u2000-\u206f\u2190-\u2bff\u3000-\u3004"
    r"\u3008-\u3020\u30fb\ufe30-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
TOKEN = re.compile(f"[{UNSPACED}]|[^{_SEPARATOR}{UNSPACED}]+")

WHOLE, OPENING, CLOSING, ANYWHERE = "whole", "opening", "closing", "anywhere"


class Cue(NamedTuple):
    """A phrase found in a line: whose it is, where it must stand, and its tokens, half-open."""

    label: str
    place: str
    start: int
    end: int


@cache
def lexicon() -> Mapping[str, Any]:
    """The lexicon as it stands in the file, parsed once a process."""
    path = Path(__file__).with_name("lexicon.json")
    content: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def fold(text: str) -> str:
    """Letter case folded, compatibility forms and typographic apostrophes levelled."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return text.casefold()


def tokens(text: str) -> list[str]:
    """The tokens of a text, folded, in order."""
    return TOKEN.findall(fold(text))


@cache
def _phrases() -> dict[str, list[tuple[tuple[str, ...], str, str]]]:
    """First token → (further tokens, label, place) of every phrase of the lexicon."""
    index: dict[str, set[tuple[tuple[str, ...], str, str]]] = {}
    for label, places in lexicon()["labels"].items():
        for place, languages in places.items():
            for phrase in phrases_of(languages):
                first, *rest = tokens(phrase)
                index.setdefault(first, set()).add((tuple(rest), label, place))
    return {first: sorted(entries) for first, entries in index.items()}


def phrases_of(languages: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The phrases of a list of the lexicon, all languages one after the other."""
    for language, phrases in languages.items():
        if language != "$comment":
            yield from phrases


@cache
def words(*path: str) -> frozenset[str]:
    """Single tokens of a word list, such as ``words("time", "months")``, all languages together."""
    found: Any = lexicon()
    for key in path:
        found = found[key]
    return frozenset(token for phrase in phrases_of(found) for token in tokens(phrase))


@cache
def token_runs(*path: str) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """First token → whole token runs of a phrase list, the longest first."""
    found: Any = lexicon()
    for key in path:
        found = found[key]
    index: dict[str, set[tuple[str, ...]]] = {}
    for phrase in phrases_of(found):
        run = tuple(tokens(phrase))
        index.setdefault(run[0], set()).add(run)
    return {first: tuple(sorted(runs, key=len, reverse=True)) for first, runs in index.items()}


def run_at(line: Sequence[str], at: int, runs: Mapping[str, tuple[tuple[str, ...], ...]]) -> int:
    """Length in tokens of the longest of ``runs`` that stands at token ``at``; 0 for none."""
    for run in runs.get(line[at], ()):
        if tuple(line[at : at + len(run)]) == run:
            return len(run)
    return 0


def cues(line: Sequence[str]) -> list[Cue]:
    """Every phrase of the lexicon that stands in a line of tokens in the place it must.

    Numbers at either end of a line do not keep a phrase from being the whole of it
    ("Share 12", "3 comments").
    """
    index = _phrases()
    first, last = 0, len(line)
    while first < last and line[first].isdigit():
        first += 1
    while last > first and line[last - 1].isdigit():
        last -= 1
    found = []
    for at, token in enumerate(line):
        for rest, label, place in index.get(token, ()):
            end = at + 1 + len(rest)
            if rest and tuple(line[at + 1 : end]) != rest:
                continue
            if place == ANYWHERE:
                fits = True
            elif place == OPENING:
                fits = at in (0, first)
            elif place == CLOSING:
                fits = end in (last, len(line)) and at > 0
            else:
                fits = at in (0, first) and end in (last, len(line))
            if fits:
                found.append(Cue(label, place, at, end))
    return found


@lru_cache(maxsize=8192)
def markup_labels(names: tuple[str, ...]) -> tuple[str, ...]:
    """Labels that words of class, id, role and the like speak for, each once, nearest first.

    Two words in a row are looked up joined too: "article body" as "articlebody".
    """
    index = _markup()
    pairs: Iterable[str] = (a + b for a, b in pairwise(names))
    joined = [index[pair] for pair in pairs if pair in index]
    single = [index[name] for name in names if name in index]
    return tuple(dict.fromkeys([*joined, *single]))


@cache
def _markup() -> dict[str, str]:
    return {
        word: label
        for label, names in lexicon()["markup"].items()
        if label != "$comment"
        for word in names
    }
