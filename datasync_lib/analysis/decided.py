"""What people decided, and what became of it: the last word on each row beside the finding as it is today (practice.md 4.5).

A row that somebody called done is checked against the next export, answer or list: it is closed when its finding is gone, and comes
back (bounces) when it is still there. What was decided for good stays, and a row that rests on something else now is asked again.
"""

import polars as pl

from ..problems import ASKING, PROBLEMS, SETTLED, STANDING
from .registry import gives
from .rules import first_that_fits

UNDECIDED = "not decided"
CLOSED, GONE, BOUNCED, WAITS = "closed", "gone", "bounced", "waits"
# States in the order of the work, with what each means.
STATES = {
    UNDECIDED: "nobody has said anything yet",
    "asked again": "decided, but what it rests on has changed since",
    "help": "somebody asks for help",
    "in work": "decided or begun, and not done",
    BOUNCED: "done, but the newest export, answer or list still shows it",
    WAITS: "done; the next export, answer or list will show it",
    "stands": "decided for good",
    "no problem": "called no problem; it is not shown again",
    CLOSED: "done, and shown to be gone",
    GONE: "gone before anybody called it done",
}
ENDED = ("stands", "no problem", CLOSED, GONE)
_SHOWN_BY = {code: problem.shown_by for code, problem in PROBLEMS.items()}
_DAY = r"^(\d{4}-\d{2}-\d{2})$"


def latest_decisions(decisions: pl.DataFrame) -> pl.DataFrame:
    """What is the last word on each row?

    Returns:
        The columns of `Decisions`, one line a row_key, the one that was taken in last; sorted by row_key.
    """
    return decisions.unique("row_key", keep="last", maintain_order=True).sort("row_key")


def is_no_problem() -> pl.Expr:
    """Said in the Status column, or in the Decision column by somebody who did not touch the status."""
    finished = pl.col("status").is_null() | pl.col("status").is_in(["Open", "Done"])
    said = (pl.col("status") == "Not a problem") | ((pl.col("decision") == "not a problem") & finished)
    return said.fill_null(False)


def name_of_who() -> pl.Expr:
    """By what two lines of one person or unit are known to be so, however it was typed."""
    return pl.col("who").str.strip_chars().str.to_lowercase().fill_null("")


@gives("days_of_inputs")
def days_of_inputs(*, extracts: pl.LazyFrame, outcomes: pl.LazyFrame, worldcat_holdings: pl.LazyFrame) -> pl.DataFrame:
    """Of which day is the newest export, the newest answer of OCLC, and the newest list of what WorldCat holds?

    Args:
        extracts: those that count.
        outcomes: rows of reports.
        worldcat_holdings: lists of every day.

    Returns:
        shown_by (export, answers, lists), day; without a row where there is none, or nobody knows its day.
    """
    received = pl.col("received_at").dt.convert_time_zone("America/New_York").dt.date()
    days = {
        "export": extracts.filter("counts").select(day=pl.col("date").max()),
        "answers": outcomes.select(day=received.max()),
        "lists": worldcat_holdings.select(day=pl.col("as_of").max()),
    }
    parts = [
        frame.collect(engine="streaming").select(pl.lit(name).alias("shown_by"), pl.col("day").cast(pl.Date))
        for name, frame in days.items()
    ]
    return pl.concat(parts).drop_nulls("day")


