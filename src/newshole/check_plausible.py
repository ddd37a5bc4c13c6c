"""Level 3, warnings: what is hardly ever so on a page that was labelled with care.

Each check looks at one ruling of corpus/GUIDELINES.md, or at the slip of a hand that sets a
label one line too high or too low. It warns only where few good files would be warned of.
Here are those of the labels' order and measure; check_wording.py has those of words and marks.
"""

from collections.abc import Callable, Iterator
from html import unescape
from itertools import islice

from newshole.article import Article, Segment, extent, numbered
from newshole.check_wording import separators, timestamps, uncut
from newshole.doubt import Doubt, Rows, letters
from newshole.finding import WARNING, Finding
from newshole.labels import BOILERPLATE, split_name
from newshole.lexicon import tokens

LONGEST = {
    "headline": 300,
    "kicker": 80,
    "byline": 400,
    "source": 300,
    "timestamp": 200,
    "dateline": 80,
    "subheading": 150,
    "credit": 200,
    "boilerplate/tags": 600,
}
"""Code points beyond which a segment is rather a paragraph that has the wrong label."""

_AFTER_KICKER = 3
"""Segments within which a kicker's headline is looked for, those of the head not counted."""

_HEAD = (
    *("kicker", "standfirst", "byline", "source", "timestamp", "caption", "credit"),
    *("boilerplate/engagement", "boilerplate/biography"),
)
"""What may stand between a kicker and its headline: the story's head, buttons, the columnist."""

_MANY = 10
"""Boilerplate segments from which on the share of ``boilerplate/other`` says something."""

_REPEATABLE = {"headline": 8, "caption": 20}
"""Labels that a repeated line keeps, and letters from which on that is no coincidence."""

_ELSEWHERE = ("boilerplate/related", "boilerplate/comments", "embed")
"""Labels of blocks that may quote the page's own headline or caption."""


def check_plausible(article: Article, file: str) -> Iterator[Finding]:
    """NH320 to NH334. What the header's ``accepted`` names is not said again."""
    rows = list(numbered(article))
    accepted = article.header.get("accepted", "").split()
    needless = dict.fromkeys(accepted)
    for look in _LOOKS:
        for doubt in look(rows):
            needless.pop(doubt.code, None)
            if doubt.code not in accepted:
                yield Finding(file, *doubt, level=WARNING)
    # Of a masked text some checks are not asked, and so would not need to be answered.
    for code in needless if not article.masked else ():
        message = f"{code} is accepted, and no line gives cause for it"
        line = [*article.header].index("accepted") + 1
        yield Finding(file, line, "NH334", message, "take it out of 'accepted'", level=WARNING)


def _headlines(rows: Rows) -> Iterator[Doubt]:
    headlines = [(row, segment) for row, _, segment in rows if segment.name == "headline"]
    if not headlines:
        yield Doubt(0, "NH320", "the article has no headline", "label it, if the page shows one")
    for row, segment in headlines[1:]:
        # Shortened or mended, a repeated headline has another fingerprint.
        if not segment.masked and not _repeats(segment, headlines[0][1]):
            yield Doubt(
                row,
                "NH321",
                "a second headline that does not repeat the first",
                "a heading inside the story is a subheading, another story's boilerplate/related",
            )


def _datelines(rows: Rows) -> Iterator[Doubt]:
    for index, (row, glued, segment) in enumerate(rows):
        if segment.name != "dateline":
            continue
        if glued:
            yield Doubt(
                row, "NH322", "a dateline that opens no line", "is it part of the line's body?"
            )
        elif not _tells_where(rows[index + 1 :]):
            yield Doubt(
                row,
                "NH323",
                "a dateline that no body follows",
                "a place with no story after it is a timestamp's or a byline's part",
            )


def _kickers(rows: Rows) -> Iterator[Doubt]:
    for index, (row, _, segment) in enumerate(rows):
        # Several sections may stand side by side (GUIDELINES R73).
        later = (s.name for _, _, s in rows[index + 1 :] if s.name not in _HEAD)
        if segment.name == "kicker" and "headline" not in islice(later, _AFTER_KICKER):
            yield Doubt(
                row,
                "NH324",
                f"a kicker with no headline in the {_AFTER_KICKER} segments after it",
                "a section line elsewhere is boilerplate/navigation or boilerplate/tags",
            )


