"""A score, printed: tables for a terminal or in Markdown, JSON for programs."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any, NamedTuple

import pyarrow as pa
from rich.console import Group
from rich.table import Table
from rich.text import Text

from newshole import __version__
from newshole.figures import (
    BODY,
    BY_LABEL,
    LINES,
    MEDIAN,
    MICRO,
    NINETIETH,
    OVER_LABELS,
    OVER_PAGES,
    PARTS,
    SPANS,
)
from newshole.raw import Rejected, printable
from newshole.score import Score

MOST_CONFUSED = 12
"""Pairs of names that are printed; ``--json`` has all."""

_GROUPS = {"collection": "Collections", "origin": "Origins", "language": "Languages"}
_DECIMALS = 6
_NAMED = 5

Figures = dict[tuple[str, str, str], dict[str, Any]]
"""(measure, average, part) → row of the table of figures."""


class Board(NamedTuple):
    """A table to print: what it shows, its columns (the first is of names), its rows."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def boards(score: Score) -> list[Board]:
    """The tables of a score, in the order of printing."""
    found: dict[str, dict[str, Figures]] = {}
    for row in score.figures.to_pylist():
        of = found.setdefault(row["by"], {}).setdefault(row["of"], {})
        of[row["measure"], row["average"], row["part"]] = row
    tables = [_main(found["all"][""])]
    if "label" in found:
        tables += [_labels(found["label"]), _kinds(found["kind"])]
    tables += [
        _groups(f"{title}: F1 as above, median of lines to change", found.get(by, {}))
        for by, title in _GROUPS.items()
    ]
    if score.confusion.num_rows:
        tables.append(_confused(score.confusion))
    return [table for table in tables if table.rows]


def to_view(score: Score) -> Group:
    """Tables for a terminal, of at most 80 columns where names are not long."""
    parts: list[Table | Text] = []
    for board in boards(score):
        table = Table(
            title=board.title,
            title_justify="left",
            title_style="bold",
            box=None,
            padding=(0, 1, 0, 0),
        )
        for at, column in enumerate(board.columns):
            is_name = _is_name(board, at)
            table.add_column(
                column, justify="left" if is_name else "right", no_wrap=not is_name, overflow="fold"
            )
        for row in board.rows:
            table.add_row(*(Text(printable(cell)) for cell in row))
        parts += [table, Text()]
    return Group(*parts, Text("\n".join(told(score))))


def to_markdown(score: Score) -> str:
    """The same in Markdown."""
    lines: list[str] = []
    for board in boards(score):
        rules = ["---" if _is_name(board, at) else "--:" for at in range(len(board.columns))]
        rows = [board.columns, *board.rows]
        cells = ["| " + " | ".join(_escaped(cell) for cell in row) + " |" for row in rows]
        lines += [f"**{board.title}**", "", cells[0], f"|{'|'.join(rules)}|", *cells[1:], ""]
    for note in told(score):
        lines += [_escaped(note), ""]
    return "\n".join(lines[:-1] if lines[-1] == "" else lines) + "\n"


def to_json(score: Score) -> str:
    """One object: all that a :class:`newshole.score.Score` holds, figures to six decimals."""
    content = {
        "made_by": f"newshole {__version__}",
        "body": score.body,
        "kappa": {unit: _rounded(score.kappa(unit)) for unit in ("characters", "lines")},
        "figures": _records(score.figures),
        "confusion": _records(score.confusion),
        "by_page": _records(score.by_page),
        "left": [asdict(one) for one in score.left],
        "missing": score.missing,
        "unknown": score.unknown,
        "without_spans": score.without_spans,
        "rejected": [asdict(one) for one in score.rejected],
    }
    return json.dumps(content, ensure_ascii=False)


def told(score: Score) -> list[str]:
    """What a reader of the figures must know: whom they leave out, what counted as empty."""
    notes = [
        f"Body: {', '.join(score.body)}. Intervals hold 95 % of resampled pages, and sites; "
        "white space does not count."
    ]
    if score.confusion.num_rows:
        kappas = (f"{score.kappa(unit):.3f} over {unit}" for unit in ("characters", "lines"))
        notes.append(f"Cohen's kappa: {', '.join(kappas)}.")
    ordered = sorted(score.left, key=lambda one: (one.is_fault, one.reason))
    for reason, left in groupby(ordered, key=lambda one: one.reason):
        notes.append(f"Left out: {_some([one.id for one in left])}; {reason}.")
    for names, what in (
        (score.missing, "Without a prediction, so counted as empty"),
        (score.without_spans, "Without spans, so empty but for the body"),
        (score.unknown, "Predicted, but not in the gold"),
    ):
        if names:
            notes.append(f"{what}: {_some(names)}.")
    return notes


