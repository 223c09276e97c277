"""Who owns a number, and what each owner says of it (practice.md 6.2).

A bib owns every number it ever had. Per bib it is worked out what it says as an owner, then per number what all its owners
say together.
"""

from collections.abc import Iterable

import polars as pl

from ..settings import SymbolSettings
from .exchange import is_yes, with_id, with_number
from .registry import gives
from .rules import first_that_fits


def modes_of(symbols: Iterable[SymbolSettings]) -> pl.Expr:
    """The mode of each row's symbol: retired, kept, or unknown: it is not in the settings and is treated as kept."""
    modes = {s.symbol: s.mode for s in symbols}
    if not modes:
        return pl.lit("unknown")
    return pl.col("symbol").replace_strict(modes, default="unknown", return_dtype=pl.String)


@gives("number_owners", by={"all_ocns": "mms_id", "outcome_history": "record_key", "bibs": "mms_id"})
def number_owners(
    *, all_ocns: pl.LazyFrame, outcome_history: pl.LazyFrame, bibs: pl.LazyFrame, terminals: pl.DataFrame
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
        .collect()
        .sort(*keys, "file", "record")
        .unique(keys, keep="first", maintain_order=True)
    )
    return (
        with_number(owned, "ocn", terminals)
        .select(pl.col("ocn_number").alias("number"), "mms_id", "through", "ocn", "file", "record")
        .sort("number", *keys)
    )


def _placement(placed: pl.DataFrame, confirmed: pl.DataFrame, retired: list[str]) -> pl.DataFrame:
    """Each bib's symbols, and whether it is confirmed on every target symbol of what it has in scope.

    A suppressed holding does not make the bib safe, but its target must be confirmed as well; of a holding that the
    location map does not have, nobody knows the target, and the bib is not safe.
    """
    on_target = confirmed.select("mms_id", target_symbol="symbol", is_confirmed=pl.lit(True))
    in_scope = is_yes("in_scope")
    counts = in_scope & ~is_yes("is_suppressed")
    has_target = in_scope | ~is_yes("is_mapped")
    # A holding that is to go to a symbol that is itself retired is nowhere safe.
    is_safe = is_yes("is_confirmed") & ~pl.col("target_symbol").is_in(retired).fill_null(True)
    return (
        placed.join(on_target, on=["mms_id", "target_symbol"], how="left")
        .group_by("mms_id")
        .agg(
            (counts.any() & (is_safe | ~has_target).all()).alias("is_safe"),
            in_scope.any().alias("has_scope"),
            pl.col("outgoing_symbol").drop_nulls().unique().sort().alias("outgoing_symbols"),
            pl.col("target_symbol").drop_nulls().unique().sort().alias("target_symbols"),
        )
    )


@gives(
    "bib_judgements",
    by={
        "bibs": "mms_id",
        "placed_holdings": "mms_id",
        "lead_units": "mms_id",
        "last_outcomes": "record_key",
        "records_in_error": "record_key",
    },
)
def bib_judgements(
    *,
    bibs: pl.LazyFrame,
    placed_holdings: pl.LazyFrame,
    lead_units: pl.LazyFrame,
    last_outcomes: pl.LazyFrame,
    records_in_error: pl.LazyFrame,
    symbols: Iterable[SymbolSettings] = (),
) -> pl.DataFrame:
    """What does each bib say as an owner of numbers?

    Args:
        bibs: the catalogue.
        placed_holdings: holdings with their places.
        lead_units: the unit that leads for each bib.
        last_outcomes: the last word on each record, and whether it is confirmed.
        records_in_error: what OCLC did not take, or answered with a number that nothing explains.
        symbols: `symbols` of the settings.

    Returns:
        mms_id; unit, other_units; is_in_error; is_safe: confirmed on every target symbol of what it has in scope; reason: why it is kept out
        of the exchange (null: it is not); outgoing_symbols, target_symbols: of its holdings, lists; confirmed_symbols: under
        which OCLC has taken it since the extract, a list. Sorted by mms_id.
    """
    retired = [s.symbol for s in symbols if s.mode == "retired"]
    columns = ["mms_id", "in_scope", "is_suppressed", "is_mapped", "outgoing_symbol", "target_symbol"]
    confirmed = last_outcomes.filter("is_confirmed").select("mms_id", "symbol").drop_nulls().unique().collect()
    in_error = records_in_error.select("mms_id", is_in_error=pl.lit(True)).drop_nulls().unique().collect()
    reason = first_that_fits(
        [
            (pl.col("exclusion").is_not_null(), pl.col("exclusion")),
            (is_yes("is_suppressed"), "bib suppressed"),
            (~is_yes("has_scope"), "no holding in scope"),
        ]
    )
    return (
        with_id(bibs.select("mms_id", "exclusion", "is_suppressed"))
        .collect()
        .join(_placement(placed_holdings.select(columns).collect(), confirmed, retired), on="mms_id", how="left")
        .join(in_error, on="mms_id", how="left")
        .join(lead_units.select("mms_id", "unit", "other_units").collect(), on="mms_id", how="left")
        .join(
            confirmed.group_by("mms_id").agg(pl.col("symbol").sort().alias("confirmed_symbols")),
            on="mms_id",
            how="left",
        )
        .select(
            *("mms_id", "unit", "other_units"),
            is_yes("is_in_error").alias("is_in_error"),
            is_yes("is_safe").alias("is_safe"),
            reason.alias("reason"),
            *("outgoing_symbols", "target_symbols", "confirmed_symbols"),
        )
        .sort("mms_id")
    )


