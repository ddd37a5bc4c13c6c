"""What the command ``newshole review-list`` does, from parsed options to an exit code."""

import argparse
import json
import sys
from typing import TYPE_CHECKING

from newshole.commands import DONE, CallError

if TYPE_CHECKING:
    from rich.table import Table

    from newshole.article import Span
    from newshole.review_list import ReviewList, ReviewPage


_LEGEND = """\
wrong: spans expected to be wrong, the sum of 1 - confidence; mean: confidence, by characters.
Sites take turns: of each the page with most wrong spans, then of each the second, and so on."""


def run_review_list(options: argparse.Namespace) -> int:
    """``newshole review-list DATASET…``."""
    from rich.console import Console

    from newshole.review_list import ReviewError, review_list

    try:
        found = review_list(
            options.datasets,
            min_confidence=options.min_confidence,
            limit=options.limit,
        )
    except ReviewError as error:
        raise CallError(str(error)) from None
    if options.json:
        for page in found.pages:
            print(_as_json(page))
    elif found.pages:
        Console(highlight=False).print(_as_table(found))
        print(_LEGEND)
    told = _told(found, options.min_confidence)
    print(told, file=sys.stderr if options.json else sys.stdout)
    return DONE


def _as_json(page: "ReviewPage") -> str:
    record = {
        "id": page.id,
        "site": page.site,
        "file": page.file,
        "expected_wrong": page.expected_wrong,
        "mean_confidence": page.mean_confidence,
        "least_sure": [
            {
                "start": span.start,
                "end": span.end,
                "label": span.label,
                "kind": span.kind,
                "confidence": _two(span),
            }
            for span in page.least_sure
        ],
    }
    return json.dumps(record, ensure_ascii=False)


def _as_table(found: "ReviewList") -> "Table":
    """A row a page: how many spans are expected to be wrong, and which first."""
    from rich.table import Table
    from rich.text import Text

    from newshole.labels import join_name
    from newshole.raw import printable

    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("page, and its site", overflow="fold")
    table.add_column("wrong", justify="right", no_wrap=True)
    table.add_column("mean", justify="right", no_wrap=True)
    table.add_column("least sure: place, label, confidence", no_wrap=True)
    for page in found.pages:
        spans = (
            f"{span.start}-{span.end} {join_name(span.label, span.kind)} {_two(span):.2f}"
            for span in page.least_sure
        )
        # Most ids begin with the site.
        names = [page.id] if page.id.startswith(page.site) else [page.id, page.site]
        cells = (
            "\n".join(map(printable, names)),
            f"{page.expected_wrong:.1f}",
            f"{page.mean_confidence:.2f}",
            "\n".join(spans),
        )
        table.add_row(*map(Text, cells))
    return table


def _told(found: "ReviewList", min_confidence: float | None) -> str:
    notes = [f"{len(found.pages)} of {found.to_review} pages to correct"]
    if found.decided:
        notes.append(f"{found.decided} left out, whose spans a reader decided")
    if found.confident:
        notes.append(
            f"{found.confident} left out, of a mean confidence of {min_confidence} or more"
        )
    return "; ".join(notes)


def _two(span: "Span") -> float:
    # A confidence has steps of 0.01; in single precision it would be printed as 0.9200000166893005.
    return round(span.confidence or 0.0, 4)
