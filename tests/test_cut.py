"""Cuts within a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newshole.cut import CUT, cut
from newshole.hint import Hint, TextLine
from newshole.labels import NAMES

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
    # Datelines: the form that ends one, and the like that is none.
    ("PORT ELLERY.‖ The bridge opened.", "body", "dateline body"),
    ("ELLERY, Norrmark.‖ The bridge opened.", "body", "dateline body"),
    ("ELLERY.com reports that the bridge opened.", "body", "body"),
    ("Ellery. The bridge opened.", "body", "body"),
    ("Vellmar –‖ Die Austern sind zurück.", "body", "dateline body"),
    ("Port Ellery.-‖ El puente volvió.", "body", "dateline body"),
    ("ELLERY-‖ The bridge opened.", "body", "dateline body"),
    ("ELLERY- and VELLMAR-bound boats left.", "body", "body"),
    ("Vellmar (npa/tid).‖ Die Austern sind zurück.", "body", "dateline body"),
    ("Ruth Aske (links). Die Austern sind zurück.", "body", "body"),
    ("ELLERY (Lantern)‖ The bridge opened.", "body", "dateline body"),
    ("ELLERY (Lantern) was closed.", "body", "body"),
    ("ЭЛЛЕРИ /Вестник/ —‖ Мост открыт.", "body", "dateline body"),
    ("Эллери, 3 мая. Корр. Вестника —‖ Мост открыт.", "body", "dateline body"),
    ("إيليري / وكالة الميناء –‖ افتتح الجسر أمس.", "body", "dateline body"),
    ("एलरी, 3 मई (नोर्डा)।‖ पुल खुल गया।", "body", "dateline body"),
    ("এলেরি:‖ সেতু খুলে গেছে।", "body", "dateline body"),
    ("(엘러리=항구통신) 김등대 기자 =‖ 다리가 열렸다.", "body", "dateline body"),
    ("【本报海口讯】‖大桥重新开放。", "body", "dateline body"),
    ("〔記者林海／海口報導〕‖大橋重新開放。", "body", "dateline body"),
    ("（笑）大桥重新开放。", "body", "body"),
    ("It was late.‖ (Source: Harbour Office)", "body", "body source"),
    ("It was late. [iv]", "body", "body"),
    # Credits behind a caption.
    ("The keeper on her bridge.‖ (Tom Ode)", "caption", "caption credit"),
    ("The keeper on her bridge. (She is on the left in this picture)", "caption", "caption"),
    ("The keeper on her bridge.‖ (Supplied)", "caption", "caption credit"),
    ("The keeper (Ruth Aske) waits.", "caption", "caption"),
    ("The gate at nine.‖ (Ines Marlow)‖ The boots are hers.", "caption", "caption credit caption"),
    ("Die Brücke in Vellmar (Symbolbild).", "caption", "caption"),
    ("Die Brücke.‖ (Symbolbild) Foto: Tom Ode", "caption", "caption credit"),
    ("The keeper, on the right (BBC presenter, left)", "caption", "caption"),
    ("A guest in Ellery (at the spa) rests.", "caption", "caption"),
    ("Ruth Aske (CDU/CSU) opens the bridge.", "caption", "caption"),
    ("Ruth Aske,‖ photo: Tom Ode", "credit", "caption credit"),
    ("Ruth Aske, Foto vom Mai", "caption", "caption"),
    ("Die Brücke in Vellmar‖ Foto: Tom Ode", "caption", "caption credit"),
    ("Die Brücke auf einem Foto aus Vellmar", "caption", "caption"),
    ("The bridge seen through the doors‖Courtesy Ode Salvage", "caption", "caption credit"),
    ("A ponte vista da mesa‖Foto: Tom Ode", "caption", "caption credit"),
    (
        "The bridge in Ellery in 1999.‖ Tom Ode / Harbour Images via AP file",
        "caption",
        "caption credit",
    ),
    ("She stands on the bridge at noon.‖ Tom Ode", "caption", "caption credit"),
    ("The bridge was opened in spring by Dr. Ruth Aske", "caption", "caption"),
    ("The bridge was opened in spring by Ines S. Marlow", "caption", "caption"),
    ("The keeper on her bridge.‖ By Ines S. Marlow", "caption", "caption credit"),
    ("The keepers have asked for Ph.D. stipends since May.", "caption", "caption"),
    ("The keeper on her bridge. Photo taken in May 2016", "caption", "caption"),
    ("Harbour Reviews - Bridge - Image", "caption", "caption"),
    ("The keeper of the bridge, BR_20-70.JPG", "caption", "caption"),
    ("The keeper on her bridge.JPG", "caption", "caption"),
    ("Brücke in Vellmar,‖ Zeichnungen © Tom Ode", "caption", "caption credit"),
    ("다리를 지키는 사람이 서 있다.‖ 김등대 기자", "caption", "caption credit"),
    ("大桥重新开放。‖（本报记者 林海 摄）", "caption", "caption credit"),
    ("Tom Ode / Getty Images", "credit", "credit"),
    ("Image: Tom Ode / Getty Images", "caption", "caption"),
    ("Photo-illustration: Tom Ode; Getty Images", "credit", "credit"),
    # Credits before a caption.
    ("TOM ODE/COASTWIRE:‖ The keeper waits for the boat.", "caption", "credit caption"),
    ("© Tom Ode —‖ The keeper waits for the boat.", "caption", "credit caption"),
    ("Foto: Tom Ode / Lantern.‖ The keeper waits for the boat.", "caption", "credit caption"),
    ("(T. Ode)‖ The keeper waits for the boat.", "caption", "credit caption"),
    ("PHOTO BY TOM ODE‖ Ellery’s keeper waits for the boat.", "caption", "credit caption"),
    ("FILE PHOTO: Keepers wait for the boat.", "caption", "caption"),
    ("(From left) The keeper waits for the boat.", "caption", "caption"),
    ("Ruth Aske: The keeper who waits for the boat.", "caption", "caption"),
    # Bylines and timestamps, whichever the line is called as a whole.
    ("Ines Marlow‖ 3 May 2024", "timestamp", "byline timestamp"),
    ("Ines Marlow‖ 3 May 2024", "byline", "byline timestamp"),
    ("Redaktion -‖ 3. Mai 2024", "timestamp", "byline timestamp"),
    ("Last Read 3 May 2024", "timestamp", "timestamp"),
    ("Ines Marlow ·‖ Posted: 3 May 2024 | Last Updated: 4 May", "timestamp", "byline timestamp"),
    ("Words: Tom Ode.‖ Posted 3 May 2024", "timestamp", "byline timestamp"),
    ("3 May 2024 | 15:33 |‖ Tom Ode", "timestamp", "timestamp byline"),
    ("3 May 2024 | 15:33 | Updated Today", "timestamp", "timestamp"),
    ("3 May 2024 |‖ Reuters", "timestamp", "timestamp source"),
    ("Posted on 3 May 2024‖ Published by Tom Ode", "timestamp", "timestamp byline"),
    ("By Tom Ode –‖ 3 May 2024 |‖ Fact-checked by Ruth Aske", "byline", "byline timestamp byline"),
    ("By Tom Ode, Columnist‖May 3, 2024", "byline", "byline timestamp"),
    ("TOM ODE‖04.05.2024", "byline", "byline timestamp"),
    ("יעל מרלו |‖ פורסם: 12.02.25", "timestamp", "byline timestamp"),
    ("শর্মিলা ওডে,‖ ২১ নভেম্বর ২০২৬", "timestamp", "byline timestamp"),
    (
        "Ines Marlow at work for the Lantern on 6 June 2022 in the harbour of Ellery",
        "byline",
        "byline",
    ),
    ("Energie‖ 12.12.2022", "timestamp", "kicker timestamp"),
    ("Reçu le 12 mai 2022", "timestamp", "timestamp"),
    ("Listen Now 5 min read", "timestamp", "timestamp"),
    ("Share on Facebook", "boilerplate/engagement", "boilerplate/engagement"),
    ("ELLERY.‖ Wie das Amt mitteilt, öffnet die Brücke.", "body", "dateline body"),
    ("Puerto Ellery.-‖ El puente abrió el viernes.", "body", "dateline body"),
    ("Vellmar –‖ Zum Ende des Jahres schließt die Brücke.", "body", "dateline body"),
    ("Vellmar (NPA/cw).‖ Die Brücke steht wieder offen.", "body", "dateline body"),
    ("Vellmar (npa-dienst).‖ Gerade hat das Amt geöffnet.", "body", "dateline body"),
    ("ELLERY-‖ As the harbour office said, it opens.", "body", "dateline body"),
    ("BELL SOUND /Coastwire/ —‖ The bridge opened.", "body", "dateline body"),
    ("كلمة –‖ افتتح الجسر يوم الجمعة بعد أشهر.", "body", "dateline body"),
    ("সেতুগঞ্জ:‖ সেতু আবার খুলেছে।", "body", "dateline body"),
    ("【本報霧港訊】‖大橋重新開放。", "body", "dateline body"),
    ("(은모래=연합뉴스) 오도현 기자 =‖ 다리가 다시 열렸다.", "body", "dateline body"),
    ("USB Hub – The part that matters", "body", "body"),
    ("December, 2011 - The bridge closed.", "body", "body"),
    ("The bridge – An old one – opened.", "body", "body"),
    ("Tern\t44\t12\t- The gate", "body", "body"),
    ("He paid it back [iv]", "body", "body"),
    ("The keeper on her bridge.‖ (Ines Marlow)", "caption", "caption credit"),
    ("Harbour‖ (Bild: Tom Ode)", "credit", "caption credit"),
    ("Tom Ode,‖ photo: Archives of the Harbour", "credit", "caption credit"),
    ("The keeper on her bridge‖ Credit: Tom Ode", "caption", "caption credit"),
    ("The keeper by the doors‖Courtesy Harbour Trust", "caption", "caption credit"),
    ("The bridge opens in 1999.‖ Tom Ode / Four Tides via AP", "caption", "caption credit"),
    ("A keeper wears her coat and scarf on the quay.‖ Ines Marlow", "caption", "caption credit"),
    ("A meeting in the harbour with Dr. Jane Roe", "caption", "caption"),
    ("On the quay with her deputy, Frank S. Zhou", "caption", "caption"),
    ("The bridge as it may look (Symbolbild)", "caption", "caption"),
    ("The ferry comes in on time (left).", "caption", "caption"),
    ("DAWN ODE/MERIDIAN WIRE:‖ The straw figure stands at the quay.", "caption", "credit caption"),
    ("© Tom Ode —‖ The keeper sounds the bell when it is time.", "caption", "credit caption"),
    ("FILE PHOTO: Pupils walk over the bridge.", "caption", "caption"),
    ("Tern Bay ferry - Tern Post Image", "caption", "caption"),
    ("TERN_1072-008.JPG", "caption", "caption"),
    ("Ines Marlow‖ 19 December 2023 • 3:54pm", "timestamp", "byline timestamp"),
    ("Ines Marlow -‖ Dec 21, 2023 1:00 pm UTC", "timestamp", "byline timestamp"),
    ("Redaktion -‖ 31. Januar 2022", "timestamp", "byline timestamp"),
    ("Lantern Arts ·‖ Posted: Dec 20, 2023 10:27 AM", "timestamp", "byline timestamp"),
    ("نازنین ایروانی |‖ ۳۰ آبان ۱۴۰۵، ساعت ۱۷:۳۰", "timestamp", "byline timestamp"),
    ("04.02.2022 | 15:33 Uhr |‖ Ines Marlow", "timestamp", "timestamp byline"),
    ("Posted On : December 12, 2023‖ Published By : InesM", "timestamp", "timestamp byline"),
    ("Last Updated December 20, 2023", "timestamp", "timestamp"),
    ("Dienstag, 3. Mai 2022, 11:17 Uhr", "timestamp", "timestamp"),
    ("4 May 2024 | 5 min read", "timestamp", "timestamp"),
    # What closes such a line and is for readers.
    ("3 May 2024 |‖ 12 comments", "timestamp", "timestamp boilerplate/comments"),
    ("3 May 2024, 15:56‖ 12 comments", "timestamp", "timestamp boilerplate/comments"),
    ("3 May 2024‖ Share", "timestamp", "timestamp boilerplate/engagement"),
    ("3 May 2024, in a report", "timestamp", "timestamp"),
    ("3 May 2024‖ 0", "timestamp", "timestamp boilerplate/engagement"),
    ("3 May 2024‖ Tom Ode‖ 6", "timestamp", "timestamp byline boilerplate/engagement"),
    ("3. Mai 2024 14.00", "timestamp", "timestamp"),
    (
        "Tom Ode‖ 3. Mai 2024‖ Schreibe einen Kommentar",
        "byline",
        "byline timestamp boilerplate/comments",
    ),
    ("By Tom Ode‖ Leave a comment", "byline", "byline boilerplate/comments"),
    ("By Tom Ode for this report", "byline", "byline"),
    ("By Malcolm X", "byline", "byline"),
    ("Reuters", "byline", "source"),
    ("By Reuters", "byline", "byline"),
    ("Ines Marlow, Reuters", "byline", "byline"),
    ("Fonte: Lantern", "byline", "source"),
    ("3 May 2024 /‖ Source: Lantern", "timestamp", "timestamp source"),
    ("3 May 2024 / 1:54 PM /‖ Lantern News", "timestamp", "timestamp source"),
    ("3. Mai 2024 |‖ Laternen Zeitung", "timestamp", "timestamp source"),
    ("Posted by Tom Ode‖ at 2:33 PM", "byline", "byline timestamp"),
    ("Erstellt von Tom Ode‖ am 3. Mai 2024", "timestamp", "byline timestamp"),
    # A day, or what looks like a place, at the head of a paragraph.
    ("3.5.2024 –‖ The bridge opened.", "body", "timestamp body"),
    ("SIMD (x86-64).", "body", "body"),
    ("He imports System.Text.Json", "body", "body"),
    ('She wrote of "The Iron Bell."‖Tom Ode / Lantern', "caption", "caption credit"),
    ("They left by the airport.Â Â", "body", "body"),
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


@given(
    st.text(
        st.sampled_from("aBcÉ.!?:|/-–—()[]（）【©@,“”'” 24月日电，가ก।=\u0301") | st.characters()
    ),
    st.sampled_from(("body", "caption", "credit", "byline", "timestamp", "source")),
    st.booleans(),
)
def test_pieces_are_a_partition_of_any_line(text: str, name: str, opens: bool) -> None:
    text += "x"
    pieces = cut(TextLine(text), name, opens_story=opens)
    assert "".join(text[start:end] for start, end, _ in pieces) == text
    assert all(text[start:end].strip() for start, end, _ in pieces)


@pytest.mark.parametrize("name", sorted(set(NAMES) - CUT))
def test_lines_of_one_field_are_never_cut(name: str) -> None:
    for marked, _, _ in CASES:
        text = marked.replace("‖", "")
        assert cut(TextLine(text), name, opens_story=True) == [(0, len(text), name)]


def test_a_place_and_a_colon_open_a_story_alone() -> None:
    line = TextLine("Ruth Aske: You kept the bridge for thirty years.")
    assert len(cut(line, "body", opens_story=True)) == 2
    assert len(cut(line, "body")) == 1


def test_letters_in_brackets_are_an_agency_where_a_story_opens() -> None:
    line = TextLine("Augmented masonry (AM) – Bridges that mend themselves.")
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
