"""Which returned rows can be taken: their key, their identity and their answers, one check after the other.

A row with a fault is not taken, so that mending the cell and importing again is all that is ever needed.
"""

import re

import polars as pl

from ..identifiers.ocn import MAXIMUM
from ..problems import PROBLEMS, STATUSES
from ..vocabulary.decisions import ANSWERS

ISSUE_COLUMNS = {
    "code": pl.String,
    "workbook": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
    "row_key": pl.String,
    "what": pl.String,
    "todo": pl.String,
    "is_taken": pl.Boolean,
}
_PLACE = ("workbook", "sheet", "row", "row_key")
_IDENTITY = {"mms_id": "MMS ID", "holding_id": "Holding ID", "ocn": "number"}


def issue(
    code: str,
    workbook: str,
    sheet: str | None = None,
    row: int | None = None,
    row_key: str | None = None,
    *,
    what: str,
    todo: str,
    is_taken: bool = False,
) -> tuple:
    """One line of the issues, in the order of their columns."""
    return (code, workbook, sheet, row, row_key, what, todo, is_taken)


def check_rows(rows: pl.DataFrame, maximum: int = MAXIMUM) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Which rows say something that can be taken, and what is the matter with the others?

    Args:
        rows: of returned sheets, beside what was handed out (`returning.no_rows` names the columns).
        maximum: the greatest number that may be an OCN.

    Returns:
        The rows that can be taken, their answers in the spelling of the catalogue and `new_ocn` a number; the issues; and
        every row with its state: untouched, taken, repeated (another row says the same) or rejected (an issue says why).
    """
    lines: list[tuple] = []
    rows = rows.with_row_index("at")
    said = answered = _normalised(rows).filter(_says_something())
    answered = _drop_unknown(answered, lines)
    answered = _drop_changed(answered, lines)
    answered = _drop_invalid(answered, lines, maximum)
    answered, repeated = _drop_doubles(answered, lines)
    _tell_gone(answered, lines)
    taken = answered.with_columns(pl.col("new_ocn").cast(pl.Int64)).select(rows.drop("at").columns)
    states = rows.select(*_PLACE, state=_state(said, answered, repeated))
    return taken, pl.DataFrame(lines, schema=ISSUE_COLUMNS, orient="row"), states


def _state(said: pl.DataFrame, taken: pl.DataFrame, repeated: pl.DataFrame) -> pl.Expr:
    at = pl.col("at")
    return (
        pl.when(~at.is_in(said["at"].implode()))
        .then(pl.lit("untouched"))
        .when(at.is_in(taken["at"].implode()))
        .then(pl.lit("taken"))
        .when(at.is_in(repeated["at"].implode()))
        .then(pl.lit("repeated"))
        .otherwise(pl.lit("rejected"))
    )


def _normalised(rows: pl.DataFrame) -> pl.DataFrame:
    """Answers in our own spelling where there is no doubt which is meant; dates as YYYY-MM-DD."""
    status = {_folded(text): text for text in STATUSES}
    decisions = {(code, _folded(text)): text for code, problem in PROBLEMS.items() for text in problem.decisions}
    pairs = zip(rows["problem"], rows["decision"], strict=True)
    return rows.with_columns(
        decision=pl.Series([decisions.get((p, _folded(d)), d) for p, d in pairs], dtype=pl.String),
        status=pl.Series([status.get(_folded(s), s) for s in rows["status"]], dtype=pl.String),
        new_ocn=pl.Series([_digits(text) for text in rows["new_ocn"]], dtype=pl.String),
        decided_on=pl.col("decided_on").str.replace(r"^(\d{4}-\d\d-\d\d)[ T]00:00:00(\.0+)?$", "$1"),
    )


def _folded(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


_OCN = re.compile(r"^(?:\(OCoLC\)|#|\*)?\s*(?:ocm|ocn|on)?0*([1-9]\d{0,11})(?:\.0)?$", re.IGNORECASE)


def _digits(text: str | None) -> str | None:
    match = _OCN.match(text or "")
    return match[1] if match else text


def _says_something() -> pl.Expr:
    """Nobody touched a row that has no decision, no other text, and the status with which it was handed out."""
    others = [pl.col(name).is_not_null() for name in ANSWERS if name != "status"]
    return pl.any_horizontal(*others, pl.col("status").fill_null("Open") != "Open")


def _drop_unknown(rows: pl.DataFrame, lines: list[tuple]) -> pl.DataFrame:
    unknown = rows.filter(~pl.col("is_known"))
    for row in unknown.iter_rows(named=True):
        key = f"the row key «{row['row_key']}» is not one of ours" if row["row_key"] else "the row key is missing"
        lines.append(
            _issue(
                "unknown_row_key",
                row,
                f"{key}; the row says: {_said(row)}.",
                "Copy the row key again from the workbook that was sent out, or enter the decision on the right row.",
            )
        )
    return rows.filter("is_known")


def _drop_changed(rows: pl.DataFrame, lines: list[tuple]) -> pl.DataFrame:
    """Rows whose grey cells differ from what was handed out: most often one column was sorted alone."""
    keep = []
    for row in rows.iter_rows(named=True):
        faults = [_identity_fault(row, name) for name in _IDENTITY]
        worst = max((fault for fault in faults if fault), default=None)
        keep.append(worst is None or worst[0] == 0)
        if worst is None:
            continue
        if worst[0] == 0:
            text = "Nothing: the row key is intact, and only the last digits differ as a spreadsheet rounds them."
            lines.append(_issue("identity_damaged", row, worst[1], text, is_taken=True))
        else:
            text = (
                "Check that no column was sorted alone; put the cell back as it was sent out, or enter the decision on the "
                "right row, and import again."
            )
            lines.append(_issue("identity_changed", row, f"{worst[1]}; the row says: {_said(row)}.", text))
    return rows.filter(pl.Series(keep, dtype=pl.Boolean))


def _identity_fault(row: dict, name: str) -> tuple[int, str] | None:
    """What is wrong with an identity cell: 0 damaged by a spreadsheet but still this one, 1 something else."""
    issued, found = row[f"issued_{name}"], row[name]
    if issued is None or found == issued:
        return None
    what = f"{_IDENTITY[name]} was «{issued}» and now reads «{found or ''}»"
    return (0 if _is_rounded(issued, found or "") else 1, what)


def _is_rounded(issued: str, found: str) -> bool:
    """Whether a spreadsheet made the one of the other: all but the last four digits agree (practice.md 4.4)."""
    digits = found.removesuffix(".0")
    return digits.isdigit() and len(digits) == len(issued) > 15 and digits[:-4] == issued[:-4]


def _drop_invalid(rows: pl.DataFrame, lines: list[tuple], maximum: int) -> pl.DataFrame:
    keep = []
    for row in rows.iter_rows(named=True):
        faults = [fault for fault in (_decision_fault(row), _status_fault(row), _new_ocn_fault(row, maximum)) if fault]
        keep.append(not faults)
        lines.extend(_issue(code, row, what, todo) for code, what, todo in faults)
    return rows.filter(pl.Series(keep, dtype=pl.Boolean))


def _decision_fault(row: dict) -> tuple[str, str, str] | None:
    allowed = PROBLEMS[row["problem"]].decisions if row["problem"] in PROBLEMS else ()
    if row["decision"] is None or row["decision"] in allowed:
        return None
    what = f"Decision «{row['decision']}» is not one of this sheet's."
    return ("invalid_decision", what, f"Choose one of: {'; '.join(allowed)}. Other words go into Note.")


def _status_fault(row: dict) -> tuple[str, str, str] | None:
    if row["status"] is None or row["status"] in STATUSES:
        return None
    return ("invalid_status", f"Status «{row['status']}» is not one we know.", f"Choose one of: {'; '.join(STATUSES)}.")


def _new_ocn_fault(row: dict, maximum: int) -> tuple[str, str, str] | None:
    if row["new_ocn"] is None:
        if "New OCN" not in (row["decision"] or ""):
            return None
        what = f"Decision «{row['decision']}» needs a number, and New OCN is empty."
        return ("invalid_new_ocn", what, "Write the number into New OCN.")
    if re.fullmatch(r"[1-9]\d{0,11}", row["new_ocn"]) and int(row["new_ocn"]) <= maximum:
        return None
    return ("invalid_new_ocn", f"New OCN «{row['new_ocn']}» is no OCN.", "Write the number with digits only.")


def _drop_doubles(rows: pl.DataFrame, lines: list[tuple]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that come more than once: one of them counts when they agree, none when they do not.

    Returns:
        The rows that count, and those that say the same as one of these.
    """
    said = pl.struct(*ANSWERS)
    marked = rows.with_columns(times=pl.len().over("row_key"), versions=said.n_unique().over("row_key"))
    for row in marked.filter(pl.col("times") > 1).iter_rows(named=True):
        agree = row["versions"] == 1
        what = f"the row comes {row['times']} times, and " + (
            "all say the same" if agree else "they say different things"
        )
        todo = "Nothing." if agree else f"Keep the right one and empty the others; this one says: {_said(row)}."
        lines.append(_issue("duplicate_row_key", row, what, todo, is_taken=agree))
    agreeing = marked.filter(pl.col("versions") == 1)
    is_first = pl.col("row_key").is_first_distinct()
    return agreeing.filter(is_first), agreeing.filter(~is_first)


def _tell_gone(rows: pl.DataFrame, lines: list[tuple]) -> None:
    for row in rows.filter(~pl.col("is_there")).iter_rows(named=True):
        what = "The row asks nobody any more: it was mended, merged away, or cleared by what OCLC said. The answer was recorded."
        lines.append(_issue("finding_gone", row, what, "Nothing.", is_taken=True))


def _issue(code: str, row: dict, what: str, todo: str, *, is_taken: bool = False) -> tuple:
    text = what[:1].upper() + what[1:]
    return issue(code, *(row[name] for name in _PLACE), what=text, todo=todo, is_taken=is_taken)


def _said(row: dict) -> str:
    return ", ".join(str(row[name]) for name in ANSWERS if row[name] is not None)
