"""How wide the columns of a sheet are and how high its rows, so that what is printed fits one page across and can be read.

A character is 7 pixels wide and a column has 5 more; 96 pixels are an inch (Arial 10, as `writing.py` sets it).
"""

import math
from collections.abc import Sequence

import polars as pl

from .layout import Column

MOST_LINES = 6
LINE_HEIGHT = 12.8
# Inches that both A4 and US Letter have between the margins, lying; smaller than this share nobody can read it.
PAPER_WIDTH = 10.5
LEAST_SCALE = 0.62
_PRINTED_PIXELS = math.floor(PAPER_WIDTH * 96 / LEAST_SCALE)
# The column that takes what the others leave of the page.
_ELASTIC = "explanation"
# A filter's arrow beside the longest word of a header.
_ARROW = 4
# Letters are narrower than the digits by which Excel counts, and words do not fill a line to its end.
_LETTERS_A_WIDTH = 1.02
# Chinese, Japanese and Korean signs are as wide as two.
_WIDE = "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]"


def fit_columns(columns: Sequence[Column], frame: pl.DataFrame) -> list[float]:
    """How wide each column is, in characters: as its texts need, no wider than it may grow, and all printed ones on one page."""
    lengths = [pl.col(column.name).cast(pl.String).str.len_chars().fill_null(0) for column in columns]
    longest = frame.select(
        length.quantile(0.98, "higher").fill_null(0).alias(str(at)) for at, length in enumerate(lengths)
    ).row(0)
    widths = [_width(*each) for each in zip(columns, longest, strict=True)]
    for at, column in enumerate(columns):
        if column.name == _ELASTIC:
            others = [width for i, width in enumerate(widths) if columns[i].prints and i != at]
            left = (_PRINTED_PIXELS - sum(map(pixels, others)) - 5) / 7
            widths[at] = float(max(column.least, min(widths[at], math.floor(left))))
    return widths


def pixels(width: float) -> float:
    """How many pixels a column of so many characters takes."""
    return width * 7 + 5


def _width(column: Column, longest: float) -> float:
    header = max(len(word) for word in column.header.split()) + _ARROW
    return float(min(max(longest + 2, header, column.least), max(column.width, header)))


def fit_rows(columns: Sequence[Column], widths: Sequence[float], frame: pl.DataFrame) -> list[float]:
    """How high each row is, in points: as its printed texts need, and never so high that one text drives all others away."""
    lines = [
        (_length(column.name) / (width * _LETTERS_A_WIDTH)).ceil()
        for column, width in zip(columns, widths, strict=True)
        if column.prints and column.wraps
    ]
    most = pl.max_horizontal(*lines, pl.lit(1.0)).clip(1, MOST_LINES)
    return frame.select(height=most * LINE_HEIGHT + 2)["height"].to_list()


def _length(name: str) -> pl.Expr:
    text = pl.col(name)
    return text.str.len_chars() + text.str.count_matches(_WIDE)
