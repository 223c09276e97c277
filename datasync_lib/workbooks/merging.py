"""What changed cells come to, beside other copies of the workbook and beside what was decided before (practice.md 4.5).

A cell counts where it says something else than was handed out. Decision, status, number and date belong together, note and
assignee stand alone: a colleague's copy with a note adds the note and leaves the decision. Where two say different things
of one, both are asked about: nothing is decided by which file came last.
"""

import polars as pl

from ..vocabulary.decisions import ANSWERS
from .checking import in_runs, row_issue, run_issue, said
from .decisions import latest_decisions
from .issued import plain

GROUPS = (("decision", "status", "new_ocn", "decided_on"), ("note",), ("assignee",))


def merge_copies(rows: pl.DataFrame, lines: list[tuple]) -> tuple[pl.DataFrame, list[int]]:
    """Rows that came more than once, in one workbook or several: what they changed is put together.

    Returns:
        One row a key where they agree, with what all of them changed; and where (`at`) rows stood that are in these.
    """
    is_once = pl.len().over("row_key") == 1
    kept, repeated = [], []
    for own in rows.filter(~is_once).partition_by("row_key", maintain_order=True):
        copies = own.to_dicts()
        merged, agree = _together(copies)
        for run in in_runs(own):
            what = f"the row comes {len(copies):,} times, and " + (
                "all say the same" if agree else "they say different things"
            )
            todo = "Nothing." if agree else f"Keep the right one and empty the others; this one says: {said(run[0])}."
            lines.append(run_issue("duplicate_row_key", run, what, todo, is_taken=agree))
        if agree:
            kept.append(merged)
            repeated += [row["at"] for row in copies[1:]]
    together = pl.DataFrame(kept, schema=rows.schema, orient="row")
    return pl.concat([rows.filter(is_once), together]).sort("at"), repeated


def _together(copies: list[dict]) -> tuple[dict, bool]:
    """The first copy with what the others changed; whether no two changed a group to different things."""
    merged = dict(copies[0])
    changed = set(merged["changed"])
    for row in copies[1:]:
        for group in GROUPS:
            theirs = changed.intersection(group)
            if not set(row["changed"]).intersection(group):
                continue
            if theirs and any(merged[name] != row[name] for name in group):
                return merged, False
            merged |= {name: row[name] for name in group}
            changed |= set(row["changed"]).intersection(group)
    return merged | {"changed": sorted(changed)}, True


def ask_moved_on(rows: pl.DataFrame, lines: list[tuple]) -> pl.DataFrame:
    """Asks about answers on a record that is another than when it was handed out; gives the others.

    Of a finding that asks nobody any more the answer is recorded, and told.
    """
    is_other = pl.col("is_there") & pl.col("evidence_now").ne_missing(pl.col("evidence_hash"))
    is_other &= pl.col("evidence_hash").is_not_null()
    for row in rows.filter(is_other).iter_rows(named=True):
        what = f"what the row rests on has changed since it was handed out; the row says: {said(row)}."
        todo = "Look at the record as it is now; if the answer still holds, enter it in the newest workbook."
        lines.append(row_issue("evidence_changed", row, what, todo))
    for row in rows.filter(~pl.col("is_there")).iter_rows(named=True):
        what = "The row asks nobody any more: it was mended, merged away, or cleared by what OCLC said. The answer was recorded."
        lines.append(row_issue("finding_gone", row, what, "Nothing.", is_taken=True))
    return rows.filter(~is_other)


def beside_record(rows: pl.DataFrame, lines: list[tuple], last: pl.DataFrame) -> tuple[pl.DataFrame, list[int]]:
    """What changed rows say beside the last word on each: put together where they do not touch, asked about where they do.

    Args:
        rows: with `changed` and what was handed out (`base_…`).
        lines: of issues, to which is added.
        last: `decisions.latest_decisions`.

    Returns:
        The rows that say something new, each with all that is to be recorded; and where (`at`) rows stood that say what is known.
    """
    known = {row["row_key"]: row for row in last.with_columns(pl.col("new_ocn").cast(pl.String)).iter_rows(named=True)}
    kept, repeated = [], []
    for row in rows.iter_rows(named=True):
        before = known.get(row["row_key"])
        if before is None:
            kept.append(row)
            continue
        fault, merged = _beside(row, before)
        if fault:
            lines.append(row_issue(*fault))
        elif all(_plain(merged, name) == _plain(before, name) for name in ANSWERS):
            repeated.append(row["at"])
        else:
            kept.append(merged)
    return pl.DataFrame(kept, schema=rows.schema, orient="row"), repeated


