"""What WorldCat holds under a symbol, as a balance sheet that adds up (practice.md 6.2).

Every number of the newest list of a symbol falls into exactly one class. Both sides are compared by what a number is
called in WorldCat now; a number without a single end there stands for itself and is never compared with another one.
Nothing here deletes: `delete` is an answer only for a retired symbol, and only where every owner is confirmed on its own
target symbol. A symbol that the settings do not know is treated as one that is kept.
"""

from collections.abc import Iterable

import polars as pl

from ..problems import PROBLEMS
from ..settings import SymbolSettings
from .concordance import resolve_ocns
from .errors_in_answers import numbers_in_error, records_in_error
from .exchange import is_yes, with_id, with_number
from .findings import Found, as_findings
from .registry import finds, gives
from .worldcat_overlap import newest_lists

_CLASSES = PROBLEMS["old_holding"].classes


@gives("number_owners")
def number_owners(
    *, all_ocns: pl.DataFrame, outcome_history: pl.DataFrame, bibs: pl.DataFrame, terminals: pl.DataFrame
) -> pl.DataFrame:
    """Which bibs own a number, and through what?

    A bib owns every number it ever had: in any place of its record or its holdings, sent to OCLC, or answered by OCLC.
    Staging numbers are no numbers, and hosts of boundwiths own nothing (practice.md 6.2).

    Args:
        all_ocns: readings, of any verdict that has a number and of every extract: a bib owns every number it ever had.
        outcome_history: `outcomes.outcome_history`.
        bibs: the catalogue; only its bibs own.
        terminals: where numbers end (`concordance.resolve_concordance`).

    Returns:
        number (as WorldCat calls it now, or the number itself when it is ambiguous), mms_id, through (the place, OCN
        sent, OCN answered), ocn (as it stands), file, record. One row for each of the first four; sorted by them.
    """
    can_own = bibs.filter(~is_yes("is_host")).select("mms_id").drop_nulls().unique()
    places = all_ocns.select("mms_id", pl.col("place").alias("through"), "ocn", "file", "record")
    said = [
        outcome_history.select(
            "mms_id", pl.lit(through).alias("through"), pl.col(column).alias("ocn"), "file", "record"
        )
        for through, column in (("OCN sent", "sent_ocn"), ("OCN answered", "result_ocn"))
    ]
    keys = ["mms_id", "through", "ocn"]
    owned = (
        pl.concat([places, *said])
        .filter(pl.col("ocn").is_not_null())
        .join(can_own, on="mms_id", how="semi")
        .sort(*keys, "file", "record")
        .unique(keys, keep="first", maintain_order=True)
    )
    return (
        with_number(owned, "ocn", terminals)
        .select(pl.col("ocn_number").alias("number"), "mms_id", "through", "ocn", "file", "record")
        .sort("number", *keys)
    )


def _held(newest: pl.DataFrame, terminals: pl.DataFrame, symbols: Iterable[SymbolSettings]) -> pl.DataFrame:
    """One row a symbol and number as held: ocn_current, number to compare by, mode of the symbol, rows of the list."""
    modes = {s.symbol: s.mode for s in symbols}
    held = (
        newest.sort("symbol", "ocn", "file", "record")
        .group_by("symbol", "ocn", maintain_order=True)
        .agg(pl.len().cast(pl.Int64).alias("rows"), pl.col("as_of", "file", "record").first())
    )
    mode = pl.col("symbol").replace_strict(modes, default="unknown", return_dtype=pl.String)
    return resolve_ocns(held, "ocn", terminals).with_columns(
        mode=mode if modes else pl.lit("unknown"), number=pl.coalesce("ocn_current", "ocn")
    )


def _confirmed_bibs(last: pl.DataFrame) -> pl.DataFrame:
    """mms_id, symbol, is_confirmed (always true) of the bibs that OCLC has taken since the extract."""
    confirmed = last.filter("is_confirmed").select("mms_id", "symbol").drop_nulls().unique()
    return confirmed.with_columns(is_confirmed=pl.lit(True))


