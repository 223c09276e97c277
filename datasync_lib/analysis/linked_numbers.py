"""Numbers of other records to which our bibs point: another form or edition, an earlier or later title, a series.

A bib does not own such a number. But where no bib has it, the catalogue speaks of it all the same, and may hold what it names: a
reproduction on the original's record, a serial under its latest title (practice.md 2.3, 6.2, «searched by number»).
"""

import polars as pl

from .claims import as_claims, claims, held_on_lists, in_order
from .exchange import with_number
from .registry import gives

_NUMBER = r"(?i)^\s*\(oco?lc[^0-9]*0*([1-9][0-9]{0,10})\b"


@gives("linked_numbers", by={"linked_fields": "file", "bibs": "file"})
def linked_numbers(
    *, linked_fields: pl.LazyFrame, bibs: pl.LazyFrame, unowned_numbers: pl.LazyFrame, terminals: pl.DataFrame
) -> pl.DataFrame:
    """Which numbers that no bib owns does a linking field of a bib name?

    Args:
        linked_fields: $w with OCLC's prefix of linking fields.
        bibs: whose records they stand in.
        unowned_numbers: numbers that are held and that no bib owns.
        terminals: where numbers end.

    Returns:
        number (as WorldCat calls it now, or the number itself when it is ambiguous); tag; raw; mms_id, file, record. Sorted.
    """
    ocn = pl.col("value").str.extract(_NUMBER).cast(pl.Int64, strict=False).alias("ocn")
    named = linked_fields.select("tag", "file", "record", ocn, raw="value").drop_nulls("ocn").collect()
    numbered = with_number(named, "ocn", terminals).rename({"ocn_number": "number"})
    asked = numbered.lazy().join(unowned_numbers, on="number", how="semi")
    whose = bibs.select("file", "record", "mms_id")
    columns = ["number", "tag", "raw", "mms_id", "file", "record"]
    return asked.join(whose, on=["file", "record"], how="inner").select(columns).unique().collect().sort(columns)


@claims("linked_numbers", by={"newest_holdings": "number", "linked_numbers": "number"})
def claims_of_linked_numbers(*, newest_holdings: pl.LazyFrame, linked_numbers: pl.LazyFrame) -> pl.DataFrame:
    """Which held numbers that no bib owns does a linking field of one name: text_or_number_hit."""
    said = pl.format("{} $w «{}» of {}", "tag", "raw", pl.col("mms_id").fill_null("a record without ID"))
    held = held_on_lists(newest_holdings).join(linked_numbers, on="number", how="inner").collect()
    return in_order([as_claims(held, "text_or_number_hit", said)])
