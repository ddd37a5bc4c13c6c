"""Level 3, warnings: words and marks in a segment that speak against its label or its cut."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from newshole.doubt import Doubt, Rows, letters
from newshole.lexicon import cues, lexicon, tokens, words

SEPARATORS = "|·•‧∙・,;:–—/｜：；、，،؛"
"""Marks that belong to the segment before them (GUIDELINES: separators)."""

_DATE = re.compile(r"(?<![0-9A-Za-z_@])(?:(?:19|20)\d\d(?!\w)|\d{1,2}[:.]\d\d(?!\d))|\d[年月]")

_BEFORE_CREDIT = 15
"""Code points of a caption before which "Photo:" is its first word and no credit (R20)."""


def separators(rows: Rows) -> Iterator[Doubt]:
    """NH325: a glued segment begins with a mark that belongs to the one before it."""
    for (_, _, before), (row, glued, segment) in pairwise(rows):
        # A story may well go on with a dash, but not right behind its dateline.
        open_to_all = segment.name == "body" and before.name != "dateline"
        if not glued or segment.masked or open_to_all:
            continue
        text = segment.text.lstrip()
        if text[0] in SEPARATORS or text.startswith("- "):
            yield Doubt(
                row,
                "NH325",
                f"{segment.name!r} begins with the separator {text[0]!r}",
                f"give it to the {before.name!r} before it",
            )


def timestamps(rows: Rows) -> Iterator[Doubt]:
    """NH328: a timestamp tells no time."""
    before = ""
    for row, _, segment in rows:
        # A separator on a line of its own has the label of the line before (GUIDELINES R8).
        lone = before == segment.name and not segment.masked and not letters(segment)
        before = segment.name
        if segment.name == "timestamp" and not (
            segment.masked or lone or _tells_time(segment.text)
        ):
            yield Doubt(
                row,
                "NH328",
                "a timestamp with no number and no word of time",
                "look whether the line has the label of its neighbour",
            )


def uncut(rows: Rows) -> Iterator[Doubt]:
    """NH330, NH331: a byline goes on into a date, a caption into a credit."""
    for row, _, segment in rows:
        if segment.masked:
            continue
        if segment.name == "byline" and (date := _date(segment.text)):
            yield Doubt(
                row,
                "NH330",
                f"a byline that holds a date or time ({date!r})",
                "cut it off as timestamp, with the words that lead up to it",
            )
        if segment.name == "caption" and (
            mark := _credit_mark().search(segment.text.strip(), _BEFORE_CREDIT)
        ):
            yield Doubt(
                row,
                "NH331",
                f"a caption that holds a credit ({mark[0]!r})",
                "cut it where the credit begins",
            )


def _tells_time(text: str) -> bool:
    """A number, "Published", "yesterday", "May": what a part of a stamp may be alone."""
    line = tokens(text)
    known = words("time", "words") | words("time", "months")
    return (
        any(character.isnumeric() for character in text)
        or not known.isdisjoint(line)
        or any(cue.label == "timestamp" for cue in cues(line))
    )


def _date(text: str) -> str | None:
    if found := _DATE.search(text):
        return found[0]
    months = words("time", "months")
    for one, other in pairwise(tokens(text)):
        if (one.isdigit() and other in months) or (one in months and other.isdigit()):
            return f"{one} {other}"
    return None


@cache
def _credit_mark() -> re.Pattern[str]:
    phrases = {p for ps in lexicon()["labels"]["credit"]["opening"].values() for p in ps}
    words = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    return re.compile(rf"©|(?<!\w)(?:{words})\s*[:：]", re.IGNORECASE)
