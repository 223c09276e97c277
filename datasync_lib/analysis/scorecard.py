"""The metrics of the readiness scorecard: their names, what they mean, their gates, and how a gate becomes a colour.

Source: practice.md 5, in its order. A gate of the settings is a share that may be missed: within it the metric is green,
within twice what it allows amber, beyond red. A metric that a person has to look at is amber while there is something to
look at. Information, and what cannot be computed yet, is grey.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from ..problems import PROBLEMS
from ..settings import Gates

ALL = "all"

COUNTS = {
    "symbol": pl.String,
    "metric": pl.String,
    "value": pl.Float64,
    "count": pl.Int64,
    "of": pl.Int64,
    "note": pl.String,
}


@dataclass(frozen=True)
class Metric:
    """One line of the scorecard for each symbol.

    `gate` is the name of a setting in `[gates]` that ends in _min or _max, "zero" (nothing may be left), "review" (a
    person looks at each), or None for information. `needs` says what to load when there is nothing to count from.
    """

    code: str
    title: str
    meaning: str
    gate: str | None = None
    scope: Literal["symbols", "all", "worldcat", "targets"] = "symbols"
    needs: str = ""


_LIST = "load WorldCat's list of the symbol: worldcat.SYMBOL.YYYYMMDD.txt, .csv, .mrc or .xml"
_SENT = "load the files that were sent, under the names with which they were sent"
_REPORTS = "load OCLC's processing reports"
_ITEMS = "load an export with item fields that say whether an item is in place"

# fmt: off
METRICS = (
    Metric("scope_bibs", "Bibs", "Bibs with a holding whose location goes to the symbol; for all: bibs in the catalogue."),
    Metric("scope_holdings", "Holdings", "Holdings whose location goes to the symbol; for all: holdings in the catalogue."),
    Metric("exchange_bibs", "Bibs to send", "Bibs that no rule keeps out, with an open holding under the symbol; for all: wherever their holdings are."),
    Metric("no_symbol", "Bibs to send that no symbol gets", "Bibs that no rule keeps out, without any open holding in a location that goes to a symbol.", "review", "all"),
    Metric("mapping_completeness", "Locations mapped", "Holdings whose library and location are in the location map. An unmapped holding is lost when the old symbol is emptied.", "mapping_completeness_min", "all"),
    Metric("excluded_unknown", "Not sent without a reason", "Holdings that should have been sent and were not, as far as we can tell.", "zero", needs=_SENT),
    Metric("ocn_coverage", "With an OCN", "Bibs to send that have an OCN. High: OCLC may match on the number alone.", "ocn_coverage_min"),
    Metric("ocn_defects", "Defective OCNs", "Bibs to send with a malformed OCN, or with numbers of which none counts: marked old, wrong prefix.", "ocn_defects_max"),
    Metric("several_ocns", "Several OCNs", "Bibs to send with two or more different OCNs in the place that counts: an ambiguous match.", "several_ocns_max"),
    Metric("shared_ocn", "Shared OCN", "Bibs to send whose OCN is also on another. Watch the trend."),
    Metric("shared_ocn_same_library", "Shared OCN within a library", "Of these, the bibs of groups of one format with two bibs in one library."),
    Metric("stale_ocn", "Out-of-date OCN", "Bibs to send with a number that WorldCat has merged into another.", needs="load OCLC's record output (metacoll files), which tells merged numbers"),
    Metric("brief_level_01", "Too brief: no title", "Open bibs that stay out because they have no title.", "review"),
    Metric("brief_level_02", "Too brief: too few elements", "Open bibs that stay out because they have too few elements.", "review"),
    Metric("brief_level_03", "Catalogued in another language", "Open bibs that stay out because 040 $b is not English.", "review"),
    Metric("sparse", "Sparse", "Bibs to send that OCLC will most likely refuse as sparse.", "sparse_max"),
    Metric("script_pairing", "Script pairing", "Bibs to send whose 880 fields are not paired as they should be.", "script_pairing_max"),
    Metric("blank_codes", "Blank country or language", "Bibs to send with a blank 008/15-17 or 008/35-37, which OCLC's validation reports."),
    Metric("non_english", "Non-English cataloguing", "Open bibs with another language than English in 040 $b: parallel records are likely. Note the decision."),
    Metric("reproductions", "Reproductions", "Open holdings with 843, or on a bib with 533 or 843. They go into a collection of their own."),
    Metric("archival", "Archival", "Bibs to send with Leader/08 a or rules for archives and manuscripts in 040 $e. They go into a collection of their own."),
    Metric("print_ocn_on_electronic", "Print OCN on e-record", "Bibs to send that are electronic and have the OCN of a print bib.", "zero"),
    Metric("on_order_only", "On order only", "Open holdings all of whose items are on order.", "review", needs=_ITEMS),
    Metric("no_item_in_place", "No item in place", "Open holdings without an item in place: on order, lost, or no item at all. ILL trusts them.", "review", needs=_ITEMS),
    Metric("suppression_mismatch", "Suppression mismatch", "Holdings that are open on a suppressed bib, or suppressed with items.", "review"),
    Metric("lhr_problems", "Local holdings records at fault", "Holdings records that cannot go to OCLC as they are.", "review", needs="load the holdings records (MFHD)"),
    Metric("unit_of_export", "Unit of export", "Records per bib (or per holding, where that is the unit) in the files that were sent; counted are those that come again in one file.", "zero", needs=_SENT),
    Metric("file_hygiene", "Files at fault", "MARC files with rejected records, too many records or bytes, records over 99,999 bytes, or a name that occurs twice.", "zero", "all", needs="load the files of the export"),
    Metric("worldcat_baseline", "Held in WorldCat", "OCNs that WorldCat holds under the symbol, from its newest list. Keep the list: it is the state before.", None, "worldcat", needs=_LIST),
    Metric("overlap_of_catalogue", "Our numbers in WorldCat", "Our OCNs that WorldCat holds under the symbol, of our OCNs.", None, "worldcat", needs=_LIST),
    Metric("overlap_of_worldcat", "WorldCat's numbers here", "OCNs held under the symbol that we have, of the OCNs held.", None, "worldcat", needs=_LIST),
    Metric("expected_add", "Expected to be added", "Our OCNs that WorldCat does not hold under the symbol yet.", None, "targets", needs=_LIST),
    Metric("expected_delete", "Expected to go", "OCNs held under the symbol that no bib to send has. No list of deletions: each number is classed first.", "delete_share_max", "targets", needs=_LIST),
    Metric("match_rate", "Matched", "Records whose last answer is a match. NYPL and BPL had 94.6 %.", needs=_REPORTS),
    Metric("create_rate", "Created", "Records whose last answer is create. NYPL and BPL had 2.4 %.", "created_max", needs=_REPORTS),
    Metric("unresolved_rate", "Unresolved", "Records whose last answer is unresolved. NYPL and BPL had 3.0 %.", "unresolved_max", needs=_REPORTS),
    Metric("error_rate", "In error", "Records whose last answer is a data or processing error. NYPL and BPL had 0.07 %.", needs=_REPORTS),
    Metric("lhrs_on_old_symbol", "LHRs and retention on the old symbol", "Local holdings records and commitments that block a deletion.", "zero", "all", needs="a list of LHRs and commitments; such lists are not read yet"),
    Metric("open_ill", "Open ILL on the old symbol", "Requests that are still open under the old symbol.", "zero", "all", needs="a list of open ILL requests; such lists are not read yet"),
    Metric("connexion", "Connexion", "Save-file records and logins under the old symbol.", "zero", "all", needs="counts from Connexion; they are not read yet"),
    Metric("burn_down", "Cleanup done", "Findings that the units have answered.", None, "all", needs="workbooks that came back from the units"),
)
# fmt: on


def excluded_metric(reason: str) -> Metric:
    """The metric of one reason why bibs stay out."""
    known = PROBLEMS["not_sent"].classes.get(reason)
    title = {"host": "host of a boundwith"}.get(reason, known.title if known else reason.replace("_", " "))
    return Metric(
        f"excluded_{reason}",
        f"Excluded: {title}",
        "Bibs that stay out for this reason; each has one. With the bibs to send they add up to the bibs.",
    )


def metrics_in_order(reasons: Iterable[str]) -> list[Metric]:
    """All metrics, with those of the reasons of exclusion in their place."""
    position = next(i for i, metric in enumerate(METRICS) if metric.code == "excluded_unknown")
    excluded = [excluded_metric(reason) for reason in sorted(reasons)]
    return [*METRICS[:position], *excluded, *METRICS[position:]]


def limit(metric: Metric, gates: Gates) -> tuple[str | None, float | None]:
    """The gate in words, and what share may be missed (None: no share decides)."""
    if metric.gate in (None, "zero", "review"):
        return {"zero": "none", "review": "reviewed"}.get(metric.gate or ""), None
    share = getattr(gates, metric.gate)
    if metric.gate.endswith("_min"):
        return f"at least {100 * share:g} %", 1 - share
    return f"at most {100 * share:g} %", share


def score(counts: pl.DataFrame, metrics: list[Metric], symbols: dict[str, list[str]], gates: Gates) -> pl.DataFrame:
    """Counts on the full grid of symbols and metrics, with gate, colour and meaning.

    Args:
        counts: what could be counted, in the columns of COUNTS.
        metrics: all metrics, in order.
        symbols: the symbols of each scope of a metric.
        gates: limits of the settings.
    """
    grid = pl.DataFrame(
        [
            _line(metric, symbol, order, gates)
            for order, metric in enumerate(metrics)
            for symbol in symbols[metric.scope]
        ],
        schema=_GRID,
        orient="row",
    )
    scored = grid.join(counts, on=["symbol", "metric"], how="left").with_columns(
        missing=pl.col("count").is_null() & (pl.col("needs") != "")
    )
    note = pl.when("missing").then(pl.lit("Not counted: ") + pl.col("needs") + pl.lit(".")).otherwise("note")
    return (
        scored.with_columns(
            pl.when("missing").then("count").otherwise(pl.col("count").fill_null(0)),
            colour=_colour(),
            meaning=pl.concat_str("meaning", note, separator=" ", ignore_nulls=True),
        )
        .sort(pl.col("symbol") != ALL, "symbol", "order")
        .select("symbol", "metric", "title", "value", "count", "of", "gate", "colour", "meaning")
    )


_GRID = {
    "metric": pl.String,
    "title": pl.String,
    "meaning": pl.String,
    "needs": pl.String,
    "kind": pl.String,
    "symbol": pl.String,
    "order": pl.Int32,
    "gate": pl.String,
    "allowed": pl.Float64,
}


def _line(metric: Metric, symbol: str, order: int, gates: Gates) -> tuple:
    gate, allowed = limit(metric, gates)
    kind = metric.gate if metric.gate in ("zero", "review") else (metric.gate or "information")[-4:]
    return (metric.code, metric.title, metric.meaning, metric.needs, kind, symbol, order, gate, allowed)


def _colour() -> pl.Expr:
    kind, count, allowed = pl.col("kind"), pl.col("count"), pl.col("allowed") + 1e-12
    missed = pl.when(kind == "_min").then(1 - pl.col("value")).otherwise("value")
    return (
        pl.when("missing")
        .then(pl.lit("grey"))
        .when(kind == "zero")
        .then(pl.when(count.fill_null(0) == 0).then(pl.lit("green")).otherwise(pl.lit("red")))
        .when(kind == "review")
        .then(pl.when(count.fill_null(0) == 0).then(pl.lit("green")).otherwise(pl.lit("amber")))
        .when(allowed.is_null() | missed.is_null())
        .then(pl.lit("grey"))
        .when(missed <= allowed)
        .then(pl.lit("green"))
        .when(missed <= 2 * allowed)
        .then(pl.lit("amber"))
        .otherwise(pl.lit("red"))
    )
