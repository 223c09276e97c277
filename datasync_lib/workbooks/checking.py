"""Which returned rows can be taken: whose row it is, what was changed on it, and whether that can be an answer.

A row with a fault is asked about and not taken, so that mending the cell and importing again is all that is ever needed.
"""

import re
from collections.abc import Iterator

import polars as pl

from ..identifiers.ocn import MAXIMUM
from ..problems import PROBLEMS, STATUSES
from ..vocabulary.decisions import ANSWERS
from .issued import IDENTITY, plain, seal_of
from .layout import AS_IT_IS, AS_IT_SAYS

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
PLACE = ("workbook", "sheet", "row", "row_key")
# Columns whose text is compared for what it says; the others are numbers, of which a spreadsheet may have rounded the end.
_TEXTS = ("title", "location", "call_number")


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


def said(row: dict) -> str:
    """What a row says in its yellow cells, in one line."""
    return ", ".join(str(row[name]) for name in ANSWERS if row[name] is not None)


def row_issue(code: str, row: dict, what: str, todo: str, *, is_taken: bool = False) -> tuple:
    """One line of the issues about a row."""
    text = what[:1].upper() + what[1:]
    return issue(code, *(row[name] for name in PLACE), what=text, todo=todo, is_taken=is_taken)


# Fewer rows than these are told one by one.
_LEAST_RUN = 10


def in_runs(rows: pl.DataFrame) -> Iterator[list[dict]]:
    """Rows that stand one below the other and say the same, together: what was filled down far is one thing."""
    runs: list[list[dict]] = []
    for row in rows.iter_rows(named=True):
        if runs and _goes_on(runs[-1][-1], row):
            runs[-1].append(row)
        else:
            runs.append([row])
    for run in runs:
        yield from [run] if len(run) >= _LEAST_RUN else ([row] for row in run)


def _goes_on(above: dict, row: dict) -> bool:
    place = all(above[name] == row[name] for name in ("workbook", "sheet", "doubt_code", *ANSWERS))
    return place and row["row"] == above["row"] + 1


def run_issue(code: str, run: list[dict], what: str, todo: str, *, is_taken: bool = False) -> tuple:
    """One line of the issues about all rows of a run, at its first row."""
    if len(run) > 1:
        what = f"in the {len(run):,} rows {run[0]['row']:,} to {run[-1]['row']:,}, as in the first of them: {what}"
    return row_issue(code, run[0], what, todo, is_taken=is_taken)


def normalised(rows: pl.DataFrame) -> pl.DataFrame:
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


_OCN = re.compile(r"(?:\(OCoLC\)|#|\*)?\s*(?:ocm|ocn|on)?0*([1-9][0-9]{0,11})(?:\.0)?", re.IGNORECASE | re.ASCII)


def _digits(text: str | None) -> str | None:
    match = _OCN.fullmatch(text or "")
    return match[1] if match else text