def complaint(rejected: Rejected) -> str:
    """``found.jsonl:17: R041 the span … ; …``: where, what is wrong, how to mend it."""
    return f"{rejected.origin}: {rejected.code} {rejected.reason}; {rejected.fix}"


def _main(of: Figures) -> Board:
    first = next(iter(of.values()))
    rows = []
    for measure in BODY + SPANS:
        for average in (OVER_PAGES, MICRO, OVER_LABELS):
            values = [of.get((measure, average, part)) for part in PARTS]
            if values[-1]:
                ends = (_interval(values[-1], over) for over in ("pages", "sites"))
                rows.append((measure, average, *map(_value, values), *ends))
    for part in (MEDIAN, NINETIETH):
        if figure := of.get((LINES, "pages", part)):
            ends = (_interval(figure, over, _lines) for over in ("pages", "sites"))
            rows.append((LINES, part, "", "", _lines(figure["value"]), *ends))
    title = f"{first['pages']} pages of {first['sites']} sites"
    columns = ("measure", "", "precision", "recall", "F1", "over pages", "over sites")
    return Board(title, columns, rows)


def _labels(found: dict[str, Figures]) -> Board:
    rows = []
    for label, of in found.items():
        figure = of[BY_LABEL[0], MICRO, "f1"]
        spans = (_value(of.get((measure, MICRO, "f1"))) for measure in BY_LABEL[1:])
        rows.append((label, *_class(of), _interval(figure, "sites"), *spans))
    columns = ("label", "characters", *_SHORT, "over sites", "exact", "overlap")
    return Board("Labels: characters; F1 of exact and of overlapping spans", columns, rows)


def _kinds(found: dict[str, Figures]) -> Board:
    rows = [
        (kind, *_class(of), _interval(of[BY_LABEL[0], MICRO, "f1"], "sites"))
        for kind, of in found.items()
    ]
    columns = ("kind", "characters", *_SHORT, "over sites")
    return Board("Kinds of boilerplate: characters", columns, rows)


_SHORT = ("precision", "recall", "F1")


def _class(of: Figures) -> Iterator[str]:
    yield f"{of[BY_LABEL[0], MICRO, 'f1']['gold']:,}"
    for part in PARTS:
        yield _value(of[BY_LABEL[0], MICRO, part])


def _groups(title: str, found: dict[str, Figures]) -> Board:
    shown = (
        (BODY[0], OVER_PAGES, "f1"),
        (SPANS[0], MICRO, "f1"),
        (SPANS[0], OVER_LABELS, "f1"),
        (SPANS[1], MICRO, "f1"),
    )
    columns = ["", "pages", "sites", "body", "characters", "labels", "exact", "lines"]
    rows = []
    for name, of in found.items():
        first = next(iter(of.values()))
        values = [_value(of[key]) for key in shown if key in of]
        if figure := of.get((LINES, "pages", MEDIAN)):
            values.append(_lines(figure["value"]))
        rows.append((name, str(first["pages"]), str(first["sites"]), *values))
    return Board(title, columns[: len(rows[0])] if rows else columns, rows)


def _confused(confusion: pa.Table) -> Board:
    pairs = [row for row in confusion.to_pylist() if row["gold"] != row["predicted"]]
    rows = [
        (row["gold"], row["predicted"], f"{row['characters']:,}", f"{row['lines']:,}")
        for row in pairs[:MOST_CONFUSED]
    ]
    columns = ("gold", "predicted", "characters", "lines")
    return Board("What is confused most", columns, rows)


def _is_name(board: Board, at: int) -> bool:
    return at == 0 or board.columns[at] in ("", "predicted")


def _value(figure: dict[str, Any] | None) -> str:
    return "" if figure is None else f"{figure['value']:.3f}"


def _lines(number: float) -> str:
    return f"{round(number, 1):g}"


def _interval(
    figure: dict[str, Any], over: str, form: Callable[[float], str] = lambda end: f"{end:.3f}"
) -> str:
    low, high = figure[f"{over}_low"], figure[f"{over}_high"]
    return "" if low is None else f"{form(low)}–{form(high)}"


def _some(names: Sequence[str]) -> str:
    more = f", … ({len(names)} in all)" if len(names) > _NAMED else ""
    return ", ".join(printable(name) for name in names[:_NAMED]) + more


def _escaped(cell: str) -> str:
    return printable(cell).replace("|", "\\|")


def _records(table: pa.Table) -> list[dict[str, Any]]:
    return [{name: _rounded(value) for name, value in row.items()} for row in table.to_pylist()]


def _rounded(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, float):
        return None if value != value else round(value, _DECIMALS)
    return value
