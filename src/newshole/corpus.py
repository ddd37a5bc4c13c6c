"""The corpus folder: where article files lie, which site is in which split, what was withdrawn."""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from newshole.article import Article, ArticleError, parse

COLLECTIONS = ("original", "linked")
SPLITS = ("train", "validation", "test")


class Site(NamedTuple):
    """A row of ``sites.csv``: ``terms`` is the licence that the site's articles must carry."""

    site: str
    split: str
    terms: str


def is_corpus(folder: Path) -> bool:
    """True for a folder with a ``sites.csv`` and at least one collection."""
    return (folder / "sites.csv").is_file() and any((folder / c).is_dir() for c in COLLECTIONS)


def corpus_of(path: Path) -> Path | None:
    """The corpus folder that an article file lies in, if any."""
    return next((parent for parent in path.absolute().parents if is_corpus(parent)), None)


def article_files(corpus: Path) -> Iterator[Path]:
    """Every article file of a corpus: collections in order, paths sorted."""
    for collection in COLLECTIONS:
        yield from sorted((corpus / collection).rglob("*.txt"))


def collection_and_id(path: Path, corpus: Path) -> tuple[str, str]:
    """``("original", "example.org/bridge")`` for ``corpus/original/example.org/bridge.txt``."""
    collection, *rest = path.absolute().relative_to(corpus.absolute()).with_suffix("").parts
    return collection, "/".join(rest)


def read_article(path: Path) -> Article:
    """Read an article file. Raises ArticleError, for what is no text too."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ArticleError(
            0, "NH100", f"the file cannot be read ({error.strerror})", "check path and permissions"
        ) from None
    if raw.startswith(b"\xef\xbb\xbf"):
        raise ArticleError(
            1, "NH112", "the file begins with a byte order mark", "save it as UTF-8 without BOM"
        )
    try:
        content = raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise ArticleError(
            raw.count(b"\n", 0, error.start) + 1,
            "NH101",
            f"byte 0x{raw[error.start]:02X} at byte {error.start} is not UTF-8",
            "save the file as UTF-8",
        ) from None
    header = content.partition("\n\n")[0] if "\n\n" in content else content
    if "\r\n" in header:
        raise ArticleError(
            1, "NH113", "lines end in CR LF", "save the file with LF ends (.gitattributes does)"
        )
    return parse(content)


def read_sites(corpus: Path) -> dict[str, Site]:
    """``sites.csv`` by site, first row wins. Raises ValueError where it is not such a table."""
    sites: dict[str, Site] = {}
    for _, site in site_rows(corpus):
        sites.setdefault(site.site, site)
    return sites


def site_rows(corpus: Path) -> Iterator[tuple[int, Site]]:
    """(line number, row) of ``sites.csv``. Raises ValueError naming the line at fault."""
    for number, row in _rows(corpus / "sites.csv", Site._fields):
        if row["split"] not in SPLITS:
            raise ValueError(f"{number}: split {row['split']!r} is none of {', '.join(SPLITS)}")
        yield number, Site(row["site"], row["split"], row["terms"])


def read_removed(corpus: Path) -> dict[str, str]:
    """``removed.csv``: id → reason. Raises ValueError where it is not such a table."""
    path = corpus / "removed.csv"
    return {row["id"]: row["reason"] for _, row in _rows(path, ("id", "reason"))}


def split_of(site: str, article_id: str, sites: Mapping[str, Site]) -> str:
    """The split of an article: its site's in ``sites``, else by a hash of the site, 80/10/10.

    A page without a site is placed by its id: nobody can say what it shares a site with.
    The split depends on no order and no seed.
    """
    if site in sites:
        return sites[site].split
    bucket = int.from_bytes(hashlib.sha256((site or article_id).encode()).digest()[:8]) % 10
    return "train" if bucket < 8 else "validation" if bucket == 8 else "test"


def _rows(path: Path, names: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        if tuple(reader.fieldnames or ()) != names:
            raise ValueError(f"1: the columns are not {','.join(names)}")
        for row in reader:
            if None in row or None in row.values() or not row[names[0]]:
                raise ValueError(f"{reader.line_num}: the row does not hold {','.join(names)}")
            yield reader.line_num, row
