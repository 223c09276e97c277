"""OCNs that are missing, malformed, several, out of date, or of the wrong format: what a bib's numbers lack.

Sources: duplicates.md E1; practice.md 2.3 and 5; oclc_formats.md 5. How places and spellings compare is in
`ocn_places.py`.
"""

import polars as pl

from .exchange import in_exchange, is_yes, number_evidence, rows_of, with_number
from .findings import Found, as_findings
from .ownership import with_units
from .registry import finds, gives

# In the order of the problem's classes; other verdicts say that it is another kind of number, not a damaged OCN.
MALFORMED = ("suffix", "excel_exponent", "zero", "too_large", "malformed")

_BIB = ["mms_id", "file", "record"]


def _is_ranked() -> pl.Expr:
    """Whether the settings name the place of a reading."""
    return pl.col("role").is_in(["current", "old"])


@finds("missing_ocn", by="mms_id")
def find_missing_ocns(*, bibs: pl.LazyFrame, ocns: pl.LazyFrame, lead_units: pl.LazyFrame) -> Found:
    """Which records go to OCLC without an OCN that can be read, and what stands there instead?

    Args:
        bibs: bibs; hosts of boundwiths are not looked at, they have no number by nature (practice.md 2.1a).
        ocns: readings.
        lead_units: leading units (`ownership.lead_units`).

    Returns:
        Findings `missing_ocn`: class only_old when there is a good number marked as old, else only_bad when there is
        something that should have been one, else no_number.
    """
    numbered = ocns.filter(is_yes("is_current")).select("mms_id")
    rows = in_exchange(bibs).select(_BIB).join(numbered, on="mms_id", how="anti").collect()
    readings = _readings_of(rows, ocns).with_columns(
        kind=pl.when((pl.col("verdict") == "ok") & (pl.col("role") == "old"))
        .then(pl.lit("only_old"))
        .when(~pl.col("verdict").is_in(["ok", "empty", "not_oclc"]) & _is_ranked())
        .then(pl.lit("only_bad"))
    )
    # only_old wins over only_bad
    classes = readings.group_by("mms_id").agg(pl.col("kind").max().alias("class"))
    deciding = readings.join(classes, on="mms_id", how="left").filter(pl.col("kind") == pl.col("class"))
    numbers = deciding.group_by("mms_id").agg(pl.col("raw").unique().sort().alias("numbers"))
    rows = (
        rows.join(classes, on="mms_id", how="left")
        .join(numbers, on="mms_id", how="left")
        .with_columns(pl.col("class").fill_null("no_number"))
    )
    return as_findings(
        "missing_ocn",
        with_units(rows, lead_units),
        identity=["mms_id"],
        parameters=["numbers"],
        evidence=number_evidence(deciding),
    )


@finds("malformed_ocn", by="mms_id")
def find_malformed_ocns(*, bibs: pl.LazyFrame, ocns: pl.LazyFrame, lead_units: pl.LazyFrame) -> Found:
    """Which records hold something that looks like an OCN but is none?

    Returns:
        Findings `malformed_ocn`, one a bib; its class is the verdict of the first such reading, the best place first.
    """
    bad = (
        ocns.filter(pl.col("verdict").is_in(MALFORMED) & _is_ranked())
        .select(*_BIB, "rank", "place", "raw", "verdict")
        .with_row_index("order")
        .join(in_exchange(bibs).select("mms_id"), on="mms_id", how="semi")
        .sort("mms_id", "rank", "order", nulls_last=True)
        .collect()
    )
    first = bad.unique("mms_id", keep="first", maintain_order=True)
    rows = first.select(*_BIB, "place", "raw", pl.col("verdict").alias("class"))
    return as_findings(
        "malformed_ocn",
        with_units(rows, lead_units),
        identity=["mms_id"],
        parameters=["place", "raw"],
        evidence=number_evidence(bad),
    )


@finds("several_ocns", by={"bibs": "mms_id", "ocns": "mms_id", "current_ocns": "mms_id", "lead_units": "mms_id"})
def find_several_ocns(
    *,
    bibs: pl.LazyFrame,
    ocns: pl.LazyFrame,
    current_ocns: pl.LazyFrame,
    lead_units: pl.LazyFrame,
    terminals: pl.LazyFrame,
) -> Found:
    """Which records have two or more different OCNs in the place that counts, and what explains them?

    Two spellings of one number are one number (practice.md 2.3).

    Args:
        bibs: bibs.
        ocns: readings: those marked as old explain.
        current_ocns: the numbers of each bib (`exchange.current_ocns`).
        lead_units: leading units.
        terminals: where the numbers that are marked as old end.

    Returns:
        Findings `several_ocns`: class merged when WorldCat has made one record of all the numbers; one_current_rest_old
        when the record itself marks all but one as old (019, 035 $z), or WorldCat has merged them into such; else
        different.
    """
    several = current_ocns.filter(pl.len().over("mms_id") > 1)
    numbers = several.join(in_exchange(bibs).select(_BIB), on="mms_id", how="inner").sort("mms_id", "ocn").collect()
    readings = _readings_of(numbers, ocns)
    marked = readings.filter((pl.col("role") == "old") & (pl.col("verdict") == "ok"))
    end = pl.col("number")
    still_current = end.filter(~pl.col("old_ends").list.contains(end).fill_null(False))
    rows = (
        numbers.join(_ends(marked, terminals), on="mms_id", how="left", maintain_order="left")
        .group_by("mms_id", maintain_order=True)
        .agg(
            pl.col("file", "record").first(),
            pl.len().alias("count"),
            pl.col("ocn").alias("numbers"),
            pl.col("ocn_current").first().alias("current"),
            (pl.col("ocn_current").n_unique() == 1).alias("one_end"),
            still_current.unique().sort().alias("still_current"),
        )
        .with_columns(is_merged=pl.col("one_end") & pl.col("current").is_not_null())
        .with_columns(rest_is_old=~pl.col("is_merged") & (pl.col("still_current").list.len() == 1))
        .with_columns(
            pl.when("is_merged")
            .then(pl.lit("merged"))
            .when("rest_is_old")
            .then(pl.lit("one_current_rest_old"))
            .otherwise(pl.lit("different"))
            .alias("class"),
            current=pl.when("is_merged").then("current").when("rest_is_old").then(pl.col("still_current").list.first()),
        )
    )
    return as_findings(
        "several_ocns",
        with_units(rows, lead_units),
        identity=["mms_id"],
        parameters=["count", "numbers", "current"],
        evidence=number_evidence(pl.concat([readings.filter(is_yes("is_current")), marked])),
    )


