"""Showing: a row gives back its article, colours can be read, no page steers the terminal."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from articles import ODD, PROPERTY, TEXTS, articles
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from newshole.article import Article, Segment, parse
from newshole.labels import NAMES
from newshole.mask import mask
from newshole.row import SCHEMA, Row, to_row
from newshole.show import article_view, from_dataset, from_row, save_svg

ARTICLE = parse("""\
id: harbour.example/bridge

headline: The bridge opens
boilerplate/tags: Harbour

dateline: RIVERTON —
+body:  At last.
""")


def row_of(article: Article) -> Row:
    return to_row(article, collection="original", site="harbour.example")


@PROPERTY
@given(articles(headers=st.just({"id": "x", "url": "u", "language": "en"}), confident=True))
def test_a_row_gives_back_text_spans_and_fields(article: Article) -> None:
    row = row_of(article)
    shown = from_row(row)
    assert shown.text == article.text
    assert shown.spans == article.spans
    assert row_of(shown) == row


def text(words: str) -> Callable[[Row], Any]:
    return lambda row: row.update(text=words)


def span(index: int, **fields: object) -> Callable[[Row], Any]:
    return lambda row: row["spans"][index].update(fields)


@pytest.mark.parametrize(
    ("mutate", "message"),
    [
        (lambda row: row.update(text=None), "'harbour.example/bridge' has no text"),
        (lambda row: row["spans"].pop(0), "do not partition"),
        (lambda row: row["spans"].pop(), "do not partition"),
        (lambda row: row["spans"].reverse(), "do not partition"),
        (lambda row: row.update(spans=[]), "do not partition"),
        (span(0, end=20), "do not partition"),
        (span(0, end=15), "do not partition"),
        (span(2, end=38), "do not partition"),
        (span(3, end=99), "do not partition"),
        (text("\n"), "do not partition"),
    ],
)
def test_a_row_that_its_spans_do_not_partition_is_refused(
    mutate: Callable[[Row], Any], message: str
) -> None:
    row = row_of(ARTICLE)
    mutate(row)
    with pytest.raises(ValueError, match=message):
        from_row(row)


def printed(article: Article, width: int = 60) -> str:
    console = Console(
        file=io.StringIO(), force_terminal=True, color_system="truecolor", width=width
    )
    console.print(article_view(article))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_each_segment_stands_beside_its_label() -> None:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", printed(ARTICLE))
    assert [line.rstrip() for line in plain.split("\n")] == [
        "id: harbour.example/bridge",
        "",
        "        headline The bridge opens",
        "boilerplate/tags Harbour",
        "",
        "        dateline RIVERTON —",
        "           +body  At last.",
        "",
    ]


@settings(PROPERTY, max_examples=50)
@given(TEXTS.filter(str.strip), st.text(max_size=5))
def test_no_page_steers_the_terminal(text: str, more: str) -> None:
    line = (Segment("note", (text + more).replace("\n", "")),)
    shown = printed(Article((line,), {"id": "x", "url": line[0].text}))
    unstyled = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", unstyled)


def test_what_steers_a_terminal_is_shown_as_a_picture() -> None:
    shown = printed(Article(((Segment("note", "a\x1b[31mb\rc\x9bd"),),)))
    assert "a␛[31mb␍c\ufffdd" in shown


@pytest.mark.parametrize("name", NAMES)
def test_colours_can_be_read_on_black_and_on_white(name: str) -> None:
    shown = printed(Article(((Segment(name, "Harbour"),),)))
    codes = re.findall(r"\x1b\[(?:3;)?38;2;(\d+);(\d+);(\d+)mHarbour", shown)
    if name == "body":
        # The terminal's own colour.
        assert codes == []
        return
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (int(code) / 255 for code in codes[0])
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    assert (luminance + 0.05) / 0.05 >= 3
    assert 1.05 / (luminance + 0.05) >= 3


@pytest.mark.parametrize("odd", ["", "".join(mark for mark in ODD if "\n" not in mark), "\uffff<&"])
def test_the_picture_is_well_formed_and_holds_the_text(tmp_path: Path, odd: str) -> None:
    line = (Segment("headline", f"Bridge{odd}"),)
    save_svg(Article((line,), {"id": f"harbour.example/{odd}"}), tmp_path / "x.svg")
    root = ElementTree.parse(tmp_path / "x.svg").getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    words = "".join(root.itertext()).replace("\u00a0", " ")
    assert "headline" in words
    assert "Bridge" in words


def test_the_picture_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        save_svg(ARTICLE, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_an_article_is_found_by_its_id_in_any_file_of_a_dataset(tmp_path: Path) -> None:
    other = Article(((Segment("body", "B"),),), {"id": "b"})
    for path, articles_of_file in (
        ("original/test-0.parquet", [Article(((Segment("body", "A"),),), {"id": "a"}), other]),
        ("original/train-0.parquet", [ARTICLE]),
        ("linked/train-0.parquet", [mask(Article(ARTICLE.lines, {"id": "hidden"}))]),
        (".newshole/000000.parquet", [Article(other.lines, {"id": "unfinished"})]),
    ):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        rows = [row_of(article) for article in articles_of_file]
        pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), tmp_path / path)
    found = from_dataset(tmp_path, "harbour.example/bridge")
    assert found is not None
    assert found.text == ARTICLE.text
    assert [from_dataset(tmp_path, name) for name in ("c", "hidden", "unfinished")] == [None] * 3
