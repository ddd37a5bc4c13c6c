"""A part: the unit of work of a build. Some sources in, sorted runs of rows out.

A part is idempotent. It is written under a temporary name and renamed, so it is there whole
or not at all, however often and by whomever it is run.
"""

import json
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import repeat
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa

from newshole.annotate import TooManyLinesError, annotate, annotate_pages
from newshole.article import Article
from newshole.check_file import check_files
from newshole.corpus import Site, collection_and_id, read_article, split_of
from newshole.finding import ERROR
from newshole.hint import TextLine
from newshole.mask import unmask
from newshole.page import Page, Rejected, read_pages
from newshole.raw import origin
from newshole.render import RenderError, plain, render
from newshole.row import Row, row_sha256, to_row
from newshole.run import ORDER, PART_SCHEMA, write_run
from newshole.source import Source
from newshole.validate import faults

RUN_CHARACTERS = 24_000_000
"""Characters of text that are held, sorted and written at once: what bounds a worker's memory."""

MAX_PAGE_BYTES = 32 << 20
"""A page larger than this is rejected, if the caller does not say otherwise."""

AT_ONCE, AT_ONCE_CHARACTERS = 64, 2_000_000
"""Pages of one source that are annotated together, which is faster: so many, or of that size."""

AT = "at"
"""File of a part under way that names the source it is at: for whoever finds a worker dead."""

REJECTED = "rejected.jsonl"
"""File of a part, and of a dataset, that lists the pages that could not be used."""

PAGES = "pages"
"""Collection, and so config, of rows that were raw pages."""

ARTICLE = "article"
"""Form of a source that is a corpus's article file, not a raw page."""

Tick = Callable[[int, int], None]
"""Told (pages, bytes of sources) that were done since the last call; may raise to stop."""


@dataclass(frozen=True, slots=True)
class Options:
    """How pages are read, and which are kept; part of what makes two builds the same."""

    max_page_bytes: int = MAX_PAGE_BYTES
    encoding: str | None = None
    min_confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """Sources that are worked on together; ``number`` is their place in the input.

    ``corpus`` is the folder that article files lie in; None for raw pages. ``filled`` is the
    folder that texts of linked articles lie in, by id.
    """

    number: int
    sources: tuple[Source, ...]
    corpus: str | None = None
    filled: str | None = None


def part_folder(parts: Path, number: int) -> Path:
    """Where a finished part lies."""
    return parts / f"{number:06d}"


def is_done(folder: Path) -> bool:
    """True when a part is there, with every file of the size it was written with."""
    try:
        sizes = json.loads((folder / "done.json").read_text(encoding="utf-8"))["files"]
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError, KeyError):
        return False


def run_part(
    part: Part, tick: Tick, *, parts: Path, options: Options, sites: Mapping[str, Site]
) -> None:
    """Read, annotate, validate and write one part below the folder ``parts``.

    A page that cannot be used is listed in the part's ``rejected.jsonl``, whatever was
    wrong. Raises OSError when the part cannot be written, and what ``tick`` raises.
    """
    final = part_folder(parts, part.number)
    if is_done(final):
        return
    shutil.rmtree(final, ignore_errors=True)
    folder = parts / f"tmp-{uuid.uuid4().hex}"
    folder.mkdir()
    try:
        _write(folder, part, tick, options, sites)
        folder.replace(final)
    except OSError:
        # A worker that outlived a killed build may have finished the same part first.
        if not is_done(final):
            raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def rejected_line(rejected: Rejected) -> str:
    """One line of ``rejected.jsonl``."""
    return json.dumps(asdict(rejected), ensure_ascii=False) + "\n"


def _write(
    folder: Path, part: Part, tick: Tick, options: Options, sites: Mapping[str, Site]
) -> None:
    names = [REJECTED]
    with (folder / names[0]).open("w", encoding="utf-8", newline="\n") as rejected:
        for run in _runs(part, tick, options, sites, rejected, folder / AT):
            names.append(f"{len(names) - 1:05d}.parquet")
            write_run(folder / names[-1], [run.sort_by(ORDER)])
    (folder / AT).unlink(missing_ok=True)
    sizes = {name: (folder / name).stat().st_size for name in names}
    (folder / "done.json").write_text(json.dumps({"files": sizes}), encoding="utf-8")


def _runs(
    part: Part,
    tick: Tick,
    options: Options,
    sites: Mapping[str, Site],
    rejected: TextIO,
    at: Path,
) -> Iterator[pa.Table]:
    rows: list[Row] = []
    held = order = 0
    for source in part.sources:
        at.write_text(origin(source.path), encoding="utf-8")
        for place, row in _rows(source, part, options):
            order += 1
            tick(1, 0)
            if isinstance(row, Rejected):
                rejected.write(rejected_line(row))
                continue
            row["_split"] = split_of(row["site"], row["id"], sites)
            row["_order"] = (part.number << 36) + order
            row["_origin"] = place
            rows.append(row)
            held += len(row["text"] or "") + 100 * len(row["spans"])
            if held >= RUN_CHARACTERS:
                yield _table(rows, rejected)
                rows, held = [], 0
        tick(0, source.size)
    if rows:
        yield _table(rows, rejected)


