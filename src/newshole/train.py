"""Annotated articles, and pages of which the body is known → the network that labels lines.

Needs JAX (``pip install newshole[train]``). Each article is learned in the forms in which pages
come (:mod:`newshole.forms`), and as often dealt anew (:mod:`newshole.mixed`). Its words, the names
in its markup and its whole short lines are learned only where enough sites have them, so that no
site is learned by heart.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from newshole.columns import Lines, lines_of
from newshole.examples import Example
from newshole.forms import bare, forms, line_names
from newshole.hint import TextLine
from newshole.label import margins
from newshole.labels import NAMES
from newshole.mixed import Parts, Stock, mixed, parts_of, stock_of
from newshole.network import Network, ids, logits
from newshole.self_training import narrowed
from newshole.weak import WeakPage

WORD_SITES, LINE_SITES, NAME_SITES = 15, 6, 8
"""On how many sites a word, a whole line, a name of the markup must stand to be learned."""

WEAK_WEIGHT = 0.15
"""What a line of a page with a known body counts beside one that is annotated."""

LENGTHS, LENGTH_WEIGHT = (30, 300), 0.3
"""Between these lengths in code points a line counts as its length to this power: what is labelled
wrong is more of the page the longer the line.
"""

_BARE_SHARE = 0.4
_CUT_SHARE = 0.4
_WHOLE = ("hinted", "bare")
_TIMES = 2
_HELD_OUT = 6
_BINS = 20
_INDEX = {name: number for number, name in enumerate(NAMES)}


class Trained(NamedTuple):
    """``network``, and how it does on sites held out while it was calibrated: ``lines`` (n, 3),
    for each line the margin, its label and the label found.
    """

    network: Network
    lines: np.ndarray


class _Form(NamedTuple):
    site: str
    kind: str
    lines: Lines
    allowed: np.ndarray
    weight: np.ndarray


def train(
    examples: Iterable[Example],
    weak: Iterable[WeakPage] = (),
    *,
    epochs: int | None = None,
    seed: int = 0,
    calibrated: bool = True,
    rounds: int = 2,
    tell: Callable[[str], None] = lambda _: None,
) -> Trained:
    """Learn the network. The same pages in the same order give the same network on one machine.

    It is learned twice: without every sixth site, to see what its margins are worth there, and
    with all. Where it is not to be ``calibrated``, or where there are too few sites, it is learned
    once, and its confidences are those of the lines it has seen. Where there are ``weak`` pages,
    each of these goes in ``rounds``: after the first, with what the network of the round before
    says of these pages (:mod:`newshole.self_training`).
    """
    articles = list(examples)
    known = [form for example in articles for form in _known(example)]
    pages = list(weak)
    kept = [form for form in known if not _is_held_out(form.site)]
    held = [form for form in known if form.kind in _WHOLE and _is_held_out(form.site)]

    def learned(known: Sequence[_Form], pages: Sequence[WeakPage]) -> Network:
        sites = {form.site for form in known}
        dealt = [parts for one in articles if _site(one) in sites and (parts := parts_of(one))]
        network = _fitted([*known, *_weakly_known(pages)], dealt, epochs, seed, tell)
        for _ in range(rounds - 1 if pages else 0):
            tell("once more, with what it says of pages of which little is known")
            some = _weakly_known(narrowed(pages, network), by_length=True)
            network = _fitted([*known, *some], dealt, epochs, seed, tell)
        return network

    tell("learning from all")
    network = learned(known, pages)
    if calibrated and kept and held:
        tell("learning without every sixth site, to calibrate")
        others = [page for page in pages if not _is_held_out(page.site)]
        lines = _on(learned(kept, others), held)
    else:
        lines = _on(network, [form for form in known if form.kind in _WHOLE])
    return Trained(network._replace(calibration=calibration(lines)), lines)


def calibration(lines: np.ndarray) -> np.ndarray:
    """float32 (2, bins): margins from which on, and the share of lines that were right there.

    Bins of as many lines each, and shares that never fall (pool adjacent violators: Ayer et al.
    1955; for calibration, Zadrozny and Elkan 2002).
    """
    margin, label, found = lines.T
    order = np.argsort(margin, kind="stable")
    right = (label == found)[order].astype(np.float64)
    bins = [part for part in np.array_split(np.arange(len(order)), _BINS) if len(part)]
    pooled: list[tuple[float, int, float]] = []
    for part in bins:
        entry = (right[part].sum(), len(part), float(margin[order[part[0]]]))
        while pooled and pooled[-1][0] / pooled[-1][1] >= entry[0] / entry[1]:
            last = pooled.pop()
            entry = (last[0] + entry[0], last[1] + entry[1], last[2])
        pooled.append(entry)
    bounds = [0.0, *(first for _, _, first in pooled[1:])]
    return np.array([bounds, [ok / size for ok, size, _ in pooled]], np.float32)


def digest(examples: Iterable[Example]) -> str:
    """The sha256 of the examples' texts and labels, in order."""
    found = hashlib.sha256()
    for example in examples:
        found.update((example.article.text or "").encode("utf-8", "surrogatepass"))
        found.update("\n".join(line_names(example)).encode())
    return found.hexdigest()


