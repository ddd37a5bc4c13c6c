"""The annotators' manual and the pages that follow it: complete, parsable, of one mind."""

import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from newshole.article import Article, parse, render
from newshole.labels import BOILERPLATE, DESCRIPTIONS, KINDS, LABELS, NAMES, split_name
from newshole.mask import mask

ROOT = Path(__file__).parents[1]
GUIDELINES = (ROOT / "corpus" / "GUIDELINES.md").read_text(encoding="utf-8")
KIN = sorted((ROOT / "tests" / "cases" / "valid").glob("kin-*.txt"))

EXAMPLES = re.findall(r"^```newshole\n(.*?)^```$", GUIDELINES, flags=re.MULTILINE | re.DOTALL)
PROSE = re.sub(r"^```newshole\n.*?^```$", "", GUIDELINES, flags=re.MULTILINE | re.DOTALL)
HEADINGS = re.findall(r"^#+ (.+)$", PROSE, flags=re.MULTILINE)
RULINGS = [(int(n), title) for n, title in re.findall(r"^#### R(\d+)\. (.+)$", PROSE, re.MULTILINE)]

HARD_CASES = {
    "a teaser's own byline, date and caption": "A teaser's own byline, date and caption",
    "separators between byline and date": "Separators between byline and date",
    "caption and credit on one line": "Caption and credit on one line",
    "credit in brackets mid-line": "Credit in the middle of a caption",
    "credit first": "Credit first",
    "a credit without a caption": "A credit without a caption",
    "agency as byline or as source": "Agency as byline or as source",
    "“Contributing”": "Contributing, Reporting by … Editing by",
    "“Reporting by … Editing by”": "Contributing, Reporting by … Editing by",
    "publication and update stamps": "Publication and update stamps, reading time",
    "reading time": "Publication and update stamps, reading time",
    "dateline without an agency": "Dateline without an agency",
    "dateline without a dash": "Dateline without a dash",
    "dateline with an agency": "Dateline with an agency",
    "repeated headline (breadcrumb, share title)": "Repeated headline",
    "repeated caption (alt text and printed)": "Repeated caption",
    "alt texts that are logos": "Alternative text of a logo",
    "lists": "Lists",
    "tables": "Tables",
    "recipes": "Recipes",
    "scores": "Scores",
    "transcripts": "Transcripts",
    "interviews": "Interviews",
    "letters": "Letters",
    "obituaries": "Obituaries",
    "live blogs": "Live blogs",
    "fact boxes": "Fact boxes",
    "key points": "Key points and summaries",
    "in-text related links": "In-text related links",
    "calls to act inside a writer's own sentence": "A call to act in the writer's own sentence",
    "contents lists": "Contents lists",
    "player controls vs a video's description": "Player controls and a video's description",
    "galleries": "Galleries",
    "sponsored articles": "Sponsored articles",
    "embedded posts with attribution": "Embedded posts with attribution",
    "pull quotes repeating the body": "Pull quotes that repeat the body",
    "corrections and disclosures": "Corrections and disclosures",
    "biographies; standards of the outlet": "Biographies",
    "“originally appeared in”, “appeared first on”": "Originally appeared in",
    "end marks": "End marks",
    "polls and quizzes": "Polls and quizzes",
    "body cut by a paywall": "A body cut by a paywall",
    "comments": "Comments",
    "tickers and weather": "Tickers and weather",
    "hashtags, topic tags": "Hashtags and topic tags",
    "footnotes": "Footnotes",
    "own title among teasers": "The page's own title among teasers",
    "section names side by side; trails": "Section names side by side, and trails",
    "author's box below the story": "The author's box",
    "shop boxes": "Shop boxes",
}
"""Cases that the index must lead to a ruling of its own, by the ruling's title."""


def example(block: str) -> Article:
    return parse(f"id: example.org/x\n\n{block}")


def table(name: str) -> list[tuple[str, str]]:
    block = GUIDELINES.split(f"<!-- {name} -->\n")[1].split(f"<!-- /{name} -->")[0]
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", block, re.MULTILINE)
    assert len(rows) == block.count("\n") - 2
    return rows


def section(heading: str) -> str:
    level = re.search(rf"^(#+) {re.escape(heading)}$", GUIDELINES, re.MULTILINE)
    assert level, heading
    rest = GUIDELINES[level.end() :]
    following = re.search(rf"^#{{1,{len(level[1])}}} ", rest, re.MULTILINE)
    return rest[: following.start()] if following else rest


