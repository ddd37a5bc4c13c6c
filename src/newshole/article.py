r"""Articles: a text cut into labelled segments, and the label lines that hold it in a file.

An article file is UTF-8 with LF: a header of ``key: value`` lines, an empty line, then
one *label line* for each segment of each line of the text::

    id: example.org/bridge-opens
    language: en

    headline: The bridge opens
    dateline: RIVERTON (AP) —
    +body:  The bridge opens: at last.

``+`` glues a segment to the one before it, with no newline between. What follows the
first ``: `` is exact. A line of the text that is empty, or white space only, stands as
itself. In a *masked* file a segment's text is replaced by its fingerprint
(``body# 3f9c2a11d0 252``, see :mod:`newshole.mask`); the white space around it stays.

Offsets are Unicode code points, half-open. Lines end at ``\n`` and nowhere else
(``str.splitlines`` would also split at U+2028 and U+0085).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from newshole.labels import BOILERPLATE, KINDS, NAMES, join_name, split_name

HEADER_KEYS = (
    "id",
    "url",
    "retrieved",
    "language",
    "licence",
    "annotation",
    "accepted",
    "page",
    "source",
    "text_sha256",
)
"""Header keys in the order they are written."""

_KNOWN = frozenset(NAMES)
_LABEL_LINE = re.compile(r"(\+?)([^\s:#]+)([:#]) (.*)", re.DOTALL)
# Nine digits: an offset must fit the int32 of a row.
_FINGERPRINT = re.compile(r"(\s*)([0-9a-f]{10}) ([1-9][0-9]{0,8})(\s*)")
_HEADER_LINE = re.compile(r"([a-z][a-z0-9_]*): (.*)", re.DOTALL)


class ArticleError(ValueError):
    """An article file that cannot be read. ``line`` counts from 1 (0: the whole file)."""

    def __init__(self, line: int, code: str, message: str, fix: str) -> None:
        # All four are arguments of the exception, so that it survives the way between processes.
        super().__init__(line, code, message, fix)
        self.line, self.code, self.message, self.fix = line, code, message, fix

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.message}; {self.fix}"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of one line of the text, with its label.

    ``text`` is exact, outer white space included; in a masked segment the fingerprint
    stands in its place. ``confidence`` is 0 to 1, or None where a reader decided.
    """

    name: str
    text: str
    masked: bool = False
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Where a label lies in the text: code points, half-open, trimmed of white space."""

    start: int
    end: int
    label: str
    kind: str | None
    confidence: float | None = None


Line = tuple[Segment, ...] | str
"""One line of the text: its segments, or a string of white space (mostly empty)."""


@dataclass(frozen=True, slots=True)
class Article:
    """A header and the lines of the text. An article has at least one line, maybe empty."""

    lines: tuple[Line, ...]
    header: Mapping[str, str] = field(default_factory=dict)

    @property
    def segments(self) -> Iterator[Segment]:
        """All segments in text order, white-space lines left out."""
        return (segment for line in self.lines if not isinstance(line, str) for segment in line)

    @property
    def masked(self) -> bool:
        """True when a segment's text is hidden behind its fingerprint."""
        return any(segment.masked for segment in self.segments)

    @property
    def text(self) -> str | None:
        """The whole text; None while a segment is masked."""
        if self.masked:
            return None
        return "\n".join(
            line if isinstance(line, str) else "".join(segment.text for segment in line)
            for line in self.lines
        )

    @property
    def spans(self) -> list[Span]:
        """Trimmed spans in text order; known for masked articles too."""
        found: list[Span] = []
        position = 0
        for line in self.lines:
            if isinstance(line, str):
                position += len(line) + 1
                continue
            for segment in line:
                lead, length, trail = extent(segment)
                if length:
                    start = position + lead
                    label, kind = split_name(segment.name)
                    found.append(Span(start, start + length, label, kind, segment.confidence))
                position += lead + length + trail
            position += 1
        return found


def extent(segment: Segment) -> tuple[int, int, int]:
    """(leading white space, trimmed length, trailing white space) of a segment, in code points.

    Raises ValueError for a masked segment whose text is no fingerprint.
    """
    if segment.masked:
        match = _FINGERPRINT.fullmatch(segment.text)
        if match is None:
            raise ValueError(f"not a fingerprint: {segment.text!r}")
        return len(match[1]), int(match[3]), len(match[4])
    length = len(segment.text.strip())
    lead = len(segment.text) - len(segment.text.lstrip())
    return lead, length, len(segment.text) - lead - length


def numbered(article: Article) -> Iterator[tuple[int, bool, Segment]]:
    """(row of the article's file, from 1; glued to the segment before?; segment)."""
    row = len(article.header) + 2
    for line in article.lines:
        for index, segment in enumerate(() if isinstance(line, str) else line):
            yield row + index, index > 0, segment
        row += 1 if isinstance(line, str) else len(line)


