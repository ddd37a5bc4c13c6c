"""Extractors take turns on the same pages in one process; their seconds of CPU are counted."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

BATCH = 64
"""Pages after which the next extractor has its turn, so that a slow minute hits them all alike."""

WARM_UP = (
    "<html><body><article><h1>Ferry late</h1><p>The ferry to Tern Bay came late on Monday, "
    "the harbour master said.</p></article></body></html>"
)


class Extractor(NamedTuple):
    """``extract`` gives the text of each page; it is handed ``batch`` pages at once."""

    name: str
    extract: Callable[[Sequence[str]], list[str]]
    batch: int


@dataclass
class Taken:
    """What an extractor did: ``texts`` of the pages, ``seconds`` of CPU in each turn.

    An exception makes an empty text; ``errors`` counts those pages, by the exception's name.
    ``slowest`` is the most seconds that a page took in the first turn.
    """

    seconds: list[float]
    texts: list[str] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    slowest: float = 0.0


def take_turns(
    extractors: Sequence[Extractor], pages: Sequence[str], turns: int
) -> dict[str, Taken]:
    """Each extractor on all pages, ``turns`` times; who begins changes from batch to batch."""
    taken = {one.name: Taken([0.0] * turns) for one in extractors}
    for one in extractors:
        extracted(one, [WARM_UP], Taken([0.0]), 0)
    for turn in range(turns):
        for number, batch in enumerate(batches(pages, BATCH)):
            first = (turn + number) % len(extractors)
            for one in chain(extractors[first:], extractors[:first]):
                for some in batches(batch, one.batch):
                    texts = extracted(one, some, taken[one.name], turn)
                    if turn == 0:
                        taken[one.name].texts += texts
    return taken


def extracted(one: Extractor, pages: Sequence[str], taken: Taken, turn: int) -> list[str]:
    """The texts, with what it cost added to ``taken``; a page that fails fails alone."""
    error = None
    start = time.process_time()
    try:
        texts = one.extract(pages)
    except Exception as raised:
        error = type(raised).__name__
    seconds = time.process_time() - start
    taken.seconds[turn] += seconds
    if error is not None and len(pages) > 1:
        return [text for page in pages for text in extracted(one, [page], taken, turn)]
    if turn == 0:
        taken.slowest = max(taken.slowest, seconds / len(pages))
        if error is not None:
            taken.errors[error] = taken.errors.get(error, 0) + 1
    return [""] if error is not None else texts


def batches(pages: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(pages), size):
        yield pages[start : start + size]
