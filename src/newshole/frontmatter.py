"""A Markdown file with YAML front matter, edited so that what people wrote in it stays."""

import re
from collections.abc import Mapping
from typing import Any

import yaml

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


def parts_of(text: str) -> tuple[str, str]:
    """(front matter without its ``---`` lines, the rest); the first is empty where none is."""
    match = _FRONT.match(text)
    return (match[1], text[match.end() :]) if match else ("", text)


def parse(front: str) -> dict[str, Any]:
    """The keys of a front matter. Raises ValueError when it is no YAML mapping."""
    try:
        data = yaml.safe_load(front)
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())
        raise ValueError(f"the front matter is not YAML ({said}); mend it") from None
    if data is not None and not isinstance(data, dict):
        raise ValueError("the front matter holds no keys; mend it")
    return data or {}


def set_keys(front: str, wanted: Mapping[str, Any]) -> str:
    """The front matter with these values; comments, order and all other lines stay."""
    known = parse(front)
    text = front
    for key, value in wanted.items():
        if key in known and known[key] == value:
            continue
        block = dump({key: value})
        old = rf"""^(["']?){re.escape(key)}\1[ \t]*:.*\n(?:(?:[ \t]*(?:#.*)?\n)*[ \t-].*\n)*"""
        text, replaced = re.subn(old, lambda _, b=block: b, text, count=1, flags=re.MULTILINE)  # type: ignore[misc]
        if not replaced:
            text += block
    # YAML can be written in ways that no such edit gets right.
    whole = {**known, **wanted}
    try:
        return text if parse(text) == whole else dump(whole)
    except ValueError:
        return dump(whole)


def fill(text: str, regions: Mapping[str, str]) -> str:
    """Put each text between ``<!-- name -->`` and ``<!-- /name -->``, where those are."""
    for name, content in regions.items():
        pattern = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
        text = re.sub(pattern, lambda m, c=content: f"{m[1]}{c}\n{m[2]}", text, flags=re.DOTALL)  # type: ignore[misc]
    return text


def dump(data: Mapping[str, Any]) -> str:
    """YAML, keys in their order."""
    text: str = yaml.safe_dump(dict(data), sort_keys=False, allow_unicode=True, width=100)
    return text
