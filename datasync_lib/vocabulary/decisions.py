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
    unit = dy.String(nullable=True, description="unit of the finding when the row was taken in")
    symbol = dy.String(nullable=True, description="symbol of the finding, as it was then")
    mms_id = dy.String(nullable=True, description="bib of the finding")
    holding_id = dy.String(nullable=True, description="holding of the finding")
    ocn = dy.Int64(nullable=True, description="number of the finding, as it was then")
    who = dy.String(nullable=True, description="who sent it back: the assignee, else the unit of the workbook")
    workbook = dy.String(nullable=True, description="file name of the workbook")
    workbook_sha256 = dy.String(nullable=True, description="hash of the workbook's bytes")
    workbook_id = dy.String(nullable=True, description="which workbook it is, whatever its name: as it was handed out")
    sheet = dy.String(nullable=True, description="sheet in the workbook")
    row = dy.Int64(nullable=True, description="row on the sheet, as Excel counts")
    evidence_hash = dy.String(nullable=True, description="what the finding rested on when the workbook was written")
    imported_at = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="when it was taken in")
    record = dy.Int64(nullable=True, description="its place in decisions/decisions.jsonl, from 0")


class Closings(dy.Schema):
    """A decided row that was found mended, or found again: kept because no later export can tell it."""

    row_key = dy.String(nullable=False, description="the finding")
    state = dy.String(nullable=False, description="closed: its finding is gone; open: it is there again")
    shown_on = dy.String(nullable=True, description="the day of the newest export, report or list that shows it")
    at = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="when it was noted")


class Rounds(dy.Schema):
    """How much there was to do when workbooks were written: one line a unit, problem and state."""

    unit = dy.String(nullable=True, description="the unit; null: none")
    problem = dy.String(nullable=False, description="code of the problem")
    state = dy.String(nullable=False, description="state of the rows, as in work_states")
    rows = dy.Int64(nullable=False, description="how many")
    at = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="when the workbooks were written")


# What a row is about, as its finding said when it was taken in.
ABOUT = ("unit", "symbol", "mms_id", "holding_id", "ocn")
# What a person can fill in; two lines that agree here say the same.
ANSWERS = ("decision", "status", "new_ocn", "assignee", "note", "decided_on")
