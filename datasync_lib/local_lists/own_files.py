"""A list of the analyst's own, from whatever program: every cell as text, what is odd told in one warning.

It is read as lists of staff are (`evidence_lists.py`): the same separators, encodings, quoting and workbooks. But all of its
columns are kept, and a row that cannot be taken apart is a fault of the file, for nobody would miss it in an answer.
"""

import re
import warnings
from pathlib import Path

import polars as pl

from ..errors import InputError
from ..identifiers.mms_id import check_mms_id
from ..identifiers.ocn import parse_ocn
from ..marc.other_files import told_as_no_text, told_as_other
from ..oclc.captions import words_of
from ..oclc.lines import LineBlocks, line_frame
from ..oclc.list_cells import SEPARATORS, SIGN, cells
from ..oclc.quoted_lines import join_lines, quoted_cells, told_separator
from ..oclc.sheets import as_tab_text, is_excel, is_html, join_sheets, read_sheets, words_on_left_out
from ..spreadsheets.safe_text import as_meant
from .evidence_lists import header_of
from .evidence_names import columns_of

FOLDER = "own"
_FAULTS_SHOWN = 5
# What a spreadsheet makes of a long number: 9.91234E+17, or zeros behind the 15th digit.
_LONG = r"^(?:[0-9]{8,19}|[0-9](?:[.,][0-9]+)?[eE]\+?1[0-9])$"


def name_of(path: Path) -> str:
    """The name by which SQL knows a file: small letters, digits and _.

    >>> name_of(Path("Withdrawn 2026-05.csv"))
    'withdrawn_2026_05'
    """
    name = re.sub(r"\W+", "_", path.stem.lower()).strip("_") or "list"
    return f"list_{name}" if name[0].isdigit() else name


def read_own(path: Path, *, suffix: str = "", maximum: int) -> pl.DataFrame:
    """Every row and column of a list as text; `ocn` (a number) and `mms_id` beside them, where a caption names them.

    Args:
        path: a table of text, a workbook or a web page.
        suffix: the four digits that end every MMS ID, by which mangled ones are known.
        maximum: the greatest number that may be an OCN.

    Raises:
        InputError: it is no table, or rows of it cannot be taken apart; the message names the lines.
    """
    rows, captions, notes = _rows(path)
    names = _names(captions)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    frame, more = _with_numbers(frame, captions, maximum)
    notes += [*more, *_mangled(frame, suffix)]
    if notes:
        warnings.warn(f"{path.name}: {'; '.join(notes)}", stacklevel=4)
    return frame


def _rows(path: Path) -> tuple[list[list[str | None]], list[str], list[str]]:
    """The cells of each row, the captions, and what is odd."""
    notes: list[str] = []
    with path.open("rb") as stream:
        lines = LineBlocks(stream)
        if is_excel(lines.start) or is_html(lines.start):
            sheet, left_out = join_sheets(read_sheets(lines.keep_all()), lambda rows: (0, rows[0]) if rows else None)
            notes += map(words_on_left_out, left_out)
            text, separator = as_tab_text(sheet), "\t"
            lines = LineBlocks.of_text(text, sha256=lines.sha256, bytes=lines.bytes)
        else:
            separator = None
            if other := told_as_other(lines.start) or told_as_no_text(lines.start):
                raise InputError(f"{path}: this is {other}")
        texts = [row for block, first in lines for row in line_frame(block, first).iter_rows()]
    if lines.problem:
        raise InputError(f"{path} breaks off: {lines.problem}")
    notes += filter(None, [lines.words_on_encoding])
    if texts and (told := told_separator(texts[0][1])):
        texts, separator = texts[1:], told
    if not texts:
        raise InputError(f"{path} holds no row")
    at, separator = _header(texts, separator)
    captions = [cell.strip() for cell in _cells(texts[at][1], separator) or []]
    if all(re.fullmatch(r"[\d\s]*", caption) for caption in captions):
        captions, at = [f"column {place}" for place in range(1, len(captions) + 1)], at - 1
    return _taken_apart(path, texts[at + 1 :], len(captions), separator), captions, notes


