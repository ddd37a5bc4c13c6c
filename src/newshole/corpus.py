"""The corpus folder: where article files lie, which site is in which split, what was withdrawn."""

import codecs
import csv
import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from newshole.article import Article, ArticleError, parse

COLLECTIONS = ("original", "linked")
SPLITS = ("train", "validation", "test")

MAX_FILE_BYTES = 32 << 20
"""An article file larger than this is no article: as large as the largest page that is read."""

_MARKS = {
    codecs.BOM_UTF8: "UTF-8",
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


class Site(NamedTuple):
    """A row of ``sites.csv``: ``terms`` is the licence that the site's articles must carry."""

    site: str
    split: str
    terms: str


class TableError(ValueError):
    """A table of the corpus that cannot be read: ``path``, ``line`` (0: the whole file), why."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}" if line else f"{path}: {message}")
        self.path, self.line, self.message = path, line, message


def is_corpus(folder: Path) -> bool:
    """True for a folder with a ``sites.csv`` and at least one collection."""
    return (folder / "sites.csv").is_file() and any((folder / c).is_dir() for c in COLLECTIONS)


def corpus_of(path: Path) -> Path | None:
    """The corpus folder that an article file lies in, if any; relative where ``path`` is."""
    parents = (*path.parents, *_place(path).parents)
    return next((parent for parent in parents if is_corpus(parent)), None)


def article_files(corpus: Path) -> Iterator[Path]:
    """Every article file of a corpus: collections in order, paths sorted, as :func:`text_files`."""
    for collection in COLLECTIONS:
        if (corpus / collection).is_dir():
            yield from text_files(corpus / collection)


def text_files(folder: Path) -> list[Path]:
    """Every ``.txt`` below a folder, sorted.

    A folder that cannot be listed comes as itself, so that whoever reads it says why.
    """
    found: list[Path] = []
    walk = os.walk(folder, onerror=lambda error: found.append(Path(error.filename)))
    for place, folders, files in walk:
        found += [Path(place, name) for name in (*folders, *files) if name.endswith(".txt")]
    return sorted(found)


def collection_and_id(path: Path, corpus: Path) -> tuple[str, str]:
    """``("original", "example.org/bridge")`` for ``corpus/original/example.org/bridge.txt``."""
    collection, *rest = _place(path).relative_to(_place(corpus)).with_suffix("").parts
    return collection, "/".join(rest)


def _place(path: Path) -> Path:
    # Links stay: a linked file's place in the corpus is where the link lies.
    return Path(os.path.normpath(path.absolute()))


def read_article(path: str | Path) -> Article:
    """Read an article file. Raises ArticleError, for what is no text too."""
    try:
        return parse(_read_text(Path(path)))
    except ArticleError as error:
        error.add_note(f"in {path}")
        raise


def _read_text(path: Path) -> str:
    raw = _read_bytes(path)
    if not raw.strip():
        raise ArticleError(0, "NH115", "the file is empty", "write it, or take it away")
    for mark, encoding in _MARKS.items():
        if raw.startswith(mark):
            raise ArticleError(
                1,
                "NH112",
                f"the file begins with a byte order mark of {encoding}",
                "save it as UTF-8 without a byte order mark",
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
    _refuse_line_ends(content)
    return content


def _read_bytes(path: Path) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            # Opening it says that it is a folder; looking into it, that it may not be read.
            os.scandir(path).close()
        elif not stat.S_ISREG(status.st_mode):
            raise ArticleError(
                0, "NH100", "the file cannot be read (no regular file)", "give the file itself"
            )
        if status.st_size > MAX_FILE_BYTES:
            raise ArticleError(
                0,
                "NH114",
                f"the file holds {status.st_size} bytes, more than {MAX_FILE_BYTES}",
                "an article is one page; look whether the file is one",
            )
        return path.read_bytes()
    except OSError as error:
        raise ArticleError(
            0, "NH100", f"the file cannot be read ({error.strerror})", "check path and permissions"
        ) from None


def _refuse_line_ends(content: str) -> None:
    # CR is a character of the text like any other. That an editor put it there shows in the
    # header, whose values end in no white space, or in a file without any LF.
    ends = "CR LF" if "\n" in content else "CR"
    for number, row in enumerate(content.split("\n"), start=1):
        if row.endswith("\r") or (ends == "CR" and "\r" in row):
            raise ArticleError(
                number, "NH113", f"the header's lines end in {ends}", "save the file with LF ends"
            )
        if not row:
            return


def read_sites(corpus: Path) -> dict[str, Site]:
    """``sites.csv`` by site, first row wins. Raises TableError where it is not such a table."""
    sites: dict[str, Site] = {}
    for _, site in site_rows(corpus):
        sites.setdefault(site.site, site)
    return sites


def site_rows(corpus: Path) -> Iterator[tuple[int, Site]]:
    """(line number, row) of ``sites.csv``. Raises TableError naming the line at fault."""
    path = corpus / "sites.csv"
    for number, row in _rows(path, Site._fields):
        if row["split"] not in SPLITS:
            raise TableError(path, number, f"split {row['split']!r} is none of {_list(SPLITS)}")
        yield number, Site(row["site"], row["split"], row["terms"])


def read_removed(corpus: Path) -> dict[str, str]:
    """``removed.csv``: id → reason. Raises TableError where it is not such a table."""
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
    number = 0
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            if tuple(reader.fieldnames or ()) != names:
                raise TableError(
                    path,
                    1,
                    f"the columns are {','.join(reader.fieldnames or ())!r}, not {','.join(names)}",
                )
            number = reader.line_num
            for row in reader:
                number = reader.line_num
                if None in row or None in row.values() or not all(row.values()):
                    raise TableError(path, number, f"the row does not hold {_list(names)}")
                yield number, row
    except OSError as error:
        raise TableError(path, 0, f"the table cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise TableError(path, 0, f"byte 0x{error.object[error.start]:02X} is not UTF-8") from None
    except csv.Error as error:
        raise TableError(path, number + 1, f"the row is no CSV ({error})") from None


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(names)
