"""Join: rows of linked pages and the pages, put together by their digests."""

import gzip
import hashlib
import warnings
from pathlib import Path

import news
import pyarrow as pa
import pytest
from datasets import Dataset, DatasetDict

import newshole
from newshole.article import Article, Segment
from newshole.locate import ENVIRONMENT
from newshole.mask import mask
from newshole.render import render
from newshole.row import SCHEMA, Row, features, to_row

PAGES = {f"mast-{number}": news.html(number) for number in range(3)}


def row(name: str, *, filled: bool) -> Row:
    lines = [line.text for line in render(PAGES[name])]
    segments = [Segment("headline" if n == 2 else "body", line) for n, line in enumerate(lines)]
    header = {
        "id": f"quillmere.example/{name}",
        "page": hashlib.sha256(PAGES[name].encode()).hexdigest(),
    }
    whole = Article(tuple((segment,) for segment in segments), header)
    return to_row(whole if filled else mask(whole), collection="linked", site="quillmere.example")


def table(*, filled: bool) -> pa.Table:
    return pa.Table.from_pylist([row(name, filled=filled) for name in PAGES], schema=SCHEMA)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "any").mkdir()
    for name, page in PAGES.items():
        (tmp_path / "any" / f"{name[::-1]}.html.gz").write_bytes(gzip.compress(page.encode()))
    return tmp_path


@pytest.fixture(autouse=True)
def no_warning_is_overlooked() -> None:
    warnings.simplefilter("error")


def test_a_table_comes_back_with_text_and_fields(pages: Path) -> None:
    joined = newshole.join(table(filled=False), pages)
    assert joined == table(filled=True)
    assert joined["headline"][1].as_py() == "Boats counted again, part 1"
    assert newshole.join(joined, []) == joined


def test_pages_are_looked_for_where_the_environment_says(
    pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(pages))
    assert newshole.join(table(filled=False)) == table(filled=True)


def test_a_dataset_comes_back_as_a_dataset(pages: Path) -> None:
    bare = Dataset(table(filled=False)).cast(features())
    some = bare.select([2, 0])
    joined = newshole.join(DatasetDict({"train": bare, "test": some}), pages)
    true = table(filled=True).to_pylist()
    assert joined["train"].to_list() == true
    assert joined["test"].to_list() == [true[2], true[0]]
    assert joined["train"].features == bare.features


def test_columns_that_were_left_out_stay_out(pages: Path) -> None:
    names = ["id", "body", "text", "spans", "text_sha256", "page_sha256"]
    joined = newshole.join(table(filled=False).select(names), pages)
    assert joined == table(filled=True).select(names)
    with pytest.raises(ValueError, match="no column 'spans'; load it with all"):
        newshole.join(table(filled=False).drop_columns("spans"), pages)


def test_a_row_whose_page_is_not_there_or_gives_another_text_stays_bare(pages: Path) -> None:
    rows = table(filled=False).to_pylist()
    rows[1]["text_sha256"] = "0" * 64
    next(pages.glob("any/0-*")).unlink()
    bare = pa.Table.from_pylist(rows, schema=SCHEMA)
    with pytest.warns(UserWarning, match="2 of 3 linked rows stay without text; .*mast-0: its p"):
        joined = newshole.join(bare, pages)
    assert joined.to_pylist() == [*rows[:2], row("mast-2", filled=True)]


def test_a_folder_that_is_not_there_is_told() -> None:
    with pytest.raises(NotADirectoryError, match="nowhere is no folder"):
        newshole.join(table(filled=False), "nowhere")
