"""The current catalogue as tables of its own: of all rows of all extracts those that count now, each once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import polars as pl

from ..marc.by_tag import RECORD
from ..tables.ages import newest_of_files
from ..tables.merging import merge_holdings
from ..tables.relinking import of_owners
from ..tables.store import Store
from ..tables.worldcat_records import newest_records
from ..vocabulary.tables import empty
from .splitting import batches, of_a_size

# What stands beside the rows of all current records: of the record, and how new its file is.
BESIDE = pl.Schema({"is_lead": pl.Boolean, "is_owner": pl.Boolean, "age": pl.Int64})
_OWN_ITEM = [c for c in empty("items").columns if c not in RECORD]
_OWN_READING = ["mms_id", "holding_id", "place", "raw", "ocn"]


@dataclass(frozen=True)
class Current:
    """How the current rows of a table are found.

    Attributes:
        key: the column by which the table is split.
        records: which records count: lead (the one that stands for its bib), leads (all that may be it, where nobody can
            tell), all (that are current), any (of every file).
        finish: what makes one row of several, where there may be several; of a share, with `BESIDE` where records is all.
        table: the table whose rows they are.
    """

    key: str
    records: str = "lead"
    finish: Callable[[pl.DataFrame], pl.DataFrame] | None = None
    table: str = ""


@dataclass(frozen=True)
class State:
    """What makes up a state of the catalogue.

    Attributes:
        records: the records that count, in the columns of `current_records`.
        extracts: the files, in those of `extracts`.
        claims: what bibs claim holdings, in those of `holding_claims`.
    """

    records: pl.LazyFrame
    extracts: pl.DataFrame
    claims: pl.DataFrame


def state_of_today(store: Store) -> State:
    """The state that the load has found."""
    tables = (store.scan(name) for name in ("current_records", "extracts", "holding_claims"))
    records, extracts, claims = tables
    return State(records, extracts.collect(), claims.collect())


def _readings_once(rows: pl.DataFrame) -> pl.DataFrame:
    """What several records of a bib say alike is there once, as often as the first of them says it."""
    nth = pl.int_range(pl.len()).over(*RECORD, *_OWN_READING)
    return rows.with_columns(_nth=nth).unique([*_OWN_READING, "_nth"], keep="first", maintain_order=True).drop("_nth")


_CURRENT = {
    "bibs": Current("mms_id"),
    "ocns": Current("mms_id", "leads", _readings_once),
    "standard_numbers": Current("mms_id"),
    "links": Current(
        "host_mms_id",
        finish=lambda rows: rows.unique(["host_mms_id", "constituent_mms_id"], keep="first", maintain_order=True),
    ),
    "holdings": Current("holding_id", "all", merge_holdings),
    "items": Current(
        "holding_id", "all", lambda rows: rows.drop(*BESIDE).unique(_OWN_ITEM, keep="first", maintain_order=True)
    ),
    "worldcat_records": Current("ocn", "any", newest_records),
}

CURRENT = {name: replace(current, table=name) for name, current in _CURRENT.items()}
# The same of the two states that are compared (`tables/earlier.py`); the later one is most often that of today.
EARLIER = {f"{state}_{name}": CURRENT[name] for state in ("earlier", "later") for name in ("bibs", "ocns", "holdings")}


def may_have_several(current: Current, state: State) -> bool:
    """Whether several rows of a table may stand for one; of OCNs those of bibs that are in doubt."""
    if current.finish is None or current.records != "leads":
        return current.finish is not None
    return bool(state.records.select(pl.col("is_in_doubt").any()).collect().item())


def current_pieces(store: Store, current: Current, state: State) -> Iterator[pl.DataFrame]:
    """The rows of a table whose records count in a state, a piece at a time; before `Current.finish`."""
    ages = newest_of_files(state.extracts).select("file", "age")
    for batch in batches(store.paths(current.table)):
        rows = batch.collect()
        if current.records == "all":
            rows = of_owners(_of_current(rows, state.records), state.claims)
            rows = rows.join(ages, on="file", how="left", maintain_order="left")
        elif current.records != "any":
            rows = _of_leads(rows, state.records, or_in_doubt=current.records == "leads")
        yield rows


# Fields that whole records are judged by, and what is wanted of them; `lhr_fields` have the holding and the bib beside.
_LHR_TAGS = ["LDR", "001", "004", "007", "008", "014", "035", *map(str, range(852, 869)), *map(str, range(876, 879))]
LINKING_TAGS = ["773", "775", "776", "777", "780", "785", "787", "800", "810", "811", "830"]
FIELDS = {
    "script_fields": ("file", (pl.col("code") == "6") | (pl.col("tag") == "880")),
    "commitment_fields": ("file", pl.col("tag") == "583"),
    # what is bound in a host, named by its OCN
    "host_fields": (
        "file",
        (pl.col("tag") == "774")
        & (pl.col("code") == "w")
        & pl.col("value").str.contains(r"(?i)^\s*(?:\(oco?lc|oc[mn]\s*[0-9]|on\s*[0-9])"),
    ),
    # the OCN of another record to which a bib points: another form or edition, an earlier or later title, a series
    "linked_fields": (
        "file",
        pl.col("tag").is_in(LINKING_TAGS) & (pl.col("code") == "w") & pl.col("value").str.contains(r"(?i)^\s*\(oco?lc"),
    ),
    # 9XX: fields of the library's own say that an LHR is there
    "lhr_fields": ("mms_id", pl.col("tag").is_in(_LHR_TAGS) | pl.col("tag").str.starts_with("9")),
}


def columns_of_fields(name: str) -> pl.DataFrame:
    """The columns of one of `FIELDS`, without rows."""
    none = pl.lit(None, dtype=pl.String)
    beside = {"holding_id": none, "mms_id": none} if name == "lhr_fields" else {}
    return empty("subfields").with_columns(**beside)


def current_fields(store: Store, name: str, holdings: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """Subfields of current records for one of `FIELDS`, a piece at a time.

    Args:
        store: the tables.
        name: script_fields (the columns of `subfields`: 880, and every $6), commitment_fields (583),
            host_fields (774 $w with a prefix of OCLC's), linked_fields ($w with it of other linking fields) or lhr_fields (holding_id and mms_id beside them: what a local holdings
            record is judged by).
        holdings: the current holdings.
    """
    _, keep = FIELDS[name]
    current = store.scan("current_records")
    records = holdings.filter("is_mfhd").select(*RECORD, "holding_id", "mms_id")
    if name == "lhr_fields":
        files = records.select(pl.col("file").unique()).collect()["file"]
        keep &= pl.col("file").is_in(files.implode())
    # Few fields are left of most batches: the records are looked up for many of them at once.
    for rows in of_a_size(batch.filter(keep).collect() for batch in batches(store.paths("subfields"))):
        in_these = pl.col("file").is_in(rows["file"].unique().implode())
        if name == "lhr_fields":
            yield rows.join(records.filter(in_these).collect(), on=RECORD, how="inner")
        else:
            wanted = current.filter(in_these).select(RECORD).collect()
            yield rows.join(wanted, on=RECORD, how="semi")


def _of_leads(rows: pl.DataFrame, current: pl.LazyFrame, *, or_in_doubt: bool) -> pl.DataFrame:
    leads = pl.col("is_lead") | pl.col("is_in_doubt") if or_in_doubt else pl.col("is_lead")
    return rows.join(_in_files_of(rows, current.filter(leads)), on=RECORD, how="semi", maintain_order="left")


def _of_current(rows: pl.DataFrame, current: pl.LazyFrame) -> pl.DataFrame:
    return rows.join(_in_files_of(rows, current, "is_lead"), on=RECORD, how="inner", maintain_order="left")


def _in_files_of(rows: pl.DataFrame, current: pl.LazyFrame, *columns: str) -> pl.DataFrame:
    here = current.filter(pl.col("file").is_in(rows["file"].unique().implode()))
    return here.select(*RECORD, *columns).collect()
