"""Build: raw pages or corpus folders → a dataset folder that ``load_dataset`` reads.

The same command goes on where a killed one stopped; a finished build of the same input is left
as it is.
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa

from newshole.about import NAME as ABOUT
from newshole.about import read_about
from newshole.card import check_card, write_card
from newshole.corpus import is_corpus
from newshole.croissant import write_croissant
from newshole.encoding import known_label
from newshole.engine import WorkerLostError, run_local
from newshole.folder import BuildError, begin, finish, finished, locked, swap, under_way
from newshole.manifest import Manifest, is_whole, make_manifest, read_manifest
from newshole.merge import merge
from newshole.part import (
    MAX_PAGE_BYTES,
    REJECTED,
    Options,
    is_done,
    part_folder,
    rejected_line,
    run_part,
)
from newshole.plan import Plan, digest, make_plan
from newshole.progress import Start, Watch
from newshole.source import is_url
from newshole.tally import tally, total

__all__ = ["BuildError", "Built", "build"]

LARGEST_PAGE_BYTES = 512 << 20
"""Offsets in a Parquet column are 32 bits wide; a page of this size fits in any encoding."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build gave. ``changed`` is False when every file was there already."""

    folder: Path
    manifest: Manifest
    changed: bool


def build(
    sources: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    workers: int = 1,
    replace: bool = False,
    version: str = "1.0.0",
    max_page_bytes: int = MAX_PAGE_BYTES,
    encoding: str | None = None,
    min_confidence: float = 0.0,
    card: str | Path | None = None,
    about: str | Path | None = None,
    filled: str | Path | None = None,
    start: Start = lambda what, size: None,
    watch: Watch = lambda pages, size: None,
) -> Built:
    """Turn ``sources`` into a dataset in the folder ``out``.

    A source is a file, folder, glob or fsspec URL of raw pages, or a corpus folder. Pages
    that cannot be used are listed in ``out/rejected.jsonl`` with the reason. ``workers``
    above 1 starts processes, for which a script needs ``if __name__ == "__main__"``. Raw pages
    whose labels have a mean confidence below ``min_confidence``, by characters, are left out and
    listed there too, as R107: they want a reader.

    ``card`` is the dataset card to bring up to date (default ``out/README.md``), ``about`` a
    JSON file with what card and croissant.json shall say of the dataset (default: the
    ``about.json`` of the one corpus that is built; see ``schema/about.json``). ``filled`` is a
    folder that :func:`newshole.fill.fill` wrote: linked articles get their text from it.
    ``start`` is told what begins and the bytes to go through, ``watch`` (pages, bytes) as they
    are done.

    Raises BuildError; nothing is lost then, and the same call goes on once it is mended.
    """
    paths = [str(one) for one in ([sources] if isinstance(sources, str | Path) else sources)]
    folder = Path(out)
    card = Path(card) if card else folder / "README.md"
    options = Options(max_page_bytes, encoding, min_confidence)
    _check_call(paths, folder, version, options)
    if filled and not Path(filled).is_dir():
        raise BuildError(f"there is no folder {filled}; 'newshole fill --out {filled}' makes it")
    with locked(folder), _clear_errors(folder):
        said = read_about(Path(about) if about else _about_of(paths))
        check_card(card, folder)
        plan = make_plan(paths, folder, options, str(filled) if filled else None)
        if not plan.parts and not plan.rejected:
            raise BuildError(f"no pages in {', '.join(paths)}; see 'newshole build -h'")
        key = digest(plan)
        if (manifest := finished(folder, key)) is None:
            work = begin(folder, key, replace=replace)
            left = [p for p in plan.parts if not is_done(part_folder(work / "parts", p.number))]
            start("building", sum(source.size for part in left for source in part.sources))
            run = partial(run_part, parts=work / "parts", options=plan.options, sites=plan.sites)
            run_local(left, run, workers=workers, watch=watch)
            start("merging", 0)
            manifest = _publish(folder, work, plan, version, watch)
        manifest = {**manifest, "version": version}
        counts = tally(manifest, folder)
        changed = write_croissant(manifest, folder, said, total(counts))
        changed |= write_card(manifest, folder, card, said, counts)
        changed |= finish(folder, key, manifest)
        return Built(folder, manifest, changed)


