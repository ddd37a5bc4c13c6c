"""Build: raw pages or corpus folders → a dataset folder that ``load_dataset`` reads.

The folder's ``.newshole`` holds the plan and the finished parts. The same command goes on
where a killed one stopped; a finished build of the same input is left as it is.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from newshole.card import write_card
from newshole.croissant import write_croissant
from newshole.engine import StoppedError, Watch, WorkerLostError, run_local
from newshole.manifest import (
    NAME,
    Manifest,
    files_of,
    make_manifest,
    read_manifest,
    write_manifest,
)
from newshole.merge import merge
from newshole.page import Rejected
from newshole.part import (
    MAX_PAGE_BYTES,
    Options,
    Part,
    is_done,
    part_folder,
    rejected_line,
    run_part,
)
from newshole.plan import Plan, as_text, make_plan

WORK = ".newshole"
REJECTED = "rejected.jsonl"


class BuildError(RuntimeError):
    """A build that cannot begin or go on: what is wrong, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build gave. ``changed`` is False when the folder held the very rows already."""

    folder: Path
    manifest: Manifest
    changed: bool


def build(
    sources: Sequence[str | Path],
    out: str | Path,
    *,
    workers: int = 1,
    replace: bool = False,
    version: str = "1.0.0",
    max_page_bytes: int = MAX_PAGE_BYTES,
    encoding: str | None = None,
    card: str | Path | None = None,
    begin: Watch = lambda parts, size: None,
    watch: Watch = lambda pages, size: None,
) -> Built:
    """Turn ``sources`` into a dataset in the folder ``out``.

    A source is a file, folder, glob or fsspec URL of raw pages, or a corpus folder. Pages
    that cannot be used are listed in ``out/rejected.jsonl`` with the reason. ``workers``
    above 1 starts processes, for which a script needs ``if __name__ == "__main__"``.
    ``card`` is the dataset card to bring up to date (default ``out/README.md``). ``begin``
    is told (parts left, bytes of all parts left) once, ``watch`` (pages, bytes) as they are done.

    Raises BuildError; nothing is lost then, and the same call goes on once it is mended.
    """
    folder = Path(out)
    options = Options(max_page_bytes, encoding)
    with _locked(folder), _clear_errors(folder):
        plan = make_plan([str(source) for source in sources], options)
        if not any(part.sources for part in plan.parts) and not plan.rejected:
            raise BuildError(f"no pages in {', '.join(map(str, sources))}; see 'newshole build -h'")
        kept = read_manifest(folder)
        if _same_plan(folder, plan) and kept is not None and _whole(folder, kept):
            return Built(folder, kept, changed=False)
        _begin(folder, plan, replace=replace)
        parts = folder / WORK / "parts"
        left = [part for part in plan.parts if not is_done(part_folder(parts, part.number))]
        begin(len(left), sum(source.size for part in left for source in part.sources))
        work = partial(_work, parts=parts, plan=_without_parts(plan))
        run_local(left, work, workers=workers, watch=watch)
        return _publish(folder, plan, version, Path(card) if card else folder / "README.md")


def _work(part: Part, tick: object, *, parts: Path, plan: Plan) -> None:
    run_part(part, parts, plan.options, plan.sites, plan.corpora, tick)  # type: ignore[arg-type]


def _without_parts(plan: Plan) -> Plan:
    return Plan((), (), plan.options, plan.sites, plan.corpora)


def _publish(folder: Path, plan: Plan, version: str, card: Path) -> Built:
    """Merge the parts, and put the result in the place of what was there."""
    work = folder / WORK
    new, scratch = work / "new", work / "merge"
    for path in (new, scratch):
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
    folders = [part_folder(work / "parts", part.number) for part in plan.parts]
    runs = [run for part in folders for run in sorted(part.glob("*.parquet"))]
    rejected = 0
    with (new / REJECTED).open("w", encoding="utf-8") as lines:

        def reject(page: Rejected) -> None:
            nonlocal rejected
            lines.write(rejected_line(page))
            rejected += 1

        for page in plan.rejected:
            reject(page)
        for part in folders:
            with (part / REJECTED).open(encoding="utf-8", newline="\n") as kept:
                for line in kept:
                    lines.write(line)
                    rejected += 1
        merged = merge(runs, new, scratch, reject)
    manifest = make_manifest(
        merged, new, name=folder.absolute().name, version=version, rejected=rejected
    )
    old = read_manifest(folder)
    changed = old is None or not _whole(folder, old) or not _same_rows(old, manifest)
    if changed:
        _swap(folder, new, old)
        write_croissant(manifest, folder)
        write_card(manifest, folder, card)
        write_manifest(manifest, folder)
    else:
        (new / REJECTED).replace(folder / REJECTED)
    for path in (new, scratch, work / "parts"):
        shutil.rmtree(path, ignore_errors=True)
    return Built(folder, manifest if changed or old is None else old, changed)


def _swap(folder: Path, new: Path, old: Manifest | None) -> None:
    # The manifest goes first and comes last: without it a folder is an unfinished build.
    (folder / NAME).unlink(missing_ok=True)
    for file in files_of(old) if old else ():
        (folder / file["path"]).unlink(missing_ok=True)
    for path in sorted(new.rglob("*")):
        if path.is_file():
            target = folder / path.relative_to(new)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)


def _same_rows(old: Manifest, new: Manifest) -> bool:
    keys = ("name", "version", "schema_sha256", "labels_sha256", "row_digest", "rejected")
    return all(old[key] == new[key] for key in keys)


def _whole(folder: Path, manifest: Manifest) -> bool:
    paths = ((folder / file["path"], file["bytes"]) for file in files_of(manifest))
    return all(path.is_file() and path.stat().st_size == size for path, size in paths)


def _same_plan(folder: Path, plan: Plan) -> bool:
    try:
        return (folder / WORK / "plan.json").read_text(encoding="utf-8") == as_text(plan)
    except OSError:
        return False


def _begin(folder: Path, plan: Plan, *, replace: bool) -> None:
    """Make the folder ready for the plan, or say why it is not."""
    work = folder / WORK
    if not _same_plan(folder, plan):
        if (work / "plan.json").exists() and read_manifest(folder) is None and not replace:
            raise BuildError(
                f"{folder} holds an unfinished build of other input, other options or another "
                "version of newshole; give another --out, or --replace to throw it away"
            )
        if read_manifest(folder) is not None and not replace:
            raise BuildError(
                f"{folder} holds another dataset; give another --out, or --replace to replace it"
            )
        shutil.rmtree(work / "parts", ignore_errors=True)
        (work / "plan.tmp").write_text(as_text(plan), encoding="utf-8")
        (work / "plan.tmp").replace(work / "plan.json")
    (work / "parts").mkdir(exist_ok=True)
    for leftover in (work / "parts").glob("tmp-*"):
        shutil.rmtree(leftover, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    if folder.exists() and not folder.is_dir():
        raise BuildError(f"{folder} is a file; give --out a folder")
    strange = not (folder / WORK).exists() and read_manifest(folder) is None
    if folder.is_dir() and strange and any(folder.iterdir()):
        raise BuildError(
            f"{folder} is not empty and holds no newshole dataset; give --out a new folder"
        )
    try:
        (folder / WORK).mkdir(parents=True, exist_ok=True)
        with FileLock(folder / WORK / "lock", timeout=0):
            yield
    except Timeout:
        raise BuildError(f"another build is at work in {folder}; wait for it to end") from None
    except (NotADirectoryError, PermissionError) as error:
        raise BuildError(f"{folder} cannot be written ({error.strerror}); choose another") from None


@contextmanager
def _clear_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except (WorkerLostError, ValueError) as error:
        raise BuildError(str(error)) from error
    except StoppedError:
        raise KeyboardInterrupt from None
    except OSError as error:
        raise BuildError(
            f"{folder} cannot be written ({error}); make room or mend it, and run the same "
            "command again: finished parts stay"
        ) from error
