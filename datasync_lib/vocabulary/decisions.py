"""The record of what people decided; it is kept in `decisions/` and never computed again."""

import dataframely as dy


class Decisions(dy.Schema):
    """What one returned row of a workbook says; later lines on the same row replace earlier ones."""

    row_key = dy.String(nullable=False, description="the finding")
    problem = dy.String(nullable=True, description="code of the problem")
    decision = dy.String(nullable=True, description="one of the problem's decisions; null: none taken yet")
    status = dy.String(nullable=True, description="how far it is: Open, In progress, Done, Not a problem or Need help")
    new_ocn = dy.Int64(nullable=True, description="the OCN that the record should have")
    assignee = dy.String(nullable=True, description="who works on it")
    note = dy.String(nullable=True, description="free text")
    decided_on = dy.String(nullable=True, description="the Date column: YYYY-MM-DD, or as it was typed")
    who = dy.String(nullable=True, description="who sent it back: the assignee, else the unit of the workbook")
    workbook = dy.String(nullable=True, description="file name of the workbook")
    workbook_sha256 = dy.String(nullable=True, description="hash of the workbook's bytes")
    workbook_id = dy.String(nullable=True, description="which workbook it is, whatever its name: as it was handed out")
    sheet = dy.String(nullable=True, description="sheet in the workbook")
    row = dy.Int64(nullable=True, description="row on the sheet, as Excel counts")
    evidence_hash = dy.String(nullable=True, description="what the finding rested on when the workbook was written")
    imported_at = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="when it was taken in")
    record = dy.Int64(nullable=True, description="its place in decisions/decisions.jsonl, from 0")


# What a person can fill in; two lines that agree here say the same.
ANSWERS = ("decision", "status", "new_ocn", "assignee", "note", "decided_on")
