"""What HTML's tags and attributes mean to a reader: tables of names, and how to read them.

The tables follow the WHATWG HTML standard, section 15 "Rendering" (the style sheet that every
browser starts from), as read in 2025.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from selectolax.lexbor import LexborNode


def names(text: str) -> frozenset[str]:
    """The names in a text, parted by white space."""
    return frozenset(text.split())


#: Elements that begin and end a line (section 15.3, ``display: block`` and its kin).
BLOCKS = names(
    """
    address article aside blockquote body caption center dd details dialog dir div dl dt
    fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html
    legend li listing main marquee menu nav ol optgroup p plaintext pre search section summary
    table tbody textarea tfoot thead tr ul xmp
    """
)

#: Table cells: blocks in a row that holds any block, else parts of their row's one line.
CELLS = frozenset(("td", "th"))

#: Elements whose white space is kept and whose newlines break lines.
PREFORMATTED = frozenset(("listing", "plaintext", "pre", "textarea", "xmp"))

#: Elements nobody sees while scripts run: code, data, and what stands in for failed media;
#: and SVG's shapes.
UNSEEN = names(
    """
    audio base canvas datalist head iframe link meta noembed noframes param rp script select
    source style template title track video
    -comment !doctype defs desc metadata symbol annotation annotation-xml
    circle ellipse line path polygon polyline rect stop use
    """
)

#: Images, AMP's among them (https://amp.dev/documentation/components/amp-img).
IMAGES = frozenset(("img", "amp-img"))

#: Elements that change the look of letters within a word; no style sheet parts them.
LETTERS = names(
    """
    abbr acronym b bdi bdo big code del em font i ins kbd mark nobr q rb rt ruby s samp small
    strike strong sub sup tspan tt u var wbr
    """
)

#: Words of an image's class that say it stands amid a sentence: signs and formulas.
SIGNS = names("emoji emoticon equation formula latex math smiley tex")

#: Inline elements with a place of their own: buttons, and the texts of a drawing.
APART = frozenset(("button", "text"))

#: Elements whose text stands as it was typed: nothing is parted within it.
VERBATIM = frozenset(("code", "kbd", "math", "samp", "sub", "sup", "tt", "var")) | PREFORMATTED

#: Elements that are items of a list or rows of a table.
ITEMS = frozenset(("li", "dt", "dd", "tr"))

#: Words of class, id, itemprop, rel and data-testid that name a field of an article: those of
#: schema.org's NewsArticle and ImageObject, of the hNews and hAtom microformats, and the plain
#: English, Spanish, French, German, Portuguese and Italian words for the same things.
FIELDS = names(
    """
    agency attribution auteur author authors autor autore autoren bildnachweis byline bylines
    caption captions cite citation contributor contributors copyright copyrightholder
    copyrightnotice creator credit credits creditline date dateline datemodified
    datepublished datetime datum fecha firma foto fotocredit fotograf fuente journalist
    kicker legende lieu location modified photocredit photographer photographers place
    pubdate publication published publisher quelle reporter reporters reviewer source
    sourceorganization sources standfirst time timestamp updated vcard writer writers
    """
)

#: Inline elements that are a field by their tag.
FIELD_TAGS = frozenset(("cite", "time"))

# Format characters are no more to be seen than spaces: zero-width space and joiners, soft
# hyphen, direction marks, word joiner, byte order mark (general category Cf, the common ones).
_INK = re.compile("[^\\s\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")

# After these comes a space, unless a number or an abbreviation goes on.
_CLOSING = ".?!…),;:"

_NAMING = frozenset(("class", "id", "itemprop", "role", "rel", "data-testid"))
_SUBSCRIBERS = names("member members paid premium subscriber subscribers")
_THEIRS = names("body content only text")

_FIELD_NAMING = ("itemprop", "rel", "class", "id", "data-testid")
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[^\W\d_a-z]?[^\W\d_A-Z]+|[A-Z]+")
_ASCII_WORD = re.compile("[A-Z]{2,}(?![a-z])|[A-Z][a-z]+|[a-z]{2,}")
_LOWER_WORD = re.compile("[a-z]{2,}")
_DISPLAY = re.compile(r"(?:^|;)\s*display\s*:\s*([a-z-]+)(?:\s+([a-z-]+))?", re.I)
_WHITE_SPACE = re.compile(r"(?:^|;)\s*white-space\s*:\s*(pre[a-z-]*|break-spaces)", re.I)
_LATE = re.compile(r"[BP]:([0-9a-f]+)")

# A class attribute of a megabyte says no more than its first words.
_NAMED = 400


def words(attributes: Mapping[str, str | None]) -> tuple[str, ...]:
    """The lower-cased words of class, id, itemprop, role, rel and data-testid, as they come.

    Split where letters end and at camelCase; numbers and single letters are left out.
    """
    found: tuple[str, ...] = ()
    for name, value in attributes.items():
        if name in _NAMING and value:
            own = _split_names(value[:_NAMED])
            found = found + own if found else own
    return found


def split_words(names: str) -> tuple[str, ...]:
    """``"articleBody by-line"`` → ``("article", "body", "by", "line")``, each once, in order."""
    return tuple(dict.fromkeys(_split_names(names)))


# A page gives the same names to many elements, a site to those of all its pages.
@lru_cache(maxsize=4096)
def _split_names(names: str) -> tuple[str, ...]:
    # Simpler patterns find the same words three times as fast, and most names are of ASCII.
    if not names.isascii():
        return tuple([word.lower() for word in _WORD.findall(names) if len(word) > 1])
    if names.islower():
        return tuple(_LOWER_WORD.findall(names))
    return tuple(map(str.lower, _ASCII_WORD.findall(names)))


def field(tag: str, attributes: Mapping[str, str | None]) -> str:
    """The word that names an inline element's field; empty when it has none.

    ``time`` and ``cite`` by their tag, others by itemprop, rel, class, id or data-testid.
    """
    if tag in FIELD_TAGS:
        return tag
    if tag in VERBATIM:
        return ""
    return field_named(attributes)


def field_named(attributes: Mapping[str, str | None]) -> str:
    """The word for a field in itemprop, rel, class, id or data-testid; empty without one."""
    for name in _FIELD_NAMING:
        if (value := attributes.get(name)) and (found := _field_word(value[:_NAMED])):
            return found
    return ""


@lru_cache(maxsize=8192)
def _field_word(names: str) -> str:
    whole = names.lower().split()
    if not FIELDS.isdisjoint(whole):
        return next(name for name in whole if name in FIELDS)
    parts = split_words(names)
    if "by" not in parts and FIELDS.isdisjoint(parts):
        return ""
    previous = ""
    for word in parts:
        if word in FIELDS:
            return word
        if previous == "by" and word == "line":
            return "byline"
        previous = word
    return ""


def is_hidden(attributes: Mapping[str, str | None]) -> bool:
    """True for what the standard's style sheet hides until a script or the reader shows it."""
    if "hidden" in attributes and (attributes["hidden"] or "").lower() != "until-found":
        return True
    return "popover" in attributes


