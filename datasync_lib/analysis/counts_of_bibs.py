"""Counts of bibs for the scorecard: which symbol gets which, what keeps the others out, what is the matter with them.

Source: practice.md 5.
"""

import polars as pl

from ..problems import PROBLEMS
from .exchange import active_in_scope, is_yes, with_id
from .registry import gives
from .scorecard import ALL, Metric, add_up, counts, nothing_counted, number, share

_ARCHIVAL_RULES = ["amim", "appm", "dacs", "dcrmg", "dcrmm", "dcrmmss"]
# What no unit can change: the bib is out of the exchange as it is.
_NOT_ACTIVE = ["host", "bib_suppressed"]


@gives("bib_symbols", by="mms_id")
def bib_symbols(*, bibs: pl.LazyFrame, placed_holdings: pl.LazyFrame) -> pl.DataFrame:
    """Which symbols get each bib, and what keeps it out?

    Args:
        bibs: the catalogue.
        placed_holdings: holdings with their places, a host's also under its constituents.

    Returns:
        mms_id; symbol: each target symbol of a holding in scope, and "all" for every bib; reason: why the bib is not sent
        under the symbol (host, bib_suppressed, an exclusion of the settings, holding_suppressed: no holding under the
        symbol is open; the first that fits), null: it is sent. Sorted.
    """
    reason = (
        pl.when(is_yes("is_host"))
        .then(pl.lit("host"))
        .when(is_yes("is_suppressed"))
        .then(pl.lit("bib_suppressed"))
        .otherwise("exclusion")
    )
    known = with_id(bibs).select("mms_id", reason=reason)
    mapped = placed_holdings.filter(is_yes("in_scope") & pl.col("target_symbol").is_not_null())
    under = mapped.group_by("mms_id", symbol="target_symbol").agg(is_open=active_in_scope().any())
    everywhere = known.with_columns(symbol=pl.lit(ALL), is_open=True)
    both = pl.concat(
        [everywhere, under.join(known, on="mms_id", how="inner").select(everywhere.collect_schema().names())]
    )
    no_open_holding = pl.when(~pl.col("is_open")).then(pl.lit("holding_suppressed"))
    return both.select("mms_id", "symbol", pl.coalesce("reason", no_open_holding)).sort("mms_id", "symbol").collect()


def _sent(rows: pl.DataFrame) -> pl.DataFrame:
    """The bibs to send, under each symbol that gets them."""
    return rows.filter(pl.col("reason").is_null())


def _active(rows: pl.DataFrame) -> pl.DataFrame:
    """The bibs that are open, whether or not an exclusion keeps them out."""
    return rows.filter(~pl.col("reason").is_in(_NOT_ACTIVE).fill_null(False))


def _among(population: pl.DataFrame, hits: pl.LazyFrame) -> pl.DataFrame:
    """The rows of the population whose bib is among the hits."""
    return population.join(hits.select("mms_id").unique().collect(), on="mms_id", how="semi")


def excluded_metric(reason: str) -> Metric:
    """The metric of one reason why bibs stay out."""
    known = PROBLEMS["not_sent"].classes.get(reason)
    title = {"host": "host of a boundwith"}.get(reason, known.title if known else reason.replace("_", " "))
    return Metric(
        f"excluded_{reason}",
        f"Excluded: {title}",
        "Bibs that stay out for this reason; each has one. With the bibs to send they add up to the bibs.",
    )


def _of_all_bibs(parts: pl.DataFrame) -> pl.DataFrame:
    """Each reason is counted under every symbol, of all bibs that the symbol gets."""
    bibs = parts.filter(pl.col("metric") == "scope_bibs").select("symbol", of="count")
    reasons = parts.filter(pl.col("metric").str.starts_with("excluded_")).select("metric").unique()
    none = bibs.join(reasons, how="cross").with_columns(count=pl.lit(0, pl.Int64), note=pl.lit(None, pl.String))
    return add_up(pl.concat([parts, none.select(parts.columns)]))


@counts(
    "scope_counts",
    Metric("scope_bibs", "Bibs", "Bibs with a holding whose location goes to the symbol; for all: bibs in the catalogue."),
    Metric("exchange_bibs", "Bibs to send", "Bibs that no rule keeps out, with an open holding under the symbol; for all: wherever their holdings are."),
    Metric("no_symbol", "Bibs to send that no symbol gets", "Bibs that no rule keeps out, without any open holding in a location that goes to a symbol.", "review", "all"),
    by="mms_id", together=_of_all_bibs,
)  # fmt: skip
def count_scope(*, bib_symbols: pl.LazyFrame) -> pl.DataFrame:
    """How many bibs does each symbol get, how many are sent, and what keeps the others out?

    Args:
        bib_symbols: the symbols of each bib.

    Returns:
        Counts; those of the reasons are named excluded_ and the reason.
    """
    bibs = bib_symbols.collect()
    sent, out = _sent(bibs), bibs.filter(pl.col("reason").is_not_null())
    everything = sent.filter(pl.col("symbol") == ALL)
    nowhere = everything.join(sent.filter(pl.col("symbol") != ALL), on="mms_id", how="anti")
    return pl.concat(
        [
            number("scope_bibs", bibs),
            share("exchange_bibs", bibs, sent),
            share("no_symbol", everything, nowhere),
            *(number(excluded_metric(reason).code, rows) for (reason,), rows in out.group_by("reason")),
        ]
    )


