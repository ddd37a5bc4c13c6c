"""Checks: what is asked of what, and how findings name files."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from articles import HEADERS, PROPERTY
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from newshole.article import Article, parse
from newshole.check import check, check_paths
from newshole.check_header import check_header
from newshole.check_plausible import check_plausible
from newshole.labels import load_schema

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases" / "invalid"
LANTERN = "original/lantern.example/swing-bridge.txt"
ALMANAC = "original/almanac.example/old-motor.txt"

HEADER = {
    "id": "lantern.example/swing-bridge",
    "retrieved": "2024-05-03",
    "language": "en",
    "licence": "CC-BY-4.0",
    "annotation": "reviewed",
}
ODD = {
    "language": st.sampled_from(["en", "en-GB", "zh-Hant-TW", "ca-valencia", "EN", "und", "e", ""]),
    "retrieved": st.sampled_from(["2024-02-29", "2023-02-29", "2024-1-1", "3 May", "20240503"]),
    "url": st.sampled_from(["https://a.example", "http://a.example/b c", "a.example", "ftp://a"]),
    "text_sha256": st.sampled_from(["0" * 64, "0" * 63, "G" * 64]),
    "page": st.just("1" * 64),
    "source": st.sampled_from(["", "a remark"]),
    "date": st.just("2024-05-03"),
}
"""Values of header keys, good and bad, and a key that no header has."""


def edit(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")


@pytest.mark.parametrize("path", sorted((ROOT / "tests/cases/valid").glob("*.txt")), ids=str)
def test_good_file_has_no_finding(path: Path) -> None:
    assert check(path) == []


def test_rulings_raise_no_doubt() -> None:
    guidelines = (ROOT / "corpus/GUIDELINES.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```newshole\n(.*?)^```$", guidelines, re.MULTILINE | re.DOTALL)
    assert len(examples) > 68
    for example in examples:
        doubts = check_plausible(parse(f"id: a.example/b\n\n{example}"), "GUIDELINES.md")
        # An example of a ruling need be no whole article.
        assert [doubt for doubt in doubts if doubt.code not in ("NH320", "NH333")] == []


def test_article_in_memory_is_asked_levels_two_and_three() -> None:
    article = parse("id: a.example/b\n\nbody: The bridge opened.\n")
    assert {finding.code for finding in check(article)} == {"NH201"}
    whole = Article(article.lines, {**HEADER, "id": "a.example/b"})
    assert [(f.file, f.code) for f in check(whole)] == [("article", "NH320")]
    assert check(whole, level=2) == []


def test_level_ends_the_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES)
    assert check("NH301-no-body.txt", level=2) == []
    assert check("NH403-unknown-site", level=3) == []


def test_every_fault_of_the_schema_is_a_finding() -> None:
    schema = load_schema("article.schema.json")
    validator = Draft202012Validator(schema, format_checker=FormatChecker())

    @PROPERTY
    @given(HEADERS | st.fixed_dictionaries({}, optional=ODD).map(lambda odd: HEADER | odd))
    def holds(header: dict[str, str]) -> None:
        article = Article(("",), header)
        found = {finding.code for finding in check_header(article, "a.txt", None)}
        assert validator.is_valid(header) == found.isdisjoint({"NH201", "NH204", "NH205"})

    holds()


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus of two articles without an error, in the working folder."""
    shutil.copytree(CASES / "NH410-furniture-in-two-splits", tmp_path / "corpus")
    monkeypatch.chdir(tmp_path)
    return Path("corpus")


def codes(*paths: str | Path) -> list[tuple[str, str]]:
    return [
        (finding.file, finding.code)
        for finding in check_paths(paths)
        if finding.level == "error" or finding.code != "NH410"
    ]


def test_files_are_named_as_they_were_given(corpus: Path) -> None:
    (corpus / LANTERN).write_text("nothing\n")
    for path in (Path(f"corpus/{LANTERN}"), (corpus / LANTERN).absolute()):
        assert codes(path) == [(str(path), "NH108")]
    assert codes(corpus) == [(f"corpus/{LANTERN}", "NH108")]
    assert codes(corpus / "original") == [(f"corpus/{LANTERN}", "NH108")]


@pytest.mark.parametrize("asked", [LANTERN, ALMANAC])
def test_clash_is_found_at_the_file_that_is_asked(corpus: Path, asked: str) -> None:
    paragraph = (
        "body: The keeper rang the bell every quarter of an hour for thirty-one years, and slept.\n"
    )
    for path in (corpus / LANTERN, corpus / ALMANAC):
        edit(path, lambda text: text + paragraph)
    assert codes(corpus / asked) == [(f"corpus/{asked}", "NH405")]


def test_faults_of_other_files_are_not_shown(corpus: Path) -> None:
    edit(corpus / LANTERN, lambda text: text.replace("licence: CC-BY-4.0\n", ""))
    assert codes(corpus / ALMANAC) == []


def test_table_that_is_broken_is_shown_with_every_file(corpus: Path) -> None:
    (corpus / "removed.csv").write_text("id,reason\na.example/b\n")
    assert codes(corpus / LANTERN) == [("corpus/removed.csv", "NH407")]


def test_file_outside_the_collections_is_told_where_to_go(corpus: Path) -> None:
    shutil.copy(corpus / LANTERN, corpus / "swing-bridge.txt")
    assert codes(corpus / "swing-bridge.txt") == [("corpus/swing-bridge.txt", "NH202")]


def test_paths_are_checked_together_each_once(corpus: Path) -> None:
    Path("b.txt").write_text("")
    Path("a.txt").mkdir()
    Path("page.html").write_text("<p>The bridge opened.")
    paths: list[str | Path] = ["b.txt", corpus, corpus / LANTERN, "page.html", "b.txt"]
    assert codes(*paths) == [("b.txt", "NH115"), ("page.html", "NH116")]
    assert codes(".")[0] == ("a.txt", "NH100")


def test_folder_that_cannot_be_listed_is_a_finding(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = os.scandir

    def refuse(path: str | Path) -> object:
        if Path(path).name == "almanac.example":
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    (corpus / LANTERN).write_text("nothing\n")
    expected = [("corpus/original/almanac.example", "NH100"), (f"corpus/{LANTERN}", "NH108")]
    assert codes(corpus) == codes("corpus/original") == expected
    assert "(Permission denied)" in check(corpus)[0].message


def test_hidden_files_are_passed_over(tmp_path: Path) -> None:
    for name in (".cache/a.txt", ".a.txt", "b.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert codes(tmp_path) == [(str(tmp_path / "b.txt"), "NH115")]


@pytest.mark.parametrize("name", ["missing.txt", "empty"])
def test_call_that_checks_nothing_is_refused(corpus: Path, name: str) -> None:
    Path("empty").mkdir()
    with pytest.raises(FileNotFoundError, match=name):
        check_paths([corpus, name])


@pytest.mark.parametrize("page", ["folder", "rejected", "broken link"])
def test_page_that_cannot_be_read_is_a_finding(corpus: Path, page: str) -> None:
    html = (corpus / LANTERN).with_suffix(".html")
    if page == "folder":
        for name in ("a.html", "b.html"):
            html.mkdir(exist_ok=True)
            (html / name).write_text("<p>The bridge opened.")
    elif page == "rejected":
        html.write_bytes(b"")
    else:
        html.symlink_to("nowhere.html")
    edit(corpus / LANTERN, lambda text: text.replace("\n\n", f"\npage: {'0' * 64}\n\n", 1))
    (finding,) = [f for f in check(corpus / LANTERN) if f.level == "error"]
    assert finding.code == ("NH312" if page == "rejected" else "NH310")
