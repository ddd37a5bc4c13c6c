"""Gold: the annotated pages that predictions are scored against, of a dataset or of articles."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from newshole.article import Article, ArticleError, Span
from newshole.corpus import (
    article_files,
    collection_and_id,
    corpus_of,
    is_corpus,
    read_article,
    read_sites,
    split_of,
    text_files,
)
from newshole.examples import filled
from newshole.join import with_page
from newshole.locate import LostPageError, locate, page_folders
from newshole.mask import text_sha256
from newshole.row import SCHEMA, Row
from newshole.validate import faults

_SPLIT = re.compile(r"(train|validation|test)\b")
_ORIGIN = re.compile(r"https?://(?:github\.com/([\w.-]+/[\w.-]+)|([^/\s]+))")


class ScoreError(ValueError):
    """A call of score that cannot be worked on: what is wrong, and how to mend it."""


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A page with its text and its spans, in text order.

    ``collection`` is original, linked, pages or empty; ``origin`` the public collection that a
    linked page is from, empty where it is not said (rows do not say it).
    """

    id: str
    site: str
    language: str
    collection: str
    origin: str
    text: str
    text_sha256: str
    spans: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Left:
    """A page, or file, that is not scored, and why. ``is_fault``: it is there, and is wrong."""

    id: str
    reason: str
    is_fault: bool = False


@dataclass(frozen=True, slots=True)
class Gold:
    """``pages`` by id; ``left``: those without text, or with a fault; ``others``: ids of those
    left and of other splits.
    """

    pages: dict[str, GoldPage]
    left: tuple[Left, ...]
    others: frozenset[str]


def read_gold(
    gold: str | Path | pa.Table,
    *,
    split: str | None = None,
    pages: Sequence[str | Path] | None = None,
) -> Gold:
    """The pages of a dataset folder, a Parquet file or table with its columns, a corpus, a folder
    of article files or one of them.

    Masked pages get their text from the folders ``pages`` (default: those of ``NEWSHOLE_PAGES``).
    Raises ScoreError where there is none of that, or no split where one is asked for; and
    NotADirectoryError, TableError.
    """
    folders = page_folders() if pages is None else [Path(one) for one in pages]
    others: set[str] = set()
    if isinstance(gold, pa.Table):
        read = _of_tables([("the table", None, gold)], split, folders, others)
    elif not Path(gold).exists():
        raise ScoreError(f"{gold} is not there; name a dataset, a corpus or article files")
    elif files := parquet_files(Path(gold)):
        tables = ((str(file), _SPLIT.match(file.name), _read(file)) for file in files)
        named = ((name, match and match[1], table) for name, match, table in tables)
        read = _of_tables(named, split, folders, others)
    else:
        read = _of_articles(_article_files(Path(gold)), split, folders, others)
    found: dict[str, GoldPage] = {}
    left: list[Left] = []
    for one in read:
        if isinstance(one, Left):
            left.append(one)
        elif one.id in found:
            left.append(Left(one.id, "the id stands twice; the first is scored", is_fault=True))
        else:
            found[one.id] = one
    return Gold(found, tuple(left), frozenset(others.union(one.id for one in left)))


def parquet_files(path: Path) -> list[Path]:
    """The Parquet file, or those below a folder, sorted; hidden folders are passed over."""
    if path.is_dir():
        found = sorted(path.rglob("*.parquet"))
        return [p for p in found if not any(n[0] == "." for n in p.relative_to(path).parts)]
    return [path] if path.suffix == ".parquet" else []


