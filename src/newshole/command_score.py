"""What the command ``newshole score`` does, from parsed options to an exit code."""

import argparse
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from newshole.commands import DONE, FOUND, CallError

if TYPE_CHECKING:
    from newshole.score import Score


def run_score(options: argparse.Namespace) -> int:
    """``newshole score GOLD PREDICTED``."""
    from newshole.corpus import TableError
    from newshole.row import BODY_LABELS
    from newshole.score import ScoreError, score
    from newshole.scoreboard import complaint

    try:
        body = options.body or BODY_LABELS
        found = score(options.gold, options.predicted, split=options.split, body=body)
    except (ScoreError, TableError) as error:
        raise CallError(str(error)) from None
    for rejected in found.rejected:
        print(complaint(rejected), file=sys.stderr)
    _put(found, options)
    is_wrong = found.rejected or any(one.is_fault for one in found.left)
    return FOUND if is_wrong else DONE


def _put(found: "Score", options: argparse.Namespace) -> None:
    from rich.console import Console

    from newshole.scoreboard import to_json, to_markdown, to_view
    from newshole.whole import write_whole

    if options.form == "terminal" and not options.out:
        Console(highlight=False).print(to_view(found))
        return
    if options.form == "terminal":
        stream = io.StringIO()
        Console(file=stream, highlight=False, width=100).print(to_view(found))
        text = stream.getvalue()
    else:
        text = to_json(found) + "\n" if options.form == "json" else to_markdown(found)
    if options.out:
        write_whole(Path(options.out), text)
        print(options.out)
    else:
        print(text, end="")
