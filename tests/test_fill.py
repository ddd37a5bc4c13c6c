"""Fill: linked articles get back the very text that was masked, or stay masked with a reason."""

import gzip
import hashlib
import json
import os
import random
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any

import news
import pytest
import zstandard

import newshole
from newshole import locate
from newshole.align import align
from newshole.article import Article, Segment, numbered, render
from newshole.cli import main
from newshole.corpus import read_article
from newshole.fill import Filled, FillError
from newshole.locate import ENVIRONMENT, page_folders
from newshole.mask import mask
from newshole.page import Page, read_pages
from newshole.render import render as render_page
from newshole.source import Source, find_sources

HOME = "https://github.com/quillmere/pages 0123456789abcdef0123456789abcdef01234567"
HTML = news.html(1)
TEXT = "Quill & Oar\n\n  Tides at Tarn Abbas\nBy Ida Holm\u00a0· 4 May\n"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def rendered(html: str) -> list[str]:
    return [line.text for line in render_page(html)]


def labelled(lines: list[str], **header: str) -> Article:
    """An article of these lines, every second one cut in two, every fourth within a word."""
    found: list[tuple[Segment, ...] | str] = []
    for number, line in enumerate(lines):
        cut = len(line) // 2 if number % 4 == 1 else line.find(" ") + 1
        pieces = [line[:cut], line[cut:]] if number % 2 else [line]
        if not all(piece.strip() for piece in pieces):
            pieces = [line]
        names = ["caption", "credit"] if len(pieces) > 1 else ["body" if found else "headline"]
        segments = tuple(Segment(*pair) for pair in zip(names, pieces, strict=True))
        found.append(segments if line.strip() else line)
    return Article(tuple(found), {"id": "quillmere.example/regatta", **header})


# Alignment

LINES = [
    "Harbour Gazette",
    "The swing bridge opens at last",
    "By Ines Marlow Share",
    "Boats may pass at six and at noon, the harbour office said.",
    "Share",
    "It had been shut for eleven months, and nobody\u00a0knew why.",
    "Repairs\tBridge\tHarbour",
    "Share",
    "More from Riverton",
]


@pytest.mark.parametrize(
    "changed",
    [
        [" ".join(LINES)],
        "\n".join(LINES).replace(" ", "\n").split("\n"),
        [*LINES[:3], f"{LINES[3]} {LINES[4]}", *LINES[5:]],
        [*LINES[:3], LINES[3] + LINES[4], *LINES[5:]],
        [*LINES[:3], LINES[3][:25], LINES[3][25:], *LINES[4:]],
        [LINES[0], "Open menu", *LINES[1:5], "Your tide table", *LINES[5:], "Imprint"],
        [line.replace(" ", "  ") for line in LINES],
        ["", *LINES[:4], "   ", *LINES[4:]],
        [LINES[8], *LINES[:8]],
        [*LINES[:4], *LINES[5:]],
    ],
    ids=[
        *("all joined", "all split", "joined", "glued", "split in a word", "lines added"),
        *("wider space", "empty lines", "moved", "a line dropped that stands there twice"),
    ],
)
def test_what_a_renderer_changes_a_little_comes_back_whole(changed: list[str]) -> None:
    article = labelled(LINES)
    aligned = align(mask(article), "\n".join(changed))
    assert aligned.lost == ()
    assert aligned.article == article


def test_a_dropped_line_is_lost_and_nothing_else() -> None:
    article = labelled(LINES)
    aligned = align(mask(article), "\n".join([*LINES[:3], *LINES[4:]]))
    rows = [row for row, _, one in numbered(article) if one.text in LINES[3]]
    assert [lost.line for lost in aligned.lost] == [row + 1 for row in rows]
    assert {lost.reason for lost in aligned.lost} == {
        "its words do not stand in the page's text between those before and after it"
    }
    assert [one.text for one in aligned.article.segments if not one.masked] == [
        one.text for one in article.segments if one.text not in LINES[3]
    ]
    # When the line comes back, what was found before is no hindrance.
    assert align(aligned.article, "\n".join(LINES)).article == article


