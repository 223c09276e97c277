"""One reader of spreadsheets, whatever they are."""

from collections.abc import Callable

from ..errors import InputError
from .excel97 import read_excel97
from .excel2003 import read_excel2003
from .formatted_cells import without_formatted_cells
from .kinds import SAVE_AS, kind_of
from .ooxml import read_ooxml
from .opendocument import read_flat_opendocument, read_opendocument
from .second_opinion import difference
from .sheet_rows import RawSheet
from .web_pages import read_web_archive, read_web_page

_READERS: dict[str, tuple[str, Callable[[bytes], list[RawSheet]]]] = {
    "xlsx": ("an Excel workbook", read_ooxml),
    "ods": ("an OpenDocument spreadsheet", read_opendocument),
    "fods": ("an OpenDocument spreadsheet", read_flat_opendocument),
    "xls": ("an Excel workbook of the years before 2007", read_excel97),
    "excel2003": ("an XML spreadsheet of Excel 2003", read_excel2003),
    "web_archive": ("a web archive", read_web_archive),
    "web_page": ("a web page", read_web_page),
}
_PAGES = ("web_archive", "web_page")
_ASK_ANOTHER = ("xlsx", "ods", "xls")


def read_spreadsheet(data: bytes, *, takes_pages: bool = True) -> list[RawSheet]:
    """The sheets of a file, hidden ones too, every cell as text where it stands.

    Args:
        data: the file.
        takes_pages: whether a web page will do, which has no sheets and shows values as they looked.

    Raises:
        InputError: it is no spreadsheet, or cannot be read without doubt; the message says why, and what to do.
    """
    try:
        kind = kind_of(data)
    except InputError as error:
        raise InputError(f"cannot be read as an Excel workbook: {error}") from error
    words, read = _READERS[kind]
    if kind in _PAGES and not takes_pages:
        raise InputError(f"is {words}, which has no hidden rows: open the workbook itself, {SAVE_AS}")
    try:
        if kind == "xlsx":
            data = without_formatted_cells(data)
        sheets = read(data)
        names = [sheet.name for sheet in sheets]
        if kind not in _PAGES and len(set(names)) < len(names):
            raise InputError("two of its sheets have one name")
    except InputError as error:
        raise InputError(f"cannot be read as {words}: {_one_line(error)}; open it, {SAVE_AS}") from error
    except Exception as error:
        # Readers of others raise whatever a damaged file leads them to.
        why = next(iter(str(error).splitlines()), type(error).__name__)
        raise InputError(f"cannot be read as {words}: it is damaged ({why}); open it, {SAVE_AS}") from error
    if kind in _ASK_ANOTHER and (found := difference(data, sheets, is_old=kind == "xls")):
        raise InputError(f"cannot be read as {words} without doubt: {_one_line(found)}; open it, {SAVE_AS}")
    return sheets


def _one_line(words: object) -> str:
    """What was found, in one line, for cells may have several."""
    return " ".join(str(words).split())
