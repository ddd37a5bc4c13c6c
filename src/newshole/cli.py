"""The command ``newshole``. Exit codes: 0 done, 1 findings or rejected pages, 2 wrong call."""

import argparse
import datetime
import io
import os
import sys
from collections.abc import Callable, Sequence

from newshole import __version__
from newshole.command_review_list import run_review_list
from newshole.command_score import run_score
from newshole.command_train import run_train
from newshole.commands import (
    DATA,
    DONE,
    MAX_PAGE_BYTES,
    STOPPED,
    WRONG,
    CallError,
    run_build,
    run_check,
    run_fill,
    run_new,
    run_show,
)

_EPILOG = "Exit codes: 0 done, 1 findings or rejected pages, 2 wrong call, 130 stopped."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name that is no UTF-8, or a terminal that is not, must not stop a command.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print("newshole: stopped; the same command goes on from here", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        # Whoever read the output has seen enough (head, less).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except (CallError, OSError) as error:
        print(f"newshole: {error}", file=sys.stderr)
        return WRONG


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "newshole", description="What each character of a news page is.", epilog=_EPILOG
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = _command(commands, "build", run_build, "Raw pages or corpus folders → a dataset")
    command.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="file, folder, glob or URL of .txt .html .warc .jsonl .parquet, plain or .gz .zst; "
        "or a corpus folder",
    )
    command.add_argument("--out", required=True, metavar="DIR", help="the dataset's folder")
    command.add_argument(
        "--workers", type=_positive, metavar="N", help="processes (default: one a core)"
    )
    command.add_argument(
        "--replace", action="store_true", help="replace a dataset or unfinished build in DIR"
    )
    command.add_argument(
        "--max-page-bytes",
        type=_positive,
        default=MAX_PAGE_BYTES,
        metavar="N",
        help="reject larger pages, unpacked (default: 32 MiB)",
    )
    command.add_argument("--encoding", help="encoding of pages of bytes, instead of what they say")
    command.add_argument(
        "--min-confidence",
        type=_share,
        default=0.0,
        metavar="X",
        help="leave out raw pages whose mean confidence is below X, from 0 to 1, and list them",
    )
    command.add_argument(
        "--dataset-version", default="1.0.0", metavar="X.Y.Z", help="version of the dataset"
    )
    command.add_argument(
        "--card", metavar="FILE", help="dataset card to update (default: DIR/README.md)"
    )
    command.add_argument(
        "--about",
        metavar="FILE",
        help="JSON: what card and croissant.json say of the dataset (default: the corpus's own)",
    )
    command.add_argument(
        "--filled", metavar="DIR", help="texts of linked articles, as 'newshole fill' wrote them"
    )
    command.add_argument("--json", action="store_true", help="print the manifest")

    command = _command(commands, "check", run_check, "Check article files, a corpus, a dataset")
    command.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="article file, corpus or dataset folder (default: corpus/, data/ and the card)",
    )
    command.add_argument(
        "--level",
        type=int,
        choices=range(1, 6),
        default=5,
        help="1 lines, 2 header, 3 article, 4 collection, 5 built dataset (default: all)",
    )
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", dest="form", action="store_const", const="json")
    form.add_argument("--github", dest="form", action="store_const", const="github")
    command.set_defaults(form="terminal")

    command = _command(commands, "new", run_new, "A page → an annotated article file to correct")
    command.add_argument("page", metavar="PAGE", help="a .txt or .html file")
    command.add_argument("--url", help="where it was published")
    command.add_argument("--id", help="site/slug (default: made from --url)")
    command.add_argument("--language", help="BCP 47 (default: what the page says)")
    command.add_argument("--licence", default="CC-BY-4.0", help="terms of the text")
    command.add_argument("--retrieved", type=_day, metavar="YYYY-MM-DD", help="default: today")
    command.add_argument("--encoding", help="encoding of the page, instead of what it says")
    command.add_argument("--mask", action="store_true", help="labels and fingerprints, no text")
    command.add_argument("--source", help="where to get the page (with --mask)")
    command.add_argument(
        "--out", metavar="FILE", help="default: its place in ./corpus; else, or with -, stdout"
    )

    command = _command(commands, "fill", run_fill, "Linked articles → with the text of their pages")
    command.add_argument(
        "paths", nargs="*", metavar="PATH", help="article files or folders (default: corpus/)"
    )
    place = command.add_mutually_exclusive_group()
    place.add_argument(
        "--out", default="filled", metavar="DIR", help="where to write them (default: filled/)"
    )
    place.add_argument(
        "--in-place", action="store_true", help="into the files themselves; never commit those"
    )
    command.add_argument(
        "--offline", action="store_true", help="look in the folders of NEWSHOLE_PAGES alone"
    )
    command.add_argument(
        "--workers", type=_positive, metavar="N", help="processes (default: one a core)"
    )
    command.add_argument("--json", action="store_true", help="print what became of each")

    command = _command(commands, "train", run_train, "Annotated articles → the annotator's model")
    command.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="article files or folders (default: corpus/, its test split left out)",
    )
    command.add_argument(
        "--weak",
        action="append",
        default=[],
        metavar="FOLDER",
        help="pages with a known body or snippets: pages.jsonl and html/; may be given again",
    )
    command.add_argument(
        "--out", required=True, metavar="FILE", help="the model, as line_model.npz in the package"
    )
    command.add_argument("--card", metavar="FILE", help="its card, as line_model.md in the package")
    command.add_argument("--epochs", type=_positive, metavar="N", help="times through all pages")
    command.add_argument(
        "--seed", type=_natural, default=0, metavar="N", help="of all that is drawn"
    )

    command = _command(
        commands, "score", run_score, "What a tool found → how well it fits the gold"
    )
    command.add_argument(
        "gold", metavar="GOLD", help="dataset, corpus, article files; masked pages need their text"
    )
    command.add_argument(
        "predicted",
        metavar="PREDICTED",
        help="JSONL of {id, body} or {id, spans}, Parquet or article files",
    )
    command.add_argument(
        "--split", choices=("train", "validation", "test"), help="score this split alone"
    )
    command.add_argument(
        "--body",
        type=lambda labels: labels.split(","),
        metavar="LABEL,…",
        help="labels that count as body (default: dateline,body,subheading)",
    )
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", dest="form", action="store_const", const="json")
    form.add_argument("--markdown", dest="form", action="store_const", const="markdown")
    command.set_defaults(form="terminal")
    command.add_argument("--out", metavar="FILE", help="write it there (default: print it)")

    command = _command(
        commands, "review-list", run_review_list, "A dataset → the pages to correct first"
    )
    command.add_argument(
        "datasets", nargs="+", metavar="DATASET", help="dataset folder, or Parquet files of one"
    )
    command.add_argument(
        "--min-confidence",
        type=_share,
        metavar="X",
        help="only pages whose mean confidence is below X, from 0 to 1",
    )
    command.add_argument(
        "--limit", type=_positive, default=20, metavar="N", help="list so many (default: 20)"
    )
    command.add_argument("--json", action="store_true", help="print a JSON object a page")

    command = _command(commands, "show", run_show, "Show an article in colour")
    command.add_argument("what", metavar="ID|FILE", help="id, article file or raw page")
    command.add_argument(
        "--dataset", default=str(DATA), metavar="DIR", help="where to look for an id"
    )
    command.add_argument("--svg", metavar="FILE", help="write a picture instead")
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], int],
    what: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=what, description=f"{what}.", epilog=_EPILOG)
    command.set_defaults(run=run)
    return command


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must be at least 0")
    return number


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError("must be from 0 to 1")
    return number


def _day(text: str) -> str:
    return datetime.date.fromisoformat(text).isoformat()
