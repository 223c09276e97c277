"""Earlier answers of OCLC that may go under a retired symbol, for the later ones are confirmed (practice.md 6.2, class 9)."""

import polars as pl

from .registry import gives


@gives("solved_drifts")
def solved_drifts(
    *,
    replaced_results: pl.DataFrame,
    number_owners: pl.LazyFrame,
    owner_judgements: pl.LazyFrame,
    lost_confirmations: pl.LazyFrame,
    terminals: pl.DataFrame,
) -> pl.DataFrame:
    """Of which numbers, once answered, is the later answer confirmed on every target for each of their owners?

    An owner that has the number in its record too, or under which it was sent, is not solved: there it is more than an
    answer that was replaced; and so it is under a symbol whose last answer it still is. Nor is one whose later number has no
    single end, or is missing on a target's later list.

    Returns:
        number; sorted, each once.
    """
    replaced = replaced_results.lazy().drop_nulls("mms_id").select("mms_id", "last_number", number="result_ocn_number")
    safe = owner_judgements.filter("is_safe").select("mms_id", last_number="number")
    lost = lost_confirmations.select("mms_id", last_number="number")
    odd = terminals.lazy().filter(pl.col("state") != "ok").select(last_number="old_ocn")
    confirmed = (
        replaced.join(safe, on=["mms_id", "last_number"], how="semi")
        .join(lost, on=["mms_id", "last_number"], how="anti")
        .join(odd, on="last_number", how="anti")
    )
    owners = number_owners.join(replaced.select("number").unique(), on="number", how="semi")
    open_yet = owner_judgements.filter(pl.col("confirmed_symbols").is_null()).select("number", "mms_id")
    each = owners.group_by("number", "mms_id").agg(only_answered=(pl.col("through") == "OCN answered").all())
    solved = (
        each.filter("only_answered")
        .join(open_yet, on=["number", "mms_id"], how="semi")
        .join(confirmed, on=["number", "mms_id"], how="semi")
        .select("number", "mms_id")
    )
    open_ = each.join(solved, on=["number", "mms_id"], how="anti").select("number")
    return solved.select("number").unique().join(open_, on="number", how="anti").collect().sort("number")
