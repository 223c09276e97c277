"""Checks of the rows of a file of numbers. Nobody overrides them: a row that fails is none that may leave (practice.md 6.3)."""

import polars as pl

from .checks import Said, check, counted, listed
from .samples import called_wrong
from .state import DELETE, State, with_name_of_today

_ANEW = "Load again; if it stays, this is a fault of ours: keep the project as it is, and report it."


def _said(wrong: pl.Series, of: int, what: str) -> Said:
    """A check of rows: no number may be wrong."""
    numbers = [str(number) for number in wrong.unique().sort()]
    words = f"{len(numbers):,} of {counted(of, 'number')} {what}"
    return Said(not numbers, f"{words}: {listed(numbers)}" if numbers else words)


@check("digits_only", "Each row is digits only", mends=_ANEW, is_final=True)
def digits_only(state: State) -> Said:
    """Whether the number of each row is a whole number that can be an OCN."""
    numbers = state.going["number"]
    is_good = numbers.is_between(1, state.settings.ocn.maximum).fill_null(False)
    return _said(numbers.cast(pl.String).fill_null("(none)").filter(~is_good), numbers.len(), "can be no OCN")


@check("unique", "Each number is there once", mends=_ANEW, is_final=True)
def unique(state: State) -> Said:
    """Whether a number, or a row of the list, is there twice."""
    numbers, held = state.going["number"], state.held["ocn"]
    twice = [numbers.filter(numbers.is_duplicated()), held.filter(held.is_duplicated())]
    return _said(pl.concat([each.cast(pl.Int64) for each in twice]), numbers.len(), "are there twice")


@check(
    "current",
    "Each number is the current one of its record",
    mends="Load the newest merges and lists of current numbers, so that each number has one end; then look again.",
    is_final=True,
)
def current(state: State) -> Said:
    """Whether each number, resolved today, is the one that the class was found for, has a single end, and is that end."""
    rows = state.held.filter(pl.col("answer") == DELETE)
    moved = rows.filter(
        pl.col("is_ambiguous")
        | pl.col("now").ne_missing(pl.col("number"))
        | pl.col("ocn_current").ne_missing(pl.col("now"))
    )
    again = with_name_of_today(state.going.select("number").drop_nulls(), "number", state.terminals)
    not_the_end = again.filter(pl.col("is_ambiguous") | (pl.col("now") != pl.col("number")))
    wrong = pl.concat([moved["ocn"], not_the_end["number"].rename("ocn")])
    return _said(wrong, state.going.height, "are called otherwise today, or have no single end")


@check(
    "no_alias_stays",
    "No other name of a number stays under the symbol",
    mends="Clear up the numbers that are held; the file then takes both, or neither.",
    is_final=True,
)
def no_alias_stays(state: State) -> Said:
    """Whether a number in the file is, under another name or perhaps, one that must stay under the same symbol."""
    stays = state.held.filter(pl.col("answer").ne_missing(DELETE)).select("ocn", number="now")
    perhaps = state.project.table("ambiguous_aliases").collect().rename({"old_ocn": "ocn"})
    may_be = perhaps.join(stays.select("ocn"), on="ocn", how="semi").select("ocn", "number")
    names = pl.concat([stays, may_be])
    wrong = state.going.join(names.drop_nulls(), on="number", how="semi")
    return _said(wrong["number"], state.going.height, "have a name under the symbol that stays")


@check(
    "no_number_in_error",
    "No number of a record in error goes",
    mends="Correct the record, send it again and load the answer.",
    is_final=True,
)
def no_number_in_error(state: State) -> Said:
    """Whether a number, under any name, was ever sent or answered for a record that is in error."""
    in_error = [
        state.project.table("numbers_in_error").select("number"),
        state.project.table("unread_answers").select("number"),
    ]
    numbers = with_name_of_today(pl.concat(in_error).drop_nulls().unique().collect(), "number", state.terminals)
    wrong = state.going.join(numbers.select(number="now"), on="number", how="semi")
    return _said(wrong["number"], state.going.height, "belong to a record in error")


@check(
    "no_wrong_one_of_the_sample",
    "Nothing goes that somebody has called wrong",
    mends="Record «still held: keep» for it, or correct the record and load; or say in a new sample why it is right.",
    is_final=True,
)
def no_wrong_one_of_the_sample(state: State) -> Said:
    """Whether a number goes that a person, looking at the sample, has called wrong."""
    numbers = state.going["number"]
    wrong = numbers.filter(numbers.is_in(called_wrong(state)))
    return _said(wrong, numbers.len(), "were called wrong by somebody")
