"""No story stands in two splits: who has trained on it would be asked for it in the test.

NH405 looks for whole paragraphs, to the character. A story that another outlet cut, mended or
took from the same agency has no paragraph in common and yet long runs of words.
"""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import Path

import pytest

from newshole.article import Article, parse
from newshole.corpus import read_article, read_sites, split_of, text_files
from newshole.fill import fill
from newshole.row import BODY_LABELS

CORPUS = Path(__file__).parents[1] / "corpus"
WORDS = 8
CHARACTERS = 16
"""Length of a run where words are not parted by spaces: about eight words of Chinese."""

SHARED = 0.05
"""Share of the shorter story's runs from which on it is the other one told again.

Two reports that quote the same man at length share as much, and reports that have nothing to do
with each other next to nothing: of pairs in two splits none had more than 0.002.
"""

WORD = re.compile(r"[^\W_]+")
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Thai, Lao, Burmese, Khmer, Kana, Han."""


def runs(article: Article) -> frozenset[str]:
    found: set[str] = set()
    for segment in article.segments:
        if segment.name in BODY_LABELS:
            found.update(paragraph_runs(segment.text.casefold()))
    return frozenset(found)


def paragraph_runs(text: str) -> Iterator[str]:
    words = WORD.findall(text)
    if 3 * len(UNSPACED.findall(text)) > len(text):
        text = "".join(words)
        yield from (text[at : at + CHARACTERS] for at in range(len(text) - CHARACTERS + 1))
    else:
        yield from (" ".join(words[at : at + WORDS]) for at in range(len(words) - WORDS + 1))


def told_again(stories: Mapping[str, Article]) -> dict[tuple[str, str], float]:
    """Pairs of names and the share of the shorter story's runs that the other has too."""
    of_story = {name: runs(article) for name, article in stories.items()}
    holders: dict[str, list[str]] = defaultdict(list)
    for name, its_runs in of_story.items():
        for run in its_runs:
            holders[run].append(name)
    shared = Counter(pair for names in holders.values() for pair in combinations(names, 2))
    return {
        (one, other): count / min(len(of_story[one]), len(of_story[other]))
        for (one, other), count in shared.items()
    }


def across(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    sites = read_sites(CORPUS)

    def split(name: str) -> str:
        return split_of(name.partition("/")[0], name, sites)

    return [(one, other) for one, other in pairs if split(one) != split(other)]


def story(*paragraphs: str) -> Article:
    return parse("id: a.example/b\n\n" + "".join(f"body: {text}\n" for text in paragraphs))


def test_a_story_cut_and_mended_is_found() -> None:
    first = (
        "The swing bridge of Port Ellery opened again on Friday after eleven months of repairs.",
        "First across was a baker's van, to applause, and then a lorry with four new bells.",
        "The Harbour Office says that the motor from Vellmar will last for a hundred years.",
    )
    again = (
        "After eleven months, the swing bridge of Port Ellery opened again on Friday, at last.",
        "First across was a van of bread, to applause, and then a lorry with four new bells!",
    )
    other = ("The night ferry stays, and islanders who had feared for the last boat are glad.",)
    found = told_again({"first": story(*first), "again": story(*again), "other": story(*other)})
    assert {pair for pair, share in found.items() if share > SHARED} == {("first", "again")}


def test_a_story_without_spaces_is_found() -> None:
    first = story(
        "港务局周五宣布,埃勒里港的平旋桥在维修十一个月之后重新开放,第一辆过桥的是面包车。"
    )
    again = story("据报道,埃勒里港的平旋桥在维修十一个月之后重新开放,居民鼓掌欢迎。")
    other = story("渔民们说,今年的牡蛎比去年多了两倍,码头上的价格却没有下降。")
    found = told_again({"first": first, "again": again, "other": other})
    assert {pair for pair, share in found.items() if share > SHARED} == {("first", "again")}


def test_no_original_is_told_again_in_another_split() -> None:
    paths = text_files(CORPUS / "original")
    originals = {read_article(path).header["id"]: read_article(path) for path in paths}
    assert len(originals) > 50
    assert across(pair for pair, share in told_again(originals).items() if share > SHARED) == []


@pytest.mark.skipif(
    not os.environ.get("NEWSHOLE_PAGES"),
    reason="NEWSHOLE_PAGES is not set: the pages are not at hand",
)
def test_no_story_is_told_again_in_another_split(tmp_path: Path) -> None:
    done = fill(CORPUS, tmp_path, offline=True, workers=2)
    filled = [read_article(Path(str(one.out))) for one in done]
    originals = [read_article(path) for path in text_files(CORPUS / "original")]
    stories = {article.header["id"]: article for article in filled + originals}
    assert len(stories) == len(filled) + len(originals) > 200
    assert not any(article.masked for article in stories.values())
    found = told_again(stories)
    # The search sees what is there: two reports of one quarrel quote the same senator.
    assert max(found.values()) > 0.04
    assert across(pair for pair, share in found.items() if share > SHARED) == []
