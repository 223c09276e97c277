"""Reports that come by mail or from the Usage Statistics portal, as HTML or Excel (oclc_formats.md 3).

They tell which records OCLC delivered, and are cut at 5,000 rows: then a line says how many there are. The columns of
some of them are not known; so all are kept as they stand, under their captions.
"""

import re
from dataclasses import dataclass

import polars as pl

from .sheets import Sheet

_KINDS = {
    "NewRecordsReport": {"record not delivered"},
    "MonthlyRecordsReport": {"new", "updates", "deletes"},
    "CatalogingPartnerReport": {"product code"},
    "DeletedRecordsReport": {"provider", "collection name", "oclc number", "file name"},
}
# A caption that only these reports have together with one of the others makes a row the header.
_CAPTIONS = {"collection name", "oclc number", "file name", "provider", "record not delivered", "multiple occurrence"}
_NUMBER = r"(\d{1,3}(?:[,. ]\d{3})+|\d+)"
# The words of the warning are not documented: two numbers, and what they are numbers of.
_WARNING = re.compile(r"(?=.*\b(?:rows?|records?)\b)(?=.*\b(?:view\w*|show\w*|display\w*|total|of)\b)", re.I | re.S)
_BLOCK = {
    "period": re.compile(r"reporting period\W*(.*)", re.I),
    "institution": re.compile(r"institution name\W*(.*)", re.I),
    "symbol": re.compile(r"institution symbol\W*(\S*)", re.I),
}


@dataclass(frozen=True)
class EmailedReport:
    """One report.

    Attributes:
        kind: NewRecordsReport, DeletedRecordsReport, MonthlyRecordsReport, CatalogingPartnerReport, EmailedReport.
        rows: `record` (position of the row) and the columns under their captions, as text.
        total: how many rows there are in all, where a line of the report says so.
        viewed: how many of them are shown, as that line says.
        period: the reporting period, as it stands.
        institution: name of the institution.
        symbol: symbol of the institution.
    """

    kind: str
    rows: pl.DataFrame
    total: int | None = None
    viewed: int | None = None
    period: str | None = None
    institution: str | None = None
    symbol: str | None = None

    @property
    def is_truncated(self) -> bool:
        """Whether rows are missing."""
        return self.total is not None and self.total > min(self.viewed or 0, self.rows.height)

    @property
    def has_other_rows(self) -> bool:
        """Whether there are more or fewer rows than the report says that it shows."""
        return self.viewed is not None and self.viewed != self.rows.height

    @property
    def words(self) -> str:
        """What there is to say of the file."""
        parts = [f"{name} {value}" for name in ("period", "institution", "symbol") if (value := getattr(self, name))]
        if self.is_truncated:
            shown = self.rows.height if self.viewed is None else self.viewed
            parts.append(f"truncated: it shows {shown} of {self.total} rows; fetch the rest from the portal")
        if self.has_other_rows:
            parts.append(f"it says that it shows {self.viewed} rows, and {self.rows.height} are here")
        return "; ".join(parts)


def find_header(rows: list[list[str]]) -> int | None:
    """The position of the row with the captions; null when this is no such report."""
    for position, row in enumerate(rows):
        cells = {cell.lower() for cell in row}
        if len(cells & _CAPTIONS) >= 2 or _KINDS["MonthlyRecordsReport"] <= cells:
            return position
    return None


def read_emailed_report(sheet: Sheet) -> EmailedReport | None:
    """What a sheet or page says, when it is such a report; else null."""
    header = find_header(sheet.rows)
    if header is None:
        return None
    captions = _unique(sheet.rows[header])
    body, around = [], [*sheet.text, *(" ".join(row) for row in sheet.rows[:header])]
    for position, row in enumerate(sheet.rows[header + 1 :], header + 1):
        filled = [cell for cell in row if cell]
        if len(filled) == 1 and _counts(filled[0]):
            around.append(filled[0])
        elif filled:
            body.append((position, row))
    columns = {
        caption: pl.Series([row[i] if i < len(row) and row[i] else None for _, row in body], dtype=pl.String)
        for i, caption in enumerate(captions)
    }
    frame = pl.DataFrame({"record": pl.Series([position for position, _ in body], dtype=pl.Int64), **columns})
    viewed, total = next(filter(None, map(_counts, around)), (None, None))
    return EmailedReport(_kind(captions), frame, total, viewed, **_block(around))


def look_for_header(rows: list[list[str]]) -> tuple[int, object] | None:
    """The position of the row with the captions, and these; null when this is no such report."""
    header = find_header(rows)
    return None if header is None else (header, [cell.lower() for cell in rows[header] if cell])


def _unique(captions: list[str]) -> list[str]:
    """Captions as column names: an empty or repeated one gets its number."""
    names: list[str] = []
    for i, caption in enumerate(captions):
        names.append(caption if caption and caption not in (*names, "record") else f"column_{i + 1}")
    return names


def _kind(captions: list[str]) -> str:
    cells = {caption.lower() for caption in captions}
    return next((kind for kind, needed in _KINDS.items() if needed <= cells), "EmailedReport")


def _counts(line: str) -> tuple[int, int] | None:
    """How many rows are shown and how many there are, when a line tells both."""
    numbers = re.findall(_NUMBER, line)
    if len(numbers) != 2 or not _WARNING.match(line):
        return None
    viewed, total = sorted(int(re.sub(r"\D", "", number)) for number in numbers)
    return viewed, total


def _block(lines: list[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name, pattern in _BLOCK.items():
        values = (match[1].strip() for line in lines if (match := pattern.search(line)))
        found[name] = next((value for value in values if value), None)
    return found
