"""Sources: what a path, folder, glob or URL stands for."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec import AbstractFileSystem

from newshole.page import Rejected, read_pages
from newshole.source import Source, find_sources, split_suffixes


def names(*paths: str | Path) -> list[str]:
    """Names of the sources found; a rejected one as its code."""
    return [
        found.code if isinstance(found, Rejected) else found.name
        for found in find_sources([str(path) for path in paths])
    ]


def sources(*paths: str | Path) -> list[Source]:
    found = list(find_sources([str(path) for path in paths]))
    assert not [one for one in found if isinstance(one, Rejected)]
    return [one for one in found if isinstance(one, Source)]


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    for name in (
        "b/two.html.gz",
        "a.txt",
        "b/one.HTM",
        "b/deep/x.jsonl.zst",
        "c.warc",
        "z.parquet",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    for name in ("notes.md", "picture.png", ".hidden.txt", "b/.git/x.html", "d.parquet.gz", ".txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    return folder


ALL = ["a.txt", "b/deep/x.jsonl.zst", "b/one.HTM", "b/two.html.gz", "c.warc", "z.parquet"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a/b.html.gz", ("a/b", "html", ".gz")),
        ("b.JSONL.ZST", ("b", "jsonl", ".zst")),
        ("v1.2.text", ("v1.2", "txt", "")),
        ("a.ndjson", ("a", "jsonl", "")),
        ("x.html.txt", ("x.html", "txt", "")),
        ("a.parquet", ("a", "parquet", "")),
        ("a.parquet.gz", ("a.parquet.gz", "", "")),
        ("a.html.bz2", ("a.html.bz2", "", "")),
        ("a.gz", ("a.gz", "", "")),
        ("html", ("html", "", "")),
        ("a.html/b", ("a.html/b", "", "")),
        ("a/.html", ("a/.html", "html", "")),
    ],
)
def test_suffixes(name: str, expected: tuple[str, str, str]) -> None:
    assert split_suffixes(name) == expected


def test_folder_is_walked_in_order_of_names(news: Path) -> None:
    assert names(news) == ALL
    assert names(f"{news}/") == ALL


def test_a_source_says_what_it_is(news: Path) -> None:
    (found,) = sources(news / "b")[1:2]
    assert found == Source(str(news / "b/one.HTM"), "one.HTM", "html", 1, found.stamp)


def test_stamp_changes_with_the_file(news: Path) -> None:
    page = news / "a.txt"
    before = sources(page)[0].stamp
    assert sources(page)[0].stamp == before
    page.write_bytes(b"y")
    os.utime(page, ns=(1, 1))
    assert sources(page)[0].stamp != before


def test_named_files(news: Path) -> None:
    assert names(news / "a.txt", news / "b/two.html.gz") == ["a.txt", "two.html.gz"]
    # Hidden files are passed over in folders, not where the path names them.
    assert names(news / ".hidden.txt") == [".hidden.txt"]
    assert names(news / "notes.md", news / "d.parquet.gz") == ["R003", "R003"]


def test_a_file_named_twice_is_found_once(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert names(news, news / "a.txt", news) == ALL
    monkeypatch.chdir(news)
    assert names("a.txt", "./a.txt", "b/../a.txt", news / "a.txt", f"file://{news}/a.txt") == [
        "a.txt"
    ]


def test_globs(news: Path) -> None:
    assert names(news / "*.txt") == ["a.txt"]
    assert names(news / "b/*.html*") == ["two.html.gz"]
    assert names(news / "**/*.gz") == ["b/two.html.gz"]
    assert names(news / "**") == ALL
    assert names(news / "[bc]*") == [*ALL[1:4], "c.warc"]
    assert names(news / ".h*") == [".hidden.txt"]
    assert names(news / "*.md") == ["R001"]
    assert names(news / "**/**/o*.HTM") == ["b/one.HTM"]
    assert names(news / "a**.txt") == ["a.txt"]
    assert names(news / "*/deep") == ["b/deep/x.jsonl.zst"]


def test_a_file_whose_name_looks_like_a_glob(tmp_path: Path) -> None:
    (tmp_path / "a[1].txt").write_text("x")
    assert names(tmp_path / "a[1].txt") == ["a[1].txt"]


def test_a_local_name_that_looks_like_a_url(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "part::one.txt").write_text("A page.\n")
    monkeypatch.chdir(tmp_path)
    for path in (".", "part::one.txt", "*.txt", f"file://{tmp_path}/part::one.txt"):
        (source,) = sources(path)
        (page,) = read_pages(source)
        assert not isinstance(page, Rejected)
        assert (page.id, page.content) == ("part::one", "A page.\n")


def test_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert names(tmp_path / "no.html", tmp_path / "*.html", tmp_path / "empty") == ["R001"] * 3
    found = next(find_sources([str(tmp_path / "no.html")]))
    assert isinstance(found, Rejected)
    assert found.origin == str(tmp_path / "no.html")
    assert found.fix == "check the path"


def test_links_are_followed_and_loops_are_not(tmp_path: Path) -> None:
    top = tmp_path / "top"
    (top / "sub").mkdir(parents=True)
    (top / "sub/page.txt").write_text("x")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/far.txt").write_text("x")
    (top / "sub/up").symlink_to(top, target_is_directory=True)
    (top / "self").symlink_to(top / "self")
    (top / "far").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (top / "gone.txt").symlink_to(tmp_path / "nothing.txt")
    assert names(top) == ["far/far.txt", "R002", "R002", "sub/page.txt"]


def test_a_pattern_follows_links_and_not_their_loops(tmp_path: Path) -> None:
    (tmp_path / "top/sub").mkdir(parents=True)
    (tmp_path / "top/sub/page.txt").write_text("x")
    (tmp_path / "top/sub/up").symlink_to(tmp_path / "top", target_is_directory=True)
    assert names(tmp_path / "top/**/*.txt") == ["sub/page.txt"]


def test_special_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "page.txt").write_text("x")
    assert names(tmp_path) == ["page.txt"]
    assert names(tmp_path / "pipe.txt") == ["R003"]


def test_unreadable_folder_and_file(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Permissions bind no root, so what the system would raise is raised here.
    real = Path.iterdir

    def refuse(folder: Path) -> Iterator[Path]:
        if folder.name == "b":
            raise PermissionError(13, "Permission denied", str(folder))
        return real(folder)

    access = os.access
    monkeypatch.setattr(Path, "iterdir", refuse)
    monkeypatch.setattr(os, "access", lambda p, mode: Path(p).name != "a.txt" and access(p, mode))
    found = list(find_sources([str(news)]))
    assert [one.code if isinstance(one, Rejected) else one.name for one in found] == [
        "R002",
        "R002",
        "c.warc",
        "z.parquet",
    ]
    assert isinstance(found[1], Rejected)
    assert found[1].origin == str(news / "b")
    assert found[1].reason == "PermissionError: Permission denied"


@pytest.mark.parametrize("pattern", ["**/*.gz", "*/*.gz", "**/two*"])
def test_a_pattern_tells_of_the_folder_it_may_not_look_into(
    pattern: str, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.iterdir

    def refuse(folder: Path) -> Iterator[Path]:
        if folder.name == "b":
            raise PermissionError(13, "Permission denied", str(folder))
        return real(folder)

    monkeypatch.setattr(Path, "iterdir", refuse)
    refused, missing = find_sources([str(news / pattern)])
    assert isinstance(refused, Rejected)
    assert (refused.code, refused.origin) == ("R002", str(news / "b"))
    assert isinstance(missing, Rejected)
    assert missing.code == "R001"


@pytest.mark.parametrize("path", ["b/one.HTM", "*/one.HTM", "**/one.HTM"])
def test_a_name_in_a_folder_that_may_not_be_searched(
    path: str, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.lstat

    def refuse(place: Any, **more: Any) -> os.stat_result:
        if str(place) == f"{news}/b/one.HTM":
            raise PermissionError(13, "Permission denied", str(place))
        return real(place, **more)

    monkeypatch.setattr(os, "lstat", refuse)
    assert names(news / path)[0] == "R002"


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions bind no root")
def test_permissions_of_the_system_itself(news: Path) -> None:
    (news / "b").chmod(0)
    (news / "a.txt").chmod(0)
    try:
        assert names(news) == ["R002", "R002", "c.warc", "z.parquet"]
    finally:
        (news / "b").chmod(0o755)


def test_a_name_that_is_no_utf8(tmp_path: Path) -> None:
    odd = os.fsdecode(os.fsencode(str(tmp_path)) + b"/caf\xe9\n.txt")
    Path(odd).write_text("A page.\n")
    (source,) = sources(tmp_path)
    (page,) = read_pages(source)
    assert not isinstance(page, Rejected)
    assert page.id == "caf\\xe9\\n"
    assert page.origin == f"{tmp_path}/caf\\xe9\\n.txt"


@pytest.fixture
def memory() -> Iterator[AbstractFileSystem]:
    files = fsspec.filesystem("memory")
    files.store.clear()
    for name in ("/crawl/a.txt", "/crawl/b/two.html", "/crawl/.h/x.html", "/crawl/b/x.md"):
        files.pipe(name, b"A page.\n")
    yield files
    files.store.clear()


def test_urls(memory: AbstractFileSystem) -> None:
    assert names("memory://crawl") == ["a.txt", "b/two.html"]
    assert names("memory://crawl/b/two.html") == ["two.html"]
    assert names("memory://crawl/*.txt") == ["a.txt"]
    assert names("memory://crawl/**/*.html") == ["b/two.html"]
    assert names("memory://crawl/b/x.md") == ["R003"]
    assert names("memory://crawl/none.txt", "memory://crawl/*.warc") == ["R001", "R001"]
    for source in sources("memory://crawl"):
        (page,) = read_pages(source)
        assert not isinstance(page, Rejected)
        assert page.content == "A page.\n"
        assert source.path.startswith("memory://")


def test_stamp_of_a_url_changes_with_the_file(memory: AbstractFileSystem) -> None:
    before = sources("memory://crawl/a.txt")[0].stamp
    assert sources("memory://crawl/a.txt")[0].stamp == before
    memory.pipe("/crawl/a.txt", b"Another page.\n")
    assert sources("memory://crawl/a.txt")[0].stamp != before


def test_file_urls_are_local_paths(news: Path) -> None:
    assert sources(f"file://{news}") == sources(news)
    assert names(f"file://{news}/*.txt") == ["a.txt"]


def test_urls_that_cannot_be_opened() -> None:
    assert names("nosuchprotocol://bucket/a.txt") == ["R002"]


def test_url_folder_that_cannot_be_listed(
    memory: AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = type(memory).ls

    def refuse(self: AbstractFileSystem, path: str, detail: bool = True, **more: object) -> Any:
        if path.rstrip("/").endswith("/b"):
            raise RuntimeError("AccessDenied")
        return real(self, path, detail=detail, **more)

    monkeypatch.setattr(type(memory), "ls", refuse)
    assert names("memory://crawl") == ["a.txt", "R002"]
