"""The record that OCLC answered beside the one that we sent: what their texts say (duplicates.md E8, E11, E12)."""

import polars as pl

from .concordance import resolve_ocns
from .exchange import with_id
from .frames import at_the_door
from .registry import gives
from .similarity import TERMS, TEXT_COLUMNS, compare_texts

# What a comparison adds to a row; as parameters of a finding they say why it was judged so.
TEXT_ANSWERS = ("title", "worldcat_title", *TERMS, "score", "refusal", "verdict")
CARD = ("title", "worldcat_title", "score", "doubt", *TERMS)


@gives("bib_texts")
def texts_of_bibs(*, bibs: pl.DataFrame, standard_numbers: pl.DataFrame) -> pl.DataFrame:
    """The catalogue as it is compared: mms_id and the columns of `similarity.TEXT_COLUMNS`."""
    own = (pl.col("scheme") == "issn") & (pl.col("role") == "own")
    issns = standard_numbers.filter(own).group_by("mms_id").agg(pl.col("value").unique().sort().alias("issns"))
    return with_id(bibs).join(issns, on="mms_id", how="left").select("mms_id", *TEXT_COLUMNS)


@at_the_door
def with_answer_texts(
    rows: pl.DataFrame,
    column: str,
    texts: pl.DataFrame,
    worldcat_records: pl.DataFrame,
    terminals: pl.DataFrame,
) -> pl.DataFrame:
    """Does WorldCat's record under a number describe what our bib describes?

    The record of the number as WorldCat calls it now is taken, else one under the number as it stands.

    Args:
        rows: rows with `mms_id` and a number.
        column: the column with the number.
        texts: `texts_of_bibs`.
        worldcat_records: WorldCat's own records, one for each OCN.
        terminals: where numbers end (`concordance.resolve_concordance`).

    Returns:
        The rows in their order, with title (ours), worldcat_title, the terms of the card (`similarity.TERMS`), score,
        refusal and verdict (all null: one of the two records is not at hand), merged_ocns (019 and 035 $z of
        WorldCat's record), worldcat_file, worldcat_record.
    """
    records = worldcat_records.select(
        pl.col("ocn").alias("_ocn"),
        *(pl.col(name).alias(f"{name}_other") for name in TEXT_COLUMNS),
        pl.col("old_ocns").alias("merged_ocns"),
        pl.col("file").alias("worldcat_file"),
        pl.col("record").alias("worldcat_record"),
        pl.lit(True).alias("_is_at_hand"),
    )
    numbered = resolve_ocns(rows.with_row_index("_row"), column, terminals)
    at_hand = records.select("_ocn")
    under_current = numbered.join(at_hand, left_on=f"{column}_current", right_on="_ocn", how="semi")["_row"]
    wanted = (
        pl.when(pl.col("_row").is_in(under_current.implode())).then(f"{column}_current").otherwise(column).alias("_ocn")
    )
    pairs = (
        numbered.select("_row", "mms_id", wanted)
        .join(texts.with_columns(_has_text=pl.lit(True)), on="mms_id", how="left")
        .join(records, on="_ocn", how="left")
        .sort("_row")
    )
    compared = compare_texts(pairs.filter(pl.col("_has_text") & pl.col("_is_at_hand")))
    answers = [*TERMS, "score", "refusal", "verdict"]
    said = pairs.select(
        "_row", "title", pl.col("title_other").alias("worldcat_title"),
        "merged_ocns", "worldcat_file", "worldcat_record",
    ).join(compared.select("_row", *answers), on="_row", how="left", maintain_order="left")  # fmt: skip
    return pl.concat(
        [rows, said.select(*TEXT_ANSWERS, "merged_ocns", "worldcat_file", "worldcat_record")], how="horizontal"
    )


def worldcat_evidence(rows: pl.DataFrame, identity: list[str]) -> pl.DataFrame:
    """WorldCat's record as evidence, where it is at hand: its title, with file and record."""
    return rows.filter(pl.col("worldcat_title").is_not_null()).select(
        *identity,
        pl.lit("title in WorldCat").alias("what"),
        pl.col("worldcat_title").alias("value"),
        pl.col("worldcat_file").alias("file"),
        pl.col("worldcat_record").alias("record"),
    )
