"""Spreadsheets as they are: Excel of all ages, OpenDocument, web pages and web archives (oclc_formats.md 3, 9).

What a file is, its bytes tell and never its name. Each kind has a reader that takes the cells as the file writes them:
nothing is rounded, no error and no formula becomes an empty cell. Where a library reads the kind too, it is asked for
a second opinion, and a sheet that the two see differently is refused (docs/decisions/12-spreadsheets.md).
"""

from .kinds import is_spreadsheet, is_web_page
from .reading import read_spreadsheet
from .sheet_rows import RawSheet

__all__ = ["RawSheet", "is_spreadsheet", "is_web_page", "read_spreadsheet"]
