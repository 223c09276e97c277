"""`python -m datasync_lib …` is the command `datasync …`, also where nothing was installed as a command."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
