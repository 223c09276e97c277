"""One reader of spreadsheets, whatever they are."""

from collections.abc import Callable

from ..errors import InputError
from .excel97 import read_excel97
from .excel2003 import read_excel2003
from .kinds import kind_of
from .ooxml import read_ooxml
from .opendocument import read_opendocument
from .second_opinion import difference
from .sheet_rows import RawSheet
from .web_pages import read_web_archive, read_web_page

_READERS: dict[str, tuple[str, Callable[[bytes], list[RawSheet]]]] = {
    "xlsx": ("an Excel workbook", read_ooxml),
    "ods": ("an OpenDocument spreadsheet", read_opendocument),
    "xls": ("an Excel workbook of the years before 2007", read_excel97),
    "excel2003": ("an XML spreadsheet of Excel 2003", read_excel2003),
    "web_archive": ("a web archive", read_web_archive),
    "web_page": ("a web page", read_web_page),
}
_PAGES = ("web_archive", "web_page")
_ASK_ANOTHER = ("xlsx", "ods")
SAVE_AS = "save it as .xlsx (in Excel: File, Save As, Excel Workbook) and give that file"


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
        if kind in _PAGES and not takes_pages:
            raise InputError(
                f"it is {_READERS[kind][0]}, which has no sheets and no hidden rows: open the workbook itself"
            )
    except InputError as error:
        raise InputError(f"cannot be read as a spreadsheet: {error}; {SAVE_AS}") from error
    words, read = _READERS[kind]
    try:
        sheets = read(data)
    except InputError as error:
        raise InputError(f"cannot be read as {words}: {error}; {SAVE_AS}") from error
    except Exception as error:
        # Readers of others raise whatever a damaged file leads them to.
        why = f"it is damaged ({type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''})"
        raise InputError(f"cannot be read as {words}: {why}; open it, {SAVE_AS}") from error
    if kind in _ASK_ANOTHER and (found := difference(data, sheets)):
        raise InputError(f"cannot be read as {words} without doubt: {found}; open it, {SAVE_AS}")
    return sheets
