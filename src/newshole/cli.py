"""The command ``newshole``. Exit codes: 0 done, 1 findings or rejected pages, 2 wrong call."""

import argparse
import datetime
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from newshole import __version__

if TYPE_CHECKING:
    from newshole.article import Article
    from newshole.page import Page

CORPUS = Path("corpus")
DATA = Path("data")

DONE, FOUND, WRONG, STOPPED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    options = _parser().parse_args(arguments)
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


class CallError(Exception):
    """The command was called with what it cannot work on."""


def run_build(options: argparse.Namespace) -> int:
    """``newshole build SOURCE… --out DIR``."""
    from newshole.build import BuildError, build
    from newshole.progress import progress

    try:
        with progress() as (start, watch):
            built = build(
                options.sources,
                options.out,
                workers=options.workers or os.cpu_count() or 1,
                replace=options.replace,
                version=options.dataset_version,
                max_page_bytes=options.max_page_bytes,
                encoding=options.encoding,
                card=options.card,
                about=options.about,
                start=start,
                watch=watch,
            )
    except BuildError as error:
        raise CallError(str(error)) from None
    manifest = built.manifest
    if options.json:
        print(json.dumps({"changed": built.changed, **manifest}, ensure_ascii=False))
    else:
        state = "built" if built.changed else "up to date"
        print(f"{built.folder}: {state}, {manifest['rows']} rows, {manifest['rejected']} rejected")
        if manifest["rejected"]:
            print(f"{built.folder / 'rejected.jsonl'} lists what was rejected, and why")
    return FOUND if manifest["rejected"] else DONE


def run_check(options: argparse.Namespace) -> int:
    """``newshole check [PATH…]``."""
    from newshole.check import check_paths, check_project
    from newshole.corpus import is_corpus
    from newshole.finding import ERROR, to_github, to_json, to_terminal

    if options.paths:
        findings = check_paths(options.paths, level=options.level)
    elif is_corpus(CORPUS):
        findings = check_project(CORPUS, DATA, level=options.level)
    else:
        raise CallError("there is no corpus/ here; name the files or folders to check")
    if options.form == "json":
        print(to_json(findings))
    else:
        form = to_github if options.form == "github" else to_terminal
        for finding in findings:
            print(form(finding))
    errors = sum(finding.level == ERROR for finding in findings)
    if options.form == "terminal":
        print(f"{errors} errors, {len(findings) - errors} warnings", file=sys.stderr)
    return FOUND if errors else DONE


def run_new(options: argparse.Namespace) -> int:
    """``newshole new PAGE``."""
    from newshole.corpus import is_corpus
    from newshole.new import new, slug
    from newshole.page import site_of
    from newshole.render import RenderError

    page = _one_page(options.page, options.encoding)
    page = replace(page, url=options.url or page.url)
    site = site_of(page.url)
    if not options.id and not site:
        raise CallError("where does the page come from? give --url, or --id site/slug")
    article_id = options.id or f"{site}/{slug(page)}"
    header = {
        "id": article_id,
        "retrieved": options.retrieved or datetime.date.today().isoformat(),
        "language": options.language or page.language,
        "licence": "by-reference" if options.mask else options.licence,
    }
    header |= {"url": page.url} if page.url else {}
    header |= {"source": options.source} if options.source else {}
    if options.mask and not options.source:
        raise CallError("a masked article says where to get the page; give --source")
    try:
        content = new(page, header, masked=options.mask)
    except (RenderError, ValueError) as error:
        raise CallError(f"{options.page}: {error}") from None
    collection = "linked" if options.mask else "original"
    target = Path(options.out) if options.out else CORPUS / collection / f"{article_id}.txt"
    if options.out == "-" or (not options.out and not is_corpus(CORPUS)):
        sys.stdout.write(content)
        return DONE
    if target.exists():
        raise CallError(f"{target} is there already; give another --out or --id")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(content, encoding="utf-8", newline="\n")
    if page.is_html and not options.mask:
        shutil.copyfile(options.page, target.with_suffix(".html"))
    print(f"{target}: correct the labels, set 'annotation: reviewed', then 'newshole check'")
    return DONE


