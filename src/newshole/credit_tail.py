"""A credit at the end of a caption: where it begins, whatever parts the two.

Words that open a credit ("Photo:"), a name behind a finished sentence, an agency behind a
separator, capitals glued to the last word: each form is looked for, and the first that fits counts.
"""

import re

from newshole import lexicon
from newshole.maker import SIGN, is_credit, is_makers, opens_credit
from newshole.wordshape import CLOSED, glued_start, is_name, is_uncased, starts_small

_LONGEST_TAIL = 110
_LONGEST_TITLE = 40
"""A credit of so few characters that opens with no more than one word needs no colon."""

_HANDLE = re.compile(r"(?<=\s)[^\W\d_]\w+/@\w[\w.]*$")
# Where a sentence is finished; not behind an initial or a short form ("Dr.", "St.", "U.S.").
_FINISHED = re.compile(
    r"(?:(?<=[^\W\d_]{2}[.])|(?<=\d[.])|(?<=[!?।])|(?<=[.!?,][\"”»’')])|(?<=[)][.]))\s+"
)
_SHORT_FORM = re.compile(r"\b(?:[A-ZÀ-Þ][a-zà-þ]{1,3}|[A-Z]|[b-df-hj-np-tv-xz]{2,3})\.$")
_PARTED = re.compile(r"\s[-–—|/•]\s|(?<=[^\W\d_])\s?\|\s|(?<=[.!?])\s?/\s?|\s/(?=\S)")
_COLON = re.compile(r"([^\W\d_]\S+):")
_GLUED_TAIL = re.compile(
    r"(?<=[a-zà-ÿ]{3}[.!?])(?=[A-ZÀ-Þ][a-zà-ÿ](?:[^.!?]|(?<=\b[A-Z])\.){2,40}$)"
)
_GLUED = re.compile(r"(?<=[a-zà-öø-ÿ.!?])(?=[A-ZÀ-ÖØ-Þ])")


def tail_start(text: str) -> int:
    """Where a credit at the line's end begins; 0 for none. The first of all that fit."""
    starts = (
        _phrase_start(text),
        _name_start(text),
        _parted_start(text),
        _glued_start(text),
        _uncased_start(text),
        found.start() if (found := _HANDLE.search(text)) else 0,
    )
    return min(
        (start for start in starts if start > 0 and any(map(str.isalpha, text[:start]))), default=0
    )


def seamed_tokens(text: str) -> list[tuple[int, int, str]]:
    """Start, end and folded form of each word; "doorsCourtesy" is two."""
    found = []
    for match in lexicon.TOKEN.finditer(text):
        start, end = match.span()
        glue = _GLUED.search(text, start + 1, end)
        if glue is not None:
            found.append((start, glue.start(), lexicon.fold(text[start : glue.start()])))
            start = glue.start()
        found.append((start, end, lexicon.fold(text[start:end])))
    return found


def _phrase_start(text: str) -> int:
    """Where a credit's own words ("Photo:", "Courtesy of", "©") begin in a line; 0 for none."""
    places = seamed_tokens(text)
    tokens = [token for _, _, token in places]
    openings = lexicon.token_runs("labels", "credit", "opening")
    sources = lexicon.token_runs("labels", "source", "opening")
    bylines = lexicon.token_runs("labels", "byline", "opening")
    sign = SIGN.search(text)
    first = sign.start() if sign else 0
    opened = lexicon.run_at(tokens, 0, openings) if tokens else 0
    for at in range(max(1, opened), len(places)):
        start = places[at][0]
        if first and start > first:
            break
        kind = "credit"
        length = lexicon.run_at(tokens, at, openings)
        if not length:
            kind = "source"
            length = lexicon.run_at(tokens, at, sources)
        if not length:
            kind = "byline"
            length = lexicon.run_at(tokens, at, bylines)
        if length and _fits(text, start, places[at + length - 1][1], length, kind):
            return start
        if length and sign and kind == "credit" and places[at + length - 1][1] >= first - 1:
            # "Drawings © Tom Ode": the word before the sign belongs to it.
            return start
    return first