def _shares(rows: Rows) -> Iterator[Doubt]:
    lengths = [(extent(segment)[1], segment.name) for _, _, segment in rows]
    total = sum(length for length, _ in lengths)
    body = sum(length for length, name in lengths if name == "body")
    if total > 2000 and body < total / 50:
        yield Doubt(
            0,
            "NH326",
            f"the body is {body} of {total} characters",
            "look whether story lines went under another label",
        )
    boilerplate = [name for _, name in lengths if split_name(name)[0] == BOILERPLATE]
    other = boilerplate.count("boilerplate/other")
    if len(boilerplate) >= _MANY and other > len(boilerplate) / 2:
        yield Doubt(
            0,
            "NH333",
            f"{other} of {len(boilerplate)} boilerplate segments are boilerplate/other",
            "choose the kind that says more, where there is one",
        )


def _lengths(rows: Rows) -> Iterator[Doubt]:
    for row, _, segment in rows:
        length = extent(segment)[1]
        if length > LONGEST.get(segment.name, length):
            yield Doubt(
                row,
                "NH327",
                f"a {segment.name} of {length} characters",
                "look whether the line has the label of its neighbour, or is cut where it ends",
            )


def _subheadings(rows: Rows) -> Iterator[Doubt]:
    for row, _, segment in reversed(rows):
        if segment.name == "subheading":
            yield Doubt(
                row,
                "NH329",
                "a subheading with nothing of the article below it",
                "the heading of a block has the kind of the block, such as boilerplate/related",
            )
        elif split_name(segment.name)[0] != BOILERPLATE:
            return


def _repeated(rows: Rows) -> Iterator[Doubt]:
    known: dict[str, str] = {}
    for _, _, segment in rows:
        if extent(segment)[1] >= _REPEATABLE.get(segment.name, 1 << 31):
            known.setdefault(letters(segment), segment.name)
    for index, (row, glued, segment) in enumerate(rows):
        name = known.get(letters(segment), segment.name)
        # An alternative text may repeat the heading beside it (GUIDELINES R83).
        beside = {segment.name, name} == {"caption", "subheading"}
        quoted = segment.name in _ELSEWHERE or _in_block(rows, index, name)
        if not glued and segment.name != name and not quoted and not beside:
            yield Doubt(
                row,
                "NH332",
                f"a {segment.name} that repeats a {name} word for word",
                f"a repeated {name} is {name} each time it stands on a line of its own",
            )


_LOOKS: tuple[Callable[[Rows], Iterator[Doubt]], ...] = (
    _headlines,
    _datelines,
    _kickers,
    separators,
    _shares,
    _lengths,
    timestamps,
    _subheadings,
    uncut,
    _repeated,
)


def _repeats(segment: Segment, first: Segment) -> bool:
    """Whether one is the other, or a part of it, or has no word that the other has not."""
    one, other = letters(segment), letters(first)
    words, others = (set(tokens(unescape(s.text))) for s in (segment, first))
    return one in other or other in one or words <= others or others <= words


def _tells_where(later: Rows) -> bool:
    """Whether a story follows a dateline: in its line, or else below the rest of the head.

    A standfirst that is the story's first words has its dateline too.
    """
    if later and later[0][1]:
        return later[0][2].name in ("body", "standfirst")
    names = (segment.name for _, _, segment in later)
    story = (n for n in names if n not in _HEAD and split_name(n)[0] != BOILERPLATE)
    return next(story, None) == "body"


def _in_block(rows: Rows, index: int, repeated: str) -> bool:
    """Whether the line is boilerplate between others of its kind, which decide (GUIDELINES R2).

    A menu may hold the page's own title, a contents list and a shop box the names and pictures
    of what the story shows. Crumbs end in the headline, so for one it takes both neighbours.
    """
    name = rows[index][2].name
    kin = [rows[at][2].name for at in (index - 1, index + 1) if 0 <= at < len(rows)].count(name)
    return split_name(name)[0] == BOILERPLATE and kin >= (1 if repeated == "caption" else 2)
