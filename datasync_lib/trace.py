"""«Why is this one …?»: everything known of one identifier, on one page, with file and row."""

import html
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import polars as pl

from .identifiers.ocn import read_ocn
from .problems import PROBLEMS

Tables = Callable[[str], pl.DataFrame]


@dataclass(frozen=True)
class Trace:
    """The page of one identifier: a headline, and sections of rows by title."""

    identifier: str
    headline: str
    sections: dict[str, pl.DataFrame]

    def __str__(self) -> str:
        files = sorted({file for frame in self.sections.values() for file in frame["file"].drop_nulls()})
        numbers = {file: f"[{number}]" for number, file in enumerate(files, start=1)}
        parts = [f"{title}\n{_as_text(_with_sources(frame, numbers))}" for title, frame in self.sections.items()]
        legend = "\n".join(f"{number} {file}" for file, number in numbers.items())
        return "\n\n".join([self.headline, *parts, legend]).rstrip()

    def _repr_html_(self) -> str:
        parts = [f"<p><b>{html.escape(self.headline)}</b></p>"]
        for title, frame in self.sections.items():
            parts += [f"<h4>{html.escape(title)}</h4>", _html_table(frame)]
        return "\n".join(parts)


def _with_sources(frame: pl.DataFrame, numbers: dict[str, str]) -> pl.DataFrame:
    """File and record as one short column, and no column that is empty throughout."""
    source = pl.col("file").replace(numbers) + pl.format(" {}", pl.col("record").fill_null(0))
    short = frame.with_columns(source.alias("where")).drop("file", "record")
    return short.select(c for c in short.columns if short[c].null_count() < short.height)


def _as_text(frame: pl.DataFrame) -> str:
    """One row as a list of its values, several as a table."""
    if frame.height == 1:
        width = max(len(name) for name in frame.columns)
        return "\n".join(
            f"  {name:<{width}}  {value}" for name, value in frame.row(0, named=True).items() if value is not None
        )
    with pl.Config(
        tbl_rows=60, tbl_cols=20, tbl_width_chars=220, fmt_str_lengths=100, tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True, tbl_formatting="ASCII_MARKDOWN",
    ):  # fmt: skip
        return str(frame)


def trace(identifier: str, table: Tables) -> Trace:
    """Everything known of an MMS ID, OCN, holding ID, item ID or barcode.

    Args:
        identifier: as staff write it; an OCN in any spelling.
        table: gives a table by name, `last_outcomes`, `held_numbers` and `placed_holdings` among them.

    Returns:
        The bibs it leads to with their spellings of OCNs, holdings and symbols, what was sent, each run's answer, the
        errors, what WorldCat holds, deletion classes, findings and decisions. Sections without rows are left out.
    """
    text = identifier.strip().removeprefix("=").strip('"')  # ="…" is how a number is kept whole in a spreadsheet
    ocn, _ = read_ocn(text, trusted=True)
    mms_ids, what = _bibs_of(text, ocn, table)
    ocns = table("ocns").filter(pl.col("mms_id").is_in(mms_ids))
    history = _history(mms_ids, text, ocn, table)
    numbers = _numbers(ocns, history, ocn, table)
    sections = {
        "Bib": _bib(mms_ids, table),
        "OCNs, place by place": ocns.select(
            "mms_id", "holding_id", "place", "raw", "ocn", "role", "verdict", "is_current", "file", "record"
        ),
        "Standard numbers": _of(
            table("standard_numbers"), mms_ids, "mms_id", "scheme", "value", "is_valid", "role", "file", "record"
        ),
        "Holdings and where they belong": _of(
            table("placed_holdings"),
            mms_ids,
            "mms_id",
            "holding_id",
            "library",
            "location",
            "call_number",
            "unit",
            "outgoing_symbol",
            "target_symbol",
            "in_scope",
            "is_suppressed",
            "host_mms_id",
            "file",
            "record",
        ),
        "Items": _of(table("items"), mms_ids, "holding_id", "barcode", "status", "process_type", "file", "record"),
        "Boundwith": table("links").filter(
            pl.col("host_mms_id").is_in(mms_ids) | pl.col("constituent_mms_id").is_in(mms_ids)
        ),
        "Sent to OCLC": _of(
            table("sent_records"),
            mms_ids,
            "mms_id",
            "lsn",
            "symbol",
            "collection",
            "sent_file",
            "byte_offset",
            "file",
            "record",
        ),
        "What OCLC answered, run by run": history.select(
            *(
                "symbol",
                "received_at",
                "action",
                "lsn",
                "sent_ocn",
                "result_ocn",
                "staging_ocn",
                "sent_file",
                "file",
                "record",
            )
        ),
        "What OCLC found wrong": _exceptions(history, text, table),
        "Last answer by symbol": _of(
            table("last_outcomes"),
            mms_ids,
            "symbol",
            "last_action",
            "received_at",
            "is_success",
            "is_confirmed",
            "result_ocn",
            "staging_ocn",
            "file",
            "record",
        ),
        "Held in WorldCat": _numbered(
            table("worldcat_holdings"), numbers, "symbol", "ocn", "as_of", "title", "file", "record"
        ),
        "Class of old holdings": _numbered(
            table("held_numbers"),
            numbers,
            "symbol",
            "ocn",
            "ocn_current",
            "class",
            "answer",
            "mms_id",
            "unit",
            "file",
            "record",
        ),
        "WorldCat merges": table("concordance").filter(
            pl.col("old_ocn").is_in(numbers) | pl.col("current_ocn").is_in(numbers)
        ),
        "Findings": _findings(mms_ids, numbers, table),
    }
    headline = (
        f"{text}: {what}"
        if any(frame.height for frame in sections.values())
        else f"{text}: nothing is known of it in the loaded files"
    )
    return Trace(text, headline, {title: frame for title, frame in sections.items() if frame.height})


