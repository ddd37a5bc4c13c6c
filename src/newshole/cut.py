"""Cuts within a line: where a dateline, a credit, a date or an agency begins or ends.

General rules of form, for any outlet; words come from the lexicon, in all its languages. What the
page's markup sets apart (:attr:`newshole.hint.Hint.fields`) is cut where the markup says so.
"""

import re
from collections.abc import Iterator

from newshole import lexicon
from newshole.hint import TextLine

Piece = tuple[int, int, str]
"""Start and end in code points of the line, half-open, and the label's name."""

_LONGEST_DATELINE = 100
_LONGEST_TAIL = 60
_CLOSED = '.!?…。！？؟।"”’»)）]'

_DASH = re.compile(r"\s?(?:—|–|―)\s?|\s(?:-|--)\s|\.\s?[-–—]{1,2}\s?|\s?--\s?")
_AGENCY = r"[(（\[][^()（）\[\]]{2,40}[)）\]]"
_BRACKETED_AGENCY = re.compile(
    rf"(?P<place>[^()（）]{{0,60}}?)\s*(?P<agency>{_AGENCY})\s*(?:\.\s*)?"
)
# Han: place, date, then "telegraphed"; or the agency in lenticular brackets.
_HAN = re.compile(
    r"(?:[（【][^）】]{2,30}[）】]|[^，。\s]{2,16}\d{1,2}月\d{1,2}日(?:电|電|讯|訊)(?:[（(][^）)]{1,20}[）)])?)\s*"
)
_BRACKET = re.compile(r"[(\[（]([^()\[\]（）]{2,90})[)\]）]")
_CAPITALS = re.compile(r"[^\W\d_a-zà-öø-ÿ]{2,}[\w.’'-]*")
_WORD = re.compile(r"\w+")
_LOWER_START = re.compile(r"\s*[a-zà-öø-ÿа-яёіїєґ]")
_NUMERIC = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?"
)
_SLASHED = re.compile(r"\b[A-Z][\w.]*\s?/\s?[A-Z]|/[A-Z]{2,}")
_SEPARATORS = "|·•/—–-, "


def cut(line: TextLine, name: str, *, opens_story: bool = False) -> list[Piece]:
    """Pieces that partition the line, whose label as a whole is ``name``.

    A separator stays with the piece before it, the space opens the piece after it.
    ``opens_story`` says that the line is the first of the story.
    """
    text = line.text
    bounds: list[tuple[int, str]] = [(0, name)]
    if name == "body":
        bounds = _body(text, opens_story)
    elif name in ("caption", "credit"):
        bounds = _picture(line, name)
    elif name in ("byline", "timestamp"):
        bounds = _signature(line, name)
    if len(bounds) == 1:
        # Most lines by far: nothing to trim.
        return [(0, len(text), bounds[0][1])]
    return list(_pieces(text, bounds))


def _pieces(text: str, bounds: list[tuple[int, str]]) -> Iterator[Piece]:
    kept: list[tuple[int, str]] = []
    for start, name in bounds:
        while 0 < start < len(text) and text[start] in _SEPARATORS:
            start += 1
        while start > 0 and text[start - 1].isspace():
            start -= 1
        if kept and not text[kept[-1][0] : start].strip():
            # Nothing but white space before the cut: there is none.
            kept[-1] = (kept[-1][0], name)
        elif not text[start:].strip():
            continue
        elif not kept or kept[-1][1] != name:
            kept.append((start, name))
    ends = [start for start, _ in kept[1:]] + [len(text)]
    for (start, name), end in zip(kept, ends, strict=True):
        yield start, end, name


def _body(text: str, opens_story: bool) -> list[tuple[int, str]]:
    bounds = [(0, "body")]
    if end := _dateline_end(text, opens_story):
        bounds = [(0, "dateline"), (end, "body")]
    if start := _source_start(text):
        bounds.append((start, "source"))
    return bounds


def _dateline_end(text: str, opens_story: bool) -> int:
    """Where the dateline at the line's beginning ends, its dash included; 0 for none."""
    head = text[: _LONGEST_DATELINE + 20]
    if found := _HAN.match(head):
        return found.end() if _is_han_dateline(found[0]) else 0
    for dash in _DASH.finditer(head):
        if dash.start() > _LONGEST_DATELINE:
            break
        place = head[: dash.start()].strip()
        if place and _is_place(place) and not _LOWER_START.match(head[dash.end() :]):
            return dash.end()
        if len(place) > 3:
            break
    opening = _BRACKETED_AGENCY.match(head)
    if opening is not None and _opens_with_agency(opening["place"], opening["agency"]):
        rest = head[opening.end() :]
        if not _LOWER_START.match(rest):
            return opening.end() + (rest.index(":") + 1 if rest.lstrip()[:1] == ":" else 0)
    place, colon, _ = head.partition(":")
    words = place.split()
    named = place.replace(" ", "").isalpha() and all(word[0].isupper() for word in words)
    if opens_story and colon and named and 1 <= len(words) <= 3:
        return len(place) + 1
    return 0


