"""The questions that returned workbooks leave open, as a workbook of its own that is answered and taken in as any other.

A sheet a problem, a row a question: which record, what is odd, what the row said. «as the row says» takes that, «leave as it is»
leaves the record as it stands; or the right answer is written into the yellow cells.
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import xlsxwriter

from ..problems import PROBLEMS
from ..settings import Settings
from ..vocabulary.decisions import ANSWERS
from .cells import Styles, clean
from .checking import said
from .issued import IDENTITY, SAID, issued_rows, with_seals, workbook_id, write_issued_rows
from .layout import ANSWER, FILL, LINKS, OF_ANSWERS, OF_KEY, OF_RECORD, PRINTED, Column, Sheet
from .ordering import tab_name
from .replacing import replacing
from .sheets import write_lists, write_meta, write_sheet
from .writing import WORKBOOK_VERSION

_KEYLESS = "Without a row of ours"
_WHERE = (
    Column("workbook", "Workbook", "trace", 30, wraps=True),
    Column("sheet", "Sheet", "trace", 20, wraps=True),
    Column("row", "Row", "trace", 8, is_number=True),
)
_TITLE = next(column for column in PRINTED if column.name == "title")
_QUESTION = Column("question", "Question", "why", 60, wraps=True, least=40, prints=True)
_SAID = Column("says", "The row says", "why", 30, wraps=True, least=20, prints=True)


def write_questions(
    path: Path, questions: pl.DataFrame, *, last: pl.DataFrame, project: str, settings: Settings
) -> Path | None:
    """Write what is asked; None: nothing is.

    Args:
        path: where to.
        questions: `returning.Returned.questions`.
        last: the last word on each row, which stands in the yellow cells.
        project: what the workbook is known by when it comes back.
        settings: the project's.
    """
    if questions.is_empty():
        return None
    rows = _rows(questions, last)
    known = rows.filter("is_known").partition_by("problem", maintain_order=True, as_dict=True)
    sheets = [_sheet(code, own) for (code,), own in known.items()]
    keyless = rows.filter(~pl.col("is_known"))
    issued = [
        issued_rows(s.frame, s.problem, [column.name for column in s.columns]).hstack(s.frame.select(SAID))
        for s in sheets
    ]
    handed_out = pl.concat(issued) if issued else pl.DataFrame()
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"constant_memory": True, "default_format_properties": {"font_name": "Arial", "font_size": 10}}
    with replacing(path) as beside, xlsxwriter.Workbook(str(beside), options) as book:
        book.set_size(2400, 1300)
        styles = Styles(book)
        for sheet in sheets:
            write_sheet(book, styles, sheet)
        if keyless.height:
            write_sheet(book, styles, _keyless(keyless))
        write_lists(book)
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        facts = [
            ("workbook_version", str(WORKBOOK_VERSION)),
            ("workbook_id", workbook_id(handed_out, project, path.name)),
            ("project", project),
            ("institution", settings.institution.name),
            ("unit", ""),
            ("run_date", day),
        ]
        write_meta(book, facts)
        write_issued_rows(book, handed_out)
    return path


def _rows(questions: pl.DataFrame, last: pl.DataFrame) -> pl.DataFrame:
    """The questions with the identity that was handed out, what the row said, and the last word in the yellow cells."""
    says = pl.Series([said(row) or "nothing" for row in questions.iter_rows(named=True)], dtype=pl.String)
    words = last.select("row_key", *(pl.col(name).cast(pl.String).alias(f"last_{name}") for name in ANSWERS))
    told = questions.with_columns(
        says.alias("says"),
        *(pl.col(f"issued_{name}").alias(name) for name in IDENTITY),
        *(pl.col(name).alias(f"said_{name}") for name in ANSWERS),
        evidence_hash=pl.coalesce("evidence_now", "evidence_hash"),
    ).join(words, on="row_key", how="left", maintain_order="left")
    return told.with_columns(
        *(pl.col(f"last_{name}").alias(name) for name in ANSWERS),
        *(pl.lit(None, dtype=pl.String).alias(name) for name in (*LINKS, ANSWER.name)),
        todo=pl.lit(""),
        band=pl.lit(0),
        priority=pl.lit(1),
    ).with_columns(pl.col("status").fill_null("Open"))


def _sheet(code: str, rows: pl.DataFrame) -> Sheet:
    problem = PROBLEMS[code]
    named = ("mms_id", "symbol", "ocn", OF_RECORD.name, "title", "holding_id", "call_number")
    of = {column.name: replace(column, link="") for column in PRINTED}
    of["ocn"] = replace(of["ocn"], header=problem.ocn_header or of["ocn"].header)
    identity = [of[name] for name in named if name != "ocn" or problem.ocn_header]
    shown = [c for c in identity if c.hidden or rows[c.name].null_count() < rows.height] if rows.height else identity
    asked = [column for column in FILL if column.name != "new_ocn" or problem.asks_new_ocn]
    asked.insert(1, OF_ANSWERS)
    columns = (*shown, _QUESTION, _SAID, ANSWER, *asked, *_WHERE, OF_KEY)
    frame = with_seals(rows, [column.name for column in columns])
    return Sheet(code, tab_name(problem.title), columns, _cleaned(frame))


def _keyless(rows: pl.DataFrame) -> Sheet:
    """Rows of which nobody can say whose they are: to be entered in the workbook of their unit."""
    columns = (_QUESTION, _SAID, *_WHERE, _TITLE)
    return Sheet("", _KEYLESS, columns, _cleaned(rows))


def _cleaned(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(clean(pl.col(pl.String)))
