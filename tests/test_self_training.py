"""What a network's reading of a page leaves of the labels that its lines may have."""

import numpy as np
import pytest

import newshole.self_training as self_training
from newshole.columns import Lines
from newshole.hint import TextLine
from newshole.labels import NAMES
from newshole.network import Network, load
from newshole.self_training import TRUST, narrowed
from newshole.weak import WeakPage

BODY, CAPTION, HEADLINE = (NAMES.index(name) for name in ("body", "caption", "headline"))


def page(*allowed: set[int], weight: tuple[float, ...]) -> WeakPage:
    rows = np.array([[label in some for label in range(len(NAMES))] for some in allowed])
    lines = [TextLine(f"Line {number}") for number in range(len(allowed))]
    return WeakPage("a.example", lines, rows, np.array(weight, np.float32))


def saying(monkeypatch: pytest.MonkeyPatch, *rows: dict[int, float]) -> Network:
    """A network that gives labels these probabilities, and shares the rest among the others."""

    def logits(_: Network, lines: Lines) -> np.ndarray:
        assert len(lines.page) == len(rows)
        found = np.zeros((len(rows), len(NAMES)))
        for line, known in zip(found, rows, strict=True):
            line[:] = (1 - sum(known.values())) / (len(NAMES) - len(known))
            for label, share in known.items():
                line[label] = share
        return np.log(np.maximum(found, 1e-30)).astype(np.float32)

    monkeypatch.setattr(self_training, "logits", logits)
    return load()


def labels(page: WeakPage) -> list[set[int]]:
    return [set(np.flatnonzero(row).tolist()) for row in page.allowed]


def test_what_is_unlikely_is_struck_of_what_is_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    anything = set(range(len(NAMES)))
    known = page({BODY, CAPTION}, anything, anything, weight=(1, 0, 0.5))
    network = saying(
        monkeypatch,
        {BODY: 0.2, CAPTION: 0.01, HEADLINE: 0.7},
        {BODY: 0.5, CAPTION: 0.4},
        {CAPTION: 0.99},
    )
    (found,) = narrowed([known], network)
    # The headline is what it takes the first line for, but known not to be possible.
    assert labels(found) == [{BODY}, {BODY, CAPTION}, {CAPTION}]
    assert found.weight.tolist() == pytest.approx([1, TRUST, TRUST])
    assert labels(known)[1] == anything
    assert (found.site, found.lines) == (known.site, known.lines)


def test_a_label_that_is_known_stays_against_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    network = saying(monkeypatch, {HEADLINE: 1 - 1e-7})
    (found,) = narrowed([page({BODY, CAPTION}, weight=(1,))], network)
    assert labels(found) == [{BODY, CAPTION}]


def test_of_each_line_something_is_left_with_the_network_of_the_package() -> None:
    rng = np.random.default_rng(5)
    allowed = rng.random((40, len(NAMES))) < 0.2
    allowed[:, BODY] |= ~allowed.any(axis=1)
    lines = [TextLine(f"The council met on {number} May") for number in range(40)]
    known = WeakPage("a.example", lines, allowed, np.zeros(40, np.float32))
    (found,) = narrowed([known], load())
    assert found.allowed.any(axis=1).all()
    assert not (found.allowed & ~allowed).any()
    assert found.allowed.sum() < allowed.sum()
