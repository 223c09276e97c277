"""What people did to returned workbooks, as edits with openpyxl, and what must come of each decision (practice.md 4.5).

A played unit decides some rows, each with a token of its own in the note; then the workbook is abused, before or after deciding.
Whoever decides looks at a row: at the title where there is one. So a decision is meant for the record whose title stood in
its row when it was written; it must be recovered for that one, or be asked about with its token; anything else is wrong or lost.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import polars as pl
from hand_made_library import MUSIC, Institution, institution
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from datasync_lib.analysis.findings import Found, as_findings, together
from datasync_lib.problems import PROBLEMS
from datasync_lib.vocabulary.tables import conform

ROWS = 24
YELLOW = ("Decision", "Status", "New OCN", "Note", "Assignee", "Date")


def large_institution(evidence: str = "") -> Institution:
    """A unit with three sheets of ROWS rows: bibs that share a number, holdings that were not sent, numbers under two old symbols."""
    base = institution()
    ids = [f"9900110{at:05d}0203941" for at in range(ROWS)]
    bibs = pl.DataFrame({"mms_id": ids, "title": [f"{_word(at)} of the river {at}" for at in range(ROWS)]})
    holdings = pl.DataFrame(
        {
            "holding_id": [f"2211000{at:05d}0203941" for at in range(ROWS)],
            "mms_id": ids,
            "library": "MUS",
            "location": ["STACKS" if at % 3 else "DEPOT" for at in range(ROWS)],
            "call_number": [f"ML{10 + at} .D{at}" for at in range(ROWS)],
            "unit": MUSIC,
        }
    )
    same = {"unit": [MUSIC] * ROWS, "file": ["a.mrc"] * ROWS, "record": list(range(ROWS))}
    shared = pl.DataFrame(
        {
            "mms_id": ids,
            "symbol": "HVD",
            "ocn": [500 + at // 2 for at in range(ROWS)],
            "class": "same_library",
            **same,
        }
    ).with_columns(
        group_id=pl.format("ocn {}", "ocn"), current=pl.col("ocn"), count=pl.lit(2), formats=pl.lit("book" + evidence)
    )
    unsent = pl.DataFrame(
        {"mms_id": ids, "holding_id": holdings["holding_id"], "symbol": "HVD", "class": "unknown", **same}
    )
    old = pl.DataFrame(
        {"mms_id": ids, "symbol": ["MUS", "OLD"] * (ROWS // 2), "ocn": [70 + at // 2 for at in range(ROWS)],
         "class": "owned_unconfirmed", **same}
    )  # fmt: skip
    found: Found = together(
        [
            as_findings("shared_ocn", shared, identity=["mms_id"], parameters=["current", "count", "formats"]),
            as_findings("not_sent", unsent, identity=["holding_id"], parameters=[]),
            as_findings("old_holding", old, identity=["symbol", "ocn"], parameters=["ocn", "symbol"]),
        ]
    )
    return Institution(
        found.findings,
        found.evidence,
        conform("bibs", bibs.with_columns(file=pl.lit("a.mrc"))),
        base.placed_holdings.clear().pipe(lambda like: pl.concat([like, holdings], how="diagonal_relaxed")),
        base.items.clear(),
        base.ocns.clear(),
    )


def _word(at: int) -> str:
    return ("Annals", "Songs", "Maps", "Letters", "Étude", "Ḥadāʾiq", "红楼", "Quartet")[at % 8]


@dataclass
class Played:
    """A workbook on a desk, and what was decided on it: token -> (the title it was meant for, the sheet, the decision)."""

    book: openpyxl.Workbook
    rng: random.Random
    meant: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    taken_back: set[str] = field(default_factory=set)

    @property
    def tabs(self) -> list[Worksheet]:
        return [tab for tab in self.book.worksheets if tab.sheet_state == "visible" and column(tab, "Row key")]

    def tab(self) -> Worksheet:
        return self.rng.choice(self.tabs)

    def decide(self, share: float = 0.5) -> None:
        """Somebody fills in a share of the rows, by the titles that stand there now."""
        titles = {problem.title: problem for problem in PROBLEMS.values()}
        for tab in self.tabs:
            problem = titles[tab.title]
            top = header_row(tab)
            for row in range(top + 1, tab.max_row + 1):
                title = tab.cell(row, column(tab, "Title")).value if column(tab, "Title") else None
                if (
                    self.rng.random() > share
                    or not column(tab, "Note")
                    or not tab.cell(row, column(tab, "Row key")).value
                ):
                    continue
                token = f"w{len(self.meant):03d}z"
                decision = self.rng.choice(
                    [each for each in problem.decisions if "New OCN" not in each and "change" not in each]
                )
                self.meant[token] = (title or "", tab.title, decision)
                put(tab, row, "Note", token)
                put(tab, row, "Decision", decision)
                put(tab, row, "Status", self.rng.choice(("Done", "In progress", "Open")))


def header_row(tab: Worksheet) -> int:
    return next((at for at in range(1, 12) if "Row key" in [c.value for c in tab[at]]), 1)


def column(tab: Worksheet, header: str) -> int:
    """Where a header stands, from 1; 0: nowhere."""
    values = [cell.value for cell in tab[header_row(tab)]]
    return values.index(header) + 1 if header in values else 0


def put(tab: Worksheet, row: int, header: str, value: object) -> None:
    if at := column(tab, header):
        tab.cell(row, at).value = value


def rows_of(tab: Worksheet) -> list[int]:
    return list(range(header_row(tab) + 1, tab.max_row + 1))


def _permuted(played: Played, tab: Worksheet, columns: list[int]) -> None:
    """These columns sorted on their own: their rows in another order, the rest stays."""
    rows = rows_of(tab)
    values = [[tab.cell(row, at).value for at in columns] for row in rows]
    order = list(values)
    while order == values:
        played.rng.shuffle(order)
    for row, own in zip(rows, order, strict=True):
        for at, value in zip(columns, own, strict=True):
            tab.cell(row, at).value = value


def _range(tab: Worksheet, first: str, last: str) -> list[int]:
    return list(range(column(tab, first), column(tab, last) + 1))


# What is done before somebody decides: what is meant follows the titles that then stand in the rows.


def sort_whole_rows(played: Played) -> None:
    tab = played.tab()
    _permuted(played, tab, list(range(1, tab.max_column + 1)))


def sort_titles_alone(played: Played) -> None:
    tab = played.tab()
    _permuted(played, tab, [column(tab, "Title")])


def sort_grey_block(played: Played) -> None:
    tab = played.tab()
    _permuted(played, tab, list(range(1, column(tab, "Decision"))))


def sort_without_key(played: Played) -> None:
    tab = played.tab()
    _permuted(played, tab, list(range(1, column(tab, "Row key"))))


def delete_mms_id_and_sort_without_key(played: Played) -> None:
    tab = played.tab()
    tab.delete_cols(column(tab, "MMS ID"))
    _permuted(played, tab, list(range(1, column(tab, "Row key"))))


def rename_mms_id_and_sort_without_key(played: Played) -> None:
    tab = played.tab()
    tab.cell(header_row(tab), column(tab, "MMS ID")).value = "Alma"
    _permuted(played, tab, list(range(1, column(tab, "Row key"))))


def swap_symbols(played: Played) -> None:
    tab = next(tab for tab in played.tabs if column(tab, "OCN held"))
    _permuted(played, tab, [column(tab, "Row key")])


# What is done before or after.


def hide_and_reverse_columns(played: Played) -> None:
    tab = played.tab()
    rows = [list(row) for row in tab.values]
    tab.delete_rows(1, tab.max_row)
    for row in rows:
        tab.append(row[::-1])
    tab.column_dimensions["C"].hidden = True


def add_own_columns(played: Played) -> None:
    tab = played.tab()
    tab.insert_cols(3)
    tab.cell(header_row(tab), 3).value = "ours"
    for row in rows_of(tab):
        tab.cell(row, 3).value = "x"


def title_rows_above(played: Played) -> None:
    tab = played.tab()
    tab.insert_rows(1, 3)
    tab["A1"] = "Cleanup of the music library"


def rename_sheet(played: Played) -> None:
    played.tab()  # the name of a tab says nothing; it is renamed last, for deciding needs it
    played.renames = True


def delete_grey_columns(played: Played) -> None:
    tab = played.tab()
    for header in ("Call number", "Location", "What to do"):
        if at := column(tab, header):
            tab.delete_cols(at)


def delete_seals(played: Played) -> None:
    tab = played.tab()
    for header in ("Seal 1", "Seal 2"):
        tab.delete_cols(column(tab, header))


def delete_rows(played: Played) -> None:
    tab = played.tab()
    for _ in range(3):
        row = played.rng.choice(rows_of(tab))
        gone = str(tab.cell(row, column(tab, "Note")).value or "")
        played.taken_back.add(gone)
        tab.delete_rows(row)


# What is done after.


def sort_yellow_block(played: Played) -> None:
    tab = played.tab()
    _permuted(played, tab, _range(tab, "Decision", "Date"))


def sort_decisions_alone(played: Played) -> None:
    """As a spreadsheet sorts: by the alphabet, empty cells last; hidden columns stay, as they do for a single column."""
    tab = played.tab()
    named = [column(tab, header) for header in YELLOW if column(tab, header)]
    by = column(tab, "Decision")
    rows = rows_of(tab)
    values = [[tab.cell(row, at).value for at in named] for row in rows]
    at = named.index(by)
    values.sort(key=lambda own: (not own[at], str(own[at] or "").casefold()))
    for row, own in zip(rows, values, strict=True):
        for place, value in zip(named, own, strict=True):
            tab.cell(row, place).value = value


def shift_yellow_block(played: Played) -> None:
    tab = played.tab()
    columns = _range(tab, "Decision", "Date")
    rows = rows_of(tab)
    for at in columns:
        values = [tab.cell(row, at).value for row in rows]
        for row, value in zip([*rows[1:], rows[-1] + 1], values, strict=True):
            tab.cell(row, at).value = value
        tab.cell(rows[0], at).value = None


def round_mms_ids(played: Played) -> None:
    tab = played.tab()
    for row in rows_of(tab):
        cell = tab.cell(row, column(tab, "MMS ID"))
        cell.value = float(cell.value) if str(cell.value or "").isdigit() else cell.value


def sort_header_into_data(played: Played) -> None:
    tab = played.tab()
    rows = [list(row) for row in tab.values]
    played.rng.shuffle(rows)
    tab.delete_rows(1, tab.max_row)
    for row in rows:
        tab.append(row)


def copy_header(played: Played) -> None:
    tab = played.tab()
    tab.append([cell.value for cell in tab[header_row(tab)]])


def merge_decisions(played: Played) -> None:
    tab = played.tab()
    at, rows = column(tab, "Decision"), rows_of(tab)
    first = played.rng.randrange(len(rows) - 3)
    tab.merge_cells(start_row=rows[first], end_row=rows[first + 2], start_column=at, end_column=at)


def merge_whole_yellow(played: Played) -> None:
    tab = played.tab()
    rows = rows_of(tab)
    first = played.rng.randrange(len(rows) - 3)
    # A spreadsheet keeps what stands in the first of the cells only: the notes below are gone before we see the file.
    lost = [str(tab.cell(rows[first + more], column(tab, "Note")).value or "") for more in (1, 2)]
    played.taken_back.update(lost)
    for header in ("Decision", "Note"):
        at = column(tab, header)
        tab.merge_cells(start_row=rows[first], end_row=rows[first + 2], start_column=at, end_column=at)


def rename_yellow(played: Played) -> None:
    tab = played.tab()
    header = played.rng.choice(("Decision", "Status", "Note"))
    tab.cell(header_row(tab), column(tab, header)).value = "Entscheidung"


def second_note_column(played: Played) -> None:
    tab = played.tab()
    tab.insert_cols(1)
    tab.cell(header_row(tab), 1).value = "Note"
    for row in rows_of(tab)[::3]:
        tab.cell(row, 1).value = f"own remark {row}"


def formulas_for_decisions(played: Played) -> None:
    tab = played.tab()
    for row in rows_of(tab):
        cell = tab.cell(row, column(tab, "Decision"))
        if cell.value:
            cell.value = f'=IF(TRUE,"{cell.value}","")'


def errors_for_decisions(played: Played) -> None:
    tab = played.tab()
    for row in rows_of(tab)[::2]:
        if tab.cell(row, column(tab, "Decision")).value:
            put(tab, row, "Decision", played.rng.choice(("#N/A", "#REF!", "#VALUE!")))


def decisions_as_comments(played: Played) -> None:
    tab = played.tab()
    for row in rows_of(tab):
        note = tab.cell(row, column(tab, "Note"))
        if note.value:
            tab.cell(row, column(tab, "Title") or 1).comment = Comment(f"{note.value}: withdraw", "Anna")
            for header in ("Decision", "Note"):
                put(tab, row, header, None)
            put(tab, row, "Status", "Open")


def strike_through(played: Played) -> None:
    tab = played.tab()
    for row in rows_of(tab)[::2]:
        tab.cell(row, column(tab, "Decision")).font = Font(strike=True)


def wide_digits(played: Played) -> None:
    tab = next(tab for tab in played.tabs if column(tab, "New OCN"))
    for row in rows_of(tab)[:4]:
        if tab.cell(row, column(tab, "Decision")).value:
            put(tab, row, "New OCN", "１２３４")


def cell_in_the_corner(played: Played) -> None:
    played.tab().cell(1_048_576, 16_384).value = "x"


def copied_row(played: Played) -> None:
    tab = played.tab()
    row = played.rng.choice(rows_of(tab))
    tab.append([cell.value for cell in tab[row]])


def notes_without_rows(played: Played) -> None:
    tab = played.tab()
    token = f"w{900 + len(played.meant):03d}z"
    played.meant[token] = ("nobody's", tab.title, "withdraw")
    tab.append([])
    put(tab, tab.max_row + 1, "Note", token)


def own_words(played: Played) -> None:
    tab = played.tab()
    for row in rows_of(tab)[::4]:
        if tab.cell(row, column(tab, "Decision")).value:
            put(tab, row, "Decision", "weg damit")


def capitals_and_blanks(played: Played) -> None:
    tab = played.tab()
    for row in rows_of(tab):
        if value := tab.cell(row, column(tab, "Decision")).value:
            put(tab, row, "Decision", f" {str(value).upper()} ")


def without_hidden_sheets(played: Played) -> None:
    for name in ("_rows", "_meta"):
        if name in played.book:
            del played.book[name]


BEFORE: tuple[Callable[[Played], None], ...] = (
    sort_whole_rows, sort_titles_alone, sort_grey_block, sort_without_key, delete_mms_id_and_sort_without_key,
    rename_mms_id_and_sort_without_key, swap_symbols, hide_and_reverse_columns, add_own_columns, title_rows_above,
    delete_grey_columns,
)  # fmt: skip
AFTER: tuple[Callable[[Played], None], ...] = (
    sort_whole_rows, sort_yellow_block, sort_grey_block, sort_decisions_alone, shift_yellow_block, round_mms_ids, sort_header_into_data, copy_header,
    merge_decisions, merge_whole_yellow, rename_yellow, second_note_column, formulas_for_decisions, errors_for_decisions,
    decisions_as_comments, strike_through, wide_digits, cell_in_the_corner, copied_row, notes_without_rows, own_words,
    capitals_and_blanks, hide_and_reverse_columns, add_own_columns, delete_grey_columns, delete_rows, without_hidden_sheets,
)  # fmt: skip


def play(sent: Path, seed: int, before: tuple, after: tuple) -> Played:
    """A workbook that somebody abused, decided, and abused again."""
    played = Played(openpyxl.load_workbook(sent), random.Random(seed))
    for edit in before:
        edit(played)
    played.decide()
    for edit in after:
        edit(played)
    return played
