"""Who and when on one line: a byline and a timestamp, in either order.

All runs of words that a date, a time of day or a reading time is made of are found first; what
stands before, between and behind them is then told by its form.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from newshole import lexicon
from newshole.signature_tail import label_from, tail
from newshole.wordshape import Bounds, is_agency, is_name, is_uncased

SEPARATORS = "|·•/—–-, \t\u00a0\u3000"

_LONGEST_LINE = 300
_LONGEST_BEFORE = 120
_SPARE_WORDS = 4
"""So many words may follow a date with nothing between, before it is a date in a sentence."""

_NUMERIC = re.compile(
    r"\d{1,2}[./-]\s?\d{1,2}[./-]\s?(?:\d{4}|\d{2})|\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?"
)
_CLOCK = re.compile(r"\d{1,2}:\d\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_PARTS = re.compile(r"[|·•/—–]|\s-\s|\s-$")
# "ODE04.05.2024", "EditorNov. 3": a name and a date with nothing between.
_GLUED = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=[a-zà-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")

_Word = tuple[int, int, str]
"""Start, end and the folded form of a word of the line."""


def signature_bounds(text: str, name: str) -> Bounds:
    """Bounds of byline, timestamp and source in a line that is ``name`` as a whole."""
    if len(text) > _LONGEST_LINE:
        return [(0, name)]
    if name == "byline" and _is_source(text):
        return [(0, "source")]
    stamps = list(_stamps(text))
    end, label = tail(text, stamps[-1][1] if stamps else 0)
    bounds = _who_and_when(text[:end], name, [stamp for stamp in stamps if stamp[1] <= end])
    return [*bounds, (end, label)] if label else bounds


def _who_and_when(text: str, name: str, stamps: Sequence[tuple[int, int]]) -> Bounds:
    if not stamps:
        return [(0, name)]
    before = text[: stamps[0][0]]
    bounds: Bounds = []
    if any(character.isalpha() for character in before):
        who = _who(before, name, text[len(before) : stamps[0][1]])
        if not who:
            return [(0, name)]
        bounds.append((0, who))
    for (start, end), (following, _) in pairwise([*stamps, (len(text), 0)]):
        bounds.append((start if bounds else 0, "timestamp"))
        rest = text[end:following]
        label = _label_behind(rest)
        if label:
            bounds.append((end, label))
        elif not _PARTS.match(rest.strip() + " ") and len(rest.split()) > _SPARE_WORDS:
            # A date inside a sentence: "photographed on 3 May 2024 in the harbour of Vellmar".
            return [(0, name)]
    if len(bounds) == 1 and text[stamps[-1][1] :].strip(SEPARATORS + ".)"):
        return [(0, name)]
    return bounds


def _who(text: str, name: str, stamp: str) -> str:
    """The label of what stands before the date: byline, kicker, or none where it is unclear.

    ``stamp`` is the date with the words that lead up to it.
    """
    part = text.strip(SEPARATORS + "(:")
    words = part.split()
    if len(text) > _LONGEST_BEFORE:
        return ""
    if name == "byline" or _begins(part, "byline") or _ends_byline(part):
        return "byline"
    parted = _PARTS.search(text.rstrip()[-1:] or " ") or text.rstrip().endswith((" -", "//"))
    if len(words) <= 8 and (parted or (is_uncased(part) and text.rstrip()[-1:] in ",،،、，")):
        return "byline"
    dated = _is_date(stamp, lexicon.tokens(stamp))
    if dated and is_name(part) and not _has_time_word(part):
        return "byline"
    if len(words) <= 8 and _announced(stamp, "timestamp"):
        return "byline"
    single = (
        dated
        and len(words) == 1
        and part[0].isupper()
        and part.isalpha()
        and not stamp[0].islower()
    )
    return "kicker" if single and text.rstrip() == part else ""


def _announced(text: str, label: str) -> bool:
    """True for a field with its own words and a colon: "Published: 3 May 2024"."""
    lead, colon, _ = text.partition(":")
    found = lexicon.tokens(lead)
    runs = lexicon.token_runs("labels", label, "opening")
    return bool(colon and found) and lexicon.run_at(found, 0, runs) == len(found)


def _label_behind(text: str) -> str:
    """The label of what stands behind a date: byline, source, or none where it is unclear."""
    part = text.strip(SEPARATORS)
    if not part:
        return ""
    if _begins(part, "byline"):
        return "byline"
    if _begins(part, "source"):
        return "source"
    if part.isdigit():
        return "boilerplate/engagement"
    parted = bool(_PARTS.match(text.strip() + " "))
    if parted and (is_agency(part) or _names_outlet(part)):
        return "source"
    named = is_name(part, most=4) and "," not in part and not _has_time_word(part)
    return "byline" if named else ""


def _names_outlet(text: str) -> bool:
    """True for what ends in a word that closes outlets' names: "Lantern News"."""
    return any(token in lexicon.words("outlets") for token in lexicon.tokens(text)[-1:])