def _judge_placement(placed: pl.DataFrame, last: pl.DataFrame, retired: list[str]) -> pl.DataFrame:
    """Each bib's symbols, and whether it is confirmed on every target symbol of what it has in scope.

    A suppressed holding does not make the bib safe, but its target must be confirmed as well; of a holding that the
    location map does not have, nobody knows the target, and the bib is not safe.
    """
    confirmed = _confirmed_bibs(last).rename({"symbol": "target_symbol"})
    in_scope = is_yes("in_scope")
    counts = in_scope & ~is_yes("is_suppressed")
    has_target = in_scope | ~is_yes("is_mapped")
    # A holding that is to go to a symbol that is itself retired is nowhere safe.
    is_safe = is_yes("is_confirmed") & ~pl.col("target_symbol").is_in(retired).fill_null(True)
    return (
        placed.join(confirmed, on=["mms_id", "target_symbol"], how="left")
        .group_by("mms_id")
        .agg(
            (counts.any() & (is_safe | ~has_target).all()).alias("is_safe"),
            in_scope.any().alias("has_scope"),
            pl.col("outgoing_symbol", "target_symbol").drop_nulls().unique().sort(),
        )
    )


def _judge_bibs(
    bibs: pl.DataFrame, placed: pl.DataFrame, last: pl.DataFrame, in_error: pl.DataFrame, retired: list[str]
) -> pl.DataFrame:
    """What each bib says as an owner: is_in_error, is_safe, reason (why it is kept out; null: it is not)."""
    bibs_in_error = in_error.select("mms_id").drop_nulls().unique()
    reason = (
        pl.when(pl.col("exclusion").is_not_null())
        .then("exclusion")
        .when(is_yes("is_suppressed"))
        .then(pl.lit("bib suppressed"))
        .when(~is_yes("has_scope"))
        .then(pl.lit("no holding in scope"))
    )
    return (
        with_id(bibs)
        .join(_judge_placement(placed, last, retired), on="mms_id", how="left")
        .join(bibs_in_error.with_columns(is_in_error=pl.lit(True)), on="mms_id", how="left")
        .select(
            "mms_id",
            is_yes("is_in_error").alias("is_in_error"),
            is_yes("is_safe").alias("is_safe"),
            reason.alias("reason"),
            "outgoing_symbol",
            "target_symbol",
        )
    )


def _count_owners(
    held: pl.DataFrame, owners: pl.DataFrame, judged: pl.DataFrame, confirmed: pl.DataFrame
) -> pl.DataFrame:
    """What the owners of each symbol's numbers say together.

    An owner counts as confirmed on its own targets where the symbol is retired, and under the symbol where it is kept.
    """
    is_retired = pl.col("mode") == "retired"
    own_symbols = pl.when(is_retired).then("outgoing_symbol").otherwise("target_symbol")
    is_here = own_symbols.list.contains(pl.col("symbol")).fill_null(False)
    is_open = ~pl.col("is_confirmed")
    mms_id, reason = pl.col("mms_id"), pl.col("reason")

    def count(is_so: pl.Expr) -> pl.Expr:
        return is_so.sum().cast(pl.Int64)

    return (
        held.select("symbol", "mode", "number")
        .unique()
        .join(owners.select("number", "mms_id").unique(), on="number", how="inner")
        .join(judged, on="mms_id", how="inner")
        .join(confirmed, on=["mms_id", "symbol"], how="left")
        .with_columns(is_confirmed=pl.when(is_retired).then("is_safe").otherwise(is_yes("is_confirmed")))
        .group_by("symbol", "number")
        .agg(
            pl.len().cast(pl.Int64).alias("owners"),
            count(pl.col("is_in_error")).alias("owners_in_error"),
            count(pl.col("is_confirmed")).alias("owners_confirmed"),
            count(is_open & reason.is_not_null()).alias("owners_kept_out"),
            count(is_here).alias("owners_here"),
            reason.filter(is_open).drop_nulls().unique().sort().alias("reasons"),
            pl.col("target_symbol").explode().drop_nulls().unique().sort().alias("targets"),
            mms_id.min().alias("first_owner"),
            mms_id.filter(pl.col("is_in_error")).min().alias("first_in_error"),
            mms_id.filter(is_open).min().alias("first_open"),
        )
    )


