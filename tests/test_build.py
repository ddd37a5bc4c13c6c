"""Build: the same rows whatever happens on the way, and never a silent loss."""

import errno
import hashlib
import json
import math
import operator
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import news
import pyarrow.parquet as pq
import pytest

import newshole
from newshole import folder
from newshole.annotate import MAX_LINES
from newshole.article import Article, Segment
from newshole.build import BuildError, Built, build
from newshole.part import Part

BUILD = import_module("newshole.build")
PART = import_module("newshole.part")
PLAN = import_module("newshole.plan")
COMMAND = str(Path(sys.executable).with_name("newshole"))


@pytest.fixture
def crawl(tmp_path: Path) -> Path:
    """Five parts: four JSONL files of eight pages, and two single pages."""
    folder = news.write_jsonl(tmp_path / "crawl", files=4, pages=8)
    (folder / "a.html").write_text(news.html(90), encoding="utf-8")
    (folder / "empty.txt").write_text("")
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def digest(built: Built) -> str:
    return str(built.manifest["row_digest"])


def published(dataset: Path) -> dict[str, tuple[bytes, int]]:
    """What a build publishes: every file but its own notes, without the times."""
    files = news.snapshot(dataset, times=False)
    return {name: file for name, file in files.items() if not name.startswith(".newshole")}


def failure(dataset: Path) -> dict[str, str]:
    """The one page that newshole itself failed on."""
    (line,) = [line for line in news.rejected(dataset) if line["code"] == "R103"]
    return line


def interrupt_after(monkeypatch: pytest.MonkeyPatch, parts: int, error: BaseException) -> None:
    """Let the build die when so many parts are done."""
    real = BUILD.run_part
    done = 0

    def run(*given: Any, **named: Any) -> None:
        nonlocal done
        if done == parts:
            raise error
        real(*given, **named)
        done += 1

    monkeypatch.setattr(BUILD, "run_part", run)


def test_every_page_becomes_a_row_or_a_rejection(crawl: Path, out: Path) -> None:
    built = build(crawl, out)
    assert (built.manifest["rows"], built.manifest["rejected"], built.changed) == (33, 1, True)
    found = news.rows(out)
    assert [row["id"] for row in found] == ["a", *(f"page-{n:04d}" for n in range(32))]
    assert found[1]["text"] == "\n".join(news.sentences(0))
    assert (found[1]["site"], found[1]["collection"]) == ("gazette0.example", "pages")
    assert [(line["code"], Path(line["origin"]).name) for line in news.rejected(out)] == [
        ("R010", "empty.txt")
    ]
    for row in found:
        position = 0
        for span in row["spans"]:
            assert not row["text"][position : span["start"]].strip()
            position = span["end"]
        assert not row["text"][position:].strip()


def test_pages_of_one_site_are_in_one_split(crawl: Path, out: Path) -> None:
    build(crawl, out)
    splits: dict[str, set[str]] = {}
    for row in news.rows(out):
        splits.setdefault(row["site"], set()).add(row["split"])
    assert len(splits) == 8
    assert all(len(found) == 1 for found in splits.values())


def test_a_corpus_is_built_by_its_sites_and_linked_pages_without_text(
    tmp_path: Path, out: Path
) -> None:
    built = build([news.write_corpus(tmp_path / "corpus")], out)
    assert {c: list(s) for c, s in built.manifest["configs"].items()} == {
        "linked": ["validation"],
        "original": ["test", "train"],
    }
    linked, opera, ferry = news.rows(out)
    assert linked["text"] is None
    assert linked["body"] is None
    assert [(s["start"], s["end"], s["label"], s["kind"]) for s in linked["spans"]] == [
        (0, 17, "headline", None),
        (18, 60, "body", None),
        (61, 70, "boilerplate", "related"),
    ]
    assert opera["dateline"] == "BELL SOUND —"
    assert opera["annotation"] == "reviewed"
    assert ferry["split"] == "test"
    # Spans count code points, astral ones as one.
    assert [ferry["text"][s["start"] : s["end"]] for s in ferry["spans"]][-1].endswith(
        "e\u0301 \U0001d538 inbegriffen."
    )


