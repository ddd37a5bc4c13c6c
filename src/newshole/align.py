"""Alignment: the text behind a masked article's fingerprints, found again in a page's text.

Where the page is rendered today as it was then, that is :func:`newshole.mask.unmask`. This goes
on where the renderer has changed a little: lines joined, split, dropped or added, other white
space. What is looked for is the text that was masked, not today's. Nothing is guessed: a piece is
taken for a segment's only if it has its fingerprint and stands between its neighbours', and the
whole only if it has the article's ``text_sha256``.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import accumulate

from newshole.article import Article, Line, Segment, extent, numbered
from newshole.mask import fingerprint, unmask

_RUN = re.compile(r"\s{2,}")

TRIES = 2_000_000
"""Pieces of a page that are compared before its rendering counts as too different: seconds."""

_NOT_THERE = "its words do not stand in the page's text between those before and after it"
_TOO_MUCH = "the page's text differs too much for it to be looked for"
_WHITE_SPACE = "every word is found, but the white space between some is not what it was"


@dataclass(frozen=True, slots=True)
class Lost:
    """A segment whose text could not be told: ``line`` of the article's file, from 1 (0: it is
    not known which), and why.
    """

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Aligned:
    """What :func:`align` gave. Where nothing is lost, ``article`` is whole and proven to be what
    was masked; else what was found is in it (each word and the length of each segment certain,
    the kind of white space not), the rest masked.
    """

    article: Article
    lost: tuple[Lost, ...]


def align(article: Article, text: str) -> Aligned:
    """The masked article with its text, found in ``text``: today's rendering of its page.

    Without ``text_sha256`` in its header, nothing but the very text is taken for the whole.
    """
    with suppress(ValueError):
        return Aligned(unmask(article, text), ())
    wanted = [_Wanted.of(row, segment) for row, _, segment in numbered(article)]
    page = [line.strip() for line in text.split("\n") if line.strip()]
    found, reasons = _find(article, wanted, page)
    for k, segment in enumerate(article.segments):
        if not segment.masked:
            found[k] = segment.text.strip()
            reasons.pop(k, None)
    for texts in _proposals(wanted, found, page) if "text_sha256" in article.header else ():
        with suppress(ValueError):
            return Aligned(unmask(article, _restored(article, texts).text or ""), ())
    if not reasons:
        return Aligned(article, (Lost(0, _WHITE_SPACE),))
    lost = tuple(Lost(wanted[k].row, reason) for k, reason in sorted(reasons.items()))
    return Aligned(_restored(article, found), lost)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A segment that is looked for, outer white space aside."""

    row: int
    mark: str
    lead: int
    length: int
    trail: int

    @classmethod
    def of(cls, row: int, segment: Segment) -> "_Wanted":
        mark = segment.text.strip() if segment.masked else fingerprint(segment.text)
        return cls(row, mark, *extent(segment))


Texts = dict[int, str]
Reasons = dict[int, str]


def _find(
    article: Article, wanted: Sequence[_Wanted], page: Sequence[str]
) -> tuple[Texts, Reasons]:
    """Segment's number → its text, or the reason why it has none."""
    lines = list(_numbers(article))
    marks = [fingerprint(line) for line in page]
    fits = [_fit([wanted[k] for k in line], page, marks) for line in lines]
    found: Texts = {}
    reasons: Reasons = {}
    left = TRIES
    before = after = 0
    blocks = SequenceMatcher(None, fits, marks, autojunk=False).get_matching_blocks()
    for block in blocks:
        between = [k for line in lines[before : block.a] for k in line]
        if between:
            left = _search(page[after : block.b], between, wanted, (found, reasons), left)
        for offset in range(block.size):
            line = lines[block.a + offset]
            pieces = _pieces(page[block.b + offset], [wanted[k] for k in line])
            found |= zip(line, pieces, strict=True)
        before, after = block.a + block.size, block.b + block.size
    return found, reasons


def _numbers(article: Article) -> Iterator[list[int]]:
    """The numbers of each line's segments, lines without any left out."""
    number = 0
    for line in article.lines:
        if not isinstance(line, str):
            yield list(range(number, number + len(line)))
            number += len(line)


def _pieces(line: str, segments: Sequence[_Wanted]) -> Iterator[str]:
    """A line cut as the segments are long."""
    position = -segments[0].lead
    for one in segments:
        start = position + one.lead
        yield line[start : start + one.length]
        position = start + one.length + one.trail


def _fit(segments: Sequence[_Wanted], page: Sequence[str], marks: Sequence[str]) -> str | None:
    """The mark of a line of the page that is these segments to the letter."""
    if len(segments) == 1:
        return segments[0].mark
    length = sum(one.lead + one.length + one.trail for one in segments)
    length -= segments[0].lead + segments[-1].trail
    for line, mark in zip(page, marks, strict=True):
        if len(line) == length and all(
            fingerprint(piece) == one.mark
            for piece, one in zip(_pieces(line, segments), segments, strict=True)
        ):
            return mark
    return None


