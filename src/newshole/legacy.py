"""Bytes → text by the indexes of the WHATWG Encoding Standard.

Python's codecs do the work. For a few legacy encodings their tables differ from what every
browser shows: a wave dash for a full-width tilde, nothing for ① in EUC-JP. Those are put
right here. What stays, of all sequences: Python lacks 192 of Big5, which are refused, and
has ／ ＼ for the ∕ ﹨ of Big5 A241 and A242, and ~ for the ～ of EUC-JP 8FA2B7.
"""

import codecs
import re
from collections.abc import Callable
from functools import partial

import webencodings  # type: ignore[import-untyped, unused-ignore]

_CODECS = {
    "big5": "big5hkscs",
    "euc-kr": "cp949",
    "gbk": "gb18030",
    "shift_jis": "cp932",
}

_JAPANESE = str.maketrans("〜‖−¢£¬", "～∥－￠￡￢")
# GB 18030-2022 gave these a place of their own.
_CHINESE = str.maketrans(
    "\ue5e5\ue7c7\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796"
    "\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864",
    "\u3000ḿ︐︒︑︓︔︕︖︗︘︙龴龵龶龷龸龹龺龻",
)
_TRANSLATIONS = {
    "big5": str.maketrans("•､‾∼♁☉¥¢£", "‧﹑¯～⊕⊙￥￠￡"),
    "euc-jp": _JAPANESE,
    "iso-2022-jp": _JAPANESE,
    "gb18030": _CHINESE,
    "gbk": _CHINESE,
    "koi8-u": str.maketrans("╝╬", "ўЎ"),
}
# Where cp932 puts A0, FD, FE and FF, which are nothing.
_STRAY = re.compile("[\uf8f0-\uf8f3]")


def decode_as(name: str, data: bytes) -> str:
    """The text of ``data`` in the encoding of this WHATWG name (not a label).

    Raises UnicodeDecodeError, with the offset in ``data``, for a byte that the encoding lacks.
    """
    own = _CODECS.get(name)
    codec = codecs.lookup(own) if own else webencodings.lookup(name).codec_info
    text: str = codec.decode(data, f"newshole-{name}" if name in _SUPPLIES else "strict")[0]
    if name == "shift_jis" and (stray := _STRAY.search(text)):
        at = len(text[: stray.start()].encode("cp932"))
        raise UnicodeDecodeError(name, data, at, at + 1, "a byte that is no character")
    return text.translate(_TRANSLATIONS[name]) if name in _TRANSLATIONS else text


def _cp932(pair: bytes, first: int) -> str:
    """A cell of JIS X 0208, whose rows and cells count from ``first``, by Microsoft's table."""
    row, cell = (byte - first for byte in pair)
    if not 0 <= row < 94 or not 0 <= cell < 94:
        raise LookupError
    lead = row // 2 + (0x81 if row < 62 else 0xC1)
    trail = cell + (0x9F if row % 2 else 0x40 + (cell >= 63))
    return bytes((lead, trail)).decode("cp932")


_SUPPLIES: dict[str, tuple[int, Callable[[bytes], str]]] = {
    "euc-jp": (2, partial(_cp932, first=0xA1)),
    "iso-2022-jp": (2, partial(_cp932, first=0x21)),
    "gb18030": (1, {b"\x80": "€"}.__getitem__),
    "gbk": (1, {b"\x80": "€"}.__getitem__),
    "windows-1255": (1, {b"\xca": "\u05ba"}.__getitem__),
}
"""What Python's codec lacks: encoding → (bytes of it, their text); the call fails for others."""


def _handler(
    width: int, supply: Callable[[bytes], str]
) -> Callable[[UnicodeError], tuple[str, int]]:
    def supplied(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        end = error.start + width
        try:
            return supply(error.object[error.start : end]), end
        except (LookupError, ValueError):
            raise error from None

    return supplied


for _name, _supply in _SUPPLIES.items():
    codecs.register_error(f"newshole-{_name}", _handler(*_supply))