def _of_tables(
    tables: Iterable[tuple[str, str | None, pa.Table]],
    split: str | None,
    folders: Sequence[Path],
    others: set[str],
) -> Iterator[GoldPage | Left]:
    """Pages of tables, each with its name and split; ids of other splits go to ``others``."""
    whole: list[tuple[str, Row]] = []
    for name, own, table in tables:
        if missing := [column for column in SCHEMA.names if column not in table.column_names]:
            raise ScoreError(f"{name} is no dataset of newshole: it has no column {missing[0]!r}")
        if split is not None and own is None:
            raise ScoreError(f"{name} does not say its split; call without one")
        if split not in (None, own):
            others.update(table["id"].to_pylist())
            continue
        try:
            rows = table.select(SCHEMA.names).cast(SCHEMA).to_pylist()
        except pa.ArrowException as error:
            raise ScoreError(f"{name} is no dataset of newshole: {error}") from None
        for row in _sound(rows, name):
            if isinstance(row, Left):
                yield row
            else:
                whole.append((name, row))
    wanted = {row["page_sha256"] for _, row in whole if row["text"] is None}
    paths = locate(wanted, folders).paths
    for name, row in whole:
        if row["text"] is not None:
            yield _from_row(row)
            continue
        try:
            (filled_row,) = _sound([with_page(row, paths)], name)
        except LostPageError as error:
            yield Left(row["id"], str(error))
            continue
        yield filled_row if isinstance(filled_row, Left) else _from_row(filled_row)


def _sound(rows: list[Row], name: str) -> Iterator[Row | Left]:
    """The rows in order, or why they are left out: they break the rules."""
    broken = faults(pa.Table.from_pylist(rows, schema=SCHEMA))
    for index, row in enumerate(rows):
        if index in broken:
            yield Left(str(row["id"]), f"{name}: {broken[index]}", is_fault=True)
        else:
            yield row


def _of_articles(
    files: Sequence[Path], split: str | None, folders: Sequence[Path], others: set[str]
) -> Iterator[GoldPage | Left]:
    """Pages of article files; ids of other splits go to ``others``."""
    sites = cache(read_sites)
    found: list[tuple[Path, Article]] = []
    for file in files:
        corpus = corpus_of(file)
        name = collection_and_id(file, corpus)[1] if corpus else str(file)
        if split is not None:
            if corpus is None:
                raise ScoreError(f"{file} lies in no corpus, and so in no split; call without one")
            if split_of(name.partition("/")[0], name, sites(corpus)) != split:
                others.add(name)
                continue
        try:
            article = read_article(file)
        except ArticleError as error:
            place = f"{file}:{error.line}" if error.line else str(file)
            yield Left(name, f"{place}: {error.code} {error.message}; {error.fix}", is_fault=True)
            continue
        if "id" in article.header:
            found.append((file, article))
        else:
            yield Left(name, f"{file}: the header has no id; write one", is_fault=True)
    wanted = {article.header.get("page", "") for _, article in found if article.masked}
    paths = locate(wanted, folders).paths
    for file, article in found:
        try:
            whole = filled(article, paths).article if article.masked else article
        except LostPageError as error:
            yield Left(article.header["id"], str(error))
            continue
        yield _from_article(file, whole)


def _read(file: Path) -> pa.Table:
    try:
        # Not read_table: it takes names of folders for columns.
        return pq.ParquetFile(file).read()
    except (pa.ArrowException, OSError) as error:
        raise ScoreError(f"{file} cannot be read ({str(error).partition(chr(10))[0]})") from None


def _article_files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = list(article_files(path) if is_corpus(path) else _texts(path))
    if not files:
        raise ScoreError(f"{path} holds neither Parquet nor article files (.txt)")
    return files


def _texts(folder: Path) -> Iterator[Path]:
    for file in text_files(folder):
        if not any(name[0] == "." for name in file.relative_to(folder).parts):
            yield file


def _from_row(row: Row) -> GoldPage:
    spans = [Span(**span) for span in row["spans"]]
    return GoldPage(
        row["id"],
        row["site"],
        row["language"],
        row["collection"],
        "",
        row["text"],
        row["text_sha256"],
        spans,
    )


def _from_article(file: Path, article: Article) -> GoldPage:
    header, text = article.header, article.text or ""
    corpus = corpus_of(file)
    match = _ORIGIN.match(header.get("source", ""))
    return GoldPage(
        header["id"],
        header["id"].partition("/")[0],
        header.get("language", "und"),
        collection_and_id(file, corpus)[0] if corpus else "linked" if match else "original",
        (match[1] or match[2]) if match else "",
        text,
        text_sha256(text),
        article.spans,
    )
