"""A library of a few numbers, frame by frame: what the checks of a deletion ask of a project, written out by hand."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import polars as pl

from datasync_lib.delivery.deletions.samples import sample_of
from datasync_lib.delivery.deletions.state import State
from datasync_lib.settings import Settings
from datasync_lib.vocabulary.tables import conform, empty

TODAY = date(2025, 9, 20)
SETTINGS = {
    "symbols": [
        {"symbol": "OLD", "mode": "retired", "deleted_by": "own_lists", "name": "Law"},
        {"symbol": "NEW", "deleted_by": "own_lists"},
        {"symbol": "IDLE"},
    ],
    "collections": [{"id": "1099999", "symbol": "NEW"}, {"id": "1099998", "symbol": "OLD", "type": "delete_holdings"}],
}
# Three numbers of OLD go, one waits; 1 was merged into 2, both of which the list has.
HELD = [
    ("OLD", 1, 2, 2, "covered", "delete", "990001"),
    ("OLD", 2, 2, 2, "covered", "delete", "990001"),
    ("OLD", 7, 7, 7, "owned_elsewhere", "delete", "990007"),
    ("OLD", 9, 9, 9, "in_error", "hold", "990009"),
    ("NEW", 2, 2, 2, "covered", "keep", "990001"),
]
_RUN = {"sent_file": "1099999.NEW.a.mrc", "received_at": datetime(2025, 7, 22, 9)}


def held(*rows: tuple) -> pl.DataFrame:
    """Rows of held_numbers: symbol, ocn, ocn_current, number, class, answer, mms_id."""
    names = ["symbol", "ocn", "ocn_current", "number", "class", "answer", "mms_id"]
    numbers = dict.fromkeys(["ocn", "ocn_current", "number"], pl.Int64)
    frame = pl.DataFrame(list(rows), schema={name: numbers.get(name, pl.String) for name in names}, orient="row")
    return frame.with_columns(
        because=pl.lit("said"), unit=pl.lit("Law"), targets=pl.lit(["NEW"]), rows=pl.lit(1, pl.Int64),
        as_of=pl.lit(date(2025, 9, 15)), file=pl.lit("old.txt"), record=pl.int_range(pl.len()),
    )  # fmt: skip


def frames() -> dict[str, pl.DataFrame]:
    """A library in which every check of OLD passes that needs nothing in its decisions."""
    days = {"symbol": pl.String, "as_of": pl.Date}
    files = [
        ("old.txt", "worldcat_list", 4),
        ("lhrs.csv", "lhrs", 0),
        ("kept.csv", "commitments", 0),
        ("ill.csv", "ill_requests", 0),
    ]
    score = [
        ("all", "unit_of_export", 0, 10, 1.0),
        ("all", "mapping_completeness", 10, 10, 1.0),
        ("NEW", "unresolved_rate", 1, 50, 0.02),
    ]
    numbers = held(*HELD)
    return {
        "held_numbers": numbers,
        "balance_sheet": balance_of(numbers),
        "worldcat_holdings": listed(numbers),
        "repeated_numbers": pl.DataFrame(schema={"symbol": pl.String, "ocn": pl.Int64, "rows": pl.Int64}),
        "terminals": pl.DataFrame([(1, 2, "ok"), (5, None, "fork")], schema={"old_ocn": pl.Int64, "current_ocn": pl.Int64, "state": pl.String}, orient="row"),
        "extracts": conform("extracts", pl.DataFrame({"extract": ["*"], "date": [date(2025, 7, 20)], "kind": "full", "unit": "bib", "file": "a.mrc", "counts": True})),
        "list_days": pl.DataFrame([("OLD", date(2025, 9, 15)), ("NEW", date(2025, 9, 15))], schema=days, orient="row"),
        "before_days": pl.DataFrame([("OLD", date(2025, 6, 30))], schema=days, orient="row"),
        "files": conform("files", pl.DataFrame([
            {"file": file, "kind": kind, "sha256": file, "bytes": 9, "found": n, "loaded": n, "repaired": 0, "repeated": 0, "rejected": 0}
            for file, kind, n in files
        ])),
        "searched_files": pl.DataFrame({"file": ["a.mrc"], "is_full": [True], "is_whole": [True]}),
        "unread_lists": pl.DataFrame(schema={"file": pl.String, "symbol": pl.String, "reason": pl.String}),
        "sent_files": pl.DataFrame({"file": ["a"], "sent_file": ["1099999.NEW.a.mrc"], "symbol": ["NEW"], "collection": ["1099999"], "records": [10]}),
        "answered_files": pl.DataFrame({"sent_file": ["1099999.NEW.a.mrc"]}),
        "never_reported": empty("findings"),
        "outcomes": conform("outcomes", pl.DataFrame([{**_RUN, "file": "p", "report_kind": "BibProcessingReport", "action": "match"}])),
        "cross_references": conform("cross_references", pl.DataFrame([{**_RUN, "file": "x", "report_kind": "BibCrossRefReport"}])),
        "exceptions": empty("exceptions"),
        "readiness": pl.DataFrame(score, schema={"symbol": pl.String, "metric": pl.String, "count": pl.Int64, "of": pl.Int64, "value": pl.Float64}, orient="row"),
        "ambiguous_aliases": pl.DataFrame(schema={"old_ocn": pl.Int64, "number": pl.Int64}),
        "numbers_in_error": pl.DataFrame({"number": [9]}),
        "unread_answers": pl.DataFrame(schema={"number": pl.Int64, "mms_id": pl.String}),
        "confirmed_numbers": pl.DataFrame(
            [("NEW", 2, datetime(2025, 7, 22, 9)), ("NEW", 7, datetime(2025, 7, 19, 9))],
            schema={"symbol": pl.String, "number": pl.Int64, "received_at": pl.Datetime}, orient="row",
        ),
        "solved_drifts": pl.DataFrame(schema={"number": pl.Int64}),
        "number_owners": pl.DataFrame({"number": [2, 7, 9], "mms_id": ["990001", "990007", "990009"]}),
        "open_ill_requests": pl.DataFrame({
            "symbol": ["NEW"], "request_id": ["7001"], "role": ["Lender"], "status": ["Shipped"], "as_of": [date(2025, 9, 12)],
            "waiting": ["not known"], "due": ["due later"], "ocn": [1], "mms_id": ["990001"], "number": [2],
            "is_candidate": [True], "is_all": [False], "file": ["ill.csv"], "record": [1],
        }),
        "not_requestable_by_collection": pl.DataFrame({
            "symbol": ["OLD", "OLX"], "library": ["LAW", "MED"], "location": ["stacks"] * 2, "unit": ["Law", "Med"], "titles": [12, 4],
            "by_our_answers": [0, 0],
        }),
        "unread_evidence": pl.DataFrame(schema={"file": pl.String, "symbol": pl.String, "reason": pl.String}),
        **evidence(),
    }  # fmt: skip


def balance_of(numbers: pl.DataFrame) -> pl.DataFrame:
    """How many of the numbers are in which class."""
    sums = [
        pl.col("rows").sum(),
        pl.len().cast(pl.Int64).alias("numbers"),
        pl.col("number").n_unique().cast(pl.Int64).alias("current_numbers"),
    ]
    return numbers.group_by("symbol", "class", "answer", maintain_order=True).agg(sums)


def listed(numbers: pl.DataFrame) -> pl.DataFrame:
    """The rows of WorldCat's lists that the numbers stand in."""
    with_number = numbers.filter(pl.col("ocn").is_not_null())
    return conform("worldcat_holdings", with_number.select("symbol", "ocn", "as_of", "file", "record"))


