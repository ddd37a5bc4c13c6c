"""A raw page → an article file to correct."""

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from newshole.annotate import annotate
from newshole.article import Article, render
from newshole.mask import mask
from newshole.page import Page
from newshole.render import render as render_page

SLUG_LENGTH = 60

_SUFFIX = re.compile(r"\.(s?html?|xhtml|amp|php|aspx?|jsp)$", re.IGNORECASE)
_NO_NAME = frozenset({"", "index", "amp"})


def new(page: Page, header: Mapping[str, str], *, masked: bool = False) -> str:
    """The article file of a page, labelled by the annotator: ``annotation: automatic``.

    ``header`` gives id, retrieved, language, licence, and where there are any url and
    source. ``masked`` hides the text behind fingerprints, as in ``corpus/linked``.
    Raises RenderError for HTML that cannot be rendered, ValueError for a header value that
    no file can hold.
    """
    article = annotate(render_page(page.content) if page.is_html else page.content)
    known = {**header, "annotation": "automatic"}
    if page.is_html or masked:
        known["page"] = page.page_sha256
    whole = Article(article.lines, known)
    return render(mask(whole) if masked else whole)


def slug(page: Page) -> str:
    """A file name for a page: the last part of its url's path that names it, else of its id.

    ASCII letters and digits, parted by hyphens, at most :data:`SLUG_LENGTH`. A name in
    another script gives ``page-`` and the beginning of the page's sha256.
    """
    parts = [*page.id.split("/")[-1:], *urlsplit(page.url).path.split("/")]
    stems = (_SUFFIX.sub("", unquote(part)) for part in reversed(parts))
    stem = next((stem for stem in stems if stem.lower() not in _NO_NAME), "")
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(words) > SLUG_LENGTH:
        words = words[: SLUG_LENGTH + 1].rpartition("-")[0] or words[:SLUG_LENGTH]
    return words or f"page-{page.page_sha256[:8]}"