def test_an_article_that_fails_a_check_is_rejected_by_its_code(tmp_path: Path, out: Path) -> None:
    corpus = news.write_corpus(tmp_path / "corpus")
    broken = corpus / "original/fjordpost.example/opera.txt"
    broken.write_text(news.OPERA.replace("byline:", "bylin:"), encoding="utf-8")
    assert build(corpus, out).manifest["rows"] == 2
    (line,) = news.rejected(out)
    assert line["origin"] == f"{broken}:10"
    assert line["code"].startswith("NH")
    assert "bylin" in line["reason"]


def test_a_changed_page_beside_an_article_is_new_input(tmp_path: Path, out: Path) -> None:
    corpus = news.write_corpus(tmp_path / "corpus")
    build(corpus, out)
    (corpus / "original/fjordpost.example/opera.html").write_text("<p>Another page</p>")
    with pytest.raises(BuildError, match="another dataset"):
        build(corpus, out)


@pytest.mark.parametrize("workers", [2, 4])
def test_workers_change_nothing(workers: int, crawl: Path, tmp_path: Path) -> None:
    doubles = news.record(3) + "no JSON\n" + news.record(20)
    (crawl / "crawl-0b.jsonl").write_text(doubles, encoding="utf-8")
    build(crawl, tmp_path / "one" / "data")
    build(crawl, tmp_path / "many" / "data", workers=workers)
    assert published(tmp_path / "one" / "data") == published(tmp_path / "many" / "data")
    assert sorted(line["code"] for line in news.rejected(tmp_path / "many" / "data")) == [
        "R010",
        "R020",
        "R101",
        "R101",
    ]