def answered(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of a workbook of questions with what was chosen for them: what the row said, or what is known already."""
    chosen = pl.col("answer").str.to_lowercase().str.strip_chars()
    return rows.with_columns(
        pl.when(chosen == AS_IT_SAYS)
        .then(f"said_{name}")
        .when(chosen == AS_IT_IS)
        .then(f"base_{name}")
        .otherwise(name)
        .alias(name)
        for name in ANSWERS
    ).with_columns(
        doubt_code=pl.coalesce("doubt_code", pl.when(_is_unclear(chosen)).then(pl.lit("invalid_answer"))),
        doubt=pl.coalesce(
            "doubt", pl.when(_is_unclear(chosen)).then(pl.format("«Answer» is «{}», not one of its list", "answer"))
        ),
    )


def _is_unclear(chosen: pl.Expr) -> pl.Expr:
    return chosen.is_not_null() & ~chosen.is_in([AS_IT_SAYS, AS_IT_IS])


def with_changes(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with `changed`: the names of the yellow columns in which they say something else than was handed out.

    A column that is not there says nothing. Of a row of which nobody knows what was handed out, everything counts that is not
    empty; Open is the status that every row is given.
    """
    flags = []
    for name in ANSWERS:
        now, then = pl.col(name), pl.col(f"base_{name}")
        if name == "status":
            now, then = now.fill_null("Open"), then.fill_null("Open")
        flags.append(pl.when(pl.col(f"has_{name}") & _one_line(now).ne_missing(_one_line(then))).then(pl.lit(name)))
    return rows.with_columns(changed=pl.concat_list(flags).list.drop_nulls())


def _one_line(text: pl.Expr) -> pl.Expr:
    """A text without what programs change of blanks and line ends."""
    return text.str.replace_all(r"\s+", " ").str.strip_chars()


def ask_doubtful(rows: pl.DataFrame, lines: list[tuple]) -> pl.DataFrame:
    """Asks about rows with a doubt of their own (`returned_sheets`); gives the others."""
    doubtful = rows.filter(pl.col("doubt").is_not_null())
    known = ([row] for row in doubtful.filter("is_known").iter_rows(named=True))
    for run in (*known, *in_runs(doubtful.filter(~pl.col("is_known")))):
        lines.append(
            run_issue(
                run[0]["doubt_code"],
                run,
                f"{run[0]['doubt']}; the row says: {said(run[0]) or 'nothing'}.",
                "Look what is meant, write it into the yellow cells of the row, and import again.",
            )
        )
    return rows.filter(pl.col("doubt").is_null())


def ask_unknown(rows: pl.DataFrame, lines: list[tuple]) -> pl.DataFrame:
    """Asks about rows whose key is none of ours; gives the others."""
    for run in in_runs(rows.filter(~pl.col("is_known"))):
        key = run[0]["row_key"]
        lines.append(
            run_issue(
                "unknown_row_key",
                run,
                f"{f'the row key «{key}» is not one of ours' if key else 'the row key is missing'}; the row says: {said(run[0])}.",
                "Copy the row key again from the workbook that was sent out, or enter the decision on the right row.",
            )
        )
    return rows.filter("is_known")


def ask_moved(rows: pl.DataFrame, lines: list[tuple], of_all: pl.DataFrame) -> pl.DataFrame:
    """Asks about rows of which a part was sorted or moved without the rest; gives the others.

    The seals tell of blocks of cells. Of single columns the texts tell: one that is another row's was moved; one that is
    nobody's was typed over, or damaged by a program, and the row is still this one where its key and seals are.

    Args:
        rows: to be judged.
        lines: of issues, to which is added.
        of_all: every row that came back, with what was handed out.
    """
    others = {name: set(of_all[f"issued_{name}"].drop_nulls()) for name in _TEXTS}
    keep = []
    for row in rows.iter_rows(named=True):
        moved = _seal_fault(row) or next(
            (fault for name in IDENTITY if (fault := _identity_fault(row, name, others))), None
        )
        damaged = [] if moved else [fault for name in IDENTITY if (fault := _identity_damage(row, name))]
        keep.append(moved is None)
        if moved:
            text = (
                "Check that no column was sorted alone; put the cell back as it was sent out, or enter the decision on the "
                "right row, and import again."
            )
            lines.append(row_issue("identity_changed", row, f"{moved}; the row says: {said(row)}.", text))
        for fault in damaged:
            text = "Nothing: the row key is intact, and the cell was typed over or changed by a program."
            lines.append(row_issue("identity_damaged", row, fault, text, is_taken=True))
    return rows.filter(pl.Series(keep, dtype=pl.Boolean))


_ALL_DECISIONS = sorted({text for problem in PROBLEMS.values() for text in problem.decisions})
# Fewer decisions than these stand in the order of the alphabet by chance.
_LEAST_SORTED = 5


def ask_sorted(rows: pl.DataFrame, lines: list[tuple], of_all: pl.DataFrame) -> pl.DataFrame:
    """Asks about decisions that look as if only their column had been sorted; gives the others.

    The rows stand as they were handed out, and the decisions above all empty cells, in the order of the alphabet: so a
    spreadsheet leaves a column that was sorted alone. (The seals tell where the block was sorted with them.)
    """
    sheet = ["workbook", "workbook_sha256", "sheet"]
    decision = pl.col("decision")
    # What is no decision of ours was typed afterwards, and says nothing of the order.
    known = decision.filter(decision.is_in(_ALL_DECISIONS)).str.to_lowercase()
    of_sheet = of_all.sort(*sheet, "row").group_by(sheet, maintain_order=True)
    looks = of_sheet.agg(
        in_order=pl.col("issued_at").drop_nulls().diff().drop_nulls().gt(0).all(),
        count=known.len(),
        values=known.n_unique(),
        on_top=decision.is_not_null().cast(pl.Int8).diff().drop_nulls().le(0).all() & decision.has_nulls(),
        rises=(known >= known.shift()).drop_nulls().all(),
        falls=(known <= known.shift()).drop_nulls().all(),
    )
    is_sorted = pl.col("in_order") & pl.col("on_top") & (pl.col("rises") | pl.col("falls"))
    is_sorted &= (pl.col("count") >= _LEAST_SORTED) & (pl.col("values") > 1)
    suspects = rows.join(looks.filter(is_sorted), on=sheet, how="semi", maintain_order="left")
    suspects = suspects.filter(pl.col("changed").list.contains("decision"))
    for row in suspects.iter_rows(named=True):
        what = f"the decisions of the sheet stand in the order of the alphabet, above all empty cells: was their column sorted alone? The row says: {said(row)}."
        lines.append(
            row_issue(
                "sorted_alone",
                row,
                what,
                "If each stands on its row, answer «as the row says» in the workbook of questions.",
            )
        )
    return rows.filter(~pl.col("at").is_in(suspects["at"].implode()))


def _seal_fault(row: dict) -> str | None:
    """What the seals say against a row, where it has them."""
    issued, of_record, of_answers = row["issued_seal"], row["seal_of_record"], row["seal_of_answers"]
    if issued is None and of_record is not None and of_record != seal_of(_sealed(row)):
        return "the grey cells are not those that were handed out together"
    if issued is not None and of_record is not None and of_record != issued:
        return "the grey cells are those of another row than the row key"
    if of_answers is not None and of_answers != (issued or of_record or of_answers):
        return "the yellow cells were handed out on another row"
    return None


def _sealed(row: dict) -> list[str | None]:
    return [row["row_key"], *(row[name] for name in IDENTITY if row[f"has_{name}"])]


def _identity_fault(row: dict, name: str, others: dict[str, set[str]]) -> str | None:
    """What is wrong with a cell that tells which record it is, where it may be another one's."""
    issued, found = row[f"issued_{name}"], row[name]
    if issued is None or not row[f"has_{name}"] or _is_same(issued, found):
        return None
    if name in _TEXTS:
        is_sealed = row["issued_seal"] is not None and row["issued_seal"] in (
            row["seal_of_record"], row["seal_of_answers"],
        )  # fmt: skip
        has_id = bool(row["mms_id"] or row["holding_id"] or row["ocn"])
        moved = found in others[name] if found else False
        if not moved and (is_sealed or has_id):
            return None
    elif _is_rounded(issued, found or ""):
        return None
    return f"{IDENTITY[name]} was «{issued}» and now reads «{found or ''}»"


def _identity_damage(row: dict, name: str) -> str | None:
    issued, found = row[f"issued_{name}"], row[name]
    if issued is None or found is None or not row[f"has_{name}"] or _is_same(issued, found):
        return None
    return f"{IDENTITY[name]} was «{issued}» and now reads «{found}»"


def _is_same(issued: str, found: str | None) -> bool:
    """Whether two texts are one but for blanks, composed letters, and a text that a program takes for a formula."""
    return issued == found or (found is not None and plain(issued) == plain(found))


def _is_rounded(issued: str, found: str) -> bool:
    """Whether a spreadsheet made the one of the other: all but the last four digits agree (practice.md 4.4)."""
    digits = found.removesuffix(".0")
    return digits.isdigit() and len(digits) == len(issued) > 15 and digits[:-4] == issued[:-4]


def ask_invalid(rows: pl.DataFrame, lines: list[tuple], maximum: int = MAXIMUM) -> pl.DataFrame:
    """Asks about rows whose answers are none of their sheet's; gives the others."""
    keep = []
    for row in rows.iter_rows(named=True):
        faults = [fault for fault in (_decision_fault(row), _status_fault(row), _new_ocn_fault(row, maximum)) if fault]
        keep.append(not faults)
        lines.extend(row_issue(code, row, f"{what} The row says: {said(row)}.", todo) for code, what, todo in faults)
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
    if re.fullmatch(r"[1-9][0-9]{0,11}", row["new_ocn"]) and int(row["new_ocn"]) <= maximum:
        return None
    return ("invalid_new_ocn", f"New OCN «{row['new_ocn']}» is no OCN.", "Write the number with digits only.")
