"""How ready is each symbol, and what is in scope? The counts behind the scorecard (practice.md 5)."""

import polars as pl

from ..settings import Collection, Gates
from .exchange import active_in_scope, current_numbers, in_exchange, is_active_bib, is_yes, own_holdings, with_id
from .export_checks import check_files, check_unit_of_export
from .registry import gives
from .scorecard import ALL, COUNTS, metrics_in_order, score
from .worldcat_overlap import compare_with_worldcat

_ARCHIVAL_RULES = ["amim", "appm", "dacs", "dcrmg", "dcrmm", "dcrmmss"]

# Metric -> problem, and the classes that count (None: all), for metrics on bibs to send.
_BIB_PROBLEMS = {
    "several_ocns": ("several_ocns", None),
    "shared_ocn": ("shared_ocn", None),
    "shared_ocn_same_library": ("shared_ocn", ["same_library"]),
    "sparse": ("sparse_record", None),
    "script_pairing": ("script_pairing", None),
    "print_ocn_on_electronic": ("print_ocn_on_electronic", None),
}
_ANSWERS = {
    "match_rate": ["match"],
    "create_rate": ["create"],
    "unresolved_rate": ["unresolved"],
    "error_rate": ["data error", "processing error"],
}


@gives("readiness")
def readiness(
    *,
    bibs: pl.DataFrame,
    ocns: pl.DataFrame,
    placed_holdings: pl.DataFrame,
    items: pl.DataFrame,
    findings: pl.DataFrame,
    terminals: pl.DataFrame,
    worldcat_holdings: pl.DataFrame,
    sent_records: pl.DataFrame,
    last_outcomes: pl.DataFrame,
    files: pl.DataFrame,
    records: pl.DataFrame,
    collections: tuple[Collection, ...] = (),
    gates: Gates | None = None,
) -> pl.DataFrame:
    """How ready is each target symbol, and the catalogue as a whole?

    Args:
        bibs, ocns, items, worldcat_holdings, sent_records, files, records: tables.
        placed_holdings: holdings with their places (`ownership.place_holdings`).
        findings: findings of all analyses.
        terminals: where numbers end (`concordance.resolve_concordance`).
        last_outcomes: last outcome of each record and symbol (`outcomes.last_outcomes`): symbol, last_action.
        collections: of the settings: the unit of each.
        gates: limits of the settings.

    Returns:
        symbol ("all", or a target symbol; what WorldCat holds also for outgoing symbols); metric; title; value: the
        share count / of (0 to 1), or the count where there is nothing to divide by, or records per unit; count; of; gate
        in words; colour: green, amber, red, or grey for information and for what cannot be counted; meaning: what is
        counted, and what to load when it could not be. All first, then by symbol, each in the order of practice.md 5.
    """
    gates = gates or Gates()
    members, sending, holdings = (
        _members(bibs, placed_holdings),
        _sending(bibs, placed_holdings),
        _holdings_by_symbol(placed_holdings),
    )
    active = members.join(with_id(bibs).filter(is_active_bib()), on="mms_id", how="semi")
    excluded = _excluded(bibs, members, sending)
    numbers = _numbers_by_symbol(sending, ocns, placed_holdings, terminals)
    targets = sorted(set(members["symbol"]) - {ALL})
    counts = [
        *_scope(members, sending, holdings),
        *(_share(f"excluded_{reason}", members, out, "symbol", "mms_id") for reason, out in excluded.items()),
        *_not_sent(findings, placed_holdings, sent_records),
        *_bib_metrics(bibs, ocns, findings, sending, active),
        *_stale(findings, terminals, sending),
        *_holding_metrics(bibs, items, findings, holdings),
        *check_unit_of_export(sent_records, collections),
        *check_files(files, records, gates),
        *compare_with_worldcat(numbers, worldcat_holdings, terminals, targets),
        *_answers(last_outcomes),
    ]
    all_counts = pl.concat(c.select(pl.col(name).cast(type_) for name, type_ in COUNTS.items()) for c in counts)
    on_both_sides = {*targets, *numbers["symbol"], *worldcat_holdings["symbol"]}
    symbols = {
        "symbols": [ALL, *targets],
        "all": [ALL],
        "targets": [ALL, *targets],
        "worldcat": [ALL, *sorted(on_both_sides)],
    }
    return score(all_counts, metrics_in_order(excluded), symbols, gates)


