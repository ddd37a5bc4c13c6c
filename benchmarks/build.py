"""How fast `newshole build` is, what memory it takes, and where the time goes.

    NEWSHOLE_PAGES=… python benchmarks/build.py [--workers 1 2] [--repeat 4]

Builds every page (*.html.gz) below NEWSHOLE_PAGES with each number of workers, then the same
pages several times over (in WARC files), to see that memory does not grow with the input.
Prints Markdown. Memory is the sum over all processes of the build of their proportional set
sizes (PSS), taken every 50 ms: a page of memory that two share counts once.
"""

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from kills import COMMAND, roots, warc_record

from newshole.threads import one_thread

STAGES = (
    ("newshole.part", "read_pages", "reading (unpack, decode)"),
    ("newshole.part", "render", "rendering (HTML → lines)"),
    ("newshole.part", "annotate_pages", "annotating"),
    ("newshole.part", "to_row", "rows: fields and spans"),
    ("newshole.part", "row_sha256", "rows: digest"),
    ("newshole.part", "_table", "validating, Python → Arrow"),
    ("newshole.part", "write_run", "writing the parts"),
    ("newshole.build", "merge", "merging, writing the dataset"),
    ("newshole.build", "make_plan", "planning"),
    ("newshole.build", "tally", "counting for card and Croissant"),
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--repeat", type=int, default=4)
    parser.add_argument("--stages", action="store_true", help="only where the time goes")
    options = parser.parse_args()
    files = sorted(path for root in roots() for path in root.rglob("*.html.gz"))
    folders = sorted({file.parent for file in files})
    if options.stages:
        with tempfile.TemporaryDirectory() as folder:
            profile(folders, Path(folder) / "out")
        return
    size = sum(len(gzip.decompress(file.read_bytes())) for file in files)
    print(f"{len(files)} pages, {size / 1e6:.0f} MB of HTML; {cores()} cores.\n")
    with tempfile.TemporaryDirectory() as folder:
        print("| input | workers | seconds | pages/s | CPU, ms a page | peak memory, MB |")
        print("|---|--:|--:|--:|--:|--:|")
        for workers in options.workers:
            measure("HTML files", len(files), folders, Path(folder) / f"html{workers}", workers)
        most = max(options.workers)
        for times in (1, options.repeat):
            source = write_warcs(Path(folder) / f"{times}", files, times)
            out = Path(folder) / f"warc{times}"
            measure(f"WARC, each page {times} ×", times * len(files), [source], out, most)
    print(flush=True)
    with one_thread():
        subprocess.run([sys.executable, __file__, "--stages"], check=True)


def measure(name: str, pages: int, given: list[Path], out: Path, workers: int) -> None:
    command = [*COMMAND, "build", *map(str, given), "--out", str(out), "--workers", str(workers)]
    begun, used = time.monotonic(), cpu_of_children()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(pss, tree(process.pid))))
        time.sleep(0.05)
    seconds, used = time.monotonic() - begun, cpu_of_children() - used
    manifest = json.loads((out / "manifest.json").read_text())
    if manifest["rows"] + manifest["rejected"] != pages:
        raise SystemExit(f"{pages} pages went in, {manifest['rows']} rows came out")
    speed = f"{seconds:.1f} | {pages / seconds:.1f} | {1000 * used / pages:.1f}"
    print(f"| {name} | {workers} | {speed} | {peak / 1e6:.0f} |", flush=True)


def cpu_of_children() -> float:
    """CPU seconds of all processes that were waited for, workers of builds included."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def profile(given: list[Path], out: Path) -> None:
    """CPU time of each stage in one process, by a clock around it: a profiler would distort it."""
    spent: dict[str, float] = {}
    for module, name, stage in STAGES:
        owner = import_module(module)
        setattr(owner, name, timed(getattr(owner, name), stage, spent))
    build = import_module("newshole.build").build
    begun = time.process_time()
    pages = build(given, out).manifest["rows"]
    whole = time.process_time() - begun
    spent["all else"] = whole - sum(spent.values())
    print("| stage | CPU, ms a page | share |\n|---|--:|--:|")
    for stage, seconds in sorted(spent.items(), key=lambda one: -one[1]):
        print(f"| {stage} | {1000 * seconds / pages:.2f} | {100 * seconds / whole:.1f} % |")
    print(f"| together | {1000 * whole / pages:.2f} | |")


def timed(work: Callable[..., Any], stage: str, spent: dict[str, float]) -> Callable[..., Any]:
    spent[stage] = 0.0

    def clocked(*given: Any, **named: Any) -> Any:
        begun = time.process_time()
        try:
            made = work(*given, **named)
        finally:
            spent[stage] += time.process_time() - begun
        return each(made) if isinstance(made, Iterator) else made

    def each(made: Iterator[Any]) -> Iterator[Any]:
        while True:
            begun = time.process_time()
            one = next(made, None)
            spent[stage] += time.process_time() - begun
            if one is None:
                return
            yield one

    return clocked


def write_warcs(folder: Path, files: list[Path], times: int) -> Path:
    """The pages so many times over, under addresses of their own, 200 to a file."""
    folder.mkdir()
    number = 0
    for _ in range(times):
        for file in files:
            page = gzip.decompress(file.read_bytes())
            record = warc_record(page, f"https://site{number % 97}.example/{number}", number)
            with (folder / f"{number // 200:04d}.warc.gz").open("ab") as warc:
                warc.write(gzip.compress(record, 1))
            number += 1
    return folder


def tree(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    for one in found:
        try:
            tasks = Path(f"/proc/{one}/task").iterdir()
            found += [int(p) for task in tasks for p in (task / "children").read_text().split()]
        except OSError:
            pass
    return found


def pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().split("\n")
        return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    except (OSError, IndexError):
        return 0


def cores() -> int:
    return len(os.sched_getaffinity(0))


if __name__ == "__main__":
    main()
