"""Excel workbooks without the cells that are only formatted: a sheet that was coloured to its end has millions of them.

Only cells and rows are left out that say where they stand, before others that do: so nothing moves.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from .package import Package

# Smaller sheets are read as fast as they are.
_LARGE = 4_000_000
_PIECE, _MOST_AT_ONCE = 1 << 20, 1 << 24
_SHEET = re.compile(r"worksheets/[^/]+\.xml", re.IGNORECASE)
_EMPTY_CELLS = re.compile(rb'(?:<c r="[A-Z]{1,3}[0-9]{1,7}"[^<>]*/>)++(?=<c r="|</row>)')
_ROW, _END = b"<row ", b"</sheetData>"
# What a cell that says something has within it: a value, a formula, a text.
_VALUES = (b"<v", b"<f", b"<is")


def without_formatted_cells(data: bytes) -> bytes:
    """A workbook with what its cells say; the same bytes where no sheet is large.

    Raises:
        InputError: it is no package that can be read.
        zipfile.BadZipFile: a part of it is damaged.
    """
    package = Package.of(data)
    parts = [info for info in package.archive.infolist() if not info.is_dir()]
    large = {info.filename for info in parts if _SHEET.search(info.filename) and info.file_size > _LARGE}
    if not large:
        return data
    lean = io.BytesIO()
    with zipfile.ZipFile(lean, "w") as archive:
        for info in parts:
            with package.archive.open(info) as part, archive.open(info.filename, mode="w", force_zip64=True) as to:
                for piece in (
                    _filled(part) if info.filename in large else iter(lambda part=part: part.read(_PIECE), b"")
                ):
                    to.write(piece)
    return lean.getvalue()


def _filled(part: BinaryIO) -> Iterator[bytes]:
    """The XML of a sheet in pieces, without the rows and cells that say nothing."""
    waiting = b""
    for rows in _by_rows(part):
        if waiting and not rows.startswith((b'<row r="', _END)):
            yield waiting  # what comes next counts from these
        waiting = b""
        if rows.startswith(b'<row r="') and not any(value in rows for value in _VALUES):
            waiting, _, rest = rows.partition(_END)
            rows = _END + rest if rest else b""
            waiting = b"" if rest else waiting
        yield _EMPTY_CELLS.sub(b"", rows)
    yield waiting


def _by_rows(part: BinaryIO) -> Iterator[bytes]:
    """The XML in pieces of some size, each from the beginning of a row on."""
    begun = b""
    while read := part.read(_PIECE):
        begun += read
        if (cut := begun.rfind(_ROW)) > 0:
            yield begun[:cut]
            begun = begun[cut:]
        elif len(begun) > _MOST_AT_ONCE:
            yield begun
            begun = b""
    yield begun
