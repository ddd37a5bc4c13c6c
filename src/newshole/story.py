"""Where the headline and the story stand among the lines of a page."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from newshole.evidence import Evidence
from newshole.headline import find_headline

# The mean of a line's neighbours counts as much as the line itself, with layout hints; without
# them half as much, since menus then look like short paragraphs. Chosen on development pages.
_NEIGHBOURS = {True: 1.0, False: 0.5}
_REACH = 2
_MOST = 2.0
# Bare lines show less of themselves; this moves the threshold to where body F1 is best.
_BARE_BIAS = 0.4
# A line outside the story costs at most this much to pass over.
_GAP = 0.5
_PARAGRAPH = 60


class Story(NamedTuple):
    """``scores``: a line's log-odds to be of the story; ``headline``: its line, or -1;
    ``first`` and ``last``: the story's first line and the one after its last.
    """

    scores: list[float]
    headline: int
    first: int
    last: int


def find_story(lines: Sequence[Evidence]) -> Story:
    """Weigh every line with its neighbours and its container, then find where things stand."""
    hinted = any(line.hint_block for line in lines)
    scores = [line.body for line in lines]
    scores = _with_container(lines, scores) if hinted else [s + _BARE_BIAS for s in scores]
    scores = _with_neighbours(scores, _NEIGHBOURS[hinted])
    start, end = _heaviest(scores)
    headline = find_headline(lines, scores, start)
    first = next(
        (at for at in range(headline + 1, len(lines)) if scores[at] > 0),
        start if start > headline else len(lines),
    )
    return Story(scores, headline, first, _story_end(lines, scores, max(end, first)))


def _story_end(lines: Sequence[Evidence], scores: Sequence[float], end: int) -> int:
    """The end, moved on over paragraphs that stand close behind it."""
    at = end
    while at < min(len(lines), end + _REACH + 1):
        line = lines[at]
        if line.ends and line.width > _PARAGRAPH and not line.strength and scores[at] > -_MOST:
            end = at + 1
        at += 1
    return end


def _with_container(lines: Sequence[Evidence], scores: Sequence[float]) -> list[float]:
    """Lines in the element that holds most of the story gain; others lose with their distance.

    An element is known by the tags around it; what share of the path is not common is the
    distance.
    """
    mass: dict[tuple[str, ...], float] = defaultdict(float)
    for line, score in zip(lines, scores, strict=True):
        if score > 0:
            mass[line.ancestors[:-1]] += score
    if not mass:
        return list(scores)
    core = max(mass, key=lambda path: mass[path])
    found = []
    for line, score in zip(lines, scores, strict=True):
        path = line.ancestors[:-1]
        common = 0
        for one, other in zip(core, path, strict=False):
            if one != other:
                break
            common += 1
        inside = common == len(core)
        found.append(score + 1 if inside else score - 0.3 - (1 - common / len(core)))
    return found


def _with_neighbours(scores: Sequence[float], weight: float) -> list[float]:
    capped = [max(-_MOST, min(_MOST, score)) for score in scores]
    found = []
    for at, score in enumerate(scores):
        total = shares = 0.0
        for other in range(max(0, at - _REACH), min(len(scores), at + _REACH + 1)):
            if other != at:
                share = 1 / abs(at - other)
                total += share * capped[other]
                shares += share
        found.append(score + weight * total / shares if shares else score)
    return found


def _heaviest(scores: Sequence[float]) -> tuple[int, int]:
    """The half-open stretch whose scores sum up highest, none counted below -_GAP.

    Maximum subsequence segmentation: Pasternack and Roth, "Extracting Article Text from the Web
    with Maximum Subsequence Segmentation", WWW 2009.
    """
    best = total = 0.0
    first = start = end = 0
    for at, score in enumerate(scores):
        if total <= 0:
            total, first = 0.0, at
        total += max(score, -_GAP)
        if total > best:
            best, start, end = total, first, at + 1
    return start, end
