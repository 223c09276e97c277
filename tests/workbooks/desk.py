"""A cataloguer's desk: a copy of a workbook, opened, changed and saved."""

import shutil
from pathlib import Path

import openpyxl


class Desk:
    """One workbook on it."""

    def __init__(self, path: Path, sent_out: Path):
        self.path = path
        shutil.copyfile(sent_out, path)
        self.book = openpyxl.load_workbook(path)

    def cell(self, sheet: str, mms_id: str, header: str):
        tab = self.book[sheet]
        headers = [cell.value for cell in tab[1]]
        row = next(row for row in tab.iter_rows(min_row=2) if row[headers.index("MMS ID")].value == mms_id)
        return row[headers.index(header)]

    def fill(self, sheet: str, mms_id: str, **answers: object) -> "Desk":
        for header, value in answers.items():
            self.cell(sheet, mms_id, header.replace("_", " ")).value = value
        return self

    def save(self) -> Path:
        self.book.save(self.path)
        return self.path
