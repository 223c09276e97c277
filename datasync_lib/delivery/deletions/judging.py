"""All checks of a symbol, as a frame."""

import polars as pl

# These modules declare the checks, in the order in which they are shown.
from . import checks_of_inputs, checks_of_numbers, checks_of_rows  # noqa: F401
from .checks import CHECKS
from .state import State

_SCHEMA = {
    **dict.fromkeys(["name", "symbol", "title"], pl.String),
    "passes": pl.Boolean,
    **dict.fromkeys(["numbers", "mends"], pl.String),
    "is_final": pl.Boolean,
}


def run_checks(state: State) -> pl.DataFrame:
    """What does each check say of a symbol (practice.md 6.3)?

    Returns:
        name; symbol; title; passes (null: it has no input, which fails too); numbers, in words; mends: what to do; is_final:
        nobody can override it. In the order of the checks.
    """
    rows = []
    for each in CHECKS.values():
        said = each.judge(state)
        rows.append((each.name, state.symbol, each.title, said.passes, said.numbers, each.mends, each.is_final))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def checks_in_words(checks: pl.DataFrame) -> pl.DataFrame:
    """Judged checks (`gate.judged`) as a person reads them: check, result (passes, fails, no input, signed by …), numbers."""
    result = (
        pl.when(pl.col("passes").fill_null(False))
        .then(pl.lit("passes"))
        .when(pl.col("is_open"))
        .then(pl.format("signed by {}", pl.col("who").fill_null("")))
        .when(pl.col("passes").is_null())
        .then(pl.lit("no input"))
        .otherwise(pl.lit("fails"))
    )
    return checks.select(check="name", result=result, numbers="numbers")
