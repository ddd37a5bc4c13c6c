"""The label set, read from ``schema/labels.json``, the one place where labels are named.

A label's *name* is what a label line shows: ``body``, or ``boilerplate/related``
for a label with a kind. In a span the two stand apart, as ``label`` and ``kind``.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

BOILERPLATE = "boilerplate"


def schema_path(name: str) -> Path:
    """Path of a file of ``schema/``: beside the installed package, or in the checkout."""
    packaged = Path(__file__).parent / "schema" / name
    return packaged if packaged.exists() else Path(__file__).parents[2] / "schema" / name


@cache
def load_schema(name: str) -> dict[str, Any]:
    """A JSON file of ``schema/``, parsed once a process."""
    schema: dict[str, Any] = json.loads(schema_path(name).read_text(encoding="utf-8"))
    return schema


_DEFINITION = load_schema("labels.json")

LABELS: tuple[str, ...] = tuple(entry["name"] for entry in _DEFINITION["labels"])
KINDS: tuple[str, ...] = tuple(entry["name"] for entry in _DEFINITION["kinds"])
COLOURS: dict[str, str] = {entry["name"]: entry["colour"] for entry in _DEFINITION["labels"]}
DESCRIPTIONS: dict[str, str] = {
    entry["name"]: entry["description"] for entry in _DEFINITION["labels"]
} | {f"{BOILERPLATE}/{entry['name']}": entry["description"] for entry in _DEFINITION["kinds"]}

NAMES: tuple[str, ...] = (
    *(label for label in LABELS if label != BOILERPLATE),
    *(f"{BOILERPLATE}/{kind}" for kind in KINDS),
)
"""Every name that a label line may carry, in the order of ``labels.json``."""


def split_name(name: str) -> tuple[str, str | None]:
    """``boilerplate/related`` → ``("boilerplate", "related")``; ``body`` → ``("body", None)``."""
    label, _, kind = name.partition("/")
    return label, kind or None


def join_name(label: str, kind: str | None) -> str:
    """The inverse of :func:`split_name`."""
    return f"{label}/{kind}" if kind else label
