"""The plan of a build: which sources make which part, so that a resumed build does the same."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from newshole import __version__
from newshole.corpus import Site, article_files, collection_and_id, is_corpus, read_sites
from newshole.labels import schema_path
from newshole.manifest import file_sha256
from newshole.page import Rejected
from newshole.part import ARTICLE, Options, Part
from newshole.source import Source, find_sources

MANY = ("warc", "jsonl", "parquet")
"""Forms that hold many pages: each file is a part of its own."""

PART_FILES = 512
PART_BYTES = 64 << 20
"""One-page files are worked on together, up to this many and this large a part."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build does. Two builds with equal :func:`as_json` give the same rows."""

    parts: tuple[Part, ...]
    rejected: tuple[Rejected, ...]
    options: Options
    sites: dict[str, Site]
    corpora: dict[str, str]


def make_plan(sources: Sequence[str], options: Options) -> Plan:
    """Look at every source and cut the work into parts.

    A source that is a corpus folder gives its article files. Raises ValueError for a
    ``sites.csv`` that cannot be read.
    """
    found: list[Source] = []
    rejected: list[Rejected] = []
    sites: dict[str, Site] = {}
    corpora: dict[str, str] = {}
    for path in sources:
        if is_corpus(Path(path)):
            sites |= read_sites(Path(path))
            for source in _articles(Path(path)):
                corpora[source.path] = path
                found.append(source)
            continue
        for source_or_not in find_sources([path]):
            (rejected if isinstance(source_or_not, Rejected) else found).append(source_or_not)  # type: ignore[arg-type]
    parts = tuple(Part(number, group) for number, group in enumerate(_groups(found)))
    return Plan(parts, tuple(rejected), options, sites, corpora)


def as_json(plan: Plan) -> dict[str, Any]:
    """The plan as it is kept beside the parts, code and label set included."""
    return {
        "newshole": __version__,
        "labels": file_sha256(schema_path("labels.json")),
        "schema": file_sha256(schema_path("row.schema.json")),
        "options": asdict(plan.options),
        "sites": [list(site) for site in plan.sites.values()],
        "parts": [[list(asdict(s).values()) for s in part.sources] for part in plan.parts],
        "rejected": [list(asdict(r).values()) for r in plan.rejected],
    }


def as_text(plan: Plan) -> str:
    """:func:`as_json`, written."""
    return json.dumps(as_json(plan), ensure_ascii=False)


def _articles(corpus: Path) -> Iterator[Source]:
    for file in article_files(corpus):
        status = file.stat()
        yield Source(
            path=str(file),
            name=collection_and_id(file, corpus)[1],
            form=ARTICLE,
            size=status.st_size,
            stamp=f"{status.st_size}-{status.st_mtime_ns}",
        )


def _groups(sources: Iterable[Source]) -> Iterator[tuple[Source, ...]]:
    group: list[Source] = []
    size = 0
    for source in sources:
        alone = source.form in MANY
        if group and (alone or len(group) >= PART_FILES or size + source.size > PART_BYTES):
            yield tuple(group)
            group, size = [], 0
        if alone:
            yield (source,)
            continue
        group.append(source)
        size += source.size
    if group:
        yield tuple(group)
