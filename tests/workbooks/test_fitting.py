"""How wide and how high: what is printed fits the page, whatever stands in it."""

import polars as pl
import pytest

from datasync_lib.workbooks.fitting import (
    LEAST_SCALE,
    LINE_HEIGHT,
    MOST_LINES,
    PAPER_WIDTH,
    fit_columns,
    fit_rows,
    pixels,
)
from datasync_lib.workbooks.layout import Column

TITLE = Column("title", "Title", "identity", 30, wraps=True, least=24, prints=True)
EXPLANATION = Column("explanation", "Explanation", "why", 76, wraps=True, least=36, prints=True)
EVIDENCE = Column("seen", "Evidence", "trace", 30, wraps=True)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Sugar", 1),
        (None, 1),
        ("Autograph letters, documents and manuscripts", 2),
        ("紅樓夢研究資料彙編古典文學研究叢書", 2),
        ("A title of many words " * 20, MOST_LINES),
    ],
)
def test_a_row_is_as_high_as_its_printed_texts_need_and_no_higher_than_it_may_be(title, lines):
    frame = pl.DataFrame(
        {"title": [title], "seen": ["not printed " * 50]}, schema=dict.fromkeys(["title", "seen"], pl.String)
    )
    assert fit_rows([TITLE, EVIDENCE], [30, 30], frame) == [pytest.approx(lines * LINE_HEIGHT + 2)]


def test_the_explanation_takes_what_the_other_columns_leave_of_the_page():
    frame = pl.DataFrame({"title": ["x" * 100], "explanation": ["y" * 300], "seen": ["z" * 300]})
    others = [Column(f"c{at}", "Other", "identity", 20, prints=True) for at in range(7)]
    frame = frame.with_columns(pl.lit("w" * 30).alias(column.name) for column in others)
    columns = [TITLE, *others, EXPLANATION, EVIDENCE]
    widths = fit_columns(columns, frame)
    assert widths[:-2] == [30, *[20] * 7]
    printed = sum(pixels(width) for width in widths[:-1]) / 96
    assert PAPER_WIDTH / printed == pytest.approx(LEAST_SCALE, abs=0.01)
