"""Progress of long work: rich's bar on a terminal, one line a minute off it."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

LINE_SECONDS = 60.0

Start = Callable[[int, int], None]
Watch = Callable[[int, int], None]


@contextmanager
def progress(
    stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
) -> Iterator[tuple[Start, Watch]]:
    """Yield ``start(parts, bytes)`` and ``watch(pages, bytes)``, which show how far work is.

    ``stream`` is standard error by default; ``clock`` tells seconds.
    """
    console = Console(file=stream or sys.stderr)
    if console.is_terminal:
        yield from _bar(console)
    else:
        yield _lines(console.file, clock)


def _bar(console: Console) -> Iterator[tuple[Start, Watch]]:
    columns = (
        TextColumn("{task.fields[pages]:,} pages"),
        BarColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("build", total=None, pages=0)
        yield (
            lambda parts, size: bar.update(task, total=size or None),
            lambda pages, size: bar.update(task, completed=size, pages=pages),
        )


def _lines(stream: "TextIO", clock: Callable[[], float]) -> tuple[Start, Watch]:
    begun = last = clock()
    total = 0

    def start(parts: int, size: int) -> None:
        nonlocal total
        total = size

    def watch(pages: int, size: int) -> None:
        nonlocal last
        now = clock()
        if now - last >= LINE_SECONDS:
            last = now
            share = f", {100 * size // total} % of the bytes" if total else ""
            print(f"{pages} pages in {now - begun:.0f} s{share}", file=stream, flush=True)

    return start, watch
