"""Where a holding belongs: its unit, the symbol it is under and the symbol it goes to; `location_map.csv` says it.

A constituent of a boundwith has no holdings of its own: it has its host's library, location and suppression, and so its
host's unit and symbols (practice.md 2.1a, 6.2).
"""

from collections.abc import Iterable
from datetime import date

import polars as pl

from .registry import gives

_IDS_TOGETHER = 1_000_000
# What a line of the location map says of a place.
_ANSWERS = ["unit", "outgoing_symbol", "target_symbol", "in_scope"]


@gives("placed_holdings", by={"holdings": "mms_id", "links": "host_mms_id"})
def place_holdings(
    *, holdings: pl.LazyFrame, links: pl.LazyFrame, location_map: pl.DataFrame, extract_date: date | None = None
) -> pl.DataFrame:
    """Each holding with the unit and the symbols that the location map gives its location on a day.

    A line for the location itself wins over the library's line with `*`; of several lines the last that is valid on the
    day counts (`extract_date` None: the last of all). A host's holdings are given once more for each constituent, and for what
    is bound in that one.

    Args:
        holdings: the holdings.
        links: hosts and what is bound in them.
        location_map: where a location belongs.
        extract_date: the day.

    Returns:
        Every column of `holdings`, and unit, outgoing_symbol, target_symbol, in_scope (null: not in the map),
        is_mapped, host_mms_id (the host whose holding it is, for a constituent); sorted by mms_id, holding_id.
    """
    lines = lines_that_count(location_map, extract_date)
    placed = with_lines(holdings, lines).with_columns(host_mms_id=pl.lit(None, pl.String)).collect()
    bound = _all_bound(links.select(host_mms_id="host_mms_id", mms_id="constituent_mms_id").unique().collect())
    through_host = placed.drop("host_mms_id").rename({"mms_id": "host_mms_id"}).join(bound, on="host_mms_id")
    # Holdings without an ID, or with one ID in two bibs, come in an order that depends on nothing else.
    order = ["mms_id", "holding_id", "file", "record", "library", "location", "host_mms_id"]
    return pl.concat([placed, through_host.select(placed.columns)]).sort(order, nulls_last=True)


@gives("missing_hosts")
def missing_hosts(*, links: pl.LazyFrame, bibs: pl.LazyFrame, mms_suffix: str = "") -> pl.DataFrame:
    """Which bibs are bound in a host that is not in the catalogue, so that nobody knows where it stands?

    Only a host with an MMS ID of ours can be missing, and one without any ID is: a number of another kind names a record
    that is in no export of ours.

    Args:
        links: hosts and what is bound in them.
        bibs: the catalogue.
        mms_suffix: what every MMS ID of ours ends with.

    Returns:
        mms_id; sorted, each once.
    """
    is_ours = pl.col("host_mms_id").str.contains(f"^99[0-9]{{2,}}{mms_suffix}$|#")
    there = bibs.select(host_mms_id="mms_id")
    missing = links.filter(is_ours).join(there, on="host_mms_id", how="anti")
    return missing.select(mms_id="constituent_mms_id").unique().collect(engine="streaming").sort("mms_id")


def _all_bound(links: pl.DataFrame) -> pl.DataFrame:
    """Hosts with all that is bound in them, and in what is bound in them, however deep."""
    every = links
    further = links
    while further.height:
        further = (
            further.join(links, left_on="mms_id", right_on="host_mms_id", suffix="_bound")
            .select("host_mms_id", mms_id="mms_id_bound")
            .unique()
            .join(every, on=["host_mms_id", "mms_id"], how="anti")
        )
        every = pl.concat([every, further])
    return every.filter(pl.col("host_mms_id") != pl.col("mms_id"))


def placed_on_the_day(
    placed: pl.DataFrame, location_map: pl.DataFrame, extract_date: date | None, decision_date: date | None
) -> pl.DataFrame:
    """Placed holdings with unit, target and scope of the day of the decision (practice.md 6.2, «Who owns a number»).

    What has moved by the map since the extract goes to another symbol today. The symbol that a holding is under stays as
    the day of the extract had it: under that one it was set.
    """
    then = lines_that_count(location_map, extract_date)
    today = lines_that_count(location_map, day_of_map(extract_date, decision_date))
    if today.equals(then):
        return placed
    was = placed.rename({"outgoing_symbol": "_was"}).drop(
        "unit", "target_symbol", "in_scope", "is_mapped", strict=False
    )
    moved = with_lines(was.lazy(), today).with_columns(outgoing_symbol=pl.coalesce("_was", "outgoing_symbol"))
    return moved.select(placed.columns).collect()


def with_places_of_map(rows: pl.DataFrame, location_map: pl.DataFrame, extract_date: date | None) -> pl.DataFrame:
    """Rows with library and location, and what the map says of that place: unit, outgoing_symbol, target_symbol, in_scope, is_mapped."""
    return with_lines(rows.lazy(), lines_that_count(location_map, extract_date)).collect()


def with_lines(holdings: pl.LazyFrame, lines: pl.DataFrame) -> pl.LazyFrame:
    """Holdings with the columns of the line of their place, or of their library, and whether there is one: is_mapped."""
    marked = lines.lazy().drop("valid_from").with_columns(is_mapped=True)
    exact = marked.filter(pl.col("location") != "*")
    rest = marked.filter(pl.col("location") == "*").drop("location")
    answers = [name for name in lines.columns if name not in ("library", "location", "valid_from")]
    return (
        holdings.join(exact, on=["library", "location"], how="left")
        .join(rest, on="library", how="left", suffix="_rest")
        .with_columns(pl.when("is_mapped").then(name).otherwise(f"{name}_rest").alias(name) for name in answers)
        .with_columns(is_mapped=pl.coalesce("is_mapped", "is_mapped_rest", pl.lit(False)))
        .drop(f"{name}_rest" for name in [*answers, "is_mapped"])
    )