def _fits(text: str, start: int, end: int, length: int, kind: str) -> bool:
    """True where words of a credit do open one: by the marks around them and their capitals."""
    before, after = text[:start].rstrip(), text[end:].lstrip(" .")
    if before[-1:] == "-" and before[-2:-1] != " ":
        return False
    if not after:
        return length > 1 and kind == "credit" and before[-1:] in ".!?—–"
    parted_slash = after[0] == "/" and text[start].isupper() and text[end] == "/"
    abbreviated = text[end : end + 2] == ". " and end - start <= 3
    colon = after[0] in ":：=" or parted_slash or abbreviated
    named = not after.lstrip(" :：/=")[:1].islower() or opens_credit(after)
    glued = start == len(before) and before[-1:] not in CLOSED + "–—-/|:;,©(（"
    parted = before[-1:] in CLOSED + "|–—-/:;'©•" or (is_uncased(text[start:end]) and glued)
    capital = text[start].isupper()
    if kind == "byline":
        return (parted and capital and not colon and is_name(after)) or (
            parted and colon and "/" in before[-1:]
        )
    if kind == "source":
        return parted and colon
    if colon:
        return parted or capital or before[-1:] in ",،" or is_uncased(text[start:end])
    if length > 1:
        return (parted and named) or (capital and named) or (before[-1:] == "," and named)
    if capital and is_name(after, least=2, most=3):
        return True
    return parted and named and len(after) < _LONGEST_TITLE


def _name_start(text: str) -> int:
    """Where a name alone begins behind a finished sentence; 0 for none."""
    if text[-1] in CLOSED:
        return 0
    base = max(0, len(text) - _LONGEST_TAIL)
    for gap in _FINISHED.finditer(text, base):
        before, rest = text[: gap.start()], text[gap.end() :]
        least = 2 if is_credit(rest) else 4
        if _SHORT_FORM.search(before) or len(before.split()) < least:
            continue
        if is_makers(rest) and (before[-1] in ".!?।" or is_credit(rest)):
            return gap.end()
    return 0


def _parted_start(text: str) -> int:
    """Where an agency, or a photographer with one, begins behind a separator; 0 for none."""
    if text[-1] in ".!?":
        return 0
    base = max(0, len(text) - _LONGEST_TAIL)
    banks = lexicon.token_runs("labels", "credit", "anywhere")
    for mark in _PARTED.finditer(text, base):
        before, rest = text[: mark.start()].rstrip(), text[mark.end() :]
        ended = "/" in mark[0] and before[-1:] in ".!?।。" and len(rest) <= 20
        titled = mark[0].strip() in ("•", "|") and len(before.split()) >= 4
        if (ended and is_uncased(rest)) or (titled and is_name(rest, most=3)):
            return mark.end()
        if opens_credit(rest) and len(rest.split()) == 1:
            # "Harbour - Image": a word for pictures alone, at the end of one's title.
            continue
        if "©" in rest[1:]:
            continue
        bank = lexicon.run_at(lexicon.tokens(rest) or [""], 0, banks)
        if 0 < len(rest.split()) <= 7 and (bank or not starts_small(rest)) and is_credit(rest):
            return mark.end()
    return 0


def _glued_start(text: str) -> int:
    """Where a credit glued to the caption's end begins; 0 for none."""
    if start := glued_start(text):
        return start
    found = _GLUED_TAIL.search(text, max(0, len(text) - _LONGEST_TAIL))
    if found and found.start() > 20 and len(text[found.start() :].split()) <= 5:
        return found.start()
    if is_uncased(text):
        # Without capitals only the known word before the colon tells where the seam is.
        openings = lexicon.words("labels", "credit", "opening")
        for word in _COLON.finditer(text, max(0, len(text) - _LONGEST_TAIL)):
            for known in openings:
                if len(known) > 3 and word[1].endswith(known) and word[1] != known:
                    return word.end(1) - len(known)
    return 0


def _uncased_start(text: str) -> int:
    """Where a maker begins in a script without capitals, told by the word that ends the line."""
    if not is_uncased(text[-1:]):
        return 0
    tokens = lexicon.tokens(text[-40:])
    runs = [lexicon.token_runs("labels", label, "closing") for label in ("credit", "byline")]
    if not any(
        lexicon.run_at(tokens, at, run) == len(tokens) - at
        for at in range(max(0, len(tokens) - 2), len(tokens))
        for run in runs
    ):
        return 0
    at = max(text.rfind(mark) for mark in "。、.।＝=)）/") + 1
    return at if at > 10 and 2 < len(text) - at <= 20 else 0
