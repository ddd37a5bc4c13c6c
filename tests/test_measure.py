"""Counts of one page: each measure by hand on a small one, and against a plain way on any."""

from collections import Counter
from itertools import pairwise, permutations

import numpy as np
import pytest
from articles import PROPERTY, articles
from hypothesis import given
from hypothesis import strategies as st

from newshole.article import Article, Span
from newshole.labels import KINDS, LABELS, NAMES, join_name
from newshole.measure import (
    TITLES,
    Measured,
    body_counts,
    kappa,
    measure,
    ratios,
    shingle_scores,
    shingles,
    within_lines,
    words,
)

# 🎭 is one code point and two UTF-16 units: offsets behind it tell which are counted.
TEXT = "Boats 🎭 away\nBy Ida Holm\nThe quay  was full.\nMore news"
GOLD = [
    Span(0, 12, "headline", None),
    Span(13, 24, "byline", None),
    Span(25, 44, "body", None),
    Span(45, 54, "boilerplate", "related"),
]


def counted(found: list[Span]) -> Measured:
    return measure(TEXT, GOLD, found, ("", ""))


def of(counts: np.ndarray, label: str) -> list[int]:
    row: list[int] = counts[LABELS.index(label)].tolist()
    return row


def test_the_page_is_what_it_seems() -> None:
    assert [TEXT[s.start : s.end] for s in GOLD] == TEXT.split("\n")


def test_what_is_found_whole_is_right_in_every_measure() -> None:
    same = counted(list(GOLD))
    # Boats🎭away, ByIdaHolm, Thequaywasfull., Morenews
    assert [of(same.labels[0], span.label)[0] for span in GOLD] == [10, 9, 15, 8]
    assert (same.labels[..., 0] == same.labels[..., 1]).all()
    assert (same.labels[..., 0] == same.labels[..., 2]).all()
    assert same.labels[1:].sum(axis=1).tolist() == [[4, 4, 4], [4, 4, 4]]
    assert same.strict.tolist() == [4, 4, 4]
    assert same.lines.tolist() == [0, 4]
    assert same.kinds[KINDS.index("related")].tolist() == [8, 8, 8]
    assert same.confusion.sum(axis=(1, 2)).tolist() == [42, 4]
    assert np.trace(same.confusion[0]) == 42


def test_nothing_found_is_nothing_right() -> None:
    empty = counted([])
    assert empty.labels[..., :2].sum() == 0
    assert empty.labels[0, :, 2].sum() == 42
    assert empty.lines.tolist() == [4, 4]
    assert empty.confusion[0, :, TITLES.index("none")].sum() == 42


def test_characters_spans_and_lines_by_hand() -> None:
    found = counted(
        [
            Span(0, 7, "headline", None),  # "Boats 🎭", without "away"
            Span(13, 24, "headline", None),  # the byline, mistaken
            Span(25, 29, "body", None),  # "The ", and the rest of the line apart
            Span(29, 44, "body", None),
            Span(45, 54, "boilerplate", None),  # of no kind
        ]
    )
    characters, exact, overlap = found.labels
    assert of(characters, "headline") == [6, 15, 10]
    assert of(characters, "byline") == [0, 0, 9]
    assert of(characters, "body") == [15, 15, 15]
    assert of(characters, "boilerplate") == [8, 8, 8]
    assert of(exact, "headline") == [0, 2, 1]
    assert of(exact, "body") == [0, 2, 1]
    assert of(exact, "boilerplate") == [1, 1, 1]
    assert of(overlap, "headline") == [1, 2, 1]
    # One gold span pairs with one of the two that overlap it.
    assert of(overlap, "body") == [1, 2, 1]
    assert of(overlap, "byline") == [0, 0, 1]
    # Its kind is not told, so it is not right.
    assert found.strict.tolist() == [0, 5, 4]
    assert found.kinds[KINDS.index("related")].tolist() == [0, 0, 8]
    assert found.lines.tolist() == [4, 4]
    points, lines = (
        {
            (TITLES[row], TITLES[column]): int(table[row, column])
            for row, column in np.argwhere(table)
        }
        for table in found.confusion
    )
    assert points == {
        ("headline", "headline"): 6,
        ("headline", "none"): 4,
        ("byline", "headline"): 9,
        ("body", "body"): 15,
        ("boilerplate/related", "boilerplate"): 8,
    }
    assert lines == {
        ("headline", "headline"): 1,
        ("byline", "headline"): 1,
        ("body", "body"): 1,
        ("boilerplate/related", "boilerplate"): 1,
    }