def day_of_map(extract_date: date | None, decision_date: date | None) -> date | None:
    """The day whose location map counts for a decision: that of the decision, but none before the extract; null: no day is known."""
    return None if extract_date is None else max(extract_date, decision_date or extract_date)


def lines_that_count(location_map: pl.DataFrame, on: date | None) -> pl.DataFrame:
    """The line of each place that holds on a day: library, location, the answers and valid_from; sorted by place."""
    ordered = _valid(location_map, on).sort("valid_from", nulls_last=False, maintain_order=True)
    lines = ordered.unique(["library", "location"], keep="last", maintain_order=True)
    return lines.select("library", "location", *_ANSWERS, "valid_from").sort("library", "location")


def _valid(location_map: pl.DataFrame, on: date | None) -> pl.DataFrame:
    """The lines of the map that hold on a day."""
    return (
        location_map
        if on is None
        else location_map.filter(pl.col("valid_from").is_null() | (pl.col("valid_from") <= on))
    )


@gives("locations_to_map")
def locations_to_map(
    *, holdings: pl.LazyFrame, location_map: pl.DataFrame, extract_date: date | None = None
) -> pl.DataFrame:
    """Which lines does the location map still lack? A list for staff to fill in.

    Asked after every load, of any size: IDs are counted by their hashes, a share of them at a time.

    Args:
        holdings: the holdings, as rows of files: one that is there twice counts once.
        location_map: the map.
        extract_date: the day; None: the last line counts.

    Returns:
        library, location; holdings and bibs: how many are there; sorted by library, location.
    """
    lines = _valid(location_map, extract_date)
    exact = lines.filter(pl.col("location") != "*").select("library", "location").lazy()
    rest = lines.filter(pl.col("location") == "*").select("library").lazy()
    unmapped = holdings.join(exact, on=["library", "location"], how="anti").join(rest, on="library", how="anti")
    place = ["library", "location"]
    found = unmapped.group_by(place).agg(pl.len().alias("rows")).collect(engine="streaming")
    shares = 1 + int(found["rows"].sum()) // _IDS_TOGETHER
    for identifier, name in (("holding_id", "holdings"), ("mms_id", "bibs")):
        counts = _distinct(unmapped, place, identifier, shares).rename({"distinct": name})
        found = found.join(counts, on=place, how="left", nulls_equal=True)
    return found.select(*place, pl.col("holdings", "bibs").fill_null(0)).sort(place, nulls_last=True)


def _distinct(rows: pl.LazyFrame, place: list[str], identifier: str, shares: int) -> pl.DataFrame:
    """How many different identifiers each location has."""
    hashed = rows.select(*place, pl.col(identifier).alias("id")).drop_nulls("id").with_columns(pl.col("id").hash())
    parts = [
        hashed.filter(pl.col("id") % shares == number)
        .group_by(place)
        .agg(pl.col("id").n_unique().cast(pl.Int64).alias("distinct"))
        .collect(engine="streaming")
        for number in range(shares)
    ]
    return pl.concat(parts).group_by(place).agg(pl.col("distinct").sum())


@gives("lead_units", by="mms_id")
def lead_units(*, placed_holdings: pl.LazyFrame) -> pl.DataFrame:
    """The unit that leads for each bib: the one with most holdings, then by name.

    Args:
        placed_holdings: the holdings of each bib, a host's also under its constituents.

    Returns:
        mms_id, unit, other_units (text, separated by ; and a blank; null when there are none), symbol (target symbol of
        the leading unit), libraries (list); sorted by mms_id.
    """
    placed = placed_holdings.select("mms_id", "unit", "target_symbol", "library").collect()
    counted = (
        placed.group_by("mms_id", "unit")
        .agg(pl.len().alias("holdings"), pl.col("target_symbol").drop_nulls().sort().first())
        .sort("mms_id", pl.col("unit").is_null(), pl.col("holdings"), "unit", descending=[False, False, True, False])
    )
    others = pl.col("unit").drop_nulls().slice(1).sort().str.join("; ")
    libraries = pl.col("library").drop_nulls().unique().sort().alias("libraries")
    return (
        counted.group_by("mms_id", maintain_order=True)
        .agg(pl.col("unit").first(), others.alias("other_units"), pl.col("target_symbol").first().alias("symbol"))
        .with_columns(pl.col("other_units").replace("", None))
        .join(placed.group_by("mms_id").agg(libraries), on="mms_id", how="left")
        .sort("mms_id", nulls_last=True)
    )


UNIT = ("unit", "other_units")


def with_units(
    rows: pl.DataFrame, leads: pl.LazyFrame | pl.DataFrame, columns: Iterable[str] = (*UNIT, "symbol")
) -> pl.DataFrame:
    """Rows that have an `mms_id`, with what is known of the unit that leads for the bib.

    Args:
        rows: the rows, in memory.
        leads: `lead_units`, of these bibs or of all; only what is asked for is read.
        columns: of `lead_units`; rows of a report have a symbol of their own.
    """
    units = leads.lazy().select("mms_id", *columns)
    asked_for = units.join(rows.lazy().select("mms_id"), on="mms_id", how="semi").collect(engine="streaming")
    return rows.join(asked_for, on="mms_id", how="left", maintain_order="left")
