"""Masking: an article whose text may not be given away keeps labels, lengths and fingerprints.

In place of a segment's text stands ``3f9c2a11d0 252``, its fingerprint. Offsets stay
computable, and whoever has the page can put the text back and knows that it is the same.
"""

import hashlib
from dataclasses import replace

from newshole.article import Article, Line, Segment, extent


def fingerprint(text: str) -> str:
    """``3f9c2a11d0 252``: 10 hex digits of SHA-256 of the text, runs of white space as one
    space and trimmed; then the trimmed text's length in code points.
    """
    digest = hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:10]
    return f"{digest} {len(text.strip())}"


def text_sha256(text: str) -> str:
    """Hex SHA-256 of the text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def mask(article: Article) -> Article:
    """The article with every segment's text replaced by its fingerprint.

    The header gains ``text_sha256``, without which nobody could tell what text the spans
    lie in. An article that is masked already comes back as it is.
    """
    text = article.text
    if text is None:
        return article
    lines = tuple(
        line if isinstance(line, str) else tuple(_masked(segment) for segment in line)
        for line in article.lines
    )
    return Article(lines, {**article.header, "text_sha256": text_sha256(text)})


def _masked(segment: Segment) -> Segment:
    core = segment.text.strip()
    if not core:
        raise ValueError(f"a segment labelled {segment.name!r} holds white space only")
    lead, _, trail = segment.text.partition(core)
    return replace(segment, text=f"{lead}{fingerprint(core)}{trail}", masked=True)


def unmask(article: Article, text: str) -> Article:
    """Put ``text`` back behind the fingerprints of a masked article, character for character.

    Raises ValueError when the text is not the one that was masked.
    """
    lines: list[Line] = []
    position = 0
    for line in article.lines:
        if isinstance(line, str):
            lines.append(line)
            position += len(line) + 1
            continue
        segments: list[Segment] = []
        for segment in line:
            length = sum(extent(segment))
            piece = text[position : position + length]
            if segment.masked and fingerprint(piece) != segment.text.strip():
                raise ValueError(
                    f"the text at code point {position} is not the one that was masked "
                    f"({segment.name} {segment.text.strip()})"
                )
            segments.append(replace(segment, text=piece, masked=False))
            position += length
        lines.append(tuple(segments))
        position += 1
    header = {key: value for key, value in article.header.items() if key != "text_sha256"}
    whole = Article(tuple(lines), header)
    if whole.text != text:
        raise ValueError("the text has more lines or characters than the masked article")
    return whole