def anchor(heading: str) -> str:
    """The address GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def cuts(article: Article) -> list[tuple[str, str]]:
    """Pairs of texts that touch inside a line."""
    return [
        (before.text, after.text)
        for line in article.lines
        if not isinstance(line, str)
        for before, after in pairwise(line)
    ]


def test_tables_are_the_schema() -> None:
    assert table("labels") == [(name, DESCRIPTIONS[name]) for name in LABELS]
    assert table("kinds") == [(kind, DESCRIPTIONS[f"{BOILERPLATE}/{kind}"]) for kind in KINDS]


@pytest.mark.parametrize("block", EXAMPLES, ids=range(len(EXAMPLES)))
def test_example_parses(block: str) -> None:
    article = example(block)
    assert render(article) == f"id: example.org/x\n\n{block}"
    for before, after in cuts(article):
        assert before == before.rstrip(), "the space at a cut opens the second segment"
        assert after.strip()


def test_examples_show_every_label_and_kind() -> None:
    shown = {segment.name for block in EXAMPLES for segment in example(block).segments}
    assert shown == set(NAMES)


@pytest.mark.parametrize("label", LABELS)
def test_label_has_its_section(label: str) -> None:
    text = section(label)
    assert "*Not:*" in text or label == BOILERPLATE
    blocks = re.findall(r"```newshole\n(.*?)```", text, re.DOTALL)
    assert any(split_name(s.name)[0] == label for b in blocks for s in example(b).segments)


def test_every_kind_is_told_apart() -> None:
    rows = section("Which kind of boilerplate").split("| the line | its kind |")[1]
    assert tuple(re.findall(r"\| `([a-z]+)` \|$", rows, re.MULTILINE)) == KINDS


def test_rulings_are_numbered_without_a_gap() -> None:
    assert [number for number, _ in RULINGS] == list(range(1, len(RULINGS) + 1))
    titles = [title for _, title in RULINGS]
    assert len(set(titles)) == len(titles)
    assert f"R1 to R{len(RULINGS)}" in GUIDELINES


def test_every_ruling_has_an_example() -> None:
    bare = [n for n, title in RULINGS if "```newshole\n" not in section(f"R{n}. {title}")]
    assert bare == []


def test_links_lead_somewhere() -> None:
    known = {anchor(heading) for heading in HEADINGS}
    links = set(re.findall(r"\]\(#([^)]+)\)", PROSE))
    assert links
    assert links <= known


def test_index_reaches_every_hard_case_and_every_ruling() -> None:
    numbers = {title: number for number, title in RULINGS}
    index = dict(re.findall(r"^\| (.+?) \| \[R(\d+)\]", section("Index of cases"), re.MULTILINE))
    for case, title in HARD_CASES.items():
        assert index.get(case) == str(numbers[title]), case
    assert {int(number) for number in index.values()} == set(numbers.values())


def test_masked_example_is_the_plain_one() -> None:
    plain, masked = (
        example(block)
        for block in re.findall(r"```newshole\n(.*?)```", section("Masked files"), re.DOTALL)
    )
    assert mask(plain).lines == masked.lines


def test_there_are_ten_kin_pages() -> None:
    assert [path.name for path in KIN] == [f"kin-{n:02}.txt" for n in range(1, 11)]


@pytest.mark.parametrize("path", KIN, ids=lambda path: path.stem)
def test_kin_page_round_trips_and_is_a_story(path: Path) -> None:
    content = path.read_bytes().decode()
    article = parse(content)
    assert render(article).encode() == path.read_bytes()
    assert article.header["annotation"] == "reviewed"
    names = [segment.name for segment in article.segments]
    assert 8 <= names.count("body") <= 25
    assert "headline" in names
    assert "boilerplate/aggregator" in names or "source" in names
    for before, after in cuts(article):
        assert before == before.rstrip()
        assert after.strip()


def test_kin_pages_share_no_story_and_no_furniture() -> None:
    pages = [parse(path.read_text(encoding="utf-8")) for path in KIN]
    lines = [{s.text.strip().casefold() for s in page.segments} for page in pages]
    orders = [tuple(s.name for s in page.segments if s.name != "body") for page in pages]
    assert len(set(orders)) == len(orders)
    shared = [one & other for one, other in combinations(lines, 2)]
    assert all(len(line) < 20 for both in shared for line in both)
    assert max(map(len, shared)) <= 4