def test_words_of_another_order_are_no_text() -> None:
    article = labelled(["Ferry late again"])
    aligned = align(mask(article), "again late Ferry")
    assert aligned.article == mask(article)
    assert [lost.line for lost in aligned.lost] == [4]


def test_white_space_of_another_kind_is_not_guessed() -> None:
    masked = mask(labelled(["Tide\u00a0table", "Ebb at noon"]))
    aligned = align(masked, "Tide table\nEbb at noon")
    assert aligned.article == masked
    assert [(lost.line, "white space" in lost.reason) for lost in aligned.lost] == [(0, True)]


def test_a_piece_that_stands_less_often_than_it_should_is_told() -> None:
    lines = ["Pull together", "Share", "Gone with the tide", "Share", "Share", "Ship oars"]
    masked = mask(Article(tuple((Segment("body", line),) for line in lines)))
    aligned = align(masked, "Pull together now Share a boat Share Ship oars")
    twice = "it stands 3 times in the article, 2 in the page"
    assert [lost.reason for lost in aligned.lost if "times" in lost.reason] == 3 * [twice]
    assert [lost.line for lost in aligned.lost] == [4, 5, 6, 7]


def test_without_a_digest_of_the_whole_only_the_very_text_will_do() -> None:
    masked = mask(labelled(LINES))
    bare = Article(masked.lines, {"id": masked.header["id"]})
    assert align(bare, "\n".join(LINES)).lost == ()
    assert align(bare, " ".join(LINES)).lost != ()


# Filling


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus of two linked articles, of an HTML page and a plain text; no pages at hand."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    folder = tmp_path / "corpus"
    write_masked(folder, labelled(rendered(HTML)), HTML.encode(), "p/regatta 1.html.gz")
    tides = labelled(TEXT.split("\n"), id="tarn.example/tides")
    write_masked(folder, tides, TEXT.encode(), "tides.txt")
    (folder / "sites.csv").write_text(
        "site,split,terms\nquillmere.example,train,by-reference\ntarn.example,test,by-reference\n"
    )
    (folder / "removed.csv").write_text("id,reason\n")
    return folder


def write_masked(corpus: Path, article: Article, page: bytes, name: str) -> Path:
    header = {
        "url": f"https://{article.header['id']}",
        "retrieved": "2024-05-03",
        "language": "en",
        "licence": "by-reference",
        "annotation": "reviewed",
        "page": sha256(page),
        "source": f"{HOME} {name}",
    }
    masked = mask(Article(article.lines, {**article.header, **header}))
    path = corpus / "linked" / f"{article.header['id']}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(masked), encoding="utf-8", newline="\n")
    return path


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return folder


def states(done: list[Filled]) -> list[str]:
    return [one.state for one in done]


