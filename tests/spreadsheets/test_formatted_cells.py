"""Cells that are only formatted are left out of large sheets; what the others say, and where, stays."""

import io
import random
import zipfile

import pytest
import xlsxwriter

from datasync_lib.errors import InputError
from datasync_lib.spreadsheets import formatted_cells, read_spreadsheet
from datasync_lib.spreadsheets.ooxml import read_ooxml

SHEET = "xl/worksheets/sheet1.xml"


def workbook(change) -> bytes:
    """A workbook whose first sheet has what `change` makes of the rows that stand in it."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        tab = book.add_worksheet("Rows")
        tab.write_string(0, 0, "header")
        book.add_worksheet("Other").write_string(3, 1, "kept")
    changed = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == SHEET else data)
    return changed.getvalue()


def with_rows(*rows: str):
    return lambda data: data.replace(b"</sheetData>", "".join(rows).encode() + b"</sheetData>")


CELLS = ('<c r="{}" s="3"/>', '<c r="{}" s="3" />', '<c r="{}" s="3"></c>', '<c r="{}"><v>7</v></c>', '<c r="{}" t="str"><f>A1</f></c>',
         '<c r="{}" t="inlineStr"><is><t>a &lt; b</t></is></c>', '<c s="3"/>', '<c t="n"><v>9</v></c>')  # fmt: skip
ROWS = (
    '<row r="{}" s="1">{}</row>',
    '<row r="{}" spans="1:20" customFormat="1"/>',
    "<row>{1}</row>",
    '<row r="{}" >{}</row>',
)


def random_rows(seed: int) -> list[str]:
    """Rows of which most say nothing, in ways in which programs write them, and in some in which none does."""
    draw = random.Random(seed)
    rows, number = [], 1
    for _ in range(60):
        is_plain = draw.random() < 0.6
        form = ROWS[0] if is_plain else draw.choice(ROWS)
        number += 1 if form.startswith("<row>") else draw.choice([1, 1, 1, 3])
        kinds = CELLS[:2] if is_plain else CELLS
        places = [f"{chr(65 + column)}{number}" for column in range(draw.randrange(8))]
        # A cell without a place stands behind the one before it, so it is never the last but one.
        cells = "".join(draw.choice(kinds[:6]).format(place) for place in places) + draw.choice(kinds).format(
            f"K{number}"
        )
        rows.append(form.format(number, cells))
    return rows


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("piece", [40, 500, 1 << 20])
def test_what_cells_say_stays_where_it_is(monkeypatch, seed, piece):
    monkeypatch.setattr(formatted_cells, "_LARGE", 0)
    monkeypatch.setattr(formatted_cells, "_PIECE", piece)
    monkeypatch.setattr(formatted_cells, "_MOST_AT_ONCE", 10 * piece)
    data = workbook(with_rows(*random_rows(seed)))
    lean = formatted_cells.without_formatted_cells(data)
    assert lean != data
    assert [(s.name, s.rows) for s in read_ooxml(lean)] == [(s.name, s.rows) for s in read_ooxml(data)]


def test_a_sheet_formatted_to_its_end_is_as_small_as_what_it_says():
    empty = (
        f'<row r="{row}">{"".join(f"""<c r="{letter}{row}" s="3"/>""" for letter in "ABCDEF")}</row>'
        for row in range(2, 200_000)
    )
    data = workbook(with_rows(*empty, '<row r="200000"><c r="B200000"><v>7</v></c></row>'))
    lean = formatted_cells.without_formatted_cells(data)
    with zipfile.ZipFile(io.BytesIO(lean)) as package:
        assert package.getinfo(SHEET).file_size < 2_000_000
    rows, other = (sheet.rows for sheet in read_spreadsheet(data))
    assert (len(rows), rows[0], rows[-1], any(rows[1:-1])) == (200_000, ["header"], ["", "7"], False)
    assert other[-1] == ["", "kept"]


def test_a_part_that_is_damaged_is_told(monkeypatch):
    monkeypatch.setattr(formatted_cells, "_LARGE", 0)
    data = bytearray(workbook(with_rows(*random_rows(1))))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as package:
        info = package.getinfo(SHEET)
    at = info.header_offset + 30 + len(SHEET) + info.compress_size // 2
    data[at] ^= 0xFF
    with pytest.raises(InputError, match="damaged"):
        read_spreadsheet(bytes(data))
