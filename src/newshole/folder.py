"""The folder of a dataset: who may write in it, what it came of, and how a new one gets in.

Its ``.newshole`` holds the finished parts of a build under way, in a folder named by the plan's
digest; and ``done.json``, which says what plan the dataset that is there came of. The manifest is
taken away first and written last: a folder without one is an unfinished build.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from newshole.corpus import COLLECTIONS
from newshole.manifest import NAME, Manifest, as_text, files_of, is_whole, read_manifest
from newshole.part import AT, PAGES
from newshole.whole import write_whole

_WORK = ".newshole"
_DONE = "done.json"
_OURS = re.compile(r"(train|validation|test)-\d{5}-of-\d{5}\.parquet")


class BuildError(RuntimeError):
    """A build that cannot begin or go on: what is wrong, and how to mend it."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make the folder and keep other builds out. Raises BuildError where that cannot be."""
    if folder.exists() and not folder.is_dir():
        raise BuildError(f"{folder} is a file; give --out a folder")
    try:
        strange = not (folder / _WORK).exists() and read_manifest(folder) is None
        if folder.is_dir() and strange and any(folder.iterdir()):
            raise BuildError(
                f"{folder} is not empty and holds no newshole dataset; give --out a new folder"
            )
        (folder / _WORK).mkdir(parents=True, exist_ok=True)
        write_whole(folder / _WORK / ".gitignore", "*\n")
        lock = FileLock(folder / _WORK / "lock", timeout=0)
        lock.acquire()
    except Timeout:
        raise BuildError(f"another build is at work in {folder}; wait for it to end") from None
    except OSError as error:
        raise BuildError(f"{folder} cannot be written ({error.strerror}); choose another") from None
    try:
        yield
    finally:
        lock.release()


def finished(folder: Path, key: str) -> Manifest | None:
    """The manifest of the dataset that is there, if it came of this plan and is whole."""
    manifest = read_manifest(folder)
    if manifest is None or _done(folder) != _as_done(key, manifest):
        return None
    return manifest if is_whole(folder, manifest) else None


def begin(folder: Path, key: str, *, replace: bool) -> Path:
    """The working folder of the plan ``key``, made ready.

    Raises BuildError where something would be thrown away that is not this plan's.
    """
    work = folder / _WORK / key
    others = [path for path in (folder / _WORK).iterdir() if path.is_dir() and path != work]
    is_built = (folder / NAME).exists()
    if is_built and _done(folder).get("plan") != key and not replace:
        raise BuildError(
            f"{folder} holds another dataset; give another --out, or --replace to replace it"
        )
    if others and not is_built and not work.exists() and not replace:
        raise BuildError(
            f"{folder} holds an unfinished build of other input, other options or another "
            "version of newshole; give another --out, or --replace to throw it away"
        )
    for path in (*others, *(work / "parts").glob("tmp-*")):
        shutil.rmtree(path, ignore_errors=True)
    (work / "parts").mkdir(parents=True, exist_ok=True)
    return work


def swap(folder: Path, new: Path, manifest: Manifest) -> None:
    """Put the files below ``new``, which the manifest names, in the place of what was there."""
    (folder / NAME).unlink(missing_ok=True)
    for path in sorted(new.rglob("*")):
        if path.is_file():
            target = folder / path.relative_to(new)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
    # Also what a build left that was killed right here, and which no manifest knows any more.
    known = {folder / file["path"] for file in files_of(manifest)}
    for config in (*COLLECTIONS, PAGES):
        for path in (folder / config).glob("*.parquet"):
            if _OURS.fullmatch(path.name) and path not in known:
                path.unlink()
        with suppress(OSError):
            (folder / config).rmdir()


def finish(folder: Path, key: str, manifest: Manifest) -> bool:
    """Write the manifest and forget the work; True if the manifest changed."""
    write_whole(folder / _WORK / _DONE, json.dumps(_as_done(key, manifest)) + "\n")
    changed = write_whole(folder / NAME, as_text(manifest))
    shutil.rmtree(folder / _WORK / key, ignore_errors=True)
    return changed


def under_way(folder: Path) -> list[str]:
    """The sources that workers were at which did not come to an end."""
    found = (path.read_text("utf-8") for path in (folder / _WORK).glob(f"*/parts/tmp-*/{AT}"))
    # A worker may have died between making the file and writing it.
    return sorted(filter(None, found))


def _done(folder: Path) -> dict[str, str]:
    try:
        done: dict[str, str] = json.loads((folder / _WORK / _DONE).read_text(encoding="utf-8"))
        return done
    except (OSError, ValueError):
        return {}


def _as_done(key: str, manifest: Manifest) -> dict[str, str]:
    return {"plan": key, "manifest": hashlib.sha256(as_text(manifest).encode()).hexdigest()}
