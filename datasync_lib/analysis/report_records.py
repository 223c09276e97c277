"""Which record does a row of a report speak of? The bib, found through the file that was sent (oclc_formats.md 7, 13).

Where no bib can be told it is the local number, else the place in the sent file.
"""

from collections.abc import Iterable

import polars as pl

from ..settings import Collection
from .registry import gives

_RUN = ["symbol", "collection", "received_at"]
# The action of a cross reference that is all that a run says of a record: a number, and not whether it was set or deleted.
CROSS_REFERENCE = "cross reference"


def speaks_of_bibs() -> pl.Expr:
    """Whether a report row speaks of a bib, and not of local bibliographic data (Lbd… reports)."""
    return ~pl.col("report_kind").fill_null("").str.to_lowercase().str.starts_with("lbd")


def is_answer() -> pl.Expr:
    """Whether a row says what became of a record, and is no cross reference, which only names a number."""
    return pl.col("action").ne_missing(CROSS_REFERENCE)


def files_of_runs(rows: pl.LazyFrame) -> pl.DataFrame:
    """The sent file of each run that has just one: symbol, collection, received_at, sent_file."""
    named = rows.filter(pl.col("sent_file").is_not_null()).select(*_RUN, "sent_file").unique()
    files = named.group_by(_RUN).agg(pl.len().alias("files"), pl.col("sent_file").first())
    return files.filter(pl.col("files") == 1).drop("files").sort(_RUN).collect(engine="streaming")


@gives("run_files")
def run_files(*, outcomes: pl.LazyFrame) -> pl.DataFrame:
    """Which file does each run of OCLC's answer?

    Returns:
        symbol, collection, received_at; sent_file: the one that the processing reports of the run name; runs for which
        they name none or several have no row. Sorted.
    """
    return files_of_runs(outcomes.filter(speaks_of_bibs()))


def counted_once(rows: pl.DataFrame, run_files: pl.DataFrame | None = None) -> pl.DataFrame:
    """Report rows without exact repeats, over all files; the first file and row is kept (oclc_formats.md 13.4).

    A copy under a changed name lacks the sent file: it is that of OCLC's own name for the same run.

    Args:
        rows: report rows; repeats of a row must be among them.
        run_files: `files_of_runs` of all rows; None: these are all.
    """
    said = [name for name in rows.columns if name not in ("file", "record")]
    named = (files_of_runs(rows.lazy()) if run_files is None else run_files).rename({"sent_file": "_sent"})
    filled = rows.join(named, on=_RUN, how="left", maintain_order="left").with_columns(
        sent_file=pl.coalesce("sent_file", "_sent")
    )
    return filled.select(rows.columns).sort("file", "record").unique(said, keep="first", maintain_order=True)


def record_of_sent() -> pl.Expr:
    """The record that a sent record is: the bib, else the local number, else its place in the sent file."""
    return pl.coalesce("mms_id", "lsn", _place("byte_offset")).alias("record_key")


def _place(offset: str) -> pl.Expr:
    return pl.format("{}::{}", "sent_file", offset)


def _sent_by(sent_records: pl.LazyFrame, key: str) -> pl.DataFrame:
    """What a key leads to in a sent file; null where it leads to several."""
    names = [name for name in ("mms_id", "holding_id", "lsn", "record_status") if name != key]
    keyed = (
        sent_records.select("sent_file", key, *names)
        .filter(pl.col("sent_file").is_not_null() & pl.col(key).is_not_null())
        .collect()
    )
    # Nearly all keys stand there once: only the others need the slow way.
    is_repeated = keyed.select("sent_file", key).is_duplicated()
    one = keyed.filter(~is_repeated).select(
        "sent_file", key, *(pl.col(name).alias(f"{name}_by_{key}") for name in names)
    )
    several = (
        keyed.filter(is_repeated)
        .group_by("sent_file", key)
        .agg(
            pl.when(pl.col(name).min() == pl.col(name).max()).then(pl.col(name).min()).alias(f"{name}_by_{key}")
            for name in names
        )
    )
    return pl.concat([one, several])


@gives("known_bibs", by="mms_id")
def known_bibs(*, bibs: pl.LazyFrame, sent_records: pl.LazyFrame) -> pl.DataFrame:
    """Which bibs are there, in the catalogue or in a file that was sent?

    Returns:
        mms_id; sorted, each once.
    """
    there = pl.concat([bibs.select("mms_id"), sent_records.select("mms_id")])
    return there.drop_nulls().unique().sort("mms_id").collect()


# What a row is of, where several reports of a run speak of the same record: a record without a number has its place.
_WHO = pl.coalesce("lsn", "job_key")
_FAILURES_OF_EXCEPTIONS = ("data error", "processing error")