@gives("decided_rows")
def decided_rows(
    *, decisions: pl.LazyFrame, findings: pl.LazyFrame, closings: pl.LazyFrame, days_of_inputs: pl.DataFrame
) -> pl.DataFrame:
    """What was decided of each row, by whom and when, and what became of it?

    Args:
        decisions: the record.
        findings: as they are today.
        closings: which rows were found mended, and when that was noted.
        days_of_inputs: what the newest inputs can show.

    Returns:
        row_key, problem, class (today); unit, symbol, mms_id, holding_id, ocn (of the finding, else as they were when it was
        taken in); state (`STATES`); decision, status, new_ocn, assignee, note, who; done_on (the day of the Date column if it
        is one, else of the import), shown_on (the day of the newest input that can show it; of a closed row the one
        that showed it first); others (who else decided otherwise, and what); workbook, sheet, row; file, record: the line of the record. Rows of which everything was taken back are
        not there. Sorted by problem, row_key.
    """
    lines = decisions.collect()
    said = latest_decisions(lines).filter(_says_something())
    today = findings.select("row_key", "class", "answer", "evidence_hash", *_ABOUT)
    there = (
        today.rename({name: f"_{name}" for name in ("evidence_hash", *_ABOUT)})
        .join(said.lazy().select("row_key"), on="row_key", how="semi")
        .collect(engine="streaming")
        .unique("row_key", maintain_order=True)
    )
    first = closings.collect().unique("row_key", keep="last", maintain_order=True).filter(pl.col("state") == "closed")
    shown = pl.col("shown_on").str.to_date(strict=False)
    is_there = pl.col("answer").is_in([*ASKING, SETTLED]).fill_null(False)
    rows = (
        said.join(there, on="row_key", how="left", maintain_order="left")
        .join(first.select("row_key", _closed_on=shown), on="row_key", how="left", maintain_order="left")
        .with_columns(
            shown_by=pl.col("problem").replace_strict(_SHOWN_BY, default="export", return_dtype=pl.String),
            done_on=_done_on(),
            **{name: pl.coalesce(f"_{name}", name) for name in _ABOUT},
        )
        .join(days_of_inputs.cast({"day": pl.Date}), on="shown_by", how="left", maintain_order="left")
        .join(_others(lines), on="row_key", how="left", maintain_order="left")
    )
    gone_on = pl.when(~is_there).then(pl.coalesce("_closed_on", "day")).otherwise("day")
    return (
        rows.with_columns(state=_state(is_there), shown_on=gone_on)
        .with_columns(file=pl.lit("decisions/decisions.jsonl"))
        .select(
            "row_key", "problem", "class", *_ABOUT, "state", *_SAID, "done_on", "shown_on", "others", *_WHERE, *_LINE
        )
        .sort("problem", "row_key")
    )


_ABOUT = ["unit", "symbol", "mms_id", "holding_id", "ocn"]
_SAID = ["decision", "status", "new_ocn", "assignee", "note", "who"]
_DAYS = {"done_on": pl.Date, "shown_on": pl.Date}
_WHERE, _LINE = ["workbook", "sheet", "row"], ["file", "record"]


def _says_something() -> pl.Expr:
    """Whether a line says more than that everything was taken back."""
    is_begun = pl.col("status").is_not_null() & (pl.col("status") != "Open")
    return pl.col("decision").is_not_null() | is_begun | pl.col("new_ocn").is_not_null()


def _done_on() -> pl.Expr:
    """The day that somebody wrote, unless it is later than the import; else the day of the import."""
    written = pl.col("decided_on").str.extract(_DAY).str.to_date(strict=False)
    taken = pl.col("imported_at").dt.date()
    return pl.when(written <= taken).then(written).otherwise(taken)


def _state(is_there: pl.Expr) -> pl.Expr:
    is_same = pl.col("evidence_hash").eq_missing(pl.col("_evidence_hash"))
    is_done, is_later = pl.col("status") == "Done", pl.col("day") > pl.col("done_on")
    is_begun = pl.col("status").is_in(["In progress", "Need help"]).fill_null(False)
    is_for_good = pl.col("decision").is_in(list(STANDING)) & ~is_begun
    # Whether a title is held rests on nothing that a report says (practice.md 6.2); a line without a hash was written by hand.
    still_counts = is_same | pl.col("evidence_hash").is_null() | (pl.col("shown_by") == "lists")
    rules = [
        (~is_there & is_for_good & (pl.col("shown_by") == "lists"), "stands"),
        (~is_there & (is_done | is_no_problem()), CLOSED),
        (~is_there, GONE),
        (pl.col("answer") == SETTLED, "no problem"),
        (is_for_good & still_counts, "stands"),
        (is_done & is_later, BOUNCED),
        (is_done, WAITS),
        (~is_same, "asked again"),
        (pl.col("status") == "Need help", "help"),
    ]
    return first_that_fits([(rule.fill_null(False), state) for rule, state in rules], "in work")


def _others(decisions: pl.DataFrame) -> pl.DataFrame:
    """Who else decided otherwise, and has not changed their mind (practice.md 4.5, step 6): row_key, others."""
    name = name_of_who()
    of_each = decisions.with_columns(_name=name).unique(["row_key", "_name"], keep="last", maintain_order=True)
    final = latest_decisions(decisions).select("row_key", _last="decision", _by=name)
    against = (
        of_each.join(final, on="row_key", how="inner", maintain_order="left")
        .filter((pl.col("_name") != pl.col("_by")) & (pl.col("decision") != pl.col("_last")))
        .with_columns(_words=pl.format("{}: {}", pl.col("who").fill_null("another unit"), "decision"))
    )
    return against.group_by("row_key").agg(others=pl.col("_words").unique().sort().str.join("; "))


@gives("decision_conflicts")
def decision_conflicts(*, decided_rows: pl.DataFrame) -> pl.DataFrame:
    """Of which rows did two decide otherwise, so that somebody has to settle it?

    Returns:
        The columns of `decided_rows`, rows with others only; sorted by problem, row_key.
    """
    return decided_rows.cast(_DAYS).filter(pl.col("others").is_not_null())


