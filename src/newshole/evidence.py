"""What one line of a page shows of itself: its words, its shape, and what the markup says.

Every figure is taken from the first :data:`HEAD` and last :data:`TAIL` code points of a line,
so that a line of a megabyte costs no more than a paragraph.
"""

import re
from dataclasses import dataclass, field

from newshole import lexicon
from newshole.hint import TextLine

HEAD = 1200
TAIL = 300
KEY = 200

# A character of an unspaced script carries about as much as two and a half letters: Chinese
# and Japanese texts of the Universal Declaration of Human Rights are 0.35 to 0.45 as long as
# their English, French and German ones.
UNSPACED_WIDTH = 2.5

_UNSPACED = re.compile(f"[{lexicon.UNSPACED}]")
# Sentence ends: Unicode's Sentence_Terminal characters that news text uses, then what may close
# after them: quotation marks and brackets.
TERMINAL = ".!?…。！？｡．؟۔।॥"
CLOSERS = "\"'”’»«›‹“„)]」』】〕）］》〉"
_OPENING_QUOTES = '"“„«‘「『»'
_URL = re.compile(r"https?://|www\.|@\w|#\w|\.com\b|pic\.twitter")
_SEPARATORS = re.compile(r"\s[|•·›»/>]\s|\t")

# Words of a line's strength by the place of the phrase: a line that is nothing but the phrase
# says most, a phrase somewhere in it least.
STRENGTH = {"whole": 4.0, "opening": 2.5, "closing": 2.0, "anywhere": 1.6}


@dataclass(slots=True)
class Evidence:
    """One line of the page and what it shows. ``width`` is its length in letters, unspaced
    scripts weighed; shares are 0 to 1; ``key`` is the line's first letters and digits, folded, by
    which repetitions are known; ``strength`` holds a score for each label that a phrase
    or the markup speaks for.
    """

    text: str
    hint_block: str
    key: str
    labels: tuple[str, ...]
    link_share: float
    ancestors: tuple[str, ...]
    tokens: list[str]
    width: float
    ends: bool
    stop_share: float
    time_share: float
    digits: int
    capitals: float
    strength: dict[str, float] = field(default_factory=dict)
    wholes: set[str] = field(default_factory=set)
    body: float = 0.0


def gather(line: TextLine) -> Evidence:
    """The evidence of one line that holds more than white space."""
    text = line.text.strip()
    sample = text if len(text) <= HEAD + TAIL else f"{text[:HEAD]} {text[-TAIL:]}"
    found = lexicon.tokens(sample)
    unspaced = 0 if text.isascii() else len(_UNSPACED.findall(sample))
    count = max(1, len(found))
    stops = lexicon.words("stop_words")
    times = lexicon.time_words()
    digits = sum(token[0].isdigit() for token in found)
    hint = line.hint
    evidence = Evidence(
        text=text,
        hint_block=hint.block if hint else "",
        key="".join(found)[:KEY],
        labels=lexicon.markup_labels(hint.words) if hint else (),
        link_share=hint.link_share if hint else 0.0,
        ancestors=hint.ancestors if hint else (),
        tokens=found,
        width=len(text) + (UNSPACED_WIDTH - 1) * unspaced,
        ends=ends_sentence(text),
        stop_share=sum(token in stops for token in found) / count,
        time_share=(sum(token in times for token in found) + digits) / count,
        digits=digits,
        capitals=_capitals(text[:HEAD]),
    )
    _weigh(evidence)
    evidence.body = body_score(evidence)
    return evidence


def ends_sentence(text: str) -> bool:
    """True when the text ends as a sentence does, closing quotation marks and brackets aside."""
    core = text[-12:].rstrip().rstrip(CLOSERS).rstrip()
    return core[-1:] in TERMINAL if core else False


def _capitals(text: str) -> float:
    """Share of the first forty words that begin with a capital; running text's where no script
    has capitals.
    """
    heads = [word[0] for word in text.split(maxsplit=40)[:40]]
    cased = sum(head.isupper() or head.islower() for head in heads)
    return sum(head.isupper() for head in heads) / len(heads) if 2 * cased > len(heads) else 0.2