def _opens_with_agency(place: str, agency: str) -> bool:
    """True for a place and a known agency that no dash parts from the story."""
    known = lexicon.tokens(agency)
    return (
        bool(known)
        and lexicon.run_at(known, 0, lexicon.token_runs("agencies")) == len(known)
        and not any(mark in place for mark in ".!?;")
        and not any(word[0].islower() for word in place.split())
    )


def _is_han_dateline(text: str) -> bool:
    return text.strip()[-1] in "电電讯訊）)" or _names_agency(text)


def _is_place(text: str) -> bool:
    """True for what stands before a dateline's dash: a place in capitals, an agency, a date."""
    bracket = _BRACKET.search(text)
    if bracket is not None and _names_agency(bracket[0]) and len(text.split()) <= 12:
        return True
    words = _WORD.findall(text)
    if not words or len(words) > 10:
        return False
    if _CAPITALS.fullmatch(words[0]) and len(words[0]) > 2:
        return all(word[0].isupper() or word[0].isdigit() or len(word) <= 3 for word in words)
    return text[0].isupper() and "," in text and _has_date(text) and len(words) <= 7


def _has_date(text: str) -> bool:
    found = lexicon.tokens(text)
    months = lexicon.words("time", "months")
    return any(token in months for token in found) and any(token[0].isdigit() for token in found)


def _names_agency(text: str) -> bool:
    """True for an agency's name in brackets, known or written like one: (AP), (npa), (Norda)."""
    inner = text.strip("()（）[]【】 .")
    found = lexicon.tokens(inner)
    if not found:
        return False
    if lexicon.run_at(found, 0, lexicon.token_runs("agencies")) == len(found):
        return True
    short = inner.replace("/", "").replace(".", "")
    return (
        " " not in inner
        and short.isalpha()
        and 2 <= len(short) <= 6
        and (short.isupper() or short.islower())
    )


def _source_start(text: str) -> int:
    """Where an agency's sign at the end of a paragraph begins; 0 for none."""
    tail = text[-_LONGEST_TAIL:]
    base = len(text) - len(tail)
    for bracket in _BRACKET.finditer(tail):
        before = tail[: bracket.start()].rstrip()
        if bracket.end() == len(tail) and before[-1:] in _CLOSED and before:
            return base + bracket.start() if _names_agency(bracket[0]) else 0
    return _glued_start(text)


def _glued_start(text: str) -> int:
    """Where capitals glued behind the last sentence begin (``airport.NDP``); 0 for none."""
    at = max(text.rfind(mark, max(0, len(text) - _LONGEST_TAIL)) for mark in _CLOSED)
    tail = text[at + 1 :]
    if at < 20 or not tail or tail[0].isspace():
        return 0
    words = tail.replace("/", " ").split()
    if not words or len(words) > 6 or not all(word[0].isupper() for word in words):
        return 0
    return at + 1 if len(tail) > 1 and tail[-1] not in _CLOSED else 0


def _picture(line: TextLine, name: str) -> list[tuple[int, str]]:
    text = line.text
    marked = _fields(line, {"credit", "credits", "photocredit", "copyright", "photographer"})
    if name == "caption" and marked:
        start, end = marked[0]
        return [(0, "caption"), (start, "credit"), (end, "caption")]
    if name == "credit" and not marked and len(text) < 40:
        return [(0, "credit")]
    bounds = [(0, "caption")]
    for bracket in _BRACKET.finditer(text):
        if _is_credit(bracket[1]):
            return [*bounds, (bracket.start(), "credit"), (bracket.end(), "caption")]
    start = _credit_phrase(text) or _glued_start(text) or _agency_tail(text)
    if start:
        return [*bounds, (start, "credit")]
    return [(0, name)]


def _is_credit(text: str) -> bool:
    found = lexicon.tokens(text)
    if not found:
        return False
    runs = lexicon.token_runs("labels", "credit", "opening")
    agencies = lexicon.token_runs("agencies")
    return (
        "©" in text
        or lexicon.run_at(found, 0, runs) > 0
        or _SLASHED.search(text) is not None
        or any(lexicon.run_at(found, at, agencies) for at in range(len(found)))
    )


