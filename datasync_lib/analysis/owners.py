"""Who owns a number, and what each owner says of it (practice.md 6.2).

A bib owns every number it ever had. Per bib it is worked out what it says as an owner, then per number what all its owners
say together.
"""

from collections.abc import Iterable
from datetime import date

import polars as pl

from ..settings import SymbolSettings
from .exchange import is_yes, with_id, with_number
from .ownership import day_of_map, placed_on_the_day, with_places_of_map
from .registry import gives
from .rules import first_that_fits


def modes_of(symbols: Iterable[SymbolSettings]) -> pl.Expr:
    """The mode of each row's symbol: retired, kept, or unknown: it is not in the settings and is treated as kept."""
    modes = {s.symbol: s.mode for s in symbols}
    if not modes:
        return pl.lit("unknown")
    return pl.col("symbol").replace_strict(modes, default="unknown", return_dtype=pl.String)


@gives(
    "number_owners",
    by={"all_ocns": "mms_id", "outcome_history": "record_key", "cross_answers": "record_key", "bibs": "mms_id"},
)
def number_owners(
    *,
    all_ocns: pl.LazyFrame,
    outcome_history: pl.LazyFrame,
    cross_answers: pl.LazyFrame,
    bibs: pl.LazyFrame,
    terminals: pl.DataFrame,
) -> pl.DataFrame:
    """Which bibs own a number, and through what?

    A bib owns every number it ever had: in any place of its record or its holdings, sent to OCLC, or answered by OCLC.
    Staging numbers are no numbers, and hosts of boundwiths own nothing (practice.md 6.2).

    Args:
        all_ocns: readings, of any verdict that has a number and of every extract: a bib owns every number it ever had.
        outcome_history: `outcomes.outcome_history`.
        cross_answers: numbers that only a cross reference names for a record.
        bibs: the catalogue; only its bibs own.
        terminals: where numbers end (`concordance.resolve_concordance`).

    Returns:
        number (as WorldCat calls it now, or the number itself when it is ambiguous), mms_id, through (the place, OCN
        sent, OCN answered), ocn (as it stands), file, record. One row for each of the first four; sorted by them.
    """
    can_own = bibs.filter(~is_yes("is_host")).select("mms_id").drop_nulls().unique()
    places = all_ocns.select("mms_id", pl.col("place").alias("through"), "ocn", "file", "record")
    answered = ("OCN answered", "result_ocn")
    said = [
        rows.select("mms_id", pl.lit(through).alias("through"), pl.col(column).alias("ocn"), "file", "record")
        for rows, through, column in (
            (outcome_history, "OCN sent", "sent_ocn"),
            (outcome_history, *answered),
            (cross_answers, *answered),
        )
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


def _placement(placed: pl.DataFrame, retired: list[str]) -> pl.DataFrame:
    """Each bib's symbols, and whether each of its holdings has its place (practice.md 6.2, «Placed»).

    A suppressed holding does not make the bib safe, but its target must be confirmed as well; of a holding that the
    location map does not have, or on whose scope or target nobody has decided, nobody knows where it goes. A holding that
    is to go to a symbol that is itself retired is nowhere safe.
    """
    in_scope = is_yes("in_scope")
    marked = placed.join(_not_told_apart(placed), on="mms_id", how="left")
    undecided = ~is_yes("is_mapped") | pl.col("in_scope").is_null() | is_yes("is_alike")
    undecided |= in_scope & pl.col("target_symbol").is_null()
    nowhere = in_scope & pl.col("target_symbol").is_in(retired).fill_null(False)
    return marked.group_by("mms_id").agg(
        undecided.any().alias("is_undecided"),
        ((in_scope & ~is_yes("is_suppressed")).any() & ~(undecided | nowhere).any()).alias("is_placed"),
        in_scope.any().alias("has_scope"),
        pl.col("outgoing_symbol").drop_nulls().unique().sort().alias("outgoing_symbols"),
        pl.col("target_symbol").drop_nulls().unique().sort().alias("target_symbols"),
        pl.col("target_symbol").filter(in_scope).drop_nulls().unique().sort().alias("required_symbols"),
    )


def _not_told_apart(placed: pl.DataFrame) -> pl.DataFrame:
    """Bibs of which a holding cannot be told from another one that goes elsewhere: mms_id, is_alike.

    Two holdings with one ID are such, and two without any in one record: what is said of the one may be meant of the other.
    Those that go to the same place together need not be told apart, and a record of its own tells a holding from others.
    A holding without an ID has one that was made of its bib's (`tables.embedded`).
    """
    has_id = pl.col("holding_id").is_not_null() & ~pl.col("holding_id").str.contains("#", literal=True)
    alike = placed.filter(~has_id | pl.struct("mms_id", "holding_id").is_duplicated())
    whose = ["mms_id", "id", "file", "record"]
    of_record = [pl.when(~has_id).then(name).alias(name) for name in ("file", "record")]
    ways = alike.select("mms_id", pl.when(has_id).then("holding_id").alias("id"), *of_record, *_WAY).unique()
    several = ways.filter(pl.struct(whose).is_duplicated())
    return several.select("mms_id", is_alike=True).unique()


def _may_be_ours(others: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """Bibs with a field without a holding ID at a place that the map has, and none of their holdings: mms_id, is_unclear."""
    place = ["mms_id", "library", "location"]
    ours = others.filter(is_yes("is_mapped") & pl.col("in_scope").fill_null(True))
    return ours.join(placed, on=place, how="anti").select("mms_id", is_unclear=True).unique()


_WAY = ["outgoing_symbol", "target_symbol", "in_scope"]


@gives(
    "bib_judgements",
    by={
        "bibs": "mms_id",
        "placed_holdings": "mms_id",
        "other_holdings": "mms_id",
        "lead_units": "mms_id",
        "records_in_error": "record_key",
    },
)
def bib_judgements(
    *,
    bibs: pl.LazyFrame,
    placed_holdings: pl.LazyFrame,
    other_holdings: pl.LazyFrame,
    lead_units: pl.LazyFrame,
    records_in_error: pl.LazyFrame,
    unread_answers: pl.LazyFrame,
    missing_hosts: pl.DataFrame,
    doubted_places: pl.DataFrame,
    location_map: pl.DataFrame,
    extract_date: date | None = None,
    decision_date: date | None = None,
    symbols: Iterable[SymbolSettings] = (),
) -> pl.DataFrame:
    """What does each bib say as an owner, whatever the number?

    Args:
        bibs: the catalogue.
        placed_holdings: holdings with their places.
        other_holdings: fields without a holding ID, taken for another library's: at a place of the location map one may be
            ours.
        lead_units: the unit that leads for each bib.
        records_in_error: what OCLC did not take, or answered with a number that nothing explains.
        unread_answers: bibs that a row of a report names that could not be read.
        missing_hosts: bibs that are bound in a host that is not there.
        doubted_places: places of which the map says two things.
        location_map: where holdings go, also what holds since the extract was made.
        extract_date: the day for which the holdings were placed.
        decision_date: the day of the decision.
        symbols: `symbols` of the settings.

    Returns:
        mms_id; unit, other_units; is_in_error; is_placed: each of its holdings has a place, and one of them counts;
        is_undecided: the map does not say, or in two ways, where one of its holdings goes, or whether, or two of them that go to different
        places cannot be told apart, or it is bound in a host that is not there; reason: why it is kept out of the
        exchange (null: it is not); outgoing_symbols, target_symbols: of its holdings, lists; required_symbols: under which
        a number must be confirmed to be given up elsewhere, a list. Sorted by mms_id.
    """
    retired = [s.symbol for s in symbols if s.mode == "retired"]
    columns = ["mms_id", "holding_id", "library", "location", "is_suppressed", "is_mapped", *_WAY, "file", "record"]
    placed = placed_on_the_day(placed_holdings.select(columns).collect(), location_map, extract_date, decision_date)
    today = day_of_map(extract_date, decision_date)
    told = other_holdings.join(bibs.select("mms_id", "file", "record"), on=["mms_id", "file", "record"], how="semi")
    others = _may_be_ours(with_places_of_map(told.collect(), location_map, today), placed)
    at_doubted = placed.join(doubted_places, on=["library", "location"], how="semi")
    unclear = pl.concat(
        [others, *(each.select("mms_id", is_unclear=True) for each in (missing_hosts, at_doubted))]
    ).unique()
    doubtful = pl.concat([records_in_error.select("mms_id"), unread_answers.select("mms_id")])
    in_error = doubtful.drop_nulls().unique().with_columns(is_in_error=pl.lit(True)).collect()
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
        .join(_placement(placed, retired), on="mms_id", how="left")
        .join(unclear, on="mms_id", how="left")
        .with_columns(
            is_undecided=is_yes("is_undecided") | is_yes("is_unclear"),
            is_placed=is_yes("is_placed") & ~is_yes("is_unclear"),
        )
        .join(in_error, on="mms_id", how="left")
        .join(lead_units.select("mms_id", "unit", "other_units").collect(), on="mms_id", how="left")
        .select(
            *("mms_id", "unit", "other_units"),
            *(is_yes(flag).alias(flag) for flag in ("is_in_error", "is_placed", "is_undecided")),
            reason.alias("reason"),
            *("outgoing_symbols", "target_symbols", "required_symbols"),
        )
        .sort("mms_id")
    )


@gives(
    "owner_judgements",
    by=dict.fromkeys(["number_owners", "bib_judgements", "confirmed_numbers", "open_holdings"], "mms_id"),
)
def owner_judgements(
    *,
    number_owners: pl.LazyFrame,
    bib_judgements: pl.LazyFrame,
    confirmed_numbers: pl.LazyFrame,
    open_holdings: pl.LazyFrame,
) -> pl.DataFrame:
    """What does each owner of a number say of it?

    Returns:
        number; the columns of `bib_judgements`; is_safe: the number is confirmed for the bib under each symbol that it must
        be, or for each of its holdings that go there; confirmed_symbols: under which it is, a list; file, record: where the owner has the number first. One row for
        each number and bib; sorted by them.
    """
    owners = number_owners.select("number", "mms_id", "file", "record").collect()
    each_once = owners.unique(["number", "mms_id"], keep="first", maintain_order=True)
    confirmed = (
        confirmed_numbers.select("number", "mms_id", "symbol")
        .drop_nulls()
        .join(open_holdings, on=["number", "mms_id", "symbol"], how="anti")
        .group_by("number", "mms_id")
        .agg(pl.col("symbol").unique().sort().alias("confirmed_symbols"))
        .collect()
    )
    required = pl.col("required_symbols")
    missing = required.list.set_difference(pl.col("confirmed_symbols").fill_null([]))
    is_safe = is_yes("is_placed") & (required.list.len() > 0) & (missing.list.len() == 0)
    return (
        each_once.join(bib_judgements.collect(), on="mms_id", how="inner")
        .join(confirmed, on=["number", "mms_id"], how="left")
        .with_columns(is_safe=is_safe.fill_null(False))
        .select("number", *_OF_JUDGEMENTS, "is_safe", "confirmed_symbols", "file", "record")
        .sort("number", "mms_id")
    )


_OF_JUDGEMENTS = [
    *("mms_id", "unit", "other_units", "is_in_error", "is_placed", "is_undecided", "reason"),
    *("outgoing_symbols", "target_symbols", "required_symbols"),
]


@gives("held_owners", by={"newest_holdings": "number", "owner_judgements": "number"})
def held_owners(
    *, newest_holdings: pl.LazyFrame, owner_judgements: pl.LazyFrame, symbols: Iterable[SymbolSettings] = ()
) -> pl.DataFrame:
    """What do the owners of each number that is held under a symbol say together?

    Args:
        newest_holdings: what is held.
        owner_judgements: what each owner says.
        symbols: `symbols` of the settings.

    Returns:
        symbol, number; mode (of the symbol); owners; owners_in_error, owners_undecided (of a holding of theirs nobody knows
        where it goes), owners_confirmed (the number is confirmed for them under each symbol that it must be),
        owners_kept_out (of those not confirmed), owners_here (with a holding under the symbol); reasons (why they are kept
        out) and targets (where they go), lists; first_owner, first_in_error, first_undecided, first_open: the smallest owner
        of all, of those in error, undecided, not confirmed. Numbers without owners have no row; sorted.
    """
    is_retired = pl.col("mode") == "retired"
    own_symbols = pl.when(is_retired).then("outgoing_symbols").otherwise("target_symbols")
    is_here = own_symbols.list.contains(pl.col("symbol")).fill_null(False)
    is_open, reason = ~pl.col("is_safe"), pl.col("reason")
    mms_id = pl.col("mms_id")

    def count(is_so: pl.Expr) -> pl.Expr:
        return is_so.sum().cast(pl.Int64)

    return (
        newest_holdings.select("symbol", "number")
        .unique()
        .with_columns(mode=modes_of(symbols))
        .join(owner_judgements, on="number", how="inner")
        .group_by("symbol", "number", "mode")
        .agg(
            pl.len().cast(pl.Int64).alias("owners"),
            count(pl.col("is_in_error")).alias("owners_in_error"),
            count(pl.col("is_undecided")).alias("owners_undecided"),
            count(pl.col("is_safe")).alias("owners_confirmed"),
            count(is_open & reason.is_not_null()).alias("owners_kept_out"),
            count(is_here).alias("owners_here"),
            reason.filter(is_open).drop_nulls().unique().sort().alias("reasons"),
            pl.col("target_symbols").explode().drop_nulls().unique().sort().alias("targets"),
            mms_id.min().alias("first_owner"),
            mms_id.filter(pl.col("is_in_error")).min().alias("first_in_error"),
            mms_id.filter(pl.col("is_undecided")).min().alias("first_undecided"),
            mms_id.filter(is_open).min().alias("first_open"),
        )
        .collect()
        .sort("symbol", "number")
    )
