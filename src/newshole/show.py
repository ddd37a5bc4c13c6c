"""An article in colour: each segment in the colour of its label, the label in the margin."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from newshole.article import Article, label_lines
from newshole.labels import COLOURS, join_name, split_name


def article_view(article: Article) -> Group:
    """The whole article: header, then a table of label and text, one row a segment."""
    header = Text("\n".join(f"{key}: {value}" for key, value in article.header.items()), "dim")
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
            lines.add_row(name, Text(segment.text, style))
    return Group(header, Text(), lines)


def save_svg(article: Article, path: Path, *, width: int = 100) -> None:
    """A picture of :func:`article_view`, ``width`` columns wide."""
    with Path("/dev/null").open("w") as nowhere:
        console = Console(record=True, width=width, file=nowhere)
        console.print(article_view(article))
    path.write_text(
        console.export_svg(title=article.header.get("id", "newshole")), encoding="utf-8"
    )


def from_dataset(folder: Path, article_id: str) -> Article | None:
    """The article of a row, found by its id in a dataset folder; None where it is not."""
    for path in sorted(folder.rglob("*.parquet")):
        rows = pq.read_table(path, filters=[("id", "==", article_id)]).to_pylist()
        if rows and rows[0]["text"] is not None:
            return from_row(rows[0])
    return None


def from_row(row: Mapping[str, Any]) -> Article:
    """A row's text and spans as an article: the white space between spans goes to the span
    before it in its line, or to the one after at the line's beginning.
    """
    lines: list[list[tuple[str, str]]] = []
    position = 0
    spans = list(row["spans"])
    for line in row["text"].split("\n"):
        end = position + len(line)
        own = [span for span in spans if position <= span["start"] < end]
        starts = [position, *(span["start"] for span in own[1:]), end]
        lines.append(
            [
                (join_name(span["label"], span["kind"]), row["text"][start:stop])
                for span, start, stop in zip(own, starts, starts[1:], strict=False)
            ]
            or [("", line)]
        )
        position = end + 1
    header = {key: row[key] for key in ("id", "url", "language") if row[key]}
    return Article(label_lines(lines), header)


def _style(name: str) -> str:
    label, kind = split_name(name)
    return f"{COLOURS[label]} italic" if kind else f"{COLOURS[label]}"