@pytest.mark.parametrize("workers", [1, 2])
def test_pages_in_any_layout_are_found_and_give_the_text(
    workers: int, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = put(tmp_path / "a", "deep/er/x.htm.zst", zstandard.compress(HTML.encode()))
    other = put(tmp_path / "b", "odd name.text", TEXT.encode())
    monkeypatch.setenv(ENVIRONMENT, f"{one}{os.pathsep}{other}")
    done = newshole.fill(corpus, "filled", offline=True, workers=workers)
    assert states(done) == ["filled", "filled"]
    regatta = read_article(Path("filled/quillmere.example/regatta.txt"))
    assert regatta.text == "\n".join(rendered(HTML))
    assert regatta.lines == labelled(rendered(HTML)).lines
    assert read_article(Path("filled/tarn.example/tides.txt")).text == TEXT
    assert Path("filled/.gitignore").read_text() == "*\n"
    assert newshole.check(corpus) == []


def test_what_is_there_and_right_is_kept_the_rest_is_made_again(corpus: Path) -> None:
    pages = put(put(Path("p"), "r.html", HTML.encode()), "t.txt", TEXT.encode())
    fill = partial(newshole.fill, corpus, "filled", pages=[pages], offline=True)
    fill()
    kept = news.snapshot(Path("filled"))
    assert states(fill()) == ["there", "there"]
    assert news.snapshot(Path("filled")) == kept
    # A text cut short is no text; a corrected label is brought over without the page.
    tides = Path("filled/tarn.example/tides.txt")
    tides.write_bytes(tides.read_bytes()[:-40] + b"\n")
    masked = corpus / "linked/quillmere.example/regatta.txt"
    masked.write_text(masked.read_text().replace("body#", "headline#", 1))
    (pages / "r.html").unlink()
    assert states(fill()) == ["there", "filled"]
    assert "\n\nheadline: " in Path("filled/quillmere.example/regatta.txt").read_text()
    assert news.snapshot(tides.parent, times=False) == {
        "tides.txt": (kept["tarn.example/tides.txt"][0], 0)
    }


def test_a_listing_saves_the_hashing_and_is_not_believed_blindly(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = gzip.compress(HTML.encode())
    record = json.dumps({"id": "17.a", "html_sha256": sha256(HTML.encode())})
    pages = put(put(Path("p"), "html/17.a.html.gz", packed), "pages.jsonl", record.encode())
    monkeypatch.setattr(locate, "_sha256", pytest.fail)
    regatta = corpus / "linked/quillmere.example"
    assert states(newshole.fill(regatta, "f", pages=[pages], offline=True)) == ["filled"]
    put(pages, "html/17.a.html.gz", gzip.compress(b"<p>Another page"))
    (left,) = newshole.fill(regatta, "g", pages=[pages], offline=True)
    assert left.state == "left"
    assert "17.a.html.gz is another page" in left.reasons[0].reason


def test_what_cannot_be_had_stays_masked_and_says_why(
    corpus: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(Path("p"), "broken.html.gz", gzip.compress(HTML.encode())[:-20])
    put(Path("p"), "t.txt", TEXT.encode())
    monkeypatch.setenv(ENVIRONMENT, "p")
    before = news.snapshot(corpus)
    assert main(["fill", "--offline", "--workers", "1"]) == 1
    out = capsys.readouterr().out.split("\n")
    assert out[0].startswith(
        "corpus/linked/quillmere.example/regatta.txt: no file in the folders of NEWSHOLE_PAGES "
        f"has its sha256 {sha256(HTML.encode())[:12]}… (1 there cannot be read, the first: "
    )
    assert out[1:] == ["1 filled, 0 filled by alignment, 0 there already, 1 left masked", ""]
    assert not Path("filled/quillmere.example").exists()
    assert news.snapshot(corpus) == before
    assert main(["fill", "corpus/linked/tarn.example/tides.txt", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["there"], said["left"], said["articles"][0]["id"]) == (1, 0, "tarn.example/tides")


def test_a_page_that_is_rendered_otherwise_today_is_aligned_or_told(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = put(Path("p"), "r.html", HTML.encode())
    fill = partial(newshole.fill, corpus / "linked/quillmere.example", pages=[pages], offline=True)
    module = import_module("newshole.fill")
    lines = rendered(HTML)
    for name, today in (("joined", " ".join(lines)), ("dropped", "\n".join(lines[1:]))):
        monkeypatch.setattr(module, "page_text", lambda *_, today=today, **__: today)
        (one,) = fill(name)
        assert one.state == ("aligned" if name == "joined" else "left")
        assert Path(name, "quillmere.example/regatta.txt").exists() == (name == "joined")
    assert [reason.line for reason in one.reasons] == [11]
    monkeypatch.setattr(module, "align", lambda *_: 1 / 0)
    (one,) = fill("failed")
    assert one.reasons[0].reason.startswith("newshole failed on its page (ZeroDivisionError")


def test_no_text_is_written_into_a_corpus_unless_asked(corpus: Path) -> None:
    pages = put(put(Path("p"), "r.html", HTML.encode()), "t.txt", TEXT.encode())
    Path("link").symlink_to(corpus / "linked")
    before = news.snapshot(corpus)
    for out in (corpus, corpus / "linked", corpus / "filled", Path("link/x")):
        with pytest.raises(FillError, match="lies in the corpus"):
            newshole.fill(corpus, out, pages=[pages])
    assert news.snapshot(corpus) == before
    assert states(newshole.fill(corpus, in_place=True, pages=[pages], offline=True)) == 2 * [
        "filled"
    ]
    assert {finding.code for finding in newshole.check(corpus)} == {"NH203"}
    for path, (content, _) in before.items():
        if path.endswith(".txt"):
            assert render(mask(read_article(corpus / path))).encode() == content
    assert states(newshole.fill(corpus, in_place=True, pages=[])) == ["there", "there"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere is not there; name article files"),
        (["empty"], "there is no linked article in empty"),
        (["corpus", "--out", "corpus/sites.csv"], "lies in the corpus"),
        (["corpus", "--out", "file"], "file is a file; give a folder"),
    ],
)
def test_a_wrong_call_says_so(
    arguments: list[str], said: str, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("empty").mkdir()
    Path("file").touch()
    assert main(["fill", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_folder_of_pages_that_is_not_there_is_a_wrong_call(
    corpus: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT, "p")
    assert main(["fill"]) == 2
    assert "NEWSHOLE_PAGES names p, which is no folder" in capsys.readouterr().err


def test_articles_that_no_page_can_fill_are_told(corpus: Path) -> None:
    tides = (corpus / "linked/tarn.example/tides.txt").read_text()
    for name, content in {
        "broken.txt": "id: x\n",
        "escape.txt": tides.replace("id: tarn.example/tides", "id: ../../tides"),
        "first.txt": tides.replace("page: ", "x_page: "),
        "twice.txt": tides,
        "zero.txt": tides.replace("tarn.example/tides", "tarn.example/zero").replace(HOME, "attic"),
    }.items():
        put(Path("odd"), name, content.encode())
    done = newshole.fill("odd", "filled", pages=[])
    assert [(one.state, one.reasons[0].reason) for one in done] == [
        ("left", "there is no empty line, and so no label line"),
        ("left", "its id is not site/slug"),
        ("left", "the header has no 'page'"),
        ("left", "another article has its id tarn.example/tides"),
        (
            "left",
            "no file in the folders of NEWSHOLE_PAGES has its sha256 "
            f"{sha256(TEXT.encode())[:12]}…, and the source 'attic tides.txt' is no address",
        ),
    ]


# Fetching


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A public home of pages on this machine, in the place of GitHub's."""
    folder = tmp_path / "www"
    repository = folder / HOME.removeprefix("https://github.com/").replace(" ", "/")
    repository.mkdir(parents=True)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=partial(server.serve_forever, 0.01), daemon=True).start()
    monkeypatch.setattr(locate, "RAW", f"http://127.0.0.1:{server.server_port}")
    yield repository
    server.shutdown()
    server.server_close()


def test_a_page_that_is_not_at_hand_is_fetched_from_its_home(corpus: Path, home: Path) -> None:
    put(home, "p/regatta 1.html.gz", gzip.compress(HTML.encode()))
    put(home, "tides.txt", TEXT.encode())
    fill = partial(newshole.fill, corpus, pages=[], cache="cache")
    assert states(fill("f")) == ["filled", "filled"]
    assert read_article(Path("f/tarn.example/tides.txt")).text == TEXT
    for path in ("p/regatta 1.html.gz", "tides.txt"):
        (home / path).unlink()
    assert states(fill("g")) == ["filled", "filled"]


def test_a_home_that_gives_something_else_fills_nothing(corpus: Path, home: Path) -> None:
    put(home, "p/regatta 1.html.gz", gzip.compress(b"<p>Another page"))
    put(home, "tides.txt", b"Another text\n")
    fill = partial(newshole.fill, corpus, "f", pages=[], cache="cache")
    regatta, tides = (one.reasons[0].reason for one in fill())
    assert "is another page" in regatta
    assert "tides.txt gives another page than the one that was annotated" in tides
    put(home, "p/regatta 1.html.gz", gzip.compress(HTML.encode()))
    (home / "tides.txt").unlink()
    regatta_done, tides_left = fill()
    assert regatta_done.state == "filled"
    assert "tides.txt cannot be fetched (status 404)" in tides_left.reasons[0].reason


# Building


def test_a_build_takes_the_texts_that_were_filled_in(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = put(Path("p"), "t.txt", TEXT.encode())
    newshole.fill(corpus, "filled", pages=[pages], offline=True)
    assert main(["build", "corpus", "--out", "bare", "--workers", "1"]) == 0
    build = ["build", "corpus", "--filled", "filled", "--out", "mine", "--workers", "1"]
    assert main(build) == 0
    regatta, tides = news.rows(Path("mine"))
    bare_regatta, bare_tides = news.rows(Path("bare"))
    assert (regatta, bare_tides["text"]) == (bare_regatta, None)
    assert (tides["text"], tides["captions"]) == (TEXT, ["By"])
    same = ("spans", "text_sha256", "page_sha256", "collection")
    assert [tides[name] for name in same] == [bare_tides[name] for name in same]
    assert newshole.check("mine") == []
    filled = Path("filled/tarn.example/tides.txt")
    filled.write_text(filled.read_text().replace("Tides", "Tied"))
    assert main([*build, "--replace"]) == 1
    (line,) = news.rejected(Path("mine"))
    assert (line["origin"], line["code"]) == ("filled/tarn.example/tides.txt", "R105")
    capsys.readouterr()
    assert main(["build", "corpus", "--filled", "none", "--out", "x"]) == 2
    assert "there is no folder none" in capsys.readouterr().err


# Real pages


def real_pages() -> list[Page]:
    """Some of the pages at hand."""
    found = []
    sources = find_sources([str(folder) for folder in page_folders()])
    html = [one for one in sources if isinstance(one, Source) and one.form == "html"]
    for source in random.Random(7).sample(html, min(12, len(html))):
        page = next(read_pages(source))
        if isinstance(page, Page) and len(rendered(page.content)) >= 12:
            found.append(page)
    return found


def perturbed(lines: list[str], change: str, draw: random.Random) -> list[str]:
    at = draw.randrange(len(lines) - 1)
    line = lines[at]
    words = line.split(" ")
    cut = len(" ".join(words[: len(words) // 2]))
    return {
        "joined": [*lines[:at], f"{line} {lines[at + 1]}", *lines[at + 2 :]],
        "split": [*lines[:at], line[:cut], line[cut:].strip(), *lines[at + 1 :]],
        "added": [*lines[:at], "A line that nobody wrote", *lines[at:]],
        "wider": [*lines[:at], line.replace(" ", "  "), *lines[at + 1 :]],
        "dropped": [*lines[:at], *lines[at + 1 :]],
    }[change]


@pytest.mark.skipif(
    ENVIRONMENT not in os.environ,
    reason=f"{ENVIRONMENT} is not set: name a folder of published pages to test with",
)
def test_real_pages_are_filled_to_the_letter_and_aligned_when_their_rendering_changes(
    tmp_path: Path,
) -> None:
    pages = real_pages()
    for number, page in enumerate(pages):
        article = labelled(rendered(page.content), id=f"real.example/page-{number}")
        path = write_masked(tmp_path, article, b"", "x")
        path.write_text(
            path.read_text().replace(sha256(b""), page.page_sha256), encoding="utf-8", newline="\n"
        )
    done = newshole.fill(tmp_path / "linked", tmp_path / "filled", offline=True)
    assert states(done) == ["filled"] * len(pages)
    draw = random.Random(11)
    for number, page in enumerate(pages):
        lines = rendered(page.content)
        filled = read_article(tmp_path / f"filled/real.example/page-{number}.txt")
        assert filled.text == "\n".join(lines)
        for change in ("joined", "split", "added", "wider", "dropped"):
            today = perturbed(lines, change, draw)
            aligned = align(mask(filled), "\n".join(today))
            if change != "dropped":
                assert (change, aligned.lost) == (change, ())
            if not aligned.lost:
                assert aligned.article == Article(filled.lines, aligned.article.header)
                continue
            assert len(aligned.lost) <= 2
            for got, true in zip(aligned.article.segments, filled.segments, strict=True):
                assert got.masked or got.text == true.text
