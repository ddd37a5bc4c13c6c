"""The two ends of a paragraph: the dateline before its first sentence, the agency behind its last.

A dateline is told by its form: a place in capitals, a place with an agency's brackets or a date,
and the mark that ends it. What could as well begin a sentence or a list ("Well – The") counts only
in the line that opens the story.
"""

import re

from newshole import lexicon
from newshole.wordshape import (
    CLOSED,
    Bounds,
    glued_start,
    is_agency,
    is_uncased,
    names_agency,
    starts_small,
)

_LONGEST_DATELINE = 100
_LONGEST_TAIL = 60

_DASH = re.compile(
    r"\s?(?:—|–|―)\s?|\s(?:-|--)\s|[.।]\s?[-–—]{1,2}\s?|\s?--\s?|(?<=[^\W\d_a-z])-\s"
)
_BRACKETED = re.compile(
    r"(?P<place>[^()（）/\[\]]{0,60}?)\s*"
    r"(?P<agency>[(（\[][^()（）\[\]]{2,40}[)）\]]|/[^\W\d_][^/]{1,30}/)"
    r"(?P<end>\s*[.।]?\s*(?:[-–—―]{1,2}|:)?)\s*"
)
_PLACE_STOP = re.compile(r"(?P<place>[^.!?:;()\d–—]{3,50})\.\s*(?=[^\W\d_])")
# Han: the writer or the place in brackets; or place, date, then "telegraphed".
_HAN_BRACKET = re.compile(r"[（(【〔［]([^）)】〕］]{2,30})[）)】〕］]\s*")
_HAN_WIRE = re.compile(
    r"[^，。\s]{2,16}\d{1,2}月\d{1,2}日(?:电|電|讯|訊)(?:[（(][^）)]{1,20}[）)])?\s*"
)
# Hangul: "(place=agency) writer =".
_HANGUL = re.compile(r"[(\[][^()\[\]=]{1,20}=[^()\[\]=]{1,20}[)\]]\s*[^=.()]{0,30}=\s*")
# "29.11.2022 – The ferry": when it was written, and no place.
_DATED = re.compile(r"\d{1,2}[./]\s?\d{1,2}[./]\s?\d{2,4}\s?[-–—]\s(?=\S)")
_COLON = re.compile(r"([^\d:.,;!?()\[\]\"“”]{2,40}):\s")
_BRACKET = re.compile(r"[(\[（]([^()\[\]（）]{2,90})[)\]）]")
_WORD = re.compile(r"[^\W_]+(?:[-’'.][^\W_]+)*")


def paragraph_bounds(text: str, opens_story: bool) -> Bounds:
    """Bounds of dateline, body and source in a line of the story."""
    bounds: Bounds = [(0, "body")]
    if opens_story and (dated := _DATED.match(text)):
        bounds = [(0, "timestamp"), (dated.end(), "body")]
    elif end := _dateline_end(text, opens_story):
        bounds = [(0, "dateline"), (end, "body")]
    if start := _source_start(text):
        bounds.append((start, "source"))
    return bounds


def _dateline_end(text: str, opens_story: bool) -> int:
    """Where the dateline at the line's beginning ends, its dash included; 0 for none."""
    head = text[: _LONGEST_DATELINE + 20]
    if not head or head[0].islower():
        return 0
    end = _han_end(head)
    for dash in _DASH.finditer(head):
        if end or dash.start() > _LONGEST_DATELINE:
            break
        place = head[: dash.start()].strip()
        weak = not opens_story or dash[0].strip() == "-"
        if _stands_before_dash(place, weak) and not starts_small(head[dash.end() :]):
            end = dash.end()
        elif len(place) > 3 and not place.isupper():
            break
    end = end or _bracket_end(head, opens_story) or _stop_end(head)
    if end:
        return end if _tells(text) else 0
    return _colon_end(head) if opens_story and _tells(text) else 0


def _tells(text: str) -> bool:
    """True for running text, so that the entries of a list or a table have no datelines."""
    text = text.rstrip()
    return text[-1:] in CLOSED + ":“'" and "\t" not in text


def _han_end(head: str) -> int:
    """The end of a dateline in Chinese, Japanese or Korean form; 0 for none."""
    if found := _HANGUL.match(head):
        return found.end()
    if found := _HAN_WIRE.match(head):
        return found.end()
    if found := _HAN_BRACKET.match(head):
        inner = found[1].strip()
        if not inner:
            return 0
        tokens = lexicon.tokens(inner)
        closings = lexicon.token_runs("labels", "byline", "closing")
        wired = inner[-1] in "电電讯訊" or names_agency(found[0])
        told = len(tokens) > 2 and lexicon.run_at(tokens, len(tokens) - 2, closings) == 2
        # "(place=writer)", "(place, 3rd, agency)".
        told = told or re.search(r"[=＝]|\d日", inner) is not None
        if (wired or told) and is_uncased(inner):
            return found.end()
    return 0