@gives("owner_judgements", by="mms_id")
def owner_judgements(*, number_owners: pl.LazyFrame, bib_judgements: pl.LazyFrame) -> pl.DataFrame:
    """What does each owner of a number say?

    Returns:
        number; the columns of `bib_judgements`; file, record: where the owner has the number first. One row for each number
        and bib; sorted by them.
    """
    owners = number_owners.select("number", "mms_id", "file", "record").collect()
    each_once = owners.unique(["number", "mms_id"], keep="first", maintain_order=True)
    return each_once.join(bib_judgements.collect(), on="mms_id", how="inner").sort("number", "mms_id")


@gives("held_owners", by={"newest_holdings": "number", "owner_judgements": "number"})
def held_owners(
    *, newest_holdings: pl.LazyFrame, owner_judgements: pl.LazyFrame, symbols: Iterable[SymbolSettings] = ()
) -> pl.DataFrame:
    """What do the owners of each number that is held under a symbol say together?

    An owner counts as confirmed on its own targets where the symbol is retired, and under the symbol where it is kept.

    Args:
        newest_holdings: what is held.
        owner_judgements: what each owner says.
        symbols: `symbols` of the settings.

    Returns:
        symbol, number; mode (of the symbol); owners; owners_in_error, owners_confirmed, owners_kept_out (of those not
        confirmed), owners_here (with a holding under the symbol); reasons (why they are kept out) and targets (where they
        go), lists; first_owner, first_in_error, first_open: the smallest owner of all, of those in error, of those not
        confirmed. Numbers without owners have no row; sorted.
    """
    is_retired = pl.col("mode") == "retired"
    own_symbols = pl.when(is_retired).then("outgoing_symbols").otherwise("target_symbols")
    is_here = own_symbols.list.contains(pl.col("symbol")).fill_null(False)
    under_symbol = pl.col("confirmed_symbols").list.contains(pl.col("symbol")).fill_null(False)
    is_open, reason = ~pl.col("is_confirmed"), pl.col("reason")
    mms_id = pl.col("mms_id")

    def count(is_so: pl.Expr) -> pl.Expr:
        return is_so.sum().cast(pl.Int64)

    return (
        newest_holdings.select("symbol", "number")
        .unique()
        .with_columns(mode=modes_of(symbols))
        .join(owner_judgements, on="number", how="inner")
        .with_columns(is_confirmed=pl.when(is_retired).then("is_safe").otherwise(under_symbol))
        .group_by("symbol", "number", "mode")
        .agg(
            pl.len().cast(pl.Int64).alias("owners"),
            count(pl.col("is_in_error")).alias("owners_in_error"),
            count(pl.col("is_confirmed")).alias("owners_confirmed"),
            count(is_open & reason.is_not_null()).alias("owners_kept_out"),
            count(is_here).alias("owners_here"),
            reason.filter(is_open).drop_nulls().unique().sort().alias("reasons"),
            pl.col("target_symbols").explode().drop_nulls().unique().sort().alias("targets"),
            mms_id.min().alias("first_owner"),
            mms_id.filter(pl.col("is_in_error")).min().alias("first_in_error"),
            mms_id.filter(is_open).min().alias("first_open"),
        )
        .collect()
        .sort("symbol", "number")
    )
