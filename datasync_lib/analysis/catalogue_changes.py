"""The catalogue over time: what is new, gone or changed since the state before (`tables/earlier.py`), record by record.

Compared are bibs by their MMS ID, holdings by theirs, the OCNs that count on each bib as numbers, suppression, and where a
holding stands. How a number is spelt, in which order fields stand, and in how many files an export comes, makes no change.
What has no ID of its own cannot be followed: a holding without one is compared by its place within its bib, and a bib
without MMS ID, or a holding of no bib and without ID, not at all.
"""

from datetime import date

import polars as pl

from ..tables.earlier import as_of, earlier_extracts, later_extracts
from .exchange import is_yes, with_id
from .ownership import with_places_of_map
from .registry import gives

_KEY = ["mms_id", "holding_id"]
_TOLD = ["before", "after"]
_TRACE = ["file_before", "record_before", "file", "record"]
_PLACE = ["library", "location"]
# What each comparison gives; `catalogue_changes` says it.
_RAW = pl.Schema(
    dict.fromkeys([*_KEY, "what", "change", *_TOLD, *_PLACE, *_TRACE], pl.String)
    | {"record_before": pl.Int64, "record": pl.Int64}
)
_CHANGED = pl.lit("changed")
_HIDDEN, _OPEN = "suppressed", "not suppressed"


@gives("compared_states")
def compared_states(*, extracts: pl.DataFrame, changes_since: date | None, changes_until: date | None) -> pl.DataFrame:
    """Which two states of the catalogue are compared? None where there is one only.

    Returns:
        state (before, now); as_of: the day of its newest file; files: their names; is_told: whether it rests on no more than
        [[extracts]] entries and days in names, and not on what exports look like. Two rows, or none.
    """
    before, now = earlier_extracts(extracts, changes_since, changes_until), later_extracts(extracts, changes_until)
    states = [("before", before), ("now", now)] if before.height else []
    is_told = not extracts["looks_whole"].fill_null(False).any()
    rows = [(name, as_of(each), each.filter("counts")["file"].sort().to_list(), is_told) for name, each in states]
    return pl.DataFrame(
        rows,
        schema={"state": pl.String, "as_of": pl.Date, "files": pl.List(pl.String), "is_told": pl.Boolean},
        orient="row",
    )


@gives(
    "bib_changes",
    by={"later_bibs": "mms_id", "earlier_bibs": "mms_id", "later_ocns": "mms_id", "earlier_ocns": "mms_id"},
)
def bib_changes(
    *,
    later_bibs: pl.LazyFrame,
    earlier_bibs: pl.LazyFrame,
    later_ocns: pl.LazyFrame,
    earlier_ocns: pl.LazyFrame,
    extracts: pl.DataFrame,
    compared_states: pl.DataFrame,
) -> pl.DataFrame:
    """Which bibs are new, gone, suppressed or open again, or have other OCNs than before?

    Returns:
        mms_id, holding_id; what: bib, number or suppression; change: new, gone, changed; before, after: what it was and is; library, location; file_before,
        record_before, file, record: the records that say so. Sorted by mms_id, holding_id, what.
    """
    now = _bibs(_of_catalogue(later_bibs, extracts, compared_states), later_ocns)
    both = _side_by_side(_bibs(_compared(earlier_bibs, compared_states), earlier_ocns), now, "mms_id")
    was, is_ = pl.col("_there_before").is_not_null(), pl.col("_there").is_not_null()
    rows = [
        _rows(both.filter(was != is_), "bib", change=_came_or_went()),
        _rows(both.filter(_differ("numbers")), "number", ("numbers_before", "numbers"), _came_or_went("numbers")),
        _rows(both.filter(was & is_ & _differ("hidden")), "suppression", ("hidden_before", "hidden")),
    ]
    return pl.concat(rows).sort(*_KEY, "what", nulls_last=True)


