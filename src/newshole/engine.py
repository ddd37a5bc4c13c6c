"""The local engine: parts on a pool of processes. An engine only schedules; parts write."""

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process
from typing import Any, TypeVar

from newshole.part import Tick
from newshole.progress import Watch
from newshole.threads import one_thread

Part = TypeVar("Part")
Result = TypeVar("Result")

Work = Callable[[Part, Tick], Result]
"""Runs one part, and ticks; both part and result go from process to process."""

_INTERVAL = 0.25
_shared: Any = None


class WorkerLostError(RuntimeError):
    """A worker process died: killed, out of memory, or crashed in a library."""


class StoppedError(RuntimeError):
    """Raised in a worker that was asked to stop."""


def run_local(
    parts: Sequence[Part], work: Work[Part, Result], *, workers: int, watch: Watch
) -> list[Result]:
    """Run every part, at most ``workers`` at a time; one worker means this very process.
    Returns what each gave, in the order of the parts. ``watch`` is told the pages and bytes of
    sources that are done, a few times a second.

    Raises what a part raises, after the parts under way have stopped. Parts that are
    finished stay finished.
    """
    if workers == 1 or len(parts) <= 1:
        return _run_here(parts, work, watch)
    return _run_pool(parts, work, min(workers, len(parts)), watch)


def _run_here(parts: Sequence[Part], work: Work[Part, Result], watch: Watch) -> list[Result]:
    seen = size = 0

    def tick(pages: int, source_bytes: int) -> None:
        nonlocal seen, size
        seen += pages
        size += source_bytes
        watch(seen, size)

    with _settled():
        return [work(part, tick) for part in parts]


@contextmanager
def _settled() -> Iterator[None]:
    """What is loaded already is passed over when garbage is collected: modules, tables and the
    model, which take a tenth of the time of each page to look through.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _run_pool(
    parts: Sequence[Part], work: Work[Part, Result], workers: int, watch: Watch
) -> list[Result]:
    # fork would copy the threads' locks of pyarrow in whatever state they are in.
    context = get_context("spawn")
    # No locks, which a killed worker would hold for ever: each part counts in its own place.
    pages, sizes = context.RawArray("q", len(parts)), context.RawArray("q", len(parts))
    stop = context.RawValue("b", 0)
    pool = ProcessPoolExecutor(workers, context, _begin_worker, ((pages, sizes, stop),))
    try:
        with _no_interrupt(), one_thread():
            futures = [pool.submit(_run_in_worker, work, part, i) for i, part in enumerate(parts)]
        running = set(futures)
        while running:
            done, running = wait(running, timeout=_INTERVAL, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
            watch(sum(pages), sum(sizes))
        return [future.result() for future in futures]
    except BrokenProcessPool:
        raise WorkerLostError("a worker process died: killed, or out of memory") from None
    finally:
        stop.value = 1
        pool.shutdown(cancel_futures=True)


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Ctrl-C goes to the whole terminal; workers born in here never see it, even as they start."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin_worker(shared: Any) -> None:  # noqa: ANN401
    global _shared
    _shared = shared
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A pool's worker would wait for ever for a parent that was killed."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _run_in_worker(work: Work[Part, Result], part: Part, place: int) -> Result:
    pages, sizes, stop = _shared

    def tick(seen: int, source_bytes: int) -> None:
        pages[place] += seen
        sizes[place] += source_bytes
        if stop.value:
            raise StoppedError("stopped")

    with _settled():
        return work(part, tick)
