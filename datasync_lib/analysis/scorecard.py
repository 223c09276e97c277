"""The metrics of the readiness scorecard: what they are, how counts of shares add up, and how a gate becomes a colour.

A metric is declared where it is counted (`counts`). A gate of the settings is a share that may be missed: within it the
metric is green, beyond it red. A metric that a person has to look at is amber while there is something to look at.
Information, and what cannot be computed yet, is grey.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from ..settings import Gates
from .registry import Together, gives

ALL = "all"

# How a metric is counted under a symbol: how many, of how many, and what else there is to say.
_COUNTED = {"symbol": pl.String, "metric": pl.String, "count": pl.Int64, "of": pl.Int64, "note": pl.String}


@dataclass(frozen=True)
class Metric:
    """One line of the scorecard for each symbol.

    `gate` is the name of a setting in `[gates]` that ends in _min or _max, "zero" (nothing may be left), "review" (a
    person looks at each), or None for information. `needs` says what to load when there is nothing to count from. Where
    `is_per_unit`, the value is no share: it is how many there are for one unit, and what is counted are those too many.
    """

    code: str
    title: str
    meaning: str
    gate: str | None = None
    scope: Literal["symbols", "all", "worldcat", "targets"] = "symbols"
    needs: str = ""
    is_per_unit: bool = False


# Every metric that is counted, by its code.
METRICS: dict[str, Metric] = {}


def counts(
    name: str, *metrics: Metric, by: str | Mapping[str, str] | None = None, together: Together | None = None
) -> Callable:
    """Register a function as the one that counts some metrics: it gives the frame `name`, of its share, by `as_counts`.

    Args:
        name: of the frame: symbol, metric, count, of, note; sorted by metric, symbol.
        metrics: what is counted.
        by: how the work is split, as for `registry.gives`.
        together: how counts of shares become those of the whole; None: `add_up`.
    """
    if twice := [metric.code for metric in metrics if metric.code in METRICS]:
        raise ValueError(f"{name} declares again what is counted elsewhere: {', '.join(twice)}")
    METRICS.update({metric.code: metric for metric in metrics})
    return gives(name, by=by, together=together or add_up)


def as_counts(metric: str, counted: pl.DataFrame) -> pl.DataFrame:
    """Rows with symbol and count, and of and note where there are any, as counts of a metric."""
    named = counted.with_columns(metric=pl.lit(metric))
    missing = [pl.lit(None).alias(name) for name in _COUNTED if name not in named.columns]
    return named.with_columns(missing).select(pl.col(name).cast(type_) for name, type_ in _COUNTED.items())


def nothing_counted() -> pl.DataFrame:
    """What is given where there is nothing to count from."""
    return pl.DataFrame(schema=_COUNTED)


def number(metric: str, rows: pl.DataFrame) -> pl.DataFrame:
    """How many rows each symbol has."""
    return as_counts(metric, rows.group_by("symbol").agg(count=pl.len()))


def share(metric: str, population: pl.DataFrame, hits: pl.DataFrame) -> pl.DataFrame:
    """How many of each symbol's rows are hits: some rows of the population."""
    of = population.group_by("symbol").agg(of=pl.len())
    counted = of.join(hits.group_by("symbol").agg(count=pl.len()), on="symbol", how="left")
    return as_counts(metric, counted.with_columns(pl.col("count").fill_null(0)))


def everywhere(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows once more under the symbol "all"."""
    return pl.concat([rows.with_columns(symbol=pl.lit(ALL)), rows])


def add_up(parts: pl.DataFrame) -> pl.DataFrame:
    """The counts of all shares."""
    of = pl.when(pl.col("of").is_not_null().any()).then(pl.col("of").sum()).alias("of")
    summed = parts.group_by("symbol", "metric").agg(pl.col("count").sum(), of, pl.col("note").drop_nulls().first())
    return summed.sort("metric", "symbol")


def limit(metric: Metric, gates: Gates) -> tuple[str | None, float | None]:
    """The gate in words, and what share may be missed (None: no share decides)."""
    if metric.gate in (None, "zero", "review"):
        return {"zero": "none", "review": "reviewed"}.get(metric.gate or ""), None
    share = getattr(gates, metric.gate)
    if metric.gate.endswith("_min"):
        return f"at least {100 * share:g} %", 1 - share
    return f"at most {100 * share:g} %", share


def score(counts: pl.DataFrame, metrics: list[Metric], symbols: dict[str, list[str]], gates: Gates) -> pl.DataFrame:
    """Counts on the full grid of symbols and metrics, with gate, colour and meaning.

    Args:
        counts: what could be counted (`counts`).
        metrics: all metrics, in order.
        symbols: the symbols of each scope of a metric.
        gates: limits of the settings.
    """
    grid = pl.DataFrame(
        [
            _line(metric, symbol, order, gates)
            for order, metric in enumerate(metrics)
            for symbol in symbols[metric.scope]
        ],
        schema=_GRID,
        orient="row",
    )
    scored = grid.join(counts, on=["symbol", "metric"], how="left").with_columns(
        _value(), missing=pl.col("count").is_null() & (pl.col("needs") != "")
    )
    note = pl.when("missing").then(pl.lit("Not counted: ") + pl.col("needs") + pl.lit(".")).otherwise("note")
    return (
        scored.with_columns(
            pl.when("missing").then("count").otherwise(pl.col("count").fill_null(0)),
            colour=_colour(),
            meaning=pl.concat_str("meaning", note, separator=" ", ignore_nulls=True),
        )
        .sort(pl.col("symbol") != ALL, "symbol", "order")
        .select("symbol", "metric", "title", "value", "count", "of", "gate", "colour", "meaning")
    )


def _value() -> pl.Expr:
    """The share; the count where it is a share of nothing; or how many there are for one unit."""
    count, of = pl.col("count"), pl.col("of")
    return (
        pl.when(of.is_null())
        .then(count.cast(pl.Float64))
        .when(of > 0)
        .then(pl.when("is_per_unit").then(of / (of - count)).otherwise(count / of))
        .alias("value")
    )


_GRID = {
    "metric": pl.String,
    "title": pl.String,
    "meaning": pl.String,
    "needs": pl.String,
    "is_per_unit": pl.Boolean,
    "kind": pl.String,
    "symbol": pl.String,
    "order": pl.Int32,
    "gate": pl.String,
    "allowed": pl.Float64,
}


def _line(metric: Metric, symbol: str, order: int, gates: Gates) -> tuple:
    gate, allowed = limit(metric, gates)
    kind = metric.gate if metric.gate in ("zero", "review") else (metric.gate or "information")[-4:]
    said = (metric.code, metric.title, metric.meaning, metric.needs, metric.is_per_unit)
    return (*said, kind, symbol, order, gate, allowed)


def _colour() -> pl.Expr:
    kind, count, allowed = pl.col("kind"), pl.col("count"), pl.col("allowed") + 1e-12
    missed = pl.when(kind == "_min").then(1 - pl.col("value")).otherwise("value")
    return (
        pl.when("missing")
        .then(pl.lit("grey"))
        .when(kind == "zero")
        .then(pl.when(count.fill_null(0) == 0).then(pl.lit("green")).otherwise(pl.lit("red")))
        .when(kind == "review")
        .then(pl.when(count.fill_null(0) == 0).then(pl.lit("green")).otherwise(pl.lit("amber")))
        .when(allowed.is_null() | missed.is_null())
        .then(pl.lit("grey"))
        .when(missed <= allowed)
        .then(pl.lit("green"))
        .otherwise(pl.lit("red"))
    )