def _beside(row: dict, before: dict) -> tuple[tuple | None, dict]:
    """A question where a row and the last word differ in a group that both changed; the row with the rest of that word."""
    merged = dict(row)
    if before["evidence_hash"] != row["evidence_hash"]:
        return None, merged  # what was said when it rested on something else stood beside it, and its cells were empty
    for group in GROUPS:
        is_changed = bool(set(row["changed"]).intersection(group))
        if not is_changed:
            merged |= {name: before[name] for name in group}
            continue
        same_as_now = all(_plain(row, name) == _plain(before, name) for name in group)
        since = any(_plain(before, name) != _plain(row, f"base_{name}", name) for name in group)
        if since and not same_as_now:
            return _other_word(row, before), merged
    return None, merged


def _plain(row: dict, name: str, like: str = "") -> str:
    value = row[name] or ("Open" if (like or name) == "status" else "")
    return plain(str(value))


def _other_word(row: dict, before: dict) -> tuple[str, dict, str, str]:
    where = f"{before['workbook'] or 'another file'}, taken in on {before['imported_at']:%Y-%m-%d}"
    what = f"it was decided since it was handed out: {said(before) or 'nothing'} ({where}); the row says: {said(row) or 'nothing'}."
    todo = "Settle which holds; enter it in the newest workbook, where the record's answer stands already."
    return ("decided_otherwise", row, what, todo)


def ask_taken_back(rows: pl.DataFrame, lines: list[tuple], record: pl.DataFrame) -> list[int]:
    """Rows that say nothing, where an earlier copy of the same workbook said something that is the last word: asked about.

    A copy that has other decisions of that earlier one, or its name, comes after it, and the cells were emptied; the copy of a
    colleague who began with the workbook as it was sent out says nothing of the decisions of others.

    Returns:
        Where (`at`) the rows stand.
    """
    keys = ("row_key", "workbook_id")
    last = latest_decisions(record).filter(pl.col("workbook_id").is_not_null())
    if last.is_empty() or rows.is_empty():
        return []
    told = last.select(*keys, *(pl.col(n).cast(pl.String).alias(f"last_{n}") for n in ANSWERS), pl.col("workbook").alias("earlier"),
                       "imported_at", pl.col("workbook_sha256").alias("earlier_sha256"))  # fmt: skip
    beside = rows.join(told, on=keys, how="inner", maintain_order="left")
    beside = beside.filter(pl.col("workbook_sha256") != pl.col("earlier_sha256"))
    is_same = [pl.col(name).eq_missing(pl.col(f"last_{name}")) for name in ("decision", "new_ocn", "note")]
    beside = beside.with_columns(
        repeats=pl.all_horizontal(*is_same) & (pl.col("changed").list.len() > 0),
        is_silent=pl.col("changed").list.len() == 0,
    ).with_columns(
        follows=(pl.col("repeats").any() | (_file_name("workbook") == _file_name("earlier")).any()).over(
            "workbook", "workbook_sha256", "earlier", "earlier_sha256"
        )
    )
    asked = beside.filter("is_silent", "follows", ~pl.all_horizontal(*_is_as_handed_out()))
    for row in asked.iter_rows(named=True):
        before = {name: row[f"last_{name}"] for name in ANSWERS}
        what = (
            f"an earlier copy of this workbook said: {said(before)} ({row['earlier']}, taken in on {row['imported_at']:%Y-%m-%d}); "
            "in this copy the cells are as they were handed out."
        )
        todo = "If it was taken back, empty the row in the newest workbook; if not, nothing: the record stays as it is."
        lines.append(row_issue("taken_back", row, what, todo))
    return asked["at"].to_list()


def _file_name(column: str) -> pl.Expr:
    """The name of a workbook without the folder, or the zip file, in which it came."""
    return pl.col(column).str.split("/").list.last()


def _is_as_handed_out() -> list[pl.Expr]:
    """Whether the last word is what was handed out, so that a row that says nothing takes nothing back."""
    return [pl.col(f"last_{name}").eq_missing(pl.col(f"base_{name}")) for name in ("decision", "new_ocn", "note")]
