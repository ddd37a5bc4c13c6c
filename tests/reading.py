"""Raw pages put on the disk and read again, here or where their memory can be measured."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from newshole.page import Page, Rejected, read_pages
from newshole.source import Source, find_sources

LIMIT = 32 << 20
"""Bytes of a page, if nobody says otherwise."""

measured = pytest.mark.skipif(
    sys.platform != "linux", reason="peak memory is read from /proc, which Linux alone has"
)


def the_source(path: Path) -> Source:
    (source,) = find_sources([str(path)])
    assert isinstance(source, Source)
    return source


def read(
    path: Path, data: bytes, *, limit: int = LIMIT, encoding: str | None = None
) -> list[Page | Rejected]:
    """What a file of these bytes reads as."""
    path.write_bytes(data)
    return list(read_pages(the_source(path), max_page_bytes=limit, encoding=encoding))


def outcome(found: list[Page | Rejected]) -> list[str]:
    """Each page as its content, each rejection as its place in the file and its code."""
    return [
        f"{one.origin.rpartition('/')[2].partition(':')[2]} {one.code}".strip()
        if isinstance(one, Rejected)
        else one.content
        for one in found
    ]


def refusal(found: list[Page | Rejected]) -> Rejected:
    (one,) = found
    assert isinstance(one, Rejected)
    return one


_MEASURE = """
import json, sys
from newshole.page import Rejected, read_pages
from newshole.source import find_sources

def kilobytes(name):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name))

before, codes, pages = kilobytes("VmRSS"), [], 0
for source in find_sources(sys.argv[1:]):
    for page in read_pages(source):
        if isinstance(page, Rejected):
            codes.append(page.origin.rpartition("/")[2] + " " + page.code)
        else:
            pages += 1
print(json.dumps([pages, codes, (kilobytes("VmHWM") - before) // 1024]))
"""


def read_apart(*paths: Path) -> tuple[int, list[str], int]:
    """Read in a process of its own: pages, ``file:number code`` of rejections, MiB it grew by."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, *map(str, paths)],
        stdout=subprocess.PIPE,
        check=True,
        timeout=120,
    )
    pages, codes, grown = json.loads(done.stdout)
    return pages, codes, grown
