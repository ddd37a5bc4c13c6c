"""Where the page of a linked article is to be had, and the text it gives.

Folders that ``NEWSHOLE_PAGES`` names come first, in whatever layout pages lie below them; a page is
known by the SHA-256 of its bytes, unpacked. Else it is fetched from the public home that the
article's ``source:`` names, at the commit that was recorded.
"""

import hashlib
import json
import os
import re
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from newshole.hint import TextLine
from newshole.page import read_pages
from newshole.raw import PageError, Rejected
from newshole.render import RenderError, plain, render
from newshole.source import Source, find_sources, split_suffixes
from newshole.unpack import lines, pieces

ENVIRONMENT = "NEWSHOLE_PAGES"
"""Variable that names folders of pages, separated as in PATH."""

LISTING = "pages.jsonl"
"""A file of this name whose records hold ``id`` and ``html_sha256`` says what lies beside it in
``html/<id>.html``, plain or packed: that saves reading the pages to know them."""

RAW = "https://raw.githubusercontent.com"
"""Where GitHub gives a file of a repository at a commit."""

_ONE_PAGE = ("txt", "html")
_LINE_BYTES = 64 << 20
_GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+) ([0-9a-f]{7,40}) (\S.*)")
_ADDRESS = re.compile(r"https?://\S+")


class LostPageError(Exception):
    """A page that cannot be had or read: why, and how to mend it."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(reason, fix)
        self.reason, self.fix = reason, fix

    def __str__(self) -> str:
        return f"{self.reason}; {self.fix}"


class Located(NamedTuple):
    """``paths``: page's sha256 → file. ``refused``: what could not be read meanwhile."""

    paths: dict[str, str]
    refused: list[Rejected]


def page_folders() -> list[Path]:
    """The folders that :data:`ENVIRONMENT` names; none where it is not set.

    Raises NotADirectoryError for one that is not there.
    """
    named = os.environ.get(ENVIRONMENT, "").split(os.pathsep)
    folders = [Path(name) for name in named if name]
    for folder in folders:
        if not folder.is_dir():
            raise NotADirectoryError(
                f"{ENVIRONMENT} names {folder}, which is no folder; mend or unset it"
            )
    return folders


def locate(wanted: Collection[str], folders: Sequence[Path], *, workers: int = 1) -> Located:
    """Find pages by the hex SHA-256 of their unpacked bytes, at any depth below the folders.

    What a listing names is believed until the page is read; the rest is hashed, on ``workers``
    threads, as long as a page is missing.
    """
    paths: dict[str, str] = {}
    refused: list[Rejected] = []
    files: dict[str, Source] = {}
    listings: list[Source] = []
    for found in find_sources([str(folder) for folder in folders]) if wanted else ():
        if isinstance(found, Rejected):
            refused.append(found)
        elif Path(found.path).name == LISTING:
            listings.append(found)
        elif found.form in _ONE_PAGE:
            files[found.path] = found
    by_stem = {split_suffixes(path)[0]: path for path, one in files.items() if one.form == "html"}
    for listing in listings:
        for sha256, stem in _listed(listing):
            if (path := by_stem.get(stem)) is not None:
                files.pop(path, None)
                paths.setdefault(sha256, path)
    with ThreadPoolExecutor(workers) as pool:
        rest = iter(files.values())
        while not paths.keys() >= set(wanted) and (some := list(islice(rest, 16 * workers))):
            for source, hashed in zip(some, pool.map(_sha256, some), strict=True):
                if isinstance(hashed, Rejected):
                    refused.append(hashed)
                else:
                    paths.setdefault(hashed, source.path)
    return Located({one: paths[one] for one in wanted if one in paths}, refused)


def page_text(path: Path, sha256: str, *, form: str = "") -> str:
    """The text that a page gives: that of a plain text as it is, that of HTML rendered.

    ``form`` and what is raised are those of :func:`page_lines`.
    """
    return "\n".join(line.text for line in page_lines(path, sha256, form=form))


