"""newshole as an extractor of body text."""

from collections.abc import Sequence

from turns import BATCH, Extractor

from newshole.annotate import annotate_pages
from newshole.article import Article
from newshole.examples import Example
from newshole.hint import TextLine
from newshole.network import Network
from newshole.render import render
from newshole.row import body_text
from newshole.train import train
from newshole.weak import WeakPage


def extractors(
    examples: Sequence[Example] | None, weak: Sequence[WeakPage] = ()
) -> list[Extractor]:
    """newshole, with a model that is learned from pages, or with the package's own."""
    model = None if examples is None else train(examples, weak, calibrated=False).network

    def hinted(pages: Sequence[str]) -> list[str]:
        return bodies([render(page) for page in pages], model)

    def bare(pages: Sequence[str]) -> list[str]:
        return bodies([[TextLine(line.text) for line in render(page)] for page in pages], model)

    return [
        Extractor("newshole", hinted, 1),
        Extractor(f"newshole, {BATCH} pages at once", hinted, BATCH),
        Extractor("newshole (bare text)", bare, 1),
        Extractor(f"newshole, {BATCH} pages at once (bare text)", bare, BATCH),
    ]


def bodies(pages: Sequence[Sequence[TextLine]], network: Network | None) -> list[str]:
    """The body of each page, given its lines. This alone knows how the annotator is called."""
    return [text_of(article) for article in annotate_pages(pages, network=network)]


def text_of(article: Article) -> str:
    """The body of an article."""
    return body_text(article.text or "", article.spans)
