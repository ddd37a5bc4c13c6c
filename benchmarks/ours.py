"""newshole as an extractor of body text."""

from collections.abc import Collection, Sequence

from turns import BATCH, Extractor

from newshole.annotate import annotate_pages
from newshole.article import Article
from newshole.examples import Example
from newshole.hint import TextLine
from newshole.network import Network
from newshole.render import render
from newshole.row import BODY_LABELS, body_text
from newshole.train import train
from newshole.weak import WeakPage

COUNTED = dict.fromkeys(("pages", "eval"), (*BODY_LABELS, "standfirst"))
"""Labels that the makers of a set count as body, where these are not those of the column ``body``:
``known_bodies.py`` shows it on our gold of their pages.
"""


def trained(examples: Sequence[Example], weak: Sequence[WeakPage]) -> Network:
    """A model that is learned from these pages."""
    return train(examples, weak, calibrated=False).network


def extractors(model: Network | None, labels: Collection[str] = BODY_LABELS) -> list[Extractor]:
    """newshole, with a model or the package's own; ``labels`` are those whose text is asked for."""

    def hinted(pages: Sequence[str]) -> list[str]:
        return bodies([render(page) for page in pages])

    def bare(pages: Sequence[str]) -> list[str]:
        return bodies([[TextLine(line.text) for line in render(page)] for page in pages])

    def bodies(pages: Sequence[Sequence[TextLine]]) -> list[str]:
        return [text_of(article, labels) for article in annotate_pages(pages, network=model)]

    return [
        Extractor("newshole", hinted, 1),
        Extractor(f"newshole, {BATCH} pages at once", hinted, BATCH),
        Extractor("newshole (bare text)", bare, 1),
        Extractor(f"newshole, {BATCH} pages at once (bare text)", bare, BATCH),
    ]


def text_of(article: Article, labels: Collection[str] = BODY_LABELS) -> str:
    """The body of an article."""
    return body_text(article.text or "", article.spans, labels)
