"""Where the record of each finding stands: its title and its place on the shelf, by which rows are put in order."""

from collections.abc import Collection

import polars as pl

from .decisions import with_decisions
from .library import Library, is_of, rows_for
from .shelf import shelf_keys
from .shortening import cut, few, few_of_list, on_one_line

TITLE_LENGTH = 120
_PLACE = ("holding_id", "library", "location", "call_number")


def place_rows(library: Library, units: Collection[str | None] | None = None) -> pl.DataFrame:
    """Where does each finding that asks for something stand?

    Args:
        library: what rows are told from.
        units: only the rows of these; None: of all; None among them: without a unit.

    Returns:
        One row a finding, sorted by row_key: the columns of `findings` but for the parameters; title, original_title,
        date, format of the bib; library, location, call_number, barcodes of the holding, or of the bib's holdings in the
        unit; shelf (sort key of the call number); the answers of `decisions.with_decisions` with status Open where
        there is none, earlier, is_settled.
    """
    asking = library.asking if units is None else library.asking.filter(is_of(units))
    given = pl.col("parameters").str.json_path_match("$.title").replace("", None)
    findings = asking.with_columns(title_given=given).drop("parameters").collect(engine="streaming").sort("row_key")
    placed = with_decisions(findings, library.decisions, library.bounced).with_columns(
        pl.col("status").fill_null("Open")
    )
    for part in (_bib_columns(findings, library.bibs), _shelf_columns(findings, library)):
        placed = placed.join(part, on="row_key", how="left", maintain_order="left")
    placed = placed.with_columns(pl.coalesce("title", "title_given").alias("title")).drop("title_given")
    listed = _listed_titles(placed.filter(pl.col("title").is_null()), library.evidence)
    return placed.join(listed, on="row_key", how="left", maintain_order="left").with_columns(
        pl.coalesce("title", "title_listed").alias("title")
    ).drop("title_listed")  # fmt: skip


def _bib_columns(findings: pl.DataFrame, bibs: pl.LazyFrame) -> pl.DataFrame:
    form = pl.col("format").str.replace_all("_", " ")
    kinds = pl.concat_str(
        form,
        pl.when("is_electronic").then(pl.lit("electronic")),
        pl.when("is_reproduction").then(pl.lit("reproduction")),
        separator=", ",
        ignore_nulls=True,
    )
    shown = bibs.select(
        "mms_id",
        on_one_line("title", TITLE_LENGTH).alias("title"),
        on_one_line("title_880", TITLE_LENGTH).alias("original_title"),
        pl.coalesce(pl.col("year").cast(pl.String), "publication_date").alias("date"),
        kinds.replace("", None).alias("format"),
    )
    known = rows_for(shown, findings, "mms_id").unique("mms_id", keep="first", maintain_order=True)
    return findings.select("row_key", "mms_id").join(known, on="mms_id", how="inner").drop("mms_id")


def _shelf_columns(findings: pl.DataFrame, library: Library) -> pl.DataFrame:
    """Library, location, call number and barcodes: of the holding itself, else of the bib's holdings in the unit."""
    keyed = findings.select("row_key", "mms_id", "holding_id", "unit")
    own = keyed.filter(pl.col("holding_id").is_not_null()).select("row_key", "holding_id")
    through_bib = keyed.filter(pl.col("holding_id").is_null() & pl.col("mms_id").is_not_null()).drop("holding_id")
    holdings = library.placed_holdings
    there = pl.concat([_own_places(own, holdings), _places_of_bibs(through_bib, holdings)])
    barcodes = library.items.filter(pl.col("barcode").is_not_null()).select("holding_id", "barcode")
    of_holding = rows_for(barcodes, there, "holding_id").group_by("holding_id")
    there = there.join(of_holding.agg(pl.col("barcode").unique().sort().alias("barcodes")), on="holding_id", how="left")
    return (
        there.with_columns(shelf=shelf_keys(there["call_number"]))
        .sort("row_key", "library", "location", "shelf", "holding_id", nulls_last=True)
        .group_by("row_key", maintain_order=True)
        .agg(
            pl.col("shelf").first(),
            *(few(name, 3) for name in ("library", "location", "call_number")),
            pl.col("barcodes").explode(empty_as_null=False).alias("barcodes"),
        )
        .with_columns(few_of_list("barcodes", 3))
    )


def _own_places(own: pl.DataFrame, placed_holdings: pl.LazyFrame) -> pl.DataFrame:
    known = rows_for(placed_holdings.select(_PLACE), own, "holding_id")
    known = known.unique("holding_id", keep="first", maintain_order=True)
    return own.join(known, on="holding_id").select("row_key", *_PLACE)


def _places_of_bibs(rows: pl.DataFrame, placed_holdings: pl.LazyFrame) -> pl.DataFrame:
    """The places of a bib's holdings in the row's unit; of all its holdings where the unit has none."""
    known = rows_for(placed_holdings.select("mms_id", pl.col("unit").alias("holding_unit"), *_PLACE), rows, "mms_id")
    return (
        rows.join(known, on="mms_id")
        .with_columns(is_theirs=pl.col("unit").eq_missing(pl.col("holding_unit")))
        .filter(pl.col("is_theirs") | ~pl.col("is_theirs").any().over("row_key"))
        .select("row_key", *_PLACE)
    )


def _listed_titles(findings: pl.DataFrame, evidence: pl.LazyFrame) -> pl.DataFrame:
    """The title in WorldCat's own list: all that is known of a holding of which no record of ours has the number."""
    titles = evidence.filter((pl.col("what") == "WorldCat list") & ~pl.col("value").str.contains(r"^\d+$"))
    return (
        rows_for(titles.select("row_key", "value"), findings, "row_key")
        .sort("row_key", "value")
        .group_by("row_key", maintain_order=True)
        .agg(pl.col("value").first().pipe(cut, TITLE_LENGTH).alias("title_listed"))
    )
