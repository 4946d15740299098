"""`python -m participation` is the command line."""

import sys

from participation.cli import main

sys.exit(main())
