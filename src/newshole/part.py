"""A part: the unit of work of a build. Some sources in, sorted runs of rows out.

A part is idempotent. It is written under a temporary name and renamed, so it is there whole
or not at all, however often and by whomever it is run.
"""

import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from newshole.annotate import annotate
from newshole.check_file import check_files
from newshole.corpus import Site, collection_and_id, split_of
from newshole.finding import ERROR
from newshole.page import Page, Rejected, read_pages
from newshole.render import RenderError, render
from newshole.row import SCHEMA, Row, row_sha256, to_row
from newshole.source import Source
from newshole.validate import faults

RUN_CHARACTERS = 24_000_000
"""Characters of text that are held, sorted and written at once: what bounds a worker's memory."""

PART_SCHEMA = pa.schema(
    [
        *SCHEMA,
        pa.field("_split", pa.string()),
        pa.field("_sha256", pa.string()),
        pa.field("_order", pa.int64()),
        pa.field("_origin", pa.string()),
    ]
)
"""A row on its way: its split, its digest, its place in the input and where it was read."""

MAX_PAGE_BYTES = 32 << 20
"""A page larger than this is rejected, if the caller does not say otherwise."""

ARTICLE = "article"
"""Form of a source that is a corpus's article file, not a raw page."""


@dataclass(frozen=True, slots=True)
class Options:
    """How pages are read; part of what makes two builds the same."""

    max_page_bytes: int = MAX_PAGE_BYTES
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Sources that are worked on together; ``number`` is their place in the input."""

    number: int
    sources: tuple[Source, ...]


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
    part: Part,
    parts: Path,
    options: Options,
    sites: dict[str, Site],
    corpora: dict[str, str],
    tick: Callable[[], None] = lambda: None,
) -> None:
    """Read, annotate, validate and write one part below the folder ``parts``.

    ``corpora`` names the corpus folder of each article file. ``tick`` is called after each
    page, and may raise to stop. Raises OSError when the part cannot be written.
    """
    final = part_folder(parts, part.number)
    if is_done(final):
        return
    shutil.rmtree(final, ignore_errors=True)
    folder = parts / f"tmp-{uuid.uuid4().hex}"
    folder.mkdir()
    sizes: dict[str, int] = {}
    with (folder / "rejected.jsonl").open("w", encoding="utf-8") as rejected:
        for number, run in enumerate(_runs(part, options, sites, corpora, tick, rejected.write)):
            name = f"{number:05d}.parquet"
            pq.write_table(
                run.sort_by([("id", "ascending"), ("_order", "ascending")]),
                folder / name,
                compression="zstd",
                compression_level=1,
                row_group_size=256,
            )
            sizes[name] = (folder / name).stat().st_size
    sizes["rejected.jsonl"] = (folder / "rejected.jsonl").stat().st_size
    (folder / "done.json").write_text(json.dumps({"files": sizes}), encoding="utf-8")
    try:
        folder.replace(final)
    except OSError:
        # A worker that outlived a killed build may have finished the same part first.
        if not is_done(final):
            raise
        shutil.rmtree(folder, ignore_errors=True)


def _runs(
    part: Part,
    options: Options,
    sites: dict[str, Site],
    corpora: dict[str, str],
    tick: Callable[[], None],
    write_rejected: Callable[[str], object],
) -> Iterator[pa.Table]:
    rows: list[Row] = []
    held = 0

    def table() -> pa.Table:
        batch = pa.Table.from_pylist(rows, schema=PART_SCHEMA)
        bad = faults(batch)
        for index, reason in bad.items():
            write_rejected(rejected_line(_broken(rows[index]["_origin"], reason)))
        if bad:
            batch = batch.take([index for index in range(len(rows)) if index not in bad])
        return batch

    for order, (origin, row) in enumerate(_read(part, options, corpora)):
        tick()
        if isinstance(row, Rejected):
            write_rejected(rejected_line(row))
            continue
        row |= {
            "_sha256": row_sha256(row),
            "_split": split_of(row["site"], row["id"], sites),
            "_order": (part.number << 36) + order,
            "_origin": origin,
        }
        rows.append(row)
        held += len(row["text"] or "") + 100 * len(row["spans"])
        if held >= RUN_CHARACTERS:
            yield table()
            rows, held = [], 0
    if rows:
        yield table()


def rejected_line(rejected: Rejected) -> str:
    """One line of ``rejected.jsonl``."""
    return json.dumps(asdict(rejected), ensure_ascii=False) + "\n"


def _read(
    part: Part, options: Options, corpora: dict[str, str]
) -> Iterator[tuple[str, Row | Rejected]]:
    for source in part.sources:
        if source.form == ARTICLE:
            yield source.path, _article_row(Path(source.path), Path(corpora[source.path]))
            continue
        for page in read_pages(
            source, max_page_bytes=options.max_page_bytes, encoding=options.encoding
        ):
            yield page.origin, page if isinstance(page, Rejected) else _page_row(page)


def _article_row(path: Path, corpus: Path) -> Row | Rejected:
    articles, findings = check_files([path], corpus)
    if path not in articles:
        worst = next(finding for finding in findings if finding.level == ERROR)
        return Rejected(f"{worst.file}:{worst.line}", worst.code, worst.message, worst.fix)
    collection, article_id = collection_and_id(path, corpus)
    return to_row(articles[path], collection=collection, site=article_id.partition("/")[0])


def _page_row(page: Page) -> Row | Rejected:
    try:
        article = annotate(render(page.content) if page.is_html else page.content)
    except RenderError as error:
        return Rejected(page.origin, "R102", str(error), "leave the page out, or give its text")
    except Exception as error:
        return _broken(page.origin, f"{type(error).__name__}: {error}")
    if not article.text or not article.text.strip():
        return Rejected(
            page.origin, "R104", "the page shows no text", "scrape it with a browser, if it should"
        )
    header = {
        "id": page.id,
        "url": page.url,
        "language": page.language,
        "licence": page.licence,
        "page": page.page_sha256,
    }
    return to_row(replace(article, header=header), collection="pages", site=page.site)


def _broken(origin: str, reason: str) -> Rejected:
    return Rejected(
        origin, "R103", f"newshole failed on this page ({reason})", "please report it with the page"
    )
