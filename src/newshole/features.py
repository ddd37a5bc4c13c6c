"""The evidence of a page's lines as numbers: one row of features a line, for the line model.

Every feature is 0 to 1 or of that order, so that one strength of regularisation fits all.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from newshole import shape
from newshole.evidence import Evidence
from newshole.labels import NAMES
from newshole.story import Story, find_story

_BLOCKS = [
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "div",
    "img",
    "td",
    "tr",
    "figcaption",
    "blockquote",
    "button",
    "summary",
    "dt",
    "dd",
    "pre",
]
_ANCESTORS = [
    "nav",
    "header",
    "footer",
    "aside",
    "article",
    "main",
    "figure",
    "form",
    "ul",
    "ol",
    "table",
    "blockquote",
    "section",
    "button",
    "details",
    "dialog",
]
_WIDTHS = (4, 12, 25, 50, 90, 160, 300)
_PLACES = ("before", "head", "inside", "after")
_SHAPES = [
    "time",
    "count",
    "player",
    "file_name",
    "tags",
    "post",
    "address",
    "price",
    "credit",
    "source",
    "names",
    "ends",
    "lower",
    "quote",
    "copyright",
    "separator",
    "colon",
    "question",
    "bracketed",
    "handle",
    "hash",
    "all_caps",
    "bullet",
    "agency",
    "digits",
    "inkless",
    "arrow",
]
# Shapes that mean one thing above the headline and another below it.
_PLACED = (
    "time",
    "count",
    "source",
    "names",
    "ends",
    "agency",
    "img",
    "narrow",
    "cued",
    "bracketed",
)
_HEADING_REACH = 8
# Letters in which a pull quote's own words are looked for: more than a story has, and a bound.
_LONGEST_STORY = 200_000

FEATURES: tuple[str, ...] = (
    "constant",
    "bare",
    *(f"place:{name}" for name in _PLACES),
    *(f"headline{offset:+}" for offset in (-2, -1, 0, 1, 2, 3)),
    "headline:near",
    "story:first",
    "story:last",
    "after:near",
    "page:first",
    "page:last",
    *(f"width:{width}" for width in (*_WIDTHS, "more")),
    *(f"shape:{name}" for name in _SHAPES),
    *(f"{place}&{name}" for place in _PLACES for name in _PLACED),
    "stop_share",
    "time_share",
    "capitals",
    "body",
    "body:negative",
    "story_score",
    "story_score:negative",
    "same:headline",
    "same:neighbour",
    "same:elsewhere",
    "same:inside",
    "blank_before",
    "link:half",
    "link:all",
    *(f"block:{tag}" for tag in _BLOCKS),
    *(f"in:{tag}" for tag in _ANCESTORS),
    *(f"cue:{name}" for name in NAMES),
    *(f"whole:{name}" for name in NAMES),
    *(f"markup:{name}" for name in NAMES),
    *(f"heading:{name}" for name in NAMES),
    *(
        f"{side}:{what}"
        for side in ("previous", "next")
        for what in (
            *NAMES,
            "none",
            "narrow",
            "wide",
            "ends",
            "story",
            "time",
            "count",
            "img",
            "heading",
            "names",
        )
    ),
)
"""The names of the columns, in order."""

_COLUMN = {name: number for number, name in enumerate(FEATURES)}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


def features(lines: Sequence[Evidence], blank_before: Sequence[bool]) -> np.ndarray:
    """float32 array of shape (lines, FEATURES)."""
    story = find_story(lines)
    matrix = np.zeros((len(lines), len(FEATURES)), dtype=np.float32)
    shapes = [_shapes(line) for line in lines]
    keys = Counter(line.key for line in lines)
    long = "\n".join(line.key for line in lines if line.width > 60)[:_LONGEST_STORY]
    heading, since = "", _HEADING_REACH
    for at, line in enumerate(lines):
        found = shapes[at] | _own(line) | _place(lines, at, story)
        found |= _placed(line, found)
        found["blank_before"] = float(blank_before[at])
        found["same:elsewhere"] = float(keys[line.key] > 1 and line.width > 8)
        found["same:inside"] = float(24 < len(line.key) < 200 and long.count(line.key) > 1)
        if since < _HEADING_REACH and heading:
            found[f"heading:{heading}"] = 1 - since / _HEADING_REACH
        for side, other in (("previous", at - 1), ("next", at + 1)):
            if 0 <= other < len(lines):
                found |= _neighbour(side, lines[other], shapes[other], story.scores[other])
            else:
                found[f"{side}:none"] = 1.0
        for name, value in found.items():
            if value:
                matrix[at, _COLUMN[name]] = value
        since += 1
        if line.wholes or (line.strength and line.width < 60 and not line.ends):
            heading, since = max(line.strength, key=lambda name: line.strength[name]), 0
        elif story.scores[at] > 1:
            heading = ""
    return matrix


def _placed(line: Evidence, found: dict[str, float]) -> dict[str, float]:
    place = next(name for name in _PLACES if f"place:{name}" in found)
    shown = {name: found.get(f"shape:{name}", 0.0) for name in _PLACED} | {
        "img": float(line.hint_block == "img"),
        "narrow": float(line.width < 25),
        "cued": float(bool(line.wholes)),
    }
    return {f"{place}&{name}": value for name, value in shown.items()}


def _own(line: Evidence) -> dict[str, float]:
    width = next((str(limit) for limit in _WIDTHS if line.width <= limit), "more")
    found = {
        "constant": 1.0,
        "bare": float(not line.hint_block),
        f"width:{width}": 1.0,
        "stop_share": line.stop_share,
        "time_share": line.time_share,
        "capitals": line.capitals,
        "body": max(0.0, min(3.0, line.body)) / 3,
        "body:negative": max(0.0, min(4.0, -line.body)) / 4,
        "link:half": float(line.link_share > 0.5),
        "link:all": float(line.link_share > 0.9),
    }
    found |= {f"cue:{name}": min(value, 5.0) / 2 for name, value in line.strength.items()}
    found |= {f"whole:{name}": 2.0 for name in line.wholes}
    if line.hint_block in _BLOCKS:
        found[f"block:{line.hint_block}"] = 1.0
    found |= {f"in:{tag}": 1.0 for tag in set(line.ancestors).intersection(_ANCESTORS)}
    for rank, name in enumerate(line.labels[:4]):
        if f"markup:{name}" in _COLUMN:
            found[f"markup:{name}"] = 1.0 if rank < 2 else 0.5
    return found


def _place(lines: Sequence[Evidence], at: int, story: Story) -> dict[str, float]:
    place = 0 if at < story.headline else 1 if at < story.first else 2 if at < story.last else 3
    score = story.scores[at]
    found = {
        f"place:{_PLACES[place]}": 1.0,
        "story:first": float(at == story.first),
        "story:last": float(at == story.last - 1),
        "after:near": float(0 <= at - story.last < 4),
        "page:first": float(at == 0),
        "page:last": float(at == len(lines) - 1),
        "story_score": max(0.0, min(4.0, score)) / 4,
        "story_score:negative": max(0.0, min(6.0, -score)) / 6,
    }
    if story.headline >= 0:
        offset = at - story.headline
        if -2 <= offset <= 3:
            found[f"headline{offset:+}"] = 1.0
        found["headline:near"] = float(3 < offset < 10)
        headline = lines[story.headline]
        found["same:headline"] = float(len(headline.key) > 8 and headline.key == lines[at].key)
    near = [lines[other] for other in (at - 1, at + 1) if 0 <= other < len(lines)]
    found["same:neighbour"] = float(any(shape.repeats(lines[at], other) for other in near))
    return found


def _shapes(line: Evidence) -> dict[str, float]:
    text = line.text
    agencies = shape.agencies_in(line)
    found = {
        "time": shape.is_time(line),
        "count": shape.is_count(text),
        "player": shape.is_player(text),
        "file_name": shape.is_file_name(text),
        "tags": shape.is_tags(text),
        "post": shape.is_post(text),
        "address": shape.is_address(text),
        "price": shape.is_price(text),
        "credit": shape.is_credit(line),
        "source": shape.names_source(line),
        "names": shape.is_names(line),
        "ends": line.ends,
        "lower": text[0].islower(),
        "quote": text[0] in "\"'“„«‘「『»",
        "copyright": "©" in text[:300],
        "separator": any(mark in text[:300] for mark in (" | ", " · ", " • ", " > ", " › ", " / ")),
        "colon": text[-1] in ":：",
        "question": text[-1] in "?？؟",
        "bracketed": text[0] in "([（" and text[-1] in ")]）",
        "handle": "@" in text[:200],
        "hash": "#" in text[:200],
        "all_caps": line.width > 2 and text[:200].isupper(),
        "bullet": text[0] in "•·*-–▪■●►>»✓",
        "agency": agencies,
        "digits": line.digits > 0,
        "inkless": not line.tokens,
        "arrow": text[-1] in "→›»>…" or text.endswith("..."),
    }
    return {f"shape:{name}": float(value) for name, value in found.items()}


def _neighbour(
    side: str, line: Evidence, shapes: dict[str, float], score: float
) -> dict[str, float]:
    found = {
        f"{side}:narrow": float(line.width < 25),
        f"{side}:wide": float(line.width > 120),
        f"{side}:ends": float(line.ends),
        f"{side}:story": max(-1.0, min(1.0, score / 3)),
        f"{side}:time": shapes["shape:time"],
        f"{side}:count": shapes["shape:count"],
        f"{side}:names": shapes["shape:names"],
        f"{side}:img": float(line.hint_block == "img"),
        f"{side}:heading": float(line.hint_block in _HEADINGS),
    }
    if line.strength:
        best = max(line.strength, key=lambda name: line.strength[name])
        found[f"{side}:{best}"] = min(line.strength[best], 4.0) / 4
    return found
