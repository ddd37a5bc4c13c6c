"""What the card and croissant.json say of a dataset beyond its files, columns and counts."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from newshole.labels import load_schema

NAME = "about.json"


class About(NamedTuple):
    """Name of a dataset (empty: its folder's), Croissant properties, front matter of its card.

    ``said`` holds the keys of ``card`` that were said of this very dataset: they stand above
    what an existing card says, and the others below it.
    """

    name: str
    croissant: dict[str, Any]
    card: dict[str, Any]
    said: frozenset[str]


def read_about(path: Path | None) -> About:
    """The defaults of ``schema/about.json``, and above them what the file ``path`` says.

    Raises ValueError for a file that cannot be read or is not of that form.
    """
    defaults = load_schema(NAME)
    own: dict[str, Any] = {"name": "", "croissant": {}, "card": {}}
    if path is not None:
        own |= _read(path, own)
    return About(
        own["name"],
        defaults["croissant"] | own["croissant"],
        defaults["card"] | own["card"],
        frozenset(own["card"]),
    )


def _read(path: Path, form: dict[str, Any]) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror}); check the path") from None
    except ValueError as error:
        raise ValueError(f"{path} is not JSON ({error}); mend it") from None
    if not isinstance(said, dict):
        raise ValueError(f"{path} holds no JSON object; see schema/{NAME}")
    for key, value in said.items():
        if key not in form or type(value) is not type(form[key]):
            known = "name (a string), croissant and card (objects)"
            raise ValueError(f"{path}: {key!r} does not belong there; it holds {known}")
    return said
