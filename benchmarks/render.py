"""Rendering measured: what of the known bodies it keeps, what of a page's words, and how fast.

    NEWSHOLE_PAGES=… python benchmarks/render.py [--turns 5] [--pages 0]

Every renderer gets the same decoded pages in the same run, in turns; speeds are medians of the
turns. Prints Markdown tables.

The reference for words is the page's tree: every text node that is not in ``head``, a script, a
style, a template, a noscript, a frame or a list of options, nor under ``hidden`` or
``display: none``. It knows nothing of lines, and cuts words where elements cut them.
"""

import argparse
import re
import statistics
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from unittest.mock import patch

import pages
from lxml import html as lxml_html  # type: ignore[import-untyped, unused-ignore]
from resiliparse.extract.html2text import extract_plain_text
from selectolax.lexbor import LexborHTMLParser, LexborNode
from trafilatura import extract as trafilatura_extract
from trafilatura import html2txt

from newshole.encoding import decode
from newshole.hint import Hint
from newshole.markup import names
from newshole.raw import PageError
from newshole.render import RenderError, render

UNSEEN = names(
    "head script style template noscript iframe select datalist audio video canvas title desc"
)
NONE = re.compile(r"display\s*:\s*none", re.I)
NO_HINT = Hint("", (), (), 0.0, 0, 0, ())
DEPTHS = (1_000, 10_000, 30_000, 100_000)


@dataclass
class Sample:
    """A decoded page, and the lines of its known body."""

    html: str
    body: list[str]


def newshole(page: str) -> str:
    return "\n".join(line.text for line in render(page))


def resiliparse(page: str) -> str:
    return str(
        extract_plain_text(
            page,
            preserve_formatting=True,
            main_content=False,
            list_bullets=False,
            alt_texts=True,
            form_fields=True,
        )
    )


def selectolax(page: str) -> str:
    tree = LexborHTMLParser(page)
    tree.strip_tags(["script", "style", "template", "noscript", "head"])
    return str(tree.text(separator="\n"))


def trafilatura(page: str) -> str:
    return str(html2txt(page) or "")


def lxml(page: str) -> str:
    # A string with an encoding declaration is refused.
    tree = lxml_html.document_fromstring(page.encode(), lxml_html.HTMLParser(encoding="utf-8"))
    for element in tree.xpath("//head | //script | //style | //template | //noscript"):
        element.drop_tree()
    return "\n".join(tree.xpath("//text()"))


