"""What takes part in the exchange with OCLC, and with which numbers: small questions that several analyses ask."""

from typing import TypeVar

import polars as pl

from .concordance import resolve_ocns
from .registry import gives

# What is asked of bibs or holdings is answered as it was asked: lazily of lazy ones.
Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)


def is_yes(flag: str) -> pl.Expr:
    """Whether a flag is set; a flag that is not known counts as no."""
    return pl.col(flag).fill_null(False)


def is_active_bib() -> pl.Expr:
    """Whether a bib can be in the exchange at all: no host of a boundwith and not suppressed (practice.md 2.3)."""
    return ~is_yes("is_host") & ~is_yes("is_suppressed")


def in_exchange(bibs: Frame) -> Frame:
    """The bibs that go to OCLC: no host, not suppressed, and no rule keeps them out.

    A bib without an ID cannot go, since OCLC wants a local system number (oclc_formats.md 6); it is left out here.

    Returns:
        The rows of `bibs`, each MMS ID once; sorted by mms_id.
    """
    return with_id(bibs).filter(is_in_exchange()).sort("mms_id", maintain_order=True)


def is_in_exchange() -> pl.Expr:
    """Whether a bib that has an ID goes to OCLC."""
    return is_active_bib() & pl.col("exclusion").is_null()


def with_id(bibs: Frame) -> Frame:
    """The bibs that have an ID, each once, in the order given."""
    return bibs.filter(pl.col("mms_id").is_not_null()).unique("mms_id", keep="first", maintain_order=True)


# What names a holding of the catalogue: two bibs may have one ID by mistake, then each has its holding.
HOLDING = ["mms_id", "holding_id"]


def own_holdings(placed: Frame) -> Frame:
    """The holdings of the catalogue, each once: with its host, not once more for each constituent; in the order given."""
    return placed.filter(pl.col("host_mms_id").is_null()).unique(HOLDING, keep="first", maintain_order=True)


def active_in_scope() -> pl.Expr:
    """Whether a placed holding is one to report: not suppressed, mapped to a target symbol, in scope."""
    return ~is_yes("is_suppressed") & is_yes("in_scope") & pl.col("target_symbol").is_not_null()


def each_holding_once(placed: Frame) -> Frame:
    """The same, each ID once: findings go by it."""
    return own_holdings(placed).unique("holding_id", keep="first", maintain_order=True)


@gives("current_ocns", by={"ocns": "mms_id"})
def current_ocns(*, ocns: pl.LazyFrame, terminals: pl.LazyFrame) -> pl.DataFrame:
    """The current OCNs of each bib, each once, and what WorldCat calls them now.

    Args:
        ocns: readings.
        terminals: where numbers end (`concordance.resolve_concordance`).

    Returns:
        mms_id; ocn: the number as it stands; ocn_current: the number of its WorldCat record now (null: ambiguous);
        ocn_is_ambiguous; number: the number by which bibs are compared, an ambiguous one as it stands; sorted by mms_id,
        ocn.
    """
    readings = ocns.filter(is_yes("is_current") & pl.col("mms_id").is_not_null() & pl.col("ocn").is_not_null())
    numbers = resolve_ocns(readings.select("mms_id", "ocn").unique(), "ocn", terminals)
    return numbers.with_columns(number=pl.coalesce("ocn_current", "ocn")).sort("mms_id", "ocn").collect()


@gives("open_numbers", by="mms_id")
def open_numbers(*, bibs: pl.LazyFrame, current_ocns: pl.LazyFrame) -> pl.DataFrame:
    """The numbers of the bibs that are not suppressed, to be compared with those of other bibs.

    Returns:
        number (`current_ocns`), mms_id; ocn: as it stands; is_electronic; is_in_exchange: the bib goes to OCLC; sorted
        by mms_id, ocn.
    """
    columns = ["mms_id", "is_suppressed", "is_host", "is_electronic", "exclusion"]
    is_open = with_id(bibs.select(columns)).filter(~is_yes("is_suppressed"))
    of_bibs = is_open.select("mms_id", is_yes("is_electronic"), is_in_exchange=is_in_exchange())
    numbers = current_ocns.select("number", "mms_id", "ocn").join(of_bibs, on="mms_id", how="inner")
    return numbers.sort("mms_id", "ocn").collect()


@gives("shared_numbers", by={"open_numbers": "number"})
def shared_numbers(*, open_numbers: pl.LazyFrame) -> pl.DataFrame:
    """The numbers that are current on two or more bibs of the exchange, after merges in WorldCat.

    A number that the concordance cannot resolve is compared as it stands.

    Returns:
        number, mms_id; sorted.
    """
    on_bibs = open_numbers.filter("is_in_exchange").select("number", "mms_id").unique()
    return on_bibs.filter(pl.len().over("number") > 1).sort("number", "mms_id").collect()


def rows_of(large: pl.LazyFrame, few: pl.DataFrame) -> pl.DataFrame:
    """The rows of a large frame that are of the bibs of a few rows; the large one is read in a stream."""
    return large.join(few.lazy().select("mms_id"), on="mms_id", how="semi").collect(engine="streaming")


def number_evidence(readings: pl.DataFrame) -> pl.DataFrame:
    """Readings as evidence: mms_id, what (the place), value (as it stands), file, record."""
    return readings.select("mms_id", pl.col("place").alias("what"), pl.col("raw").alias("value"), "file", "record")


def with_number(rows: pl.DataFrame, column: str, terminals: pl.LazyFrame | pl.DataFrame) -> pl.DataFrame:
    """Rows with what a number is called in WorldCat now, as `<column>_number`; an ambiguous one stands for itself."""
    known = terminals.lazy().select("old_ocn", "current_ocn", "state")
    asked_for = known.join(rows.lazy().select(old_ocn=column), on="old_ocn", how="semi").collect(engine="streaming")
    return (
        resolve_ocns(rows, column, asked_for)
        .with_columns(pl.coalesce(f"{column}_current", column).alias(f"{column}_number"))
        .drop(f"{column}_current", f"{column}_is_ambiguous")
    )
