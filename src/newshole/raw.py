"""What a reader hands on: a raw page that nobody has looked over yet, or a refusal."""

from dataclasses import dataclass

REASONS: dict[str, str] = {
    "R001": "the source does not exist, or its pattern matches no page",
    "R002": "the source cannot be read",
    "R003": "the source is of a kind that is not read",
    "R004": "the page is larger than the limit (--max-page-bytes)",
    "R005": "the file or record is cut short",
    "R006": "the packed data is damaged",
    "R010": "the page or file is empty",
    "R011": "the page holds white space only",
    "R012": "the page holds a NUL character",
    "R013": "the record holds a lone surrogate",
    "R014": "a byte cannot be decoded",
    "R015": "the declared encoding is one that no browser decodes",
    "R016": "the page is UTF-8 and declares another encoding",
    "R020": "the line is not JSON",
    "R021": "the record does not fit page.schema.json",
    "R022": "the Parquet file cannot be read",
    "R023": "a Parquet column is missing or of the wrong type",
    "R030": "the WARC record is not a whole, successful answer",
    "R031": "the WARC record cannot be parsed",
    "R040": "the prediction has not the form that newshole score reads",
    "R041": "a span of the prediction does not fit the text",
    "R042": "the prediction is of another text than the gold",
    "R043": "the id was predicted before; the first stays",
    "R101": "the id is that of a page before it, which stays",
    "R102": "the HTML cannot be rendered",
    "R103": "newshole failed on the page",
    "R104": "the page shows no text",
    "R105": "the text filled in is not the one that was masked",
    "R106": "the page has too many lines of text",
    "R107": "the labels are less sure than was asked for",
}
"""Why a page or source is rejected: stable codes, each with its meaning in a line.

From R101 on they are a build's; those before are the readers'."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A page that could not be used: where, why, and how to mend it."""

    origin: str
    code: str
    reason: str
    fix: str


@dataclass(frozen=True, slots=True)
class Raw:
    """A page as its container held it, decoded.

    ``number`` is its line or record, from 1 (0: the file holds this page alone);
    ``sha256`` is of its bytes, unpacked; fields that the container lacks are empty.
    """

    number: int
    content: str
    is_html: bool
    sha256: str
    id: str = ""
    url: str = ""
    language: str = ""
    licence: str = ""


class PageError(Exception):
    """A page or file that cannot be used: a code of :data:`REASONS`, why, and the mend."""

    def __init__(self, code: str, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.code, self.reason, self.fix = code, reason, fix

    def at(self, path: str, number: int = 0) -> Rejected:
        """The rejection of record ``number`` (from 1) of a file, or of the whole file (0)."""
        return Rejected(origin(path, number), self.code, self.reason, self.fix)


def unreadable(error: Exception) -> PageError:
    """The refusal of a file or folder that the system or a client library will not read."""
    said = (error.strerror if isinstance(error, OSError) else None) or str(error)
    reason = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return PageError("R002", reason, "make it readable, or leave it out of the sources")


def origin(path: str, number: int = 0) -> str:
    """``path:17``, or the path alone; what cannot be printed or written as UTF-8 is escaped."""
    return f"{printable(path)}:{number}" if number else printable(path)


def printable(name: str) -> str:
    """A file's name, its control characters and undecodable bytes written as escapes."""
    escaped = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(
        character.encode("unicode_escape").decode()
        if character < " " or character in "\x7f\x85\u2028\u2029"
        else character
        for character in escaped
    )