def page_lines(path: Path, sha256: str, *, form: str = "") -> list[TextLine]:
    """The lines of a page's text, with layout hints where it is HTML.

    ``form`` is txt or html where the file's own suffix shall not decide. Raises
    :class:`LostPageError` for a file that cannot be read or holds other bytes.
    """
    source = next(find_sources([str(path)]))
    if isinstance(source, Rejected):
        raise LostPageError(f"{source.origin}: {source.reason}", source.fix)
    page = next(read_pages(replace(source, form=form or source.form)))
    if isinstance(page, Rejected):
        raise LostPageError(f"{page.origin}: {page.reason}", page.fix)
    if page.page_sha256 != sha256:
        raise LostPageError(
            f"{page.origin} is another page: its sha256 is {page.page_sha256[:12]}…, not "
            f"{sha256[:12]}…",
            "get the page that was annotated",
        )
    try:
        return render(page.content) if page.is_html else plain(page.content)
    except RenderError as error:
        raise LostPageError(f"{page.origin}: {error}", "please report it with the page") from None


def form_of(source: str) -> str:
    """``txt`` or ``html``, by the suffix of the file that ``source:`` names; else empty."""
    match = _GITHUB.fullmatch(source)
    name = match[3] if match else urlsplit(source).path if _ADDRESS.fullmatch(source) else ""
    form = split_suffixes(name)[1]
    return form if form in _ONE_PAGE else ""


def fetch(source: str, sha256: str, cache: Path | None = None) -> Path:
    """The page from its public home, fetched by pooch into ``cache`` (default: pooch's own
    folder for newshole), where it is kept under its sha256.

    ``source`` is ``https://github.com/OWNER/REPO COMMIT PATH`` or a plain address. Raises
    :class:`LostPageError` where there is none, or it gives something else.
    """
    import pooch

    url = _address(source)
    packing = split_suffixes(urlsplit(url).path)[2]
    name = f"{sha256}.{form_of(source) or 'html'}{packing}"
    # The digest is of the unpacked bytes: of a packed file it is asked when it is read.
    known = None if packing else f"sha256:{sha256}"
    pooch.get_logger().setLevel("ERROR")
    keeper = pooch.create(
        path=cache or pooch.os_cache("newshole"),
        base_url="",
        registry={name: known},
        urls={name: url},
    )
    by_hand = f"get the page with sha256 {sha256}, and name its folder in {ENVIRONMENT}"
    try:
        return Path(keeper.fetch(name))
    except OSError as error:
        answer = getattr(error, "response", None)
        said = type(error).__name__ if answer is None else f"status {answer.status_code}"
        raise LostPageError(
            f"{url} cannot be fetched ({said})", f"try again when it can be reached, or {by_hand}"
        ) from None
    except ValueError:
        reason = f"{url} gives another page than the one that was annotated"
        raise LostPageError(reason, by_hand) from None


def _address(source: str) -> str:
    if match := _GITHUB.fullmatch(source):
        return f"{RAW}/{match[1]}/{match[2]}/{quote(match[3])}"
    if _ADDRESS.fullmatch(source) and "://github.com/" not in source:
        return source
    raise LostPageError(
        f"the source {source!r} is no address",
        f"get the page there by hand, and name its folder in {ENVIRONMENT}",
    )


def _listed(listing: Source) -> Iterator[tuple[str, str]]:
    """(sha256, file without suffixes) of a listing's records; other records are passed over."""
    beside = Path(listing.path).parent / "html"
    try:
        for line in lines(listing, _LINE_BYTES):
            try:
                record = json.loads(line) if isinstance(line, bytes) else None
            except ValueError:
                continue
            if isinstance(record, dict) and {"id", "html_sha256"} <= record.keys():
                yield str(record["html_sha256"]), str(beside / str(record["id"]))
    except PageError:
        return


def _sha256(source: Source) -> str | Rejected:
    digest = hashlib.sha256()
    try:
        for piece in pieces(source):
            digest.update(piece)
    except PageError as error:
        return error.at(source.path)
    return digest.hexdigest()
