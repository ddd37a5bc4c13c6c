"""What the commands do: one function each, from parsed options to an exit code."""

import argparse
import datetime
import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newshole.article import Article
    from newshole.build import Built
    from newshole.page import Page, Rejected
    from newshole.source import Source

CORPUS = Path("corpus")
DATA = Path("data")

MAX_PAGE_BYTES = 32 << 20
"""A page larger than this is refused, if the call does not say otherwise."""

DONE, FOUND, WRONG, STOPPED = 0, 1, 2, 130
"""Exit codes: all well; findings or rejected pages; a wrong call; stopped by Ctrl-C."""


class CallError(Exception):
    """The command was called with what it cannot work on."""


def run_build(options: argparse.Namespace) -> int:
    """``newshole build SOURCE… --out DIR``."""
    from newshole.threads import one_thread

    # Here, for numpy asks once: when it is loaded.
    with one_thread():
        built = _build(options)
    manifest = built.manifest
    if options.json:
        print(json.dumps({"changed": built.changed, **manifest}))
    else:
        state = "built" if built.changed else "up to date"
        print(f"{built.folder}: {state}, {manifest['rows']} rows, {manifest['rejected']} rejected")
        if manifest["rejected"]:
            print(f"{built.folder / 'rejected.jsonl'} lists what was rejected, and why")
    return FOUND if manifest["rejected"] else DONE


def _build(options: argparse.Namespace) -> "Built":
    from newshole.build import BuildError, build
    from newshole.progress import progress

    try:
        with progress() as (start, watch):
            return build(
                options.sources,
                options.out,
                workers=options.workers or _cores(),
                replace=options.replace,
                version=options.dataset_version,
                max_page_bytes=options.max_page_bytes,
                encoding=options.encoding,
                min_confidence=options.min_confidence,
                card=options.card,
                about=options.about,
                filled=options.filled,
                start=start,
                watch=watch,
            )
    except BuildError as error:
        raise CallError(str(error)) from None


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
    from newshole.unpack import whole
    from newshole.whole import write_whole

    source, page = _one_page(options.page, options.encoding)
    page = replace(page, url=options.url or page.url)
    site = site_of(page.url)
    if not options.id and not site:
        raise CallError("where does the page come from? give --url, or --id site/slug")
    if options.mask and not options.source:
        raise CallError("a masked article says where to get the page; give --source")
    article_id = _checked_id(options.id or f"{site}/{slug(page)}")
    header = {
        "id": article_id,
        "retrieved": options.retrieved or datetime.date.today().isoformat(),
        "language": options.language or page.language,
        "licence": "by-reference" if options.mask else options.licence,
    }
    header |= {"url": page.url} if page.url else {}
    header |= {"source": options.source} if options.source else {}
    try:
        content = new(page, header, masked=options.mask)
    except (RenderError, ValueError) as error:
        raise CallError(f"{options.page}: {error}") from None
    if options.out == "-" or (not options.out and not is_corpus(CORPUS)):
        sys.stdout.flush()
        sys.stdout.buffer.write(content.encode())
        return DONE
    collection = "linked" if options.mask else "original"
    target = Path(options.out) if options.out else CORPUS / collection / f"{article_id}.txt"
    if target.suffix != ".txt":
        raise CallError(f"{target}: an article file's name ends in .txt")
    beside = [target.with_suffix(".html")] if page.is_html and not options.mask else []
    for path in (target, *beside):
        if path.exists():
            raise CallError(f"{path} is there already; give another --out or --id")
    target.parent.mkdir(parents=True, exist_ok=True)
    for path in beside:
        # Unpacked: the header names the digest of these bytes.
        path.write_bytes(whole(source, MAX_PAGE_BYTES))
    write_whole(target, content)
    print(f"{target}: correct the labels, set 'annotation: reviewed', then 'newshole check'")
    return DONE


