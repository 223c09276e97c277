"""What the lists of staff say of numbers: local holdings records, commitments, open requests and more (practice.md 6.2, 6.4).

A row names a title by its OCN, or by the bib, which then stands for every number that it owns, or by both. A row of which
nobody can say what it names holds everything under its symbol until it is mended, and so does a list that was not read whole.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase

import polars as pl

from ..identifiers.mms_id import repair_mms_id
from ..local_lists.evidence_names import kind_in_name, symbol_in_name
from ..settings import EvidenceList, SymbolSettings
from .claims import claims, held_on_lists, in_order
from .doubts import possible_numbers
from .exchange import with_number
from .registry import gives
from .unread_lists import with_reason

# The class that a list gives to the numbers that it names.
CLASS_OF_LIST = {
    "lhrs": "lhr_or_retention",
    "commitments": "lhr_or_retention",
    "ill_requests": "open_ill",
    "kb_holdings": "kb_managed",
    "kept_titles": "decided_keep",
    "excluded_titles": "excluded_by_policy",
    "withdrawn_titles": "withdrawn",
}
# Lists that forbid something: what they say has to be known whole.
FORBIDDING = ("lhrs", "commitments", "ill_requests", "kb_holdings", "kept_titles")
# How systems call a request that is over. «Filled», «Shipped» and «Returned» are not: the item is still under way.
CLOSED = (
    *("closed", "complete", "completed", "cancelled", "canceled", "unfilled", "not filled", "finished", "expired"),
    *("request finished", "cancelled by staff", "cancelled by customer", "checked in", "done"),
)
RELEASED = ("released", "withdrawn", "deleted")
# What a list of withdrawn titles says of a row that is one. «Pending», «reinstated», «found» and all other words are none.
GIVEN_UP = (
    *(
        "withdrawn",
        "deaccessioned",
        "discarded",
        "weeded",
        "removed",
        "deleted",
        "gone",
        "done",
        "complete",
        "completed",
    ),
    *("closed", "finished", "yes", "y", "x", "true", "1"),
)

_COLUMNS = ["list", "symbol", "ocn", "mms_id", "raw", "is_over", "said", "file", "record"]
# An exponent of a spreadsheet, alone in its cell, with the digits behind its point if there are any.
_WHOLE_EXPONENT = r"(?i)^\s*[0-9](?:[.,]([0-9]*))?e\+?([0-9]{1,2})\s*$"
# A formula of which the file has no result: its digits are those of cells. One that only quotes a number is that number.
_FORMULA = r"""^\s*['"]?=\s*[^\s0-9"']"""
# A request is the same one where its ID, its title and its symbol are: each branch and each system counts from 1. Where the title
# has no number that could be read, it is what stands in the place of one.
_UNREAD = pl.when(pl.col("ocn").is_null() & pl.col("mms_id").is_null()).then("raw")
_REQUEST = ["request_id", "symbol", "ocn", "mms_id", _UNREAD]


def _words(*parts: tuple[str, str]) -> pl.Expr:
    """Words on a row: each part with its column put in, where there is any."""
    said = [pl.when(pl.col(name).is_not_null()).then(pl.format(words, name)) for words, name in parts]
    return pl.concat_str(said, ignore_nulls=True)


_SAID = {
    "lhrs": pl.concat_str(pl.lit("it has an LHR"), _words((" ({})", "holding_code"))),
    "commitments": pl.concat_str(pl.lit("it is committed to retain"), _words((" ({})", "program"), (" until {}", "ends_on"))),
    "ill_requests": pl.concat_str(
        pl.lit("there is a request"), _words((" {}", "request_id"), (", {}", "role"), (", {}", "status"), (", due {}", "due_on"))
    ),
    "kb_holdings": pl.concat_str(pl.lit("the knowledge base sets it"), _words((" ({})", "kb_collection"))),
    "kept_titles": pl.concat_str(pl.lit("staff keep it"), _words((": {}", "reason"))),
    "excluded_titles": pl.concat_str(pl.lit("staff exclude it"), _words((": {}", "reason"))),
    "withdrawn_titles": pl.concat_str(pl.lit("it is withdrawn"), _words((" since {}", "withdrawn_on"))),
}  # fmt: skip


@gives("listed_rows")
def listed_rows(
    *,
    lhrs: pl.LazyFrame,
    commitments: pl.LazyFrame,
    ill_requests: pl.LazyFrame,
    kb_holdings: pl.LazyFrame,
    kept_titles: pl.LazyFrame,
    excluded_titles: pl.LazyFrame,
    withdrawn_titles: pl.LazyFrame,
) -> pl.DataFrame:
    """What do the rows of the lists of staff say?

    Lists add to each other, for each may be of a branch: one that is out of date is set aside by `raw.ignore`.

    Returns:
        list (its kind); symbol (null: any); ocn, mms_id, raw (as the row has them); is_over (a request that is closed, a
        commitment that is released); said, in words; file, record. Sorted.
    """
    given = {
        "lhrs": lhrs,
        "commitments": commitments,
        "ill_requests": ill_requests.filter(is_latest()),
        "kb_holdings": kb_holdings,
        "kept_titles": kept_titles,
        "excluded_titles": excluded_titles,
        "withdrawn_titles": withdrawn_titles,
    }
    rows = [
        frame.with_columns(list=pl.lit(name), is_over=is_over(name), said=_SAID[name]).select(_COLUMNS).collect()
        for name, frame in given.items()
    ]
    return pl.concat(rows).sort("list", "file", "record")


def is_over(name: str) -> pl.Expr:
    """Whether a row of a list counts no more: a request that is closed, a commitment that is released. In doubt it does.

    A row of a list of withdrawn titles gives something up, and does not count where its state is another one.
    """
    status = pl.col("status").str.strip_chars().str.to_lowercase()
    if name == "withdrawn_titles":
        return ~status.replace("", None).is_in(GIVEN_UP).fill_null(True)
    words = {"ill_requests": CLOSED, "commitments": RELEASED}.get(name, ())
    return status.is_in(list(words)).fill_null(False)


def is_latest() -> pl.Expr:
    """Of a request that several lists tell, what the newest of them says; a list without a day counts beside all.

    Rows tell the same request where ID, title and symbol are the same: branches and systems have IDs in common.
    """
    newest = pl.col("as_of") == pl.col("as_of").max().over(_REQUEST)
    return pl.col("request_id").is_null() | pl.col("as_of").is_null() | newest


@gives("listed_numbers")
def listed_numbers(
    *,
    listed_rows: pl.LazyFrame,
    known_bibs: pl.LazyFrame,
    number_owners: pl.LazyFrame,
    terminals: pl.DataFrame,
    mms_suffix: str,
    maximum: int,
) -> pl.DataFrame:
    """Of which numbers do the lists of staff speak?

    Args:
        listed_rows: the rows.
        known_bibs: bibs that are there: a mangled MMS ID counts where the repaired one is among them.
        number_owners: the numbers of each bib.
        terminals: where numbers end.
        mms_suffix: `institution.mms_suffix` of the settings.
        maximum: a greater number is no OCN.

    Returns:
        list, symbol; number (as WorldCat calls it now, or the number itself when it is ambiguous; null: the bib has
        none); mms_id (the bib that it is the number of, where the row names it by that); is_over, said; file, record.
        Sorted, each once.
    """
    rows = listed_rows.collect()
    of_bibs = _by_bib(rows, mms_suffix).collect().lazy()
    numbers = number_owners.select("mms_id", "number").unique()
    numbered = of_bibs.join(numbers, on="mms_id", how="inner").select(_NUMBERS).collect()
    without = of_bibs.join(known_bibs, on="mms_id", how="semi").with_columns(number=pl.lit(None, pl.Int64))
    without = without.select(_NUMBERS).collect().join(numbered, on=["file", "record"], how="anti")
    every = pl.concat([_by_ocn(rows, terminals, maximum), numbered, without])
    return every.unique().sort("list", "number", *_NUMBERS[3:], "symbol", nulls_last=True)


_NUMBERS = ["list", "symbol", "number", "mms_id", "is_over", "said", "file", "record"]


def _by_ocn(rows: pl.DataFrame, terminals: pl.DataFrame, maximum: int) -> pl.DataFrame:
    """Rows with a number, or with digits that somebody may read as one, unless a spreadsheet has taken some away."""
    parts = pl.col("raw").str.extract_groups(_WHOLE_EXPONENT).struct
    shown = parts.field("1").str.len_bytes().fill_null(0)
    is_cut = (shown < parts.field("2").cast(pl.Int64)).fill_null(False)
    is_formula = pl.col("raw").str.contains(_FORMULA).fill_null(False)
    seen = pl.when(~is_cut & ~is_formula).then(possible_numbers(pl.col("raw"), maximum))
    # Of a list that gives something up, only what is certain counts.
    seen = pl.when(pl.col("list").is_in(FORBIDDING)).then(seen)
    read = pl.when(pl.col("ocn").is_not_null()).then(pl.concat_list("ocn")).otherwise(seen)
    each = rows.with_columns(ocn=read).explode("ocn").drop_nulls("ocn")
    named = with_number(each, "ocn", terminals).rename({"ocn_number": "number"})
    return named.with_columns(mms_id=pl.lit(None, pl.String)).select(_NUMBERS)


def _by_bib(rows: pl.DataFrame, mms_suffix: str) -> pl.LazyFrame:
    """Rows that name a bib, by its ID as it was before a spreadsheet took digits away.

    An OCN beside it may be an old one: what is forbidden is so of both. Of a list that gives something up the OCN counts.
    """
    is_named = pl.col("ocn").is_null() | pl.col("list").is_in(FORBIDDING)
    named = rows.lazy().filter(is_named & pl.col("mms_id").is_not_null())
    texts = named.with_columns(pl.col("mms_id").str.strip_chars()).with_columns(
        _repaired=repair_mms_id(pl.col("mms_id"), mms_suffix)
    )
    note = pl.format("{} («{}» read as {})", "said", "mms_id", "_repaired")
    return texts.with_columns(
        mms_id=pl.coalesce("_repaired", "mms_id"),
        said=pl.when(pl.col("_repaired") != pl.col("mms_id")).then(note).otherwise("said"),
    ).drop("_repaired")


@gives("unread_evidence")
def unread_evidence(
    *,
    files: pl.LazyFrame,
    load_issues: pl.LazyFrame,
    listed_rows: pl.LazyFrame,
    listed_numbers: pl.LazyFrame,
    symbols: Iterable[SymbolSettings] = (),
    evidence_lists: Iterable[EvidenceList] = (),
) -> pl.DataFrame:
    """Which lists that forbid something were not read whole, or have rows that name nothing that is known?

    Args:
        files: what was loaded of each file; one that nobody could read is a list of staff by its name.
        load_issues: which of them break off.
        listed_rows: the rows of the lists.
        listed_numbers: what they name.
        symbols: `symbols` of the settings.
        evidence_lists: `evidence_lists` of the settings.

    Returns:
        file; symbol (null: of any symbol); reason, in words. Sorted.
    """
    whole = evidence_not_read(files, load_issues, symbols, evidence_lists)
    return pl.concat([whole, _of_nothing(listed_rows, listed_numbers)]).unique().sort("file", "symbol", "reason")


def evidence_not_read(
    files: pl.LazyFrame,
    load_issues: pl.LazyFrame,
    symbols: Iterable[SymbolSettings],
    evidence_lists: Iterable[EvidenceList],
) -> pl.DataFrame:
    """Of `unread_evidence` what the load alone tells: files of which rows were not read."""
    named = files.filter(pl.col("kind") != "ignored").collect().with_columns(_list_and_symbol(symbols, evidence_lists))
    lists = named.filter(pl.col("list").is_in(FORBIDDING) & ~pl.col("kind").is_in(["catalogue", "worldcat_list"]))
    is_other = ~pl.col("kind").is_in(list(CLASS_OF_LIST))
    by_name = pl.format(
        "by its name it is a list of staff, and it was not read: {}", pl.col("note").fill_null("see files")
    )
    judged = with_reason(lists, load_issues, pl.col("found") == 0).with_columns(
        reason=pl.when(is_other).then(by_name).otherwise("reason")
    )
    return judged.select("file", "symbol", "reason").drop_nulls("reason").sort("file")


def _of_nothing(listed_rows: pl.LazyFrame, listed_numbers: pl.LazyFrame) -> pl.DataFrame:
    """Rows of which nobody can say what they name."""
    forbidding = listed_rows.filter(pl.col("list").is_in(FORBIDDING) & ~pl.col("is_over"))
    open_ = forbidding.join(listed_numbers, on=["file", "record"], how="anti").collect()
    where = pl.format("row {} names no title that is known", pl.col("record") + 1)
    counted = open_.sort("record").group_by("file", "symbol").agg(where.first().alias("first"), pl.len().alias("rows"))
    more = pl.when(pl.col("rows") > 1).then(pl.format("{} (and {} others)", "first", pl.col("rows") - 1))
    return counted.select("file", "symbol", reason=more.otherwise("first"))


def _list_and_symbol(symbols: Iterable[SymbolSettings], evidence_lists: Iterable[EvidenceList]) -> list[pl.Expr]:
    """Which list of staff a file is, by its kind, else by its name; and of which symbol it speaks."""
    codes, patterns = [each.symbol for each in symbols], tuple(evidence_lists)

    def symbol_of(file: str) -> str | None:
        listed = next((each for each in patterns if fnmatchcase(file, each.files)), None)
        return (listed.symbol if listed else None) or symbol_in_name(file, codes)

    by_name = pl.col("file").map_elements(kind_in_name, return_dtype=pl.String)
    is_list = pl.col("kind").is_in(list(CLASS_OF_LIST))
    is_open = pl.col("kind").is_in(["unknown", "unreadable", "empty"])
    return [
        pl.when(is_list).then("kind").when(is_open).then(by_name).alias("list"),
        pl.col("file").map_elements(symbol_of, return_dtype=pl.String).alias("symbol"),
    ]


@claims("lists", by={"newest_holdings": "number", "listed_numbers": "number"})
def claims_of_lists(
    *, newest_holdings: pl.LazyFrame, listed_numbers: pl.LazyFrame, withdrawn_titles: pl.LazyFrame
) -> pl.DataFrame:
    """What do the lists of staff claim of held numbers?

    A title that is withdrawn on a day after the list of the symbol was not withdrawn when the list was made.

    Returns:
        Claims: lhr_or_retention, open_ill, decided_keep, kb_managed, excluded_by_policy, withdrawn.
    """
    of_any = pl.col("of").is_null() | (pl.col("of") == pl.col("symbol"))
    told = listed_numbers.filter(~pl.col("is_over")).rename({"symbol": "of"})
    days = withdrawn_titles.select("file", "record", "withdrawn_on")
    listed_on = newest_holdings.group_by("symbol").agg(pl.col("as_of").max())
    named = held_on_lists(newest_holdings).join(told, on="number", how="inner").join(listed_on, on="symbol")
    named = named.join(days, on=["file", "record"], how="left")
    named = named.filter(~(pl.col("withdrawn_on") > pl.col("as_of")).fill_null(False)).drop("withdrawn_on", "as_of")
    class_ = pl.col("list").replace_strict(CLASS_OF_LIST, return_dtype=pl.String)
    rows = named.filter(of_any).with_columns(class_.alias("class"), pl.col("said").alias("reason")).collect()
    return in_order([rows])
