"""The network that labels lines: how it is stored, and its forward pass in numpy.

A line's columns, its words and the names around it become some numbers; depthwise separable,
dilated convolutions over the lines of a page (Yu and Koltun 2016; Chollet 2017) add what stands
before and after; means over the line's container, its namesakes and its page, and how much of
the story stands where, add the page as a whole.

All that is multiplied and summed is whole numbers below 2²⁴ (weights of eight bits, activations
in steps of 1/16), so float32 sums are exact in any order, and every processor and number of
pages at a time gives the same labels and the same dataset.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from newshole.columns import COLUMNS, STEPS, Lines
from newshole.labels import NAMES

MODEL = Path(__file__).with_name("line_model.npz")

DILATIONS = (1, 2, 4, 8, 1, 4)
"""Of the convolutions; the means over the page come after the fourth."""

BEFORE_POOLING = 4
GAP = 8
"""Empty lines between pages, so that no convolution reaches from one into the other."""

LEVEL = 16
"""Activations are whole numbers of 1/16, at most :data:`MOST` of them."""

MOST = 127
STORY = 10
"""Figures of where the story stands."""

LONGEST = 400


class Dense(NamedTuple):
    """A layer: ``weights`` int8 (inputs, outputs), ``scale`` and ``bias`` float32 (outputs)."""

    weights: np.ndarray
    scale: np.ndarray
    bias: np.ndarray


class Network(NamedTuple):
    """``vocabulary``, ``line_hashes`` sorted uint32, ``names`` sorted; ``words``, ``edges`` (three
    tables), ``whole_lines`` and ``classes`` int8, a row for each of them, row 0 for unknown ones;
    ``taps`` float32 (convolutions, 3, width). ``calibration``: rising margins and confidences.
    """

    vocabulary: np.ndarray
    line_hashes: np.ndarray
    names: tuple[str, ...]
    words: np.ndarray
    edges: np.ndarray
    whole_lines: np.ndarray
    classes: np.ndarray
    first: Dense
    taps: np.ndarray
    convolutions: tuple[Dense, ...]
    core: Dense
    pool: Dense
    last: Dense
    calibration: np.ndarray


class Ids(NamedTuple):
    """What of the lines the network knows by number, 0 for unknown: ``tokens`` and their
    ``token_line``; ``edges`` (lines, 3), the first, second and last word; ``lines``; ``names``
    and their ``name_line``.
    """

    tokens: np.ndarray
    token_line: np.ndarray
    edges: np.ndarray
    lines: np.ndarray
    names: np.ndarray
    name_line: np.ndarray


def ids(lines: Lines, vocabulary: np.ndarray, line_hashes: np.ndarray, names: Sequence[str]) -> Ids:
    """Look up the words, names and whole lines that a network knows."""
    count = len(lines.page)
    tokens = _known(vocabulary, lines.tokens)
    first = np.searchsorted(lines.token_line, np.arange(count))
    after = np.searchsorted(lines.token_line, np.arange(count), side="right")
    padded = np.append(tokens, 0)
    edges = np.stack(
        [
            np.where(after > first, padded[first], 0),
            np.where(after > first + 1, padded[np.minimum(first + 1, len(tokens))], 0),
            np.where(after > first, padded[after - 1], 0),
        ],
        axis=1,
    )
    number = {name: at for at, name in enumerate(names, start=1)}
    found: list[int] = []
    owner: list[int] = []
    seen: dict[tuple[str, ...], list[int]] = {}
    for at, words in enumerate(lines.words):
        if words:
            if words not in seen:
                seen[words] = [number[word] for word in words if word in number]
            found += seen[words]
            owner += [at] * len(seen[words])
    known = tokens > 0
    return Ids(
        tokens[known],
        lines.token_line[known],
        edges,
        _known(line_hashes, lines.hashes),
        np.array(found, np.int64),
        np.array(owner, np.int64),
    )


def _known(vocabulary: np.ndarray, hashes: np.ndarray) -> np.ndarray:
    if not len(vocabulary):
        return np.zeros(len(hashes), np.int64)
    at = np.minimum(np.searchsorted(vocabulary, hashes), len(vocabulary) - 1)
    return np.where(vocabulary[at] == hashes, at + 1, 0)


def logits(network: Network, lines: Lines) -> np.ndarray:
    """float32 of shape (lines, labels)."""
    known = ids(lines, network.vocabulary, network.line_hashes, network.names)
    count = len(lines.page)
    inputs = np.concatenate(
        [
            lines.columns.astype(np.float32),
            _bag(network.words, known.tokens, known.token_line, count),
            *(table[known.edges[:, at]] for at, table in enumerate(network.edges)),
            network.whole_lines[known.lines],
            _bag(network.classes, known.names, known.name_line, count),
        ],
        axis=1,
        dtype=np.float32,
    )
    # Lines stand with gaps between pages from here on.
    row = np.arange(count) + GAP * (lines.page + 1)
    total = int(row[-1]) + GAP + 1 if count else GAP
    state = np.zeros((total, len(network.first.bias)), np.float32)
    state[row] = _activated(_dense(network.first, inputs, STEPS))
    inside = np.zeros((total, 1), np.float32)
    inside[row] = 1
    for at, (dilation, layer) in enumerate(zip(DILATIONS, network.convolutions, strict=True)):
        if at == BEFORE_POOLING:
            kept = state[row]
            core = _dense(network.core, kept, LEVEL)[:, 0]
            pooled = [
                _means(kept, group)
                for group in (lines.container, lines.namesake, _opens(lines.page))
            ]
            figures = np.concatenate([kept, *pooled, story(core, lines)], axis=1)
            state[row] = _added(kept, _dense(network.pool, figures, LEVEL))
        taps = network.taps[at]
        mixed = state * taps[1]
        mixed[dilation:] += state[:-dilation] * taps[0]
        mixed[:-dilation] += state[dilation:] * taps[2]
        np.rint(mixed, out=mixed)
        np.clip(mixed, -MOST, MOST, out=mixed)
        state = _added(state, _dense(layer, mixed, LEVEL)) * inside
    return _dense(network.last, state[row], LEVEL)


def _dense(layer: Dense, inputs: np.ndarray, steps: int) -> np.ndarray:
    sums = inputs @ layer.weights.astype(np.float32)
    found: np.ndarray = sums * (layer.scale / np.float32(steps)) + layer.bias
    return found


def _activated(values: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.clip(np.rint(values * LEVEL), 0, MOST)
    return found


def _added(state: np.ndarray, values: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.minimum(state + _activated(values), MOST)
    return found


def _bag(table: np.ndarray, numbers: np.ndarray, line: np.ndarray, count: int) -> np.ndarray:
    """By line the sum of its rows, over the square root of how many they are."""
    found = np.zeros((count, table.shape[1]), np.float32)
    if len(numbers):
        # Sums of whole numbers, exact; rows of a line stand together.
        starts = np.flatnonzero(np.diff(line, prepend=-1))
        sums = np.add.reduceat(table[numbers], starts, axis=0, dtype=np.float32)
        sizes = np.diff(starts, append=len(line)).astype(np.float32)
        found[line[starts]] = np.clip(np.rint(sums / np.sqrt(sizes)[:, None]), -MOST, MOST)
    return found


def _opens(page: np.ndarray) -> np.ndarray:
    """By line: the first line of its page."""
    found: np.ndarray = np.searchsorted(page, page)
    return found


def _means(state: np.ndarray, group: np.ndarray) -> np.ndarray:
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    sums = np.add.reduceat(state[order], starts, axis=0)
    sizes = np.diff(starts, append=len(group)).astype(np.float32)
    means = np.rint(sums / sizes[:, None])
    found = np.empty_like(state)
    found[order] = np.repeat(means, sizes.astype(np.int64), axis=0)
    return found


def story(core: np.ndarray, lines: Lines) -> np.ndarray:
    """Where the story stands, from each line's log-odds ``core`` of being of it: whole numbers of
    1/:data:`LEVEL`, up to four, of shape (lines, STORY).
    """
    opens = _opens(lines.page)
    sure = np.rint(np.clip(core / 4 + np.float32(0.5), 0, 1) * 64)
    mass = sure * np.minimum(lines.length, LONGEST)
    total = np.maximum(1, np.bincount(opens, mass, len(mass)))[opens]
    through = np.cumsum(mass)
    before = (through - mass - (through - mass)[opens]) / total
    after = 1 - before - mass / total
    columns = [sure / 64, before, after, before < 0.01, after < 0.01]
    for group in (lines.container, lines.namesake):
        size = np.bincount(group, minlength=len(group))[group]
        columns.append(np.bincount(group, mass, len(group))[group] / total)
        columns.append(np.bincount(group, sure, len(group))[group] / size / 64)
    columns.append(np.minimum(1, total / (64 * LONGEST * 20)))
    found: np.ndarray = np.rint(np.stack(columns, axis=1) * 4 * LEVEL)
    return found.astype(np.float32)


@cache
def load(path: Path = MODEL) -> Network:
    """The model in the package, or another one. Raises ValueError for one of other columns."""
    with np.load(path) as stored:
        if tuple(stored["columns"]) != COLUMNS or tuple(stored["labels"]) != NAMES:
            raise ValueError(f"{path} was trained on other columns or labels; train it again")
        fields: dict[str, Any] = {
            name: stored[name] for name in Network._fields if name in stored and name != "names"
        }
        fields |= {
            name: Dense(*(stored[f"{name}.{part}"] for part in Dense._fields))
            for name in ("first", "core", "pool", "last")
        }
        layers = tuple(
            Dense(*(stored[f"convolution{at}.{part}"] for part in Dense._fields))
            for at in range(len(DILATIONS))
        )
        names = tuple(str(name) for name in stored["names"])
    return Network(**fields, names=names, convolutions=layers)


def save(network: Network, path: Path) -> None:
    """Write a network; the same network gives the same bytes."""
    stored: dict[str, Any] = {
        "columns": np.array(COLUMNS),
        "labels": np.array(NAMES),
        "names": np.array(network.names, dtype=np.str_),
    }
    for name, value in network._asdict().items():
        if isinstance(value, Dense):
            stored |= {f"{name}.{part}": array for part, array in value._asdict().items()}
        elif isinstance(value, np.ndarray):
            stored[name] = value
    for at, layer in enumerate(network.convolutions):
        stored |= {f"convolution{at}.{part}": array for part, array in layer._asdict().items()}
    # numpy stamps the members with a fixed date, so the bytes depend on the content alone.
    with path.open("wb") as file:
        np.savez_compressed(file, **stored)
