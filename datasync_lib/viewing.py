"""What a notebook needs to show frames: short tables, and findings in words."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from . import problems
from .interactive_tables import start_tables as start_tables
from .vocabulary.glossary import TERMS

if TYPE_CHECKING:
    from great_tables import GT

# Who reads more than this many rows of a page opens a workbook.
MOST_SHOWN = 1_000
# So much of a title tells which it is.
_TITLE_SHOWN = 60


def load_log(files: pl.DataFrame) -> pl.DataFrame:
    """The load log as a person reads it: what was rejected first, then by file; hashes and times are in the table `files`."""
    wanted = ["file", "kind", "found", "loaded", "repaired", "repeated", "rejected", "decision", "note"]
    ordered = files.sort("rejected", "file", descending=[True, False])
    return ordered.select(name for name in wanted if name in files.columns)


_STATES = {"green": "✓ met", "amber": "! to review", "red": "✗ missed", "grey": "for information"}


def scorecard(readiness: pl.DataFrame) -> pl.DataFrame:
    """The scorecard as a person reads it: shares in per cent, counts whole, no codes.

    Args:
        readiness: `readiness.readiness`.

    Returns:
        symbol, metric, value, count, of, gate, state, meaning; texts and whole numbers.
    """
    share = pl.format("{} %", (100 * pl.col("value")).round(1))
    value = pl.when(pl.col("of").is_not_null() & pl.col("value").is_between(0, 1)).then(share)
    state = pl.col("colour").replace_strict(_STATES, default="")
    state = pl.when(pl.col("count").is_null()).then(pl.lit("not counted")).otherwise(state)
    return readiness.select(
        *("symbol", pl.col("title").alias("metric"), value.fill_null("").alias("share"), "count", "of"),
        *(pl.col("gate").fill_null(""), state.alias("state"), "meaning"),
    )


def summary(frame: pl.DataFrame, title: str = "") -> "GT":
    """A short table as a report would show it: counts with thousands separators, nothing hidden, nothing to click."""
    from great_tables import GT, loc, style  # here, for most notebooks show no summary

    lists = [name for name, type_ in frame.schema.items() if isinstance(type_, pl.List)]
    flat = frame.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join(", ") for name in lists)
    counts = [
        name
        for name, type_ in flat.schema.items()
        if type_.is_integer() and not name.endswith(("ocn", "number", "record"))
    ]
    table = GT(flat).fmt_integer(counts).sub_missing(missing_text="").opt_align_table_header("left")
    table = table.cols_label({name: name.replace("_", " ") for name in flat.columns})
    table = table.tab_source_note("None.") if flat.is_empty() else table
    table = table.tab_style(style.text(weight="bold"), loc.column_labels()).tab_options(table_margin_left="0px")
    return table.tab_header(title) if title else table


def glossary() -> pl.DataFrame:
    """What the words on pages, sheets and figures mean: word, meaning."""
    return pl.DataFrame(list(TERMS.items()), schema=["word", "meaning"], orient="row")


def one_symbol(board: pl.DataFrame, symbol: str = "") -> str:
    """The symbol to walk through: the one that is asked for, else the one from which most numbers would go.

    Args:
        board: `Project.deletions()`.
        symbol: asked for; empty: none.
    """
    return symbol or board.sort("delete", descending=True, nulls_last=True, maintain_order=True)["symbol"].first() or ""


class NothingToWalk:
    """Stands for a deletion where no symbol is described yet: each of its steps says so."""

    def __getattr__(self, step: str) -> Callable[..., pl.DataFrame]:
        """A step of the walk."""
        if step.startswith("_"):
            raise AttributeError(step)
        note = "No symbol is described yet: fill in [[symbols]] of datasync.toml."
        return lambda *_: pl.DataFrame({"note": [note]})


def in_words(findings: pl.DataFrame, *, most: int | None = MOST_SHOWN) -> pl.DataFrame:
    """Findings with the explanation that a unit reads.

    Args:
        findings: findings in the order in which they are to be shown.
        most: no more than so many are put into words, and a line says how many there are; None: all.

    Returns:
        priority; problem and class by their titles; answer; unit; symbol; mms_id; holding_id; ocn; explanation; row_key.
        In the order given; columns that are empty in every row are left out.
    """
    if most is not None and findings.height > most:
        print(f"The first {most:,} of {findings.height:,}.")
    table = problems.in_words(findings if most is None else findings.head(most)).select(
        "priority",
        pl.col("problem_title").alias("problem"),
        pl.col("class_title").alias("class"),
        *("answer", "unit", "symbol", "mms_id", "holding_id", "ocn", "explanation", "row_key"),
    )
    return table.select(c for c in table.columns if table.is_empty() or table[c].null_count() < table.height)


def beginning_of_title() -> pl.Expr:
    """So much of a title as tells which it is."""
    long = pl.col("title").str.len_chars() > _TITLE_SHOWN
    return pl.when(long).then(pl.col("title").str.slice(0, _TITLE_SHOWN) + "…").otherwise("title").alias("title")


def changed_records(
    changes: pl.LazyFrame, bibs: pl.LazyFrame, earlier_bibs: pl.LazyFrame, *, most: int = MOST_SHOWN
) -> pl.DataFrame:
    """Changes of the catalogue with the titles of their bibs, the first of them: all at once would take long to show.

    Args:
        changes: `catalogue_changes`, or some of its rows.
        bibs: the table `bibs`; earlier_bibs: the same of the state before, for bibs that are gone.
        most: no more than so many rows, and a line says how many there are.

    Returns:
        what, change, mms_id, holding_id, title (its beginning), before, after, unit (the library, where none is known).
    """
    rows = changes.lazy().select(pl.len()).collect().item()
    if rows > most:
        print(f"The first {most:,} of {rows:,}; all: select * from catalogue_changes (datasync sql)")
    shown = changes.lazy().head(most).collect()
    asked = shown.lazy().select("mms_id").unique()
    named = (
        each.lazy().select("mms_id", "title").join(asked, on="mms_id", how="semi") for each in (bibs, earlier_bibs)
    )
    titles = pl.concat([each.collect() for each in named]).unique("mms_id", keep="first", maintain_order=True)
    titled = shown.join(titles, on="mms_id", how="left", maintain_order="left")
    told = ("what", "change", "mms_id", "holding_id")
    return titled.select(*told, beginning_of_title(), "before", "after", pl.coalesce("unit", "library").alias("unit"))


def classes_of(problem: str) -> pl.DataFrame:
    """What each class of a problem is: kind (in words), answer, meaning (not there, where no class needs it said), what_to_do."""
    whole = problems.PROBLEMS[problem]
    rows = [
        (kind.title, kind.answer, re.sub(r"\{\w+\}", "…", kind.why), whole.advise(code))
        for code, kind in whole.classes.items()
    ]
    told = pl.DataFrame(rows, schema=["kind", "answer", "meaning", "what_to_do"], orient="row")
    return told if told["meaning"].ne("").any() else told.drop("meaning")


def paths_in(folder: Path, paths: Iterable[Path]) -> pl.DataFrame:
    """Files by their path in a folder, with their size: file, kilobytes."""
    rows = [(path.relative_to(folder).as_posix(), round(path.stat().st_size / 1000)) for path in map(Path, paths)]
    return pl.DataFrame(rows, schema={"file": pl.String, "kilobytes": pl.Int64}, orient="row")