def parts(before: str, after: str) -> bool:
    """True when two texts that touch where an element ends or begins are two words.

    Style sheets part such elements with margins that the markup does not show ("Jane
    Doe|12 May", "Reply|Delete", "It rained.|Photo"), yet drop capitals and trade names are
    one word ("T|he", "e|News", "3|rd"), so it takes punctuation, a change of letter case or
    a digit to tell.
    """
    last, first = before[-1:], after[:1]
    if last.isdigit():
        return (
            first.isdigit()
            or (first.isupper() and after[1:2].islower())
            or (first.islower() and after[:4].isalpha() and len(after) > 3)
        )
    if last in _CLOSING:
        inner = before[-2:-1]
        if last in ".?!…)":
            return first.isupper() and not inner.isupper()
        return first.isupper() or (first.isdigit() and inner.isalpha())
    if last.isupper():
        return before[-2:-1].isupper() and first.isupper() and after[1:2].islower()
    return last.islower() and before[-2:-1].isalpha() and (first.isupper() or first.isdigit())


def parts_field(before: str, after: str) -> bool:
    """True when two texts that touch at the edge of a field are two words ("by|Jane Doe")."""
    last, first = before[-1:], after[:1]
    if last in _CLOSING:
        return first.isalpha() or (first.isdigit() and not before[-2:-1].isdigit())
    return last.isalnum() and first.isalnum()


def is_for_subscribers(attributes: Mapping[str, str | None]) -> bool:
    """True for what is hidden from all but subscribers: it is the article all the same.

    Content systems send such paragraphs with ``display: none`` and a class that says so
    (``subscriber-only``, ``premium-content``, ``paywall-full-content``).
    """
    named = set(words(attributes))
    if "paywall" in named:
        return "full" in named
    return not _SUBSCRIBERS.isdisjoint(named) and not _THEIRS.isdisjoint(named)


def has_ink(text: str) -> bool:
    """True when a text holds anything to see: more than white space and format characters."""
    return _INK.search(text) is not None


def late_id(attributes: Mapping[str, str | None]) -> str:
    """The id of what React puts in a template's place: ``S:1`` for ``B:1`` and ``P:1``."""
    found = _LATE.fullmatch(attributes.get("id") or "")
    return f"S:{found[1]}" if found else ""


def end_of_stand_in(template: LexborNode) -> LexborNode:
    """The last node of what stands in until the late part comes: the comment ``/$``.

    The template itself where there is none, so that no text is lost.
    """
    node = template.next
    open_comments = 0
    while node is not None:
        if node.tag == "-comment":
            mark = node.comment_content or ""
            if mark in ("/$", "/&"):
                if not open_comments:
                    return node
                open_comments -= 1
            elif mark in ("$", "$?", "$!", "$~", "&"):
                open_comments += 1
        node = node.next
    return template


def holds_block(row: LexborNode) -> bool:
    """True when a table row holds a block, a line break or an image with a text.

    Stops at the first one, so that tables within tables are looked through once.
    """
    node: LexborNode | None = row.child
    depth = 1
    while node is not None:
        tag = node.tag
        inner = None
        if tag not in UNSEEN and tag != "-text":
            if tag in BLOCKS or tag in ("br", "noscript"):
                return True
            if tag in IMAGES and (node.attributes.get("alt") or "").strip():
                return True
            inner = node.child
        if inner is not None:
            node, depth = inner, depth + 1
            continue
        while node is not None and node.next is None:
            depth -= 1
            node = node.parent if depth else None
        node = node.next if node is not None else None
    return False


def display(style: str | None) -> str:
    """What an inline style makes of its element: ``none``, ``inline``, ``block`` or empty."""
    if not style or "display" not in style.lower():
        return ""
    found = _DISPLAY.findall(style)
    if not found:
        return ""
    first, second = (part.lower() for part in found[-1])
    if first == "none":
        return "none"
    if first.startswith("inline") or (first, second) == ("contents", ""):
        return "inline"
    return "" if first in ("inherit", "initial", "revert", "unset", "table-cell") else "block"


def keeps_white_space(style: str) -> bool:
    """True for ``white-space: pre…`` in an inline style."""
    return ("pre" in (low := style.lower()) or "break" in low) and bool(_WHITE_SPACE.search(style))
