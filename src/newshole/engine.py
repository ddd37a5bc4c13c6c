"""The local engine: parts on a pool of processes. An engine only schedules; parts write."""

import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, get_context, parent_process
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from typing import Any

from newshole.part import Part

Work = Callable[[Part, Callable[[], None]], None]
"""Runs one part; calls its second argument after each page."""

Watch = Callable[[int, int], None]
"""Told (pages seen, bytes of sources finished), a few times a second."""

_INTERVAL = 0.25
_pages: Any = None
_stop: Any = None


class WorkerLostError(RuntimeError):
    """A worker process died: killed, out of memory, or crashed in a library."""


class StoppedError(RuntimeError):
    """The build was asked to stop."""


def run_local(parts: Sequence[Part], work: Work, *, workers: int, watch: Watch) -> None:
    """Run every part, at most ``workers`` at a time; one worker means this very process.

    Raises what a part raises, after the parts under way have stopped. Parts that are
    finished stay finished.
    """
    if workers == 1 or len(parts) <= 1:
        _run_here(parts, work, watch)
    elif parts:
        _run_pool(parts, work, min(workers, len(parts)), watch)


def _run_here(parts: Sequence[Part], work: Work, watch: Watch) -> None:
    seen = size = 0

    def tick() -> None:
        nonlocal seen
        seen += 1
        watch(seen, size)

    for part in parts:
        work(part, tick)
        size += sum(source.size for source in part.sources)
        watch(seen, size)


def _run_pool(parts: Sequence[Part], work: Work, workers: int, watch: Watch) -> None:
    # fork would copy the threads' locks of pyarrow in whatever state they are in.
    context = get_context("spawn")
    pages, stop = context.Value("q", 0), context.Event()
    pool = ProcessPoolExecutor(workers, context, _begin_worker, (pages, stop))
    size = 0
    try:
        under_way = {pool.submit(_run_in_worker, work, part): part for part in parts}
        while under_way:
            done, _ = wait(under_way, timeout=_INTERVAL, return_when=FIRST_COMPLETED)
            for future in done:
                part = under_way.pop(future)
                future.result()
                size += sum(source.size for source in part.sources)
            watch(pages.value, size)
    except BrokenProcessPool:
        raise WorkerLostError(
            "a worker process died (out of memory, or killed); the finished parts stay, "
            "so run the same command again, with fewer --workers if memory was short"
        ) from None
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def _begin_worker(pages: "Synchronized[int]", stop: Event) -> None:
    global _pages, _stop
    _pages, _stop = pages, stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A pool's worker would wait for ever for a parent that was killed."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _run_in_worker(work: Work, part: Part) -> None:
    work(part, _tick)


def _tick() -> None:
    with _pages.get_lock():
        _pages.value += 1
    if _stop.is_set():
        raise StoppedError("stopped")