def evidence(*rows: tuple) -> dict[str, pl.DataFrame]:
    """What lists of staff say: list, symbol, number, is_over."""
    schema = {"list": pl.String, "symbol": pl.String, "number": pl.Int64, "is_over": pl.Boolean}
    named = pl.DataFrame(list(rows), schema=schema, orient="row").with_columns(
        pl.format("{}.csv", "list").alias("file"), pl.int_range(pl.len(), dtype=pl.Int64).alias("record")
    )
    return {"listed_rows": named.drop("number"), "listed_numbers": named.drop_nulls("number")}


@dataclass
class Library:
    """What is asked of a project, as frames."""

    folder: Path
    settings: Settings = field(default_factory=lambda: Settings.model_validate(SETTINGS))
    tables: dict[str, pl.DataFrame] = field(default_factory=frames)
    other_files: tuple[str, ...] = ()
    milestones: pl.DataFrame = field(default_factory=lambda: milestones(("OLD", "ILL freeze", date(2025, 9, 1))))

    @property
    def reports(self) -> Path:
        return self.folder / "reports"

    def table(self, name: str) -> pl.LazyFrame:
        return self.tables[name].lazy()

    def not_as_loaded(self) -> list[str]:
        return list(self.other_files)


def milestones(*rows: tuple) -> pl.DataFrame:
    """Rows of milestones.csv: symbol, milestone, actual."""
    frame = pl.DataFrame(
        list(rows), schema={"symbol": pl.String, "milestone": pl.String, "actual": pl.Date}, orient="row"
    )
    return frame.with_columns(planned=pl.lit(date(2025, 9, 23)), owner=pl.lit("ILL"))


def judged(state: State, *, right: bool) -> list[dict]:
    """What somebody says of the whole sample."""
    said = {"right": right, "who": "A. Keeper", "note": None}
    return [{name: row[name] for name in ("number", "class", "mms_id")} | said for row in sample_of(state).to_dicts()]