def _table(rows: list[Row], rejected: TextIO) -> pa.Table:
    """The rows that keep the rules, as a table; the others are rejected."""
    try:
        table = pa.Table.from_pylist(rows, schema=PART_SCHEMA)
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
        if len(rows) > 1:
            return pa.concat_tables([_table([row], rejected) for row in rows])
        rejected.write(rejected_line(_failed(rows[0]["_origin"], error)))
        return PART_SCHEMA.empty_table()
    bad = faults(table)
    for index, reason in sorted(bad.items()):
        rejected.write(rejected_line(_failed(rows[index]["_origin"], reason)))
    return table.take([i for i in range(len(rows)) if i not in bad]) if bad else table


def _rows(source: Source, part: Part, options: Options) -> Iterator[tuple[str, Row | Rejected]]:
    """(origin, row or refusal) of each page of a source."""
    path = origin(source.path)
    if part.corpus is not None:
        filled = Path(part.filled) / f"{source.name}.txt" if part.filled else None
        yield path, _guarded(path, _article_row, Path(source.path), Path(part.corpus), filled)
        return
    try:
        pages = read_pages(source, max_page_bytes=options.max_page_bytes, encoding=options.encoding)
        for group in _groups(pages):
            yield from _page_rows(group, options.min_confidence)
    except Exception as error:
        yield path, _failed(path, error)


def _guarded(place: str, make: Callable[..., Row | Rejected], *of: Any) -> Row | Rejected:  # noqa: ANN401
    """A row with its digest. No page, whatever it sets off, stops a build."""
    try:
        row = make(*of)
        return row if isinstance(row, Rejected) else row | {"_sha256": row_sha256(row)}
    except Exception as error:
        return _failed(place, error)


def _article_row(path: Path, corpus: Path, filled: Path | None) -> Row | Rejected:
    articles, findings = check_files([path], corpus)
    if path not in articles:
        worst = next(finding for finding in findings if finding.level == ERROR)
        return Rejected(origin(worst.file, worst.line), worst.code, worst.message, worst.fix)
    collection, article_id = collection_and_id(path, corpus)
    article = articles[path]
    if article.masked and filled is not None and filled.exists():
        try:
            article = unmask(article, read_article(filled).text or "")
        except ValueError as error:
            return Rejected(origin(str(filled)), "R105", str(error), "run 'newshole fill' again")
    return to_row(article, collection=collection, site=article_id.partition("/")[0])


def _groups(pages: Iterator[Page | Rejected]) -> Iterator[list[Page | Rejected]]:
    """Pages to annotate at a time. What ``pages`` raises comes after all that came before it."""
    while True:
        group: list[Page | Rejected] = []
        size = 0
        failure: Exception | None = None
        try:
            while len(group) < AT_ONCE and size < AT_ONCE_CHARACTERS:
                page = next(pages)
                group.append(page)
                size += 0 if isinstance(page, Rejected) else len(page.content)
        except Exception as error:
            failure = error
        if group:
            yield group
        if isinstance(failure, StopIteration):
            return
        if failure is not None:
            raise failure


def _page_rows(
    pages: Sequence[Page | Rejected], min_confidence: float
) -> Iterator[tuple[str, Row | Rejected]]:
    """(origin, row or refusal) of each, as each would give by itself."""
    rendered = [page if isinstance(page, Rejected) else _lines(page) for page in pages]
    sound = [lines for lines in rendered if not isinstance(lines, Rejected)]
    try:
        annotated: Iterator[Article | None] = iter(list(annotate_pages(sound)))
    except Exception:
        # One of them sets something off: each by itself shows which.
        annotated = repeat(None)
    for page, lines in zip(pages, rendered, strict=True):
        if isinstance(page, Rejected):
            yield page.origin, page
        elif isinstance(lines, Rejected):
            yield page.origin, lines
        else:
            of = (page, lines, next(annotated), min_confidence)
            yield page.origin, _guarded(page.origin, _page_row, *of)


def _lines(page: Page) -> Sequence[TextLine] | Rejected:
    try:
        return render(page.content) if page.is_html else plain(page.content)
    except RenderError as error:
        return Rejected(page.origin, "R102", str(error), "leave the page out, or give its text")
    except Exception as error:
        return _failed(page.origin, error)


def _page_row(
    page: Page, lines: Sequence[TextLine], annotated: Article | None, min_confidence: float
) -> Row | Rejected:
    try:
        article = annotated or annotate(lines)
    except TooManyLinesError as error:
        return Rejected(page.origin, "R106", str(error), "leave the page out, or cut it in parts")
    if not article.text or not article.text.strip():
        return Rejected(
            page.origin, "R104", "the page shows no text", "scrape it with a browser, if it should"
        )
    if (sure := _confidence(article)) < min_confidence:
        return Rejected(
            page.origin,
            "R107",
            f"its labels have a mean confidence of {sure:.3f}, below {min_confidence}",
            "correct them, beginning with 'newshole new', or ask for less by --min-confidence",
        )
    header = {
        "id": page.id,
        "url": page.url,
        "language": page.language,
        "licence": page.licence,
        "page": page.page_sha256,
    }
    return to_row(replace(article, header=header), collection=PAGES, site=page.site)


def _confidence(article: Article) -> float:
    """The mean over an annotated text's labelled characters."""
    segments = list(article.segments)
    total = sum(len(one.text) for one in segments)
    # Rounded, for a mean of 0.9s is a little less than 0.9.
    return round(sum((one.confidence or 0.0) * len(one.text) for one in segments) / total, 6)


def _failed(place: str, reason: Exception | str) -> Rejected:
    said = f"{type(reason).__name__}: {reason}" if isinstance(reason, Exception) else reason
    return Rejected(
        place, "R103", f"newshole failed on this page ({said})", "please report it with the page"
    )