@gives("scope")
def scope_by(*, placed_holdings: pl.DataFrame, bibs: pl.DataFrame) -> pl.DataFrame:
    """What is where: how many holdings and bibs has each library, location, unit and format?

    Returns:
        library, location, unit, target_symbol, in_scope, format; holdings; open_holdings: not suppressed, on a bib that
        is not either; bibs; sorted by the columns that come first. Holdings of a boundwith count once, on the host.
    """
    kinds = with_id(bibs).select("mms_id", "format", bib_suppressed=is_yes("is_suppressed"))
    key = ["library", "location", "unit", "target_symbol", "in_scope", "format"]
    is_open = ~is_yes("is_suppressed") & ~is_yes("bib_suppressed")
    return (
        own_holdings(placed_holdings)
        .join(kinds, on="mms_id", how="left")
        .group_by(key)
        .agg(
            pl.len().cast(pl.Int64).alias("holdings"),
            is_open.sum().cast(pl.Int64).alias("open_holdings"),
            pl.col("mms_id").drop_nulls().n_unique().cast(pl.Int64).alias("bibs"),
        )
        .sort(key, nulls_last=True)
    )


@gives("missing_elements")
def missing_elements(*, bibs: pl.DataFrame) -> pl.DataFrame:
    """What do the bibs lack that stay out because they are too brief?

    Returns:
        level (01 to 03), element, bibs; a bib counts for each element that it lacks; sorted by level, element.
    """
    return (
        with_id(bibs)
        .filter(is_active_bib())
        .with_columns(level=pl.col("exclusion").str.extract(r"^brief_level_(0[123])$"))
        .filter(pl.col("level").is_not_null() & pl.col("missing_elements").is_not_null())
        .select("level", element=pl.col("missing_elements").str.split(" "))
        .explode("element", empty_as_null=True)
        .group_by("level", "element")
        .agg(pl.len().cast(pl.Int64).alias("bibs"))
        .sort("level", "element")
    )


