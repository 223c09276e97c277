"""The records and claims of states that are compared, found as those of today are: asked for only where that is done."""

from collections.abc import Iterator

import polars as pl

from ..tables.ages import files_that_count
from ..tables.current import current_records_in_shares
from ..tables.relinking import find_holding_claims
from ..tables.store import Store
from ..vocabulary.tables import empty

# What stands for a state, by the table of today that has its columns.
OF_STATE = {
    f"{state}_{name}": table
    for state in ("earlier", "later")
    for name, table in (("records", "current_records"), ("claims", "holding_claims"))
}


def pieces_of_state(store: Store, name: str, extracts: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """One of `OF_STATE`, a piece at a time; without rows where there is no such state.

    Args:
        store: the tables of all extracts.
        name: which one.
        extracts: what makes up the state (`tables/earlier.py`).
    """
    yield empty(OF_STATE[name])
    if extracts.is_empty():
        return
    inputs = store.manifest().get("inputs", [])
    sent = [each["file"] for each in inputs if each["sent_file"]]
    content = dict(store.scan("files").select("file", "sha256").collect().iter_rows())
    files = files_that_count(extracts, sent, content)
    holdings = store.scan("holdings")
    if OF_STATE[name] == "current_records":
        yield from current_records_in_shares(store.scan("bibs"), holdings, files)
    else:
        yield from find_holding_claims(holdings, files)