RENDERERS: dict[str, Callable[[str], str]] = {
    "newshole": newshole,
    "resiliparse": resiliparse,
    "selectolax text()": selectolax,
    "trafilatura html2txt": trafilatura,
    "lxml text()": lxml,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--pages", type=int, default=0, help="take only so many of each folder")
    options = parser.parse_args()
    everything = []
    for name in ("pages", "wcxb"):
        samples = list(load(name, options.pages))
        everything += samples
        kept(name, samples)
    speed(everything, options.turns)
    depths()


def load(name: str, count: int) -> Iterator[Sample]:
    """The pages of a folder that this package can read."""
    records = pages.records(name)
    for record in records[:count] if count else records:
        try:
            page = decode(pages.html(name, record), is_html=True)
            render(page)
        except (PageError, RenderError) as error:
            print(f"{name} {record['id']} left out: {error}\n")
            continue
        yield Sample(page, record["body"].split("\n"))


def kept(name: str, samples: list[Sample]) -> None:
    """A table of what each renderer keeps of the bodies and of the pages' words."""
    outputs = {
        renderer: [run(sample.html) for sample in samples] for renderer, run in RENDERERS.items()
    }
    letters = {renderer: [squeeze(text) for text in texts] for renderer, texts in outputs.items()}
    wanted = [
        [
            line
            for line in map(squeeze, sample.body)
            if line and any(letters[renderer][number].find(line) >= 0 for renderer in RENDERERS)
        ]
        for number, sample in enumerate(samples)
    ]
    reference = [words(tree_text(sample.html)) for sample in samples]
    total = sum(map(len, wanted))
    word_total = sum(sum(counted.values()) for counted in reference)
    print(f"`{name}`: {len(samples)} pages, {total} body lines, {word_total} words\n")
    print("| | body lines kept | in order | a line of their own | words lost | words added |")
    print("|---|---|---|---|---|---|")
    for renderer in RENDERERS:
        found = ordered = own = lost = added = 0
        for number, lines in enumerate(wanted):
            text = letters[renderer][number]
            alone = set(map(squeeze, outputs[renderer][number].split("\n")))
            place = 0
            for line in lines:
                found += line in text
                own += line in alone
                if (here := text.find(line, place)) >= 0:
                    ordered += 1
                    place = here + len(line)
            got = words(outputs[renderer][number])
            lost += sum((reference[number] - got).values())
            added += sum((got - reference[number]).values())
        print(
            f"| {renderer} | {found / total:.2%} | {ordered / total:.2%} | {own / total:.2%} "
            f"| {lost / word_total:.2%} | {added / word_total:.2%} |"
        )
    print()


def squeeze(text: str) -> str:
    """Letters and digits alone."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or bool(NONE.search(attributes.get("style") or ""))


def tree_text(page: str) -> str:
    root = LexborHTMLParser(page).root
    texts: list[str] = []
    below: list[LexborNode] = [] if root is None else [root]
    while below:
        node = below.pop()
        if node.tag == "-text":
            texts.append(node.text_content or "")
        elif node.tag not in UNSEEN and not hidden(node):
            below += reversed(list(node.iter(include_text=True)))
    return "\n".join(texts)


def parsed(page: str) -> None:
    LexborHTMLParser(page)


def visited(page: str) -> None:
    """The floor for a walk in Python: every node once, its tag, its attributes, its text."""
    node = LexborHTMLParser(page).root
    above: list[LexborNode] = []
    while node is not None:
        tag, inner = node.tag, None
        if tag == "-text":
            _ = node.text_content
        elif tag not in UNSEEN:
            _ = node.attributes
            inner = node.child
        if inner is not None:
            above.append(node)
            node = inner
            continue
        after = node.next
        while after is None and above:
            after = above.pop().next
        node = after if above else None


def without_hints(page: str) -> None:
    with patch("newshole.typeset.hint", lambda *_: NO_HINT):
        render(page)


def speed(samples: list[Sample], turns: int) -> None:
    """Two tables: pages a second of each renderer, and where the time of this one goes."""
    steps: dict[str, Callable[[str], object]] = {
        "parsing alone": parsed,
        "and every node visited": visited,
        "and lines set": without_hints,
        "and hints": render,
    }
    extract = {"trafilatura extract, to compare": trafilatura_extract}
    runs: dict[str, Callable[[str], object]] = {**RENDERERS, **extract, **steps}
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(turns):
        for name, run in runs.items():
            begin = time.process_time()
            for sample in samples:
                run(sample.html)
            seconds[name].append(time.process_time() - begin)
    count = len(samples)
    middle = {name: statistics.median(taken) for name, taken in seconds.items()}
    print(f"{count} pages, medians of {turns} turns, seconds of one processor\n")
    print("| | pages/s |\n|---|---|")
    for name in (*RENDERERS, *extract):
        print(f"| {name} | {count / middle[name]:.0f} |")
    print("\n| newshole, step by step | ms a page | pages/s |\n|---|---|---|")
    for name in steps:
        print(f"| {name} | {1000 * middle[name] / count:.2f} | {count / middle[name]:.0f} |")
    print()


def depths() -> None:
    """A table of how long the parser takes for elements nested deep."""
    print("| elements nested | parsing, s |\n|---|---|")
    for depth in DEPTHS:
        begin = time.process_time()
        parsed("<div>" * depth)
        print(f"| {depth} | {time.process_time() - begin:.2f} |")


if __name__ == "__main__":
    main()
