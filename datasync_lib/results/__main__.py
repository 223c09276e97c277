"""docs/analyses.md and its picture anew (`make analyses`): the argument is the folder of the docs."""

import sys
from pathlib import Path

from .described import page_of_analyses
from .drawn import picture_of_analyses

docs = Path(sys.argv[1])
(docs / "analyses.md").write_text(page_of_analyses(), encoding="utf-8", newline="\n")
(docs / "pictures" / "analyses.svg").write_text(picture_of_analyses(), encoding="utf-8", newline="\n")
