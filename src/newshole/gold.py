"""Gold: the annotated pages that predictions are scored against, of a dataset or of articles."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
    reader = _Reader(split, page_folders() if pages is None else [Path(one) for one in pages])
    if isinstance(gold, pa.Table):
        reader.table(gold, "the table", None)
        return reader.gold()
    path = Path(gold)
    if not path.exists():
        raise ScoreError(f"{path} is not there; name a dataset, a corpus or article files")
    files = parquet_files(path)
    for file in files:
        match = _SPLIT.match(file.name)
        reader.table(_read(file), str(file), match[1] if match else None)
    if not files:
        reader.articles(_article_files(path))
    return reader.gold()


def parquet_files(path: Path) -> list[Path]:
    """The Parquet file, or those below a folder, sorted; hidden folders are passed over."""
    if path.is_dir():
        found = sorted(path.rglob("*.parquet"))
        return [p for p in found if not any(n[0] == "." for n in p.relative_to(path).parts)]
    return [path] if path.suffix == ".parquet" else []


class _Reader:
    """Pages as they gather, from one table or folder after the other."""

    def __init__(self, split: str | None, folders: Sequence[Path]) -> None:
        self._split, self._folders = split, folders
        self._pages: dict[str, GoldPage] = {}
        self._left: list[Left] = []
        self._others: set[str] = set()

    def gold(self) -> Gold:
        return Gold(self._pages, tuple(self._left), frozenset(self._others))

    def table(self, table: pa.Table, name: str, split: str | None) -> None:
        if missing := [column for column in SCHEMA.names if column not in table.column_names]:
            raise ScoreError(f"{name} is no dataset of newshole: it has no column {missing[0]!r}")
        if self._split is not None:
            if split is None:
                raise ScoreError(f"{name} does not say its split; call without one")
            if split != self._split:
                self._others.update(table["id"].to_pylist())
                return
        try:
            rows = table.select(SCHEMA.names).cast(SCHEMA).to_pylist()
        except pa.ArrowException as error:
            raise ScoreError(f"{name} is no dataset of newshole: {error}") from None
        whole = self._sound(rows, name)
        bare = [row for row in whole if row["text"] is None]
        paths = locate({row["page_sha256"] for row in bare}, self._folders).paths
        found: dict[str, Row] = {}
        for row in bare:
            try:
                found[row["id"]] = with_page(row, paths)
            except LostPageError as error:
                self._leave(row["id"], str(error))
        proven = {row["id"]: row for row in self._sound(list(found.values()), name)}
        for row in whole:
            if row["text"] is not None:
                self._add(_from_row(row))
            elif row["id"] in proven:
                self._add(_from_row(proven[row["id"]]))

    def _sound(self, rows: list[Row], name: str) -> list[Row]:
        """The rows that keep the rules; the others are left out."""
        broken = faults(pa.Table.from_pylist(rows, schema=SCHEMA))
        for index, reason in sorted(broken.items()):
            self._leave(str(rows[index]["id"]), f"{name}: {reason}", is_fault=True)
        return [row for index, row in enumerate(rows) if index not in broken]

    def articles(self, files: Sequence[Path]) -> None:
        found = [(file, article) for file in files if (article := self._article(file))]
        wanted = {a.header.get("page", "") for _, a in found if a.masked}
        paths = locate(wanted, self._folders).paths
        for file, article in found:
            try:
                whole = filled(article, paths).article if article.masked else article
            except LostPageError as error:
                self._leave(article.header["id"], str(error))
                continue
            self._add(_from_article(file, whole))

    def _article(self, file: Path) -> Article | None:
        """The article, if it is of the split; None where it is not, or cannot be read."""
        if self._split is not None and self._split_of(file) != self._split:
            corpus = corpus_of(file)
            assert corpus is not None  # or there were no split
            self._others.add(collection_and_id(file, corpus)[1])
            return None
        try:
            article = read_article(file)
        except ArticleError as error:
            place = f"line {error.line}: " if error.line else ""
            self._leave(str(file), f"{place}{error.code} {error.message}; {error.fix}", True)
            if corpus := corpus_of(file):
                self._others.add(collection_and_id(file, corpus)[1])
            return None
        if "id" not in article.header:
            self._leave(str(file), "its header has no id; write one", is_fault=True)
            return None
        return article

    def _split_of(self, file: Path) -> str:
        corpus = corpus_of(file)
        if corpus is None:
            raise ScoreError(f"{file} lies in no corpus, and so in no split; call without one")
        article_id = collection_and_id(file, corpus)[1]
        return split_of(article_id.partition("/")[0], article_id, read_sites(corpus))

    def _leave(self, name: str, reason: str, is_fault: bool = False) -> None:
        self._left.append(Left(name, reason, is_fault))
        self._others.add(name)

    def _add(self, page: GoldPage) -> None:
        if page.id in self._pages:
            self._leave(page.id, "the id stands twice; the first is scored", is_fault=True)
        else:
            self._pages[page.id] = page


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