def _stands_before_dash(place: str, weak: bool) -> bool:
    """True for what stands before a dateline's dash: a place in capitals, an agency, a date.

    ``weak`` says that the dash may as well be one inside a sentence or an entry of a list.
    """
    words = _WORD.findall(place)
    if not words or len(words) > 12:
        return False
    bracket = _BRACKET.search(place)
    if bracket is not None and (is_agency if weak else names_agency)(bracket[0]):
        return True
    if place.isupper() and max(map(len, words)) > (3 if weak else 2):
        return True
    if _in_capitals(words[0]) and len(words) <= 10:
        # "PORT ELLERY, Norrmark, May 3": the place in capitals, the rest as usual.
        return all(word[0].isupper() or word[0].isdigit() or len(word) <= 3 for word in words)
    if "," in place and _has_date(place) and len(words) <= 7:
        return words[0][0].isupper() and lexicon.fold(words[0]) not in _months()
    if is_uncased(place) and not weak:
        return len(words) <= 6 and not any(mark in place for mark in ".!?؟।:")
    return not weak and _is_place(place) and place[-1] not in CLOSED


def _is_place(text: str) -> bool:
    """True for up to four capitalised words, with short words in small letters between them."""
    words = text.replace(",", " ").split()
    return (
        0 < len(words) <= 4
        and len(text) > 3
        and all(word[0].isupper() or (len(word) <= 3 and word.isalpha()) for word in words)
        and words[0][0].isupper()
        and not any(character.isdigit() for character in text)
        and lexicon.fold(words[0]) not in _stop_words()
    )


def _in_capitals(word: str) -> bool:
    return len(word) > 3 and word.isupper()


def _bracket_end(head: str, opens_story: bool) -> int:
    """The end of a place with an agency's brackets, with or without a dash; 0 for none."""
    found = _BRACKETED.match(head)
    if found is None or not head[found.end() :] or starts_small(head[found.end() :]):
        return 0
    place, agency, end = found["place"].strip(), found["agency"], found["end"].strip()
    capitals = place.partition(",")[0].isupper() and len(place) > 3
    if any(mark in place for mark in ("!?;:" if capitals else ".!?;:")):
        return 0
    words = place.replace(",", " ").split()
    if agency[0] == "/":
        fits = bool(place) and place.isupper() and end[-1:] in ("-", "–", "—", "―")
        return found.end() if fits else 0
    dated = "," in place and _has_date(place)
    if dated or capitals:
        fits = bool(end) or (opens_story and place.isupper())
    elif is_agency(agency):
        fits = not any(word[0].islower() for word in words)
    elif not place:
        fits = False
    elif end[-1:] in ("-", "–", "—"):
        fits = _is_place(place) and (end[0] == "." or opens_story)
    else:
        fits = opens_story and end == "." and _is_place(place) and names_agency(agency)
    return found.end() if fits else 0


def _stop_end(head: str) -> int:
    """The end of a place in capitals with a full stop ("PORT ELLERY. The"); 0 for none."""
    found = _PLACE_STOP.match(head)
    if found is None or starts_small(head[found.end() :]):
        return 0
    first, *rest = found["place"].split(",")
    words = first.split()
    named = len(words) <= 3 and first.isupper() and max(map(len, words)) > 3
    region = all(word[0].isupper() for part in rest for word in part.split())
    return found.end() if named and region and len(rest) <= 2 else 0


def _colon_end(head: str) -> int:
    """The end of a place of one to three words with a colon ("Vellmar: Oysters"); 0 for none."""
    found = _COLON.match(head)
    if found is None:
        return 0
    words = found[1].split()
    named = 1 <= len(words) <= 3 and all(not word[0].islower() for word in words)
    fits = named and found[1][0].isalpha() and len(found[1]) > 2
    return found.end(1) + 1 if fits else 0


def _months() -> frozenset[str]:
    return lexicon.words("time", "months")


def _stop_words() -> frozenset[str]:
    return lexicon.words("stop_words")


def _has_date(text: str) -> bool:
    found = lexicon.tokens(text)
    months = _months()
    return any(token in months for token in found) and any(token[0].isdigit() for token in found)


def _source_start(text: str) -> int:
    """Where an agency's sign at the end of a paragraph begins; 0 for none."""
    tail = text[-_LONGEST_TAIL:]
    if tail[-1:] in ")]）":
        base = len(text) - len(tail)
        for bracket in _BRACKET.finditer(tail):
            before = tail[: bracket.start()].rstrip()
            if bracket.end() == len(tail) and before and before[-1] in CLOSED:
                signed = names_agency(bracket[0]) or _names_source(bracket[1])
                return base + bracket.start() if signed else 0
    return glued_start(text)


def _names_source(text: str) -> bool:
    """True for a source with its word before it, as in brackets: "Source: Harbour Office"."""
    found = lexicon.tokens(text)
    runs = lexicon.token_runs("labels", "source", "opening")
    return ":" in text and bool(found) and lexicon.run_at(found, 0, runs) > 0
