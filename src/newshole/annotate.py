"""Text and layout hints in, labelled segments out: the first annotator, not trained as a whole.

Each line is weighed by itself (:mod:`newshole.evidence`); the story is the stretch of lines
whose weights sum up highest (maximum subsequence segmentation: Pasternack and Roth, "Extracting
Article Text from the Web with Maximum Subsequence Segmentation", WWW 2009); then every line gets
the label that its words, its shape and its place before, in or after the story speak for; last,
lines are cut where one field ends and another begins (:mod:`newshole.cut`). All of it takes time
in proportion to the page.
"""

from collections.abc import Sequence

from newshole.article import Article, Line, Segment
from newshole.cut import cut
from newshole.evidence import Evidence, gather
from newshole.label import label_lines
from newshole.render import TextLine, plain


def annotate(page: str | Sequence[TextLine]) -> Article:
    """Label every character of a page that is not white space around a line.

    ``page`` is plain text, split at newlines and nothing else, or the lines of
    :func:`newshole.render.render` with their hints. The article has no header, and its text is
    the page's, exactly. A segment's confidence is 0 to 1 in steps of 0.01.

    Raises ValueError for a :class:`TextLine` that holds a newline.
    """
    lines = plain(page) if isinstance(page, str) else page
    if any("\n" in line.text for line in lines):
        raise ValueError("a line of the page holds a newline; split it first")
    evidence = [gather(line) for line in lines if line.text.strip()]
    blank_before = _blanks(lines)
    names = iter(label_lines(evidence, blank_before))
    seen = iter(evidence)
    labelled: list[Line] = []
    for line in lines:
        if not line.text.strip():
            labelled.append(line.text)
            continue
        name, confidence = next(names)
        labelled.append(_segments(line, next(seen), name, confidence))
    return Article(tuple(labelled) or ("",))


def _blanks(lines: Sequence[TextLine]) -> list[bool]:
    """For each line with text: whether a line of white space stands right before it."""
    found = []
    blank = False
    for line in lines:
        if line.text.strip():
            found.append(blank)
            blank = False
        else:
            blank = True
    return found


def _segments(line: TextLine, seen: Evidence, name: str, confidence: float) -> Line:
    pieces = cut(line, name, seen)
    return tuple(
        Segment(
            piece,
            line.text[start:end],
            confidence=round(confidence if piece == name else min(confidence, 0.9), 2),
        )
        for start, end, piece in pieces
    )
