"""schema/labels.json is the one place where labels are named; all else is read from it."""

import ast
import json
import re
from pathlib import Path

import pytest

from newshole import labels
from newshole.labels import BOILERPLATE, COLOURS, DESCRIPTIONS, KINDS, LABELS, NAMES

ROOT = Path(__file__).parents[1]
DEFINITION = json.loads((ROOT / "schema" / "labels.json").read_text(encoding="utf-8"))
MODULES = sorted((ROOT / "src" / "newshole").rglob("*.py"))


def test_the_definition_names_each_label_and_kind_once_and_describes_it() -> None:
    for part, keys in (("labels", {"name", "colour", "description"}), ("kinds", None)):
        entries = DEFINITION[part]
        assert all(set(entry) == (keys or {"name", "description"}) for entry in entries)
        assert all(re.fullmatch("[a-z]+", entry["name"]) for entry in entries)
        for key in entries[0]:
            assert len({entry[key] for entry in entries}) == len(entries), key
    # A kind that is also a label's name could not be told from it where it stands alone.
    assert not set(LABELS) & set(KINDS)


def test_colours_are_six_hex_digits() -> None:
    assert set(COLOURS) == set(LABELS)
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in COLOURS.values())


def test_names_are_the_labels_and_boilerplate_by_its_kinds() -> None:
    assert [entry["name"] for entry in DEFINITION["labels"]] == list(LABELS)
    assert [entry["name"] for entry in DEFINITION["kinds"]] == list(KINDS)
    assert [*NAMES[: len(LABELS) - 1], BOILERPLATE] == list(LABELS)
    assert [name.removeprefix("boilerplate/") for name in NAMES[len(LABELS) - 1 :]] == list(KINDS)
    assert set(DESCRIPTIONS) == {*NAMES, BOILERPLATE}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_splits_into_label_and_kind_and_joins_again(name: str) -> None:
    label, kind = labels.split_name(name)
    assert label in LABELS
    assert (kind in KINDS) if label == BOILERPLATE else kind is None
    assert labels.join_name(label, kind) == name


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_no_module_lists_the_labels_anew_or_names_a_kind_that_is_not_there(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        # A table that gives each label a weight is no list of them: it fails on a new label.
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            listed = {item.value for item in node.elts if isinstance(item, ast.Constant)}
            for names in (LABELS, KINDS, NAMES):
                assert not set(names) <= listed, f"line {node.lineno}"
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for found in re.findall(r"\bboilerplate/[a-z]+", node.value):
                assert found in NAMES, f"line {node.lineno}"
