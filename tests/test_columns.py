"""What the annotator sees of lines: tokens, phrases and columns, in any script and company."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newshole.columns import COLUMNS, STEPS, lines_of
from newshole.hint import Hint, TextLine
from newshole.labels import NAMES
from newshole.phrases import PLACES, hits
from newshole.scan import scan

LINES = st.lists(
    st.text(st.characters(exclude_characters="\n"), min_size=1, max_size=30).filter(str.strip),
    min_size=1,
    max_size=5,
)


def page(*texts: str) -> list[TextLine]:
    return [TextLine(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The harbour, reopened", 4),
        ("Гавань открыта", 2),
        ("東京新聞", 4),
        ("ท่าเรือ", 7),
        ("बंदरगाह खुला", 2),
        ("مِينَاء مفتوح", 2),
        ("12:30", 3),
        ("👍🏽", 2),
        ("\U00020001\U00020002", 2),
        ("\u200b", 1),
        ("\ud800x", 2),
        ("\0a", 2),
    ],
)
def test_tokens_of_many_scripts(text: str, tokens: int) -> None:
    assert scan([text]).tokens.tolist() == [tokens]


def test_hashes_fold_case_and_digits_and_ignore_the_company() -> None:
    together = scan(["Harbour 12", "HARBOUR 47", "harbour 123"])
    first, second, third = together.hashes.reshape(3, 2).tolist()
    assert first == second
    assert third[0] == first[0]
    assert third[1] != first[1]
    assert scan(["harbour"]).hashes.tolist() == first[:1]


@pytest.mark.parametrize(
    ("text", "label", "place"),
    [
        ("Share 12", "boilerplate/engagement", "whole"),
        ("3 comments", "boilerplate/comments", "whole"),
        ("Editor’s note: the harbour was closed", "note", "opening"),
        ("pic.twitter.com/abc", "embed", "opening"),
        ("By Ines Marlow", "byline", "opening"),
        ("Get it to your inbox every day", "boilerplate/newsletter", "anywhere"),
    ],
)
def test_phrases_stand_where_they_must(text: str, label: str, place: str) -> None:
    found = hits(scan(["Something else", text]))
    pairs = set(zip(found.line.tolist(), found.label.tolist(), found.place.tolist(), strict=True))
    assert (1, NAMES.index(label), PLACES.index(place)) in pairs
    # A phrase that must stand alone does not in a sentence.
    assert not hits(scan(["He said we share a dozen"])).place.tolist().count(0)


@given(st.lists(LINES, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_page_is_seen_alike_in_any_company(pages: list[list[str]]) -> None:
    together = lines_of([page(*texts) for texts in pages])
    alone = [lines_of([page(*texts)]).columns for texts in pages]
    assert together.columns.shape[1] == len(COLUMNS) == len(set(COLUMNS))
    assert together.columns.max() <= STEPS
    assert np.array_equal(together.columns, np.concatenate(alone))


def test_what_a_page_says_again() -> None:
    story = "The harbour of Port Ellery reopened on Friday after eleven months of costly repairs."
    lines = lines_of(
        [page("Harbour reopened after months", "Weather and sport", story * 2, "x", "x")]
    )

    def column(name: str) -> list[int]:
        found: list[int] = lines.columns[:, COLUMNS.index(name)].tolist()
        return found

    assert column("short_told_in_long")[0] == STEPS
    assert column("short_told_in_long")[1] == 0
    assert column("repeated") == [0, 0, 0, STEPS, STEPS]
    assert column("again") == [0, 0, 0, 0, STEPS]
    assert column("like_previous") == [0, 0, 0, 0, STEPS]


def test_containers_and_names_are_numbered_by_their_first_line() -> None:
    inner = Hint("p", ("body", "article", "p"), ("story",), 0.0, 0, 0, ())
    other = Hint("li", ("body", "nav", "li"), ("menu",), 1.0, 2, 5, ())
    first = [TextLine("A", inner), TextLine("B", other), TextLine("C", inner), TextLine("D")]
    lines = lines_of([first, [TextLine("E", inner)]])
    assert lines.container.tolist() == [0, 1, 0, 3, 4]
    assert lines.namesake.tolist() == [0, 1, 0, 3, 4]
    assert lines.columns[:, COLUMNS.index("link:most")].tolist() == [0, STEPS, 0, 0, 0]
    assert lines.columns[:, COLUMNS.index("hinted")].tolist() == [STEPS] * 3 + [0, STEPS]
