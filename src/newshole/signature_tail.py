"""What closes a line of who and when and is for readers: "71 comments", "Share"."""

from collections.abc import Sequence

from newshole import lexicon

_LABELS = ("boilerplate/comments", "boilerplate/engagement", "boilerplate/advertisement")
_LONGEST = 8
"""Words of the longest such end of a line that is looked for."""

_SPARE = 2
"""So many words may follow a phrase of comments: "comments off", "one comment so far"."""


def tail(text: str, after: int) -> tuple[int, str]:
    """Where such an end begins, not before ``after``, and its label; the text's length and no
    label where there is none. A number in front of its words is of it; one alone is a counter where
    there is an ``after``, the end of a date.
    """
    words = [(match.start(), lexicon.fold(match[0])) for match in lexicon.TOKEN.finditer(text)]
    found = [word for _, word in words]
    first = next((at for at, (start, _) in enumerate(words) if start >= after), len(words))
    for at in range(max(1, first, len(found) - _LONGEST), len(found)):
        label = label_from(found, at)
        counted = found[at - 1].isdigit() and at > first
        # One word may be part of what is said ("for this report"); a button has a capital.
        alone = at == len(found) - 1 and not counted
        if label and not (alone and (not after or text[words[at][0]].islower())):
            while at > max(1, first) and found[at - 1].isdigit():
                at -= 1
            return words[at][0], label
    if after and len(words) > first and found[-1].isdigit() and text[words[-1][0] - 1].isspace():
        return words[-1][0], "boilerplate/engagement"
    return len(text), ""


def label_from(found: Sequence[str], at: int) -> str:
    """The label of the tokens from ``at`` to the end, or none."""
    if len(found[at]) < 2:
        # "Malcolm X" is nobody's button.
        return ""
    left = len(found) - at
    for label in _LABELS:
        size = lexicon.run_at(found, at, lexicon.token_runs("labels", label, "whole"))
        spare = _SPARE if label == "boilerplate/comments" else 0
        if size and left - spare <= size:
            return label
    return ""
