"""How ready is each symbol, and what is in scope? The scorecard (practice.md 5)."""

from collections.abc import Iterable

import polars as pl

from ..settings import Gates
from . import counts_of_holdings, export_checks, upload_faults, worldcat_overlap  # noqa: F401
from .counts_of_bibs import excluded_metric
from .exchange import is_active_bib, is_yes, own_holdings, with_id
from .registry import gives
from .scorecard import ALL, METRICS, Metric, as_counts, counts, everywhere, score

# The modules imported above declare their metrics where they count them.
_REPORTS = "load OCLC's processing reports"
_ANSWERS = {
    "match_rate": ["match"],
    "create_rate": ["create"],
    "unresolved_rate": ["unresolved"],
    "error_rate": ["data error", "processing error"],
}

# fmt: off
# What nothing counts yet.
NOT_COUNTED = (
    Metric("lhrs_on_old_symbol", "LHRs and retention on the old symbol", "Local holdings records and commitments that block a deletion.", "zero", "all", needs="a list of LHRs and commitments; such lists are not read yet"),
    Metric("open_ill", "Open ILL on the old symbol", "Requests that are still open under the old symbol.", "zero", "all", needs="a list of open ILL requests; such lists are not read yet"),
    Metric("connexion", "Connexion", "Save-file records and logins under the old symbol.", "zero", "all", needs="counts from Connexion; they are not read yet"),
    Metric("burn_down", "Cleanup done", "Findings that the units have answered.", None, "all", needs="workbooks that came back from the units"),
)
# The order of the card, that of practice.md 5; the reasons of exclusion come before excluded_unknown.
ORDER = (
    "scope_bibs",
    "scope_holdings",
    "exchange_bibs",
    "no_symbol",
    "mapping_completeness",
    "excluded_unknown",
    "ocn_coverage",
    "ocn_defects",
    "several_ocns",
    "shared_ocn",
    "shared_ocn_same_library",
    "stale_ocn",
    "brief_level_01",
    "brief_level_02",
    "brief_level_03",
    "sparse",
    "script_pairing",
    "blank_codes",
    "non_english",
    "reproductions",
    "archival",
    "print_ocn_on_electronic",
    "on_order_only",
    "no_item_in_place",
    "suppression_mismatch",
    "lhr_problems",
    "unit_of_export",
    "file_hygiene",
    "worldcat_baseline",
    "overlap_of_catalogue",
    "overlap_of_worldcat",
    "expected_add",
    "expected_delete",
    "match_rate",
    "create_rate",
    "unresolved_rate",
    "error_rate",
    "lhrs_on_old_symbol",
    "open_ill",
    "connexion",
    "burn_down",
)
# fmt: on


@counts(
    "answer_counts",
    Metric("match_rate", "Matched", "Records whose last answer is a match. NYPL and BPL had 94.6 %.", needs=_REPORTS),
    Metric("create_rate", "Created", "Records whose last answer is create. NYPL and BPL had 2.4 %.", "created_max", needs=_REPORTS),
    Metric("unresolved_rate", "Unresolved", "Records whose last answer is unresolved. NYPL and BPL had 3.0 %.", "unresolved_max", needs=_REPORTS),
    Metric("error_rate", "In error", "Records whose last answer is a data or processing error. NYPL and BPL had 0.07 %.", needs=_REPORTS),
)  # fmt: skip
def count_answers(*, last_outcomes: pl.LazyFrame) -> pl.DataFrame:
    """Which last answers did the records get, of all records that OCLC has answered?

    Args:
        last_outcomes: the last outcome of each record and symbol.
    """
    counted = last_outcomes.group_by("symbol", "last_action").agg(rows=pl.len()).collect(engine="streaming")
    under = everywhere(counted).filter(pl.col("symbol").is_not_null())
    return pl.concat(
        as_counts(
            metric,
            under.group_by("symbol").agg(
                count=pl.col("rows").filter(pl.col("last_action").is_in(actions)).sum(), of=pl.col("rows").sum()
            ),
        )
        for metric, actions in _ANSWERS.items()
    )


@gives("readiness")
def readiness(
    *,
    scope_counts: pl.DataFrame,
    record_counts: pl.DataFrame,
    finding_counts: pl.DataFrame,
    stale_counts: pl.DataFrame,
    holding_counts: pl.DataFrame,
    item_counts: pl.DataFrame,
    unsent_counts: pl.DataFrame,
    export_counts: pl.DataFrame,
    file_counts: pl.DataFrame,
    worldcat_counts: pl.DataFrame,
    answer_counts: pl.DataFrame,
    list_days: pl.DataFrame,
    symbol_numbers: pl.LazyFrame,
    gates: Gates | None = None,
) -> pl.DataFrame:
    """How ready is each target symbol, and the catalogue as a whole?

    Args:
        scope_counts, record_counts, finding_counts, stale_counts, holding_counts, item_counts, unsent_counts,
            export_counts, file_counts, worldcat_counts, answer_counts: what was counted.
        list_days: the symbols that have a list of WorldCat.
        symbol_numbers: the symbols under which we have numbers.
        gates: limits of the settings.

    Returns:
        symbol ("all", or a target symbol; what WorldCat holds also for outgoing symbols); metric; title; value: the
        share count / of (0 to 1), or the count where there is nothing to divide by, or records per unit; count; of; gate
        in words; colour: green, amber, red, or grey for information and for what cannot be counted; meaning: what is
        counted, and what to load when it could not be. All first, then by symbol, each in the order of practice.md 5.
    """
    counted = pl.concat(
        [
            *(scope_counts, record_counts, finding_counts, stale_counts, holding_counts, item_counts, unsent_counts),
            *(export_counts, file_counts, worldcat_counts, answer_counts),
        ]
    )
    bibs = scope_counts.filter((pl.col("metric") == "scope_bibs") & (pl.col("symbol") != ALL))
    targets = bibs["symbol"].sort().to_list()
    until_now = symbol_numbers.select(pl.col("symbol").unique()).collect(engine="streaming")["symbol"]
    symbols = {
        "symbols": [ALL, *targets],
        "all": [ALL],
        "targets": [ALL, *targets],
        "worldcat": [ALL, *sorted({*targets, *until_now, *list_days["symbol"]})],
    }
    return score(counted, metrics_in_order(scope_counts["metric"].unique()), symbols, gates or Gates())


