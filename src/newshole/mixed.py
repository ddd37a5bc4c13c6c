"""Pages put together from annotated ones: the story of one, the foot of another, a box of a third.

A network that meets each page only as it is learns the page by heart. What furniture stands around
a story, and in which order, is chance for the most part; so pages are dealt anew each time they
are learned. Whole blocks change places, with their layout hints, and kinds of furniture that are
rare come as often as the others.

Recombining annotated examples: Jia and Liang 2016 for sentences, Yun et al. 2019 for pictures.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

import numpy as np

from newshole.article import Line
from newshole.examples import Example
from newshole.hint import TextLine
from newshole.labels import split_name

CHANGED = 0.4
"""How often a page's head, and its foot, is another page's."""

DROPPED = 0.15
"""How often a block of furniture is left out."""

ADDED, ADDED_INSIDE = 1.0, 0.4
"""How many blocks are put below a story, in the mean, and how often one is put into it."""

MOST_LINES = 1_500
"""Longer pages are not dealt."""

_SAME_LANGUAGE = 0.8
_FEW = 4
_ANY = ""

Thing = TypeVar("Thing")


class Block(NamedTuple):
    """Lines next to each other that have one label; empty lines belong to those before them."""

    label: str
    rows: list[tuple[TextLine, Line]]


class Parts(NamedTuple):
    """A page in three: above the headline, from there to the story's last line, and below."""

    example: Example
    language: str
    head: list[Block]
    story: list[Block]
    foot: list[Block]


class Stock(NamedTuple):
    """What pages are dealt from, by language and, under no name, of all: ``pages`` with hints,
    and their blocks by label, those ``below`` stories and those ``inside`` them.
    """

    pages: dict[str, list[Parts]]
    below: dict[str, dict[str, list[Block]]]
    inside: dict[str, dict[str, list[Block]]]


def parts_of(example: Example) -> Parts | None:
    """The parts of a page; None for one without a story or of more than :data:`MOST_LINES`."""
    names = ["" if isinstance(line, str) else line[0].name for line in example.article.lines]
    story = [at for at, name in enumerate(names) if name in ("body", "dateline")]
    if not story or len(names) > MOST_LINES:
        return None
    first = next(at for at, name in enumerate(names) if name in ("headline", "body", "dateline"))
    last = story[-1] + 1
    rows = list(zip(example.lines, example.article.lines, strict=True))
    spans = (slice(0, first), slice(first, last), slice(last, None))
    language = example.article.header.get("language", "").partition("-")[0]
    return Parts(example, language, *(_blocks(names[span], rows[span]) for span in spans))


def stock_of(pages: Iterable[Parts]) -> Stock:
    """The pages that have layout hints, and their blocks; a page without has nothing to lend."""
    stock = Stock(
        defaultdict(list),
        defaultdict(lambda: defaultdict(list)),
        defaultdict(lambda: defaultdict(list)),
    )
    for parts in pages:
        if not any(line.hint for line in parts.example.lines):
            continue
        for language in (parts.language, _ANY):
            stock.pages[language].append(parts)
            for block in filter(_is_furniture, parts.foot):
                stock.below[language][block.label].append(block)
            for block in parts.story:
                if _is_furniture(block) or block.label == "embed":
                    stock.inside[language][block.label].append(block)
    return stock


def mixed(parts: Parts, stock: Stock, random: np.random.Generator) -> Example:
    """The page's story between furniture of its own and of others, mostly of its language."""
    head, foot = parts.head, parts.foot
    if stock.pages[_ANY] and random.random() < CHANGED:
        head = _lent(_one(_pages(parts, stock, random), random).head)
    if stock.pages[_ANY] and random.random() < CHANGED:
        foot = _lent(_one(_pages(parts, stock, random), random).foot)
    head, story, foot = (_thinned(blocks, random) for blocks in (head, parts.story, foot))
    if stock.below[_ANY]:
        for _ in range(random.poisson(ADDED)):
            block = _block(parts, stock.below, random)
            foot.insert(int(random.integers(len(foot) + 1)), block)
    if stock.inside[_ANY] and random.random() < ADDED_INSIDE:
        story = _with(story, _block(parts, stock.inside, random), random)
    rows = [row for blocks in (head, story, foot) for block in blocks for row in block.rows]
    lines = tuple(line for _, line in rows)
    return Example([line for line, _ in rows], replace(parts.example.article, lines=lines))


def _blocks(names: Sequence[str], rows: Sequence[tuple[TextLine, Line]]) -> list[Block]:
    found: list[Block] = []
    for name, row in zip(names, rows, strict=True):
        if found and name in ("", found[-1].label):
            found[-1].rows.append(row)
        else:
            found.append(Block(name, [row]))
    return found


def _is_furniture(block: Block) -> bool:
    return split_name(block.label)[1] is not None


def _thinned(blocks: Sequence[Block], random: np.random.Generator) -> list[Block]:
    return [one for one in blocks if not (_is_furniture(one) and random.random() < DROPPED)]


def _lent(blocks: Iterable[Block]) -> list[Block]:
    """The blocks without what their own page's metadata tells of their lines."""
    return [
        Block(label, [(_untold(line), labelled) for line, labelled in rows])
        for label, rows in blocks
    ]


def _untold(line: TextLine) -> TextLine:
    if line.hint is None or not line.hint.told:
        return line
    return TextLine(line.text, line.hint._replace(told=()))


def _pages(parts: Parts, stock: Stock, random: np.random.Generator) -> Sequence[Parts]:
    own = stock.pages.get(parts.language, [])
    return own if len(own) >= _FEW and random.random() < _SAME_LANGUAGE else stock.pages[_ANY]


def _block(
    parts: Parts, blocks: dict[str, dict[str, list[Block]]], random: np.random.Generator
) -> Block:
    """A block of any label, each as likely as the others."""
    own = blocks.get(parts.language)
    by_label = own if own and random.random() < _SAME_LANGUAGE else blocks[_ANY]
    return _lent([_one(by_label[_one(sorted(by_label), random)], random)])[0]


def _with(story: list[Block], block: Block, random: np.random.Generator) -> list[Block]:
    """The story with a block between two of its paragraphs, where it has two together."""
    places = [at for at, one in enumerate(story) if one.label == "body" and len(one.rows) > 1]
    if not places:
        return story
    at = _one(places, random)
    label, rows = story[at]
    end = int(random.integers(1, len(rows)))
    between = [Block(label, rows[:end]), block, Block(label, rows[end:])]
    return [*story[:at], *between, *story[at + 1 :]]


def _one(things: Sequence[Thing], random: np.random.Generator) -> Thing:
    return things[int(random.integers(len(things)))]
