"""The annotator as a whole: nothing lost, general, right on pages of the kind it was made for."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newshole import label
from newshole.annotate import MAX_LINES, TooManyLinesError, annotate, annotate_pages
from newshole.article import Article
from newshole.check_article import check_segments
from newshole.corpus import read_article
from newshole.hint import TextLine
from newshole.render import render
from newshole.row import to_row

ROOT = Path(__file__).parents[1]
KIN = sorted((ROOT / "tests" / "cases" / "valid").glob("kin-*.txt"))
PAGES = os.environ.get("NEWSHOLE_PAGES", "")

WORDS = st.sampled_from(
    ["By", "Photo:", "©", "(AP)", "—", "3", "May", "2024", "Share", "LONDON", "said.", "•", "电"]
)
LINES = st.lists(
    st.one_of(
        st.text(st.characters(codec="utf-8", exclude_characters="\0\n"), max_size=60),
        st.lists(WORDS, max_size=12).map(" ".join),
    ),
    max_size=12,
)


def spans(article: Article) -> set[tuple[int, int, str, str | None]]:
    return {(span.start, span.end, span.label, span.kind) for span in article.spans}


@given(LINES)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_every_text_comes_back_whole(lines: list[str]) -> None:
    text = "\n".join(lines)
    article = annotate(text)
    assert article.text == text
    position = 0
    for span in article.spans:
        assert not text[position : span.start].strip()
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        assert 0 <= (span.confidence or 0) <= 1
        position = span.end
    assert not text[position:].strip()
    # Cuts part different labels, and every piece has something to see.
    assert {finding.code for finding in check_segments(article, "x")} <= {"NH301"}


def test_a_line_with_a_newline_is_refused() -> None:
    with pytest.raises(ValueError, match="newline"):
        annotate([TextLine("two\nlines")])


def test_a_page_of_too_many_lines_is_refused_at_once() -> None:
    with pytest.raises(TooManyLinesError, match=f"{MAX_LINES + 1} lines of text; {MAX_LINES}"):
        annotate("word\n" * (MAX_LINES + 1))


def pages() -> list[str | list[TextLine]]:
    originals = sorted((ROOT / "corpus" / "original").rglob("*.html"))[:3]
    hinted = [render(path.read_text(encoding="utf-8")) for path in originals]
    texts = [path.read_text(encoding="utf-8") for path in KIN[:3]]
    return ["", hinted[0], *texts, "By Ida Holm", " \n\u200b\n", hinted[1], "\n", hinted[2]]


@pytest.mark.parametrize("at_once", [1, 200, label.AT_ONCE])
def test_many_pages_are_annotated_as_each_by_itself(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In order, and bit for bit, confidences included, however many come together.
    alone = [annotate(page) for page in pages()]
    monkeypatch.setattr(label, "AT_ONCE", at_once)
    assert list(annotate_pages(pages())) == alone
    assert list(annotate_pages(pages()[::-1])) == alone[::-1]
    assert list(annotate_pages([])) == []


def test_many_short_pages_are_parted_too() -> None:
    # Each takes room for itself, not for its one line alone.
    parts = list(label._groups([[TextLine("Share")]] * 5000 + [[]] * 5000))
    assert sum(map(len, parts)) == 10_000
    assert max(map(len, parts)) < 1500


@pytest.mark.parametrize(
    "bad", [[TextLine("two\nlines")], "word\n" * (MAX_LINES + 1)], ids=["newline", "long"]
)
def test_a_page_that_cannot_be_annotated_is_refused_before_the_first(
    bad: str | list[TextLine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label, "logits", lambda *_: pytest.fail("a page was labelled"))
    with pytest.raises(ValueError, match=r"newline|is the limit"):
        annotate_pages(["By Ida Holm", bad])


@pytest.mark.parametrize(
    "piece",
    ["#a  ", "(a ", "a@b.", "1,", "A/", "© ", "3 May ", "“a” ", "/ | ", "PHOTO: ", "电（", ". (AP"],
)
def test_no_line_takes_long_whatever_it_repeats(piece: str) -> None:
    line = (piece * 4000)[:8000] + "!"
    assert annotate(f"{line}\n{line[:301]}\n{line[:90]}").text


def test_a_page_with_hints_gives_its_fields() -> None:
    story = "The swing bridge opened again on Friday after eleven months of costly repairs."
    more = [
        "The harbour master, Odd Fjelstad, raised the barrier himself at seven in the morning.",
        "Some two hundred people had come to watch, among them the masons who rebuilt the pier.",
        "“We were told it would take a winter,” said Carla Munt, who runs the chandlery next door.",
        "The council paid 2.3 million for new bearings, twice what it had set aside in the spring.",
        "Lorries of more than seven tonnes must go round by the locks until the deck has settled.",
        "A second closing is planned for October, when the motor house gets its slates.",
    ]
    page = f"""<html><body><nav><a href=/>Home</a><a href=/h>Harbour</a></nav><article>
    <h1>Port Ellery reopens its swing bridge</h1>
    <p class=byline>By Ines Marlow | <time>3 May 2024</time></p>
    <figure><img src=a alt=""><figcaption>The bridge on its first morning.
    (Photo: Tom Ode/Harbour Lantern)</figcaption></figure>
    <div class=article-body><p>PORT ELLERY (AP) — {story}</p>
    {"".join(f"<p>{line}</p>" for line in more)}</div></article>
    <footer>© 2024 Harbour Lantern. All rights reserved.</footer></body></html>"""
    row = to_row(Article(annotate(render(page)).lines, {"id": "x/y"}), collection="pages", site="x")
    assert row["headline"] == "Port Ellery reopens its swing bridge"
    assert row["byline"] == "By Ines Marlow |"
    assert row["timestamp"] == "3 May 2024"
    assert row["captions"] == ["The bridge on its first morning."]
    assert row["credits"] == ["(Photo: Tom Ode/Harbour Lantern)"]
    assert row["dateline"] == "PORT ELLERY (AP) —"
    assert all(line in row["body"] for line in (story, *more))
    assert any("All rights reserved" in line for line in row["boilerplate"])


def test_pages_of_the_kind_it_was_made_for() -> None:
    found = wanted = 0
    for path in KIN:
        gold = read_article(path)
        both = spans(gold) & spans(annotate(gold.text or ""))
        found, wanted = found + len(both), wanted + len(spans(gold))
    # benchmarks/spans.py prints the exact figure; this holds what was reached.
    assert found / wanted > 0.7


@pytest.mark.skipif(not PAGES, reason="NEWSHOLE_PAGES is not set: the sample is not at hand")
def test_the_sample_the_project_began_with_is_exact() -> None:
    samples = [Path(folder) / "samples" for folder in PAGES.split(os.pathsep)]
    text = next(path / "nato-iraq.txt" for path in samples if path.is_dir())
    expected = json.loads(text.with_suffix(".expected.json").read_text(encoding="utf-8"))
    article = annotate(text.read_text(encoding="utf-8"))
    assert [
        {"start": s.start, "end": s.end, "label": s.label, "kind": s.kind} for s in article.spans
    ] == expected