def _bibs(bibs: pl.LazyFrame, ocns: pl.LazyFrame) -> pl.DataFrame:
    """Each bib once, with its OCNs in one text."""
    readings = ocns.filter(is_yes("is_current"), pl.col("ocn").is_not_null()).select("mms_id", "ocn")
    numbers = readings.group_by("mms_id").agg(numbers=pl.col("ocn").unique().sort().cast(pl.String).str.join("; "))
    told = with_id(bibs).select("mms_id", "file", "record", hidden=_hidden(), _there=pl.lit(True))
    none = [pl.lit(None, pl.String).alias(name) for name in ("holding_id", *_PLACE)]
    return told.join(numbers, on="mms_id", how="left").with_columns(none).collect()


@gives("holding_changes", by={"later_holdings": "holding_id", "earlier_holdings": "holding_id"})
def holding_changes(
    *,
    later_holdings: pl.LazyFrame,
    earlier_holdings: pl.LazyFrame,
    extracts: pl.DataFrame,
    compared_states: pl.DataFrame,
) -> pl.DataFrame:
    """Which holdings are new, gone, of another bib, in another place, suppressed or open again?

    Returns:
        mms_id, holding_id; what: holding, location or suppression; change: new, gone, changed; before, after: what it was and is; library, location; file_before,
        record_before, file, record: the records that say so. Sorted by mms_id, holding_id, what.
    """
    now = _by_id(_of_catalogue(later_holdings, extracts, compared_states))
    both = _side_by_side(_by_id(_compared(earlier_holdings, compared_states)), now, "holding_id")
    was, is_ = pl.col("_there_before").is_not_null(), pl.col("_there").is_not_null()
    stayed = both.filter(was & is_)
    rows = [
        _rows(both.filter(was != is_), "holding", ("places_before", "places"), _came_or_went()),
        _rows(stayed.filter(_differ("bibs")), "holding", ("bibs_before", "bibs")),
        _rows(stayed.filter(_differ("places")), "location", ("places_before", "places")),
        _rows(stayed.filter(_differ("hidden")), "suppression", ("hidden_before", "hidden")),
    ]
    return pl.concat(rows).sort(*_KEY, "what", nulls_last=True)


def _by_id(holdings: pl.LazyFrame) -> pl.DataFrame:
    """Each holding that has an ID of its own once, with its bibs and places in one text each."""
    own = holdings.filter(~_is_unnumbered() & ~pl.col("holding_id").str.starts_with(pl.col("file") + "#"))
    ordered = own.with_columns(place=_place()).sort("holding_id", "mms_id", "library", "location", "file", "record")
    return (
        ordered.group_by("holding_id", maintain_order=True)
        .agg(
            pl.col("mms_id", *_PLACE, "file", "record").first(),
            bibs=pl.col("mms_id").drop_nulls().unique().sort().str.join("; "),
            places=pl.col("place").unique().sort().str.join("; "),
            hidden=pl.when(is_yes("is_suppressed").any()).then(pl.lit(_HIDDEN)).otherwise(pl.lit(_OPEN)),
            _there=pl.lit(True),
        )
        .collect()
    )


@gives("unnumbered_changes", by={"later_holdings": "mms_id", "earlier_holdings": "mms_id"})
def unnumbered_changes(
    *,
    later_holdings: pl.LazyFrame,
    earlier_holdings: pl.LazyFrame,
    extracts: pl.DataFrame,
    compared_states: pl.DataFrame,
) -> pl.DataFrame:
    """Which holdings without an ID are new, gone, or in another place, as far as their bib lets it be told?

    What stands at the same place of the same bib is the same holding. Where one is left over before and one now, it has moved;
    more are given as gone and new.

    Returns:
        mms_id, holding_id; what: holding, location or suppression; change: new, gone, changed; before, after: what it was and is; library, location; file_before,
        record_before, file, record: the records that say so. Sorted by mms_id, holding_id, what.
    """
    now = _by_place(_of_catalogue(later_holdings, extracts, compared_states))
    both = _side_by_side(_by_place(_compared(earlier_holdings, compared_states)), now, ["mms_id", "place", "nth"])
    was, is_ = pl.col("_there_before").is_not_null(), pl.col("_there").is_not_null()
    left = both.filter(was != is_).with_columns(was=was, count=pl.len().over("mms_id"))
    is_pair = (pl.col("count") == 2) & (pl.col("was").sum().over("mms_id") == 1)
    left = left.with_columns(is_pair=is_pair)
    pairs = left.filter("is_pair")
    names = [name for name in both.columns if name.endswith("_before")]
    moved = pairs.filter(~pl.col("was")).drop(names).join(pairs.filter("was").select("mms_id", *names), on="mms_id")
    stayed = pl.concat([both.filter(was & is_), moved.select(both.columns)])
    rows = [
        _rows(left.filter(~pl.col("is_pair")), "holding", ("text_before", "text"), _came_or_went()),
        _rows(moved, "location", ("text_before", "text")),
        _rows(stayed.filter(_differ("hidden")), "suppression", ("hidden_before", "hidden")),
    ]
    return pl.concat(rows).sort(*_KEY, "what", "before", "after", nulls_last=True)


