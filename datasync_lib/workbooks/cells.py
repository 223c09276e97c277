"""What a cell may hold and how it looks: text that Excel takes, and one place for colours and formats.

Excel's limits are those of practice.md 4.3: 32,767 characters a cell, 65,530 links a sheet, 2,079 characters a link.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

# Excel counts UTF-16 units; a text of so many UTF-8 bytes is safe without counting.
CELL_LIMIT = 32_767
LINK_LIMIT = 65_530
LINK_LENGTH = 2_000
_HIGHEST_ROW = 409

# Control characters have pictures of their own in Unicode, so a MARC delimiter stays visible; line feed and tab are allowed.
_PICTURES = {chr(code): chr(0x2400 + code) for code in range(32) if code not in (9, 10)}
_PICTURES |= {chr(code): f"\\x{code:02x}" for code in range(0x7F, 0xA0)}
_PICTURES |= {"\ufffe": "\ufffd", "\uffff": "\ufffd"}

INK = "#1F2937"
HEADER = "#1F4E79"
GREY = ("#F2F2F2", "#DCE6F1")
YELLOW = "#FFF8D6"
LINE = "#D0D5DD"
DONE = "#C6E7C8"
HELP = "#FBD5A5"


def clean(text: pl.Expr) -> pl.Expr:
    """Text as a cell can hold it: control characters made visible, and a text that is too long shortened, saying so."""
    visible = text.str.replace_many(list(_PICTURES), list(_PICTURES.values()))
    is_long = visible.str.len_bytes() > CELL_LIMIT
    note = pl.format(" … [shortened from {} characters]", visible.str.len_chars())
    return pl.when(is_long).then(visible.str.head(_head_length(visible)) + note).otherwise(visible)


def _head_length(text: pl.Expr) -> pl.Expr:
    """A safe number of characters: half the limit when there may be characters of two units each."""
    has_wide = text.str.contains("[\U00010000-\U0010ffff]")
    return pl.when(has_wide).then(16_000).otherwise(32_000)


def clean_text(text: object) -> str:
    """One value as text that a cell can hold."""
    return pl.select(clean(pl.lit(str(text), dtype=pl.String))).item()


def row_height(texts: Iterable[object], widths: Iterable[float]) -> float:
    """How high a row is in which texts wrap, in points: not every program finds it out by itself.

    >>> row_height(["Sugar", None], [38, 10]), row_height(["Autograph letters, documents"], [10])
    (15, 41)
    """
    lines = (-(-len(str(text or "")) // max(1, int(width))) for text, width in zip(texts, widths, strict=True))
    return min(_HIGHEST_ROW, 13 * max(1, *lines) + 2)


@dataclass
class Styles:
    """The formats of one workbook, each made once."""

    book: Workbook
    made: dict[tuple, Format] = field(default_factory=dict)

    def get(self, **properties: object) -> Format:
        """A format with these properties of XlsxWriter, over the workbook's usual ones."""
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format({"valign": "top", "font_color": INK, **properties})
        return self.made[key]

    def header(self, *, fill: bool = False) -> Format:
        """A header cell; the yellow columns have a darker yellow one."""
        colours = {"bg_color": "#F2C94C", "font_color": INK} if fill else {"bg_color": HEADER, "font_color": "#FFFFFF"}
        return self.get(bold=True, text_wrap=True, valign="vcenter", border=1, border_color=LINE, **colours)

    def cell(
        self, kind: str, *, wraps: bool, band: int = 0, number: bool = False, date: bool = False, link: bool = False
    ) -> Format:
        """A cell of a problem's sheet. Text has the format «text», so that what is typed over it stays text."""
        look: dict[str, object] = {"border": 1, "border_color": LINE, "text_wrap": wraps}
        look["num_format"] = "0" if number else "yyyy-mm-dd" if date else "@"
        if kind == "fill":
            look["bg_color"] = YELLOW
        elif kind in ("identity", "trace"):
            look["bg_color"] = GREY[band]
        elif band:
            look["bg_color"] = "#F3F8FD"
        if kind == "trace":
            look |= {"font_color": "#6B7280", "font_size": 8}
        if link:
            look |= {"font_color": "#0563C1", "underline": 1}
        if number:
            look["align"] = "center"
        return self.get(**look)