def metrics_in_order(counted: Iterable[str]) -> list[Metric]:
    """All metrics as they stand on the card, with those of the reasons of exclusion that were counted in their place."""
    known = {**METRICS, **{metric.code: metric for metric in NOT_COUNTED}}
    reasons = sorted(code.removeprefix("excluded_") for code in counted if code not in known)
    place = ORDER.index("excluded_unknown")
    codes = [*ORDER[:place], *(f"excluded_{reason}" for reason in reasons), *ORDER[place:]]
    return [known.get(code) or excluded_metric(code.removeprefix("excluded_")) for code in codes]


_SCOPE = ["library", "location", "unit", "target_symbol", "is_mapped", "in_scope", "format"]


def _scope_of_all(parts: pl.DataFrame) -> pl.DataFrame:
    return parts.group_by(_SCOPE).agg(pl.col("holdings", "open_holdings", "bibs").sum()).sort(_SCOPE, nulls_last=True)


@gives("scope", by="mms_id", together=_scope_of_all)
def scope_by(*, placed_holdings: pl.LazyFrame, bibs: pl.LazyFrame) -> pl.DataFrame:
    """What is where: how many holdings and bibs has each library, location, unit and format?

    Args:
        placed_holdings: holdings with their places.
        bibs: the catalogue, for formats and what is suppressed.

    Returns:
        library, location, unit, target_symbol, is_mapped, in_scope (null: undecided, or not mapped), format; holdings; open_holdings: not suppressed, on a bib that
        is not either; bibs; sorted by the columns that come first. Holdings of a boundwith count once, on the host.
    """
    kinds = with_id(bibs).select("mms_id", "format", bib_suppressed=is_yes("is_suppressed"))
    is_open = ~is_yes("is_suppressed") & ~is_yes("bib_suppressed")
    return (
        own_holdings(placed_holdings)
        .join(kinds, on="mms_id", how="left")
        .group_by(_SCOPE)
        .agg(
            pl.len().cast(pl.Int64).alias("holdings"),
            is_open.sum().cast(pl.Int64).alias("open_holdings"),
            pl.col("mms_id").drop_nulls().n_unique().cast(pl.Int64).alias("bibs"),
        )
        .collect()
    )


_FORMAT = ["symbol", "unit", "format"]


def _formats_of_all(parts: pl.DataFrame) -> pl.DataFrame:
    return parts.group_by(_FORMAT).agg(pl.col("bibs").sum()).sort(_FORMAT, nulls_last=True)


@gives("format_counts", by="mms_id", together=_formats_of_all)
def count_formats(*, placed_holdings: pl.LazyFrame, bibs: pl.LazyFrame) -> pl.DataFrame:
    """How many bibs of each format go to each symbol, and how many has each unit?

    Args:
        placed_holdings: holdings with their places, a host's also under its constituents.
        bibs: the catalogue, for formats.

    Returns:
        symbol: "all", or a target symbol of a holding in scope; unit: "all", or the unit of a holding (of that symbol);
        format; bibs: those of a symbol and all units add up to its metric `scope_bibs`. Sorted.
    """
    formats = with_id(bibs.select("mms_id", "format")).collect()
    symbol = pl.when(is_yes("in_scope")).then("target_symbol").alias("symbol")
    places = placed_holdings.select("mms_id", symbol, "unit").unique().collect()
    everywhere = {name: pl.lit(ALL).alias(name) for name in ("symbol", "unit")}
    of_bibs = [
        formats.select("mms_id", *everywhere.values()),
        *(places.with_columns(all_of).drop_nulls().unique() for all_of in everywhere.values()),
        places.drop_nulls(),
    ]
    return (
        pl.concat(rows.select("mms_id", "symbol", "unit") for rows in of_bibs)
        .join(formats, on="mms_id", how="inner")
        .group_by(_FORMAT)
        .agg(pl.len().cast(pl.Int64).alias("bibs"))
    )


_MISSING = ["level", "element"]


def _missing_of_all(parts: pl.DataFrame) -> pl.DataFrame:
    return parts.group_by(_MISSING).agg(pl.col("bibs").sum()).sort(_MISSING)


@gives("missing_elements", by="mms_id", together=_missing_of_all)
def missing_elements(*, bibs: pl.LazyFrame) -> pl.DataFrame:
    """What do the bibs lack that stay out because they are too brief?

    Args:
        bibs: the catalogue.

    Returns:
        level (01 to 03), element, bibs; a bib counts for each element that it lacks; sorted by level, element.
    """
    brief = pl.col("exclusion").str.extract(r"^brief_level_(0[123])$")
    return (
        with_id(bibs)
        .filter(is_active_bib() & brief.is_not_null() & pl.col("missing_elements").is_not_null())
        .select(brief.alias("level"), element=pl.col("missing_elements").str.split(" "))
        .explode("element", empty_as_null=True)
        .group_by(_MISSING)
        .agg(pl.len().cast(pl.Int64).alias("bibs"))
        .collect()
    )
