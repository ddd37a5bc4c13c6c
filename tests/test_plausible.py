"""What is hardly ever so: each doubt is raised by the slip, and not by the odd line that is right.

Beside the cases of every code in tests/cases: here the two stand side by side.
"""

from collections.abc import Iterable

import pytest

from newshole.article import Article, parse
from newshole.check_plausible import check_plausible
from newshole.mask import mask

HEADLINE = "headline: Port Ellery reopens its swing bridge\n"
BODY = "body: The swing bridge opened again on Friday after eleven months of repairs.\n"
CREW = "caption: The crew of the night ferry\n"
NAVIGATION = "boilerplate/navigation"

RIGHT_AND_WRONG = {
    "NH321 no word that is new": (
        HEADLINE + BODY + "headline: Port Ellery reopens bridge\n" + BODY,
        HEADLINE + BODY + "headline: Port Ellery reopens ferry\n" + BODY,
    ),
    "NH321 entities": (
        "headline: &#8216;Bell&#8217; is back\n" + BODY + "headline: ‘Bell’ is back\n",
        "headline: &#8216;Bell&#8217; is back\n" + BODY + "headline: ‘Boat’ is back\n",
    ),
    "NH323 on its own line": (
        HEADLINE + "dateline: PORT ELLERY\nsource: Coastwire\nstandfirst: At last.\n" + BODY,
        HEADLINE + "dateline: PORT ELLERY\nsubheading: The motor\n" + BODY,
    ),
    "NH323 in a line": (
        HEADLINE + "dateline: PORT ELLERY —\n+standfirst:  It is open.\n" + BODY,
        HEADLINE + "dateline: PORT ELLERY —\n+byline:  By Ines Marlow\n" + BODY,
    ),
    "NH324 with the head between": (
        "kicker: Harbour\nbyline: By Ines Marlow\ntimestamp: 3 May 2024\n"
        "boilerplate/engagement: Share\nboilerplate/engagement: Copy link\n" + HEADLINE + BODY,
        "kicker: Harbour\n" + f"{NAVIGATION}: Sport\n{NAVIGATION}: Weather\n{NAVIGATION}: Jobs\n"
        "boilerplate/engagement: Share\n" + HEADLINE + BODY,
    ),
    "NH328 a separator": (
        HEADLINE + "timestamp: 3 May 2024\ntimestamp: ·\ntimestamp: 4 min read\n" + BODY,
        HEADLINE + "byline: By Ines Marlow\ntimestamp: ·\ntimestamp: 4 min read\n" + BODY,
    ),
    "NH332 the own title in a menu": (
        f"{NAVIGATION}: Sport\n{NAVIGATION}: Port Ellery reopens its swing bridge\n"
        f"{NAVIGATION}: Weather\n" + HEADLINE + BODY,
        f"{NAVIGATION}: Home\n{NAVIGATION}: Port Ellery reopens its swing bridge\n"
        + HEADLINE
        + BODY,
    ),
    "NH332 a picture in a block": (
        HEADLINE + CREW + BODY + "boilerplate/commerce: The crew of the night ferry\n"
        "boilerplate/commerce: Print, 24.90\n",
        HEADLINE + CREW + BODY + "boilerplate/commerce: The crew of the night ferry\n" + BODY,
    ),
    "NH332 the story's own words": (
        HEADLINE + CREW + BODY + "body: The crew of the night ferry sang.\n",
        HEADLINE + CREW + BODY + "body: The crew of the night ferry\n",
    ),
}


def doubts(text: str | Article) -> list[str]:
    article = parse(f"id: a.example/b\n\n{text}") if isinstance(text, str) else text
    return codes(finding.code for finding in check_plausible(article, "a.txt"))


def codes(found: Iterable[str]) -> list[str]:
    return sorted(set(found))


@pytest.mark.parametrize("name", RIGHT_AND_WRONG)
def test_the_odd_line_is_let_pass_and_the_slip_is_not(name: str) -> None:
    right, wrong = RIGHT_AND_WRONG[name]
    assert doubts(right) == []
    assert doubts(wrong) == [name.split()[0]]


def test_a_masked_headline_may_be_a_shortened_one() -> None:
    article = parse(
        f"id: a.example/b\n\n{HEADLINE}{BODY}headline: Eleven months of detours\n{BODY}"
    )
    assert doubts(article) == ["NH321"]
    assert doubts(mask(article)) == []


def test_an_accepted_warning_is_not_said_again() -> None:
    text = f"{BODY}kicker: Harbour\n"
    assert doubts(text) == ["NH320", "NH324"]
    article = parse(f"id: a.example/b\naccepted: NH324\n\n{text}")
    assert doubts(article) == ["NH320"]
    article = parse(f"id: a.example/b\naccepted: NH324 NH332 NH320\n\n{text}")
    assert doubts(article) == ["NH334"]
    assert doubts(mask(article)) == []
