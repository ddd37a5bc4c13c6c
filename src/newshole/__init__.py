"""newshole: what each character of a news page is.

The commands as functions: ``annotate`` (a page → segments), ``read`` (an article file),
``check`` (an article file, corpus or dataset → findings) and ``build`` (pages → a dataset).
"""

from importlib import import_module
from importlib.metadata import version as _version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newshole.annotate import annotate
    from newshole.build import build
    from newshole.check import check
    from newshole.corpus import read_article as read

__version__ = _version("newshole")
__all__ = ["annotate", "build", "check", "read"]

_PLACES = {
    "annotate": ("newshole.annotate", "annotate"),
    "build": ("newshole.build", "build"),
    "check": ("newshole.check", "check"),
    "read": ("newshole.corpus", "read_article"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401
    # Loaded when asked for: `newshole --version` must not wait for Arrow.
    if name not in _PLACES:
        raise AttributeError(f"module 'newshole' has no attribute {name!r}")
    module, attribute = _PLACES[name]
    return getattr(import_module(module), attribute)
