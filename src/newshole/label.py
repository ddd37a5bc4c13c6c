"""Which label each line of a page has, from the evidence of all its lines."""

from collections.abc import Sequence

from newshole.evidence import Evidence

# A line outside the story costs at most this much to pass over (and no story is worth less).
MOST_COST = 2.0


def label_lines(lines: Sequence[Evidence], blank_before: Sequence[bool]) -> list[tuple[str, float]]:
    """(label name, confidence 0 to 1) for each line, in order."""
    if not lines:
        return []
    story = find_story([line.body for line in lines])
    return [
        ("body" if story[0] <= i < story[1] and line.body > -1 else "boilerplate/other", 0.5)
        for i, line in enumerate(lines)
    ]


def find_story(scores: Sequence[float]) -> tuple[int, int]:
    """The half-open stretch of lines whose scores sum up highest, none below -MOST_COST."""
    best = total = 0.0
    first = start = end = 0
    for at, score in enumerate(scores):
        if total <= 0:
            total, first = 0.0, at
        total += max(score, -MOST_COST)
        if total > best:
            best, start, end = total, first, at + 1
    return start, end