def _confirmed_numbers(last: pl.DataFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """Numbers that a confirmed outcome under a symbol gave, as they are called now."""
    given = last.filter("is_confirmed").select("symbol", pl.col("confirmed_ocns").alias("ocn")).explode("ocn")
    numbers = with_number(given.drop_nulls(), "ocn", terminals)
    return numbers.select("symbol", pl.col("ocn_number").alias("number")).unique()


def _class() -> pl.Expr:
    """The first class that fits, and the owner that decides it (practice.md 6.2, as far as the tables allow)."""
    has_owners = pl.col("owners") > 0
    all_confirmed = has_owners & (pl.col("owners_confirmed") == pl.col("owners"))
    open_owners = pl.col("owners") - pl.col("owners_confirmed")
    is_retired = pl.col("mode") == "retired"
    rules = [
        ((pl.col("owners_in_error") > 0) | pl.col("is_number_in_error"), "in_error"),
        (pl.col("ocn_is_ambiguous"), "ambiguous_number"),
        (pl.when(is_retired).then(all_confirmed).otherwise("is_answered"), "covered"),
        (pl.col("is_replaced"), "drifted"),
        ((open_owners > 0) & (pl.col("owners_kept_out") == open_owners), "excluded_by_policy"),
        (has_owners & (pl.col("owners_here") == 0), "owned_elsewhere"),
        (has_owners, "owned_unconfirmed"),
    ]
    return pl.coalesce(*(pl.when(is_so).then(pl.lit(name)) for is_so, name in rules), pl.lit("not_yet_classed"))


def _answer() -> pl.Expr:
    """What we answer to a class; on a symbol that is kept, a covered number stays."""
    of_class = pl.col("class").replace_strict({name: kind.answer for name, kind in _CLASSES.items()})
    stays = (pl.col("class") == "covered") & (pl.col("mode") != "retired")
    return pl.when(stays).then(pl.lit("keep")).otherwise(of_class)


@gives("held_numbers")
def classify_old_holdings(
    *,
    worldcat_holdings: pl.DataFrame,
    number_owners: pl.DataFrame,
    bibs: pl.DataFrame,
    placed_holdings: pl.DataFrame,
    lead_units: pl.DataFrame,
    outcome_history: pl.DataFrame,
    last_outcomes: pl.DataFrame,
    match_classes: pl.DataFrame,
    replaced_results: pl.DataFrame,
    terminals: pl.DataFrame,
    symbols: Iterable[SymbolSettings],
) -> pl.DataFrame:
    """What should become of each number that WorldCat holds under a symbol?

    Args:
        worldcat_holdings: lists of WorldCat; the newest of each symbol counts.
        number_owners: `number_owners`.
        bibs: the catalogue.
        placed_holdings: `ownership.place_holdings`.
        lead_units: `ownership.lead_units`.
        outcome_history: `outcomes.outcome_history`.
        last_outcomes: `outcomes.last_outcomes`.
        match_classes: `match_classes.match_classes`; what is in error, and stays so until a person has looked at it, is said
            in `errors_in_answers`.
        terminals: where numbers end (`concordance.resolve_concordance`).
        symbols: `symbols` of the settings; one that is not among them has mode unknown and is treated as kept.

    Returns:
        symbol; ocn (as held); ocn_current (as WorldCat calls it now; null: ambiguous); class and answer (see
        `problems/of_holdings.py`; a covered number of a kept symbol is kept); mms_id (the owner that decides, the smallest of
        several), unit and other_units of it; mode; owners; owners_in_error, owners_confirmed (retired symbol: on every
        target symbol of what they have in scope; kept: under the symbol), owners_kept_out (of those not confirmed), owners_here (with a holding under the
        symbol): why the class is what it is; reasons (why they are kept out) and targets (where they go), lists; rows
        (of the list), as_of, file, record (of the first row). One row a symbol and ocn, sorted.
    """
    symbols = list(symbols)
    retired = [s.symbol for s in symbols if s.mode == "retired"]
    newest = newest_lists(worldcat_holdings)
    held = _held(newest, terminals, symbols)
    in_error = records_in_error(outcome_history, last_outcomes, match_classes, terminals)
    judged = _judge_bibs(bibs, placed_holdings, last_outcomes, in_error, retired)
    counts = _count_owners(held, number_owners, judged, _confirmed_bibs(last_outcomes))
    replaced = replaced_results.select(number="result_ocn_number").unique()
    answered = _confirmed_numbers(last_outcomes, terminals)
    doubted = numbers_in_error(outcome_history, in_error, terminals)
    decides = (
        pl.when(pl.col("class") == "in_error")
        .then(pl.coalesce("first_in_error", "first_owner"))
        .when(pl.col("class") == "excluded_by_policy")
        .then("first_open")
        .otherwise("first_owner")
    )
    classed = (
        held.join(counts, on=["symbol", "number"], how="left")
        .join(answered.with_columns(is_answered=pl.lit(True)), on=["symbol", "number"], how="left")
        .join(replaced.with_columns(is_replaced=pl.lit(True)), on="number", how="left")
        .join(doubted.with_columns(is_number_in_error=pl.lit(True)), on="number", how="left")
        .with_columns(
            pl.col("^owners.*$").fill_null(0),
            pl.col("is_answered", "is_replaced", "is_number_in_error").fill_null(False),
            pl.col("reasons", "targets").fill_null([]),
        )
        .with_columns(_class().alias("class"))
        .with_columns(_answer().alias("answer"), decides.alias("mms_id"))
        .join(lead_units.select("mms_id", "unit", "other_units"), on="mms_id", how="left")
        .select(
            *("symbol", "ocn", "ocn_current", "class", "answer", "mms_id", "unit", "other_units", "mode"),
            *("owners", "owners_in_error", "owners_confirmed", "owners_kept_out", "owners_here"),
            *("reasons", "targets", "rows", "as_of", "file", "record"),
        )
        .sort("symbol", "ocn")
    )
    if classed["rows"].sum() != newest.height:
        raise AssertionError(f"{classed['rows'].sum()} rows are classed, but the lists have {newest.height}")
    return classed


@gives("balance_sheet")
def balance_sheet(*, held_numbers: pl.DataFrame) -> pl.DataFrame:
    """How many of the numbers held under each symbol are in which class, and what do we answer?

    Args:
        held_numbers: `classify_old_holdings`.

    Returns:
        symbol; class (in the order of the rules, then total); answer (null for the total); rows (of the list), numbers
        (different ones, as held), current_numbers (after merges). The total is counted over the symbol's list by
        itself and must equal the sum of the classes.
    """
    current = pl.coalesce("ocn_current", "ocn")
    sums = [
        pl.col("rows").sum(),
        pl.len().cast(pl.Int64).alias("numbers"),
        current.n_unique().cast(pl.Int64).alias("current_numbers"),
    ]
    counted = ["rows", "numbers", "current_numbers"]
    by_class = held_numbers.group_by("symbol", "class", "answer").agg(sums)
    total = held_numbers.group_by("symbol").agg(sums)
    added = by_class.group_by("symbol").agg(pl.col(counted).sum())
    if not added.sort("symbol").equals(total.sort("symbol")):
        raise AssertionError("the classes of a symbol do not add up to its list")
    total = total.with_columns(pl.lit("total").alias("class"), pl.lit(None, dtype=pl.String).alias("answer"))
    order = {name: place for place, name in enumerate([*_CLASSES, "total"])}
    return pl.concat([by_class, total.select(by_class.columns)]).sort(
        "symbol", pl.col("class").replace_strict(order, return_dtype=pl.Int32)
    )


@finds("old_holding")
def find_old_holdings(
    *, held_numbers: pl.DataFrame, worldcat_holdings: pl.DataFrame, number_owners: pl.DataFrame
) -> Found:
    """What is there to say of each number that WorldCat holds under a symbol?

    Args:
        held_numbers: `classify_old_holdings`.
        worldcat_holdings: the lists.
        number_owners: `number_owners`.

    Returns:
        Findings `old_holding`, one for each symbol and number as held; `answer` is that of the held number, for it
        depends on whether the symbol is kept. Evidence: the rows of the list, and through what the bibs own the number.
    """
    rows = held_numbers.with_columns(
        reason=pl.col("reasons").list.join(", "), targets=pl.col("targets").list.join(", ")
    )
    lists = newest_lists(worldcat_holdings).select(
        "symbol",
        "ocn",
        pl.lit("WorldCat list").alias("what"),
        pl.coalesce("title", pl.col("ocn").cast(pl.String)).alias("value"),
        "file",
        "record",
    )
    owned = (
        held_numbers.select("symbol", pl.col("ocn").alias("held"), pl.coalesce("ocn_current", "ocn").alias("number"))
        .join(number_owners, on="number", how="inner")
        .select(
            "symbol",
            pl.col("held").alias("ocn"),
            pl.col("through").alias("what"),
            pl.format("{} of {}", "ocn", "mms_id").alias("value"),
            "file",
            "record",
        )
    )
    return as_findings(
        "old_holding",
        rows,
        identity=["symbol", "ocn"],
        parameters=["symbol", "ocn", "mms_id", "reason", "targets", "mode"],
        evidence=pl.concat([lists, owned]),
    )