def _by_place(holdings: pl.LazyFrame) -> pl.DataFrame:
    """The holdings that are named by their bib and position, each by its place, and which of those there it is."""
    place = _place()
    order = ["mms_id", "place", "hidden", "holding_id"]
    told = holdings.filter(_is_unnumbered()).select(
        *("mms_id", "holding_id", *_PLACE, "file", "record"),
        place=place,
        text=place,
        hidden=_hidden(),
        _there=pl.lit(True),
    )
    return told.sort(order).with_columns(nth=pl.int_range(pl.len()).over("mms_id", "place")).collect()


@gives(
    "catalogue_changes",
    by=dict.fromkeys(
        ["bib_changes", "holding_changes", "unnumbered_changes", "later_holdings", "earlier_holdings"], "mms_id"
    ),
)
def catalogue_changes(
    *,
    bib_changes: pl.LazyFrame,
    holding_changes: pl.LazyFrame,
    unnumbered_changes: pl.LazyFrame,
    later_holdings: pl.LazyFrame,
    earlier_holdings: pl.LazyFrame,
    compared_states: pl.DataFrame,
    location_map: pl.DataFrame,
    extract_date: date | None = None,
) -> pl.DataFrame:
    """What is new, gone or changed in the catalogue since the state before its newest full export?

    Returns:
        what: bib, holding, number (the OCNs of a bib that count), suppression (of the bib, or of the holding where one is
        named), location (of a holding); change: new, gone, changed (a holding: it is of another bib); mms_id, holding_id;
        before, after: the numbers, place, bib or state then and now; with_bib: it came or went with its bib; unit, symbol,
        library, location: where the holding is or was, of a bib where most of its holdings are; file_before,
        record_before, file, record: the records that say so; as_of_before, as_of: the days of the two states. Sorted by
        what, change, mms_id, holding_id.
    """
    told = pl.concat([bib_changes, holding_changes, unnumbered_changes]).collect()
    came = told.filter(pl.col("what") == "bib").select("mms_id", "change", with_bib=True)
    told = told.join(came, on=["mms_id", "change"], how="left")
    told = told.with_columns(with_bib=pl.col("with_bib").fill_null(False) & (pl.col("what") != "bib"))
    of_bibs = _leading_places(told.filter(pl.col("holding_id").is_null()), later_holdings, earlier_holdings)
    told = told.join(of_bibs, on="mms_id", how="left", suffix="_of_bib")
    is_of_bib = pl.col("holding_id").is_null()
    told = told.with_columns(pl.when(is_of_bib).then(f"{name}_of_bib").otherwise(name).alias(name) for name in _PLACE)
    placed = with_places_of_map(told, location_map, extract_date).rename({"target_symbol": "symbol"})
    days = dict(compared_states.select("state", "as_of").iter_rows())
    return placed.select(
        *("what", "change", *_KEY, *_TOLD, "with_bib", "unit", "symbol", *_PLACE, *_TRACE),
        as_of_before=pl.lit(days.get("before"), pl.Date),
        as_of=pl.lit(days.get("now"), pl.Date),
    ).sort("what", "change", *_KEY, *_TOLD, nulls_last=True)


