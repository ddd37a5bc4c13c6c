"""Pages dealt anew: a story stays whole, what stands around it is its own and others'."""

from pathlib import Path

import numpy as np
import pytest

from newshole.article import Article, Line, Segment
from newshole.examples import Example, read_examples
from newshole.forms import line_names
from newshole.hint import Hint, TextLine
from newshole.mixed import MOST_LINES, Parts, mixed, parts_of, stock_of

ROOT = Path(__file__).parents[1] / "corpus" / "original"
DRAWS = 40


@pytest.fixture(scope="module")
def dealt() -> list[Parts]:
    files = [path.with_suffix(".txt") for path in sorted(ROOT.rglob("*.html"))[:6]]
    examples, left = read_examples(files, [])
    assert left == []
    return [parts for example in examples if (parts := parts_of(example))]


def draws(parts: Parts, dealt: list[Parts]) -> list[Example]:
    stock = stock_of(dealt)
    random = np.random.default_rng(5)
    return [mixed(parts, stock, random) for _ in range(DRAWS)]


def texts(lines: tuple[Line, ...], name: str) -> list[str]:
    full = [line for line in lines if not isinstance(line, str)]
    return [segment.text for line in full for segment in line if segment.name == name]


def a_page(*lines: tuple[str, str], told: tuple[str, ...] = (), site: str = "one") -> Example:
    hint = Hint("p", ("div", "p"), (), 0.0, 0, 0, (), told)
    article = Article(
        tuple((Segment(name, text),) for name, text in lines),
        header={"id": f"{site}.example/page", "language": "en"},
    )
    return Example([TextLine(text, hint) for _, text in lines], article)


def test_a_story_stays_whole_and_in_order(dealt: list[Parts]) -> None:
    assert len(dealt) == 6
    for parts in dealt:
        for drawn in draws(parts, dealt):
            for name in ("body", "dateline"):
                # Nor does it get a paragraph of another story.
                assert texts(drawn.article.lines, name) == texts(parts.example.article.lines, name)


def test_each_line_keeps_its_text_label_and_layout(dealt: list[Parts]) -> None:
    known = {
        (line.text, None if isinstance(labelled, str) else labelled)
        for parts in dealt
        for line, labelled in zip(parts.example.lines, parts.example.article.lines, strict=True)
    }
    for drawn in draws(dealt[0], dealt):
        rows = list(zip(drawn.lines, drawn.article.lines, strict=True))
        assert all(
            (line.text, None if isinstance(labelled, str) else labelled) in known
            for line, labelled in rows
        )
        assert all(line.hint for line, labelled in rows if not isinstance(labelled, str))
        assert len(line_names(drawn)) == sum(bool(line.text.strip()) for line in drawn.lines)


def test_furniture_comes_and_goes(dealt: list[Parts]) -> None:
    drawn = draws(dealt[0], dealt)
    names = [tuple(line_names(example)) for example in drawn]
    own = line_names(dealt[0].example)
    assert len(set(names)) > DRAWS / 2
    assert any(set(some) - set(own) for some in names), "nothing is lent"
    assert any(set(own) - set(some) for some in names), "nothing is left out"


def test_the_same_seed_deals_the_same_pages(dealt: list[Parts]) -> None:
    assert draws(dealt[1], dealt) == draws(dealt[1], dealt)
    alone = draws(dealt[1], [dealt[1]])
    assert alone != draws(dealt[1], dealt)


def test_what_metadata_tells_of_a_lent_line_stays_behind() -> None:
    own = a_page(("headline", "A bridge"), ("body", "It opened."), ("body", "Boats came."))
    other = a_page(
        ("headline", "A mast"),
        ("body", "It fell."),
        ("boilerplate/tags", "Masts"),
        told=("tag",),
        site="two",
    )
    pages = [parts for page in (own, other) if (parts := parts_of(page))]
    lent = [
        line for example in draws(pages[0], pages) for line in example.lines if line.text == "Masts"
    ]
    assert lent
    assert all(line.hint and not line.hint.told for line in lent)
    kept = [
        line for example in draws(pages[1], pages) for line in example.lines if line.text == "Masts"
    ]
    assert any(line.hint and line.hint.told for line in kept)


def test_a_page_alone_is_thinned_at_most() -> None:
    page = a_page(("headline", "A bridge"), ("body", "It opened."), ("body", "Boats came."))
    parts = parts_of(page)
    assert parts is not None
    assert all(example == page for example in draws(parts, []))
    # A page without hints lends nothing.
    bare = Example([TextLine(line.text) for line in page.lines], page.article)
    lender = parts_of(bare)
    assert lender is not None
    assert not stock_of([lender]).pages


def test_pages_without_a_story_and_endless_ones_are_not_dealt() -> None:
    assert parts_of(a_page(("headline", "A bridge"), ("boilerplate/tags", "Bridges"))) is None
    assert parts_of(a_page(*[("body", "Boats came.")] * (MOST_LINES + 1))) is None


def test_a_page_without_a_headline_begins_with_its_story() -> None:
    parts = parts_of(a_page(("boilerplate/tags", "Bridges"), ("body", "Boats came.")))
    assert parts is not None
    assert [block.label for block in parts.head] == ["boilerplate/tags"]
    assert [block.label for block in parts.story] == ["body"]
    assert not parts.foot
