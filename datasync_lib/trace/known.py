"""What an identifier leads to, and the conditions by which rows are found from it."""

from dataclasses import dataclass

import polars as pl

from ..problems import PROBLEMS


@dataclass(frozen=True)
class Known:
    """What an identifier leads to: everything by which rows are found."""

    text: str
    ocn: int | None
    mms_ids: list[str]
    lsns: list[str]
    job_keys: list[str]
    numbers: list[int]
    row_keys: list[str]


def by_bib(known: Known) -> pl.Expr:
    """Rows of the bibs."""
    return pl.col("mms_id").is_in(known.mms_ids)


def by_host_or_constituent(known: Known) -> pl.Expr:
    """Links that a bib is one end of."""
    return pl.any_horizontal(pl.col("host_mms_id", "constituent_mms_id").is_in(known.mms_ids))


def by_answer(known: Known) -> pl.Expr:
    """Each answer on the bibs, and each that names the local number or the OCN itself."""
    named = by_bib(known) | (pl.col("lsn") == known.text)
    if known.ocn is not None:
        named |= pl.any_horizontal(pl.col("sent_ocn", "result_ocn", "staging_ocn") == known.ocn).fill_null(False)
    return named.fill_null(False)


def by_record(known: Known) -> pl.Expr:
    """Rows of reports on the records that were answered."""
    return pl.col("lsn").is_in(known.lsns) | pl.col("job_key").is_in(known.job_keys)


def by_number(known: Known) -> pl.Expr:
    """Rows on one of the numbers."""
    return pl.col("ocn").is_in(known.numbers)


def by_number_of_today(known: Known) -> pl.Expr:
    """Rows on what one of the numbers is called in WorldCat now."""
    return pl.col("number").is_in(known.numbers)


def by_either_number(known: Known) -> pl.Expr:
    """Edges from or to one of the numbers."""
    return pl.any_horizontal(pl.col("old_ocn", "current_ocn").is_in(known.numbers))


def by_bib_or_number_held(known: Known) -> pl.Expr:
    """Findings on the bibs, and on the numbers where a finding is about a number."""
    of_numbers = [code for code, problem in PROBLEMS.items() if problem.row == "OCN"]
    return by_bib(known) | (pl.col("problem").is_in(of_numbers) & by_number(known))


def by_finding(known: Known) -> pl.Expr:
    """What is said of the findings shown."""
    return pl.col("row_key").is_in(known.row_keys)


def by_decided(known: Known) -> pl.Expr:
    """What was decided of the findings shown, and of others on the bibs and numbers, whose findings may be gone."""
    return by_finding(known) | by_bib_or_number_held(known).fill_null(False)
