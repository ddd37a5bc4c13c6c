"""The local engine: every part once, progress as it comes, and no worker left behind."""

import os
import signal
import time
from functools import partial
from pathlib import Path

import pytest

from newshole.engine import WorkerLostError, run_local
from newshole.part import Part, Tick
from newshole.source import Source
from newshole.threads import one_thread

PARTS = [Part(n, (Source(f"p{n}", f"p{n}", "txt", 10 + n, ""),)) for n in range(5)]


def write(part: Part, tick: Tick, *, folder: Path) -> None:
    (folder / f"{part.number}-{os.getpid()}").touch()
    for _ in range(part.number):
        tick(1, 0)
    tick(0, part.sources[0].size)


def fail(part: Part, tick: Tick, *, folder: Path) -> None:
    if part.number == 0:
        raise OSError(28, "No space left on device")
    (folder / f"begun-{part.number}").touch()
    for _ in range(6000):
        tick(1, 0)
        time.sleep(0.01)


def die(part: Part, tick: Tick) -> None:
    if part.number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)


def note_threads(part: Part, tick: Tick, *, folder: Path) -> None:
    (folder / f"{part.number}").write_text(os.environ.get("OPENBLAS_NUM_THREADS", "all"))


@pytest.mark.parametrize("workers", [1, 3])
def test_every_part_is_run_once(workers: int, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    work = partial(write, folder=tmp_path)
    run_local(PARTS, work, workers=workers, watch=lambda pages, size: seen.append((pages, size)))
    ran = [path.name.split("-") for path in tmp_path.iterdir()]
    assert sorted(number for number, _ in ran) == list("01234")
    assert (str(os.getpid()) in {process for _, process in ran}) == (workers == 1)
    assert seen == sorted(seen)
    assert seen[-1] == (0 + 1 + 2 + 3 + 4, 10 + 11 + 12 + 13 + 14)


def test_nothing_to_do_is_done() -> None:
    run_local([], die, workers=4, watch=lambda pages, size: None)


def test_an_error_stops_the_parts_under_way(tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(OSError, match="No space left"):
        run_local(
            PARTS[:3],
            partial(fail, folder=tmp_path),
            workers=2,
            watch=lambda pages, size: None,
        )
    assert time.monotonic() - begun < 30
    # What had not begun is not begun any more.
    assert len(list(tmp_path.iterdir())) <= 2


def test_a_worker_that_dies_is_told() -> None:
    with pytest.raises(WorkerLostError, match="a worker process died"):
        run_local(PARTS, die, workers=2, watch=lambda pages, size: None)


def test_workers_leave_the_cores_to_one_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    work = partial(note_threads, folder=tmp_path)
    run_local(PARTS[:2], work, workers=2, watch=lambda pages, size: None)
    assert {path.read_text() for path in tmp_path.iterdir()} == {"1"}
    assert "OPENBLAS_NUM_THREADS" not in os.environ


def test_threads_that_the_user_has_set_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    with one_thread():
        assert os.environ["OPENBLAS_NUM_THREADS"] == "3"
    assert os.environ["OPENBLAS_NUM_THREADS"] == "3"
