"""Kill a build again and again at random moments; what comes of it must be what comes of no kill.

    NEWSHOLE_PAGES=… python benchmarks/kills.py [--kills 20] [--workers 1 2 4] [--seed 0]

Every page below NEWSHOLE_PAGES is built in three forms at once: as HTML, as text, and as a
record of a WARC file. First undisturbed; then with each number of workers, while SIGKILL hits
the whole process group, each time followed by the same command. The later half of the kills wait
until all parts are done, to hit the merge and the moment when the dataset is put in place. Prints
a table; ends with 1 if a row is lost, doubled or different.
"""

import argparse
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from newshole.encoding import decode
from newshole.raw import PageError
from newshole.render import RenderError, render

COMMAND = [sys.executable, "-c", "import sys; from newshole.cli import main; sys.exit(main())"]
RECORDS = 250
"""Pages in a WARC file; each such file is a part of its own."""


@dataclass
class Course:
    """How an undisturbed build went: number of parts, seconds until they were done, and after."""

    parts: int
    working: float
    merging: float


@dataclass
class Outcome:
    """What one series of kills came to."""

    kills: int = 0
    late: int = 0
    finished: int = 0
    same: bool = False


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--pages", type=int, help="take only so many pages")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "given"
        pages = write_forms(given, options.pages)
        plain = Path(folder) / "plain" / "data"
        course = run_through(given, plain, 2)
        manifest = json.loads((plain / "manifest.json").read_text())
        rows, rejected = manifest["rows"], manifest["rejected"]
        print(
            f"{pages} pages in three forms, {course.parts} parts; undisturbed with 2 workers: "
            f"{course.working:.0f} + {course.merging:.1f} s, {rows} rows, {rejected} rejected, "
            f"row digest {manifest['row_digest'][:12]}\n"
        )
        print("| workers | kills | of them in the merge | builds finished meanwhile | same files |")
        print("|--:|--:|--:|--:|---|")
        sound = rows + rejected == 3 * pages and ids(plain) == len(set_of_ids(plain)) == rows
        for workers in options.workers:
            out = Path(folder) / str(workers) / "data"
            moments = random.Random(f"{options.seed} {workers}")
            outcome = kill(given, out, workers, options.kills, moments, course)
            outcome.same = published(out) == published(plain)
            sound &= outcome.same
            print(
                f"| {workers} | {outcome.kills} | {outcome.late} | {outcome.finished} "
                f"| {'yes' if outcome.same else 'NO'} |",
                flush=True,
            )
    return 0 if sound else 1


def kill(
    given: Path, out: Path, workers: int, kills: int, moments: random.Random, course: Course
) -> Outcome:
    """Kill builds until so many kills have hit, then let one end."""
    outcome = Outcome()
    while outcome.kills < kills:
        # A build that is done before the moment comes counts for nothing: another begins.
        current = out.with_name(f"{outcome.finished}") / "data"
        process = start(given, current, workers)
        is_late = outcome.kills >= kills / 2
        if is_late:
            while done(current) < course.parts and process.poll() is None:
                time.sleep(0.01)
        time.sleep(moments.uniform(0, course.merging if is_late else 2 * course.working / kills))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        if process.wait() == -signal.SIGKILL:
            outcome.kills += 1
            outcome.late += is_late
        else:
            outcome.finished += 1
    last = out.with_name(f"{outcome.finished}") / "data"
    run_through(given, last, workers)
    last.replace(out)
    return outcome


def start(given: Path, out: Path, workers: int) -> "subprocess.Popen[bytes]":
    out.parent.mkdir(exist_ok=True, parents=True)
    command = [*COMMAND, "build", str(given), "--out", str(out), "--workers", str(workers)]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)


def run_through(given: Path, out: Path, workers: int) -> Course:
    """Build to the end."""
    begun, worked, parts = time.monotonic(), 0.0, 0
    process = start(given, out, workers)
    while process.poll() is None:
        if (now := done(out)) > parts:
            parts, worked = now, time.monotonic() - begun
        time.sleep(0.01)
    if process.returncode not in (0, 1):
        raise SystemExit(f"the build failed with {process.returncode}")
    return Course(parts, worked, time.monotonic() - begun - worked)


def done(out: Path) -> int:
    """Parts that are finished in a build under way."""
    return sum(1 for _ in out.glob(".newshole/*/parts/[0-9]*"))


def published(out: Path) -> dict[str, bytes]:
    """Every file of a dataset, but its own notes."""
    files = (path for path in out.rglob("*") if path.is_file())
    named = {path.relative_to(out).as_posix(): path for path in files}
    return {name: path.read_bytes() for name, path in named.items() if name[0] != "."}


def ids(out: Path) -> int:
    return sum(pq.read_metadata(path).num_rows for path in out.glob("*/*.parquet"))


def set_of_ids(out: Path) -> set[str]:
    found: set[str] = set()
    for path in out.glob("*/*.parquet"):
        found.update(pq.ParquetFile(path).read(columns=["id"])["id"].to_pylist())
    return found


def write_forms(folder: Path, limit: int | None) -> int:
    """Write all shared pages as HTML, as text and as WARC records; returns their number."""
    urls = {}
    for index in sorted(path for root in roots() for path in root.rglob("pages.jsonl")):
        for line in index.read_text(encoding="utf-8").split("\n"):
            if line:
                record = json.loads(line)
                urls[record["id"]] = record["url"]
    for form in ("html", "text"):
        (folder / form).mkdir(parents=True)
    files = sorted(path for root in roots() for path in root.rglob("*.html.gz"))[:limit]
    warc = b""
    for number, file in enumerate(files):
        name = file.name.removesuffix(".html.gz")
        page = gzip.decompress(file.read_bytes())
        (folder / "html" / f"{number:05d}-{name}.html").write_bytes(page)
        (folder / "text" / f"{number:05d}-{name}.txt").write_text(text_of(page), encoding="utf-8")
        warc += gzip.compress(warc_record(page, urls.get(name, ""), number))
        if (number + 1) % RECORDS == 0 or number + 1 == len(files):
            (folder / f"crawl-{number // RECORDS:03d}.warc.gz").write_bytes(warc)
            warc = b""
    return len(files)


def roots() -> Iterator[Path]:
    given = os.environ.get("NEWSHOLE_PAGES")
    if not given:
        raise SystemExit("set NEWSHOLE_PAGES to a folder of pages (*.html.gz)")
    yield from map(Path, given.split(os.pathsep))


def text_of(page: bytes) -> str:
    try:
        return "\n".join(line.text for line in render(decode(page, is_html=True, encoding=None)))
    except (RenderError, PageError) as error:
        return f"{error}\n"


def warc_record(page: bytes, url: str, number: int) -> bytes:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012d}>\r\n"
        f"WARC-Target-URI: {url}\r\nWARC-Date: 2024-05-01T00:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


if __name__ == "__main__":
    sys.exit(main())