def test_a_line_is_changed_once_however_much_is_wrong_in_it() -> None:
    assert counted([*GOLD[:2], Span(25, 28, "note", None), *GOLD[3:]]).lines.tolist() == [1, 4]
    wrong_kind = [*GOLD[:3], Span(45, 54, "boilerplate", "tags")]
    assert counted(wrong_kind).lines.tolist() == [1, 4]


def test_spans_are_cut_at_line_ends_and_trimmed() -> None:
    assert within_lines(TEXT, [Span(0, 54, "body", None)]) == [
        Span(span.start, span.end, "body", None) for span in GOLD
    ]
    loose = [Span(12, 25, "byline", None), Span(5, 6, "body", None), Span(32, 35, "note", None)]
    assert within_lines("Boats 🎭 away\n By Ida Holm\nIn all   four", loose) == [
        Span(14, 25, "byline", None)
    ]
    assert within_lines("a\x85b c\u2028d\n\n e ", [Span(0, 12, "body", None)]) == [
        Span(0, 7, "body", None),
        Span(10, 11, "body", None),
    ]


def test_white_space_does_not_count() -> None:
    wide = [Span(0, 13, "headline", None), Span(13, 25, "byline", None), *GOLD[2:]]
    assert (counted(wide).labels == counted(list(GOLD)).labels).all()
    text = "a \u00a0\u3000\u2028b\x1f\x85c"
    whole = [Span(0, len(text), "body", None)]
    assert measure(text, whole, whole, ("", "")).labels[0].sum(axis=0).tolist() == [3, 3, 3]


def test_only_bodies_leave_the_rest_uncounted() -> None:
    bodies = measure(TEXT, GOLD, None, ("a b", "a"))
    assert bodies.body.tolist() == [[0, 1, 1], [1, 1, 2]]
    assert bodies.labels.sum() == bodies.confusion.sum() == bodies.lines.sum() == 0
    assert measure("", [], [], ("", "")).lines.tolist() == [0, 0]


@PROPERTY
@given(articles(), st.data())
def test_any_page_as_counted_one_character_after_the_other(
    article: Article, data: st.DataObject
) -> None:
    text = article.text or ""
    gold = article.spans
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    found = [
        Span(start, end, *data.draw(st.sampled_from([("body", None), ("boilerplate", "tags")])))
        for start, end in pairwise(cuts)
        if data.draw(st.booleans())
    ]
    counts = measure(text, gold, found, ("", ""))
    names = [
        [
            next((join_name(s.label, s.kind) for s in side if s.start <= at < s.end), "none")
            for at in range(len(text))
            if not text[at].isspace()
        ]
        for side in (gold, found)
    ]
    pairs = Counter(zip(*names, strict=True))
    assert {
        (TITLES[row], TITLES[column]): counts.confusion[0, row, column]
        for row, column in np.argwhere(counts.confusion[0])
    } == pairs
    for label in LABELS:
        theirs, ours = ([name.partition("/")[0] == label for name in side] for side in names)
        both = sum(a and b for a, b in zip(theirs, ours, strict=True))
        assert of(counts.labels[0], label) == [both, sum(ours), sum(theirs)]
    perfect = measure(text, gold, gold, ("", ""))
    assert (ratios(perfect.labels) == 1).all()
    assert perfect.lines[0] == 0
    assert perfect.lines[1] == sum(bool(line.strip()) for line in text.split("\n"))


INTERVALS = st.lists(st.integers(0, 14), max_size=8, unique=True).map(
    lambda cuts: list(zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False))
)