def _search(
    page: Sequence[str],
    numbers: list[int],
    wanted: Sequence[_Wanted],
    results: tuple[Texts, Reasons],
    tries: int,
) -> int:
    """Look for segments in lines that are not theirs alone; returns the tries that are left.

    The longest segment that stands there once parts the stretch in two, and so on.
    """
    found, reasons = results
    stretch = _Stretch(page, tries)
    pending = [(numbers, 0, stretch.size)]
    while pending:
        here, low, high = pending.pop()
        places: dict[int, list[_Place]] = {}
        for k in sorted(here, key=lambda k: -wanted[k].length):
            places[k] = stretch.find(wanted[k], low, high)
            if len(places[k]) == 1:
                (place,) = places[k]
                found[k] = place.text
                at = here.index(k)
                pending += [(here[:at], low, place.start), (here[at + 1 :], place.end, high)]
                break
        else:
            copies = Counter(wanted[k].mark for k in here)
            for k in here:
                times, count = len(places[k]), copies[wanted[k].mark]
                if times >= count:
                    found[k] = places[k][0].text
                elif times:
                    reasons[k] = f"it stands {count} times in the article, {times} in the page"
                else:
                    reasons[k] = _NOT_THERE if stretch.tries > 0 else _TOO_MUCH
    return stretch.tries


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    start: int
    end: int
    text: str


class _Stretch:
    """Neighbouring lines of a page as one run of visible characters, which are counted without
    the white space: that is what changes.
    """

    def __init__(self, lines: Sequence[str], tries: int) -> None:
        self.tries = tries
        plain = [_RUN.sub(" ", line) for line in lines]
        # Lines of the page may be parts of one line, parted by a space or by nothing.
        forms = [joint.join(form) for form in (plain, lines) for joint in (" ", "")]
        self.forms = [(form, _visible(form)) for form in dict.fromkeys(forms)]
        self.size = len(self.forms[0][1])
        words = (len(word) for line in plain for word in line.split())
        self.bounds = list(accumulate(words, initial=0))

    def find(self, one: _Wanted, low: int, high: int) -> list[_Place]:
        """Where a segment may stand between two visible characters, by its fingerprint: at whole
        words, or else where at least one of its ends is a word's.
        """
        if low >= high or not one.length:
            return []
        bounds = self.bounds[bisect_left(self.bounds, low) : bisect_right(self.bounds, high)]
        ends = sorted({low, *bounds, high})
        for form in self.forms:
            places = sorted(set(self._tried(form, one, ends)))
            words = [place for place in places if {place.start, place.end} <= set(ends)]
            if places:
                return words or places
        return []

    def _tried(
        self, form: tuple[str, list[int]], one: _Wanted, ends: Sequence[int]
    ) -> Iterator[_Place]:
        text, at = form
        first, last = at[ends[0]], at[ends[-1] - 1] + 1
        self.tries -= 2 * len(ends)
        if self.tries < 0:
            return
        for bound in ends:
            starts = {at[bound]} if bound < ends[-1] else set()
            starts |= {at[bound - 1] + 1 - one.length} if bound > ends[0] else set()
            for start in starts:
                end = start + one.length
                if start < first or end > last:
                    continue
                piece = text[start:end]
                if piece[0].isspace() or piece[-1].isspace():
                    continue
                if fingerprint(piece) == one.mark:
                    yield _Place(bisect_left(at, start), bisect_left(at, end), piece)


def _visible(text: str) -> list[int]:
    """Where the characters stand that are no white space."""
    return [place for place, character in enumerate(text) if not character.isspace()]


def _proposals(
    wanted: Sequence[_Wanted], found: Mapping[int, str], page: Sequence[str]
) -> Iterator[Texts]:
    """Texts for all segments, of which the article's digest tells whether they are what was
    masked: what has no place of its own may stand elsewhere in the page.
    """
    known = {fingerprint(line): line for line in page}
    known |= {wanted[k].mark: text for k, text in found.items()}
    whole = _Stretch(page, TRIES)
    texts = dict(found)
    for k, one in enumerate(wanted):
        if k not in texts and one.mark not in known:
            places = whole.find(one, 0, whole.size)
            if not places:
                return
            known[one.mark] = places[0].text
        texts.setdefault(k, known[one.mark])
    yield texts
    plain = {k: " ".join(text.split()) for k, text in texts.items()}
    yield {k: plain[k] if len(plain[k]) == len(text) else text for k, text in texts.items()}


def _restored(article: Article, found: Mapping[int, str]) -> Article:
    """The article with the texts that were found."""
    number = 0
    lines: list[Line] = []
    for line in article.lines:
        if isinstance(line, str):
            lines.append(line)
            continue
        segments = list(line)
        for index, segment in enumerate(line):
            if segment.masked and number in found:
                lead, _, trail = extent(segment)
                end = len(segment.text) - trail
                whole = segment.text[:lead] + found[number] + segment.text[end:]
                segments[index] = replace(segment, text=whole, masked=False)
            number += 1
        lines.append(tuple(segments))
    return Article(tuple(lines), article.header)