def test_order_of_finishing_changes_nothing(
    crawl: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = published(build(crawl, tmp_path / "0" / "data").folder)
    real = BUILD.run_local
    for seed in (1, 2, 3):

        def shuffled(parts: list[Part], *given: Any, seed: int = seed, **named: Any) -> None:
            real(random.Random(seed).sample(parts, len(parts)), *given, **named)

        monkeypatch.setattr(BUILD, "run_local", shuffled)
        assert published(build(crawl, tmp_path / f"{seed}" / "data").folder) == expected


def test_of_two_pages_with_one_id_the_first_stays(tmp_path: Path, out: Path) -> None:
    for name, text in (("a.jsonl", "From the first."), ("b.jsonl", "From the second.")):
        lines = news.record(1, text=text) + news.record(2, id=name)
        (tmp_path / name).write_text(lines + (news.record(1) if name == "b.jsonl" else ""))
    # The order of the call is the order of the input.
    build([tmp_path / "b.jsonl", tmp_path / "a.jsonl"], out)
    assert [row["text"] for row in news.rows(out) if row["id"] == "page-0001"] == [
        "From the second."
    ]
    again, other = news.rejected(out)
    assert [again["code"], other["code"]] == ["R101", "R101"]
    assert again["origin"] == f"{tmp_path / 'b.jsonl'}:3"
    assert other["origin"] == f"{tmp_path / 'a.jsonl'}:1"
    assert f"'page-0001' is that of {tmp_path / 'b.jsonl'}:1" in other["reason"]


def test_a_file_that_two_sources_lead_to_is_taken_once(crawl: Path, out: Path) -> None:
    built = build([crawl / "a.html", crawl, crawl / "*.html"], out)
    assert (built.manifest["rows"], built.manifest["rejected"]) == (33, 1)


def test_what_lies_in_the_output_folder_is_no_input(crawl: Path) -> None:
    first = build(crawl, crawl / "built")
    assert not build(crawl, crawl / "built").changed
    assert first.manifest["rows"] == 33
    with pytest.raises(BuildError, match="lies in the output folder"):
        build(crawl / "built" / "pages", crawl / "built")


def test_a_second_run_changes_nothing_and_works_on_nothing(
    crawl: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(crawl, out)
    before = news.snapshot(out)
    monkeypatch.setattr(BUILD, "run_local", None)
    second = build(crawl, out, workers=2)
    assert (second.changed, second.manifest) == (False, first.manifest)
    assert news.snapshot(out) == before


def test_another_version_is_written_without_building_again(
    crawl: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(crawl, out)
    monkeypatch.setattr(BUILD, "run_local", None)
    second = build(crawl, out, version="1.1.0")
    assert second.changed
    assert second.manifest == {**first.manifest, "version": "1.1.0"}
    assert json.loads((out / "croissant.json").read_text())["version"] == "1.1.0"


@pytest.mark.parametrize("name", ["README.md", "croissant.json"])
def test_a_lost_description_is_written_again(
    name: str, crawl: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(crawl, out)
    before = published(out)
    (out / name).unlink()
    monkeypatch.setattr(BUILD, "run_local", None)
    assert build(crawl, out).changed
    assert published(out) == before


@pytest.mark.parametrize("damage", ["a byte", "the end", "the file", "the manifest"])
def test_a_damaged_dataset_is_built_again(damage: str, crawl: Path, out: Path) -> None:
    build(crawl, out)
    before = published(out)
    path = next(out.glob("pages/train-*"))
    data = bytearray(path.read_bytes())
    if damage == "a byte":
        data[100] ^= 1
        path.write_bytes(data)
    elif damage == "the end":
        path.write_bytes(data[:-1])
    elif damage == "the file":
        path.unlink()
    else:
        (out / "manifest.json").write_text("{")
    assert build(crawl, out).changed
    assert published(out) == before


def test_the_same_rows_keep_their_files(crawl: Path, out: Path) -> None:
    build(crawl, out)
    before = news.snapshot(out / "pages")
    shutil.rmtree(out / ".newshole")
    assert not build(crawl, out, replace=True).changed
    assert news.snapshot(out / "pages") == before
    assert not build(crawl, out).changed


def test_an_interrupted_build_goes_on_where_it_was(
    crawl: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = published(build(crawl, tmp_path / "other" / "out").folder)
    with monkeypatch.context() as patch:
        interrupt_after(patch, 3, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            build(crawl, out)
    left: dict[str, int] = {}
    build(crawl, out, start=left.__setitem__)
    size = (crawl / "crawl-2.jsonl").stat().st_size + (crawl / "crawl-3.jsonl").stat().st_size
    assert left == {"building": size, "merging": 0}
    assert published(out) == expected


def test_a_part_that_was_damaged_is_done_again(
    crawl: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = published(build(crawl, tmp_path / "other" / "out").folder)
    with monkeypatch.context() as patch:
        interrupt_after(patch, 3, SystemExit())
        with pytest.raises(SystemExit):
            build(crawl, out)
    run = next((out / ".newshole").glob("*/parts/000001/*.parquet"))
    run.write_bytes(run.read_bytes()[:-1])
    (out / ".newshole" / run.parts[-4] / "parts" / "tmp-left").mkdir()
    build(crawl, out)
    assert published(out) == expected


def test_a_replacement_that_was_killed_is_not_taken_for_done(
    crawl: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = digest(build(crawl, tmp_path / "other"))
    corpus = news.write_corpus(tmp_path / "corpus")
    old = build(corpus, out)
    with monkeypatch.context() as patch:
        interrupt_after(patch, 2, SystemExit())
        with pytest.raises(SystemExit):
            build(crawl, out, replace=True)
    # What was there is still whole, and still its own.
    assert build(corpus, out).manifest == old.manifest
    with pytest.raises(BuildError, match="holds another dataset"):
        build(crawl, out)
    assert digest(build(crawl, out, replace=True)) == expected


@pytest.mark.parametrize("step", ["unlink", "rmdir", "finish"])
def test_killed_while_the_new_dataset_is_put_in_place(
    step: str, crawl: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = published(build(crawl, tmp_path / "other" / "out").folder)
    build(news.write_corpus(tmp_path / "corpus"), out)
    (out / "README.md").unlink()

    def die(*_: Any, **__: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        if step == "finish":
            patch.setattr(BUILD, step, die)
        else:
            real = folder.swap

            def swap(*given: Any) -> None:
                with monkeypatch.context() as inner:
                    # The first file of the old dataset, or its folder, is where it ends.
                    inner.setattr(Path, step, die if step == "rmdir" else die_on_parquet)
                    real(*given)

            unlink = Path.unlink

            def die_on_parquet(path: Path, missing_ok: bool = False) -> None:
                if path.suffix == ".parquet":
                    raise SystemExit
                unlink(path, missing_ok=missing_ok)

            patch.setattr(BUILD, "swap", swap)
        with pytest.raises(SystemExit):
            build(crawl, out, replace=True)
    assert not (out / "manifest.json").exists()
    build(crawl, out)
    assert published(out) == expected


def make_file(out: Path) -> None:
    out.write_text("x")


def make_full(out: Path) -> None:
    out.mkdir()
    (out / "thesis.txt").write_text("x")


def make_other(out: Path) -> None:
    (out.parent / "x.txt").write_text("Another page.")
    build(out.parent / "x.txt", out)


def make_foreign_manifest(out: Path) -> None:
    out.mkdir()
    (out / "manifest.json").write_text('{"name": "an extension"}')


@pytest.mark.parametrize(
    ("make", "below", "message"),
    [
        (make_file, "", "is a file; give --out a folder"),
        (make_full, "", "is not empty and holds no newshole dataset"),
        (make_foreign_manifest, "", "is not empty and holds no newshole dataset"),
        (make_other, "", "holds another dataset; give another --out, or --replace"),
        (make_file, "below", r"cannot be written \(Not a directory\)"),
    ],
)
def test_an_output_folder_that_will_not_do(
    make: Callable[[Path], None], below: str, message: str, crawl: Path, out: Path
) -> None:
    make(out)
    before = news.snapshot(out)
    with pytest.raises(BuildError, match=message):
        build(crawl, out / below)
    assert news.snapshot(out) == before


def test_an_output_folder_that_may_not_be_written(
    crawl: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Permissions bind no root, so what the system would raise is raised here.
    def refuse(path: Path, *_: Any, **__: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(BuildError, match=r"out cannot be written \(Permission denied\)"):
        build(crawl, out)


def test_an_unfinished_build_of_other_input_is_not_thrown_away(
    crawl: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        interrupt_after(patch, 2, SystemExit())
        with pytest.raises(SystemExit):
            build(crawl, out)
    with pytest.raises(BuildError, match="unfinished build of other input"):
        build(crawl / "a.html", out)
    with pytest.raises(BuildError, match="unfinished build of other input"):
        build(crawl, out, max_page_bytes=100)
    assert build(crawl / "a.html", out, replace=True).manifest["rows"] == 1
    assert [path.name for path in (out / ".newshole").iterdir() if path.is_dir()] == []


def test_two_builds_at_once_in_one_folder(crawl: Path, out: Path) -> None:
    refused = []

    def meanwhile(what: str, size: int) -> None:
        if what != "building":
            return
        with pytest.raises(BuildError) as raised:
            build(crawl, out)
        refused.append(str(raised.value))

    build(crawl, out, start=meanwhile)
    assert refused == [f"another build is at work in {out}; wait for it to end"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"sources": []}, "no source is given"),
        ({"encoding": "utf-7"}, "unknown encoding 'utf-7'"),
        ({"max_page_bytes": 0}, "pages may have 1 to 536870912 bytes, not 0"),
        ({"max_page_bytes": 1 << 31}, "not 2147483648"),
        ({"version": "one"}, "'one' is no version; write it as 1.0.0"),
        ({"about": "none.json"}, "none.json cannot be read"),
        ({"card": "../elsewhere/README.md"}, "lies neither in"),
    ],
)
def test_a_call_that_cannot_work(
    more: dict[str, Any], message: str, crawl: Path, out: Path
) -> None:
    with pytest.raises(BuildError, match=message):
        build(**({"sources": crawl, "out": out} | more))


def test_a_table_of_sites_that_cannot_be_read(tmp_path: Path, out: Path) -> None:
    corpus = news.write_corpus(tmp_path / "corpus")
    (corpus / "sites.csv").write_text("site,split,terms\nx.example,tomorrow,CC-BY-4.0\n")
    with pytest.raises(BuildError, match=r"sites\.csv:2: split 'tomorrow'"):
        build(corpus, out)


def test_a_card_that_cannot_be_kept_up_is_refused_before_the_work(
    crawl: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(crawl, out)
    (out / "README.md").write_text("---\ntags: [news\n---\n# Mine\n")
    monkeypatch.setattr(BUILD, "run_local", None)
    with pytest.raises(BuildError, match=r"README\.md: the front matter is not YAML"):
        build(crawl / "a.html", out, replace=True)


def test_nothing_but_refused_sources_is_an_empty_dataset(tmp_path: Path, out: Path) -> None:
    built = build(tmp_path / "nowhere", out)
    assert (built.manifest["rows"], built.manifest["rejected"]) == (0, 1)
    assert news.rejected(out)[0]["code"] == "R001"


def patch_annotate(monkeypatch: pytest.MonkeyPatch, annotate: Callable[[Any], Any]) -> None:
    """Another annotator of a page, and so of many."""
    monkeypatch.setattr(PART, "annotate", annotate)
    monkeypatch.setattr(PART, "annotate_pages", lambda pages: map(annotate, pages))


def test_a_page_that_sets_off_an_error_is_rejected_alone(
    crawl: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = PART.annotate
    errors = {"ledger 3.": RecursionError("too deep"), "ledger 4.": MemoryError()}

    def annotate(page: Any) -> Any:
        for mark, error in errors.items():
            if any(mark in line.text for line in page if line.hint is None):
                raise error
        return real(page)

    patch_annotate(monkeypatch, annotate)
    built = build(crawl, out)
    assert (built.manifest["rows"], built.manifest["rejected"]) == (31, 3)
    assert {line["code"]: line["reason"] for line in news.rejected(out)[1:2]} == {
        "R103": "newshole failed on this page (RecursionError: too deep)"
    }


def test_rows_against_the_rules_are_rejected_with_the_reason(
    crawl: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def annotate(page: Any) -> Article:
        lines = [line.text for line in page]
        plain = "\n".join(line.text for line in page if line.hint is None)
        label = "headlin" if "ledger 5." in plain else "body"
        text = "\ud800" if "ledger 6." in plain else ""
        return Article(tuple((Segment(label, line + text),) for line in lines if line.strip()))

    patch_annotate(monkeypatch, annotate)
    built = build(crawl, out)
    assert (built.manifest["rows"], built.manifest["rejected"]) == (31, 3)
    reasons = {Path(line["origin"]).name: line["reason"] for line in news.rejected(out)}
    assert "headlin" in reasons["crawl-1.jsonl:2"] or "label" in reasons["crawl-1.jsonl:2"]
    assert "UnicodeEncodeError" in reasons["crawl-2.jsonl:2"]


def test_a_value_that_no_column_holds_rejects_its_row_alone(
    crawl: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = PART.to_row

    def to_row(*given: Any, **named: Any) -> Any:
        row = real(*given, **named)
        if row["id"] == "page-0007":
            row["spans"][0]["end"] = 1 << 31
        return row

    monkeypatch.setattr(PART, "to_row", to_row)
    built = build(crawl, out)
    assert (built.manifest["rows"], built.manifest["rejected"]) == (32, 2)
    assert "2147483648" in failure(out)["reason"]
    assert failure(out)["origin"] == f"{crawl / 'crawl-3.jsonl'}:2"


def test_a_reader_that_breaks_down_ends_its_file_alone(
    crawl: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = PART.read_pages

    def read_pages(source: Any, **named: Any) -> Iterator[Any]:
        for number, page in enumerate(real(source, **named)):
            if source.name == "crawl-1.jsonl" and number == 3:
                raise RuntimeError("no such thing")
            yield page

    monkeypatch.setattr(PART, "read_pages", read_pages)
    built = build(crawl, out)
    assert (built.manifest["rows"], built.manifest["rejected"]) == (28, 2)
    assert failure(out) == {
        "origin": str(crawl / "crawl-1.jsonl"),
        "code": "R103",
        "reason": "newshole failed on this page (RuntimeError: no such thing)",
        "fix": "please report it with the page",
    }


def test_pages_that_show_nothing_or_cannot_be_rendered(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "blank.html").write_text("<html><body><script>x()</script></body></html>")
    (tmp_path / "deep.html").write_text("<p>A page</p>")
    real = PART.render

    def render(content: str) -> Any:
        if "A page" in content:
            raise PART.RenderError("it is nested too deep")
        return real(content)

    monkeypatch.setattr(PART, "render", render)
    (tmp_path / "long.txt").write_text("word\n" * (MAX_LINES + 1))
    build([tmp_path / name for name in ("blank.html", "deep.html", "long.txt")], out)
    assert [line["code"] for line in news.rejected(out)] == ["R104", "R102", "R106"]


def test_pages_below_the_confidence_that_is_asked_for_are_listed(tmp_path: Path, out: Path) -> None:
    (tmp_path / "story.html").write_text(news.html(3), encoding="utf-8")
    (tmp_path / "sum.txt").write_text("3\n4\n7\n")
    sources = [tmp_path / "story.html", tmp_path / "sum.txt"]
    build(sources, out)
    sure = {}
    for row in news.rows(out):
        lengths = [span["end"] - span["start"] for span in row["spans"]]
        each = [span["confidence"] for span in row["spans"]]
        sure[row["id"]] = sum(map(operator.mul, lengths, each)) / sum(lengths)
    low, high = sorted(sure.values())
    assert low < high
    built = build(sources, out, min_confidence=(low + high) / 2, replace=True)
    assert built.changed
    assert [row["id"] for row in news.rows(out)] == [max(sure, key=sure.__getitem__)]
    (line,) = news.rejected(out)
    assert line["code"] == "R107"
    assert f"{low:.3f}, below " in line["reason"]
    assert "newshole new" in line["fix"]


@pytest.mark.parametrize("asked", [-0.1, 1.1, math.nan])
def test_a_confidence_is_from_0_to_1(tmp_path: Path, out: Path, asked: float) -> None:
    with pytest.raises(BuildError, match="from 0 to 1"):
        build(tmp_path, out, min_confidence=asked)


def test_another_model_makes_another_build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "newshole"
    shutil.copytree(Path(newshole.__file__).parent, package)
    monkeypatch.setattr(PLAN, "__file__", str(package / "plan.py"))
    before = PLAN._code.__wrapped__()
    with (package / "line_model.npz").open("ab") as model:
        model.write(b"!")
    assert PLAN._code.__wrapped__() != before


def test_a_page_of_thirty_megabytes(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def annotate(page: Any) -> Article:
        return Article(tuple((Segment("body", line.text),) for line in page))

    patch_annotate(monkeypatch, annotate)
    text = "\n".join(["é" + "x" * (14 << 20), "the end \U0001d538"])
    (tmp_path / "big.txt").write_text(text + "y" * (15 << 20), encoding="utf-8")
    (tmp_path / "small.txt").write_text("A page.")
    built = build([tmp_path / "big.txt", tmp_path / "small.txt"], out)
    assert built.manifest["rows"] == 2
    big = news.rows(out)[0]
    assert big["text"] == text + "y" * (15 << 20)
    assert big["spans"][-1]["end"] == len(big["text"])


def test_a_full_disk_keeps_the_finished_parts(
    crawl: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = published(build(crawl, tmp_path / "other" / "out").folder)
    real = PART.write_run
    written = 0

    def write_run(*given: Any, **named: Any) -> None:
        nonlocal written
        written += 1
        if written == 4:
            raise OSError(errno.ENOSPC, "Error writing bytes to file")
        real(*given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(PART, "write_run", write_run)
        with pytest.raises(BuildError, match="make room or mend it, and run the same command"):
            build(crawl, out)
    assert len(list((out / ".newshole").glob("*/parts/0*"))) == 3
    assert not list((out / ".newshole").glob("*/parts/tmp-*"))
    build(crawl, out)
    assert published(out) == expected


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", str(disk)]
    if os.geteuid() or not shutil.which("mount") or subprocess.run(mount).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_disk_that_is_really_full(crawl: Path, tiny_disk: Path, tmp_path: Path) -> None:
    expected = digest(build(crawl, tmp_path / "other"))
    with pytest.raises(BuildError, match=r"No space left on device.*make room"):
        build(crawl, tiny_disk / "out")
    assert not (tiny_disk / "out" / "manifest.json").exists()
    subprocess.run(["mount", "-o", "remount,size=8m", str(tiny_disk)], check=True)
    assert digest(build(crawl, tiny_disk / "out")) == expected


def start(crawl: Path, out: Path, workers: int) -> "subprocess.Popen[str]":
    """The build as a user starts it, in a process group of its own."""
    command = [COMMAND, "build", str(crawl), "--out", str(out), "--workers", str(workers)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def wait_for(found: Callable[[], Any], process: "subprocess.Popen[str]") -> None:
    until = time.monotonic() + 30
    while not found() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)


def workers_of(process: "subprocess.Popen[str]") -> list[Path]:
    """The folders in /proc of the worker processes."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    found = [Path("/proc") / child for child in children]
    return [child for child in found if b"spawn_main" in (child / "cmdline").read_bytes()]


def parts_of(out: Path) -> list[Path]:
    return list((out / ".newshole").glob("*/parts/0*"))


@pytest.mark.parametrize(
    ("workers", "moment"), [(1, "*/parts/0*"), (2, "*/parts/0*"), (2, "*/parts")]
)
def test_ctrl_c_leaves_a_folder_that_the_next_call_resumes(
    workers: int, moment: str, tmp_path: Path
) -> None:
    crawl, out = news.write_jsonl(tmp_path / "crawl", files=8, pages=60), tmp_path / "out"
    process = start(crawl, out, workers)
    wait_for(lambda: list((out / ".newshole").glob(moment)), process)
    if moment == "*/parts":
        # The workers are about to be: they import what they need.
        time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert said == "newshole: stopped; the same command goes on from here\n"
    assert len(parts_of(out)) < 8
    left: dict[str, int] = {}
    built = build(crawl, out, start=left.__setitem__)
    given = sum(path.stat().st_size for path in crawl.iterdir())
    assert (left["building"] < given) == (moment != "*/parts")
    assert built.manifest["rows"] == 480


def test_a_worker_that_is_killed_is_told(tmp_path: Path) -> None:
    crawl, out = news.write_jsonl(tmp_path / "crawl", files=2, pages=600), tmp_path / "out"
    process = start(crawl, out, 2)
    wait_for(lambda: folder.under_way(out), process)
    for worker in workers_of(process):
        os.kill(int(worker.name), signal.SIGKILL)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2, said
    assert re.fullmatch(
        r"newshole: a worker process died: killed, or out of memory "
        r"\(under way: .*crawl-\d\.jsonl\); "
        r"give fewer --workers .*, and run the same command again: finished parts stay\n",
        said,
    ), said
    assert build(crawl, out).manifest["rows"] == 1200


def test_killed_again_and_again_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    crawl = news.write_jsonl(tmp_path / "crawl", files=12, pages=60)
    expected = published(build(crawl, tmp_path / "other" / "out").folder)
    out = tmp_path / "out"
    moments = random.Random(3)
    killed = 0
    orphans: list[Path] = []
    for workers, whole_group in ((2, True), (1, True), (2, False), (2, False)):
        process = start(crawl, out, workers)
        # A random moment of the work itself, not of the interpreter's start.
        wait_for(lambda: list((out / ".newshole").glob("*/parts/tmp-*")), process)
        time.sleep(moments.random() * 0.2)
        with suppress(ProcessLookupError):
            orphans += [] if whole_group else workers_of(process)
            (os.killpg if whole_group else os.kill)(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
        killed += process.returncode == -signal.SIGKILL
    assert killed >= 2
    process = start(crawl, out, 2)
    process.communicate(timeout=60)
    assert process.returncode == 0
    # Workers end by themselves when whoever started them is gone.
    assert not [orphan for orphan in orphans if orphan.exists()]
    assert published(out) == expected
    assert [row["id"] for row in news.rows(out)] == [f"page-{n:04d}" for n in range(720)]


def test_the_manifest_states_true_digests(crawl: Path, out: Path) -> None:
    built = build(crawl, out)
    for split in built.manifest["configs"]["pages"].values():
        for file in split["files"]:
            data = (out / file["path"]).read_bytes()
            assert (file["bytes"], file["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
            assert file["rows"] == pq.read_metadata(out / file["path"]).num_rows
    # As documented: a line for each row, in order of id.
    lines = "".join(f"{row.pop('split')} {PART.row_sha256(row)}\n" for row in news.rows(out))
    assert built.manifest["row_digest"] == hashlib.sha256(lines.encode()).hexdigest()
    assert str(out.parent) not in (out / "manifest.json").read_text()