def _bibs_of(text: str, ocn: int | None, table: Tables) -> tuple[list[str], str]:
    """The bibs that an identifier leads to, and in what capacity it was found."""
    holdings, items = table("holdings"), table("items")
    ways = [
        ("an MMS ID", table("bibs").filter(pl.col("mms_id") == text)["mms_id"]),
        ("a holding ID", holdings.filter(pl.col("holding_id") == text)["mms_id"]),
        ("a barcode or item ID", items.filter((pl.col("barcode") == text) | (pl.col("item_id") == text))["mms_id"]),
        ("a local system number", table("sent_records").filter(pl.col("lsn") == text)["mms_id"]),
    ]
    if ocn is not None:
        answers = table("outcome_history").filter(pl.any_horizontal(pl.col("sent_ocn", "result_ocn") == ocn))
        staging = table("outcome_history").filter(pl.col("staging_ocn") == ocn)
        ways += [
            ("an OCN in the catalogue", table("ocns").filter(pl.col("ocn") == ocn)["mms_id"]),
            ("an OCN in OCLC's answers", answers["mms_id"]),
            ("a staging number of OCLC's, not an OCN", staging["mms_id"]),
        ]
    found = [(what, ids.drop_nulls().unique().sort().to_list()) for what, ids in ways]
    found = [(what, ids) for what, ids in found if ids]
    if found:
        return sorted({i for _, ids in found for i in ids}), "; ".join(f"{what} of {_some(ids)}" for what, ids in found)
    return [], "an OCN that no record of the catalogue has" if ocn is not None else "no record of the catalogue"


def _some(ids: list[str]) -> str:
    return ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")


def _history(mms_ids: list[str], text: str, ocn: int | None, table: Tables) -> pl.DataFrame:
    """Each answer on the bibs, and each that names the local number or the OCN itself, in the order they came."""
    named = pl.col("mms_id").is_in(mms_ids) | (pl.col("lsn") == text)
    if ocn is not None:
        named |= pl.any_horizontal(pl.col("sent_ocn", "result_ocn", "staging_ocn") == ocn).fill_null(False)
    return table("outcome_history").filter(named.fill_null(False)).sort("received_at", "file", "record")


def _numbers(ocns: pl.DataFrame, history: pl.DataFrame, ocn: int | None, table: Tables) -> list[int]:
    """Every OCN of the bibs, in the catalogue or in an answer, and the one that was asked for, with its merges."""
    numbers = pl.concat([ocns["ocn"], history["sent_ocn"], history["result_ocn"], pl.Series([ocn], dtype=pl.Int64)])
    numbers = numbers.drop_nulls().unique()
    merges = table("concordance").filter(pl.any_horizontal(pl.col("old_ocn", "current_ocn").is_in(numbers.implode())))
    return pl.concat([numbers, merges["old_ocn"], merges["current_ocn"]]).unique().sort().to_list()


def _bib(mms_ids: list[str], table: Tables) -> pl.DataFrame:
    columns = (
        "mms_id",
        "title",
        "main_entry",
        "year",
        "publisher",
        "format",
        "language",
        "brief_level",
        "missing_elements",
        "is_suppressed",
        "is_electronic",
        "is_host",
        "exclusion",
        "file",
        "record",
    )
    return _of(table("bibs"), mms_ids, *columns)


def _exceptions(history: pl.DataFrame, text: str, table: Tables) -> pl.DataFrame:
    lsns = [*history["lsn"].drop_nulls().unique(), text]
    rows = table("exceptions").filter(
        pl.col("lsn").is_in(lsns) | pl.col("job_key").is_in(history["job_key"].drop_nulls().unique().implode())
    )
    columns = ("symbol", "received_at", "kind", "severity", "message", "staging_ocn", "file", "record")
    return rows.select(columns).sort("received_at", "file", "record")


def _findings(mms_ids: list[str], numbers: list[int], table: Tables) -> pl.DataFrame:
    of_number = (pl.col("problem") == "old_holding") & pl.col("ocn").is_in(numbers)
    rows = table("findings").filter(pl.col("mms_id").is_in(mms_ids) | of_number).sort("priority", "problem")
    words = [PROBLEMS[r["problem"]].explain(r["class"], r["parameters"]) for r in rows.iter_rows(named=True)]
    return rows.select(
        "priority",
        "problem",
        "class",
        "unit",
        "symbol",
        "holding_id",
        "ocn",
        pl.Series("in words", words, dtype=pl.String),
        "row_key",
        "file",
        "record",
    )


def _of(frame: pl.DataFrame, mms_ids: Iterable[str], *columns: str, order: str | None = None) -> pl.DataFrame:
    rows = frame.filter(pl.col("mms_id").is_in(list(mms_ids))).select(columns)
    return rows.sort(order, maintain_order=True) if order else rows


def _numbered(frame: pl.DataFrame, numbers: list[int], *columns: str) -> pl.DataFrame:
    return frame.filter(pl.col("ocn").is_in(numbers)).select(columns)


def _html_table(frame: pl.DataFrame) -> str:
    empty_left_out = [c for c in frame.columns if frame[c].null_count() < frame.height]
    return (
        frame.select(empty_left_out)
        .to_pandas(use_pyarrow_extension_array=True)
        .to_html(index=False, na_rep="", max_rows=60)
    )
