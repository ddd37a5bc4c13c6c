"""Level 3, errors: what holds of the segments of every article."""

from collections.abc import Iterator
from itertools import pairwise

from newshole.article import Article, extent, numbered
from newshole.finding import Finding


def check_segments(article: Article, file: str) -> Iterator[Finding]:
    """NH301 to NH303."""
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