def _leading_places(bibs: pl.DataFrame, *holdings: pl.LazyFrame) -> pl.DataFrame:
    """The place where most holdings of each bib are, in the first of the frames that has any: mms_id, library, location."""
    asked = bibs.select("mms_id").unique().lazy()
    parts = [
        each.join(asked, on="mms_id", how="semi")
        .group_by("mms_id", *_PLACE)
        .agg(count=pl.len())
        .with_columns(order=pl.lit(at))
        for at, each in enumerate(holdings)
    ]
    order = ["mms_id", "order", "count", *_PLACE]
    found = pl.concat(parts).collect().sort(order, descending=[False, False, True, False, False], nulls_last=True)
    return found.unique("mms_id", keep="first", maintain_order=True).select("mms_id", *_PLACE)


@gives(
    "change_counts",
    by={"catalogue_changes": "mms_id"},
    together=lambda parts: _summed(parts),
)
def change_counts(*, catalogue_changes: pl.LazyFrame) -> pl.DataFrame:
    """How many bibs, holdings, numbers, suppressions and locations are new, gone or changed, by unit and library?

    Returns:
        what, change, with_bib, unit, symbol, library; changes: rows of `catalogue_changes`. Sorted.
    """
    return _summed(catalogue_changes.select(*_COUNTED, changes=pl.lit(1, pl.Int64)).collect())


_COUNTED = ["what", "change", "with_bib", "unit", "symbol", "library"]


def _summed(parts: pl.DataFrame) -> pl.DataFrame:
    return parts.group_by(_COUNTED).agg(pl.col("changes").sum()).sort(_COUNTED, nulls_last=True)


def _compared(rows: pl.LazyFrame, compared_states: pl.DataFrame) -> pl.LazyFrame:
    """The rows, and none where there is one state only: all would be new."""
    return rows if compared_states.height else rows.head(0)


def _of_catalogue(rows: pl.LazyFrame, extracts: pl.DataFrame, compared_states: pl.DataFrame) -> pl.LazyFrame:
    """The rows of today that no file has given that was only made for OCLC."""
    uploads = extracts.filter(is_yes("is_upload"))["file"]
    return _compared(rows.filter(~pl.col("file").is_in(uploads.implode())), compared_states)


def _is_unnumbered() -> pl.Expr:
    """Whether a holding is named by its bib and its position there, for want of an ID."""
    return pl.col("holding_id").str.starts_with(pl.col("mms_id") + "#").fill_null(False)


def _place() -> pl.Expr:
    return pl.concat_str(pl.col(_PLACE).fill_null("?"), separator=" / ")


def _hidden() -> pl.Expr:
    return pl.when(is_yes("is_suppressed")).then(pl.lit(_HIDDEN)).otherwise(pl.lit(_OPEN))


def _side_by_side(before: pl.DataFrame, now: pl.DataFrame, on: str | list[str]) -> pl.DataFrame:
    keys = [on] if isinstance(on, str) else on
    renamed = before.rename({name: f"{name}_before" for name in before.columns if name not in keys})
    return now.join(renamed, on=keys, how="full", coalesce=True)


def _differ(name: str) -> pl.Expr:
    return pl.col(name).ne_missing(pl.col(f"{name}_before"))


def _came_or_went(name: str = "_there") -> pl.Expr:
    """Whether something is new, gone, or there both times and another one."""
    was, is_ = pl.col(f"{name}_before").is_not_null(), pl.col(name).is_not_null()
    return pl.when(~was).then(pl.lit("new")).when(~is_).then(pl.lit("gone")).otherwise(pl.lit("changed"))


def _rows(
    both: pl.DataFrame, what: str, told: tuple[str, str] | None = None, change: pl.Expr = _CHANGED
) -> pl.DataFrame:
    """Rows of a comparison in the columns of `_RAW`; what one side only knows is taken from that."""
    texts = [pl.lit(None, pl.String)] * 2 if told is None else [pl.col(name) for name in told]
    either = [
        pl.coalesce(each for each in (name, f"{name}_before") if each in both.columns).alias(name)
        for name in (*_KEY, *_PLACE)
    ]
    rows = both.select(*either, *_TRACE, what=pl.lit(what), change=change, before=texts[0], after=texts[1])
    return rows.select(pl.col(name).cast(type_) for name, type_ in _RAW.items())
