"""Hand-made tables for tests of analyses: say only the columns that matter."""

from datetime import UTC, datetime

import polars as pl

from datasync_lib.analysis.registry import work_out
from datasync_lib.settings import Collection
from datasync_lib.vocabulary.tables import conform, empty

RUN_1 = datetime(2025, 7, 21, 13, 40, 34, 567_000, UTC)
RUN_2 = datetime(2025, 8, 4, 13, 40, 34, 567_000, UTC)
RUN_3 = datetime(2025, 9, 1, 13, 40, 34, 567_000, UTC)

_DEFAULTS = {
    "bibs": {"file": "catalogue.mrc", "is_suppressed": False, "is_host": False, "is_electronic": False},
    "ocns": {"file": "catalogue.mrc", "role": "current", "place": "035$a", "verdict": "ok", "is_current": True},
    "holdings": {"file": "catalogue.mrc", "library": "MAIN", "location": "stacks", "is_suppressed": False},
    "items": {"file": "catalogue.mrc"},
    "links": {"file": "catalogue.mrc"},
    "sent_records": {"file": "sent/1099999.new.run.mrc", "symbol": "NEW", "sent_file": "1099999.new.run.mrc"},
    "outcomes": {
        "file": "BibProcessingReport.txt",
        "report_kind": "BibProcessingReport",
        "collection": "1099999",
        "symbol": "NEW",
        "sent_file": "1099999.new.run.mrc",
        "received_at": RUN_1,
    },
    "exceptions": {
        "file": "BibExceptionReport.txt",
        "report_kind": "BibExceptionReport",
        "collection": "1099999",
        "symbol": "NEW",
        "sent_file": "1099999.new.run.mrc",
        "received_at": RUN_1,
    },
    "cross_references": {
        "file": "BibCrossRefReport.txt",
        "report_kind": "BibCrossRefReport",
        "collection": "1099999",
        "symbol": "NEW",
        "sent_file": "1099999.new.run.mrc",
        "received_at": RUN_1,
    },
    "worldcat_holdings": {"file": "worldcat.OLD.20250901.txt", "symbol": "OLD"},
    "worldcat_records": {"file": "worldcat.OLD.20250901.mrc", "record_type": "a", "bib_level": "m", "old_ocns": []},
}


def rows(table: str, *given: dict) -> pl.DataFrame:
    """Rows of a table: what is given, then defaults, else null; `record` counts from 0."""
    schema = empty(table).schema
    numbered = {"record": None} if "record" not in schema else {}
    full = [{"record": at, **_DEFAULTS.get(table, {}), **row} for at, row in enumerate(given)]
    for row in full if numbered else []:
        row.pop("record")
    unknown = {name for row in full for name in row} - set(schema)
    assert not unknown, f"{table} has no columns {unknown}"
    return conform(table, pl.DataFrame(full, schema=schema))


def terminals(*pairs: tuple[int, int | None]) -> pl.DataFrame:
    """Where old numbers end, as the concordance gives it: null where it is ambiguous."""
    return pl.DataFrame(
        [{"old_ocn": old, "current_ocn": current, "state": "ok" if current else "two_ends"} for old, current in pairs],
        schema={"old_ocn": pl.Int64, "current_ocn": pl.Int64, "state": pl.String},
    )


def leads(*given: dict) -> pl.DataFrame:
    """Leading units of bibs, as `lead_units` gives them."""
    schema = {
        "mms_id": pl.String,
        "unit": pl.String,
        "other_units": pl.String,
        "symbol": pl.String,
        "libraries": pl.List(pl.String),
    }
    return pl.DataFrame(list(given), schema=schema)


def history_of(**tables: object) -> pl.DataFrame:
    """`outcome_history` of outcomes, sent records and bibs; where no collections are given, all were agreed."""
    return work_out("outcome_history", **{"collections": agreed(tables["outcomes"]), **tables})


def agreed(outcomes: pl.DataFrame) -> tuple[Collection, ...]:
    """The collections of some outcomes, each agreed for the symbol that it has there."""
    pairs = outcomes.select("collection", "symbol").drop_nulls().unique().rows()
    return tuple(Collection(id=id_, symbol=symbol) for id_, symbol in pairs)


def last_of(**frames: object) -> pl.DataFrame:
    """`last_outcomes` of a history, the day of the extract and where numbers end."""
    return work_out("last_outcomes", **frames)


def standing_of(**frames: object) -> pl.DataFrame:
    """`standing_outcomes` of a history, the day of the extract and where numbers end."""
    return work_out("standing_outcomes", **frames)