def run_fill(options: argparse.Namespace) -> int:
    """``newshole fill [PATH…]``."""
    from collections import Counter
    from dataclasses import asdict

    from newshole.engine import WorkerLostError
    from newshole.fill import ALIGNED, FILLED, LEFT, THERE, FillError, fill
    from newshole.progress import progress

    try:
        with progress() as (start, watch):
            done = fill(
                options.paths or [CORPUS],
                None if options.in_place else options.out,
                in_place=options.in_place,
                offline=options.offline,
                workers=options.workers or _cores(),
                start=start,
                watch=watch,
            )
    except (FillError, WorkerLostError) as error:
        raise CallError(str(error)) from None
    counts = Counter(one.state for one in done)
    if options.json:
        states = {state: counts[state] for state in (FILLED, ALIGNED, THERE, LEFT)}
        print(json.dumps(states | {"articles": [asdict(one) for one in done]}, ensure_ascii=False))
    else:
        for one in done:
            for why in one.reasons:
                place = f"{one.file}:{why.line}" if why.line else one.file
                print(f"{place}: {why.reason}; {why.fix}")
        print(
            f"{counts[FILLED]} filled, {counts[ALIGNED]} filled by alignment, "
            f"{counts[THERE]} there already, {counts[LEFT]} left masked"
        )
    return FOUND if counts[LEFT] else DONE


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


def _one_page(path: str, encoding: str | None) -> "tuple[Source, Page]":
    from newshole.encoding import known_label
    from newshole.page import Rejected, read_pages
    from newshole.source import find_sources

    if not Path(path).is_file():
        raise CallError(f"{path} is not a file; give one page")
    if encoding is not None and not known_label(encoding):
        raise CallError(f"unknown encoding {encoding!r}; see https://encoding.spec.whatwg.org")
    source = next(find_sources([path]))
    if isinstance(source, Rejected):
        raise CallError(_refusal(source))
    if source.form not in ("txt", "html"):
        raise CallError(f"{path} holds many pages; give the .txt or .html of one")
    page = next(read_pages(source, max_page_bytes=MAX_PAGE_BYTES, encoding=encoding))
    if isinstance(page, Rejected):
        raise CallError(_refusal(page))
    return source, page


def _refusal(rejected: "Rejected") -> str:
    return f"{rejected.origin}: {rejected.code} {rejected.reason}; {rejected.fix}"


def _checked_id(article_id: str) -> str:
    from newshole.labels import load_schema

    pattern = load_schema("article.schema.json")["properties"]["id"]["pattern"]
    if not re.fullmatch(pattern, article_id):
        raise CallError(
            f"{article_id!r} is no id; give --id site/slug, in small letters a-z, 0-9, -"
        )
    return article_id


def _find_article(what: str, dataset: Path) -> "Article":
    from newshole.annotate import TooManyLinesError, annotate
    from newshole.article import Article, ArticleError
    from newshole.corpus import COLLECTIONS, read_article
    from newshole.render import RenderError, render
    from newshole.show import from_dataset

    files = [Path(what), *(CORPUS / name / f"{what}.txt" for name in COLLECTIONS)]
    file = next((file for file in files if file.is_file()), None)
    if file is None:
        try:
            found = from_dataset(dataset, what) if dataset.is_dir() else None
        except ValueError as error:
            raise CallError(f"{dataset}: {error}") from None
        if found is None:
            raise CallError(f"no file and no article {what!r} in {CORPUS}/ or {dataset}/")
        return found
    if file.suffix == ".txt" and _is_article(file):
        try:
            return read_article(file)
        except ArticleError as error:
            place = f"{file}:{error.line}" if error.line else str(file)
            raise CallError(f"{place}: {error.code} {error.message}; {error.fix}") from None
    _, page = _one_page(str(file), None)
    try:
        annotated = annotate(render(page.content) if page.is_html else page.content)
    except (RenderError, TooManyLinesError) as error:
        raise CallError(f"{file}: {error}") from None
    return Article(annotated.lines, {"id": page.id})


def _is_article(file: Path) -> bool:
    with file.open("rb") as head:
        return head.read(4) == b"id: "


def _cores() -> int:
    # A container may be given fewer than the machine has.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