def _ends(marked: pl.DataFrame, terminals: pl.LazyFrame) -> pl.DataFrame:
    """mms_id, old_ends: what the numbers that a record marks as old are called now."""
    ends = with_number(marked.select("mms_id", "ocn").unique(), "ocn", terminals)
    return ends.group_by("mms_id").agg(pl.col("ocn_number").unique().sort().alias("old_ends"))


@finds("stale_ocn", by="mms_id")
def find_stale_ocns(
    *, bibs: pl.LazyFrame, ocns: pl.LazyFrame, current_ocns: pl.LazyFrame, lead_units: pl.LazyFrame
) -> Found:
    """Which records still have a number that WorldCat has merged into another?

    Numbers of which OCLC's own answers give no single end are not judged.

    Returns:
        Findings `stale_ocn`, one a bib and number; ocn is the number as it stands.
    """
    merged = current_ocns.filter(pl.col("ocn") != pl.col("ocn_current"))
    rows = (
        merged.select("mms_id", "ocn", pl.col("ocn_current").alias("current"))
        .join(in_exchange(bibs).select(_BIB), on="mms_id", how="inner")
        .collect()
    )
    return as_findings(
        "stale_ocn",
        with_units(rows, lead_units),
        identity=["mms_id", "ocn"],
        parameters=["ocn", "current"],
        evidence=_number_and_end(ocns, rows, "current", "current OCN in WorldCat"),
    )


@gives("mixed_numbers", by={"open_numbers": "number"})
def mixed_numbers(*, open_numbers: pl.LazyFrame) -> pl.DataFrame:
    """The numbers that records of ours have both for something electronic and for something that is not.

    Returns:
        The columns of `open_numbers`, for the numbers of both; sorted by number, mms_id, ocn.
    """
    electronic = pl.col("is_electronic")
    of_both = electronic.any().over("number") & ~electronic.all().over("number")
    return open_numbers.filter(of_both).sort("number", "mms_id", "ocn").collect()


@finds("print_ocn_on_electronic")
def find_print_ocns_on_electronic(
    *, bibs: pl.LazyFrame, ocns: pl.LazyFrame, mixed_numbers: pl.DataFrame, lead_units: pl.LazyFrame
) -> Found:
    """Which records of electronic resources have the OCN of a print record of ours?

    Records that a rule excludes are looked at too: a Community Zone record with a print OCN is the usual case
    (practice.md 2.1 UC, 2.3). Suppressed ones are not.

    Args:
        bibs: bibs; only those found are read, as in the frames that follow.
        ocns: readings.
        mixed_numbers: the numbers of print and of electronic records.
        lead_units: leading units.

    Returns:
        Findings `print_ocn_on_electronic`, one a bib and number; ocn is the number as it stands. The parameter
        print_mms_id lists the print bibs that have it.
    """
    prints = (
        mixed_numbers.filter(~pl.col("is_electronic"))
        .group_by("number")
        .agg(pl.col("mms_id").unique().sort().alias("print_mms_id"))
    )
    electronic = mixed_numbers.filter("is_electronic").join(prints, on="number", how="inner")
    rows = electronic.join(rows_of(bibs.select(_BIB), electronic), on="mms_id", how="inner")
    print_bibs = rows.select("mms_id", "ocn", "print_mms_id").explode("print_mms_id", empty_as_null=True)
    return as_findings(
        "print_ocn_on_electronic",
        with_units(rows, lead_units),
        identity=["mms_id", "ocn"],
        parameters=["ocn", "print_mms_id"],
        evidence=_number_and_end(ocns, print_bibs, "print_mms_id", "print bib"),
    )


def _readings_of(rows: pl.DataFrame, ocns: pl.LazyFrame) -> pl.DataFrame:
    """What stands in these bibs."""
    return rows_of(ocns.select(*_BIB, "ocn", "role", "place", "raw", "verdict", "is_current"), rows)


def _number_and_end(ocns: pl.LazyFrame, rows: pl.DataFrame, column: str, what: str) -> pl.DataFrame:
    """Evidence of a finding on one number: where it stands, and what speaks against it."""
    readings = _readings_of(rows, ocns.filter(is_yes("is_current"))).with_columns(
        what=pl.col("place"), value=pl.col("raw")
    )
    against = rows.select(
        "mms_id", "ocn", pl.lit(what).alias("what"), pl.col(column).cast(pl.String).alias("value")
    ).with_columns(pl.lit(None, pl.String).alias("file"), pl.lit(None, pl.Int64).alias("record"))
    return pl.concat([readings.select(against.columns), against])
