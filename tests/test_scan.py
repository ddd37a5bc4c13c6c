"""Characters, tokens and phrases: every script, each line by itself, digits alike."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newshole.alphabet import (
    COMBINING,
    DIGIT,
    LIMIT,
    LOWER,
    MARKS,
    OTHER,
    SYMBOL,
    TERMINAL,
    UNCASED,
    UNSPACED,
    UPPER,
    alphabet,
)
from newshole.labels import NAMES
from newshole.phrases import AGENCY, MONTH, PLACES, READING, STOP, TIME, hits
from newshole.scan import HEAD, TAIL, line_hashes, runs, scan

TEXTS = (
    st.text(st.one_of(st.characters(exclude_characters="\n"), st.sampled_from("a A1 .电e\u0301")))
    .map(str.strip)
    .filter(bool)
)
LISTS = {MONTH: "month", TIME: "time", STOP: "stop", AGENCY: "agency", READING: "reading"}


def pieces(text: str) -> list[str]:
    """The tokens as text."""
    seen = scan([text])
    starts = np.cumsum(seen.widths) - seen.widths
    return [
        text[start : start + width].strip()
        for start, width in zip(starts, seen.widths, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("By Ana López, 12 May", ["By", "Ana", "López", ",", "12", "May"]),
        ("Cafe\u0301s  open", ["Cafe\u0301s", "open"]),
        ("Editor’s note:", ["Editor", "’", "s", "note", ":"]),
        ("A1 2½²", ["A", "1", "2½²"]),
        ("Мост открыт — снова", ["Мост", "открыт", "—", "снова"]),
        ("كَتَبَ أحمد ١٢، ثم", ["كَتَبَ", "أحمد", "١٢", "،", "ثم"]),
        ("हिन्दी में।", ["हिन्दी", "में", "।"]),
        ("大桥重开。", ["大", "桥", "重", "开", "。"]),
        ("カメラ・ひら ﾊﾝ", ["カ", "メ", "ラ", "・", "ひ", "ら", "ﾊ", "ﾝ"]),
        ("서울 다리", ["서울", "다리"]),
        # A mark above stands by itself where letters do.
        ("ที่นา", ["ท", "ี่", "น", "า"]),
        ("🎭🎭 ok", ["🎭", "🎭", "ok"]),
        ("𠀀𠀁x", ["𠀀", "𠀁", "x"]),
        ("a\ud800b", ["a", "\ud800", "b"]),
        ("\u200b", ["\u200b"]),
        ("a\0\x01b", ["a", "\0", "\x01", "b"]),
        ("one\u00a0two\u3000three\ttab\u2028end", ["one", "two", "three", "tab", "end"]),
    ],
)
def test_tokens_of_many_scripts(text: str, tokens: list[str]) -> None:
    assert pieces(text) == tokens
    seen = scan([text])
    assert seen.tokens.tolist() == [len(tokens)]
    first = [alphabet().classes[min(ord(token[0]), LIMIT)] for token in tokens]
    assert seen.kinds.tolist() == first


@pytest.mark.parametrize(
    ("character", "found"),
    [
        *(
            ("A", UPPER),
            ("ǅ", UPPER),
            ("ß", LOWER),
            ("م", UNCASED),
            ("ʰ", UNCASED),
            ("電", UNSPACED),
        ),
        *(("ก", UNSPACED), ("ー", UNSPACED), ("・", OTHER), ("\u064e", COMBINING), ("٣", DIGIT)),
        *(("。", TERMINAL), ("🎭", SYMBOL), ("\u200b", OTHER), ("\ud800", OTHER), ("_", OTHER)),
    ],
)
def test_a_character_has_the_class_of_its_kind(character: str, found: int) -> None:
    assert alphabet().classes[ord(character)] == found


def test_the_tables_hold_every_code_point_once() -> None:
    classes, folded, marks = alphabet()
    assert len(classes) == len(folded) == len(marks) == LIMIT + 1
    # White space folds to nothing, and nothing else does.
    for code in range(LIMIT):
        assert (folded[code] == 0) == chr(code).isspace()
    assert [marks[ord(mark)] for mark in MARKS] == list(range(1, len(MARKS) + 1))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("LONDON", "london", True),
        ("МОСТ", "мост", True),
        ("ΟΔΟΣ", "οδοσ", True),
        ("2024", "1999", True),
        ("٢٠٢٤", "1999", True),
        ("12", "123", False),
        ("bridge", "bridgf", False),
        ("ab", "ba", False),
        ("大", "小", False),
        ("é", "e", False),
        # Ideographs beyond the Basic Multilingual Plane share one entry.
        ("𠀀", "𪛖", True),
    ],
)
def test_hashes_know_folded_letters_and_lengths_of_numbers(
    one: str, other: str, same: bool
) -> None:
    assert (scan([one]).hashes.tolist() == scan([other]).hashes.tolist()) == same


def test_a_token_has_the_same_hash_wherever_it_stands() -> None:
    seen = scan(["bridge", "(Bridge), the  bridge\tbridge 12"])
    word = seen.hashes[0]
    assert np.flatnonzero(seen.hashes == word).tolist() == [0, 2, 6, 7]


@given(st.lists(TEXTS, min_size=1, max_size=6))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_line_is_scanned_as_by_itself(texts: list[str]) -> None:
    together = scan(texts)
    alone = [scan([text]) for text in texts]
    for name in ("classes", "marks", "length", "full", "tokens", "hashes", "kinds", "widths"):
        expected = np.concatenate([getattr(one, name) for one in alone])
        assert getattr(together, name).tolist() == expected.tolist(), name
    assert line_hashes(together).tolist() == [int(line_hashes(one)[0]) for one in alone]
    assert together.line.tolist() == np.repeat(range(len(texts)), together.length + 1).tolist()
    assert together.token_line.tolist() == np.repeat(range(len(texts)), together.tokens).tolist()
    assert together.first_token.tolist() == (np.cumsum(together.tokens) - together.tokens).tolist()


def test_of_a_long_line_both_ends_are_seen() -> None:
    long = "b" * HEAD + "x " * 500_000 + "e" * TAIL
    seen = scan([long, "next"])
    assert seen.full.tolist() == [len(long), 4]
    assert seen.length.tolist() == [HEAD + 1 + TAIL, 4]
    assert len(seen.classes) == HEAD + 1 + TAIL + len("\nnext\n")
    assert seen.tokens.tolist() == [2, 1]
    assert seen.hashes[:2].tolist() == scan(["b" * HEAD, "e" * TAIL]).hashes.tolist()
    # One that just fits is kept whole.
    assert scan(["x" * (HEAD + TAIL + 1)]).tokens.tolist() == [1]


def test_a_run_is_known_by_all_its_tokens_in_order() -> None:
    hashes = scan(["a b c a b d b a"]).hashes
    ones, twos, threes = runs(hashes, 3)
    assert twos[0] == twos[3]
    assert len({int(value) for value in twos}) == len(hashes) - 1
    assert threes[0] != threes[3]
    assert ones.tolist() == hashes.tolist()
    assert [run.shape for run in runs(hashes[:1], 3)] == [(1,)] * 3


def found(*texts: str) -> list[set[tuple[str, str]]]:
    """By line: (whose phrase, where it must stand)."""
    seen = hits(scan(texts))
    rows: list[set[tuple[str, str]]] = [set() for _ in texts]
    for line, label, place in zip(seen.line, seen.label, seen.place, strict=True):
        name = NAMES[label] if label < len(NAMES) else LISTS[int(label)]
        rows[line].add((name, PLACES[place]))
    return rows


ENGAGEMENT, COMMENTS = "boilerplate/engagement", "boilerplate/comments"


@pytest.mark.parametrize(
    ("text", "there", "not_there"),
    [
        ("Share", [(ENGAGEMENT, "whole")], []),
        ("Share 12", [(ENGAGEMENT, "whole")], []),
        ("3 comments", [(COMMENTS, "whole"), (COMMENTS, "closing")], []),
        ("(3) COMMENTS »", [(COMMENTS, "whole"), (COMMENTS, "closing")], []),
        ("read 14 comments", [(COMMENTS, "closing")], [(COMMENTS, "whole")]),
        ("Comments", [(COMMENTS, "whole")], [(COMMENTS, "closing")]),
        ("We share what we know", [("stop", "anywhere")], [(ENGAGEMENT, "whole")]),
        ("Editor's note: mended", [("note", "opening")], []),
        ("Editor’s note: mended", [("note", "opening")], []),
        ("12 Editor’s note", [("note", "opening")], []),
        ("An editor’s note", [], [("note", "opening")]),
        ("see pic.twitter.com/x now", [("embed", "anywhere")], [("embed", "opening")]),
        ("pic.twitter.com/x", [("embed", "anywhere"), ("embed", "opening")], []),
        ("pic twitter", [], [("embed", "anywhere")]),
        ("Updated 3 May", [("month", "anywhere")], []),
        ("5 min read", [("reading", "anywhere")], []),
        ("(Reuters)", [("agency", "anywhere")], []),
        ("分享", [(ENGAGEMENT, "whole")], []),
        ("电分享", [], [(ENGAGEMENT, "whole")]),
    ],
)
def test_a_phrase_is_found_where_it_must_stand(
    text: str, there: list[tuple[str, str]], not_there: list[tuple[str, str]]
) -> None:
    # Neighbours change nothing: what they begin or end with is no part of the line.
    alone, first, last = found(text)[0], found(text, "twitter 12")[0], found("pic 分", text)[1]
    assert alone == first == last
    assert alone >= set(there)
    assert not alone & set(not_there)


def test_phrases_do_not_reach_into_the_next_line() -> None:
    assert ("embed", "anywhere") not in found("pic twitter", "com x")[0]
    assert found("…", "12", "\u200b") == [set(), set(), set()]
    assert found("…") == [set()]
