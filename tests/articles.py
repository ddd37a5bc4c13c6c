"""Articles that hypothesis draws: any text, cut at any place, under any label."""

from hypothesis import settings
from hypothesis import strategies as st

from newshole.article import HEADER_KEYS, Article, Line, Segment
from newshole.labels import NAMES

PROPERTY = settings(derandomize=True, deadline=None, max_examples=200)

ODD = (
    *("\n", "\n\n", "\r", "\r\n", "\t", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x1f", "\x85"),
    *(" ", "  ", "\u00a0", "\u2003", "\u2028", "\u2029", "\u3000", "\u200b", "\ufeff", "\u202e"),
    *("שלום", "مرحبا", "e\u0301", "한국", "\U0001d538", "\U0001f469\u200d\U0001f680", "\U0010ffff"),
    *("+", "+body: ", ": ", "#", "body: ", "body# 0123456789 3", "id: x", "\x1b[31m", "\ufffe"),
)
"""What breaks a format of lines: line ends of others, white space, marks of the file itself."""

WRITABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = st.lists(st.sampled_from(ODD) | st.text(WRITABLE, max_size=6), max_size=10).map("".join)

VALUES = TEXTS.map(lambda text: text.replace("\n", "").strip()).filter(bool)
HEADERS = st.dictionaries(
    st.sampled_from([key for key in HEADER_KEYS if key != "text_sha256"]) | st.just("x_1"), VALUES
)


@st.composite
def articles(
    draw: st.DrawFn,
    *,
    texts: st.SearchStrategy[str] = TEXTS,
    headers: st.SearchStrategy[dict[str, str]] = HEADERS,
    blank_segments: bool = False,
    confident: bool = False,
) -> Article:
    """An article. With ``blank_segments`` white space may have labels of its own."""
    lines: list[Line] = []
    for line in draw(texts).split("\n"):
        if not line.strip() and not (blank_segments and draw(st.booleans())):
            lines.append(line)
            continue
        cuts = sorted(draw(st.lists(st.integers(0, len(line)), max_size=3)))
        pieces = [line[a:b] for a, b in zip([0, *cuts], [*cuts, len(line)], strict=True)]
        lines.append(
            tuple(
                Segment(
                    draw(st.sampled_from(NAMES)),
                    piece,
                    confidence=draw(st.none() | st.floats(0, 1)) if confident else None,
                )
                for piece in (pieces if blank_segments else joined(pieces))
            )
        )
    return Article(tuple(lines), draw(headers))


def joined(pieces: list[str]) -> list[str]:
    """The pieces, those of white space only joined to a neighbour."""
    kept: list[str] = []
    blank = ""
    for piece in pieces:
        blank += piece
        if blank.strip():
            kept.append(blank)
            blank = ""
    return [*kept[:-1], kept[-1] + blank]
