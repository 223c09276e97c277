"""Frames as text: what fits the terminal, a record a block where a row does not, or a table for a wiki or an e-mail."""

import json
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from .errors import InputError
from .spreadsheets.safe_text import not_run

# Who wants more rows than these takes them as a file.
_MOST_ROWS, _MOST_RECORDS = 100, 25
# A text is not cut below this, and what has no blank in it, such as an ID, never.
_LEAST_CUT = 16
_BETWEEN = 3


def print_answer(
    answer: pl.DataFrame, *, csv: bool = False, raw: bool = False, md: bool = False, xlsx: Path | None = None
) -> None:
    """Print an answer as it fits, or as CSV or Markdown, or write it to an Excel file.

    Args:
        answer: any frame.
        csv: as CSV in which no text is run by a spreadsheet.
        raw: with csv, all texts as they are.
        md: as a Markdown table.
        xlsx: the Excel file.

    Raises:
        InputError: more than one form is asked for, or raw without csv.
        OutputError: the file cannot be written.
    """
    if csv + md + (xlsx is not None) > 1:
        raise InputError("--csv, --md and --xlsx are three forms of an answer: ask for one of them")
    if raw and not csv:
        raise InputError("--raw says how the texts of --csv are: ask for both")
    if xlsx:
        from .workbooks.writing import write_table  # here, for Excel is not needed for the others

        write_table(xlsx, answer)
        print(f"{xlsx}: {answer.height:,} rows")
    elif csv:
        lists = [name for name, type_ in answer.schema.items() if isinstance(type_, pl.List)]
        flat = answer.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join("; ") for name in lists)
        flat = flat.with_columns(pl.selectors.by_dtype(pl.Categorical, pl.Enum).cast(pl.String))
        sys.stdout.write((flat if raw else not_run(flat)).write_csv())
    else:
        print(as_markdown(answer) if md else as_text(answer))


def terminal_width() -> int:
    """How wide the terminal is; 160 where there is none."""
    return max(shutil.get_terminal_size((160, 40)).columns, 60)


def as_text(frame: pl.DataFrame, width: int | None = None) -> str:
    """A frame as it fits: a table whose long texts end in «…», else each record as a block of lines.

    Args:
        frame: any frame; at most 100 rows of it, or 25 records, are shown, and a line says how many more there are.
        width: how many signs fit in a line; None: as many as the terminal has.
    """
    width = width or terminal_width()
    if not frame.width:
        return ""
    texts = {name: [_shown(value) for value in frame[name].head(_MOST_ROWS)] for name in frame.columns}
    natural = {name: max(map(_width, [name, *values])) for name, values in texts.items()}
    fitting = _fitting(texts, natural, width - 2 * 2)
    if fitting is None:
        lines, most = _blocks(texts, width), _MOST_RECORDS
    else:
        lines, most = _table(frame, texts, fitting), _MOST_ROWS
    more = frame.height - most
    note = f"… {more:,} more rows; datasync sql gives all, with --csv, --md or --xlsx"
    return "\n".join([*lines, *([note] if more > 0 else [])])


def as_markdown(frame: pl.DataFrame) -> str:
    """A frame as a Markdown table, whole; nothing in a cell is taken for markup."""

    def row(cells: list[str]) -> str:
        return f"| {' | '.join(cells)} |"

    signs = str.maketrans({"\\": "\\\\", "|": "\\|", "<": "&lt;", ">": "&gt;", "&": "&amp;", "*": "\\*", "`": "\\`"})
    signs |= str.maketrans({"_": "\\_", "[": "\\[", "]": "\\]"})
    head = [row([name.translate(signs) for name in frame.columns]), row(["---"] * frame.width)]
    return "\n".join([*head, *(row([_shown(value).translate(signs) for value in each]) for each in frame.iter_rows())])


def _shown(value: object) -> str:
    """A value on one line; signs that a terminal would obey are made visible."""
    if value is None:
        return ""
    if isinstance(value, list | pl.Series):
        return "; ".join(map(_shown, value))
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = " ".join(str(value).split())
    return text if text.isprintable() else "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def _width(text: str) -> int:
    """How many places a text takes: wide signs take two, marks above and below others none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def _fitting(texts: dict[str, list[str]], natural: dict[str, int], width: int) -> dict[str, int] | None:
    """How wide each column is, so that all fit; None: a row does not, even with its texts cut."""
    widths = dict(natural)
    room = width - _BETWEEN * (len(widths) - 1)
    can_be_cut = [name for name, values in texts.items() if any(" " in value for value in values)]
    while sum(widths.values()) > room:
        widest = max(can_be_cut, key=widths.__getitem__, default=None)
        if widest is None or widths[widest] <= max(_LEAST_CUT, _width(widest)):
            return None
        widths[widest] -= 1
    return widths


def _cut(text: str, width: int) -> str:
    if _width(text) <= width:
        return text
    while _width(text) > width - 1:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _table(frame: pl.DataFrame, texts: dict[str, list[str]], widths: dict[str, int]) -> Iterator[str]:
    def row(cells: list[str]) -> str:
        return f"| {' | '.join(cells)} |".rstrip()

    def cell(name: str, text: str) -> str:
        text = _cut(text, widths[name])
        gap = " " * (widths[name] - _width(text))
        return gap + text if frame[name].dtype.is_numeric() else text + gap

    yield row([cell(name, name) for name in texts])
    yield row(["-" * widths[name] for name in texts])
    for at in range(min(frame.height, _MOST_ROWS)):
        yield row([cell(name, values[at]) for name, values in texts.items()])


def _blocks(texts: dict[str, list[str]], width: int) -> Iterator[str]:
    names = max(map(_width, texts))
    for at in range(min(len(next(iter(texts.values()))), _MOST_RECORDS)):
        yield f"{'' if at == 0 else chr(10)}-- {at + 1}"
        for name, values in texts.items():
            if values[at]:
                yield from _entry(name.ljust(names), values[at], width)


def _entry(name: str, text: str, width: int) -> Iterator[str]:
    room = max(20, width - len(name) - 2)
    first, *others = textwrap.wrap(text, room, break_on_hyphens=False) or [""]
    yield f"{name}  {first}"
    yield from (f"{' ' * len(name)}  {line}" for line in others)
