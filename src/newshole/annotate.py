"""Text and layout hints in, labelled segments out.

A network says what each line is (:mod:`newshole.label`), looking at the page as a whole; then
lines are cut where one field ends and another begins (:mod:`newshole.cut`). It takes time in
proportion to the page.
"""

from collections.abc import Iterator, Sequence

from newshole.article import Article, Line, Segment
from newshole.cut import CUT, cut
from newshole.hint import TextLine
from newshole.label import Labelled, label_lines
from newshole.network import Network
from newshole.render import plain

MAX_LINES = 50_000
"""Lines with text that a page may have: each takes some 8 kB on its way to a label."""


class TooManyLinesError(ValueError):
    """A page of more lines than :data:`MAX_LINES`."""


def annotate(page: str | Sequence[TextLine], *, network: Network | None = None) -> Article:
    """Label every character of a page that is not white space around a line.

    ``page`` is plain text, split at newlines and nothing else, or the lines of
    :func:`newshole.render.render` with their hints. The article has no header, and its text is
    the page's, exactly. A segment's confidence is 0 to 1 in steps of 0.01. ``network`` is another
    model than the package's.

    Raises ValueError for a :class:`TextLine` that holds a newline, :class:`TooManyLinesError` for
    more than :data:`MAX_LINES` lines with text.
    """
    return next(annotate_pages([page], network=network))


def annotate_pages(
    pages: Sequence[str | Sequence[TextLine]], *, network: Network | None = None
) -> Iterator[Article]:
    """Label pages as :func:`annotate` does, many at a time, which is several times as fast.

    Each page gives the same article as by itself. Raises what ``annotate`` does, before the first.
    """
    known = [plain(page) if isinstance(page, str) else page for page in pages]
    for lines in known:
        if any("\n" in line.text for line in lines):
            raise ValueError("a line of the page holds a newline; split it first")
        if (number := sum(bool(line.text.strip()) for line in lines)) > MAX_LINES:
            raise TooManyLinesError(f"{number} lines of text; {MAX_LINES} is the limit")
    return map(_article, known, label_lines(known, network))


def _article(lines: Sequence[TextLine], labelled: Labelled) -> Article:
    first = next((at for at, (name, _) in enumerate(labelled) if name == "body"), -1)
    found: list[Line] = []
    number = 0
    for line in lines:
        if not line.text.strip():
            found.append(line.text)
            continue
        name, confidence = labelled[number]
        confidence = round(confidence, 2)
        if name in CUT:
            pieces = cut(line, name, opens_story=number == first)
            found.append(
                tuple(
                    Segment(piece, line.text[start:end], False, confidence)
                    for start, end, piece in pieces
                )
            )
        else:
            found.append((Segment(name, line.text, False, confidence),))
        number += 1
    return Article(tuple(found) or ("",))
