"""What a first network says of pages of which little is known, for a second one to learn from.

A known body tells what is story and what is not; a network that has learned from annotated pages
tells more: what the rest may be. What it thinks unlikely is struck from the labels that a line may
have, of those that are known to be possible. So the second learns from labels on many more sites,
and, since the first sees the layout, what layout shows even where there is none to be seen.

Self-training (Scudder 1965) with sets of labels instead of single ones (Cour, Sapp and Taskar
2011), by a teacher that sees more than its pupil (Vapnik and Vashist 2009).
"""

from collections.abc import Sequence

import numpy as np

from newshole.columns import lines_of
from newshole.network import Network, logits
from newshole.weak import WeakPage

LIKELY = 0.15
"""A label is possible when it has this much of the likeliest label's probability."""

TRUST = 0.7
"""What a line counts of which the network alone tells, beside one that is known."""

_IMPOSSIBLE = 1e-4


def narrowed(pages: Sequence[WeakPage], network: Network) -> list[WeakPage]:
    """The pages, each line of which may be only what the network thinks likely.

    Where it thinks all that is known to be possible next to impossible, nothing is changed.
    """
    return [_narrowed(page, network) for page in pages]


def _narrowed(page: WeakPage, network: Network) -> WeakPage:
    found = logits(network, lines_of([page.lines]))
    odds = np.exp(found - found.max(axis=1, keepdims=True))
    possible = odds / odds.sum(axis=1, keepdims=True) * page.allowed
    best = possible.max(axis=1, keepdims=True)
    allowed = np.where(best > _IMPOSSIBLE, possible >= LIKELY * best, page.allowed)
    return page._replace(allowed=allowed, weight=np.maximum(page.weight, np.float32(TRUST)))
