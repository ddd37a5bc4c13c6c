"""Article files: every text survives them, and what cannot be read is named by line."""

import pickle
import sys

import pytest
from articles import ODD, PROPERTY, TEXTS, articles
from hypothesis import given
from hypothesis import strategies as st

from newshole.article import (
    Article,
    ArticleError,
    Segment,
    Span,
    extent,
    numbered,
    parse,
    render,
)
from newshole.labels import NAMES, split_name

HEAD = "id: harbour.example/bridge\n\n"


@PROPERTY
@given(TEXTS, st.data())
def test_any_text_cut_anywhere_comes_back_from_its_file(text: str, data: st.DataObject) -> None:
    article = data.draw(articles(texts=st.just(text), blank_segments=True))
    read = parse(render(article))
    assert read == article
    assert read.text == text
    assert read.spans == article.spans


def test_every_code_point_comes_back_beside_others_and_on_a_line_of_its_own() -> None:
    writable = [
        chr(code)
        for code in range(1, sys.maxunicode + 1)
        if code != 0x0A and not 0xD800 <= code <= 0xDFFF
    ]
    alone = [character for character in writable if not character.isprintable()][:20_000]
    assert {"\r", "\x1c", "\x85", "\u00a0", "\u2028", "\u3000", "\ufeff"} <= set(alone)
    lines = ["".join(writable), *alone]
    article = Article(
        tuple(line if line.isspace() else (Segment("body", line),) for line in lines), {"id": "x"}
    )
    assert parse(render(article)) == article
    assert article.text == "\n".join(lines)


@PROPERTY
@given(articles(blank_segments=True))
def test_spans_are_trimmed_and_leave_out_white_space_only(article: Article) -> None:
    text = article.text
    assert text is not None
    end = 0
    for span, segment in zip(
        article.spans, (s for s in article.segments if s.text.strip()), strict=True
    ):
        assert text[end : span.start].strip() == ""
        assert text[span.start : span.end] == segment.text.strip()
        assert (span.label, span.kind) == split_name(segment.name)
        end = span.end
    assert text[end:].strip() == ""


def test_offsets_are_code_points() -> None:
    article = parse(
        f"{HEAD}headline: \U0001f6a2 Cafe\u0301 \n+timestamp: 9\u00a0\n\u2028\nbody: \r\u05d0\n"
    )
    assert article.text == "\U0001f6a2 Cafe\u0301 9\u00a0\n\u2028\n\r\u05d0"
    assert article.spans == [
        Span(0, 7, "headline", None),
        Span(8, 9, "timestamp", None),
        Span(14, 15, "body", None),
    ]


@PROPERTY
@given(articles(blank_segments=True))
def test_numbered_segments_stand_on_their_rows(article: Article) -> None:
    rows = render(article).split("\n")
    found = list(numbered(article))
    assert [segment for _, _, segment in found] == list(article.segments)
    for row, glued, segment in found:
        assert rows[row - 1] == f"{'+' if glued else ''}{segment.name}: {segment.text}"


ROWS = st.one_of(
    st.sampled_from(["", " ", "id: x", "url: a: b", "body: x", "+note:  x", "+", "id: "]),
    st.sampled_from(["body# 0123456789 3", "body#  0123456789 3 ", "body# 012345678 3", "x: y"]),
    TEXTS,
)


def read(content: str) -> Article | ArticleError:
    try:
        return parse(content)
    except ArticleError as error:
        return error


@PROPERTY
@given(st.lists(ROWS, max_size=6), st.sampled_from(["", "id: x\n\n", "\n"]), st.booleans())
def test_any_content_is_read_to_the_letter_or_refused(
    rows: list[str], head: str, ends: bool
) -> None:
    content = head + "\n".join(rows) + "\n" * ends
    found = read(content)
    if isinstance(found, ArticleError):
        assert 0 <= found.line <= content.count("\n") + 1
        assert found.code in {code for _, _, code in REFUSED.values()}
        return
    assert parse(render(found)) == found
    # The header is written in an order of its own.
    assert sorted(render(found).split("\n")) == sorted(content.split("\n"))


REFUSED = {
    "nul": (f"{HEAD}body: one\nbody: t\0wo\n", 4, "NH102"),
    "nul in the header": ("id: x\nurl: a\0b\n\nbody: one\n", 2, "NH102"),
    "lone surrogate": (f"{HEAD}body: one\n\nbody: t\ud83dwo\n", 5, "NH103"),
    "unknown label": (f"{HEAD}headline: A\n+captoin: B\n", 4, "NH104"),
    "label without its kind": (f"{HEAD}boilerplate: Share\n", 3, "NH104"),
    "no last newline": (f"{HEAD}headline: A\nbody: B", 4, "NH105"),
    "glue at the beginning": (f"{HEAD}+body: A\n", 3, "NH106"),
    "glue to an empty line": (f"{HEAD}body: A\n\n+body: B\n", 5, "NH106"),
    "glue to white space": (f"{HEAD}body: A\n\u2028\n+body: B\n", 5, "NH106"),
    "nothing": ("", 0, "NH107"),
    "header only": ("id: x\nurl: y\n", 2, "NH107"),
    "header and empty line only": ("id: x\n\n", 2, "NH107"),
    "no empty line": ("id: x\nheadline: A\nbody: B\n", 3, "NH107"),
    "header without a value": ("id: x\nurl: \n\nbody: A\n", 2, "NH108"),
    "header without a space": ("id: x\nurl:y\n\nbody: A\n", 2, "NH108"),
    "header with outer white space": ("id: x\nurl: y\u00a0\n\nbody: A\n", 2, "NH108"),
    "header key in capitals": ("ID: x\n\nbody: A\n", 1, "NH108"),
    "label line in the header": ("id: x\nboilerplate/tags: A\n\n", 2, "NH108"),
    "byte order mark": ("\ufeffid: x\n\nbody: A\n", 1, "NH108"),
    "header twice": ("id: x\nurl: y\nid: x\n\nbody: A\n", 3, "NH109"),
    "text without a label": (f"{HEAD}body: A\nThe bridge opened.\n", 4, "NH110"),
    "label without a space": (f"{HEAD}body:A\n", 3, "NH110"),
    "label before a line separator": (f"{HEAD}body:\u2028A\n", 3, "NH110"),
    "text under a fingerprint's sign": (f"{HEAD}body# The bridge\n", 3, "NH111"),
    "fingerprint without its length": (f"{HEAD}body# 3f9c2a11d0\n", 3, "NH111"),
    "fingerprint of nothing": (f"{HEAD}body# 3f9c2a11d0 0\n", 3, "NH111"),
    "fingerprint beyond every offset": (f"{HEAD}body# 3f9c2a11d0 {'9' * 10}\n", 3, "NH111"),
}


