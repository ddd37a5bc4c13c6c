"""Lines as numbers: bounded, named, the same whichever pages come together."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newshole import surroundings as around
from newshole.columns import COLUMNS, NARROW, STEPS, Lines, lines_of
from newshole.hint import Hint, TextLine
from newshole.labels import NAMES
from newshole.render import plain, render
from newshole.surroundings import surroundings

AT = {name: number for number, name in enumerate(COLUMNS)}
OPERA = (
    "The floating opera left the harbour at noon, and hundreds of people stood along the quays "
    "to see it go."
)
PIECES = st.sampled_from(
    ["天", "电", "甲", "。", " ", "opera ", "Opera", "noon", ".", "12", "By ", "Share", "\u200b"]
)
LINES = st.lists(
    st.one_of(
        st.lists(PIECES, max_size=6).map("".join),
        st.lists(PIECES, min_size=40, max_size=60).map("".join),
        st.text(st.characters(exclude_characters="\n"), max_size=20),
    ),
    max_size=6,
)


def page(*texts: str) -> list[TextLine]:
    return [TextLine(text) for text in texts]


def column(lines: Lines, name: str) -> list[float]:
    return [float(value) / STEPS for value in lines.columns[:, AT[name]]]


@cache
def hinted() -> tuple[TextLine, ...]:
    return tuple(
        render(
            "<nav><ul class=menu><li><a href=/>Home</a><li><a href=/n>News</a> today</ul></nav>"
            f"<article class='article-body'><h1>Opera</h1><p>{OPERA}</p><p>Opera</p></article>"
        )
    )


def test_columns_have_names_each_its_own() -> None:
    lines = lines_of([page("Opera", "", OPERA), list(hinted())])
    assert lines.columns.shape == (7, len(COLUMNS))
    assert lines.columns.dtype == np.uint8
    assert lines.columns.max() == STEPS
    assert len(AT) == len(COLUMNS)
    assert lines.page.tolist() == [0] * 2 + [1] * 5
    assert lines.length.tolist()[:2] == [5, len(OPERA)]


@given(st.lists(LINES, min_size=1, max_size=4))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_page_has_the_same_columns_in_any_company(texts: list[list[str]]) -> None:
    pages = [page(*lines) for lines in texts]
    pages.insert(len(pages) // 2, list(hinted()))
    together = lines_of(pages)
    assert together.columns.max() <= STEPS
    start = token = 0
    for number, lines in enumerate(pages):
        if not any(line.text.strip() for line in lines):
            continue
        alone = lines_of([lines])
        own = slice(start, start + len(alone.page))
        words = slice(token, token + len(alone.tokens))
        assert set(together.page[own].tolist()) == {number}
        assert np.array_equal(together.columns[own], alone.columns)
        assert np.array_equal(together.hashes[own], alone.hashes)
        assert np.array_equal(together.length[own], alone.length)
        assert np.array_equal(together.container[own], alone.container + start)
        assert np.array_equal(together.namesake[own], alone.namesake + start)
        assert together.words[own] == alone.words
        assert np.array_equal(together.tokens[words], alone.tokens)
        assert np.array_equal(together.token_line[words], alone.token_line + start)
        start, token = own.stop, words.stop
    assert len(together.page) == start


def test_the_last_character_of_a_page_is_not_read_on_into_the_next() -> None:
    first = page("天电", "甲丙", "乙电")
    alone = lines_of([first]).columns
    # "电甲" would stand twice on the page, were the next one's first line read with it.
    assert np.array_equal(lines_of([first, page("甲在")]).columns[:3], alone)


def test_shares_of_words_that_long_lines_tell() -> None:
    lines = lines_of([page("Opera leaves harbour quays", OPERA, "Subscribe newsletter", "Go", "§")])
    # "Opera", "harbour" and "quays" of four longer words; the last of "leaves" is nowhere else.
    assert column(lines, "told_in_long") == [0.75, 0, 0, 0, 0]
    assert column(lines, "short_told_in_long") == [0.75, 0, 0, 0, 0]
    assert column(lines, "tellable") == [1, 1, 1, 0, 0]
    assert column(lines, "told_elsewhere")[0] == 0.75
    assert 0 < column(lines, "told_elsewhere")[1] < 0.5


def test_repeated_lines_know_each_other_within_their_page() -> None:
    lines = lines_of([page("Share", "SHARE", " ", "Noon", "share"), page("Share", "Quay")])
    assert column(lines, "repeated") == [1, 1, 0, 1, 0, 0]
    assert column(lines, "again") == [0, 1, 0, 1, 0, 0]
    assert column(lines, "like_previous") == [0, 1, 0, 0, 0, 0]
    assert column(lines, "like_next") == [1, 0, 0, 0, 0, 0]
    assert column(lines, "blank_before") == [0, 0, 1, 0, 0, 0]
    assert column(lines, "page:first") == [1, 1, 1, 0, 1, 1]
    assert column(lines, "page:last") == [0, 1, 1, 1, 1, 1]
    assert column(lines, "page:share") == [0, 0.25, 0.5, 0.75, 0, 0.5]


@pytest.mark.parametrize(
    ("text", "known"),
    [("x" * NARROW, True), ("x" * (NARROW + 1), False), ("电" * 24, True), ("电" * 25, False)],
)
def test_narrow_lines_are_known_as_a_whole(text: str, known: bool) -> None:
    assert bool(lines_of([page(text)]).hashes[0]) == known


def test_columns_say_what_a_line_is_made_of() -> None:
    lines = lines_of([page("By Ana Marlow", "12/2024", "THE END?", "3 comments", "x" * 1_000_000)])
    assert column(lines, "names") == [1, 0, 1, 0, 0]
    assert column(lines, "all_capitals") == [0, 0, 1, 0, 0]
    assert column(lines, "capitals") == [1, 0, 1, 0, 0]
    assert column(lines, "numbers")[:2] == [0, pytest.approx(2 / 3, abs=0.01)]
    assert column(lines, "last:?") == [0, 0, 1, 0, 0]
    assert column(lines, "with:/")[1] == pytest.approx(1 / 3, abs=0.01)
    assert column(lines, "whole:boilerplate/comments") == [0, 0, 0, 1, 0]
    assert column(lines, "width:100")[3:] == [pytest.approx(0.1, abs=0.01), 1]
    assert column(lines, "width:400")[3:] == [pytest.approx(0.025, abs=0.01), 1]
    # By the bounds 8 and 13, and beyond the last.
    assert column(lines, "width:3") == [1, 0, 0, 1, 0]
    assert column(lines, "width:14") == [0, 0, 0, 0, 1]


def a_hint(
    block: str = "p",
    ancestors: tuple[str, ...] = ("article", "p"),
    words: tuple[str, ...] = (),
    link: float = 0.0,
    place: tuple[int, int] = (0, 0),
) -> Hint:
    return Hint(block, ancestors, words, link, *place, ())


def test_lines_know_the_first_of_their_container_and_of_their_namesakes() -> None:
    one = a_hint(words=("story",))
    other = a_hint(ancestors=("aside", "p"), words=("story",))
    seen = surroundings([[one, None, other, a_hint(words=("x",))], [one, None, one]])
    assert seen.container.tolist() == [0, 1, 2, 0, 4, 5, 4]
    assert seen.namesake.tolist() == [0, 1, 0, 3, 4, 5, 4]
    assert seen.words == [("story",), (), ("story",), ("x",), ("story",), (), ("story",)]
    assert not seen.columns[[1, 5]].any()


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (a_hint(), {"hinted": 1, "depth": 0.1, "block:p": 1, "in:article": 1}),
        (a_hint(link=0.5), {"link": 0.5, "link:half": 0, "link:most": 0}),
        (a_hint(link=0.9), {"link": 0.9, "link:half": 1, "link:most": 0}),
        (a_hint(link=1.0), {"link": 1, "link:half": 1, "link:most": 1}),
        (a_hint("li", place=(3, 4)), {"position": 0.3, "siblings": 0.4, "list": 1}),
        (a_hint("li", place=(40, 40)), {"position": 1, "siblings": 1, "block:li": 1}),
        (a_hint("li", place=(1, 1)), {"siblings": 0.1, "list": 0}),
        (a_hint("marquee", ("b",) * 90), {"block:other": 1, "depth": 1, "in:article": 0}),
        (a_hint(words=("comments",)), {"markup:boilerplate/comments": 1, "markup:body": 0}),
        (a_hint(words=("article", "body")), {"markup:body": 1}),
    ],
)
def test_a_hint_becomes_columns(hint: Hint, expected: dict[str, float]) -> None:
    (row,) = surroundings([[hint]]).columns
    found = dict(zip(around.COLUMNS, row.tolist(), strict=True))
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert sum(found[f"block:{tag}"] for tag in (*around.BLOCKS, "other")) == 1
    assert sum(found[f"markup:{name}"] for name in NAMES) == pytest.approx(
        sum(value for name, value in expected.items() if name.startswith("markup:"))
    )


def test_the_surroundings_stand_last_among_the_columns() -> None:
    lines = lines_of([list(hinted())])
    mine = lines.columns[:, -len(around.COLUMNS) :]
    own = surroundings([[line.hint for line in hinted()]])
    assert COLUMNS[-len(around.COLUMNS) :] == around.COLUMNS
    assert np.array_equal(mine, np.rint(own.columns * STEPS).astype(np.uint8))
    assert column(lines, "link:half") == [1, 0, 0, 0, 0]
    # The heading's word and the last paragraph's are the same; so is what holds them.
    assert lines.container[2] == lines.container[3] == lines.container[4]
    assert column(lines, "like_next") == [0] * 5
    assert column(lines, "repeated") == [0, 0, 1, 0, 1]


def test_plain_text_stands_in_no_container() -> None:
    lines = lines_of([plain(f"Opera\n\n{OPERA}\n")])
    assert lines.container.tolist() == lines.namesake.tolist() == [0, 1]
    assert lines.words == [(), ()]
    assert not lines.columns[:, AT["hinted"]].any()