def _is_source(text: str) -> bool:
    """True for an agency alone, which is nobody's name, and for "Source: Coastwire"."""
    return is_agency(text.strip(SEPARATORS)) or _announced(text, "source")


def _begins(text: str, label: str) -> bool:
    found = lexicon.tokens(text)
    runs = lexicon.token_runs("labels", label, "opening")
    return bool(found) and lexicon.run_at(found, 0, runs) > 0


def _ends_byline(text: str) -> bool:
    found = lexicon.tokens(text)
    runs = lexicon.token_runs("labels", "byline", "closing")
    return any(
        lexicon.run_at(found, at, runs) == len(found) - at
        for at in range(max(0, len(found) - 3), len(found))
    )


@cache
def _time_words() -> frozenset[str]:
    """Words that a timestamp consists of, beside digits, those that lead up to it included."""
    openings = lexicon.words("labels", "timestamp", "opening")
    return lexicon.words("time", "months") | lexicon.words("time", "words") | openings


def _has_time_word(text: str) -> bool:
    """True where a capitalised word of three letters and more is one of timestamps."""
    words = _time_words()
    return any(
        len(word) > 2 and word[0].isupper() and lexicon.fold(word) in words
        for word in lexicon.TOKEN.findall(text)
    )


def _stamps(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each run of words that is a date or a reading time, in order."""
    if not any(character.isdigit() for character in text):
        return
    words = list(_words(text))
    found = [token for _, _, token in words]
    openings = lexicon.token_runs("labels", "byline", "opening")
    known = _time_words()
    first = -1
    for at in range(len(found) + 1):
        timely = at < len(found) and (found[at][0].isdigit() or found[at] in known)
        # "Published by" begins with a word of timestamps and is a byline's.
        if timely and lexicon.run_at(found, at, openings) > 1:
            timely = False
        if timely and first < 0:
            first = at
        elif not timely and first >= 0:
            last = at - 1
            if at < len(found) and found[last].isdigit() and last > first:
                gap = text[words[last - 1][1] : words[last][0]]
                # "3 May 2024 | 12 comments": the number belongs to what follows.
                counts = not _YEAR.fullmatch(found[last]) and label_from(found, at)
                last -= bool(counts or _PARTS.search(gap))
            elif at == len(found) and last > first and _YEAR.fullmatch(found[last - 1]):
                # "3 May 2024 12": a counter; a time of day would have two parts.
                last -= found[last].isdigit()
            start, end = words[first][0], words[last][1]
            if _is_stamp(text[start:end], found[first : last + 1]):
                yield start, _with_full_stop(text, end)
            first = -1


def _with_full_stop(text: str, end: int) -> int:
    """The end moved behind the marks that close a date (``p.m.``, ``2024)``, ``4 Min.``)."""
    while end < len(text) and text[end] in ".)]|":
        end += 1
    return end


def _is_date(text: str, found: list[str]) -> bool:
    months = lexicon.words("time", "months")
    return any(token in months for token in found) or _NUMERIC.search(text) is not None


def _is_stamp(text: str, found: list[str]) -> bool:
    """True for a date, and for a reading time or an age ("5 min read", "3 hours ago")."""
    if not any(token[0].isdigit() for token in found):
        return False
    if _is_date(text, found) or _CLOCK.search(text):
        return True
    readings = lexicon.token_runs("time", "readings")
    spoken = [token for token in found if not token[0].isdigit()]
    return any(lexicon.run_at(spoken, at, readings) for at in range(len(spoken)))


def _words(text: str) -> Iterator[_Word]:
    """The words of a line; one that has a date glued to it is two."""
    known = _time_words()
    for match in lexicon.TOKEN.finditer(text):
        start, end = match.span()
        glue = _GLUED.search(text, start + 1, end) if end - start > 2 else None
        if glue is not None:
            tail = lexicon.fold(text[glue.start() : end])
            if tail[0].isdigit() or tail in known:
                yield start, glue.start(), lexicon.fold(text[start : glue.start()])
                yield glue.start(), end, tail
                continue
        yield start, end, lexicon.fold(match[0])
