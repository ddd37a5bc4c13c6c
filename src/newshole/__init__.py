"""newshole: what each character of a news page is.

The commands as functions: ``annotate`` (a page → segments), ``read`` (an article file),
``check`` (an article, a file, a corpus or a dataset → findings), ``build`` (pages → a dataset),
``fill`` (linked articles → with their text), ``join`` (rows of linked pages → with their text),
``review_list`` (datasets → the pages to correct first) and ``score`` (gold and prediction →
figures).
"""

import sys
from importlib import import_module
from importlib.metadata import version as _version
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newshole.annotate import annotate
    from newshole.build import build
    from newshole.check import check
    from newshole.corpus import read_article as read
    from newshole.fill import fill
    from newshole.join import join
    from newshole.review_list import review_list
    from newshole.score import score

__version__ = _version("newshole")
__all__ = ["annotate", "build", "check", "fill", "join", "read", "review_list", "score"]

_PLACES = {
    "annotate": ("newshole.annotate", "annotate"),
    "build": ("newshole.build", "build"),
    "check": ("newshole.check", "check"),
    "fill": ("newshole.fill", "fill"),
    "join": ("newshole.join", "join"),
    "read": ("newshole.corpus", "read_article"),
    "review_list": ("newshole.review_list", "review_list"),
    "score": ("newshole.score", "score"),
}


class _Package(ModuleType):
    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        # Loaded when asked for: `newshole --version` must not wait for Arrow.
        if name not in _PLACES:
            raise AttributeError(f"module 'newshole' has no attribute {name!r}")
        module, attribute = _PLACES[name]
        return getattr(import_module(module), attribute)

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401
        # A module that is imported becomes an attribute of its package. Where a function has
        # the module's name, that stays the function: `newshole.build(…)`.
        if name in _PLACES and isinstance(value, ModuleType):
            value = getattr(value, _PLACES[name][1])
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