def _credit_phrase(text: str) -> int:
    """Where a credit's own words ("Photo:", "Foto von", "©") begin inside a line; 0 for none."""
    runs = lexicon.token_runs("labels", "credit", "opening")
    places = [(match.start(), match.end()) for match in lexicon.TOKEN.finditer(text)]
    found = [lexicon.fold(text[start:end]) for start, end in places]
    for at in range(1, len(found)):
        before = text[: places[at][0]].rstrip()
        length = lexicon.run_at(found, at, runs)
        if not length or before[-1:] not in _CLOSED + "|–—-/:;":
            continue
        after = text[places[at + length - 1][1] :].lstrip()
        if after[:1] in (":", "：", "/") or length > 1 or len(after) < 40:
            return places[at][0]
    sign = text.find("©")
    return max(sign, 0)


def _agency_tail(text: str) -> int:
    """Where an agency or a photographer with one begins, behind the last sentence's end."""
    tail = text[-_LONGEST_TAIL:]
    base = len(text) - len(tail)
    for mark in re.finditer(r"(?<=[.!?”\"»|])\s+|\s[-–—|/]\s", tail):
        rest = tail[mark.end() :]
        if rest and len(rest.split()) <= 7 and _is_credit(rest) and rest[-1] not in ".!?":
            return base + mark.end()
    return 0


def _fields(line: TextLine, words: set[str]) -> list[tuple[int, int]]:
    """Parts of the line that the markup sets apart as one of these, none of them the whole."""
    fields = line.hint.fields if line.hint else ()
    return [
        (start, end)
        for start, end, word in fields
        if word in words and end - start < len(line.text)
    ]


def _signature(line: TextLine, name: str) -> list[tuple[int, str]]:
    """Byline and timestamp on one line, in either order."""
    text = line.text
    spot = _date(text)
    if spot is None:
        return [(0, name)]
    start, end = spot
    before, after = text[:start].strip(_SEPARATORS), text[end:].strip(_SEPARATORS)
    if not any(character.isalpha() for character in before):
        if _begins_byline(after) or (name == "byline" and _is_name(after)):
            return [(0, "timestamp"), (end, "byline")]
        return [(0, "timestamp" if not after else name)]
    if name == "timestamp" and not _begins_byline(before):
        found = _byline_inside(text, end)
        return [(0, name), (found, "byline")] if found else [(0, name)]
    bounds = [(0, "byline"), (start, "timestamp")]
    if found := _byline_inside(text, end):
        bounds.append((found, "byline"))
    return bounds


def _begins_byline(text: str) -> bool:
    found = lexicon.tokens(text)
    runs = lexicon.token_runs("labels", "byline", "opening")
    return bool(found) and lexicon.run_at(found, 0, runs) > 0


def _is_name(text: str) -> bool:
    words = text.split()
    return 1 < len(words) <= 5 and all(word[0].isupper() for word in words)


def _byline_inside(text: str, start: int) -> int:
    runs = lexicon.token_runs("labels", "byline", "opening")
    places = [match.start() for match in lexicon.TOKEN.finditer(text)]
    found = [lexicon.fold(match[0]) for match in lexicon.TOKEN.finditer(text)]
    for at, place in enumerate(places):
        if place >= start and found[at] and lexicon.run_at(found, at, runs):
            return place
    return 0


def _date(text: str) -> tuple[int, int] | None:
    """Start and end of the date in a line, with the words that lead up to it."""
    places = list(lexicon.TOKEN.finditer(text[:400]))
    found = [lexicon.fold(place[0]) for place in places]
    months, words = lexicon.words("time", "months"), lexicon.words("time", "words")
    lead = lexicon.words("labels", "timestamp", "opening") | {"on", "at", "am", "um", "le", "el"}
    runs: list[tuple[int, int]] = []
    for at, token in enumerate(found):
        if token[0].isdigit() or token in months or token in words:
            if runs and at == runs[-1][1] + 1:
                runs[-1] = (runs[-1][0], at)
            else:
                runs.append((at, at))
    if not runs and (numeric := _NUMERIC.search(text)):
        return numeric.span()
    for first, last in runs:
        tokens = found[first : last + 1]
        dated = any(token in months for token in tokens) and any(t[0].isdigit() for t in tokens)
        if not dated and not _NUMERIC.search(text[places[first].start() : places[last].end()]):
            continue
        while first > 0 and found[first - 1] in lead:
            first -= 1
        while last > first and not (found[last][0].isdigit() or found[last] in months | words):
            last -= 1
        return places[first].start(), places[last].end()
    return None
