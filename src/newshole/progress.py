"""Progress of long work: rich's bar on a terminal, one line a minute off it."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

LINE_SECONDS = 60.0

Start = Callable[[str, int], None]
"""Told what begins, and how many bytes there are to go through (0: not known)."""

Watch = Callable[[int, int], None]
"""Told (pages, bytes) that are done of it."""


@contextmanager
def progress(
    stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
) -> Iterator[tuple[Start, Watch]]:
    """Yield a :data:`Start` and a :data:`Watch`, which show how far work is.

    ``stream`` is standard error by default; ``clock`` tells seconds.
    """
    from rich.console import Console

    console = Console(file=stream or sys.stderr)
    if console.is_terminal:
        yield from _bar(console)
    else:
        yield _lines(console.file, clock)


def _bar(console: "Console") -> Iterator[tuple[Start, Watch]]:
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}: {task.fields[pages]:,} pages"),
        BarColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, pages=0)

        def start(what: str, size: int) -> None:
            bar.reset(task, total=size or None, description=what, pages=0)

        def watch(pages: int, size: int) -> None:
            bar.update(task, completed=size, pages=pages)

        yield start, watch


def _lines(stream: IO[str], clock: Callable[[], float]) -> tuple[Start, Watch]:
    begun = last = clock()
    doing, total = "", 0

    def start(what: str, size: int) -> None:
        nonlocal begun, doing, total
        begun, doing, total = clock(), what, size

    def watch(pages: int, size: int) -> None:
        nonlocal last
        now = clock()
        if now - last >= LINE_SECONDS:
            last = now
            share = f", {100 * size // total} % of the bytes" if total else ""
            print(f"{doing}: {pages} pages in {now - begun:.0f} s{share}", file=stream, flush=True)

    return start, watch
