"""Places of which the location map may say something else than it seems to (practice.md 6.2, «Placed»).

A line that no holding is at, and that is another place's in other letters, as a person or a spreadsheet has written it, or
a line for the whole library that is newer than that of the location: nobody can tell which of the two was meant.
"""

from datetime import date

import polars as pl

from ..identifiers.location_codes import code_keys
from .ownership import day_of_map, lines_that_count, with_lines
from .registry import gives

_PLACE = ["library", "location"]
_REST = "*"


@gives("doubted_places")
def doubted_places(
    *,
    holdings: pl.LazyFrame,
    location_map: pl.DataFrame,
    extract_date: date | None = None,
    decision_date: date | None = None,
) -> pl.DataFrame:
    """Of which places does the map say two things, of which one may be meant of another place?

    Args:
        holdings: whose places they are.
        location_map: the map.
        extract_date: the day of the catalogue.
        decision_date: the day of the decision.

    Returns:
        library, location; because, in words. Each place once; sorted.
    """
    places = holdings.select(_PLACE).drop_nulls().unique().collect(engine="streaming")
    today = day_of_map(extract_date, decision_date)
    lines = lines_that_count(location_map, today).with_columns(_from=pl.col("valid_from").fill_null(date.min))
    answered = with_lines(places.lazy(), lines.with_columns(_of="location")).collect()
    is_rest = pl.col("location") == _REST
    exact, rest = lines.filter(~is_rest), lines.filter(is_rest)
    keyed = _keyed(answered, 1)
    stray = _keyed(exact.join(places, on=_PLACE, how="anti"))
    astray = _keyed(rest.join(places, on="library", how="anti")).drop("_location")
    of_place = keyed.join(_others(stray), on=["_library", "_location"])
    of_library = keyed.join(_others(astray), on="_library")
    of_rest = answered.join(_others(rest), left_on="library", right_on="library_other", coalesce=False)
    is_newer, is_exact = pl.col("_from_other") > pl.col("_from"), pl.col("_of").fill_null(_REST) != _REST
    spelt = of_place.filter(~is_exact | is_newer | (pl.col("_from_other") == pl.col("_from")))
    wider = [each.filter(is_exact & is_newer) for each in (of_library, of_rest)]
    found = pl.concat([each.filter(_differs()).select(_SAID) for each in (spelt, *wider, of_library.filter(~is_exact))])
    return found.sort(*_PLACE, "because").unique(_PLACE, keep="first", maintain_order=True)


_SAID = [
    *_PLACE,
    pl.format("the location map has «{} / {}» too, which goes elsewhere", "library_other", "location_other").alias(
        "because"
    ),
]


def _others(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines that may be meant of a place: their own columns end in _other."""
    return lines.select(pl.col("^_l.*$"), pl.exclude("^_l.*$").name.suffix("_other"))


def _differs() -> pl.Expr:
    """Whether two lines say another target or scope."""
    names = ("target_symbol", "in_scope")
    return pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_other")) for name in names)


def _keyed(rows: pl.DataFrame, most: int | None = None) -> pl.DataFrame:
    """Rows with the keys of library and location: a row for each that a cell may name, or for the first ones."""
    for name in _PLACE:
        keys = [(code, key) for code in rows[name].unique() for key in code_keys(code)[:most]]
        table = pl.DataFrame(keys, schema={name: pl.String, f"_{name}": pl.String}, orient="row")
        rows = rows.join(table, on=name)
    return rows
