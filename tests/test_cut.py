"""Cuts within a line."""

import pytest

from newshole.cut import cut
from newshole.hint import Hint, TextLine

# Each line written with ‖ where it is cut, and the labels of its pieces.
CASES = [
    ("PORT ELLERY—‖The bridge opened.", "body", "dateline body"),
    ("PORT ELLERY, Norrmark, May 3 —‖ The bridge opened.", "body", "dateline body"),
    ("PORT ELLERY (Coastwire) —‖ The bridge opened.", "body", "dateline body"),
    ("(Reuters) -‖ The bridge opened.", "body", "dateline body"),
    ("Vellmar (npa) –‖ Die Austern sind zurück.", "body", "dateline body"),
    ("Puerto Ellery (Norda), 8 ene (NORDA).-‖ El puente volvió.", "body", "dateline body"),
    ("新华社北京5月3日电‖ 大桥重新开放。", "body", "dateline body"),
    ("القاهرة (رويترز) -‖ افتتح الجسر.", "body", "dateline body"),
    ("Vellmar:‖ Oysters are back.", "body", "dateline body"),
    ("It was late. ‖(npa)", "body", "body source"),
    ("They left by the airport.‖NDP", "body", "body source"),
    ("NATO — an alliance of many — met.", "body", "body"),
    ("Well - The bridge opened.", "body", "body"),
    ("He left (again). And then he came.", "body", "body"),
    ("The keeper on her bridge.‖ (Photo: Tom Ode/Lantern)", "caption", "caption credit"),
    ("The keeper on her bridge.‖ Photo: Tom Ode", "caption", "caption credit"),
    ("The keeper on her bridge.‖ © Tom Ode", "caption", "caption credit"),
    ("The keeper on her bridge.‖MERIDIAN PRESS", "caption", "caption credit"),
    ("The keeper on her bridge. /‖ AFP / Tom Ode", "caption", "caption credit"),
    ("Children wait‖ (Tom Ode/AP)‖ for the boat.", "caption", "caption credit caption"),
    ("A photo of the bridge in 1931 (left) and today", "caption", "caption"),
    ("Photo: Tom Ode", "credit", "credit"),
    ("By Ines Marlow |‖ 3 May 2024, 09:12", "byline", "byline timestamp"),
    ("Posted by Tom Ode‖ on 4 May 2024", "byline", "byline timestamp"),
    ("4 May 2024 /‖ By Tom Ode", "timestamp", "timestamp byline"),
    ("4 May 2024‖ Tom Ode", "byline", "timestamp byline"),
    ("Von Tom Ode -‖ 04.05.2024", "byline", "byline timestamp"),
    ("Updated 3 May 2024 at 09:12", "timestamp", "timestamp"),
    ("By Ines Marlow, reporter for 5 of 7 years", "byline", "byline"),
    ("Share on Facebook", "boilerplate/engagement", "boilerplate/engagement"),
]


@pytest.mark.parametrize(("marked", "name", "labels"), CASES, ids=[case[0] for case in CASES])
def test_lines_are_cut_where_a_field_ends(marked: str, name: str, labels: str) -> None:
    text = marked.replace("‖", "")
    pieces = cut(TextLine(text), name, opens_story=True)
    assert [text[start:end].strip() for start, end, _ in pieces] == [
        piece.strip() for piece in marked.split("‖")
    ]
    assert " ".join(label for _, _, label in pieces) == labels
    assert "".join(text[start:end] for start, end, _ in pieces) == text


def test_a_place_and_a_colon_open_a_story_alone() -> None:
    line = TextLine("Ruth Aske: You kept the bridge for thirty years.")
    assert len(cut(line, "body", opens_story=True)) == 2
    assert len(cut(line, "body")) == 1


def test_the_markup_says_where_a_credit_stands() -> None:
    text = "The keeper on her bridge. Tom Ode for the Lantern"
    hint = Hint("figcaption", ("figure",), (), 0.0, 0, 0, ((26, len(text), "credit"),))
    pieces = cut(TextLine(text, hint), "caption")
    assert [(text[start:end], label) for start, end, label in pieces] == [
        ("The keeper on her bridge.", "caption"),
        (" Tom Ode for the Lantern", "credit"),
    ]
