"""Matrix libraries with one thread each, where processes share out the cores already."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

_NAMES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


@contextmanager
def one_thread() -> Iterator[None]:
    """One thread for libraries that are loaded, and in processes that are started, in here.

    On matrices as small as a page's a second thread waits more than it works: twice the CPU
    time for nothing. What the user has set in the environment stands.
    """
    ours = [name for name in _NAMES if name not in os.environ]
    os.environ.update(dict.fromkeys(ours, "1"))
    try:
        yield
    finally:
        for name in ours:
            os.environ.pop(name, None)