def _header(texts: list[tuple[int, str]], separator: str | None) -> tuple[int, str]:
    """Where the header is, and what separates cells: the line whose captions name titles, else the first."""
    found = header_of([text for _, text in texts])
    if found and separator in (None, found[1]):
        return found
    return 0, separator or max(SEPARATORS, key=texts[0][1].count)


def _cells(text: str, separator: str) -> list[str] | None:
    return cells(text, separator) if separator == "\t" else quoted_cells(text, separator)


def _taken_apart(path: Path, lines: list[tuple[int, str]], width: int, separator: str) -> list[list[str | None]]:
    """The cells of each row, none more or less than the header has.

    Raises:
        InputError: a row has more cells than the header, or a quotation mark that is not closed.
    """
    joined = [(p, t, False) for p, t in lines] if separator == "\t" else join_lines(lines, separator)[0]
    rows, faults = [], []
    for position, text, _ in joined:
        row = _cells(text, separator)
        if row is None:
            faults.append(f"line {position + 1}: a quotation mark is open, or closes nothing: close or remove it")
        elif any(cell.strip() for cell in row[width:]):
            faults.append(f"line {position + 1}: {len(row)} cells where the header has {width}: quote the one too many")
        elif any(cell.strip() for cell in row):
            whole = [*row, *[""] * width][:width]
            rows.append([as_meant(cell.strip()) or None for cell in whole])
    if faults:
        more = f"\n  and {len(faults) - _FAULTS_SHOWN} more lines" if len(faults) > _FAULTS_SHOWN else ""
        shown = "\n  ".join(faults[:_FAULTS_SHOWN])
        raise InputError(f"{path}: {len(faults)} of its rows cannot be taken apart:\n  {shown}{more}")
    return rows


def _names(captions: list[str]) -> list[str]:
    """Captions as names of columns, each once."""
    names: list[str] = []
    for place, caption in enumerate(captions, start=1):
        name = "_".join(words_of(caption)) or f"column_{place}"
        name = re.sub(r"\W+", "_", name).strip("_") or f"column_{place}"
        names.append(next(each for each in (name, f"{name}_{place}") if each not in names))
    return names


def _with_numbers(frame: pl.DataFrame, captions: list[str], maximum: int) -> tuple[pl.DataFrame, list[str]]:
    """The columns to join by in front, where a caption names one; a text called `ocn` becomes `ocn_text`."""
    places, notes = columns_of(captions), []
    names = dict(enumerate(frame.columns))
    if "mms_id" in places and "mms_id" not in frame.columns:
        frame = frame.select(pl.col(names[places["mms_id"]]).alias("mms_id"), pl.all())
    if "ocn" in places:
        name = names[places["ocn"]]
        read = parse_ocn(pl.col(name).str.replace(SIGN, ""), trusted=True, maximum=maximum).struct.field("ocn")
        frame = frame.with_columns(read.alias("_ocn"))
        bad = frame.filter(pl.col(name).is_not_null() & pl.col("_ocn").is_null())[name]
        if bad.len():
            notes.append(f"{bad.len():,} cells of {name} are no OCN, as «{bad[0]}», and have none in the column ocn")
        frame = frame.rename({"ocn": "ocn_text"}) if "ocn" in frame.columns else frame
        frame = frame.select(pl.col("_ocn").alias("ocn"), pl.exclude("_ocn"))
    return frame, notes


def _mangled(frame: pl.DataFrame, suffix: str) -> list[str]:
    """What a spreadsheet has made of long numbers, in words, a column at a time."""
    notes = []
    texts = frame.select(pl.col(pl.String))
    for name in texts.columns:
        known = texts[name].drop_nulls()
        if not known.len() or known.str.contains(_LONG).mean() < 0.5:
            continue
        verdicts = known.to_frame().select(check_mms_id(pl.col(name), suffix)).to_series()
        cut = known.filter(verdicts.is_in(["exponent", "mangled"]))
        if cut.len():
            notes.append(
                f"{cut.len():,} of {known.len():,} numbers in {name} were mangled by a spreadsheet, as «{cut[0]}», and name "
                "nothing any more: export the list again, and open it with that column as text"
            )
    return notes
