"""Tables of newshole beside other extractors, and of its network beside other methods, from the
figures of ``benchmarks/compare.py`` and ``benchmarks/methods.py``.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FIGURES = Path(__file__).parents[1] / "benchmarks" / "compare.json"
"""The last whole run; ``make bench`` writes it."""

METHODS = FIGURES.with_name("methods.json")

SETS = {
    "test": "pages of the corpus's test split, against our own gold",
    "pages": "news pages of `pages`, against known bodies",
    "wcxb": "articles of all kinds of `wcxb`, against known bodies",
    "eval": "pages of `eval`, by snippets that must and must not be in the text",
}

SLOW = 5.0
"""Seconds from which on a page is told of."""


def comparison(figures: Path = FIGURES) -> dict[str, dict[str, str]]:
    """Document → name of a region → its text; nothing where no run is kept.

    Raises ValueError for a run on a part of the pages: that is none to publish.
    """
    if not figures.is_file():
        return {}
    run = json.loads(figures.read_text(encoding="utf-8"))
    if run["limit"] or set(run["sets"]) != set(SETS):
        raise ValueError(f"{figures} is of a part of the pages; run 'make bench' on all of them")
    return {
        "README.md": {"comparison": summary(run)},
        "benchmarks/README.md": {"comparison": details(run)},
    }


def methods(figures: Path = METHODS) -> dict[str, dict[str, str]]:
    """As :func:`comparison`, of methods to label lines. Raises ValueError as that does."""
    if not figures.is_file():
        return {}
    run = json.loads(figures.read_text(encoding="utf-8"))
    if run["limit"]:
        raise ValueError(f"{figures} is of a part of the pages; run benchmarks/methods.py on all")
    lines = [
        f"Fold{'s' if run['only'] > 1 else ''} {', '.join(map(str, range(1, run['only'] + 1)))} of "
        f"{run['folds']}; {run['learned']} annotated articles to learn from, {run['unseen']} to "
        "score on.\n",
        "| method | lines | lines, per label | `pages` | `wcxb` | `eval` | learned in, s |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for form, told in (("hints", "with hints"), ("bare", "bare")):
        for name, got in run["methods"].items():
            scores = " | ".join(f"{value:.3f}" for value in got[form].values())
            lines.append(f"| {name}, {told} | {scores} | {got['seconds']} |")
    return {"benchmarks/README.md": {"methods": "\n".join(lines)}}


def summary(run: dict[str, Any]) -> str:
    """Markdown: F1 of each extractor on each set, and its speed over all."""
    sets = run["sets"]
    heads = [f"`{name}`, {one['pages']} pages" for name, one in sets.items()]
    lines = [f"| extractor | {' | '.join(heads)} | speed |", f"|---|{'--:|' * (len(sets) + 1)}"]
    for name, speed in run["together"].items():
        f1 = [f"{one['extractors'][name]['f1']:.3f}" for one in sets.values()]
        lines.append(f"| {name} | {' | '.join(f1)} | {speed['speed']:.2f} |")
    return "\n".join(lines)


def details(run: dict[str, Any]) -> str:
    """Markdown: what a run was made with and, of each set, all its figures."""
    parts = [made_with(run)]
    for name, one in run["sets"].items():
        parts.append(f"`{name}`: {one['pages']} {SETS[name]}; {one['sites']} sites.")
        parts.append(set_table(one))
        parts += notes(one)
    return "\n\n".join(parts)


def made_with(run: dict[str, Any]) -> str:
    machine = run["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
    asked = machine["OPENBLAS_CORETYPE"]
    return (
        f"{versions}. Python {machine['python']}, {machine['system']}, {machine['processor']}, "
        f"{machine['cores']} cores; {machine['blas']}"
        f"{f' (OPENBLAS_CORETYPE={asked})' if asked else ''}, one thread. {run['turns']} turns, "
        f"{run['folds']} folds of sites, {run['articles']} annotated articles. trafilatura "
        f"extracts {run['together']['trafilatura']['pages_a_second']:.0f} pages a second of CPU."
    )


def set_table(one: dict[str, Any]) -> str:
    lines = [
        "| extractor | precision | recall | F1 | 95 % of draws | newshole ahead by | speed |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, got in one["extractors"].items():
        behind = "" if name == "newshole" else ahead(got["f1_behind"], got["f1_behind_interval"])
        low, high = got["f1_interval"]
        lines.append(
            f"| {name} | {got['precision']:.3f} | {got['recall']:.3f} | {got['f1']:.3f} "
            f"| {low:.3f} to {high:.3f} | {behind} | {got['speed']:.2f} |"
        )
    return "\n".join(lines)


def ahead(difference: float, interval: Sequence[float]) -> str:
    low, high = interval
    return f"{difference:+.3f} ({low:+.3f} to {high:+.3f})"


def notes(one: dict[str, Any]) -> list[str]:
    """A sentence for errors and one for slow pages, where there are any."""
    got = one["extractors"]
    errors = [
        f"{name} on {sum(of['errors'].values())} ({', '.join(sorted(of['errors']))})"
        for name, of in got.items()
        if of["errors"]
    ]
    slow = [f"{name} {of['slowest']:.0f} s" for name, of in got.items() if of["slowest"] >= SLOW]
    return [
        *(
            [f"Pages that raised an error, counted as empty: {'; '.join(errors)}."]
            if errors
            else []
        ),
        *([f"The slowest page took {', '.join(slow)}."] if slow else []),
    ]