def _fitted(
    known: Sequence[_Form],
    dealt: Sequence[Parts],
    epochs: int | None,
    seed: int,
    tell: Callable[[str], None],
) -> Network:
    from newshole import learn
    from newshole.batch import Task

    vocabulary = _common(known, lambda lines: lines.tokens[_narrow(lines)], WORD_SITES)
    whole_lines = _common(known, lambda lines: lines.hashes[lines.hashes > 0], LINE_SITES)
    names = _common_names(known)
    stock = stock_of(dealt)

    def task(form: _Form) -> Task:
        return Task(form.lines, ids(form.lines, vocabulary, whole_lines, names), *form[3:])

    tasks = [task(form) for form in known]
    weak, weak_bare = (
        [own for form, own in zip(known, tasks, strict=True) if form.kind == kind]
        for kind in ("weak", "weak bare")
    )

    def sample(random: np.random.Generator) -> list[Task]:
        found = []
        for form, own in zip(known, tasks, strict=True):
            if form.kind in _WHOLE:
                found.append(own)
            elif not form.kind.startswith("weak"):
                found += [own for _ in range(_TIMES) if random.random() < _CUT_SHARE]
        for parts in dealt:
            found += [task(form) for form in _dealt(parts, stock, random)]
        for one, other in zip(weak, weak_bare, strict=True):
            found.append(other if random.random() < _BARE_SHARE else one)
        return found

    plan = learn.Plan(seed=seed)
    plan = plan._replace(epochs=epochs or plan.epochs)
    sizes = len(vocabulary), len(whole_lines), len(names)
    return learn.network(learn.fit(sample, sizes, plan, tell), vocabulary, whole_lines, names)


def _dealt(parts: Parts, stock: Stock, random: np.random.Generator) -> Iterator[_Form]:
    """The page twice, each time dealt anew: with hints, if it has any, and bare."""
    site = _site(parts.example)
    if any(line.hint for line in parts.example.lines):
        yield _form(site, "hinted", mixed(parts, stock, random))
    yield _form(site, "bare", bare(mixed(parts, stock, random)))


def _site(example: Example) -> str:
    return example.article.header.get("id", "").partition("/")[0]


def _known(example: Example) -> list[_Form]:
    site = _site(example)
    found = []
    for kind, form in forms(example).items():
        names = line_names(form)
        count = sum(bool(line.text.strip()) for line in form.lines)
        if count != len(names):
            raise ValueError(f"{len(names)} lines are labelled, {count} hold text")
        if names:
            found.append(_form(site, kind, form))
    return found


def _form(site: str, kind: str, example: Example) -> _Form:
    names = line_names(example)
    allowed = np.zeros((len(names), len(NAMES)), bool)
    allowed[np.arange(len(names)), [_INDEX[name] for name in names]] = True
    lines = lines_of([example.lines])
    return _Form(site, kind, lines, allowed, _weights(lines))


def _weights(lines: Lines) -> np.ndarray:
    """float32: what each line counts; 1 for one of 60 code points."""
    found: np.ndarray = (np.clip(lines.length, *LENGTHS) / 60) ** LENGTH_WEIGHT
    return found.astype(np.float32)


def _weakly_known(pages: Iterable[WeakPage], *, by_length: bool = False) -> list[_Form]:
    found = []
    for page in pages:
        bare = [TextLine(line.text) for line in page.lines]
        for kind, form in (("weak", page.lines), ("weak bare", bare)):
            lines = lines_of([form])
            weight = page.weight * np.float32(WEAK_WEIGHT)
            if by_length:
                weight = weight * _weights(lines)
            found.append(_Form(page.site, kind, lines, page.allowed, weight))
    return found


def _is_held_out(site: str) -> bool:
    return zlib.crc32(site.encode()) % _HELD_OUT == 0


def _on(network: Network, held: Sequence[_Form]) -> np.ndarray:
    rows = []
    for form in held:
        found = logits(network, form.lines)
        rows.append(np.stack([margins(found), form.allowed.argmax(1), found.argmax(1)], axis=1))
    return np.concatenate(rows)


def _narrow(lines: Lines) -> np.ndarray:
    found: np.ndarray = (lines.hashes > 0)[lines.token_line]
    return found


def _common(known: Sequence[_Form], what: Callable[[Lines], np.ndarray], sites: int) -> np.ndarray:
    """Sorted uint32: hashes that stand on so many sites."""
    by_site: dict[str, list[np.ndarray]] = {}
    for form in known:
        if form.kind in (*_WHOLE, "weak bare"):
            by_site.setdefault(form.site, []).append(what(form.lines))
    unique = [np.unique(np.concatenate(arrays)) for arrays in by_site.values()]
    found, counts = np.unique(np.concatenate(unique), return_counts=True)
    return found[counts >= sites].astype(np.uint32)


def _common_names(known: Sequence[_Form]) -> list[str]:
    by_site: dict[str, set[str]] = {}
    for form in known:
        seen = by_site.setdefault(form.site, set())
        for words in set(form.lines.words):
            seen.update(words)
    counts: dict[str, int] = {}
    for seen in by_site.values():
        for name in seen:
            counts[name] = counts.get(name, 0) + 1
    return sorted(name for name, count in counts.items() if count >= NAME_SITES)
