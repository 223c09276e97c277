"""Overrides: a check that fails, and a person who says why it may. `decisions/deletion_overrides.jsonl`.

An override is for one symbol, one check and what the check said at that time about the numbers that would have gone then:
when either is another one, it is asked again.
"""

import hashlib
from collections.abc import Mapping

import polars as pl

from ...errors import InputError
from ...workbooks.record_lines import read_lines
from ...workbooks.records import add_lines
from .state import State

RECORD = "deletion_overrides.jsonl"


def _state_of(row: Mapping, state: State) -> str:
    """A name for what a check says of the numbers that would go."""
    said = f"{row['name']} {row['passes']} {row['numbers']} {state.fingerprint}"
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def with_overrides(checks: pl.DataFrame, state: State) -> pl.DataFrame:
    """The checks with who has overridden them as they are now: who, why, at (null: nobody), and is_open.

    A check is open when it passes or is overridden; the gate is open when each of them is.
    """
    lines = read_lines(state.decisions / RECORD)
    signed = {(line["check"], line["state"]): line for line in lines if line["symbol"] == state.symbol}
    found = [signed.get((row["name"], _state_of(row, state)), {}) for row in checks.iter_rows(named=True)]
    signs = pl.DataFrame(
        [{name: line.get(name) for name in ("who", "why", "at")} for line in found],
        schema=dict.fromkeys(("who", "why", "at"), pl.String),
    )
    passes = pl.col("passes").fill_null(False)
    # What is final stays closed, whatever stands in the record.
    signed_off = pl.col("who").is_not_null() & ~pl.col("is_final") & ~passes
    shown = [pl.when(signed_off).then(pl.col(name)).alias(name) for name in ("who", "why", "at")]
    return pl.concat([checks, signs], how="horizontal").with_columns(*shown, is_open=passes | signed_off)


def add_override(checks: pl.DataFrame, state: State, name: str, *, who: str, why: str) -> None:
    """Record that a person lets one check be as it is now.

    Raises:
        InputError: there is no such check, it passes, it is one that nobody overrides, or who or why is empty.
        OutputError: the record cannot be written.
    """
    rows = checks.filter(pl.col("name") == name).to_dicts()
    if not rows:
        raise InputError(f"there is no check {name!r}; there are: {', '.join(checks['name'])}")
    if not who.strip() or not why.strip():
        raise InputError(f"an override of {name} needs who takes it upon them, and why: --who NAME --why REASON")
    row = rows[0]
    if row["passes"]:
        raise InputError(f"{name} passes ({row['numbers']}): there is nothing to override")
    if row["is_final"]:
        raise InputError(f"{name} cannot be overridden ({row['numbers']}). {row['mends']}")
    line = {"symbol": state.symbol, "check": name, "state": _state_of(row, state), "said": row["numbers"]}
    add_lines(state.decisions / RECORD, [{**line, "who": who.strip(), "why": why.strip()}])
