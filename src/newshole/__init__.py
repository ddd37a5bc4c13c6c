"""newshole: what each character of a news page is."""

from importlib.metadata import version as _version

__version__ = _version("newshole")
