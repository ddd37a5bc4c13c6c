"""Fill: linked articles, whose text may not be given away, get it from their pages.

What is written is the text that was masked, to the character, or nothing: an article whose page
cannot be had, or whose text cannot be told in full from today's rendering of it, stays masked,
and the reason is given.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from newshole.align import align
from newshole.article import Article, ArticleError, render
from newshole.corpus import corpus_of, is_corpus, read_article, text_files
from newshole.engine import run_local
from newshole.labels import load_schema
from newshole.locate import (
    ENVIRONMENT,
    LostPageError,
    fetch,
    form_of,
    locate,
    page_folders,
    page_text,
)
from newshole.mask import text_sha256, unmask
from newshole.part import Tick
from newshole.progress import Start, Watch
from newshole.raw import Rejected
from newshole.whole import write_whole

THERE, FILLED, ALIGNED, LEFT = "there", "filled", "aligned", "left"
"""What became of an article: the right text was there; its page gave it; its page gave it
though it is rendered otherwise today; it is left masked."""


class FillError(ValueError):
    """A call that cannot be worked on: what is wrong, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an article is left masked: ``line`` of its file, from 1 (0: the whole), and the mend."""

    line: int
    reason: str
    fix: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What became of the article in ``file``: ``state`` is there, filled, aligned or left.

    ``out`` is where its text is, None where it is left masked; then there are ``reasons``.
    """

    file: str
    id: str
    state: str
    out: str | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Job:
    file: Path
    size: int
    out: Path
    page: str | None
    unread: str


def fill(
    articles: str | Path | Sequence[str | Path],
    out: str | Path | None = None,
    *,
    in_place: bool = False,
    pages: Sequence[str | Path] | None = None,
    offline: bool = False,
    cache: str | Path | None = None,
    workers: int = 1,
    start: Start = lambda what, size: None,
    watch: Watch = lambda pages, size: None,
) -> list[Filled]:
    """Write masked articles with their text, as ``out/<id>.txt``; returns one entry for each.

    ``articles`` are article files, folders of them or a corpus (its linked articles). A page is
    looked for in the folders ``pages`` (default: those of ``NEWSHOLE_PAGES``), then fetched
    from its ``source:``, if not ``offline``, into ``cache``. What is there and right is kept.
    ``in_place`` writes into the article's own file, instead of below ``out``.

    Raises FillError for a call that cannot be worked on, ``out`` in a corpus among them;
    OSError where something cannot be read or written.
    """
    if in_place == (out is not None):
        raise FillError("give either a folder to write to, or in_place")
    files = _files([articles] if isinstance(articles, str | Path) else articles)
    folder = None if out is None else Path(out)
    if folder is not None:
        _make(folder)
    done: dict[Path, Filled] = {}
    waiting: dict[Path, tuple[Article, Path]] = {}
    targets: set[Path] = set()
    for file in files:
        try:
            article = read_article(file)
        except ArticleError as error:
            reason = Reason(error.line, error.message, error.fix)
            done[file] = Filled(str(file), "", LEFT, None, (reason,))
            continue
        target = file if folder is None else _target(folder, article, file, targets)
        if isinstance(target, Reason):
            done[file] = Filled(str(file), "", LEFT, None, (target,))
            continue
        targets.add(target)
        if (whole := _there(article, target)) is None:
            waiting[file] = article, target
            continue
        if folder is not None:
            write_whole(target, render(whole))
        done[file] = Filled(str(file), article.header.get("id", ""), THERE, str(target))
    start("looking for pages", 0)
    wanted = {article.header["page"] for article, _ in waiting.values() if "page" in article.header}
    folders = page_folders() if pages is None else [Path(one) for one in pages]
    located = locate(wanted, folders, workers=workers)
    unread = _unread(located.refused)
    jobs = [
        _Job(
            file,
            file.stat().st_size,
            out,
            located.paths.get(article.header.get("page", "")),
            unread,
        )
        for file, (article, out) in waiting.items()
    ]
    start("filling", sum(job.size for job in jobs))
    work = partial(_fill_one, offline=offline, cache=Path(cache) if cache else None)
    done |= {Path(one.file): one for one in run_local(jobs, work, workers=workers, watch=watch)}
    return [done[file] for file in files]


