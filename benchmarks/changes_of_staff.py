"""What staff do to a workbook: answers, and rows, columns, headers and sheets that are moved, copied, renamed and taken out."""

import random
from dataclasses import dataclass, field

from datasync_lib.workbooks.layout import ROW_KEY

HIDDEN = ("_rows", "_meta", "Lists")
Rows = list[list[str]]


@dataclass
class Book:
    """The cells of a workbook, as somebody sees them who changes it."""

    sheets: dict[str, Rows]
    merged: dict[str, list[str]] = field(default_factory=dict)
    written: int = 0

    def pick(self, rng: random.Random) -> tuple[str, Rows] | None:
        """A sheet with rows."""
        names = [name for name, rows in self.sheets.items() if name not in HIDDEN and ROW_KEY in header_of(rows)]
        names = [name for name in names if len(self.sheets[name]) > 1]
        return (name := rng.choice(names), self.sheets[name]) if names else None


def header_of(rows: Rows) -> list[str]:
    return next((row for row in rows[:20] if ROW_KEY in row), [])


def letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def write_answers(book: Book, rng: random.Random) -> None:
    """Some rows are answered; what was written can be found again by its number in the note."""
    for _ in range(rng.randint(1, 3)):
        if not (picked := book.pick(rng)):
            return
        _, rows = picked
        header, row = header_of(rows), rng.choice(rows)
        if row is header or "Note" not in header or len(row) < len(header):
            continue
        book.written += 1
        answers = {
            "Note": f"w{book.written:03d}z "
            + rng.choice(("", "see shelf", "=1+1", "two\nlines", "é 罪 😀", "<b>&amp;", "_x000D_")),
            "Status": rng.choice(("Done", "done ", "Need help", "In progress", "Not a problem", "fertig")),
            "Decision": rng.choice(("", "", "", "", "merge", "withdraw", "not a problem", "nonsense")),
            "New OCN": rng.choice(("", "", "", "1234567", "(OCoLC)1234567", "1.2E+09", "999999999999", "12 345")),
            "Date": rng.choice(("", "2025-07-21", "21.7.25")),
        }
        for name, text in answers.items():
            if name in header:
                row[header.index(name)] = text


def sort_rows(book: Book, rng: random.Random) -> None:
    if picked := book.pick(rng):
        _, rows = picked
        first = 0 if rng.random() < 0.2 else next(i for i, row in enumerate(rows) if ROW_KEY in row) + 1
        rest = rows[first:]
        rng.shuffle(rest)
        rows[first:] = rest


def sort_one_column(book: Book, rng: random.Random) -> None:
    if picked := book.pick(rng):
        _, rows = picked
        column = rng.randrange(len(header_of(rows)))
        body = [row for row in rows if row is not header_of(rows) and column < len(row)]
        values = [row[column] for row in body]
        rng.shuffle(values)
        for row, value in zip(body, values, strict=True):
            row[column] = value


def move_columns(book: Book, rng: random.Random) -> None:
    if picked := book.pick(rng):
        _, rows = picked
        order = list(range(len(header_of(rows))))
        rng.shuffle(order)
        rows[:] = [[row[i] if i < len(row) else "" for i in order] for row in rows]


def add_column(book: Book, rng: random.Random) -> None:
    if picked := book.pick(rng):
        _, rows = picked
        header = header_of(rows)
        at = rng.randrange(len(header) + 1)
        name = rng.choice(("mine", "", "Decision", "Row key", "12345"))
        for row in rows:
            row[at:at] = [name if row is header else rng.choice(("", "x", "7"))]


def drop_column(book: Book, rng: random.Random) -> None:
    if picked := book.pick(rng):
        _, rows = picked
        at = rng.randrange(len(header_of(rows)))
        for row in rows:
            del row[at : at + 1]


def rename_header(book: Book, rng: random.Random) -> None:
    if picked := book.pick(rng):
        _, rows = picked
        header = header_of(rows)
        at = rng.randrange(len(header))
        header[at] = rng.choice(("", header[at].upper(), f" {header[at]} ", "Entscheidung", "Note"))


def add_rows(book: Book, rng: random.Random) -> None:
    if picked := book.pick(rng):
        _, rows = picked
        row = rng.choice(rows)
        extra = rng.choice(
            ([[]], [["a title"]], [list(row)], [[*row[:3], *[""] * (len(row) - 3)]], [list(header_of(rows))])
        )
        at = rng.randint(0, len(rows))
        rows[at:at] = extra


def drop_rows(book: Book, rng: random.Random) -> None:
    if picked := book.pick(rng):
        _, rows = picked
        at = rng.randrange(len(rows))
        del rows[at : at + rng.randint(1, 3)]


def change_cell(book: Book, rng: random.Random) -> None:
    if picked := book.pick(rng):
        _, rows = picked
        row = rng.choice(rows)
        if row and row is not header_of(rows):
            at = rng.randrange(len(row))
            row[at] = rng.choice(
                ("", row[at] + "0", row[at][:-1], row[at][:15] + "000", f" {row[at]}\n", "#N/A", "1␀2", "x" * 5000)
            )


def copy_sheet(book: Book, rng: random.Random) -> None:
    if picked := book.pick(rng):
        name, rows = picked
        book.sheets[f"{name[:25]} (2)"] = [list(row) for row in rows]


def rename_or_drop_sheet(book: Book, rng: random.Random) -> None:
    name = rng.choice([*HIDDEN, *book.sheets])
    if name not in book.sheets:
        return
    rows = book.sheets.pop(name)
    if name not in HIDDEN and rng.random() < 0.7:
        book.sheets[f"My {name[:20]}"] = rows


def merge_cells(book: Book, rng: random.Random) -> None:
    """A spreadsheet keeps the first cell only."""
    if picked := book.pick(rng):
        name, rows = picked
        first, column = rng.randrange(len(rows)), rng.randrange(len(header_of(rows)))
        last = min(len(rows) - 1, first + rng.randint(1, 2))
        if any(column >= len(row) for row in rows[first : last + 1]) or name in book.merged:
            return
        for row in rows[first + 1 : last + 1]:
            row[column] = ""
        book.merged[name] = [f"{letters(column)}{first + 1}:{letters(column)}{last + 1}"]


STAFF = (
    write_answers,
    write_answers,
    sort_rows,
    sort_one_column,
    move_columns,
    add_column,
    drop_column,
    rename_header,
    add_rows,
    drop_rows,
    change_cell,
    copy_sheet,
    rename_or_drop_sheet,
)
