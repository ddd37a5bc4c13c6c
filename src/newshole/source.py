"""Sources: the files that a path, folder, glob or fsspec URL stands for."""

import glob
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import fsspec
from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from newshole.pattern import expand, hidden, magic_split, there_is
from newshole.raw import PageError, Rejected, unreadable

FORMS: dict[str, str] = {
    ".txt": "txt",
    ".text": "txt",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".warc": "warc",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
"""Suffix of a file → its form. Each but ``.parquet`` may be followed by one of PACKINGS."""

PACKINGS = (".gz", ".zst")

_KNOWN = f"{' '.join(FORMS)}, plain or with {' or '.join(PACKINGS)}"


@dataclass(frozen=True, slots=True)
class Source:
    """One file of raw pages.

    ``path`` is a local path or an fsspec URL; ``name`` the file's path below the source
    that the user gave (POSIX), of which ids are made; ``form`` one of the values of
    :data:`FORMS`; ``size`` in bytes, packed; ``stamp`` changes when the file changes.
    """

    path: str
    name: str
    form: str
    size: int
    stamp: str


def split_suffixes(name: str) -> tuple[str, str, str]:
    """``a/b.html.gz`` → ``("a/b", "html", ".gz")``: stem, form, packing.

    The form is empty for a suffix that is not read. Letter case of suffixes is ignored.
    """
    stem, packing = name, ""
    if name.lower().endswith(PACKINGS):
        stem, _, end = name.rpartition(".")
        packing = f".{end.lower()}"
    head, dot, end = stem.rpartition(".")
    form = FORMS.get(f".{end.lower()}", "") if dot else ""
    if not form or (packing and form == "parquet"):
        return name, "", ""
    return (head if head.rpartition("/")[2] else name), form, packing


def find_sources(paths: Sequence[str]) -> Iterator[Source | Rejected]:
    """The files that the paths stand for, each once, in order.

    A path is a file, a folder, a glob (``**`` for any depth) or an fsspec URL of either
    (``s3://bucket/news/*.warc.gz``). Folders are walked in order of names, each real
    folder once, whatever symbolic links lead to it; hidden files and files of other
    suffixes than :data:`FORMS` are passed over unless the path names them. What is
    missing or may not be read comes as Rejected; nothing is raised.
    """
    seen: set[str] = set()
    for path in paths:
        if path.startswith("file://"):
            path = LocalFileSystem._strip_protocol(path)
        remote = is_url(path)
        for found in _remote(path) if remote else _local(path):
            if isinstance(found, Rejected):
                yield found
                continue
            place = found.path if remote else os.path.normpath(Path(found.path).absolute())
            if place not in seen:
                seen.add(place)
                yield found


def is_url(path: str) -> bool:
    """True for an fsspec URL: what lies there under that very name is a local file."""
    return ("://" in path or "::" in path) and not os.path.lexists(path)


def open_source(source: Source) -> BinaryIO:
    """The file, open for reading bytes. Raises OSError, or what the URL's file system does."""
    if is_url(source.path):
        return cast(BinaryIO, fsspec.open(source.path, "rb").open())
    return Path(source.path).open("rb")


def _missing(path: str, what: str = "there is no such file or folder") -> Rejected:
    return PageError("R001", what, "check the path").at(path)


def _unknown(path: str) -> Rejected:
    return PageError("R003", "its suffix is none that is read", f"name it with {_KNOWN}").at(path)


def _barren(path: str) -> Rejected:
    return PageError(
        "R001", "it holds no file that is read", f"files are told by their suffix: {_KNOWN}"
    ).at(path)


def _local(path: str) -> Iterator[Source | Rejected]:
    try:
        is_there = there_is(path)
    except PermissionError as error:
        yield unreadable(error).at(path)
        return
    if is_there:
        yield from _local_named(Path(path))
        return
    posix = Path(path).as_posix()
    if not glob.has_magic(posix):
        yield _missing(path)
        return
    matches, failed = expand(posix)
    for folder, failure in failed:
        yield unreadable(failure).at(str(folder))
    found = False
    seen: set[tuple[int, int]] = set()
    for match, name in matches:
        for source in _walk(match, name, seen):
            found = True
            yield source
    if not found:
        yield _missing(path, "the pattern matches no file that is read")


def _local_named(path: Path) -> Iterator[Source | Rejected]:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        yield unreadable(error).at(str(path))
        return
    if stat.S_ISDIR(mode):
        found = False
        for source in _walk(path, "", set()):
            found = True
            yield source
        if not found:
            yield _barren(str(path))
    elif not split_suffixes(path.name)[1]:
        yield _unknown(str(path))
    elif not stat.S_ISREG(mode):
        yield PageError("R003", "it is not a regular file", "give a file or a folder").at(str(path))
    else:
        yield from _walk(path, path.name, set())


def _walk(top: Path, name: str, seen: set[tuple[int, int]]) -> Iterator[Source | Rejected]:
    """Files at or below ``top``, by name; ``seen`` holds (device, inode) of folders walked."""
    pending = [(top, name)]
    while pending:
        path, name = pending.pop()
        form = split_suffixes(name)[1]
        try:
            status = path.stat()
            if stat.S_ISDIR(status.st_mode):
                place = (status.st_dev, status.st_ino)
                if place not in seen:
                    seen.add(place)
                    below = f"{name}/" if name else ""
                    children = sorted(path.iterdir(), reverse=True)
                    pending += [(p, below + p.name) for p in children if p.name[0] != "."]
            elif form and stat.S_ISREG(status.st_mode):
                if not os.access(path, os.R_OK):
                    raise PermissionError(13, "Permission denied")
                stamp = f"{status.st_size}-{status.st_mtime_ns}"
                yield Source(str(path), name, form, status.st_size, stamp)
        except OSError as error:
            if form or not isinstance(error, FileNotFoundError):
                yield unreadable(error).at(str(path))


def _remote(url: str) -> Iterator[Source | Rejected]:
    # File systems raise what their client libraries raise, not OSError alone.
    try:
        files, path = url_to_fs(url)
        if files.exists(path):
            info = files.info(path)
            if info["type"] == "directory":
                found = list(_walk_remote(files, path, ""))
                yield from found or [_barren(url)]
            else:
                source = _remote_file(files, info, path.rpartition("/")[2], url)
                yield source or _unknown(url)
        elif glob.has_magic(path):
            yield from _remote_glob(files, path) or [
                _missing(url, "the pattern matches no file that is read")
            ]
        else:
            yield _missing(url)
    except ImportError as error:
        yield PageError("R002", str(error), "install the package that is named").at(url)
    except Exception as error:
        yield unreadable(error).at(url)


def _remote_glob(files: AbstractFileSystem, path: str) -> list[Source | Rejected]:
    base, pattern = magic_split(path)
    found: list[Source | Rejected] = []
    for match, info in sorted(files.glob(path, detail=True).items()):
        name = match.removeprefix(base).lstrip("/")
        if hidden(name, pattern):
            continue
        if info["type"] == "directory":
            found += _walk_remote(files, match, name)
        elif source := _remote_file(files, info, name):
            found.append(source)
    return found


def _walk_remote(files: AbstractFileSystem, top: str, name: str) -> Iterator[Source | Rejected]:
    pending = [(top, name)]
    while pending:
        folder, name = pending.pop()
        try:
            entries = sorted(files.ls(folder, detail=True), key=lambda info: str(info["name"]))
        except Exception as error:
            yield unreadable(error).at(files.unstrip_protocol(folder))
            continue
        below = f"{name}/" if name else ""
        folders = []
        for info in entries:
            last = info["name"].rstrip("/").rpartition("/")[2]
            if last.startswith(".") or info["name"].rstrip("/") == folder.rstrip("/"):
                continue
            if info["type"] == "directory":
                folders.append((info["name"], below + last))
            elif source := _remote_file(files, info, below + last):
                yield source
        pending += reversed(folders)


def _remote_file(
    files: AbstractFileSystem, info: Mapping[str, Any], name: str, url: str | None = None
) -> Source | None:
    form = split_suffixes(name)[1]
    if not form:
        return None
    for key in ("ETag", "etag", "md5Hash", "mtime", "LastModified", "last_modified", "created"):
        if info.get(key):
            stamp = f"{info['size']}-{info[key]}"
            break
    else:
        stamp = str(files.ukey(info["name"]))
    path = url or files.unstrip_protocol(info["name"])
    return Source(path, name, form, int(info["size"] or 0), stamp)
