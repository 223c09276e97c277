"""The state before: which files made up the catalogue before its newest full export, as if nothing newer were there yet."""

from datetime import date, timedelta

import polars as pl

from .ages import as_they_count, first_days

_KIND = ["unit", "scope"]
_A_DAY = timedelta(days=1)


def later_extracts(extracts: pl.DataFrame, until: date | None = None) -> pl.DataFrame:
    """The extracts that make up the state that is compared with the one before, in the columns of the `extracts` table.

    It is that of today, but that files without an entry that look like a full export are taken for one (`whole_states.py`),
    and that what was made for OCLC is no state of the catalogue.

    Args:
        extracts: the `extracts` table.
        until: its last day; None: today.
    """
    looks = pl.col("looks_whole").fill_null(False)
    own = extracts.filter(~pl.col("is_upload").fill_null(False)).with_columns(
        is_one_state=pl.col("is_one_state") | looks, scope=pl.when(looks).then(pl.lit("")).otherwise("scope")
    )
    return as_they_count(own if until is None else own.filter((pl.col("date") <= until).fill_null(True)))


def earlier_extracts(extracts: pl.DataFrame, since: date | None = None, until: date | None = None) -> pl.DataFrame:
    """The extracts that made up the state before, in the columns of the `extracts` table.

    Of a kind of full export (unit and scope) that has taken the place of an older one, the newest is left out, and with it
    what is of its day or later. Where no full export is replaced, increments are left out: the export itself is the earlier
    state. A kind that comes for the first time is in both states, so that nothing of it seems new.

    Args:
        extracts: the `extracts` table.
        since: the last day of the earlier state; None: as told above.
        until: the last day of the later one (`later_extracts`).

    Returns:
        Without rows where there is one state only.
    """
    own = later_extracts(extracts, until)
    day = pl.col("date")
    if since is not None:
        newer = (day > since).fill_null(False)
    elif (replacing := _replacing(own)).height:
        newest = pl.coalesce("_of_kind", pl.when(~pl.col("is_one_state")).then("_of_unit"))
        own = own.join(replacing.rename({"first_day": "_of_kind"}), on=_KIND, how="left", nulls_equal=True)
        of_unit = replacing.group_by("unit").agg(_of_unit=pl.col("first_day").min())
        own = own.join(of_unit, on="unit", how="left")
        newer = (day >= newest).fill_null(False)
    else:
        newer = (~pl.col("is_one_state") & (day > pl.lit(_end_of_first(own), pl.Date))).fill_null(False)
    before = own.filter(~newer)
    if before.height == own.height or before["date"].drop_nulls().is_empty():
        return extracts.clear()
    return as_they_count(before.select(extracts.columns))


def _replacing(own: pl.DataFrame) -> pl.DataFrame:
    """The kinds of full exports of which the newest takes the place of an older one: unit, scope, first_day of the newest."""
    full = own.filter("is_one_state")
    replaced = full.filter(~pl.col("counts")).select(*_KIND).unique()
    newest = first_days(full, _KIND)
    is_of_all = pl.col("scope").fill_null("") == ""
    of_kind = newest.join(replaced, on=_KIND, how="semi", nulls_equal=True)
    of_unit = newest.filter(is_of_all).join(replaced, on="unit", how="semi")
    counting = full.filter("counts").select(*_KIND).unique()
    return pl.concat([of_kind, of_unit]).unique().join(counting, on=_KIND, how="semi", nulls_equal=True)


def _end_of_first(own: pl.DataFrame) -> date | None:
    """The last day of the full exports, or of the first files where none is known to be one; neighbouring days belong together."""
    full = own.filter("is_one_state")["date"].drop_nulls()
    if full.len():
        return full.max()
    days = own["date"].drop_nulls().unique().sort().to_list()
    end = days[0] if days else None
    for day in days[1:]:
        if day - end > _A_DAY:
            break
        end = day
    return end


def as_of(extracts: pl.DataFrame) -> date | None:
    """Of which day a state is: that of the newest of its files; None: nobody knows."""
    return extracts.filter("counts", ~pl.col("is_upload").fill_null(False))["date"].max()