def _told_elsewhere(outcomes: pl.DataFrame, cross_references: pl.LazyFrame, exceptions: pl.LazyFrame) -> pl.DataFrame:
    """What only another report of the run tells, as rows of a processing report: failures, one for each record, and numbers.

    A record that stands in a list of unresolved ones, or of which an exception is a data or processing error, or of a kind
    that we do not know, was not taken, whatever the processing report says. An error of validation decides nothing, unless
    the processing report is missing or does not name the record, and it does not look like one that was taken
    (`_looks_staged`). A cross reference names the number of a record that was taken, or deleted (oclc_formats.md 2.1).
    """
    kind = _failure_of_exception()
    is_failure = kind.is_not_null()
    is_staged = ~is_failure & _looks_staged()
    unresolved = pl.lit("unresolved").alias("action")
    # BibUnresolvedCrossRefReport, and unresxrefrpt of the older generation.
    of_unresolved = pl.col("report_kind").str.to_lowercase().str.contains("unres", literal=True)
    lists = cross_references.filter(of_unresolved).with_columns(unresolved)
    numbers = cross_references.filter(~of_unresolved).with_columns(action=pl.lit(CROSS_REFERENCE))
    refused = exceptions.filter(is_failure).with_columns(action=kind)
    staged = exceptions.filter(is_staged).with_columns(unresolved)
    failed = outcomes.filter(pl.col("action").is_in([*_FAILURES_OF_EXCEPTIONS, "unresolved"]))
    ways = (([staged, numbers], outcomes), ([lists, refused], failed))
    told = pl.concat(_not_among(outcomes, reports, rows) for reports, rows in ways)
    return told.unique([*_RUN, "lsn", "action", "job_key", "result_ocn"], keep="first", maintain_order=True)


def _failure_of_exception() -> pl.Expr:
    """The failure that an exception is by its kind, however that is spelled; null for one of validation, and one without a kind."""
    kind = pl.col("kind").str.to_lowercase().str.replace_all("[^a-z]+", " ").str.strip_chars()
    data, processing = _FAILURES_OF_EXCEPTIONS
    of_validation = (kind == "") | kind.str.starts_with("validation")
    return pl.when(~of_validation).then(
        pl.when(kind.str.starts_with("data")).then(pl.lit(data)).otherwise(pl.lit(processing))
    )


def _looks_staged() -> pl.Expr:
    """Whether an error of validation is of a record that went to staging, where nothing else tells it.

    The number beside it is another one than was sent, or it is critical, or it is severe and no number is beside it (in the
    older generation, where a record that was taken always has one, it need not be severe).
    """
    severity, is_old = (
        pl.col("severity").fill_null(""),
        pl.col("report_kind").str.contains("(?i)excpt").fill_null(False),
    )
    is_other = (pl.col("staging_ocn") != pl.col("sent_ocn").fill_null(0)).fill_null(False)
    is_without = pl.col("staging_ocn").is_null() & (is_old | severity.str.starts_with("SEVERE"))
    return is_other | is_without | severity.str.starts_with("CRITICAL")


def _unanswered_deletes(
    like: pl.DataFrame,
    sent_records: pl.LazyFrame,
    answered_files: pl.DataFrame,
    collections: tuple[Collection, ...],
) -> pl.DataFrame:
    """Records of files that OCLC has not answered, and that may take holdings away, as rows of a report.

    Nobody knows when it took them away: the rows have no time. What only takes local holdings records away is not among them.
    """
    of_bibs = [each.id for each in collections if each.type == "bib"]
    keeps = [each.id for each in collections if each.type == "delete_lhr" and not each.remove_holding_with_final_lhr]
    keeps += [each.id for each in collections if each.type == "lhr"]
    sets = pl.col("collection").is_in(of_bibs) & (pl.col("record_status") != "d").fill_null(True)
    stays = sets | pl.col("collection").is_in(keeps) | pl.col("sent_file").is_in(answered_files["sent_file"].implode())
    waiting = sent_records.filter(pl.col("sent_file").is_not_null(), ~stays).collect()
    columns = [name for name in like.columns if name in waiting.columns]
    said = {"report_kind": pl.lit("sent file"), "action": pl.lit(CROSS_REFERENCE)}
    rows = waiting.select(*columns, job_offset="byte_offset", sent_ocn="ocn", **said)
    return pl.concat([like.clear(), rows], how="diagonal")


