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
_TRUNCATED = re.compile(_NUMBER + r"\D{1,40}?" + _NUMBER + r"\D{0,30}\b(?:rows?|records?)\b", re.I)
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
        total: how many rows there are in all, where the report says that it does not show them all.
        period: the reporting period, as it stands.
        institution: name of the institution.
        symbol: symbol of the institution.
    """

    kind: str
    rows: pl.DataFrame
    total: int | None = None
    period: str | None = None
    institution: str | None = None
    symbol: str | None = None

    @property
    def is_truncated(self) -> bool:
        """Whether rows are missing."""
        return self.total is not None and self.total > self.rows.height

    @property
    def words(self) -> str:
        """What there is to say of the file."""
        parts = [f"{name} {value}" for name in ("period", "institution", "symbol") if (value := getattr(self, name))]
        if self.is_truncated:
            parts.append(f"truncated: it shows {self.rows.height} of {self.total} rows; fetch the rest from the portal")
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
        if len(filled) == 1 and _TRUNCATED.search(filled[0]):
            around.append(filled[0])
        elif filled:
            body.append((position, row))
    columns = {
        caption: pl.Series([row[i] if i < len(row) and row[i] else None for _, row in body], dtype=pl.String)
        for i, caption in enumerate(captions)
    }
    frame = pl.DataFrame({"record": pl.Series([position for position, _ in body], dtype=pl.Int64), **columns})
    return EmailedReport(_kind(captions), frame, _total(around, len(body)), **_block(around))


def _unique(captions: list[str]) -> list[str]:
    """Captions as column names: an empty or repeated one gets its number."""
    names: list[str] = []
    for i, caption in enumerate(captions):
        names.append(caption if caption and caption not in (*names, "record") else f"column_{i + 1}")
    return names


def _kind(captions: list[str]) -> str:
    cells = {caption.lower() for caption in captions}
    return next((kind for kind, needed in _KINDS.items() if needed <= cells), "EmailedReport")


def _total(lines: list[str], shown: int) -> int | None:
    """The number of rows there are, from a line that tells how many are shown and how many there are."""
    for line in lines:
        for first, second in _TRUNCATED.findall(line):
            low, high = sorted(int(re.sub(r"\D", "", number)) for number in (first, second))
            if low == shown <= high:
                return high
    return None


def _block(lines: list[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name, pattern in _BLOCK.items():
        values = (match[1].strip() for line in lines if (match := pattern.search(line)))
        found[name] = next((value for value in values if value), None)
    return found
