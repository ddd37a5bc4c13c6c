"""Caption and credit on one line, in either order, or the credit in the caption's middle.

A credit is told by the words that open it ("Photo:"), by the sign ©, by an agency or a name with a
slash in brackets, and by a name alone where the caption's last sentence is finished.
"""

import re

from newshole import lexicon
from newshole.credit_tail import seamed_tokens, tail_start
from newshole.hint import TextLine
from newshole.maker import SIGN, SLASHED, credit_words, is_credit, is_makers, is_prose, opens_credit
from newshole.wordshape import CLOSED, Bounds, is_name, is_uncased

_LONGEST_LEAD = 90

_MARKUP = frozenset({"credit", "credits", "photocredit", "copyright", "photographer"})
_BRACKET = re.compile(r"[(\[（]([^()\[\]（）]{2,120})[)\]）]")
_NAME = r"@?[^\W\d_a-zà-öø-ÿ][\w.’'&-]*"
_NAMES = rf"{_NAME}(?:,?\s?[/&]\s?{_NAME}|\s(?:(?:de|of|the|for|von|van|da|di|&)\s)?{_NAME})*"
_LEAD = re.compile(rf"(?P<names>{_NAMES})(?P<mark>\s?:|\s?\||\s[-–—/]|\.)\s+(?=[^\W_])")
_HAN_LEAD = re.compile(r"[^\s：:　]{2,24}(?:：|　)")
_INITIALS = re.compile(r"^[A-Z]\.\s?[A-Z]")


def picture_bounds(line: TextLine, name: str) -> Bounds:
    """Bounds of caption and credit in a line that is ``name`` as a whole."""
    text = line.text
    marked = _fields(line)
    if name == "caption" and marked:
        start, end = marked[0]
        if _is_maker(text[:start]):
            start = 0
        rest = text[end:].strip()
        if not start and (not rest or (opens_credit(text) and is_makers(rest))):
            return [(0, "credit")]
        return [(0, "caption"), (start, "credit"), (end, "caption")]
    if end := _lead_end(text):
        return [(0, "credit"), (end, "caption")]
    bounds: Bounds = [(0, "caption")]
    span = _bracketed(text)
    start = tail_start(text)
    if span and not 0 < start < span[0]:
        return [*bounds, (span[0], "credit"), (span[1], "caption")]
    if not start or _is_maker(text[:start]):
        return [(0, name)]
    if name == "credit" and (opens_credit(text) or _is_part(text[:start], text[start:])):
        return [(0, name)]
    return [*bounds, (start, "credit")]


def _fields(line: TextLine) -> list[tuple[int, int]]:
    """Parts of the line that the markup sets apart as a credit, none of them the whole."""
    fields = line.hint.fields if line.hint else ()
    return [
        (start, end)
        for start, end, word in fields
        if word in _MARKUP and end - start < len(line.text)
    ]


def _lead_end(text: str) -> int:
    """Where a credit before its caption ends, its separator included; 0 for none."""
    head = text[: _LONGEST_LEAD + 20]
    places = seamed_tokens(head)
    if not places:
        return 0
    runs = lexicon.token_runs("labels", "credit", "opening")
    length = lexicon.run_at([token for _, _, token in places], 0, runs)
    if is_uncased(head):
        found = _HAN_LEAD.match(head) if length else None
        return found.end() if found and _is_caption(text[found.end() :]) else 0
    if bracket := _BRACKET.match(head):
        named = _INITIALS.match(bracket[1]) or is_name(bracket[1], most=4)
        rest = text[bracket.end() :]
        fits = named and rest[:1] == " " and rest[1:2].isupper() and _is_caption(rest)
        return bracket.end() if fits and SLASHED.search(bracket[1]) is None else 0
    at = 0
    if sign := SIGN.match(head):
        at = sign.end()
    elif length:
        at = places[length - 1][1]
    if at:
        if length > 1 and head[:at].isupper() and (end := _capitals_end(head, at)):
            return end if _is_caption(text[end:]) else 0
        while at < len(head) and head[at] in " :/-.":
            at += 1
    found = _LEAD.match(head, at)
    if found is None or not _is_caption(text[found.end() :]) or "©" in text[found.end() :]:
        return 0
    names, mark = found["names"], found["mark"].strip()
    if at:
        bank = mark == "/" and "/" not in names and is_credit(names)
        fits = (mark != ":" or names.isupper()) and not bank
    elif mark == ".":
        fits = False
    else:
        fits = "/" in names and (names.isupper() or any(" " in part for part in names.split("/")))
        fits = fits or (mark == "|" and is_name(names, most=3) and text[-1] in CLOSED)
    return found.end() if fits else 0


def _capitals_end(head: str, at: int) -> int:
    """The end of the run of capitals from ``at`` on, where it goes on as usual; 0 for none."""
    end = at
    for word in re.finditer(r"\S+", head[at:]):
        if not word[0].isupper() or len(word[0]) < 2:
            return end if end > at and word[0][:1].isupper() else 0
        end = at + word.end()
    return 0


def _is_caption(text: str) -> bool:
    """True for what may follow a credit: a sentence, or at least a phrase."""
    words = text.split()
    if is_uncased(text):
        return len(text) > 12
    return len(words) >= 4 and any(len(word) > 2 and word[0].islower() for word in words)


def _bracketed(text: str) -> tuple[int, int] | None:
    """Start and end of a credit in brackets, with what belongs to it behind; None for none."""
    for bracket in _BRACKET.finditer(text):
        start, end = bracket.span()
        if not is_credit(bracket[1]) and not _stands_alone(text, start, end):
            continue
        rest = text[end:].strip(" .")
        joined = bool(rest) and (
            rest[0] in "(©" or opens_credit(rest) or (is_name(rest, 1, 4) and len(rest) < 40)
        )
        if _is_symbolic(bracket[1]) and not joined:
            continue
        if start == 0 and not rest:
            return None
        return start, len(text) if joined else end
    return None


def _is_symbolic(text: str) -> bool:
    """True for "(Symbolbild)": it says what the picture is, not who made it."""
    found = lexicon.tokens(text)
    runs = lexicon.token_runs("symbolic_pictures")
    return bool(found) and lexicon.run_at(found, 0, runs) == len(found)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """True for a name in brackets between two sentences, or behind the last one."""
    before, after = text[:start].rstrip(), text[end:].strip()
    if before[-1:] not in CLOSED or (after.strip(".") and not after[0].isupper()):
        return False
    inner = text[start + 1 : end - 1]
    credited = (
        not after
        and not is_prose(inner)
        and any(len(token) > 3 and token in credit_words() for token in lexicon.tokens(inner))
    )
    named = is_name(inner, least=1 if not after else 2, most=6)
    return len(before) > 12 and (named or credited)


def _is_maker(text: str) -> bool:
    """True for what, before a credit's mark, is the credit's beginning ("Image: Tom Ode /")."""
    if not any(map(str.isalpha, text)):
        return True
    words = lexicon.TOKEN.findall(text)
    return opens_credit(text) and len(words) <= 8 and not is_prose(text)


def _is_part(before: str, credit: str) -> bool:
    """True where both are parts of one credit: "Tom Ode / AFP", "Cover Photo: Tom Ode"."""
    before = before.strip()
    if before[-1:] == "/":
        named = is_name(before.rstrip(" /"), least=1, most=6)
        return named and ":" not in credit
    return len(before.split()) == 1 and before[-1].isalpha() and ":" in credit