def _publish(folder: Path, work: Path, plan: Plan, version: str, watch: Watch) -> Manifest:
    """Merge the parts, and put the result in the place of what was there."""
    new, scratch = work / "new", work / "merge"
    for path in (new, scratch):
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
    folders = [part_folder(work / "parts", part.number) for part in plan.parts]
    runs = [run for part in folders for run in sorted(part.glob("*.parquet"))]
    rejected = 0
    with (new / REJECTED).open("w", encoding="utf-8", newline="\n") as lines:

        def reject(line: str) -> None:
            nonlocal rejected
            lines.write(line)
            rejected += 1

        for page in plan.rejected:
            reject(rejected_line(page))
        for part in folders:
            with (part / REJECTED).open(encoding="utf-8", newline="\n") as kept:
                for line in kept:
                    reject(line)
        merged = merge(runs, new, scratch, lambda page: reject(rejected_line(page)), watch)
    made = make_manifest(merged, new, version=version, rejected=rejected)
    old = read_manifest(folder)
    if old is not None and _same_rows(old, made) and is_whole(folder, old):
        # Another pyarrow writes other bytes of the same rows: those stay that are there.
        (new / REJECTED).replace(folder / REJECTED)
        return old
    swap(folder, new, made)
    return made


def _same_rows(old: Manifest, new: Manifest) -> bool:
    keys = ("schema_sha256", "labels_sha256", "row_digest", "rejected")
    return all(old[key] == new[key] for key in keys)


def _about_of(paths: Sequence[str]) -> Path | None:
    own = Path(paths[0]) / ABOUT
    return own if len(paths) == 1 and is_corpus(own.parent) and own.is_file() else None


def _check_call(paths: Sequence[str], folder: Path, version: str, options: Options) -> None:
    if not paths:
        raise BuildError("no source is given; name a file, folder, glob or URL of pages")
    for path in paths:
        if not is_url(path) and Path(path).absolute().is_relative_to(folder.absolute()):
            raise BuildError(f"the source {path} lies in the output folder; give another --out")
    if not re.fullmatch(r"\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?", version):
        raise BuildError(f"{version!r} is no version; write it as 1.0.0 (semver.org)")
    if not 0 < (size := options.max_page_bytes) <= LARGEST_PAGE_BYTES:
        raise BuildError(f"pages may have 1 to {LARGEST_PAGE_BYTES} bytes, not {size}")
    if (encoding := options.encoding) is not None and not known_label(encoding):
        raise BuildError(f"unknown encoding {encoding!r}; see https://encoding.spec.whatwg.org")
    if not 0 <= options.min_confidence <= 1:
        raise BuildError(f"a confidence is from 0 to 1, not {options.min_confidence}")


@contextmanager
def _clear_errors(folder: Path) -> Iterator[None]:
    again = "and run the same command again: finished parts stay"
    try:
        yield
    except WorkerLostError as error:
        at = ", ".join(under_way(folder))
        raise BuildError(
            f"{error}{f' (under way: {at})' if at else ''}; give fewer --workers if memory was "
            f"short, leave out a page that always ends so, {again}"
        ) from error
    except pa.ArrowInvalid as error:
        raise BuildError(
            f"a finished part is damaged ({error}); delete {folder / '.newshole'}, {again}"
        ) from error
    except ValueError as error:
        raise BuildError(str(error)) from error
    except OSError as error:
        raise BuildError(
            f"{folder} cannot be written ({error}); make room or mend it, {again}"
        ) from error