def _files(paths: Sequence[str | Path]) -> list[Path]:
    files: dict[Path, None] = {}
    for path in map(Path, paths):
        if path.is_dir():
            below = path / "linked" if is_corpus(path) else path
            files |= dict.fromkeys(text_files(below) if below.is_dir() else ())
        elif path.exists():
            files[path] = None
        else:
            raise FillError(f"{path} is not there; name article files, or a folder of them")
    if not files:
        raise FillError(f"there is no linked article in {', '.join(map(str, paths))}")
    return list(files)


def _make(folder: Path) -> None:
    # Links are followed: the text of a linked article would be one commit away from the public.
    within = corpus_of(folder.resolve() / "x")
    if within is not None:
        raise FillError(
            f"{folder} lies in the corpus {within}, where no text of a linked article may stand; "
            "give a folder of your own, or --in-place to correct labels and mask again"
        )
    if folder.exists() and not folder.is_dir():
        raise FillError(f"{folder} is a file; give a folder")
    if not folder.exists():
        folder.mkdir(parents=True)
        write_whole(folder / ".gitignore", "*\n")


def _target(folder: Path, article: Article, file: Path, targets: Collection[Path]) -> Path | Reason:
    article_id = article.header.get("id", "")
    pattern = load_schema("article.schema.json")["properties"]["id"]["pattern"]
    if not re.fullmatch(pattern, article_id):
        return Reason(0, "its id is not site/slug", "run 'newshole check' on it")
    target = folder / f"{article_id}.txt"
    if target in targets:
        return Reason(0, f"another article has its id {article_id}", "fill it into another folder")
    if target.exists() and target.samefile(file):
        raise FillError(f"{target} would be written over; give another folder, or --in-place")
    return target


def _there(article: Article, target: Path) -> Article | None:
    """The article whole, by the text that is there already; None where that is not it."""
    if not article.masked:
        return article
    try:
        text = read_article(target).text
        return None if text is None else unmask(article, text)
    except ValueError:
        return None


def _unread(refused: Sequence[Rejected]) -> str:
    if not refused:
        return ""
    first = refused[0]
    return f" ({len(refused)} there cannot be read, the first: {first.origin}, {first.reason})"


def _fill_one(job: _Job, tick: Tick, *, offline: bool, cache: Path | None) -> Filled:
    article = read_article(job.file)
    try:
        text = _text(article, job, offline=offline, cache=cache)
        whole, reasons = _whole(article, text)
    except LostPageError as error:
        reasons = (Reason(0, error.reason, error.fix),)
    except Exception as error:
        # No page, whatever it sets off, keeps the others from being filled.
        failed = f"newshole failed on its page ({type(error).__name__}: {error})"
        reasons = (Reason(0, failed, "please report it with the page"),)
    article_id = article.header.get("id", "")
    if reasons:
        tick(1, job.size)
        return Filled(str(job.file), article_id, LEFT, None, reasons)
    job.out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(job.out, render(whole))
    tick(1, job.size)
    same = text_sha256(text) == article.header["text_sha256"]
    return Filled(str(job.file), article_id, FILLED if same else ALIGNED, str(job.out))


def _whole(article: Article, text: str) -> tuple[Article, tuple[Reason, ...]]:
    aligned = align(article, text)
    mend = "use the newshole that the article was made with, or annotate the page again"
    return aligned.article, tuple(Reason(lost.line, lost.reason, mend) for lost in aligned.lost)


def _text(article: Article, job: _Job, *, offline: bool, cache: Path | None) -> str:
    """The text of an article's page, from a folder or from its public home."""
    for key in ("page", "text_sha256"):
        if key not in article.header:
            raise LostPageError(f"the header has no {key!r}", "run 'newshole check' on it")
    sha256, source = article.header["page"], article.header.get("source", "")
    form = form_of(source)
    near = f"no file in the folders of {ENVIRONMENT} has its sha256 {sha256[:12]}…{job.unread}"
    if job.page is not None:
        try:
            return page_text(Path(job.page), sha256, form=form)
        except LostPageError as error:
            near = error.reason
    if offline:
        raise LostPageError(near, f"name a folder with the page in {ENVIRONMENT}, or go online")
    try:
        fetched = fetch(source, sha256, cache)
    except LostPageError as error:
        raise LostPageError(f"{near}, and {error.reason}", error.fix) from None
    try:
        return page_text(fetched, sha256, form=form)
    except LostPageError:
        # What is kept under its sha256 must be that page, or be fetched again.
        fetched.unlink(missing_ok=True)
        raise
