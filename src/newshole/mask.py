"""Masking: an article whose text may not be given away keeps labels, lengths and fingerprints.

In place of a segment's text stands ``3f9c2a11d0 252``, its fingerprint. Offsets stay
computable, and whoever has the page can put the text back and knows that it is the same.
"""

import hashlib
from dataclasses import replace

from newshole.article import Article, Line, Segment, extent


def fingerprint(text: str) -> str:
    """``3f9c2a11d0 252``: 10 hex digits of SHA-256 of the text, trimmed, runs of white space
    as one space; then the length of the trimmed text in code points.
    """
    digest = hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:10]
    return f"{digest} {len(text.strip())}"


def text_sha256(text: str) -> str:
    """Hex SHA-256 of the text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def mask(article: Article) -> Article:
    """The article with every segment's text replaced by its fingerprint.

    The header gains ``text_sha256``, without which nobody could tell what text the spans
    lie in. An article that is masked already comes back as it is. Raises ValueError for a
    segment of white space only: it has no fingerprint.
    """
    text = article.text
    if text is None:
        return article
    lines = tuple(
        line if isinstance(line, str) else tuple(_masked(segment) for segment in line)
        for line in article.lines
    )
    return Article(lines, {**article.header, "text_sha256": text_sha256(text)})


def unmask(article: Article, text: str) -> Article:
    """Put ``text`` back behind the fingerprints of a masked article, character for character.

    The header loses ``text_sha256``. Raises ValueError when the text is not the one that
    was masked, naming the code point where it is known.
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
            found = replace(segment, text=text[position : position + length], masked=False)
            if not _fits(found, segment):
                raise ValueError(
                    f"the text at code point {position} is not the one that was masked "
                    f"({segment.name} {segment.text.strip()})"
                )
            segments.append(found)
            position += length
        lines.append(tuple(segments))
        position += 1
    header = dict(article.header)
    # Fingerprints do not tell one white space from another; this does.
    sha256 = header.pop("text_sha256", None)
    whole = Article(tuple(lines), header)
    if whole.text != text or sha256 not in (None, text_sha256(text)):
        raise ValueError("the text has other lines or white space than the one that was masked")
    return whole


def _masked(segment: Segment) -> Segment:
    lead, length, _ = extent(segment)
    if not length:
        raise ValueError(f"a segment labelled {segment.name!r} holds white space only")
    end = lead + length
    hidden = fingerprint(segment.text[lead:end])
    return replace(
        segment,
        text=f"{segment.text[:lead]}{hidden}{segment.text[end:]}",
        masked=True,
    )


def _fits(found: Segment, segment: Segment) -> bool:
    if not segment.masked:
        return found.text == segment.text
    if not found.text.strip() or "\n" in found.text:
        return False
    return _masked(found).text == segment.text
