"""Globs: the files and folders that a pattern stands for, on the local disk.

Not pathlib's: it passes without a word over folders that may not be read, and what it takes
``**`` for differs from one version of Python to the next.
"""

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from glob import has_magic
from pathlib import Path

Unreadable = tuple[Path, OSError]
Match = tuple[Path, str]
"""A file or folder, and its path below the part of the pattern that is no pattern (POSIX)."""


def magic_split(path: str) -> tuple[str, str]:
    """``a/b*/c`` → ``("a", "b*/c")``. Raises StopIteration for a path without a pattern."""
    parts = path.split("/")
    first = next(index for index, part in enumerate(parts) if has_magic(part))
    base = "/".join(parts[:first]) or ("/" if path.startswith("/") else ".")
    return base, "/".join(parts[first:])


def hidden(name: str, pattern: str) -> bool:
    """True for a name with a part that begins with a dot, unless the pattern has one too."""
    return "/." in f"/{name}" and "/." not in f"/{pattern}"


def there_is(path: Path | str) -> bool:
    """True for a file, folder or link of this name.

    Raises PermissionError where that cannot be known, which os.path.lexists takes for no.
    """
    try:
        os.lstat(path)
    except PermissionError:
        raise
    except (OSError, ValueError):
        return False
    return True


def expand(pattern: str) -> tuple[list[Match], list[Unreadable]]:
    """What a pattern matches, in order of names, and the folders that could not be looked into.

    ``**`` stands for any number of folders, each real one once, and at the end for all that
    is below. Hidden names are matched by a part that begins with a dot.
    """
    base, parts = magic_split(pattern)
    failed: dict[Path, OSError] = {}
    found = dict.fromkeys(_matches(Path(base), "", parts.split("/"), failed))
    return sorted(found, key=lambda match: match[1].split("/")), list(failed.items())


def _matches(
    folder: Path, name: str, parts: Sequence[str], failed: dict[Path, OSError]
) -> Iterator[Match]:
    part, *rest = parts
    if part == "**":
        if not rest:
            yield folder, name
            return
        for place in _folders(folder, name, failed):
            yield from _matches(*place, rest, failed)
        return
    if has_magic(part):
        children = _children(folder, name, failed, dots=part.startswith("."))
        children = [child for child in children if fnmatchcase(child[0].name, part)]
    else:
        children = [(folder / part, _join(name, part))]
    for path, below in children:
        try:
            is_match = path.is_dir() if rest else there_is(path)
        except PermissionError as error:
            failed[folder] = error
            return
        if is_match and rest:
            yield from _matches(path, below, rest, failed)
        elif is_match:
            yield path, below


def _folders(top: Path, name: str, failed: dict[Path, OSError]) -> Iterator[Match]:
    pending = [(top, name)]
    seen: set[str] = set()
    while pending:
        folder, name = pending.pop()
        real = os.path.realpath(folder)
        if real not in seen:
            seen.add(real)
            yield folder, name
            below = _children(folder, name, failed, dots=False)
            pending += [child for child in reversed(below) if child[0].is_dir()]


def _children(folder: Path, name: str, failed: dict[Path, OSError], *, dots: bool) -> list[Match]:
    try:
        paths = sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        failed[folder] = error
        return []
    return [(path, _join(name, path.name)) for path in paths if dots or path.name[0] != "."]


def _join(name: str, part: str) -> str:
    return f"{name}/{part}" if name else part
