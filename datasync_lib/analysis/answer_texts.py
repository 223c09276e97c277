"""The record that OCLC answered beside the one that we sent: what their texts say (duplicates.md E8, E11, E12)."""

import polars as pl

from .concordance import resolve_ocns
from .exchange import with_id
from .similarity import TERMS, TEXT_COLUMNS, compare_texts

# What a comparison adds to a row; as parameters of a finding they say why it was judged so.
TEXT_ANSWERS = ("title", "worldcat_title", *TERMS, "score", "refusal", "verdict")
CARD = ("title", "worldcat_title", "score", "doubt", *TERMS)


# WorldCat's record beside an answer: what is compared, under a name of its own, and where it stands.
_RECORD = {
    **{name: f"{name}_other" for name in TEXT_COLUMNS},
    "old_ocns": "merged_ocns",
    "is_listed": "is_listed",
    "file": "worldcat_file",
    "record": "worldcat_record",
}
_SAID = ["merged_ocns", "is_listed", "worldcat_file", "worldcat_record"]


def texts_of_bibs(bibs: pl.LazyFrame, standard_numbers: pl.LazyFrame) -> pl.DataFrame:
    """The catalogue as it is compared: mms_id and the columns of `similarity.TEXT_COLUMNS`."""
    own = (pl.col("scheme") == "issn") & (pl.col("role") == "own")
    issns = standard_numbers.filter(own).group_by("mms_id").agg(pl.col("value").unique().sort().alias("issns"))
    columns = [name for name in TEXT_COLUMNS if name != "issns"]
    known = with_id(bibs.select("mms_id", *columns))
    return known.join(issns, on="mms_id", how="left").select("mms_id", *TEXT_COLUMNS).collect()


def numbers_to_look_up(rows: pl.DataFrame, column: str, terminals: pl.DataFrame) -> pl.DataFrame:
    """Under which numbers may WorldCat's record of an answer stand? The number as it is called now comes first.

    Returns:
        The columns of `rows` but the one with the number; number; rank (0: as it is called now, 1: as it stands).
    """
    resolved = resolve_ocns(rows, column, terminals).drop(f"{column}_is_ambiguous")
    ways = [
        resolved.drop(column).rename({f"{column}_current": "number"}).with_columns(rank=pl.lit(0, pl.Int32)),
        resolved.drop(f"{column}_current").rename({column: "number"}).with_columns(rank=pl.lit(1, pl.Int32)),
    ]
    return pl.concat(ways, how="diagonal").drop_nulls("number")


def records_at_hand(wanted: pl.DataFrame, worldcat_records: pl.LazyFrame) -> pl.DataFrame:
    """WorldCat's records under the numbers wanted: the rows that have one, with the columns of `_RECORD`."""
    numbers = wanted.lazy().select("number").unique()
    records = worldcat_records.join(numbers, left_on="ocn", right_on="number", how="semi").select("ocn", *_RECORD)
    return wanted.join(records.rename(_RECORD).collect(), left_on="number", right_on="ocn", how="inner")


def with_answer_texts(rows: pl.DataFrame, key: list[str], at_hand: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """Does WorldCat's record under a number describe what our bib describes?

    The record of the number as WorldCat calls it now is taken, else one under the number as it stands.

    Args:
        rows: rows with `mms_id`.
        key: the columns that tell one row from another.
        at_hand: `records_at_hand` for these rows.
        texts: `texts_of_bibs`, of their bibs.

    Returns:
        The rows, sorted by the key, with title (ours), worldcat_title, the terms of the card (`similarity.TERMS`), score,
        refusal and verdict (all null: one of the two records is not at hand), merged_ocns (019 and 035 $z of
        WorldCat's record), is_listed (it stands in a list of holdings), worldcat_file, worldcat_record.
    """
    best = at_hand.sort(*key, "rank").unique(key, keep="first", maintain_order=True)
    best = best.select(*key, *_RECORD.values(), _is_at_hand=pl.lit(True))
    pairs = (
        rows.sort(key)
        .with_row_index("_row")
        .join(texts.with_columns(_has_text=pl.lit(True)), on="mms_id", how="left", maintain_order="left")
        .join(best, on=key, how="left", nulls_equal=True, maintain_order="left")
    )
    compared = compare_texts(pairs.filter(pl.col("_has_text") & pl.col("_is_at_hand")))
    answers = [*TERMS, "score", "refusal", "verdict"]
    said = pairs.select("_row", "title", pl.col("title_other").alias("worldcat_title"), *_SAID).join(
        compared.select("_row", *answers), on="_row", how="left", maintain_order="left"
    )
    return pl.concat([rows.sort(key), said.select(*TEXT_ANSWERS, *_SAID)], how="horizontal")


def worldcat_evidence(rows: pl.DataFrame, identity: list[str]) -> pl.DataFrame:
    """WorldCat's record as evidence, where it is at hand: its title, with file and record."""
    return rows.filter(pl.col("worldcat_title").is_not_null()).select(
        *identity,
        pl.lit("title in WorldCat").alias("what"),
        pl.col("worldcat_title").alias("value"),
        pl.col("worldcat_file").alias("file"),
        pl.col("worldcat_record").alias("record"),
    )
