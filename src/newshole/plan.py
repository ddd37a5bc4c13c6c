"""The plan of a build: which sources make which part, so that a resumed build does the same."""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from newshole.corpus import Site, article_files, collection_and_id, is_corpus, read_sites
from newshole.labels import schema_path
from newshole.page import Rejected
from newshole.part import ARTICLE, Options, Part
from newshole.source import Source, find_sources

MANY = ("warc", "jsonl", "parquet")
"""Forms that hold many pages: each file is a part of its own."""

PART_FILES = 64
PART_BYTES = 16 << 20
"""One-page files are worked on together, up to this many and this large a part."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build does. Two builds with equal :func:`digest` give the same rows."""

    parts: tuple[Part, ...]
    rejected: tuple[Rejected, ...]
    options: Options
    sites: dict[str, Site]


def make_plan(
    sources: Sequence[str], out: Path, options: Options, filled: str | None = None
) -> Plan:
    """Look at every source and cut the work into parts; the number of workers has no say in it.

    A source that is a corpus folder gives its article files. A file that two sources lead to
    is taken once, and what lies in the folder ``out`` is never read. ``filled`` is the folder
    with the texts of linked articles. Raises TableError for a ``sites.csv`` that cannot be read.
    """
    own = os.path.join(os.path.abspath(out), "")  # noqa: PTH100, PTH118
    found: dict[str, tuple[Source, str | None]] = {}
    rejected: list[Rejected] = []
    sites: dict[str, Site] = {}
    for path in sources:
        corpus = path if is_corpus(Path(path)) else None
        if corpus:
            sites |= read_sites(Path(path))
        for source in _articles(Path(path), filled) if corpus else find_sources([path]):
            if isinstance(source, Rejected):
                rejected.append(source)
            elif not os.path.abspath(source.path).startswith(own):  # noqa: PTH100
                found.setdefault(source.path, (source, corpus))
    parts = tuple(
        Part(number, group, corpus, filled)
        for number, (group, corpus) in enumerate(_groups(found.values()))
    )
    return Plan(parts, tuple(rejected), options, sites)


def digest(plan: Plan) -> str:
    """Hex SHA-256 of all that decides the rows: input, options, and the code that reads it."""
    sha256 = hashlib.sha256()

    def add(value: object) -> None:
        sha256.update(json.dumps(value, ensure_ascii=True).encode() + b"\n")

    add([_code(), _packages(), asdict(plan.options)])
    add([list(site) for site in plan.sites.values()])
    for part in plan.parts:
        add([part.corpus, [list(asdict(source).values()) for source in part.sources]])
    add([list(asdict(one).values()) for one in plan.rejected])
    return sha256.hexdigest()


@cache
def _code() -> str:
    """SHA-256 of this package's own files, model and label set included."""
    sha256 = hashlib.sha256()
    here = Path(__file__).parent
    for path in sorted(path for form in ("*.py", "*.json", "*.npz") for path in here.glob(form)):
        sha256.update(path.read_bytes())
    for name in ("labels.json", "row.schema.json", "page.schema.json", "article.schema.json"):
        sha256.update(schema_path(name).read_bytes())
    return sha256.hexdigest()


@cache
def _packages() -> dict[str, str]:
    """Versions of the packages that newshole needs: another HTML parser may give other text."""
    needed = [one for one in metadata.requires("newshole") or () if "extra ==" not in one]
    names = [re.split(r"[^\w.-]", one, maxsplit=1)[0] for one in needed]
    return {name: metadata.version(name) for name in names}


def _articles(corpus: Path, filled: str | None) -> Iterator[Source]:
    for file in article_files(corpus):
        name = collection_and_id(file, corpus)[1]
        # The article's page beside it decides too whether the article is taken.
        paths = [file, file.with_suffix(".html")]
        paths += [Path(filled) / f"{name}.txt"] if filled else []
        status = [path.stat() for path in paths if path.exists()]
        yield Source(
            path=str(file),
            name=name,
            form=ARTICLE,
            size=sum(one.st_size for one in status),
            stamp=" ".join(f"{one.st_size}-{one.st_mtime_ns}" for one in status),
        )


def _groups(
    found: Iterable[tuple[Source, str | None]],
) -> Iterator[tuple[tuple[Source, ...], str | None]]:
    group: list[Source] = []
    size = 0
    before: str | None = None
    for source, corpus in found:
        alone = source.form in MANY
        full = len(group) >= PART_FILES or size + source.size > PART_BYTES
        if group and (alone or full or corpus != before):
            yield tuple(group), before
            group, size = [], 0
        if alone:
            yield (source,), corpus
            continue
        group.append(source)
        size += source.size
        before = corpus
    if group:
        yield tuple(group), before
