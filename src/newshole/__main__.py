"""``python -m newshole``: the command, where it is not on the path."""

import sys

from newshole.cli import main

sys.exit(main())