def run_show(options: argparse.Namespace) -> int:
    """``newshole show ID|FILE``."""
    from rich.console import Console

    from newshole.show import article_view, save_svg

    article = _find_article(options.what, Path(options.dataset))
    if options.svg:
        save_svg(article, Path(options.svg))
        print(options.svg)
        return DONE
    Console(highlight=False).print(article_view(article))
    return DONE


def _one_page(path: str, encoding: str | None) -> "Page":
    from newshole.page import Rejected, read_pages
    from newshole.source import find_sources

    if not Path(path).is_file():
        raise CallError(f"{path} is not a file; 'newshole new' takes one page")
    for source in find_sources([path]):
        first = (
            source
            if isinstance(source, Rejected)
            else next(iter(read_pages(source, encoding=encoding)))
        )
        if isinstance(first, Rejected):
            raise CallError(f"{first.origin}: {first.code} {first.reason}; {first.fix}")
        return first
    raise CallError(f"{path} holds no page")


def _find_article(what: str, dataset: Path) -> "Article":
    from newshole.annotate import annotate
    from newshole.article import Article, ArticleError
    from newshole.corpus import COLLECTIONS, read_article
    from newshole.render import render
    from newshole.show import from_dataset

    files = [Path(what), *(CORPUS / name / f"{what}.txt" for name in COLLECTIONS)]
    file = next((file for file in files if file.is_file()), None)
    if file is None:
        found = from_dataset(dataset, what) if dataset.is_dir() else None
        if found is None:
            raise CallError(f"no file and no article {what!r} in {CORPUS}/ or {dataset}/")
        return found
    if file.suffix == ".txt" and file.read_bytes().startswith(b"id: "):
        try:
            return read_article(file)
        except ArticleError as error:
            raise CallError(
                f"{file}:{error.line}: {error.code} {error.message}; {error.fix}"
            ) from None
    page = _one_page(str(file), None)
    annotated = annotate(render(page.content) if page.is_html else page.content)
    return Article(annotated.lines, {"id": page.id})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("newshole", description="What each character of a page is.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("build", help="raw pages or corpus folders → a dataset")
    command.set_defaults(run=run_build)
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
        default=32 << 20,
        metavar="N",
        help="reject larger pages, unpacked (default: 32 MiB)",
    )
    command.add_argument("--encoding", help="encoding of pages of bytes, instead of what they say")
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
    command.add_argument("--json", action="store_true", help="print the manifest")

    command = commands.add_parser("check", help="check article files, a corpus, a dataset")
    command.set_defaults(run=run_check)
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

    command = commands.add_parser("new", help="a page → an annotated article file to correct")
    command.set_defaults(run=run_new)
    command.add_argument("page", metavar="PAGE", help="a .txt or .html file")
    command.add_argument("--url", help="where it was published")
    command.add_argument("--id", help="site/slug (default: made from --url)")
    command.add_argument("--language", help="BCP 47 (default: what the page says)")
    command.add_argument("--licence", default="CC-BY-4.0", help="terms of the text")
    command.add_argument("--retrieved", metavar="YYYY-MM-DD", help="default: today")
    command.add_argument("--encoding", help="encoding of the page, instead of what it says")
    command.add_argument("--mask", action="store_true", help="labels and fingerprints, no text")
    command.add_argument("--source", help="where to get the page (with --mask)")
    command.add_argument(
        "--out", metavar="FILE", help="default: its place in ./corpus; else, or with -, stdout"
    )

    command = commands.add_parser("show", help="an article in colour")
    command.set_defaults(run=run_show)
    command.add_argument("what", metavar="ID|FILE", help="id, article file or raw page")
    command.add_argument(
        "--dataset", default=str(DATA), metavar="DIR", help="where to look for an id"
    )
    command.add_argument("--svg", metavar="FILE", help="write a picture instead")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number
