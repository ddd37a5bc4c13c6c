"""The encoding of a page's bytes, decided as browsers decide it, and never guessed.

Sources: WHATWG Encoding Standard (labels, through webencodings) and HTML Standard,
section 13.2.3.2, "Determining the character encoding".
"""

import re
from dataclasses import dataclass

import webencodings  # type: ignore[import-untyped, unused-ignore]

from newshole.legacy import decode_as
from newshole.raw import PageError

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16be"), (b"\xff\xfe", "utf-16le"))
_XML = re.compile(rb"<\?xml[^>]{0,512}?\sencoding\s*=\s*(?:\"([^\">]{1,64})\"|'([^'>]{1,64})')")
# Comments, raw text, other markup, tags. What does not end swallows the rest and nothing is
# gone back for, so the search stays linear whatever the bytes are.
_MARKUP = re.compile(
    rb"<!(?=--).*?(?:-->|\Z)"
    rb"|<(?P<raw>script|style|textarea|title|xmp|iframe|noembed|noframes)(?=[\s/>])"
    rb".*?(?:</(?P=raw)|\Z)"
    rb"|<[/!?][^>]*+"
    rb"|<(?P<tag>[a-z][^\s/>]*+)"
    rb"(?P<attributes>(?:[^>=]++|=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))?+)*+)(?P<end>>?)",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    rb"([^\s=>\"'/]+)\s*(?:=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?", re.DOTALL
)
_CHARSET = re.compile(r"charset\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s;\"']+))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Decision:
    name: str
    who: str
    bom: int = 0


def known_label(label: str) -> bool:
    """True for a label of the Encoding Standard that decodes to text (``latin1``, ``utf8``)."""
    return _lookup(label) not in (None, "replacement")


def charset_of(content_type: str) -> str:
    """The charset of a Content-Type header or of a meta element's content; else empty."""
    match = _CHARSET.search(content_type)
    return (match[1] or match[2] or match[3] or "").strip() if match else ""


def declared_label(data: bytes) -> str:
    """The encoding that an HTML page's bytes declare, by its WHATWG name; else empty.

    The first meta element with a known label counts, else the XML declaration. Browsers
    scan 1,024 bytes first and change over when their parser meets a later element, so the
    whole page is searched, comments and raw text left out. As there, UTF-16 in a meta
    element is UTF-8 (the element could not have been read) and x-user-defined is
    windows-1252.
    """
    found = ""
    for match in _MARKUP.finditer(data):
        is_meta = match["end"] and match["tag"].lower() == b"meta"
        if is_meta and (found := _meta_label(match["attributes"])):
            break
    if not found and (xml := _XML.match(data)):
        found = _lookup((xml[1] or xml[2]).decode("latin-1")) or ""
    if found.startswith("utf-16"):
        return "utf-8"
    return "windows-1252" if found == "x-user-defined" else found


def decode(data: bytes, *, is_html: bool, encoding: str | None = None, transport: str = "") -> str:
    """The text of a page's bytes, without its byte order mark.

    In order, these decide: a byte order mark; ``encoding``, the user's own word; the
    ``transport``'s charset (HTTP); what an HTML page declares; else UTF-8. Unknown labels
    of transport and page are passed over, as browsers do.

    Stricter than browsers, which put U+FFFD or a control character in place of a byte that
    their encoding lacks, and show a UTF-8 page that declares another encoding as mojibake:
    both raise :class:`PageError` (R014 with the byte's offset, R016), as does an encoding
    that browsers refuse to decode (R015). Raises LookupError for an ``encoding`` that the
    Encoding Standard does not know.
    """
    decision = _decide(data, is_html, encoding, transport)
    if decision.name == "replacement":
        raise PageError(
            "R015",
            f"browsers decode nothing in the encoding that {decision.who} declares",
            "save the page as UTF-8",
        )
    if decision.who in _DECLARED and not decision.name.startswith("utf-") and _is_utf8(data):
        raise PageError(
            "R016",
            f"{decision.who} declares {decision.name}, and the bytes are valid UTF-8",
            "if it is UTF-8, build it with --encoding utf-8; "
            f"if not, with --encoding {decision.name}",
        )
    try:
        return decode_as(decision.name, data[decision.bom :])
    except UnicodeDecodeError as error:
        offset = decision.bom + error.start
        raise PageError(
            "R014",
            f"byte 0x{data[offset]:02X} at offset {offset} is not {decision.name}, "
            f"which {_WHY.get(decision.who, f'{decision.who} declares')}",
            "build it with --encoding LABEL (such as windows-1252), or save it as UTF-8",
        ) from None


_HTTP = "the HTTP header"
_PAGE = "the page"
_DECLARED = (_HTTP, _PAGE)
_WHY = {
    "the option": "--encoding says",
    "nobody": "is taken where nothing declares another",
}


def _decide(data: bytes, is_html: bool, encoding: str | None, transport: str) -> _Decision:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _Decision(name, "the byte order mark", len(mark))
    if encoding is not None:
        name = _lookup(encoding) or ""
        if not known_label(encoding):
            raise LookupError(f"unknown encoding {encoding!r}")
        return _Decision(name, "the option")
    if transport and (name := _lookup(transport) or ""):
        return _Decision(name, _HTTP)
    if is_html and (name := declared_label(data)):
        return _Decision(name, _PAGE)
    return _Decision("utf-8", "nobody")


def _lookup(label: str) -> str | None:
    found = webencodings.lookup(label)
    return str(found.name) if found else None


def _meta_label(attributes: bytes) -> str:
    values: dict[str, str] = {}
    for name, *value in _ATTRIBUTE.findall(attributes):
        values.setdefault(name.decode("latin-1").lower(), b"".join(value).decode("latin-1"))
    label = values.get("charset", "")
    if not label and values.get("http-equiv", "").strip().lower() == "content-type":
        label = charset_of(values.get("content", ""))
    return _lookup(label) or ""


def _is_utf8(data: bytes) -> bool:
    try:
        return not data.isascii() and bool(data.decode())
    except UnicodeDecodeError:
        return False
