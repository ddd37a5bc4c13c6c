"""The picture at the head of the README: lines of a page in the colours of their labels."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from textwrap import wrap
from xml.sax.saxutils import escape

from newshole.article import Article
from newshole.corpus import read_article
from newshole.labels import COLOURS, split_name

ROOT = Path(__file__).parents[1]
ARTICLE = ROOT / "corpus" / "original" / "saltermarshpost.example" / "moon-clock.txt"
PICTURE = ROOT / "docs" / "article.svg"

SHOWN = (
    "Skip to the story",
    "Become a Friend of the Post",
    "Heritage",
    "The moon clock that stopped",
    "It tells you nothing",
    "By Hattie Lomax",
    "Share this:",
    "The crowd in Guildhall Square",
    "At four minutes past",
    "A wheel in the snug",
    "“It had scorch marks and a ring of cider. ",
    "Read more:",
    "Morning all.",
    "This article was amended",
    "Moon Clock tea towel",
    "penn_descendant:",
)
"""How the shown lines begin, in the page's order."""

WIDTH, LEFT, TOP, BOTTOM = 880, 190, 34, 14
LETTERS = 72
"""Letters in a row of the picture: few enough for the widest of the usual serif fonts."""

SIZES = {"headline": 23}
SIZE, ROW, GAP = 16, 22, 8

Pieces = list[tuple[str, str]]
"""(label name, text) of the pieces of a line or row."""


def picture(article: Article) -> str:
    """An SVG of the lines that begin as :data:`SHOWN` says. Raises ValueError if one is not there.

    Three dots stand where lines between two shown ones are left out.
    """
    marks: list[str] = []
    y = TOP
    for left_out, line in _chosen(article):
        if left_out:
            marks.append(f'<text class="dots" x="{LEFT}" y="{y - 6}">· · ·</text>')
            y += ROW - GAP
        size = max(SIZES.get(name, SIZE) for name, _ in line)
        rows = _rows(line, LETTERS * SIZE // size)
        step = ROW * size // SIZE
        y += step - ROW
        marks += _margin([name for name, _ in line], y, y - size, step * len(rows))
        for row in rows:
            marks.append(_text(row, y, size))
            y += step
        y += GAP
    return _frame(marks, y - ROW + BOTTOM)


def _chosen(article: Article) -> Iterator[tuple[bool, Pieces]]:
    """(are lines left out before it?, pieces) of each shown line."""
    wanted = iter(SHOWN)
    next_one = next(wanted)
    shown = left_out = False
    for line in article.lines:
        pieces = [] if isinstance(line, str) else [(s.name, s.text.strip()) for s in line]
        if not pieces or not pieces[0][1].startswith(next_one.strip()):
            left_out = True
            continue
        yield shown and left_out, pieces
        shown, left_out = True, False
        next_one = next(wanted, "\0")
    if next_one != "\0":
        raise ValueError(f"no line begins with {next_one!r} after the one shown before it")


def _rows(line: Pieces, letters: int) -> list[Pieces]:
    """The pieces of a line, broken into rows of at most so many letters."""
    words = [(name, word) for name, text in line for word in text.split()]
    rows = []
    for row in wrap(" ".join(word for _, word in words), letters, break_on_hyphens=False):
        own, words = words[: len(row.split())], words[len(row.split()) :]
        rows.append([(n, " ".join(w for _, w in g)) for n, g in groupby(own, lambda word: word[0])])
    return rows


def _margin(names: list[str], y: int, top: int, height: int) -> list[str]:
    """The labels beside a line, and a bar in their colours."""
    part = height / len(names)
    bars = [
        f'<path d="M{LEFT - 14} {top + index * part:g}v{part:g}" stroke="{_colour(name)}"/>'
        for index, name in enumerate(names)
    ]
    spans = _spans([(name, f"{'+' if index else ''}{name}") for index, name in enumerate(names)])
    return [*bars, f'<text class="label" x="{LEFT - 26}" y="{y - 1}">{spans}</text>']


def _text(row: Pieces, y: int, size: int) -> str:
    style = f' style="font-size:{size}px;font-weight:bold"' if size != SIZE else ""
    return f'<text x="{LEFT}" y="{y}"{style}>{_spans(row)}</text>'


def _spans(pieces: Pieces) -> str:
    return " ".join(
        f'<tspan fill="{_colour(name)}">{escape(text)}</tspan>' for name, text in pieces
    )


def _colour(name: str) -> str:
    return COLOURS[split_name(name)[0]]


def _frame(marks: list[str], height: int) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        "<title>Lines of a news page, each in the colour of its label</title>",
        "<style>"
        f"text{{font:{SIZE}px Georgia,'Times New Roman',serif}}"
        ".label{font:12px Verdana,'Helvetica Neue',sans-serif;text-anchor:end}"
        ".dots{fill:#b5b0a5}path{stroke-width:3}"
        "</style>",
        f'<rect width="{WIDTH}" height="{height}" rx="10" fill="#fdfcf8"/>',
    )
    return "\n".join([*head, *marks, "</svg>\n"])


if __name__ == "__main__":
    PICTURE.write_text(picture(read_article(ARTICLE)), encoding="utf-8")
    print(PICTURE.relative_to(ROOT))
