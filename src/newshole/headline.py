"""Which line of a page is the headline of its article."""

from collections import Counter
from collections.abc import Sequence

from newshole import shape
from newshole.evidence import Evidence

# A headline further below the story's first line than this is another story's, save an h1.
_OPENING_LINES = 12
_REACH = 6
_SEPARATORS = (" | ", " · ", " > ", " / ", "\t", " › ")

# Log-odds that a line is the headline: logistic regression on the titles of the development
# pages and the originals, rounded. The left column is for pages without layout hints.
_WEIGHTS = {
    "h1": (0.0, 6.4),
    "h2": (0.0, 1.6),
    "img": (0.0, 1.3),
    "markup": (0.0, 2.2),
    "shared": (3.5, 3.6),  # share of its words that the story has, too
    "ends": (-1.1, -1.0),
    "linked": (0.0, -1.1),
    "cue": (-0.4, -0.6),
    "time": (-1.8, -1.6),
    "separator": (-1.9, -0.7),
    "under 15": (-5.2, -4.3),
    "under 25": (-1.9, -0.9),
    "over 140": (-4.2, -3.5),
    "over 250": (-6.5, -4.4),
    "repeated": (1.2, 2.4),
    "in story": (-3.8, -3.1),
    "far": (-2.7, -2.0),  # lines above the story, per 50
    "logo": (-1.4, -1.3),
    "quote": (-1.9, -0.7),
    "source": (-1.2, -1.1),
    "meta below": (1.6, 1.3),  # a byline or a date follows within six lines
    "wide above": (-1.1, -0.5),  # a line that could be a headline stands right above
    "time next": (0.7, 0.5),
    "byline next": (1.5, 0.0),
    "paragraph next": (1.3, 1.1),
}


def find_headline(lines: Sequence[Evidence], scores: Sequence[float], start: int) -> int:
    """The headline's line; -1 where there is none.

    ``scores`` are the lines' log-odds to be of the story, ``start`` the story's first line.
    """
    told = {
        token
        for line, score in zip(lines[start:], scores[start:], strict=True)
        if score > 0 and line.ends
        for token in line.tokens
    }
    keys = Counter(line.key for line in lines)
    column = int(any(line.hint_block for line in lines))
    best, found = -6.0, -1
    for at, line in enumerate(lines):
        if at > start + _OPENING_LINES and line.hint_block != "h1":
            continue
        shown = _shown(line, told) | _around(lines, at)
        shown["repeated"] = float(keys[line.key] > 1)
        shown["in story"] = float(at > start)
        shown["far"] = min(1.0, max(0, start - at) / 50)
        score = sum(_WEIGHTS[name][column] * value for name, value in shown.items())
        if score > best:
            best, found = score, at
    return found


def _shown(line: Evidence, told: set[str]) -> dict[str, float]:
    words = [token for token in line.tokens if len(token) > 3 or not token.isascii()]
    shown = {
        "shared": sum(token in told for token in words) / len(words) if words else 0.0,
        "markup": "headline" in line.labels[:2],
        "ends": line.ends,
        "linked": line.link_share > 0.5,
        "cue": min(3.0, max(line.strength.values(), default=0.0)),
        "time": line.time_share > 0.5,
        "separator": any(mark in line.text for mark in _SEPARATORS),
        "under 15": line.width < 15,
        "under 25": 15 <= line.width < 25,
        "over 140": 140 < line.width <= 250,
        "over 250": line.width > 250,
        "logo": "logo" in line.tokens,
        "quote": line.text[0] in "\"'“„«‘「『",
        "source": shape.names_source(line),
    }
    if line.hint_block in ("h1", "h2", "img"):
        shown[line.hint_block] = True
    return {name: float(value) for name, value in shown.items()}


def _around(lines: Sequence[Evidence], at: int) -> dict[str, float]:
    below, above = lines[at + 1 : at + 1 + _REACH], lines[max(0, at - _REACH) : at]
    shown = {
        "meta below": any(_is_meta(line) for line in below),
        "wide above": any(25 <= line.width <= 140 and not line.strength for line in above),
        "time next": any(shape.is_time(line) for line in below[:2]),
        "byline next": any(line.strength.get("byline", 0.0) >= 2 for line in below[:2]),
        "paragraph next": any(line.ends and line.width > 100 for line in below[:3]),
    }
    return {name: float(value) for name, value in shown.items()}


def _is_meta(line: Evidence) -> bool:
    strength = max(line.strength.get("byline", 0.0), line.strength.get("timestamp", 0.0))
    return strength >= 2 or shape.is_time(line)