# Log-odds that a line belongs to the story: logistic regression on every second development
# page (gold: six tenths of a line's 4-word shingles stand in the clean body), rounded. The left
# column is for lines without hints, the right one for lines with them.
_WEIGHTS = {
    "constant": (-2.0, -3.0),
    "short": (1.5, 0.8),  # per 100 letters, up to 60
    "middle": (0.7, 0.4),  # per 100 letters, from 60 to 160
    "long": (0.3, 0.1),  # per 100 letters, from 160 to 400
    "ends": (0.4, 0.2),
    "ends_long": (1.3, 1.1),  # ends as a sentence, per 100 letters up to 100
    "time": (-1.1, -1.1),
    "cue": (-1.2, -1.0),  # per unit of strength, up to 4
    "lower": (-0.5, -0.4),
    "quote": (1.2, 0.8),
    "capitals": (-2.4, -0.8),
    "separators": (-1.8, -1.3),
    "copyright": (-2.4, -1.9),
}
_MARKUP_WEIGHTS = {
    "p": 2.1,
    "li": 2.7,
    "h1": 2.4,
    "h2": 2.4,
    "h3": 2.4,
    "h4": 2.4,
    "h5": 2.4,
    "h6": 2.4,
    "img": 0.4,
}
_ANCESTOR_WEIGHTS = {
    "article": 1.2,
    "aside": -1.3,
    "footer": -3.1,
    "nav": -4.3,
    "header": -1.2,
    "figure": -1.8,
    "form": -2.7,
    "blockquote": -1.0,
}
_LABEL_WEIGHTS = {
    "body": 1.8,
    "boilerplate/comments": -2.2,
    "caption": -1.4,
    "byline": -2.3,
}


def body_score(line: Evidence) -> float:
    """Log-odds that the line is of the story, from itself alone."""
    column = 1 if line.hint_block else 0
    width = min(line.width, 400.0) / 100
    features = {
        "constant": 1.0,
        "short": min(width, 0.6),
        "middle": min(max(width - 0.6, 0.0), 1.0),
        "long": max(width - 1.6, 0.0),
        "ends": float(line.ends),
        "ends_long": line.ends * min(width, 1.0),
        "time": float(line.time_share > 0.6),
        "cue": min(max(line.strength.values(), default=0.0), 4.0),
        "lower": float(line.text[0].islower()),
        "quote": float(line.text[0] in _OPENING_QUOTES),
        "capitals": line.capitals,
        "separators": float(_SEPARATORS.search(line.text[:HEAD]) is not None),
        "copyright": float("©" in line.text[:HEAD]),
    }
    score = sum(_WEIGHTS[name][column] * value for name, value in features.items())
    if column:
        score += _MARKUP_WEIGHTS.get(line.hint_block, 0.0)
        score -= 1.4 * (line.link_share > 0.5) + 2.0 * (line.link_share > 0.9)
        score += sum(_ANCESTOR_WEIGHTS.get(tag, 0.0) for tag in set(line.ancestors))
        score += sum(_LABEL_WEIGHTS.get(label, 0.0) for label in line.labels)
        score -= 0.6 * any(label.startswith("boilerplate") for label in line.labels)
    return score


def _weigh(line: Evidence) -> None:
    count = max(1, len(line.tokens))
    unspaced = line.width > 1.5 * len(line.text)
    # A phrase says less the longer the line around it: half at 24 words.
    scale = count / 2 if unspaced else count
    damp = 1.0 if scale <= 12 else 12 / scale
    for cue in lexicon.cues(line.tokens):
        strength = STRENGTH[cue.place] * (1.0 if cue.place == "whole" else damp)
        # Two tokens say more than one.
        if cue.place != "whole" and cue.end - cue.start >= (4 if unspaced else 2):
            strength *= 1.3
        line.strength[cue.label] = max(
            line.strength.get(cue.label, 0.0) + 0.25 * strength, strength
        )
        if cue.place == "whole":
            line.wholes.add(cue.label)