@pytest.mark.parametrize(("content", "line", "code"), REFUSED.values(), ids=REFUSED)
def test_refusals_name_line_and_code(content: str, line: int, code: str) -> None:
    with pytest.raises(ArticleError) as caught:
        parse(content)
    assert (caught.value.line, caught.value.code) == (line, code)


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("captoin", "did you mean 'caption'?"),
        ("HEADLINE", "did you mean 'headline'?"),
        ("related", "did you mean 'boilerplate/related'?"),
        ("boilerplate/newsleter", "did you mean 'boilerplate/newsletter'?"),
        ("boilerplate", "say which kind, as in 'boilerplate/navigation'"),
        ("xyzzy", "schema/labels.json lists the labels"),
    ],
)
def test_an_unknown_label_brings_the_one_that_was_meant(name: str, fix: str) -> None:
    with pytest.raises(ArticleError, match=r"^line 3: unknown label ") as caught:
        parse(f"{HEAD}{name}: A\n")
    assert caught.value.fix == fix


def test_an_error_says_where_what_and_how_to_mend_it_in_any_process() -> None:
    error: ArticleError = pickle.loads(pickle.dumps(ArticleError(7, "NH110", "it broke", "mend")))
    assert (error.line, error.code, error.message, error.fix) == (7, "NH110", "it broke", "mend")
    assert str(error) == "line 7: it broke; mend"
    assert str(ArticleError(0, "NH107", "it broke", "mend")) == "it broke; mend"


def test_header_is_written_in_one_order_and_read_in_the_file_s() -> None:
    content = "language: en\nzeta: 1\nid: x\nalpha: 2\n\nbody: A\n"
    assert list(parse(content).header) == ["language", "zeta", "id", "alpha"]
    assert render(parse(content)) == "id: x\nlanguage: en\nzeta: 1\nalpha: 2\n\nbody: A\n"


BODY = (Segment("body", "A"),)


@pytest.mark.parametrize(
    ("article", "message"),
    [
        (Article(()), "without lines"),
        (Article(((),)), "no segments"),
        (Article(("A",)), "without a label holds text: 'A'"),
        (Article((" \n",)), "without a label"),
        (Article(((Segment("bodi", "A"),),)), "unknown label 'bodi'"),
        (Article(((Segment("boilerplate", "A"),),)), "unknown label 'boilerplate'"),
        (Article(((Segment("body", "A\nB"),),)), "newline inside a segment"),
        (Article(((Segment("body", "A", masked=True),),)), "not a fingerprint: 'A'"),
        (Article(((Segment("body", "A\0"),),)), "line 2: NUL"),
        (Article(((Segment("body", "A\udc00"),),), {"id": "x"}), r"line 3: lone surrogate U\+DC00"),
        (Article((BODY,), {"url": ""}), "header 'url' cannot hold ''"),
        (Article((BODY,), {"url": "a "}), "header 'url' cannot hold"),
        (Article((BODY,), {"url": "a\nb"}), "header 'url' cannot hold"),
        (Article((BODY,), {"Url": "a"}), "header 'Url' cannot hold"),
        (Article((BODY,), {"url: a": "b"}), "header 'url: a' cannot hold"),
    ],
)
def test_what_no_file_could_hold_is_not_written(article: Article, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        render(article)


ANY = st.sampled_from([*ODD, "\0", "\udc00", "", "body", "id", "0123456789 3"]) | TEXTS
SEGMENTS = st.builds(Segment, st.sampled_from([*NAMES, "boilerplate"]) | ANY, ANY, st.booleans())


@PROPERTY
@given(
    st.builds(
        Article,
        st.lists(st.lists(SEGMENTS, max_size=2).map(tuple) | ANY, max_size=3).map(tuple),
        st.dictionaries(ANY, ANY, max_size=1),
    )
)
def test_any_article_is_written_to_the_letter_or_refused(article: Article) -> None:
    try:
        content = render(article)
    except ValueError:
        return
    assert parse(content) == article


def test_extent_counts_code_points_around_and_within() -> None:
    assert extent(Segment("body", "\u2003 \U0001f6a2\u00a0! \r")) == (2, 3, 2)
    assert extent(Segment("body", " \x1c")) == (2, 0, 0)
    assert extent(Segment("body", " 3f9c2a11d0 252\u00a0", masked=True)) == (1, 252, 1)
