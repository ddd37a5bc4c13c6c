"""A token model of cuts: a conditional random field over the words and marks of one line.

What it is told of a token is what the grammar of :mod:`newshole.cut` looks at: its letters and
shape, the lexicon's phrases, brackets, the markup's fields, where it stands, its neighbours.
"""

import re
import tempfile
import time
import zlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pycrfsuite

from newshole import lexicon
from newshole.cut import Piece
from newshole.hint import TextLine

ITERATIONS = 120
# Of the lines of the story that are neither cut nor the first, one in this many is learned.
BODY_SHARE = 4
# Tokens at either end of a line that the model sees.
END = 30
AROUND = range(-3, 4)

_PART = re.compile(rf"{lexicon.TOKEN.pattern}|\S")
_HUMP = re.compile(r"(?<=[a-zß-ÿа-я\d])(?=[A-ZÀ-ÞА-Я])")
_CLOSING = frozenset(".!?…。！？؟।")
_PHRASES = {
    "credit": ("labels", "credit", "opening"),
    "credit's end": ("labels", "credit", "closing"),
    "caption": ("labels", "caption", "opening"),
    "byline": ("labels", "byline", "opening"),
    "byline's end": ("labels", "byline", "closing"),
    "timestamp": ("labels", "timestamp", "opening"),
    "source": ("labels", "source", "opening"),
    "agency": ("agencies",),
    "month": ("time", "months"),
    "time": ("time", "words"),
}


class Case(NamedTuple):
    """A line whose label is ``name``, and the pieces that it should be cut into."""

    fold: int
    line: TextLine
    name: str
    opens_story: bool
    gold: list[Piece]


class Made(NamedTuple):
    """The pieces that a method makes of a line, how sure it is of them, and the time it took."""

    pieces: list[Piece]
    sure: float
    seconds: float


def by_model(
    cases: Sequence[Case], learned: Sequence[pycrfsuite.ItemSequence], c1: float, c2: float
) -> list[Made]:
    """Each line as cut by a model of the lines of the other folds; those of fold 0 teach alone."""
    made: dict[int, Made] = {}
    with tempfile.TemporaryDirectory() as folder:
        for fold in {case.fold for case in cases} - {0}:
            path = str(Path(folder) / f"{fold}.crf")
            trainer = pycrfsuite.Trainer(verbose=False)
            trainer.set_params({"c1": c1, "c2": c2, "max_iterations": ITERATIONS})
            trainer.set("feature.minfreq", 2)
            for at, case in enumerate(cases):
                if case.fold != fold and is_learned(case):
                    trainer.append(learned[at], labels_of(case))
            trainer.train(path)
            tagger = pycrfsuite.Tagger()
            tagger.open(path)
            for at, case in enumerate(cases):
                if case.fold == fold:
                    made[at] = tagged(tagger, case)
    return [made[at] for at in sorted(made)]


def is_learned(case: Case) -> bool:
    return (
        case.name != "body"
        or case.opens_story
        or len(case.gold) > 1
        or zlib.crc32(case.line.text.encode()) % BODY_SHARE == 0
    )


def tagged(tagger: pycrfsuite.Tagger, case: Case) -> Made:
    begun = time.perf_counter()
    tagger.set(features(case))
    labels = tagger.tag()
    pieces = pieces_of(case, labels)
    seconds = time.perf_counter() - begun
    return Made(pieces, tagger.probability(labels), seconds)


def tokens(text: str) -> list[tuple[int, int]]:
    """Start and end of each token at either end of a line: words, and single other characters."""
    found: list[tuple[int, int]] = []
    for part in _PART.finditer(text):
        bounds = [part.start(), *(hump.start() for hump in _HUMP.finditer(text, *part.span()))]
        bounds = [*dict.fromkeys(bounds), part.end()]
        found += pairwise(bounds)
    return found if len(found) <= 2 * END else found[:END] + found[-END:]


def labels_of(case: Case) -> list[str]:
    """The gold label of each token."""
    return [
        next(name for begin, end, name in case.gold if begin <= start < end)
        for start, _ in tokens(case.line.text)
    ]