def _everywhere(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows once more under the symbol "all"."""
    return rows.with_columns(symbol=pl.lit(ALL))


def _members(bibs: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """symbol, mms_id: the bibs that each symbol gets, and all bibs."""
    known = with_id(bibs).select("mms_id")
    mapped = placed.filter(is_yes("in_scope") & pl.col("target_symbol").is_not_null())
    under = mapped.select(pl.col("target_symbol").alias("symbol"), "mms_id").unique()
    under = under.join(known, on="mms_id", how="semi")
    return pl.concat([_everywhere(known).select("symbol", "mms_id"), under])


def _sending(bibs: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """symbol, mms_id: bibs in the exchange with an open holding under the symbol; all: bibs in the exchange."""
    sent = in_exchange(bibs).select("mms_id")
    under = placed.filter(active_in_scope()).select(pl.col("target_symbol").alias("symbol"), "mms_id").unique()
    return pl.concat([_everywhere(sent).select("symbol", "mms_id"), under.join(sent, on="mms_id", how="semi")])


def _holdings_by_symbol(placed: pl.DataFrame) -> pl.DataFrame:
    """Own holdings under each target symbol in scope, and all of them."""
    own = own_holdings(placed)
    in_scope = own.filter(is_yes("in_scope") & pl.col("target_symbol").is_not_null())
    return pl.concat([_everywhere(own), in_scope.with_columns(symbol=pl.col("target_symbol"))])


def _number(metric: str, rows: pl.DataFrame) -> pl.DataFrame:
    """How many rows each symbol has."""
    count = pl.len().cast(pl.Int64)
    counted = rows.group_by("symbol").agg(count.alias("count"), count.cast(pl.Float64).alias("value"))
    return counted.with_columns(metric=pl.lit(metric), of=pl.lit(None, pl.Int64), note=pl.lit(None, pl.String))


def _share(metric: str, population: pl.DataFrame, hits: pl.DataFrame, *key: str) -> pl.DataFrame:
    """How many of each symbol's rows are among the hits; `key` names a row (mms_id when not given)."""
    key = key or ("mms_id",)
    marked = population.join(hits.select(*key, hit=pl.lit(True)).unique(), on=key, how="left")
    counted = marked.group_by("symbol").agg(
        pl.col("hit").sum().cast(pl.Int64).alias("count"), pl.len().cast(pl.Int64).alias("of")
    )
    return counted.with_columns(
        metric=pl.lit(metric), value=pl.col("count") / pl.col("of"), note=pl.lit(None, pl.String)
    )


def _scope(members: pl.DataFrame, sending: pl.DataFrame, holdings: pl.DataFrame) -> list[pl.DataFrame]:
    everything = sending.filter(pl.col("symbol") == ALL)
    nowhere = everything.join(sending.filter(pl.col("symbol") != ALL), on="mms_id", how="anti")
    whole = holdings.filter(pl.col("symbol") == ALL)
    return [
        _number("scope_bibs", members),
        _number("scope_holdings", holdings),
        _share("exchange_bibs", members, sending, "symbol", "mms_id"),
        _share("no_symbol", everything, nowhere),
        _share("mapping_completeness", whole, whole.filter(is_yes("is_mapped")), "holding_id"),
    ]


def _excluded(bibs: pl.DataFrame, members: pl.DataFrame, sending: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Reason -> symbol and mms_id of the bibs that stay out for it; each bib has one reason under a symbol."""
    reason = (
        pl.when(is_yes("is_host"))
        .then(pl.lit("host"))
        .when(is_yes("is_suppressed"))
        .then(pl.lit("bib_suppressed"))
        .otherwise(pl.col("exclusion").fill_null("holding_suppressed"))
    )
    out = members.join(sending, on=["symbol", "mms_id"], how="anti").join(
        with_id(bibs).select("mms_id", reason=reason), on="mms_id", how="inner"
    )
    return {name: rows for (name,), rows in out.partition_by("reason", as_dict=True).items()}


def _bib_metrics(
    bibs: pl.DataFrame, ocns: pl.DataFrame, findings: pl.DataFrame, sending: pl.DataFrame, active: pl.DataFrame
) -> list[pl.DataFrame]:
    def blank(name: str) -> pl.Expr:
        return pl.col(name).fill_null("").str.strip_chars(" |#") == ""

    language = pl.col("cataloguing_language").str.strip_chars()
    archival = (pl.col("control_type") == "a") | pl.col("description_rules").is_in(_ARCHIVAL_RULES)
    return [
        _share("ocn_coverage", sending, ocns.filter(is_yes("is_current"))),
        _share("ocn_defects", sending, _defective(findings)),
        *(_share(metric, sending, _found(findings, *which)) for metric, which in _BIB_PROBLEMS.items()),
        *(
            _share(f"brief_level_{level}", active, _found(findings, "brief_record", [level]))
            for level in ("01", "02", "03")
        ),
        _share("blank_codes", sending, bibs.filter(blank("place_code") | blank("language"))),
        _share("non_english", active, bibs.filter(~language.is_in(["", "eng"]))),
        _share("archival", sending, bibs.filter(archival)),
    ]


def _stale(findings: pl.DataFrame, terminals: pl.DataFrame, sending: pl.DataFrame) -> list[pl.DataFrame]:
    return [] if terminals.is_empty() else [_share("stale_ocn", sending, _found(findings, "stale_ocn"))]


def _found(findings: pl.DataFrame, problem: str, classes: list[str] | None = None) -> pl.DataFrame:
    rows = findings.filter(pl.col("problem") == problem)
    return rows if classes is None else rows.filter(pl.col("class").is_in(classes))


def _defective(findings: pl.DataFrame) -> pl.DataFrame:
    """Bibs with a malformed OCN, and bibs whose only numbers are old or cannot be used."""
    missing = _found(findings, "missing_ocn", ["only_old", "only_bad"])
    return pl.concat([_found(findings, "malformed_ocn"), missing])


def _holding_metrics(
    bibs: pl.DataFrame, items: pl.DataFrame, findings: pl.DataFrame, holdings: pl.DataFrame
) -> list[pl.DataFrame]:
    is_open = holdings.filter(~is_yes("is_suppressed"))
    mfhds = holdings.filter(is_yes("is_mfhd"))
    reproduced = pl.concat(
        [
            is_open.filter(is_yes("is_reproduction")).select("holding_id"),
            is_open.join(bibs.filter(is_yes("is_reproduction")), on="mms_id", how="semi").select("holding_id"),
        ]
    )
    return [
        _share("reproductions", is_open, reproduced, "holding_id"),
        *_item_metrics(items, is_open),
        _share("suppression_mismatch", holdings, _found(findings, "suppression_mismatch"), "holding_id"),
        _share("lhr_problems", mfhds, _found(findings, "lhr_problem"), "holding_id"),
    ]


def _item_metrics(items: pl.DataFrame, is_open: pl.DataFrame) -> list[pl.DataFrame]:
    """Nothing when no item says whether it is in place: then it cannot be told from an item that is not there."""
    if items.filter(pl.col("status").is_in(["0", "1"])).is_empty():
        return []
    on_order = pl.col("process_type").str.starts_with("acq").fill_null(False)
    ordered = items.group_by("holding_id").agg(on_order.all().alias("all")).filter("all")
    there = items.filter(pl.col("status") == "1").select("holding_id")
    return [
        _share("on_order_only", is_open, ordered, "holding_id"),
        _share("no_item_in_place", is_open, is_open.join(there, on="holding_id", how="anti"), "holding_id"),
    ]


def _not_sent(findings: pl.DataFrame, placed: pl.DataFrame, sent_records: pl.DataFrame) -> list[pl.DataFrame]:
    """Holdings that should have been sent; a host's count once for each constituent, as each is sent."""
    if sent_records.is_empty():
        return []
    due = placed.filter(active_in_scope()).with_columns(symbol=pl.col("target_symbol"))
    due = pl.concat([_everywhere(due), due])
    return [_share("excluded_unknown", due, _found(findings, "not_sent", ["unknown"]), "mms_id", "holding_id")]


def _answers(last: pl.DataFrame) -> list[pl.DataFrame]:
    """Shares of the last answers, of all records that OCLC has answered."""
    answered = last.select("symbol", "last_action").with_row_index("answer")
    both = pl.concat([_everywhere(answered), answered.filter(pl.col("symbol").is_not_null())])
    return [
        _share(metric, both, answered.filter(pl.col("last_action").is_in(actions)), "answer")
        for metric, actions in _ANSWERS.items()
    ]


def _numbers_by_symbol(
    sending: pl.DataFrame, ocns: pl.DataFrame, placed: pl.DataFrame, terminals: pl.DataFrame
) -> pl.DataFrame:
    """symbol, number: current OCNs of the bibs to send, under the symbols that their holdings are under and go to."""
    everything = sending.filter(pl.col("symbol") == ALL).select("mms_id")
    now = placed.filter(active_in_scope() & pl.col("outgoing_symbol").is_not_null())
    now = now.select(pl.col("outgoing_symbol").alias("symbol"), "mms_id").join(everything, on="mms_id", how="semi")
    numbers = current_numbers(ocns, terminals).select("mms_id", pl.coalesce("ocn_current", "ocn").alias("number"))
    symbols = pl.concat([sending.filter(pl.col("symbol") != ALL), now])
    return symbols.join(numbers, on="mms_id", how="inner").select("symbol", "number").unique().sort("symbol", "number")
