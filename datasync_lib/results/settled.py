"""Findings that people have called no problem: their answer is `settled` wherever they appear (practice.md 4.5, step 8).

The frames of the analyses stay as they are; a problem of which something is settled has its findings once more, with that answer.
"""

import polars as pl

from ..analysis.decided import is_no_problem, latest_decisions
from ..problems import ASKING, SETTLED

_SAME = ["row_key", "evidence_hash"]


def settled_rows(decisions: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The rows that were called no problem last, by problem: row_key, evidence_hash, what the finding rested on; sorted."""
    rows = latest_decisions(decisions).filter(is_no_problem()).drop_nulls("problem")
    return {code: of.select(_SAME).sort(_SAME) for (code,), of in rows.partition_by("problem", as_dict=True).items()}


def with_settled(findings: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """Findings with the answer `settled` where they ask for something, were called no problem, and rest on what they rested on."""
    marked = findings.join(
        settled.with_columns(_is_settled=True), on=_SAME, how="left", nulls_equal=True, maintain_order="left"
    )
    is_settled = pl.col("_is_settled").fill_null(False) & pl.col("answer").is_in(ASKING)
    answer = pl.when(is_settled).then(pl.lit(SETTLED)).otherwise("answer").alias("answer")
    return marked.with_columns(answer).drop("_is_settled")