@counts(
    "record_counts",
    Metric("ocn_coverage", "With an OCN", "Bibs to send that have an OCN. High: OCLC may match on the number alone.", "ocn_coverage_min"),
    Metric("blank_codes", "Blank country or language", "Bibs to send with a blank 008/15-17 or 008/35-37, which OCLC's validation reports."),
    Metric("non_english", "Non-English cataloguing", "Open bibs with another language than English in 040 $b: parallel records are likely. Note the decision."),
    Metric("archival", "Archival", "Bibs to send with Leader/08 a or rules for archives and manuscripts in 040 $e. They go into a collection of their own."),
    by="mms_id",
)  # fmt: skip
def count_records(*, bib_symbols: pl.LazyFrame, bibs: pl.LazyFrame, ocns: pl.LazyFrame) -> pl.DataFrame:
    """What do the records say that matters to OCLC?

    Args:
        bib_symbols: the symbols of each bib.
        bibs: the catalogue.
        ocns: readings of its numbers.
    """

    def blank(name: str) -> pl.Expr:
        return pl.col(name).fill_null("").str.strip_chars(" |#") == ""

    language = pl.col("cataloguing_language").str.strip_chars()
    archival = (pl.col("control_type") == "a") | pl.col("description_rules").is_in(_ARCHIVAL_RULES)
    symbols = bib_symbols.collect()
    sent, active = _sent(symbols), _active(symbols)
    return pl.concat(
        [
            share("ocn_coverage", sent, _among(sent, ocns.filter(is_yes("is_current")))),
            share("blank_codes", sent, _among(sent, bibs.filter(blank("place_code") | blank("language")))),
            share("non_english", active, _among(active, bibs.filter(~language.is_in(["", "eng"])))),
            share("archival", sent, _among(sent, bibs.filter(archival))),
        ]
    )


@counts(
    "finding_counts",
    Metric("ocn_defects", "Defective OCNs", "Bibs to send with a malformed OCN, or with numbers of which none counts: marked old, wrong prefix.", "ocn_defects_max"),
    Metric("several_ocns", "Several OCNs", "Bibs to send with two or more different OCNs in the place that counts: an ambiguous match.", "several_ocns_max"),
    Metric("shared_ocn", "Shared OCN", "Bibs to send whose OCN is also on another. Watch the trend."),
    Metric("shared_ocn_same_library", "Shared OCN within a library", "Of these, the bibs of groups of one format with two bibs in one library."),
    Metric("brief_level_01", "Too brief: no title", "Open bibs that stay out because they have no title.", "review"),
    Metric("brief_level_02", "Too brief: too few elements", "Open bibs that stay out because they have too few elements.", "review"),
    Metric("brief_level_03", "Catalogued in another language", "Open bibs that stay out because 040 $b is not English.", "review"),
    Metric("sparse", "Sparse", "Bibs to send that OCLC will most likely refuse as sparse.", "sparse_max"),
    Metric("script_pairing", "Script pairing", "Bibs to send whose 880 fields are not paired as they should be.", "script_pairing_max"),
    Metric("print_ocn_on_electronic", "Print OCN on e-record", "Bibs to send that are electronic and have the OCN of a print bib.", "zero"),
    by="mms_id",
)  # fmt: skip
def count_findings(
    *,
    bib_symbols: pl.LazyFrame,
    malformed_ocn: pl.LazyFrame,
    missing_ocn: pl.LazyFrame,
    several_ocns: pl.LazyFrame,
    shared_ocn: pl.LazyFrame,
    brief_record: pl.LazyFrame,
    sparse_record: pl.LazyFrame,
    script_pairing: pl.LazyFrame,
    print_ocn_on_electronic: pl.LazyFrame,
) -> pl.DataFrame:
    """How many bibs have something the matter with them that was found?

    Args:
        bib_symbols: the symbols of each bib.
        malformed_ocn, missing_ocn, several_ocns, shared_ocn, brief_record, sparse_record, script_pairing,
            print_ocn_on_electronic: the findings.
    """
    symbols = bib_symbols.collect()
    sent, active = _sent(symbols), _active(symbols)
    unusable = missing_ocn.filter(pl.col("class").is_in(["only_old", "only_bad"]))
    shares = {
        "ocn_defects": (sent, pl.concat([malformed_ocn.select("mms_id"), unusable.select("mms_id")])),
        "several_ocns": (sent, several_ocns),
        "shared_ocn": (sent, shared_ocn),
        "shared_ocn_same_library": (sent, shared_ocn.filter(pl.col("class") == "same_library")),
        "brief_level_01": (active, brief_record.filter(pl.col("class") == "01")),
        "brief_level_02": (active, brief_record.filter(pl.col("class") == "02")),
        "brief_level_03": (active, brief_record.filter(pl.col("class") == "03")),
        "sparse": (sent, sparse_record),
        "script_pairing": (sent, script_pairing),
        "print_ocn_on_electronic": (sent, print_ocn_on_electronic),
    }
    return pl.concat(share(metric, of, _among(of, findings)) for metric, (of, findings) in shares.items())


@counts(
    "stale_counts",
    Metric("stale_ocn", "Out-of-date OCN", "Bibs to send with a number that WorldCat has merged into another.", needs="load OCLC's record output (metacoll files), which tells merged numbers"),
    by={"bib_symbols": "mms_id", "stale_ocn": "mms_id"},
)  # fmt: skip
def count_stale_numbers(*, bib_symbols: pl.LazyFrame, stale_ocn: pl.LazyFrame, terminals: pl.LazyFrame) -> pl.DataFrame:
    """How many bibs have a number that WorldCat has merged into another? Nothing is counted where no merge is known.

    Args:
        bib_symbols: the symbols of each bib.
        stale_ocn: the findings.
        terminals: where numbers end: whether any is known.
    """
    if terminals.head(1).collect().is_empty():
        return nothing_counted()
    sent = _sent(bib_symbols.collect())
    return share("stale_ocn", sent, _among(sent, stale_ocn))
