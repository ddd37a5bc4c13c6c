"""Pages to learn from, put together in arrays of few sizes, so that JAX compiles but once."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from newshole.columns import COLUMNS, Lines
from newshole.labels import NAMES
from newshole.network import GAP, LONGEST, Ids

Batch = dict[str, Any]
"""Arrays by name; those of lines have gaps between pages, as in :mod:`newshole.network`."""

GROUPS = ("container", "namesake", "opens")
"""By line of a batch: the first line of its container, of its namesakes, of its page."""

_LINES = 4096
_TOKENS = 32768
_NAMES = 49152


class Task(NamedTuple):
    """A page to learn from. ``allowed`` bool (lines, labels): what each line may be, one label
    where it is known; ``weight`` float32 (lines), 0 for nothing known.
    """

    lines: Lines
    ids: Ids
    allowed: np.ndarray
    weight: np.ndarray


BODYISH = ("body", "dateline", "subheading", "pullquote", "embed", "note", "standfirst", "caption")
_STORY = np.array([name in ("body", "dateline") for name in NAMES])
_BESIDE = np.array([name not in BODYISH for name in NAMES])


def batches(tasks: Sequence[Task], order: Sequence[int]) -> Iterator[list[int]]:
    """Numbers of pages whose lines fit into one batch together; a longer page comes alone."""
    found: list[int] = []
    size = GAP
    for number in order:
        lines = len(tasks[number].weight) + GAP
        if found and size + lines > _LINES:
            yield found
            found, size = [], GAP
        found.append(number)
        size += lines
    if found:
        yield found


def batch_of(tasks: Sequence[Task]) -> Batch:
    """Pages one after the other. ``is_story`` and ``no_story`` say of which lines it is known."""
    size = GAP + sum(len(task.weight) + GAP for task in tasks)
    count = -(-size // _LINES) * _LINES
    batch: Batch = {
        "columns": np.zeros((count, len(COLUMNS)), np.uint8),
        "inside": np.zeros(count, np.float32),
        "length": np.zeros(count, np.float32),
        "allowed": np.ones((count, len(NAMES)), bool),
        "weight": np.zeros(count, np.float32),
        "edges": np.zeros((count, 3), np.int32),
        "lines": np.zeros(count, np.int32),
        **{name: np.arange(count, dtype=np.int32) for name in GROUPS},
    }
    pairs: dict[str, list[np.ndarray]] = {"token": [], "name": []}
    start = GAP
    for task in tasks:
        own = slice(start, start + len(task.weight))
        batch["columns"][own] = task.lines.columns
        batch["inside"][own] = 1
        batch["length"][own] = np.minimum(task.lines.length, LONGEST)
        batch["allowed"][own] = task.allowed
        batch["weight"][own] = task.weight
        batch["edges"][own] = task.ids.edges
        batch["lines"][own] = task.ids.lines
        batch["container"][own] = task.lines.container + start
        batch["namesake"][own] = task.lines.namesake + start
        batch["opens"][own] = start
        pairs["token"].append(np.stack([task.ids.tokens, task.ids.token_line + start]))
        pairs["name"].append(np.stack([task.ids.names, task.ids.name_line + start]))
        start = own.stop + GAP
    for name, step in (("token", _TOKENS), ("name", _NAMES)):
        numbers, line = np.concatenate(pairs[name], axis=1)
        length = max(1, -(-len(numbers) // step)) * step
        batch[f"{name}s"] = np.zeros(length, np.int32)
        batch[f"{name}_line"] = np.full(length, count - 1, np.int32)
        batch[f"{name}s"][: len(numbers)] = numbers
        batch[f"{name}_line"][: len(line)] = line
    batch["is_story"] = ~(batch["allowed"] & _BESIDE).any(axis=1)
    batch["no_story"] = ~(batch["allowed"] & _STORY).any(axis=1)
    return batch