def pieces_of(case: Case, labels: Sequence[str]) -> list[Piece]:
    """The pieces of a line by its tokens' labels; the space before a token belongs to it.

    What lies between the ends of a long line has the label of the line.
    """
    text = case.line.text
    bounds, last = [(0, labels[0])], 0
    for (start, end), name in zip(tokens(text), labels, strict=True):
        if text[last:start].strip():
            bounds.append((last, case.name))
            last = len(text[:start].rstrip())
        bounds.append((last, name))
        last = end
    kept = [bounds[0]]
    for start, name in bounds:
        if name != kept[-1][1]:
            kept.append((start, name))
    ends = [*(start for start, _ in kept[1:]), len(text)]
    return [(start, end, name) for (start, name), end in zip(kept, ends, strict=True)]


def features(case: Case) -> pycrfsuite.ItemSequence:
    """What the model is told of each token of a line."""
    text = case.line.text
    places = tokens(text)
    seen = [token_features(text, start, end) for start, end in places]
    for names, place in zip(seen, phrases(text, places), strict=True):
        names += place
    for start, end, word in case.line.hint.fields if case.line.hint else ():
        for names, (begin, _) in zip(seen, places, strict=True):
            if start <= begin < end and end - start < len(text):
                names.append(f"field {word}{' begins' if begin == start else ''}")
    line = f"{case.name}{' first' if case.opens_story else ''}"
    tail = behind_sentence(text, places)
    depth, items = 0, []
    for at, ((start, _), own) in enumerate(zip(places, seen, strict=True)):
        depth = max(0, depth - (text[start] in ")]）】"))
        item = [f"{line} {name}" for name in own]
        for step in AROUND:
            if 0 <= at + step < len(seen):
                item += [f"{step} {name}" for name in seen[at + step]]
            else:
                item.append(f"{step} none")
        where = (bucket(at), bucket(len(places) - 1 - at))
        item += [line, f"{line} from start {where[0]}", f"{line} from end {where[1]}"]
        item += [f"{line} depth {depth}", f"{line} behind {tail[at]}"]
        items.append(item)
        depth += text[start] in "([（【"
    return pycrfsuite.ItemSequence(items)


def token_features(text: str, start: int, end: int) -> list[str]:
    token = text[start:end]
    shape = "".join("d" if c.isdigit() else "X" if c.isupper() else "x" for c in token)
    short = re.sub(r"(.)\1+", r"\1+", shape)
    glued = "glued" if start > 0 and not text[start - 1].isspace() else "free"
    if not token[0].isalnum():
        return [f"is {token}", f"is {token} {glued}"]
    if token.isdigit():
        return [f"digits {shape[:5]}", glued]
    return [f"is {lexicon.fold(token)}", f"shape {short} {glued}", f"ends {token[-3:].lower()}"]


def phrases(text: str, places: Sequence[tuple[int, int]]) -> list[list[str]]:
    """Of each token, the lists of the lexicon with a phrase that begins with it or covers it."""
    found: list[list[str]] = [[] for _ in places]
    words = [at for at, (start, _) in enumerate(places) if text[start].isalnum()]
    folded = [lexicon.fold(text[slice(*places[at])]) for at in words]
    for name, path in _PHRASES.items():
        runs = lexicon.token_runs(*path)
        for at, token in enumerate(folded):
            length = lexicon.run_at(folded, at, runs) if token in runs else 0
            for word in words[at : at + length]:
                found[word].append(f"{name}{' begins' if word == words[at] else ''}")
    return found


def behind_sentence(text: str, places: Sequence[tuple[int, int]]) -> list[str]:
    """For each token, how many tokens stand behind the line's last finished sentence, if it does.

    A mark that ends the line finishes none.
    """
    last = max(
        (at for at, (start, _) in enumerate(places[:-1]) if text[start] in _CLOSING), default=-1
    )
    length = bucket(len(places) - 1 - last)
    return ["no" if at <= last or last < 0 else length for at in range(len(places))]


def bucket(number: int) -> str:
    return str(next((top for top in (0, 1, 2, 3, 5, 9, 19) if number <= top), "more"))
