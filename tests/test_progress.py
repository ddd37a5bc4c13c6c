"""Progress: a bar on a terminal, one line a minute off it."""

import io

import pytest

from newshole.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_one_line_a_minute_off_a_terminal() -> None:
    stream, now = io.StringIO(), [1000.0]
    with progress(stream, lambda: now[0]) as (start, watch):
        start("building", 4000)
        for second in range(150):
            now[0] = 1000.0 + second
            watch(second * 10, second * 20)
        start("merging", 0)
        for second in range(150, 200):
            now[0] = 1000.0 + second
            watch(second, 0)
    assert stream.getvalue().splitlines() == [
        "building: 600 pages in 60 s, 30 % of the bytes",
        "building: 1200 pages in 120 s, 60 % of the bytes",
        "merging: 180 pages in 31 s",
    ]


def test_short_work_says_nothing_off_a_terminal() -> None:
    stream = io.StringIO()
    with progress(stream) as (start, watch):
        start("building", 0)
        watch(3, 0)
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("what", "size", "shown"),
    [
        ("building", 2_000_000, ("building: 1,234 pages", "1.0/2.0 MB")),
        ("merging", 0, ("merging: 1,234 pages",)),
    ],
)
def test_a_bar_on_a_terminal(
    what: str, size: int, shown: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    with progress(stream) as (start, watch):
        start("before", 9)
        start(what, size)
        watch(1234, 1_000_000)
    assert all(text in stream.getvalue() for text in shown)
