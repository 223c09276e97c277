"""All tables by name, and how a frame is brought into the form of one.

IDs are strings (an MMS ID has up to 19 digits), an OCN is Int64. Every row can be traced: `file` is the path in the raw
folder (`archive.zip/member.xml` for a member of an archive) and `record` the 0-based position among the pieces of that
file, rejected ones counted; in a text file it is the row.

`SCHEMA_VERSION` is another one with every change of a column's name or type: tables of another version are built anew. What
people decided is not among them: it is a record, in the form of `decisions.py`.
"""

import functools
import hashlib

import dataframely as dy
import polars as pl

from .catalogue import (
    Bibs,
    HoldingClaims,
    Holdings,
    Items,
    Links,
    LocationMap,
    Ocns,
    OtherHoldings,
    StandardNumbers,
    Subfields,
)
from .decisions import Closings, Decisions, Rounds
from .evidence import LISTS
from .exchange import (
    Concordance,
    CrossReferences,
    Exceptions,
    Outcomes,
    SentRecords,
    WorldcatHoldings,
    WorldcatRecords,
    WorldcatRepeats,
)
from .files import CurrentRecords, Extracts, Files, LoadIssues, RawRows, Records, RejectedNumbers
from .findings import Evidence, Findings

# Everything that the store knows, by the name that users write.
TABLES: dict[str, type[dy.Schema]] = {
    "files": Files,
    "load_issues": LoadIssues,
    "extracts": Extracts,
    "current_records": CurrentRecords,
    "records": Records,
    "rejected_numbers": RejectedNumbers,
    "subfields": Subfields,
    "bibs": Bibs,
    "ocns": Ocns,
    "standard_numbers": StandardNumbers,
    "holdings": Holdings,
    "holding_claims": HoldingClaims,
    "other_holdings": OtherHoldings,
    "items": Items,
    "links": Links,
    "location_map": LocationMap,
    "sent_records": SentRecords,
    "outcomes": Outcomes,
    "exceptions": Exceptions,
    "cross_references": CrossReferences,
    "raw_rows": RawRows,
    "worldcat_holdings": WorldcatHoldings,
    "worldcat_repeats": WorldcatRepeats,
    "worldcat_records": WorldcatRecords,
    "concordance": Concordance,
    **LISTS,
    "findings": Findings,
    "evidence": Evidence,
}

# What staff keep in `decisions/`: never computed, and no table of the store.
KEPT: dict[str, type[dy.Schema]] = {"decisions": Decisions, "closings": Closings, "rounds": Rounds}


@functools.cache
def empty(table: str) -> pl.DataFrame:
    """A frame of a table's columns without rows."""
    return (TABLES | KEPT)[table].create_empty()


def _version() -> str:
    columns = {table: [(name, str(type_)) for name, type_ in empty(table).schema.items()] for table in TABLES}
    return hashlib.sha256(repr(columns).encode()).hexdigest()[:12]


SCHEMA_VERSION = _version()


def conform(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with exactly the table's columns, in order and type; a column that is missing is null.

    Raises:
        dataframely.exc.ValidationError: a rule of the schema does not hold.
    """
    schema = (TABLES | KEPT)[table]
    types = empty(table).schema
    columns = [
        pl.col(name).cast(type_) if name in frame.columns else pl.lit(None, dtype=type_).alias(name)
        for name, type_ in types.items()
    ]
    return schema.validate(frame.select(columns))
