"""The sections of the page, from top to bottom, as a table: one more section is one more entry."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from ..problems import PROBLEMS, in_words
from .known import (
    Known,
    by_answer,
    by_bib,
    by_bib_or_number_held,
    by_decided,
    by_either_number,
    by_host_or_constituent,
    by_number,
    by_number_of_today,
    by_record,
)
from .places import THEN, with_places_of_today

Tables = Callable[[str], pl.LazyFrame]


@dataclass(frozen=True)
class Section:
    """One section of the page: where its rows are, which of them belong to the identifier, and what is shown of them.

    Attributes:
        title: above the rows.
        table: the name of a table or frame.
        rows: the condition on a row.
        columns: those that are shown, and the only ones that are read.
        order: columns to sort by; none: as the table has them.
        read: takes the rows out of the table, where the table does not have all that is shown.
        beside: adds to the rows what other tables say of them; None: nothing.
    """

    title: str
    table: str
    rows: Callable[[Known], pl.Expr]
    columns: tuple[str, ...]
    order: tuple[str, ...] = ()
    read: Callable[[pl.LazyFrame, pl.Expr], pl.LazyFrame] = pl.LazyFrame.filter
    beside: Callable[[pl.LazyFrame, Tables], pl.LazyFrame] | None = None

    def of(self, known: Known, table: Tables) -> pl.LazyFrame:
        """The rows of one identifier."""
        found = self.read(table(self.table), self.rows(known))
        shown = (self.beside(found, table) if self.beside else found).select(self.columns)
        return shown.sort(self.order) if self.order else shown


def _in_words(findings: pl.LazyFrame, rows: pl.Expr) -> pl.LazyFrame:
    return in_words(findings.filter(rows).collect()).lazy().rename({"explanation": "in words"})


def _held_in_words(held: pl.LazyFrame, rows: pl.Expr) -> pl.LazyFrame:
    """Held numbers with the sentences that the workbook of a unit has of them."""
    found = held.filter(rows).with_columns(pl.col("targets", "reasons").list.join(", ")).rename({"reasons": "reason"})
    gaps = pl.struct("symbol", "ocn", "mms_id", "reason", "targets", "mode", "because").struct.json_encode()
    return _in_words(found.with_columns(problem=pl.lit("old_holding"), parameters=gaps), pl.lit(True))


def _claims_in_words(claims: pl.LazyFrame, rows: pl.Expr) -> pl.LazyFrame:
    """Claims with the names of their classes, and what would change them."""
    kinds = PROBLEMS["old_holding"].classes
    words = {name: {code: getattr(kind, name) for code, kind in kinds.items()} for name in ("title", "changed_by")}
    stands = pl.when(pl.col("turn") == 1).then(pl.lit("decides"))
    stands = stands.when("is_blocker").then(pl.lit("is in the way too")).otherwise(pl.lit("comes after"))
    of_class = pl.col("class")
    return claims.filter(rows).with_columns(
        of_class.replace_strict(words["title"]).alias("claim"),
        of_class.replace_strict(words["changed_by"]).alias("what would change it"),
        stands.alias("it"),
    )


def _what_became_of_it(records: pl.LazyFrame, table: Tables) -> pl.LazyFrame:
    """The records that are not current: that they say they are deleted, that a later one took their place, or neither."""
    current = table("current_records").select("file", "record")
    is_there = table("bibs").select("mms_id").unique().with_columns(is_there=True)
    days = table("extracts").select("file", "date").unique("file", keep="any")
    words = (
        pl.when(pl.col("record_status") == "d")
        .then(pl.lit("it says that the bib is deleted"))
        .when("is_there")
        .then(pl.lit("a later record took its place"))
        .otherwise(pl.lit("a later state of the catalogue does not have it"))
    )
    old = records.join(current, on=["file", "record"], how="anti")
    joined = old.join(is_there, on="mms_id", how="left").join(days, on="file", how="left")
    return joined.with_columns(words.alias("what became of it"))


def _owners(judged: pl.LazyFrame, rows: pl.Expr) -> pl.LazyFrame:
    """Owners with the symbols that they go to, and those that confirm the number."""
    symbols = ("required_symbols", "confirmed_symbols")
    return judged.filter(rows).with_columns(pl.col(symbols).list.join(", "))


def _with_line(decisions: pl.LazyFrame, rows: pl.Expr) -> pl.LazyFrame:
    """Where a decision stands in the project: its line in the record of decisions."""
    return decisions.with_columns(file=pl.lit("decisions/decisions.jsonl")).filter(rows)


_REPORT_ROW = ("received_at", "file", "record")
SECTIONS = (
    Section(
        "Bib",
        "bibs",
        by_bib,
        (
            *("mms_id", "title", "main_entry", "year", "publisher", "format", "language", "brief_level"),
            *("missing_elements", "is_suppressed", "is_electronic", "is_host", "exclusion", "file", "record"),
        ),
    ),
    Section(
        "Earlier and deleted records",
        "all_bibs",
        by_bib,
        ("mms_id", "title", "record_status", "what became of it", "date", "file", "record"),
        ("mms_id", "date", "file", "record"),
        beside=_what_became_of_it,
    ),
    Section(
        "OCNs, place by place",
        "ocns",
        by_bib,
        ("mms_id", "holding_id", "place", "raw", "ocn", "role", "verdict", "is_current", "file", "record"),
    ),
    Section(
        "Standard numbers",
        "standard_numbers",
        by_bib,
        ("mms_id", "scheme", "value", "is_valid", "role", "file", "record"),
    ),
    Section(
        "Holdings and where they belong",
        "placed_holdings",
        by_bib,
        (
            *("mms_id", "holding_id", "library", "location", "call_number", "unit", "outgoing_symbol"),
            *("target_symbol", "in_scope", THEN, "is_suppressed", "host_mms_id", "file", "record"),
        ),
        beside=with_places_of_today,
    ),
    Section("Items", "items", by_bib, ("holding_id", "barcode", "status", "process_type", "file", "record")),
    Section("Boundwith", "links", by_host_or_constituent, ("file", "record", "host_mms_id", "constituent_mms_id")),
    Section(
        "Sent to OCLC",
        "sent_records",
        by_bib,
        ("mms_id", "lsn", "symbol", "collection", "sent_file", "byte_offset", "file", "record"),
    ),
    Section(
        "What OCLC answered, run by run",
        "outcome_history",
        by_answer,
        (
            *("symbol", "received_at", "action", "lsn", "sent_ocn", "result_ocn", "staging_ocn", "sent_file"),
            *("file", "record"),
        ),
        _REPORT_ROW,
    ),
    Section(
        "What OCLC found wrong",
        "exceptions",
        by_record,
        ("symbol", "received_at", "kind", "severity", "message", "staging_ocn", "file", "record"),
        _REPORT_ROW,
    ),
    Section(
        "Last answer by symbol",
        "last_outcomes",
        by_bib,
        (
            *("symbol", "last_action", "received_at", "is_success", "is_confirmed", "result_ocn", "staging_ocn"),
            *("file", "record"),
        ),
    ),
    Section("Held in WorldCat", "worldcat_holdings", by_number, ("symbol", "ocn", "as_of", "title", "file", "record")),
    Section(
        "Class of old holdings",
        "held_numbers",
        by_number,
        ("symbol", "ocn", "ocn_current", "class", "answer", "in words", "mms_id", "unit", "file", "record"),
        ("symbol", "ocn"),
        read=_held_in_words,
    ),
    Section(
        "Everything that speaks for and against",
        "held_claims",
        by_number_of_today,
        (
            *("symbol", "number", "turn", "it", "claim", "answer", "reason", "what would change it", "mms_id"),
            *("file", "record"),
        ),
        ("symbol", "number", "turn", "reason", "file", "record"),
        read=_claims_in_words,
    ),
    Section(
        "Who owns the numbers, and what is confirmed",
        "owner_judgements",
        by_number_of_today,
        (
            *("number", "mms_id", "unit", "is_in_error", "is_undecided", "required_symbols", "confirmed_symbols"),
            *("is_safe", "reason", "file", "record"),
        ),
        ("number", "mms_id"),
        read=_owners,
    ),
    Section(
        "Through what they own them, in any extract",
        "number_owners",
        by_number_of_today,
        ("number", "mms_id", "through", "ocn", "file", "record"),
        ("number", "mms_id", "through", "ocn"),
    ),
    Section(
        "WorldCat merges",
        "concordance",
        by_either_number,
        ("file", "record", "old_ocn", "current_ocn", "source", "as_of"),
    ),
    Section(
        "Findings",
        "findings",
        by_bib_or_number_held,
        (
            *("priority", "problem", "class", "answer", "unit", "symbol", "holding_id", "ocn", "in words", "row_key"),
            *("file", "record"),
        ),
        ("priority", "problem"),
        read=_in_words,
    ),
    Section(
        "What became of decisions",
        "decided_rows",
        by_decided,
        (
            *("row_key", "problem", "decision", "status", "state", "done_on", "shown_on", "new_ocn", "who", "others"),
            *("workbook", "sheet", "row", "file", "record"),
        ),
        ("problem", "row_key"),
    ),
    Section(
        "Decisions",
        "decisions",
        by_decided,
        (
            *("row_key", "problem", "decision", "status", "new_ocn", "note", "who", "decided_on", "imported_at"),
            *("workbook", "sheet", "row", "file", "record"),
        ),
        read=_with_line,
    ),
)