def _not_among(like: pl.DataFrame, reports: list[pl.LazyFrame], rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of reports on bibs, as rows of a processing report, of records that are not among other rows of the run."""
    told = pl.concat([each.filter(speaks_of_bibs()).select(like.columns) for each in reports]).collect()
    key = [*_RUN, _WHO]
    return told.sort("file", "record").join(rows, left_on=key, right_on=key, how="anti", nulls_equal=True)


@gives(
    "report_rows",
    by={
        "outcomes": "lsn",
        "cross_references": "lsn",
        "exceptions": "lsn",
        "sent_records": "lsn",
        "known_bibs": "mms_id",
        "holdings": "holding_id",
    },
)
def report_rows(
    *,
    outcomes: pl.LazyFrame,
    cross_references: pl.LazyFrame,
    exceptions: pl.LazyFrame,
    run_files: pl.DataFrame,
    sent_records: pl.LazyFrame,
    known_bibs: pl.LazyFrame,
    holdings: pl.LazyFrame,
    answered_files: pl.DataFrame,
    collections: Iterable[Collection] = (),
) -> pl.DataFrame:
    """Rows of processing reports on bibs, counted once, and the bib that their local number leads to.

    Args:
        outcomes: rows of processing reports.
        cross_references: those of unresolved records tell a failure, the others a number.
        exceptions: so do data and processing errors, and a staging number where no processing report names the record.
        run_files: the sent file of each run.
        sent_records: what we sent.
        known_bibs: bibs that are there.
        holdings: those of the catalogue: a collection with a record for each may have their numbers as local ones.
        answered_files: of the others the records that may take a holding away are rows too.
        collections: as agreed.

    Returns:
        The columns of `outcomes`; mms_id_by_lsn, holding_id_by_lsn, record_status_by_lsn (of the record with this number in
        the sent file; null: there are none or several); known: the local number, where it is an MMS ID, or the bib of the
        holding with this number, which is known_holding; sorted by lsn, file, record.
    """
    told = outcomes.filter(speaks_of_bibs()).collect()
    collections = tuple(collections)
    deletes = _unanswered_deletes(told, sent_records, answered_files, collections)
    every = pl.concat([told, _told_elsewhere(told, cross_references, exceptions), deletes])
    rows = counted_once(every, run_files)
    known = known_bibs.select("mms_id", known="mms_id").collect()
    by_holding = [each.id for each in collections if each.unit == "holding"]
    of_holdings = _bibs_of(rows.filter(pl.col("collection").is_in(by_holding)), holdings)
    return (
        rows.join(_sent_by(sent_records, "lsn"), on=["sent_file", "lsn"], how="left")
        .join(known, left_on="lsn", right_on="mms_id", how="left")
        .join(of_holdings, on=["collection", "lsn"], how="left")
        .with_columns(known=pl.coalesce("known", "_of"))
        .drop("_of")
        .sort("lsn", "file", "record")
    )


def _bibs_of(rows: pl.DataFrame, holdings: pl.LazyFrame) -> pl.DataFrame:
    """Holdings whose number is the local number of a row: collection, lsn, known_holding, _of (the only bib that has it)."""
    named = rows.select("collection", "lsn").drop_nulls().unique()
    there = holdings.select("mms_id", lsn="holding_id").join(named.lazy(), on="lsn", how="semi").unique().collect()
    one = there.filter(~pl.col("lsn").is_duplicated()).select("lsn", _of="mms_id", known_holding="lsn")
    return named.join(one, on="lsn")


@gives("report_records", by={"report_rows": "job_offset", "sent_records": "byte_offset"})
def report_records(*, report_rows: pl.LazyFrame, sent_records: pl.LazyFrame) -> pl.DataFrame:
    """Which record does each row of a processing report speak of?

    Args:
        report_rows: rows counted once, with what their local number leads to.
        sent_records: what we sent.

    Returns:
        The columns of `outcomes`; mms_id; holding_id; sent_status: Leader/05 of the record that was sent; record_key: the
        MMS ID, else the local number, else the place in the sent file. Sorted by record_key, file, record.

    A place in the sent file where another local number stands than the row's own leads to nothing: OCLC did not answer on
    that record.
    """
    by_offset = _sent_by(sent_records, "byte_offset")
    by_place = [f"{name}_by_byte_offset" for name in ("mms_id", "holding_id", "lsn", "record_status")]
    contradicts = (pl.col("lsn") != pl.col("lsn_by_byte_offset")).fill_null(False)
    is_there = pl.col("mms_id") == pl.col("mms_id_by_byte_offset")
    found = (
        report_rows.collect()
        .join(by_offset, left_on=["sent_file", "job_offset"], right_on=["sent_file", "byte_offset"], how="left")
        .with_columns(pl.when(~contradicts).then(name).alias(name) for name in by_place)
        .with_columns(mms_id=pl.coalesce("mms_id_by_lsn", "mms_id_by_byte_offset", "known"))
        .with_columns(
            *(
                pl.coalesce(f"{name}_by_lsn", pl.when(is_there).then(f"{name}_by_byte_offset"), otherwise).alias(name)
                for name, otherwise in (("holding_id", "known_holding"), ("record_status", None))
            ),
            record_key=pl.coalesce(
                "mms_id",
                "lsn",
                "lsn_by_byte_offset",
                _place("job_offset"),
                "job_key",
                pl.format("{} row {}", "file", "record"),
            ),
        )
        .rename({"record_status": "sent_status"})
    )
    return found.drop("^.*_by_.*$", "known", "known_holding").sort("record_key", "file", "record")
