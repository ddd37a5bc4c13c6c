"""An article in colour: each segment in the colour of its label, the label in the margin."""

import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from rich.color import Color, blend_rgb
from rich.color_triplet import ColorTriplet
from rich.console import Console, Group
from rich.table import Table
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from rich.text import Text

from newshole.article import Article, Line, Segment
from newshole.labels import COLOURS, join_name, split_name

_PLAIN = "body"
"""The label whose text has the terminal's own colour: most of what is read."""

# Control characters would steer the terminal, and no SVG may hold them: their pictures stand
# in for them. Tabs are spaced out by rich.
_SEEN = (
    {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)}
    | {0x7F: 0x2421}
    | dict.fromkeys((*range(0x80, 0xA0), 0xFFFE, 0xFFFF), 0xFFFD)
)


def article_view(article: Article) -> Group:
    """The whole article: header, then a table of label and text, one row a segment.

    Control characters are shown as pictures (``␛``), so that no page steers the terminal.
    """
    header = Text(
        "\n".join(f"{key}: {_seen(value)}" for key, value in article.header.items()), "dim"
    )
    lines = Table.grid(padding=(0, 1))
    lines.add_column(justify="right", no_wrap=True)
    lines.add_column(overflow="fold")
    for line in article.lines:
        if isinstance(line, str):
            lines.add_row("", "")
            continue
        for index, segment in enumerate(line):
            style = _style(segment.name)
            name = Text(("+" if index else "") + segment.name, style)
            lines.add_row(name, Text(_seen(segment.text), style))
    return Group(header, Text(), lines)


def save_svg(article: Article, path: Path, *, width: int = 100) -> None:
    """A picture of :func:`article_view` on white, ``width`` columns wide."""
    console = Console(record=True, width=width, file=io.StringIO())
    console.print(article_view(article))
    title = _seen(article.header.get("id", "newshole"))
    path.write_text(console.export_svg(title=title, theme=DEFAULT_TERMINAL_THEME), encoding="utf-8")


def from_dataset(folder: Path, article_id: str) -> Article | None:
    """The article of a row with a text, found by its id in a dataset folder; else None.

    Hidden folders, where an unfinished build lies, are passed over.
    """
    for path in sorted(folder.rglob("*.parquet")):
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        rows = pq.read_table(path, filters=[("id", "==", article_id)]).to_pylist()
        if rows and rows[0]["text"] is not None:
            return from_row(rows[0])
    return None


def from_row(row: Mapping[str, Any]) -> Article:
    """A row's text and spans as an article: the white space between spans goes to the span
    before it in its line, or to the one after at the line's beginning.

    Raises ValueError for a row whose text is not filled in, or is not partitioned by its spans.
    """
    text, spans = row["text"], row["spans"]
    if text is None:
        raise ValueError(f"row {row['id']!r} has no text")
    lines: list[Line] = []
    position = index = 0
    for line in text.split("\n"):
        end = position + len(line)
        first = index
        while index < len(spans) and spans[index]["end"] <= end:
            index += 1
        lines.append(_segments(text, position, end, spans[first:index]) if line.strip() else line)
        position = end + 1
    whole = Article(tuple(lines), {key: row[key] for key in ("id", "url", "language") if row[key]})
    cut = [(span.start, span.end) for span in whole.spans]
    if whole.text != text or cut != [(span["start"], span["end"]) for span in spans]:
        raise ValueError(f"the spans of row {row['id']!r} do not partition its text")
    return whole


def _segments(text: str, start: int, end: int, spans: list[dict[str, Any]]) -> tuple[Segment, ...]:
    starts = [start, *(span["start"] for span in spans[1:]), end]
    return tuple(
        Segment(
            join_name(span["label"], span["kind"]), text[first:last], confidence=span["confidence"]
        )
        for span, first, last in zip(spans, starts, starts[1:], strict=False)
    )


def _seen(text: str) -> str:
    return text.translate(_SEEN)


def _style(name: str) -> str:
    label, kind = split_name(name)
    colour = "default" if label == _PLAIN else _legible(COLOURS[label])
    return f"{colour} italic" if kind else colour


@cache
def _legible(colour: str) -> str:
    """The colour, lighter or darker until it stands out from black and from white at 3:1.

    Nobody knows the terminal's background. The ratio is that of WCAG 2.2, 1.4.11.
    """
    own = Color.parse(colour).get_truecolor()
    towards = ColorTriplet(0, 0, 0) if _luminance(own) > 0.3 else ColorTriplet(255, 255, 255)
    mixed = own
    for share in range(100):
        mixed = blend_rgb(own, towards, share / 100)
        if 0.1 <= _luminance(mixed) <= 0.3:
            break
    return mixed.hex


def _luminance(colour: ColorTriplet) -> float:
    """Relative luminance, 0 to 1, as WCAG 2.2 defines it."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