@gives("decided_numbers")
def decided_numbers(*, decided_rows: pl.DataFrame, ocns: pl.LazyFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """Which new OCN did people write for which bib, and does the bib have it by now?

    It is a claim of the library that goes to the write-back, beside the concordance and never an edge of it (duplicates.md E2).

    Args:
        decided_rows: what was decided.
        ocns: the current numbers of the bibs.
        terminals: where numbers end.

    Returns:
        mms_id, new_ocn; current_ocn (as WorldCat calls the new one now; null: ambiguous); ocns_in_bib (a list); is_written: the bib
        has it; several: another row of the bib says another number; problem, state, who, done_on, workbook, sheet, row. Sorted.
    """
    written = decided_rows.cast(_DAYS).drop_nulls(["new_ocn", "mms_id"]).filter(pl.col("state") != "no problem")
    wanted = written.lazy().select("mms_id").unique()
    own = ocns.filter(pl.col("is_current") & pl.col("ocn").is_not_null()).join(wanted, on="mms_id", how="semi")
    in_bib = own.group_by("mms_id").agg(ocns_in_bib=pl.col("ocn").unique().sort()).collect(engine="streaming")
    ends = terminals.select(new_ocn="old_ocn", _end="current_ocn", _is_known=pl.lit(True))
    rows = (
        written.join(in_bib, on="mms_id", how="left")
        .join(ends, on="new_ocn", how="left")
        .with_columns(
            pl.col("ocns_in_bib").fill_null([]),
            current_ocn=pl.when(pl.col("_is_known").fill_null(False)).then("_end").otherwise("new_ocn"),
            several=pl.col("new_ocn").n_unique().over("mms_id") > 1,
        )
        .with_columns(is_written=pl.col("ocns_in_bib").list.contains(pl.col("new_ocn")))
    )
    columns = ["mms_id", "new_ocn", "current_ocn", "ocns_in_bib", "is_written", "several"]
    said = ["problem", "state", "who", "done_on", *_WHERE]
    return rows.select(*columns, *said).sort("mms_id", "new_ocn", "problem", *_WHERE, nulls_last=True)


@gives("work_states")
def work_states(*, findings: pl.LazyFrame, decided_rows: pl.DataFrame) -> pl.DataFrame:
    """How much is there to do for each unit, and how far is it?

    Returns:
        unit (null: none), problem, state (`STATES`), rows; sorted. What asks a person for something and nobody decided is
        not decided.
    """
    key = ["unit", "problem", "state"]
    asking = findings.filter(pl.col("answer").is_in(ASKING)).select("row_key", "unit", "problem")
    open_ = asking.join(decided_rows.lazy().select("row_key"), on="row_key", how="anti")
    undecided = open_.group_by("unit", "problem").agg(rows=pl.len().cast(pl.Int64)).collect(engine="streaming")
    decided = decided_rows.group_by(key).agg(rows=pl.len().cast(pl.Int64))
    every = pl.concat([undecided.with_columns(state=pl.lit(UNDECIDED)).select(*key, "rows"), decided])
    return every.sort(key, nulls_last=True)


_BANDS = ((7, "up to 7 days"), (30, "8 to 30 days"), (90, "31 to 90 days"))


@gives("work_ages")
def work_ages(*, decided_rows: pl.DataFrame, days_of_inputs: pl.DataFrame) -> pl.DataFrame:
    """How long ago was decided what is not ended yet, counted to the newest day of all inputs and decisions?

    Returns:
        unit (null: none), state, age (in words), rows; sorted by unit, state and age.
    """
    decided = decided_rows.cast(_DAYS)
    open_ = decided.filter(~pl.col("state").is_in(ENDED))
    newest = pl.concat([days_of_inputs["day"].cast(pl.Date), decided["done_on"]]).max()
    days = (pl.lit(newest, pl.Date) - pl.col("done_on")).dt.total_days()
    names = [words for _, words in _BANDS] + ["over 90 days", "not known"]
    bands = [(days <= limit, words) for limit, words in _BANDS] + [(days > _BANDS[-1][0], "over 90 days")]
    age = first_that_fits([(band.fill_null(False), words) for band, words in bands], "not known")
    counted = open_.group_by("unit", "state", age.alias("age")).agg(rows=pl.len().cast(pl.Int64))
    order = pl.col("age").replace_strict(dict(zip(names, range(len(names)), strict=True)), return_dtype=pl.Int32)
    return counted.sort("unit", "state", order, nulls_last=True)
