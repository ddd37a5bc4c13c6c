"""The forms in which an article is learned: as its page gives it, and as scrapers leave it."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from newshole.article import Line, Segment
from newshole.examples import Example
from newshole.hint import TextLine
from newshole.lexicon import lexicon, phrases_of

_LEFT_ABOVE = 3
_LEFT_BELOW = 12
_SHORTEST = 6


def forms(example: Example) -> dict[str, Example]:
    """The forms by name: ``hinted``, the example as it is, if it has hints; ``bare``, without them;
    ``scraped``, as a scraper leaves it, bare; ``short`` and ``short bare``, its first paragraphs
    and a little around them. An example without a headline or a story is not cut.
    """
    plain = bare(example)
    found = {"bare": plain}
    if any(line.hint for line in example.lines):
        found["hinted"] = example
    names = ["" if isinstance(line, str) else line[0].name for line in example.article.lines]
    story = [at for at, name in enumerate(names) if name in ("body", "dateline")]
    heads = [at for at, name in enumerate(names) if name == "headline"]
    if story and heads:
        found["scraped"] = _scraped(plain, heads[0], story)
        for name in list(found):
            if name in ("hinted", "bare"):
                short = _short(found[name], heads[0], story)
                found["short" if name == "hinted" else "short bare"] = short
    return found


def bare(example: Example) -> Example:
    """The example without layout hints."""
    return Example([TextLine(line.text) for line in example.lines], example.article)


def line_names(example: Example) -> list[str]:
    """The label of each line with text as a whole: that of most of its characters.

    A dateline before other text counts as body.
    """
    return [_line_name(line) for line in example.article.lines if not isinstance(line, str)]


def _line_name(line: Sequence[Segment]) -> str:
    lengths: Counter[str] = Counter()
    for segment in line:
        name = "body" if segment.name == "dateline" and len(line) > 1 else segment.name
        lengths[name] += len(segment.text)
    return lengths.most_common(1)[0][0]


def _short(example: Example, head: int, story: Sequence[int]) -> Example:
    """The headline, the first one to six lines of the story, and a few lines around them.

    How many differs from article to article, and is the same at each run.
    """
    seed = hashlib.sha256((example.article.text or "").encode()).digest()
    below = [at for at in story if at > head] or list(story)
    end = below[min(seed[16] % _SHORTEST, len(below) - 1)] + 1
    start = min(max(0, head - seed[17] % (_LEFT_ABOVE + 1)), below[0])
    rest = story[-1] + 1
    kept = [*range(start, end), *range(rest, rest + seed[18] % (_LEFT_BELOW // 2))]
    kept = [at for at in kept if at < len(example.lines)]
    lines = tuple(example.article.lines[at] for at in kept)
    return Example([example.lines[at] for at in kept], replace(example.article, lines=lines))


def _scraped(bare: Example, first_head: int, story: Sequence[int]) -> Example:
    """Few lines above the headline and below the story, and what aggregators add.

    Counters and a logo's alternative text under the headline, a pointer back at the end. How much
    is left and added differs from article to article, and is the same at each run.
    """
    seed = hashlib.sha256((bare.article.text or "").encode()).digest()
    head = first_head + 1
    first = max(0, first_head - seed[0] % (_LEFT_ABOVE + 1))
    last = max(story[-1] + 1, head) + seed[1] % (_LEFT_BELOW + 1)
    site = bare.article.header.get("id", "paper").partition(".")[0]
    logos = (f"logo-{site}", f"{site}_logo", f"{site} logo", f"{site}-logo-white")
    counters = [str(number % (10 ** (1 + number % 3))) for number in seed[2 : 2 + seed[3] % 4]]
    below = [("boilerplate/engagement", text) for text in counters]
    if seed[4] % 2:
        below.insert(seed[5] % (len(below) + 1), ("source", logos[seed[6] % len(logos)]))
    pointers = _pointers()
    end = [("boilerplate/aggregator", pointers[int.from_bytes(seed[8:12]) % len(pointers)])]
    lines = list(bare.article.lines)
    kept = [*lines[first:head], *_added(below), *lines[head:last], *_added(end[: seed[7] % 2])]
    texts = (
        line if isinstance(line, str) else "".join(segment.text for segment in line)
        for line in kept
    )
    return Example([TextLine(text) for text in texts], replace(bare.article, lines=tuple(kept)))


def _added(pairs: Sequence[tuple[str, str]]) -> list[Line]:
    return [(Segment(name, text),) for name, text in pairs]


@cache
def _pointers() -> list[str]:
    """Every "Source link" and its like that the lexicon knows, in all languages."""
    places = lexicon()["labels"]["boilerplate/aggregator"]["whole"]
    return sorted(phrase.capitalize() for phrase in phrases_of(places))