def parse(content: str) -> Article:
    """Read an article file. Raises :class:`ArticleError` naming line, code and mend."""
    _refuse_unwritable(content)
    rows = content.split("\n")
    if rows[-1] != "":
        raise ArticleError(
            len(rows), "NH105", "the last line does not end", "end the file with a newline"
        )
    rows.pop()
    header, first = _parse_header(rows)
    lines: list[list[Segment] | str] = []
    for number, row in enumerate(rows[first:], start=first + 1):
        if not row.strip():
            lines.append(row)
            continue
        glued, segment = _parse_label_line(row, number)
        if not glued:
            lines.append([segment])
        elif lines and not isinstance(lines[-1], str):
            lines[-1].append(segment)
        else:
            raise ArticleError(
                number,
                "NH106",
                "'+' glues to a segment, and there is none right before it",
                "take the '+' away, or move the line below the segment it continues",
            )
    if not lines:
        raise ArticleError(
            len(rows), "NH107", "there are no label lines", "add them below the header"
        )
    return Article(tuple(line if isinstance(line, str) else tuple(line) for line in lines), header)


def render(article: Article) -> str:
    """Write an article file: the inverse of :func:`parse`, confidences aside, which no file holds.

    Raises ValueError for what no file could hold: an article without lines, NUL, lone
    surrogates, a newline inside a segment, an unknown label, a masked segment without its
    fingerprint, a header key or value that is no ``key: value`` line.
    """
    if not article.lines:
        raise ValueError("an article without lines; write the empty text as one line ''")
    header = "".join(_render_header(key, article.header[key]) for key in _in_order(article.header))
    content = f"{header}\n{''.join(_render_line(line) for line in article.lines)}"
    _refuse_unwritable(content)
    return content


def _in_order(header: Mapping[str, str]) -> list[str]:
    return [key for key in HEADER_KEYS if key in header] + [
        key for key in header if key not in HEADER_KEYS
    ]


def _render_header(key: str, value: str) -> str:
    row = f"{key}: {value}"
    if "\n" in row or _header_entry(row) != (key, value):
        raise ValueError(f"header {key!r} cannot hold {value!r}")
    return row + "\n"


def _render_line(line: Line) -> str:
    if isinstance(line, str):
        if line.strip() or "\n" in line:
            raise ValueError(f"a line without a label holds text: {line!r}")
        return line + "\n"
    if not line:
        raise ValueError("a line of no segments; write an empty line as ''")
    rows = []
    for index, segment in enumerate(line):
        if segment.name not in _KNOWN:
            raise ValueError(f"unknown label {segment.name!r}")
        if "\n" in segment.text:
            raise ValueError(f"a newline inside a segment: {segment.text!r}")
        extent(segment)  # raises where a masked segment holds no fingerprint
        sign = "#" if segment.masked else ":"
        rows.append(f"{'+' if index else ''}{segment.name}{sign} {segment.text}\n")
    return "".join(rows)


def _refuse_unwritable(content: str) -> None:
    if (at := content.find("\0")) >= 0:
        raise ArticleError(
            content.count("\n", 0, at) + 1,
            "NH102",
            f"NUL (U+0000) at code point {at}",
            "take it out; Parquet readers cut a text there",
        )
    try:
        content.encode()
    except UnicodeEncodeError as error:
        raise ArticleError(
            content.count("\n", 0, error.start) + 1,
            "NH103",
            f"lone surrogate U+{ord(content[error.start]):04X} at code point {error.start}",
            "replace it by the character that was meant; it cannot be written as UTF-8",
        ) from None


def _parse_header(rows: list[str]) -> tuple[dict[str, str], int]:
    header: dict[str, str] = {}
    for number, row in enumerate(rows, start=1):
        if row == "":
            return header, number
        entry = _header_entry(row)
        if entry is None:
            raise ArticleError(
                number,
                "NH108",
                f"{row[:40]!r} is not a header line",
                "write 'key: value', and an empty line below the header",
            )
        key, value = entry
        if key in header:
            raise ArticleError(number, "NH109", f"header {key!r} stands twice", "keep one of them")
        header[key] = value
    raise ArticleError(
        len(rows),
        "NH107",
        "there is no empty line, and so no label line",
        "write an empty line below the header, and the label lines below that",
    )


def _header_entry(row: str) -> tuple[str, str] | None:
    match = _HEADER_LINE.fullmatch(row)
    if match is None or not match[2] or match[2] != match[2].strip():
        return None
    return match[1], match[2]


def _parse_label_line(row: str, number: int) -> tuple[bool, Segment]:
    match = _LABEL_LINE.fullmatch(row)
    if match is None:
        raise ArticleError(
            number, "NH110", f"{row[:40]!r} is not a label line", "write 'label: text'"
        )
    glue, name, sign, text = match.groups()
    if name not in _KNOWN:
        raise ArticleError(number, "NH104", f"unknown label {name[:40]!r}", _suggest(name))
    if sign == "#" and not _FINGERPRINT.fullmatch(text):
        raise ArticleError(
            number,
            "NH111",
            f"{text[:40]!r} is not a fingerprint",
            "write ten hex digits, a space and the length, as 'newshole new --mask' does",
        )
    return glue == "+", Segment(name, text, masked=sign == "#")


def _suggest(name: str) -> str:
    if name == BOILERPLATE:
        return f"say which kind, as in {join_name(BOILERPLATE, KINDS[0])!r}"
    known = {kind: join_name(BOILERPLATE, kind) for kind in KINDS} | {n: n for n in NAMES}
    near = get_close_matches(name.lower(), known, n=1)
    return f"did you mean {known[near[0]]!r}?" if near else "schema/labels.json lists the labels"