@PROPERTY
@given(INTERVALS, INTERVALS)
def test_as_many_overlapping_pairs_as_can_be(
    ours: list[tuple[int, int]], theirs: list[tuple[int, int]]
) -> None:
    text = "x" * 15
    found, gold = ([Span(a, b, "body", None) for a, b in side] for side in (ours, theirs))
    few, many = sorted((ours, theirs), key=len)
    most = max(
        sum(a < d and c < b for (a, b), (c, d) in zip(few, chosen, strict=True))
        for chosen in permutations(many, len(few))
    )
    counts = measure(text, gold, found, ("", ""))
    assert of(counts.labels[2], "body") == [most, len(ours), len(theirs)]


# Words and shingles


def test_shingles_by_hand() -> None:
    assert shingles(words("One two, THREE four five")) == {
        ("one", "two", "three", "four"): 1,
        ("two", "three", "four", "five"): 1,
    }
    assert shingles(words("one Two")) == {("one", "two"): 1}
    assert shingles(words(" –! ")) == {}
    # Gold: abcd bcde cdef; found: abcd bcde cdex dexy.
    precision, recall, f1 = shingle_scores("a b c d e f", "a b c d e x y")
    assert (precision, recall) == (2 / 4, 2 / 3)
    assert f1 == pytest.approx(2 * (1 / 2) * (2 / 3) / (1 / 2 + 2 / 3))


def test_shingles_that_stand_twice_count_twice() -> None:
    assert shingle_scores("a a a a a", "a a a a a a") == (2 / 3, 1.0, 0.8)


@pytest.mark.parametrize(
    ("gold", "found", "value"),
    [("", "", 1), ("!", " ", 1), ("", "word", 0), ("word", "", 0), ("one two", "One, two.", 1)],
)
def test_texts_with_few_words_or_none(gold: str, found: str, value: int) -> None:
    assert shingle_scores(gold, found) == (value, value, value)


def test_words_by_hand() -> None:
    # Two of the three found are among the four of the gold; "the" stands once.
    assert body_counts("the quay was full", "The the quay")[1].tolist() == [2, 3, 4]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("渡し船が、港を出た", list("渡し船が港を出た")),
        ("フェリー12便", ["フ", "ェ", "リ", "ー", "12", "便"]),
        ("บ้าน", ["บ", "า", "น"]),
        ("페리가 떠났다", ["페리가", "떠났다"]),
        ("Паром ушёл", ["паром", "ушёл"]),
        ("snake_case 𝔸 x2", ["snake_case", "𝔸", "x2"]),
    ],
)
def test_words_are_characters_where_no_space_parts_them(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_sentence_without_spaces_is_not_all_or_nothing() -> None:
    whole = "渡し船は正午に岸を離れた。港は人で一杯だった。"
    half = whole.partition("。")[0]
    precision, recall, _ = shingle_scores(whole, half)
    assert precision == 1
    # 21 characters are 18 shingles, the first 12 of them 9.
    assert recall == 9 / 18


# Figures of counts


def test_ratios_by_hand() -> None:
    counts = np.array([[3, 4, 6], [0, 0, 5], [0, 5, 0], [0, 0, 0]])
    assert ratios(counts).tolist() == [[0.75, 0.5, 0.6], [0, 0, 0], [0, 0, 0], [1, 1, 1]]
    assert np.isnan(ratios(counts, nothing=np.nan)[3]).all()


def test_kappa_by_hand() -> None:
    # Cohen's own example has this form: 20 and 15 agreed of 50, chance 0.5.
    assert kappa(np.array([[20, 5], [10, 15]])) == pytest.approx(0.4)
    assert kappa(np.array([[7, 0], [0, 3]])) == 1
    assert kappa(np.array([[7]])) == 1
    assert np.isnan(kappa(np.zeros((2, 2))))


def test_titles_are_every_name_and_two_more() -> None:
    assert list(TITLES) == [*NAMES, "boilerplate", "none"]
