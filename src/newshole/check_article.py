"""Level 3: what holds of every article (errors), and what is hardly ever otherwise (warnings)."""

from collections.abc import Iterator
from itertools import pairwise

from newshole.article import Article, Segment, extent, numbered
from newshole.finding import WARNING, Finding

SEPARATORS = "|·•‧∙,;:–—/"
"""Marks that belong to the segment before them (GUIDELINES: separators)."""

_AFTER_KICKER = 3
"""Lines within which a kicker's headline is looked for: kicker, alt text, headline."""


def check_segments(article: Article, file: str) -> Iterator[Finding]:
    """NH301 to NH303: errors."""
    rows = list(numbered(article))
    if not any(segment.name == "body" for _, _, segment in rows):
        yield Finding(file, 0, "NH301", "the article has no body", "label the story's lines 'body'")
    for row, _, segment in rows:
        if not extent(segment)[1]:
            yield Finding(
                file,
                row,
                "NH302",
                f"the segment {segment.name!r} holds white space only",
                "join it to the segment before or after",
            )
    for (_, _, before), (row, glued, segment) in pairwise(rows):
        if glued and before.name == segment.name:
            yield Finding(
                file,
                row,
                "NH303",
                f"a cut between two segments that are both {segment.name!r}",
                "join them in one label line",
            )


def check_plausible(article: Article, file: str) -> Iterator[Finding]:
    """NH320 to NH326: warnings."""
    rows = list(numbered(article))
    yield from _headlines(rows, file)
    for index, (row, glued, segment) in enumerate(rows):
        following = rows[index + 1] if index + 1 < len(rows) else None
        if segment.name == "dateline":
            if glued:
                yield _doubt(
                    file, row, "NH322", "a dateline that opens no line", "is it part of the body?"
                )
            elif following is None or following[2].name != "body":
                yield _doubt(
                    file,
                    row,
                    "NH323",
                    "a dateline that no body follows",
                    "a place with no story after it is a timestamp's or a byline's part",
                )
        if segment.name == "kicker" and not any(
            later.name == "headline" for _, _, later in rows[index + 1 : index + 1 + _AFTER_KICKER]
        ):
            yield _doubt(
                file,
                row,
                "NH324",
                f"a kicker with no headline in the {_AFTER_KICKER} segments after it",
                "a section line elsewhere is boilerplate/navigation or boilerplate/tags",
            )
        if (
            glued
            and not segment.masked
            and segment.name != "body"
            and segment.text.lstrip()[0] in SEPARATORS
        ):
            yield _doubt(
                file,
                row,
                "NH325",
                f"{segment.name!r} begins with the separator {segment.text.lstrip()[0]!r}",
                "a separator belongs to the segment before it",
            )
    shares = [(extent(s)[1], s.name) for _, _, s in rows]
    total = sum(length for length, _ in shares)
    body = sum(length for length, name in shares if name == "body")
    if total > 2000 and body < total / 50:
        yield _doubt(
            file,
            0,
            "NH326",
            f"the body is {body} of {total} characters",
            "look whether story lines went under another label",
        )


def _headlines(rows: list[tuple[int, bool, Segment]], file: str) -> Iterator[Finding]:
    headlines = [(row, segment) for row, _, segment in rows if segment.name == "headline"]
    if not headlines:
        yield _doubt(
            file,
            0,
            "NH320",
            "the article has no headline",
            "label it, if the page shows one",
        )
    for row, segment in headlines[1:]:
        if not _repeats(segment, headlines[0][1]):
            yield _doubt(
                file,
                row,
                "NH321",
                "a second headline that does not repeat the first",
                "a heading inside the story is a subheading, another story's boilerplate/related",
            )


def _repeats(segment: Segment, first: Segment) -> bool:
    if segment.masked:
        return segment.text.strip() == first.text.strip()
    one, other = _letters(segment), _letters(first)
    return one in other or other in one


def _letters(segment: Segment) -> str:
    return "".join(character for character in segment.text.casefold() if character.isalnum())


def _doubt(file: str, row: int, code: str, message: str, fix: str) -> Finding:
    return Finding(file, row, code, message, fix, WARNING)
